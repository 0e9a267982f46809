/** Borehole files into a real database: AGS, tables of every shape, and files that are wrong in every way. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../../../tiles-server/db/database.ts'
import { openTestDatabase } from '../../../tiles-server/db/test-database.ts'
import { writeAgs } from '../../formats/ags.ts'
import { converter } from '../../geo/crs.ts'
import { undulation } from '../../geo/geoid.ts'
import { type Borehole, boreholeOf } from '../../geology/borehole.ts'
import { type IngestOptions, ingest } from '../ingest.ts'
import { parseConfirmed } from '../networks/confirm.ts'
import { parseAnchor } from '../networks/place.ts'

const folder = mkdtempSync(join(tmpdir(), 'tidewall-boreholes-'))
let db: Database
beforeAll(async () => {
  db = await openTestDatabase()
}, 120_000)
afterAll(async () => {
  await db?.close()
  rmSync(folder, { recursive: true, force: true })
})

let serial = 0
/** Files in a folder of their own. */
function files(all: Record<string, string | Uint8Array>): string {
  const own = join(folder, `in-${serial++}`)
  mkdirSync(own)
  for (const [name, content] of Object.entries(all)) writeFileSync(join(own, name), content)
  return own
}
const run = (path: string, options: IngestOptions) =>
  ingest([path], options, { db, heightsDir: join(folder, 'city/heights') })

async function holes(source: string): Promise<Borehole[]> {
  const rows = await db.query<{ id: string; geometry: string; style: never; attributes: never }>(
    "select id, st_asgeojson(geom, 9) as geometry, style, attributes from feature where layer = 'boreholes' and source = $1 order by id",
    [source],
  )
  return rows.map(({ id, geometry, style, attributes }) => {
    return boreholeOf({ id, layer: 'boreholes', geometry: JSON.parse(geometry), style, attributes }, source)!
  })
}
const csv = (rows: unknown[][]) => rows.map((row) => row.join(',')).join('\n')
const plane = converter('EPSG:4326', 'EPSG:4549')
const [east, north] = plane(121.44, 28.66)

const HOLES = csv([
  ['钻孔编号', 'X', 'Y', '孔口高程', '孔深', '稳定水位埋深'],
  ['ZK1', north.toFixed(3), east.toFixed(3), 4.5, 20, 1.1],
  ['ZK2', (north + 30).toFixed(3), (east + 40).toFixed(3), 4.2, 15, ''],
])
const LAYERS = csv([
  ['钻孔编号', '层号', '层底深度', '岩土名称', '岩土描述'],
  ['ZK1', '①', 1.5, '杂填土', '松散'],
  ['ZK1', '②', 3.2, '黏土', ''],
  ['ZK1', '③', 20, '淤泥', '流塑'],
  ['ZK2', '①', 2, '素填土', ''],
  ['ZK2', '③', 15, '淤泥质粘土', ''],
])

test('钻孔表 and 地层表 beside each other: X is north, depths run down, collars stand on mean sea level', async () => {
  const report = await run(files({ '钻孔表.csv': HOLES, '地层表.csv': LAYERS }), { source: 'tables', crs: 'EPSG:4549' })
  expect(report.layers.boreholes).toMatchObject({ read: 2, stored: 2, rejected: 0 })
  expect(report.notes.join('\n')).toMatch(/boreholes: 2 holes, 5 layers, 1 water levels/)
  const [one, two] = await holes('tables')
  expect(one).toMatchObject({ id: 'tables:ZK1', depth: 20 })
  expect(one!.lng).toBeCloseTo(121.44, 6)
  expect(one!.lat).toBeCloseTo(28.66, 6)
  expect(one!.collar).toBeCloseTo(4.5 + undulation(121.44, 28.66), 2)
  expect(one!.strata.map(({ top, bottom, code, soil }) => [top, bottom, code, soil])).toEqual([
    [0, 1.5, '①', 'mixed-fill'],
    [1.5, 3.2, '②', 'clay'],
    [3.2, 20, '③', 'muck'],
  ])
  expect(one!.water).toEqual([{ depth: 1.1, kind: 'level' }])
  expect(two!.strata.map(({ soil }) => soil)).toEqual(['plain-fill', 'mucky-clay'])
  const again = await run(files({ '钻孔表.csv': HOLES, '地层表.csv': LAYERS }), { source: 'tables', crs: 'EPSG:4549' })
  expect(again.layers.boreholes).toMatchObject({ changed: 0, unchanged: 2, removed: 0 })
})

test('one table with all in it, in GBK, with thicknesses and heights of water', async () => {
  const text = csv([
    ['孔号', '经度', '纬度', '孔口标高', '层厚', '土名', '水位标高'],
    ['A', 121.4412, 28.6612, 5, 1, '填土', 3.8],
    ['A', 121.4412, 28.6612, 5, 4, '粘土', 3.8],
    ['B', 121.4415, 28.6612, 5, 2, '粉砂', ''],
  ])
  // the words of the table in GBK
  const gbk: Record<string, string> = {
    孔: 'bfd7',
    号: 'bac5',
    经: 'bead',
    度: 'b6c8',
    纬: 'ceb3',
    口: 'bfda',
    标: 'b1ea',
    高: 'b8df',
    层: 'b2e3',
    厚: 'baf1',
    土: 'cdc1',
    名: 'c3fb',
    水: 'cbae',
    位: 'cebb',
    填: 'ccee',
    粘: 'd5b3',
    粉: 'b7db',
    砂: 'c9b0',
  }
  const bytes = Buffer.concat(
    [...text].map((letter) => Buffer.from(gbk[letter] ?? Buffer.from(letter).toString('hex'), 'hex')),
  )
  const report = await run(files({ 'logs.csv': bytes }), { source: 'gbk' })
  expect(report.layers.boreholes).toMatchObject({ read: 2, stored: 2 })
  const [a, b] = await holes('gbk')
  expect(a!.strata.map(({ top, bottom, soil }) => [top, bottom, soil])).toEqual([
    [0, 1, 'plain-fill'],
    [1, 5, 'clay'],
  ])
  expect(a!.water).toEqual([{ depth: 1.2, kind: 'level' }])
  expect(b!.strata[0]!.soil).toBe('silty-sand')
})

test('AGS 4 comes in by its grid, with legend codes, water strikes and feet', async () => {
  const group = (name: string, columns: string[], units: string[], ...rows: string[][]) => ({
    name,
    columns,
    units,
    types: columns.map(() => 'X'),
    rows: rows.map((values) => ({ values })),
  })
  const text = writeAgs([
    group('PROJ', ['PROJ_ID'], [''], ['P']),
    group(
      'LOCA',
      ['LOCA_ID', 'LOCA_NATE', 'LOCA_NATN', 'LOCA_GREF', 'LOCA_GL', 'LOCA_FDEP', 'LOCA_TYPE'],
      ['', 'm', 'm', '', 'm', 'ft', ''],
      ['BH1', '530000', '180000', 'OSGB', '12.3', '50', 'CP'],
      ['TP2', '530020', '180010', 'OSGB', '12.0', '', 'TP'],
    ),
    group(
      'GEOL',
      ['LOCA_ID', 'GEOL_TOP', 'GEOL_BASE', 'GEOL_DESC', 'GEOL_LEG', 'GEOL_GEOL'],
      ['', 'm', 'm', '', '', ''],
      ['BH1', '0', '1.2', 'MADE GROUND: brick', '102', 'MG'],
      ['BH1', '1.2', '9', 'Stiff blue silty CLAY', '201', 'LC'],
      ['TP2', '0', '2', 'Brown sandy GRAVEL', '', ''],
      ['BH9', '0', '2', 'SAND', '', ''],
    ),
    group('WSTG', ['LOCA_ID', 'WSTG_DPTH', 'WSTG_DTIM'], ['', 'm', ''], ['BH1', '4.5', '2021-03-04T10:00:00']),
    group('ISPT', ['LOCA_ID', 'ISPT_NVAL'], ['', ''], ['BH1', '12']),
  ])
  const report = await run(files({ 'site.ags': text }), { source: 'ags' })
  expect(report.files[0]!.kind).toBe('ags')
  expect(report.layers.boreholes).toMatchObject({ read: 2, stored: 2 })
  expect(report.reasons.map(({ reason }) => reason)).toContain('a layer of a hole that there is not')
  expect(report.notes.join('\n')).toMatch(/not read: ISPT \(1\)/)
  const [bh, tp] = await holes('ags')
  expect(bh!.lng).toBeCloseTo(-0.127, 2)
  expect(bh!.lat).toBeCloseTo(51.504, 2)
  expect(bh!.depth).toBeCloseTo(15.24, 2)
  expect(bh!.strata.map(({ code, soil }) => [code, soil])).toEqual([
    ['MG', 'plain-fill'],
    ['LC', 'silty-clay'],
  ])
  expect(bh!.water).toEqual([{ depth: 4.5, kind: 'strike', date: '2021-03-04' }])
  expect(tp!.strata[0]!.soil).toBe('round-gravel')
})

test('a local grid needs an anchor, and says so; with one it lies there', async () => {
  const text = csv([
    ['borehole', 'x', 'y', 'elevation', 'from', 'to', 'lithology'],
    ['B1', 100, 200, 3, 0, 2, 'clay'],
    ['B2', 150, 200, 3, 0, 2, 'sand'],
  ])
  const path = files({ 'local.csv': text })
  await expect(run(path, { source: 'local' })).rejects.toThrow(/local\.csv: local names no coordinate system.*--anchor/)
  await run(path, { source: 'local', anchor: parseAnchor('121.5,28.6') })
  const [one, two] = await holes('local')
  expect((one!.lng + two!.lng) / 2).toBeCloseTo(121.5, 6)
  expect((two!.lng - one!.lng) * 97_800).toBeCloseTo(50, 0)
})

test('duplicate holes, layers upside down, overlapping, bottomless, of no hole, below the end: refused or mended by name', async () => {
  const report = await run(
    files({
      'holes.csv': csv([
        ['钻孔编号', '经度', '纬度', '孔口高程', '孔深'],
        ['D1', 121.4412, 28.6612, 4, 10],
        ['D1', 121.4712, 28.6612, 4, 10],
        ['D2', 121.4413, 28.6612, -9999, 5],
        ['', 121.4413, 28.6613, 4, 5],
        ['D3', '', '', 4, 5],
        ['D4', 121.4415, 28.6612, 4, 30],
      ]),
      'layers.csv': csv([
        ['钻孔编号', '层号', '层顶深度', '层底深度', '岩土名称'],
        ['D1', '1', 0, 2, '填土'],
        ['D1', '2', 1.5, 4, '黏土'],
        ['D1', '3', 6, 5, '淤泥'],
        ['D1', '4', 4, 14, '淤泥'],
        ['D2', '1', 0, '', '填土'],
        ['D2', '2', 0, 90000, '填土'],
        ['D4', '2', 5, 8, '不知道的东西'],
        ['D4', '1', 0, 4, '填土'],
        ['D9', '1', 0, 4, '填土'],
      ]),
    }),
    { source: 'bad' },
  )
  const [d1, d2, d4] = await holes('bad')
  expect(d1!.strata.map(({ top, bottom, code }) => [top, bottom, code])).toEqual([
    [0, 2, '1'],
    [2, 4, '2'],
    [4, 14, '4'],
  ])
  expect(d1!.depth).toBe(14)
  expect(d2!.strata).toEqual([])
  expect(d2!.depth).toBe(5)
  expect(d4!.strata.map(({ top, bottom, soil }) => [top, bottom, soil])).toEqual([
    [0, 4, 'plain-fill'],
    [5, 8, 'unknown'],
  ])
  const reasons = report.reasons.map(({ reason, example }) => `${example}: ${reason}`).join('\n')
  for (const words of [
    /D1: duplicate hole at another place/,
    /no hole number/,
    /D3: no coordinates/,
    /D1 row \d: a layer whose bottom lies above its top/,
    /D2 row \d: a layer without a bottom/,
    /D2 row \d: a layer at an impossible depth/,
    /D9: a row of a hole that has no place/,
  ])
    expect(reasons).toMatch(words)
  expect(report.repairs.map(({ reason }) => reason).sort()).toEqual([
    'layers put in the order of their depths',
    'overlapping layers cut at the bottom of the upper one',
    'the hole taken as deep as its deepest layer',
  ])
  const [row] = await db.query<{ estimate: string }>(
    "select style->>'estimate' as estimate from feature where id = 'bad:D2'",
  )
  expect(row!.estimate).toMatch(/孔口高程未知/)
})

test('a file cut off anywhere, noise, and a table of pipes are told apart from boreholes', async () => {
  for (let end = 0; end < HOLES.length; end += 23)
    await run(files({ '钻孔.csv': HOLES.slice(0, end) }), { source: 'cut', crs: 'EPSG:4549', dryRun: true })
  const noise = await run(files({ 'x.ags': '"GROUP","LOCA"\n"HEADING","LOCA_ID"\n"DATA","a","b"' }), {
    source: 'noise',
  })
  expect(noise.layers.boreholes).toBeUndefined()
  const pipes = csv([
    ['起点点号', '终点点号', '起点X', '起点Y', '终点X', '终点Y', '管径', '埋深'],
    ['a', 'b', 121.44, 28.66, 121.441, 28.66, 300, 1.2],
  ])
  const report = await run(files({ 'pipes.csv': pipes }), { source: 'pipes', crs: 'EPSG:4326' })
  expect(report.layers.boreholes).toBeUndefined()
  expect(report.layers.pipes?.read).toBe(1)
})

/** Tables whose column names say nothing to a program. */
const ODD = {
  'stations.csv': csv([
    ['Ref', 'P1', 'P2', 'P3 (cm)', 'End'],
    ['B1', east.toFixed(3), north.toFixed(3), 450, 20],
  ]),
  'profile.csv': csv([
    ['Ref', 'till', 'what'],
    ['B1', 1.5, '杂填土'],
    ['B1', 20, '淤泥'],
  ]),
}
const ODD_MAP = {
  'stations.csv': {
    rows: 'boreholes',
    northFirst: false,
    columns: { id: 'Ref', x: 'P1', y: 'P2', collar: { column: 'P3 (cm)', unit: 'cm' }, depth: 'End' },
  },
  profile: { rows: 'boreholes', columns: { id: 'Ref', bottom: 'till', soil: 'what' } },
}

test('confirmed columns make boreholes of tables that no word tells, with their units', async () => {
  const map = parseConfirmed(JSON.stringify(ODD_MAP))
  await run(files(ODD), { source: 'odd', crs: 'EPSG:4549', map })
  const [hole] = await holes('odd')
  expect(hole!.collar).toBeCloseTo(4.5 + undulation(121.44, 28.66), 2)
  expect([hole!.lng, hole!.lat]).toEqual([expect.closeTo(121.44, 7), expect.closeTo(28.66, 7)])
  expect(hole!.strata.map(({ bottom, soil }) => [bottom, soil])).toEqual([
    [1.5, 'mixed-fill'],
    [20, 'muck'],
  ])
})

test('a dry run writes what borehole columns were taken for, and that is what a second run takes', async () => {
  const path = files({ '钻孔.csv': HOLES, '地层.csv': LAYERS })
  const dry = await run(path, { source: 'dry', crs: 'EPSG:4549', dryRun: true })
  const map = parseConfirmed(readFileSync(dry.columnsFile ?? '', 'utf8'))
  expect(map['钻孔.csv/钻孔']).toMatchObject({
    rows: 'boreholes',
    northFirst: true,
    columns: { id: '钻孔编号', water: { column: '稳定水位埋深', unitM: 1 } },
  })
  await run(path, { source: 'guessed', crs: 'EPSG:4549' })
  await run(path, { source: 'said', crs: 'EPSG:4549', map })
  const plain = async (source: string) => (await holes(source)).map(({ id: _, source: __, ...rest }) => rest)
  expect(await plain('said')).toEqual(await plain('guessed'))
  const without = { ...map, '钻孔.csv/钻孔': { rows: 'boreholes' as const, columns: { water: null } } }
  await run(path, { source: 'dryer', crs: 'EPSG:4549', map: without })
  expect((await holes('dryer'))[0]!.water).toEqual([])
})

test('wrong confirmed columns are told with what is allowed, and nothing is stored', async () => {
  const path = files(ODD)
  const said = (change: object) => parseConfirmed(JSON.stringify({ ...ODD_MAP, ...change }))
  const of = (map: ReturnType<typeof said>) => run(path, { source: 'wrong', crs: 'EPSG:4549', map })
  await expect(of(said({ profile: { rows: 'boreholes', columns: { soil: 'soil' } } }))).rejects.toThrow(
    /map: profile.csv\/profile has no column "soil" for soil; expected Ref \| till \| what/,
  )
  await expect(of(said({ profile: { rows: 'boreholes' } }))).rejects.toThrow(/no column for id/)
  expect(() => said({ profile: { rows: 'boreholes', columns: { diameter: 'till' } } })).toThrow(
    /^map: profile: .*diameter/,
  )
  expect(() => said({ profile: { rows: 'holes' } })).toThrow(/^map: profile: /)
  expect(await holes('wrong')).toEqual([])
})
