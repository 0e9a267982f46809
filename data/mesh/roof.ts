/** Roof shapes over a footprint: which vertices the eaves get, what stands inside them, and the triangles between. */
import { ROOFS } from '../geo/city-feature.ts'
import type { Roof, Standing } from './building-solid.ts'
import { cross, type Footprint, type OrientedBox, orientedBox, ringArea, triangulate } from './footprint.ts'

/** Roofs slope about 33° where nothing else is known. */
const SLOPE = 0.65
const DOME_RINGS = 4

/** Eaves without a corner between those of the footprint, by their number: the same for every house. */
const plain: (readonly (readonly number[])[] | undefined)[] = []

function plainEaves(n: number): readonly (readonly number[])[] {
  const made = plain[n] ?? Array.from({ length: n }, (_, i) => [i])
  if (n < 64) plain[n] = made
  return made
}

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
  for (let i = 0; i < points.length; i += 2) {
    const t = points[i] * dx + points[i + 1] * dy
    vertices.push(points[i], points[i + 1], eave + (height * (high - t)) / (high - low))
  }
  return { vertices, eaves: plainEaves(points.length / 2), triangles }
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
  const side: number[] = []
  for (let i = 0; i < n; i++) side.push(points[i * 2] * dx + points[i * 2 + 1] * dy)
  // a corner on the ridge would be on both sides: shift the ridge by a hand's breadth until none is
  let ridge = (low + high) / 2
  for (let turn = 0; turn < 8 && anyNear(side, ridge); turn++) ridge += 0.05
  const reach = Math.max(high - ridge, ridge - low)
  const heightAt = (t: number): number => eave + height * (1 - Math.abs(t - ridge) / reach)
  const vertices: number[] = []
  const eaves = plainEaves(n).slice()
  const loop: number[] = []
  const crossings: Crossing[] = []
  for (let i = 0; i < n; i++) vertices.push(points[i * 2], points[i * 2 + 1], heightAt(side[i]))
  for (let i = 0; i < n; i++) {
    const j = i + 1 === n ? 0 : i + 1
    loop.push(i)
    if (side[i] > ridge === side[j] > ridge) continue
    const f = (ridge - side[i]) / (side[j] - side[i])
    const x = points[i * 2] + f * (points[j * 2] - points[i * 2])
    const y = points[i * 2 + 1] + f * (points[j * 2 + 1] - points[i * 2 + 1])
    const vertex = vertices.length / 3
    vertices.push(x, y, eave + height)
    eaves[i] = [i, vertex]
    crossings.push({ vertex, at: loop.length, along: y * dx - x * dy, falls: side[i] > ridge })
    loop.push(vertex)
  }
  const triangles = slices(loop, crossings, vertices)
  return triangles && { vertices, eaves, triangles }
}

/** Where a loop crosses a line: its vertex, its place in the loop and along the line, and from which side it comes. */
interface Crossing {
  vertex: number
  at: number
  along: number
  falls: boolean
}

function anyNear(values: readonly number[], middle: number): boolean {
  for (const value of values) if (Math.abs(value - middle) < 0.02) return true
  return false
}

/** Cuts a loop along the line through its crossings and triangulates the pieces. */
function slices(loop: readonly number[], crossings: readonly Crossing[], vertices: readonly number[]): number[] | null {
  const sorted = crossings.slice().sort((a, b) => a.along - b.along)
  if (sorted.length === 0 || sorted.length % 2) return null
  /** by place in the loop: where the line leads to, −1 none */
  const partner: number[] = []
  const done: boolean[] = []
  for (let k = 0; k < loop.length; k++) {
    partner.push(-1)
    done.push(false)
  }
  for (let i = 0; i < sorted.length; i += 2) {
    if (sorted[i].falls === sorted[i + 1].falls) return null
    partner[sorted[i].at] = sorted[i + 1].at
    partner[sorted[i + 1].at] = sorted[i].at
  }
  const triangles: number[] = []
  for (const { at } of crossings) {
    if (done[at]) continue
    const piece: number[] = []
    const flat: number[] = []
    const add = (vertex: number): void => {
      piece.push(vertex)
      flat.push(vertices[vertex * 3], vertices[vertex * 3 + 1])
    }
    for (let k = at; !done[k]; ) {
      done[k] = true
      add(loop[k])
      k = (k + 1) % loop.length
      while (partner[k] < 0) {
        add(loop[k])
        k = (k + 1) % loop.length
      }
      add(loop[k])
      k = partner[k]
    }
    const area = ringArea(flat)
    const cut = area > 0 ? triangulate(flat, [], area) : null
    if (!cut) return null
    for (const i of cut) triangles.push(piece[i])
  }
  return triangles
}

/** The hip of a convex four-corner outline: a ridge along its long side, drawn in by half the short one. */
function hippedQuad({ points }: Footprint, eave: number, height: number): Roof | null {
  for (let i = 0; i < 4; i++) if (cross(points, i, (i + 1) & 3, (i + 2) & 3) <= 0) return null
  const edge = (i: number): number => {
    const [j, k] = [(i & 3) * 2, ((i + 1) & 3) * 2]
    return distance(points[k] - points[j], points[k + 1] - points[j + 1])
  }
  const a = edge(0) + edge(2) >= edge(1) + edge(3) ? 0 : 1
  const [b, c, d] = [a + 1, a + 2, (a + 3) & 3]
  const oneX = (points[d * 2] + points[a * 2]) / 2
  const oneY = (points[d * 2 + 1] + points[a * 2 + 1]) / 2
  const twoX = (points[b * 2] + points[c * 2]) / 2
  const twoY = (points[b * 2 + 1] + points[c * 2 + 1]) / 2
  const length = distance(twoX - oneX, twoY - oneY)
  const inset = Math.min(0.46 * length, (edge(b) + edge(d)) / 4) / length || 0
  const [dx, dy] = [(twoX - oneX) * inset, (twoY - oneY) * inset]
  const vertices: number[] = []
  for (let i = 0; i < 8; i += 2) vertices.push(points[i], points[i + 1], eave)
  vertices.push(oneX + dx, oneY + dy, eave + height, twoX - dx, twoY - dy, eave + height)
  return { vertices, eaves: plainEaves(4), triangles: a === 0 ? HIP : HIP_ACROSS }
}

/** The four slopes of a hip whose ridge, from vertex 4 to 5, lies along the first or the second wall. */
const slopes = (a: number, b: number, c: number, d: number): readonly number[] => [
  ...[a, b, 5, a, 5, 4],
  ...[b, c, 5],
  ...[c, d, 4, c, 4, 5],
  ...[d, a, 4],
]
const HIP = slopes(0, 1, 2, 3)
const HIP_ACROSS = slopes(1, 2, 3, 0)

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
  return { vertices, eaves: plainEaves(n), triangles }
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
    return { vertices, eaves: plainEaves(n), triangles }
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
