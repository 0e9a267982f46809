/** Registers of units and legal volumes: what is told of columns, codes, owners, heights and floors. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { storeLayer, storeSource } from '../../../tiles-server/db/store-layer.ts'
import { maskOwners } from '../../geo/owner-mask.ts'
import { readUnitCode } from '../../geo/unit-code.ts'
import { type FlatCity, GROUND, LAT, LNG, openFlatCity } from '../networks/flat-city.ts'
import { isRegister, privacyOf, rolesOf, statusOf } from './column-words.ts'
import { splitFloors } from './split-floors.ts'

let city: FlatCity

beforeAll(async () => {
  city = await openFlatCity()
  const d = 0.0001
  const ring = [
    [LNG, LAT],
    [LNG + 3 * d, LAT],
    [LNG + 3 * d, LAT + d],
    [LNG, LAT + d],
    [LNG, LAT],
  ]
  await storeSource(city.db, { id: 'town', title: 'Town', files: [], attribution: '' })
  await storeLayer(city.db, {
    source: 'town',
    layer: 'buildings',
    features: [
      {
        id: 'B7',
        layer: 'buildings',
        geometry: { type: 'Polygon', coordinates: [ring] },
        style: { class: 'residential', height: 30, levels: 10, name: '七号楼' },
        attributes: {},
      },
    ],
  })
}, 120_000)

afterAll(() => city.close())

interface Row {
  id: string
  style: Record<string, unknown>
  attributes: Record<string, unknown>
}

const stored = (layer: string, source: string): Promise<Row[]> =>
  city.db.query<Row>('select id, style, attributes from feature where layer = $1 and source = $2 order by id', [
    layer,
    source,
  ])

const CODE = '331002001001GB00001F0002'
const UNITS = `不动产单元代码,楼栋,层,室号,建筑面积,用途,权利人,登记状态,身份证号,联系电话
${CODE}0101,七号楼,1,101,80,商业,张三,抵押,332601199001011234,13800000000
${CODE}0102,七号楼,1,102,40,商铺,欧阳锋、李四,现势,,
${CODE}1001,七号楼,10,1001,120,住宅,椒江城投有限公司,,,
${CODE}001,七号楼,-1,B01,20,车位,王五,查封,,
,七号楼,99999,X,20,车位,王五,,,
,不在此处,1,1,20,住宅,王五,,,
`

test('a table of units is placed floor by floor in its building, and nobody is named in full', async () => {
  const report = await city.run(city.files({ 'register.csv': UNITS }), { source: 'units' })
  expect(report.layers.units).toMatchObject({ read: 6, stored: 4, rejected: 2 })
  const rows = await stored('units', 'units')
  const [shop] = rows.filter(({ id }) => id === `${CODE}0101`)
  expect(shop?.style).toMatchObject({
    class: 'commercial',
    building: 'B7',
    floor: 1,
    status: 'mortgaged',
    owner: '张*',
    estimated: true,
  })
  expect(shop?.style.bottom).toBeCloseTo(GROUND, 1)
  expect(shop?.style.top).toBeCloseTo(GROUND + 3, 1)
  const top = rows.find(({ id }) => id === `${CODE}1001`)
  expect(top?.style.top).toBeCloseTo(GROUND + 30, 1)
  expect(top?.style.owner).toBe('椒江城投有限公司')
  const cellar = rows.find(({ style }) => style.floor === -1)
  expect(cellar?.style).toMatchObject({ class: 'parking', status: 'seized' })
  expect(cellar?.style.code).toBeUndefined()
  expect(cellar?.style.top).toBeCloseTo(GROUND, 1)
  const all = JSON.stringify(rows)
  for (const secret of ['张三', '欧阳锋', '李四', '332601199001011234', '13800000000'])
    expect(all).not.toContain(secret)
  const again = await city.run(city.files({ 'register.csv': UNITS }), { source: 'units' })
  expect(again.layers.units?.changed).toBe(0)
})

function volumes(...properties: object[]): string {
  const ring = [
    [LNG, LAT],
    [LNG + 0.001, LAT],
    [LNG + 0.001, LAT + 0.001],
    [LNG, LAT],
  ]
  const features = properties.map((one, i) => ({
    type: 'Feature',
    id: `v${i}`,
    properties: one,
    geometry: { type: 'Polygon', coordinates: [ring] },
  }))
  return JSON.stringify({ type: 'FeatureCollection', features })
}

test('legal volumes have heights above sea level, depths below the ground, or are refused', async () => {
  const text = volumes(
    { 名称: '地铁站厅', 底高程: -20, 顶高程: -8, 权利人: '赵六' },
    { 名称: '人防工程', 顶板埋深: 2, 底板埋深: 6 },
    { 名称: '倒置', 底高程: 5, 顶高程: 1 },
    { 名称: '无高' },
    { 名称: '荒谬', 底高程: -9e9, 顶高程: 1 },
  )
  const report = await city.run(city.files({ 'volumes.geojson': text }), { source: 'vol' })
  expect(report.layers.volumes).toMatchObject({ read: 5, stored: 2, rejected: 3 })
  const [metro, shelter] = await stored('volumes', 'vol')
  expect(metro?.style).toMatchObject({ class: 'metro', owner: '赵*' })
  expect(metro?.style.bottom).toBeCloseTo(GROUND - 4 - 20, 1)
  expect(shelter?.style).toMatchObject({ class: 'civil-defence' })
  expect(shelter?.style.bottom).toBeCloseTo(GROUND - 6, 1)
  expect(shelter?.style.top).toBeCloseTo(GROUND - 2, 1)
})

test('a unit code is taken apart, or what is wrong with it is said', () => {
  expect(readUnitCode('331002 001001 gb00001 F00010203')).toMatchObject({
    county: '331002',
    right: 'GB',
    parcel: '00001',
    thing: 'F',
    unit: '00010203',
    parcelCode: '331002001001GB00001',
  })
  const wrong = ['', '331002001001GB00001F0001020', '991002001001GB00001F00010203', '331002001001QQ00001F00010203']
  for (const code of [...wrong, '331002001001GB00001W00010203', '331002001001GB00001F00000000'])
    expect(typeof readUnitCode(code)).toBe('string')
})

test('owners who are persons are masked, organisations are not', () => {
  expect(maskOwners('张三、欧阳锋；椒江区人民政府')).toBe('张*、欧阳*、椒江区人民政府')
  expect(maskOwners('张三332601199001011234')).toBe('张*')
  expect(maskOwners('张*')).toBe('张*')
  expect(maskOwners('John Smith, Acme Ltd')).toBe('J*、Acme Ltd')
  expect(maskOwners('')).toBe('')
})

test('columns are known by their names in a register, and those of persons go', () => {
  expect(isRegister(['BDCDYH', 'QLR'])).toBe(true)
  expect(isRegister(['楼栋', '层', '室号'])).toBe(true)
  expect(isRegister(['管线编号', '起点点号', '管径(mm)', '材质'])).toBe(false)
  expect(rolesOf(['底板埋深', '顶板埋深', '权利人']).get('bottomDepth')).toBe('底板埋深')
  expect(['证件号', '联系电话', '抵押权人', '用途'].map(privacyOf)).toEqual(['drop', 'drop', 'mask', 'keep'])
  expect(statusOf('预告登记')).toBe('notice')
})

test('units of a floor share it by their areas, and wrong floors press nothing flat', () => {
  const ring = [
    [0, 0],
    [0.0003, 0],
    [0.0003, 0.0001],
    [0, 0.0001],
    [0, 0],
  ]
  const unit = (floor: number, area: number) => ({ floor, area, height: 0 })
  const building = { ring, height: 30, levels: 10, base: 5 }
  const placed = splitFloors(building, [unit(1, 100), unit(1, 50), unit(99_999, 10), unit(0, 1)])
  const width = (i: number): number => {
    const lngs = placed[i]?.ring.map(([lng]) => lng) ?? []
    return Math.max(...lngs) - Math.min(...lngs)
  }
  expect(width(0) / width(1)).toBeCloseTo(2, 6)
  expect(placed[0]).toMatchObject({ bottom: 5, top: 8 })
  expect([placed[2], placed[3]]).toEqual([null, null])
})
