/** The files a run names: grids and tables of values in time. */
import { readEsriAscii } from '../../formats/esri-ascii.ts'
import { readGeotiffGrid } from '../../formats/geotiff-grid.ts'
import type { NodeGrid } from '../../geo/height-source.ts'
import { type Series, series } from '../forcing/series.ts'
import { columnOf, numbersOf, readTable } from './csv.ts'
import type { FileSource } from './file-source.ts'
import type { InTime, Run } from './run-schema.ts'
import { timesOf } from './times.ts'

/** EPSG code of the metre. */
const METRE = 9001
/** And of feet: international, US survey, Clarke's, Indian … */
const FEET = new Set([9002, 9003, 9005, 9041, 9070, 9080, 9081, 9082, 9083, 9084, 9094, 9095])
/** Largest text read whole. */
const MOST_TEXT = 512e6

/** A grid in its plane, the code of its system when it has one. */
export type PlaneGrid = NodeGrid & { epsg: number | null }

/** Cells asked for by the head of an ESRI grid. */
function cellsOfHead(start: Uint8Array): number {
  const head = new TextDecoder('latin1').decode(start).toLowerCase()
  const of = (key: string) => Number(new RegExp(`${key}\\s+(\\d+)`).exec(head)?.[1] ?? 0)
  return of('ncols') * of('nrows')
}

/** Why something failed, short. */
function reason(cause: unknown): string {
  return cause instanceof Error ? ((cause as Error & { code?: string }).code ?? cause.message) : String(cause)
}

/**
 * Reads a grid, ESRI ASCII or GeoTIFF by its first bytes.
 *
 * @throws {Error} when missing, damaged, in degrees, or with cells that are not square
 */
export async function readGrid(folder: FileSource, name: string, mostCells: number): Promise<PlaneGrid> {
  const start = await folder.start(name, 1024).catch((cause) => {
    throw new Error(`${name}: cannot be opened: ${reason(cause)}; expected a file ${folder.place}`, { cause })
  })
  let grid: PlaneGrid
  if ((start[0] === 0x49 && start[1] === 0x49) || (start[0] === 0x4d && start[1] === 0x4d)) {
    const whole = await folder.bytes(name)
    const read = await readGeotiffGrid(whole.buffer.slice(whole.byteOffset, whole.byteOffset + whole.byteLength), name)
    if (read.geographic) throw new Error(`${name}: is in degrees; expected metres (gdalwarp -t_srs EPSG:…)`)
    for (const [what, unit] of [
      ['plane is', read.unit],
      ['heights are', read.verticalUnit],
    ] as const) {
      if (unit !== null && unit !== METRE) {
        const word = FEET.has(unit) ? 'feet' : `EPSG unit ${unit}`
        throw new Error(`${name}: its ${what} in ${word}; expected metres (gdalwarp -t_srs EPSG:…, gdal_calc)`)
      }
    }
    grid = read
  } else {
    const cells = cellsOfHead(start)
    if (cells > mostCells) {
      throw new Error(`${name}: ${cells} cells do not fit; expected up to ${mostCells}: coarsen it first or cut it`)
    }
    const read = await readEsriAscii(folder.pieces(name)).catch((cause) => {
      throw new Error(`${name}: ${reason(cause)}`, { cause })
    })
    grid = { ...read, epsg: null }
  }
  if (Math.abs(grid.dx / grid.dy - 1) > 1e-3) {
    throw new Error(`${name}: cells of ${grid.dx} × ${grid.dy}; expected squares (gdalwarp -tr)`)
  }
  return grid
}

/** Reads a text, with the name in the error. */
export async function readText(folder: FileSource, name: string): Promise<string> {
  try {
    const bytes = await folder.bytes(name)
    if (bytes.length > MOST_TEXT) throw new Error(`${bytes.length} bytes; expected up to ${MOST_TEXT}`)
    return new TextDecoder().decode(bytes)
  } catch (cause) {
    throw new Error(`${name}: cannot be read: ${reason(cause)}; expected a file ${folder.place}`, { cause })
  }
}

/** Reads a JSON document, with the name in the error. */
export async function readJson(folder: FileSource, name: string): Promise<unknown> {
  const text = await readText(folder, name)
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (cause) {
    throw new Error(`${name}: is no JSON: ${reason(cause)}`, { cause })
  }
}

/** A value in time, from the document or from a table. */
export async function readSeries(
  { folder, run }: { folder: FileSource; run: Pick<Run, 'time'> },
  value: InTime,
  name: string,
): Promise<Series> {
  if (typeof value === 'number') return series(name, [[0, value]])
  if (Array.isArray(value)) return series(name, value)
  const table = readTable(await readText(folder, value.file), value.file)
  const column = value.column === undefined ? 1 : columnOf(table, value.column)
  const where = `${name}: ${value.file}`
  const times = timesOf(table, where, value.timeUnit, run.time.start)
  const values = numbersOf(table, column, value.column ? `${where}, column ${value.column}` : where)
  return series(
    where,
    times.map((time, i) => [time, values[i]! * value.factor] as const),
  )
}
