/** Whether and how often the edges of rings cross, in bounded time whatever the rings look like. */
import Flatbush from 'flatbush'
import type { Position } from 'geojson'

/** What is known of the crossings of some rings. */
export interface Crossings {
  /** up to `most`: the search ends there */
  count: number
  /** the start of an edge that crosses another; null when none does */
  where: Position | null
}

/** Below this many edges a sweep is quicker than an index. */
const FEW_EDGES = 500
/** Pairs of edges whose boxes touch: 3 s. Ten thousand slanting edges side by side have as many. */
const MOST_PAIRS = 100_000_000

function turn(a: Position, b: Position, c: Position): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}

/** Whether two segments cross at a point inside both; touching ends are no crossing. */
function crossing(a: Position, b: Position, c: Position, d: Position): boolean {
  return turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0
}

/** Calls `pair` for each two edges whose boxes touch, until it says no. */
function sweep(starts: Position[], ends: Position[], pair: (i: number, k: number) => boolean): void {
  const left = (i: number) => Math.min(starts[i][0], ends[i][0])
  const right = (i: number) => Math.max(starts[i][0], ends[i][0])
  const active: number[] = []
  for (const i of starts.map((_, index) => index).sort((a, b) => left(a) - left(b))) {
    const x = left(i)
    const low = Math.min(starts[i][1], ends[i][1])
    const high = Math.max(starts[i][1], ends[i][1])
    let kept = 0
    for (const k of active) {
      if (right(k) < x) continue
      active[kept++] = k
      if (Math.max(starts[k][1], ends[k][1]) < low || Math.min(starts[k][1], ends[k][1]) > high) continue
      if (!pair(i, k)) return
    }
    active.length = kept
    active.push(i)
  }
}

/** As `sweep`, by an index of the boxes: a comb of long teeth costs no more than a circle. */
function look(starts: Position[], ends: Position[], pair: (i: number, k: number) => boolean): void {
  const index = new Flatbush(starts.length)
  const box = (i: number): [number, number, number, number] => {
    const [a, b] = [starts[i], ends[i]]
    return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[0], b[0]), Math.max(a[1], b[1])]
  }
  for (let i = 0; i < starts.length; i++) index.add(...box(i))
  index.finish()
  let going = true
  let visited = 0
  for (let i = 0; i < starts.length && going; i++) {
    index.search(...box(i), (k) => {
      if (++visited > MOST_PAIRS) {
        throw new RangeError(`crossings: ${starts.length} edges lie too close to be told apart; expected simple rings`)
      }
      if (k < i && going) going = pair(i, k)
      return false
    })
  }
}

/**
 * Counts places where edges of rings cross inside both edges.
 *
 * @param rings closed
 * @param most the count at which to stop, ≥ 1
 * @throws {RangeError} when over 10⁸ pairs of edges lie so close that each would have to be looked at
 */
export function crossings(rings: readonly (readonly Position[])[], most: number): Crossings {
  const starts: Position[] = []
  const ends: Position[] = []
  for (const ring of rings) {
    for (let i = 0; i + 1 < ring.length; i++) {
      starts.push(ring[i])
      ends.push(ring[i + 1])
    }
  }
  const found: Crossings = { count: 0, where: null }
  const search = starts.length > FEW_EDGES ? look : sweep
  search(starts, ends, (i, k) => {
    if (crossing(starts[i], ends[i], starts[k], ends[k])) {
      found.count++
      found.where ??= starts[i]
    }
    return found.count < most
  })
  return found
}
