/** GeoJSON and NDJSON, feature by feature: what each record says, before anything is made of it. */
import type { Geometry } from 'geojson'
import type { Attributes } from '../geo/city-feature.ts'
import { splitGeojson } from './geojson-split.ts'

/** A record as the file has it. */
export interface GeojsonRecord {
  index: number
  /** the feature's own id, or the property that serves as one (`@id`, `id`, `osm_id`, `编号` …); null when it has none */
  id: string | null
  attributes: Attributes
  /** unchecked: anything that calls itself a geometry */
  geometry: Geometry
}

/** What is met while reading. */
export type GeojsonItem =
  | { record: GeojsonRecord }
  | { rejected: { index: number; id: string | null; reason: string } }
  | { crs: string }

const ID_NAMES = [
  '@id',
  'id',
  'ID',
  'osm_id',
  'gml_id',
  'gid',
  'fid',
  'FID',
  'OBJECTID',
  'objectid',
  'uuid',
  '编号',
  '建筑编号',
  '唯一标识',
  'bsm',
  'BSM',
]
const GEOMETRIES = new Set([
  'Point',
  'MultiPoint',
  'LineString',
  'MultiLineString',
  'Polygon',
  'MultiPolygon',
  'GeometryCollection',
])

/** An id as text; OpenStreetMap's `way/123` becomes `w123`. */
function idText(value: unknown): string | null {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  if (typeof value !== 'string' || value.trim() === '') return null
  const osm = /^(node|way|relation)\/(\d+)$/.exec(value.trim())
  return osm ? osm[1][0] + osm[2] : value.trim().slice(0, 120)
}

/** Values a row can hold: nested ones as JSON text, numbers that are none as null. */
function flat(properties: unknown): Attributes {
  const out: Attributes = Object.create(null)
  if (properties === null || typeof properties !== 'object') return out
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === 'string' || typeof value === 'boolean' || value === null) out[name] = value
    else if (typeof value === 'number') out[name] = Number.isFinite(value) ? value : null
    else out[name] = JSON.stringify(value).slice(0, 10_000)
  }
  return out
}

/** Name of the system in a (2008) `crs` member; null when there is none. */
function crsName(value: unknown): string | null {
  const crs = (value as { crs?: { properties?: { name?: unknown; code?: unknown }; name?: unknown } | null }).crs
  const name = crs?.properties?.name ?? crs?.properties?.code ?? crs?.name
  return typeof name === 'string' || typeof name === 'number' ? String(name) : null
}

function read(text: string, index: number): GeojsonItem {
  let value: { type?: unknown; id?: unknown; properties?: unknown; geometry?: unknown }
  try {
    value = JSON.parse(text)
  } catch (error) {
    return { rejected: { index, id: null, reason: `not JSON: ${(error as Error).message.slice(0, 120)}` } }
  }
  if (typeof value.type === 'string' && GEOMETRIES.has(value.type)) {
    return { record: { index, id: null, attributes: flat(null), geometry: value as unknown as Geometry } }
  }
  const attributes = flat(value.properties)
  let id = idText(value.id)
  for (const name of ID_NAMES) id ??= idText(attributes[name])
  if (value.type !== 'Feature' && !value.geometry) {
    return { rejected: { index, id, reason: `type is ${JSON.stringify(value.type)?.slice(0, 40)}; expected Feature` } }
  }
  const geometry = value.geometry as Geometry | null | undefined
  if (geometry === null || geometry === undefined || typeof geometry !== 'object')
    return { rejected: { index, id, reason: 'no geometry' } }
  return { record: { index, id, attributes, geometry } }
}

/**
 * Reads the text of a FeatureCollection, of single features or geometries, or of one per line.
 *
 * @param chunks the text, in pieces of any size
 * @returns records as they come, records that are none, and the system's name where a head or feature states it
 * @throws {Error} truncated, or brackets and commas that do not fit: what follows could not be told apart
 * @see RFC 7946; RFC 8142; GeoJSON 2008 for `crs`
 */
export async function* readGeojson(chunks: AsyncIterable<string>): AsyncGenerator<GeojsonItem> {
  for await (const piece of splitGeojson(chunks)) {
    if (piece.kind === 'feature') {
      yield read(piece.text, piece.index)
      continue
    }
    if (piece.kind === 'bad') {
      yield { rejected: { index: piece.index, id: null, reason: piece.text } }
      continue
    }
    let head: { type?: unknown }
    try {
      head = JSON.parse(piece.text)
    } catch (cause) {
      throw new Error(`geojson: the parts around the features are no JSON: ${(cause as Error).message.slice(0, 120)}`, {
        cause,
      })
    }
    const name = crsName(head)
    if (name) yield { crs: name }
  }
}
