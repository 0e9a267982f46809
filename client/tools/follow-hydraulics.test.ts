/** The answer to the hydraulics mark comes, stays while the next one is on its way, and goes with the mark. */
import { expect, test } from 'vitest'
import type { HydraulicsFound } from '../app/hydraulics.ts'
import type { AppState } from '../app/state.ts'
import type { App } from '../app/store.ts'
import { followHydraulics } from './follow-hydraulics.ts'

type Part = { scene: { marks?: Record<string, unknown> }; hydraulics: HydraulicsFound | null }

/** A store with what is followed. */
function world() {
  let state: Part = { scene: {}, hydraulics: null }
  const heard = new Set<(now: AppState, before: AppState) => void>()
  const put = (next: Partial<Part>): void => {
    const before = state
    state = { ...state, ...next }
    for (const hear of heard) hear(state as never, before as never)
  }
  const subscribe = (hear: (now: AppState, before: AppState) => void) => {
    heard.add(hear)
    return () => heard.delete(hear)
  }
  const app = {
    store: { getState: () => state, subscribe },
    set: put,
  } as unknown as App
  return { app, marks: (marks: Record<string, unknown>) => put({ scene: { marks } }), found: () => state.hydraulics }
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))

test('asks once for each mark, keeps the last answer meanwhile, says what failed', async () => {
  const { app, marks, found } = world()
  const asked: string[] = []
  const sent: unknown[] = []
  const stop = followHydraulics(app, async (url, init) => {
    asked.push(String(url))
    if (init?.method === 'POST') sent.push(JSON.parse(String(init.body)))
    const bad = String(url).includes('flow')
    return new Response(JSON.stringify(bad ? { detail: 'no such model' } : { times: [0] }), { status: bad ? 404 : 200 })
  })
  marks({ 'hydraulics-1': { type: 'hydraulics', utility: 'water', show: 'pressure' } })
  expect(found()).toMatchObject({ mark: 'hydraulics-1', status: 'working', answer: null })
  await settled()
  await settled()
  expect(found()).toMatchObject({ status: 'ready', answer: { times: [0] } })
  marks({ 'hydraulics-1': { type: 'hydraulics', utility: 'water', show: 'pressure' }, other: { type: 'burst' } })
  expect(asked).toHaveLength(1)
  marks({ 'hydraulics-1': { type: 'hydraulics', utility: 'water', show: 'flow' } })
  expect(found()).toMatchObject({ status: 'working', answer: { times: [0] } })
  await settled()
  await settled()
  expect(found()).toMatchObject({ status: 'failed', reason: 'no such model', answer: null })
  const closed = Array.from({ length: 100 }, (_, i) => `valve-with-a-long-name-${i}`)
  marks({ 'hydraulics-1': { type: 'hydraulics', utility: 'water', show: 'pressure', closed } })
  await settled()
  await settled()
  expect(sent).toMatchObject([{ show: 'pressure', closed }])
  expect(found()).toMatchObject({ status: 'ready' })
  marks({})
  expect(found()).toBeNull()
  stop()
})
