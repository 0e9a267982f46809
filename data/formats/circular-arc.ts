/** Circular arcs of SQL/MM curves as chains of straight strokes. */
import type { Position } from 'geojson'

/** Strokes of a whole circle: a bend of 1 m radius is missed by 1.2 mm. */
const STROKES = 64

/** One arc through three points, its first one left out; heights change evenly along it. */
function arc([x1, y1, z1]: Position, [x2, y2, z2]: Position, [x3, y3, z3]: Position): Position[] {
  const end: Position = z3 === undefined ? [x3, y3] : [x3, y3, z3]
  const middle: Position = z2 === undefined ? [x2, y2] : [x2, y2, z2]
  // about the first point, so that large coordinates keep their last digits
  const [ax, ay] = [x2 - x1, y2 - y1]
  // a circle is written as its first point, the one across, and the first again
  const full = x1 === x3 && y1 === y3
  const [bx, by] = [x3 - x1, y3 - y1]
  const cross = 2 * (ax * by - ay * bx)
  if (!full && Math.abs(cross) <= 1e-12 * Math.hypot(ax, ay) * Math.hypot(bx, by)) return [middle, end]
  const [aa, bb] = [ax * ax + ay * ay, bx * bx + by * by]
  const cx = full ? ax / 2 : (by * aa - ay * bb) / cross
  const cy = full ? ay / 2 : (ax * bb - bx * aa) / cross
  const radius = Math.hypot(cx, cy)
  const start = Math.atan2(-cy, -cx)
  const turn = 2 * Math.PI
  const to = (x: number, y: number) => (((Math.atan2(y - cy, x - cx) - start) % turn) + turn) % turn
  const [half, whole] = [to(ax, ay), full ? turn : to(bx, by)]
  // the middle point tells which way round
  const sweep = full || half <= whole ? whole : whole - turn
  const strokes = Math.max(2, Math.ceil((Math.abs(sweep) / turn) * STROKES))
  const out: Position[] = []
  for (let i = 1; i < strokes; i++) {
    const share = i / strokes
    const angle = start + sweep * share
    const at: Position = [x1 + cx + radius * Math.cos(angle), y1 + cy + radius * Math.sin(angle)]
    if (z1 !== undefined && z3 !== undefined) at.push(z1 + (z3 - z1) * share)
    out.push(at)
  }
  out.push(end)
  return out
}

/**
 * A circular string as a line: arcs through each first, second and third point.
 *
 * @param points first point of an arc, a point on it, its end, which begins the next one; an even count leaves the last stroke straight
 * @see ISO 19125-1, SQL/MM Part 3, 7.3
 */
export function strokedArcs(points: readonly Position[]): Position[] {
  const out: Position[] = points.slice(0, 1)
  let i = 0
  for (; i + 2 < points.length; i += 2) for (const at of arc(points[i], points[i + 1], points[i + 2])) out.push(at)
  for (i++; i < points.length; i++) out.push(points[i])
  return out
}
