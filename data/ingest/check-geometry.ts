/** Every geometry on its way in: finite, on the earth, closed, simple, wound the right way, cut at the antimeridian; or refused with a reason. */
import type { Geometry, Position } from 'geojson'
import { type Crossings, crossings } from '../geo/crossings.ts'
import { suggestCrs } from '../geo/crs.ts'
import { unite } from '../geo/polygon-union.ts'
import { insideRing, signedArea } from '../geo/ring.ts'
import { cutAtAntimeridian } from './antimeridian.ts'

/** What became of a geometry. */
export interface Checked {
  geometry: Geometry
  /** what was put right, in words for the report; empty when nothing was */
  repairs: string[]
}

/** The reason a geometry is refused; caught by the pipeline, never shown as a stack. */
export class GeometryRefused extends Error {}

const DEEPEST = 5
const MOST_POSITIONS = 5_000_000
/** More is no slip of a pen, and mending takes the square of it: 10,000 are mended in seconds. */
const MOST_CROSSINGS = 10_000
/** RFC 7946 wants ±180; much data from around the antimeridian counts on. */
const FARTHEST_LNG = 200

function checkedPosition(at: unknown): Position {
  if (!Array.isArray(at))
    throw new GeometryRefused(`position is ${JSON.stringify(at)?.slice(0, 40)}; expected [lng, lat]`)
  const [lng, lat, height] = at
  if (typeof lng !== 'number' || typeof lat !== 'number' || !Number.isFinite(lng) || !Number.isFinite(lat)) {
    throw new GeometryRefused(`position is not a number, got ${JSON.stringify(at).slice(0, 60)}; expected [lng, lat]`)
  }
  if (Math.abs(lng) > FARTHEST_LNG || Math.abs(lat) > 90) {
    throw new GeometryRefused(
      `outside the world, got ${lng}, ${lat}; expected -180…180, -90…90 | ${suggestCrs(lng, lat)}`,
    )
  }
  if (lng === 0 && lat === 0)
    throw new GeometryRefused('lies at 0, 0: a missing place? expected lng, lat | --crs of the file')
  return typeof height === 'number' && Number.isFinite(height) && Math.abs(height) < 12000 && height !== -9999
    ? [lng, lat, height]
    : [lng, lat]
}

function samePlace(a: Position, b: Position): boolean {
  return a[0] === b[0] && a[1] === b[1]
}

function line(coordinates: unknown, same = samePlace): Position[] {
  if (!Array.isArray(coordinates)) throw new GeometryRefused('line without coordinates')
  if (coordinates.length > MOST_POSITIONS)
    throw new GeometryRefused(`${coordinates.length} positions; expected up to ${MOST_POSITIONS}`)
  const out: Position[] = []
  for (const each of coordinates) {
    const at = checkedPosition(each)
    if (out.length === 0 || !same(out[out.length - 1], at)) out.push(at)
  }
  return out
}

function checkedLine(coordinates: unknown): Position[] {
  const out = line(coordinates)
  if (out.length < 2) throw new GeometryRefused(`line of ${out.length} places; expected at least 2`)
  return out
}

function tangled(rings: Position[][], most: number): Crossings {
  try {
    return crossings(rings, most)
  } catch (error) {
    throw new GeometryRefused((error as Error).message, { cause: error })
  }
}

/** Whether a hole lies in the ring: of one with thousands of places some are asked. */
function liesIn(hole: Position[], outer: Position[]): boolean {
  const step = Math.ceil(hole.length / 64)
  for (let i = 0; i < hole.length; i += step) if (insideRing(hole[i], outer)) return true
  return hole.every((at) => outer.some((other) => samePlace(at, other)))
}

/** A ring, closed and wound; null when it has no area. */
function ring(coordinates: unknown, outer: boolean, repairs: string[]): Position[] | null {
  const out = line(coordinates)
  if (out.length === 0) return null
  if (!samePlace(out[0], out[out.length - 1])) {
    repairs.push('open ring closed')
    out.push([...out[0]])
  }
  if (out.length < 4) return null
  const area = signedArea(out)
  // smaller than a square centimetre, in square degrees
  if (Math.abs(area) < 1e-14) return tangled([out], 1).where ? out : null
  return area > 0 === outer ? out : out.reverse()
}

/** One polygon; more come back when a crossing ring falls apart. */
function polygon(coordinates: unknown, repairs: string[]): Position[][][] {
  if (!Array.isArray(coordinates) || coordinates.length === 0) throw new GeometryRefused('polygon without rings')
  const outer = ring(coordinates[0], true, repairs)
  if (!outer) throw new GeometryRefused('polygon of no area')
  const rings = [outer]
  for (const each of coordinates.slice(1)) {
    const hole = ring(each, false, repairs)
    if (!hole) repairs.push('hole of no area left out')
    else if (liesIn(hole, outer)) rings.push(hole)
    else repairs.push('hole outside its polygon left out')
  }
  const { count, where } = tangled(rings, MOST_CROSSINGS)
  if (!where) return [rings]
  if (count === MOST_CROSSINGS)
    throw new GeometryRefused(`rings cross ${MOST_CROSSINGS} times or more; expected simple rings`)
  const mended = unite([rings], 'evenodd')
  if (mended.length === 0) throw new GeometryRefused(`rings cross at ${where[0]}, ${where[1]} and leave no area`)
  repairs.push('crossing rings mended')
  return mended
}

function fromPolygons(polygons: Position[][][]): Geometry {
  return polygons.length === 1
    ? { type: 'Polygon', coordinates: polygons[0] }
    : { type: 'MultiPolygon', coordinates: polygons }
}

function many<T>(coordinates: unknown, each: (part: unknown) => T, repairs: string[]): T[] {
  if (!Array.isArray(coordinates) || coordinates.length === 0) throw new GeometryRefused('empty geometry')
  const out: T[] = []
  let reason: GeometryRefused | null = null
  for (const part of coordinates) {
    try {
      out.push(each(part))
    } catch (error) {
      if (!(error instanceof GeometryRefused)) throw error
      reason = error
      repairs.push(`a part left out: ${error.message}`)
    }
  }
  if (out.length === 0 && reason) throw reason
  return out
}

function check(geometry: Geometry, repairs: string[], depth: number): Geometry {
  if (depth > DEEPEST) throw new GeometryRefused(`geometry collections nested deeper than ${DEEPEST}`)
  switch (geometry?.type) {
    case 'Point':
      return { type: 'Point', coordinates: checkedPosition(geometry.coordinates) }
    case 'MultiPoint':
      return { type: 'MultiPoint', coordinates: many(geometry.coordinates, checkedPosition, repairs) }
    case 'LineString':
      return { type: 'LineString', coordinates: checkedLine(geometry.coordinates) }
    case 'MultiLineString':
      return { type: 'MultiLineString', coordinates: many(geometry.coordinates, checkedLine, repairs) }
    case 'Polygon':
      return fromPolygons(polygon(geometry.coordinates, repairs))
    case 'MultiPolygon':
      return fromPolygons(many(geometry.coordinates, (part) => polygon(part, repairs), repairs).flat())
    case 'GeometryCollection': {
      const geometries = many(geometry.geometries, (part) => check(part as Geometry, repairs, depth + 1), repairs)
      return geometries.length === 1 ? geometries[0] : { type: 'GeometryCollection', geometries }
    }
    default:
      throw new GeometryRefused(
        `geometry of type ${JSON.stringify((geometry as { type?: unknown } | null)?.type)?.slice(0, 40)}; expected Point | LineString | Polygon | Multi… | GeometryCollection`,
      )
  }
}

/**
 * Checks the line of a pipe: unlike a road it may stand upright, and a joint of a network's graph has no length.
 *
 * @throws {GeometryRefused} with the reason, for the report
 */
export function checkPipe(geometry: Geometry): Checked {
  if (geometry?.type !== 'LineString') return checkGeometry(geometry)
  const upright = (a: Position, b: Position) => samePlace(a, b) && a[2] === b[2]
  const out = line(geometry.coordinates, upright)
  if (out.length === 0) throw new GeometryRefused('line of 0 places; expected at least 2')
  if (out.length === 1) out.push([...out[0]])
  const flat = out.every((at) => samePlace(at, out[0]))
  const checked: Geometry = { type: 'LineString', coordinates: out }
  const cut = flat ? checked : cutAtAntimeridian(checked)
  return { geometry: cut, repairs: cut === checked ? [] : ['cut at the antimeridian'] }
}

/**
 * Checks and repairs one geometry in WGS 84 degrees.
 *
 * @throws {GeometryRefused} with the reason, for the report
 */
export function checkGeometry(geometry: Geometry): Checked {
  const repairs: string[] = []
  const checked = check(geometry, repairs, 0)
  const cut = cutAtAntimeridian(checked)
  if (cut !== checked) repairs.push('cut at the antimeridian')
  return { geometry: cut, repairs }
}
