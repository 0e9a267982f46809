/** Tests of the shape of pits: trenches of one width whatever their corners, walls that close, floors that fill. */
import { expect, test } from 'vitest'
import { packPits } from './excavation-shader.ts'
import { area, counterClockwise, pitMesh, refined, trenchOutline } from './excavation-shape.ts'

test('a straight trench is a rectangle of its width, to the tenth of a millimetre', () => {
  const ring = trenchOutline([0, 0, 30, 40], 0.6)!
  expect(ring).toHaveLength(8)
  expect(area(ring)).toBeCloseTo(0.6 * 50, 4)
})

test('a trench round corners keeps its width: its area is that of its line, and its sides stay parallel', () => {
  const line = [0, 0, 20, 0, 20, 15, 40, 15]
  const ring = trenchOutline(line, 0.6)!
  // mitres of left and right turns cancel each other out
  expect(area(ring)).toBeCloseTo(0.6 * 55, 4)
  for (const [x, y] of [
    [10, 0.299],
    [10, -0.299],
    [20.299, 7],
    [19.701, 7],
    [30, 15.299],
  ] as const)
    expect(inside(ring, x, y), `${x} ${y}`).toBe(true)
  for (const [x, y] of [
    [10, 0.301],
    [10, -0.301],
    [20.301, 7],
    [19.699, 7],
    [-0.001, 0],
  ] as const)
    expect(inside(ring, x, y), `${x} ${y}`).toBe(false)
})

test('a line without length gives no trench, a hairpin no spike', () => {
  expect(trenchOutline([1, 1, 1, 1.001], 0.6)).toBeNull()
  const ring = trenchOutline([0, 0, 10, 0, 0, 0.001], 0.6)!
  for (const value of ring) expect(Math.abs(value)).toBeLessThan(14)
})

test('rings are refined to a step, but never beyond what may be asked', () => {
  const square = counterClockwise([0, 0, 0, 10, 10, 10, 10, 0])
  expect(area(square)).toBe(100)
  expect(refined(square, 1, 1000)).toHaveLength(80)
  expect(refined(square, 0.001, 50).length / 2).toBeLessThanOrEqual(54)
  expect(area(refined(square, 1, 1000))).toBeCloseTo(100)
})

test('walls run round the pit and face inwards, the floor covers it', () => {
  const ring = [0, 0, 4, 0, 4, 3, 0, 3]
  const mesh = pitMesh(ring, [5, 5, 5, 5], [3, 3, 3, 3])
  let [wall, floor] = [0, 0]
  for (let i = 0; i < mesh.indices.length; i += 3) {
    const p = [0, 1, 2].map((k) => [...mesh.positions.subarray(3 * mesh.indices[i + k]!, 3 * mesh.indices[i + k]! + 3)])
    const [u, v] = [1, 2].map((k) => p[k]!.map((value, axis) => value - p[0]![axis]!)) as [number[], number[]]
    const cross = [u[1]! * v[2]! - u[2]! * v[1]!, u[2]! * v[0]! - u[0]! * v[2]!, u[0]! * v[1]! - u[1]! * v[0]!]
    const normal = mesh.normals.subarray(3 * mesh.indices[i]!, 3 * mesh.indices[i]! + 3)
    expect(cross[0]! * normal[0]! + cross[1]! * normal[1]! + cross[2]! * normal[2]!).toBeGreaterThan(0)
    const size = Math.hypot(...cross) / 2
    if (normal[2]! > 0.5) floor += size
    else {
      wall += size
      const middle = p.reduce((sum, q) => [sum[0]! + q[0]! / 3, sum[1]! + q[1]! / 3], [0, 0])
      expect((2 - middle[0]!) * normal[0]! + (1.5 - middle[1]!) * normal[1]!).toBeGreaterThan(0)
    }
  }
  expect(floor).toBeCloseTo(12)
  expect(wall).toBeCloseTo(14 * 2.03)
})

test('what the shader is given holds every edge of every pit, to the millimetre', () => {
  const texels = packPits([
    [0, 0, 0.6, 0, 0.6, 50, 0, 50],
    [10, 10, 12, 10, 11, 12],
  ])
  const boxes = [...texels.subarray(0, 4)]
  for (const [i, value] of [0, 0, 0.6, 50].entries()) expect(boxes[i]).toBeCloseTo(value, 6)
  const [first, count] = texels.subarray(12, 14)
  expect(count).toBe(3)
  expect([...texels.subarray(4 * first!, 4 * first! + 4)]).toEqual([10, 10, 12, 10])
})

function inside(ring: readonly number[], x: number, y: number): boolean {
  let odd = false
  for (let i = 0; i < ring.length; i += 2) {
    const j = (i + 2) % ring.length
    const [x0, y0, x1, y1] = [ring[i]!, ring[i + 1]!, ring[j]!, ring[j + 1]!]
    if (y0 > y !== y1 > y && x < ((x1 - x0) * (y - y0)) / (y1 - y0) + x0) odd = !odd
  }
  return odd
}
