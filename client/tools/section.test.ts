/** The section tools: what clicks leave behind, where its answer is asked for, and that undo takes it back. */
import { expect, test } from 'vitest'
import { metresPerDegree } from '../../data/geo/ellipsoid.ts'
import type { Mark } from '../../scenes/schema/scene.ts'
import { longSectionSchema } from '../../scenes/schema/section-marks.ts'
import { sectionAddress } from '../app/section-address.ts'
import { createApp } from '../app/store.ts'
import { createWorld, jsonAnswer } from '../app/test-world.ts'
import { TOOLS } from './all-tools.ts'
import { runTools } from './run-tools.ts'
import { perpendicular } from './section-across.ts'

async function world() {
  const made = createWorld('scene=tiny/city')
  const app = createApp(made.ports)
  const stop = runTools(app, TOOLS, made.ports.fetch as unknown as typeof fetch)
  await Promise.all([app.start(), made.pass(10)])
  const marks = () => app.store.getState().scene?.marks ?? {}
  const point = (lng: number, lat: number, collection = '', id = '') =>
    app.dispatch({
      type: 'tool.point',
      at: { lng, lat, ground: 5, feature: collection ? { layer: 'pipes', collection, id, lng, lat } : null },
    })
  return { ...made, app, stop, marks, point }
}

test('two clicks cut from one to the other; undo takes the cut back', async () => {
  const { app, marks, point } = await world()
  app.dispatch({ type: 'tool.start', id: 'section-cut', params: { across: false } })
  point(121.44, 28.65)
  expect(app.store.getState().tool?.report.draft?.places).toEqual([[121.44, 28.65]])
  point(121.44, 28.65)
  expect(marks()).toEqual({})
  point(121.441, 28.65)
  expect(marks()).toEqual({
    'section-1': {
      type: 'section',
      line: [
        [121.44, 28.65],
        [121.441, 28.65],
      ],
    },
  })
  app.dispatch({ type: 'undo' })
  expect(marks()).toEqual({})
})

test('one click cuts at right angles to the nearest road, as wide as the road and twelve metres more on either side', async () => {
  const { app, marks, point, answers, pass } = await world()
  const road = (lat: number, widthM: number) => ({
    geometry: {
      type: 'LineString',
      coordinates: [
        [121.43, lat],
        [121.45, lat],
      ],
    },
    properties: { class: 'primary', widthM },
  })
  answers.set('/collections/roads/items?limit=50&bbox=121.439591,28.649641,121.440409,28.650359', () =>
    jsonAnswer({ features: [road(28.6502, 8), road(28.65001, 24)] }),
  )
  app.dispatch({ type: 'tool.start', id: 'section-cut' })
  point(121.44, 28.65)
  expect(app.store.getState().tool?.report.status).toBe('working')
  await pass(10)
  const mark = marks()['section-1']
  const line = mark?.type === 'section' ? mark.line : []
  const [, north] = metresPerDegree(28.65)
  expect(line.map(([lng]) => Number(lng.toFixed(6)))).toEqual([121.44, 121.44])
  // from north to south
  expect(((line[0]?.[1] ?? 0) - (line[1]?.[1] ?? 0)) * north).toBeCloseTo(48, 1)
  point(100, 10)
  await pass(10)
  expect(app.store.getState().tool?.report.status).toBe('failed')
})

test('a click on a pipe asks for its run, on a node for what is downstream, two clicks for what is between', async () => {
  const { app, marks, point, answers, pass } = await world()
  answers.set('/collections/pipes/items/p%201', () =>
    jsonAnswer({ geometry: null, properties: { class: 'storm', from: 'a', to: 'b' } }),
  )
  answers.set('/collections/pipe-nodes/items/c', () => jsonAnswer({ geometry: null, properties: { utility: 'storm' } }))
  app.dispatch({ type: 'tool.start', id: 'section-along' })
  point(121.44, 28.65, 'pipes', 'p 1')
  await pass(10)
  point(121.44, 28.65, 'pipe-nodes', 'c')
  await pass(10)
  app.dispatch({ type: 'tool.start', id: 'section-along', params: { between: true } })
  point(121.44, 28.65, 'pipes', 'p 1')
  await pass(10)
  expect(app.store.getState().tool?.report.draft?.places).toHaveLength(1)
  point(121.45, 28.65, 'pipe-nodes', 'c')
  await pass(10)
  expect(Object.values(marks())).toEqual([
    { type: 'long-section', utility: 'storm', pipe: 'p 1' },
    { type: 'long-section', utility: 'storm', from: 'c' },
    { type: 'long-section', utility: 'storm', from: 'a', to: 'c' },
  ])
  expect(Object.values(marks()).map(sectionAddress)).toEqual([
    '/networks/storm/section?pipe=p%201',
    '/networks/storm/section?from=c',
    '/networks/storm/section?from=a&to=c',
  ])
  // another storm's water is asked for anew
  const [[id, mark]] = Object.entries(marks()) as [[string, Extract<Mark, { type: 'long-section' }>]]
  answers.set('/networks/storm/section?pipe=p%201&return=20', () => jsonAnswer({ features: [], summary: { pipes: 3 } }))
  app.dispatch({ type: 'mark.set', id, mark: { ...mark, returnPeriod: 20 } })
  await pass(10)
  expect(sectionAddress(marks()[id]!)).toBe('/networks/storm/section?pipe=p%201&return=20')
  expect(longSectionSchema.parse(marks()[id])).toMatchObject({ returnPeriod: 20 })
  expect(longSectionSchema.safeParse({ ...mark, returnPeriod: 0 }).success).toBe(false)
})

test('cuts across a road read from west to east, or from north to south, whichever way the road is drawn', () => {
  const line = [
    [121.44, 28.65],
    [121.44, 28.66],
  ]
  const up = perpendicular(line, [121.4401, 28.655], 20)
  const down = perpendicular([...line].reverse(), [121.4401, 28.655], 20)
  expect(up?.line).toEqual(down?.line)
  expect((up?.line[0]?.[0] ?? 0) < (up?.line[1]?.[0] ?? 0)).toBe(true)
  expect(up?.distance).toBeCloseTo(0.0001 * metresPerDegree(28.655)[0], 3)
  expect(perpendicular([[121.44, 28.65]], [121.44, 28.65], 5)).toBeNull()
})
