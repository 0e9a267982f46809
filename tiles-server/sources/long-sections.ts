/** Long sections of a network: the route, its heights, what crosses it, the soil around it. */
import type { Feature } from 'geojson'
import { CLASSES } from '../../data/geo/city-feature.ts'
import { undulation } from '../../data/geo/geoid.ts'
import { crossSection, lowered } from '../../data/networks/section-cross.ts'
import { sectionLine } from '../../data/networks/section-line.ts'
import { type LongSection, longSection } from '../../data/networks/section-long.ts'
import {
  LONGEST_ROUTE,
  type Route,
  routeBetween,
  routeDownstream,
  routeThrough,
} from '../../data/networks/section-route.ts'
import type { SectionSource } from '../../data/networks/section-sheet.ts'
import type { DrawingLanguage } from '../../data/networks/section-words.ts'
import { directionsOf } from '../../data/networks/trace.ts'
import type { Database } from '../db/database.ts'
import { HttpError } from '../errors.ts'
import { type LoadedNetwork, loadNetwork, nodeFeature, nodeNumber, pipeFeature, pipeNumber } from './networks.ts'
import { describeSources, featuresNear, round, type SectionGround } from './sections.ts'
import { sewerPeaks } from './sewer-peaks.ts'

/** What route is asked for: ids of nodes, or of a pipe. */
export interface RouteQuestion {
  from?: string
  to?: string
  pipe?: string
}

/** The storm whose water is drawn: return period in years, and the signal of the server, as others may wait for the same. */
export interface StormWish {
  years: number
  signal: AbortSignal
}

/** A long section, with what the title block says, and the network it is of. */
export interface LongAnswer {
  section: LongSection
  source: SectionSource
  route: Route
  loaded: LoadedNetwork
}

function routeOf(loaded: LoadedNetwork, { from, to, pipe }: RouteQuestion): Route {
  const { network } = loaded
  const directions = directionsOf(network)
  if (pipe !== undefined && from === undefined && to === undefined)
    return routeThrough(network, pipeNumber(loaded, pipe), directions)
  if (from === undefined || pipe !== undefined)
    throw new HttpError(400, 'section: expected from=<node> | from=<node>&to=<node> | pipe=<id>')
  const start = nodeNumber(loaded, from)
  if (to === undefined) return routeDownstream(network, start, directions)
  return routeBetween(network, start, nodeNumber(loaded, to), directions)
}

/** Other pipes that cross the route; those that end at its nodes are joined to it and cross nothing. */
async function addCrossings(db: Database, section: LongSection, ground: SectionGround): Promise<string[]> {
  const places = section.line.map(({ lng, lat }) => [lng, lat] as const)
  const line = sectionLine(places, LONGEST_ROUTE * 1.1, Number.POSITIVE_INFINITY)
  const { features, sources } = await featuresNear(db, line, 0.01, ['pipes'])
  const own = new Set(section.pipes.map(({ id }) => id))
  const nodes = new Set(section.nodes.map(({ id }) => id))
  const others = features.filter(
    ({ id, style }) => !own.has(id) && !nodes.has(String(style.from)) && !nodes.has(String(style.to)),
  )
  const cut = crossSection({ line, features: others, ground: ground.sample, datumAt: undulation, rules: null })
  // the line's frame is exact near its middle: along it the route's own metres count
  const scale = section.length / line.length
  section.crossings = cut.pipes.filter(({ angleDeg }) => angleDeg >= 10).map((pipe) => ({ ...pipe, x: pipe.x * scale }))
  return sources
}

/**
 * A long section; of sewers with the water of a storm.
 * @throws {HttpError} 404 for an unknown utility, node or pipe, 400 for a question that is none
 * @throws {RangeError} where there is no route, or none that can be drawn
 */
export async function sectionAlong(
  db: Database,
  utility: string,
  question: RouteQuestion,
  language: DrawingLanguage,
  ground: SectionGround,
  storm: StormWish,
  signal?: AbortSignal,
): Promise<LongAnswer> {
  const loaded = await loadNetwork(db, utility)
  signal?.throwIfAborted()
  const route = routeOf(loaded, question)
  const { network } = loaded
  const water = await sewerPeaks(db, CLASSES.pipes[network.pipes.utility[route.pipes[0]]], storm.years, storm.signal)
  signal?.throwIfAborted()
  const peaks = water?.peaks ?? undefined
  const section = longSection({ network, route, ground: ground.sample, datumAt: undulation, ...(peaks && { peaks }) })
  section.waterNote = water?.note ?? null
  const sources = await addCrossings(db, section, ground)
  signal?.throwIfAborted()
  if (ground.strata) {
    const every = Math.max(1, Math.ceil(section.line.length / 200))
    const places = section.line.filter((_, i) => i % every === 0 || i === section.line.length - 1)
    const strata = await ground.strata(
      places.map(({ lng, lat }) => [lng, lat] as const),
      places.map(({ x }) => x),
      signal,
    )
    const middle = section.line[section.line.length >> 1]
    section.strata = strata && lowered(strata, undulation(middle.lng, middle.lat))
  }
  const source = await describeSources(db, sources, language)
  return {
    section,
    route,
    loaded,
    source: { ...source, synthetic: source.synthetic || section.strata?.synthetic === true },
  }
}

/** A long section for programs and for the globe. */
export function longAsJson({ section, source, route, loaded }: LongAnswer): object {
  const { network } = loaded
  const { nodes, pipes, crossings } = section
  const features: Feature[] = [
    ...route.pipes.map((k) => pipeFeature(network, k, { role: 'traced' })),
    ...[route.nodes[0], route.nodes[route.nodes.length - 1]].map((n) => nodeFeature(network, n, { role: 'end' })),
  ]
  return {
    type: 'FeatureCollection',
    features,
    summary: {
      lengthM: round(section.length, 2),
      pipes: pipes.length,
      nodes: nodes.length,
      crossings: crossings.length,
      estimated: pipes.filter(({ estimated, axis }) => estimated || axis.some(Number.isNaN)).length,
      spilling: nodes.filter(({ spills }) => spills).length,
      uphill: section.how === 'downstream' ? pipes.filter(({ slope }) => slope < -0.05).length : 0,
    },
    method: {
      zh: '沿管道中心线展开，平距为水平投影长度；管底、管顶为内壁；地面取自地形，无地形处取井盖高程。',
      en: 'Unrolled along the axes of the pipes, distances in plan; inverts and crowns are inner; ground from the terrain, else from covers.',
    },
    section: {
      datum: source.datum,
      source,
      water: section.waterNote,
      how: section.how,
      more: section.more,
      nodes: nodes.map((node) => ({
        ...node,
        x: round(node.x),
        ground: round(node.ground),
        top: round(node.top),
        bottom: round(node.bottom),
        invertIn: round(node.invertIn),
        invertOut: round(node.invertOut),
        crownIn: round(node.crownIn),
        crownOut: round(node.crownOut),
        water: round(node.water),
      })),
      pipes: pipes.map((pipe) => ({
        ...pipe,
        from: round(pipe.from),
        to: round(pipe.to),
        width: round(pipe.width),
        height: round(pipe.height),
        slope: round(pipe.slope),
        axis: pipe.axis.map((value) => round(value)),
        water: pipe.water.map((value) => round(value)),
      })),
      ground: section.ground.x.map((x, i) => [round(x), round(section.ground.z[i])]),
      crossings: crossings.map((pipe) => ({
        ...pipe,
        x: round(pipe.x),
        z: round(pipe.z),
        width: round(pipe.width),
        height: round(pipe.height),
        wall: round(pipe.wall),
        ground: round(pipe.ground),
        angleDeg: round(pipe.angleDeg, 1),
      })),
    },
  }
}
