/** The time loop: steps that end where they must, forcings around each, and a report of what was done. */
import { type Engine, velocityAt } from './engine.ts'
import type { Forcing } from './forcing/forcing.ts'
import { cellIndex, cellOf, VOID_BED } from './layout.ts'

/** How far a step may pass the Courant number when a forcing has made the water faster. */
const SLACK = 1.05

/** What a stretch of time needs. */
export interface Stretch {
  /** seconds */
  from: number
  to: number
  forcings: readonly Forcing[]
  /** longest step, seconds */
  maxStep: number
  /** steps shorter than this mean that something has broken, seconds */
  minStep: number
  signal?: AbortSignal | undefined
  /** called after each step with the time and the step */
  onStep?: ((time: number, dt: number) => void) | undefined
}

/** How the steps went. */
export interface StepReport {
  steps: number
  shortest: number
  longest: number
}

/** The cell that asks for the shortest step, in words. */
function culprit(engine: Engine): string {
  const { columns, rows } = engine.layout
  let worst = cellIndex(engine.layout, 0, 0)
  let speed = -1
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const i = cellIndex(engine.layout, column, row)
      const h = engine.depth()[i]!
      const [u, v] = velocityAt(engine, i)
      const s = Math.hypot(u, v) + Math.sqrt(9.81 * h)
      if (s > speed || Number.isNaN(s)) {
        speed = Number.isNaN(s) ? Infinity : s
        worst = i
      }
    }
  }
  const [u, v] = velocityAt(engine, worst)
  const [column, row] = cellOf(engine.layout, worst)
  const depth = engine.depth()[worst]!
  return `column ${column}, row ${row}: depth ${depth.toPrecision(4)} m, speed ${Math.hypot(u, v).toPrecision(4)} m/s`
}

/**
 * Runs the engine from one moment to another.
 *
 * @throws {Error} when the step collapses, with the cell; the signal's reason when aborted
 */
export function simulate(engine: Engine, stretch: Stretch): StepReport {
  const { from, to, forcings, maxStep, minStep, signal, onStep } = stretch
  const report: StepReport = { steps: 0, shortest: Infinity, longest: 0 }
  let time = from
  while (time < to) {
    signal?.throwIfAborted()
    let end = to
    for (const forcing of forcings) end = Math.min(end, forcing.next?.(time) ?? Infinity)
    const left = end - time
    if (left < minStep) {
      // two events a rounding error apart are one
      time = end
      continue
    }
    let dt = Math.min(engine.stableStep(), maxStep)
    if (!(dt >= minStep)) {
      throw new Error(
        `flood: the time step fell to ${dt} s at ${time.toFixed(3)} s (${culprit(engine)}); expected ≥ ${minStep} s`,
      )
    }
    // no crumb of a step before an event: split what is left evenly
    dt = left / Math.max(1, Math.ceil(left / dt - 1e-9))
    for (const forcing of forcings) forcing.before(engine, time, dt)
    // What came in may be faster than what was there; a little faster is still stable. Parts are a last resort: within them
    // a side with a level is not filled again and lets too little in.
    const parts = Math.ceil(dt / (SLACK * engine.stableStep()) - 1e-9) || 1
    if (dt / parts < minStep)
      throw new Error(`flood: forcing broke the step at ${time.toFixed(3)} s (${culprit(engine)})`)
    for (let k = 1; k <= parts; k++) engine.step(dt / parts, time + (dt * (k - 1)) / parts)
    for (const forcing of forcings) forcing.after?.(engine, time, dt)
    time = left - dt < 1e-9 * Math.max(1, Math.abs(end)) ? end : time + dt
    report.steps += parts
    if (dt / parts < report.shortest) report.shortest = dt / parts
    if (dt > report.longest) report.longest = dt
    onStep?.(time, dt)
  }
  engine.look(time)
  return report
}

/** Water inside the grid (rings not counted), m³, summed in float64. */
export function storedVolume(engine: Engine): number {
  const { columns, rows, cellM } = engine.layout
  const depth = engine.depth()
  let sum = 0
  for (let row = 0; row < rows; row++) {
    const start = cellIndex(engine.layout, 0, row)
    for (let i = start; i < start + columns; i++) sum += depth[i]!
  }
  return sum * cellM * cellM
}

/** What a grid starts from; functions of the cell's column and row. */
export interface Start {
  /** metres above the datum; NaN is void */
  bed: (column: number, row: number) => number
  depth: (column: number, row: number) => number
  /** Manning's n, s/m^(1/3) */
  manning: (column: number, row: number) => number
  /** speeds east and south, m/s; schemes with momentum only */
  speed?: (column: number, row: number) => readonly [number, number]
}

/** Fills an engine's grid. */
export function fillEngine(engine: Engine, start: Start): void {
  const { layout, bed, friction } = engine
  for (let row = 0; row < layout.rows; row++) {
    for (let column = 0; column < layout.columns; column++) {
      const i = cellIndex(layout, column, row)
      const z = start.bed(column, row)
      const isVoid = !Number.isFinite(z)
      bed[i] = isVoid ? VOID_BED : z
      const n = start.manning(column, row)
      friction[i] = 9.81 * n * n
      engine.depth()[i] = isVoid ? 0 : Math.max(0, start.depth(column, row))
      if (start.speed && engine.scheme !== 'inertial' && !isVoid) {
        const [u, v] = start.speed(column, row)
        engine.across()[i] = u
        engine.down()[i] = v
      }
    }
  }
  engine.refresh()
}
