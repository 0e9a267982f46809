/** The ground between boreholes over HTTP, on both databases. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { GEOGRAPHIC } from '../data/geo/tile-grid.ts'
import { boreholeFeature } from '../data/geology/borehole.ts'
import type { Database } from './db/database.ts'
import { storeLayer } from './db/store-layer.ts'
import { openTestDatabase } from './db/test-database.ts'
import { strataProvider } from './sources/geology.ts'
import { startTestServer, type TestServer } from './test-server.ts'

const STEP = 0.001
/** Three holes 98 m apart; the one in the middle has no clay. */
function holes() {
  return [0, 1, 2].map((i) =>
    boreholeFeature(
      {
        id: `ZK${i}`,
        source: 'survey',
        lng: 121.4 + i * STEP,
        lat: 28.6,
        collar: 15,
        depth: 20,
        strata: [
          { top: 0, bottom: 1, code: '①', soil: 'plain-fill', name: '素填土' },
          ...(i === 1 ? [] : [{ top: 1, bottom: 3, code: '②', soil: 'clay', name: '黏土' }]),
          { top: i === 1 ? 1 : 3, bottom: 20, code: '③', soil: 'muck', name: '淤泥' },
        ],
        water: [{ depth: 1, kind: 'level', date: '2024-05-01' }],
      },
      { class: 'drilling', attributes: { 工程名称: '测试' } },
    ),
  )
}

let db: Database
let server: TestServer
beforeAll(async () => {
  db = await openTestDatabase()
  server = await startTestServer(db)
})
afterAll(async () => {
  await server.stop()
  await db.close()
})

interface Answer {
  units: { code: string; name: string; color: string; hatch: string }[]
  places: { ground: number; water: number; nearestM: number; layers: [number, number, number, number][] }[]
  holes: number
  synthetic: boolean
  method: { zh: string; en: string } | null
  detail?: string
}
async function ask(path: string): Promise<{ status: number; json: Answer }> {
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`)
  return { status: response.status, json: (await response.json()) as Answer }
}

const tileAt = (lng: number, lat: number, z = 15) => `${z}/${GEOGRAPHIC.x(lng, z)}/${GEOGRAPHIC.y(lat, z)}`

test('a city without boreholes says so, and its sections have no soil', async () => {
  const { status, json } = await ask('/geology/strata?at=121.4,28.6')
  expect(status).toBe(200)
  expect(json).toMatchObject({ units: [], places: [], holes: 0, method: null })
  expect(
    await strataProvider(db, () => 15)(
      [
        [121.4, 28.6],
        [121.41, 28.6],
      ],
      [0, 980],
    ),
  ).toBeNull()
})

test('layers at a hole are its log, between holes the clay ends, far away nothing is said', async () => {
  await storeLayer(db, { source: 'survey', layer: 'boreholes', features: holes() })
  const { json } = await ask('/geology/strata?line=121.4,28.6;121.4006,28.6;121.401,28.6;121.5,28.6')
  expect(json.units.map(({ code, name }) => `${code} ${name}`)).toEqual(['① 素填土', '② 黏土', '③ 淤泥'])
  expect(json.units[2]).toMatchObject({ color: expect.stringMatching(/^#/), hatch: 'wave' })
  const [first, between, middle, far] = json.places
  expect(first!.layers.map(([unit, top, bottom]) => [unit, top, bottom])).toEqual([
    [0, 15, 14],
    [1, 14, 12],
    [2, 12, -5],
  ])
  expect(first).toMatchObject({ ground: 15, water: 14, nearestM: 0 })
  expect(between!.layers.map(([unit]) => unit)).toEqual([0, 2])
  expect(middle!.layers.map(([unit]) => unit)).toEqual([0, 2])
  expect(far!.layers).toEqual([])
  expect(far!.water).toBeNull()
  expect(json.method!.zh).toMatch(/自然邻点.*留一法.*平均误差/)
})

test('a changed layer is a changed answer', async () => {
  const [one] = holes()
  await storeLayer(db, { source: 'survey', layer: 'boreholes', features: [one!] })
  expect((await ask('/geology/strata?at=121.401,28.6')).json.places[0]!.layers).toHaveLength(3)
  await storeLayer(db, { source: 'survey', layer: 'boreholes', features: holes() })
  expect((await ask('/geology/strata?at=121.401,28.6')).json.places[0]!.layers).toHaveLength(2)
})

test('sections get each layer as tops and bottoms, wedges, water and the holes beside the line', async () => {
  const places = [0, 0.0005, 0.001, 0.0015, 0.002].map((d) => [121.4 + d, 28.6001] as const)
  const strata = await strataProvider(db, () => 15)(places, [0, 49, 98, 147, 196])
  expect(strata!.layers.map(({ name, pattern }) => [name, pattern])).toEqual([
    ['① 素填土', 'fill'],
    ['② 黏土', 'clay'],
    ['③ 淤泥', 'mud'],
  ])
  const [, clay] = strata!.layers
  expect(clay!.top[2]! - clay!.bottom[2]!).toBeCloseTo(0, 9)
  expect(clay!.top[0]! - clay!.bottom[0]!).toBeGreaterThan(1)
  expect(strata!.groundwater![2]).toBeCloseTo(14, 6)
  expect(strata!.boreholes.map(({ id, x }) => [id, Math.round(x)])).toEqual([
    ['ZK0', 0],
    ['ZK1', 98],
    ['ZK2', 196],
  ])
  expect(strata!.boreholes[0]!.offset).toBeCloseTo(11, 0)
  expect(strata!.synthetic).toBe(false)
})

interface Surfaces {
  side: number
  box: number[]
  nearestM: number[]
  layers: { code: string; errorM: number | null; compared: number; top: (number | null)[]; state: number[] }[]
  water: { height: (number | null)[]; dates: { from: string; to: string } | null; errorM: number | null } | null
  method: { zh: string } | null
}

test('tops of layers are told tile by tile, neighbours meet at their shared side, with errors and dates', async () => {
  const tile = async (lng: number) => (await ask(`/geology/surfaces/${tileAt(lng, 28.6)}`)).json as unknown as Surfaces
  const [one, two] = [await tile(121.4), await tile(121.4056)]
  expect(one.box[2]).toBe(two.box[0])
  expect(one.layers.map(({ code }) => code)).toEqual(['①', '②', '③'])
  const { side } = one
  expect(one.nearestM).toHaveLength(side ** 2)
  for (const [l, layer] of one.layers.entries())
    for (let j = 0; j < side; j++) expect(layer.top[j * side + side - 1]).toBe(two.layers[l]!.top[j * side])
  for (let node = 0; node < side ** 2; node++) {
    expect(one.layers[2]!.top[node]).toBeLessThanOrEqual(one.layers[1]!.top[node]!)
    expect(one.layers[0]!.state[node]).toBe(2)
  }
  expect(one.water).toMatchObject({ dates: { from: '2024-05-01', to: '2024-05-01' }, errorM: 0 })
  expect(one.layers[2]!.compared).toBeGreaterThan(0)
  expect(one.method!.zh).toMatch(/留一法/)
  const far = (await ask(`/geology/surfaces/${tileAt(122, 28)}`)).json as unknown as Surfaces
  expect(far).toMatchObject({ holes: 0, layers: [], water: null, method: null })
  for (const bad of ['15/1/99999999', '9/1/1', '15/-1/2', 'a/b/c', '15/1e3/2'])
    expect((await ask(`/geology/surfaces/${bad}`)).status, bad).toBe(400)
})

test('wrong questions are told what is allowed, and the description lists the address', async () => {
  for (const query of [
    '',
    '?at=1',
    '?at=500,2',
    '?line=1,2',
    '?at=121,28&line=121,28;122,28',
    '?at=121,28&deep=1',
    '?line=a,b;c,d',
  ])
    expect((await ask(`/geology/strata${query}`)).status, query).toBe(400)
  const api = (await ask('/api')).json as unknown as { paths: Record<string, unknown> }
  expect(Object.keys(api.paths)).toEqual(expect.arrayContaining(['/geology/strata', '/geology/surfaces/{z}/{x}/{y}']))
  const items = await ask('/collections/boreholes/items/ZK1')
  expect(items.status).toBe(200)
})
