/** The addresses of the server over a small city; the same suite runs on PGlite and, with DATABASE_URL, on PostgreSQL. */

import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from './db/database.ts'
import { writeHeightGrid } from './db/height-store.ts'
import { openTestDatabase } from './db/test-database.ts'
import { startTestServer, storeTestCity, type TestServer } from './test-server.ts'

let db: Database
let server: TestServer
beforeAll(async () => {
  db = await openTestDatabase()
  await storeTestCity(db)
  server = await startTestServer(db)
})
afterAll(async () => {
  await server.stop()
  await db.close()
})

type Json = Record<string, never> & { [key: string]: never }
const ask = (path: string, init?: RequestInit) => fetch(server.url + path, init)
const json = async <T = Json>(path: string): Promise<T> => {
  const response = await ask(path)
  expect(`${response.status} ${path}`).toBe(`200 ${path}`)
  return (await response.json()) as T
}
const refused = async (path: string, init?: RequestInit) => {
  const response = await ask(path, init)
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  const problem = (await response.json()) as { status: number; detail: string }
  expect(problem.status).toBe(response.status)
  expect(JSON.stringify(problem)).not.toMatch(/node_modules|at \w+ \(|postgres:\/\/|\/work\//)
  return `${response.status} ${problem.detail}`
}
interface Items {
  features: { id: string; geometry: { coordinates: unknown }; properties: Record<string, unknown> }[]
  numberReturned: number
  links: { rel: string; href: string }[]
}

test('the collections say what there is, how much, where, and where it came from', async () => {
  const { collections } = await json<{ collections: Record<string, unknown>[] }>('/collections')
  expect(collections.map(({ id, features }) => `${id} ${features}`)).toEqual(['buildings 200', 'roads 1', 'places 1'])
  expect(collections[0]).toMatchObject({
    source: {
      id: 'demo',
      title: '演示',
      attribution: '© nobody',
      dataDate: '2026-01-01',
      crs: 'EPSG:4490',
      datum: 'EGM96',
      synthetic: true,
    },
    extent: { spatial: { bbox: [[121.4, 28.6, expect.closeTo(121.4192), expect.closeTo(28.6092)]] } },
  })
  expect(await json('/collections/water')).toMatchObject({ features: 0, source: null })
  expect(await refused('/collections/dragons')).toMatch(
    '404 collections: unknown layer, got dragons; expected buildings | roads',
  )
})

test('the height grids are a collection of their own, with source, date, datum and spacing', async () => {
  expect(await refused('/collections/ground')).toMatch('404 collections: unknown layer, got ground')
  const header = {
    west: 121,
    south: 28,
    east: 122,
    north: 29,
    columns: 2,
    rows: 2,
    resolutionM: 30,
    dataDate: '2000-02-11',
    datum: 'EGM96',
    attribution: 'NASA',
  }
  const heights = join(server.root, 'heights')
  await writeHeightGrid(heights, 'demo-2', header, [Float32Array.of(1, 2), Float32Array.of(3, 90)])
  await writeHeightGrid(heights, '椒江-地形', { ...header, resolutionM: 5, east: 123 }, [
    Float32Array.of(1, 2),
    Float32Array.of(NaN, 4),
  ])
  const { collections } = await json<{ collections: Record<string, unknown>[] }>('/collections')
  expect(collections.map(({ id }) => id)).toEqual(['buildings', 'roads', 'places', 'ground'])
  expect(await json('/collections/ground')).toEqual(collections[3])
  expect(collections[3]).toMatchObject({
    itemType: 'coverage',
    extent: { spatial: { bbox: [[121, 28, 123, 29]] } },
    sources: [
      { id: '椒江-地形', title: '椒江-地形', synthetic: false, resolutionM: 5, low: 1, high: 4 },
      { title: '演示', synthetic: true, dataDate: '2000-02-11', datum: 'EGM96', attribution: 'NASA', high: 90 },
    ],
  })
})

test('items are paged by key until every feature came exactly once', async () => {
  const seen: string[] = []
  let path = '/collections/buildings/items?limit=37'
  for (;;) {
    const page = await json<Items>(path)
    expect(page.numberReturned).toBe(page.features.length)
    seen.push(...page.features.map(({ id }) => id))
    const next = page.links.find(({ rel }) => rel === 'next')
    if (!next) break
    path = next.href
  }
  expect(seen).toEqual(Array.from({ length: 200 }, (_, i) => `b${String(i).padStart(3, '0')}`))
})

test('items are chosen by box and by attribute, style words before raw attributes', async () => {
  const inBox = await json<Items>('/collections/buildings/items?bbox=121.4,28.6,121.4005,28.6035')
  expect(inBox.features.map(({ id }) => id)).toEqual(['b000', 'b020', 'b040', 'b060'])
  expect((await json<Items>('/collections/buildings/items?class=office&limit=1000')).numberReturned).toBe(100)
  expect(
    (await json<Items>(`/collections/buildings/items?class=residential&name=${encodeURIComponent('海门大厦6号')}`))
      .features[0].id,
  ).toBe('b006')
  expect((await json<Items>('/collections/buildings/items?height=15')).features[0].properties).toMatchObject({
    height: 15,
    listed: true,
  })
  expect((await json<Items>("/collections/buildings/items?class=';drop table feature;--")).numberReturned).toBe(0)
  expect((await json<Items>('/collections/buildings/items?bbox=179,-90,-179,90')).numberReturned).toBe(0)
})

test('a box takes what touches it, not what only has a box that does', async () => {
  const beside = '/collections/roads/items?bbox=121.406,28.601,121.409,28.604'
  expect((await json<Items>(beside)).numberReturned).toBe(0)
  expect((await json<Items>('/collections/roads/items?bbox=121.404,28.604,121.406,28.606')).numberReturned).toBe(1)
  expect((await json<Items>('/collections/roads/items?bbox=121.40,-90,121.39,90')).numberReturned).toBe(1)
})

test('a name that no feature has is refused instead of answered with nothing; moments are understood', async () => {
  const items = '/collections/buildings/items'
  expect(await refused(`${items}?clas=office`)).toMatch(/^400 query: clas: unknown; expected bbox \| datetime \|/)
  expect(await refused(`${items}?class=office&toString=1`)).toMatch('400 query: toString: unknown')
  expect(await refused(`${items}?__proto__=1`)).toMatch('400 query: __proto__: unknown')
  expect((await json<Items>(`${items}?class=castle`)).numberReturned).toBe(0)
  await db.query("update feature set valid_from = '2020-01-01Z', valid_to = '2021-01-01Z' where id = 'b000'")
  const count = async (moment: string) => (await json<Items>(`${items}?limit=500&datetime=${moment}`)).numberReturned
  expect(await count('2020-06-01T00:00:00Z')).toBe(200)
  expect(await count('2019-06-01T00:00:00%2B08:00')).toBe(199)
  expect(await count('../2019-12-31')).toBe(199)
  expect(await count('2020-12-31/..')).toBe(200)
  expect(await count('2021-02-01/2022-01-01')).toBe(199)
  for (const bad of ['yesterday', '2020', '2021-01-01/2020-01-01', '2020-13-01', 'a/b', '1/2/3', '..'])
    expect(await refused(`${items}?datetime=${bad}`)).toMatch('400 query: datetime: got')
  await db.query("update feature set valid_from = null, valid_to = null where id = 'b000'")
})

test('pages by key lose and repeat nothing while other rows come and go', async () => {
  const moved = (i: number) => `z${i}`
  const seen: string[] = []
  let path = '/collections/buildings/items?limit=20'
  for (let turn = 0; ; turn++) {
    const page = await json<Items>(path)
    seen.push(...page.features.map(({ id }) => id))
    const next = page.links.find(({ rel }) => rel === 'next')
    if (!next) break
    path = next.href
    // a row behind and a row ahead of the reader come, and the row the reader stopped at is renamed
    await db.query(
      `insert into feature select layer, $1, source, geom, cell, style, attributes, hash from feature where id = 'b000'`,
      [`a${turn}`],
    )
    if (turn === 3) await db.query('update feature set id = $1 where id = $2', [moved(turn), seen.at(-1)])
  }
  expect(new Set(seen).size).toBe(seen.length)
  expect(seen.filter((id) => id.startsWith('b'))).toEqual(
    Array.from({ length: 200 }, (_, i) => `b${String(i).padStart(3, '0')}`),
  )
  await db.query("delete from feature where id like 'a%' and layer = 'buildings'")
  await db.query("update feature set id = 'b079' where id = 'z3'")
})

test('a feature by id brings its attributes untouched, its words and its source', async () => {
  expect(await json('/collections/buildings/items/b005')).toMatchObject({
    id: 'b005',
    bbox: [expect.closeTo(121.405), 28.6, expect.closeTo(121.4052), expect.closeTo(28.6002)],
    style: { class: 'office', height: 15 },
    attributes: { height: '15 m', listed: true },
    source: { title: '演示', synthetic: true },
  })
  expect((await json<Items['features'][0]>('/collections/roads/items/r1')).geometry.coordinates).toEqual([
    [121.4, 28.6, 5],
    [121.41, 28.61, 6],
  ])
  expect(await json('/collections/places/items/p%2F1')).toMatchObject({ id: 'p/1' })
  expect(await refused('/collections/buildings/items/nobody')).toBe(
    '404 items: no such feature in buildings, got nobody',
  )
  expect(await refused('/collections/buildings/items/%00')).toMatch('404 items: no such feature')
})

test('attributes and values are what “colour by” needs', async () => {
  const attributes = await json<
    { name: string; type: string; count: number; min?: number; max?: number; top: unknown[] }[]
  >('/collections/buildings/attributes')
  expect(attributes.map(({ name }) => name)).toEqual(['class', 'height', 'name', 'nameEn', 'listed', 'roof:colour'])
  expect(attributes[0]).toEqual({
    name: 'class',
    type: 'text',
    count: 200,
    top: [
      ['office', 100],
      ['residential', 100],
    ],
  })
  expect(attributes[1]).toMatchObject({ type: 'number', min: 10, max: 209, count: 200 })
  expect(attributes[4]).toMatchObject({
    type: 'boolean',
    top: [
      [false, 199],
      [true, 1],
    ],
  })
  const { ids, values } = await json<{ ids: string[]; values: unknown[] }>(
    '/collections/buildings/values/name?bbox=121.4,28.6,121.4035,28.6005',
  )
  expect(Object.fromEntries(ids.map((id, i) => [id, values[i]]))).toEqual({
    b000: '海门大厦0号',
    b001: null,
    b002: null,
    b003: '海门大厦3号',
  })
})

test('search finds by any part of a Chinese name, by English, by id; wildcards are plain characters', async () => {
  interface Hit {
    id: string
    layer: string
    lng: number
  }
  expect((await json<Hit[]>(`/search?q=${encodeURIComponent('椒江')}`))[0]).toMatchObject({
    id: 'p/1',
    layer: 'places',
    lng: 121.44,
  })
  expect((await json<Hit[]>(`/search?q=${encodeURIComponent('山')}`)).map(({ id }) => id)).toEqual(['r1'])
  expect((await json<Hit[]>('/search?q=haimen%20tower%203&limit=3')).map(({ id }) => id)).toEqual([
    'b003',
    'b030',
    'b033',
  ])
  expect((await json<Hit[]>('/search?q=b042')).map(({ id }) => id)).toEqual(['b042'])
  expect(await json('/search?q=%25')).toEqual([])
  expect(await refused('/search')).toBe('400 query: q: expected q=<text>')
  expect(await refused('/search?q=%20&limit=5')).toMatch('400 query: q: expected 1 … 100 characters')
})

test('answers have an ETag that holds until the layer changes, and are compressed', async () => {
  for (const path of [
    '/collections',
    '/collections/buildings/items?limit=500',
    '/collections/buildings/items/b001',
    '/collections/buildings/attributes',
  ]) {
    const first = await ask(path)
    await first.arrayBuffer()
    const etag = first.headers.get('etag') as string
    expect((await ask(path, { headers: { 'If-None-Match': etag } })).status).toBe(304)
    expect((await ask(path, { headers: { 'If-None-Match': '"other"' } })).status).toBe(200)
  }
  const packed = await ask('/collections/buildings/items?limit=500', { headers: { 'Accept-Encoding': 'br' } })
  expect(packed.headers.get('content-encoding')).toBe('br')
  expect(((await packed.json()) as Items).numberReturned).toBe(200)
  expect(packed.headers.get('access-control-allow-origin')).toBe('*')
})

test('scenes are listed from files and from the database, which wins', async () => {
  expect(await json('/scenes')).toEqual([{ id: 'tiny/city', title: { zh: '小城', en: 'Tiny' } }])
  await db.query(
    `insert into scene values ('drill/flood', '{"title": {"zh": "演练"}}'), ('椒江_2026/city', '{"title": {"zh": "椒江"}}')`,
  )
  const listed = await json<{ id: string }[]>('/scenes')
  // nothing is stored where the file's scene opens: who brought a city is not shown others
  expect(listed.map(({ id }) => id)).toEqual(['drill/flood', '椒江_2026/city'])
  // the test city, only where it is the one that was made
  await db.query(`update source set report = coalesce(report, '{}') || '{"tiny": true}'`)
  expect((await json<{ id: string }[]>('/scenes')).map(({ id }) => id)).toContain('tiny/city')
  await db.query("update source set report = report - 'tiny'")
  for (const { id } of listed) await json(`/scenes/${id.split('/').map(encodeURIComponent).join('/')}`)
  expect(await json('/scenes/drill/flood')).toEqual({ title: { zh: '演练' } })
  expect(await json('/scenes/tiny/city')).toMatchObject({ version: 1 })
  expect(await refused('/scenes/tiny/none')).toMatch('404 scenes: no such scene, got tiny/none')
  for (const path of [
    '/scenes/schema/scene.schema',
    '/scenes/..%2f..%2fetc/passwd',
    '/scenes/tiny/..%2f..%2fdist%2findex',
  ])
    expect(await refused(path)).toMatch(/^404 /)
})

test('progress is JSON for who polls and events for who listens', async () => {
  expect(await json('/ingest')).toEqual({ state: 'idle', stages: [] })
  const abort = new AbortController()
  const stream = await ask('/ingest', { headers: { accept: 'text/event-stream' }, signal: abort.signal })
  const reader = (stream.body as ReadableStream<Uint8Array>).getReader()
  const text = async () => new TextDecoder().decode((await reader.read()).value)
  expect(await text()).toMatch('data: {"state":"idle"')
  server.making.begin(['roads'])
  expect(await text()).toMatch('data: {"state":"making","stages":[{"id":"roads"')
  abort.abort()
})

test('health, metrics and the OpenAPI document answer; each address in the document is one of the server', async () => {
  expect(await json('/healthz')).toMatchObject({ status: 'ok', database: 'ok', engine: db.engine })
  expect(await (await ask('/metrics')).text()).toMatch('http_request_duration_seconds_bucket')
  const api = await json<{
    openapi: string
    links: unknown[]
    paths: Record<string, { get: { parameters: { name: string; in: string; schema: object }[] } }>
  }>('/api')
  expect(api.openapi).toBe('3.0.3')
  expect(Object.keys(api.paths)).toContain('/collections/{layer}/items/{id}')
  expect(api.paths['/collections/{layer}/items'].get.parameters.map(({ name }) => name)).toEqual([
    'layer',
    'bbox',
    'datetime',
    'limit',
    'token',
    'f',
  ])
  const wanted: Record<string, string> = { '/search': '?q=a', '/geology/strata': '?at=121.4,28.6' }
  for (const [path, methods] of Object.entries(api.paths)) {
    // what is only written to is tried by the suite that may write
    if (!Object.hasOwn(methods, 'get')) continue
    const response = await ask(
      path
        .replace('{layer}', 'buildings')
        .replace('{id}', 'b001')
        .replace('{attribute}', 'class')
        .replace('{z}/{x}/{y}', '14/27439/10800')
        .replace('{place}', 'tiny')
        .replace('{theme}', 'city') + (wanted[path] ?? ''),
    )
    const text = await response.text()
    // this city has neither models nor pipes: their addresses say so, in words of their own
    const absent = /^\/(models\/|networks\/)/.test(path)
    if (absent) expect(text, path).toMatch(/models: no such model|networks: |query: |hydraulics: |capacity: /)
    else expect(`${path} ${response.status}`).toBe(`${path} 200`)
  }
})

test('the page comes with a strict policy and is asked for anew; hashed assets are kept for ever', async () => {
  for (const path of ['/', '/wall/hall', '/wall/hall/2', '/console/hall', '/cockpit']) {
    const page = await ask(path)
    expect(await page.text()).toMatch('潮墙')
    expect(page.headers.get('cache-control')).toBe('no-cache')
    const policy = page.headers.get('content-security-policy') as string
    expect(policy).toMatch("script-src 'self' 'wasm-unsafe-eval';")
    expect(policy).not.toMatch("'unsafe-eval'")
    expect(policy).not.toMatch('http:')
  }
  const unpacker = await ask('/globe/Workers/transcodeKTX2.js')
  expect(unpacker.headers.get('content-security-policy')).toMatch(
    /^default-src 'none';.* script-src 'self' 'unsafe-eval'$/,
  )
  const asset = await ask('/assets/main-Ab3dEf9h.js')
  expect(asset.headers.get('cache-control')).toMatch('immutable')
  expect(asset.headers.get('content-encoding')).toMatch(/br|gzip/)
  expect(asset.headers.get('content-type')).toMatch('text/javascript')
})

test('bad questions are refused with the reason and what is allowed', async () => {
  expect(await refused('/collections/buildings/items?bbox=1,2,3')).toBe(
    '400 query: bbox: got 1,2,3; expected bbox=west,south,east,north in degrees, south ≤ north',
  )
  for (const box of ['a,b,c,d', '1,5,2,4', '0,-91,1,0', 'NaN,0,0,0', '1e999,0,0,0', ',,,'])
    expect(await refused(`/collections/buildings/items?bbox=${box}`)).toMatch('400 query: bbox')
  for (const limit of ['0', '-1', '1.5', '99999', 'x', ''])
    expect(await refused(`/collections/buildings/items?limit=${limit}`)).toMatch('400 query: limit: expected')
  expect(await refused('/collections/buildings/items?limit=1&limit=2')).toMatch('400 query: limit')
  expect(await refused('/collections/buildings/items?token=%F0%9F')).toMatch('400 items: bad token')
  expect(await refused('/collections?x=1')).toBe('400 query: x: unknown; expected f')
  expect(await refused(`/search?q=${'x'.repeat(8000)}`)).toMatch(
    '414 url: too long, got 8010 characters; expected at most 4096',
  )
  expect(
    await refused(`/collections/buildings/items?${Array.from({ length: 40 }, (_, i) => `k${i}=1`).join('&')}`),
  ).toMatch('400 query: query: too many parameters')
  expect(await refused('/collections/%zz')).toMatch(/^400 /)
  expect(await refused('/nothing')).toBe('404 no such address; see /api')
  for (const path of [
    '/..%2f..%2fetc%2fpasswd',
    '/assets/..%2f..%2fpackage.json',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/assets/%00',
    '/index.html.br',
  ])
    expect(await refused(path)).toMatch(/^40[04] /)
})

test('wrong methods get 405 with the right ones', async () => {
  for (const path of ['/collections', '/search?q=a', '/scenes', '/healthz', '/', '/nothing'])
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      const response = await ask(path, { method, body: '{}' })
      expect(`${method} ${path} ${response.status}`).toBe(`${method} ${path} 405`)
      expect(response.headers.get('allow')).toMatch('GET')
    }
  expect((await ask('/collections', { method: 'OPTIONS' })).headers.get('access-control-allow-methods')).toMatch('GET')
  const head = await ask('/collections', { method: 'HEAD' })
  expect([head.status, await head.text()]).toEqual([200, ''])
})

test('nothing of this was an error of the server', () => expect(server.errors).toEqual([]))
