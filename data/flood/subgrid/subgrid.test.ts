import { expect, test } from 'vitest'
import { inflowForcing } from '../forcing/inflow.ts'
import { series } from '../forcing/series.ts'
import { kernelEngine } from '../kernel/kernel-engine.ts'
import { cellIndex, layoutOf } from '../layout.ts'
import { fillEngine, simulate } from '../simulate.ts'
import { subgridInertial } from './subgrid-inertial.ts'
import { depthAt, levelAt, subgridTables } from './tables.ts'

const SIDE = 200
const N = 20

/** A river 14 m wide, 2 m deep, that winds through a plain with houses; falls 1 : 2000 to the east, closed below. */
function townByRiver(): Float64Array {
  const bed = new Float64Array(SIDE * SIDE)
  for (let r = 0; r < SIDE; r++) {
    for (let c = 0; c < SIDE; c++) {
      const middle = SIDE / 2 + 30 * Math.sin(c / 45)
      const away = Math.abs(r - middle)
      const ground = 2 + 0.012 * away + 0.25 * Math.sin(c / 40) * Math.cos(r / 35) - c / 2000
      const river = away < 7 ? -2 * (1 - (away / 7) ** 2) : 0
      const house = away > 20 && c % 40 > 12 && c % 40 < 28 && r % 40 > 12 && r % 40 < 28
      bed[r * SIDE + c] = house ? Number.NaN : ground + river
    }
  }
  return bed
}

test('a level gives a mean depth that gives the level back', () => {
  const layout = layoutOf(SIDE / N, SIDE / N, N)
  const { cells } = subgridTables(layout, { n: N, bed: townByRiver(), manning: 0.04 })
  for (const [c, r] of [
    [3, 5],
    [8, 2],
    [9, 9],
  ] as const) {
    const i = cellIndex(layout, c, r)
    for (const level of [cells.low[i]! + 0.01, cells.low[i]! + 0.7, cells.high[i]! + 2]) {
      expect(levelAt(cells, i, depthAt(cells, i, level))).toBeCloseTo(level, 9)
    }
  }
})

test('cells of 20 m over tables of 1 m flood what cells of 1 m flood, in far less time', async () => {
  const bed = townByRiver()
  const hydrograph = series('q', [
    [0, 0],
    [150, 12],
    [450, 12],
    [600, 0],
  ])
  const end = 800
  const fineLayout = layoutOf(SIDE, SIDE, 1)
  const fine = await kernelEngine({ layout: fineLayout, scheme: 'inertial' })
  fillEngine(fine, { bed: (c, r) => bed[r * SIDE + c]!, depth: () => 0, manning: () => 0.04 })
  fine.track({ thresholdM: 0.05, classes: [] })
  const source = Array.from({ length: 14 }, (_, k) => cellIndex(fineLayout, 2, SIDE / 2 - 7 + k))
  const start = process.cpuUsage()
  const inflow = inflowForcing({ name: 'river', cells: source, discharge: hydrograph, direction: null })
  simulate(fine, { from: 0, to: end, forcings: [inflow], maxStep: 60, minStep: 1e-7 })
  const fineTime = process.cpuUsage(start)

  const layout = layoutOf(SIDE / N, SIDE / N, N)
  const coarse = subgridInertial({ layout }, { n: N, bed, manning: 0.04 })
  const again = process.cpuUsage()
  const entry = cellIndex(layout, 0, SIDE / N / 2)
  let time = 0
  let poured = 0
  while (time < end) {
    const dt = Math.min(coarse.stableStep(), 5, end - time)
    const volume =
      (dt / 2) *
      ([time, time + dt].map((t) => Math.max(0, Math.min(12, t / 12.5, (600 - t) / 12.5))) as [number, number]).reduce(
        (a, b) => a + b,
        0,
      )
    coarse.depth[entry]! += volume / (N * N)
    poured += volume
    coarse.step(dt)
    time += dt
  }
  const coarseTime = process.cpuUsage(again)
  let stored = 0
  for (const h of coarse.depth) stored += h * N * N
  expect(Math.abs(stored / poured - 1)).toBeLessThan(1e-9)

  const depths = coarse.fineDepth(coarse.highest)
  let both = 0
  let either = 0
  let ground = 0
  for (let p = 0; p < bed.length; p++) {
    const i = cellIndex(fineLayout, p % SIDE, Math.floor(p / SIDE))
    const a = fine.trackers!.maxDepth[i]! > 0.1
    const b = depths[p]! > 0.1
    if (a && b) both++
    if (a || b) either++
    if (!Number.isNaN(bed[p]!)) ground++
  }
  const ratio = (fineTime.user + fineTime.system) / (coarseTime.user + coarseTime.system)
  console.log(
    `subgrid: extent ${((100 * both) / either).toFixed(1)} % alike, ${((100 * either) / ground).toFixed(0)} % of the ground, ${ratio.toFixed(0)} times less time`,
  )
  expect(both / either).toBeGreaterThan(0.95)
  expect(ratio).toBeGreaterThan(10)
  fine.dispose()
})
