/** What the page asks the server about scenes and the making of the city; it follows the making through lost connections. */

import { parseScene, type SceneDocument } from '../../scenes/schema/scene.ts'
import { SceneError } from '../../scenes/schema/scene-error.ts'
import type { Fetch, TimerPort } from './ports.ts'
import { asProgress } from './progress.ts'
import type { AppState, MakingProgress } from './state.ts'

/** The server gave no answer, or one that says that it is in trouble (5xx): worth another try. */
export class ServerLost extends Error {
  constructor(url: string, reason: string, cause?: unknown) {
    super(`${url}: ${reason}`, { cause })
    this.name = 'ServerLost'
  }
}

const ANSWER_LIMIT = 4_000_000

/** Asks for JSON. @throws {ServerLost} without an answer; @throws {SceneError} when the answer is a refusal or no JSON */
async function json(fetch: Fetch, url: string, signal?: AbortSignal): Promise<unknown> {
  let answer: Response
  let text: string
  try {
    answer = await fetch(url, { ...(signal && { signal }), headers: { accept: 'application/json' } })
    text = await answer.text()
  } catch (cause) {
    if (signal?.aborted) throw cause
    throw new ServerLost(url, cause instanceof Error ? cause.message : String(cause), cause)
  }
  if (answer.status >= 500) throw new ServerLost(url, `the server answered ${answer.status}`)
  if (!answer.ok)
    throw new SceneError([
      { path: url, message: `the server answered ${answer.status}${answer.status === 404 ? ': no such scene' : ''}` },
    ])
  if (text.length > ANSWER_LIMIT)
    throw new SceneError([
      { path: url, message: `too large, got ${text.length} characters; expected ≤ ${ANSWER_LIMIT}` },
    ])
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw Object.assign(
      new SceneError([{ path: url, message: `not JSON: ${cause instanceof Error ? cause.message : String(cause)}` }]),
      { cause },
    )
  }
}

/** The scenes on the server; entries that are no scenes are left out. @throws {ServerLost | SceneError} */
export async function fetchScenes(fetch: Fetch, signal?: AbortSignal): Promise<AppState['scenes']> {
  const answer = await json(fetch, '/scenes', signal)
  if (!Array.isArray(answer))
    throw new SceneError([{ path: '/scenes', message: 'bad list of scenes; expected an array' }])
  const scenes: AppState['scenes'] = []
  for (const entry of answer as unknown[]) {
    if (typeof entry !== 'object' || entry === null) continue
    const { id, title } = entry as { id?: unknown; title?: { zh?: unknown; en?: unknown } | null }
    if (typeof id === 'string') scenes.push({ id, title: { zh: text(title?.zh, id), en: text(title?.en, id) } })
  }
  return scenes
}

function text(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : otherwise
}

/** One scene document, checked. @throws {ServerLost | SceneError} */
export async function fetchScene(fetch: Fetch, id: string, signal?: AbortSignal): Promise<SceneDocument> {
  return parseScene(await json(fetch, `/scenes/${id}`, signal))
}

/** Who wants to know how the making goes. */
export interface MakingListener {
  progress(progress: MakingProgress): void
  lost(reason: string): void
  back(): void
}

/** Following the making; `retry` asks at once instead of waiting for the next try. */
export interface Following {
  retry(): void
  stop(): void
}

/** Pauses between questions, milliseconds: while the city is made without a stream, when it is made, and after failures. */
export const PAUSES = { making: 1000, ready: 15_000, silence: 45_000, retries: [500, 1000, 2000, 4000, 8000] } as const

/**
 * Follows `/ingest`: server-sent events while the city is being made, a question now and then otherwise (a stream would
 * hold one of the six connections that tiles need). A second failure in a row is reported as lost; tries go on.
 */
export function followMaking(fetch: Fetch, timer: TimerPort, listener: MakingListener): Following {
  let failures = 0
  let stopped = false
  let cancel: (() => void) | null = null
  let asking: AbortController | null = null

  const heard = (progress: MakingProgress): void => {
    if (stopped) return
    if (failures > 1) listener.back()
    failures = 0
    listener.progress(progress)
  }

  async function ask(): Promise<void> {
    cancel = null
    const controller = new AbortController()
    asking = controller
    let pause: number
    try {
      const state = await askOnce(fetch, timer, controller, heard)
      pause = state === 'making' ? PAUSES.making : PAUSES.ready
    } catch (error) {
      if (stopped || asking !== controller) return
      failures++
      if (failures === 2) listener.lost(error instanceof Error ? error.message : String(error))
      pause = PAUSES.retries[Math.min(failures, PAUSES.retries.length) - 1]!
    }
    if (!stopped && asking === controller) cancel = timer.after(pause, () => void ask())
  }

  void ask()
  return {
    retry() {
      cancel?.()
      asking?.abort()
      if (!stopped) void ask()
    },
    stop() {
      stopped = true
      cancel?.()
      asking?.abort()
    },
  }
}

/** One question; with a stream it lasts until the making is over or the stream ends. @returns the last state heard */
async function askOnce(
  fetch: Fetch,
  timer: TimerPort,
  controller: AbortController,
  heard: (progress: MakingProgress) => void,
): Promise<MakingProgress['state']> {
  let silence = timer.after(PAUSES.silence, () => controller.abort())
  try {
    const answer = await fetch('/ingest', {
      signal: controller.signal,
      headers: { accept: 'text/event-stream, application/json;q=0.5' },
    })
    if (!answer.ok) throw new Error(`/ingest: the server answered ${answer.status}`)
    if (!answer.headers.get('content-type')?.startsWith('text/event-stream') || answer.body === null) {
      return told(await answer.text(), heard)
    }
    let state: MakingProgress['state'] | null = null
    for await (const data of events(answer.body)) {
      silence()
      silence = timer.after(PAUSES.silence, () => controller.abort())
      if (data === '') continue
      state = told(data, heard)
      if (state === 'ready' || state === 'idle') break
    }
    if (state === null || state === 'making')
      throw new Error('/ingest: the connection ended while the city was being made')
    return state
  } finally {
    silence()
    controller.abort()
  }
}

function told(data: string, heard: (progress: MakingProgress) => void): MakingProgress['state'] {
  const progress = asProgress(data)
  if (progress === null) throw new Error('/ingest: an answer that is no progress report')
  heard(progress)
  return progress.state
}

const EVENT_LIMIT = 262_144

/** The data of each server-sent event; a comment (heartbeat) is an empty one. @see WHATWG HTML §9.2.6 */
async function* events(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  const reader = body.getReader()
  let pending = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      pending += decoder.decode(value, { stream: true }).replaceAll('\r', '')
      if (pending.length > EVENT_LIMIT) throw new Error(`/ingest: an event of more than ${EVENT_LIMIT} characters`)
      const blocks = pending.split('\n\n')
      pending = blocks.pop()!
      for (const block of blocks) {
        const lines = block.split('\n').filter((line) => line.startsWith('data:'))
        yield lines.map((line) => line.slice(line[5] === ' ' ? 6 : 5)).join('\n')
      }
    }
  } finally {
    await reader.cancel().catch(() => {})
  }
}
