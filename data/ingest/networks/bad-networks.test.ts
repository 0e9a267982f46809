/** Networks that are wrong in every way: each defect named at its place, damage never stored, the rest taken. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeWkb } from '../../formats/wkb.ts'
import { undulation } from '../../geo/geoid.ts'
import type { Defect } from '../../networks/defect.ts'
import { type FlatCity, LAT, LNG, openFlatCity, rulesOf } from './flat-city.ts'

let city: FlatCity
beforeAll(async () => {
  city = await openFlatCity()
}, 120_000)
afterAll(() => city?.close())
const files: FlatCity['files'] = (contents) => city.files(contents)
const run: FlatCity['run'] = (path, options) => city.run(path, options)
const stored: FlatCity['stored'] = (layer, source) => city.stored(layer, source)

/** A GeoPackage as others write it. */
function geopackage(
  path: string,
  rows: [name: string, line: number[][] | Uint8Array, diameter: number | null][],
): void {
  const made = new DatabaseSync(path)
  made.exec(`pragma application_id = 0x47504b47;
    create table gpkg_spatial_ref_sys (srs_name text, srs_id integer primary key, organization text, organization_coordsys_id integer, definition text);
    create table gpkg_contents (table_name text primary key, data_type text);
    create table gpkg_geometry_columns (table_name text primary key, column_name text, srs_id integer);
    insert into gpkg_spatial_ref_sys values ('WGS 84', 4326, 'EPSG', 4326, 'x');
    insert into gpkg_contents values ('sewer_lines', 'features');
    insert into gpkg_geometry_columns values ('sewer_lines', 'geom', 4326);
    create table sewer_lines (fid integer primary key, geom blob, name text, diameter integer, us_invert real, ds_invert real)`)
  for (const [name, line, diameter] of rows) {
    const wkb = line instanceof Uint8Array ? line : writeWkb({ type: 'LineString', coordinates: line }, 0)
    const blob = Buffer.concat([Buffer.from([0x47, 0x50, 0, 1, 0xe6, 0x10, 0, 0]), wkb])
    made
      .prepare('insert into sewer_lines (geom, name, diameter, us_invert, ds_invert) values (?, ?, ?, ?, ?)')
      .run(blob, name, diameter, 1.5, 1.4)
  }
  made.close()
}

const line = (id: string, coordinates: number[][], properties: object) => ({
  type: 'Feature',
  properties: { pipe_id: id, ...properties },
  geometry: { type: 'LineString', coordinates },
})
const geojson = (...features: object[]) => JSON.stringify({ type: 'FeatureCollection', features })

test('a GeoPackage without nodes gets them where its lines meet; defects are stored with their places', async () => {
  const path = files({})
  geopackage(join(path, 'sewers.gpkg'), [
    [
      'a',
      [
        [LNG, LAT],
        [LNG + 0.001, LAT],
      ],
      500,
    ],
    [
      'b',
      [
        [LNG + 0.0010000005, LAT],
        [LNG + 0.002, LAT],
      ],
      300,
    ],
    [
      'again',
      [
        [LNG, LAT],
        [LNG + 0.001, LAT],
      ],
      500,
    ],
    ['broken', Buffer.from([1, 2, 3]), 300],
  ])
  const report = await run(path)
  expect(report.networks[0]).toMatchObject({ table: 'sewer_lines', records: 4, pipes: 3, nodes: 3, rejected: 1 })
  expect(rulesOf(report)).toMatchObject({ 'duplicate-pipe': 1, shrinking: 1 })
  const [a] = await stored('pipes')
  expect(a.line[0][2]).toBeCloseTo(1.5 + undulation(LNG, LAT) + 0.25, 2)
  const file = JSON.parse(readFileSync(report.defectsFile ?? '', 'utf8')) as {
    features: { properties: { rule: string; zh: string } }[]
  }
  expect(file.features).toHaveLength(report.defects.reduce((sum, { count }) => sum + count, 0))
  const [{ value }] = await city.db.query<{ value: { total: number; defects: Defect[] } }>(
    "select value from meta where key = 'network-defects:net'",
  )
  expect(value.total).toBe(file.features.length)
  expect(value.defects.find(({ rule }) => rule === 'shrinking')).toMatchObject({
    pipes: ['net:1', 'net:2'],
    severity: 'warning',
    lat: expect.closeTo(LAT, 6),
  })
})

test('a file cut at any sixteenth, alone or beside a sound one, gives nothing of itself and leaves the old network whole', async () => {
  const path = files({})
  const lines: [string, number[][], number][] = Array.from({ length: 200 }, (_, i) => [
    `pipe ${i}`,
    [
      [LNG + i / 1e4, LAT],
      [LNG + (i + 1) / 1e4, LAT],
    ],
    300,
  ])
  geopackage(join(path, 'sewers.gpkg'), lines)
  const bytes = readFileSync(join(path, 'sewers.gpkg'))
  const sound = geojson(
    line(
      'p1',
      [
        [LNG, LAT + 0.01],
        [LNG + 0.001, LAT + 0.01],
      ],
      { dn: 200 },
    ),
  )
  const fresh = await run(files({ 'sewers.gpkg': bytes.subarray(0, bytes.length / 2), 'pipes.geojson': sound }), {
    source: 'cut',
  })
  expect(fresh.refused.map(({ name }) => name)).toEqual(['sewers.gpkg'])
  expect(fresh.layers.pipes?.stored).toBe(1)
  await run(path, { source: 'cut' })
  for (let part = 1; part < 16; part++) {
    const cut = files({
      'sewers.gpkg': bytes.subarray(0, Math.floor((bytes.length * part) / 16)),
      'pipes.geojson': sound,
    })
    await expect(run(cut, { source: 'cut' })).rejects.toThrow(
      /sewers\.gpkg: geopackage.*stays as it was|sewers\.gpkg: .*malformed.*stays as it was/,
    )
  }
  expect(await stored('pipes', 'cut')).toHaveLength(200)
})

test('swapped ends, reused ids, 0 and -9999 heights, a pipe longer than the city, an upright pipe', async () => {
  const at = (x: number) => [LNG + x / 1000, LAT]
  const pipes = Array.from({ length: 30 }, (_, i) =>
    line(`p${i}`, [at(i / 10), at((i + 1) / 10)], {
      from: `n${i}`,
      to: `n${i + 1}`,
      dn: 200,
      depth: i === 3 ? 0 : i === 4 ? -9999 : 1.5,
    }),
  )
  const swapped = line('swapped', [at(1), at(0.9)], { from: 'n9', to: 'n10', dn: 200, depth: 1.5 })
  const far = line('far', [at(0), [LNG + 2, LAT]], { from: 'n0', to: 'far', dn: 200, depth: 1.5 })
  const upright = line(
    'upright',
    [
      [...at(0), 0.5],
      [...at(0), 2.5],
    ],
    { from: 'n0', to: 'up', dn: 200 },
  )
  const twice = [
    line('e1', [at(5), at(5.1)], { from: 'n5', to: 'x1', dn: 200 }),
    line('e2', [at(5), at(5.2)], { from: 'n5', to: 'x2', dn: 200 }),
  ]
  const report = await run(files({ 'pipes.geojson': geojson(...pipes, swapped, far, upright, ...twice) }))
  expect(report.layers.pipes).toMatchObject({ read: 35, stored: 35, rejected: 0 })
  expect(rulesOf(report)).toMatchObject({ 'swapped-ends': 1, 'node-id-reused': 1, 'longer-than-city': 1 })
  const rows = new Map((await stored('pipes')).map((row) => [row.id, row]))
  for (const id of ['net:p3', 'net:p4']) expect(rows.get(id)?.style).toMatchObject({ estimated: true })
  expect(rows.get('net:p5')?.style.estimated).toBeUndefined()
  expect(rows.get('net:swapped')?.line[0][0]).toBeCloseTo(at(0.9)[0], 8)
  expect(rows.get('net:upright')?.line.map(([, , z]) => z)).toEqual([
    expect.closeTo(0.5 + undulation(LNG, LAT), 2),
    expect.closeTo(2.5 + undulation(LNG, LAT), 2),
  ])
})

test('areas of a GeoPackage are no pipes; --as buildings puts them into the city', async () => {
  const path = files({})
  const ring = [
    [LNG, LAT],
    [LNG + 0.001, LAT],
    [LNG + 0.001, LAT + 0.001],
    [LNG, LAT],
  ]
  geopackage(join(path, 'houses.gpkg'), [['house', writeWkb({ type: 'Polygon', coordinates: [ring] }, 0), 12]])
  const refused = await run(path, { source: 'houses' })
  expect(refused.refused[0].reason).toMatch(/no pipes and no nodes/)
  const report = await run(path, { source: 'houses', as: 'buildings' })
  expect(report).toMatchObject({ refused: [], crs: 'EPSG:4326', layers: { buildings: { stored: 1 } } })
})

test('collections give their lines and points, each point of several is a node; a place without latitude is none', async () => {
  const point = (x: number) => [LNG + x / 1000, LAT]
  const of = (geometry: object, id: string) => ({ type: 'Feature', properties: { id, dn: 200 }, geometry })
  const both = {
    type: 'GeometryCollection',
    geometries: [
      { type: 'GeometryCollection', geometries: [{ type: 'LineString', coordinates: [point(0), point(1)] }] },
      { type: 'Point', coordinates: point(0) },
    ],
  }
  const report = await run(
    files({
      'pipes.geojson': geojson(
        of(both, 'a'),
        of({ type: 'MultiPoint', coordinates: [point(1), point(2)] }, 'm'),
        of({ type: 'LineString', coordinates: [[LNG, null], point(1)] }, 'half'),
        of({ type: 'LineString', coordinates: [point(1)] }, 'short'),
      ),
    }),
  )
  expect(report.networks.map(({ table, pipes, nodes }) => [table, pipes, nodes])).toEqual([
    ['pipes lines', 2, 0],
    ['pipes points', 0, 3],
  ])
  expect(report.reasons.map(({ reason }) => reason)).toEqual(['a line of one place; expected at least 2'])
  expect(report.refused[0].reason).toMatch(/^1 damaged \(coordinates do not fit a LineString\): no pipes and no nodes/)
  expect((await stored('pipe-nodes')).map(({ id }) => id.replace(/^.*:/, ''))).toEqual(['a', 'm', 'm/2'])
})
