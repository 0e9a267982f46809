/** ESRI shapefiles: points, lines and areas with Z, record by record; what a record lacks is said, the rest goes on. */
import type { Geometry, Position } from 'geojson'
import { type Dbf, readDbf } from './dbf.ts'
import type { RecordTable, TableRecord } from './record-table.ts'
import { namedEncoding } from './text-encoding.ts'

const MAGIC = 9994
/** Values below are "no data" by the format. */
const NO_DATA = -1e38
const KINDS: Record<number, string> = {
  0: 'null',
  1: 'point',
  3: 'line',
  5: 'area',
  8: 'points',
  11: 'point z',
  13: 'line z',
  15: 'area z',
  18: 'points z',
  21: 'point m',
  23: 'line m',
  25: 'area m',
  28: 'points m',
  31: 'multipatch',
}

/** The files of one shapefile; only the first is needed. */
export interface ShapefileParts {
  shp: Uint8Array
  dbf?: Uint8Array | null
  /** text of the .prj (WKT) */
  prj?: string | null
  /** text of the .cpg: encoding of the .dbf */
  cpg?: string | null
}

class BadRecord extends Error {}

/** One record's content, read with bounds. */
function shapeOf(view: DataView, start: number, end: number): Geometry | null {
  const need = (bytes: number) => {
    if (start + bytes > end) throw new BadRecord(`record of ${end - start} bytes; expected at least ${bytes}`)
  }
  need(4)
  const type = view.getInt32(start, true)
  if (type === 0) return null
  if (!KINDS[type] || type === 31)
    throw new BadRecord(`shape type ${type}${type === 31 ? ' (multipatch)' : ''}; expected point | line | area`)
  const base = type % 10
  const hasZ = type > 10 && type < 20
  if (base === 1) {
    need(hasZ ? 28 : 20)
    const at: Position = [view.getFloat64(start + 4, true), view.getFloat64(start + 12, true)]
    const z = hasZ ? view.getFloat64(start + 20, true) : Number.NaN
    if (hasZ && z > NO_DATA) at.push(z)
    return { type: 'Point', coordinates: at }
  }
  need(base === 8 ? 40 : 44)
  const parts = base === 8 ? 0 : view.getInt32(start + 36, true)
  const points = view.getInt32(start + (base === 8 ? 36 : 40), true)
  const first = start + (base === 8 ? 40 : 44) + parts * 4
  if (parts < 0 || points < 0) throw new BadRecord(`${parts} parts of ${points} points; expected positive counts`)
  need(first - start + points * 16)
  const zAt = first + points * 16 + 16
  const zThere = hasZ && zAt + points * 8 <= end
  const positions: Position[] = []
  for (let i = 0; i < points; i++) {
    const at: Position = [view.getFloat64(first + i * 16, true), view.getFloat64(first + i * 16 + 8, true)]
    const z = zThere ? view.getFloat64(zAt + i * 8, true) : Number.NaN
    if (zThere && z > NO_DATA) at.push(z)
    positions.push(at)
  }
  if (base === 8) return { type: 'MultiPoint', coordinates: positions }
  const lines: Position[][] = []
  for (let part = 0; part < parts; part++) {
    const from = view.getInt32(start + 44 + part * 4, true)
    const to = part + 1 < parts ? view.getInt32(start + 44 + (part + 1) * 4, true) : points
    if (from < 0 || to < from || to > points)
      throw new BadRecord(`part ${part} from ${from} to ${to} of ${points} points`)
    lines.push(positions.slice(from, to))
  }
  if (base === 3)
    return lines.length === 1
      ? { type: 'LineString', coordinates: lines[0] }
      : { type: 'MultiLineString', coordinates: lines }
  return areas(lines)
}

function signedArea(ring: Position[]): number {
  let sum = 0
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++)
    sum += ring[j][0] * ring[i][1] - ring[i][0] * ring[j][1]
  return sum / 2
}

/** Outer rings go clockwise in a shapefile, holes follow their outer ring. */
function areas(rings: Position[][]): Geometry {
  const polygons: Position[][][] = []
  for (const ring of rings) {
    const last = polygons.at(-1)
    if (signedArea(ring) <= 0 || !last) polygons.push([ring])
    else last.push(ring)
  }
  return polygons.length === 1
    ? { type: 'Polygon', coordinates: polygons[0] }
    : { type: 'MultiPolygon', coordinates: polygons }
}

function* recordsOf(shp: Uint8Array, view: DataView, table: Dbf | null): Generator<TableRecord> {
  let at = 100
  for (let index = 0; at < shp.length; index++) {
    const row = index + 1
    if (at + 8 > shp.length) {
      yield { row, geometry: null, attributes: {}, problem: 'truncated: the head of the record is cut off' }
      return
    }
    const length = view.getInt32(at + 4, false) * 2
    const start = at + 8
    const attributes = table && index < table.count ? table.record(index) : {}
    if (length < 4 || start + length > shp.length) {
      const problem = `truncated or damaged: record of ${length} bytes, ${shp.length - start} left`
      yield { row, geometry: null, attributes: attributes ?? {}, problem }
      return
    }
    at = start + length
    if (table && index >= table.count && index < table.promised) {
      const problem = `truncated: the .dbf promises ${table.promised} rows, has ${table.count}`
      yield { row, geometry: null, attributes: {}, problem }
      return
    }
    if (attributes === null) continue
    try {
      yield { row, geometry: shapeOf(view, start, at), attributes }
    } catch (error) {
      if (!(error instanceof BadRecord)) throw error
      yield { row, geometry: null, attributes, problem: error.message }
    }
  }
}

/** Records by walking their heads: counts without reading shapes. */
function count(shp: Uint8Array, view: DataView): number {
  let records = 0
  for (let at = 100; at + 12 <= shp.length; records++) {
    const length = view.getInt32(at + 4, false) * 2
    if (length < 4) break
    at += 8 + length
  }
  return records
}

/**
 * Opens a shapefile.
 *
 * @param parts the files' bytes; a missing .dbf leaves attributes empty
 * @param name of the table
 * @throws {Error} when the heads of .shp or .dbf are truncated or impossible; damaged records are given with their problem
 * @see ESRI Shapefile Technical Description, 1998
 */
export function readShapefile({ shp, dbf, prj, cpg }: ShapefileParts, name: string): RecordTable {
  const view = new DataView(shp.buffer, shp.byteOffset, shp.length)
  if (shp.length < 100 || view.getInt32(0, false) !== MAGIC)
    throw new Error(`shapefile: bad head, got ${shp.length} bytes; expected 100 that begin with ${MAGIC}`)
  const said = view.getInt32(24, false) * 2
  const notes: string[] = []
  if (said !== shp.length)
    notes.push(`the .shp says ${said} bytes, has ${shp.length}: ${said > shp.length ? 'truncated' : 'appended to'}?`)
  const table = dbf ? readDbf(dbf, cpg ? namedEncoding(cpg) : null) : null
  if (!table) notes.push('no .dbf beside it: no attributes')
  else {
    if (table.encoding !== 'utf-8') notes.push(`texts are ${table.encoding}`)
    if (table.promised !== table.count) notes.push(`the .dbf promises ${table.promised} records, has ${table.count}`)
  }
  const records = count(shp, view)
  if (table && table.count !== records) notes.push(`${records} shapes but ${table.count} rows of attributes`)
  return {
    name,
    columns: table ? table.fields.map((field) => field.name) : [],
    crs: prj?.trim() || null,
    count: records,
    records: () => recordsOf(shp, view, table),
    notes,
  }
}
