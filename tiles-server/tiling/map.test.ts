/** The map cut from rows: an independent reader finds every feature where it belongs, and only changed tiles are written. */
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { VectorTile } from '@mapbox/vector-tile'
import { PbfReader } from 'pbf'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CityFeature } from '../../data/geo/city-feature.ts'
import { MERCATOR } from '../../data/geo/tile-grid.ts'
import type { Database } from '../db/database.ts'
import { storeLayer, storeSource } from '../db/store-layer.ts'
import { openTestDatabase } from '../db/test-database.ts'
import { cutMap } from './map.ts'
import { openTileStore } from './tile-store.ts'

let db: Database
let dir: string
const LNG = 121.44
const LAT = 28.66
const signal = new AbortController().signal
const cut = (threads = 2) =>
  cutMap({ db, store: openTileStore(join(dir, 'tiles')), heightsDir: '', threads, signal, report: () => {} })
const put = (layer: CityFeature['layer'], features: Omit<CityFeature, 'layer' | 'attributes'>[]) =>
  storeLayer(db, {
    source: 'town',
    layer,
    features: features.map((feature) => ({ ...feature, layer, attributes: {} })),
  })
const square = (lng: number, lat: number, size: number): CityFeature['geometry'] => ({
  type: 'Polygon',
  coordinates: [
    [
      [lng, lat],
      [lng + size, lat],
      [lng + size, lat + size],
      [lng, lat + size],
      [lng, lat],
    ],
  ],
})
async function tile(z: number, lng = LNG, lat = LAT): Promise<VectorTile | null> {
  const bytes = await readFile(join(dir, `tiles/map/${z}/${MERCATOR.x(lng, z)}/${MERCATOR.y(lat, z)}.mvt`)).catch(
    () => null,
  )
  return bytes && new VectorTile(new PbfReader(bytes))
}
async function ids(z: number, layer: string, lng = LNG, lat = LAT): Promise<string[]> {
  const found = (await tile(z, lng, lat))?.layers[layer]
  return found ? Array.from({ length: found.length }, (_, i) => String(found.feature(i).properties.id)).sort() : []
}

const roads: Omit<CityFeature, 'layer' | 'attributes'>[] = [
  {
    id: 'm1',
    geometry: {
      type: 'LineString',
      coordinates: [
        [121.2, 28.6],
        [LNG, LAT],
        [121.7, 28.7],
      ],
    },
    style: { class: 'motorway', name: '沈海高速', nameEn: 'Shenhai', bridge: true, widthM: 24 },
  },
  {
    id: 's1',
    geometry: {
      type: 'LineString',
      coordinates: [
        [LNG, LAT],
        [LNG + 0.001, LAT + 0.001],
      ],
    },
    style: { class: 'service' },
  },
]

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'map-'))
  db = await openTestDatabase()
  await storeSource(db, { id: 'town', title: 'Town', files: [], attribution: 'Town hall' })
  await put('roads', roads)
  await put('water', [
    { id: 'sea', geometry: square(121.55, 28.45, 0.1), style: { class: 'sea', depth: 5 } },
    { id: 'pond', geometry: square(LNG + 0.002, LAT, 0.0004), style: { class: 'pond' } },
  ])
  await put('land', [
    {
      id: 'park',
      geometry: {
        type: 'Polygon',
        coordinates: [
          [
            [121.4, 28.6],
            [121.48, 28.6],
            [121.48, 28.7],
            [121.4, 28.7],
            [121.4, 28.6],
          ],
          [
            [121.41, 28.61],
            [121.41, 28.63],
            [121.43, 28.63],
            [121.43, 28.61],
            [121.41, 28.61],
          ],
        ],
      },
      style: { class: 'park', name: '公园' },
    },
  ])
  await put('places', [
    {
      id: 'p2',
      geometry: { type: 'Point', coordinates: [LNG, LAT] },
      style: { class: 'neighbourhood', name: '里', rank: 7 },
    },
    {
      id: 'p1',
      geometry: { type: 'Point', coordinates: [LNG + 0.0001, LAT] },
      style: { class: 'city', name: '椒江', nameEn: 'Jiaojiang', rank: 1 },
    },
  ])
  await put(
    'buildings',
    Array.from({ length: 50 }, (_, i) => ({
      id: `b${i}`,
      geometry: square(LNG + (i % 10) * 0.0004, LAT + Math.floor(i / 10) * 0.0004, i === 49 ? 0.000005 : 0.0002),
      style: { class: 'house', height: 6.5, name: 'never' },
    })),
  )
}, 60000)
afterAll(async () => {
  await db?.close()
  await rm(dir, { recursive: true, force: true })
})

test('every layer appears at its zooms, with the words needed to draw it', async () => {
  const result = await cut()
  // what the building cutter would do after us
  await db.query(`delete from dirty where layer = 'buildings'`)
  expect(result.written).toBe(result.tiles)
  expect(result.tiles).toBeGreaterThan(100)
  expect(await ids(4, 'roads')).toEqual(['m1'])
  expect(await ids(12, 'roads')).toEqual(['m1'])
  expect(await ids(13, 'roads')).toEqual(['m1', 's1'])
  expect(await ids(5, 'places')).toEqual(['p1'])
  expect(await ids(15, 'places')).toEqual(['p1', 'p2'])
  expect(await ids(13, 'buildings')).toEqual([])
  expect((await ids(14, 'buildings')).includes('b49')).toBe(false)
  expect((await ids(15, 'buildings')).length).toBeGreaterThan(20)
  const at15 = await tile(15)
  const road = at15!.layers.roads.feature(0)
  expect(road.properties).toEqual({
    id: 'm1',
    class: 'motorway',
    name: '沈海高速',
    nameEn: 'Shenhai',
    bridge: true,
    widthM: 24,
  })
  expect(at15!.layers.places.feature(0).properties.id).toBe('p1')
  expect(at15!.layers.buildings.feature(0).properties).toMatchObject({ class: 'house', height: 6.5 })
  expect(at15!.layers.buildings.feature(0).properties.name).toBeUndefined()
  expect((await tile(9, 121.6, 28.5))!.layers.water.feature(0).properties).toEqual({
    id: 'sea',
    class: 'sea',
    depth: 5,
  })
  for (const layer of Object.values(at15!.layers)) expect([layer.version, layer.extent]).toEqual([2, 4096])
}, 60000)

test('geometry comes back where it was, holes as holes', async () => {
  const z = 12
  const [x, y] = [MERCATOR.x(121.42, z), MERCATOR.y(28.62, z)]
  const park = (await tile(z, 121.42, 28.62))!.layers.land.feature(0)
  const shape = park.toGeoJSON(x, y, z).geometry
  expect(shape.type).toBe('Polygon')
  const rings = (shape as { coordinates: number[][][] }).coordinates
  expect(rings.length).toBe(2)
  for (const [lng, lat] of rings[1]) {
    expect(lng > 121.4099 && lng < 121.4301).toBe(true)
    expect(lat > 28.6099 && lat < 28.6301).toBe(true)
  }
})

test('the TileJSON says what the tiles hold', async () => {
  const json = JSON.parse(await readFile(join(dir, 'tiles/map/tile.json'), 'utf8'))
  expect(json).toMatchObject({ tilejson: '3.0.0', minzoom: 4, maxzoom: 15, attribution: 'Town hall' })
  expect(json.tiles[0]).toMatch(/^\/tiles\/map\/\{z\}\/\{x\}\/\{y\}\.mvt\?v=[0-9a-f]{12}$/)
  expect(json.vector_layers.map((layer: { id: string }) => layer.id)).toContain('roads')
  expect(json.bounds[0]).toBeCloseTo(121.2, 6)
})

test('nothing changed: nothing is cut, and the same again writes no byte', async () => {
  expect(await cut()).toMatchObject({ written: 0, tiles: 0 })
  await db.query(`insert into dirty (layer, west, south, east, north) values ('roads', 121.2, 28.4, 122, 28.9)`)
  expect(await cut()).toMatchObject({ written: 0, removed: 0 })
})

test('a changed road touches its own tiles only, and a removed one empties them', async () => {
  const file = (z: number, lng: number, lat: number) =>
    join(dir, `tiles/map/${z}/${MERCATOR.x(lng, z)}/${MERCATOR.y(lat, z)}.mvt`)
  const before = JSON.parse(await readFile(join(dir, 'tiles/map/tile.json'), 'utf8')).tiles[0]
  const far = (await stat(file(15, 121.6, 28.5))).mtimeMs
  await put('roads', [roads[0], { ...roads[1], style: { class: 'residential' } }])
  const result = await cut()
  expect(result.written).toBeGreaterThan(2)
  expect(result.written).toBeLessThan(12)
  expect((await stat(file(15, 121.6, 28.5))).mtimeMs).toBe(far)
  expect(await ids(12, 'roads')).toEqual(['m1', 's1'])
  expect(JSON.parse(await readFile(join(dir, 'tiles/map/tile.json'), 'utf8')).tiles[0]).not.toBe(before)
  expect(await tile(15, 121.25, 28.612)).not.toBeNull()
  await put('roads', [roads[1]])
  const gone = await cut()
  expect(gone.removed).toBeGreaterThan(10)
  expect(await tile(15, 121.25, 28.612)).toBeNull()
  expect(await db.query(`select id from dirty where layer = 'roads'`)).toEqual([])
})

test('one thread or three, the tiles are the same', async () => {
  const all = async (): Promise<string[]> => {
    const names = (await readdir(join(dir, 'tiles/map'), { recursive: true }))
      .filter((name) => name.endsWith('.mvt'))
      .sort()
    return Promise.all(
      names.map(async (name) => `${name} ${(await readFile(join(dir, 'tiles/map', name))).toString('base64')}`),
    )
  }
  const before = await all()
  await rm(join(dir, 'tiles'), { recursive: true })
  await cut(1)
  expect(await all()).toEqual(before)
}, 60000)
