/** A window of heights as a quantized, watertight tile: vertices, triangles, edges, normals and bounding volumes. */
import { ECCENTRICITY2, SEMI_MAJOR } from '../geo/ellipsoid.ts'
import type { Box } from '../geo/tile-grid.ts'
import { keptNodes, type TerrainTolerance, type TerrainWindow } from './terrain-errors.ts'
import { triangleRoom } from './terrain-triangles.ts'
import { boundingSphere, horizonOcclusion, lid } from './terrain-volumes.ts'

/** What a tile is made from. */
export interface TerrainInput extends TerrainTolerance {
  window: TerrainWindow
  /** the tile's box in degrees (without the margin) */
  box: Box
  /** side of the squares that are always kept, in intervals; at most the margin */
  base: number
  /** metres: heights are whole multiples of it, a power of two; doubled while the tile's range needs it */
  quantum: number
}

/**
 * A tile's mesh. Per-vertex arrays have one entry per vertex; places and volumes are earth-fixed metres.
 * The arrays lie in the mesher's memory: they hold until its next call.
 */
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

/** Reusable memory for meshing tiles of one size: one per thread. */
export interface TerrainMesher {
  /** @throws {RangeError} when the window does not fit the mesher */
  mesh(input: TerrainInput): TerrainMesh
}

/** Above this span the corners of a tile no longer say where its horizon is. */
const WIDE_DEG = 12

/** Heights as whole steps above a floor that is itself a whole step, so that neighbours round a shared node alike. */
function quantize(
  metres: Float32Array,
  count: number,
  quantum: number,
  height: Uint16Array,
): { min: number; max: number; top: number } {
  let low = Infinity
  let high = -Infinity
  for (let i = 0; i < count; i++) {
    const value = metres[i]
    if (value < low) low = value
    if (value > high) high = value
  }
  let step = quantum
  while (Math.round(high / step) - Math.round(low / step) > LARGEST) step *= 2
  const floor = Math.round(low / step)
  // a power of two: to multiply by its inverse is to divide
  const perStep = 1 / step
  for (let i = 0; i < count; i++) height[i] = Math.round(metres[i] * perStep) - floor
  return { min: floor * step, max: (floor + LARGEST) * step, top: high + step }
}

/** What the vertices of a column, or of a row, have in common. */
interface Lines {
  /** degrees of the first and the last; NaN before the first use */
  first: number
  last: number
  sine: Float64Array
  cosine: Float64Array
  /** metres from the axis to the ellipsoid along the normal */
  normal: Float64Array
  /** metres over two intervals to the east and to the north */
  east: Float64Array
  north: Float64Array
}

const linesOf = (count: number): Lines => ({
  first: Number.NaN,
  last: Number.NaN,
  sine: new Float64Array(count),
  cosine: new Float64Array(count),
  normal: new Float64Array(count),
  east: new Float64Array(count),
  north: new Float64Array(count),
})

/** Computes columns or rows between two edges, unless they are those of the tile before. */
function rule(lines: Lines, first: number, last: number): void {
  if (lines.first === first && lines.last === last) return
  lines.first = first
  lines.last = last
  const { sine, cosine, normal, east, north } = lines
  const size = sine.length - 1
  const stepRadians = ((first - last) / size) * RADIANS
  for (let k = 0; k <= size; k++) {
    const angle = (first + ((last - first) * k) / size) * RADIANS
    sine[k] = Math.sin(angle)
    cosine[k] = Math.cos(angle)
    const bend = 1 - ECCENTRICITY2 * sine[k] * sine[k]
    normal[k] = SEMI_MAJOR / Math.sqrt(bend)
    // a floor keeps the pole finite
    east[k] = 2 * stepRadians * normal[k] * Math.max(cosine[k], 1e-6)
    north[k] = (2 * stepRadians * normal[k] * (1 - ECCENTRICITY2)) / bend
  }
}

/** Per-vertex arrays for the largest tile. */
const vertexRoom = (most: number) => ({
  u: new Uint16Array(most),
  v: new Uint16Array(most),
  height: new Uint16Array(most),
  metres: new Float32Array(most),
  places: new Float64Array(most * 3),
  normals: new Float32Array(most * 3),
})

/** Fills in places, normals and metres of the vertices at the given window nodes. */
function placeVertices(
  room: ReturnType<typeof vertexRoom>,
  nodes: Int32Array,
  count: number,
  { size, margin, heights }: TerrainWindow,
  columns: Lines,
  rows: Lines,
): void {
  const { u, v, metres, places, normals } = room
  const side = size + 1 + 2 * margin
  for (let i = 0; i < count; i++) {
    const at = nodes[i]
    const row = (at / side) | 0
    const x = at - row * side - margin
    const y = row - margin
    u[i] = Math.round((x * LARGEST) / size)
    v[i] = LARGEST - Math.round((y * LARGEST) / size)
    const h = heights[at]
    metres[i] = h
    const sine = rows.sine[y]
    const cosine = rows.cosine[y]
    const normal = rows.normal[y]
    const k = i * 3
    places[k] = (normal + h) * cosine * columns.cosine[x]
    places[k + 1] = (normal + h) * cosine * columns.sine[x]
    places[k + 2] = (normal * (1 - ECCENTRICITY2) + h) * sine
    // slopes over two intervals
    const e = (heights[at - 1] - heights[at + 1]) / rows.east[y]
    const n = (heights[at + side] - heights[at - side]) / rows.north[y]
    const length = 1 / Math.sqrt(e * e + n * n + 1)
    const up = cosine - n * sine
    normals[k] = (up * columns.cosine[x] - e * columns.sine[x]) * length
    normals[k + 1] = (up * columns.sine[x] + e * columns.cosine[x]) * length
    normals[k + 2] = (sine + n * cosine) * length
  }
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
  const kept = new Uint8Array(side * side)
  const laid = triangleRoom(size, margin)
  const room = vertexRoom(width * width)
  const columns = linesOf(width)
  const rows = linesOf(width)
  const north = margin * side + margin
  const south = north + size * side

  return {
    mesh({ window, box, maxError, elsewhere, base, quantum }) {
      if (window.size !== size || window.margin !== margin)
        throw new RangeError(
          `terrain: window of another size, got ${window.size}+${window.margin}; expected ${size}+${margin}`,
        )
      keptNodes(window, base, { maxError, elsewhere }, kept)
      laid.lay(kept, base)
      const count = laid.vertices
      rule(columns, box.west, box.east)
      rule(rows, box.north, box.south)
      placeVertices(room, laid.nodes, count, window, columns, rows)
      const { min, max, top } = quantize(room.metres, count, quantum, room.height)
      const sphere = boundingSphere(room.places, count)
      return {
        u: room.u.subarray(0, count),
        v: room.v.subarray(0, count),
        height: room.height.subarray(0, count),
        minHeight: min,
        maxHeight: max,
        triangles: laid.triangles.subarray(0, laid.corners),
        west: laid.along(0, south, -side),
        south: laid.along(1, south, 1),
        east: laid.along(2, south + size, -side),
        north: laid.along(3, north, 1),
        normals: room.normals.subarray(0, count * 3),
        center: sphere.center,
        sphere,
        horizonOcclusion:
          box.east - box.west > WIDE_DEG
            ? horizonOcclusion(room.places, count, sphere.center)
            : horizonOcclusion(lid(box, top), 9, sphere.center),
      }
    },
  }
}
