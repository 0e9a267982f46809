/** Geometry ↔ (E)WKB, the binary form PostGIS stores: all GeoJSON types, 2D and 3D, as bytes or hex. */
import type { Geometry, LineString, Point, Polygon, Position } from 'geojson'
import { strokedArcs } from './circular-arc.ts'

const TYPES = [
  'Point',
  'LineString',
  'Polygon',
  'MultiPoint',
  'MultiLineString',
  'MultiPolygon',
  'GeometryCollection',
] as const
const Z = 0x80000000
const M = 0x40000000
const SRID = 0x20000000
/** Deeper collections are refused: nobody draws them, and they would overflow the stack. */
const MAX_DEPTH = 16

let scratch = new DataView(new ArrayBuffer(1 << 16))
let at = 0

function reserve(bytes: number): void {
  if (at + bytes <= scratch.byteLength) return
  const grown = new Uint8Array(Math.max(scratch.byteLength * 2, at + bytes))
  grown.set(new Uint8Array(scratch.buffer, 0, at))
  scratch = new DataView(grown.buffer)
}

function writeCount(count: number): void {
  reserve(4)
  scratch.setUint32(at, count, true)
  at += 4
}

function writePositions(positions: Position[], dimensions: 2 | 3): void {
  reserve(positions.length * dimensions * 8)
  for (const position of positions) {
    scratch.setFloat64(at, position[0], true)
    scratch.setFloat64(at + 8, position[1], true)
    if (dimensions === 3) scratch.setFloat64(at + 16, position[2] ?? Number.NaN, true)
    at += dimensions * 8
  }
}

function writeRings(rings: Position[][], dimensions: 2 | 3): void {
  writeCount(rings.length)
  for (const ring of rings) {
    writeCount(ring.length)
    writePositions(ring, dimensions)
  }
}

function writeHeader(type: number, dimensions: 2 | 3, srid: number): void {
  reserve(9)
  scratch.setUint8(at, 1)
  scratch.setUint32(at + 1, (type | (dimensions === 3 ? Z : 0) | (srid ? SRID : 0)) >>> 0, true)
  at += 5
  if (!srid) return
  scratch.setUint32(at, srid, true)
  at += 4
}

function write(geometry: Geometry, dimensions: 2 | 3, srid: number, depth: number): void {
  const type = TYPES.indexOf(geometry.type) + 1
  if (!type)
    throw new RangeError(`wkb: unknown geometry type, got ${String(geometry.type)}; expected ${TYPES.join(' | ')}`)
  if (depth > MAX_DEPTH) throw new RangeError(`wkb: geometry collections nested too deep, got > ${MAX_DEPTH}`)
  writeHeader(type, dimensions, srid)
  switch (geometry.type) {
    case 'Point':
      writePositions([geometry.coordinates.length ? geometry.coordinates : [Number.NaN, Number.NaN]], dimensions)
      break
    case 'LineString':
      writeCount(geometry.coordinates.length)
      writePositions(geometry.coordinates, dimensions)
      break
    case 'Polygon':
      writeRings(geometry.coordinates, dimensions)
      break
    case 'MultiPoint':
      writeCount(geometry.coordinates.length)
      for (const point of geometry.coordinates) {
        writeHeader(1, dimensions, 0)
        writePositions([point], dimensions)
      }
      break
    case 'MultiLineString':
      writeCount(geometry.coordinates.length)
      for (const line of geometry.coordinates) {
        writeHeader(2, dimensions, 0)
        writeCount(line.length)
        writePositions(line, dimensions)
      }
      break
    case 'MultiPolygon':
      writeCount(geometry.coordinates.length)
      for (const polygon of geometry.coordinates) {
        writeHeader(3, dimensions, 0)
        writeRings(polygon, dimensions)
      }
      break
    case 'GeometryCollection':
      writeCount(geometry.geometries.length)
      for (const part of geometry.geometries) write(part, dimensions, 0, depth + 1)
  }
}

/** True when any position carries a third ordinate (decided by the first position: mixed geometries take its word). */
function dimensionsOf(geometry: Geometry): 2 | 3 {
  if (geometry.type === 'GeometryCollection')
    return geometry.geometries.some((part) => dimensionsOf(part) === 3) ? 3 : 2
  let inner: unknown = geometry.coordinates
  while (Array.isArray(inner) && Array.isArray(inner[0])) inner = inner[0]
  return Array.isArray(inner) && inner.length > 2 ? 3 : 2
}

/**
 * Geometry → EWKB, little-endian.
 *
 * @param geometry GeoJSON; lng, lat (, height) as they are; 3D when its first position has a third ordinate (others NaN)
 * @param srid written into the header when not 0; 4326 by default
 * @returns a fresh array
 * @throws {RangeError} on an unknown type or collections nested deeper than 16
 * @see PostGIS, doc/ZMSgeoms.txt
 */
export function writeWkb(geometry: Geometry, srid = 4326): Uint8Array<ArrayBuffer> {
  at = 0
  write(geometry, dimensionsOf(geometry), srid, 0)
  return new Uint8Array(scratch.buffer as ArrayBuffer, 0, at).slice()
}

/**
 * Geometry → EWKB as lower-case hex, the text form of a PostGIS geometry. Parameters and errors as `writeWkb`.
 * Node only (Buffer).
 */
export function writeWkbHex(geometry: Geometry, srid = 4326): string {
  at = 0
  write(geometry, dimensionsOf(geometry), srid, 0)
  return Buffer.from(scratch.buffer, 0, at).toString('hex')
}

interface Cursor {
  view: DataView
  at: number
}

function readCount(cursor: Cursor, littleEndian: boolean, bytesEach: number): number {
  const count = cursor.view.getUint32(cursor.at, littleEndian)
  cursor.at += 4
  if (count * bytesEach > cursor.view.byteLength - cursor.at)
    throw new RangeError(
      `wkb: truncated, got a count of ${count} with ${cursor.view.byteLength - cursor.at} bytes left`,
    )
  return count
}

function readPosition(cursor: Cursor, littleEndian: boolean, dimensions: number, hasZ: boolean): Position {
  const { view, at: from } = cursor
  cursor.at += dimensions * 8
  const lng = view.getFloat64(from, littleEndian)
  const lat = view.getFloat64(from + 8, littleEndian)
  return hasZ ? [lng, lat, view.getFloat64(from + 16, littleEndian)] : [lng, lat]
}

function readLine(cursor: Cursor, littleEndian: boolean, dimensions: number, hasZ: boolean): Position[] {
  const count = readCount(cursor, littleEndian, dimensions * 8)
  const line = new Array<Position>(count)
  for (let i = 0; i < count; i++) line[i] = readPosition(cursor, littleEndian, dimensions, hasZ)
  return line
}

/** Types of SQL/MM curves: CircularString, CompoundCurve, CurvePolygon, MultiCurve, MultiSurface. */
const CURVES = [8, 12]

/** Parts of a curve, already strokes, as the plain geometry they make. */
function curve(type: number, parts: readonly Geometry[]): Geometry {
  const lines = parts.map((part) => (part.type === 'LineString' ? part.coordinates : []))
  if (type === 9)
    return { type: 'LineString', coordinates: lines.flatMap((line, i) => (i === 0 ? line : line.slice(1))) }
  if (type === 10) return { type: 'Polygon', coordinates: lines }
  if (type === 11) return { type: 'MultiLineString', coordinates: lines }
  return { type: 'MultiPolygon', coordinates: parts.map((part) => (part.type === 'Polygon' ? part.coordinates : [])) }
}

function read(cursor: Cursor, depth: number): Geometry {
  if (depth > MAX_DEPTH) throw new RangeError(`wkb: geometry collections nested too deep, got > ${MAX_DEPTH}`)
  const { view } = cursor
  const order = view.getUint8(cursor.at)
  if (order > 1) throw new RangeError(`wkb: bad byte order, got ${order}; expected 0 | 1`)
  const little = order === 1
  const word = view.getUint32(cursor.at + 1, little)
  cursor.at += word & SRID ? 9 : 5
  const iso = Math.floor((word & 0x0fffffff) / 1000)
  const hasZ = (word & Z) !== 0 || iso === 1 || iso === 3
  const dimensions = 2 + (hasZ ? 1 : 0) + ((word & M) !== 0 || iso === 2 || iso === 3 ? 1 : 0)
  const type = (word & 0x0fffffff) % 1000
  const parts = <T extends Geometry>(): T[] =>
    Array.from({ length: readCount(cursor, little, 5) }, () => read(cursor, depth + 1) as T)
  if (type >= CURVES[0] && type <= CURVES[1]) {
    if (type === 8) return { type: 'LineString', coordinates: strokedArcs(readLine(cursor, little, dimensions, hasZ)) }
    return curve(type, parts())
  }
  switch (TYPES[type - 1]) {
    case 'Point': {
      const position = readPosition(cursor, little, dimensions, hasZ)
      return { type: 'Point', coordinates: Number.isNaN(position[0]) && Number.isNaN(position[1]) ? [] : position }
    }
    case 'LineString':
      return { type: 'LineString', coordinates: readLine(cursor, little, dimensions, hasZ) }
    case 'Polygon': {
      const rings = readCount(cursor, little, 4)
      return {
        type: 'Polygon',
        coordinates: Array.from({ length: rings }, () => readLine(cursor, little, dimensions, hasZ)),
      }
    }
    case 'MultiPoint':
      return { type: 'MultiPoint', coordinates: parts<Point>().map((part) => part.coordinates) }
    case 'MultiLineString':
      return { type: 'MultiLineString', coordinates: parts<LineString>().map((part) => part.coordinates) }
    case 'MultiPolygon':
      return { type: 'MultiPolygon', coordinates: parts<Polygon>().map((part) => part.coordinates) }
    case 'GeometryCollection':
      return { type: 'GeometryCollection', geometries: parts() }
    default:
      throw new RangeError(`wkb: unknown geometry type, got ${type}; expected 1…7 (${TYPES.join(' | ')})`)
  }
}

/**
 * WKB or EWKB (either byte order, Z and M in both notations; M is dropped) → geometry. Curves become strokes. The SRID is not returned.
 *
 * @param bytes one geometry; hex text is accepted too (Node only)
 * @throws {RangeError} when truncated, of an unknown type, or nested deeper than 16
 */
export function readWkb(bytes: Uint8Array | string): Geometry {
  const raw = typeof bytes === 'string' ? Buffer.from(bytes, 'hex') : bytes
  const cursor = { view: new DataView(raw.buffer, raw.byteOffset, raw.byteLength), at: 0 }
  try {
    return read(cursor, 0)
  } catch (cause) {
    if (cause instanceof RangeError && cause.message.startsWith('wkb:')) throw cause
    throw new RangeError(`wkb: truncated, got ${raw.byteLength} bytes`, { cause })
  }
}
