/** A building as the cutter reads it: one small, 4-byte aligned, self-delimiting record, so that thousands can be concatenated by the database. */
import type { MultiPolygon, Polygon, Position } from 'geojson'
import { type CityFeature, CLASSES, ROOFS } from '../geo/city-feature.ts'

/** Degrees per coordinate unit (as OSM): 1.1 cm on the ground. */
export const SHAPE_UNIT_DEG = 1e-7
/** The most vertices one building may have; more is a drawing, not a building. */
export const SHAPE_MAX_VERTICES = 20_000
const UNKNOWN_16 = 0xffff
const HEADER_BYTES = 36
/** 1° in units: what is wider is no building. */
const MAX_REACH = 1e7
const WIDE = 1
const ESTIMATED = 2
const PART = 4

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

/** A shape as its record; the inverse of `decodeShape`. */
export function packShape(shape: BuildingShape): Uint8Array {
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
  const id = new TextEncoder().encode(shape.id).subarray(0, 0xffff)
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

/**
 * Reads one record.
 * @param bytes a chunk of records, 4-byte aligned in its buffer
 * @param offset where the record starts, a multiple of 4
 * @throws {RangeError} when the record does not fit the chunk or contradicts itself
 */
export function decodeShape(bytes: Uint8Array, offset = 0): BuildingShape {
  const fail = (what: string): never => {
    throw new RangeError(`building shape: ${what} at byte ${offset}; expected a record of encodeShape`)
  }
  if (offset + HEADER_BYTES > bytes.length) fail(`got ${bytes.length - offset} bytes`)
  const base = bytes.byteOffset + offset
  if (base % 4 !== 0) fail('record is not aligned to 4 bytes')
  const words = new Int32Array(bytes.buffer, base, HEADER_BYTES / 4)
  const floats = new Float32Array(bytes.buffer, base, HEADER_BYTES / 4)
  const halves = new Uint16Array(bytes.buffer, base, HEADER_BYTES / 2)
  const small = bytes.subarray(offset, offset + HEADER_BYTES)
  const total = words[0]
  const rings = words[8]
  const wide = (small[29] & WIDE) !== 0
  if (total < HEADER_BYTES || total % 4 !== 0 || offset + total > bytes.length) fail(`length is ${total}`)
  if (rings < 1 || HEADER_BYTES + rings * 4 > total) fail(`ring count is ${rings}`)
  const sizes = new Uint32Array(bytes.buffer, base + HEADER_BYTES, rings)
  const ringSizes = new Uint32Array(rings)
  const holes = new Uint8Array(rings)
  let count = 0
  for (let i = 0; i < rings; i++) {
    ringSizes[i] = sizes[i] >>> 1
    holes[i] = sizes[i] & 1
    count += ringSizes[i]
  }
  const at = HEADER_BYTES + rings * 4
  const idBytes = halves[15]
  if (at + count * (wide ? 8 : 4) + idBytes > total) fail(`vertex count is ${count}`)
  const deltas = wide
    ? new Int32Array(bytes.buffer, base + at, count * 2)
    : new Int16Array(bytes.buffer, base + at, count * 2)
  const coordinates = new Int32Array(count * 2)
  let [x, y] = [words[1], words[2]]
  for (let i = 0; i < count * 2; i += 2) {
    coordinates[i] = x += deltas[i]
    coordinates[i + 1] = y += deltas[i + 1]
  }
  const idAt = offset + at + count * (wide ? 8 : 4)
  return {
    id: text(bytes, idAt, idAt + idBytes),
    class: small[26],
    height: floats[3],
    minHeight: floats[4],
    levels: small[27],
    year: halves[12],
    roof: small[28],
    roofHeight: halves[10] === UNKNOWN_16 ? Number.NaN : halves[10] / 100,
    roofDirectionDeg: halves[11] === UNKNOWN_16 ? Number.NaN : halves[11] / 100,
    estimated: (small[29] & ESTIMATED) !== 0,
    part: (small[29] & PART) !== 0,
    coordinates,
    ringSizes,
    holes,
  }
}

const decoder = new TextDecoder()
/** Ids are nearly always ASCII: building the string from codes is several times faster than TextDecoder at 10 bytes. */
function text(bytes: Uint8Array, from: number, to: number): string {
  let result = ''
  for (let i = from; i < to; i++) {
    if (bytes[i] > 127) return decoder.decode(bytes.subarray(from, to))
    result += String.fromCharCode(bytes[i])
  }
  return result
}

/**
 * Reads all records of a chunk.
 * @param chunk records one after the other (`string_agg(shape, '')`), any alignment
 * @throws {RangeError} when the chunk does not consist of whole records
 */
export function decodeShapes(chunk: Uint8Array): BuildingShape[] {
  const bytes = chunk.byteOffset % 4 === 0 ? chunk : chunk.slice()
  const shapes: BuildingShape[] = []
  for (let offset = 0; offset < bytes.length; ) {
    shapes.push(decodeShape(bytes, offset))
    offset += new DataView(bytes.buffer, bytes.byteOffset + offset, 4).getUint32(0, true)
  }
  return shapes
}

/**
 * Every `of`-th record of a chunk, beginning with the `index`-th.
 * @throws {RangeError} when the chunk does not consist of whole records
 */
export function takePart(chunk: Uint8Array, { index, of }: { index: number; of: number }): Uint8Array {
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.length)
  const kept: Uint8Array[] = []
  let total = 0
  for (let offset = 0, n = 0; offset < chunk.length; n++) {
    const length = offset + 4 <= chunk.length ? view.getUint32(offset, true) : 0
    if (length < HEADER_BYTES || offset + length > chunk.length)
      throw new RangeError(`building shape: length is ${length} at byte ${offset}; expected a record of encodeShape`)
    if (n % of === index) {
      kept.push(chunk.subarray(offset, offset + length))
      total += length
    }
    offset += length
  }
  const part = new Uint8Array(total)
  let at = 0
  for (const record of kept) {
    part.set(record, at)
    at += record.length
  }
  return part
}
