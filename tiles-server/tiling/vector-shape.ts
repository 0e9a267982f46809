/** A feature's geometry in whole world units, weighed and coarsened: flat arrays all the way. */
import type { Geometry, Position } from 'geojson'

/** Parts of one kind, flat: x, y, x, y … in world units, y down. */
export interface Parts {
  /** 1 points, 2 lines, 3 rings */
  kind: 1 | 2 | 3
  xy: Int32Array
  /** numbers in use of `xy` */
  length: number
  /** number of parts */
  count: number
  /** end of each part in `xy` */
  ends: Int32Array
  /** per part: 1 = the ring is a hole of the ring before */
  holes: Uint8Array
}

/** @returns empty parts that grow as needed */
export const emptyParts = (): Parts => ({
  kind: 1,
  xy: new Int32Array(256),
  length: 0,
  count: 0,
  ends: new Int32Array(16),
  holes: new Uint8Array(16),
})

/** Makes room for `more` numbers. */
export function makeRoom(parts: Parts, more: number): void {
  if (parts.length + more <= parts.xy.length) return
  const wider = new Int32Array(Math.max(parts.xy.length * 2, parts.length + more))
  wider.set(parts.xy.subarray(0, parts.length))
  parts.xy = wider
}

/** Empties parts for a kind of geometry. */
export function clearParts(parts: Parts, kind: 1 | 2 | 3): void {
  parts.kind = kind
  parts.length = 0
  parts.count = 0
}

const RADIANS = Math.PI / 180
const MAX_LAT = 85.05112877980659
const ANCHORS_PER_DEGREE = 100

/** Mercator's northing and its first three derivatives at a latitude of two decimals. */
const anchor = { at: Number.NaN, lat: 0, y: 0, first: 0, second: 0, third: 0 }

function setAnchor(at: number): void {
  const lat = (at / ANCHORS_PER_DEGREE) * RADIANS
  const secant = 1 / Math.cos(lat)
  const tangent = Math.tan(lat)
  anchor.at = at
  anchor.lat = lat
  anchor.y = Math.asinh(tangent)
  anchor.first = secant
  anchor.second = (secant * tangent) / 2
  anchor.third = (secant * (secant * secant + tangent * tangent)) / 6
}

/**
 * Mercator's northing in radians. A cubic about the nearest hundredth of a degree is off by less than 1e-12 below 80° (a
 * hundred-thousandth of a unit of level 15) and spares each point its logarithm, a third of the time of projecting.
 */
function northing(latDeg: number): number {
  const held = Math.max(-MAX_LAT, Math.min(MAX_LAT, latDeg))
  return held > 80 || held < -80 ? Math.asinh(Math.tan(held * RADIANS)) : series(held)
}

function series(latDeg: number): number {
  const at = Math.round(latDeg * ANCHORS_PER_DEGREE)
  if (at !== anchor.at) setAnchor(at)
  const d = latDeg * RADIANS - anchor.lat
  return anchor.y + d * (anchor.first + d * (anchor.second + d * anchor.third))
}

/** Projects a run of positions to Web Mercator units; bad numbers and repeated points are left out. */
function project(positions: readonly Position[], world: number, out: Parts): void {
  makeRoom(out, positions.length * 2)
  const { xy } = out
  let at = out.length
  const start = at
  for (const position of positions) {
    const lng = position[0]
    const lat = position[1]
    // one look instead of six for what is in its place
    const plain = lng >= -360 && lng <= 360 && lat >= -80 && lat <= 80
    if (!plain && (!Number.isFinite(lng) || !Number.isFinite(lat))) continue
    const held = plain ? lng : Math.max(-360, Math.min(360, lng))
    const x = Math.round((held / 360 + 0.5) * world)
    const y = Math.round((0.5 - (plain ? series(lat) : northing(lat)) / (2 * Math.PI)) * world)
    if (at > start && xy[at - 2] === x && xy[at - 1] === y && out.kind !== 1) continue
    xy[at++] = x
    xy[at++] = y
  }
  out.length = at
}

function closeRing(out: Parts, from: number): void {
  const { xy, length } = out
  if (length - from < 6 || (xy[from] === xy[length - 2] && xy[from + 1] === xy[length - 1])) return
  makeRoom(out, 2)
  out.xy[out.length++] = out.xy[from]
  out.xy[out.length++] = out.xy[from + 1]
}

/** Ends the part that began at `from`; one of fewer than `least` numbers is forgotten. */
export function endPart(out: Parts, from: number, least: number, hole: number): void {
  if (out.length - from < least) {
    out.length = from
    return
  }
  addPart(out, hole)
}

/** Ends a part where `out` ends now. */
function addPart(out: Parts, hole: number): void {
  if (out.count === out.ends.length) {
    const ends = new Int32Array(out.count * 2)
    ends.set(out.ends)
    out.ends = ends
    const holes = new Uint8Array(out.count * 2)
    holes.set(out.holes)
    out.holes = holes
  }
  out.ends[out.count] = out.length
  out.holes[out.count++] = hole
}

/**
 * Projects a geometry into whole units of a Web Mercator world `world` units wide.
 * Lines without length and rings of fewer than three corners are left out, with the holes of such a ring.
 * @returns false when nothing is left
 */
export function projectGeometry(geometry: Geometry, world: number, out: Parts): boolean {
  const lines = (all: readonly Position[][]): void => {
    clearParts(out, 2)
    for (const line of all) {
      const from = out.length
      project(line, world, out)
      endPart(out, from, 4, 0)
    }
  }
  const polygons = (all: readonly Position[][][]): void => {
    clearParts(out, 3)
    for (const rings of all)
      for (const [index, ring] of rings.entries()) {
        const from = out.length
        const before = out.count
        project(ring, world, out)
        closeRing(out, from)
        endPart(out, from, 8, index ? 1 : 0)
        if (index === 0 && out.count === before) break
      }
  }
  switch (geometry.type) {
    case 'Point':
    case 'MultiPoint':
      clearParts(out, 1)
      project(geometry.type === 'Point' ? [geometry.coordinates] : geometry.coordinates, world, out)
      endPart(out, 0, 2, 0)
      break
    case 'LineString':
      lines([geometry.coordinates])
      break
    case 'MultiLineString':
      lines(geometry.coordinates)
      break
    case 'Polygon':
      polygons([geometry.coordinates])
      break
    case 'MultiPolygon':
      polygons(geometry.coordinates)
      break
    default:
      // collections have no place in one MVT feature
      clearParts(out, 1)
  }
  return out.count > 0
}

/** Stretches still to be weighed: an explicit stack, because a long line must not end the thread. */
const stack: number[] = []

/**
 * Weighs the points of all parts: the distance (units) by which leaving a point out would move the line (Douglas-Peucker).
 * Ends weigh Infinity; what lies within `least` of its stretch weighs 0.
 * @returns `weights`, or a longer array in its place
 */
export function weigh(parts: Parts, least: number, weights: Float32Array): Float32Array {
  const out = weights.length >= parts.length / 2 ? weights : new Float32Array(parts.length)
  let from = 0
  for (let part = 0; part < parts.count; part++) {
    const end = parts.ends[part]
    weighPart(parts.xy, from, end, least * least, out)
    from = end
  }
  return out
}

function weighPart(xy: Int32Array, from: number, end: number, least: number, weights: Float32Array): void {
  const lastPoint = end - 2
  weights.fill(0, from >> 1, end >> 1)
  weights[from >> 1] = Infinity
  weights[lastPoint >> 1] = Infinity
  stack.length = 0
  stack.push(from, lastPoint)
  while (stack.length) {
    const last = stack.pop() as number
    const first = stack.pop() as number
    if (last - first < 4) continue
    const ax = xy[first]
    const ay = xy[first + 1]
    const dx = xy[last] - ax
    const dy = xy[last + 1] - ay
    const square = dx * dx + dy * dy
    let farthest = least
    let pivot = -1
    for (let i = first + 2; i < last; i += 2) {
      let px = xy[i] - ax
      let py = xy[i + 1] - ay
      if (square) {
        const t = (px * dx + py * dy) / square
        if (t >= 1) {
          px -= dx
          py -= dy
        } else if (t > 0) {
          px -= dx * t
          py -= dy * t
        }
      }
      const distance = px * px + py * py
      if (distance > farthest) {
        farthest = distance
        pivot = i
      }
    }
    if (pivot < 0) continue
    weights[pivot >> 1] = Math.sqrt(farthest)
    stack.push(first, pivot, pivot, last)
  }
}

/**
 * A coarser copy: points that weigh more than `tolerance`, in units 2^shift times as large, repeated points left out.
 * Rings smaller than `leastArea` (coarse units²) and lines shorter than one unit are left out.
 * @returns false when nothing is left
 */
export function coarsen(
  parts: Parts,
  weights: Float32Array | null,
  tolerance: number,
  shift: number,
  leastArea: number,
  out: Parts,
): boolean {
  clearParts(out, parts.kind)
  makeRoom(out, parts.length)
  const { xy } = parts
  const to = out.xy
  const half = shift ? 1 << (shift - 1) : 0
  let from = 0
  let skipHoles = false
  for (let part = 0; part < parts.count; part++) {
    const end = parts.ends[part]
    const hole = parts.holes[part]
    const start = out.length
    let at = start
    if (!(hole && skipHoles)) {
      for (let i = from; i < end; i += 2) {
        if (weights && weights[i >> 1] <= tolerance) continue
        const x = (xy[i] + half) >> shift
        const y = (xy[i + 1] + half) >> shift
        if (at > start && to[at - 2] === x && to[at - 1] === y && parts.kind !== 1) continue
        to[at++] = x
        to[at++] = y
      }
      const enough = parts.kind === 1 ? 2 : parts.kind === 2 ? 4 : 8
      if (at - start >= enough && (parts.kind !== 3 || area(to, start, at) >= leastArea)) {
        out.length = at
        addPart(out, hole)
        if (!hole) skipHoles = false
      } else if (!hole) skipHoles = true
    }
    from = end
  }
  return out.count > 0
}

/** @returns the area a ring encloses, units² (never negative) */
export function area(xy: Int32Array, from: number, to: number): number {
  let twice = 0
  const x0 = xy[from]
  const y0 = xy[from + 1]
  for (let i = from + 2; i < to - 2; i += 2)
    twice += (xy[i] - x0) * (xy[i + 3] - y0) - (xy[i + 2] - x0) * (xy[i + 1] - y0)
  return Math.abs(twice) / 2
}

/** Smallest box around parts: minX, minY, maxX, maxY. */
export function boundsOfParts(parts: Parts, out: Int32Array): Int32Array {
  let minX = 2147483647
  let minY = 2147483647
  let maxX = -2147483648
  let maxY = -2147483648
  const { xy, length } = parts
  for (let i = 0; i < length; i += 2) {
    const x = xy[i]
    const y = xy[i + 1]
    if (x < minX) minX = x
    if (x > maxX) maxX = x
    if (y < minY) minY = y
    if (y > maxY) maxY = y
  }
  out[0] = minX
  out[1] = minY
  out[2] = maxX
  out[3] = maxY
  return out
}
