/** GeoJSON of a network as tables: its lines are one, its points another. */
import type { Geometry } from 'geojson'
import { readGeojson } from '../../formats/geojson.ts'
import { encodingOf, textOf } from '../../formats/geojson-text.ts'
import type { RecordTable, TableRecord } from '../../formats/record-table.ts'
import type { InputFile } from '../input-file.ts'

const MOST_RECORDS = 5_000_000

function kindOf(geometry: Geometry | null): 'lines' | 'points' | 'others' {
  if (!geometry) return 'others'
  if (geometry.type === 'GeometryCollection') {
    const kinds = new Set(geometry.geometries.map(kindOf))
    return kinds.has('lines') ? 'lines' : kinds.has('points') ? 'points' : 'others'
  }
  if (/LineString$/.test(geometry.type)) return 'lines'
  return /Point$/.test(geometry.type) ? 'points' : 'others'
}

/** The points of a collection that has lines as well. */
function besideLines(geometry: Geometry): Geometry[] {
  if (geometry.type !== 'GeometryCollection' || kindOf(geometry) !== 'lines') return []
  const each = (part: Geometry): Geometry[] =>
    part.type === 'GeometryCollection' ? part.geometries.flatMap(each) : kindOf(part) === 'points' ? [part] : []
  return geometry.geometries.flatMap(each)
}

/** Collections of collections end somewhere: nobody draws deeper ones, and they would overflow the stack. */
const DEEPEST = 16

/** Whether positions are as deep as their type says; anything can call itself a geometry. */
function sound(geometry: Geometry, depth = 0): boolean {
  // a place needs both numbers, its height may be missing
  const position = (at: unknown) =>
    Array.isArray(at) && at.length >= 2 && at.every((each, i) => typeof each === 'number' || (i > 1 && each === null))
  const line = (list: unknown) => Array.isArray(list) && list.every(position)
  switch (geometry.type) {
    case 'Point':
      return position(geometry.coordinates)
    case 'LineString':
    case 'MultiPoint':
      return line(geometry.coordinates)
    case 'MultiLineString':
      return Array.isArray(geometry.coordinates) && geometry.coordinates.every(line)
    case 'GeometryCollection':
      return (
        depth < DEEPEST &&
        Array.isArray(geometry.geometries) &&
        geometry.geometries.every((part) => typeof part?.type === 'string' && sound(part, depth + 1))
      )
    default:
      return true
  }
}

/**
 * Opens a GeoJSON file as up to three tables: `lines`, `points` and `others`.
 *
 * @throws {Error} when the file is truncated or no JSON
 */
export async function openGeojson(file: InputFile, signal: AbortSignal): Promise<RecordTable[]> {
  const encoding = await encodingOf(() => file.open())
  const found: Record<'lines' | 'points' | 'others', TableRecord[]> = { lines: [], points: [], others: [] }
  const columns: Record<keyof typeof found, Set<string>> = { lines: new Set(), points: new Set(), others: new Set() }
  let crs: string | null = null
  let count = 0
  const add = (kind: keyof typeof found, record: TableRecord) => {
    if (++count > MOST_RECORDS) throw new Error(`geojson: over ${MOST_RECORDS} records of a network in one file`)
    found[kind].push(record)
    if (columns[kind].size < 2000) for (const name of Object.keys(record.attributes)) columns[kind].add(name)
  }
  for await (const item of readGeojson(textOf(file.open(), encoding))) {
    signal.throwIfAborted()
    if ('crs' in item) crs = item.crs
    else if ('rejected' in item) {
      const { index, id, reason } = item.rejected
      add('others', { row: index + 1, geometry: null, attributes: id === null ? {} : { id }, problem: reason })
    } else {
      const { index, id, geometry, attributes } = item.record
      const named =
        id === null || Object.values(attributes).some((value) => String(value) === id)
          ? attributes
          : { '@id': id, ...attributes }
      const row = index + 1
      if (sound(geometry)) {
        add(kindOf(geometry), { row, geometry, attributes: named })
        for (const point of besideLines(geometry)) add('points', { row, geometry: point, attributes: named })
      } else
        add('others', { row, geometry: null, attributes: named, problem: `coordinates do not fit a ${geometry.type}` })
    }
  }
  const stem = (file.name.split('/').pop() ?? file.name).replace(/(\.(geo)?json|\.ndjson|\.gz|\.bz2)+$/i, '')
  const several = Object.values(found).filter((records) => records.length > 0).length > 1
  return (['lines', 'points', 'others'] as const)
    .filter((kind) => found[kind].length > 0)
    .map((kind) => ({
      name: several ? `${stem} ${kind}` : stem,
      columns: [...columns[kind]],
      crs: crs ?? 'EPSG:4326',
      count: found[kind].length,
      records: () => found[kind],
      notes: encoding === 'utf-8' ? [] : [`text is ${encoding}`],
    }))
}
