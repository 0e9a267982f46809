/** Tools that work at each click: what they report while the server answers, when it refuses, and after they are put away. */
import { expect, test } from 'vitest'
import { createApp } from '../app/store.ts'
import { createWorld, jsonAnswer } from '../app/test-world.ts'
import { TOOLS } from './all-tools.ts'
import { runTools } from './run-tools.ts'
import { freeMark } from './tool.ts'

async function world() {
  const made = createWorld('scene=tiny/city')
  const app = createApp(made.ports)
  runTools(app, TOOLS, made.ports.fetch as unknown as typeof fetch)
  await Promise.all([app.start(), made.pass(10)])
  app.dispatch({
    type: 'mark.set',
    id: 'hydraulics-1',
    mark: { type: 'hydraulics', utility: 'water', show: 'pressure' },
  })
  app.dispatch({ type: 'tool.start', id: 'hydraulics' })
  const click = (collection: string, id: string) =>
    app.dispatch({
      type: 'tool.point',
      at: { lng: 121.44, lat: 28.65, ground: 5, feature: { layer: 'pipes', collection, id, lng: 121.44, lat: 28.65 } },
    })
  return { ...made, app, click, tool: () => app.store.getState().tool }
}
const valve = () =>
  jsonAnswer({ geometry: { type: 'Point', coordinates: [] }, properties: {}, style: { class: 'valve' } })

test('a click works until the server has answered, then is counted; an id is asked for as it is', async () => {
  const { app, answers, click, pass, tool, asked } = await world()
  answers.set('/collections/pipe-nodes/items/v%2F1%3F', valve)
  click('pipe-nodes', 'v/1?')
  expect(tool()?.report.status).toBe('working')
  await pass(10)
  expect(tool()?.report).toMatchObject({ status: 'ready', count: 1 })
  expect(asked).toContain('/collections/pipe-nodes/items/v%2F1%3F')
  expect(app.store.getState().scene?.marks?.['hydraulics-1']).toMatchObject({ closed: ['v/1?'] })
})

test('a refusal is told with the thing it is about, leaves the scene as it was, and the next click works', async () => {
  const { app, answers, click, pass, tool } = await world()
  const before = app.store.getState().scene?.marks
  click('pipe-nodes', 'gone')
  await pass(10)
  expect(tool()?.report).toMatchObject({ status: 'failed', reason: 'gone: got HTTP 404; expected 200', count: 0 })
  expect(app.store.getState().scene?.marks).toEqual(before)
  answers.set('/collections/pipe-nodes/items/v1', valve)
  click('pipe-nodes', 'v1')
  await pass(10)
  expect(tool()?.report).toMatchObject({ status: 'ready', count: 1 })
})

test('what is no part of a network does nothing', async () => {
  const { click, pass, tool } = await world()
  click('buildings', 'b1')
  await pass(10)
  expect(tool()?.report).toMatchObject({ status: 'waiting', count: 0 })
})

test('a new mark takes the first number that is free, in a page without a scene too', async () => {
  const { app } = await world()
  const state = app.store.getState()
  expect(freeMark(state, 'hydraulics')).toBe('hydraulics-2')
  expect(freeMark(state, 'pit')).toBe('pit-1')
  expect(freeMark({ ...state, scene: null }, 'hydraulics')).toBe('hydraulics-1')
})
