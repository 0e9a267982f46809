/** Hydraulics over HTTP: a street of water pipes and an EPANET file, on both databases. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CityFeature } from '../data/geo/city-feature.ts'
import type { HydraulicsAnswer } from '../data/networks/hydraulics-answer.ts'
import type { Database } from './db/database.ts'
import { remember } from './db/meta.ts'
import { storeLayer } from './db/store-layer.ts'
import { openTestDatabase } from './db/test-database.ts'
import { startTestServer, type TestServer } from './test-server.ts'

const KINDS = ['reservoir', 'valve', 'junction', 'hydrant', 'valve', 'junction']
const place = (i: number): number[] => [121.4 + i * 0.001, 28.6, i === 0 ? 40 : 5]

/** Source – valve – junction – hydrant – valve – a consumer. */
function street(source: string, prefix: string): CityFeature[][] {
  const nodes = KINDS.map(
    (kind, i): CityFeature => ({
      id: `${prefix}n${i}`,
      layer: 'pipe-nodes',
      geometry: { type: 'Point', coordinates: place(i) },
      style: { class: kind, utility: 'water', top: i === 0 ? 40 : 5, bottom: 3 },
      attributes: i === 5 ? { demandLps: 2.5 } : { source },
    }),
  )
  const pipes = KINDS.slice(1).map(
    (_, i): CityFeature => ({
      id: `${prefix}p${i}`,
      layer: 'pipes',
      geometry: { type: 'LineString', coordinates: [place(i), place(i + 1)].map(([x = 0, y = 0]) => [x, y, 4]) },
      style: { class: 'water', diameter: 0.2, from: `${prefix}n${i}`, to: `${prefix}n${i + 1}`, flow: 'pressure' },
      attributes: {},
    }),
  )
  return [pipes, nodes]
}

const FILE = `[JUNCTIONS]
 n1 5 0
 n2 5 10
[RESERVOIRS]
 n0 40
[PIPES]
 p0 n0 n1 100 200 120 0 Open
 p1 n1 n2 100 200 120 0 Open
[TIMES]
 Duration 2:00
[OPTIONS]
 Units LPS
 Headloss H-W
[END]
`

/** A SWMM file of one pipe under half an hour of inflow. */
const SWMM = `[OPTIONS]
FLOW_UNITS CMS
FLOW_ROUTING DYNWAVE
LINK_OFFSETS DEPTH
START_DATE 07/01/2026
START_TIME 00:00:00
END_DATE 07/01/2026
END_TIME 01:00:00
ROUTING_STEP 5
[JUNCTIONS]
m0 10 3 0 0 0
[OUTFALLS]
m1 9.5 FREE NO
[CONDUITS]
c m0 m1 100 0.013 0 0 0 0
[XSECTIONS]
c CIRCULAR 0.5 0 0 0 1
[INFLOWS]
m0 FLOW "" FLOW 1 1 0.1
`

/** Three manholes of storm sewers down to an outfall; the first one drains half a hectare. */
function sewers(): CityFeature[][] {
  const at = (i: number): number[] => [121.42 + i * 0.001, 28.6, 12 - i]
  const nodes = [0, 1, 2].map(
    (i): CityFeature => ({
      id: `m${i}`,
      layer: 'pipe-nodes',
      geometry: { type: 'Point', coordinates: at(i) },
      style: { class: i === 2 ? 'outfall' : 'manhole', utility: 'storm', top: 12 - i, bottom: 10 - i },
      attributes: i === 0 ? { catchmentM2: 5000 } : {},
    }),
  )
  const pipes = [0, 1].map(
    (i): CityFeature => ({
      id: `c${i}`,
      layer: 'pipes',
      geometry: { type: 'LineString', coordinates: [at(i), at(i + 1)].map(([x = 0, y = 0, z = 0]) => [x, y, z - 1.8]) },
      style: { class: 'storm', diameter: 0.4, from: `m${i}`, to: `m${i + 1}`, flow: 'gravity' },
      attributes: {},
    }),
  )
  return [pipes, nodes]
}

let db: Database
let server: TestServer
beforeAll(async () => {
  db = await openTestDatabase()
  const [pipes = [], nodes = []] = street('net', '')
  const [more = [], shafts = []] = street('town', 'town:')
  await storeLayer(db, { source: 'net', layer: 'pipes', features: pipes })
  await storeLayer(db, { source: 'net', layer: 'pipe-nodes', features: nodes })
  await storeLayer(db, { source: 'town', layer: 'pipes', features: more.slice(0, 2) })
  await storeLayer(db, { source: 'town', layer: 'pipe-nodes', features: shafts.slice(0, 3) })
  const [drains = [], covers = []] = sewers()
  await storeLayer(db, { source: 'drains', layer: 'pipes', features: drains })
  await storeLayer(db, { source: 'drains', layer: 'pipe-nodes', features: covers })
  const named = (list: CityFeature[]) => list.map((one) => ({ ...one, id: `wave:${one.id.replace('c0', 'c')}` }))
  await storeLayer(db, { source: 'wave', layer: 'pipes', features: named(drains.slice(0, 1)) })
  await storeLayer(db, { source: 'wave', layer: 'pipe-nodes', features: named(covers.slice(0, 2)) })
  await remember(db, 'network-model:wave:wave.inp', { format: 'swmm', text: SWMM })
  await remember(db, 'network-model:town:town.inp', { format: 'epanet', text: FILE })
  await remember(db, 'network-model:town:bad.inp', { format: 'epanet', text: FILE.replace('200 120', '200') })
  server = await startTestServer(db)
})
afterAll(async () => {
  await server.stop()
  await db.close()
})

type Answer = HydraulicsAnswer & { detail?: string }
async function capacity(query: string): Promise<{ status: number; json: Answer }> {
  const response = await fetch(`http://127.0.0.1:${server.port}/networks/${query}`)
  return { status: response.status, json: (await response.json()) as Answer }
}
async function ask(query: string): Promise<{ status: number; json: Answer }> {
  const response = await fetch(`http://127.0.0.1:${server.port}/networks/water/hydraulics${query}`)
  return { status: response.status, json: (await response.json()) as Answer }
}
const at = ({ nodes }: Answer, id: string): (number | null)[] => nodes.values.map((row) => row[nodes.ids.indexOf(id)]!)

test('the city’s own pipes are solved over a day, by its own ids', async () => {
  const { status, json } = await ask('')
  expect(status).toBe(200)
  expect(json.model.id).toBe('network')
  expect(json.choices.map(({ id }) => id)).toEqual(['network', 'town:bad.inp', 'town:town.inp'])
  expect(json.times).toHaveLength(25)
  for (const pressure of at(json, 'n5')) expect(pressure).toBeGreaterThan(30)
  expect(json.ways[0]).toMatch(/^\++$/)
  expect(json.worst[0]).toMatchObject({ collection: 'pipe-nodes', id: 'n5' })
  expect(json.pipes.ids).toContain('p4')
})

test('a shut valve stops the flow behind it; a hydrant in use costs pressure', async () => {
  const flow = (await ask('?show=flow&at=8&closed=n4')).json
  expect(flow.pipes.values[0]).toEqual([0, 0, 0, 0, 0])
  const calm = (await ask('?at=8')).json
  const fire = (await ask('?at=8&fire=n3:30&residual=10')).json
  expect(at(fire, 'n3')[0]).toBeLessThan(at(calm, 'n3')[0]! - 1)
  expect(fire.fire?.availableM3s).toBeGreaterThan(0.03)
  expect(fire.fire?.neighbours.length).toBeGreaterThan(0)
  const more = (await ask('?at=8&demand=n5:20')).json
  expect(at(more, 'n5')[0]).toBeLessThan(at(calm, 'n5')[0]! - 1)
})

test('an imported file is solved as it is, and what EPANET refuses is said in its words', async () => {
  const { json } = await ask('?model=town:town.inp')
  expect(json.times).toEqual([0, 3600, 7200])
  expect(json.nodes.ids).toEqual(['town:n1', 'town:n2', 'town:n0'])
  // 10 L/s through 2 × 100 m of 200 mm, C = 120 (Hazen–Williams)
  const loss = 2 * ((10.67 * 100 * 0.01 ** 1.852) / (120 ** 1.852 * 0.2 ** 4.871))
  expect(at(json, 'town:n2')[0]).toBeCloseTo(35 - loss, 1)
  const bad = await ask('?model=town:bad.inp')
  expect(bad.status).toBe(422)
  expect(bad.json.detail).toMatch(/epanet: error 200: .*Error \d+: .*\[PIPES\]/)
})

test('sewers: a rarer storm fills them more, until covers overflow', async () => {
  const usual = (await capacity('storm/capacity?return=1')).json
  const rare = (await capacity('storm/capacity?return=100')).json
  expect(usual.unit).toBe('')
  expect(usual.pipes.ids).toEqual(['c0', 'c1', 'wave:c'])
  const most = ({ pipes }: Answer): number => Math.max(...pipes.values.map((row) => row[0] ?? 0))
  expect(most(usual)).toBeGreaterThan(0.2)
  expect(most(rare)).toBeGreaterThan(most(usual))
  const spilled = (await capacity('storm/capacity?return=100&show=overflow')).json
  expect(Number(spilled.summary.overflowing)).toBe(spilled.nodes.ids.length)
  expect((await capacity('water/capacity')).json.detail).toMatch(/got water; expected storm \| foul \| combined/)
  expect((await capacity('storm/capacity?return=0')).status).toBe(400)
  expect((await capacity('foul/capacity')).status).toBe(404)
})

test('a SWMM file is run by the dynamic wave', async () => {
  const { status, json } = await capacity('storm/capacity?model=wave:wave.inp&show=flow')
  expect(status).toBe(200)
  expect(json.pipes.ids).toEqual(['wave:c'])
  // 0.1 m³/s comes in and goes out
  expect(json.pipes.values.at(-1)?.[0]).toBeCloseTo(100, 0)
  expect(json.times.length).toBeGreaterThan(30)
  const fill = (await capacity('storm/capacity?model=wave:wave.inp')).json
  expect(fill.pipes.values.at(-1)?.[0]).toBeGreaterThan(0.2)
  expect((await capacity('storm/capacity?model=wave:zz')).json.detail).toMatch(/no such model, got wave:zz/)
})

test('bad questions are refused with the reason, and the next one is answered', async () => {
  for (const [query, status, words] of [
    ['?model=zz', 404, /no such model, got zz; expected network \| town:bad.inp \| town:town.inp/],
    ['?closed=zz', 404, /no such pipe, valve or pump in network, got zz/],
    ['?closed=n5', 404, /n5 is no valve or pump/],
    ['?demand=n5', 400, /demand: expected id:litres per second/],
    ['?fire=n0:20', 400, /n0 is a reservoir; expected a junction/],
    ['?fire=n3:9000', 400, /fire flow: got 9 m³\/s/],
    ['?fire=n3:1,n5:1', 400, /got 2 hydrants; expected one/],
    ['?show=taste', 400, /show/],
    ['?at=x', 400, /at: expected a number/],
  ] as const) {
    const { status: got, json } = await ask(query)
    expect(got, query).toBe(status)
    expect(json.detail, query).toMatch(words)
  }
  expect((await ask('?at=1')).status).toBe(200)
  expect(server.errors).toEqual([])
})

test('long lists of changes come as JSON and are answered as the same question by address', async () => {
  const url = `http://127.0.0.1:${server.port}/networks/water/hydraulics`
  const post = async (body: unknown, type = 'application/json') => {
    const sent = typeof body === 'string' ? body : JSON.stringify(body)
    const response = await fetch(url, { method: 'POST', headers: { 'Content-Type': type }, body: sent })
    const json = (await response.json()) as Answer
    return { status: response.status, type: response.headers.get('content-type'), json }
  }
  const changes = { show: 'flow', at: 8, closed: ['n4'], demand: { n3: 1.5 }, demandFactor: 2 }
  const sent = await post(changes)
  expect(sent.status).toBe(200)
  const same = (await ask('?show=flow&at=8&closed=n4&demand=n3:1.5&demandFactor=2')).json
  expect({ ...sent.json, seconds: 0 }).toEqual({ ...same, seconds: 0 })
  // more ids than any address holds
  const many = Array.from({ length: 2000 }, () => 'n4')
  const flow = (await post({ ...changes, closed: many })).json
  expect(flow.pipes.values).toEqual(same.pipes.values)
  const fire = (await post({ at: 8, fire: { node: 'n3', lps: 30, residual: 12 } })).json
  expect(fire.fire?.availableM3s).toBeGreaterThan(0.03)
  for (const [body, status, words] of [
    [{ closed: ['zz'] }, 404, /no such pipe, valve or pump in network, got zz/],
    [{ demand: { n5: 'much' } }, 400, /body: demand.n5: /],
    [{ valves: [] }, 400, /body: valves: unknown; expected model \| show/],
    [{ fire: { node: 'n3', lps: 1, hose: 2 } }, 400, /body: fire: .*hose/],
    [{ demand: { n0: 5 } }, 400, /n0 is a reservoir; expected a junction/],
    ['[]', 400, /body: expected a JSON object/],
    ['{"at":', 400, /body: cannot be read; expected JSON/],
    [`{"model":"${'x'.repeat(2 ** 20)}"}`, 413, /body: too large; expected at most 1048576 bytes/],
  ] as const) {
    const refused = await post(body)
    expect(refused.json.detail, JSON.stringify(body).slice(0, 80)).toMatch(words)
    expect(refused.status).toBe(status)
    expect(refused.type).toBe('application/problem+json')
  }
  expect((await post('closed=n4', 'application/x-www-form-urlencoded')).json.detail).toMatch(
    /got application\/x-www-form-urlencoded; expected application\/json/,
  )
  const api = (await (await fetch(`http://127.0.0.1:${server.port}/api`)).json()) as {
    paths: Record<
      string,
      Record<
        string,
        { requestBody?: { content: Record<string, { schema: { properties: object } }> }; security?: object }
      >
    >
  }
  const described = api.paths['/networks/water/hydraulics']!.post!
  expect(Object.keys(described.requestBody!.content['application/json']!.schema.properties)).toContain('demand')
  expect(described.security).toBeUndefined()
  const preflight = await fetch(url, { method: 'OPTIONS' })
  expect(preflight.headers.get('allow')).toBe('GET, HEAD, POST, OPTIONS')
  expect(preflight.headers.get('access-control-allow-headers')).toContain('Content-Type')
})

test('a question whose asker has gone leaves the worker free', async () => {
  const gone = new AbortController()
  const asked = fetch(`http://127.0.0.1:${server.port}/networks/water/hydraulics?show=age&hours=24`, {
    signal: gone.signal,
  })
  gone.abort()
  await expect(asked).rejects.toThrow()
  expect((await ask('?show=velocity&at=2')).status).toBe(200)
  expect(server.errors).toEqual([])
})
