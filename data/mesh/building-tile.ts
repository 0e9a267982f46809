/** The buildings of one tile → one mesh, where they stand, and the simpler shapes that coarser tiles will use. */
import { undulation } from '../geo/geoid.ts'
import type { ChunkShape } from './building-chunk.ts'
import { openPlane, type Plane } from './building-frame.ts'
import { type BuildingMesh, clearMesh, openMesh } from './building-mesh.ts'
import { PLINTH_M } from './building-parts.ts'
import { type BuildingShape, SHAPE_UNIT_DEG, type ShapeRecords } from './building-shape.ts'
import { addSolid } from './building-solid.ts'
import { type Footprint, footprints, simplifyOutline } from './footprint.ts'

/** Metres above the ellipsoid at a place in degrees, NaN where unknown. */
export type Ground = (lngDeg: number, latDeg: number) => number

/** A meshed tile before quantization. */
export interface BuildingTile {
  plane: Plane
  mesh: BuildingMesh
  /** buildings that got a solid, in feature order */
  shapes: ChunkShape[]
  /** ground height of each, metres above the ellipsoid */
  bases: Float32Array
  /** degrees */
  west: number
  south: number
  east: number
  north: number
  rejected: { id: string; reason: string }[]
}

/** Walls go so far below the ground (metres), so that nothing floats where the drawn terrain is coarser than the measured one. */
export const SINK_M = 2
const SAMPLES = 12

/** Lowest ground under a building: its corners (a dozen at most) and their middle; sea level where nothing is known. */
export function groundUnder({ pool, first, ringSizes }: ChunkShape, ground: Ground | null): number {
  let lowest = Infinity
  if (ground) {
    const count = ringSizes[0]
    const step = Math.max(1, Math.floor(count / SAMPLES))
    let x = 0
    let y = 0
    let samples = 0
    for (let i = first; i < first + count * 2; i += step * 2) {
      x += pool[i]
      y += pool[i + 1]
      samples++
      const height = ground(pool[i] * SHAPE_UNIT_DEG, pool[i + 1] * SHAPE_UNIT_DEG)
      if (height < lowest) lowest = height
    }
    const height = ground((x / samples) * SHAPE_UNIT_DEG, (y / samples) * SHAPE_UNIT_DEG)
    if (height < lowest) lowest = height
  }
  if (Number.isFinite(lowest)) return lowest
  return undulation(pool[first] * SHAPE_UNIT_DEG, pool[first + 1] * SHAPE_UNIT_DEG)
}

/** Memory that is used again from tile to tile. */
const scratch: { mesh: BuildingMesh | null; local: Float64Array; positions: Uint16Array; featureIds: Uint16Array } = {
  mesh: null,
  local: new Float64Array(256),
  positions: new Uint16Array(0),
  featureIds: new Uint16Array(0),
}

/** Corners of a shape in metres, in memory that the next call uses again. */
function localCorners({ pool, first, corners }: ChunkShape, plane: Plane): Float64Array {
  if (scratch.local.length < corners * 2) scratch.local = new Float64Array(corners * 4)
  plane.projectPart(pool, first, corners * 2, scratch.local, 0)
  return scratch.local
}

/**
 * Meshes the buildings of a tile.
 * @param bases ground height of each shape, metres above the ellipsoid
 * @param detail `full`: roofs, holes, closed below; `coarse`: flat tops, no undersides
 * @param plinths these stand only as plinths (see building-parts.ts)
 * @param visit hears of the footprints of each building that got a solid, with its feature number
 * @returns null when no building has a footprint; the mesh is valid until the next call
 */
export function meshBuildings(
  shapes: readonly ChunkShape[],
  bases: Float32Array,
  detail: 'full' | 'coarse',
  plinths: ReadonlySet<ChunkShape>,
  visit?: (found: readonly Footprint[], feature: number, plane: Plane) => void,
): BuildingTile | null {
  const box = extent(shapes)
  if (!box) return null
  const plane = openPlane((box.west + box.east) / 2, (box.south + box.north) / 2)
  scratch.mesh ??= openMesh()
  const mesh = scratch.mesh
  clearMesh(mesh)
  const kept: ChunkShape[] = []
  const keptBases = new Float32Array(shapes.length)
  const rejected: BuildingTile['rejected'] = []
  for (let i = 0; i < shapes.length; i++) {
    const shape = shapes[i]
    const found = footprints(localCorners(shape, plane), shape.ringSizes, shape.holes)
    if (!found.length) {
      rejected.push({ id: shape.id, reason: 'footprint has no area' })
      continue
    }
    const feature = kept.push(shape) - 1
    const base = bases[i]
    keptBases[feature] = base
    const standing = {
      bottom: shape.minHeight > 0 ? base + shape.minHeight : base - SINK_M,
      top: base + (plinths.has(shape) ? shape.minHeight + PLINTH_M : shape.height),
      roof: detail === 'full' && !plinths.has(shape) ? shape.roof : 0,
      roofHeight: shape.roofHeight,
      roofDirectionDeg: shape.roofDirectionDeg,
    }
    for (const footprint of found) addSolid(mesh, footprint, standing, feature, detail === 'coarse')
    visit?.(found, feature, plane)
  }
  if (!kept.length) return null
  return { plane, mesh, shapes: kept, bases: keptBases.subarray(0, kept.length), ...box, rejected }
}

function extent(shapes: readonly ChunkShape[]): { west: number; south: number; east: number; north: number } | null {
  let west = Infinity
  let south = Infinity
  let east = -Infinity
  let north = -Infinity
  for (const { pool, first, corners } of shapes) {
    for (let i = first; i < first + corners * 2; i += 2) {
      const x = pool[i]
      const y = pool[i + 1]
      if (x < west) west = x
      if (x > east) east = x
      if (y < south) south = y
      if (y > north) north = y
    }
  }
  if (west > east) return null
  return {
    west: west * SHAPE_UNIT_DEG,
    south: south * SHAPE_UNIT_DEG,
    east: east * SHAPE_UNIT_DEG,
    north: north * SHAPE_UNIT_DEG,
  }
}

/** How much of a pitched roof the flat top of a coarse level keeps, as a share of the roof's height. */
const ROOF_SHARE = 0.5
const GUESSED_ROOF_M = 2.5

/**
 * Writes the record of the building without its roof and without details below `tolerance` metres, for coarse levels.
 * @param parts its footprints in the plane
 * @returns its height now, metres
 */
export function simplifyShape(
  shape: ChunkShape,
  parts: readonly Footprint[],
  plane: Plane,
  tolerance: number,
  records: ShapeRecords,
): number {
  const roof =
    shape.roof === 0
      ? 0
      : Math.min(Number.isNaN(shape.roofHeight) ? GUESSED_ROOF_M : shape.roofHeight, shape.height * 0.8)
  const height = Math.max(shape.height - roof * (1 - ROOF_SHARE), shape.minHeight + 0.2)
  if (shape.ringSizes.length === 1 && shape.ringSizes[0] <= 4) {
    const at = records.length
    records.copy(shape.chunk, shape.from, shape.to)
    records.flatten(at, height)
    return height
  }
  const rings = parts.map(({ points, holes, area }) =>
    simplifyOutline(points, holes[0] ?? points.length / 2, area, tolerance),
  )
  const coordinates = new Int32Array(rings.reduce((sum, ring) => sum + ring.length, 0))
  let at = 0
  for (const ring of rings) {
    for (let i = 0; i < ring.length; i += 2) {
      const [lng, lat] = plane.unproject(ring[i], ring[i + 1])
      coordinates[at++] = Math.round(lng / SHAPE_UNIT_DEG)
      coordinates[at++] = Math.round(lat / SHAPE_UNIT_DEG)
    }
  }
  const simple: Omit<BuildingShape, 'id'> = {
    class: shape.class,
    height,
    minHeight: shape.minHeight,
    levels: shape.levels,
    year: shape.year,
    roof: 0,
    roofHeight: Number.NaN,
    roofDirectionDeg: Number.NaN,
    estimated: shape.estimated,
    part: shape.part,
    coordinates,
    ringSizes: Uint32Array.from(rings, (ring) => ring.length / 2),
    holes: new Uint8Array(rings.length),
  }
  records.add(simple, shape.chunk, shape.idFrom, shape.idTo)
  return height
}

/** A mesh in whole steps from its lowest corner. */
export interface QuantizedMesh {
  /** x, y, z, 0 per vertex */
  positions: Uint16Array
  /** feature, 0 per vertex */
  featureIds: Uint16Array
  /** metres in the plane, bend of the Earth included, of step 0, 0, 0 */
  origin: [number, number, number]
  /** metres per step */
  step: number
  /** metres above the ellipsoid */
  minHeight: number
  maxHeight: number
}

/**
 * Puts the bend of the Earth back (a tower leans with its own vertical) and counts in steps.
 * @param finest metres per step when the tile is small enough for it; else what 16 bits allow
 * @returns arrays that are at least so long, and hold until the next call
 */
export function quantize({ mesh, plane }: BuildingTile, finest: number): QuantizedMesh {
  const n = mesh.vertices
  const bent = mesh.positions
  const { normal, meridian } = plane
  let [lowX, lowY, lowZ] = [Infinity, Infinity, Infinity]
  let [highX, highY, highZ] = [-Infinity, -Infinity, -Infinity]
  let [minHeight, maxHeight] = [Infinity, -Infinity]
  for (let i = 0; i < n * 3; i += 3) {
    const x = bent[i]
    const y = bent[i + 1]
    const height = bent[i + 2]
    if (height < minHeight) minHeight = height
    if (height > maxHeight) maxHeight = height
    const east = Math.fround(x + (height * x) / normal)
    const north = Math.fround(y + (height * y) / meridian)
    const up = Math.fround(height - (x * x) / (2 * normal) - (y * y) / (2 * meridian))
    bent[i] = east
    bent[i + 1] = north
    bent[i + 2] = up
    if (east < lowX) lowX = east
    if (east > highX) highX = east
    if (north < lowY) lowY = north
    if (north > highY) highY = north
    if (up < lowZ) lowZ = up
    if (up > highZ) highZ = up
  }
  const reach = Math.max(highX - lowX, highY - lowY, highZ - lowZ)
  const step = Math.max(finest, reach / 65534)
  if (scratch.positions.length < n * 4) {
    scratch.positions = new Uint16Array(n * 8)
    scratch.featureIds = new Uint16Array(n * 4)
  }
  // the fourth and the second number stay 0
  const { positions, featureIds } = scratch
  const { features } = mesh
  for (let i = 0; i < n; i++) {
    positions[i * 4] = (bent[i * 3] - lowX) / step + 0.5
    positions[i * 4 + 1] = (bent[i * 3 + 1] - lowY) / step + 0.5
    positions[i * 4 + 2] = (bent[i * 3 + 2] - lowZ) / step + 0.5
    featureIds[i * 2] = features[i]
  }
  return { positions, featureIds, origin: [lowX, lowY, lowZ], step, minHeight, maxHeight }
}

/** Height in the plane's straight frame of a height above the ellipsoid at x, y. */
export function bend(plane: Plane, x: number, y: number, height: number): number {
  return height - (x * x) / (2 * plane.normal) - (y * y) / (2 * plane.meridian)
}
