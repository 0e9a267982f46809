/** Feature tables of a GeoPackage through Node's own SQLite, opened read-only and distrusted. */

import { createWriteStream } from 'node:fs'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { pipeline } from 'node:stream/promises'
import { readGeopackageGeometry } from '../../formats/geopackage-geometry.ts'
import type { RecordTable, TableRecord } from '../../formats/record-table.ts'
import type { Attributes } from '../../geo/city-feature.ts'
import type { InputFile } from '../input-file.ts'

const MOST_COLUMNS = 2000
const MOST_TABLES = 1000

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`

function value(cell: unknown): Attributes[string] {
  if (cell === null || cell === undefined) return null
  if (typeof cell === 'bigint') return Number.isSafeInteger(Number(cell)) ? Number(cell) : cell.toString()
  if (typeof cell === 'number' || typeof cell === 'boolean' || typeof cell === 'string') return cell
  return cell instanceof Uint8Array ? `0x${Buffer.from(cell.subarray(0, 1000)).toString('hex')}` : String(cell)
}

/** An opened file; `close` when its tables are read. */
export interface OpenedGeopackage {
  tables: RecordTable[]
  close(): Promise<void>
}

/** Rows of one table; a row whose geometry is damaged comes with its problem. */
function* rowsOf(db: DatabaseSync, table: string, geometry: string | null): Generator<TableRecord> {
  const statement = db.prepare(`select * from ${quoted(table)}`)
  statement.setReadBigInts(true)
  let row = 0
  for (const cells of statement.iterate() as Iterable<Record<string, unknown>>) {
    row++
    const attributes: Attributes = {}
    for (const [name, cell] of Object.entries(cells)) if (name !== geometry) attributes[name] = value(cell)
    const record: TableRecord = { row, geometry: null, attributes }
    try {
      const blob = geometry === null ? null : cells[geometry]
      if (blob instanceof Uint8Array) record.geometry = readGeopackageGeometry(blob)
      else if (blob !== null && blob !== undefined) record.problem = `geometry is a ${typeof blob}; expected a blob`
    } catch (error) {
      record.problem = error instanceof Error ? error.message : String(error)
    }
    yield record
  }
}

function tableOf(db: DatabaseSync, name: string): RecordTable {
  const one = (sql: string, ...values: SQLInputValue[]) =>
    db.prepare(sql).get(...values) as Record<string, unknown> | undefined
  const columns = (db.prepare(`pragma table_info(${quoted(name)})`).all() as { name: string }[]).map(
    (column) => column.name,
  )
  if (columns.length > MOST_COLUMNS)
    throw new Error(`geopackage: ${columns.length} columns in ${name}; expected up to ${MOST_COLUMNS}`)
  const spatial = one('select column_name, srs_id from gpkg_geometry_columns where lower(table_name) = lower(?)', name)
  const geometry = spatial ? String(spatial.column_name) : null
  let crs: string | null = null
  if (spatial) {
    const system = one(
      'select organization, organization_coordsys_id as code, definition from gpkg_spatial_ref_sys where srs_id = ?',
      Number(spatial.srs_id),
    )
    const definition = String(system?.definition ?? '')
    if (/^epsg$/i.test(String(system?.organization))) crs = `EPSG:${system?.code}`
    else if (/^[A-Z]+\[/.test(definition)) crs = definition
  }
  return {
    name,
    columns: columns.filter((column) => column !== geometry),
    crs,
    count: Number(one(`select count(*) as n from ${quoted(name)}`)?.n ?? 0),
    records: () => rowsOf(db, name, geometry),
    notes: [],
  }
}

/** SQLite reads what is left of a file that was cut off: its head knows better. */
async function checkSize(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    const head = Buffer.alloc(100)
    const { bytesRead } = await file.read(head, 0, 100, 0)
    const { size } = await file.stat()
    if (bytesRead < 100) throw new Error(`geopackage: truncated, got ${size} bytes; expected a head of 100`)
    const page = head.readUInt16BE(16) === 1 ? 65536 : head.readUInt16BE(16)
    const said = page * head.readUInt32BE(28)
    // the count is only good when it was written with the last change
    const fresh = head.readUInt32BE(24) === head.readUInt32BE(92)
    if (fresh && said > size) throw new Error(`geopackage: truncated, got ${size} bytes; expected ${said}`)
  } finally {
    await file.close()
  }
}

/**
 * Opens the feature and attribute tables of a GeoPackage. A file inside a zip is unpacked to a temporary folder first.
 *
 * @throws {Error} when it is no GeoPackage, or damaged
 */
export async function openGeopackage(file: InputFile): Promise<OpenedGeopackage> {
  let path = file.path
  let folder: string | null = null
  if (file.name.includes('/') || /\.(gz|bz2)$/i.test(file.path)) {
    folder = await mkdtemp(join(tmpdir(), 'tidewall-gpkg-'))
    path = join(folder, 'data.gpkg')
    await pipeline(file.open(), createWriteStream(path))
  }
  let db: DatabaseSync | null = null
  const close = async () => {
    db?.close()
    if (folder) await rm(folder, { recursive: true, force: true })
  }
  try {
    await checkSize(path)
    // never the file's own triggers, views or extensions
    db = new DatabaseSync(path, { readOnly: true, allowExtension: false })
    const opened = db
    opened.exec(
      'pragma trusted_schema = off; pragma cell_size_check = on; pragma query_only = on; pragma mmap_size = 0',
    )
    const [state] = opened.prepare('pragma quick_check(1)').all() as { quick_check: string }[]
    if (state?.quick_check !== 'ok')
      throw new Error(`geopackage: damaged: ${String(state?.quick_check).replace(/\s+/g, ' ').slice(0, 200)}`)
    const names = opened
      .prepare(
        `select c.table_name as name from gpkg_contents c join sqlite_master m on lower(m.name) = lower(c.table_name) and m.type = 'table'
         where c.data_type in ('features', 'attributes', 'aspatial') order by c.table_name limit ${MOST_TABLES}`,
      )
      .all() as { name: string }[]
    if (names.length === 0) throw new Error('geopackage: no table of features in gpkg_contents')
    return { tables: names.map(({ name }) => tableOf(opened, name)), close }
  } catch (cause) {
    await close()
    const words = cause instanceof Error ? cause.message : String(cause)
    throw new Error(words.startsWith('geopackage') ? words : `geopackage: damaged or none: ${words}`, { cause })
  }
}
