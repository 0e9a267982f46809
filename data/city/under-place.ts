/** Where in a street a line runs: its offset from the middle, and the places where the lines of meeting streets meet. */
import type { Point } from './frame.ts'
import { lengthOf, offsetLine } from './polygon.ts'
import type { StreetLink, Streets } from './under-streets.ts'

/** Metres to the right of the street's middle, looking north-east; negative: to the left. */
export type Offset = (link: StreetLink) => number

/** The right-hand normal of a link at one of its ends, looking north-east. */
function normalAt(link: StreetLink, node: number): Point {
  const { line } = link
  const [p, q] = link.a === node ? [line[0]!, line[1]!] : [line.at(-2)!, line.at(-1)!]
  const length = Math.hypot(q[0] - p[0], q[1] - p[1]) || 1
  return [(link.sense * (q[1] - p[1])) / length, (-link.sense * (q[0] - p[0])) / length]
}

const DAMPING = 0.02

/**
 * The place at a node that lies on the offset lines of all links there, as nearly as can be: where two streets cross, exactly where
 * their lines cross.
 */
export function placeAt(streets: Streets, node: number, links: StreetLink[], offset: Offset): Point {
  let [xx, xy, yy, bx, by] = [DAMPING, 0, DAMPING, 0, 0]
  let most = 0
  for (const link of links) {
    const [nx, ny] = normalAt(link, node)
    const o = offset(link)
    most = Math.max(most, Math.abs(o))
    xx += nx * nx
    xy += nx * ny
    yy += ny * ny
    bx += nx * o
    by += ny * o
  }
  const det = xx * yy - xy * xy
  let dx = (bx * yy - by * xy) / det
  let dy = (by * xx - bx * xy) / det
  // once more with what the damping left: exact across the streets, damped only where they all run one way
  const [rx, ry] = [bx - (xx - DAMPING) * dx - xy * dy, by - xy * dx - (yy - DAMPING) * dy]
  dx += (rx * yy - ry * xy) / det
  dy += (ry * xx - rx * xy) / det
  const far = Math.hypot(dx, dy) / (1.6 * most || 1)
  if (far > 1) {
    dx /= far
    dy /= far
  }
  return [streets.x[node]! + dx, streets.y[node]! + dy]
}

/** The direction of a link away from a node. */
function away(link: StreetLink, node: number): Point {
  const { line } = link
  const [p, q] = link.a === node ? [line[0]!, line[1]!] : [line.at(-1)!, line.at(-2)!]
  const length = Math.hypot(q[0] - p[0], q[1] - p[1]) || 1
  return [(q[0] - p[0]) / length, (q[1] - p[1]) / length]
}

/** Where two lanes cross, from the node. */
function across([ax, ay]: Point, a: number, [bx, by]: Point, b: number): Point {
  const det = ax * by - ay * bx
  return [(a * by - b * ay) / det, (b * ax - a * bx) / det]
}

/**
 * The place at a node where a lane turns into another street's: in the corner that lies on its side of both. The lanes of these two meet there
 * exactly; those of the streets opposite come into them in the middle of the crossing, see `lineAlong`.
 */
export function cornerAt(streets: Streets, node: number, links: StreetLink[], offset: Offset): Point {
  const arms = links.map((link) => ({ n: normalAt(link, node), d: away(link, node), o: offset(link), w: link.widthM }))
  let best: Point | null = null
  let most = -1
  arms.forEach((one, i) => {
    for (const two of arms.slice(i + 1)) {
      if (Math.abs(one.n[0] * two.n[1] - one.n[1] * two.n[0]) < 0.35) continue
      const [x, y] = across(one.n, one.o, two.n, two.o)
      if (Math.hypot(x, y) > 2.2 * Math.max(Math.abs(one.o), Math.abs(two.o))) continue
      const before = (d: Point) => (x * d[0] + y * d[1] > 0 ? 1 : 0)
      const score = before(one.d) + before(two.d) + (one.w + two.w) / 1000
      if (score > most) [best, most] = [[streets.x[node]! + x, streets.y[node]! + y], score]
    }
  })
  return best ?? placeAt(streets, node, links, offset)
}

/** Signed metres to the right of the middle of each street that crosses a link at a node, and half the street's width. */
function besides(streets: Streets, link: StreetLink, node: number): { of(p: Point): number; widthM: number }[] {
  const [x0, y0] = [streets.x[node]!, streets.y[node]!]
  const [p, q] = normalAt(link, node)
  return streets.at[node]!.flatMap((k) => {
    const other = streets.links[k]!
    if (other === link) return []
    const [x, y] = normalAt(other, node)
    if (Math.abs(x * q - y * p) < 0.3) return []
    return [{ of: ([px, py]: Point) => (px - x0) * x + (py - y0) * y, widthM: other.widthM }]
  })
}

/** Whether a place lies where no line of a street is: between its sewers and its kerb, or behind all. */
function amongNone(off: number, widthM: number): boolean {
  const d = Math.abs(off)
  return d > widthM / 2 + STREET_SIDE || (d > Math.max(1.15, 0.17 * widthM) + 1.8 && d < widthM / 2 - 0.7)
}

/** Where a lane bends into that of the street on the other side of a node, if `from` lies in that one. */
function bendAt(streets: Streets, link: StreetLink, node: number, offset: Offset, from: Point): Point | null {
  const [n, d, o] = [normalAt(link, node), away(link, node), offset(link)]
  const [x, y] = [from[0] - streets.x[node]!, from[1] - streets.y[node]!]
  for (const k of streets.at[node]!) {
    const other = streets.links[k]!
    const [m, e, p] = [normalAt(other, node), away(other, node), offset(other)]
    if (other === link || d[0] * e[0] + d[1] * e[1] > -0.5 || Math.abs(x * m[0] + y * m[1] - p) > 0.05) continue
    const det = Math.abs(n[0] * m[1] - n[1] * m[0])
    if (det < 0.02 && Math.abs(o - p) > 0.1) continue
    const [bx, by]: Point = det < 0.02 ? [n[0] * o, n[1] * o] : across(n, o, m, p)
    if (Math.hypot(bx, by) > 2 * Math.abs(o) || (bx - x) * d[0] + (by - y) * d[1] < 1) continue
    return [streets.x[node]! + bx, streets.y[node]! + by]
  }
  return null
}

/** Where a line comes into its lane that begins beside it, seen from the end of the lane at a node; null when it begins in it. */
function entry(
  streets: Streets,
  link: StreetLink,
  node: number,
  offset: Offset,
  astray: number,
  from: Point,
  [a, b]: [Point, Point],
): Point | null {
  const length = Math.hypot(b[0] - a[0], b[1] - a[1])
  if (!(length > 0)) return null
  const [ux, uy] = [(b[0] - a[0]) / length, (b[1] - a[1]) / length]
  const [dx, dy] = [from[0] - a[0], from[1] - a[1]]
  const aside = Math.abs(dx * uy - dy * ux)
  if (aside < 0.06) return null
  const bend = astray === 0 ? bendAt(streets, link, node, offset, from) : null
  if (bend && (bend[0] - a[0]) * ux + (bend[1] - a[1]) * uy < 0.4 * length) return bend
  const others = besides(streets, link, node)
  for (let s = Math.max(0, dx * ux + dy * uy + Math.max(1.5, aside)); s < 0.4 * length; s += 0.5) {
    const p: Point = [a[0] + ux * s, a[1] + uy * s]
    if (others.every((one) => amongNone(one.of(p), one.widthM))) return p
  }
  return null
}

/**
 * A place at a node, slid along the street that a utility runs through, clear of the streets there that have others but not this one.
 *
 * @param links those with the utility
 */
export function besideOthers(streets: Streets, node: number, links: StreetLink[], place: Point): Point {
  const others = streets.at[node]!.map((k) => streets.links[k]!).filter(
    (one) => !links.includes(one) && one.supply !== 'way',
  )
  const [first] = links
  if (!first || others.length === 0) return place
  const [nx, ny] = normalAt(first, node)
  const across = (one: StreetLink): number => {
    const [x, y] = normalAt(one, node)
    return Math.abs(x * ny - y * nx)
  }
  if (links.some((one) => across(one) > 0.3)) return place
  const far = Math.max(
    ...others.map((one) => (across(one) > 0.3 ? (one.widthM / 2 + STREET_SIDE + 1) / across(one) : 0)),
  )
  const longest = links.reduce((best, one) => (one.length > best.length ? one : best))
  if (far === 0 || far > 0.4 * longest.length) return place
  const [p, q] =
    longest.a === node ? [longest.line[0]!, longest.line[1]!] : [longest.line.at(-1)!, longest.line.at(-2)!]
  const length = Math.hypot(q[0] - p[0], q[1] - p[1])
  if (far > 0.8 * length) return place
  return [place[0] + ((q[0] - p[0]) / length) * far, place[1] + ((q[1] - p[1]) / length) * far]
}

/**
 * The line of a utility along a link from a to b, between the places at its ends.
 *
 * @param astray metres that it lies to the right of its lane; where the ends lie beside the lane, it comes into it within a few metres.
 * null: straight from end to end
 */
export function lineAlong(
  streets: Streets,
  link: StreetLink,
  offset: Offset,
  from: Point,
  to: Point,
  astray: number | null = 0,
): Point[] {
  if (link.line.length === 2 && astray === null) return [from, to]
  const moved = offsetLine(link.line, -(offset(link) + (astray ?? 0)) * link.sense)
  const [a, b] = [link.line[0]!, link.line.at(-1)!]
  const clear = (p: Point, q: Point, end: Point) =>
    Math.hypot(p[0] - q[0], p[1] - q[1]) > 3 + Math.hypot(q[0] - end[0], q[1] - end[1])
  const inner = moved.slice(1, -1).filter((p) => clear(p, from, a) && clear(p, to, b))
  if (astray === null || inner.length < moved.length - 2) return [from, ...inner, to]
  const first = entry(streets, link, link.a, offset, astray, from, [moved[0]!, moved[1]!])
  const last = entry(streets, link, link.b, offset, astray, to, [moved.at(-1)!, moved.at(-2)!])
  return [from, ...(first ? [first] : []), ...inner, ...(last ? [last] : []), to]
}

/**
 * Metres along a line from its end at a node to the first place that lies beside no other street there: what is set in there stands clear of
 * all that crosses. Half of `length` at most.
 */
export function clearOf(streets: Streets, link: StreetLink, node: number, line: Point[], least: number): number {
  const path = link.a === node ? line : line.toReversed()
  const length = lengthOf(path)
  const others = besides(streets, link, node)
  for (let s = least; s < length / 2; s += 0.5) {
    const p = shareOf(path, s / length)
    if (others.every((one) => Math.abs(one.of(p)) > one.widthM / 2 + STREET_SIDE)) return s
  }
  return Math.min(least, length / 3)
}
/** Metres of a footway in which lines lie, and the distance that a fitting keeps from them. */
const STREET_SIDE = 4.6

/** Places along a line: at its ends and so that no two are farther apart than `most`, bends kept. */
export function spaced(line: Point[], most: number): Point[] {
  const out: Point[] = [line[0]!]
  for (let i = 0; i + 1 < line.length; i++) {
    const [a, b] = [line[i]!, line[i + 1]!]
    const n = Math.max(1, Math.ceil(Math.hypot(b[0] - a[0], b[1] - a[1]) / most))
    for (let k = 1; k <= n; k++) out.push([a[0] + ((b[0] - a[0]) * k) / n, a[1] + ((b[1] - a[1]) * k) / n])
  }
  return out
}

/** The place at a share of a line's length. */
export function shareOf(line: Point[], share: number): Point {
  let left = lengthOf(line) * share
  for (let i = 0; i + 1 < line.length; i++) {
    const [a, b] = [line[i]!, line[i + 1]!]
    const d = Math.hypot(b[0] - a[0], b[1] - a[1])
    if (left <= d && d > 0) return [a[0] + ((b[0] - a[0]) * left) / d, a[1] + ((b[1] - a[1]) * left) / d]
    left -= d
  }
  return line.at(-1)!
}
