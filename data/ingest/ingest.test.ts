/** Ingest into a real database: counts, repeats, interruption, and input that is wrong in every way. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../../tiles-server/db/database.ts'
import { openHeights } from '../../tiles-server/db/height-store.ts'
import { openTestDatabase } from '../../tiles-server/db/test-database.ts'
import { converter } from '../geo/crs.ts'
import { type IngestOptions, ingest, sourceName } from './ingest.ts'

const DATA = new URL('../../../shared/data/', import.meta.url).pathname
const hasData = existsSync(join(DATA, 'osm/monaco'))
const folder = mkdtempSync(join(tmpdir(), 'tidewall-ingest-'))
const heightsDir = join(folder, 'city/heights')
let db: Database
beforeAll(async () => {
  db = await openTestDatabase()
}, 120_000)
afterAll(async () => {
  await db?.close()
  rmSync(folder, { recursive: true, force: true })
})

const run = (paths: string[], options: IngestOptions = {}, signal?: AbortSignal) =>
  ingest(paths, options, { db, heightsDir, signal })
let serial = 0
/** A file in a folder of its own. */
function file(name: string, content: string | Uint8Array): string {
  const own = join(folder, `in-${serial++}`)
  mkdirSync(own)
  writeFileSync(join(own, name), content)
  return join(own, name)
}
const collection = (features: object[], more: object = {}) =>
  JSON.stringify({ type: 'FeatureCollection', ...more, features })
const building = (id: string | number, coordinates: unknown, properties: object = {}) => ({
  type: 'Feature',
  id,
  properties,
  geometry: { type: 'Polygon', coordinates },
})
const square = (lng: number, lat: number, side = 0.001) => [
  [lng, lat],
  [lng + side, lat],
  [lng + side, lat + side],
  [lng, lat + side],
  [lng, lat],
]
const rows = (source: string) =>
  db.query<{ layer: string; count: number }>(
    'select layer, count(*)::int as count from feature where source = $1 group by layer order by layer',
    [source],
  )

test.skipIf(!hasData)(
  'Monaco comes in whole, a second run changes nothing, and the scene opens on it (skipped without ../shared/data)',
  async () => {
    const first = await run([join(DATA, 'osm/monaco')])
    expect(first.layers.buildings).toMatchObject({ read: 966, stored: 966, changed: 966, removed: 0 })
    expect(first.terrain[0]).toMatchObject({ columns: 1201, rows: 1201, datum: 'EGM96' })
    const grid = readFileSync(join(heightsDir, 'monaco/grid.json'), 'utf8')
    const again = await run([join(DATA, 'osm/monaco')])
    for (const layer of Object.values(again.layers))
      expect(layer).toMatchObject({ changed: 0, removed: 0, unchanged: layer.stored })
    expect(readFileSync(join(heightsDir, 'monaco/grid.json'), 'utf8')).toBe(grid)
    const heights = openHeights(heightsDir)
    const palace = heights.sample(7.4203, 43.7312)
    heights.close()
    expect(palace).toBeGreaterThan(48 + 20)
    expect(palace).toBeLessThan(48 + 90)
    const [scene] = await db.query<{ document: { views: Record<string, { lng: number; lat: number }> } }>(
      "select document from scene where id = 'monaco/city'",
    )
    expect(scene.document.views.overview.lng).toBeCloseTo(7.42, 1)
    const wet = await db.query<{ wet: boolean }>(
      `select st_intersects(geom, st_setsrid(st_makepoint(7.45, 43.70), 4326)) and not st_intersects(geom, st_setsrid(st_makepoint(7.4203, 43.7312), 4326)) as wet
     from feature where layer = 'water' and style->>'class' = 'sea'`,
    )
    expect(wet).toEqual([{ wet: true }])
  },
  180_000,
)

const hasOgr = hasData && existsSync('/usr/bin/ogrinfo')
test.skipIf(!hasOgr)(
  'Shanghai’s cut buildings are as many as ogrinfo counts distinct ids (needs ogrinfo and ../shared/data)',
  async () => {
    const path = join(DATA, 'shanghai/shanghai-lujiazui-buildings.geojson')
    const text = execFileSync('ogrinfo', [
      '-q',
      path,
      '-dialect',
      'SQLite',
      '-sql',
      `SELECT COUNT(DISTINCT id) AS n FROM "shanghai-lujiazui-buildings" WHERE GeometryType(geometry) LIKE '%POLYGON%'`,
    ]).toString()
    const expected = Number(/n \(Integer\) = (\d+)/.exec(text)?.[1])
    const report = await run([path], { source: 'shanghai' })
    expect(report.layers.buildings).toMatchObject({ read: expected, stored: expected, rejected: 0 })
    const tall = await db.query<{ name: string; height: number }>(
      "select style->>'name' as name, (style->>'height')::float as height from feature where source = 'shanghai' and layer = 'buildings' order by 2 desc limit 1",
    )
    expect(tall[0].height).toBeGreaterThan(400)
  },
  120_000,
)

test('every kind of bad geometry is repaired or refused by name, the rest is stored', async () => {
  const open = square(121.4, 28.6).slice(0, 4)
  const bowtie = [
    [121.41, 28.6],
    [121.42, 28.61],
    [121.42, 28.6],
    [121.41, 28.61],
    [121.41, 28.6],
  ]
  const features = [
    building('good', [square(121.43, 28.6)], { height: 12 }),
    building('open', [open]),
    building('crossing', [bowtie]),
    building('inside-out', [[...square(121.44, 28.6)].reverse()]),
    building('hole-outside', [square(121.45, 28.6), square(121.46, 28.6, 0.0005)]),
    building('nan', [
      [
        [121, 28],
        [null, 28],
        [121, 29],
        [121, 28],
      ],
    ]),
    building('huge', [
      [
        [121, 28],
        [1e308, 28],
        [121, 29],
        [121, 28],
      ],
    ]),
    building('nodata', [
      [
        [121, 28],
        [-9999, -9999],
        [121, 29],
        [121, 28],
      ],
    ]),
    building('metres', [square(640776, 3172434)]),
    building('null-island', [square(0, 0)]),
    building('flat', [
      [
        [121.4, 28.6],
        [121.5, 28.6],
        [121.4, 28.6],
        [121.4, 28.6],
      ],
    ]),
    building('good', [square(121.47, 28.6)], { height: 99 }),
    { type: 'Feature', id: 'nothing', properties: {}, geometry: null },
    { type: 'Feature', id: 'circle', properties: {}, geometry: { type: 'Circle', coordinates: [1, 2] } },
    { type: 'Feature', id: 'deep', properties: {}, geometry: { type: 'Polygon', coordinates: [[[[[[[1]]]]]]] } },
  ]
  const report = await run([file('jz-buildings.geojson', collection(features))], { source: 'bad' })
  const kept = await db.query<{ id: string; valid: boolean; area: number }>(
    "select id, st_isvalid(geom) as valid, st_area(geom) as area from feature where source = 'bad' order by id",
  )
  expect(kept.map(({ id }) => id)).toEqual([
    'bad-crossing',
    'bad-good',
    'bad-hole-outside',
    'bad-inside-out',
    'bad-open',
  ])
  expect(kept.every(({ valid, area }) => valid && area > 0)).toBe(true)
  const words = report.reasons.map(({ reason, example }) => `${example}: ${reason}`).join('\n')
  expect(words).toMatch(/nan: position is not a number/)
  expect(words).toMatch(/metres: outside the world, got 640776, 3172434; expected .*EPSG:4549/)
  expect(words).toMatch(/null-island: lies at 0, 0/)
  expect(words).toMatch(/flat: polygon of no area/)
  expect(words).toMatch(/good: duplicate id/)
  expect(words).toMatch(/nothing: no geometry/)
  expect(report.repairs.map(({ reason }) => reason).sort()).toEqual([
    'crossing rings mended',
    'hole outside its polygon left out',
    'open ring closed',
  ])
  const rejects = report.rejects
    .flatMap((path) => readFileSync(path, 'utf8').trim().split('\n'))
    .map((line) => JSON.parse(line))
  expect(rejects.length).toBe(report.reasons.reduce((sum, { count }) => sum + count, 0))
  expect(rejects).toContainEqual(expect.objectContaining({ id: 'flat', file: 'jz-buildings.geojson' }))
})

test('a geometry over the antimeridian is cut in two there', async () => {
  const ring = [
    [179.9, -17],
    [-179.9, -17],
    [-179.9, -16.9],
    [179.9, -16.9],
    [179.9, -17],
  ]
  await run([file('land.geojson', collection([building(1, [ring])]))], { source: 'taveuni' })
  const [row] = await db.query<{ parts: number; width: number; area: number }>(
    "select st_numgeometries(geom) as parts, st_xmax(geom) - st_xmin(geom) as width, st_area(geom) as area from feature where source = 'taveuni'",
  )
  expect(row.parts).toBe(2)
  expect(row.area).toBeCloseTo(0.02, 6)
})

test('a file in CGCS2000 metres, in GBK, with Chinese words lands where it should', async () => {
  const forward = converter('EPSG:4326', 'EPSG:4549')
  const ring = square(121.44, 28.66).map(([lng, lat]) => forward(lng, lat))
  const text = collection([building(7, [ring], { NAME: 'x', LAYERS: 8 })], {
    crs: { type: 'name', properties: { name: 'urn:ogc:def:crs:EPSG::4549' } },
  })
  const gbk = Buffer.from(
    text.replace('"NAME":"x"', '"\xc3\xfb\xb3\xc6":"\xbd\xb7\xbd\xad"').replace('"LAYERS"', '"\xb2\xe3\xca\xfd"'),
    'latin1',
  )
  const report = await run([file('footprints.json', gbk)], { source: 'gbk' })
  expect(report.crs).toBe('EPSG:4549')
  const [row] = await db.query<{ name: string; levels: number; lng: number }>(
    "select style->>'name' as name, (style->>'levels')::int as levels, st_xmin(geom) as lng from feature where source = 'gbk'",
  )
  expect(row).toMatchObject({ name: '椒江', levels: 8 })
  expect(row.lng).toBeCloseTo(121.44, 7)
})

const hash = async (source: string) =>
  createHash('sha256')
    .update(
      JSON.stringify(
        await db.query('select layer, id, hash::text from feature where source = $1 order by layer, id', [source]),
      ),
    )
    .digest('hex')

test('a file that is cut off anywhere, or an interruption, leaves the old city whole', async () => {
  const text = collection(
    Array.from({ length: 2500 }, (_, i) => building(i, [square(118 + i / 1000, 28.6, 0.0005)], { height: i })),
  )
  await run([file('buildings.geojson', text)], { source: 'whole' })
  const before = await hash('whole')
  for (let part = 0; part < 16; part++) {
    const cut = file('buildings.geojson', text.slice(0, Math.floor((text.length * part) / 16)))
    await run([cut], { source: 'whole' }).catch((error: Error) =>
      expect(error.message).toMatch(/^buildings\.geojson: /),
    )
    const gz = gzipSync(text)
    const cutGz = file('buildings.geojson.gz', gz.subarray(0, Math.floor((gz.length * part) / 16)))
    await run([cutGz], { source: 'whole' }).catch((error: Error) =>
      expect(error.message).toMatch(/^buildings\.geojson\.gz: /),
    )
  }
  expect(await hash('whole')).toBe(before)
  const stop = new AbortController()
  const changed = file('buildings.geojson', text.replaceAll('"height":1', '"height":2'))
  const interrupted = ingest(
    [changed],
    { source: 'whole' },
    {
      db,
      heightsDir,
      signal: stop.signal,
      onProgress: ({ stage }) => stage.startsWith('store') && stop.abort(new Error('interrupted')),
    },
  )
  await expect(interrupted).rejects.toThrow('interrupted')
  expect(await hash('whole')).toBe(before)
  const smaller = await run(
    [file('buildings.geojson', collection([building(1, [square(118.001, 28.6, 0.0005)], { height: 1 })]))],
    { source: 'whole' },
  )
  expect(smaller.layers.buildings).toMatchObject({ unchanged: 1, removed: 2499 })
}, 60_000)

test('a gzip bomb is stopped, nothing of it is stored', async () => {
  const bomb = gzipSync(
    Buffer.concat([Buffer.from('{"type":"FeatureCollection","features":['), Buffer.alloc(200_000_000, 32)]),
    { level: 9 },
  )
  await expect(run([file('bomb.geojson.gz', bomb)], { source: 'bomb' })).rejects.toThrow(
    /bomb\.geojson\.gz: unpacks to more than 200 times/,
  )
  expect(await rows('bomb')).toEqual([])
}, 30_000)

test('files that are no data are left out with the reason; a missing one is an error', async () => {
  const own = join(folder, 'mixed')
  mkdirSync(own)
  writeFileSync(join(own, 'empty.geojson'), '')
  writeFileSync(join(own, 'picture.tif'), Buffer.from([0x89, 0x50, 0x4e, 0x47]))
  writeFileSync(join(own, 'N00E000.hgt'), 'too short')
  const report = await run([own], { source: 'mixed' })
  expect(report.refused.map(({ name, reason }) => `${name}: ${reason.slice(0, 20)}`)).toEqual([
    'N00E000.hgt: not recognised; expe',
    'empty.geojson: empty file',
    'picture.tif: a PNG picture',
  ])
  expect(await rows('mixed')).toEqual([])
  await expect(run([join(folder, 'nowhere')])).rejects.toThrow(/there is no such file/)
  await expect(run([own], { source: '../../etc' })).rejects.toThrow(/bad source name/)
})

test('a dry run reads, counts and stores nothing', async () => {
  const report = await run([file('buildings.geojson', collection([building(1, [square(121, 28)])]))], {
    source: 'dry',
    dryRun: true,
  })
  expect(report.layers.buildings).toEqual({ read: 1, rejected: 0, repaired: 0 })
  expect(await rows('dry')).toEqual([])
  expect(await db.query("select 1 from source where id = 'dry'")).toEqual([])
})

test('a data set is named after its folder or file', () => {
  expect(sourceName('/x/Monaco (2012).osm.gz')).toBe('monaco-2012')
  expect(sourceName('/x/椒江_建筑.geojson')).toBe('椒江-建筑')
  expect(sourceName('/x/osm/monaco/')).toBe('monaco')
})

test('the first data set fills an empty city without its indexes; afterwards they are all there', async () => {
  const names = await db.query<{ name: string }>(
    "select indexname as name from pg_indexes where schemaname = current_schema() and tablename = 'feature'",
  )
  expect(names.length).toBe(4)
  expect(await db.query("select key from meta where key like 'bulk:%'")).toEqual([])
})
