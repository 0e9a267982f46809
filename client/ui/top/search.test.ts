import { afterEach, expect, test, vi } from 'vitest'
import { type SearchState, startSearcher } from './search.ts'

afterEach(() => void vi.useRealTimers())

interface Asked {
  url: string
  signal: AbortSignal
  give(json: unknown, status?: number): void
}

/** A server whose answers come when the test says so. */
function server(): { asked: Asked[]; fetcher: typeof fetch } {
  const asked: Asked[] = []
  const fetcher: typeof fetch = (url, init) =>
    new Promise((resolve, reject) => {
      const signal = init!.signal!
      signal.addEventListener('abort', () => reject(signal.reason))
      asked.push({
        url: String(url),
        signal,
        give: (json, status = 200) => resolve(new Response(JSON.stringify(json), { status })),
      })
    })
  return { asked, fetcher }
}

const found = (name: string) => [{ layer: 'places', id: name, name, class: 'poi', lng: 121, lat: 28 }]

function started() {
  vi.useFakeTimers()
  const { asked, fetcher } = server()
  const states: SearchState[] = []
  const searcher = startSearcher(fetcher, (state) => states.push(state), 200)
  return { asked, states, searcher, settle: (ms: number) => vi.advanceTimersByTimeAsync(ms) }
}

test('the server is asked once, after the typing has paused', async () => {
  const { asked, states, searcher, settle } = started()
  for (const text of ['椒', '椒江', '椒江路']) {
    searcher.type(text)
    await settle(100)
  }
  expect(asked).toEqual([])
  await settle(200)
  expect(asked.map(({ url }) => url)).toEqual([`/search?q=${encodeURIComponent('椒江路')}&limit=12`])
  asked[0]!.give(found('椒江路'))
  await settle(0)
  expect(states.at(-1)).toMatchObject({ status: 'ready', query: '椒江路', found: [{ name: '椒江路', nameEn: '' }] })
})

test('typing on aborts the question under way, and its answer is never shown', async () => {
  const { asked, states, searcher, settle } = started()
  searcher.type('a')
  await settle(250)
  searcher.type('ab')
  expect(asked[0]!.signal.aborted).toBe(true)
  await settle(250)
  asked[0]!.give(found('old'))
  asked[1]!.give(found('new'))
  await settle(0)
  expect(states.filter(({ status }) => status === 'ready')).toMatchObject([{ query: 'ab', found: [{ id: 'new' }] }])
})

test('an empty box asks nothing and forgets', async () => {
  const { asked, states, searcher, settle } = started()
  searcher.type('a')
  searcher.type('   ')
  await settle(500)
  expect(asked).toEqual([])
  expect(states.at(-1)).toEqual({ status: 'idle' })
})

test('a refusal is told with the server’s reason', async () => {
  const { asked, states, searcher, settle } = started()
  searcher.type('x')
  await settle(250)
  asked[0]!.give({ title: 'Bad Request', detail: 'search: q too short' }, 400)
  await settle(0)
  expect(states.at(-1)).toEqual({ status: 'failed', query: 'x', reason: 'search: q too short' })
})

test('after dispose nothing is asked any more', async () => {
  const { asked, searcher, settle } = started()
  searcher.type('x')
  searcher.dispose()
  await settle(500)
  expect(asked).toEqual([])
})
