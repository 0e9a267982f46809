/** Polygons, lines and points that a run names: GeoJSON in the plane, or tables of corners. */
import { columnOf, numbersOf, readTable, type Table } from './csv.ts'
import type { FileSource } from './file-source.ts'
import { readText } from './files.ts'
import type { Point } from './place.ts'

/** A polygon with its attributes. */
export interface Area {
  rings: Point[][]
  properties: Record<string, unknown>
}

interface Shape {
  type: string
  coordinates: unknown
  properties: Record<string, unknown>
}

/** Geometries of a document, whatever wraps them; what is none is left out. */
function* shapesOf(document: unknown, properties: Record<string, unknown> = {}, depth = 0): Generator<Shape> {
  if (typeof document !== 'object' || document === null || depth > 8) return
  const { type, coordinates, features, geometry, geometries, properties: own } = document as Record<string, unknown>
  if (Array.isArray(features)) for (const one of features) yield* shapesOf(one, {}, depth + 1)
  else if (Array.isArray(geometries)) for (const one of geometries) yield* shapesOf(one, properties, depth + 1)
  else if (type === 'Feature') yield* shapesOf(geometry, (own ?? {}) as Record<string, unknown>, depth + 1)
  else if (typeof type === 'string' && Array.isArray(coordinates)) yield { type, coordinates, properties }
}

/**
 * Shapes of some kinds; those of many parts are taken apart.
 *
 * @param kind `Polygon`, `LineString` or `Point`
 * @throws {Error} when it is no GeoJSON, has none of the kind, or a coordinate is no number
 */
function partsOf(text: string, name: string, kind: 'Polygon' | 'LineString' | 'Point'): Shape[] {
  let document: unknown
  try {
    document = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (cause) {
    throw new Error(`${name}: is no GeoJSON: ${cause instanceof Error ? cause.message : cause}`, { cause })
  }
  const parts: Shape[] = []
  const others = new Set<string>()
  for (const shape of shapesOf(document)) {
    if (shape.type === kind) parts.push(shape)
    else if (shape.type === `Multi${kind}`) {
      for (const coordinates of shape.coordinates as unknown[]) parts.push({ ...shape, type: kind, coordinates })
    } else others.add(shape.type)
  }
  if (parts.length === 0) {
    const got = others.size > 0 ? [...others].join(', ') : 'no features'
    throw new Error(`${name}: has no ${kind}, got ${got}; expected a FeatureCollection of ${kind}s`)
  }
  const isPoint = (at: unknown) => Array.isArray(at) && Number.isFinite(at[0]) && Number.isFinite(at[1])
  const isLine = (line: unknown) => Array.isArray(line) && line.every(isPoint)
  for (const { coordinates } of parts) {
    const right =
      kind === 'Point'
        ? isPoint(coordinates)
        : kind === 'LineString'
          ? isLine(coordinates)
          : (coordinates as unknown[]).every(isLine)
    if (right) continue
    const what = kind === 'Point' ? 'point' : kind === 'LineString' ? 'line' : 'ring'
    throw new Error(`${name}: a ${what} has a corner that is no pair of numbers; expected [x, y] in metres`)
  }
  return parts
}

/**
 * Polygons of a GeoJSON file in the plane.
 *
 * @throws {Error} when it is no GeoJSON, holds no polygon, or a coordinate is no number
 */
export async function readAreas(folder: FileSource, name: string): Promise<Area[]> {
  const parts = partsOf(await readText(folder, name), name, 'Polygon')
  return parts.map(({ coordinates, properties }) => ({ rings: coordinates as Point[][], properties }))
}

const NAMES = ['name', 'id', 'gauge', 'station', '名称', '站名']
const XS = ['x', 'x_m', 'easting', 'east', 'e']
const YS = ['y', 'y_m', 'northing', 'north', 'n']

function nameOf(properties: Record<string, unknown>, otherwise: string): string {
  const key = Object.keys(properties).find((one) => NAMES.includes(one.toLowerCase()))
  const value = key === undefined ? null : properties[key]
  return value === null || value === '' ? otherwise : String(value)
}

function pointsOf(table: Table, name: string, kind: string): { name: string; x: number; y: number }[] {
  const xs = numbersOf(table, columnOf(table, ...XS), `${name}: x`)
  const ys = numbersOf(table, columnOf(table, ...YS), `${name}: y`)
  const names = columnOf(table, ...NAMES)
  return xs.map((x, i) => ({ name: (names >= 0 && table.rows[i]![names]) || `${kind} ${i + 1}`, x, y: ys[i]! }))
}

const isJson = (text: string) => /^\uFEFF?\s*\{/.test(text)

/** Gauges from a CSV (name, x, y by their heads) or a GeoJSON of points with `name`. */
export async function readGauges(folder: FileSource, name: string): Promise<{ name: string; x: number; y: number }[]> {
  const text = await readText(folder, name)
  if (!isJson(text)) return pointsOf(readTable(text, name), name, 'gauge')
  return partsOf(text, name, 'Point').map(({ coordinates, properties }, i) => {
    const [x, y] = coordinates as [number, number]
    return { name: nameOf(properties, `gauge ${i + 1}`), x, y }
  })
}

/** Lines from a GeoJSON of lines with `name`, or from a CSV of corners (name, x, y), those of one name in order. */
export async function readLines(folder: FileSource, name: string): Promise<{ name: string; line: Point[] }[]> {
  const text = await readText(folder, name)
  if (isJson(text)) {
    return partsOf(text, name, 'LineString').map(({ coordinates, properties }, i) => ({
      name: nameOf(properties, `section ${i + 1}`),
      line: (coordinates as Point[]).map(([x, y]) => [x, y] as const),
    }))
  }
  const table = readTable(text, name)
  if (columnOf(table, ...NAMES) < 0) throw new Error(`${name}: no column name; expected name, x, y of each corner`)
  const lines = new Map<string, Point[]>()
  for (const { name: one, x, y } of pointsOf(table, name, 'section')) {
    const line = lines.get(one)
    if (line) line.push([x, y])
    else lines.set(one, [[x, y]])
  }
  for (const [one, line] of lines) {
    if (line.length < 2) throw new Error(`${name}: section ${one} has one corner; expected two or more`)
  }
  return [...lines].map(([one, line]) => ({ name: one, line }))
}
