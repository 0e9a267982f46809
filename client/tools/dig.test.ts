/** Tests of the digging tools on the page's own store: what is dug is a mark, which undo takes back and a link carries. */
import { expect, test } from 'vitest'
import { createApp } from '../app/store.ts'
import { createWorld, jsonAnswer } from '../app/test-world.ts'
import { readLink } from '../app/url.ts'
import { TOOLS } from './all-tools.ts'
import { runTools } from './run-tools.ts'

async function world() {
  const made = createWorld('scene=tiny/city')
  const app = createApp(made.ports)
  const stop = runTools(app, TOOLS, made.ports.fetch as unknown as typeof fetch)
  await Promise.all([app.start(), made.pass(10)])
  const marks = () => app.store.getState().scene?.marks ?? {}
  const point = (lng: number, lat: number) =>
    app.dispatch({ type: 'tool.point', at: { lng, lat, ground: 14, feature: null } })
  return { ...made, app, stop, marks, point }
}

test('two corners dig a box, one step to undo, and the link digs it again elsewhere', async () => {
  const { app, marks, point, address, pass } = await world()
  app.dispatch({ type: 'tool.start', id: 'dig-box' })
  expect(app.store.getState().tool).toMatchObject({ id: 'dig-box', report: { status: 'waiting', count: 0 } })
  point(121.44, 28.65)
  expect(app.store.getState().tool?.report.draft?.places).toEqual([[121.44, 28.65]])
  point(121.4402, 28.6501)
  expect(marks()['pit-1']).toMatchObject({ type: 'pit', depth: 3 })
  await pass(2000)
  const { link, reasons } = readLink(address.hash)
  expect(reasons).toEqual([])
  expect(link.diff?.marks).toEqual(marks())
  app.dispatch({ type: 'undo' })
  expect(marks()).toEqual({})
  app.dispatch({ type: 'redo' })
  expect(Object.keys(marks())).toEqual(['pit-1'])
  app.dispatch({ type: 'mark.set', id: 'pit-1', mark: null })
  expect(app.store.getState().diff).toEqual({})
})

test('a trench follows its line at its width; a double click ends it, a single place digs nothing', async () => {
  const { app, marks, point } = await world()
  app.dispatch({ type: 'tool.start', id: 'dig-trench', params: { width: 0.6 } })
  point(121.44, 28.65)
  app.dispatch({ type: 'tool.change', params: { done: true } })
  expect(marks()).toEqual({})
  point(121.441, 28.65)
  point(121.441, 28.65)
  app.dispatch({ type: 'tool.change', params: { done: true, depth: 2.5 } })
  expect(marks()['trench-1']).toEqual({
    type: 'trench',
    width: 0.6,
    depth: 2.5,
    line: [
      [121.44, 28.65],
      [121.441, 28.65],
    ],
  })
})

test('a clicked pipe is laid free down to its bedding; a pipe that is gone is named', async () => {
  const { app, marks, answers, pass } = await world()
  answers.set('/collections/pipes/items/p%201', () =>
    jsonAnswer({
      geometry: {
        type: 'LineString',
        coordinates: [
          [121.44, 28.65, 12],
          [121.441, 28.65, 11.9],
        ],
      },
      properties: { diameter: 0.6 },
    }),
  )
  const click = (id: string) =>
    app.dispatch({
      type: 'tool.point',
      at: { lng: 0, lat: 0, ground: 14, feature: { layer: 'storm', collection: 'pipes', id, lng: 0, lat: 0 } },
    })
  app.dispatch({ type: 'tool.start', id: 'dig-pipe' })
  click('p 1')
  expect(app.store.getState().tool?.report.status).toBe('working')
  await pass(10)
  // 14 − 11.9, half the pipe, 0.15 of bedding
  expect(marks()['trench-1']).toMatchObject({ type: 'trench', width: 1, depth: 2.55 })
  click('gone')
  await pass(10)
  expect(app.store.getState().tool?.report).toMatchObject({ status: 'failed', reason: expect.stringMatching(/404/) })
})

test('an unknown tool is refused by name; another scene puts the tool away', async () => {
  const { app, stop } = await world()
  expect(() => app.dispatch({ type: 'tool.start', id: 'dig-moon' })).toThrow(/no such tool.*expected dig-pit/)
  app.dispatch({ type: 'tool.start', id: 'dig-pit' })
  app.dispatch({ type: 'tool.stop' })
  expect(app.store.getState().tool).toBeNull()
  stop()
})

test('how buried things are seen is undoable, and what the document does not say stays unsaid', async () => {
  const { app } = await world()
  app.dispatch({ type: 'below.set', change: { xray: 0.8537 } })
  expect(app.store.getState().scene?.below).toEqual({ xray: 0.85 })
  app.dispatch({ type: 'below.set', change: { xray: null } })
  expect(app.store.getState().diff).toEqual({})
  expect(() => app.dispatch({ type: 'below.set', change: { xray: 7 } })).toThrow()
})
