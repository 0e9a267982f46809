/** Tests of the cutter's building record. */
import { expect, test } from 'vitest'
import type { CityFeature } from '../geo/city-feature.ts'
import { decodeShape, decodeShapes, takePart } from './building-chunk.ts'
import { encodeShape } from './building-shape.ts'

const building = (coordinates: number[][][], style: CityFeature['style'] = {}): CityFeature => ({
  id: '楼-1',
  layer: 'buildings',
  geometry: { type: 'Polygon', coordinates },
  style: { class: 'office', height: 30, ...style },
  attributes: {},
})
const square = [
  [
    [121.4, 28.6],
    [121.401, 28.6],
    [121.401, 28.601],
    [121.4, 28.601],
    [121.4, 28.6],
  ],
]

test('a building comes back from its record', () => {
  const hole = [
    [121.4002, 28.6002],
    [121.4002, 28.6004],
    [121.4004, 28.6004],
    [121.4002, 28.6002],
  ]
  const style = {
    levels: 9,
    year: 1998,
    roof: 'hipped',
    roofHeight: 2.5,
    roofDirectionDeg: -90,
    minHeight: 3,
    estimated: true,
  }
  const bytes = encodeShape(building([...square, hole], style))!
  expect(bytes.length % 4).toBe(0)
  const shape = decodeShape(bytes)
  expect(shape).toMatchObject({
    id: '楼-1',
    class: 3,
    height: 30,
    minHeight: 3,
    levels: 9,
    year: 1998,
    roof: 2,
    roofHeight: 2.5,
    roofDirectionDeg: 270,
    estimated: true,
  })
  expect([...shape.ringSizes]).toEqual([4, 3])
  expect([...shape.holes]).toEqual([0, 1])
  expect([...shape.coordinates.slice(0, 4)]).toEqual([1214000000, 286000000, 1214010000, 286000000])
})

test('records concatenate, wide ones and unaligned chunks included', () => {
  const wide = building([
    [
      [121, 28],
      [121.02, 28],
      [121.02, 28.01],
      [121, 28],
    ],
  ])
  const one = encodeShape(building(square))!
  const two = encodeShape(wide)!
  const chunk = new Uint8Array(one.length + two.length + 1)
  chunk.set(one, 1)
  chunk.set(two, 1 + one.length)
  const shapes = decodeShapes(chunk.subarray(1))
  expect(shapes.map((shape) => shape.ringSizes[0])).toEqual([4, 3])
  expect(shapes[1].coordinates[2]).toBe(1210200000)
})

test('what cannot be extruded has no record', () => {
  expect(encodeShape({ ...building(square), geometry: { type: 'Point', coordinates: [0, 0] } })).toBeNull()
  expect(
    encodeShape(
      building([
        [
          [0, 0],
          [0, 0],
          [1, 1],
          [0, 0],
        ],
      ]),
    ),
  ).toBeNull()
  expect(
    encodeShape(
      building([
        [
          [0, 0],
          [Number.NaN, 0],
          [1, 1],
          [0, 0],
        ],
      ]),
    ),
  ).toBeNull()
  expect(
    encodeShape(
      building([
        [
          [0, 0],
          [1e308, 0],
          [1, 1],
          [0, 0],
        ],
      ]),
    ),
  ).toBeNull()
  const many = Array.from({ length: 30_000 }, (_, i) => [Math.cos(i / 4775) / 100, Math.sin(i / 4775) / 100])
  expect(encodeShape(building([[...many, many[0]]]))).toBeNull()
})

test('an unknown height is guessed from storeys or class and said to be a guess', () => {
  expect(decodeShape(encodeShape(building(square, { height: Number.NaN, levels: 5 }))!)).toMatchObject({
    height: 16,
    estimated: true,
  })
  expect(decodeShape(encodeShape(building(square, { height: -9999, class: 'nonsense' }))!)).toMatchObject({
    class: 12,
    estimated: true,
  })
  expect(decodeShape(encodeShape(building(square, { height: 1e308 }))!).height).toBe(2000)
})

test('a damaged record is named, never read past its end', () => {
  const good = encodeShape(building(square))!
  for (let cut = 0; cut < good.length; cut += 3)
    expect(() => decodeShape(good.subarray(0, cut))).toThrow(/building shape/)
  for (let seed = 1; seed < 400; seed++) {
    const bad = good.slice()
    bad[(seed * 7919) % bad.length] ^= 1 << (seed % 8)
    try {
      decodeShape(bad)
    } catch (error) {
      expect(String(error)).toMatch(/building shape/)
    }
  }
})

test('a chunk is shared out by whole records', () => {
  const records = Array.from({ length: 7 }, (_, i) => encodeShape({ ...building(square), id: `b${i}` })!)
  const chunk = new Uint8Array(Buffer.concat(records))
  const ids = [0, 1, 2].map((index) => decodeShapes(takePart(chunk, { index, of: 3 })).map(({ id }) => id))
  expect(ids).toEqual([
    ['b0', 'b3', 'b6'],
    ['b1', 'b4'],
    ['b2', 'b5'],
  ])
})
