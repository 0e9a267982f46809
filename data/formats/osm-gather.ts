/** First pass over an extract: where all nodes are, which relations make areas, which ways they need. */
import { type NodeIndex, nodeIndex } from './osm-node-index.ts'
import type { Line } from './osm-rings.ts'
import { areaLayers } from './osm-tags.ts'
import { MEMBER_WAY, type OsmMembers, type OsmTags, type OsmVisitor } from './osm-visitor.ts'

/** What the caller is told besides the features. */
export interface OsmReport {
  /** a record that cannot be used, with the reason in words */
  rejected(id: string, reason: string): void
  /** a thing worth a line in the report */
  noted(words: string): void
  /** what the file's head says: extent in degrees (west, south, east, north), date of the data */
  facts(facts: { bounds?: [number, number, number, number]; date?: string }): void
}

/** A relation that makes an area or a boundary. */
export interface OsmRelation {
  id: number
  tags: OsmTags
  members: OsmMembers
  /** an area whose tags are on its outer ways, as before 2014 */
  untagged: boolean
}

/** Everything gathered between the passes. */
export interface Gathered {
  nodes: NodeIndex
  relations: OsmRelation[]
  /** ways that relations need: their places once read, null before or when nodes are missing */
  members: Map<number, Line | null>
  /** ways of untagged multipolygons, with their tags once read: an area of their own only when no relation takes them */
  lenders: Map<number, OsmTags | null>
  /** ways of administrative relations: drawn with these, not alone */
  boundaryWays: Set<number>
  /** declared extent in degrees */
  bounds: [number, number, number, number] | null
  /** extent of all nodes, 1e-7 degrees */
  extent: [number, number, number, number]
  /** whether there are nodes without a word: places that only ways can need */
  bare: boolean
}

/** Nothing gathered yet. */
export function nothingGathered(): Gathered {
  return {
    nodes: nodeIndex(),
    relations: [],
    members: new Map(),
    lenders: new Map(),
    boundaryWays: new Set(),
    bounds: null,
    extent: [Infinity, Infinity, -Infinity, -Infinity],
    bare: false,
  }
}

/** Whether a place in 1e-7 degrees is on the earth. */
export function onEarth(lngE7: number, latE7: number): boolean {
  return Math.abs(lngE7) <= 1.8e9 && Math.abs(latE7) <= 9e8
}

/** The visitor of the first pass. */
export function gathering(found: Gathered, report: OsmReport): OsmVisitor {
  const { extent } = found
  return {
    bounds(west, south, east, north) {
      if (west >= -180 && east <= 180 && south >= -90 && north <= 90 && west < east && south < north) {
        found.bounds ??= [west, south, east, north]
        report.facts({ bounds: found.bounds })
      } else report.noted(`declared bounds ${west},${south},${east},${north} are impossible and ignored`)
    },
    date: (date) => report.facts({ date }),
    refused: (id, reason) => report.rejected(id, reason),
    node(id, lng, lat, tags) {
      if (tags === null) found.bare = true
      if (!onEarth(lng, lat)) {
        report.rejected(`n${id}`, `outside the world, got ${lng / 1e7}, ${lat / 1e7}; expected -180…180, -90…90`)
        return
      }
      if (lng < extent[0]) extent[0] = lng
      if (lat < extent[1]) extent[1] = lat
      if (lng > extent[2]) extent[2] = lng
      if (lat > extent[3]) extent[3] = lat
      found.nodes.add(id, lng, lat)
    },
    relation(id, members, tags) {
      const administrative = tags?.boundary === 'administrative'
      if (!tags || (tags.type !== 'multipolygon' && !administrative)) return
      const untagged = !administrative && areaLayers(tags).length === 0
      found.relations.push({ id, tags, members, untagged })
      members.refs.forEach((ref, i) => {
        if (members.kinds[i] !== MEMBER_WAY) return
        found.members.set(ref, null)
        if (untagged) found.lenders.set(ref, null)
        if (administrative) found.boundaryWays.add(ref)
      })
    },
  }
}
