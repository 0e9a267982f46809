/** Geometry as text: every type, Z and M, both spellings of multipoints, and what is none. */
import { expect, test } from 'vitest'
import { isWkt, readWkt } from './wkt.ts'

test('every type is read, M is dropped, an empty one is null', () => {
  expect(readWkt('POINT Z (1 2 3)')).toEqual({ type: 'Point', coordinates: [1, 2, 3] })
  expect(readWkt('SRID=4326;LINESTRING(1 2, 3.5 -4e-1)')).toEqual({
    type: 'LineString',
    coordinates: [
      [1, 2],
      [3.5, -0.4],
    ],
  })
  expect(readWkt('linestring m (1 2 9, 3 4 9)')).toEqual({
    type: 'LineString',
    coordinates: [
      [1, 2],
      [3, 4],
    ],
  })
  expect(readWkt('LINESTRINGZM(1 2 3 9,4 5 6 9)')).toMatchObject({
    coordinates: [
      [1, 2, 3],
      [4, 5, 6],
    ],
  })
  for (const text of ['MULTIPOINT((1 2),(3 4))', 'MULTIPOINT(1 2, 3 4)'])
    expect(readWkt(text)).toEqual({
      type: 'MultiPoint',
      coordinates: [
        [1, 2],
        [3, 4],
      ],
    })
  expect(readWkt('MULTILINESTRING((1 2,3 4),(5 6,7 8))')).toMatchObject({ type: 'MultiLineString' })
  expect(readWkt('LINESTRING EMPTY')).toBeNull()
})

test('what is none is named', () => {
  expect(isWkt('LINESTRING (1 2, 3 4)')).toBe(true)
  expect(isWkt('point of sale')).toBe(false)
  expect(() => readWkt('CIRCLE(1 2)')).toThrow(/^wkt: no geometry, got "CIRCLE\(1 2\)"; expected POINT/)
  expect(() => readWkt('LINESTRING(1 2, a b)')).toThrow(/^wkt: no numbers, got "a b"/)
  expect(() => readWkt('POLYGON((1 2, 3 4)')).toThrow(/^wkt: brackets/)
})
