/** Which way every street's sewer falls: the shortest way to an outfall, streets off that tree cut at their summit. */
import type { Point } from './frame.ts'
import { lineAlong, type Offset, placeAt, spaced } from './under-place.ts'
import type { StreetLink, Streets } from './under-streets.ts'

/** A manhole of the forest. */
export interface Manhole {
  x: number
  y: number
  /** street above, for names and years */
  link: StreetLink
  /** index of the next manhole downstream, -1 at a root */
  down: number
  /** metres to it along the street */
  length: number
  /** where the way down is no fall but a crossing under a canal or a road without sewer: its line */
  pumped: Point[] | null
  /** between the ends of its street */
  mid: boolean
  /** street metres that drain into it directly */
  drained: number
  /** a root: index of the street node */
  root: number
}

/** What decides the forest. */
export interface SewerWish {
  carries(link: StreetLink): boolean
  offset: Offset
  /** street nodes at which water leaves */
  roots: Set<number>
  /** metres that a link without sewer counts for, per metre; absent: such links are never used */
  pumpedCost?: number
}

const MOST_M = 50

/** Shortest ways from all roots at once; `by[n]` = link toward the root, -1 at roots, -2 out of reach. */
export function shortest(
  streets: Streets,
  starts: Iterable<number>,
  cost: (link: StreetLink) => number,
): { by: Int32Array; far: Float64Array } {
  const far = new Float64Array(streets.x.length).fill(Infinity)
  const by = new Int32Array(streets.x.length).fill(-2)
  const heap: [number, number][] = []
  const push = (d: number, n: number) => {
    let i = heap.push([d, n]) - 1
    while (i > 0) {
      const up = (i - 1) >> 1
      if (heap[up]![0] <= d) break
      heap[i] = heap[up]!
      i = up
    }
    heap[i] = [d, n]
  }
  const pop = (): [number, number] => {
    const first = heap[0]!
    const last = heap.pop()!
    const n = heap.length
    for (let i = 0; n > 0; ) {
      let c = 2 * i + 1
      if (c + 1 < n && heap[c + 1]![0] < heap[c]![0]) c++
      if (c >= n || heap[c]![0] >= last[0]) {
        heap[i] = last
        break
      }
      heap[i] = heap[c]!
      i = c
    }
    return first
  }
  for (const n of starts) {
    far[n] = 0
    by[n] = -1
    push(0, n)
  }
  while (heap.length > 0) {
    const [d, n] = pop()
    if (d > far[n]!) continue
    for (const k of streets.at[n]!) {
      const link = streets.links[k]!
      const other = link.a === n ? link.b : link.a
      const reach = d + cost(link)
      if (reach >= far[other]! - 1e-9) continue
      far[other] = reach
      by[other] = k
      push(reach, other)
    }
  }
  return { by, far }
}

/** Metres that a metre of street counts for: sewers gather in the wide streets, where larger pipes need less fall. */
const weight = ({ widthM }: StreetLink): number => (widthM >= 28 ? 0.35 : widthM >= 22 ? 0.5 : widthM >= 14 ? 0.8 : 1.4)

/** Lays the manholes of all streets that carry the sewer. Downstream is always a later or earlier entry, never a circle. */
export function sewerForest(streets: Streets, wish: SewerWish): Manhole[] {
  const { by, far } = shortest(streets, wish.roots, (link) =>
    wish.carries(link)
      ? link.length * weight(link)
      : wish.pumpedCost === undefined
        ? Infinity
        : 60 + link.length * wish.pumpedCost,
  )
  const out: Manhole[] = []
  const at = new Int32Array(streets.x.length).fill(-1)
  const places = new Map<number, Point>()
  const place = (n: number): Point => {
    const had = places.get(n)
    if (had) return had
    const all = streets.at[n]!.map((k) => streets.links[k]!)
    const own = all.filter(wish.carries)
    const made = placeAt(streets, n, own.length > 0 ? own : all, wish.offset)
    places.set(n, made)
    return made
  }
  const add = (p: Point, link: StreetLink, mid: boolean): number => out.push(blank(p, link, mid)) - 1
  /** the manhole at a street node, with all that leads from it to the root */
  const manholeAt = (start: number, link: StreetLink): number => {
    let first = -1
    let above = -1
    for (let n = start; ; ) {
      const had = at[n]!
      const here = had >= 0 ? had : add(place(n), by[n]! >= 0 ? streets.links[by[n]!]! : link, false)
      at[n] = here
      if (first < 0) first = here
      if (above >= 0 && out[above]!.down < 0) connect(out, above, here)
      if (had >= 0) return first
      const step = by[n]!
      if (step < 0) {
        out[here]!.root = n
        return first
      }
      const way = streets.links[step]!
      const next = way.a === n ? way.b : way.a
      above = here
      const line = downTo(streets, wish, way, place(n), place(next), n)
      if (wish.carries(way)) {
        for (const p of line.slice(1, -1)) {
          const one = add(p, way, true)
          connect(out, above, one)
          above = one
        }
      } else out[here]!.pumped = line
      n = next
    }
  }
  for (const link of streets.links) {
    if (!wish.carries(link) || by[link.a] === -2 || by[link.b] === -2) continue
    const [a, b] = [manholeAt(link.a, link), manholeAt(link.b, link)]
    if (by[link.a] === link.index || by[link.b] === link.index) continue
    chord(streets, out, wish, link, [a, b], [far[link.a]!, far[link.b]!])
  }
  return out
}

function connect(out: Manhole[], from: number, to: number): void {
  out[from]!.down = to
  out[from]!.length = Math.hypot(out[to]!.x - out[from]!.x, out[to]!.y - out[from]!.y)
  if (!out[from]!.pumped) out[from]!.drained = out[from]!.length
}

/** The manholes' places along a link, from the upper node to the lower. */
function downTo(streets: Streets, wish: SewerWish, link: StreetLink, from: Point, to: Point, start: number): Point[] {
  const upward = link.a !== start
  const line = lineAlong(streets, link, wish.offset, upward ? to : from, upward ? from : to, null)
  return spaced(upward ? line.reverse() : line, MOST_M)
}

/** A street off the tree: it drains to both ends from the place where both ways are equally long. */
function chord(
  streets: Streets,
  out: Manhole[],
  wish: SewerWish,
  link: StreetLink,
  ends: [number, number],
  far: [number, number],
): void {
  const [a, b] = [out[ends[0]]!, out[ends[1]]!]
  const line = downTo(streets, wish, link, [a.x, a.y], [b.x, b.y], link.a)
  const pieces = line.length - 1
  if (pieces === 1) {
    // one head a little off the far end, so that no manhole has two ways down
    const length = Math.hypot(b.x - a.x, b.y - a.y)
    if (length < 18) return
    const low = far[0] <= far[1] ? 0 : 1
    const t = low === 0 ? 1 - 6 / length : 6 / length
    const head = out.push(blank([a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t], link, true)) - 1
    connect(out, head, ends[low])
    return
  }
  const share = ((far[1] - far[0]) / (link.length * weight(link)) + 1) / 2
  const gap = Math.max(0, Math.min(pieces - 1, Math.floor(share * pieces)))
  for (const [end, from, to, turn] of [
    [ends[0], 1, gap, 1],
    [ends[1], pieces - 1, gap + 1, -1],
  ] as const) {
    let below = end
    for (let i = from; turn > 0 ? i <= to : i >= to; i += turn) {
      const one = out.push(blank(line[i]!, link, true)) - 1
      connect(out, one, below)
      below = one
    }
  }
}

const blank = (p: Point, link: StreetLink, mid: boolean): Manhole => ({
  x: p[0],
  y: p[1],
  link,
  down: -1,
  length: 0,
  pumped: null,
  mid,
  drained: 0,
  root: -1,
})

/** Indices so that every manhole comes before the one below it. */
export function fromTheTop(forest: Manhole[]): Uint32Array {
  const waiting = new Uint32Array(forest.length)
  for (const one of forest) if (one.down >= 0) waiting[one.down]!++
  const order = new Uint32Array(forest.length)
  let n = 0
  forest.forEach((_, i) => {
    if (waiting[i] === 0) order[n++] = i
  })
  for (let k = 0; k < n; k++) {
    const down = forest[order[k]!]!.down
    if (down >= 0 && --waiting[down]! === 0) order[n++] = down
  }
  return order.subarray(0, n)
}
