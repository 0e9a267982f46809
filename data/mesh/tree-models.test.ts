/** Tests of the tree models. */
import { expect, test } from 'vitest'
import { TREE_MODELS } from './tree-models.ts'

test('trees are one metre high, small, and face outward', () => {
  for (const [name, { positions, indices, colours }] of Object.entries(TREE_MODELS)) {
    const heights = positions.filter((_, i) => i % 3 === 2)
    expect(Math.max(...heights), name).toBeCloseTo(1, 1)
    expect(Math.min(...heights), name).toBeLessThan(0)
    expect(indices.length / 3, name).toBeLessThan(140)
    expect(colours.length).toBe((positions.length / 3) * 4)
    expect(Math.max(...indices)).toBeLessThan(positions.length / 3)
    const at = (v: number): number[] => [...positions.subarray(v * 3, v * 3 + 3)]
    let volume = 0
    for (let i = 0; i < indices.length; i += 3) {
      const [a, b, c] = [at(indices[i]), at(indices[i + 1]), at(indices[i + 2])]
      volume +=
        a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0]) + a[2] * (b[0] * c[1] - b[1] * c[0])
    }
    expect(volume, name).toBeGreaterThan(0)
  }
})
