/** Footprints in a local plane: cleaned rings, their area, triangles and oriented box; hostile outlines become something sane or nothing. */
import earcut from 'earcut'

/** One polygon in metres (x east, y north): outer ring counter-clockwise, then holes clockwise, not closed. */
export interface Footprint {
  /** x, y alternating */
  points: number[]
  /** vertex index where each hole starts */
  holes: readonly number[]
  /** square metres, holes taken away */
  area: number
  /** vertex triplets, counter-clockwise seen from above */
  triangles: readonly number[]
  /** which of the fans that many outlines share `triangles` is, −1 none */
  fan: number
  /** the outline crossed itself or was degenerate, and its convex hull stands in */
  repaired: boolean
}

/** Corners closer than this (metres) to each other or to the line of their neighbours are dropped: below the data's own step. */
const TOLERANCE = 0.015
/** Below this (m²) there is nothing to build. */
const MIN_AREA = 0.05

/** Twice the signed area of the triangle a b c: positive when it turns left. */
export function cross(points: ArrayLike<number>, a: number, b: number, c: number): number {
  const ax = points[a * 2]
  const ay = points[a * 2 + 1]
  return (points[b * 2] - ax) * (points[c * 2 + 1] - ay) - (points[c * 2] - ax) * (points[b * 2 + 1] - ay)
}

/** Signed area in m² of the ring `from … to` (vertex indices, end excluded), positive when counter-clockwise. */
export function ringArea(points: ArrayLike<number>, from = 0, to = points.length / 2): number {
  let sum = 0
  for (let i = from, j = to - 1; i < to; j = i++) {
    sum += (points[j * 2] - points[from * 2]) * (points[i * 2 + 1] - points[from * 2 + 1])
    sum -= (points[i * 2] - points[from * 2]) * (points[j * 2 + 1] - points[from * 2 + 1])
  }
  return sum / 2
}

/**
 * Ring without repeated corners, spikes and corners on a straight line, turned as asked.
 * @returns x, y alternating; empty when fewer than 3 corners or no area are left
 */
export function cleanRing(source: ArrayLike<number>, from: number, to: number, clockwise: boolean): number[] {
  if (isClean(source, from, to)) {
    const area = ringArea(source, from, to)
    return Math.abs(area) < MIN_AREA ? [] : copyRing(source, from, to, area < 0 !== clockwise)
  }
  const ring: number[] = []
  for (let i = from; i < to; i++) {
    ring.push(source[i * 2], source[i * 2 + 1])
    while (ring.length >= 6 && needless(ring, ring.length / 2 - 3, ring.length / 2 - 2, ring.length / 2 - 1)) {
      ring.splice(ring.length - 4, 2)
    }
    if (ring.length === 4 && near(ring, 0, 1)) ring.length = 2
  }
  // the seam: the last corners against the first ones
  for (let n = ring.length / 2; n >= 3; n = ring.length / 2) {
    if (needless(ring, n - 2, n - 1, 0)) ring.length -= 2
    else if (needless(ring, n - 1, 0, 1)) ring.splice(0, 2)
    else break
  }
  if (ring.length < 6) return []
  const area = ringArea(ring)
  if (Math.abs(area) < MIN_AREA) return []
  if (area < 0 !== clockwise) {
    for (let i = 0, j = ring.length - 2; i < j; i += 2, j -= 2) {
      const [x, y] = [ring[i], ring[i + 1]]
      ring[i] = ring[j]
      ring[i + 1] = ring[j + 1]
      ring[j] = x
      ring[j + 1] = y
    }
  }
  return ring
}

/** Whether no corner of the ring is needless, as nearly always. */
function isClean(source: ArrayLike<number>, from: number, to: number): boolean {
  if (to - from < 3) return false
  let ax = source[to * 2 - 4]
  let ay = source[to * 2 - 3]
  let bx = source[to * 2 - 2]
  let by = source[to * 2 - 1]
  for (let i = from; i < to; i++) {
    const cx = source[i * 2]
    const cy = source[i * 2 + 1]
    if (Math.abs(bx - cx) < TOLERANCE && Math.abs(by - cy) < TOLERANCE) return false
    const dx = cx - ax
    const dy = cy - ay
    const square = dx * dx + dy * dy
    const twice = (bx - ax) * dy - (by - ay) * dx
    if (twice * twice < TOLERANCE * TOLERANCE * square || square < TOLERANCE * TOLERANCE) return false
    ax = bx
    ay = by
    bx = cx
    by = cy
  }
  return true
}

function copyRing(source: ArrayLike<number>, from: number, to: number, backward: boolean): number[] {
  const k = from * 2
  // written out: an array that grows costs more than the corners of a house
  if (to - from === 4)
    return backward
      ? [
          source[k + 6],
          source[k + 7],
          source[k + 4],
          source[k + 5],
          source[k + 2],
          source[k + 3],
          source[k],
          source[k + 1],
        ]
      : [
          source[k],
          source[k + 1],
          source[k + 2],
          source[k + 3],
          source[k + 4],
          source[k + 5],
          source[k + 6],
          source[k + 7],
        ]
  const ring: number[] = []
  if (backward) for (let i = to - 1; i >= from; i--) ring.push(source[i * 2], source[i * 2 + 1])
  else for (let i = from; i < to; i++) ring.push(source[i * 2], source[i * 2 + 1])
  return ring
}

const near = (ring: number[], a: number, b: number): boolean =>
  Math.abs(ring[a * 2] - ring[b * 2]) < TOLERANCE && Math.abs(ring[a * 2 + 1] - ring[b * 2 + 1]) < TOLERANCE

/** True when corner b adds nothing between a and c: equal to one of them, on their line, or the tip of a spike. */
function needless(ring: number[], a: number, b: number, c: number): boolean {
  if (near(ring, a, b) || near(ring, b, c)) return true
  const dx = ring[c * 2] - ring[a * 2]
  const dy = ring[c * 2 + 1] - ring[a * 2 + 1]
  const square = dx * dx + dy * dy
  if (square < TOLERANCE * TOLERANCE) return true
  const twice = cross(ring, a, b, c)
  return twice * twice < TOLERANCE * TOLERANCE * square
}

/**
 * Makes polygons ready to extrude.
 * @param coordinates x, y alternating in metres, rings one after the other, not closed
 * @param ringSizes vertices of each ring
 * @param holes 1 where the ring is a hole of the polygon before it
 * @returns one footprint per polygon that has area; empty when none has
 */
export function footprints(
  coordinates: ArrayLike<number>,
  ringSizes: ArrayLike<number>,
  holes: ArrayLike<number>,
): Footprint[] {
  if (ringSizes.length === 1) return single(cleanRing(coordinates, 0, ringSizes[0], false))
  const result: Footprint[] = []
  let at = 0
  for (let i = 0; i < ringSizes.length; ) {
    let points = cleanRing(coordinates, at, at + ringSizes[i], false)
    const outer = points
    const holeStarts: number[] = []
    let area = points.length ? ringArea(points) : 0
    at += ringSizes[i++]
    for (; i < ringSizes.length && holes[i]; at += ringSizes[i++]) {
      const hole = points.length ? cleanRing(coordinates, at, at + ringSizes[i], true) : []
      if (!hole.length || -ringArea(hole) >= area) continue
      if (points === outer) points = outer.slice()
      holeStarts.push(points.length / 2)
      area += ringArea(hole)
      for (const value of hole) points.push(value)
    }
    if (!points.length) continue
    const triangles = triangulate(points, holeStarts, area)
    if (triangles) result.push({ points, holes: holeStarts, area, triangles, fan: -1, repaired: false })
    else result.push(...repaired(outer))
  }
  return result
}

const NO_HOLES: readonly number[] = []
const NONE: Footprint[] = []

/** `footprints` of one outline without holes. */
function single(points: number[]): Footprint[] {
  if (!points.length) return NONE
  const area = ringArea(points)
  const triangles = triangulate(points, NO_HOLES, area)
  if (!triangles) return repaired(points)
  // a fan begins with its hub
  const fan = fanNumber(triangles[0], points.length / 2)
  return [{ points, holes: NO_HOLES, area, triangles, fan: fans[fan] === triangles ? fan : -1, repaired: false }]
}

function repaired(outer: number[]): Footprint[] {
  const points = convexHull(outer)
  if (points.length < 6) return NONE
  const area = ringArea(points)
  if (area < MIN_AREA) return NONE
  return [{ points, holes: NO_HOLES, area, triangles: fan(0, points.length / 2), fan: -1, repaired: true }]
}

/** Fans of a few corners, by corners and hub: the same for every house. */
const fans: (readonly number[] | undefined)[] = []
const MOST_FANS = 64
const fanNumber = (hub: number, n: number): number => (n < MOST_FANS ? n * MOST_FANS + hub : -1)

function fan(hub: number, n: number): readonly number[] {
  const at = fanNumber(hub, n)
  const known = fans[at]
  if (known) return known
  const triangles: number[] = []
  for (let i = 1; i < n - 1; i++) triangles.push(hub, (hub + i) % n, (hub + i + 1) % n)
  if (at >= 0) fans[at] = triangles
  return triangles
}

/**
 * Triangles of a polygon: a fan when it is convex or has one reflex corner (then the fan stands in it), earcut otherwise.
 * Four in five buildings take the fan, at a tenth of earcut's cost.
 * @param area the polygon's area in m², against which the result is checked
 * @returns vertex triplets, counter-clockwise; null when the polygon crosses itself
 */
export function triangulate(points: number[], holes: readonly number[], area: number): readonly number[] | null {
  const n = points.length / 2
  if (!holes.length) {
    let reflex = 0
    let hub = 0
    for (let i = 0; i < n && reflex < 2; i++) {
      if (cross(points, i === 0 ? n - 1 : i - 1, i, i === n - 1 ? 0 : i + 1) < 0) {
        reflex++
        hub = i
      }
    }
    if (reflex < 2 && fanFits(points, hub, n)) return fan(hub, n)
  }
  const triangles = earcut(points, holes.length ? [...holes] : null)
  let sum = 0
  for (let i = 0; i < triangles.length; i += 3) {
    const twice = cross(points, triangles[i], triangles[i + 1], triangles[i + 2])
    if (twice < 0) {
      const swap = triangles[i + 1]
      triangles[i + 1] = triangles[i + 2]
      triangles[i + 2] = swap
    }
    sum += Math.abs(twice) / 2
  }
  return Math.abs(sum - area) <= 0.005 * area + 0.01 ? triangles : null
}

function fanFits(points: number[], hub: number, n: number): boolean {
  for (let i = 1, b = hub + 1 === n ? 0 : hub + 1; i < n - 1; i++) {
    const c = b + 1 === n ? 0 : b + 1
    if (cross(points, hub, b, c) <= 0) return false
    b = c
  }
  return true
}

/** Convex hull, counter-clockwise, of x, y pairs. @see Andrew 1979, monotone chain */
export function convexHull(points: ArrayLike<number>): number[] {
  const order = Array.from({ length: points.length / 2 }, (_, i) => i)
  order.sort((a, b) => points[a * 2] - points[b * 2] || points[a * 2 + 1] - points[b * 2 + 1])
  const chain = (indices: number[]): number[] => {
    const hull: number[] = []
    for (const i of indices) {
      while (hull.length > 1 && cross(points, hull[hull.length - 2], hull[hull.length - 1], i) <= 0) hull.pop()
      hull.push(i)
    }
    hull.pop()
    return hull
  }
  return [...chain(order), ...chain(order.reverse())].flatMap((i) => [points[i * 2], points[i * 2 + 1]])
}

/** A rectangle around a footprint. */
export interface OrientedBox {
  /** centre, metres */
  x: number
  y: number
  /** unit vector of the long side */
  ux: number
  uy: number
  /** half sides in metres: along u, and across (along −uy, ux); `half ≥ halfAcross` */
  half: number
  halfAcross: number
}

/** The smallest rectangle along one of the ring's own edges that holds the ring (vertices `0 … count`). */
export function orientedBox(points: ArrayLike<number>, count = points.length / 2): OrientedBox {
  // no arrays to take apart here: until V8 sees through them they are half of what a cut throws away
  let x = points[0]
  let y = points[1]
  let wx = 1
  let wy = 0
  let half = 0
  let halfAcross = 0
  let least = Infinity
  // long outlines: their longest edges are as good as all
  const step = Math.max(1, Math.floor(count / 24))
  for (let i = 0, j = count - 1; i < count; j = i, i += step) {
    const dx = points[i * 2] - points[j * 2]
    const dy = points[i * 2 + 1] - points[j * 2 + 1]
    const length = Math.sqrt(dx * dx + dy * dy)
    if (length < 1e-6) continue
    const ux = dx / length
    const uy = dy / length
    let lowU = Infinity
    let highU = -Infinity
    let lowV = Infinity
    let highV = -Infinity
    for (let k = 0; k < count * 2; k += 2) {
      const u = points[k] * ux + points[k + 1] * uy
      const v = points[k + 1] * ux - points[k] * uy
      if (u < lowU) lowU = u
      if (u > highU) highU = u
      if (v < lowV) lowV = v
      if (v > highV) highV = v
    }
    const size = (highU - lowU) * (highV - lowV)
    if (size >= least - 1e-9) continue
    least = size
    const u = (lowU + highU) / 2
    const v = (lowV + highV) / 2
    x = u * ux - v * uy
    y = u * uy + v * ux
    wx = ux
    wy = uy
    half = (highU - lowU) / 2
    halfAcross = (highV - lowV) / 2
    // four corners in a rectangle: the other edges give the same box
    if (count === 4 && Math.abs(size - Math.abs(ringArea(points, 0, 4))) < 1e-3 * size) break
  }
  if (half >= halfAcross) return { x, y, ux: wx, uy: wy, half, halfAcross }
  return { x, y, ux: -wy, uy: wx, half: halfAcross, halfAcross: half }
}

/** Corners of a box, counter-clockwise, x, y alternating; `grow` scales its sides. */
export function boxRing({ x, y, ux, uy, half, halfAcross }: OrientedBox, grow = 1): number[] {
  const [ax, ay] = [half * grow * ux, half * grow * uy]
  const [bx, by] = [-halfAcross * grow * uy, halfAcross * grow * ux]
  return [x - ax - bx, y - ay - by, x + ax - bx, y + ay - by, x + ax + bx, y + ay + by, x - ax + bx, y - ay + by]
}

/**
 * The outline with details below `tolerance` gone: its oriented box when that is nearly it, else corners whose triangle
 * with their neighbours is flatter than the tolerance taken out, smallest first.
 * @returns x, y alternating, counter-clockwise, at least 3 corners
 * @see Visvalingam & Whyatt 1993
 */
export function simplifyOutline(points: number[], count: number, area: number, tolerance: number): number[] {
  const box = orientedBox(points, count)
  const boxArea = 4 * box.half * box.halfAcross
  if (area > 0.8 * boxArea || box.halfAcross < tolerance) return boxRing(box, Math.sqrt(Math.min(1, area / boxArea)))
  const ring = points.slice(0, count * 2)
  while (ring.length > 8) {
    const n = ring.length / 2
    let least = Infinity
    let at = -1
    for (let i = 0; i < n; i++) {
      const size = Math.abs(cross(ring, (i + n - 1) % n, i, (i + 1) % n))
      if (size >= least) continue
      least = size
      at = i
    }
    if (least > 2 * tolerance * tolerance && n <= 24) break
    ring.splice(at * 2, 2)
  }
  const left = ringArea(ring)
  return left > area * 0.6 && triangulate(ring, [], left) ? ring : boxRing(box, Math.sqrt(Math.min(1, area / boxArea)))
}
