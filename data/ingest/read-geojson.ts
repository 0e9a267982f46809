/** GeoJSON files into the intake: encoding, system, layers, ids; pieces of one thing are put together. */
import { createHash } from 'node:crypto'
import type { Geometry, Position } from 'geojson'
import { createIdSet, type IdSet } from '../../tiles-server/db/id-set.ts'
import { type GeojsonRecord, readGeojson } from '../formats/geojson.ts'
import { dimensionOf, layerOfName, type Sorted, sortRecord } from '../formats/geojson-layers.ts'
import { mergePieces } from '../formats/geojson-merge.ts'
import { encodingOf, textOf } from '../formats/geojson-text.ts'
import { alongLine } from '../geo/along-line.ts'
import { guessHeight } from '../geo/building-guess.ts'
import type { CityFeature, LayerName, Style } from '../geo/city-feature.ts'
import { type Converter, type Crs, converter, crs, suggestCrs } from '../geo/crs.ts'
import { metresPerDegree } from '../geo/ellipsoid.ts'
import { undulation } from '../geo/geoid.ts'
import { signedArea } from '../geo/ring.ts'
import { checkGeometry, GeometryRefused } from './check-geometry.ts'
import type { IngestOptions } from './ingest.ts'
import type { InputFile } from './input-file.ts'
import type { Intake } from './intake.ts'

/** Positions of pieces held in memory until their file ends. */
const MOST_HELD = 20_000_000

/** What the first pass finds. */
interface Survey {
  encoding: Awaited<ReturnType<typeof encodingOf>>
  system: Crs
  /** ids (with their dimension) that come more than once */
  repeated: IdSet
  /** records carry Tilezen's marks: cut at tile edges */
  cut: boolean
}

function pieceKey({ id, geometry }: GeojsonRecord): string {
  return `${dimensionOf(geometry) ?? '-'} ${id}`
}

async function survey(
  file: InputFile,
  options: IngestOptions,
  signal: AbortSignal,
  onBytes: (count: number) => void,
): Promise<Survey> {
  const encoding = await encodingOf(() => file.open(onBytes))
  const seen = createIdSet()
  const repeated = createIdSet()
  let named: string | null = null
  let marked = 0
  let records = 0
  for await (const item of readGeojson(textOf(file.open(), encoding))) {
    signal.throwIfAborted()
    if ('crs' in item) {
      if (named !== null && named !== item.crs)
        throw new Error(`geojson: two systems in one file, got ${named} and ${item.crs}; expected one`)
      named = item.crs
    } else if ('record' in item) {
      const { record } = item
      records++
      if (record.attributes.sort_rank !== undefined && record.attributes.source !== undefined) marked++
      if (record.id !== null && !seen.add(pieceKey(record))) repeated.add(pieceKey(record))
    }
  }
  return { encoding, system: crs(options.crs ?? named ?? 'EPSG:4326'), repeated, cut: marked > records / 2 }
}

/** Converts every position; heights are lifted when the datum is not the ellipsoid. */
function reproject(geometry: Geometry, convert: Converter, lift: boolean): Geometry {
  const position = (at: unknown): unknown => {
    if (!Array.isArray(at) || typeof at[0] !== 'number' || typeof at[1] !== 'number') return at
    const [lng, lat] = convert(at[0], at[1])
    if (!Number.isFinite(lng) || !Number.isFinite(lat)) {
      throw new GeometryRefused(`outside its system, got ${at[0]}, ${at[1]}; expected ${suggestCrs(at[0], at[1])}`)
    }
    const place: Position = [Number(lng.toFixed(9)), Number(lat.toFixed(9))]
    if (typeof at[2] === 'number') place.push(lift && Number.isFinite(at[2]) ? at[2] + undulation(lng, lat) : at[2])
    return place
  }
  const walk = (value: unknown, depth: number): unknown => {
    if (!Array.isArray(value) || depth > 4) return value
    return typeof value[0] === 'number' ? position(value) : value.map((inner) => walk(inner, depth + 1))
  }
  if (geometry.type === 'GeometryCollection') {
    const geometries = Array.isArray(geometry.geometries) ? geometry.geometries.slice(0, 10_000) : []
    return { type: 'GeometryCollection', geometries: geometries.map((each) => reproject(each, convert, lift)) }
  }
  return { ...geometry, coordinates: walk(geometry.coordinates, 0) } as Geometry
}

/** Square metres of an area's outer rings. */
function areaM2(geometry: Geometry): number {
  const polygons =
    geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.type === 'MultiPolygon' ? geometry.coordinates : []
  return polygons.reduce((sum, [outer]) => {
    const [east, north] = metresPerDegree(outer[0][1])
    return sum + Math.abs(signedArea(outer)) * east * north
  }, 0)
}

/** A closed line of a drawing program is meant as an area where the layer wants areas. */
function asLayerWants(layer: LayerName | undefined, geometry: Geometry): Geometry {
  if ((layer !== 'buildings' && layer !== 'land') || geometry.type !== 'LineString') return geometry
  const ring = geometry.coordinates
  const closed = Array.isArray(ring) && ring.length >= 4 && JSON.stringify(ring[0]) === JSON.stringify(ring.at(-1))
  return closed ? { type: 'Polygon', coordinates: [ring] } : geometry
}

/** An id that is the same in the next run: the file's own, or one made of the place. */
function stableId(record: GeojsonRecord, geometry: Geometry, source: string): string {
  if (record.id !== null && /^[nwr]\d+$/.test(record.id)) return record.id
  const own = record.id ?? `g${createHash('sha256').update(JSON.stringify(geometry)).digest('hex').slice(0, 12)}`
  return `${source}-${own}`
}

/** Lines and areas on their way to layers of points or lines. */
function shaped(layer: LayerName, geometry: Geometry): Geometry {
  if (layer === 'boundaries' && (geometry.type === 'Polygon' || geometry.type === 'MultiPolygon')) {
    return {
      type: 'MultiLineString',
      coordinates: geometry.type === 'Polygon' ? geometry.coordinates : geometry.coordinates.flat(),
    }
  }
  if (layer === 'places' && geometry.type !== 'Point') {
    const flat = JSON.stringify(geometry).match(/\[-?[\d.e+-]+,-?[\d.e+-]+/g) ?? []
    const all = flat.map((text) => text.slice(1).split(',').map(Number))
    const middle = (axis: 0 | 1) =>
      (Math.min(...all.map((at) => at[axis])) + Math.max(...all.map((at) => at[axis]))) / 2
    return { type: 'Point', coordinates: [middle(0), middle(1)] }
  }
  return geometry
}

/** Trees of a row. */
function* treesAlong(
  record: GeojsonRecord,
  { style }: Held['sorted'],
  line: Position[],
  source: string,
): Generator<CityFeature> {
  const id = stableId(record, { type: 'LineString', coordinates: line }, source)
  for (const [index, coordinates] of alongLine(line).entries()) {
    yield {
      id: `${id}-${index}`,
      layer: 'trees',
      geometry: { type: 'Point', coordinates },
      style,
      attributes: record.attributes,
    }
  }
}

async function takeAll(took: Intake, features: Iterable<CityFeature>): Promise<void> {
  for (const feature of features) await took.take(feature)
}

function withHeight(style: Style, layer: LayerName, geometry: Geometry): Style {
  if (layer !== 'buildings' || style.height !== undefined) return style
  return {
    ...style,
    height: guessHeight(String(style.class), areaM2(geometry), style.levels as number | undefined),
    estimated: true,
  }
}

type Held = { record: GeojsonRecord; sorted: Extract<Sorted, { style: Style }>; geometries: Geometry[] }

/** One file's second pass. */
class Reading {
  readonly held = new Map<string, Held>()
  readonly undrawn = new Map<string, number>()
  private positions = 0
  private readonly took: Intake
  private readonly found: Survey

  constructor(took: Intake, found: Survey) {
    this.took = took
    this.found = found
  }

  /** Keeps a piece, or says that it is none. */
  hold(record: GeojsonRecord, sorted: Held['sorted'], geometry: Geometry): boolean {
    const key = `${sorted.layer} ${pieceKey(record)}`
    if (record.id === null || !this.found.repeated.has(pieceKey(record))) return false
    const first = this.held.get(key)
    if (first && !this.found.cut && JSON.stringify(first.record.attributes) !== JSON.stringify(record.attributes))
      return false
    this.positions += JSON.stringify(geometry).length / 20
    if (this.positions > MOST_HELD)
      throw new Error(`geojson: over ${MOST_HELD} positions in pieces with repeated ids; expected unique ids`)
    if (first) first.geometries.push(geometry)
    else this.held.set(key, { record, sorted, geometries: [geometry] })
    return true
  }

  feature({ record, sorted, geometries }: Held): CityFeature {
    const whole = geometries.length > 1 ? mergePieces(geometries) : geometries[0]
    const { layer } = sorted
    const id = stableId(record, whole, this.took.source)
    const geometry = shaped(layer, whole)
    return { id, layer, geometry, style: withHeight(sorted.style, layer, geometry), attributes: record.attributes }
  }

  note(): void {
    for (const [reason, count] of this.undrawn) this.took.note(`${count} × ${reason}`)
  }
}

/**
 * Reads one file into the intake.
 *
 * @throws {Error} when the file is truncated or no JSON: nothing of it should be stored then
 */
export async function readGeojsonFile(
  file: InputFile,
  took: Intake,
  options: IngestOptions,
  signal: AbortSignal,
  onBytes: (count: number) => void,
): Promise<void> {
  const found = await survey(file, options, signal, onBytes)
  took.crs.add(found.system.name)
  if (found.encoding !== 'utf-8') took.note(`text is ${found.encoding}`)
  const convert = converter(found.system)
  const straight = found.system.name === 'EPSG:4326'
  const lift = options.datum
    ? options.datum !== 'ellipsoidal'
    : found.system.vertical !== null && found.system.vertical !== 'ellipsoidal'
  const fileLayer = layerOfName(file.name)
  const reading = new Reading(took, found)
  const nameOf = (index: number, id: string | null) => id ?? `#${index}`

  const one = (record: GeojsonRecord): Promise<void> | undefined => {
    const name = nameOf(record.index, record.id)
    const original = asLayerWants(options.as ?? (fileLayer === 'buildings' ? 'buildings' : undefined), record.geometry)
    const dimension = dimensionOf(original)
    let layer: LayerName | undefined = options.as
    try {
      const moved = straight && !lift ? original : reproject(original, convert, lift)
      if (dimension === null) {
        checkGeometry(moved)
        throw new GeometryRefused(`geometry is a ${original.type}; expected points, lines or areas`)
      }
      const sorted = sortRecord(record.attributes, dimension, options.as, fileLayer)
      if (sorted.layer === null) {
        if (!sorted.reason.startsWith('not drawn')) throw new GeometryRefused(sorted.reason)
        reading.undrawn.set(sorted.reason, (reading.undrawn.get(sorted.reason) ?? 0) + 1)
        return undefined
      }
      layer = sorted.layer
      const { geometry, repairs } = checkGeometry(moved)
      if (repairs.length > 0) took.repaired(layer, name, repairs)
      if (sorted.layer === 'trees' && geometry.type === 'LineString')
        return takeAll(took, treesAlong(record, sorted, geometry.coordinates, took.source))
      if (reading.hold(record, sorted, geometry)) return undefined
      return took.take(reading.feature({ record, sorted, geometries: [geometry] }))
    } catch (error) {
      if (!(error instanceof GeometryRefused)) throw error
      if (layer) took.layer(layer).read++
      took.rejected(layer ?? 'records', name, error.message)
      return undefined
    }
  }
  for await (const item of readGeojson(textOf(file.open(onBytes), found.encoding))) {
    signal.throwIfAborted()
    if ('rejected' in item)
      took.rejected('records', nameOf(item.rejected.index, item.rejected.id), item.rejected.reason)
    else if ('record' in item) {
      const wait = one(item.record)
      if (wait) await wait
    }
  }
  for (const held of reading.held.values()) await took.take(reading.feature(held))
  reading.note()
}
