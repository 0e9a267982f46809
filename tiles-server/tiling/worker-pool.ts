/** A few worker threads that take tasks in turn; the worker answers each message with `{ value, transfer? }` or `{ error }`. */
import { type TransferListItem, Worker } from 'node:worker_threads'

/** A pool of equal workers. */
export interface WorkerPool<Task, Result> {
  /** Queues a task; resolves with the worker's value, rejects with its error (the pool lives on). */
  run(task: Task, transfer?: TransferListItem[]): Promise<Result>
  /** Tasks waiting or running: for back-pressure, keep it below a few × threads. */
  readonly pending: number
  close(): Promise<void>
}

interface Job {
  task: unknown
  transfer: TransferListItem[]
  resolve(value: unknown): void
  reject(error: Error): void
}

/** A tile's garbage dies young: with V8's usual 16 MB a fifth of the time goes into moving what is about to die. */
const YOUNG_MB = 64

/**
 * A pool of at most `threads` workers from a module that calls `answer()` of worker-answer.ts; each is started when there
 * is a task for it.
 * @param module e.g. `new URL('./buildings-worker.ts', import.meta.url)`
 * @param workerData given to each worker as `workerData`
 */
export function openWorkerPool<Task, Result>(
  module: URL,
  threads: number,
  workerData?: unknown,
): WorkerPool<Task, Result> {
  const most = Math.max(1, threads)
  const queue: Job[] = []
  const running = new Map<Worker, Job | null>()
  let closed = false
  const next = (worker: Worker): void => {
    const job = queue.shift() ?? null
    running.set(worker, job)
    if (job) worker.postMessage(job.task, job.transfer)
  }
  const start = (): void => {
    const worker = new Worker(module, { workerData, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } })
    running.set(worker, null)
    worker.on('message', (reply: { value?: unknown; error?: string }) => {
      const job = running.get(worker)
      if (reply.error !== undefined) job?.reject(new Error(reply.error))
      else job?.resolve(reply.value)
      next(worker)
    })
    const died = (error: Error): void => {
      const job = running.get(worker)
      if (!running.delete(worker)) return
      job?.reject(error)
      if (!closed && queue.length) start()
    }
    worker.on('error', died)
    worker.on('exit', (code) => died(new Error(`worker: ended with code ${code}`)))
    next(worker)
  }
  return {
    run(task, transfer = []) {
      if (closed) return Promise.reject(new Error('worker pool: closed'))
      return new Promise<Result>((resolve, reject) => {
        queue.push({ task, transfer, resolve: resolve as (value: unknown) => void, reject })
        for (const [worker, job] of running) {
          if (!job) return next(worker)
        }
        if (running.size < most) start()
      })
    },
    get pending() {
      let busy = queue.length
      for (const job of running.values()) if (job) busy++
      return busy
    },
    async close() {
      closed = true
      for (const job of queue.splice(0)) job.reject(new Error('worker pool: closed'))
      await Promise.all([...running.keys()].map((worker) => worker.terminate()))
    },
  }
}
