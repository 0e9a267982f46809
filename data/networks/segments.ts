/** Pieces of a network between valves: found once, so that isolating a burst looks at pieces and not at pipes. */
import { CLASSES } from '../geo/city-feature.ts'
import type { Network } from './network.ts'

const VALVE = CLASSES['pipe-nodes'].indexOf('valve')

/**
 * The pieces. A valve belongs to no piece: it joins those of its pipes. A valve that is drawn as a pipe joins the pieces of its two ends
 * and is counted with that of its `from` end. Arrays of nodes and pipes are as long as the network's.
 */
export interface Segments {
  count: number
  /** piece of each pipe */
  ofPipe: Int32Array
  /** piece of each node, -1 for a valve */
  ofNode: Int32Array
  /** pipes by piece: those of piece s are `pipes[pipeStart[s]] … pipes[pipeStart[s+1]]` */
  pipeStart: Uint32Array
  pipes: Uint32Array
  /** valves: the number of a node, or the count of nodes plus the number of a pipe */
  valves: Uint32Array
  /** valves at each piece, as rows: `valveAt[valveStart[s]] …` are numbers in `valves`; a valve inside of one piece stands there twice */
  valveStart: Uint32Array
  valveAt: Uint32Array
  /** pieces at each valve, as rows: `pieceAt[pieceStart[v]] …`, one per pipe end */
  pieceStart: Uint32Array
  pieceAt: Uint32Array
  /** pieces joined to each piece by open valves, as rows */
  nextStart: Uint32Array
  next: Uint32Array
}

/** Rows from pairs: `keys[i]` gets `values[i]`, in their order. */
function rows(count: number, keys: Uint32Array, values: Uint32Array): { start: Uint32Array; at: Uint32Array } {
  const start = new Uint32Array(count + 1)
  for (let i = 0; i < keys.length; i++) start[keys[i]! + 1]!++
  for (let i = 0; i < count; i++) start[i + 1]! += start[i]!
  const next = start.slice()
  const at = new Uint32Array(keys.length)
  for (let i = 0; i < keys.length; i++) at[next[keys[i]!]!++] = values[i]!
  return { start, at }
}

/** Pairs of different pieces at each valve that is not closed. */
function neighbours(
  count: number,
  { start, at }: { start: Uint32Array; at: Uint32Array },
  closed: (valve: number) => boolean,
): { start: Uint32Array; at: Uint32Array } {
  const [from, to]: [number[], number[]] = [[], []]
  for (let v = 0; v + 1 < start.length; v++) {
    if (closed(v)) continue
    for (let i = start[v]!; i < start[v + 1]!; i++) {
      for (let j = start[v]!; j < start[v + 1]!; j++) {
        if (at[i] === at[j]) continue
        from.push(at[i]!)
        to.push(at[j]!)
      }
    }
  }
  return rows(count, Uint32Array.from(from), Uint32Array.from(to))
}

const made = new WeakMap<Network, Segments>()

/** The pieces of a network, kept with it. Isolated nodes are pieces without pipes. */
export function segmentsOf(network: Network): Segments {
  let known = made.get(network)
  if (!known) made.set(network, (known = findSegments(network)))
  return known
}

/** Whether a valve of `Segments.valves` is shut now. */
export function isShut({ nodes, pipes }: Network, valve: number): boolean {
  return (valve < nodes.count ? nodes.closed[valve] : pipes.closed[valve - nodes.count]) === 1
}

/** Whether a pipe stands for a valve; beside a node that is one it need not. */
export function isValveLink({ nodes, pipes }: Network, k: number): boolean {
  return pipes.valve[k] === 1 && nodes.kind[pipes.from[k]!] !== VALVE && nodes.kind[pipes.to[k]!] !== VALVE
}

/** Pairs of a valve's place in `valves` and a piece beside it. */
function valvesBetween(
  network: Network,
  ofNode: Int32Array,
  ofPipe: Int32Array,
): { valves: number[]; byValve: Uint32Array; byPiece: Uint32Array } {
  const { nodes, pipes, arcs } = network
  const valves: number[] = []
  const [valveOf, pieceOf]: [number[], number[]] = [[], []]
  const beside = (piece: number): void => {
    valveOf.push(valves.length - 1)
    pieceOf.push(piece)
  }
  for (let n = 0; n < nodes.count; n++) {
    if (nodes.kind[n] !== VALVE) continue
    valves.push(n)
    for (let a = arcs.start[n]!; a < arcs.start[n + 1]!; a++) beside(ofPipe[arcs.pipe[a]!]!)
  }
  for (let k = 0; k < pipes.count; k++) {
    if (pipes.valve[k] !== 1 || !isValveLink(network, k)) continue
    valves.push(nodes.count + k)
    beside(ofNode[pipes.from[k]!]!)
    beside(ofNode[pipes.to[k]!]!)
  }
  return { valves, byValve: Uint32Array.from(valveOf), byPiece: Uint32Array.from(pieceOf) }
}

function findSegments(network: Network): Segments {
  const { nodes, pipes, arcs } = network
  const ofNode = new Int32Array(nodes.count).fill(-1)
  const ofPipe = new Int32Array(pipes.count).fill(-1)
  const stack = new Uint32Array(nodes.count)
  let count = 0
  for (let first = 0; first < nodes.count; first++) {
    if (nodes.kind[first] === VALVE || ofNode[first]! >= 0) continue
    let depth = 1
    stack[0] = first
    ofNode[first] = count
    while (depth > 0) {
      const here = stack[--depth]!
      for (let a = arcs.start[here]!; a < arcs.start[here + 1]!; a++) {
        const k = arcs.pipe[a]!
        if (pipes.valve[k] === 1 && isValveLink(network, k)) {
          if (pipes.from[k] === here) ofPipe[k] = count
          continue
        }
        ofPipe[k] = count
        const there = arcs.node[a]!
        if (ofNode[there]! >= 0 || nodes.kind[there] === VALVE) continue
        ofNode[there] = count
        stack[depth++] = there
      }
    }
    count++
  }
  // a pipe between two valves is a piece of its own
  for (let k = 0; k < pipes.count; k++) if (ofPipe[k]! < 0) ofPipe[k] = count++
  const { valves, byValve, byPiece } = valvesBetween(network, ofNode, ofPipe)
  const everyPipe = Uint32Array.from({ length: pipes.count }, (_, k) => k)
  const pipeRows = rows(count, Uint32Array.from(ofPipe), everyPipe)
  const valveRows = rows(count, byPiece, byValve)
  const pieceRows = rows(valves.length, byValve, byPiece)
  const joined = neighbours(count, pieceRows, (v) => isShut(network, valves[v]!))
  return {
    nextStart: joined.start,
    next: joined.at,
    count,
    ofPipe,
    ofNode,
    pipeStart: pipeRows.start,
    pipes: pipeRows.at,
    valves: Uint32Array.from(valves),
    valveStart: valveRows.start,
    valveAt: valveRows.at,
    pieceStart: pieceRows.start,
    pieceAt: pieceRows.at,
  }
}
