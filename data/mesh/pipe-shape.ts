/** A pipe or a node of a network as one compact record for the cutter, and back. */
import type { Position } from 'geojson'
import { type CityFeature, CLASSES, SECTIONS } from '../geo/city-feature.ts'

/** What the cutter knows of a pipe or a node. */
export interface PipeShape {
  id: string
  /** index into `CLASSES['pipe-nodes']`, −1 for a pipe */
  kind: number
  /** utility: index into `CLASSES.pipes` */
  utility: number
  /** index into `SECTIONS` */
  section: number
  /** metres, NaN unknown; a pipe's inner width and height (its diameter when round), a node's diameter twice */
  width: number
  height: number
  /** 0 = unknown */
  year: number
  /** 0 = not known, 1 = from the first vertex to the last, 2 = under pressure (either way) */
  flow: number
  /** a height was guessed */
  estimated: boolean
  /** a shut valve */
  closed: boolean
  /** lng, lat in degrees and metres above the ellipsoid of each vertex; a node has two: its top and its bottom */
  vertices: Float64Array
}

const HEADER = 24
const [ESTIMATED, CLOSED] = [1, 2]
const MOST_VERTICES = 65_535
const utilityOf = new Map<unknown, number>(CLASSES.pipes.map((word, i) => [word, i]))
const kindOf = new Map<unknown, number>(CLASSES['pipe-nodes'].map((word, i) => [word, i]))
const sectionOf = new Map<unknown, number>(SECTIONS.map((word, i) => [word, i]))
const encoder = new TextEncoder()
const decoder = new TextDecoder()

const size = (value: unknown): number => (typeof value === 'number' && value > 0 && value < 1000 ? value : Number.NaN)
const height = (value: unknown): number => (typeof value === 'number' && Math.abs(value) < 20_000 ? value : Number.NaN)
const onEarth = (p: Position | undefined): boolean =>
  p !== undefined && Math.abs(p[0]!) <= 540 && Math.abs(p[1]!) <= 90 && Number.isFinite(height(p[2]))

/**
 * A feature of `pipes` or `pipe-nodes` as a record of 8-byte multiples; vertices closer than a millimetre become one.
 * @returns null when there is nothing to draw: another geometry, a height that is missing, a line without length
 */
export function encodePipe(feature: CityFeature): Uint8Array | null {
  const { geometry, style } = feature
  if (feature.layer === 'pipes') {
    if (geometry.type !== 'LineString' || !geometry.coordinates.every(onEarth)) return null
    const vertices = distinct(geometry.coordinates)
    if (vertices.length < 6) return null
    const [wide, high] = [size(style.width), size(style.height)]
    const diameter = size(style.diameter)
    return pack(feature, -1, vertices, Number.isNaN(wide) ? diameter : wide, Number.isNaN(high) ? diameter : high)
  }
  if (feature.layer !== 'pipe-nodes' || geometry.type !== 'Point') return null
  const [lng, lat, z] = geometry.coordinates
  const top = [height(style.top), height(z), height(style.bottom)].find(Number.isFinite) ?? Number.NaN
  if (!onEarth([lng!, lat!, top])) return null
  const bottom = height(style.bottom)
  const kind = kindOf.get(style.class) ?? CLASSES['pipe-nodes'].length - 1
  const floor = Number.isNaN(bottom) ? top : Math.min(bottom, top)
  const diameter = size(style.diameter)
  return pack(feature, kind, Float64Array.of(lng!, lat!, top, lng!, lat!, floor), diameter, diameter)
}

/** Squared metres between two vertices, near enough. */
function apart(out: number[], p: Position): number {
  const at = out.length - 3
  const east = (p[0]! - out[at]!) * 111_320 * Math.cos((p[1]! * Math.PI) / 180)
  const north = (p[1]! - out[at + 1]!) * 111_320
  return east * east + north * north + (p[2]! - out[at + 2]!) ** 2
}

function distinct(line: readonly Position[]): Float64Array {
  const out: number[] = []
  for (const p of line) {
    if (out.length && apart(out, p) < 1e-6) continue
    if (out.length >= MOST_VERTICES * 3) break
    out.push(p[0]!, p[1]!, p[2]!)
  }
  return Float64Array.from(out)
}

function pack(
  { id, style }: CityFeature,
  kind: number,
  vertices: Float64Array,
  width: number,
  tall: number,
): Uint8Array {
  const name = encoder.encode(id)
  const total = (HEADER + vertices.length * 8 + name.length + 7) & ~7
  const bytes = new Uint8Array(total)
  const view = new DataView(bytes.buffer)
  const year = Number(style.year)
  const gravity = style.flow === 'gravity' ? 1 : style.flow === 'pressure' ? 2 : 0
  view.setUint32(0, total, true)
  view.setUint16(4, vertices.length / 3, true)
  view.setUint16(6, name.length, true)
  view.setInt8(8, kind)
  view.setUint8(9, utilityOf.get(kind < 0 ? style.class : style.utility) ?? CLASSES.pipes.length - 1)
  view.setUint8(10, sectionOf.get(style.section) ?? 0)
  view.setUint8(11, (style.estimated === true ? ESTIMATED : 0) | (style.closed === true ? CLOSED : 0) | (gravity << 4))
  view.setUint16(12, year > 0 && year < 65_536 ? year : 0, true)
  view.setFloat32(16, width, true)
  view.setFloat32(20, tall, true)
  new Float64Array(bytes.buffer, HEADER, vertices.length).set(vertices)
  bytes.set(name, HEADER + vertices.length * 8)
  return bytes
}

/**
 * Reads concatenated records.
 * @param chunk any alignment
 * @throws {RangeError} when a record is cut short or its lengths contradict each other
 */
export function decodePipes(chunk: Uint8Array): PipeShape[] {
  const bytes = chunk.byteOffset % 8 ? chunk.slice() : chunk
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const shapes: PipeShape[] = []
  for (let at = 0; at < bytes.length; ) {
    const total = at + HEADER <= bytes.length ? view.getUint32(at, true) : 0
    const vertices = total ? view.getUint16(at + 4, true) * 3 : 0
    const name = total ? view.getUint16(at + 6, true) : 0
    const end = HEADER + vertices * 8 + name
    if (total < HEADER || total % 8 || at + total > bytes.length || end > total || vertices < 6)
      throw new RangeError(`pipe shape: got ${total} bytes at byte ${at}; expected a record of encodePipe`)
    const flags = bytes[at + 11]!
    const idAt = at + HEADER + vertices * 8
    shapes.push({
      id: decoder.decode(bytes.subarray(idAt, idAt + name)),
      kind: view.getInt8(at + 8),
      utility: bytes[at + 9]!,
      section: bytes[at + 10]!,
      width: view.getFloat32(at + 16, true),
      height: view.getFloat32(at + 20, true),
      year: view.getUint16(at + 12, true),
      flow: (flags >> 4) & 3,
      estimated: (flags & ESTIMATED) > 0,
      closed: (flags & CLOSED) > 0,
      vertices: new Float64Array(bytes.buffer, bytes.byteOffset + at + HEADER, vertices),
    })
    at += total
  }
  return shapes
}

/** Bytes of the record that starts at `at`. */
export const recordLength = (chunk: Uint8Array, at: number): number =>
  (chunk[at]! | (chunk[at + 1]! << 8) | (chunk[at + 2]! << 16) | (chunk[at + 3]! << 24)) >>> 0
