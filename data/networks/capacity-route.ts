/** The sewers of a network in the order their water goes: found once, then every storm is one pass from the highest node down. */
import { CLASSES } from '../geo/city-feature.ts'
import { fullFlow, type SectionTable, sectionTable } from './capacity-section.ts'
import type { Network } from './network.ts'

/** Pipes that do not fall are taken to fall so. */
export const LEAST_SLOPE = 0.0003

/** Manning's n by material. */
export const manningOf = (material: string): number =>
  /PE|PVC|塑/i.test(material) ? 0.011 : /铸铁|钢(?!筋)/.test(material) ? 0.012 : 0.013

/**
 * Pipes of one utility, numbered from 0 in the network's order, and the nodes they touch. SI.
 * Good as long as the network is not changed.
 */
export interface SewerRoute {
  /** numbers of the network's pipes */
  pipes: Uint32Array
  /** nodes of the network at the upper and at the lower end */
  up: Uint32Array
  down: Uint32Array
  length: Float64Array
  /** inner height */
  height: Float64Array
  /** m³/s of the full section by Manning; Infinity for pressure pipes */
  full: Float64Array
  /** m³/s with water up to the upper cover */
  most: Float64Array
  /** 1 = pressure pipe */
  pressure: Uint8Array
  /** share of the upper node's water that it takes */
  share: Float64Array
  /** table of pipe i: `tables[table[i]]` */
  table: Uint32Array
  tables: SectionTable[]
  /** nodes, each after all that flow into it; loops are opened at their highest node */
  order: Uint32Array
  /** pipes that begin in node n: `outs[outStart[n]]` … `outs[outStart[n + 1]]` */
  outStart: Uint32Array
  outs: Uint32Array
  /** pipes that do not fall: taken with `LEAST_SLOPE` */
  flat: number
  /** nodes in loops, taken from the highest down */
  looped: number
}

/** Rows of a table by key: row k is `list[start[k]]` … `list[start[k + 1]]`, in order. */
function rowsBy(keys: Uint32Array, count: number): { start: Uint32Array; list: Uint32Array } {
  const start = new Uint32Array(count + 1)
  for (const key of keys) start[key + 1]!++
  for (let n = 0; n < count; n++) start[n + 1]! += start[n]!
  const next = start.slice()
  const list = new Uint32Array(keys.length)
  for (let i = 0; i < keys.length; i++) list[next[keys[i]!]!++] = i
  return { start, list }
}

type Pipes = Omit<SewerRoute, 'share' | 'order' | 'outStart' | 'outs' | 'looped'>

function readPipes({ pipes, nodes }: Network, utility: string): Pipes {
  const wanted = (CLASSES.pipes as readonly string[]).indexOf(utility)
  const numbers = Uint32Array.from({ length: pipes.count }, (_, k) => k).filter((k) => pipes.utility[k] === wanted)
  const count = numbers.length
  const tables: SectionTable[] = []
  const known = new Map<SectionTable, number>()
  const found: Pipes = {
    pipes: numbers,
    up: new Uint32Array(count),
    down: new Uint32Array(count),
    length: new Float64Array(count),
    height: new Float64Array(count),
    full: new Float64Array(count),
    most: new Float64Array(count),
    pressure: new Uint8Array(count),
    table: new Uint32Array(count),
    tables,
    flat: 0,
  }
  numbers.forEach((k, i) => {
    const height = pipes.diameter[k]! > 0 ? pipes.diameter[k]! : 0.3
    const pressure = pipes.flow[k] === 2
    const [za, zb] = [pipes.zFrom[k]!, pipes.zTo[k]!]
    const backward = !pressure && zb > za + 0.005
    const [up, down] = backward ? [pipes.to[k]!, pipes.from[k]!] : [pipes.from[k]!, pipes.to[k]!]
    const length = Math.max(0.5, pipes.length[k]!)
    const fall = Math.abs(za - zb) / length
    const falls = Number.isFinite(fall) && fall >= LEAST_SLOPE
    if (!falls && !pressure) found.flat++
    const slope = falls ? fall : LEAST_SLOPE
    const table = sectionTable(pipes.section[k]!, pipes.width[k]! / height)
    const full = pressure ? Number.POSITIVE_INFINITY : fullFlow(table, height, slope, manningOf(pipes.material[k]!))
    // under pressure: from the upper cover down to the lower crown
    const head = nodes.top[up]! - (Math.min(za, zb) + height / 2)
    const steepest = Number.isFinite(head) ? Math.max(slope, head / length) : slope
    let index = known.get(table)
    if (index === undefined) known.set(table, (index = tables.push(table) - 1))
    found.up[i] = up
    found.down[i] = down
    found.length[i] = length
    found.height[i] = height
    found.full[i] = full
    found.most[i] = full * Math.sqrt(steepest / slope)
    found.pressure[i] = pressure ? 1 : 0
    found.table[i] = index
  })
  return found
}

/** Nodes from the highest down: each after all that flow into it; loops are opened at their highest node. */
function downward({ nodes }: Network, { up, down }: Pipes, outStart: Uint32Array, outs: Uint32Array) {
  const into = new Int32Array(nodes.count).fill(-1)
  for (let i = 0; i < up.length; i++) {
    if (into[up[i]!]! < 0) into[up[i]!] = 0
    into[down[i]!] = Math.max(0, into[down[i]!]!) + 1
  }
  const order: number[] = []
  const ready: number[] = []
  const left = new Uint8Array(nodes.count)
  let waiting = 0
  for (let n = 0; n < nodes.count; n++) {
    if (into[n] === 0) ready.push(n)
    else if (into[n]! > 0) {
      left[n] = 1
      waiting++
    }
  }
  const height = (n: number): number => (Number.isFinite(nodes.bottom[n]!) ? nodes.bottom[n]! : nodes.top[n]!)
  let looped = 0
  let highest: number[] | null = null
  for (;;) {
    for (let n = ready.pop(); n !== undefined; n = ready.pop()) {
      order.push(n)
      for (let a = outStart[n]!; a < outStart[n + 1]!; a++) {
        const below = down[outs[a]!]!
        if (left[below] === 0 || --into[below]! > 0) continue
        left[below] = 0
        waiting--
        ready.push(below)
      }
    }
    if (waiting === 0) return { order: Uint32Array.from(order), looped }
    highest ??= Array.from(left.keys())
      .filter((n) => left[n] === 1)
      .sort((a, b) => height(a) - height(b))
    for (let n = highest.pop(); n !== undefined; n = highest.pop()) {
      if (left[n] === 0) continue
      left[n] = 0
      waiting--
      looped++
      ready.push(n)
      break
    }
  }
}

/** How the water parts where several pipes begin: by what they carry when full; a pump's pipes take all. */
function sharesOf({ full, pressure }: Pipes, outStart: Uint32Array, outs: Uint32Array): Float64Array {
  const share = new Float64Array(full.length).fill(1)
  for (let n = 0; n + 1 < outStart.length; n++) {
    const [first, last] = [outStart[n]!, outStart[n + 1]!]
    if (last - first < 2) continue
    let [pressed, sum] = [0, 0]
    for (let a = first; a < last; a++) {
      pressed += pressure[outs[a]!]!
      sum += full[outs[a]!]!
    }
    for (let a = first; a < last; a++) {
      const i = outs[a]!
      share[i] = pressed > 0 ? (pressure[i] === 1 ? 1 / pressed : 0) : full[i]! / sum
    }
  }
  return share
}

/**
 * Finds the route of a utility's sewers.
 *
 * @throws {RangeError} when the network has no pipe of the utility
 */
export function sewerRoute(network: Network, utility: string): SewerRoute {
  const found = readPipes(network, utility)
  if (found.pipes.length === 0)
    throw new RangeError(`capacity: no pipe of the utility, got ${utility}; expected at least one`)
  const { start, list } = rowsBy(found.up, network.nodes.count)
  const { order, looped } = downward(network, found, start, list)
  return { ...found, share: sharesOf(found, start, list), order, looped, outStart: start, outs: list }
}
