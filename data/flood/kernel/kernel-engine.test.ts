import { expect, test } from 'vitest'
import type { Engine, Scheme } from '../engine.ts'
import { rainForcing } from '../forcing/rain.ts'
import { constant } from '../forcing/series.ts'
import { cellIndex, layoutOf } from '../layout.ts'
import { referenceEngine } from '../reference/reference.ts'
import { fillEngine, simulate, storedVolume } from '../simulate.ts'
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

test('thin water runs over the edge of a kerb in every scheme, and does not pile up behind it', async () => {
  const layout = layoutOf(60, 4, 2)
  for (const scheme of ['inertial', 'fv', 'muscl'] as const) {
    for (const make of [kernelEngine, referenceEngine]) {
      const engine = await make({ layout, scheme })
      fillEngine(engine, { bed: (c) => -c * 0.005 - (c >= 30 ? 0.3 : 0), depth: () => 0, manning: () => 0.02 })
      const rain = rainForcing(engine, {
        rate: constant(100 / 3.6e6),
        grids: [],
        start: 0,
        every: 5,
        infiltration: null,
      })
      simulate(engine, { from: 0, to: 900, forcings: [rain], maxStep: 9, minStep: 1e-7 })
      let deepest = 0
      for (let c = 0; c < 30; c++) deepest = Math.max(deepest, engine.depth()[cellIndex(layout, c, 1)]!)
      // normal flow of the rain on 60 m of 1 : 400 is 1.3 cm deep
      expect(deepest, `${scheme}, ${engine.backend}`).toBeGreaterThan(0.008)
      expect(deepest, `${scheme}, ${engine.backend}`).toBeLessThan(0.016)
      engine.dispose()
    }
  }
})

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
