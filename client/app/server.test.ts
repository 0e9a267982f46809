/** Following the making of the city through streams, silence and lost connections. */
import { expect, test } from 'vitest'
import { asProgress } from './progress.ts'
import { followMaking, type MakingListener } from './server.ts'
import { createWorld, jsonAnswer } from './test-world.ts'

interface Notes extends MakingListener {
  heard: string[]
}

function notes(): Notes {
  const heard: string[] = []
  return {
    heard,
    progress: ({ state, stages }) => heard.push(`${state} ${stages.map(({ done }) => done).join()}`.trim()),
    lost: () => heard.push('lost'),
    back: () => heard.push('back'),
  }
}

function streamAnswer(chunks: (string | null)[]): Response {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) {
        if (chunk === null) controller.error(new TypeError('network'))
        else controller.enqueue(new TextEncoder().encode(chunk))
      }
      if (!chunks.includes(null)) controller.close()
    },
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
}

const making = (done: number) =>
  JSON.stringify({ state: 'making', stages: [{ id: 'roads', done, total: 9, seconds: 1, state: 'running' }] })
const READY = JSON.stringify({ state: 'ready', stages: [] })

test('events are read whatever pieces they come in, and the stream is let go when the city is ready', async () => {
  const world = createWorld()
  world.answers.set('/ingest', () =>
    streamAnswer([
      ': hello\r\n\r\nda',
      `ta: ${making(1)}\n\ndata:${making(2)}\r\n\r`,
      `\nevent: progress\ndata: ${READY}\n\n`,
    ]),
  )
  const listener = notes()
  const following = followMaking(world.ports.fetch, world.ports.timer!, listener)
  await world.pass(0)
  following.stop()
  expect(listener.heard).toEqual(['making 1', 'making 2', 'ready'])
  expect(world.asked).toEqual(['/ingest'])
})

test('a stream cut off in the making is taken up again without a complaint when the next try works', async () => {
  const world = createWorld()
  const answers = [
    () => streamAnswer([`data: ${making(1)}\n\n`]),
    () => streamAnswer([`data: ${making(2)}\n\ndata: ${READY}\n\n`]),
  ]
  world.answers.set('/ingest', () => answers.shift()!())
  const listener = notes()
  const following = followMaking(world.ports.fetch, world.ports.timer!, listener)
  await world.pass(1000)
  following.stop()
  expect(listener.heard).toEqual(['making 1', 'making 2', 'ready'])
})

test('a server that stays away is reported once, tried with growing pauses, and its return is reported', async () => {
  const world = createWorld()
  let up = false
  world.answers.set('/ingest', () =>
    up ? jsonAnswer({ state: 'ready' }) : Promise.reject(new TypeError('fetch failed')),
  )
  const listener = notes()
  const following = followMaking(world.ports.fetch, world.ports.timer!, listener)
  await world.pass(20_000)
  expect(listener.heard).toEqual(['lost'])
  expect(world.asked).toHaveLength(6)
  up = true
  await world.pass(8000)
  following.stop()
  expect(listener.heard).toEqual(['lost', 'back', 'ready'])
})

test('a stream that falls silent is given up and asked for again', async () => {
  const world = createWorld()
  let asked = 0
  world.ports.fetch = async (_, init) => {
    asked++
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        if (asked === 1) controller.enqueue(new TextEncoder().encode(`data: ${making(1)}\n\n`))
        init?.signal?.addEventListener('abort', () => controller.error(new DOMException('aborted', 'AbortError')))
      },
    })
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  }
  const following = followMaking(world.ports.fetch, world.ports.timer!, notes())
  await world.pass(44_000)
  expect(asked).toBe(1)
  await world.pass(3000)
  following.stop()
  expect(asked).toBe(2)
})

test('an endless event and an answer that is no report count as failures, not as news', async () => {
  const world = createWorld()
  const answers = [
    () => streamAnswer(Array.from({ length: 40 }, () => 'x'.repeat(10_000))),
    () => jsonAnswer({ state: 'maybe' }),
  ]
  world.answers.set('/ingest', () => answers.shift()?.() ?? jsonAnswer('no'))
  const listener = notes()
  const following = followMaking(world.ports.fetch, world.ports.timer!, listener)
  await world.pass(3000)
  following.stop()
  expect(listener.heard).toEqual(['lost'])
})

test('a report with missing or absurd numbers is read as far as it goes', () => {
  const stages = [{ id: 'a', done: -1, total: null, state: 'running' }, { id: 'b', state: 'whatever' }, 3]
  expect(asProgress(JSON.stringify({ state: 'making', stages, reason: 7 }))).toEqual({
    state: 'making',
    stages: [{ id: 'a', done: 0, total: 0, seconds: 0, state: 'running' }],
  })
  for (const text of ['', 'null', '[]', '{"state":"constructor"}', '{"state":{}}']) expect(asProgress(text)).toBeNull()
})
