/** Tests in the manner of the UK Environment Agency's 2 (hollows) and 4 (spread over a plain), held against finer grids. */
import type { Scheme } from '../engine.ts'
import { inflowForcing } from '../forcing/inflow.ts'
import { series } from '../forcing/series.ts'
import { cellIndex, layoutOf } from '../layout.ts'
import { fillEngine, simulate, storedVolume } from '../simulate.ts'
import type { Make } from './run-case.ts'

/** What a point saw. */
export interface PointResult {
  name: string
  /** first moment with 1 cm … 5 cm, seconds; Infinity when it stayed dry */
  arrival: number
  depth: number
}

/**
 * 20 m³/s at the peak through 20 m of the western side of a flat plain of 1000 × 2000 m, n 0.05, for `hours`.
 *
 * @returns arrival of 5 cm and the last depth along the middle and off it, and the error of the balance
 */
export async function spreadOnPlain(make: Make, scheme: Scheme, cellM: number, hours: number) {
  const columns = 1000 / cellM
  const rows = 2000 / cellM
  const layout = layoutOf(columns, rows, cellM)
  const engine = await make({ layout, scheme })
  fillEngine(engine, { bed: () => 0, depth: () => 0, manning: () => 0.05 })
  engine.track({ thresholdM: 0.05, classes: [] })
  const middle = rows / 2
  const reach = Math.max(1, 10 / cellM)
  const cells: number[] = []
  for (let row = Math.floor(middle - reach); row < Math.ceil(middle + reach); row++)
    cells.push(cellIndex(layout, 0, row))
  const discharge = series('q', [
    [0, 0],
    [3600, 20],
    [4 * 3600, 20],
    [6 * 3600, 0],
  ])
  const inflow = inflowForcing({ name: 'west', cells, discharge, direction: [1, 0] })
  simulate(engine, { from: 0, to: hours * 3600, forcings: [inflow], maxStep: 60, minStep: 1e-6 })
  const points = [
    ['50 m', 50, 0],
    ['100 m', 100, 0],
    ['200 m', 200, 0],
    ['300 m', 300, 0],
    ['200 m aside', 100, 200],
  ] as const
  const results: PointResult[] = points.map(([name, x, aside]) => {
    // mean of the cells that meet at the point
    const at = (field: ArrayLike<number>) => {
      const column = Math.round(x / cellM)
      const row = Math.round((1000 + aside) / cellM)
      let sum = 0
      for (const [c, r] of [
        [0, 0],
        [1, 0],
        [0, 1],
        [1, 1],
      ] as const)
        sum += field[cellIndex(layout, column - c, row - r)]!
      return sum / 4
    }
    const arrival = at(engine.trackers!.arrival)
    return { name, arrival: arrival < 0 ? Infinity : arrival, depth: at(engine.depth()) }
  })
  const balance = Math.abs(storedVolume(engine) / inflow.volume() - 1)
  engine.dispose()
  return { results, balance }
}

/**
 * 20 m³/s at the peak from the north-western corner into 4 × 4 hollows of about 0.5 m on a slope (1 : 1500 to the
 * south, 1 : 3000 to the east), 2000 × 2000 m, n 0.03.
 *
 * @returns the last water level of each hollow's deepest cell, NaN when dry
 */
export async function fillHollows(make: Make, scheme: Scheme, cellM: number, hours: number) {
  const cells = 2000 / cellM
  const layout = layoutOf(cells, cells, cellM)
  const engine = await make({ layout, scheme })
  const bed = (c: number, r: number) => {
    const x = (c + 0.5) * cellM
    const y = (r + 0.5) * cellM
    const wave = 0.25 * Math.cos((2 * Math.PI * x) / 500) + 0.25 * Math.cos((2 * Math.PI * y) / 500)
    return wave - y / 1500 - x / 3000
  }
  fillEngine(engine, { bed, depth: () => 0, manning: () => 0.03 })
  const entry = Array.from({ length: Math.max(1, Math.round(100 / cellM)) }, (_, k) => cellIndex(layout, 0, k))
  const discharge = series('q', [
    [0, 0],
    [1800, 20],
    [3300, 20],
    [5100, 0],
  ])
  const inflow = inflowForcing({ name: 'corner', cells: entry, discharge, direction: [1, 0] })
  simulate(engine, { from: 0, to: hours * 3600, forcings: [inflow], maxStep: 120, minStep: 1e-6 })
  const levels: number[] = []
  for (let j = 0; j < 4; j++) {
    for (let i = 0; i < 4; i++) {
      const index = cellIndex(layout, Math.floor((250 + 500 * i) / cellM), Math.floor((250 + 500 * j) / cellM))
      const h = engine.depth()[index]!
      levels.push(h > 0.01 ? h + engine.bed[index]! : Number.NaN)
    }
  }
  const balance = Math.abs(storedVolume(engine) / inflow.volume() - 1)
  engine.dispose()
  return { levels, balance }
}
