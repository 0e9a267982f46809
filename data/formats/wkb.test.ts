/** Round trips and hostile bytes of the WKB reader and writer. */
import type { Geometry, LineString, Polygon } from 'geojson'
import { expect, test } from 'vitest'
import { readWkb, writeWkb, writeWkbHex } from './wkb.ts'

const ring = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 0],
]
const GEOMETRIES: Geometry[] = [
  { type: 'Point', coordinates: [121.44, 28.66] },
  { type: 'Point', coordinates: [121.44, 28.66, 12.5] },
  { type: 'Point', coordinates: [] },
  {
    type: 'LineString',
    coordinates: [
      [0, 0, 1],
      [1, 1, 2],
    ],
  },
  { type: 'Polygon', coordinates: [ring, ring] },
  { type: 'Polygon', coordinates: [] },
  {
    type: 'MultiPoint',
    coordinates: [
      [1, 2],
      [3, 4],
    ],
  },
  {
    type: 'MultiLineString',
    coordinates: [
      [
        [0, 0],
        [1, 1],
      ],
      [
        [2, 2],
        [3, 3],
      ],
    ],
  },
  { type: 'MultiPolygon', coordinates: [[ring], [ring, ring]] },
  {
    type: 'GeometryCollection',
    geometries: [
      { type: 'Point', coordinates: [1, 2] },
      { type: 'MultiPolygon', coordinates: [[ring]] },
    ],
  },
]

test('every geometry type survives a round trip, in two and three dimensions, as bytes and as hex', () => {
  for (const geometry of GEOMETRIES) {
    expect(readWkb(writeWkb(geometry))).toEqual(geometry)
    expect(readWkb(writeWkbHex(geometry))).toEqual(geometry)
    expect(readWkb(writeWkb(geometry, 0))).toEqual(geometry)
  }
})

test("the bytes are PostGIS's own: select st_setsrid(st_makepoint(1,2,3),4326)", () => {
  expect(writeWkbHex({ type: 'Point', coordinates: [1, 2, 3] })).toBe(
    '01010000a0e6100000000000000000f03f00000000000000400000000000000840',
  )
})

test('ISO notation and big-endian bytes are read', () => {
  expect(readWkb('00000003e93ff000000000000040000000000000004008000000000000')).toEqual({
    type: 'Point',
    coordinates: [1, 2, 3],
  })
})

test('bytes cut short at every length, and flipped ones, give a named error or a geometry, never anything else', () => {
  const whole = writeWkb(GEOMETRIES[8])
  for (let length = 0; length < whole.length; length++)
    expect(() => readWkb(whole.subarray(0, length))).toThrow(/^wkb: /)
  for (let i = 0; i < whole.length; i++) {
    const flipped = whole.slice()
    flipped[i] ^= 0xff
    try {
      readWkb(flipped)
    } catch (error) {
      expect(error).toBeInstanceOf(RangeError)
      expect((error as Error).message).toMatch(/^wkb: /)
    }
  }
})

test('collections nested beyond sixteen are refused when read and when written', () => {
  let deep: Geometry = { type: 'Point', coordinates: [1, 2] }
  for (let i = 0; i < 20; i++) deep = { type: 'GeometryCollection', geometries: [deep] }
  expect(() => writeWkb(deep)).toThrow('nested too deep')
  const nested = Buffer.concat([
    ...Array.from({ length: 20 }, () => Buffer.from('010700000001000000', 'hex')),
    writeWkb(GEOMETRIES[0], 0),
  ])
  expect(() => readWkb(nested)).toThrow('nested too deep')
})

test('curves become strokes: arcs through their middle point, compounds in one, a full circle of 64, heights along', () => {
  const points = (list: number[][], z = false) => {
    const bytes = Buffer.alloc(4 + list.length * (z ? 24 : 16))
    bytes.writeUInt32LE(list.length)
    for (const [i, at] of list.flat().entries()) bytes.writeDoubleLE(at, 4 + 8 * i)
    return bytes
  }
  const typed = (type: number, ...rest: Uint8Array[]) =>
    Buffer.concat([Buffer.from([1, ...new Uint8Array(new Uint32Array([type]).buffer)]), ...rest])
  const count = (n: number) => Buffer.from(new Uint32Array([n]).buffer)
  const arc = typed(
    1008,
    points(
      [
        [1, 0, 0],
        [0, 1, 9],
        [-1, 0, 2],
      ],
      true,
    ),
  )
  const half = readWkb(arc) as LineString
  expect(half.coordinates).toHaveLength(33)
  for (const [x, y] of half.coordinates) expect(Math.hypot(x, y)).toBeCloseTo(1, 12)
  expect(half.coordinates[16]).toEqual([expect.closeTo(0, 9), expect.closeTo(1, 9), expect.closeTo(1, 9)])
  const clockwise = typed(
    8,
    points([
      [1, 0],
      [0, -1],
      [-1, 0],
    ]),
  )
  expect((readWkb(clockwise) as LineString).coordinates[16][1]).toBeCloseTo(-1, 9)
  const straight = typed(
    2,
    points([
      [-1, 0],
      [-5, 0],
    ]),
  )
  expect((readWkb(typed(9, count(2), clockwise, straight)) as LineString).coordinates.at(-1)).toEqual([-5, 0])
  const circle = typed(
    8,
    points([
      [1, 0],
      [-1, 0],
      [1, 0],
    ]),
  )
  const ring = readWkb(typed(10, count(1), circle)) as Polygon
  expect(ring.coordinates[0]).toHaveLength(65)
  expect(ring.coordinates[0].every(([x, y]) => Math.abs(Math.hypot(x, y) - 1) < 1e-9)).toBe(true)
  expect(readWkb(typed(11, count(1), straight))).toEqual({
    type: 'MultiLineString',
    coordinates: [
      [
        [-1, 0],
        [-5, 0],
      ],
    ],
  })
  expect(
    readWkb(
      typed(
        8,
        points([
          [0, 0],
          [1, 1],
          [2, 2],
        ]),
      ),
    ),
  ).toEqual({
    type: 'LineString',
    coordinates: [
      [0, 0],
      [1, 1],
      [2, 2],
    ],
  })
})
