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
const FIRST_BYTES = 1 << 16

/** Records one after the other in memory that grows and is used again: a record of its own costs more than its content. */
export class ShapeRecords {
  /** bytes written so far */
  length = 0
  private bytes = new Uint8Array(0)
  private words = new Int32Array(0)
  private shorts = new Int16Array(0)
  private halves = new Uint16Array(0)
  private floats = new Float32Array(0)

  private reserve(more: number): void {
    const needed = this.length + more
    if (needed <= this.bytes.length) return
    const old = this.bytes
    this.bytes = new Uint8Array(Math.max(FIRST_BYTES, needed + (-needed & 3), old.length * 2))
    this.bytes.set(old.subarray(0, this.length))
    const { buffer } = this.bytes
    this.words = new Int32Array(buffer)
    this.shorts = new Int16Array(buffer)
    this.halves = new Uint16Array(buffer)
    this.floats = new Float32Array(buffer)
  }

  /** Adds a shape; its id in UTF-8 is `ids` from `idFrom` to `idTo`, or else `shape.id`. */
  add(shape: Omit<BuildingShape, 'id'> & { id?: string }, ids?: Uint8Array, idFrom = 0, idTo = 0): void {
    const { coordinates, ringSizes } = shape
    const id = ids ?? encoder.encode(shape.id ?? '').subarray(0, 0xffff)
    const idLength = ids ? idTo - idFrom : id.length
    const wide = hasLongStep(coordinates)
    const deltasAt = this.length + HEADER_BYTES + ringSizes.length * 4
    const idAt = deltasAt + coordinates.length * (wide ? 4 : 2)
    const end = idAt + ((idLength + 3) & ~3)
    this.reserve(end - this.length)
    const word = this.length >> 2
    const { words, halves, bytes } = this
    this.header(shape, end - this.length, wide)
    halves[word * 2 + 15] = idLength
    for (let i = 0; i < ringSizes.length; i++) words[word + HEADER_BYTES / 4 + i] = ringSizes[i] * 2 + shape.holes[i]
    const deltas = wide ? words : this.shorts
    let at = wide ? deltasAt >> 2 : deltasAt >> 1
    let [x, y] = [coordinates[0], coordinates[1]]
    for (let i = 0; i < coordinates.length; i += 2) {
      deltas[at++] = coordinates[i] - x
      deltas[at++] = coordinates[i + 1] - y
      x = coordinates[i]
      y = coordinates[i + 1]
    }
    for (let i = 0; i < idLength; i++) bytes[idAt + i] = id[idFrom + i]
    for (let i = idAt + idLength; i < end; i++) bytes[i] = 0
    this.length = end
  }

  private header(shape: Omit<BuildingShape, 'id'>, total: number, wide: boolean): void {
    const { words, halves, floats, bytes } = this
    const { roofHeight, roofDirectionDeg: direction } = shape
    const [at, word, half] = [this.length, this.length >> 2, this.length >> 1]
    words[word] = total
    words[word + 1] = shape.coordinates[0]
    words[word + 2] = shape.coordinates[1]
    floats[word + 3] = shape.height
    floats[word + 4] = shape.minHeight
    halves[half + 10] = roofHeight >= 0 ? clamp(Math.round(roofHeight * 100), 0, 65534) : UNKNOWN_16
    halves[half + 11] = Number.isNaN(direction) ? UNKNOWN_16 : Math.round((((direction % 360) + 360) % 360) * 100)
    halves[half + 12] = shape.year
    bytes[at + 26] = shape.class
    bytes[at + 27] = shape.levels
    bytes[at + 28] = shape.roof
    bytes[at + 29] = (shape.estimated ? ESTIMATED : 0) | (shape.part ? PART : 0) | (wide ? WIDE : 0)
    words[word + 8] = shape.ringSizes.length
  }

  /** Adds a record as it stands in a chunk. */
  copy(chunk: Uint8Array, from: number, to: number): void {
    this.reserve(to - from)
    const { bytes, length } = this
    for (let i = from, at = length; i < to; i++, at++) bytes[at] = chunk[i]
    this.length = length + to - from
  }

  /** Gives the record written last but as it was copied another height and a flat roof. @param at where it starts */
  flatten(at: number, height: number): void {
    this.floats[(at >> 2) + 3] = height
    this.halves[(at >> 1) + 10] = UNKNOWN_16
    this.halves[(at >> 1) + 11] = UNKNOWN_16
    this.bytes[at + 28] = 0
  }

  /** A copy of what was written; then it is forgotten. */
  take(): Uint8Array {
    const taken = this.bytes.slice(0, this.length)
    this.length = 0
    return taken
  }
}

function hasLongStep(coordinates: Int32Array): boolean {
  for (let i = 2; i < coordinates.length; i++) {
    const step = coordinates[i] - coordinates[i - 2]
    if (step < -32768 || step > 32767) return true
  }
  return false
}

const single = new ShapeRecords()

/** A shape as its record; the inverse of `decodeShape`. */
export function packShape(shape: BuildingShape): Uint8Array {
  single.length = 0
  single.add(shape)
  return single.take()
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
