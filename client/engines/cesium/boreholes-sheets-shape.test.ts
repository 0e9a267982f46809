/** Sheets of soil as triangles. */
import { expect, test } from 'vitest'
import { fromEcef } from '../../../data/geo/ellipsoid.ts'
import { GEOGRAPHIC } from '../../../data/geo/tile-grid.ts'
import { type SurfaceTile, tilesAround } from './boreholes-sheets-data.ts'
import { clarity, SURE_M, sheetMesh } from './boreholes-sheets-shape.ts'
import { hatchNumber } from './soil-hatch.ts'

/** Three by three nodes: fill at the ground, clay that ends in the east, gravel known only from afar in the south. */
const TILE: SurfaceTile = {
  side: 3,
  box: [121.4, 28.6, 121.41, 28.61],
  reachM: 1500,
  nearestM: [0, 0, 0, 100, 100, 850, 1500, 1500, 1500],
  layers: [
    { color: '#a58d72', hatch: 'cross', top: Array(9).fill(15), state: Array(9).fill(2) },
    { color: '#b98a4a', hatch: 'slant', top: [14, 14, 13, 14, 14, 13, 14, 14, 13], state: [3, 3, 1, 3, 3, 1, 3, 3, 1] },
    {
      color: '#d3a253',
      hatch: 'circles',
      top: [2, 2, 2, 1, 1, 1, null, null, null],
      state: [3, 3, 3, 4, 4, 4, 0, 0, 0],
    },
  ],
  water: { height: [14.5, 14.5, 14.5, 14.4, 14.4, 14.4, 14.3, 14.3, 14.3] },
}
const ALL = { strata: true, groundwater: true }

test('sheets are drawn where something lies above them, deepest first, the water last; the ground itself is none', () => {
  const mesh = sheetMesh(TILE, ALL)!
  const hatches = [0, 1, 2].map((s) => mesh.colors[s * 9 * 4 + 3])
  expect(hatches).toEqual([hatchNumber('circles'), hatchNumber('slant'), 0])
  expect(mesh.known).toHaveLength(27)
  // gravel: two cells, clay and water: four each
  expect(mesh.fromAbove).toHaveLength((2 + 4 + 4) * 6)
  // from below the water comes first
  expect(mesh.fromBelow.slice(0, 24)).toEqual(mesh.fromAbove.slice(-24))
  expect(mesh.fromBelow.toSorted()).toEqual(mesh.fromAbove.toSorted())
  expect(sheetMesh(TILE, { strata: true, groundwater: false })!.fromAbove).toHaveLength((2 + 4) * 6)
  expect(sheetMesh({ ...TILE, water: null }, { strata: false, groundwater: true })).toBeNull()
})

test('nodes lie at their place and height, normals point up, triangles face up', () => {
  const { positions, normals, fromAbove: indices, heights } = sheetMesh(TILE, ALL)!
  const node = 9 + 1
  const [lng, lat, height] = fromEcef(...([0, 1, 2].map((k) => positions[node * 3 + k]!) as [number, number, number]))
  expect([lng, lat]).toEqual([expect.closeTo(121.405, 9), expect.closeTo(28.61, 9)])
  expect(height).toBeCloseTo(14, 6)
  expect(heights[node]).toBe(14)
  for (let i = 0; i < indices.length; i += 3) {
    const [a, b, c] = [0, 1, 2].map((k) => indices[i + k]! * 3) as [number, number, number]
    const u = [0, 1, 2].map((k) => positions[b + k]! - positions[a + k]!)
    const v = [0, 1, 2].map((k) => positions[c + k]! - positions[a + k]!)
    const n = [u[1]! * v[2]! - u[2]! * v[1]!, u[2]! * v[0]! - u[0]! * v[2]!, u[0]! * v[1]! - u[1]! * v[0]!]
    expect(n[0]! * normals[a]! + n[1]! * normals[a + 1]! + n[2]! * normals[a + 2]!).toBeGreaterThan(0)
  }
})

test('a sheet is paler where holes are far and where only farther ones tell of it', () => {
  const { known } = sheetMesh(TILE, ALL)!
  expect(known[0]).toBe(1)
  expect(known[3]).toBeCloseTo(0.45, 6)
  // the wedge of the clay ends in the east
  expect([known[9], known[9 + 2]]).toEqual([1, 0])
  expect(known[18 + 5]).toBeCloseTo(0.5, 1)
  expect(known[18 + 8]).toBe(0)
  expect(clarity(SURE_M, 1500)).toBe(1)
  expect(clarity(null, 1500)).toBe(0)
})

test('tiles are asked from the middle outwards and cover the reach', () => {
  const keys = tilesAround(121.44, 28.66, 15, 900)
  expect(keys[0]).toBe(`15/${GEOGRAPHIC.x(121.44, 15)}/${GEOGRAPHIC.y(28.66, 15)}`)
  expect(keys.length).toBeGreaterThanOrEqual(9)
  expect(keys.length).toBeLessThan(30)
  expect(tilesAround(0, 89.9, 13, 4500).length).toBeLessThan(500)
})
