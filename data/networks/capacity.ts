/** What a storm does to sewers: inflows by the rational method, carried down with their times of travel, against what each pipe can take. */
import { CLASSES } from '../geo/city-feature.ts'
import { DEPTHS, fillOf, fullFlow, type SectionTable, sectionTable } from './capacity-section.ts'
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

/** What comes of it, at each result's end: value of pipe k at result s = `array[s · pipes + k]`, over the pipes of the utility in `pipes`. */
export interface SewerCapacity {
  /** numbers of the network's pipes */
  pipes: Uint32Array
  /** results, and seconds from one to the next; the first is at the start */
  steps: number
  stepS: number
  /** m³/s */
  flow: Float32Array
  /** depth over height by uniform flow, 0 … 1; NaN for pressure pipes */
  fill: Float32Array
  /** discharge over that of the full section; NaN for pressure pipes */
  load: Float32Array
  /** m/s */
  velocity: Float32Array
  /** m³/s when full, by Manning; NaN for pressure pipes */
  full: Float64Array
  /** m³/s out of each node's cover: value of node n at result s = `overflow[s · nodes + n]` */
  overflow: Float32Array
  balance: { rainMm: number; inflow: number; outflow: number; overflow: number; underway: number }
  /** pipes that do not fall: taken with `LEAST_SLOPE` */
  flat: number
  /** nodes in loops, taken from the highest down */
  looped: number
}

/** Pipes that do not fall are taken to fall so. */
export const LEAST_SLOPE = 0.0003
/** Water is never taken slower than this, m/s: dead ends would keep it for ever. */
const LEAST_SPEED = 0.15
const PRESSURE_SPEED = 1

/** Manning's n by material. */
export const manningOf = (material: string): number =>
  /PE|PVC|塑/i.test(material) ? 0.011 : /铸铁|钢(?!筋)/.test(material) ? 0.012 : 0.013

interface Pipe {
  k: number
  up: number
  down: number
  length: number
  height: number
  table: SectionTable
  slope: number
  manning: number
  /** discharge when full, and most with water up to the upper cover; Infinity for pressure pipes */
  full: number
  most: number
  pressure: boolean
}

function readPipes(network: Network, utility: string): { list: Pipe[]; flat: number } {
  const { pipes, nodes } = network
  const wanted = (CLASSES.pipes as readonly string[]).indexOf(utility)
  const list: Pipe[] = []
  let flat = 0
  for (let k = 0; k < pipes.count; k++) {
    if (pipes.utility[k] !== wanted) continue
    const height = pipes.diameter[k]! > 0 ? pipes.diameter[k]! : 0.3
    const pressure = pipes.flow[k] === 2
    const [za, zb] = [pipes.zFrom[k]!, pipes.zTo[k]!]
    const backward = !pressure && zb > za + 0.005
    const [up, down] = backward ? [pipes.to[k]!, pipes.from[k]!] : [pipes.from[k]!, pipes.to[k]!]
    const length = Math.max(0.5, pipes.length[k]!)
    const fall = Math.abs(za - zb) / length
    const falls = Number.isFinite(fall) && fall >= LEAST_SLOPE
    if (!falls && !pressure) flat++
    const slope = falls ? fall : LEAST_SLOPE
    const table = sectionTable(pipes.section[k]!, pipes.width[k]! / height)
    const manning = manningOf(pipes.material[k]!)
    const full = pressure ? Number.POSITIVE_INFINITY : fullFlow(table, height, slope, manning)
    // under pressure: from the upper cover down to the lower crown
    const head = nodes.top[up]! - (Math.min(za, zb) + height / 2)
    const steepest = Number.isFinite(head) ? Math.max(slope, head / length) : slope
    list.push({
      k,
      up,
      down,
      length,
      height,
      table,
      slope,
      manning,
      full,
      most: full * Math.sqrt(steepest / slope),
      pressure,
    })
  }
  return { list, flat }
}

/** Nodes from the highest down: each after all that flow into it; loops are opened at their highest node. */
function downward(network: Network, list: readonly Pipe[]): { order: number[]; looped: number } {
  const { nodes } = network
  const into = new Int32Array(nodes.count).fill(-1)
  const downs = new Map<number, number[]>()
  const touch = (n: number): void => {
    if (into[n]! < 0) into[n] = 0
  }
  for (const { up, down } of list) {
    touch(up)
    touch(down)
    into[down]!++
    const known = downs.get(up)
    if (known) known.push(down)
    else downs.set(up, [down])
  }
  const order: number[] = []
  const ready: number[] = []
  const left = new Set<number>()
  for (let n = 0; n < nodes.count; n++) {
    if (into[n]! < 0) continue
    if (into[n] === 0) ready.push(n)
    else left.add(n)
  }
  let looped = 0
  const height = (n: number): number => (Number.isFinite(nodes.bottom[n]!) ? nodes.bottom[n]! : nodes.top[n]!)
  let highest: number[] | null = null
  for (;;) {
    for (let n = ready.pop(); n !== undefined; n = ready.pop()) {
      order.push(n)
      for (const down of downs.get(n) ?? [])
        if (left.has(down) && --into[down]! === 0) {
          left.delete(down)
          ready.push(down)
        }
    }
    if (left.size === 0) return { order, looped }
    highest ??= [...left].sort((a, b) => height(a) - height(b))
    for (let n = highest.pop(); n !== undefined; n = highest.pop()) {
      if (!left.delete(n)) continue
      looped++
      ready.push(n)
      break
    }
  }
}

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

/** Shifts a series by a time of travel, in place into `out`; what has not arrived at the end is answered, in steps × m³/s. */
function delay(series: Float32Array, steps: number, out: Float32Array, start: number): number {
  const whole = Math.floor(steps)
  const part = steps - whole
  let [came, went] = [0, 0]
  for (let s = 0; s < series.length; s++) {
    came += series[s]!
    const before = s - whole
    const value = (before >= 0 ? series[before]! * (1 - part) : 0) + (before >= 1 ? series[before - 1]! * part : 0)
    went += value
    out[start + s]! += value
  }
  return came - went
}

/**
 * Carries a storm through a sewer network. Each pipe takes at most what the head between its upper cover and its lower crown drives through it full;
 * the rest leaves through the upper node's cover and is lost. Waves travel with the speed of uniform flow at the pipe's peak and are not flattened;
 * there is no backwater. So peaks are on the safe side, and surcharge from below is not seen: for that there is the dynamic wave (data/flood/sewer).
 *
 * @throws {RangeError} when the network has no pipe of the utility; the signal's reason
 * @see GB 50014-2021 §4.1 (rational method), Chow 1959 §5-4 and §6-3 (Manning)
 */
export function sewerCapacity(network: Network, load: SewerLoad): SewerCapacity {
  const { steps, stepS } = load
  const { list, flat } = readPipes(network, load.utility)
  if (list.length === 0)
    throw new RangeError(`capacity: no pipe of the utility, got ${load.utility}; expected at least one`)
  const count = list.length
  const nodes = network.nodes.count
  const every = Math.max(1, Math.round(load.every ?? 1))
  const shown = Math.floor((steps - 1) / every) + 1
  if (steps * nodes * 4 + shown * (count * 16 + nodes * 4) > 1024 * 2 ** 20)
    throw new RangeError(`capacity: ${steps} steps of ${count} pipes; expected less than 1 GB of results`)
  const { order, looped } = downward(network, list)
  const starting = new Map<number, number[]>()
  list.forEach(({ up }, i) => {
    const known = starting.get(up)
    if (known) known.push(i)
    else starting.set(up, [i])
  })
  const result: SewerCapacity = {
    pipes: Uint32Array.from(list, ({ k }) => k),
    steps: shown,
    stepS: stepS * every,
    flow: new Float32Array(shown * count),
    fill: new Float32Array(shown * count),
    load: new Float32Array(shown * count),
    velocity: new Float32Array(shown * count),
    full: Float64Array.from(list, ({ full }) => (full === Number.POSITIVE_INFINITY ? Number.NaN : full)),
    overflow: new Float32Array(shown * nodes),
    balance: { rainMm: 0, inflow: 0, outflow: 0, overflow: 0, underway: 0 },
    flat,
    looped,
  }
  const { balance } = result
  for (const rain of load.rainMmPerHour) balance.rainMm += (rain * stepS) / 3600
  const rate = runoffRate(load)
  const arriving = new Float32Array(nodes * steps)
  const series = new Float32Array(steps)
  const spilled = new Float32Array(steps)
  order.forEach((n, done) => {
    if (done % 256 === 0) load.signal?.throwIfAborted()
    const own = arriving.subarray(n * steps, (n + 1) * steps)
    const area = load.catchmentM2[n] ?? 0
    const dry = load.dryM3s[n] ?? 0
    for (let s = 0; s < steps; s++) {
      const lateral = area * rate[s]! + dry * (load.dryDay?.[s] ?? 1)
      own[s]! += lateral
      balance.inflow += lateral * stepS
    }
    const outs = starting.get(n) ?? []
    if (outs.length === 0) {
      for (const q of own) balance.outflow += q * stepS
      return
    }
    const pump = load.pumpM3s?.[n] ?? Number.NaN
    spilled.fill(0)
    const shares = sharesOf(outs.map((i) => list[i]!))
    outs.forEach((i, j) => {
      const pipe = list[i]!
      const most = Number.isFinite(pump) ? Math.min(pipe.most, pump * shares[j]!) : pipe.most
      let peak = 0
      for (let s = 0; s < steps; s++) {
        const wanted = own[s]! * shares[j]!
        const q = Math.min(wanted, most)
        if (wanted > q) {
          spilled[s]! += wanted - q
          balance.overflow += (wanted - q) * stepS
        }
        series[s] = q
        if (q > peak) peak = q
      }
      const speed = carry(result, i, count, pipe, series, peak, every)
      balance.underway += stepS * delay(series, pipe.length / speed / stepS, arriving, pipe.down * steps)
    })
    for (let s = 0; s < steps; s++) {
      const at = Math.min(shown - 1, Math.ceil(s / every)) * nodes + n
      if (spilled[s]! > result.overflow[at]!) result.overflow[at] = spilled[s]!
    }
  })
  return result
}

/** How the water parts where several pipes begin: by what they carry when full. */
function sharesOf(outs: readonly Pipe[]): number[] {
  if (outs.length === 1) return [1]
  const pressed = outs.filter(({ pressure }) => pressure).length
  if (pressed > 0) return outs.map(({ pressure }) => (pressure ? 1 / pressed : 0))
  const sum = outs.reduce((total, { full }) => total + full, 0)
  return outs.map(({ full }) => full / sum)
}

/** Writes what a pipe does at each step; the speed of its peak. */
function carry(
  result: SewerCapacity,
  i: number,
  count: number,
  pipe: Pipe,
  series: Float32Array,
  peak: number,
  every: number,
): number {
  const { table, height, full, pressure } = pipe
  const whole = table.area[DEPTHS - 1]! * height * height
  const speedAt = (q: number, fill: number): number => {
    if (pressure || fill >= 1) return whole > 0 ? q / whole : 0
    const place = fill * (DEPTHS - 1)
    const low = Math.min(DEPTHS - 2, Math.floor(place))
    const area = table.area[low]! + (place - low) * (table.area[low + 1]! - table.area[low]!)
    return area > 1e-9 ? q / (area * height * height) : 0
  }
  for (let s = 0; s < result.steps; s++) {
    let q = 0
    for (let step = Math.max(0, (s - 1) * every + 1); step <= s * every; step++)
      if (series[step]! > q) q = series[step]!
    const at = s * count + i
    const fill = pressure ? Number.NaN : fillOf(table, q / full)
    result.flow[at] = q
    result.fill[at] = fill
    result.load[at] = pressure ? Number.NaN : q / full
    result.velocity[at] = speedAt(q, fill)
  }
  if (pressure) return Math.max(PRESSURE_SPEED, speedAt(peak, 1))
  return Math.max(LEAST_SPEED, speedAt(peak, fillOf(table, peak / full)))
}
