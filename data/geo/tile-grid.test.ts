/** Tiles and boxes agree in both quadtrees, and cells number the tree depth first. */
import { expect, test } from 'vitest'
import { cellRange, coveringTiles, GEOGRAPHIC, MERCATOR, mortonCell } from './tile-grid.ts'

let seed = 7
const random = (): number => {
  seed = (Math.imul(seed, 1664525) + 1013904223) | 0
  return (seed >>> 0) / 2 ** 32
}

test('the middle of every tile lies in that tile, in both grids', () => {
  for (const grid of [GEOGRAPHIC, MERCATOR])
    for (let i = 0; i < 500; i++) {
      const z = Math.floor(random() * 21)
      const x = Math.floor(random() * grid.columns(z))
      const y = Math.floor(random() * grid.rows(z))
      const box = grid.bounds(z, x, y)
      expect(grid.x((box.west + box.east) / 2, z)).toBe(x)
      expect(grid.y((box.south + box.north) / 2, z)).toBe(y)
      if (x + 1 < grid.columns(z)) expect(grid.bounds(z, x + 1, y).west).toBe(box.east)
    }
})

test('known tiles', () => {
  expect(MERCATOR.x(121.44, 14)).toBe(13718)
  expect(MERCATOR.y(28.66, 14)).toBe(6829)
  expect(GEOGRAPHIC.bounds(0, 1, 0)).toEqual({ west: 0, south: -90, east: 180, north: 90 })
  expect(GEOGRAPHIC.x(180, 3)).toBe(0)
  expect(GEOGRAPHIC.y(90, 3)).toBe(7)
})

test('a tile is exactly one range of cells', () => {
  for (let i = 0; i < 2000; i++) {
    const lng = random() * 360 - 180
    const lat = random() * 180 - 90
    const cell = mortonCell(lng, lat)
    expect(Number.isSafeInteger(cell)).toBe(true)
    for (const z of [0, 3, 9, 14, 20]) {
      const x = GEOGRAPHIC.x(lng, z)
      const y = GEOGRAPHIC.y(lat, z)
      const { first, last } = cellRange(z, x, y)
      expect(cell >= first && cell <= last).toBe(true)
      const other = cellRange(z, x === 0 ? 1 : x - 1, y)
      expect(cell >= other.first && cell <= other.last).toBe(false)
    }
  }
  expect(cellRange(0, 1, 0)).toEqual({ first: 2 ** 40, last: 2 ** 41 - 1 })
})

test('a box over the antimeridian covers two ranges', () => {
  expect(coveringTiles(GEOGRAPHIC, { west: 179, south: -1, east: -179, north: 1 }, 2)).toEqual([
    { z: 2, minX: 7, maxX: 7, minY: 1, maxY: 2 },
    { z: 2, minX: 0, maxX: 0, minY: 1, maxY: 2 },
  ])
  expect(coveringTiles(MERCATOR, { west: -200, south: -89, east: 200, north: 89 }, 1)).toEqual([
    { z: 1, minX: 0, maxX: 1, minY: 0, maxY: 1 },
  ])
})

test('impossible tiles, points and boxes are refused with the legal range', () => {
  expect(() => GEOGRAPHIC.bounds(2, 8, 0)).toThrow('got 8; expected 0 … 7')
  expect(() => MERCATOR.bounds(2, 0, 4)).toThrow('got 4; expected 0 … 3')
  expect(() => MERCATOR.bounds(-1, 0, 0)).toThrow('level out of range')
  expect(() => mortonCell(Number.NaN, 0)).toThrow('not a point')
  expect(() => coveringTiles(GEOGRAPHIC, { west: 0, south: Number.NaN, east: 1, north: 1 }, 3)).toThrow('bad box')
})
