/** What a storm does to sewers: inflows by the rational method, carried down with their times of travel, against what each pipe can take. */
import type { CLASSES } from '../geo/city-feature.ts'
import { type SewerRoute, sewerRoute } from './capacity-route.ts'
import { DEPTHS, fillOf, type SectionTable } from './capacity-section.ts'
import type { Network } from './network.ts'

/** What flows in. */
export interface SewerLoad {
  /** class of pipes */
  utility: (typeof CLASSES.pipes)[number]
  /** seconds of a step of all series, and how many there are */
  stepS: number
  steps: number
  /** one result for so many steps, the highest discharge among them; 1 when absent */
  every?: number
  /** rain of each step, mm/h; what is beyond its end is dry */
  rainMmPerHour: readonly number[]
  /** m² that drain to each node; by node of the network */
  catchmentM2: Float64Array
  /** share of the rain that runs off, 0 … 1 */
  runoff: number
  /** seconds from the roof to the manhole */
  inletS: number
  /** m³/s into each node without rain; by node */
  dryM3s: Float64Array
  /** factor of `dryM3s` at each step; 1 when absent */
  dryDay?: readonly number[]
  /** m³/s that a pump at a node lifts; NaN or absent: all that comes */
  pumpM3s?: Float64Array
  signal?: Pick<AbortSignal, 'throwIfAborted'>
}

/** What comes of it, at each result's end: value of pipe i of the route at result s = `array[s · pipes + i]`. */
export interface SewerCapacity {
  route: SewerRoute
  /** results, and seconds from one to the next; the first is at the start */
  steps: number
  stepS: number
  /** m³/s */
  flow: Float32Array
  /** the highest of each pipe at any step, m³/s */
  peak: Float32Array
  /** m³/s out of each node's cover: value of node n at result s = `overflow[s · nodes + n]`; and the highest of each node at any step */
  overflow: Float32Array
  peakOverflow: Float32Array
  balance: { rainMm: number; inflow: number; outflow: number; overflow: number; underway: number }
}

/** Water is never taken slower than this, m/s: dead ends would keep it for ever. */
const LEAST_SPEED = 0.15
const PRESSURE_SPEED = 1
const MOST_BYTES = 2 ** 30

/** Rain that runs off at each step, m/s: the mean over the time it takes to the manhole. */
function runoffRate({ rainMmPerHour, steps, stepS, runoff, inletS }: SewerLoad): Float64Array {
  const span = Math.max(1, Math.round(inletS / stepS))
  const rate = new Float64Array(steps)
  let sum = 0
  for (let s = 0; s < steps; s++) {
    sum += rainMmPerHour[s] ?? 0
    if (s >= span) sum -= rainMmPerHour[s - span] ?? 0
    rate[s] = (runoff * Math.max(0, sum)) / span / 3.6e6
  }
  return rate
}

/** Adds a series to `out` a time of travel later; what has not arrived at the end is answered, in steps × m³/s. */
function delay(series: Float32Array, steps: number, out: Float32Array): number {
  const { length } = series
  const whole = Math.min(length, Math.floor(steps))
  const late = steps - Math.floor(steps)
  const soon = 1 - late
  if (whole < length) out[whole]! += series[0]! * soon
  for (let s = whole + 1, before = 1; s < length; s++, before++)
    out[s]! += series[before]! * soon + series[before - 1]! * late
  let underway = whole < length ? series[length - 1 - whole]! * late : 0
  for (let s = length - whole; s < length; s++) underway += series[s]!
  return underway
}

/**
 * Series of the nodes that water flows to just now. A node that is done gives its row back: few are in use at a time, and those stay in the
 * processor's cache, where a table of all nodes would not.
 */
function rowPool(nodes: number, steps: number) {
  const rows = new Array<Float32Array | null>(nodes).fill(null)
  const free: Float32Array[] = []
  const done = new Uint8Array(nodes)
  // what flows back to a node that is done (a loop) is lost
  const lost = new Float32Array(steps)
  return {
    row(n: number): Float32Array {
      if (done[n] === 1) return lost
      const known = rows[n]
      if (known) return known
      const row = free.pop()?.fill(0) ?? new Float32Array(steps)
      rows[n] = row
      return row
    },
    /** no more will come to the node; its row is as it is until `free` */
    close(n: number): void {
      done[n] = 1
    },
    free(n: number): void {
      free.push(rows[n]!)
      rows[n] = null
    },
  }
}

/** Velocity of a discharge, m/s: of the section as full as uniform flow makes it. */
function speedOf(table: SectionTable, height: number, q: number, fill: number): number {
  const whole = table.area[DEPTHS - 1]! * height * height
  if (fill >= 1) return whole > 0 ? q / whole : 0
  const place = fill * (DEPTHS - 1)
  const low = Math.min(DEPTHS - 2, Math.floor(place))
  const area = table.area[low]! + (place - low) * (table.area[low + 1]! - table.area[low]!)
  return area > 1e-9 ? q / (area * height * height) : 0
}

/** The speed of a pipe's peak, m/s. */
function waveSpeed({ pressure, tables, table, height, full }: SewerRoute, i: number, peak: number): number {
  const section = tables[table[i]!]!
  if (pressure[i] === 1) return Math.max(PRESSURE_SPEED, speedOf(section, height[i]!, peak, 1))
  return Math.max(LEAST_SPEED, speedOf(section, height[i]!, peak, fillOf(section, peak / full[i]!)))
}

/** The highest of each result's steps, to every `stride`-th place of `out` from `at`. */
function thin(series: Float32Array, every: number, results: number, out: Float32Array, at: number, stride: number) {
  out[at] = series[0]!
  for (let s = 1, step = 1; s < results; s++) {
    let most = 0
    for (let i = 0; i < every; i++, step++) if (series[step]! > most) most = series[step]!
    out[at + s * stride] = most
  }
}

/** Adds what falls on a node and what it is given dry to its series; the highest of it. */
function pour(series: Float32Array, area: number, rate: Float64Array, dry: number, day: Float64Array): number {
  let peak = 0
  if (dry !== 0) for (let s = 0; s < series.length; s++) series[s]! += dry * day[s]!
  for (let s = 0; s < series.length; s++) {
    series[s]! += area * rate[s]!
    // as it was rounded
    if (series[s]! > peak) peak = series[s]!
  }
  return peak
}

/** The highest of a series. */
function highest(series: Float32Array): number {
  let peak = 0
  for (let s = 0; s < series.length; s++) if (series[s]! > peak) peak = series[s]!
  return peak
}

/** Takes what is more than a pipe can take out of a series into `spilled`; the sum of it, in steps × m³/s. */
function cap(series: Float32Array, most: number, spilled: Float32Array): number {
  let over = 0
  for (let s = 0; s < series.length; s++) {
    const more = series[s]! - most
    if (more <= 0) continue
    series[s] = most
    spilled[s]! += more
    over += more
  }
  return over
}

/**
 * Carries a storm through a sewer network. Each pipe takes at most what the head between its upper cover and its lower crown drives through it full;
 * the rest leaves through the upper node's cover and is lost. Waves travel with the speed of uniform flow at the pipe's peak and are not flattened;
 * there is no backwater. So peaks are on the safe side, and surcharge from below is not seen: for that there is the dynamic wave (data/flood/sewer).
 *
 * @param route of this network and utility, when it is known already
 * @throws {RangeError} when the network has no pipe of the utility; the signal's reason
 * @see GB 50014-2021 §4.1 (rational method), Chow 1959 §5-4 and §6-3 (Manning)
 */
export function sewerCapacity(
  network: Network,
  load: SewerLoad,
  route: SewerRoute = sewerRoute(network, load.utility),
): SewerCapacity {
  const { steps, stepS } = load
  const { order, outStart, outs, share, down, length } = route
  const count = route.pipes.length
  const nodes = network.nodes.count
  const every = Math.max(1, Math.round(load.every ?? 1))
  const shown = Math.floor((steps - 1) / every) + 1
  if (steps * nodes * 4 + shown * (count * 16 + nodes * 4) > MOST_BYTES)
    throw new RangeError(`capacity: ${steps} steps of ${count} pipes; expected less than 1 GB of results`)
  const flow = new Float32Array(shown * count)
  const peak = new Float32Array(count)
  const overflow = new Float32Array(shown * nodes)
  const peakOverflow = new Float32Array(nodes)
  const balance = { rainMm: 0, inflow: 0, outflow: 0, overflow: 0, underway: 0 }
  for (const rain of load.rainMmPerHour) balance.rainMm += (rain * stepS) / 3600
  const rate = runoffRate(load)
  const day = Float64Array.from({ length: steps }, (_, s) => load.dryDay?.[s] ?? 1)
  const [rained, dried] = [rate, day].map((list) => list.reduce((sum, one) => sum + one, 0) * stepS)
  const arriving = rowPool(nodes, steps)
  const branch = new Float32Array(steps)
  const spilled = new Float32Array(steps)
  for (let done = 0; done < order.length; done++) {
    if (done % 256 === 0) load.signal?.throwIfAborted()
    const n = order[done]!
    const own = arriving.row(n)
    arriving.close(n)
    const area = load.catchmentM2[n] ?? 0
    const dry = load.dryM3s[n] ?? 0
    const all = pour(own, area, rate, dry, day)
    balance.inflow += area * rained! + dry * dried!
    const [first, last] = [outStart[n]!, outStart[n + 1]!]
    if (first === last) for (let s = 0; s < steps; s++) balance.outflow += own[s]! * stepS
    const pump = load.pumpM3s?.[n] ?? Number.NaN
    let over = 0
    for (let a = first; a < last; a++) {
      const i = outs[a]!
      const part = share[i]!
      let series = own
      if (last - first > 1) {
        series = branch
        for (let s = 0; s < steps; s++) series[s] = own[s]! * part
      }
      let top = last - first > 1 ? highest(series) : all
      const most = Number.isFinite(pump) ? Math.min(route.most[i]!, pump * part) : route.most[i]!
      if (top > most) {
        over += cap(series, most, spilled)
        top = most
      }
      peak[i] = top
      thin(series, every, shown, flow, i, count)
      const travel = length[i]! / waveSpeed(route, i, top) / stepS
      balance.underway += stepS * delay(series, travel, arriving.row(down[i]!))
    }
    arriving.free(n)
    if (over === 0) continue
    balance.overflow += over * stepS
    for (let s = 0; s < steps; s++) {
      const at = Math.min(shown - 1, Math.ceil(s / every)) * nodes + n
      if (spilled[s]! > overflow[at]!) overflow[at] = spilled[s]!
    }
    peakOverflow[n] = highest(spilled)
    spilled.fill(0)
  }
  return { route, steps: shown, stepS: stepS * every, flow, peak, overflow, peakOverflow, balance }
}

/** What follows from a discharge. `load`: over that of the full section; `fill`: depth over height by uniform flow, 0 … 1; `velocity`: m/s. */
export type SewerValue = 'fill' | 'load' | 'velocity'

/**
 * Values of all pipes at all results, in the order of `flow`.
 *
 * @returns `load` and `fill` are NaN for pressure pipes
 */
export function sewerValues({ route, steps, flow }: SewerCapacity, word: SewerValue): Float32Array {
  const { pressure, tables, table, height, full } = route
  const count = route.pipes.length
  const values = new Float32Array(flow.length)
  for (let s = 0, at = 0; s < steps; s++)
    for (let i = 0; i < count; i++, at++) {
      const pressed = pressure[i] === 1
      const load = flow[at]! / full[i]!
      if (word === 'velocity') {
        const section = tables[table[i]!]!
        values[at] = speedOf(section, height[i]!, flow[at]!, pressed ? 1 : fillOf(section, load))
      } else if (pressed) values[at] = Number.NaN
      else values[at] = word === 'load' ? load : fillOf(tables[table[i]!]!, load)
    }
  return values
}
