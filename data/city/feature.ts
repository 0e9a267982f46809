/** Features from rings and lines of the metric frame. */

import type { Geometry, Position } from 'geojson'
import type { Attributes, CityFeature, LayerName, Style } from '../geo/city-feature.ts'
import { englishName } from './english-names.ts'
import { type Point, toDegrees } from './frame.ts'
import { area, type Ring } from './polygon.ts'

/** A closed ring in degrees; counter-clockwise, or clockwise for a hole. */
export function closedRing(ring: Ring, hole = false): Position[] {
  const out: Position[] = []
  for (const p of ring) {
    const q = toDegrees(p)
    const last = out.at(-1)
    if (!last || last[0] !== q[0] || last[1] !== q[1]) out.push(q)
  }
  while (out.length > 1 && out[0]![0] === out.at(-1)![0] && out[0]![1] === out.at(-1)![1]) out.pop()
  if (area(ring) < 0 !== hole) out.reverse()
  out.push([...out[0]!])
  return out
}

/** A polygon with holes, all in metres. */
export function polygon(outer: Ring, holes: Ring[] = []): Geometry {
  return { type: 'Polygon', coordinates: [closedRing(outer), ...holes.map((hole) => closedRing(hole, true))] }
}

/** A line in metres. */
export function lineString(line: Point[]): Geometry {
  return { type: 'LineString', coordinates: line.map(toDegrees) }
}

/** A feature, its English name made where none is given; `attributes` repeat what a map would say in OSM's words, with the mark of the demonstration data. */
export function feature(
  layer: LayerName,
  id: string,
  geometry: Geometry,
  style: Style,
  attributes: Attributes = {},
): CityFeature {
  const made = { id, layer, geometry, style, attributes: { ...attributes, 演示数据: true } }
  if (typeof style.name !== 'string' || style.nameEn !== undefined) return made
  const nameEn = englishName(style.name)
  return nameEn === '' ? made : { ...made, style: { ...style, nameEn } }
}
