/** Second pass over an extract: ways and points as they come; coastlines and the ways that relations need are kept. */
import type { Geometry } from 'geojson'
import type { CityFeature } from '../geo/city-feature.ts'
import { areaFeatures, treeRow } from './osm-areas.ts'
import { type Gathered, type OsmReport, onEarth } from './osm-gather.ts'
import { isRing, type Line, polygons, positions } from './osm-rings.ts'
import { areaLayers, isArea, lineLayers, pointLayers } from './osm-tags.ts'
import type { OsmTags, OsmVisitor } from './osm-visitor.ts'

/** The stretches of a way whose nodes are in the file, and how many nodes are not. */
function stretches(refs: number[], nodes: Gathered['nodes']): { runs: Line[]; missing: number } {
  const all = new Int32Array(refs.length * 2)
  const runs: Line[] = []
  let from = 0
  let missing = 0
  for (let i = 0; i <= refs.length; i++) {
    if (i < refs.length && nodes.find(refs[i], all, i * 2)) continue
    if (i - from >= 2) runs.push(from === 0 && i === refs.length ? all : all.slice(from * 2, i * 2))
    if (i < refs.length) missing++
    from = i + 1
  }
  return { runs, missing }
}

/** What a way is for; null when it is for nothing. */
function purpose(refs: number[], tags: OsmTags): 'area' | 'line' | 'coast' | 'trees' | 'open building' | null {
  const closed = refs.length > 3 && refs[0] === refs[refs.length - 1]
  if (tags.natural === 'coastline' && !tags.building) return 'coast'
  if (tags.natural === 'tree_row') return 'trees'
  if (closed && isArea(tags)) return areaLayers(tags).length + pointLayers(tags).length > 0 ? 'area' : null
  if (lineLayers(tags).length > 0) return 'line'
  return tags.building && areaLayers(tags).length > 0 ? 'open building' : null
}

/** Line geometry of the stretches that are there. */
function lineGeometry(runs: Line[]): Geometry {
  const all = runs.map(positions)
  return all.length === 1 ? { type: 'LineString', coordinates: all[0] } : { type: 'MultiLineString', coordinates: all }
}

/** An area way's features; reasons go to the report. */
export function wayArea(id: number, tags: OsmTags, ring: Line | null, report: OsmReport): CityFeature[] {
  const found = ring && isRing(ring) ? polygons([ring]) : []
  if (found.length > 0) return [...areaFeatures(`w${id}`, tags, found)]
  report.rejected(`w${id}`, ring ? 'area of no size' : 'area whose nodes are not all in the file')
  return []
}

/**
 * The visitor of the second pass.
 *
 * @param ready features are appended here
 * @param coast coastlines are appended here
 */
export function waysAndPoints(found: Gathered, report: OsmReport, ready: CityFeature[], coast: Line[]): OsmVisitor {
  return {
    node(id, lng, lat, tags) {
      if (!tags || !onEarth(lng, lat)) return
      for (const { layer, style } of pointLayers(tags)) {
        const geometry: Geometry = { type: 'Point', coordinates: [lng / 1e7, lat / 1e7] }
        ready.push({ id: `n${id}`, layer, geometry, style, attributes: tags })
      }
    },
    way(id, refs, tags) {
      const member = found.members.has(id)
      const use = tags ? purpose(refs, tags) : null
      if (!member && !use) return
      const { runs, missing } = stretches(refs, found.nodes)
      const whole = missing === 0 && runs.length === 1 ? runs[0] : null
      if (member) found.members.set(id, whole)
      if (!tags || !use) {
        if (tags && found.lenders.has(id)) found.lenders.set(id, tags)
        return
      }
      if (use === 'coast') coast.push(...runs)
      else if (use === 'trees') for (const run of runs) ready.push(...treeRow(`w${id}`, tags, run))
      else if (found.lenders.has(id) && use !== 'line') found.lenders.set(id, tags)
      else if (use === 'area') ready.push(...wayArea(id, tags, whole, report))
      else if (use === 'line') {
        const geometry = lineGeometry(runs)
        const placed = lineLayers(tags).filter(({ layer }) => layer !== 'boundaries' || !found.boundaryWays.has(id))
        if (runs.length === 0)
          report.rejected(`w${id}`, `line with ${missing} of ${refs.length} nodes missing from the file`)
        else
          for (const { layer, style } of placed) ready.push({ id: `w${id}`, layer, geometry, style, attributes: tags })
      } else if (!member)
        report.rejected(`w${id}`, `building is not closed, got ${refs.length} nodes from ${refs[0]} to ${refs.at(-1)}`)
    },
  }
}
