/** Where a line meets others in plan, and how far apart their walls must lie there. */
import Flatbush from 'flatbush'
import type { Tube, Utility } from './pipes-ledger.ts'
import { outerHalf } from './under-lanes.ts'
import type { Site } from './under-site.ts'

/** Straight pieces of lines as they were laid, to be searched by place: made once, lines that bend since then keep to their course in plan. */
export interface PieceIndex {
  tubes: Tube[]
  /** by piece: its line, and which of the line's pieces it was */
  tube: Uint32Array
  piece: Uint32Array
  /** by line: where the vertices of its pieces are now; null: as they were */
  now: (number[] | null)[]
  number: Map<Tube, number>
  index: Flatbush
}

/** A place where a line passes over or under another. */
export interface Meeting {
  /** metres from the line's start */
  s: number
  /** half the length over which the line must keep its level, so that no bend of it lies beside the other */
  reach: number
  z: number
  otherZ: number
  /** least distance of the axes */
  need: number
  ground: number
  /** the other line stays where it is */
  fixed: boolean
}

/** Metres between the walls of lines that cross; the first that fits counts. @see GB 50289-2016 table 4.1.14 */
const UPRIGHT: [Utility, Utility | null, number][] = [
  ['water', 'foul', 0.4],
  ['water', 'storm', 0.4],
  ['gas', 'power', 0.5],
  ['telecom', 'power', 0.5],
  ['telecom', 'telecom', 0.25],
  ['power', null, 0.25],
]
/** Metres between the walls of lines side by side. @see GB 50289-2016 table 4.1.9 */
const ASIDE: [Utility, Utility, number][] = [
  ['water', 'foul', 1.5],
  ['water', 'storm', 1.5],
  ['water', 'telecom', 1],
  ['foul', 'telecom', 1],
  ['storm', 'telecom', 1],
  ['gas', 'foul', 1.5],
  ['gas', 'storm', 1.5],
  ['gas', 'water', 1],
  ['gas', 'power', 1],
]

const fits = (a: Utility, b: Utility | null, p: Utility, q: Utility): boolean =>
  (a === p && (b === null || b === q)) || (a === q && (b === null || b === p))
const upright = (p: Utility, q: Utility): number => UPRIGHT.find(([a, b]) => fits(a, b, p, q))?.[2] ?? 0.15
const aside = (p: Utility, q: Utility): number => ASIDE.find(([a, b]) => fits(a, b, p, q))?.[2] ?? 0.5

const halfHigh = (tube: Tube): number => outerHalf(tube.diameter ?? tube.height ?? 0)
const halfWide = (tube: Tube): number => outerHalf(tube.width ?? tube.diameter ?? 0)

/** More than what rounding moves a vertex that is set into a piece, m. */
const HAIR = 1e-6

/** Makes the pieces of lines searchable. */
export function indexOf(tubes: Tube[]): PieceIndex {
  const count = tubes.reduce((sum, { line }) => sum + line.length / 3 - 1, 0)
  const out: PieceIndex = {
    tubes,
    tube: new Uint32Array(count),
    piece: new Uint32Array(count),
    now: tubes.map(() => null),
    number: new Map(tubes.map((one, i) => [one, i])),
    index: new Flatbush(Math.max(1, count)),
  }
  let k = 0
  for (const [i, one] of tubes.entries()) {
    const { line } = one
    const wide = halfWide(one) + HAIR
    for (let at = 0; at + 5 < line.length; at += 3) {
      out.tube[k] = i
      out.piece[k++] = at / 3
      const [ax, ay, bx, by] = [line[at]!, line[at + 1]!, line[at + 3]!, line[at + 4]!]
      out.index.add(Math.min(ax, bx) - wide, Math.min(ay, by) - wide, Math.max(ax, bx) + wide, Math.max(ay, by) + wide)
    }
  }
  if (count === 0) out.index.add(0, 0, 0, 0)
  out.index.finish()
  return out
}

/** Gives a line its new heights. @param vertices for each vertex of the line before, which one it is now */
export function bend(pieces: PieceIndex, tube: Tube, line: number[], vertices: number[]): void {
  tube.line = line
  pieces.now[pieces.number.get(tube)!] = vertices
}

/** Share along a piece of the place nearest to a point. */
const foot = (ax: number, ay: number, dx: number, dy: number, x: number, y: number): number =>
  Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)))

/**
 * Where two pieces are nearest in plan: shares along either, and the sine of the angle between them; null when their walls keep clear of each other, or they run side by side.
 *
 * @param wide half the widths of both together
 */
export function nearest(p: number[], i: number, q: number[], j: number, wide: number): [number, number, number] | null {
  const [ax, ay, cx, cy] = [p[i]!, p[i + 1]!, q[j]!, q[j + 1]!]
  const [dx, dy, ex, ey] = [p[i + 3]! - ax, p[i + 4]! - ay, q[j + 3]! - cx, q[j + 4]! - cy]
  const det = dx * ey - dy * ex
  const size = Math.hypot(dx, dy) * Math.hypot(ex, ey)
  const sine = size > 0 ? Math.abs(det) / size : 1
  if (sine > 0.02) {
    const t = ((cx - ax) * ey - (cy - ay) * ex) / det
    const u = ((cx - ax) * dy - (cy - ay) * dx) / det
    if (t >= 0 && t <= 1 && u >= 0 && u <= 1) return [t, u, Math.max(0.2, sine)]
  }
  let best: [number, number, number] | null = null
  let least = wide
  const look = (t: number, u: number) => {
    const d = Math.hypot(ax + dx * t - cx - ex * u, ay + dy * t - cy - ey * u)
    if (d < least) [best, least] = [[t, u, Math.max(0.2, sine)], d]
  }
  for (const u of [0, 1]) look(foot(ax, ay, dx, dy, cx + ex * u, cy + ey * u), u)
  for (const t of [0, 1]) look(t, foot(cx, cy, ex, ey, ax + dx * t, ay + dy * t))
  return best
}

/**
 * All meetings of a line with others, in order along it, and its length.
 *
 * @param later lines that will give way to this one
 */
export function crossings(
  site: Site,
  tube: Tube,
  { tubes, tube: tubeOf, piece, now, number, index }: PieceIndex,
  later: ReadonlySet<Tube>,
): { length: number; meetings: Meeting[] } {
  const { line, from, to } = tube
  const meetings: Meeting[] = []
  const [wide, high] = [halfWide(tube), halfHigh(tube)]
  const self = number.get(tube)
  // apart from itself and what it is joined to
  const strange = (k: number): boolean => {
    const i = tubeOf[k]!
    if (i === self) return false
    const other = tubes[i]!
    return other.from !== from && other.from !== to && other.to !== from && other.to !== to
  }
  let s = 0
  for (let i = 0; i + 5 < line.length; i += 3) {
    const [ax, ay, az] = [line[i]!, line[i + 1]!, line[i + 2]!]
    const [bx, by, bz] = [line[i + 3]!, line[i + 4]!, line[i + 5]!]
    const length = Math.hypot(bx - ax, by - ay)
    const [w, e] = [Math.min(ax, bx) - wide, Math.max(ax, bx) + wide]
    const [n, m] = [Math.min(ay, by) - wide, Math.max(ay, by) + wide]
    for (const k of index.search(w, n, e, m, strange)) {
      const other = tubes[tubeOf[k]!]!
      const { line: course } = other
      const otherWide = halfWide(other)
      const vertices = now[tubeOf[k]!]
      const [first, last] = vertices ? [vertices[piece[k]!]!, vertices[piece[k]! + 1]!] : [piece[k]!, piece[k]! + 1]
      for (let at = first * 3; at < last * 3; at += 3) {
        const [cx, cy, dx, dy] = [course[at]!, course[at + 1]!, course[at + 3]!, course[at + 4]!]
        if (Math.min(cx, dx) - otherWide > e || Math.max(cx, dx) + otherWide < w) continue
        if (Math.min(cy, dy) - otherWide > m || Math.max(cy, dy) + otherWide < n) continue
        const met = nearest(line, i, course, at, wide + otherWide)
        if (!met) continue
        const [t, u, sine] = met
        const [za, zb] = [course[at + 2]!, course[at + 5]!]
        meetings.push({
          s: s + t * length,
          reach: Math.min(12, (wide + otherWide + aside(tube.utility, other.utility) + 0.03) / sine),
          fixed: !later.has(other) && (other.utility !== tube.utility || other.id < tube.id),
          z: az + (bz - az) * t,
          otherZ: za + (zb - za) * u,
          need: high + halfHigh(other) + upright(tube.utility, other.utility),
          ground: site.ground(ax + (bx - ax) * t, ay + (by - ay) * t),
        })
      }
    }
    s += length
  }
  return { length: s, meetings: meetings.sort((a, b) => a.s - b.s) }
}
