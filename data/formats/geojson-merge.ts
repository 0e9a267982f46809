/** Pieces of one thing, cut at tile edges, put together again. */
import type { Geometry, Position } from 'geojson'
import { unite } from '../geo/polygon-union.ts'
import { signedArea } from '../geo/ring.ts'
import { join, type Line, positions } from './osm-rings.ts'

function polygonsOf(geometry: Geometry): Position[][][] {
  if (geometry.type === 'Polygon') return [geometry.coordinates]
  return geometry.type === 'MultiPolygon' ? geometry.coordinates : []
}

function linesOf(geometry: Geometry): Position[][] {
  if (geometry.type === 'LineString') return [geometry.coordinates]
  return geometry.type === 'MultiLineString' ? geometry.coordinates : []
}

/** Rings wound as the union needs them: outer counter-clockwise, holes clockwise. */
function wound(polygon: Position[][]): Position[][] {
  return polygon.map((ring, index) => (signedArea(ring) > 0 === (index === 0) ? ring : [...ring].reverse()))
}

function packed(line: Position[]): Line {
  const out = new Int32Array(line.length * 2)
  line.forEach(([lng, lat], i) => {
    out[i * 2] = Math.round(lng * 1e7)
    out[i * 2 + 1] = Math.round(lat * 1e7)
  })
  return out
}

/** A position list's places that a cut along a tile edge left in the middle of a straight side. */
function collinear(a: Position, b: Position, c: Position): boolean {
  const cross = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
  const along = Math.hypot(c[0] - a[0], c[1] - a[1])
  return along > 0 && Math.abs(cross) / along < 2e-8
}

/** A ring without the places that lie on the line between their neighbours (2 mm). */
function tidy(ring: Position[]): Position[] {
  const open = ring.slice(0, -1)
  const kept = open.filter(
    (at, i) => !collinear(open[(i + open.length - 1) % open.length], at, open[(i + 1) % open.length]),
  )
  return kept.length >= 3 ? [...kept, kept[0]] : ring
}

/**
 * Puts pieces of areas, or of lines, together.
 *
 * @param pieces checked geometries in degrees, all areas or all lines (points: the first is returned)
 * @returns one geometry: touching areas become one polygon, touching lines one line, the rest a Multi
 */
export function mergePieces(pieces: readonly Geometry[]): Geometry {
  const polygons = pieces.flatMap(polygonsOf)
  if (polygons.length > 0) {
    // the same piece twice (buffered tiles) and shared edges vanish in the union
    const united = unite(polygons.map(wound), 'nonzero').map((rings) => rings.map(tidy))
    return united.length === 1
      ? { type: 'Polygon', coordinates: united[0] }
      : { type: 'MultiPolygon', coordinates: united }
  }
  const lines = pieces.flatMap(linesOf)
  if (lines.length === 0) return pieces[0]
  const { rings, open } = join(distinct(lines).map(packed), true)
  const coordinates = [...open, ...rings].map(positions)
  return coordinates.length === 1
    ? { type: 'LineString', coordinates: coordinates[0] }
    : { type: 'MultiLineString', coordinates }
}

function distinct(lines: Position[][]): Position[][] {
  const seen = new Set<string>()
  return lines.filter((line) => {
    const key = JSON.stringify(line)
    return !seen.has(key) && seen.add(key)
  })
}
