/** Relations to areas and boundaries, once their ways are known. */
import type { CityFeature } from '../geo/city-feature.ts'
import { areaFeatures } from './osm-areas.ts'
import type { Gathered, OsmRelation, OsmReport } from './osm-gather.ts'
import { isRing, join, type Line, polygons, positions } from './osm-rings.ts'
import { areaLayers, boundary, isArea, pointLayers } from './osm-tags.ts'
import { MEMBER_WAY, type OsmTags } from './osm-visitor.ts'
import { wayArea } from './osm-ways.ts'

/** The ways of a relation that outline it, each once; `subarea` and other roles are not lines of it. */
function outlines({ members }: OsmRelation): number[] {
  const lines = members.refs.filter((_, i) => {
    return members.kinds[i] === MEMBER_WAY && /^(|outer|inner|enclave|exclave|part)$/.test(members.roles[i])
  })
  return [...new Set(lines)]
}

function same(a: OsmTags, b: OsmTags): boolean {
  return JSON.stringify(areaLayers(a)) === JSON.stringify(areaLayers(b))
}

/** Tags of an untagged multipolygon, from its outer ways; null when they say nothing. */
function lentTags(relation: OsmRelation, found: Gathered): OsmTags | null {
  const { refs, kinds, roles } = relation.members
  for (let i = 0; i < refs.length; i++) {
    if (kinds[i] !== MEMBER_WAY || roles[i] === 'inner') continue
    const tags = found.lenders.get(refs[i])
    if (tags && areaLayers(tags).length > 0) return tags
  }
  return null
}

/** The area of one relation; taken lender ways are struck off. */
function relationArea(relation: OsmRelation, found: Gathered, report: OsmReport): CityFeature[] {
  const lent = relation.untagged ? lentTags(relation, found) : null
  const tags = lent ? { ...lent, ...relation.tags } : relation.tags
  if (areaLayers(tags).length + pointLayers(tags).length === 0) return []
  const ways = outlines(relation)
  const lines = ways.map((way) => found.members.get(way) ?? null)
  const missing = lines.filter((line) => line === null).length
  const id = `r${relation.id}`
  if (missing > 0) {
    report.rejected(id, `area with ${missing} of ${ways.length} ways missing from the file or incomplete`)
    return []
  }
  const { rings, open } = join(lines as Line[], false)
  if (open.length > 0) {
    const [lng, lat] = open[0]
    report.rejected(id, `area is not closed: ${open.length} loose ends, one at ${lng / 1e7}, ${lat / 1e7}`)
    return []
  }
  const areas = polygons(rings)
  if (areas.length === 0) {
    report.rejected(id, `area of no size, got ${ways.length} ways`)
    return []
  }
  if (lent) {
    for (const way of ways) {
      const own = found.lenders.get(way)
      if (own && same(own, lent)) found.lenders.set(way, null)
    }
  }
  return [...areaFeatures(id, tags, areas)]
}

/** The lines of an administrative relation that are in the file, as one feature. */
function relationBoundary(relation: OsmRelation, found: Gathered, report: OsmReport): CityFeature[] {
  const id = `r${relation.id}`
  const lines = outlines(relation).flatMap((way) => found.members.get(way) ?? [])
  if (lines.length === 0) {
    report.rejected(id, 'boundary none of whose ways is whole in the file')
    return []
  }
  const { rings, open } = join(lines, false)
  const coordinates = [...rings, ...open].map(positions)
  const { layer, style } = boundary(relation.tags)
  return [{ id, layer, geometry: { type: 'MultiLineString', coordinates }, style, attributes: relation.tags }]
}

/**
 * Features of the relations, then of the ways lent to relations that did not take them.
 *
 * @param found with all member ways read
 */
export function* relationFeatures(found: Gathered, report: OsmReport): Generator<CityFeature[]> {
  for (const relation of found.relations) {
    yield relation.tags.boundary === 'administrative'
      ? relationBoundary(relation, found, report)
      : relationArea(relation, found, report)
  }
  for (const [way, tags] of found.lenders) {
    if (!tags) continue
    const line = found.members.get(way) ?? null
    if (line && !isRing(line)) continue
    if (isArea(tags) && areaLayers(tags).length + pointLayers(tags).length > 0) yield wayArea(way, tags, line, report)
  }
}
