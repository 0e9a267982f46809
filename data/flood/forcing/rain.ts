/** Rain on all cells less what the ground takes, put on in portions and summed in float64. */
import { type Engine, type Field, openShare } from '../engine.ts'
import { cellIndex, VOID_BED } from '../layout.ts'
import type { Forcing } from './forcing.ts'
import { integral, type Series } from './series.ts'

/** What the ground takes. Lengths in metres, rates in m/s. */
export type Infiltration =
  | { method: 'green-ampt'; conductivity: number; suction: number; deficit: number }
  | { method: 'scs-cn'; curveNumber: number; initialRatio: number }
  | { method: 'constant'; rate: number }

/** Rain in time and space. */
export interface Rain {
  /** m/s, the same everywhere; null for grids */
  rate: Series | null
  /** m/s over the padded grid, each from its moment to the next */
  grids: readonly { time: number; rate: Field }[]
  /** shift of `rate`, seconds */
  start: number
  /** seconds of a portion */
  every: number
  infiltration: Infiltration | null
}

/** Runoff depth of a rain depth by the curve number, metres. */
export function curveNumberRunoff(rain: number, curveNumber: number, initialRatio: number): number {
  const storage = 0.0254 * (1000 / curveNumber - 10)
  const excess = rain - initialRatio * storage
  return excess > 0 ? (excess * excess) / (excess + storage) : 0
}

/** Depth the ground can take in `dt` after `taken` metres (Green & Ampt 1911), metres; ponded. */
export function greenAmptCapacity(
  taken: number,
  dt: number,
  soil: { conductivity: number; suction: number; deficit: number },
): number {
  const head = soil.suction * soil.deficit
  const drain = soil.conductivity * dt
  if (head <= 0) return drain
  // F' - F - ψΔθ ln((F' + ψΔθ) / (F + ψΔθ)) = K dt, by Newton from the explicit guess
  let next = taken + drain + Math.sqrt(2 * head * drain)
  for (let k = 0; k < 8; k++) {
    const f = next - taken - head * Math.log((next + head) / (taken + head)) - drain
    next -= f / (1 - head / (next + head) + 1e-12)
    if (!(next > taken)) next = taken + drain
  }
  return next - taken
}

/**
 * Rain and infiltration. Water that stands infiltrates too (Green-Ampt, constant); the curve number only lessens rain.
 */
export function rainForcing(engine: Engine, rain: Rain): Forcing {
  const { layout, bed } = engine
  const carry = new Float32Array(layout.length)
  const soil = rain.infiltration
  const memory = soil && soil.method !== 'constant' ? new Float32Array(layout.length) : null
  // 0: net volume, 1: fallen, 2: taken, 3: moment of the next portion
  const sums = new Float64Array(4)

  function take(i: number, fallen: number, standing: number, dt: number): number {
    if (!soil) return 0
    if (soil.method === 'constant') return Math.min(soil.rate * dt, standing + fallen)
    const had = memory![i]!
    if (soil.method === 'scs-cn') {
      memory![i] = had + fallen
      const { curveNumber, initialRatio } = soil
      const runoff =
        curveNumberRunoff(had + fallen, curveNumber, initialRatio) - curveNumberRunoff(had, curveNumber, initialRatio)
      return fallen - Math.max(0, Math.min(fallen, runoff))
    }
    const amount = Math.min(greenAmptCapacity(had, dt, soil), standing + fallen)
    memory![i] = had + amount
    return amount
  }

  function apply(time: number, dt: number): void {
    const uniform = rain.rate ? integral(rain.rate, time - rain.start, time + dt - rain.start) : 0
    let grid: Field | null = null
    for (const one of rain.grids) if (one.time <= time) grid = one.rate
    if (uniform === 0 && !grid && !soil) return
    const depth = engine.depth()
    const momentum = engine.scheme !== 'inertial'
    const across = engine.across()
    const down = engine.down()
    let net = 0
    for (let row = 0; row < layout.rows; row++) {
      const start = cellIndex(layout, 0, row)
      for (let i = start; i < start + layout.columns; i++) {
        if (bed[i]! >= VOID_BED / 2) continue
        // houses in a cell of finer ground neither catch nor take water
        const share = engine.subgrid ? engine.subgrid.open[i]! : openShare(engine, i)
        // those of a porous cell let theirs run into the street
        const fallen = (grid ? grid[i]! * dt : uniform) * (engine.subgrid ? share : 1)
        const had = depth[i]!
        if (fallen === 0 && had === 0) continue
        const taken = take(i, fallen / share, had / share, dt) * share
        sums[1]! += fallen
        sums[2]! += taken
        net += fallen - taken
        const wanted = had + carry[i]! + fallen - taken
        depth[i] = Math.max(wanted, 0)
        const has = depth[i]!
        carry[i] = wanted - has
        if (momentum && has > 0 && fallen > 0) {
          const kept = Math.min(1, had / has)
          across[i]! *= kept
          down[i]! *= kept
        }
      }
    }
    sums[0]! += net * layout.cellM * layout.cellM
    engine.refresh()
  }

  return {
    name: 'rain',
    device:
      rain.rate && !soil && rain.grids.length === 0
        ? { type: 'rain', rate: rain.rate, start: rain.start, every: rain.every }
        : null,
    before(_, time) {
      if (time < sums[3]! - 1e-9) return
      apply(time, rain.every)
      sums[3] = time + rain.every
    },
    volume: () => sums[0]!,
    next: (time) => (sums[3]! > time ? sums[3]! : time + rain.every),
    save: () => [...sums, ...carry, ...(memory ?? [])],
    restore(saved) {
      sums.set(saved.slice(0, 4))
      for (let i = 0; i < carry.length; i++) carry[i] = saved[4 + i]!
      if (memory) for (let i = 0; i < memory.length; i++) memory[i] = saved[4 + carry.length + i]!
    },
  }
}

/**
 * Chicago hyetograph of a local intensity formula i = a (1 + c lg P) / (t + b)^n.
 *
 * @returns points [seconds, mm/h]; the mean over each step, so that the total is exact
 * @see Keifer & Chu 1957
 */
export function chicagoStorm(storm: {
  a: number
  c: number
  b: number
  n: number
  returnPeriodYears: number
  durationMin: number
  peak: number
  stepMin: number
}): [time: number, mmPerHour: number][] {
  const strength = storm.a * (1 + storm.c * Math.log10(storm.returnPeriodYears))
  const total = (t: number) => (strength * t) / (t + storm.b) ** storm.n
  // depth that has fallen by a time from the peak, on either side
  const before = (t: number) => storm.peak * total(t / storm.peak)
  const after = (t: number) => (1 - storm.peak) * total(t / (1 - storm.peak))
  const peakAt = storm.peak * storm.durationMin
  const fallen = (t: number) => (t <= peakAt ? before(peakAt) - before(peakAt - t) : before(peakAt) + after(t - peakAt))
  const points: [number, number][] = []
  const steps = Math.min(100_000, Math.ceil(storm.durationMin / storm.stepMin))
  for (let k = 0; k < steps; k++) {
    const from = k * storm.stepMin
    const to = Math.min(storm.durationMin, from + storm.stepMin)
    const rate = ((fallen(to) - fallen(from)) / (to - from)) * 60
    points.push([from * 60 + (k ? 1e-3 : 0), rate], [to * 60, rate])
  }
  points.push([storm.durationMin * 60 + 1e-3, 0])
  return points
}
