/** Soil in the walls of a pit. */
import { expect, test } from 'vitest'
import { soilMesh, wallSoil } from './excavation-strata.ts'
import { UNKNOWN_HATCH } from './soil-hatch.ts'

const unit = (code: string, color: string) => ({ code, name: code, nameEn: code, color, hatch: 'slant' as const })
const answer = {
  units: [unit('①', '#102030'), unit('②', '#405060'), unit('③', '#708090')],
  places: [
    {
      ground: 10,
      water: 9,
      layers: [
        [0, 10, 9],
        [1, 9, 7],
        [2, 7, 2],
      ] as [number, number, number][],
    },
    {
      ground: 10,
      water: 9,
      layers: [
        [0, 10, 9],
        [2, 9, 2],
      ] as [number, number, number][],
    },
    {
      ground: 10,
      water: null,
      layers: [
        [0, 10, 9],
        [2, 9, 2],
      ] as [number, number, number][],
    },
    {
      ground: 10,
      water: 9,
      layers: [
        [0, 10, 9],
        [1, 9, 7],
        [2, 7, 2],
      ] as [number, number, number][],
    },
  ],
}
const RING = [0, 0, 4, 0, 4, 4, 0, 4]
const GROUND = [50, 50, 50, 50]

/** Area of all triangles whose colour has this red. */
function areaOf({ positions, colors, indices }: ReturnType<typeof soilMesh>, red: number): number {
  let sum = 0
  for (let i = 0; i < indices.length; i += 3) {
    const [a, b, c] = [indices[i]!, indices[i + 1]!, indices[i + 2]!]
    if (colors[a * 4] !== red) continue
    const side = (p: number, q: number) => [0, 1, 2].map((k) => positions[q * 3 + k]! - positions[p * 3 + k]!)
    const [u, v] = [side(a, b), side(a, c)]
    sum += Math.hypot(u[1]! * v[2]! - u[2]! * v[1]!, u[2]! * v[0]! - u[0]! * v[2]!, u[0]! * v[1]! - u[1]! * v[0]!) / 2
  }
  return sum
}

test('walls are whole, each band as high as its layer, a missing layer ends in a wedge', () => {
  const soil = wallSoil(answer)!
  const mesh = soilMesh(
    RING,
    GROUND,
    GROUND.map((z) => z - 5),
    soil,
    0,
  )
  const [one, two, three] = [0x10, 0x40, 0x70].map((red) => areaOf(mesh, red))
  expect(one).toBeCloseTo(16, 4)
  // one wall whole, two as wedges
  expect(two).toBeCloseTo(4 * 2 + (2 * (4 * 2)) / 2, 4)
  expect(one! + two! + three!).toBeCloseTo(16 * 5, 4)
  expect(mesh.water[0]).toBe(1)
})

test('below the deepest layer known the wall is unknown soil, to its floor', () => {
  const mesh = soilMesh(
    RING,
    GROUND,
    GROUND.map((z) => z - 11),
    wallSoil(answer)!,
    0,
  )
  expect(areaOf(mesh, 91)).toBeCloseTo(16 * 3, 4)
  expect([...mesh.colors].filter((_, i) => i % 4 === 3)).toContain(UNKNOWN_HATCH)
})

test('walls face inwards', () => {
  const { positions, normals, indices } = soilMesh(
    RING,
    GROUND,
    GROUND.map((z) => z - 5),
    wallSoil(answer)!,
    0.03,
  )
  for (let i = 0; i < indices.length; i += 3) {
    const [a, b, c] = [0, 1, 2].map((k) => indices[i + k]! * 3) as [number, number, number]
    const u = [0, 1, 2].map((k) => positions[b + k]! - positions[a + k]!)
    const v = [0, 1, 2].map((k) => positions[c + k]! - positions[a + k]!)
    const turned = [u[1]! * v[2]! - u[2]! * v[1]!, u[2]! * v[0]! - u[0]! * v[2]!]
    expect(turned[0]! * normals[a]! + turned[1]! * normals[a + 1]!).toBeGreaterThanOrEqual(0)
    expect((2 - positions[a]!) * normals[a]! + (2 - positions[a + 1]!) * normals[a + 1]!).toBeGreaterThan(0)
  }
})

test('far from any borehole there is no soil to draw', () => {
  expect(wallSoil({ units: [], places: [{ ground: 1, water: null, layers: [] }] })).toBeNull()
  expect(wallSoil({ units: [], places: [] })).toBeNull()
})
