/** Neighbouring windows mesh alike along their edge, whatever the heights; cliffs and flats included. */
import { expect, test } from 'vitest'
import { type TerrainMesh, terrainMesher } from './terrain-mesh.ts'

const SIZE = 32
const MARGIN = 8
const SIDE = SIZE + 1 + 2 * MARGIN
const STEP = 0.04 / SIZE
const mesher = terrainMesher(SIZE, MARGIN)

/** A value for each node of the plane, from whole numbers alone. */
function noise(x: number, y: number): number {
  let h = Math.imul(x, 374761393) ^ Math.imul(y, 668265263)
  h = Math.imul(h ^ (h >>> 13), 1274126177)
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32
}
const FIELDS: Record<string, (x: number, y: number) => number> = {
  flat: () => 12.34,
  rough: (x, y) => 40 * noise(x, y),
  hills: (x, y) => 300 * Math.sin(x / 9) * Math.cos(y / 13) + 3 * noise(x, y),
  cliffs: (x, y) => (((x >> 3) + (y >> 3)) % 2 ? 10_000 : -10_000),
  spike: (x, y) => (x === 32 && y === 5 ? 10_000 : 0),
}
function mesh(field: (x: number, y: number) => number, column: number, row: number, maxError: number): TerrainMesh {
  const heights = new Float32Array(SIDE * SIDE)
  for (let j = 0; j < SIDE; j++)
    for (let i = 0; i < SIDE; i++) heights[j * SIDE + i] = field(column * SIZE + i - MARGIN, row * SIZE + j - MARGIN)
  const west = 121 + column * SIZE * STEP
  const north = 29 - row * SIZE * STEP
  const box = { west, south: north - SIZE * STEP, east: west + SIZE * STEP, north }
  // the mesher uses its arrays again
  return structuredClone(
    mesher.mesh({
      window: { size: SIZE, margin: MARGIN, heights },
      box,
      maxError,
      base: 8,
      quantum: 1 / 16,
      elsewhere: null,
    }),
  )
}
const edge = (tile: TerrainMesh, name: 'west' | 'south' | 'east' | 'north'): string =>
  [...tile[name]]
    .map((vertex) => {
      const along = name === 'west' || name === 'east' ? tile.v[vertex] : tile.u[vertex]
      return `${along}:${tile.minHeight + (tile.height[vertex] * (tile.maxHeight - tile.minHeight)) / 32767}`
    })
    .join(' ')

test.each(Object.keys(FIELDS))(
  '%s: edges agree, triangles fill the tile face up, nothing is above the error',
  (name) => {
    const field = FIELDS[name]
    for (const maxError of [0, 0.5, 4, 100]) {
      const tiles = [0, 1].map((row) => [0, 1].map((column) => mesh(field, column, row, maxError)))
      for (const k of [0, 1]) {
        expect(edge(tiles[k][0], 'east')).toBe(edge(tiles[k][1], 'west'))
        expect(edge(tiles[0][k], 'south')).toBe(edge(tiles[1][k], 'north'))
      }
      const [tile] = tiles[0]
      let area = 0
      for (let t = 0; t < tile.triangles.length; t += 3) {
        const [a, b, c] = tile.triangles.subarray(t, t + 3)
        const twice =
          (tile.u[b] - tile.u[a]) * (tile.v[c] - tile.v[a]) - (tile.u[c] - tile.u[a]) * (tile.v[b] - tile.v[a])
        expect(twice).toBeGreaterThan(0)
        area += twice / 2
      }
      expect(area / 32767 ** 2).toBeCloseTo(1, 9)
      expect([...tile.normals].every(Number.isFinite)).toBe(true)
      expect(tile.sphere.radius).toBeGreaterThan(1000)
    }
  },
)

test('a flat tile keeps its base squares only; error nought keeps every node that matters', () => {
  expect(mesh(FIELDS.flat, 0, 0, 0).u.length).toBe((SIZE / 8 + 1) ** 2)
  expect(mesh(FIELDS.rough, 0, 0, 0).u.length).toBe((SIZE + 1) ** 2)
})

test('vertices keep the height of their node, to half a quantum', () => {
  const tile = mesh(FIELDS.hills, 0, 0, 4)
  const heightAt = new Map<string, number>()
  for (let i = 0; i < tile.u.length; i++)
    heightAt.set(`${Math.round((tile.u[i] * SIZE) / 32767)},${SIZE - Math.round((tile.v[i] * SIZE) / 32767)}`, i)
  expect(heightAt.size).toBe(tile.u.length)
  for (const [place, vertex] of heightAt) {
    const [x, y] = place.split(',').map(Number)
    const stored = tile.minHeight + (tile.height[vertex] * (tile.maxHeight - tile.minHeight)) / 32767
    expect(Math.abs(stored - FIELDS.hills(x, y))).toBeLessThanOrEqual(1 / 32 + 1e-3)
  }
})

test('sizes that do not fit are refused', () => {
  expect(() => terrainMesher(33, 8)).toThrow('bad tile size, got 33')
  const window = { size: SIZE, margin: MARGIN, heights: new Float32Array(9) }
  const box = { west: 0, south: 0, east: 1, north: 1 }
  const rest = { box, maxError: 1, quantum: 1, elsewhere: null }
  expect(() => mesher.mesh({ window, base: 8, ...rest })).toThrow('wrong length, got 9')
  expect(() =>
    mesher.mesh({ window: { ...window, heights: new Float32Array(SIDE * SIDE) }, base: 16, ...rest }),
  ).toThrow('bad base')
})
