/** A building as the cutter reads it: one small, 4-byte aligned, self-delimiting record, so that thousands can be concatenated by the database. */
import type { MultiPolygon, Polygon, Position } from 'geojson'
import { type CityFeature, CLASSES, ROOFS } from '../geo/city-feature.ts'

/** Degrees per coordinate unit (as OSM): 1.1 cm on the ground. */
export const SHAPE_UNIT_DEG = 1e-7
/** The most vertices one building may have; more is a drawing, not a building. */
export const SHAPE_MAX_VERTICES = 20_000
/** The record's layout, for building-chunk.ts: “unknown” in a 16-bit field, the header's length, and the flags of its byte 29. */
export const UNKNOWN_16 = 0xffff
/** Bytes before the ring table. */
export const HEADER_BYTES = 36
/** 1° in units: what is wider is no building. */
const MAX_REACH = 1e7
/** Corners are 32-bit differences, not 16-bit. */
export const WIDE = 1
/** The height is a guess. */
export const ESTIMATED = 2
/** A part of another building. */
export const PART = 4

/** A building ready for meshing. */
export interface BuildingShape {
  id: string
  /** index into `CLASSES.buildings` */
  class: number
  /** metres from the ground to the top, roof included */
  height: number
  /** metres from the ground to the underside, 0 unless floating */
  minHeight: number
  /** storeys, 0 unknown */
  levels: number
  /** year built, 0 unknown */
  year: number
  /** index into `ROOFS` */
  roof: number
  /** metres of `height` that belong to the roof, NaN unknown */
  roofHeight: number
  /** down-slope azimuth in degrees clockwise from north, NaN unknown */
  roofDirectionDeg: number
  /** the height was guessed */
  estimated: boolean
  /** a part of another building */
  part: boolean
  /** lng, lat alternating, units of `SHAPE_UNIT_DEG`, rings not closed, one after the other */
  coordinates: Int32Array
  /** vertices of each ring */
  ringSizes: Uint32Array
  /** 1 where the ring is a hole of the polygon before it, else 0 (a new polygon) */
  holes: Uint8Array
}

const METRES_PER_STOREY = 3.2
/** Height by class where nothing is known: small things low, the rest two storeys. */
const DEFAULT_HEIGHT: Record<string, number> = {
  garage: 2.8,
  house: 6,
  warehouse: 8,
  industrial: 9,
  religious: 12,
  agricultural: 5,
}

const finite = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : Number.NaN)
const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value))

/**
 * The cutter's record of a building.
 * @param feature a `buildings` feature; polygons and multipolygons, holes included
 * @returns bytes, a multiple of 4 long, or null when it has no area to extrude (other geometry, < 3 different corners,
 *   coordinates that are not finite or outside the world, wider than 1°, or more than `SHAPE_MAX_VERTICES` corners)
 */
export function encodeShape(feature: CityFeature): Uint8Array | null {
  const { geometry, style } = feature
  if (geometry?.type !== 'Polygon' && geometry?.type !== 'MultiPolygon') return null
  const rings = quantizedRings(geometry)
  if (!rings) return null
  const count = rings.reduce((sum, ring) => sum + ring.points.length / 2, 0)
  if (count > SHAPE_MAX_VERTICES) return null
  const coordinates = new Int32Array(count * 2)
  let at = 0
  for (const { points } of rings) {
    coordinates.set(points, at)
    at += points.length
  }
  for (let i = 2; i < coordinates.length; i++) {
    if (Math.abs(coordinates[i] - coordinates[i % 2]) > MAX_REACH) return null
  }
  return packShape({
    ...standing(style),
    id: feature.id,
    coordinates,
    ringSizes: Uint32Array.from(rings, (ring) => ring.points.length / 2),
    holes: Uint8Array.from(rings, (ring) => (ring.hole ? 1 : 0)),
  })
}

/** The words of a style as numbers; what is missing or absurd is guessed or clamped. */
function standing(style: CityFeature['style']): Omit<BuildingShape, 'id' | 'coordinates' | 'ringSizes' | 'holes'> {
  const classes: readonly string[] = CLASSES.buildings
  const cls = classes.includes(String(style.class)) ? classes.indexOf(String(style.class)) : classes.length - 1
  const levels = clamp(Math.round(finite(style.levels)) || 0, 0, 255)
  let height = finite(style.height)
  const known = height > 0
  if (!known) height = levels > 0 ? levels * METRES_PER_STOREY : (DEFAULT_HEIGHT[classes[cls]] ?? 6.4)
  height = clamp(height, 0.5, 2000)
  return {
    class: cls,
    height,
    minHeight: clamp(finite(style.minHeight) || 0, 0, height - 0.1),
    levels,
    year: clamp(Math.round(finite(style.year)) || 0, 0, 65535),
    roof: Math.max(0, (ROOFS as readonly string[]).indexOf(String(style.roof))),
    roofHeight: finite(style.roofHeight),
    roofDirectionDeg: finite(style.roofDirectionDeg),
    estimated: !known || style.estimated === true,
    part: style.part === true,
  }
}

const encoder = new TextEncoder()

/**
 * A shape as its record; the inverse of `decodeShape`.
 * @param idBytes the id in UTF-8 where it is at hand
 */
export function packShape(shape: BuildingShape, idBytes?: Uint8Array): Uint8Array {
  const { coordinates, ringSizes } = shape
  const deltas = new Int32Array(coordinates.length)
  let [x, y, wide] = [coordinates[0], coordinates[1], 0]
  for (let i = 0; i < coordinates.length; i += 2) {
    const dx = coordinates[i] - x
    const dy = coordinates[i + 1] - y
    deltas[i] = dx
    deltas[i + 1] = dy
    if (dx < -32768 || dx > 32767 || dy < -32768 || dy > 32767) wide = WIDE
    x = coordinates[i]
    y = coordinates[i + 1]
  }
  const id = idBytes ?? encoder.encode(shape.id).subarray(0, 0xffff)
  const deltasAt = HEADER_BYTES + ringSizes.length * 4
  const idAt = deltasAt + coordinates.length * (wide ? 4 : 2)
  const bytes = new Uint8Array(idAt + ((id.length + 3) & ~3))
  const view = new DataView(bytes.buffer)
  writeHeader(view, bytes.length, shape)
  bytes[29] |= wide
  view.setUint16(30, id.length, true)
  for (let i = 0; i < ringSizes.length; i++)
    view.setUint32(HEADER_BYTES + i * 4, ringSizes[i] * 2 + shape.holes[i], true)
  if (wide) new Int32Array(bytes.buffer, deltasAt, deltas.length).set(deltas)
  else new Int16Array(bytes.buffer, deltasAt, deltas.length).set(deltas)
  bytes.set(id, idAt)
  return bytes
}

function writeHeader(view: DataView, total: number, shape: BuildingShape): void {
  const { roofHeight, roofDirectionDeg: direction } = shape
  view.setUint32(0, total, true)
  view.setInt32(4, shape.coordinates[0], true)
  view.setInt32(8, shape.coordinates[1], true)
  view.setFloat32(12, shape.height, true)
  view.setFloat32(16, shape.minHeight, true)
  view.setUint16(20, roofHeight >= 0 ? clamp(Math.round(roofHeight * 100), 0, 65534) : UNKNOWN_16, true)
  view.setUint16(22, Number.isNaN(direction) ? UNKNOWN_16 : Math.round((((direction % 360) + 360) % 360) * 100), true)
  view.setUint16(24, shape.year, true)
  view.setUint8(26, shape.class)
  view.setUint8(27, shape.levels)
  view.setUint8(28, shape.roof)
  view.setUint8(29, (shape.estimated ? ESTIMATED : 0) | (shape.part ? PART : 0))
  view.setUint32(32, shape.ringSizes.length, true)
}

interface Ring {
  points: number[]
  hole: boolean
}

function quantizedRings(geometry: Polygon | MultiPolygon): Ring[] | null {
  const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates
  const rings: Ring[] = []
  for (const polygon of polygons) {
    for (let i = 0; i < polygon.length; i++) {
      const points = quantizedRing(polygon[i])
      if (!points) return null
      if (points.length >= 6) rings.push({ points, hole: i > 0 })
      else if (i === 0) break
    }
  }
  return rings.length > 0 ? rings : null
}

/** Corners without repeats and without the closing one; null when a coordinate is no place on Earth. */
function quantizedRing(ring: Position[]): number[] | null {
  const points: number[] = []
  for (const [lng, lat] of ring) {
    if (!(Math.abs(lng) <= 180 && Math.abs(lat) <= 90)) return null
    const x = Math.round(lng / SHAPE_UNIT_DEG)
    const y = Math.round(lat / SHAPE_UNIT_DEG)
    const n = points.length
    if (n === 0 || points[n - 2] !== x || points[n - 1] !== y) points.push(x, y)
  }
  const n = points.length
  if (n > 2 && points[0] === points[n - 2] && points[1] === points[n - 1]) points.length = n - 2
  return points
}
