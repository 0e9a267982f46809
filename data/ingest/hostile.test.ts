/** What a stranger brings to hurt: each ends in a named reason, quickly, and the rest of the city is stored. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync, deflateSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../../tiles-server/db/database.ts'
import { openTestDatabase } from '../../tiles-server/db/test-database.ts'
import { type IngestOptions, ingest } from './ingest.ts'

const folder = mkdtempSync(join(tmpdir(), 'tidewall-hostile-'))
const heightsDir = join(folder, 'city/heights')
let db: Database
beforeAll(async () => {
  db = await openTestDatabase()
}, 120_000)
afterAll(async () => {
  await db?.close()
  rmSync(folder, { recursive: true, force: true })
})

let serial = 0
function file(name: string, content: string | Uint8Array): string {
  const own = join(folder, `in-${serial++}`)
  mkdirSync(own)
  writeFileSync(join(own, name), content)
  return join(own, name)
}
const bring = (path: string, options: IngestOptions = {}) =>
  ingest([path], { source: 'hostile', ...options }, { db, heightsDir })
const stored = () =>
  db.query<{ id: string; name: string | null }>(
    "select id, style ->> 'name' as name from feature where source = 'hostile' order by id collate \"C\"",
  )
const polygon = (id: unknown, ring: number[][], properties: object = {}) => ({
  type: 'Feature',
  id,
  properties: { building: 'yes', ...properties },
  geometry: { type: 'Polygon', coordinates: [ring] },
})
const square = (lng: number, lat: number) => [
  [lng, lat],
  [lng + 0.001, lat],
  [lng + 0.001, lat + 0.001],
  [lng, lat],
]
const collection = (...features: object[]) => JSON.stringify({ type: 'FeatureCollection', features })

test('characters no database takes, and ids of any kind, cost at most their record', async () => {
  const report = await bring(
    file(
      'ids.geojson',
      collection(
        polygon('a\0b', square(121, 28)),
        polygon('../../etc', square(121.1, 28), { name: 'x\0y \ud800', 'k\0': '\0' }),
        polygon('x'.repeat(9999), square(121.2, 28)),
        polygon({ a: 1 }, square(121.3, 28), { name: '\\u0000 as text' }),
      ),
    ),
  )
  expect(report.layers.buildings).toMatchObject({ read: 4, stored: 3, rejected: 1 })
  expect(report.reasons[0].reason).toMatch(/bad id/)
  const names = (await stored()).map(({ name }) => name)
  expect(names).toContain('x\ufffdy \ufffd')
  expect(names).toContain('\\u0000 as text')
  const [{ report: kept }] = await db.query<{ report: { source: string } }>(
    "select report from source where id = 'hostile'",
  )
  expect(kept.source).toBe('hostile')
})

test('a scribble of a hundred thousand corners is refused in seconds, its neighbour is stored', async () => {
  let state = 1
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  const ring = Array.from({ length: 100_000 }, () => [121 + next() / 10, 28 + next() / 10])
  const report = await bring(
    file('scribble.geojson', collection(polygon('scribble', [...ring, ring[0]]), polygon('good', square(121, 28)))),
  )
  expect(report.reasons[0]).toMatchObject({
    reason: 'rings cross 10000 times or more; expected simple rings',
    example: 'scribble',
  })
  expect((await stored()).map(({ id }) => id)).toEqual(['hostile-good'])
}, 60_000)

test('places that count on beyond 180° are taken as what they mean', async () => {
  const beyond = square(179.9995, 10)
  const point = {
    type: 'Feature',
    id: 'p',
    properties: { place: 'town', name: '岛' },
    geometry: { type: 'Point', coordinates: [181, 11] },
  }
  await bring(file('beyond.geojson', collection(polygon('over', beyond), polygon('past', square(185, 10)), point)))
  const boxes = await db.query<{ id: string; west: number; east: number; parts: number }>(
    `select id, st_xmin(geom) as west, st_xmax(geom) as east, st_numgeometries(geom) as parts
     from feature where source = 'hostile' order by id`,
  )
  expect(boxes).toEqual([
    { id: 'hostile-over', west: -180, east: 180, parts: 2 },
    { id: 'hostile-p', west: -179, east: -179, parts: 1 },
    { id: 'hostile-past', west: -175, east: expect.closeTo(-174.999), parts: 1 },
  ])
})

test('terrain of voids only, off the map or of an impossible size is left out with the reason', async () => {
  const head = (more: string) => `ncols 2\nnrows 2\nNODATA_value -9999\n${more}\n`
  for (const [name, content, reason] of [
    ['N44E007.hgt', Buffer.alloc(1201 * 1201 * 2).fill(Buffer.from([0x80, 0])), /no height in it, voids only/],
    ['voids.asc', `${head('xllcorner 121\nyllcorner 28\ncellsize 1')}-9999 -9999 -9999 nan`, /voids only/],
    ['N99E200.hgt', Buffer.alloc(1201 * 1201 * 2), /the name says no place/],
    ['off.asc', `${head('xllcorner 640776\nyllcorner 3172434\ncellsize 30')}1 2 3 4`, /outside the world.*EPSG:4549/],
    ['many.asc', 'ncols 1000000\nnrows 1000000\nxllcorner 1\nyllcorner 1\ncellsize 1\n1', /bad size/],
    ['hair.asc', `${head('xllcorner 121\nyllcorner 28\ncellsize 1e-12')}1 2 3 4`, /spacing/],
    ['short.asc', `${head('xllcorner 121\nyllcorner 28\ncellsize 1')}1 2 3`, /truncated, got 3 numbers/],
    ['tags.tif', Buffer.concat([Buffer.from('II*\0'), Buffer.alloc(100)]), /cannot be read|says no place/],
  ] as const) {
    const report = await bring(file(name, content), { crs: name.endsWith('.asc') ? 'EPSG:4326' : undefined })
    expect(report.refused.map((each) => `${each.name}: ${each.reason}`)).toEqual([expect.stringMatching(reason)])
    expect(report.terrain).toEqual([])
  }
})

/** A zip of one deflated entry that says what it likes of its size. */
function zip(name: string, content: Uint8Array, claim: number): Buffer {
  const packed = deflateRawSync(content)
  const fields = Buffer.alloc(26)
  fields.writeUInt16LE(20, 0)
  fields.writeUInt16LE(8, 4)
  fields.writeUInt32LE(packed.length, 14)
  fields.writeUInt32LE(claim, 18)
  fields.writeUInt16LE(name.length, 22)
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from(name), packed])
  const central = Buffer.concat([
    Buffer.from('PK\x01\x02'),
    Buffer.from([20, 0]),
    fields,
    Buffer.alloc(14),
    Buffer.from(name),
  ])
  const end = Buffer.alloc(18)
  end.writeUInt16LE(1, 4)
  end.writeUInt16LE(1, 6)
  end.writeUInt32LE(central.length, 8)
  end.writeUInt32LE(local.length, 12)
  return Buffer.concat([local, central, Buffer.from('PK\x05\x06'), end])
}

test('zips that lie about sizes, lead out of the folder, or hold zips are left out with the reason', async () => {
  const size = 1201 * 1201 * 2
  const true3 = zip('N43E007.hgt', Buffer.alloc(size, 1), size)
  expect((await bring(file('good.hgt.zip', true3))).terrain).toHaveLength(1)
  for (const [content, reason] of [
    [zip('N43E007.hgt', Buffer.alloc(100e6), size), /too many bytes in the stream/],
    [zip('N43E007.hgt', Buffer.alloc(1000), size), /not enough bytes in the stream/],
    [zip('N43E007.hgt', Buffer.alloc(200e6), 200e6), /a bomb\?/],
    [zip('../../N43E007.hgt', Buffer.alloc(size), size), /invalid relative path/],
    [zip('inner.zip', true3, true3.length), /zip inside a zip/],
    [true3.subarray(0, true3.length / 2), /truncated/],
  ] as const) {
    const report = await bring(file('N43E007.hgt.zip', content))
    expect(report.refused.map((each) => each.reason)).toEqual([expect.stringMatching(reason)])
  }
}, 30_000)

test('a PBF whose blob unpacks to more than it may is stopped', async () => {
  const varint = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)])
  const blob = (type: string, raw: Uint8Array) => {
    const packed = deflateSync(raw)
    const body = Buffer.concat([Buffer.from([0x1a, ...varint(packed.length)]), packed])
    const header = Buffer.from([0x0a, type.length, ...Buffer.from(type), 0x18, ...varint(body.length)])
    return Buffer.concat([Buffer.from([0, 0, 0, header.length]), header, body])
  }
  const head = blob('OSMHeader', Buffer.from('\x22\x0eOsmSchema-V0.6', 'latin1'))
  const bomb = file('bomb.osm.pbf', Buffer.concat([head, blob('OSMData', Buffer.alloc(200e6))]))
  await expect(bring(bomb)).rejects.toThrow(/^bomb\.osm\.pbf: osm pbf: blob 1: unpacks to more than \d+ bytes/)
  await expect(bring(file('nothing.osm.pbf', head))).rejects.toThrow(/holds no node and no way/)
})

test('a data set with a Chinese name has its terrain and its scene under that name', async () => {
  const grid = 'ncols 2\nnrows 2\nxllcorner 121\nyllcorner 28\ncellsize 0.01\n1 2\n3 4'
  const report = await bring(file('椒江_地形.asc', grid), { source: undefined, crs: 'EPSG:4490' })
  expect(report).toMatchObject({ source: '椒江-地形', refused: [], terrain: [{ columns: 2, rows: 2 }] })
  expect(await db.query("select id from scene where id like '椒江%'")).toEqual([{ id: '椒江-地形/city' }])
})

test('a device is refused instead of being read for ever', async () => {
  await expect(bring('/dev/zero')).rejects.toThrow('ingest: cannot open /dev/zero: neither a file nor a folder')
})

test('files of other programs are named, with what is expected instead', async () => {
  const cases: [name: string, content: string | Uint8Array, reason: RegExp][] = [
    ['a.ifcxml', '<?xml version="1.0"?>\n<ifcXML xmlns="http://x"/>', /^ifcXML; expected IFC as STEP text/],
    ['a.e57', 'ASTM-E57\u0001', /E57; expected LAS \| LAZ/],
    ['a.ply', 'ply\nformat ascii 1.0\n', /^PLY; expected LAS/],
    ['a.b3dm', 'b3dm\u0001', /one tile of 3D Tiles; expected the folder/],
    ['a.fbx', 'Kaydara FBX Binary', /^FBX; expected glTF/],
    ['a.rvt', Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1), /Revit/],
    ['a.dwg', 'AC1032', /DWG/],
  ]
  for (const [name, content, reason] of cases)
    expect((await bring(file(name, content))).refused, name).toEqual([{ name, reason: expect.stringMatching(reason) }])
})
