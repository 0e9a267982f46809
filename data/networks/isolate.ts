/** A burst (爆管): which valves to close, what is cut off by it, and what follows when one of them sticks. */
import { CLASSES } from '../geo/city-feature.ts'
import type { Network } from './network.ts'
import { isShut, isValveLink, type Segments, segmentsOf } from './segments.ts'

const KINDS = CLASSES['pipe-nodes'] as readonly string[]
const HYDRANT = KINDS.indexOf('hydrant')
const SOURCES = ['reservoir', 'tank'].map((kind) => KINDS.indexOf(kind))

/** What is asked. */
export interface IsolateOptions {
  /** nodes of valves that stay open whatever one does */
  stuck?: Iterable<number>
  /** pipes that are valves and stay open whatever one does */
  stuckPipes?: Iterable<number>
  /** nodes that feed the network; default: its reservoirs and tanks */
  sources?: Iterable<number>
  /** litres per second drawn at each node */
  demandLps?: Float64Array
}

/** A valve at the edge of what is shut off. */
export interface EdgeValve {
  /** node, -1 for a valve that is drawn as a pipe */
  node: number
  /** that pipe, else -1 */
  pipe: number
  /** shut already: nobody need go there */
  closed: boolean
  /** water can come from the other side; without it closing changes nothing */
  needed: boolean
}

/** What closing leads to. Pipes and nodes are numbers in the network. */
export interface Isolation {
  valves: EdgeValve[]
  /** pipes that stand empty between the valves */
  shutPipes: Uint32Array
  /** pipes beyond them that no source reaches any more */
  dryPipes: Uint32Array
  /** junctions, meters and other nodes without water, the ones between the valves among them */
  dryNodes: Uint32Array
  /** hydrants among `dryNodes` */
  hydrants: Uint32Array
  /** litres per second not delivered; 0 without demands */
  lostLps: number
  /** metres of pipe without water */
  lengthM: number
  /** why: how the sources were known, and what was taken for granted */
  assumptions: ('sources-given' | 'sources-by-kind' | 'largest-part-is-fed')[]
}

/** Pieces joined to one by valves that do not close, from those that hold the burst. */
function shutPieces(segments: Segments, first: number, stuck: ReadonlySet<number>): number[] {
  const found = [first]
  const seen = new Set(found)
  for (let i = 0; i < found.length; i++) {
    const piece = found[i]!
    for (let a = segments.valveStart[piece]!; a < segments.valveStart[piece + 1]!; a++) {
      const v = segments.valveAt[a]!
      if (!stuck.has(segments.valves[v]!)) continue
      for (let b = segments.pieceStart[v]!; b < segments.pieceStart[v + 1]!; b++) {
        const other = segments.pieceAt[b]!
        if (seen.has(other)) continue
        seen.add(other)
        found.push(other)
      }
    }
  }
  return found
}

/** 1 for each piece that a source feeds through open valves, 2 for those of `shut`, which carry nothing. */
function fedPieces(segments: Segments, sources: readonly number[], shut: readonly number[] = []): Uint8Array {
  const { count, ofNode, nextStart, next } = segments
  const fed = new Uint8Array(count)
  const stack = new Uint32Array(count)
  let depth = 0
  for (const piece of shut) fed[piece] = 2
  for (const node of sources) {
    const piece = ofNode[node]!
    if (piece < 0 || fed[piece]) continue
    fed[piece] = 1
    stack[depth++] = piece
  }
  while (depth > 0) {
    const piece = stack[--depth]!
    for (let a = nextStart[piece]!, end = nextStart[piece + 1]!; a < end; a++) {
      const other = next[a]!
      if (fed[other]) continue
      fed[other] = 1
      stack[depth++] = other
    }
  }
  return fed
}

interface Feed {
  nodes: number[]
  how: Isolation['assumptions'][number]
}

const kept = new WeakMap<Network, { utility: number; feed: Feed; before: Uint8Array }[]>()

/** Sources by kind; where a utility has none, a node of its largest connected part stands for them. */
function feedOf(network: Network, segments: Segments, pipe: number, given?: Iterable<number>): Feed {
  if (given) return { nodes: [...given], how: 'sources-given' }
  const { nodes, pipes, arcs } = network
  const utility = pipes.utility[pipe]
  const found: number[] = []
  for (let n = 0; n < nodes.count; n++) {
    if (!SOURCES.includes(nodes.kind[n]!)) continue
    for (let a = arcs.start[n]!; a < arcs.start[n + 1]!; a++) {
      if (pipes.utility[arcs.pipe[a]!] !== utility) continue
      found.push(n)
      break
    }
  }
  if (found.length) return { nodes: found, how: 'sources-by-kind' }
  const best = insideLargestPart(network, segments, utility ?? 0)
  return { nodes: best < 0 ? [] : [best], how: 'largest-part-is-fed' }
}

/** A node of the part that has most pipes of a utility when valves stand as they do; -1 when there is none. Each piece is looked at once. */
function insideLargestPart({ pipes }: Network, segments: Segments, utility: number): number {
  const { count, ofPipe, ofNode, nextStart, next } = segments
  const part = new Int32Array(count).fill(-1)
  const stack = new Uint32Array(count)
  const size: number[] = []
  const inside: number[] = []
  for (let k = 0; k < pipes.count; k++) {
    if (pipes.utility[k] !== utility) continue
    const first = ofPipe[k]!
    if (part[first]! < 0) {
      part[first] = size.length
      stack[0] = first
      for (let depth = 1; depth > 0; ) {
        const piece = stack[--depth]!
        for (let a = nextStart[piece]!; a < nextStart[piece + 1]!; a++) {
          const other = next[a]!
          if (part[other]! >= 0) continue
          part[other] = size.length
          stack[depth++] = other
        }
      }
      size.push(0)
      inside.push(-1)
    }
    const at = part[first]!
    size[at]!++
    const node = ofNode[pipes.from[k]!]! >= 0 ? pipes.from[k]! : pipes.to[k]!
    if (inside[at]! < 0 && ofNode[node]! >= 0) inside[at] = node
  }
  let best = -1
  for (const [at, pipesIn] of size.entries()) if (inside[at]! >= 0 && (best < 0 || pipesIn > size[best]!)) best = at
  return best < 0 ? -1 : inside[best]!
}

/**
 * Isolates a burst pipe: shuts the piece between valves that holds it (and what hangs to it by stuck valves), and finds
 * what no source reaches then. Parts that were dry before are not counted.
 *
 * @param pipe number of the burst pipe
 * @throws {RangeError} when there is no such pipe
 */
export function isolate(network: Network, pipe: number, options: IsolateOptions = {}): Isolation {
  const { nodes, pipes } = network
  if (!Number.isInteger(pipe) || pipe < 0 || pipe >= pipes.count)
    throw new RangeError(`isolate: no such pipe, got ${pipe}; expected 0 … ${pipes.count - 1}`)
  const segments = segmentsOf(network)
  // a valve that sticks in its shut position holds
  const links = Array.from(options.stuckPipes ?? [], (k) => nodes.count + k)
  const stuck = new Set([...(options.stuck ?? []), ...links].filter((valve) => !isShut(network, valve)))
  // a valve that bursts itself holds nothing back
  if (isValveLink(network, pipe)) stuck.add(nodes.count + pipe)
  const shutList = shutPieces(segments, segments.ofPipe[pipe]!, stuck)
  const shut = new Set(shutList)
  const { feed, before } = fedBefore(network, segments, pipe, options.sources)
  const after = fedPieces(segments, feed.nodes, shutList)
  const valves = edgeValves(network, segments, shutList, shut, after, stuck)
  const [shutPipes, dryPipes, dryNodes]: [number[], number[], number[]] = [[], [], []]
  let lengthM = 0
  const take = (piece: number, list: number[]): void => {
    for (let i = segments.pipeStart[piece]!; i < segments.pipeStart[piece + 1]!; i++) {
      const k = segments.pipes[i]!
      list.push(k)
      lengthM += pipes.length[k]!
    }
  }
  const lost = new Uint8Array(segments.count)
  for (const piece of shutList) {
    lost[piece] = 1
    take(piece, shutPipes)
  }
  for (let piece = 0; piece < segments.count; piece++) {
    if (!before[piece] || after[piece] || lost[piece]) continue
    lost[piece] = 1
    take(piece, dryPipes)
  }
  // nodes are met along the lost pipes: most of the network is not looked at
  const met = new Set<number>()
  for (const k of [...shutPipes, ...dryPipes]) {
    for (const n of [pipes.from[k]!, pipes.to[k]!]) {
      const piece = segments.ofNode[n]!
      if (piece >= 0 && lost[piece]) met.add(n)
    }
  }
  for (const n of met) dryNodes.push(n)
  dryNodes.sort((a, b) => a - b)
  const demand = options.demandLps
  return {
    valves,
    shutPipes: Uint32Array.from(shutPipes),
    dryPipes: Uint32Array.from(dryPipes),
    dryNodes: Uint32Array.from(dryNodes),
    hydrants: Uint32Array.from(dryNodes.filter((n) => nodes.kind[n] === HYDRANT)),
    lostLps: demand ? dryNodes.reduce((sum, n) => sum + (demand[n] || 0), 0) : 0,
    lengthM,
    assumptions: [feed.how],
  }
}

/** What is fed while nothing has burst: kept with the network, it is the same for every question. */
function fedBefore(
  network: Network,
  segments: Segments,
  pipe: number,
  given?: Iterable<number>,
): { feed: Feed; before: Uint8Array } {
  const utility = network.pipes.utility[pipe]!
  const list = kept.get(network) ?? []
  kept.set(network, list)
  const known = given ? undefined : list.find((one) => one.utility === utility)
  if (known) return known
  const feed = feedOf(network, segments, pipe, given)
  const before = fedPieces(segments, feed.nodes)
  if (!given) list.push({ utility, feed, before })
  return { feed, before }
}

/** Valves between shut pieces and others, or at a dead end of the shut ones. */
function edgeValves(
  network: Network,
  segments: Segments,
  shutList: readonly number[],
  shut: ReadonlySet<number>,
  after: Uint8Array,
  stuck: ReadonlySet<number>,
): EdgeValve[] {
  const { count } = network.nodes
  const edge = new Map<number, EdgeValve>()
  for (const piece of shutList) {
    for (let a = segments.valveStart[piece]!; a < segments.valveStart[piece + 1]!; a++) {
      const v = segments.valveAt[a]!
      const valve = segments.valves[v]!
      if (stuck.has(valve) || edge.has(valve)) continue
      let [outside, needed] = [false, false]
      for (let b = segments.pieceStart[v]!; b < segments.pieceStart[v + 1]!; b++) {
        const other = segments.pieceAt[b]!
        if (shut.has(other)) continue
        outside = true
        if (after[other] === 1) needed = true
      }
      const [node, pipe] = valve < count ? [valve, -1] : [-1, valve - count]
      if (outside) edge.set(valve, { node, pipe, closed: isShut(network, valve), needed })
    }
  }
  return [...edge].sort(([a], [b]) => a - b).map(([, valve]) => valve)
}
