/** Triangles of polygons cover their area, look where their polygon looks, and leave holes open. */
import { expect, test } from 'vitest'
import { polygonTriangles } from './polygon-triangles.ts'

/** Vector area of the triangles: length is area, direction is where they look. */
function vectorArea({ positions, indices }: ReturnType<typeof polygonTriangles>): number[] {
  const sum = [0, 0, 0]
  for (let i = 0; i < indices.length; i += 3) {
    const [a, b, c] = [0, 1, 2].map((j) => positions.subarray(3 * indices[i + j], 3 * indices[i + j] + 3))
    const [u, v] = [b.map((x, k) => x - a[k]), c.map((x, k) => x - a[k])]
    for (let k = 0; k < 3; k++) sum[k] += (u[(k + 1) % 3] * v[(k + 2) % 3] - u[(k + 2) % 3] * v[(k + 1) % 3]) / 2
  }
  return sum
}

test('a square with a hole keeps area and direction, however it stands', () => {
  const square = [
    [0, 0],
    [4, 0],
    [4, 3],
    [0, 3],
    [0, 0],
  ]
  const hole = [
    [1, 1],
    [1, 2],
    [2, 2],
    [2, 1],
  ]
  for (const turn of [
    [0, 1, 2],
    [1, 2, 0],
    [2, 0, 1],
  ]) {
    for (const flip of [false, true]) {
      const ring = (points: number[][]) =>
        (flip ? [...points].reverse() : points).flatMap(([x, y]) => {
          const at = [0, 0, 0]
          at[turn[0]] = x
          at[turn[1]] = y
          at[turn[2]] = 7
          return at
        })
      const area = vectorArea(polygonTriangles([[ring(square), ring(hole)]]))
      const expected = [0, 0, 0]
      expected[turn[2]] = flip ? -11 : 11
      for (let k = 0; k < 3; k++) expect(area[k]).toBeCloseTo(expected[k], 5)
    }
  }
})

test('polygons without area, cut short or empty give no triangle', () => {
  expect(
    polygonTriangles([[], [[]], [[1, 2, 3]], [[0, 0, 0, 1, 0, 0, 2, 0, 0]], [[0, 0, 0, 1, 1, 1, 0, 0, 0]]]).indices,
  ).toHaveLength(0)
})
