import { expect, test } from 'vitest'
import type { Engine, Scheme } from '../engine.ts'
import { cellIndex, layoutOf } from '../layout.ts'
import { referenceEngine } from '../reference/reference.ts'
import { fillEngine, storedVolume } from '../simulate.ts'
import { kernelEngine } from './kernel-engine.ts'

const SIZE = 90
const RULE = { thresholdM: 0.05, classes: [[0.3, 0.3, 2] as const, [0.6, 0.5, 2] as const, [4, 4, 4] as const] }

function fill(engine: Engine): void {
  fillEngine(engine, {
    bed: (c, r) => (c > 60 && c < 66 && r > 20 && r < 50 ? Number.NaN : 1 + Math.sin(r / 5) * Math.cos(c / 7)),
    depth: (c, r) => (Math.hypot(c - SIZE / 3, r - SIZE / 3) < SIZE / 6 ? 3 : 0),
    manning: () => 0.03,
  })
  engine.track(RULE)
}

function fields(engine: Engine): Record<string, ArrayLike<number>> {
  return { depth: engine.depth(), across: engine.across(), down: engine.down(), ...engine.trackers }
}

test.each(['inertial', 'fv', 'muscl'] as Scheme[])(
  '%s: kernels agree with float64, and exactly among themselves',
  async (scheme) => {
    const layout = layoutOf(SIZE, SIZE, 10)
    const one = await kernelEngine({ layout, scheme })
    const others = [
      referenceEngine({ layout, scheme }),
      await kernelEngine({ layout, scheme, activeTiles: false }),
      await kernelEngine({ layout, scheme, threads: 2 }),
    ]
    for (const engine of [one, ...others]) fill(engine)
    const before = storedVolume(one)
    let time = 0
    for (let k = 0; k < 120; k++) {
      const dt = one.stableStep()
      for (const engine of [one, ...others]) engine.step(dt, time)
      time += dt
    }
    for (const engine of [one, ...others]) engine.look(time)
    expect(Math.abs(storedVolume(one) / before - 1)).toBeLessThan(1e-6)
    expect(one.cellUpdates()).toBeLessThan(others[1]!.cellUpdates())
    const mine = fields(one)
    for (const engine of others) {
      const theirs = fields(engine)
      for (const name of Object.keys(mine)) {
        let worst = 0
        for (let row = 0; row < SIZE; row++) {
          for (let column = 0; column < SIZE; column++) {
            const i = cellIndex(layout, column, row)
            worst = Math.max(worst, Math.abs(mine[name]![i]! - theirs[name]![i]!))
          }
        }
        if (engine !== others[0]) expect(worst, `${engine.backend}: ${name}`).toBe(0)
        else if (name === 'depth' || name === 'maxDepth') expect(worst, name).toBeLessThan(5e-3)
      }
    }
    for (const engine of [one, ...others]) engine.dispose()
  },
)

test('a grid that cannot fit is refused with the size that does', async () => {
  await expect(kernelEngine({ layout: layoutOf(10_000, 10_000, 1), scheme: 'fv' })).rejects.toThrow(
    /expected up to \d+ cells/,
  )
})

test.each([
  [1, 1],
  [1, 300],
  [300, 1],
])('a grid of %i × %i runs', async (columns, rows) => {
  for (const scheme of ['inertial', 'fv', 'muscl'] as const) {
    const engine = await kernelEngine({ layout: layoutOf(columns, rows, 1), scheme })
    fillEngine(engine, { bed: () => 0, depth: (c, r) => (c + r < 100 ? 2 : 1), manning: () => 0.03 })
    const before = storedVolume(engine)
    for (let k = 0; k < 50; k++) engine.step(engine.stableStep(), 0)
    expect(storedVolume(engine) / before).toBeCloseTo(1, 6)
  }
})
