/** Columns of boreholes as triangles, and the cells they are asked for in. */
import { expect, test } from 'vitest'
import type { Borehole } from '../../../data/geology/borehole.ts'
import { CELL, cellsAround } from './boreholes-data.ts'
import { columnMesh, SIDES } from './boreholes-shape.ts'
import { hatchNumber } from './soil-hatch.ts'

const HOLE: Borehole = {
  id: 'a',
  source: '',
  lng: 121.44,
  lat: 28.66,
  collar: 15,
  depth: 12,
  strata: [
    { top: 0, bottom: 2, code: '①', soil: 'plain-fill', name: '' },
    { top: 2, bottom: 10, code: '②', soil: 'muck', name: '' },
  ],
  water: [],
}

test('each layer is as thick as it is, in its colour with its hatch; below the log the staff is grey', () => {
  const mesh = columnMesh(HOLE, 1)!
  const depths = (band: number) => [0, 1].map((k) => mesh.places[(band * (SIDES + 1) * 2 + k) * 2 + 1])
  expect([0, 1, 2].map(depths)).toEqual([
    [0, 2],
    [2, 10],
    [10, 12],
  ])
  expect([...mesh.colors.subarray((SIDES + 1) * 8, (SIDES + 1) * 8 + 4)]).toEqual([
    0x58,
    0x68,
    0x70,
    hatchNumber('wave'),
  ])
  expect(Math.min(...mesh.positions.filter((_, i) => i % 3 === 2))).toBe(-12)
})

test('sides face outwards and the lid up', () => {
  const { positions, normals, places, indices } = columnMesh(HOLE, 1)!
  for (let i = 0; i < indices.length; i += 3) {
    const [a, b, c] = [0, 1, 2].map((k) => indices[i + k]! * 3) as [number, number, number]
    const u = [0, 1, 2].map((k) => positions[b + k]! - positions[a + k]!)
    const v = [0, 1, 2].map((k) => positions[c + k]! - positions[a + k]!)
    const n = [u[1]! * v[2]! - u[2]! * v[1]!, u[2]! * v[0]! - u[0]! * v[2]!, u[0]! * v[1]! - u[1]! * v[0]!]
    if (places[indices[i]! * 2]! < 0) expect(n[2]).toBeGreaterThan(0)
    else expect(n[0]! * normals[a]! + n[1]! * normals[a + 1]!).toBeGreaterThan(0)
  }
})

test('a hole without depth is no column', () => {
  expect(columnMesh({ ...HOLE, depth: 0, strata: [] }, 1)).toBeNull()
})

test('the cells asked for cover the reach', () => {
  const keys = cellsAround(121.44, 28.66, 0.058)
  expect(keys).toContain(`${Math.floor(121.44 / CELL)}/${Math.floor(28.66 / CELL)}`)
  expect(keys.length).toBeLessThan(25)
  expect(cellsAround(0, 89, 0.03).length).toBeLessThan(200)
})
