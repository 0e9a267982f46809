/** Features out of assembled areas and tree rows. */
import type { Geometry, Position } from 'geojson'
import polylabel from 'polylabel'
import { alongLine } from '../geo/along-line.ts'
import { guessHeight } from '../geo/building-guess.ts'
import type { CityFeature } from '../geo/city-feature.ts'
import { metresPerDegree } from '../geo/ellipsoid.ts'
import { doubleArea, type Line, positions } from './osm-rings.ts'
import { areaLayers, pointLayers } from './osm-tags.ts'
import type { OsmTags } from './osm-visitor.ts'

/** Square metres of a ring. */
function areaM2(ring: Line): number {
  const [east, north] = metresPerDegree(ring[1] / 1e7)
  return ((Math.abs(doubleArea(ring)) / 2) * east * north) / 1e14
}

/** GeoJSON of polygons as `polygons` gives them, in degrees. */
export function areaGeometry(found: Line[][]): Geometry {
  const all = found.map((rings) => rings.map(positions))
  return all.length === 1 ? { type: 'Polygon', coordinates: all[0] } : { type: 'MultiPolygon', coordinates: all }
}

/** A point well inside the largest polygon. */
function labelPoint(found: Line[][]): Position {
  const largest = found.reduce((a, b) => (Math.abs(doubleArea(a[0])) >= Math.abs(doubleArea(b[0])) ? a : b))
  const rings = largest.map(positions)
  const [west, east] = [Math.min(...rings[0].map((p) => p[0])), Math.max(...rings[0].map((p) => p[0]))]
  const at = polylabel(rings, Math.max((east - west) / 50, 1e-7))
  return [Math.round(at[0] * 1e7) / 1e7, Math.round(at[1] * 1e7) / 1e7]
}

/**
 * Features of an area: what it is, and its name as a place.
 *
 * @param found polygons as `polygons` gives them, at least one
 */
export function* areaFeatures(id: string, tags: OsmTags, found: Line[][]): Generator<CityFeature> {
  const geometry = areaGeometry(found)
  for (const { layer, style } of areaLayers(tags)) {
    if (layer === 'buildings' && style.height === undefined) {
      const size = found.reduce((sum, rings) => sum + areaM2(rings[0]), 0)
      style.height = guessHeight(
        String(style.class),
        size,
        style.levels as number | undefined,
        Number(style.roofHeight ?? 0) / 3,
      )
      style.estimated = true
    }
    yield { id, layer, geometry, style, attributes: tags }
  }
  for (const { layer, style } of pointLayers(tags)) {
    if (layer === 'places')
      yield { id, layer, geometry: { type: 'Point', coordinates: labelPoint(found) }, style, attributes: tags }
  }
}

/** Trees along a row, one every 8 metres, at most 5000. */
export function* treeRow(id: string, tags: OsmTags, line: Line): Generator<CityFeature> {
  const [{ style }] = pointLayers({ ...tags, natural: 'tree' })
  for (const [index, coordinates] of alongLine(positions(line)).entries()) {
    yield { id: `${id}-${index}`, layer: 'trees', geometry: { type: 'Point', coordinates }, style, attributes: tags }
  }
}
