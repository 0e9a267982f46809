/** Roof shapes over a footprint: which vertices the eaves get, what stands inside them, and the triangles between. */
import { ROOFS } from '../geo/city-feature.ts'
import type { Roof, Standing } from './building-solid.ts'
import { cross, type Footprint, type OrientedBox, orientedBox, ringArea, triangulate } from './footprint.ts'

/** Roofs slope about 33° where nothing else is known. */
const SLOPE = 0.65
const DOME_RINGS = 4

/**
 * Plans a roof that is not flat.
 * @returns null when the shape does not fit the outline (holes, folds): it stays flat
 */
export function planRoof(footprint: Footprint, standing: Standing): Roof | null {
  const shape = ROOFS[standing.roof]
  const count = footprint.points.length / 2
  if (shape === undefined || shape === 'flat') return null
  if (footprint.holes.length && shape !== 'skillion') return null
  const box = orientedBox(footprint.points, footprint.holes[0] ?? count)
  const height = roofHeight(standing, box, shape)
  if (height < 0.05) return null
  const eave = standing.top - height
  if (shape === 'skillion') return skillion(footprint, box, eave, height, standing.roofDirectionDeg)
  if (shape === 'gabled') return gabled(footprint, box, eave, height, standing.roofDirectionDeg)
  if (shape === 'hipped' && count === 4)
    return hippedQuad(footprint, eave, height) ?? skirt(footprint, box, eave, height)
  if (shape === 'pyramidal') return layered(footprint, eave, height, 1) ?? skirt(footprint, box, eave, height)
  if (shape === 'dome') return layered(footprint, eave, height, DOME_RINGS) ?? skirt(footprint, box, eave, height)
  return skirt(footprint, box, eave, height)
}

function roofHeight(standing: Standing, box: OrientedBox, shape: string): number {
  const most = Math.max(0, standing.top - standing.bottom - 0.1)
  if (standing.roofHeight >= 0) return Math.min(standing.roofHeight, most)
  if (shape === 'dome') return Math.min(box.halfAcross, most * 0.5)
  return Math.min(box.halfAcross * SLOPE, most * 0.4, 8)
}

/** Unit vector down the slope: the azimuth when given, else across the long side. */
function downSlope(box: OrientedBox, directionDeg: number): [number, number] {
  if (Number.isNaN(directionDeg)) return [-box.uy, box.ux]
  const azimuth = (directionDeg * Math.PI) / 180
  return [Math.sin(azimuth), Math.cos(azimuth)]
}

function skillion(footprint: Footprint, box: OrientedBox, eave: number, height: number, directionDeg: number): Roof {
  const { points, triangles } = footprint
  const [dx, dy] = downSlope(box, directionDeg)
  const [low, high] = range(points, dx, dy)
  const vertices: number[] = []
  const eaves: number[][] = []
  for (let i = 0; i < points.length; i += 2) {
    const t = points[i] * dx + points[i + 1] * dy
    vertices.push(points[i], points[i + 1], eave + (height * (high - t)) / (high - low))
    eaves.push([i / 2])
  }
  return { vertices, eaves, triangles }
}

function range(points: number[], dx: number, dy: number): [number, number] {
  let [low, high] = [Infinity, -Infinity]
  for (let i = 0; i < points.length; i += 2) {
    const t = points[i] * dx + points[i + 1] * dy
    if (t < low) low = t
    if (t > high) high = t
  }
  return [low, high]
}

/** Two planes that meet in a level ridge; the outline is sliced along it, so any simple outline works. */
function gabled(
  footprint: Footprint,
  box: OrientedBox,
  eave: number,
  height: number,
  directionDeg: number,
): Roof | null {
  const { points } = footprint
  const n = points.length / 2
  const [dx, dy] = downSlope(box, directionDeg)
  const [low, high] = range(points, dx, dy)
  const side = Array.from({ length: n }, (_, i) => points[i * 2] * dx + points[i * 2 + 1] * dy)
  // a corner on the ridge would be on both sides: shift the ridge by a hand's breadth until none is
  let ridge = (low + high) / 2
  for (let turn = 0; turn < 8 && side.some((t) => Math.abs(t - ridge) < 0.02); turn++) ridge += 0.05
  const reach = Math.max(high - ridge, ridge - low)
  const heightAt = (t: number): number => eave + height * (1 - Math.abs(t - ridge) / reach)
  const vertices: number[] = []
  const eaves: number[][] = []
  const loop: number[] = []
  const crossings: { vertex: number; at: number; along: number; falls: boolean }[] = []
  for (let i = 0; i < n; i++) {
    vertices.push(points[i * 2], points[i * 2 + 1], heightAt(side[i]))
    eaves.push([i])
  }
  for (let i = 0; i < n; i++) {
    const j = (i + 1) % n
    loop.push(i)
    if (side[i] > ridge === side[j] > ridge) continue
    const f = (ridge - side[i]) / (side[j] - side[i])
    const x = points[i * 2] + f * (points[j * 2] - points[i * 2])
    const y = points[i * 2 + 1] + f * (points[j * 2 + 1] - points[i * 2 + 1])
    const vertex = vertices.length / 3
    vertices.push(x, y, eave + height)
    eaves[i].push(vertex)
    crossings.push({ vertex, at: loop.length, along: y * dx - x * dy, falls: side[i] > ridge })
    loop.push(vertex)
  }
  const triangles = slices(loop, crossings, vertices)
  return triangles && { vertices, eaves, triangles }
}

/** Cuts a loop along the line through its crossings and triangulates the pieces. */
function slices(
  loop: number[],
  crossings: { vertex: number; at: number; along: number; falls: boolean }[],
  vertices: number[],
): number[] | null {
  const partner = new Map<number, number>()
  const sorted = crossings.slice().sort((a, b) => a.along - b.along)
  if (sorted.length === 0 || sorted.length % 2) return null
  for (let i = 0; i < sorted.length; i += 2) {
    if (sorted[i].falls === sorted[i + 1].falls) return null
    partner.set(sorted[i].at, sorted[i + 1].at)
    partner.set(sorted[i + 1].at, sorted[i].at)
  }
  const done = new Set<number>()
  const triangles: number[] = []
  for (const { at } of crossings) {
    if (done.has(at)) continue
    const piece: number[] = []
    for (let k = at; !done.has(k); ) {
      done.add(k)
      piece.push(loop[k])
      k = (k + 1) % loop.length
      while (!partner.has(k)) {
        piece.push(loop[k])
        k = (k + 1) % loop.length
      }
      piece.push(loop[k])
      k = partner.get(k)!
    }
    const flat = piece.flatMap((v) => [vertices[v * 3], vertices[v * 3 + 1]])
    const area = ringArea(flat)
    const cut = area > 0 ? triangulate(flat, [], area) : null
    if (!cut) return null
    for (const i of cut) triangles.push(piece[i])
  }
  return triangles
}

/** The hip of a convex four-corner outline: a ridge along its long side, drawn in by half the short one. */
function hippedQuad({ points }: Footprint, eave: number, height: number): Roof | null {
  for (let i = 0; i < 4; i++) if (cross(points, i, (i + 1) % 4, (i + 2) % 4) <= 0) return null
  const edge = (i: number): number => {
    const j = (i + 1) % 4
    return distance(points[j * 2] - points[i * 2], points[j * 2 + 1] - points[i * 2 + 1])
  }
  const first = edge(0) + edge(2) >= edge(1) + edge(3) ? 0 : 1
  const [a, b, c, d] = [0, 1, 2, 3].map((i) => (i + first) % 4)
  const middle = (i: number, j: number): [number, number] => [
    (points[i * 2] + points[j * 2]) / 2,
    (points[i * 2 + 1] + points[j * 2 + 1]) / 2,
  ]
  const [one, two] = [middle(d, a), middle(b, c)]
  const length = distance(two[0] - one[0], two[1] - one[1])
  const inset = Math.min(0.46 * length, (edge(b) + edge(d)) / 4) / length || 0
  const ridge = (from: [number, number], to: [number, number]): [number, number, number] => [
    from[0] + (to[0] - from[0]) * inset,
    from[1] + (to[1] - from[1]) * inset,
    eave + height,
  ]
  const vertices = [0, 1, 2, 3].flatMap((i) => [points[i * 2], points[i * 2 + 1], eave])
  vertices.push(...ridge(one, two), ...ridge(two, one))
  return { vertices, eaves: [[0], [1], [2], [3]], triangles: [a, b, 5, a, 5, 4, b, c, 5, c, d, 4, c, 4, 5, d, a, 4] }
}

/** Rings that shrink toward the centre: one = a pyramid, more = a dome. Needs a centre that sees every wall. */
function layered({ points }: Footprint, eave: number, height: number, rings: number): Roof | null {
  const n = points.length / 2
  const [cx, cy] = centroid(points)
  for (let i = 0; i < n; i++) {
    const j = (i + 1) % n
    const twice = (points[i * 2] - cx) * (points[j * 2 + 1] - cy) - (points[j * 2] - cx) * (points[i * 2 + 1] - cy)
    if (twice <= 1e-6) return null
  }
  const vertices: number[] = []
  for (let ring = 0; ring < rings; ring++) {
    const angle = ((ring / rings) * Math.PI) / 2
    for (let i = 0; i < n; i++) {
      const x = cx + (points[i * 2] - cx) * Math.cos(angle)
      const y = cy + (points[i * 2 + 1] - cy) * Math.cos(angle)
      vertices.push(x, y, eave + height * Math.sin(angle))
    }
  }
  const apex = vertices.length / 3
  vertices.push(cx, cy, eave + height)
  const triangles: number[] = []
  for (let ring = 0; ring < rings; ring++) {
    for (let i = 0; i < n; i++) {
      const a = ring * n + i
      const b = ring * n + ((i + 1) % n)
      if (ring === rings - 1) triangles.push(a, b, apex)
      else triangles.push(a, b, b + n, a, b + n, a + n)
    }
  }
  return { vertices, eaves: Array.from({ length: n }, (_, i) => [i]), triangles }
}

function centroid(points: number[]): [number, number] {
  let [x, y, sum] = [0, 0, 0]
  const n = points.length / 2
  for (let i = 1; i < n - 1; i++) {
    const twice = cross(points, 0, i, i + 1)
    sum += twice
    x += twice * (points[0] + points[i * 2] + points[i * 2 + 2])
    y += twice * (points[1] + points[i * 2 + 1] + points[i * 2 + 3])
  }
  return [x / (3 * sum), y / (3 * sum)]
}

/**
 * A hip for any outline: the walls' tops drawn in to a level platform. A straight skeleton would bring it to a ridge;
 * this keeps every slope right and costs a tenth.
 */
function skirt({ points, area }: Footprint, box: OrientedBox, eave: number, height: number): Roof | null {
  for (const share of [0.8, 0.45, 0.2]) {
    const inner = inset(points, box.halfAcross * share)
    if (!inner) continue
    const left = ringArea(inner)
    const top = left > 0.01 && left < area ? triangulate(inner, [], left) : null
    if (!top) continue
    const n = points.length / 2
    const vertices: number[] = []
    for (let i = 0; i < n; i++) vertices.push(points[i * 2], points[i * 2 + 1], eave)
    for (let i = 0; i < n; i++) vertices.push(inner[i * 2], inner[i * 2 + 1], eave + height)
    const triangles: number[] = []
    for (let i = 0; i < n; i++) {
      const j = (i + 1) % n
      triangles.push(i, j, n + j, i, n + j, n + i)
    }
    for (const i of top) triangles.push(n + i)
    return { vertices, eaves: Array.from({ length: n }, (_, i) => [i]), triangles }
  }
  return null
}

/** Ring moved inward by so many metres, corners mitred; null when an edge turns round or a mitre runs away. */
function inset(points: number[], metres: number): number[] | null {
  const n = points.length / 2
  const result: number[] = []
  for (let i = 0; i < n; i++) {
    const a = (i + n - 1) % n
    const c = (i + 1) % n
    const x = points[i * 2]
    const y = points[i * 2 + 1]
    const before = distance(x - points[a * 2], y - points[a * 2 + 1]) || 1
    const px = (x - points[a * 2]) / before
    const py = (y - points[a * 2 + 1]) / before
    const after = distance(points[c * 2] - x, points[c * 2 + 1] - y) || 1
    const qx = (points[c * 2] - x) / after
    const qy = (points[c * 2 + 1] - y) / after
    const scale = 1 + px * qx + py * qy
    if (scale < 0.15) return null
    result.push(x - (metres * (py + qy)) / scale, y + (metres * (px + qx)) / scale)
  }
  for (let i = 0; i < n; i++) {
    const j = (i + 1) % n
    const dot =
      (points[j * 2] - points[i * 2]) * (result[j * 2] - result[i * 2]) +
      (points[j * 2 + 1] - points[i * 2 + 1]) * (result[j * 2 + 1] - result[i * 2 + 1])
    if (dot <= 0) return null
  }
  return result
}

/** Not Math.hypot, which guards against overflow at ten times the cost. */
const distance = (x: number, y: number): number => Math.sqrt(x * x + y * y)
