/** A plane cut into cells by lines: each cell knows which way lies on each of its edges, so that streets meet at shared vertices. */
import type { Point } from './frame.ts'
import { area, inside, type Ring } from './polygon.ts'

/** A line that bounds cells. */
export interface Way {
  kind: 'road' | 'canal' | 'shore' | 'border'
  /** road class, see CLASSES.roads; empty for the others */
  class: string
  name: string
  nameEn: string
  widthM: number
  line: Point[]
  /** where other ways meet it: points on the line, not sorted */
  joints: Point[]
  /** where canals pass under it, with their widths */
  canals: { at: Point; widthM: number }[]
  bridge: boolean
  /** the joints are all there will ever be: who ends here must end at one of them */
  fixed: boolean
}

/** A simple polygon; `edges[i]` is the way on the side from `ring[i]` to `ring[i + 1]`, null for a bare line. */
export interface Cell {
  ring: Ring
  edges: (Way | null)[]
}

/** A place on a cell's border: side `side`, at `at`. */
export interface Hit {
  side: number
  at: Point
}

/** A new way without joints. */
export function makeWay(
  kind: Way['kind'],
  type: string,
  name: string,
  nameEn: string,
  widthM: number,
  line: Point[],
): Way {
  return { kind, class: type, name, nameEn, widthM, line, joints: [], canals: [], bridge: false, fixed: false }
}

const near = (a: Point, b: Point, reach: number) => Math.abs(a[0] - b[0]) <= reach && Math.abs(a[1] - b[1]) <= reach
const same = (a: Point, b: Point) => near(a, b, 1e-6)

/** Where segment p→q meets the sides of the cell: parameter along p→q, side, point; sorted. */
export function crossings(cell: Cell, p: Point, q: Point): { t: number; side: number; at: Point }[] {
  const out: { t: number; side: number; at: Point }[] = []
  const dx = q[0] - p[0]
  const dy = q[1] - p[1]
  const { ring } = cell
  for (let i = 0; i < ring.length; i++) {
    const a = ring[i]!
    const b = ring[(i + 1) % ring.length]!
    const sa = dx * (a[1] - p[1]) - dy * (a[0] - p[0])
    const sb = dx * (b[1] - p[1]) - dy * (b[0] - p[0])
    if (sa > 0 === sb > 0) continue
    const u = sa / (sa - sb)
    const at: Point = [a[0] + (b[0] - a[0]) * u, a[1] + (b[1] - a[1]) * u]
    const t = Math.abs(dx) > Math.abs(dy) ? (at[0] - p[0]) / dx : (at[1] - p[1]) / dy
    if (t >= 0 && t <= 1) out.push({ t, side: i, at })
  }
  return out.sort((a, b) => a.t - b.t)
}

/** The joint or vertex of the side's way nearest to the hit and on that side; null when none is within reach. */
export function joint(cell: Cell, hit: Hit, reach: number): Point | null {
  const way = cell.edges[hit.side]
  const a = cell.ring[hit.side]!
  const b = cell.ring[(hit.side + 1) % cell.ring.length]!
  const dx = b[0] - a[0]
  const dy = b[1] - a[1]
  const length = Math.hypot(dx, dy)
  let best: Point | null = null
  let least = reach
  const consider = (p: Point) => {
    const d = Math.hypot(p[0] - hit.at[0], p[1] - hit.at[1])
    if (d > least) return
    const t = ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length
    const off = Math.abs((p[0] - a[0]) * dy - (p[1] - a[1]) * dx) / length
    if (t < -1e-3 || t > length + 1e-3 || off > 0.02) return
    least = d
    best = p
  }
  consider(a)
  consider(b)
  if (way) for (const p of way.joints) consider(p)
  return best
}

/** Whether the open line between two border points runs inside the cell and touches its border nowhere else. */
export function clear(cell: Cell, line: Point[]): boolean {
  for (let k = 0; k + 1 < line.length; k++) {
    const a = line[k]!
    const b = line[k + 1]!
    const mid: Point = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]
    if (!inside(mid[0], mid[1], cell.ring)) return false
    for (const { at } of crossings(cell, a, b)) {
      if (!near(at, line[0]!, 0.05) && !near(at, line.at(-1)!, 0.05)) return false
    }
  }
  return true
}

/**
 * Cuts a cell in two along a line whose ends lie on the border (`from` and `to` tell the sides) and which is `clear`.
 *
 * @returns the part on the left of the line and the one on the right; null when one would be a sliver
 */
export function split(cell: Cell, from: Hit, to: Hit, line: Point[], way: Way | null): [Cell, Cell] | null {
  const build = (start: Hit, end: Hit, path: Point[]): Cell => {
    const ring: Ring = [...path]
    const edges: (Way | null)[] = path.slice(1).map(() => way)
    // from the path's end on along the old border to the path's start
    edges.push(cell.edges[end.side]!)
    const n = cell.ring.length
    // one side for both ends: round the whole border, unless the start lies ahead of the end on it
    const a = cell.ring[end.side]!
    const ahead = Math.hypot(start.at[0] - a[0], start.at[1] - a[1]) > Math.hypot(end.at[0] - a[0], end.at[1] - a[1])
    let steps = (start.side - end.side + n) % n
    if (steps === 0 && !ahead) steps = n
    for (let k = 1; k <= steps; k++) {
      const i = (end.side + k) % n
      ring.push(cell.ring[i]!)
      edges.push(cell.edges[i]!)
    }
    const clean: Cell = { ring: [], edges: [] }
    for (let i = 0; i < ring.length; i++) {
      if (same(ring[i]!, ring[(i + 1) % ring.length]!)) continue
      clean.ring.push(ring[i]!)
      clean.edges.push(edges[i]!)
    }
    return clean
  }
  const left = build(from, to, line)
  const right = build(to, from, line.toReversed())
  if (left.ring.length < 3 || right.ring.length < 3) return null
  const whole = area(cell.ring)
  const [la, ra] = [area(left.ring), area(right.ring)]
  if (la < 60 || ra < 60 || Math.abs(la + ra - whole) > 1 + whole * 1e-6) return null
  return [left, right]
}

/** The way's line with its joints in place. */
export function fullLine(way: Way): Point[] {
  const marks: { at: Point; s: number }[] = []
  const starts: number[] = [0]
  for (let i = 0; i + 1 < way.line.length; i++) {
    const [a, b] = [way.line[i]!, way.line[i + 1]!]
    starts.push(starts[i]! + Math.hypot(b[0] - a[0], b[1] - a[1]))
  }
  way.line.forEach((at, i) => {
    marks.push({ at, s: starts[i]! })
  })
  for (const p of way.joints) {
    let best = Infinity
    let s = 0
    for (let i = 0; i + 1 < way.line.length; i++) {
      const [a, b] = [way.line[i]!, way.line[i + 1]!]
      const length = starts[i + 1]! - starts[i]! || 1
      const t = Math.max(0, Math.min(length, ((p[0] - a[0]) * (b[0] - a[0]) + (p[1] - a[1]) * (b[1] - a[1])) / length))
      const d = Math.hypot(a[0] + ((b[0] - a[0]) * t) / length - p[0], a[1] + ((b[1] - a[1]) * t) / length - p[1])
      if (d < best - 1e-9) [best, s] = [d, starts[i]! + t]
    }
    marks.push({ at: p, s })
  }
  marks.sort((a, b) => a.s - b.s)
  return marks.map((m) => m.at).filter((p, i, all) => i === 0 || !same(p, all[i - 1]!))
}
