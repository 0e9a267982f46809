/** The laboratory tsunami of Monai valley, Okushiri (NOAA benchmark 2): three gauges and the run-up. */
import { readFileSync } from 'node:fs'
import { readEsriAscii } from '../../formats/esri-ascii.ts'
import type { Scheme } from '../engine.ts'
import { openSide, ringCells } from '../forcing/open-side.ts'
import { series } from '../forcing/series.ts'
import { cellIndex, layoutOf } from '../layout.ts'
import { fillEngine, simulate } from '../simulate.ts'
import type { Make } from './run-case.ts'

const GAUGES = [
  { name: 'ch5', x: 4.521, y: 1.196 },
  { name: 'ch7', x: 4.521, y: 1.696 },
  { name: 'ch9', x: 4.521, y: 2.196 },
] as const
const END = 22.5

function numbers(path: string): number[][] {
  const lines = readFileSync(path, 'utf8').trim().split(/\r?\n/).slice(1)
  return lines
    .map((line) =>
      line
        .trim()
        .split(/[\s,]+/)
        .map(Number),
    )
    .filter((row) => row.every(Number.isFinite))
}

/**
 * Runs the case.
 *
 * @param folder with Benchmark_2_Bathymetry.asc, Benchmark_2_input.txt, output_ch5-7-9.txt
 * @param coarsen cells of n × n nodes of 14 mm
 * @returns root mean square error at each gauge until 22.5 s, metres, and the highest wet level, metres
 */
export async function okushiri(make: Make, scheme: Scheme, folder: string, coarsen: number, manning = 0.008) {
  const text = readFileSync(`${folder}/Benchmark_2_Bathymetry.asc`, 'utf8')
  const grid = await readEsriAscii(
    (async function* () {
      yield text
    })(),
  )
  const columns = Math.floor(grid.columns / coarsen)
  const rows = Math.floor(grid.rows / coarsen)
  const cell = grid.dx * coarsen
  const bed = (column: number, row: number) => {
    let sum = 0
    for (let k = 0; k < coarsen * coarsen; k++) {
      sum += grid.heights[(row * coarsen + Math.floor(k / coarsen)) * grid.columns + column * coarsen + (k % coarsen)]!
    }
    return sum / coarsen ** 2
  }
  const layout = layoutOf(columns, rows, cell)
  const engine = await make({ layout, scheme })
  fillEngine(engine, { bed, depth: (c, r) => Math.max(0, -bed(c, r)), manning: () => manning })
  engine.track({ thresholdM: 0.001, classes: [] })
  const wave = series(
    'wave',
    numbers(`${folder}/Benchmark_2_input.txt`).map(([t, z]) => [t!, z!] as const),
  )
  const side = openSide(engine, { name: 'sea', cells: ringCells(layout, 'west', 0, rows), level: wave, slope: null })
  const indices = GAUGES.map(({ x, y }) => cellIndex(layout, Math.floor(x / cell), rows - 1 - Math.floor(y / cell)))
  const observed = numbers(`${folder}/output_ch5-7-9.txt`).filter(([t]) => t! <= END)
  const errors = [0, 0, 0]
  let time = 0
  for (const [moment, ...levels] of observed) {
    if (moment! > time) simulate(engine, { from: time, to: moment!, forcings: [side], maxStep: 1, minStep: 1e-7 })
    time = moment!
    indices.forEach((i, k) => {
      errors[k]! += (engine.depth()[i]! + engine.bed[i]! - levels[k]! / 100) ** 2
    })
  }
  let runUp = 0
  for (let row = 0; row < rows; row++) {
    for (let column = Math.floor(columns / 2); column < columns; column++) {
      const i = cellIndex(layout, column, row)
      if (engine.trackers!.maxDepth[i]! > 0.001) runUp = Math.max(runUp, engine.trackers!.maxDepth[i]! + engine.bed[i]!)
    }
  }
  engine.dispose()
  return { rms: errors.map((sum) => Math.sqrt(sum / observed.length)), runUp, cell }
}
