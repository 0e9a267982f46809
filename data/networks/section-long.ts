/** A long section (纵断面): ground, crowns, inverts and slopes along a route of pipes, in metres. */
import { CLASSES, SECTIONS } from '../geo/city-feature.ts'
import { metresPerDegree } from '../geo/ellipsoid.ts'
import type { Network } from './network.ts'
import type { CutPipe } from './section-cross.ts'
import type { Route } from './section-route.ts'
import type { SectionWord } from './section-shape.ts'
import type { Strata } from './section-strata.ts'
import { type PipePeak, type RouteWater, routeWater } from './section-water.ts'

/** A node on the route. Heights in the section's datum, NaN unknown. */
export interface LongNode {
  id: string
  kind: string
  /** metres along the route, in plan */
  x: number
  ground: number
  top: number
  bottom: number
  /** inverts of the pipe before it and of the one after it */
  invertIn: number
  invertOut: number
  /** crowns (inner) likewise */
  crownIn: number
  crownOut: number
  /** level of the water when the pipes carry most */
  water: number
  /** the water reaches its cover */
  spills: boolean
  /** a height of a pipe here is a guess */
  estimated: boolean
  lng: number
  lat: number
}

/** A pipe of the route, in the order it is walked. */
export interface LongPipe {
  id: string
  utility: string
  /** metres along the route */
  from: number
  to: number
  section: SectionWord
  width: number
  height: number
  material: string
  /** centre of the section along it: x, z, x, z … */
  axis: number[]
  /** parts of a thousand, positive = falls the way the route goes; NaN unknown */
  slope: number
  estimated: boolean
  /** it is drawn against the way it is stored */
  reversed: boolean
  /** level of the water along it: x, z, x, z …; empty where not known */
  water: number[]
}

/** The section. */
export interface LongSection {
  utility: string
  length: number
  how: Route['how']
  more: boolean
  nodes: LongNode[]
  pipes: LongPipe[]
  ground: { x: number[]; z: number[] }
  /** other pipes where the route crosses them */
  crossings: CutPipe[]
  strata: Strata | null
  /** what the levels of the water are of, or why there are none; null where nobody asked */
  waterNote: { zh: string; en: string } | null
  /** the route's line, lng lat of each vertex with its distance */
  line: { lng: number; lat: number; x: number }[]
}

/** What it is made from. */
export interface LongInput {
  network: Network
  route: Route
  /** metres above the ellipsoid, NaN unknown */
  ground(lng: number, lat: number): number
  /** metres from the ellipsoid up to the section's datum */
  datumAt(lng: number, lat: number): number
  /** what its sewers carry when they carry most, by id of pipe */
  peaks?: ReadonlyMap<string, PipePeak>
}

interface Walked {
  line: LongSection['line']
  pipes: LongPipe[]
}

/** Walks the route: distances in plan, measured where each piece lies. */
function walk({ network, route, datumAt }: LongInput): Walked {
  const { pipes: all, origin, perDegree } = network
  const line: LongSection['line'] = []
  const pipes: LongPipe[] = []
  let x = 0
  for (const [i, k] of route.pipes.entries()) {
    const reversed = all.from[k] !== route.nodes[i]
    const axis: number[] = []
    const from = x
    const [first, count] = [all.vertexStart[k], all.vertexStart[k + 1] - all.vertexStart[k]]
    let before: [number, number] | null = null
    for (let n = 0; n < count; n++) {
      const v = 3 * (first + (reversed ? count - 1 - n : n))
      const [lng, lat] = [origin[0] + all.vertices[v] / perDegree[0], origin[1] + all.vertices[v + 1] / perDegree[1]]
      if (before) {
        const [east, north] = metresPerDegree((lat + before[1]) / 2)
        x += Math.hypot((lng - before[0]) * east, (lat - before[1]) * north)
      }
      before = [lng, lat]
      axis.push(x, all.vertices[v + 2] - datumAt(lng, lat))
      if (n > 0 || i === 0) line.push({ lng, lat, x })
    }
    const fall = axis[1] - axis[axis.length - 1]
    pipes.push({
      id: all.ids[k],
      utility: CLASSES.pipes[all.utility[k]],
      from,
      to: x,
      section: SECTIONS[all.section[k]],
      width: all.width[k],
      height: all.diameter[k],
      material: all.material[k],
      axis,
      slope: x - from > 1e-6 ? (fall / (x - from)) * 1000 : Number.NaN,
      estimated: all.estimated[k] === 1,
      reversed,
      water: [],
    })
  }
  return { line, pipes }
}

const half = ({ height }: LongPipe): number => (height > 0 ? height / 2 : Number.NaN)

function nodesOf({ network, route, datumAt, ground }: LongInput, pipes: readonly LongPipe[]): LongNode[] {
  const { nodes, origin, perDegree } = network
  return route.nodes.map((n, i) => {
    const before = i > 0 ? pipes[i - 1] : undefined
    const after = i < pipes.length ? pipes[i] : undefined
    const [lng, lat] = [origin[0] + nodes.x[n] / perDegree[0], origin[1] + nodes.y[n] / perDegree[1]]
    const datum = datumAt(lng, lat)
    const [zIn, zOut] = [before ? before.axis[before.axis.length - 1] : Number.NaN, after ? after.axis[1] : Number.NaN]
    const sampled = ground(lng, lat) - datum
    const kind = CLASSES['pipe-nodes'][nodes.kind[n]]
    // the cover of a shaft is the ground where the terrain says nothing
    const cover = kind === 'manhole' || kind === 'inlet' || kind === 'chamber' ? nodes.top[n] - datum : Number.NaN
    return {
      id: nodes.ids[n],
      kind,
      x: before ? before.to : 0,
      ground: Number.isFinite(sampled) ? sampled : cover,
      top: nodes.top[n] - datum,
      bottom: nodes.bottom[n] - datum,
      invertIn: before ? zIn - half(before) : Number.NaN,
      invertOut: after ? zOut - half(after) : Number.NaN,
      crownIn: before ? zIn + half(before) : Number.NaN,
      crownOut: after ? zOut + half(after) : Number.NaN,
      water: Number.NaN,
      spills: false,
      estimated: before?.estimated === true || after?.estimated === true,
      lng,
      lat,
    }
  })
}

function fillWith({ lines, nodes: levels, spilling }: RouteWater, nodes: LongNode[], pipes: LongPipe[]): void {
  for (const [i, pipe] of pipes.entries()) pipe.water = lines[i]
  for (const [n, node] of nodes.entries()) node.water = levels[n]
  for (const n of spilling) nodes[n].spills = true
}

/** A place of the route by its distance. */
export function placeOn(line: LongSection['line'], x: number): [lng: number, lat: number] {
  let i = 1
  while (i < line.length - 1 && line[i].x < x) i++
  const [a, b] = [line[i - 1], line[i]]
  const part = b.x > a.x ? (x - a.x) / (b.x - a.x) : 0
  return [a.lng + (b.lng - a.lng) * part, a.lat + (b.lat - a.lat) * part]
}

/** Heights of the ground along the route, at most 2000 and 2 m apart at the least, and at each node. */
function groundOf({ ground, datumAt }: LongInput, line: LongSection['line'], nodes: readonly LongNode[]) {
  const length = line[line.length - 1].x
  const count = Math.min(2000, Math.max(2, Math.ceil(length / 2)))
  const even = Array.from({ length: count + 1 }, (_, i) => (i * length) / count)
  const stations = [...new Set([...even, ...nodes.map(({ x }) => x)])].sort((a, b) => a - b)
  const found = stations.map((x) => {
    const [lng, lat] = placeOn(line, x)
    return ground(lng, lat) - datumAt(lng, lat)
  })
  if (found.some(Number.isFinite)) return { x: stations, z: found }
  // no terrain at all: from cover to cover
  const known = nodes.filter((node) => Number.isFinite(node.ground))
  return { x: known.map(({ x }) => x), z: known.map((node) => node.ground) }
}

/**
 * The section of a route; crossings and soil are added by who has the city.
 * @throws {RangeError} when the route has no length
 */
export function longSection(input: LongInput): LongSection {
  const { line, pipes } = walk(input)
  const length = line.at(-1)?.x ?? 0
  if (!(length >= 0.1)) throw new RangeError(`section: got a route of ${length.toFixed(3)} m; expected 0.1 m at least`)
  const nodes = nodesOf(input, pipes)
  if (input.peaks) fillWith(routeWater(nodes, pipes, input.peaks), nodes, pipes)
  return {
    utility: pipes[0].utility,
    length,
    how: input.route.how,
    more: input.route.more,
    nodes,
    pipes,
    ground: groundOf(input, line, nodes),
    crossings: [],
    strata: null,
    waterNote: null,
    line,
  }
}
