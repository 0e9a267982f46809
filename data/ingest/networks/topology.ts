/** Joins drafts: every end of every pipe gets a node, by its id, by its place, or made; what does not fit is a defect. */
import type { Position } from 'geojson'
import { metresPerDegree } from '../../geo/ellipsoid.ts'
import type { DraftNode, DraftPipe, Drafts } from './draft.ts'
import { emptyNode } from './draft.ts'

/** Nodes of each pipe, as indices into `drafts.nodes`; -1 for a pipe that was refused. */
export interface Joined {
  from: Int32Array
  to: Int32Array
  /** from here on nodes were made */
  made: number
}

/** Ends nearer than this are one place (survey tables round to millimetres or centimetres). */
export const SNAP_M = 0.1
/** An end farther than this from the node it names is a defect. */
const OFF_M = 1

type Point = [lng: number, lat: number]

/** Nodes by id and by place. */
class NodeIndex {
  private readonly ids = new Map<string, number[]>()
  private readonly cells = new Map<string, number[]>()
  private readonly perDegree: [number, number]
  private readonly drafts: Drafts

  constructor(drafts: Drafts) {
    this.drafts = drafts
    this.perDegree = metresPerDegree(
      drafts.nodes[0]?.at[1] ?? drafts.pipes.find(({ line }) => line.length > 0)?.line[0][1] ?? 0,
    )
    for (const [i, node] of drafts.nodes.entries()) this.add(i, node)
  }

  add(i: number, node: DraftNode): void {
    const list = this.ids.get(node.id)
    if (list) list.push(i)
    else this.ids.set(node.id, [i])
    if (!Number.isFinite(node.at[0]) || !Number.isFinite(node.at[1])) return
    const key = this.key(node.at, 0, 0)
    const cell = this.cells.get(key)
    if (cell) cell.push(i)
    else this.cells.set(key, [i])
  }

  /** All nodes of that id, those of the pipe's own group first. */
  named(id: string, pipe: DraftPipe): number[] {
    const list = this.ids.get(id)
    if (!list || list.length < 2) return list ?? []
    const { group } = this.drafts.tables[pipe.table]
    const own = list.filter((i) => this.drafts.tables[this.drafts.nodes[i].table].group === group)
    return own.length > 0 ? own : list
  }

  metres(a: readonly number[], b: readonly number[]): number {
    return Math.hypot((a[0] - b[0]) * this.perDegree[0], (a[1] - b[1]) * this.perDegree[1])
  }

  /** Nearest node of the utility within the snap distance; -1 when there is none. */
  near(at: readonly number[], utility: string): number {
    let best = -1
    let least = SNAP_M
    for (let dx = -1; dx <= 1; dx++)
      for (let dy = -1; dy <= 1; dy++)
        for (const i of this.cells.get(this.key(at, dx, dy)) ?? []) {
          const node = this.drafts.nodes[i]
          if (node.utility !== null && node.utility !== utility) continue
          const distance = this.metres(at, node.at)
          if (distance <= least) {
            best = i
            least = distance
          }
        }
    return best
  }

  private key(at: readonly number[], dx: number, dy: number): string {
    const side = SNAP_M
    return `${Math.floor((at[0] * this.perDegree[0]) / side) + dx} ${Math.floor((at[1] * this.perDegree[1]) / side) + dy}`
  }
}

/**
 * Places of node ids that no table of nodes defines: where most of the pipes that name them end.
 * Reversed pipes are outvoted; an id at several places gets several nodes.
 */
function nodesOfNamedEnds(drafts: Drafts, index: NodeIndex): void {
  const places = new Map<string, { at: Point; votes: number; pipe: DraftPipe }[]>()
  const vote = (id: string | null, at: Position | undefined, pipe: DraftPipe) => {
    if (id === null || at === undefined || index.named(id, pipe).length > 0) return
    const key = `${drafts.tables[pipe.table].group} ${id}`
    const list = places.get(key) ?? []
    const same = list.find((place) => index.metres(place.at, at) <= OFF_M)
    if (same) same.votes++
    else list.push({ at: [at[0], at[1]], votes: 1, pipe })
    places.set(key, list)
  }
  for (const pipe of drafts.pipes) {
    vote(pipe.from, pipe.line[0], pipe)
    vote(pipe.to, pipe.line.at(-1), pipe)
  }
  const seen = new Set<string>()
  const make = (id: string, { at, pipe }: { at: Point; pipe: DraftPipe }) => {
    const node = emptyNode(pipe.table, 0, id, at)
    node.utility = pipe.utility
    index.add(drafts.nodes.push(node) - 1, node)
  }
  const once = (id: string | null, pipe: DraftPipe) => {
    const key = `${drafts.tables[pipe.table].group} ${id}`
    const list = places.get(key)
    if (id === null || !list || seen.has(key)) return
    seen.add(key)
    list.sort((a, b) => b.votes - a.votes)
    make(id, list[0])
    // a second place with as little support as a reversed pipe gives is none of its own
    for (const other of list.slice(1)) if (other.votes > 1) make(id, other)
  }
  for (const pipe of drafts.pipes) {
    once(pipe.from, pipe)
    once(pipe.to, pipe)
  }
}

/** Joins the ends of one pipe. */
class Joining {
  private readonly drafts: Drafts
  private readonly index: NodeIndex
  private readonly refuse: (pipe: DraftPipe, reason: string) => void

  constructor(drafts: Drafts, index: NodeIndex, refuse: (pipe: DraftPipe, reason: string) => void) {
    this.drafts = drafts
    this.index = index
    this.refuse = refuse
  }

  private defect(rule: string, k: number, nodes: number[], found: string, expected: string): void {
    this.drafts.defects.push({ rule, table: this.drafts.pipes[k].table, pipes: [k], nodes, found, expected })
  }

  /** The nearest node of an id; -1 when there is none. */
  private byId(id: string | null, at: Position | undefined, pipe: DraftPipe): number {
    if (id === null) return -1
    const list = this.index.named(id, pipe)
    if (list.length < 2 || !at) return list[0] ?? -1
    const away = (i: number) => this.index.metres(at, this.drafts.nodes[i].at)
    return list.reduce((best, i) => (away(i) < away(best) ? i : best))
  }

  private made(pipe: DraftPipe, at: Position, id: string): number {
    const found = this.index.near(at, pipe.utility)
    if (found >= 0) return found
    const node = emptyNode(pipe.table, 0, id, [at[0], at[1]])
    node.utility = pipe.utility
    const i = this.drafts.nodes.push(node) - 1
    this.index.add(i, node)
    return i
  }

  /** A pipe drawn from its end to its start is turned, with what is said about its ends left where the ids put it. */
  private turned(k: number, from: number, to: number): void {
    const pipe = this.drafts.pipes[k]
    const { nodes } = this.drafts
    const [start, end] = [pipe.line[0], pipe.line[pipe.line.length - 1]]
    const straight = this.index.metres(start, nodes[from].at) + this.index.metres(end, nodes[to].at)
    const crossed = this.index.metres(start, nodes[to].at) + this.index.metres(end, nodes[from].at)
    if (straight <= 2 * OFF_M || crossed > Math.min(2 * OFF_M, straight / 2)) return
    pipe.line = [...pipe.line].reverse()
    this.defect(
      'swapped-ends',
      k,
      [from, to],
      `drawn from ${pipe.to} to ${pipe.from}`,
      'from its start to its end: turned',
    )
  }

  join(k: number): [number, number] | null {
    const pipe = this.drafts.pipes[k]
    const { nodes } = this.drafts
    let from = this.byId(pipe.from, pipe.line[0], pipe)
    let to = this.byId(pipe.to, pipe.line.at(-1), pipe)
    if (pipe.line.length === 1) {
      this.refuse(pipe, 'a line of one place; expected at least 2')
      return null
    }
    if (pipe.line.length === 0) {
      const lost = [from < 0 ? pipe.from : null, to < 0 ? pipe.to : null].filter((id) => id !== null)
      if (from < 0 || to < 0) {
        this.refuse(
          pipe,
          lost.length > 0
            ? `no place: node ${lost.join(' and ')} is in no table of nodes`
            : 'no place: a line of no coordinates',
        )
        return null
      }
      pipe.line = [[...nodes[from].at], [...nodes[to].at]]
    }
    for (const [end, id] of [
      [from, pipe.from],
      [to, pipe.to],
    ] as const)
      if (end < 0 && id !== null)
        this.defect('missing-node', k, [], `node ${id} is not defined`, 'a defined node: one is made at the end')
    if (from >= 0 && to >= 0) this.turned(k, from, to)
    const [start, end] = [pipe.line[0], pipe.line[pipe.line.length - 1]]
    const limit = OFF_M
    for (const [i, at, word] of [
      [from, start, pipe.from],
      [to, end, pipe.to],
    ] as const) {
      const off = i < 0 ? 0 : this.index.metres(at, nodes[i].at)
      if (off > limit) this.defect('end-off-node', k, [i], `${off.toFixed(1)} m from node ${word}`, `within ${limit} m`)
    }
    if (from < 0) from = this.made(pipe, start, pipe.from ?? `${pipe.id}:from`)
    if (to < 0) to = this.made(pipe, end, pipe.to ?? `${pipe.id}:to`)
    return [from, to]
  }
}

/** Ids that stand for different places in different rows or files. */
function reused(drafts: Drafts, index: NodeIndex, made: number): void {
  const first = new Map<string, number>()
  for (let i = 0; i < made; i++) {
    const node = drafts.nodes[i]
    const other = first.get(node.id)
    if (other === undefined) {
      first.set(node.id, i)
      continue
    }
    const metres = index.metres(node.at, drafts.nodes[other].at)
    const sameTable = node.table === drafts.nodes[other].table
    if (metres <= SNAP_M && !sameTable) continue
    const where = sameTable ? 'twice in the table' : `in ${drafts.tables[node.table].file} too`
    drafts.defects.push({
      rule: 'node-id-reused',
      table: node.table,
      pipes: [],
      nodes: [i, other],
      found: `${node.id} ${where}, ${metres.toFixed(1)} m apart`,
      expected: 'one place per id',
    })
  }
}

/**
 * Gives every pipe its two nodes.
 *
 * @param refuse called for a pipe that has no place at all
 */
export function joinDrafts(drafts: Drafts, refuse: (pipe: DraftPipe, reason: string) => void): Joined {
  const index = new NodeIndex(drafts)
  const defined = drafts.nodes.length
  nodesOfNamedEnds(drafts, index)
  reused(drafts, index, drafts.nodes.length)
  const joining = new Joining(drafts, index, refuse)
  const from = new Int32Array(drafts.pipes.length).fill(-1)
  const to = new Int32Array(drafts.pipes.length).fill(-1)
  for (let k = 0; k < drafts.pipes.length; k++) {
    const ends = joining.join(k)
    if (!ends) continue
    ;[from[k], to[k]] = ends
  }
  return { from, to, made: defined }
}
