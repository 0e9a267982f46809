/** Tests in the manner of the UK Environment Agency's 5 (a dam breaks in a valley) and 8 (rain and a spring in a town). */
import type { Engine, Scheme } from '../engine.ts'
import { inflowForcing } from '../forcing/inflow.ts'
import { openSide, ringCells } from '../forcing/open-side.ts'
import { rainForcing } from '../forcing/rain.ts'
import { series } from '../forcing/series.ts'
import { cellIndex, layoutOf } from '../layout.ts'
import { houseAt, town, valley } from '../made/terrains.ts'
import { fillEngine, simulate, storedVolume } from '../simulate.ts'
import type { PointResult } from './plain.ts'
import type { Make } from './run-case.ts'

const VALLEY = 6000
const TOWN = 240

/** First moment with the tracked depth and the largest depth at points in the plane, x east, y south. */
function pointsOf(engine: Engine, points: readonly (readonly [name: string, x: number, y: number])[]): PointResult[] {
  const { cellM } = engine.layout
  return points.map(([name, x, y]) => {
    const i = cellIndex(engine.layout, Math.floor(x / cellM), Math.floor(y / cellM))
    const arrival = engine.trackers!.arrival[i]!
    return { name, arrival: arrival < 0 ? Infinity : arrival, depth: engine.trackers!.maxDepth[i]! }
  })
}

/**
 * A flood wave of 600 m³/s at the peak, five minutes after the break, runs 4 km down a dry valley that winds, n 0.04, in an hour.
 *
 * @returns arrival of 10 cm and the largest depth along the valley, and the error of the balance
 */
export async function waveInValley(make: Make, scheme: Scheme, cellM: number) {
  const ground = valley(VALLEY / cellM, cellM)
  const layout = layoutOf(ground.columns, ground.rows, cellM)
  const engine = await make({ layout, scheme })
  fillEngine(engine, { bed: (c, r) => ground.height(c, r) - 90, depth: () => 0, manning: () => 0.04 })
  engine.track({ thresholdM: 0.1, classes: [] })
  const width = VALLEY / 3
  const middle = (x: number) => width / 2 + 0.22 * width * Math.sin((2 * Math.PI * x) / (0.55 * VALLEY))
  const from = 0.34 * VALLEY
  const cells: number[] = []
  for (let y = middle(from) - 50; y < middle(from) + 50; y += cellM) {
    cells.push(cellIndex(layout, Math.floor(from / cellM), Math.floor(y / cellM)))
  }
  const discharge = series('q', [
    [0, 0],
    [300, 600],
    [1200, 600],
    [3000, 50],
  ])
  const inflow = inflowForcing({ name: 'dam', cells, discharge, direction: [1, 0] })
  const end = openSide(engine, {
    name: 'end',
    cells: ringCells(layout, 'east', 0, ground.rows),
    level: null,
    slope: null,
  })
  simulate(engine, { from: 0, to: 3600, forcings: [inflow, end], maxStep: 60, minStep: 1e-6 })
  const points = [0.4, 0.55, 0.7, 0.9].map((share) => {
    const x = share * VALLEY
    return [`${((x - from) / 1000).toFixed(1)} km`, x, middle(x)] as const
  })
  const results = pointsOf(engine, points)
  const balance = Math.abs(storedVolume(engine) - inflow.volume() - end.volume()) / inflow.volume()
  engine.dispose()
  return { results, balance }
}

/**
 * 400 mm/h for three minutes on a town of streets and houses, and a spring of 5 m³/s at the peak, n 0.02 in streets.
 *
 * @param rains `A`: rain and spring; `B`: the spring alone, as from a sewer that surcharges
 * @returns arrival of 5 cm and the largest depth at street corners, and the error of the balance
 */
export async function waterInTown(make: Make, scheme: Scheme, cellM: number, rains: 'A' | 'B') {
  const ground = town(TOWN / cellM, cellM)
  const layout = layoutOf(ground.columns, ground.rows, cellM)
  const engine = await make({ layout, scheme })
  const at = (k: number) => (k + 0.5) * cellM
  fillEngine(engine, {
    bed: (c, r) => (houseAt(ground, at(c), at(r)) ? Number.NaN : ground.height(c, r) - 19),
    depth: () => 0,
    manning: () => 0.02,
  })
  engine.track({ thresholdM: 0.05, classes: [] })
  // a whole crossing, the same on every grid
  const wide = Math.round(12 / cellM)
  const first = Math.round(60 / cellM)
  const crossing = Array.from({ length: wide * wide }, (_, k) =>
    cellIndex(layout, first + (k % wide), first + Math.floor(k / wide)),
  )
  const spring = inflowForcing({
    name: 'spring',
    cells: crossing,
    discharge: series('q', [
      [300, 0],
      [600, 5],
      [900, 5],
      [1200, 0],
    ]),
    direction: null,
  })
  const rate = series('rain', [
    [59, 0],
    [60, 0.4 / 3600],
    [240, 0.4 / 3600],
    [241, 0],
  ])
  const rain = rainForcing(engine, { rate, grids: [], start: 0, every: 2, infiltration: null })
  const forcings = rains === 'A' ? [rain, spring] : [spring]
  simulate(engine, { from: 0, to: 1800, forcings, maxStep: 5, minStep: 1e-6 })
  const results = pointsOf(engine, [
    ['beside the spring', 66, 84],
    ['next crossing', 126, 126],
    ['south street', 66, 186],
    ['hollow', 186, 156],
    ['low corner', 237, 237],
  ])
  const came = forcings.reduce((sum, one) => sum + one.volume(), 0)
  const balance = Math.abs(storedVolume(engine) / came - 1)
  engine.dispose()
  return { results, balance }
}
