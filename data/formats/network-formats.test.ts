/** Readers of network files: what our own writers made comes back, real files give other readers' counts, damage is named. */
import { execFileSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { CountType, Project, Workspace } from 'epanet-js'
import { zipSync } from 'fflate'
import { expect, test } from 'vitest'
import { readCitygmlNetwork } from './citygml-network.ts'
import { readCsv } from './csv.ts'
import { readDbf } from './dbf.ts'
import { readEpanetInp } from './epanet-inp.ts'
import { readGeopackageGeometry } from './geopackage-geometry.ts'
import { readShapefile } from './shapefile.ts'
import { guessEncoding, namedEncoding } from './text-encoding.ts'
import { writeWkb } from './wkb.ts'
import { readXlsx } from './xlsx.ts'

const DATA = new URL('../../../shared/data/pipes/', import.meta.url).pathname
const hasData = existsSync(join(DATA, 'nanaimo'))

/** A seeded generator. */
function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

/** 给水 in GBK, which no encoder of the platform writes. */
const GBK = {
  给: [0xb8, 0xf8],
  水: [0xcb, 0xae],
  管: [0xb9, 0xdc],
  径: [0xbe, 0xb6],
  材: [0xb2, 0xc4],
  质: [0xd6, 0xca],
}
const gbk = (text: string): number[] =>
  [...text].flatMap((letter) => GBK[letter as keyof typeof GBK] ?? [letter.charCodeAt(0)])

function dbf(fields: [name: number[], type: string, length: number][], records: number[][][], driver = 0): Uint8Array {
  const recordLength = 1 + fields.reduce((sum, [, , length]) => sum + length, 0)
  const head = 32 + 32 * fields.length + 1
  const bytes = Buffer.alloc(head + records.length * recordLength + 1, 0x20)
  bytes.fill(0, 0, head)
  bytes[0] = 3
  bytes.writeUInt32LE(records.length, 4)
  bytes.writeUInt16LE(head, 8)
  bytes.writeUInt16LE(recordLength, 10)
  bytes[29] = driver
  for (const [i, [name, type, length]] of fields.entries()) {
    bytes.set(name, 32 + 32 * i)
    bytes[32 + 32 * i + 11] = type.charCodeAt(0)
    bytes[32 + 32 * i + 16] = length
  }
  bytes[head - 1] = 0x0d
  for (const [r, cells] of records.entries()) {
    let at = head + r * recordLength + 1
    for (const [i, cell] of cells.entries()) {
      bytes.set(cell.slice(0, fields[i][2]), at)
      at += fields[i][2]
    }
  }
  bytes[bytes.length - 1] = 0x1a
  return bytes
}

/** PolyLineZ or PointZ records. */
function shp(shapes: ([x: number, y: number, z: number] | [number, number, number][])[]): Uint8Array {
  const records = shapes.map((shape, i) => {
    const line = Array.isArray(shape[0]) ? (shape as [number, number, number][]) : null
    const content = Buffer.alloc(line ? 44 + 4 + line.length * 24 + 16 : 36)
    if (line) {
      content.writeInt32LE(13, 0)
      content.writeInt32LE(1, 36)
      content.writeInt32LE(line.length, 40)
      for (const [j, [x, y, z]] of line.entries()) {
        content.writeDoubleLE(x, 48 + j * 16)
        content.writeDoubleLE(y, 56 + j * 16)
        content.writeDoubleLE(z, 48 + line.length * 16 + 16 + j * 8)
      }
    } else {
      content.writeInt32LE(11, 0)
      for (const [j, value] of (shape as number[]).entries()) content.writeDoubleLE(value, 4 + j * 8)
    }
    const head = Buffer.alloc(8)
    head.writeInt32BE(i + 1, 0)
    head.writeInt32BE(content.length / 2, 4)
    return Buffer.concat([head, content])
  })
  const head = Buffer.alloc(100)
  head.writeInt32BE(9994, 0)
  const body = Buffer.concat(records)
  head.writeInt32BE((100 + body.length) / 2, 24)
  head.writeInt32LE(1000, 28)
  head.writeInt32LE(13, 32)
  return Buffer.concat([head, body])
}

test('a GBK table is read right by its language driver, its .cpg, or its bytes alone; cut-off characters are dropped', () => {
  const fields: Parameters<typeof dbf>[0] = [
    [gbk('管径'), 'N', 8],
    [gbk('材质'), 'C', 5],
  ]
  const records = [
    [[...'300'].map((c) => c.charCodeAt(0)), gbk('给水管')],
    [[...'*****'].map((c) => c.charCodeAt(0)), gbk('水')],
  ]
  for (const [bytes, said] of [
    [dbf(fields, records, 0x4d), null],
    [dbf(fields, records, 0), namedEncoding('936')],
    [dbf(fields, records, 0), null],
  ] as const) {
    const table = readDbf(bytes, said)
    expect(table.fields.map(({ name }) => name)).toEqual(['管径', '材质'])
    expect(table.record(0)).toEqual({ 管径: 300, 材质: '给水' })
    expect(table.record(1)).toEqual({ 管径: null, 材质: '水' })
  }
  expect(guessEncoding(new TextEncoder().encode('给水'))).toBe('utf-8')
})

test('lines and points with heights come back as written', () => {
  const line: [number, number, number][] = [
    [1, 2, 3],
    [4, 5, -6.5],
  ]
  const table = readShapefile({ shp: shp([line, [7, 8, 9]]) }, 'mixed')
  const records = [...table.records()]
  expect(table.count).toBe(2)
  expect(records[0].geometry).toEqual({ type: 'LineString', coordinates: line })
  expect(records[1].geometry).toEqual({ type: 'Point', coordinates: [7, 8, 9] })
})

test('a shapefile cut at every sixteenth or with flipped bytes never throws on a record and never invents one', () => {
  const next = random(7)
  const lines = Array.from({ length: 40 }, () =>
    Array.from({ length: 5 }, () => [next() * 100, next() * 100, next()] as [number, number, number]),
  )
  const whole = shp(lines)
  const all = JSON.stringify([...readShapefile({ shp: whole }, 'x').records()])
  for (let part = 1; part < 16; part++) {
    const cut = whole.subarray(0, Math.floor((whole.length * part) / 16))
    const records = [...readShapefile({ shp: cut }, 'x').records()]
    const sound = records.filter(({ problem }) => problem === undefined)
    for (const { geometry } of sound) expect(all).toContain(JSON.stringify(geometry))
    expect(records.length - sound.length).toBeLessThanOrEqual(1)
  }
  for (let round = 0; round < 300; round++) {
    const bytes = new Uint8Array(whole)
    for (let i = 0; i < 4; i++) bytes[100 + Math.floor(next() * (bytes.length - 100))] ^= 1 << Math.floor(next() * 8)
    for (const { problem, geometry } of readShapefile({ shp: bytes }, 'x').records())
      expect(problem !== undefined || geometry !== undefined).toBe(true)
  }
  expect(() => readShapefile({ shp: whole.subarray(0, 50) }, 'x')).toThrow(/shapefile: bad head/)
})

test.skipIf(!hasData || !existsSync('/usr/bin/ogrinfo'))(
  'Nanaimo’s mains are as many as ogrinfo counts (needs ogrinfo and ../shared/data)',
  () => {
    const path = join(DATA, 'nanaimo/pipes.shp')
    const expected = Number(/Feature Count: (\d+)/.exec(execFileSync('ogrinfo', ['-so', '-al', path]).toString())?.[1])
    const beside = (extension: string) => readFileSync(path.replace('.shp', extension))
    const table = readShapefile({ shp: beside('.shp'), dbf: beside('.dbf'), prj: beside('.prj').toString() }, 'pipes')
    const records = [...table.records()]
    expect(records).toHaveLength(expected)
    expect(records.every(({ problem, geometry }) => problem === undefined && geometry !== null)).toBe(true)
    expect(records[0].attributes).toMatchObject({ MATERIAL: 'CI', DIAMETER: 200, YEAR: 1932 })
  },
)

const INP = `[TITLE]
test
[JUNCTIONS]
;ID elev
 A 10 5 P1 ; a comment
 B 20
 B 30
 C x
[RESERVOIRS]
 R 50
[PIPES]
 1 R A 100 300 130 0 Open
 2 A B 50 -200 130 0 CV
 3 A NOWHERE 50 200 130
 4 A
 1 A B 1 1 1
[VALVES]
 V A C 150 PRV 40 0
[STATUS]
 1 Closed
 9 Closed
[OPTIONS]
 Units LPS
 Specific Gravity 1
[COORDINATES]
 R 0 0
 A 100 0
 B 100
[VERTICES]
 1 50 10
[END]
`

test('every wrong line of an .inp costs itself and is named by its line', () => {
  const model = readEpanetInp(INP)
  expect(model.nodes.map(({ id, at }) => [id, at])).toEqual([
    ['A', [100, 0]],
    ['B', null],
    ['C', null],
    ['R', [0, 0]],
  ])
  expect(model.links.map(({ id, closed, vertices }) => [id, closed, vertices.length])).toEqual([
    ['1', true, 1],
    ['2', false, 0],
    ['V', false, 0],
  ])
  expect(model.nodes[0].attributes).toMatchObject({ demand: 5, pattern: 'P1', comment: 'a comment' })
  expect(model.problems.map(({ line, reason }) => `${line} ${reason}`)).toEqual(
    [
      '7 node id used twice: the first one is kept',
      '8 elevation is no number, got x',
      '14 pipe at node NOWHERE, which the file does not define',
      '15 pipe with 2 fields; expected id, two nodes and its dimensions',
      '16 link id used twice: the first one is kept',
      '21 link 9 is not defined',
      '28 y is no number, got undefined',
    ]
      .filter((words) => !words.startsWith('28'))
      .concat('28 coordinates are cut off'),
  )
  expect(model).toMatchObject({ units: 'LPS', lengthM: 1, diameterM: 0.001, ended: true })
})

test('an .inp cut anywhere or with flipped bytes is read as far as it goes or refused with a reason', () => {
  const next = random(3)
  for (let part = 1; part < 16; part++) {
    const text = INP.slice(0, Math.floor((INP.length * part) / 16))
    try {
      expect(readEpanetInp(text).ended).toBe(false)
    } catch (error) {
      expect((error as Error).message).toMatch(/^epanet: /)
    }
  }
  for (let round = 0; round < 200; round++) {
    const bytes = new TextEncoder().encode(INP)
    bytes[Math.floor(next() * bytes.length)] ^= 1 << Math.floor(next() * 8)
    try {
      readEpanetInp(new TextDecoder().decode(bytes))
    } catch (error) {
      expect((error as Error).message).toMatch(/^epanet: /)
    }
  }
})

test.skipIf(!hasData)(
  'nodes and links of real models are as many as EPANET itself counts (skipped without ../shared/data)',
  async () => {
    for (const path of globSync(join(DATA, 'epanet/*.inp'))) {
      const bytes = readFileSync(path)
      const workspace = new Workspace()
      await workspace.loadModule()
      const project = new Project(workspace)
      workspace.writeFile('net.inp', bytes)
      project.open('net.inp', 'report.rpt', 'out.bin')
      const counts = [project.getCount(CountType.NodeCount), project.getCount(CountType.LinkCount)]
      project.close()
      const model = readEpanetInp(bytes.toString('latin1'))
      expect([basename(path), model.nodes.length, model.links.length]).toEqual([basename(path), ...counts])
      expect(model.problems).toEqual([])
    }
  },
  120_000,
)

test('CSV: quotes, line ends inside them, GBK, a title above the heading, short and long rows', () => {
  const text =
    '某市管线成果表,,\r\n点号,"X,坐标",备注\r\n1,3172434.5,"两行\r\n""引号"""\r\n2,5\r\n3,6,7,多\r\n\r\n4,"x,未完\r\n5,7,8\r\n'
  const table = readCsv(new TextEncoder().encode(text), '成果')
  expect(table.columns).toEqual(['点号', 'X,坐标', '备注'])
  const records = [...table.records()]
  expect(records.map(({ row }) => row)).toEqual([3, 5, 6, 8, 9])
  expect(records[0].attributes).toEqual({ 点号: '1', 'X,坐标': '3172434.5', 备注: '两行\r\n"引号"' })
  expect(records[2].attributes).toMatchObject({ 'column 4': '多' })
  expect(records[3].problem).toMatch(/quote that does not end/)
  const bytes = Uint8Array.from([...gbk('管径;材质\n300;'), ...gbk('水'), 10])
  expect([...readCsv(bytes, 'x').records()][0].attributes).toEqual({ 管径: '300', 材质: '水' })
  expect(() => readCsv(new TextEncoder().encode('1,2\n3,4\n'), 'x')).toThrow(/no heading/)
})

const part = (text: string) => new TextEncoder().encode(text)
function workbook(sheet: string, strings = '', more: Record<string, Uint8Array> = {}): Uint8Array {
  return zipSync({
    'xl/workbook.xml': part('<workbook xmlns:r="r"><sheets><sheet name="给水管线" r:id="rId1"/></sheets></workbook>'),
    'xl/_rels/workbook.xml.rels': part(
      '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>',
    ),
    'xl/styles.xml': part('<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'),
    'xl/sharedStrings.xml': part(`<sst>${strings}</sst>`),
    'xl/worksheets/sheet1.xml': part(`<worksheet><sheetData>${sheet}</sheetData></worksheet>`),
    ...more,
  })
}

test('XLSX: shared and inline strings, gaps, dates, booleans; bombs and damage are refused by name', () => {
  const sheet = `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="D1" t="inlineStr"><is><t>埋设日期</t></is></c></row>
    <row r="3"><c r="A3"><v>7</v></c><c r="D3" s="1"><v>36161</v></c></row>`
  const [table] = readXlsx(workbook(sheet, '<si><t>起点</t></si><si><r><t>终</t></r><r><t>点</t></r></si>'))
  expect(table).toMatchObject({ name: '给水管线', columns: ['起点', '终点', 'column 3', '埋设日期'], count: 1 })
  expect([...table.records()]).toEqual([
    { row: 3, geometry: null, attributes: { 起点: 7, 终点: null, 'column 3': null, 埋设日期: '1999-01-01' } },
  ])
  const bomb = workbook(sheet, '', { 'xl/worksheets/sheet1.xml': new Uint8Array(80 << 20) })
  expect(() => readXlsx(bomb)).toThrow(/^xlsx: .*a bomb/)
  const whole = workbook(sheet)
  for (let i = 1; i < 16; i++)
    expect(() => readXlsx(whole.subarray(0, Math.floor((whole.length * i) / 16)))).toThrow(/^xlsx: /)
  expect(() => readXlsx(workbook('<row'))).toThrow(/^xlsx: damaged XML/)
})

test('GeoPackage geometry: header, envelope, empty and damaged', () => {
  const geometry = {
    type: 'LineString' as const,
    coordinates: [
      [1, 2],
      [3, 4],
    ],
  }
  const wkb = writeWkb(geometry, 0)
  const head = (flags: number, envelope: number) =>
    Buffer.concat([Buffer.from([0x47, 0x50, 0, flags, 0, 0, 0, 0]), Buffer.alloc(envelope)])
  expect(readGeopackageGeometry(Buffer.concat([head(1, 0), wkb]))).toEqual(geometry)
  expect(readGeopackageGeometry(Buffer.concat([head(3, 32), wkb]))).toEqual(geometry)
  expect(readGeopackageGeometry(head(0x11, 0))).toBeNull()
  for (let i = 1; i < wkb.length; i++)
    expect(() => readGeopackageGeometry(Buffer.concat([head(1, 0), wkb.subarray(0, i)]))).toThrow()
  expect(() => readGeopackageGeometry(Buffer.from('nonsense here'))).toThrow(/no geometry blob/)
})

test.skipIf(!hasData)(
  'the Nanaimo CityGML has 237 links and 198 nodes, and cut anywhere it is refused (skipped without ../shared/data)',
  async () => {
    const text = readFileSync(join(DATA, 'nanaimo/nanaimo_water_pipes.gml'), 'utf8')
    const { objects, srs, counts } = await readCitygmlNetwork([text])
    expect(srs).toBe('epsg:26910')
    expect(objects.filter(({ type }) => /FeatureLink$/.test(type))).toHaveLength(237)
    expect(objects.filter(({ type }) => type === 'Node')).toHaveLength(198)
    expect(counts).toMatchObject({ RoundPipe: 56, TerminalElement: 28, Building: 28 })
    for (let i = 1; i < 16; i += 3)
      await expect(readCitygmlNetwork([text.slice(0, (text.length * i) / 16)])).rejects.toThrow(/^citygml: damaged XML/)
  },
)
