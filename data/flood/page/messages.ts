/** What the page and its flood worker say to each other. */
import type { Frame } from '../run/frames.ts'
import type { KernelFiles } from './page-host.ts'
import type { PageProgress, PageResult, PageRun } from './solve.ts'

/** From the page: one run a worker. */
export type ToWorker = { say: 'run'; run: PageRun; kernels: KernelFiles } | { say: 'stop' }

/** From the worker. */
export type FromWorker =
  | { say: 'progress'; progress: PageProgress }
  | { say: 'frame'; frame: Frame }
  | { say: 'done'; result: PageResult }
  | { say: 'failed'; message: string }
