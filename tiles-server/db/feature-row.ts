/** A feature as one row: geometry, quadtree cell, hash and, for buildings and pipes, the cutter's shape. */
import { hash } from 'node:crypto'
import type { Geometry, Position } from 'geojson'
import { writeWkbHex } from '../../data/formats/wkb.ts'
import type { CityFeature } from '../../data/geo/city-feature.ts'
import { mortonCell } from '../../data/geo/tile-grid.ts'
import { encodeShape } from '../../data/mesh/building-shape.ts'
import { encodePipe } from '../../data/mesh/pipe-shape.ts'
import type { Bounds } from './dirty-boxes.ts'

/** A row on its way. */
export interface FeatureRow {
  id: string
  /** 32 hex digits; equal when nothing of the feature changed */
  hash: string
  box: Bounds
  /** EWKB in hex */
  geom: string
  /** whether PostGIS takes the geometry in its binary form too, where it counts points and closes no ring */
  sound: boolean
  cell: number
  /** JSON text */
  style: string
  attributes: string
  shape: Uint8Array | null
}

function extend(box: Bounds, coordinates: unknown): void {
  const list = coordinates as (Position | unknown[])[]
  if (typeof list[0] !== 'number') {
    for (const inner of list) extend(box, inner)
    return
  }
  const [lng, lat] = list as unknown as Position
  if (!(Math.abs(lng) <= 360 && Math.abs(lat) <= 90))
    throw new RangeError(`position out of the world, got ${lng},${lat}; expected lng,lat in degrees`)
  if (lng < box[0]) box[0] = lng
  if (lat < box[1]) box[1] = lat
  if (lng > box[2]) box[2] = lng
  if (lat > box[3]) box[3] = lat
}

/**
 * Extent of a geometry.
 * @throws {RangeError} when it has no position, or one outside the world
 */
export function boundsOf(geometry: Geometry, box: Bounds = [Infinity, Infinity, -Infinity, -Infinity]): Bounds {
  if (geometry.type === 'GeometryCollection') for (const part of geometry.geometries) boundsOf(part, box)
  else if (geometry.coordinates.length) extend(box, geometry.coordinates)
  if (!(box[0] <= box[2])) throw new RangeError('geometry without a position')
  return box
}

/** JSON text for a jsonb, which takes neither U+0000 nor half of a surrogate pair: they become U+FFFD. `\\\\` is skipped so that `\\u0000` as text stays. */
export function toJson(value: unknown): string {
  const text = JSON.stringify(value)
  if (!text.includes('\\u')) return text
  return text.replace(/\\\\|\\u0000|\\ud[89a-f][0-9a-f]{2}/g, (found) => (found === '\\\\' ? found : '\ufffd'))
}

const isClosed = (ring: Position[]): boolean =>
  ring.length >= 4 && ring[0].every((ordinate, k) => ordinate === ring[ring.length - 1][k])

function isSound(geometry: Geometry): boolean {
  switch (geometry.type) {
    case 'Point':
    case 'MultiPoint':
      return true
    case 'LineString':
      return geometry.coordinates.length >= 2
    case 'MultiLineString':
      return geometry.coordinates.every((line) => line.length >= 2)
    case 'Polygon':
      return geometry.coordinates.every(isClosed)
    case 'MultiPolygon':
      return geometry.coordinates.every((rings) => rings.every(isClosed))
    default:
      return false
  }
}

const hexOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')

/**
 * Makes the row.
 * @throws {RangeError} with the reason when the feature cannot be stored
 */
export function featureRow(feature: CityFeature): FeatureRow {
  const { id, geometry } = feature
  if (typeof id !== 'string' || !id || id.length > 200 || id.includes('\0'))
    throw new RangeError(`bad id, got ${JSON.stringify(String(id).slice(0, 40))}; expected 1 … 200 characters`)
  const box = boundsOf(geometry)
  const geom = writeWkbHex(geometry)
  const style = toJson(feature.style)
  const attributes = toJson(feature.attributes)
  const shape = feature.layer === 'buildings' ? encodeShape(feature) : encodePipe(feature)
  const digest = hash('md5', `${geom}\n${style}\n${attributes}\n${shape ? hexOf(shape) : ''}`)
  const cell = mortonCell((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
  // half of a surrogate pair becomes U+FFFD, as in the database: else it would be another id there
  return { id: id.toWellFormed(), hash: digest, box, geom, sound: isSound(geometry), cell, style, attributes, shape }
}
