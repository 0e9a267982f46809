/** Traces: upstream, downstream, the shortest connection, all that a node drains with its time of travel, and where pollution may come from. */
import type { Network } from './network.ts'

/** Which way water runs in each pipe: 1 from → to, -1 to → from, 0 not known (both are possible). */
export type Directions = Int8Array

const PRESSURE = 2

/**
 * Directions by the pipes themselves: a gravity pipe runs to its lower end, a level one as it is drawn; in pressure pipes
 * nobody knows without hydraulics.
 * @param flows signed flow of each pipe, positive from → to, where a solver gave one; NaN = not known
 */
export function directionsOf({ pipes }: Network, flows?: ArrayLike<number>): Directions {
  const found = new Int8Array(pipes.count)
  for (let k = 0; k < pipes.count; k++) {
    const flow = flows?.[k]
    if (flow !== undefined && Number.isFinite(flow)) found[k] = flow > 0 ? 1 : flow < 0 ? -1 : 0
    else if (pipes.flow[k] !== PRESSURE) {
      const fall = pipes.zFrom[k]! - pipes.zTo[k]!
      found[k] = fall < -0.001 ? -1 : pipes.flow[k] === 1 || fall > 0.001 ? 1 : 0
    }
  }
  return found
}

/** Where a trace goes: with the water, against it, or any way. */
export type Sense = 'downstream' | 'upstream' | 'both'

/** What a trace met. */
export interface Trace {
  /** nodes in the order met, the first ones among them */
  nodes: Uint32Array
  /** pipes by their numbers */
  pipes: Uint32Array
}

/** Metres of some pipes together. */
export function lengthOf({ pipes }: Network, list: ArrayLike<number>): number {
  let metres = 0
  for (let i = 0; i < list.length; i++) metres += pipes.length[list[i]!]!
  return metres
}

/** Arrays that are kept between traces. */
interface Marks {
  /** 0 not met, 1 met and left, 2 met and closed; bytes, filled anew each time: small enough to stay in the processor */
  node: Uint8Array
  queue: Uint32Array
  pipes: Uint32Array
}

const marksOf = new WeakMap<Network, Marks>()

function marks(network: Network): Marks {
  let known = marksOf.get(network)
  if (!known) {
    const { nodes, pipes } = network
    const [node, queue] = [new Uint8Array(nodes.count), new Uint32Array(nodes.count)]
    marksOf.set(network, (known = { node, queue, pipes: new Uint32Array(pipes.count + 1) }))
  } else known.node.fill(0)
  return known
}

/** What lets through in one sense. */
interface Passes {
  /** 1 = the arc can be passed; in the order of the arcs, so that a trace reads it in one go */
  arc: Uint8Array
  /** 1 = the pipe can be entered at its `from` end, + 2 = at its `to` end */
  pipe: Uint8Array
}

const passesOf = new WeakMap<Directions, Partial<Record<Sense, Passes>>>()

/** Kept with the directions; shut pipes let nothing through, a pipe back to its own node is passed either way. */
function passesIn({ pipes, arcs, nodes }: Network, directions: Directions, sense: Sense): Passes {
  const known = passesOf.get(directions)
  const made = known?.[sense]
  if (made?.pipe.length === pipes.count) return made
  const passes: Passes = { arc: new Uint8Array(arcs.pipe.length), pipe: new Uint8Array(pipes.count) }
  for (let k = 0; k < pipes.count; k++) {
    if (pipes.closed[k] === 1) continue
    const any = sense === 'both' || directions[k] === 0 || pipes.from[k] === pipes.to[k]
    passes.pipe[k] = any ? 3 : (sense === 'downstream') === directions[k]! > 0 ? 1 : 2
  }
  for (let n = 0; n < nodes.count; n++) {
    for (let a = arcs.start[n]!; a < arcs.start[n + 1]!; a++) {
      const k = arcs.pipe[a]!
      passes.arc[a] = (pipes.from[k] === n ? passes.pipe[k]! : passes.pipe[k]! >> 1) & 1
    }
  }
  passesOf.set(directions, { ...known, [sense]: passes })
  return passes
}

function checkNode({ nodes }: Network, node: number): void {
  if (!Number.isInteger(node) || node < 0 || node >= nodes.count)
    throw new RangeError(`trace: no such node, got ${node}; expected 0 … ${nodes.count - 1}`)
}

/**
 * Everything that is connected to some nodes in one sense; closed valves stop it.
 * @throws {RangeError} when there is no such node
 */
export function trace(network: Network, from: Iterable<number>, sense: Sense, directions: Directions): Trace {
  // taken out of their objects: the loop runs twice as fast
  const { start, node: arcNode } = network.arcs
  const { closed } = network.nodes
  const { from: pipeFrom, to: pipeTo, count: pipeCount } = network.pipes
  const { node: mark, queue, pipes: found } = marks(network)
  const passes = passesIn(network, directions, sense)
  const arcPass = passes.arc
  let tail = 0
  for (const node of from) {
    checkNode(network, node)
    if (mark[node] !== 0) continue
    mark[node] = 1
    queue[tail++] = node
  }
  const first = tail
  for (let head = 0; head < tail; head++) {
    const here = queue[head]!
    if (closed[here] === 1 && head >= first) {
      mark[here] = 2
      continue
    }
    const end = start[here + 1]!
    for (let a = start[here]!; a < end; a++) {
      const there = arcNode[a]!
      if (mark[there] !== 0 || arcPass[a] === 0) continue
      mark[there] = 1
      queue[tail++] = there
    }
  }
  // a second look over all pipes in a row, without branches, costs a third of listing them while nodes are met
  const pipePass = passes.pipe
  let count = 0
  for (let k = 0; k < pipeCount; k++) {
    found[count] = k
    const pass = pipePass[k]!
    count += ((pass & mark[pipeFrom[k]!]!) | ((pass >> 1) & mark[pipeTo[k]!]!)) & 1
  }
  return { nodes: queue.slice(0, tail), pipes: found.slice(0, count) }
}

/** A heap of nodes by cost; the smallest comes first, ties by number, so that results do not depend on the order of pipes. */
class Heap {
  private readonly items: number[] = []
  private readonly costs: number[] = []

  get size(): number {
    return this.items.length
  }

  private before(a: number, b: number): boolean {
    return this.costs[a]! < this.costs[b]! || (this.costs[a] === this.costs[b] && this.items[a]! < this.items[b]!)
  }

  private swap(a: number, b: number): void {
    const [item, cost] = [this.items[a]!, this.costs[a]!]
    this.items[a] = this.items[b]!
    this.costs[a] = this.costs[b]!
    this.items[b] = item
    this.costs[b] = cost
  }

  push(item: number, cost: number): void {
    let at = this.items.push(item) - 1
    this.costs.push(cost)
    while (at > 0) {
      const up = (at - 1) >> 1
      if (!this.before(at, up)) break
      this.swap(at, up)
      at = up
    }
  }

  pop(): { item: number; cost: number } {
    const top = { item: this.items[0]!, cost: this.costs[0]! }
    const [item, cost] = [this.items.pop()!, this.costs.pop()!]
    if (this.items.length) {
      this.items[0] = item
      this.costs[0] = cost
      for (let at = 0; ; ) {
        let least = at
        for (const child of [2 * at + 1, 2 * at + 2])
          if (child < this.items.length && this.before(child, least)) least = child
        if (least === at) break
        this.swap(at, least)
        at = least
      }
    }
    return top
  }
}

/** Cost to each node met, by the cheapest way. */
export interface Costs {
  /** nodes from cheap to dear, those started from first */
  nodes: Uint32Array
  /** cost to each of `nodes` */
  costs: Float64Array
  /** pipe by which each of `nodes` was reached; -1 for those started from */
  by: Int32Array
}

/**
 * Cheapest ways from some nodes, in one sense; closed valves stop them.
 * @param cost of a pipe, ≥ 0: its length, its time of travel; NaN or negative = cannot be passed
 * @param until stops when this node is reached
 */
export function cheapest(
  network: Network,
  from: Iterable<number>,
  sense: Sense,
  directions: Directions,
  cost: ArrayLike<number>,
  until = -1,
): Costs {
  const { nodes, pipes, arcs } = network
  const best = new Map<number, number>()
  const by = new Map<number, number>()
  const done = new Set<number>()
  const heap = new Heap()
  for (const node of from) {
    checkNode(network, node)
    if (best.has(node)) continue
    best.set(node, 0)
    by.set(node, -1)
    heap.push(node, 0)
  }
  const against = sense === 'downstream' ? -1 : sense === 'upstream' ? 1 : 2
  const order: number[] = []
  while (heap.size) {
    const { item: here, cost: spent } = heap.pop()
    if (done.has(here)) continue
    done.add(here)
    order.push(here)
    if (here === until) break
    if (nodes.closed[here] && by.get(here) !== -1) continue
    for (let a = arcs.start[here]!; a < arcs.start[here + 1]!; a++) {
      const k = arcs.pipe[a]!
      const way = pipes.from[k] === here ? directions[k]! : -directions[k]!
      const price = cost[k]!
      if (way === against || pipes.closed[k] === 1 || !(price >= 0)) continue
      const there = arcs.node[a]!
      const known = best.get(there)
      const total = spent + price
      if (known !== undefined && known <= total) continue
      best.set(there, total)
      by.set(there, k)
      heap.push(there, total)
    }
  }
  return {
    nodes: Uint32Array.from(order),
    costs: Float64Array.from(order, (n) => best.get(n)!),
    by: Int32Array.from(order, (n) => by.get(n)!),
  }
}

/** The shortest connection of two nodes by length, any way; null when there is none. */
export function shortestConnection(network: Network, from: number, to: number): (Trace & { lengthM: number }) | null {
  const { pipes } = network
  checkNode(network, to)
  const ways = cheapest(network, [from], 'both', new Int8Array(pipes.count), pipes.length, to)
  const reached = new Map<number, number>()
  for (const [i, node] of ways.nodes.entries()) reached.set(node, ways.by[i]!)
  if (!reached.has(to)) return null
  const [foundPipes, foundNodes]: [number[], number[]] = [[], [to]]
  let lengthM = 0
  for (let here = to; ; ) {
    const k = reached.get(here)!
    if (k < 0) break
    foundPipes.push(k)
    lengthM += pipes.length[k]!
    here = pipes.from[k] === here ? pipes.to[k]! : pipes.from[k]!
    foundNodes.push(here)
  }
  return { nodes: Uint32Array.from(foundNodes.reverse()), pipes: Uint32Array.from(foundPipes.reverse()), lengthM }
}

/** Least and usual fall of a sewer where its ends are level or not known. */
const LEAST_FALL = 0.001
const MANNING = 0.013
/** Slower than this, metres per second, a sewer silts up: taken as the least. */
const LEAST_SPEED = 0.3

/**
 * Seconds that water needs along each pipe: full-bore speed by Manning in gravity pipes, a given speed in others.
 * @param speed m/s of pressure pipes, default 1
 * @see Manning 1891; n = 0.013 concrete and plastic in use (GB 50014 table 5.2.3 has 0.009 … 0.014)
 */
export function travelSeconds({ pipes }: Network, speed = 1): Float64Array {
  return Float64Array.from({ length: pipes.count }, (_, k) => {
    const length = pipes.length[k]!
    if (pipes.flow[k] === PRESSURE) return length / speed
    const diameter = pipes.diameter[k]! > 0 ? pipes.diameter[k]! : 0.3
    const fall = Math.abs(pipes.zFrom[k]! - pipes.zTo[k]!) / Math.max(length, 0.1)
    const slope = Math.max(Number.isFinite(fall) ? fall : 0, LEAST_FALL)
    const full = ((diameter / 4) ** (2 / 3) * Math.sqrt(slope)) / MANNING
    return length / Math.max(full, LEAST_SPEED)
  })
}

/** A place where pollution may have got in. */
export interface SourceCandidate {
  node: number
  /** seconds to the last of the polluted nodes that it reaches */
  seconds: number
}

/**
 * Nodes from which every polluted node and no clean one is reached downstream: the candidates, nearest in time first.
 * A network with unknown directions gives more candidates, never fewer.
 */
export function pollutionSources(
  network: Network,
  polluted: readonly number[],
  clean: readonly number[],
  directions: Directions,
): SourceCandidate[] {
  if (!polluted.length) return []
  const seconds = travelSeconds(network)
  const latest = new Map<number, number>()
  const hits = new Map<number, number>()
  const wanted = new Set(polluted)
  for (const node of wanted) {
    const { nodes, costs } = cheapest(network, [node], 'upstream', directions, seconds)
    for (const [i, from] of nodes.entries()) {
      hits.set(from, (hits.get(from) ?? 0) + 1)
      latest.set(from, Math.max(latest.get(from) ?? 0, costs[i]!))
    }
  }
  const excluded = new Set(clean.length ? trace(network, clean, 'upstream', directions).nodes : [])
  return [...hits]
    .filter(([node, count]) => count === wanted.size && !excluded.has(node))
    .map(([node]) => ({ node, seconds: latest.get(node)! }))
    .sort((a, b) => a.seconds - b.seconds || a.node - b.node)
}
