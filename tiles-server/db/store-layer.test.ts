/** Storing a layer: repeated, changed, removed, interrupted, hostile. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CityFeature } from '../../data/geo/city-feature.ts'
import type { Database } from './database.ts'
import { storeLayer, storeSource } from './store-layer.ts'
import { openTestDatabase } from './test-database.ts'

let db: Database
beforeAll(async () => {
  db = await openTestDatabase()
}, 60_000)
afterAll(() => db.close())

function building(i: number, height = 10): CityFeature {
  const lng = 121.4 + (i % 100) * 0.001
  const lat = 28.6 + Math.floor(i / 100) * 0.001
  const side = 0.0002
  const ring = [
    [lng, lat],
    [lng + side, lat],
    [lng + side, lat + side],
    [lng, lat + side],
    [lng, lat],
  ]
  return {
    id: `b${i}`,
    layer: 'buildings',
    geometry: { type: 'Polygon', coordinates: [ring] },
    style: { class: 'office', height, name: `楼${i}` },
    attributes: { building: 'yes', note: 'a "quote", a \\u0000 as text, a real \u0000 and half a pair \ud800' },
  }
}
const many = (count: number): CityFeature[] => Array.from({ length: count }, (_, i) => building(i))
const store = (features: CityFeature[], source = 'demo') => storeLayer(db, { source, layer: 'buildings', features })
const layer = async () =>
  (
    await db.query<{ revision: number; features: number; west: number; north: number }>(
      "select * from layer where id = 'buildings'",
    )
  )[0]
const dirty = () =>
  db.query<{ west: number; south: number; east: number; north: number }>(
    'delete from dirty returning west, south, east, north',
  )

test('a first run stores everything, in quadtree order, with its extent, its shapes and its dirty boxes', async () => {
  await storeSource(db, { id: 'demo', title: 'Demo', files: [], attribution: 'ours', synthetic: true })
  const result = await store(many(5000))
  expect(result).toMatchObject({ read: 5000, stored: 5000, changed: 5000, unchanged: 0, removed: 0, rejected: 0 })
  expect(await layer()).toMatchObject({ revision: 1, features: 5000, west: 121.4 })
  const [row] = await db.query<{ shape: Uint8Array; style: { name: string }; attributes: { note: string } }>(
    "select * from feature where id = 'b7'",
  )
  expect(row.shape).toBeInstanceOf(Uint8Array)
  expect(row.shape.byteOffset % 4).toBe(0)
  expect(row.style.name).toBe('楼7')
  expect(row.attributes.note).toBe('a "quote", a \\u0000 as text, a real \ufffd and half a pair \ufffd')
  const boxes = await dirty()
  expect(boxes.length).toBeLessThanOrEqual(2000)
  expect(Math.min(...boxes.map((box) => box.west))).toBe(121.4)
})

test('a repeated run changes nothing', async () => {
  expect(await store(many(5000))).toMatchObject({ changed: 0, unchanged: 5000, removed: 0 })
  expect(await layer()).toMatchObject({ revision: 1, features: 5000 })
  expect(await dirty()).toEqual([])
})

test('only what changed becomes dirty: one building moved marks its old and its new place', async () => {
  const features = many(5000)
  features[42] = { ...building(4999 + 1), id: 'b42' }
  expect(await store(features)).toMatchObject({ changed: 1, unchanged: 4999, removed: 0 })
  const boxes = await dirty()
  expect(boxes.map(({ west }) => west.toFixed(3)).sort()).toEqual(['121.400', '121.442'])
  expect((await layer()).features).toBe(5000)
})

test('what did not come again is removed, of this source only', async () => {
  expect(await store([{ ...building(1), id: 'other' }], 'second')).toMatchObject({ changed: 1 })
  expect((await layer()).features).toBe(5001)
  expect(await store(many(4000))).toMatchObject({ removed: 1000, changed: 1, unchanged: 3999 })
  expect(await layer()).toMatchObject({ features: 4001 })
  expect(await db.query("select id from feature where source = 'second'")).toEqual([{ id: 'other' }])
  const [{ count }] = await db.query<{ count: number }>('select count(*) as count from feature')
  expect(count).toBe(4001)
})

test('an interrupted run leaves the old layer whole', async () => {
  const before = await layer()
  function* broken() {
    yield* many(3000).map((feature) => ({ ...feature, style: { ...feature.style, height: 99 } }))
    throw new Error('the file ended early')
  }
  await expect(storeLayer(db, { source: 'demo', layer: 'buildings', features: broken() })).rejects.toThrow(
    'ended early',
  )
  const abort = new AbortController()
  const aborted = storeLayer(db, {
    source: 'demo',
    layer: 'buildings',
    features: many(9000),
    signal: abort.signal,
    onProgress: () => abort.abort(),
  })
  await expect(aborted).rejects.toThrow('aborted')
  expect(await layer()).toEqual(before)
  expect(await store(many(4000))).toMatchObject({ changed: 0, unchanged: 4000 })
})

test('a feature that cannot be stored is named with its reason and the rest is stored', async () => {
  const rejected: string[] = []
  const point = (id: string, coordinates: number[]): CityFeature => ({
    id,
    layer: 'places',
    geometry: { type: 'Point', coordinates },
    style: { class: 'poi' },
    attributes: {},
  })
  const features = [
    point('good', [121.4, 28.6]),
    point('nan', [Number.NaN, 28]),
    point('far', [1e308, 28]),
    point('empty', []),
    point('good', [1, 1]),
    point('', [1, 1]),
    point('x'.repeat(300), [1, 1]),
    { ...point('roads', [1, 1]), layer: 'roads' as const },
  ]
  const result = await storeLayer(db, {
    source: 'demo',
    layer: 'places',
    features,
    onReject: (id, reason) => rejected.push(`${id.slice(0, 5)}: ${reason}`),
  })
  expect(result).toMatchObject({ read: 8, stored: 1, rejected: 7 })
  expect(rejected).toEqual([
    'nan: position out of the world, got NaN,28; expected lng,lat in degrees',
    'far: position out of the world, got 1e+308,28; expected lng,lat in degrees',
    'empty: geometry without a position',
    'good: repeated id: the first one is kept',
    ': bad id, got ""; expected 1 … 200 characters',
    expect.stringContaining('xxxxx: bad id'),
    'roads: wrong layer, got roads; expected places',
  ])
})

test('rows are the same whichever way they were written, odd geometries and words too', async () => {
  const ring = [
    [121, 28],
    [122, 28],
    [122, 29],
    [121, 28],
  ]
  const geometries: CityFeature['geometry'][] = [
    { type: 'Point', coordinates: [121, 28] },
    { type: 'Point', coordinates: [121, 28, 5] },
    { type: 'LineString', coordinates: [[121, 28]] },
    { type: 'LineString', coordinates: [...ring, [123, 29, 7]] },
    { type: 'Polygon', coordinates: [ring, ring.slice(0, 3)] },
    { type: 'Polygon', coordinates: [ring.map((place, k) => [...place, k % 3])] },
    { type: 'Polygon', coordinates: [ring.map((place, k) => [...place, k])] },
    { type: 'MultiPoint', coordinates: ring },
    { type: 'MultiLineString', coordinates: [ring, [[121, 28]]] },
    { type: 'MultiPolygon', coordinates: [[ring], [ring, ring]] },
    { type: 'GeometryCollection', geometries: [{ type: 'Point', coordinates: [-180, -90] }] },
  ]
  const features = geometries.map(
    (geometry, k): CityFeature => ({
      id: `县${k}\ud800"`,
      layer: 'boundaries',
      geometry,
      style: { class: 'district', name: `椒江 \u0000 ${k}` },
      attributes: { note: '\\u0000 \ud800 😀', k: 1e300, none: null },
    }),
  )
  const written = async (through: Database) => {
    await storeLayer(through, { source: 'odd', layer: 'boundaries', features: [] })
    const options = { source: 'odd', layer: 'boundaries', features } as const
    expect(await storeLayer(through, options)).toMatchObject({ changed: features.length, rejected: 0 })
    expect(await storeLayer(through, options)).toMatchObject({ changed: 0, unchanged: features.length })
    return db.query(
      `select id, encode(st_asewkb(geom), 'hex') as geom, pg_column_size(geom) as size, cell, style::text as style,
         attributes::text as attributes, hash::text as hash, shape
       from feature where layer = 'boundaries' order by id`,
    )
  }
  const rows = await written(db)
  expect(rows.length).toBe(features.length)
  expect(await written({ ...db, copy: undefined })).toEqual(rows)
})

test('listeners hear which layer changed', async () => {
  const heard: string[] = []
  const stop = await db.listen('tiles.changed', (payload) => heard.push(payload))
  await store(many(4001))
  // on PostgreSQL suites in other schemas of the database are heard too
  await expect.poll(() => heard).toContain('buildings')
  await stop()
})

test('a transaction that fails leaves no trace, and other statements never see half of one', async () => {
  const seen: number[] = []
  const count = async () => (await db.query<{ n: number }>('select count(*) as n from meta'))[0].n
  const running = db.transaction(async (tx) => {
    await tx.query("insert into meta values ('a', '1')")
    await tx.query("insert into meta values ('b', '1')")
    throw new Error('no')
  })
  const failed = expect(running).rejects.toThrow('no')
  seen.push(await count())
  await failed
  seen.push(await count())
  expect(seen).toEqual([0, 0])
  await expect(db.query('select nonsense')).rejects.toMatchObject({ code: '42703' })
})

test('both engines give bytes with a memory of their own, whole numbers as numbers, and words of jsonb parsed', async () => {
  const [row] = await db.query<Record<string, unknown>>(
    `select '\\x00ff10'::bytea as bytes, ''::bytea as none, 9007199254740991::bigint as whole, '{"a": [1]}'::jsonb as words`,
  )
  expect(row).toEqual({
    bytes: Uint8Array.of(0, 255, 16),
    none: new Uint8Array(0),
    whole: 9007199254740991,
    words: { a: [1] },
  })
  const bytes = (row.bytes as Uint8Array).slice()
  expect(structuredClone(bytes, { transfer: [bytes.buffer] })).toEqual(Uint8Array.of(0, 255, 16))
})
