/** What acts on the water from outside: called around each step, and accounts for every cubic metre. */
import type { Engine } from '../engine.ts'
import type { Series } from './series.ts'

/** How a cause is done on a graphics processor, where it can be; levels above the datum. */
export type DeviceCause =
  | {
      type: 'inflow'
      cells: readonly number[]
      discharge: Series
      direction: readonly [east: number, south: number] | null
    }
  | { type: 'rain'; rate: Series; start: number; every: number }
  | {
      type: 'side'
      cells: readonly { ring: number; inside: number }[]
      level: Series | null
      slope: number | null
    }
  | {
      type: 'breach'
      cells: readonly { index: number; along: number }[]
      /** bed of each cell before */
      tops: readonly number[]
      start: number
      duration: number
      width: number
      bottom: number
    }

/** One cause: rain, an inflow, an open side, a breach, a pump … */
export interface Forcing {
  readonly name: string
  /** Acts before a step from `time` to `time + dt`. */
  before(engine: Engine, time: number, dt: number): void
  /** Accounts after it. */
  after?(engine: Engine, time: number, dt: number): void
  /** net volume brought into the grid so far, m³ (what moves inside it counts zero) */
  volume(): number
  /** next moment after `time` that a step should end on; Infinity when none */
  next?(time: number): number
  /** null or missing: only the host can do it */
  readonly device?: DeviceCause | null
  /** numbers that make it go on after a stop, and takes them back */
  save(): ArrayLike<number>
  restore(saved: Float64Array): void
}

/**
 * Adds depth to a cell with the rounding error kept for the next time.
 *
 * @param carry one number per caller's cell, metres
 * @returns depth the cell has now
 */
export function addDepth(engine: Engine, index: number, metres: number, carry: Float64Array, slot: number): number {
  const depth = engine.depth()
  const had = depth[index]!
  const wanted = had + metres + carry[slot]!
  depth[index] = Math.max(wanted, 0)
  const has = depth[index]!
  carry[slot] = wanted - has
  if (has > 0) engine.touch(index)
  return has
}
