/** Networks brought in whole: counts of other readers, nothing lost, heights by the stated rules, every kind of bad input named. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../../../tiles-server/db/database.ts'
import { writeHeightGrid } from '../../../tiles-server/db/height-store.ts'
import { openTestDatabase } from '../../../tiles-server/db/test-database.ts'
import { writeWkb } from '../../formats/wkb.ts'
import { converter } from '../../geo/crs.ts'
import { undulation } from '../../geo/geoid.ts'
import type { Defect } from '../../networks/defect.ts'
import { type IngestOptions, ingest } from '../ingest.ts'
import { parseConfirmed } from './confirm.ts'
import { parseAnchor } from './place.ts'

const DATA = new URL('../../../../shared/data/', import.meta.url).pathname
const hasData = existsSync(join(DATA, 'pipes/nanaimo'))
const folder = mkdtempSync(join(tmpdir(), 'tidewall-networks-'))
const heightsDir = join(folder, 'city/heights')
const LNG = 121.44
const LAT = 28.66
/** Ground of the tests: 4 m above mean sea level. */
const GROUND = 4 + undulation(LNG, LAT)
let db: Database
beforeAll(async () => {
  db = await openTestDatabase()
  const box = { west: LNG - 0.05, east: LNG + 0.05, south: LAT - 0.05, north: LAT + 0.05 }
  const header = {
    ...box,
    columns: 11,
    rows: 11,
    resolutionM: 1000,
    dataDate: '2026-01-01',
    datum: 'EGM96',
    attribution: 'test',
  }
  await writeHeightGrid(
    heightsDir,
    'flat',
    header,
    Array.from({ length: 11 }, () => new Float32Array(11).fill(GROUND)),
  )
}, 120_000)
afterAll(async () => {
  await db?.close()
  rmSync(folder, { recursive: true, force: true })
})

let serial = 0
function files(contents: Record<string, string | Uint8Array>): string {
  const own = join(folder, `in-${serial++}`)
  mkdirSync(own)
  for (const [name, content] of Object.entries(contents)) writeFileSync(join(own, name), content)
  return own
}
const run = (path: string, options: IngestOptions = {}) =>
  ingest([path], { source: 'net', ...options }, { db, heightsDir })
interface Row {
  id: string
  line: number[][]
  style: Record<string, string | number | boolean>
  attributes: Record<string, unknown>
}
const stored = (layer: 'pipes' | 'pipe-nodes', source = 'net') =>
  db.query<Row>(
    `select id, (st_asgeojson(geom)::jsonb) -> 'coordinates' as line, style, attributes from feature where source = $1 and layer = $2 order by id collate "C"`,
    [source, layer],
  )
const rulesOf = (report: { defects: { rule: string; count: number }[] }) =>
  Object.fromEntries(report.defects.map(({ rule, count }) => [rule, count]))

const toGrid = converter('EPSG:4326', 'EPSG:4549')
/** X = north, Y = east, as in a Chinese survey. */
const survey = (dx: number, dy: number) => {
  const [east, north] = toGrid(LNG, LAT)
  return `${(north + dy).toFixed(3)},${(east + dx).toFixed(3)}`
}
const POINTS = `管点编号,特征,附属物,X坐标,Y坐标,地面高程(m),井深(m)
JS1,起点,,${survey(0, 0)},4.00,
JS2,直线点,阀门井,${survey(50, 0)},4.10,1.8
JS3,三通,,${survey(100, 0)},-9999,
JS4,末端,消火栓,${survey(100, 50)},4.00,
`
const LINES = `管线编号,起点点号,终点点号,起点埋深(m),终点埋深(m),管径(mm),材质,埋设年代,权属单位,埋设方式,压力
L1,JS1,JS2,1.20,1.30,DN300,球墨铸铁,1998年,自来水公司,直埋,低压
L2,JS2,JS3,-9999,1.00,0.3,PE,2005-06-01,自来水公司,直埋,
L3,JS3,JS4,0,,500X300,,,,,
L4,JS4,JS9,1,1,200,,,,,
L5,JS4,JS1,1,1,-200,,,,,
`

test('a Chinese survey comes in by its own rules: X is north, 埋深 is to the crown of a pressure pipe, gaps are estimated and said', async () => {
  const report = await run(files({ '给水管点.csv': POINTS, '给水管线.csv': LINES }), { crs: 'EPSG:4549' })
  expect(
    report.networks.map(({ table, records, pipes, nodes, rejected }) => [table, records, pipes, nodes, rejected]),
  ).toEqual([
    ['给水管点', 4, 0, 4, 0],
    ['给水管线', 5, 5, 0, 1],
  ])
  expect(report.networks[1].mapping?.columns).toMatchObject({
    from: { column: '起点点号' },
    depthFrom: { column: '起点埋深(m)', unitM: 1 },
    size: { unitM: 0.001 },
    year: { column: '埋设年代' },
  })
  expect(report.reasons[0].reason).toMatch(/node JS9 is in no table of nodes/)
  expect(rulesOf(report)).toMatchObject({ 'mixed-units': 1, 'bad-size': 1 })
  const [l1, l2, l3, l5] = await stored('pipes')
  expect(l1.line[0][0]).toBeCloseTo(LNG, 6)
  expect(l1.line[0][1]).toBeCloseTo(LAT, 6)
  expect(l1.line[0][2]).toBeCloseTo(GROUND - 1.2 - 0.15, 2)
  expect(l1.line[1][2]).toBeCloseTo(GROUND + 0.1 - 1.3 - 0.15, 2)
  expect(l1.style).toMatchObject({
    class: 'water',
    flow: 'pressure',
    diameter: 0.3,
    material: '球墨铸铁',
    year: 1998,
    owner: '自来水公司',
    pressure: '低压',
    from: 'net:JS1',
    to: 'net:JS2',
  })
  expect(l1.style.estimated).toBeUndefined()
  expect(l1.attributes).toMatchObject({
    管线编号: 'L1',
    '起点埋深(m)': '1.20',
    '管径(mm)': 'DN300',
    埋设年代: '1998年',
  })
  expect(l2.style).toMatchObject({
    diameter: 0.3,
    estimated: true,
    estimate: expect.stringMatching(/一端埋深未知.*at its start/),
  })
  expect(l2.line[0][2]).toBeCloseTo(GROUND + 0.1 - 1.15, 2)
  expect(l3.style).toMatchObject({
    section: 'box',
    width: 0.5,
    height: 0.3,
    estimated: true,
    estimate: expect.stringMatching(/给水覆土 1 m/),
  })
  expect(l3.line[0][2]).toBeCloseTo(GROUND - 1 - 0.15, 2)
  expect(l5.style.diameter).toBeUndefined()
  const nodes = await stored('pipe-nodes')
  expect(nodes.map(({ style }) => style.class)).toEqual(['end', 'valve', 'junction', 'hydrant'])
  expect(nodes[3].style.top).toBeCloseTo(GROUND, 2)
  const again = await run(files({ '给水管点.csv': POINTS, '给水管线.csv': LINES }), { crs: 'EPSG:4549' })
  expect(again.layers.pipes).toMatchObject({ changed: 0, unchanged: 4, removed: 0 })
})

test('a sewer’s 埋深 is to its invert; confirmed columns win over the guess; a dry run writes what it guessed', async () => {
  const both = { '污水管点.csv': POINTS.replaceAll('JS', 'WS'), '污水管线.csv': LINES.replaceAll('JS', 'WS') }
  await run(files(both), { crs: 'EPSG:4549' })
  const [w1] = await stored('pipes')
  expect(w1.style).toMatchObject({ class: 'foul', flow: 'gravity' })
  expect(w1.line[0][2]).toBeCloseTo(GROUND - 1.2 + 0.15, 2)
  const dry = await run(files(both), { crs: 'EPSG:4549', dryRun: true })
  const guessed = parseConfirmed(readFileSync(dry.columnsFile ?? '', 'utf8'))
  expect(guessed['污水管线.csv/污水管线'].columns?.depthFrom).toMatchObject({ column: '起点埋深(m)' })
  const map = parseConfirmed(
    JSON.stringify({ 污水管线: { basis: 'crown', columns: { size: null, year: { column: '埋设年代' } } } }),
  )
  await run(files(both), { crs: 'EPSG:4549', map })
  const [c1] = await stored('pipes')
  expect(c1.style.diameter).toBeUndefined()
  expect(c1.line[0][2]).toBeCloseTo(GROUND - 1.2 - 0.1, 2)
  const wrong = await run(files(both), { crs: 'EPSG:4549', map: { 污水管线: { columns: { from: '没有' } } } })
  expect(wrong.refused[0].reason).toMatch(/has no column "没有" for from; expected 管线编号/)
  expect(() => parseConfirmed('{"x":{"columns":{"fromm":"a"}}}')).toThrow(/^map: .*fromm/)
})

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
  const [{ value }] = await db.query<{ value: { total: number; defects: Defect[] } }>(
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

const line = (id: string, coordinates: number[][], properties: object) => ({
  type: 'Feature',
  properties: { pipe_id: id, ...properties },
  geometry: { type: 'LineString', coordinates },
})
const geojson = (...features: object[]) => JSON.stringify({ type: 'FeatureCollection', features })

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

test('node ids used in two files stay two places, each file’s pipes find their own', async () => {
  const csv = (dy: number) => ({
    points: POINTS.replaceAll(survey(0, 0), survey(0, dy))
      .replaceAll(survey(50, 0), survey(50, dy))
      .replaceAll(survey(100, 0), survey(100, dy)),
    lines: LINES,
  })
  const [east, west] = [csv(0), csv(500)]
  const report = await run(
    files({
      '东区给水管点.csv': east.points,
      '东区给水管线.csv': east.lines,
      '西区给水管点.csv': west.points,
      '西区给水管线.csv': west.lines,
    }),
    { crs: 'EPSG:4549' },
  )
  // JS4 is the same place in both
  expect(rulesOf(report)['node-id-reused']).toBe(3)
  const rows = await stored('pipes')
  const l1 = rows.filter(({ id }) => id.endsWith(':L1'))
  expect(l1.map(({ id }) => id)).toEqual(['net:东区给水管线:L1', 'net:西区给水管线:L1'])
  expect(l1[1].line[0][1] - l1[0].line[0][1]).toBeCloseTo(500 / 110_850, 4)
})

test('coordinates without a system ask for one; a local grid lies around its anchor, turned and scaled', async () => {
  const inp =
    '[JUNCTIONS]\nA 10\nB 12\n[RESERVOIRS]\nR 50\n[PIPES]\n1 R A 100 300 100\n2 A B 100 300 100\n[OPTIONS]\nUnits LPS\n[COORDINATES]\nR 0 0\nA 10 0\nB 20 0\n[END]\n'
  await expect(run(files({ 'net.inp': inp }))).rejects.toThrow(/names no coordinate system.*--anchor/)
  const report = await run(files({ 'net.inp': inp }), { anchor: parseAnchor(`${LNG},${LAT},90,10`) })
  const [first, second] = await stored('pipes')
  expect(second.line[1][0]).toBeCloseTo(LNG, 7)
  expect(second.line[1][1] - first.line[0][1]).toBeCloseTo(200 / 110_850, 5)
  expect(first.style).toMatchObject({ diameter: 0.3, estimated: true })
  expect(first.line[0][2]).toBeCloseTo(GROUND - 1 - 0.15, 2)
  expect(report.notes.join()).toMatch(/elevations lie .* depths estimated/)
  for (const bad of ['1', '1,2,x', '200,0', '1,2,3,-4', '1,2,3,4,5'])
    expect(() => parseAnchor(bad)).toThrow(/^anchor: /)
})

test.skipIf(!hasData)(
  'Nanaimo: all 17,755 mains and the CityGML’s 237 links and 198 nodes, every attribute kept, a second run changes nothing (skipped without ../shared/data)',
  async () => {
    const path = join(DATA, 'pipes/nanaimo')
    const report = await run(path, { source: 'nanaimo' })
    const tables = new Map(report.networks.map((each) => [each.file, each]))
    expect(tables.get('pipes.shp')).toMatchObject({ records: 17_755, pipes: 17_755, rejected: 0 })
    expect(tables.get('nanaimo_water_pipes.gml')).toMatchObject({ pipes: 237, nodes: 198, rejected: 0 })
    expect(report.layers.pipes).toMatchObject({ stored: 17_755 + 237, rejected: 0 })
    const [kept] = await db.query<{ n: number; gids: number; guessed: number }>(
      `select count(*) filter (where attributes ?& array['TYPE', 'CATCHMENT', 'OWNER', 'GID'])::int as n, count(attributes ->> 'GID')::int as gids, count(*) filter (where style ->> 'estimated' = 'true')::int as guessed from feature where source = 'nanaimo' and layer = 'pipes'`,
    )
    expect([kept.n, kept.gids]).toEqual([17_755, 17_350])
    expect(kept.guessed).toBeGreaterThanOrEqual(17_755)
    const [main] = await db.query<Row>(`select id, style, attributes from feature where id = 'nanaimo:pipes:2'`)
    expect(main.attributes).toMatchObject({
      TYPE: 'Primary Distribution',
      ASBUILT: 836,
      LENGTH: 168.454,
      STARTID: 41786,
    })
    expect(main.style).toMatchObject({
      class: 'water',
      diameter: 0.15,
      material: 'AC',
      year: 1961,
      from: 'nanaimo:pipes:41786',
    })
    const again = await run(path, { source: 'nanaimo' })
    expect(again.layers.pipes).toMatchObject({ changed: 0, removed: 0, unchanged: 17_992 })
  },
  300_000,
)

test.skipIf(!hasData)(
  'L-TOWN and SWMM’s Example1 come in with all nodes and links (skipped without ../shared/data)',
  async () => {
    const anchor = parseAnchor(`${LNG},${LAT}`)
    const town = await run(join(DATA, 'pipes/epanet/L-TOWN.inp'), { source: 'l-town', anchor })
    expect(town.layers).toMatchObject({ pipes: { stored: 909 }, 'pipe-nodes': { stored: 785 } })
    const [kept] = await db.query<{ value: { format: string; text: string } }>(
      "select value from meta where key = 'network-model:l-town:L-TOWN.inp'",
    )
    expect(kept.value.text).toBe(readFileSync(join(DATA, 'pipes/epanet/L-TOWN.inp'), 'latin1'))
    const swmm = await run(join(DATA, 'pipes/swmm/data/Example1.inp'), { source: 'example1', anchor })
    expect(swmm.layers).toMatchObject({ pipes: { stored: 13 }, 'pipe-nodes': { stored: 14 } })
    const falls = await db.query<{ fall: number }>(
      `select st_z(st_startpoint(geom)) - st_z(st_endpoint(geom)) as fall from feature where source = 'example1' and layer = 'pipes'`,
    )
    expect(falls.every(({ fall }) => fall >= 0)).toBe(true)
  },
  120_000,
)

test.skipIf(!hasData)(
  'malformed EPANET models give what can be placed, and a reason for the rest (skipped without ../shared/data)',
  async () => {
    const report = await run(join(DATA, 'pipes/epanet/malformed'), {
      source: 'malformed',
      anchor: parseAnchor(`${LNG},${LAT}`),
      dryRun: true,
    })
    expect(report.refused).toEqual([])
    const all = new Map(
      report.networks.map(({ file, records, rejected, pipes, nodes }) => [file, [records, pipes + nodes, rejected]]),
    )
    expect(all.get('BELL_CL1.inp')).toEqual([292, 0, 292])
    expect(all.get('exnet.inp')).toEqual([4361, 4361, 0])
    for (const [records, taken, rejected] of all.values()) expect(taken + rejected).toBe(records)
  },
)
