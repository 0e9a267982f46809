/** Chinese survey tables: X is north, 埋深 by the rule of its utility, gaps estimated and said, columns confirmed. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseConfirmed } from './confirm.ts'
import { type FlatCity, GROUND, LAT, LINES, LNG, openFlatCity, POINTS, rulesOf, survey } from './flat-city.ts'

let city: FlatCity
beforeAll(async () => {
  city = await openFlatCity()
}, 120_000)
afterAll(() => city?.close())
const files: FlatCity['files'] = (contents) => city.files(contents)
const run: FlatCity['run'] = (path, options) => city.run(path, options)
const stored: FlatCity['stored'] = (layer, source) => city.stored(layer, source)

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
  expect(guessed['污水管线.csv/污水管线'].columns).toMatchObject({ depthFrom: { column: '起点埋深(m)' } })
  const map = parseConfirmed(
    JSON.stringify({ 污水管线: { basis: 'crown', columns: { size: null, year: { column: '埋设年代' } } } }),
  )
  await run(files(both), { crs: 'EPSG:4549', map })
  const [c1] = await stored('pipes')
  expect(c1.style.diameter).toBeUndefined()
  expect(c1.line[0][2]).toBeCloseTo(GROUND - 1.2 - 0.1, 2)
  const wrong = run(files(both), { crs: 'EPSG:4549', map: { 污水管线: { columns: { from: '没有' } } } })
  await expect(wrong).rejects.toThrow(/has no column "没有" for from; expected 管线编号.*stays as it was/)
  expect(() => parseConfirmed('{"x":{"columns":{"fromm":"a"}}}')).toThrow(/^map: .*fromm/)
})

test('a result table (成果表) names each point once per link: points are one, pipes told from both ends are one', async () => {
  const table = `椒江区地下管线成果表
图上点号,物探点号,连接点号,特征,附属物,X,Y,地面高程,埋深,管径或断面尺寸,材质
1,YS1,YS2,起点,雨水篦,${survey(0, 0)},4.0,1.0,400,砼
2,YS2,YS1,三通,检查井,${survey(30, 0)},4.0,1.2,400,砼
2,YS2,YS3,三通,检查井,${survey(30, 0)},4.0,1.3,600,砼
3,YS3,,出水口,,${survey(60, 0)},4.0,1.5,600,砼
`
  const report = await run(files({ '成果表.csv': table }), { crs: 'EPSG:4549' })
  expect(report.networks[0]).toMatchObject({
    records: 4,
    pipes: 2,
    nodes: 3,
    rejected: 0,
    mapping: { rows: 'points-with-links', utility: 'storm' },
  })
  expect(rulesOf(report)['node-id-reused']).toBeUndefined()
  const [first, second] = await stored('pipes')
  expect(first).toMatchObject({
    id: 'net:YS1-YS2',
    style: { class: 'storm', diameter: 0.4 },
    attributes: { 埋深: '1.0', '埋深 @YS2': '1.2' },
  })
  expect(first.line.map(([, , z]) => z)).toEqual([
    expect.closeTo(GROUND - 1 + 0.2, 2),
    expect.closeTo(GROUND - 1.2 + 0.2, 2),
  ])
  expect(second.line[0][2]).toBeCloseTo(GROUND - 1.3 + 0.3, 2)
  const nodes = await stored('pipe-nodes')
  expect(nodes.map(({ style }) => style.class)).toEqual(['inlet', 'manhole', 'outfall'])
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
