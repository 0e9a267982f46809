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

/** The line of a utility along a link from a to b, between the places at its ends. */
export function lineAlong(link: StreetLink, offset: number, from: Point, to: Point): Point[] {
  if (link.line.length === 2) return [from, to]
  const moved = offsetLine(link.line, -offset * link.sense)
  const [a, b] = [link.line[0]!, link.line.at(-1)!]
  const away = (p: Point, q: Point, end: Point) =>
    Math.hypot(p[0] - q[0], p[1] - q[1]) > 3 + Math.hypot(q[0] - end[0], q[1] - end[1])
  const inner = moved.slice(1, -1).filter((p) => away(p, from, a) && away(p, to, b))
  return [from, ...inner, to]
}

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
