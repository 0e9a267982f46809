/** Geometries that go over ±180°, cut in two there: tiles and boxes know no wrap. */
import { Clipper, type Path64 } from 'clipper2-ts'
import type { Geometry, Position } from 'geojson'
import { unite } from '../geo/polygon-union.ts'

const SCALE = 1e7

/** Whether a line leaves ±180: by jumping to the other side, or by counting on. */
function jumps(line: readonly Position[]): boolean {
  let before = line[0]?.[0]
  for (const [lng] of line) {
    if (Math.abs(lng - before) > 180 || Math.abs(lng) > 180) return true
    before = lng
  }
  return false
}

function wrapped(place: Position): Position {
  const [lng, ...rest] = place
  return Math.abs(lng) > 180 ? [Number((lng - Math.sign(lng) * 360).toFixed(9)), ...rest] : place
}

/** The line with longitudes counted on past 180 instead of jumping to -180. */
function unrolled(line: readonly Position[]): Path64 {
  return line.map(([lng, lat]) => ({ x: Math.round((lng < 0 ? lng + 360 : lng) * SCALE), y: Math.round(lat * SCALE) }))
}

const EAST = { left: 0, top: -90 * SCALE, right: 180 * SCALE, bottom: 90 * SCALE }
const WEST = { left: 180 * SCALE, top: -90 * SCALE, right: 360 * SCALE, bottom: 90 * SCALE }

function rolled(path: Path64, west: boolean): Position[] {
  return path.map(({ x, y }) => [(west ? x - 360 * SCALE : x) / SCALE, y / SCALE])
}

function cutLine(line: Position[]): Position[][] {
  if (!jumps(line)) return [line]
  const path = unrolled(line)
  return [false, true].flatMap((west) =>
    Clipper.rectClipLines(west ? WEST : EAST, path).map((part) => rolled(part, west)),
  )
}

function cutPolygon(rings: Position[][]): Position[][][] {
  if (!rings.some(jumps)) return [rings]
  const paths = rings.map(unrolled)
  return [false, true].flatMap((west) => {
    const parts = Clipper.rectClip(west ? WEST : EAST, paths).map((part) => rolled(part, west))
    return parts.length > 0 ? unite([parts], 'evenodd') : []
  })
}

/**
 * Cuts a geometry whose neighbouring places are more than 180° of longitude apart, or that counts on beyond ±180°.
 *
 * @returns the same object when nothing had to be cut
 * @see RFC 7946 §3.1.9
 */
export function cutAtAntimeridian(geometry: Geometry): Geometry {
  switch (geometry.type) {
    case 'LineString':
    case 'MultiLineString': {
      const lines = geometry.type === 'LineString' ? [geometry.coordinates] : geometry.coordinates
      return lines.some(jumps) ? { type: 'MultiLineString', coordinates: lines.flatMap(cutLine) } : geometry
    }
    case 'Polygon':
    case 'MultiPolygon': {
      const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates
      if (!polygons.flat().some(jumps)) return geometry
      const coordinates = polygons.flatMap(cutPolygon)
      // a box around the whole world jumps too, and has nothing left when it is unrolled
      return coordinates.length > 0 ? { type: 'MultiPolygon', coordinates } : geometry
    }
    case 'Point':
      return Math.abs(geometry.coordinates[0]) > 180
        ? { ...geometry, coordinates: wrapped(geometry.coordinates) }
        : geometry
    case 'MultiPoint':
      return jumps(geometry.coordinates) ? { ...geometry, coordinates: geometry.coordinates.map(wrapped) } : geometry
    case 'GeometryCollection': {
      const geometries = geometry.geometries.map(cutAtAntimeridian)
      return geometries.some((each, i) => each !== geometry.geometries[i]) ? { ...geometry, geometries } : geometry
    }
  }
}
