/** Questions about networks over HTTP, on both databases. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CityFeature } from '../data/geo/city-feature.ts'
import type { Database } from './db/database.ts'
import { storeLayer } from './db/store-layer.ts'
import { openTestDatabase } from './db/test-database.ts'
import { startTestServer, type TestServer } from './test-server.ts'

const STEP = 0.001

/** Source – valve – three pipes with a hydrant – valve – one more pipe; and a gas pipe close beside. */
function features(): { pipes: CityFeature[]; nodes: CityFeature[] } {
  const kinds = ['reservoir', 'valve', 'junction', 'hydrant', 'valve', 'junction']
  const place = (i: number): number[] => [121.4 + i * STEP, 28.6, 5]
  const nodes = kinds.map(
    (kind, i): CityFeature => ({
      id: `n${i}`,
      layer: 'pipe-nodes',
      geometry: { type: 'Point', coordinates: place(i) },
      style: { class: kind, utility: 'water', top: 5, bottom: 3 },
      attributes: i === 5 ? { demandLps: 2.5 } : {},
    }),
  )
  const pipe = (id: string, utility: string, from: number[], to: number[], style = {}): CityFeature => ({
    id,
    layer: 'pipes',
    geometry: { type: 'LineString', coordinates: [from, to].map(([lng, lat]) => [lng, lat, 3]) },
    style: { class: utility, diameter: 0.3, ...style },
    attributes: {},
  })
  const pipes = kinds
    .slice(1)
    .map((_, i) => pipe(`p${i}`, 'water', place(i), place(i + 1), { from: `n${i}`, to: `n${i + 1}`, flow: 'gravity' }))
  const beside = [place(1), place(3)].map(([lng, lat]) => [lng, lat + 5e-6])
  return { pipes: [...pipes, pipe('g0', 'gas', beside[0], beside[1])], nodes }
}

let db: Database
let server: TestServer
beforeAll(async () => {
  db = await openTestDatabase()
  const { pipes, nodes } = features()
  await storeLayer(db, { source: 'net', layer: 'pipes', features: pipes })
  await storeLayer(db, { source: 'net', layer: 'pipe-nodes', features: nodes })
  server = await startTestServer(db)
})
afterAll(async () => {
  await server.stop()
  await db.close()
})

interface Answer {
  features: { id?: string; properties: Record<string, unknown>; geometry: { type: string } }[]
  summary: Record<string, unknown>
  method: { zh: string }
  detail?: string
}
async function ask(path: string): Promise<{ status: number; json: Answer }> {
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`)
  return { status: response.status, json: (await response.json()) as Answer }
}
const ids = ({ features: list }: Answer, role: string) =>
  list.filter(({ properties }) => properties.role === role).map(({ id }) => id)

test('a burst names valves, empty and dry pipes, hydrants and demand lost', async () => {
  const { json } = await ask('/networks/water/isolate?pipe=p2')
  expect(ids(json, 'burst')).toEqual(['p2'])
  expect(ids(json, 'shut')).toEqual(['p1', 'p3'])
  expect(ids(json, 'dry')).toEqual(['p4'])
  expect(ids(json, 'valve')).toEqual(['n1', 'n4'])
  expect(ids(json, 'hydrant')).toEqual(['n3'])
  expect(json.summary).toMatchObject({ valves: 1, lostLps: 2.5, dryPipes: 1, feed: 'sources-by-kind' })
  expect(json.method.zh).toMatch(/阀门/)
  const wider = await ask('/networks/water/isolate?pipe=p2&stuck=n1')
  expect(ids(wider.json, 'shut').sort()).toEqual(['p0', 'p1', 'p3'])
  expect(ids(wider.json, 'stuck')).toEqual(['n1'])
})

test('traces follow the pipes and tell the time', async () => {
  const down = await ask('/networks/water/trace?node=n2&sense=downstream')
  expect(ids(down.json, 'traced').sort()).toEqual(['p2', 'p3', 'p4'])
  expect(Number(down.json.summary.minutes)).toBeGreaterThan(1)
  const up = await ask('/networks/water/trace?node=n2&sense=upstream')
  expect(ids(up.json, 'traced').sort()).toEqual(['p0', 'p1'])
})

test('clearance and digging see all utilities', async () => {
  const near = await ask('/networks/all/clearance?bbox=121.39,28.5,121.5,28.7')
  expect(near.json.summary.horizontal).toBeGreaterThan(0)
  const dig = await ask(
    '/networks/all/dig-check?kind=trench&places=121.4015,28.5995;121.4015,28.6005&width=0.6&depth=3',
  )
  expect(ids(dig.json, 'hit').sort()).toEqual(['g0', 'p1'])
})

test('bad questions are refused with the reason', async () => {
  for (const [path, status, words] of [
    ['/networks/beer/trace?node=n1&sense=both', 404, /unknown utility, got beer; expected all \| water/],
    ['/networks/heat/trace?node=n1&sense=both', 404, /has no pipes of heat/],
    ['/networks/water/isolate?pipe=zz', 404, /no such pipe of water, got zz/],
    ['/networks/water/isolate', 400, /pipe/],
    ['/networks/water/isolate?pipe=p1&stuck=zz', 404, /no such node of water, got zz/],
    ['/networks/water/trace?node=n1&sense=sideways', 400, /sense/],
    ['/networks/all/dig-check?kind=pit&places=121.4,28.6&depth=2', 400, /got 1 points; expected at least 3/],
    ['/networks/all/dig-check?kind=pile&places=oops', 400, /places/],
  ] as const) {
    const { status: got, json } = await ask(path)
    expect(got, path).toBe(status)
    expect(json.detail, path).toMatch(words)
  }
  expect(server.errors).toEqual([])
})

test('a changed network answers anew', async () => {
  const { pipes } = features()
  await storeLayer(db, { source: 'net', layer: 'pipes', features: pipes.filter(({ id }) => id !== 'p4') })
  expect(ids((await ask('/networks/water/isolate?pipe=p2')).json, 'dry')).toEqual([])
})
