/** Buildings that are drawn by their parts: where parts cover an outline, the outline is marked so that it is not drawn over them. */
import Flatbush from 'flatbush'
import type { Position } from 'geojson'
import type { CityFeature } from '../geo/city-feature.ts'
import { insideRing, signedArea } from '../geo/ring.ts'

/** Share of an outline that its parts must cover. */
const COVERED = 0.5

function outers({ geometry }: CityFeature): Position[][] {
  if (geometry.type === 'Polygon') return [geometry.coordinates[0]]
  return geometry.type === 'MultiPolygon' ? geometry.coordinates.map(([outer]) => outer) : []
}

function boxOf(rings: Position[][]): [number, number, number, number] {
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const [lng, lat] of rings.flat()) {
    box[0] = Math.min(box[0], lng)
    box[1] = Math.min(box[1], lat)
    box[2] = Math.max(box[2], lng)
    box[3] = Math.max(box[3], lat)
  }
  return box
}

function size(rings: Position[][]): number {
  return rings.reduce((sum, ring) => sum + Math.abs(signedArea(ring)), 0)
}

/**
 * Passes buildings on, `outline: true` in the style of those whose parts (`part: true`, floating ones too) cover half of
 * them. Held in memory: six numbers per part.
 *
 * @param read gives all buildings from the start each time it is called
 * @param parts how many of them are parts; none costs nothing
 */
export async function* markOutlines(
  read: () => AsyncIterable<CityFeature>,
  parts: number,
): AsyncGenerator<CityFeature> {
  if (parts === 0) {
    yield* read()
    return
  }
  const index = new Flatbush(parts, 16, Float64Array)
  const places = new Float64Array(parts * 3)
  let count = 0
  for await (const feature of read()) {
    if (feature.style.part !== true || count === parts) continue
    const rings = outers(feature)
    const box = boxOf(rings)
    index.add(...box)
    places.set([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2, size(rings)], count * 3)
    count++
  }
  for (let i = count; i < parts; i++) index.add(999, 999, 999, 999)
  index.finish()
  for await (const feature of read()) {
    if (feature.style.part === true) {
      yield feature
      continue
    }
    const rings = outers(feature)
    const inside = (part: number) => rings.some((ring) => insideRing([places[part * 3], places[part * 3 + 1]], ring))
    const covered = index.search(...boxOf(rings), inside).reduce((sum, part) => sum + places[part * 3 + 2], 0)
    yield covered >= COVERED * size(rings) ? { ...feature, style: { ...feature.style, outline: true } } : feature
  }
}
