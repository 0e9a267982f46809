/** Plane geometry the generator is built on: rings are open (no repeated last point), metres, counter-clockwise. */
import type { Point } from './frame.ts'

/** A simple polygon: open ring, counter-clockwise. */
export type Ring = Point[]

/** Signed area, m²; positive counter-clockwise. */
export function area(ring: Ring): number {
  let sum = 0
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    sum += ring[j]![0] * ring[i]![1] - ring[i]![0] * ring[j]![1]
  }
  return sum / 2
}

/** Mean of the vertices weighted by area. */
export function centroid(ring: Ring): Point {
  const [ox, oy] = ring[0]!
  let x = 0
  let y = 0
  let sum = 0
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const cross = (ring[j]![0] - ox) * (ring[i]![1] - oy) - (ring[i]![0] - ox) * (ring[j]![1] - oy)
    sum += cross
    x += (ring[j]![0] + ring[i]![0] - 2 * ox) * cross
    y += (ring[j]![1] + ring[i]![1] - 2 * oy) * cross
  }
  return Math.abs(sum) < 1e-9 ? [ox, oy] : [ox + x / (3 * sum), oy + y / (3 * sum)]
}

/** Whether the point is inside the ring (even-odd). */
export function inside(x: number, y: number, ring: readonly (readonly [number, number])[]): boolean {
  let odd = false
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const a = ring[i]!
    const b = ring[j]!
    if (a[1] > y !== b[1] > y && x < ((b[0] - a[0]) * (y - a[1])) / (b[1] - a[1]) + a[0]) odd = !odd
  }
  return odd
}

/** West, south, east, north of a ring. */
export function boundsOf(ring: readonly (readonly [number, number])[]): [number, number, number, number] {
  let [w, s, e, n] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const [x, y] of ring) {
    if (x < w) w = x
    if (x > e) e = x
    if (y < s) s = y
    if (y > n) n = y
  }
  return [w, s, e, n]
}

/** Distance from a point to a segment, m. */
export function segmentDistance(px: number, py: number, a: Point, b: Point): number {
  const dx = b[0] - a[0]
  const dy = b[1] - a[1]
  const length2 = dx * dx + dy * dy
  const t = length2 === 0 ? 0 : Math.max(0, Math.min(1, ((px - a[0]) * dx + (py - a[1]) * dy) / length2))
  return Math.hypot(px - a[0] - dx * t, py - a[1] - dy * t)
}

/** Distance from a point to a polyline, m. */
export function lineDistance(px: number, py: number, line: Point[]): number {
  let best = Infinity
  for (let i = 0; i + 1 < line.length; i++) best = Math.min(best, segmentDistance(px, py, line[i]!, line[i + 1]!))
  return best
}

/** The point at a distance along a line from its start, and the unit direction there. */
export function along(line: Point[], distance: number): { at: Point; dir: Point } {
  let left = distance
  for (let i = 0; i + 1 < line.length; i++) {
    const a = line[i]!
    const b = line[i + 1]!
    const length = Math.hypot(b[0] - a[0], b[1] - a[1])
    if (left <= length || i + 2 === line.length) {
      const dir: Point = length === 0 ? [1, 0] : [(b[0] - a[0]) / length, (b[1] - a[1]) / length]
      return { at: [a[0] + dir[0] * left, a[1] + dir[1] * left], dir }
    }
    left -= length
  }
  return { at: line[0]!, dir: [1, 0] }
}

/** Length of a line, m. */
export function lengthOf(line: Point[]): number {
  let sum = 0
  for (let i = 0; i + 1 < line.length; i++)
    sum += Math.hypot(line[i + 1]![0] - line[i]![0], line[i + 1]![1] - line[i]![1])
  return sum
}

/** The part of a convex or star-like ring on the left of the line from a in direction d (Sutherland-Hodgman, one plane). */
export function clipLeft(ring: Ring, a: Point, d: Point): Ring {
  const out: Ring = []
  const side = (p: Point) => d[0] * (p[1] - a[1]) - d[1] * (p[0] - a[0])
  for (let i = 0; i < ring.length; i++) {
    const p = ring[i]!
    const q = ring[(i + 1) % ring.length]!
    const sp = side(p)
    const sq = side(q)
    if (sp >= 0) out.push(p)
    if ((sp > 0 && sq < 0) || (sp < 0 && sq > 0)) {
      const t = sp / (sp - sq)
      out.push([p[0] + (q[0] - p[0]) * t, p[1] + (q[1] - p[1]) * t])
    }
  }
  return out
}

/** A line moved to its left by a distance (negative: right), mitred, miters limited to twice the distance. */
export function offsetLine(line: Point[], distance: number): Point[] {
  const out: Point[] = []
  for (let i = 0; i < line.length; i++) {
    const a = line[Math.max(0, i - 1)]!
    const b = line[i]!
    const c = line[Math.min(line.length - 1, i + 1)]!
    let [ux, uy] = i > 0 ? [b[0] - a[0], b[1] - a[1]] : [c[0] - b[0], c[1] - b[1]]
    let [vx, vy] = i + 1 < line.length ? [c[0] - b[0], c[1] - b[1]] : [ux, uy]
    const ul = Math.hypot(ux, uy) || 1
    const vl = Math.hypot(vx, vy) || 1
    ux /= ul
    uy /= ul
    vx /= vl
    vy /= vl
    const nx = -(uy + vy)
    const ny = ux + vx
    const n2 = nx * nx + ny * ny
    const k = n2 < 0.5 ? 2 : 2 / n2
    out.push([b[0] + nx * k * distance, b[1] + ny * k * distance])
  }
  return out
}

/** The strip of a given width along a line, as a ring. */
export function strip(line: Point[], width: number): Ring {
  return [...offsetLine(line, -width / 2), ...offsetLine(line, width / 2).reverse()]
}
