/** Questions by click become marks, marks become answers, and both go with undo. */
import { afterEach, expect, test } from 'vitest'
import { questionOf, reportOf } from '../app/network-question.ts'
import { createApp } from '../app/store.ts'
import { createWorld } from '../app/test-world.ts'
import { TOOLS } from './all-tools.ts'
import { followQuestions } from './follow-questions.ts'
import { runTools } from './run-tools.ts'

const stops: (() => void)[] = []
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})

const json = (value: unknown, status = 200) => Promise.resolve(new Response(JSON.stringify(value), { status }))

async function opened(answers: Record<string, () => Promise<Response>>) {
  const made = createWorld('scene=tiny/city')
  const app = createApp(made.ports)
  await Promise.all([app.start(), made.pass(10)])
  const asked: string[] = []
  const ask = ((url: string) => {
    asked.push(url)
    const found = Object.entries(answers).find(([start]) => url.startsWith(start))
    return found ? found[1]() : json({ detail: 'no such thing' }, 404)
  }) as typeof fetch
  stops.push(runTools(app, TOOLS, ask), followQuestions(app, ask))
  return { app, asked }
}
const settled = () => new Promise((done) => setTimeout(done, 0)).then(() => new Promise((done) => setTimeout(done, 0)))
const at = (collection: string, id: string) => ({
  lng: 121.4,
  lat: 28.6,
  ground: 5,
  feature: { layer: 'pipes', collection, id, lng: 121.4, lat: 28.6 },
})

test('a click on a pipe asks for its burst; undo takes mark and answer away', async () => {
  const { app, asked } = await opened({
    '/collections/pipes/items/w%201': () => json({ style: { class: 'water' } }),
    '/networks/water/isolate?pipe=w%201': () =>
      json({ features: [{ properties: { role: 'burst' } }], summary: { valves: 2 } }),
  })
  app.dispatch({ type: 'tool.start', id: 'burst' })
  app.dispatch({ type: 'tool.point', at: at('pipes', 'w 1') })
  await settled()
  const { scene, findings } = app.store.getState()
  expect(scene?.marks).toEqual({ 'burst-1': { type: 'burst', utility: 'water', pipe: 'w 1' } })
  expect(findings['burst-1']).toMatchObject({ status: 'ready', summary: { valves: 2 } })
  expect(asked).toHaveLength(2)
  app.dispatch({ type: 'undo' })
  expect(app.store.getState().findings).toEqual({})
})

test('a trace starts at the node, or at the end of the pipe that lies in its way', async () => {
  const { app } = await opened({
    '/collections/pipe-nodes': () => json({ style: { utility: 'storm' } }),
    '/collections/pipes': () => json({ style: { class: 'storm', from: 'a', to: 'b' } }),
    '/networks': () => json({ features: [], summary: {} }),
  })
  for (const [tool, collection] of [
    ['trace-down', 'pipes'],
    ['trace-up', 'pipes'],
    ['trace-both', 'pipe-nodes'],
  ] as const) {
    app.dispatch({ type: 'tool.start', id: tool })
    app.dispatch({ type: 'tool.point', at: at(collection, 'x') })
    await settled()
  }
  const marks = Object.values(app.store.getState().scene?.marks ?? {})
  expect(marks.map((mark) => mark.type === 'trace' && `${mark.node} ${mark.sense}`)).toEqual([
    'a downstream',
    'b upstream',
    'x both',
  ])
})

test('a refused question says why; a stuck valve asks anew', async () => {
  const { app, asked } = await opened({})
  app.dispatch({ type: 'mark.set', id: 'burst-1', mark: { type: 'burst', utility: 'water', pipe: 'p' } })
  await settled()
  expect(app.store.getState().findings['burst-1']).toMatchObject({ status: 'failed', reason: 'no such thing' })
  const mark = { type: 'burst', utility: 'water', pipe: 'p', stuck: ['v 1', 'v2'] } as const
  app.dispatch({ type: 'mark.set', id: 'burst-1', mark: { ...mark, stuck: [...mark.stuck] } })
  await settled()
  expect(asked.at(-1)).toBe('/networks/water/isolate?pipe=p&stuck=v%201,v2')
  expect(
    questionOf({
      type: 'pit',
      outline: [
        [0, 0],
        [1, 0],
        [1, 1],
      ],
      depth: 2,
    }),
  ).toBeNull()
})

test('polluted nodes gather in one question, a clean one narrows it; each click asks anew', async () => {
  const { app, asked } = await opened({
    '/collections/pipe-nodes': () => json({ style: { utility: 'storm' } }),
    '/networks': () => json({ features: [], summary: { candidates: 3 } }),
  })
  app.dispatch({ type: 'tool.start', id: 'pollution' })
  for (const id of ['a', 'b', 'a']) {
    app.dispatch({ type: 'tool.point', at: at('pipe-nodes', id) })
    await settled()
  }
  app.dispatch({ type: 'tool.change', params: { clean: true } })
  app.dispatch({ type: 'tool.point', at: at('pipe-nodes', 'c') })
  await settled()
  expect(app.store.getState().scene?.marks).toEqual({
    'pollution-1': { type: 'pollution', utility: 'storm', polluted: ['b', 'a'], clean: ['c'] },
  })
  expect(asked.at(-1)).toBe('/networks/storm/pollution?polluted=b,a&clean=c')
  expect(app.store.getState().tool?.report).toMatchObject({ status: 'ready', count: 3 })
})

test('two corners ask for clearance whichever comes first; a pile asks what it hits', async () => {
  const { app, asked } = await opened({
    '/networks': () => json({ features: [], summary: {}, groups: [], limits: { zh: '误差', en: 'error' } }),
  })
  app.dispatch({ type: 'tool.start', id: 'clearance', params: { utility: 'gas' } })
  for (const lng of [121.42, 121.41]) {
    app.dispatch({ type: 'tool.point', at: { lng, lat: lng - 93, ground: 5, feature: null } })
    await settled()
  }
  expect(asked.at(-1)).toBe('/networks/gas/clearance?bbox=121.41,28.41,121.42,28.42')
  expect(app.store.getState().findings['clearance-1']?.limits?.zh).toBe('误差')
  app.dispatch({ type: 'tool.start', id: 'drill-pile', params: { diameter: 1.2, depth: 25 } })
  app.dispatch({ type: 'tool.point', at: { lng: 121.4, lat: 28.6, ground: 5, feature: null } })
  await settled()
  expect(asked.at(-1)).toBe('/networks/all/dig-check?kind=pile&places=121.4,28.6&width=1.2&depth=25')
})

test('every question has its address and its page; holes ask only when told to', () => {
  const box: [number, number, number, number] = [121, 28, 122, 29]
  expect(questionOf({ type: 'clearance', utility: 'all', box, rule: 'cover' })).toBe(
    '/networks/all/clearance?bbox=121,28,122,29&rule=cover',
  )
  expect(questionOf({ type: 'defects', utility: 'gas', rule: 'uphill', box })).toBe(
    '/networks/defects?utility=gas&bbox=121,28,122,29&rule=uphill',
  )
  expect(questionOf({ type: 'risk', utility: 'water', weights: { demand: 0 } })).toBe(
    '/networks/water/risk?weights=1,1,1,0',
  )
  expect(questionOf({ type: 'risk', utility: 'water', weights: { age: 1 } })).toBe('/networks/water/risk')
  expect(reportOf({ type: 'risk', utility: 'water' }, 'en')).toBe('/networks/water/risk?format=html&lang=en')
  const line: [number, number][] = [
    [121.41, 28.61],
    [121.42, 28.62],
  ]
  expect(reportOf({ type: 'trench', line, width: 0.6, depth: 2 }, 'zh')).toBeNull()
  expect(reportOf({ type: 'trench', line, width: 0.6, depth: 2, check: true }, 'zh')).toBe(
    '/networks/all/dig-check?kind=trench&places=121.41,28.61;121.42,28.62&width=0.6&depth=2&format=html&lang=zh',
  )
})
