/** Mosaics: neighbours join, finer ones win, holes are closed from their rims, the sea is not, datums are lifted once. */
import { expect, test } from 'vitest'
import { undulation } from '../geo/geoid.ts'
import { type HeightDatum, type HeightSource, type NodeGrid, sampleGrid } from '../geo/height-source.ts'
import { fillVoids } from './fill-voids.ts'
import { groups, mosaic } from './mosaic.ts'

function source(
  name: string,
  west: number,
  south: number,
  side: number,
  height: number,
  datum: HeightDatum | null = 'ellipsoidal',
): HeightSource {
  const step = 1 / (side - 1)
  const grid: NodeGrid = {
    columns: side,
    rows: side,
    x0: west,
    y0: south + 1,
    dx: step,
    dy: step,
    heights: new Float32Array(side * side).fill(height),
  }
  return {
    name,
    extent: { west, south, east: west + 1, north: south + 1 },
    step: [step, step],
    resolutionM: step * 111_320,
    crs: 'EPSG:4326',
    datum,
    prepare: async () => {},
    sample: (lng, lat) => sampleGrid(grid, lng, lat),
  }
}

async function rowsOf(sources: HeightSource[], datum: HeightDatum = 'ellipsoidal'): Promise<Float32Array[]> {
  const rows: Float32Array[] = []
  for await (const row of mosaic(sources, () => datum).heights(new AbortController().signal, () => {}))
    rows.push(row.slice())
  return rows
}

test('touching tiles become one grid, far ones another', () => {
  const [a, b, far] = [source('a', 1, 42, 11, 5), source('b', 1, 41, 11, 7), source('far', 100, 0, 11, 9)]
  expect(groups([a, far, b]).map((group) => group.map(({ name }) => name).sort())).toEqual([['far'], ['a', 'b']])
})

test('the grid spans all sources at the finest spacing, and the finer source wins', async () => {
  const plan = mosaic([source('coarse', 1, 42, 6, 5), source('fine', 2, 42, 11, 7)], () => 'ellipsoidal')
  expect([plan.west, plan.east, plan.columns, plan.rows]).toEqual([1, 3, 21, 11])
  const rows = await rowsOf([source('coarse', 1, 42, 6, 5), source('fine', 2, 42, 11, 7)])
  expect(rows).toHaveLength(11)
  expect([rows[5][0], rows[5][10], rows[5][20]]).toEqual([5, 7, 7])
})

test('orthometric heights are lifted by the geoid once', async () => {
  const rows = await rowsOf([source('a', 121, 28, 11, 100)], 'egm96')
  expect(rows[0][0]).toBeCloseTo(100 + undulation(121, 29), 3)
  expect(rows[10][10]).toBeCloseTo(100 + undulation(122, 28), 3)
})

test('a hole is closed from its rim, also at the edge; a sea and a corner are not', () => {
  const side = 300
  const heights = Float32Array.from({ length: side * side }, (_, i) => i % side)
  const isVoid = (x: number, y: number) => heights.fill(Number.NaN, y * side + x, y * side + x + 1)
  for (let x = 20; x < 30; x++) for (let y = 20; y < 30; y++) isVoid(x, y)
  isVoid(0, 150)
  expect(fillVoids(heights, side)).toBe(101)
  // a plane is met again within the distance weighting's error
  expect(Math.abs(heights[25 * side + 25] - 25)).toBeLessThan(1)
  for (let x = 40; x < 260; x++) for (let y = 40; y < 260; y++) isVoid(x, y)
  const started = performance.now()
  expect(fillVoids(heights, side)).toBe(0)
  expect(heights[150 * side + 150]).toBeNaN()
  expect(performance.now() - started).toBeLessThan(5000)
  const corner = new Float32Array([Number.NaN, 1, 1, 1])
  expect(fillVoids(corner, 2)).toBe(0)
})
