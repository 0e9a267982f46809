/** The files a run names: grids, tables, polygons, lines. */
import { readEsriAscii } from '../../formats/esri-ascii.ts'
import { readGeotiffGrid } from '../../formats/geotiff-grid.ts'
import type { NodeGrid } from '../../geo/height-source.ts'
import { type Series, series } from '../forcing/series.ts'
import { numbersOf, readTable } from './csv.ts'
import type { FileSource } from './file-source.ts'
import type { Point } from './place.ts'
import type { InTime } from './run-schema.ts'

const UNITS = { s: 1, min: 60, h: 3600 } as const
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
    grid = read
  } else {
    const cells = cellsOfHead(start)
    if (cells > mostCells) {
      throw new Error(`${name}: ${cells} cells do not fit; expected up to ${mostCells}: coarsen it first or cut it`)
    }
    grid = { ...(await readEsriAscii(folder.pieces(name))), epsg: null }
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

/** A value in time, from the document or from a table. */
export async function readSeries(folder: FileSource, value: InTime, name: string): Promise<Series> {
  if (typeof value === 'number') return series(name, [[0, value]])
  if (Array.isArray(value)) return series(name, value)
  const table = readTable(await readText(folder, value.file), value.file)
  const column = value.column === undefined ? 1 : table.head.indexOf(value.column)
  const where = `${name}: ${value.file}`
  const times = numbersOf(table, 0, where)
  const values = numbersOf(table, column, value.column ? `${where}, column ${value.column}` : where)
  return series(
    where,
    times.map((time, i) => [time * UNITS[value.timeUnit], values[i]! * value.factor] as const),
  )
}

/** A polygon with its attributes. */
export interface Area {
  rings: Point[][]
  properties: Record<string, unknown>
}

/**
 * Polygons of a GeoJSON file in the plane.
 *
 * @throws {Error} when it is no GeoJSON or a coordinate is no number
 */
export async function readAreas(folder: FileSource, name: string): Promise<Area[]> {
  let document: unknown
  try {
    document = JSON.parse(await readText(folder, name))
  } catch (cause) {
    throw new Error(`${name}: is no GeoJSON: ${cause instanceof Error ? cause.message : cause}`, { cause })
  }
  const features = (document as { features?: unknown }).features
  if (!Array.isArray(features)) throw new Error(`${name}: has no features; expected a FeatureCollection of polygons`)
  const areas: Area[] = []
  for (const feature of features as { geometry?: { type?: string; coordinates?: unknown }; properties?: unknown }[]) {
    const { geometry } = feature ?? {}
    const properties = (feature?.properties ?? {}) as Record<string, unknown>
    if (geometry?.type === 'Polygon') areas.push({ rings: geometry.coordinates as Point[][], properties })
    else if (geometry?.type === 'MultiPolygon') {
      for (const rings of geometry.coordinates as Point[][][]) areas.push({ rings, properties })
    }
  }
  for (const { rings } of areas) {
    for (const ring of rings) {
      if (!Array.isArray(ring) || !ring.every((at) => Number.isFinite(at?.[0]) && Number.isFinite(at?.[1]))) {
        throw new Error(`${name}: a ring has a corner that is no pair of numbers; expected [x, y] in metres`)
      }
    }
  }
  return areas
}

/** Gauges from a CSV (name, x, y by their heads) or a GeoJSON of points with `name`. */
export async function readGauges(folder: FileSource, name: string): Promise<{ name: string; x: number; y: number }[]> {
  const text = await readText(folder, name)
  if (text.trimStart().startsWith('{')) {
    const { features } = JSON.parse(text) as {
      features?: { geometry: { type: string; coordinates: number[] }; properties?: { name?: string } }[]
    }
    if (!Array.isArray(features)) throw new Error(`${name}: has no features; expected a FeatureCollection of points`)
    return features
      .filter(({ geometry }) => geometry?.type === 'Point')
      .map(({ geometry, properties }, i) => ({
        name: String(properties?.name ?? `gauge ${i + 1}`),
        x: Number(geometry.coordinates[0]),
        y: Number(geometry.coordinates[1]),
      }))
  }
  const table = readTable(text, name)
  const heads = table.head.map((head) => head.toLowerCase())
  const column = (...names: string[]) => heads.findIndex((head) => names.includes(head))
  const xs = numbersOf(table, column('x', 'x_m', 'easting', 'east'), `${name}: x`)
  const ys = numbersOf(table, column('y', 'y_m', 'northing', 'north'), `${name}: y`)
  const names = column('name', 'id', 'gauge')
  return xs.map((x, i) => ({ name: names < 0 ? `gauge ${i + 1}` : table.rows[i]![names]!, x, y: ys[i]! }))
}
