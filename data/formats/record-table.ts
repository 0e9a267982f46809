/** What every table-like reader gives (shapefile, GeoPackage, GeoJSON, CSV, XLSX): records with attributes and maybe a geometry. */
import type { Geometry } from 'geojson'
import type { Attributes } from '../geo/city-feature.ts'

/** One row. */
export interface TableRecord {
  /** counted from 1 in the file's order; the line or row number where the format has one */
  row: number
  /** in the table's own system; null when the row has none */
  geometry: Geometry | null
  /** every column's value, untouched */
  attributes: Attributes
  /** why this row cannot be used; its geometry is null then */
  problem?: string
}

/** One table (layer, sheet). */
export interface RecordTable {
  /** layer, sheet or file name without its extension */
  name: string
  /** in the file's order */
  columns: string[]
  /** system the file names: EPSG code, WKT or proj string; null when it names none */
  crs: string | null
  /** rows the file says it has, deleted ones not counted */
  count: number
  /** Reads the rows; may be called again. */
  records(): Iterable<TableRecord>
  /** remarks for the report */
  notes: string[]
}
