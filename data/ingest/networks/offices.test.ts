/** Tables as survey offices hand them in: merged headings, points written once, other words for the same columns, other units. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FlatCity, GROUND, openFlatCity, rulesOf, survey } from './flat-city.ts'

let city: FlatCity
beforeAll(async () => {
  city = await openFlatCity()
}, 120_000)
afterAll(() => city?.close())
const grid = { crs: 'EPSG:4549' }

test('a result table with merged headings and each point written once gives every link, by any name of its columns', async () => {
  const body = `YS1,YS2,起点,雨水篦,${survey(0, 0)},4.0,1.0,400
YS2,YS1,三通,检查井,${survey(30, 0)},4.0,1.2,400
,YS3,,,,,,1.3,600
YS3,,出水口,,${survey(60, 0)},4.0,1.5,600`
  for (const [own, next] of [
    ['物探点号', '连接点号'],
    ['本点号', '连接方向'],
    ['上点号', '连接点'],
  ]) {
    const text = `雨水管线成果表,,,,,,,,
${own},${next},特征,附属物,平面坐标(m),,地面高程(m),埋深(m),管径
,,,,X,Y,,,(mm)
${body}`
    const report = await city.run(city.files({ '成果.csv': text }), grid)
    expect(report.networks[0]).toMatchObject({ records: 4, pipes: 2, nodes: 3, rejected: 0 })
    const pipes = await city.stored('pipes')
    expect(pipes.map(({ id, style }) => [id, style.diameter, style.estimated])).toEqual([
      ['net:YS1-YS2', 0.4, undefined],
      ['net:YS2-YS3', 0.6, undefined],
    ])
    expect(pipes[1].line[1][2]).toBeCloseTo(GROUND - 1.5 + 0.3, 2)
  }
})

test('a table of many utilities takes each row’s; numbers of an English sewer are no codes', async () => {
  const points = ['JS1', 'JS2', 'DL1', 'DL2'].map((id, i) => `${id},${survey(i * 20, 0)},4`).join('\n')
  const lines = '起点物探点号,终点物探点号,起始埋深,终止埋深,断面尺寸\nJS1,JS2,1,1,DN100\nDL1,DL2,1,1,400×300\n'
  const report = await city.run(city.files({ '综合管点.csv': `点号,X,Y,高程\n${points}`, '综合管线.csv': lines }), grid)
  expect(report.layers.pipes).toMatchObject({ stored: 2 })
  expect((await city.stored('pipes')).map(({ style }) => style.class)).toEqual(['water', 'power'])
  const manholes = `mh_id,northing,easting,rim\nSS1,${survey(0, 0)},4\nSS2,${survey(50, 0)},4\n`
  const sewer = 'pipe_id,us_node,ds_node,us_invert,ds_invert,diameter_mm\nP1,SS1,SS2,2,1.9,300\n'
  await city.run(city.files({ 'sanitary_manholes.csv': manholes, 'sanitary_sewers.csv': sewer }), grid)
  const [p1] = await city.stored('pipes')
  expect(p1.style).toMatchObject({ class: 'foul', flow: 'gravity' })
})

test('depths in millimetres among metres are read as meant; a column of negative depths is below the ground', async () => {
  const points = ['A', 'B', 'C', 'D'].map((id, i) => `${id},${survey(i * 20, 0)},4`).join('\n')
  const of = (...rows: string[]) =>
    city.files({
      '给水点.csv': `点号,X,Y,高程\n${points}`,
      '给水线.csv': `起点,终点,起点埋深,终点埋深,管径\n${rows.join('\n')}`,
    })
  const mixed = await city.run(of('A,B,1.2,1200,200', 'B,C,1.2,1.3,200', 'C,D,1.2,1.3m,200'), grid)
  expect(rulesOf(mixed)).toEqual({ 'dangling-end': 2, 'mixed-units': 1 })
  const [ab] = await city.stored('pipes')
  expect(ab.line[1][2]).toBeCloseTo(GROUND - 1.2 - 0.1, 2)
  const negative = await city.run(of('A,B,-1.2,-1.2,200', 'B,C,-1.2,-1.3,200', 'C,D,-1.2,-1.3,200'), grid)
  expect(negative.networks[1].mapping?.columns.depthFrom).toMatchObject({ unitM: -1 })
  expect((await city.stored('pipes'))[0].line[0][2]).toBeCloseTo(GROUND - 1.2 - 0.1, 2)
})

test('a system that no coordinate can be of is named with what they look like; columns of degrees need none', async () => {
  const lines = '起点,终点,埋深,管径\nA,B,1,200\n'
  const points = (at: (dx: number) => string) => `点号,X,Y\nA,${at(0)}\nB,${at(50)}\n`
  const zoned = (dx: number) => survey(dx, 0).replace(',', ',40')
  const wrong = city.run(city.files({ '点.csv': points(zoned), '线.csv': lines }), grid)
  await expect(wrong).rejects.toThrow(
    /点\.csv: .*no place lies in EPSG:4549, got 40\d+\.\d\d, .*expected --crs EPSG:4528/,
  )
  const degrees = city.run(city.files({ '点.csv': points((dx) => `121.${440 + dx},28.66`), '线.csv': lines }), grid)
  await expect(degrees).rejects.toThrow(/look like degrees, EPSG:4549 has metres.*expected --crs EPSG:4326/)
  const named = points((dx) => `121.${440 + dx},28.66`).replace('X,Y', '经度,纬度')
  const report = await city.run(city.files({ '点.csv': named, '线.csv': lines }))
  expect(report.notes.join()).toMatch(/longitude and latitude by their columns/)
  expect(report.layers.pipes?.stored).toBe(1)
})

test('survey tables may be called .txt; drawings and databases are refused by their own names', async () => {
  const path = city.files({
    'JSPOINT.txt': `点号\tX\tY\t高程\n${['A', 'B'].map((id, i) => `${id}\t${survey(i * 20, 0).replace(',', '\t')}\t4`).join('\n')}\n`,
    'JSLINE.txt': '起点\t终点\t埋深\t管径\nA\tB\t1\t200\n',
    'readme.txt': 'These are the water mains.\nThey were surveyed in 2020.\n',
    'a.dxf': '  0\nSECTION\n  2\nHEADER\n',
    'a.mdb': '\0\x01\0\0Standard Jet DB\0',
    'a.dbf': '\x03'.padEnd(100, '\0'),
  })
  const report = await city.run(path, grid)
  expect(report.networks.map(({ table, pipes, nodes }) => [table, pipes, nodes])).toEqual([
    ['JSLINE', 1, 0],
    ['JSPOINT', 0, 2],
  ])
  expect(report.refused.map(({ reason }) => reason.slice(0, 18))).toEqual([
    'attributes (.dbf) ',
    'a DXF drawing: lin',
    'a Microsoft Access',
  ])
})

test('sewers in inches stand in feet, and their manholes with them; lines may be text in a table', async () => {
  const manholes = ['A', 'B'].map((id, i) => `${id},${survey(i * 50, 0)},20,10`).join('\n')
  const [a, b] = [0, 50].map((dx) => survey(dx, 0).split(',').reverse().join(' '))
  const mains = (size: number) =>
    `FACILITYID,FROMMH,TOMH,DIAMETER,UPELEV,DOWNELEV,INSTALLDATE,WKT\nP,A,B,${size},10,9.5,1262304000000,"LINESTRING (${a},${b})"\n`
  const of = (size: number) =>
    city.files({
      'manholes.csv': `FACILITYID,northing,easting,RIMELEV,INVERTELEV\n${manholes}\n`,
      'sewer_mains.csv': mains(size),
    })
  const report = await city.run(of(8), grid)
  expect(report.notes.join()).toMatch(/manholes.*heights are feet/)
  const [pipe] = await city.stored('pipes')
  expect(pipe.style).toMatchObject({ class: 'foul', diameter: 0.2032, year: 2010 })
  expect(pipe.line[0][2] - GROUND).toBeCloseTo(10 * 0.3048 + 0.1016 - 4, 2)
  const [manhole] = await city.stored('pipe-nodes')
  expect(Number(manhole.style.top) - Number(manhole.style.bottom)).toBeCloseTo(10 * 0.3048, 4)
  await city.run(of(200), grid)
  expect((await city.stored('pipes'))[0].line[0][2] - GROUND).toBeCloseTo(10 + 0.1 - 4, 2)
})
