/** A window of heights as a quantized, watertight tile: vertices, triangles, edges, normals and bounding volumes. */
import { ECCENTRICITY2, SEMI_MAJOR, SEMI_MINOR, toEcef } from '../geo/ellipsoid.ts'
import type { Box } from '../geo/tile-grid.ts'
import { type TerrainWindow, terrainErrors } from './terrain-errors.ts'

/** What a tile is made from. */
export interface TerrainInput {
  window: TerrainWindow
  /** the tile's box in degrees (without the margin) */
  box: Box
  /** metres a left-out node may lie off the surface */
  maxError: number
  /** side of the squares that are always kept, in intervals; at most the margin */
  base: number
  /** metres: heights are whole multiples of it, a power of two; doubled while the tile's range needs it */
  quantum: number
  /** factor per window node on its error; null = 1 */
  weights: Float32Array | null
}

/** A tile's mesh. Per-vertex arrays have one entry per vertex; places and volumes are earth-fixed metres. */
export interface TerrainMesh {
  u: Uint16Array
  v: Uint16Array
  height: Uint16Array
  minHeight: number
  maxHeight: number
  triangles: Uint16Array
  west: Uint16Array
  south: Uint16Array
  east: Uint16Array
  north: Uint16Array
  /** three per vertex: unit normals, earth-fixed, from the heights on both sides of the tile's edges */
  normals: Float32Array
  center: [number, number, number]
  sphere: { center: [number, number, number]; radius: number }
  horizonOcclusion: [number, number, number]
}

const LARGEST = 32767
const RADIANS = Math.PI / 180
const NEVER_HIDDEN = 1e6
/** below this the tile's far side is over the horizon of any point and nothing can be said to hide it */
const LEAST_SLOPE = 1e-2

/** Reusable memory for meshing tiles of one size: one per thread. */
export interface TerrainMesher {
  /** @throws {RangeError} when the window does not fit the mesher */
  mesh(input: TerrainInput): TerrainMesh
}

/** Triangles of the nodes whose error is above the limit, vertices numbered by first use. */
function triangulate(
  errors: Float32Array,
  limit: number,
  size: number,
  margin: number,
  base: number,
  index: Int32Array,
  nodes: Uint16Array,
  triangles: Uint16Array,
): { vertices: number; corners: number } {
  const side = size + 1 + 2 * margin
  const width = size + 1
  let vertices = 0
  let corners = 0
  index.fill(-1)
  const use = (i: number, j: number): void => {
    const at = j * width + i
    let vertex = index[at]
    if (vertex < 0) {
      vertex = vertices++
      index[at] = vertex
      nodes[vertex * 2] = i
      nodes[vertex * 2 + 1] = j
    }
    triangles[corners++] = vertex
  }
  // a, b: ends of the hypotenuse, c: the right angle
  const split = (ax: number, ay: number, bx: number, by: number, cx: number, cy: number): void => {
    const mx = (ax + bx) >> 1
    const my = (ay + by) >> 1
    if (Math.abs(ax - cx) + Math.abs(ay - cy) > 1 && errors[(my + margin) * side + mx + margin] > limit) {
      split(cx, cy, ax, ay, mx, my)
      split(bx, by, cx, cy, mx, my)
    } else {
      use(ax, ay)
      use(bx, by)
      use(cx, cy)
    }
  }
  for (let j = 0; j < size; j += base)
    for (let i = 0; i < size; i += base) {
      if (((i / base) & 1) === ((j / base) & 1)) {
        split(i, j, i + base, j + base, i + base, j)
        split(i + base, j + base, i, j, i, j + base)
      } else {
        split(i + base, j, i, j + base, i + base, j + base)
        split(i, j + base, i + base, j, i, j)
      }
    }
  return { vertices, corners }
}

/** Sines and cosines along a tile's columns or rows. */
function angles(first: number, last: number, size: number): { sine: Float64Array; cosine: Float64Array } {
  const sine = new Float64Array(size + 1)
  const cosine = new Float64Array(size + 1)
  for (let i = 0; i <= size; i++) {
    const angle = (first + ((last - first) * i) / size) * RADIANS
    sine[i] = Math.sin(angle)
    cosine[i] = Math.cos(angle)
  }
  return { sine, cosine }
}

/** @returns the point whose being under the horizon means that all places are; far out when there is none */
function horizonOcclusion(places: Float64Array, count: number, center: readonly number[]): [number, number, number] {
  const axes = [SEMI_MAJOR, SEMI_MAJOR, SEMI_MINOR]
  const scaled = center.map((value, i) => value / axes[i])
  const length = Math.hypot(...scaled) || 1
  const [dx, dy, dz] = scaled.map((value) => value / length)
  let farthest = 0
  for (let i = 0; i < count; i++) {
    const x = places[i * 3] / SEMI_MAJOR
    const y = places[i * 3 + 1] / SEMI_MAJOR
    const z = places[i * 3 + 2] / SEMI_MINOR
    const squared = x * x + y * y + z * z
    const magnitude = Math.max(1, Math.sqrt(squared))
    const cosAlpha = (x * dx + y * dy + z * dz) / Math.sqrt(squared)
    const sinAlpha = Math.sqrt(Math.max(0, 1 - cosAlpha * cosAlpha))
    const cosBeta = 1 / magnitude
    const sinBeta = Math.sqrt(Math.max(0, squared - 1)) * cosBeta
    const slope = cosAlpha * cosBeta - sinAlpha * sinBeta
    if (slope < LEAST_SLOPE) return [dx * NEVER_HIDDEN, dy * NEVER_HIDDEN, dz * NEVER_HIDDEN]
    farthest = Math.max(farthest, 1 / slope)
  }
  return [dx * farthest, dy * farthest, dz * farthest]
}

/** Above this span the corners of a tile no longer say where its horizon is. */
const WIDE_DEG = 12

/** Nine places on a tile's lid: what hides them hides all below. */
function lid(box: Box, height: number): Float64Array {
  const places = new Float64Array(27)
  for (let k = 0; k < 9; k++)
    places.set(
      toEcef(
        box.west + ((box.east - box.west) * (k % 3)) / 2,
        box.south + ((box.north - box.south) * Math.floor(k / 3)) / 2,
        height,
      ),
      k * 3,
    )
  return places
}

/** Sphere around places, about the middle of their box. */
function boundingSphere(places: Float64Array, count: number): { center: [number, number, number]; radius: number } {
  let minX = Infinity
  let minY = Infinity
  let minZ = Infinity
  let maxX = -Infinity
  let maxY = -Infinity
  let maxZ = -Infinity
  for (let i = 0; i < count * 3; i += 3) {
    const x = places[i]
    const y = places[i + 1]
    const z = places[i + 2]
    if (x < minX) minX = x
    if (y < minY) minY = y
    if (z < minZ) minZ = z
    if (x > maxX) maxX = x
    if (y > maxY) maxY = y
    if (z > maxZ) maxZ = z
  }
  const center: [number, number, number] = [(minX + maxX) / 2, (minY + maxY) / 2, (minZ + maxZ) / 2]
  let farthest = 0
  for (let i = 0; i < count * 3; i += 3) {
    const x = places[i] - center[0]
    const y = places[i + 1] - center[1]
    const z = places[i + 2] - center[2]
    farthest = Math.max(farthest, x * x + y * y + z * z)
  }
  return { center, radius: Math.sqrt(farthest) }
}

/** Heights as whole steps above a floor that is itself a whole step, so that neighbours round a shared node alike. */
function quantize(
  heights: Float32Array,
  quantum: number,
): { height: Uint16Array; min: number; max: number; top: number } {
  let low = Infinity
  let high = -Infinity
  for (const height of heights) {
    if (height < low) low = height
    if (height > high) high = height
  }
  let step = quantum
  while (Math.round(high / step) - Math.round(low / step) > LARGEST) step *= 2
  const floor = Math.round(low / step)
  const height = new Uint16Array(heights.length)
  for (let i = 0; i < heights.length; i++) height[i] = Math.round(heights[i] / step) - floor
  return { height, min: floor * step, max: (floor + LARGEST) * step, top: high + step }
}

/**
 * Prepares to mesh windows of one size.
 * @param size intervals along a tile's edge, a power of two ≤ 128 (so that an index fits 16 bits)
 * @param margin nodes around the tile
 */
export function terrainMesher(size: number, margin: number): TerrainMesher {
  if (size < 2 || size > 128 || size & (size - 1))
    throw new RangeError(`terrain: bad tile size, got ${size}; expected a power of two, 2 … 128`)
  const width = size + 1
  const side = width + 2 * margin
  const errors = new Float32Array(side * side)
  const index = new Int32Array(width * width)
  const nodes = new Uint16Array(width * width * 2)
  const corners = new Uint16Array(size * size * 6)
  const metres = new Float32Array(width * width)
  const places = new Float64Array(width * width * 3)

  const edge = (vertex: (k: number) => number): Uint16Array => {
    const found: number[] = []
    for (let k = 0; k <= size; k++) {
      const at = vertex(k)
      if (index[at] >= 0) found.push(index[at])
    }
    return Uint16Array.from(found)
  }

  return {
    mesh({ window, box, maxError, base, quantum, weights }) {
      if (window.size !== size || window.margin !== margin)
        throw new RangeError(
          `terrain: window of another size, got ${window.size}+${window.margin}; expected ${size}+${margin}`,
        )
      terrainErrors(window, base, weights, errors)
      const made = triangulate(errors, maxError, size, margin, base, index, nodes, corners)
      const count = made.vertices
      const { heights } = window
      const u = new Uint16Array(count)
      const v = new Uint16Array(count)
      const normals = new Float32Array(count * 3)
      const columns = angles(box.west, box.east, size)
      const rows = angles(box.north, box.south, size)
      const stepRadians = ((box.north - box.south) / size) * RADIANS
      for (let i = 0; i < count; i++) {
        const x = nodes[i * 2]
        const y = nodes[i * 2 + 1]
        u[i] = Math.round((x * LARGEST) / size)
        v[i] = LARGEST - Math.round((y * LARGEST) / size)
        const at = (y + margin) * side + x + margin
        const h = heights[at]
        metres[i] = h
        const sine = rows.sine[y]
        const cosine = rows.cosine[y]
        const bend = 1 - ECCENTRICITY2 * sine * sine
        const normal = SEMI_MAJOR / Math.sqrt(bend)
        places[i * 3] = (normal + h) * cosine * columns.cosine[x]
        places[i * 3 + 1] = (normal + h) * cosine * columns.sine[x]
        places[i * 3 + 2] = (normal * (1 - ECCENTRICITY2) + h) * sine
        // slopes over two intervals, in metres east and north; a floor keeps the pole finite
        const east = 2 * stepRadians * normal * Math.max(cosine, 1e-6)
        const north = (2 * stepRadians * normal * (1 - ECCENTRICITY2)) / bend
        const e = (heights[at - 1] - heights[at + 1]) / east
        const n = (heights[at + side] - heights[at - side]) / north
        const length = 1 / Math.sqrt(e * e + n * n + 1)
        const up = cosine - n * sine
        normals[i * 3] = (up * columns.cosine[x] - e * columns.sine[x]) * length
        normals[i * 3 + 1] = (up * columns.sine[x] + e * columns.cosine[x]) * length
        normals[i * 3 + 2] = (sine + n * cosine) * length
      }
      const { height, min, max, top } = quantize(metres.subarray(0, count), quantum)
      const sphere = boundingSphere(places, count)
      return {
        u,
        v,
        height,
        minHeight: min,
        maxHeight: max,
        triangles: corners.slice(0, made.corners),
        west: edge((k) => (size - k) * width),
        south: edge((k) => size * width + k),
        east: edge((k) => (size - k) * width + size),
        north: edge((k) => k),
        normals,
        center: sphere.center,
        sphere,
        horizonOcclusion:
          box.east - box.west > WIDE_DEG
            ? horizonOcclusion(places, count, sphere.center)
            : horizonOcclusion(lid(box, top), 9, sphere.center),
      }
    },
  }
}
