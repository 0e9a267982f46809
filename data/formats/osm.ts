/** OpenStreetMap extracts as city features: two passes over the file, packed places, relations put together at the end. */
import type { CityFeature } from '../geo/city-feature.ts'
import { areaGeometry } from './osm-areas.ts'
import { sea } from './osm-coastline.ts'
import { type Gathered, gathering, nothingGathered, type OsmReport } from './osm-gather.ts'
import { readOsmPbf } from './osm-pbf.ts'
import { relationFeatures } from './osm-relations.ts'
import type { Line } from './osm-rings.ts'
import { waysAndPoints } from './osm-ways.ts'
import { readOsmXml } from './osm-xml.ts'

/** A file that can be read from its start more than once. */
export interface OsmInput {
  format: 'pbf' | 'xml'
  /** opens the (decompressed) bytes anew */
  open(): AsyncIterable<Uint8Array>
}

const READERS = { pbf: readOsmPbf, xml: readOsmXml }

/** The sea as features `sea-1`, `sea-2` … within the declared bounds, or the nodes' extent. */
function seaFeatures(coast: Line[], found: Gathered, report: OsmReport): CityFeature[] {
  const [west, south, east, north] = found.bounds?.map((degrees) => Math.round(degrees * 1e7)) ?? found.extent
  if (coast.length === 0 || !(west < east && south < north)) return []
  const made = sea(coast, { west, south, east, north })
  if (made.led > 0) report.noted(`${made.led} coastline ends lie inside the extract; led straight to its nearest side`)
  return made.polygons.map((rings, index) => ({
    id: `sea-${index + 1}`,
    layer: 'water',
    geometry: areaGeometry([rings]),
    style: { class: 'sea' },
    attributes: { natural: 'coastline' },
  }))
}

/**
 * Reads an extract: buildings, roads, rail, water with the sea, land, trees, places, boundaries.
 * The file is read twice; held in memory are the places of all nodes (some 6 bytes each), the relations that make
 * areas and the ways they need. Order of the features: ways and points as in the file, relations, the sea.
 *
 * @param input either form of the same data gives the same features
 * @param report is told what could not be used
 * @throws {Error} when the file is truncated, damaged or empty, or the signal's reason
 */
export async function* readOsm(input: OsmInput, report: OsmReport, signal: AbortSignal): AsyncGenerator<CityFeature> {
  const found = nothingGathered()
  const reader = READERS[input.format]
  for await (const _ of reader(input.open(), gathering(found, report))) signal.throwIfAborted()
  found.nodes.finish()
  if (found.nodes.repeated > 0) report.noted(`${found.nodes.repeated} nodes came twice; the first of each is used`)
  const coast: Line[] = []
  let ready: CityFeature[] = []
  const visitor = waysAndPoints(found, report, ready, coast)
  let ways = 0
  const { way } = visitor
  visitor.way = (id, refs, tags) => {
    ways++
    way?.(id, refs, tags)
  }
  for await (const _ of reader(input.open(), visitor)) {
    signal.throwIfAborted()
    yield* ready
    ready.length = 0
  }
  // a PBF has no mark at its end: cut between two blobs it looks whole
  if (ways === 0 && (found.bare || found.extent[0] > found.extent[2]) && found.relations.length === 0) {
    const what = found.bare ? 'places of ways, but no way (cut off after the nodes?)' : 'no node and no way'
    throw new Error(`osm: the file holds ${what}; expected an extract`)
  }
  for (ready of relationFeatures(found, report)) {
    signal.throwIfAborted()
    yield* ready
  }
  yield* seaFeatures(coast, found, report)
}
