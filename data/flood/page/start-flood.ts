/** What the page calls: starts a flood in a worker of its own and hands out its frames as they come. */
import { type Frame, frameQueue } from '../run/frames.ts'
import type { FromWorker, ToWorker } from './messages.ts'
import type { KernelFiles } from './page-host.ts'
import type { PageProgress, PageResult, PageRun } from './solve.ts'

/** A flood that is being computed. */
export interface RunningFlood {
  /** frames in order, as `run.frames` asks; for one reader */
  frames: AsyncIterable<Frame>
  /** @throws {Error} what was wrong, or that it was stopped */
  done: Promise<PageResult>
  stop(): void
}

/**
 * Starts a flood.
 *
 * @param run its files' buffers are copied; they stay the caller's
 * @param kernels addresses of the compiled kernels, see `kernel-files.ts`
 */
export function startFlood(
  run: PageRun,
  kernels: KernelFiles,
  onProgress?: (progress: PageProgress) => void,
): RunningFlood {
  const worker = new Worker(new URL('./flood-worker.ts', import.meta.url), { type: 'module' })
  const frames = frameQueue()
  const say = (message: ToWorker) => worker.postMessage(message)
  const done = new Promise<PageResult>((resolve, reject) => {
    const fail = (message: string) => {
      const error = new Error(message)
      worker.terminate()
      frames.end(error)
      reject(error)
    }
    worker.onerror = (event) => fail(`flood: the worker failed: ${event.message || 'it could not be loaded'}`)
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (data.say === 'progress') onProgress?.(data.progress)
      else if (data.say === 'frame') frames.put(data.frame)
      else if (data.say === 'failed') fail(data.message)
      else {
        worker.terminate()
        frames.end()
        resolve(data.result)
      }
    }
  })
  say({ say: 'run', run, kernels })
  return { frames, done, stop: () => say({ say: 'stop' }) }
}
