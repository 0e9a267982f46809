/** Asks the hydraulics worker: one question at a time, given up when nobody waits, ended when it does not stop by itself. */
import { Worker } from 'node:worker_threads'
import { HttpError } from '../errors.ts'
import type { CapacityTask, WaveTask } from './capacity-work.ts'
import type { HydraulicsTask, WaterTask, WorkerReply } from './hydraulics-worker.ts'

/** A question without what the desk adds. */
export type HydraulicsQuestion = WaterTask | CapacityTask | WaveTask

/** Seconds of work that a question may take when it does not say so itself. */
const MOST_SECONDS = 60

/** A worker that does not stop between two steps for so long hangs inside one. */
const GRACE_MS = 5000
/** An idle worker gives its memory back after so long. */
const REST_MS = 120_000
const MOST_WAITING = 20

let worker: Worker | null = null
let resting: ReturnType<typeof setTimeout> | undefined
let last: Promise<unknown> = Promise.resolve()
let waiting = 0

function end(): void {
  clearTimeout(resting)
  void worker?.terminate()
  worker = null
}

function ask(question: HydraulicsQuestion, signal: AbortSignal): Promise<Uint8Array> {
  clearTimeout(resting)
  worker ??= new Worker(new URL('./hydraulics-worker.ts', import.meta.url))
  const asked = worker
  asked.ref()
  const most = 'most' in question ? question.most : MOST_SECONDS
  const stop = new Int32Array(new SharedArrayBuffer(4))
  return new Promise<Uint8Array>((resolve, reject) => {
    let force: ReturnType<typeof setTimeout> | undefined
    const done = (): void => {
      clearTimeout(force)
      clearTimeout(late)
      signal.removeEventListener('abort', giveUp)
      // not all listeners at once: Node's own tell it when to look for messages
      for (const event of ['message', 'error', 'exit']) asked.removeAllListeners(event)
      asked.unref()
      resting = setTimeout(end, REST_MS)
      resting.unref()
    }
    const hangs = (reason: Error): void => {
      done()
      if (worker === asked) end()
      reject(reason)
    }
    const giveUp = (): void => {
      Atomics.store(stop, 0, 1)
      force = setTimeout(() => hangs(new Error('hydraulics: nobody waits for the answer any more')), GRACE_MS)
    }
    const late = setTimeout(
      () => hangs(new HttpError(503, `hydraulics: no answer after ${most} s; expected less work`)),
      2 * most * 1000 + GRACE_MS,
    )
    signal.addEventListener('abort', giveUp)
    // the model is sent when the worker has not got it: most questions are asked of the last one
    const send = (model: boolean): void =>
      asked.postMessage({
        ...question,
        ...('model' in question && !model ? { model: undefined } : {}),
        stop,
      } satisfies HydraulicsTask)
    let sent = false
    asked.on('message', ({ value, missing, error, refused }: WorkerReply) => {
      if (missing && !sent) {
        sent = true
        return send(true)
      }
      done()
      if (value !== undefined) resolve(value)
      else reject(new HttpError(refused ? 400 : 422, error ?? 'hydraulics: no answer'))
    })
    asked.on('error', hangs)
    asked.on('exit', (code) => hangs(new Error(`hydraulics worker: ended with code ${code}`)))
    send(false)
    if (signal.aborted) giveUp()
  })
}

/**
 * The answer to a question: JSON, in bytes.
 *
 * @param signal gives it up; a question that has not begun is never begun
 * @throws {HttpError} 400 an id or number that the model refuses, 422 what EPANET refuses, 503 too much work or too many questions
 */
export async function solveHydraulics(question: HydraulicsQuestion, signal: AbortSignal): Promise<Uint8Array> {
  if (waiting >= MOST_WAITING)
    throw new HttpError(503, `hydraulics: ${waiting} questions wait; expected fewer`, {
      headers: { 'Retry-After': '10' },
    })
  waiting++
  const turn = last.then(() => {
    signal.throwIfAborted()
    return ask(question, signal)
  })
  last = turn.catch(() => {})
  try {
    return await turn
  } finally {
    waiting--
  }
}
