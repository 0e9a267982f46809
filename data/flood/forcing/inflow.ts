/** A hydrograph that enters through cells: as a spring, or as a stream with a direction. */
import { type Engine, GRAVITY } from '../engine.ts'
import { addDepth, type Forcing } from './forcing.ts'
import { integral, type Series, valueAt } from './series.ts'

/** Where and how much. */
export interface Inflow {
  name: string
  /** cells it is shared among equally */
  cells: readonly number[]
  /** m³/s in all; negative takes water as far as there is some */
  discharge: Series
  /** unit vector east, south of a stream that comes in through the cells' sides; null for a spring without momentum */
  direction: readonly [east: number, south: number] | null
}

/** Momentum that a stream through the side of a cell brings, for solvers that keep momentum. */
function push(engine: Engine, index: number, q: number, inflow: Inflow, hadDepth: number, dt: number): void {
  if (engine.scheme === 'inertial') return
  const h = engine.depth()[index]!
  const u = engine.across()
  const v = engine.down()
  const kept = h > 0 ? hadDepth / h : 0
  u[index]! *= kept
  v[index]! *= kept
  if (!inflow.direction || h <= 0) return
  const [ex, ey] = inflow.direction
  const critical = Math.cbrt((q * q) / GRAVITY)
  const speed = q / Math.max(hadDepth, critical, 1e-3)
  const normal = u[index]! * ex + v[index]! * ey
  // The side is a wall to the solver: its push lacks c h u of a side that lets the stream in.
  const lack = normal > 0 ? Math.sqrt(GRAVITY * h) * h * normal : 0
  const gain = ((dt / engine.layout.cellM) * (q * speed + lack)) / h
  u[index]! += gain * ex
  v[index]! += gain * ey
}

/**
 * Water that enters (or leaves) through cells, summed in float64.
 *
 * @throws {Error} without cells
 */
export function inflowForcing(inflow: Inflow): Forcing {
  const { cells, discharge } = inflow
  if (cells.length === 0) throw new Error(`${inflow.name}: touches no cell of the grid; expected a place inside`)
  const carry = new Float64Array(cells.length)
  const total = new Float64Array(1)
  return {
    name: inflow.name,
    // what takes water must know how much there is
    device: discharge.values.some((q) => q < 0)
      ? null
      : { type: 'inflow', cells, discharge, direction: inflow.direction },
    before(engine, time, dt) {
      const { cellM } = engine.layout
      const volume = integral(discharge, time, time + dt)
      const metres = volume / cells.length / (cellM * cellM)
      if (metres === 0) return
      const depth = engine.depth()
      const q = valueAt(discharge, time) / (cells.length * cellM)
      for (let k = 0; k < cells.length; k++) {
        const index = cells[k]!
        const had = depth[index]! + carry[k]!
        const has = addDepth(engine, index, metres, carry, k)
        let came = has + carry[k]! - had
        if (carry[k]! < -1e-9) {
          // what was asked of a cell that had less
          came -= carry[k]!
          carry[k] = 0
        }
        total[0]! += came * cellM * cellM
        push(engine, index, q, inflow, Math.max(0, had), dt)
        engine.touch(index)
      }
    },
    volume: () => total[0]!,
    save: () => [total[0]!, ...carry],
    restore(saved) {
      total[0] = saved[0]!
      carry.set(saved.slice(1))
    },
  }
}
