/** A few worker threads that take tasks in turn; the worker answers each message with `{ value, transfer? }` or `{ error }`. */
import { type TransferListItem, Worker } from 'node:worker_threads'

/** A pool of equal workers. */
export interface WorkerPool<Task, Result> {
  /** Queues a task; resolves with the worker's value, rejects with its error (the pool lives on). */
  run(task: Task, transfer?: TransferListItem[]): Promise<Result>
  /** Tasks waiting or running: for back-pressure, keep it below a few × threads. */
  readonly pending: number
  /** Ends the workers, or lets them rest when the pool was opened so and nothing is under way. */
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

/** How long a worker rests before it is ended: long enough for edits that come one after the other. */
const REST_MS = 60_000

/** Workers between two pools, compiled and warm, by their module; `wake` takes one out. */
const resting = new Map<string, { worker: Worker; wake(): void }[]>()

/** Not all listeners at once: Node's own tell it when to look for messages. */
function unheard(worker: Worker): void {
  for (const event of ['message', 'error', 'exit']) worker.removeAllListeners(event)
}

/** Lets a worker rest; it does not keep the process alive. */
function rest(module: string, worker: Worker): void {
  const others = resting.get(module) ?? []
  resting.set(module, others)
  const wake = (): void => {
    clearTimeout(timer)
    unheard(worker)
    const at = others.findIndex((other) => other.worker === worker)
    if (at >= 0) others.splice(at, 1)
  }
  const timer = setTimeout(() => {
    wake()
    void worker.terminate()
  }, REST_MS)
  timer.unref()
  others.push({ worker, wake })
  worker.unref()
  unheard(worker)
  worker.on('error', wake)
  worker.on('exit', wake)
}

/** @returns a worker that rested, null when there is none */
function woken(module: string): Worker | null {
  const found = resting.get(module)?.at(-1)
  if (!found) return null
  found.wake()
  found.worker.ref()
  return found.worker
}

/**
 * A pool of at most `threads` workers from a module that calls `answer()` of worker-answer.ts; each is started when there
 * is a task for it.
 * @param module e.g. `new URL('./buildings-worker.ts', import.meta.url)`
 * @param workerData given to each worker as `workerData`. Without it, each task must say all: when the pool is closed, its
 *   workers rest a minute for the next one of the same module, as a new worker takes a second of CPU to compile what it runs
 */
export function openWorkerPool<Task, Result>(
  module: URL,
  threads: number,
  workerData?: unknown,
): WorkerPool<Task, Result> {
  const most = Math.max(1, threads)
  const rests = workerData === undefined
  const queue: Job[] = []
  const running = new Map<Worker, Job | null>()
  let closed = false
  const next = (worker: Worker): void => {
    const job = queue.shift() ?? null
    running.set(worker, job)
    if (job) worker.postMessage(job.task, job.transfer)
  }
  const start = (): void => {
    const worker =
      (rests && woken(module.href)) ||
      new Worker(module, { workerData, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } })
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
      const idle = [...running].filter(([, job]) => rests && !job)
      for (const [worker] of idle) {
        running.delete(worker)
        rest(module.href, worker)
      }
      await Promise.all([...running.keys()].map((worker) => worker.terminate()))
    },
  }
}
