/** Questions about networks over HTTP, on both databases. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CityFeature } from '../data/geo/city-feature.ts'
import type { Database } from './db/database.ts'
import { remember } from './db/meta.ts'
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
    style: { class: utility, diameter: 0.3, owner: utility === 'water' ? 'Waterworks' : '', ...style },
    attributes: {},
  })
  const pipes = kinds.slice(1).map((_, i) =>
    pipe(`p${i}`, 'water', place(i), place(i + 1), {
      from: `n${i}`,
      to: `n${i + 1}`,
      flow: 'gravity',
      ...(i === 3 && { year: 1920, material: '灰口铸铁' }),
      ...(i === 1 && { material: '<Water>' }),
    }),
  )
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

test('a hole names owners, rules and its own number; a page to print says the same in both languages', async () => {
  const question = '/networks/all/dig-check?kind=pile&places=121.4015,28.600002&width=0.8&depth=20'
  const { json } = await ask(question)
  const [hole] = json.features
  const first = json.features.find(({ id }) => id === 'p1')
  expect(hole.properties).toMatchObject({ role: 'hole', kind: 'pile', widthM: 0.8, depthM: 20 })
  expect(first?.properties).toMatchObject({ role: 'hit', rank: 2, class: 'water', owner: 'Waterworks', protectM: 1 })
  expect(json.summary).toMatchObject({ hit: 2, beside: 0, owners: 1 })
  for (const [lang, title] of [
    ['zh', '占掘路管线核查意见'],
    ['en', 'Road-opening permit'],
  ]) {
    const page = await fetch(`http://127.0.0.1:${server.port}${question}&format=html&lang=${lang}`)
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    const html = await page.text()
    expect(html).toContain(title)
    expect(html).toContain('<svg')
    expect(html).toContain('p1')
    expect(html).not.toContain('<script')
    expect(html).toContain('&#60;Water&#62;')
  }
})

test('clearance comes in pages with a true total, by rule', async () => {
  const everything = await ask('/networks/all/clearance?bbox=121.39,28.5,121.5,28.7')
  const total = Number(everything.json.summary.total)
  expect(total).toBeGreaterThan(1)
  const pages = await Promise.all(
    Array.from({ length: total }, (_, offset) =>
      ask(`/networks/all/clearance?bbox=121.39,28.5,121.5,28.7&limit=1&offset=${offset}`),
    ),
  )
  const found = (answer: Answer) => answer.features.filter(({ properties }) => properties.role !== 'area')
  expect(pages.flatMap(({ json }) => found(json))).toEqual(found(everything.json))
  expect(pages.every(({ json }) => json.summary.total === total && json.summary.shown === 1)).toBe(true)
  const one = await ask('/networks/all/clearance?bbox=121.39,28.5,121.5,28.7&rule=vertical')
  expect(one.json.summary.total).toBe(everything.json.summary.vertical)
})

test('defects are those that were kept when the data came in, else found now; by rule and utility', async () => {
  const now = await ask('/networks/defects')
  expect(ids(now.json, 'note')).toContain('g0')
  expect(
    (await ask('/networks/defects?utility=gas')).json.features.every(({ properties: p }) => p.class === 'gas'),
  ).toBe(true)
  const kept = {
    rule: 'uphill',
    severity: 'error',
    pipes: ['p2'],
    nodes: [],
    lng: 121.4025,
    lat: 28.6,
    found: 'rises 0.2 m',
    expected: 'falls',
  }
  await remember(db, 'network-defects:net', { total: 1, defects: [kept] })
  const { json } = await ask('/networks/defects?rule=uphill&bbox=121.4,28.5,121.5,28.7')
  expect(ids(json, 'error')).toEqual(['p2'])
  expect(json.features[0].properties).toMatchObject({
    words: { zh: '排水管逆坡' },
    found: 'rises 0.2 m',
    class: 'water',
  })
  expect(json.summary).toMatchObject({ total: 1, error: 1 })
})

test('risk ranks by the weights that it is given; pollution is upstream of all and of no clean node', async () => {
  const { json } = await ask('/networks/water/risk?limit=2')
  expect(json.summary).toMatchObject({ pipes: 5, shown: 2, pastLife: 1 })
  expect(json.features[0]).toMatchObject({ id: 'p3', properties: { role: 'past-life', rank: 1 } })
  const byDemand = await ask('/networks/water/risk?weights=0,0,0,1')
  expect(byDemand.json.features[0].id).toBe('p4')
  const sources = await ask('/networks/water/pollution?polluted=n3,n2')
  expect(ids(sources.json, 'candidate')).toEqual(['n2', 'n1', 'n0'])
  expect(ids((await ask('/networks/water/pollution?polluted=n3,n2&clean=n1')).json, 'candidate')).toEqual(['n2'])
})

test('who has no water: the building whose nearest pipe is lost, hospitals first', async () => {
  const ring = (lng: number): number[][] =>
    [0, 1, 2, 3, 0].map((i) => [lng + (i === 1 || i === 2 ? 2e-4 : 0), 28.6002 + (i > 1 && i < 4 ? 2e-4 : 0)])
  const building = (id: string, lng: number, style: CityFeature['style']): CityFeature => ({
    id,
    layer: 'buildings',
    geometry: { type: 'Polygon', coordinates: [ring(lng)] },
    style,
    attributes: {},
  })
  const features = [
    building('home', 121.4023, { class: 'residential', levels: 6, height: 18 }),
    building('clinic', 121.4028, { class: 'hospital', name: 'Clinic', levels: 3, height: 10 }),
    building('far', 121.4003, { class: 'residential', levels: 6, height: 18 }),
  ]
  await storeLayer(db, { source: 'net', layer: 'buildings', features })
  const { json } = await ask('/networks/water/isolate?pipe=p2')
  expect(ids(json, 'customer')).toEqual(['clinic', 'home'])
  expect(json.summary).toMatchObject({ customers: 2, important: 1 })
  expect(Number(json.summary.people)).toBeGreaterThan(20)
  expect(Number(json.summary.hours)).toBeGreaterThan(4)
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
    ['/networks/defects?rule=beer', 400, /rule: got beer; expected dangling-end/],
    ['/networks/defects?source=beer', 404, /no pipes of that source, got beer; expected net/],
    ['/networks/defects?utility=beer', 404, /unknown utility, got beer/],
    ['/networks/water/risk?weights=1,2', 400, /weights: got 1,2; expected age,material,size,demand/],
    ['/networks/all/risk', 400, /got all; expected one utility/],
    ['/networks/water/pollution?polluted=zz', 404, /no such node of water, got zz/],
    ['/networks/all/clearance?limit=0', 400, /limit/],
    ['/networks/all/dig-check?kind=pile&places=121.4,28.6&width=50', 400, /got diameter 50; expected 0 … 20 m/],
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
