/** Houses set out in rows inside a convex yard, and the plans a house can have. */
import type { Point } from './frame.ts'
import type { Ring } from './polygon.ts'
import type { Random } from './random.ts'

/** A place for a house: `w` along the row, `d` deep, its corner and the row's direction. */
export interface Lot {
  w: number
  d: number
  /** from the lot's own metres (0…w, 0…d) to the frame */
  at(u: number, v: number): Point
  /** azimuth of +v, degrees clockwise from north */
  azimuthDeg: number
}

/** Unit vector along the yard's longest side, turned by quarter turns until it runs nearest east to west when asked. */
export function rowAxis(yard: Ring, eastWest: boolean): Point {
  let best = 0
  let axis: Point = [1, 0]
  for (let i = 0; i < yard.length; i++) {
    const [a, b] = [yard[i]!, yard[(i + 1) % yard.length]!]
    const length = Math.hypot(b[0] - a[0], b[1] - a[1])
    if (length > best) [best, axis] = [length, [(b[0] - a[0]) / length, (b[1] - a[1]) / length]]
  }
  if (axis[0] < 0) axis = [-axis[0], -axis[1]]
  if (eastWest && Math.abs(axis[1]) > axis[0]) axis = axis[1] > 0 ? [axis[1], -axis[0]] : [-axis[1], axis[0]]
  return axis
}

/**
 * Fills a convex yard with rows.
 *
 * @param next sizes of the next row: depth and the gap behind it; null ends
 * @param width width of the next lot and the gap beside it
 */
export function rows(
  yard: Ring,
  axis: Point,
  next: () => { depth: number; gap: number } | null,
  width: (left: number) => { width: number; gap: number },
  place: (lot: Lot) => void,
): void {
  if (yard.length < 3) return
  const local = yard.map(([x, y]) => [x * axis[0] + y * axis[1], y * axis[0] - x * axis[1]] as Point)
  const bottom = Math.min(...local.map((p) => p[1]))
  const top = Math.max(...local.map((p) => p[1]))
  const span = (v: number): [number, number] => {
    let [lo, hi] = [Infinity, -Infinity]
    for (let i = 0; i < local.length; i++) {
      const [a, b] = [local[i]!, local[(i + 1) % local.length]!]
      if (a[1] <= v === b[1] <= v) continue
      const u = a[0] + ((b[0] - a[0]) * (v - a[1])) / (b[1] - a[1])
      if (u < lo) lo = u
      if (u > hi) hi = u
    }
    return [lo, hi]
  }
  const azimuthDeg = ((Math.atan2(-axis[1], axis[0]) * 180) / Math.PI + 360) % 360
  for (let v = bottom + 0.5; ; ) {
    const row = next()
    if (!row || v + row.depth > top) return
    const [a, b] = span(v)
    const [c, d] = span(v + row.depth)
    const lo = Math.max(a, c)
    const hi = Math.min(b, d)
    for (let u = lo; Number.isFinite(u); ) {
      const lot = width(hi - u)
      if (lot.width <= 0 || u + lot.width > hi) break
      const [u0, v0] = [u, v]
      place({
        w: lot.width,
        d: row.depth,
        azimuthDeg,
        at: (lu, lv) => [(u0 + lu) * axis[0] - (v0 + lv) * axis[1], (u0 + lu) * axis[1] + (v0 + lv) * axis[0]],
      })
      u += lot.width + lot.gap
    }
    v += row.depth + row.gap
  }
}

/** A plan: outline and holes in the frame. */
export interface Plan {
  ring: Ring
  holes: Ring[]
  /** a plain rectangle, fit for a pitched roof */
  plain: boolean
}

const map = (lot: Lot, points: [number, number][]): Ring => points.map(([u, v]) => lot.at(u, v))

/** The whole lot. */
export const rectangle = (lot: Lot): Plan => ({
  ring: map(lot, [
    [0, 0],
    [lot.w, 0],
    [lot.w, lot.d],
    [0, lot.d],
  ]),
  holes: [],
  plain: true,
})

/** An L, a U, a T, a Z or a plan with notches, by chance. */
export function angled(lot: Lot, random: Random, kind: 'L' | 'U' | 'T' | 'H' | 'Z'): Plan {
  const { w, d } = lot
  const a = d * (0.34 + 0.12 * random())
  const b = w * (0.22 + 0.1 * random())
  const flip = random() < 0.5
  const m = (points: [number, number][]): Plan => ({
    ring: map(lot, flip ? points.map(([u, v]) => [w - u, v] as [number, number]).reverse() : points),
    holes: [],
    plain: false,
  })
  if (kind === 'L')
    return m([
      [0, 0],
      [w, 0],
      [w, a],
      [b, a],
      [b, d],
      [0, d],
    ])
  if (kind === 'U')
    return m([
      [0, 0],
      [w, 0],
      [w, d],
      [w - b, d],
      [w - b, a],
      [b, a],
      [b, d],
      [0, d],
    ])
  if (kind === 'T')
    return m([
      [w / 2 - b / 2, 0],
      [w / 2 + b / 2, 0],
      [w / 2 + b / 2, d - a],
      [w, d - a],
      [w, d],
      [0, d],
      [0, d - a],
      [w / 2 - b / 2, d - a],
    ])
  if (kind === 'Z')
    return m([
      [0, 0],
      [w * 0.55, 0],
      [w * 0.55, d * 0.3],
      [w, d * 0.3],
      [w, d],
      [w * 0.4, d],
      [w * 0.4, d * 0.72],
      [0, d * 0.72],
    ])
  const n = Math.min(3, d * 0.22)
  return m([
    [0, 0],
    [w * 0.4, 0],
    [w * 0.4, n],
    [w * 0.6, n],
    [w * 0.6, 0],
    [w, 0],
    [w, d],
    [w * 0.6, d],
    [w * 0.6, d - n],
    [w * 0.4, d - n],
    [w * 0.4, d],
    [0, d],
  ])
}

/** A block round a court. */
export function courtyard(lot: Lot, wing: number): Plan {
  const { w, d } = lot
  return {
    ring: rectangle(lot).ring,
    holes: [
      map(lot, [
        [wing, wing],
        [w - wing, wing],
        [w - wing, d - wing],
        [wing, d - wing],
      ]),
    ],
    plain: false,
  }
}

/** The largest circle in the lot. */
export function circle(lot: Lot, sides = 20): Plan {
  const r = Math.min(lot.w, lot.d) / 2
  return {
    ring: Array.from({ length: sides }, (_, k) =>
      lot.at(lot.w / 2 + r * Math.cos((k * 2 * Math.PI) / sides), lot.d / 2 + r * Math.sin((k * 2 * Math.PI) / sides)),
    ),
    holes: [],
    plain: false,
  }
}

/** A rectangle with rounded corners. */
export function rounded(lot: Lot, radius: number): Plan {
  const { w, d } = lot
  const r = Math.min(radius, w / 2.2, d / 2.2)
  const ring: Ring = []
  for (const [u, v, from] of [
    [w - r, r, -90],
    [w - r, d - r, 0],
    [r, d - r, 90],
    [r, r, 180],
  ] as const) {
    for (let k = 0; k <= 4; k++) {
      const angle = ((from + k * 22.5) * Math.PI) / 180
      ring.push(lot.at(u + r * Math.cos(angle), v + r * Math.sin(angle)))
    }
  }
  return { ring, holes: [], plain: false }
}
