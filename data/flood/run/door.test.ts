import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeGeotiff } from '../../formats/geotiff-write.ts'
import { asEsriAscii } from '../made/terrains.ts'
import { executeRun } from './execute.ts'
import { readModelIn } from './folder-files.ts'
import { checkRun, runJsonSchema } from './run-schema.ts'
import { unitOfHead } from './times.ts'

const folder = mkdtempSync(join(tmpdir(), 'flood-door-'))
const put = (name: string, text: string | Uint8Array) => writeFileSync(join(folder, name), text)
put('flat.asc', asEsriAscii({ columns: 20, rows: 10, cellM: 5, height: () => 0 }))
const base = { version: 1, terrain: { file: 'flat.asc' }, manning: 0.03, time: { end: 60 } }

async function go(more: object, out = 'out') {
  const model = await readModelIn(folder, checkRun({ ...base, ...more }))
  return executeRun(model, { out: join(folder, out), threads: 1, fresh: true })
}

/** Water that came in by a hydrograph in a file, m³. */
async function came(text: string, more: object = {}, time: object = base.time): Promise<number> {
  put('q.csv', text)
  const inflows = [{ name: 'a', cells: [[50, 25]], discharge: { file: 'q.csv', ...more } }]
  return (await go({ inflows, time })).massBalance.causesM3.a!
}

test.each([
  ['seconds', 'time_s,q\n0,0\n60,2\n', {}],
  ['another column, capitals and spaces', 'Time , Level, Q m3/s \n0,9,0\n60,9,2\n', { column: 'q M3/S' }],
  ['minutes by the head', 'Time (min);Q\n0;0\n1;2\n', {}],
  ['hours as asked for', 't\tq\n0\t0\n0.016666666666666666\t2\n', { timeUnit: 'h' }],
  ['clock times', 'time,q\n0:00,0\n0:01:00,2\n', {}],
  ['quoted names with separators', '"time, s","q, m³/s"\n"0",0\n60,2\n', {}],
  ['a mark of the byte order, notes and empty lines', '\uFEFF# gauge 7\ntime,q\n\n0,0\n60,2\n\n', {}],
  ['spaces', 'time q\n0 0\n60 2\n', {}],
  ['separators at the ends of rows', 'time,q\n0,0,\n60,2,\n', {}],
])('a hydrograph in %s is understood', async (_, text, more) => {
  expect(await came(text, more)).toBeCloseTo(60, 4)
})

test('dates count from time.start, with and without time zones', async () => {
  const rows = (zone: string) => `time,q\n2019-08-09T08:00${zone},0\n2019-08-09T08:01:00${zone},2\n`
  expect(await came(rows(''), {}, { end: 60, start: '2019-08-09 08:00' })).toBeCloseTo(60, 4)
  expect(await came(rows('+08:00'), {}, { end: 60, start: '2019-08-09T00:00Z' })).toBeCloseTo(60, 4)
  expect(
    await came('time,q\n2019/8/9 8:00,0\n2019/8/9 8:01,2\n', {}, { end: 60, start: '2019-08-09T08:00' }),
  ).toBeCloseTo(60, 4)
  await expect(came(rows(''))).rejects.toThrow(/q\.csv: row 1, time is "2019-08-09T08:00"; expected .* time\.start/)
  await expect(came(rows('Z'), {}, { end: 60, start: '2019-08-09T08:00' })).rejects.toThrow(
    'a time zone on both or on neither',
  )
  expect(() => checkRun({ ...base, time: { end: 60, start: 'yesterday' } })).toThrow('time.start')
})

test.each([
  [
    'decimal commas between commas',
    'time,q\n0,0,5\n60,2,5\n',
    /q\.csv: row 1 has 3 values; expected 2 \(a decimal comma\?\)/,
  ],
  [
    'decimal commas between semicolons',
    'time;q\n0;0,5\n60;2,5\n',
    /row 1, q is "0,5"; expected a number with a decimal point/,
  ],
  ['no head', '0,0\n60,2\n', /q\.csv: begins with the numbers 0, 0; expected a head/],
  ['words for times', 'time,q\nnoon,0\nlater,2\n', /q\.csv: row 1, time is "noon"; expected a number/],
])('a hydrograph with %s is refused by name', async (_, text, words) => {
  await expect(came(text)).rejects.toThrow(words)
})

test('units of heads', () => {
  const heads = [
    'time_s',
    'Time (h)',
    'hours',
    't[min]',
    '时间（小时）',
    '时间/分钟',
    'time',
    'elapsed days',
    'T_hr',
    'Zeit',
  ]
  expect(heads.map(unitOfHead)).toEqual(['s', 'h', 'h', 'min', 'h', 'min', null, 'd', 'h', null])
})

test('grids by the centres of cells, without CRS, with their own spelling', async () => {
  const rows = Array.from({ length: 4 }, () => '1.5 1.5E0 1.50 -9999').join('\r\n')
  put(
    'centre.asc',
    `NCOLS 4\r\nNROWS 4\r\nXLLCENTER 102.5\r\nYLLCENTER 202.5\r\nCELLSIZE 5\r\nnodata_value -9999\r\n${rows}\r\n`,
  )
  const model = await readModelIn(folder, checkRun({ ...base, terrain: { file: 'centre.asc' } }))
  expect([model.place.west, model.place.north, model.datum]).toEqual([100, 220, 2])
  const values = new Float32Array(16).fill(1.5)
  put(
    'bare.tif',
    writeGeotiff({ columns: 4, rows: 4, west: 100, north: 220, pixel: 5, epsg: null, nodata: -9999, values }),
  )
  const same = await readModelIn(folder, checkRun({ ...base, terrain: { file: 'bare.tif' } }))
  expect([same.place.west, same.place.north, same.epsg]).toEqual([100, 220, null])
  put('comma.asc', 'ncols 2\nnrows 1\nxllcorner 0\nyllcorner 0\ncellsize 5\n1,5 2,5\n')
  await expect(go({ terrain: { file: 'comma.asc' } })).rejects.toThrow(/comma\.asc: .*"1,5"; expected a number/)
})

test('a GeoTIFF in feet is refused by name', async () => {
  const values = new Float32Array(16).fill(3)
  const bytes = writeGeotiff({ columns: 4, rows: 4, west: 0, north: 20, pixel: 5, epsg: 2263, nodata: -9999, values })
  // the keys of the file, with the unit of the plane made feet
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  for (let k = 0; k + 8 <= bytes.length; k += 2) {
    if (view.getUint16(k, true) === 3072 && view.getUint16(k + 2, true) === 0 && view.getUint16(k + 6, true) === 2263)
      at = k
  }
  expect(at).toBeGreaterThan(0)
  view.setUint16(at, 3076, true)
  view.setUint16(at + 6, 9003, true)
  put('feet.tif', bytes)
  await expect(go({ terrain: { file: 'feet.tif' } })).rejects.toThrow('feet.tif: its plane is in feet; expected metres')
})

test('houses of many parts, single shapes and wrapped ones are all understood', async () => {
  const square = (x: number) => [
    [
      [x, 10],
      [x + 10, 10],
      [x + 10, 20],
      [x, 20],
      [x, 10],
    ],
  ]
  const multi = { type: 'MultiPolygon', coordinates: [square(20), square(50)] }
  const feature = { type: 'Feature', properties: null, geometry: { type: 'GeometryCollection', geometries: [multi] } }
  for (const document of [
    multi,
    feature,
    { type: 'FeatureCollection', features: [feature, { type: 'Feature', geometry: null }] },
  ]) {
    put('b.geojson', `\uFEFF${JSON.stringify(document)}`)
    const model = await readModelIn(folder, checkRun({ ...base, buildings: { file: 'b.geojson' } }))
    expect(model.bed.filter((z) => z === 0)).toHaveLength(200 - 8)
  }
  put('b.geojson', '{"type":"Point","coordinates":[1,2]}')
  await expect(go({ buildings: { file: 'b.geojson' } })).rejects.toThrow('b.geojson: has no Polygon, got Point')
  put('b.geojson', '{"type":"Polygon","coordinates":[[[1,"2"],[3,4],[5,6]]]}')
  await expect(go({ buildings: { file: 'b.geojson' } })).rejects.toThrow('b.geojson: a ring has a corner')
  put('b.geojson', '[1,')
  await expect(go({ buildings: { file: 'b.geojson' } })).rejects.toThrow('b.geojson: is no GeoJSON')
})

test('gauges and sections come from tables and from GeoJSON', async () => {
  const at = (kind: string, coordinates: unknown, properties: object) => ({
    type: 'Feature',
    properties,
    geometry: { type: kind, coordinates },
  })
  const collect = (...features: object[]) => JSON.stringify({ type: 'FeatureCollection', features })
  put(
    'g.geojson',
    collect(at('Point', [12, 13, 7], { Name: '椒江' }), at('Point', [32, 13], {}), at('Point', [900, 13], { id: 5 })),
  )
  put('g.csv', 'Station;Easting;Northing\n"old; bridge";12;13\n;32;13\n')
  put(
    's.geojson',
    collect(
      at(
        'LineString',
        [
          [50, 0],
          [50, 50],
        ],
        { name: 'weir' },
      ),
    ),
  )
  put('s.csv', 'name,x,y\nweir,50,0\nweir,50,50\n')
  const one = await readModelIn(
    folder,
    checkRun({ ...base, gauges: { file: 'g.geojson' }, sections: { file: 's.geojson' } }),
  )
  const two = await readModelIn(folder, checkRun({ ...base, gauges: { file: 'g.csv' }, sections: { file: 's.csv' } }))
  expect(one.gauges.map(({ name }) => name)).toEqual(['椒江', 'gauge 2'])
  expect(one.warnings.join()).toContain('gauge 5: lies outside the terrain')
  expect(two.gauges.map(({ name }) => name)).toEqual(['old; bridge', 'gauge 2'])
  expect(two.sections).toEqual(one.sections)
  const initial = { depth: 1 }
  const stage = 'time (h);level\n0;1\n0.01;2\n'
  put('tide.csv', stage)
  const boundaries = [{ side: 'west', type: 'level', level: { file: 'tide.csv', column: 'LEVEL' } }]
  const summary = await go({ gauges: { file: 'g.csv' }, sections: { file: 's.csv' }, boundaries, initial })
  expect(summary.massBalance.causesM3['west level 1']).toBeGreaterThan(500)
  expect(readFileSync(join(folder, 'out/gauges.csv'), 'utf8')).toContain('60,old; bridge,')
  // the line heads north: what comes from the west goes to its right
  expect(Number(readFileSync(join(folder, 'out/sections.csv'), 'utf8').trim().split(',').at(-1))).toBeGreaterThan(1)
  put('s.csv', 'name,x,y\nweir,50,0\n')
  await expect(go({ sections: { file: 's.csv' } })).rejects.toThrow('s.csv: section weir has one corner')
})

test('every key of run.json is in the README, and so is every word it may have', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const missing = new Set<string>()
  const look = (schema: unknown) => {
    if (typeof schema !== 'object' || schema === null) return
    const { properties, enum: words, const: word, ...rest } = schema as Record<string, unknown>
    for (const [key, value] of Object.entries((properties ?? {}) as object)) {
      if (key !== '$schema' && !new RegExp(`\\b${key}\\b`).test(readme)) missing.add(key)
      look(value)
    }
    for (const one of [...((words as unknown[]) ?? []), word]) {
      if (typeof one === 'string' && !readme.includes(one)) missing.add(one)
    }
    for (const value of Object.values(rest)) look(value)
  }
  look(runJsonSchema())
  expect([...missing]).toEqual([])
})
