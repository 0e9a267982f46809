/** Surfaces of a model's tile: fewer triangles, each shape once, in an order that packs well; nothing is lost or fails in coarse steps. */
import { beforeAll, expect, test } from 'vitest'
import { type ModelPart, modelReady, modelSurfaces, stepsOf } from './model-surface.ts'
import { stripped } from './surface-draft.ts'

beforeAll(async () => {
  await modelReady
})

/** A ball of rings of corners around a place. */
function ball(x: number, radius: number, indices?: Uint32Array): ModelPart {
  const [rings, around] = [12, 24]
  const positions: number[] = []
  const corners: number[] = []
  for (let ring = 0; ring <= rings; ring++) {
    for (let i = 0; i < around; i++) {
      const [up, turn] = [(ring / rings) * Math.PI, (i / around) * 2 * Math.PI]
      positions.push(x + radius * Math.sin(up) * Math.cos(turn), radius * Math.sin(up) * Math.sin(turn), Math.cos(up))
      if (ring === rings) continue
      const [a, b] = [ring * around + i, ring * around + ((i + 1) % around)]
      corners.push(a, a + around, b, b, a + around, b + around)
    }
  }
  return {
    colour: [1, 1, 1, 1],
    positions: Float32Array.from(positions),
    indices: indices ?? Uint32Array.from(corners),
  }
}

const triangles = (indices: Uint32Array): string[] =>
  Array.from({ length: indices.length / 3 }, (_, i) => {
    const corners = [...indices.subarray(i * 3, i * 3 + 3)]
    const first = corners.indexOf(Math.min(...corners))
    return [0, 1, 2].map((k) => corners[(first + k) % 3]).join()
  }).sort()

test('a list of triangles is put in order once; it keeps all of them, their corners and their sides', () => {
  const { indices } = ball(0, 1)
  const ordered = stripped(indices)
  expect(stripped(indices)).toBe(ordered)
  expect(triangles(ordered)).toEqual(triangles(indices))
})

test('a shape in two places is drawn alike in both, with fewer triangles where an error is allowed', () => {
  const first = ball(0, 1)
  const second = ball(50, 1, first.indices)
  const pieces = [first, second].map((part, feature) => ({ feature, storey: 0, parts: [part] }))
  const steps = stepsOf(Float64Array.of(-1, -1, -1, 51, 1, 1))
  const [whole] = modelSurfaces(pieces, steps, 0)
  const [fewer] = modelSurfaces(pieces, steps, 0.1)
  expect(fewer.indices.length).toBeLessThan(whole.indices.length / 2)
  const of = (feature: number): number => fewer.indices.filter((at) => fewer.features[at * 2] === feature).length
  expect(of(0)).toBe(of(1))
})

test('with a stray element a thousand kilometres off nearly all of a shape falls into one step: what is left is drawn', () => {
  const pieces = [ball(0, 20), ball(2e6, 20)].map((part, feature) => ({ feature, storey: 0, parts: [part] }))
  const steps = stepsOf(Float64Array.of(0, 0, 0, 2e6, 1, 1))
  expect(steps.step).toBeGreaterThan(20)
  for (const error of [0, 1, 1e4]) {
    const surfaces = modelSurfaces(pieces, steps, error)
    for (const { indices, vertices } of surfaces) expect(Math.max(...indices)).toBeLessThan(vertices)
  }
})
