/** A thread of the crew in Node. */
import { workerData } from 'node:worker_threads'
import type { ThreadData } from './host.ts'
import { runThread } from './run-thread.ts'

await runThread(workerData as ThreadData)
