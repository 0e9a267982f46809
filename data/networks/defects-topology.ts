/** Defects of shape and connection: ends in the air, near misses, doubles, islands, pipes too long or of no length. */
import Flatbush from 'flatbush'
import { CLASSES } from '../geo/city-feature.ts'
import type { DefectOptions, Found } from './defect.ts'
import type { Network } from './network.ts'

const KINDS = CLASSES['pipe-nodes']
const kind = (word: (typeof KINDS)[number]): number => KINDS.indexOf(word)
/** Kinds at which a pipe may not just end. */
const PASSING = new Set([kind('junction'), kind('valve'), kind('other')])
/** Kinds that feed or take: a part that has one stands by itself. */
const ANCHORS = new Set(
  ['outfall', 'pump', 'tank', 'reservoir', 'regulator', 'transformer'].map((word) =>
    kind(word as (typeof KINDS)[number]),
  ),
)
/** Ends nearer than this to a pipe of their kind, and not joined to it, were meant to be. */
const NEAR_M = 1
const SHORT_M = 0.01
const FAR_M = 50_000

/** Squared distance from a point to a segment. */
function distance2(px: number, py: number, ax: number, ay: number, bx: number, by: number): number {
  const [dx, dy] = [bx - ax, by - ay]
  const length2 = dx * dx + dy * dy
  const t = length2 > 0 ? Math.max(0, Math.min(1, ((px - ax) * dx + (py - ay) * dy) / length2)) : 0
  return (px - ax - t * dx) ** 2 + (py - ay - t * dy) ** 2
}

/** All segments of all pipes, searchable. */
function segments({ pipes }: Network): { index: Flatbush | null; pipe: Uint32Array; vertex: Uint32Array } {
  const count = pipes.vertexStart[pipes.count] - pipes.count
  const pipe = new Uint32Array(Math.max(0, count))
  const vertex = new Uint32Array(Math.max(0, count))
  if (count <= 0) return { index: null, pipe, vertex }
  const index = new Flatbush(count)
  const v = pipes.vertices
  let at = 0
  for (let k = 0; k < pipes.count; k++)
    for (let i = pipes.vertexStart[k]; i + 1 < pipes.vertexStart[k + 1]; i++) {
      pipe[at] = k
      vertex[at++] = i
      const [ax, ay, bx, by] = [v[3 * i], v[3 * i + 1], v[3 * i + 3], v[3 * i + 4]]
      index.add(Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by))
    }
  index.finish()
  return { index, pipe, vertex }
}

function ends(network: Network, found: Found): void {
  const { nodes, pipes, arcs } = network
  const { index, pipe, vertex } = segments(network)
  const v = pipes.vertices
  for (let n = 0; n < nodes.count; n++) {
    if (arcs.start[n + 1] - arcs.start[n] !== 1) continue
    const own = arcs.pipe[arcs.start[n]]
    const neighbour = arcs.node[arcs.start[n]]
    const [x, y] = [nodes.x[n], nodes.y[n]]
    let nearest = -1
    let least = NEAR_M ** 2
    for (const s of index?.search(x - NEAR_M, y - NEAR_M, x + NEAR_M, y + NEAR_M) ?? []) {
      const k = pipe[s]
      if (
        k === own ||
        pipes.utility[k] !== pipes.utility[own] ||
        pipes.from[k] === neighbour ||
        pipes.to[k] === neighbour
      )
        continue
      const i = vertex[s]
      const d = distance2(x, y, v[3 * i], v[3 * i + 1], v[3 * i + 3], v[3 * i + 4])
      if (d < least) {
        least = d
        nearest = k
      }
    }
    if (nearest >= 0) {
      const metres = Math.sqrt(least).toFixed(2)
      found({
        rule: 'near-miss',
        pipes: [own, nearest],
        nodes: [n],
        found: `ends ${metres} m from ${pipes.ids[nearest]}`,
        expected: 'joined, or farther than 1 m',
      })
    } else if (PASSING.has(nodes.kind[n])) {
      found({
        rule: 'dangling-end',
        pipes: [own],
        nodes: [n],
        found: `one pipe at a ${KINDS[nodes.kind[n]]}`,
        expected: 'an end, a customer, or another pipe',
      })
    }
  }
}

function doubles(network: Network, { joints }: DefectOptions, found: Found): void {
  const { pipes } = network
  const v = pipes.vertices
  const seen = new Map<string, number[]>()
  const place = (i: number) => `${Math.round(v[3 * i] * 5)},${Math.round(v[3 * i + 1] * 5)}`
  const add = (key: string, k: number) => {
    const list = seen.get(key)
    if (list) list.push(k)
    else seen.set(key, [k])
  }
  for (let k = 0; k < pipes.count; k++) {
    if (pipes.length[k] < SHORT_M || joints?.has(pipes.ids[k])) continue
    const [a, b] = [pipes.from[k], pipes.to[k]]
    add(`${pipes.utility[k]} ${Math.min(a, b)} ${Math.max(a, b)}`, k)
    const both = [place(pipes.vertexStart[k]), place(pipes.vertexStart[k + 1] - 1)].sort()
    add(`${pipes.utility[k]} at ${both.join(' ')}`, k)
  }
  const told = new Set<string>()
  for (const list of seen.values())
    for (let j = 1; j < Math.min(list.length, 100); j++) {
      const [a, b] = [list[0], list[j]]
      const apart = Math.max(Math.abs(pipes.zFrom[a] - pipes.zFrom[b]) || 0, 0)
      const same = Math.abs(pipes.length[a] - pipes.length[b]) <= Math.max(0.1, 0.01 * pipes.length[a]) && apart < 0.5
      if (!same || !alike(network, a, b) || told.has(`${a} ${b}`)) continue
      told.add(`${a} ${b}`)
      found({
        rule: 'duplicate-pipe',
        pipes: [a, b],
        nodes: [],
        found: `${pipes.ids[b]} lies on ${pipes.ids[a]}`,
        expected: 'one record per pipe',
      })
    }
}

/** Whether two pipes of equal length and ends run along the same way: their middles lie within half a metre. */
function alike({ pipes }: Network, a: number, b: number): boolean {
  const half = (k: number): [number, number] => {
    let left = pipes.length[k] / 2
    const v = pipes.vertices
    for (let i = pipes.vertexStart[k]; i + 1 < pipes.vertexStart[k + 1]; i++) {
      const [dx, dy] = [v[3 * i + 3] - v[3 * i], v[3 * i + 4] - v[3 * i + 1]]
      const dz = v[3 * i + 5] - v[3 * i + 2]
      const step = Math.hypot(dx, dy, Number.isNaN(dz) ? 0 : dz)
      if (step >= left && step > 0) return [v[3 * i] + (dx * left) / step, v[3 * i + 1] + (dy * left) / step]
      left -= step
    }
    const last = pipes.vertexStart[k + 1] - 1
    return [v[3 * last], v[3 * last + 1]]
  }
  const [p, q] = [half(a), half(b)]
  return Math.hypot(p[0] - q[0], p[1] - q[1]) <= 0.5
}

/** Parts of a utility that hang on nothing. */
function islands({ nodes, pipes, arcs }: Network, found: Found): void {
  const part = new Int32Array(pipes.count).fill(-1)
  const parts: { utility: number; first: number; count: number; anchored: boolean }[] = []
  const stack: number[] = []
  for (let k = 0; k < pipes.count; k++) {
    if (part[k] >= 0) continue
    const utility = pipes.utility[k]
    const id = parts.push({ utility, first: k, count: 0, anchored: false }) - 1
    part[k] = id
    stack.push(k)
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      parts[id].count++
      for (const n of [pipes.from[top], pipes.to[top]]) {
        if (ANCHORS.has(nodes.kind[n])) parts[id].anchored = true
        for (let arc = arcs.start[n]; arc < arcs.start[n + 1]; arc++) {
          const next = arcs.pipe[arc]
          if (part[next] >= 0 || pipes.utility[next] !== utility) continue
          part[next] = id
          stack.push(next)
        }
      }
    }
  }
  const largest = new Map<number, number>()
  for (const { utility, count } of parts) largest.set(utility, Math.max(largest.get(utility) ?? 0, count))
  const kept = new Set<number>()
  for (const { utility, first, count, anchored } of parts) {
    if (count === largest.get(utility) && !kept.has(utility)) kept.add(utility)
    else if (!anchored)
      found({
        rule: 'unconnected-part',
        pipes: [first],
        nodes: [pipes.from[first]],
        found: `${count} ${count === 1 ? 'pipe' : 'pipes'} by itself`,
        expected: `joined to the ${largest.get(utility)} of its utility, or with its own source or outfall`,
      })
  }
}

/** Diagonal of the box that 98 % of the pipes' beginnings lie in, metres. */
function citySize({ pipes }: Network): number {
  const side = (axis: 0 | 1): number => {
    const all = Float64Array.from(
      { length: pipes.count },
      (_, k) => pipes.vertices[3 * pipes.vertexStart[k] + axis],
    ).sort()
    return all[Math.ceil(all.length * 0.99) - 1] - all[Math.floor(all.length * 0.01)]
  }
  return Math.hypot(side(0), side(1))
}

function lengths(network: Network, { joints }: DefectOptions, found: Found): void {
  const { pipes } = network
  const longest = pipes.count >= 20 ? Math.min(FAR_M, Math.max(1000, citySize(network))) : FAR_M
  for (let k = 0; k < pipes.count; k++) {
    const metres = pipes.length[k]
    if (metres > longest)
      found({
        rule: 'longer-than-city',
        pipes: [k],
        nodes: [],
        found: `${metres.toFixed(0)} m`,
        expected: `up to ${longest.toFixed(0)} m, the size of the network`,
      })
    if (joints?.has(pipes.ids[k])) continue
    if (pipes.from[k] === pipes.to[k])
      found({
        rule: 'self-joined',
        pipes: [k],
        nodes: [pipes.from[k]],
        found: 'starts and ends at one node',
        expected: 'two nodes',
      })
    else if (metres < SHORT_M)
      found({
        rule: 'zero-length',
        pipes: [k],
        nodes: [pipes.from[k], pipes.to[k]],
        found: `${(metres * 1000).toFixed(0)} mm`,
        expected: 'more than 10 mm',
      })
  }
}

/** Checks shape and connection. */
export function topologyDefects(network: Network, options: DefectOptions, found: Found): void {
  ends(network, found)
  doubles(network, options, found)
  islands(network, found)
  lengths(network, options, found)
}
