/** A pipe network as arrays in local metres, built from the features of `pipes` and `pipe-nodes`: what every question about it is asked of. */
import type { Position } from 'geojson'
import { type CityFeature, CLASSES, SECTIONS } from '../geo/city-feature.ts'
import { metresPerDegree } from '../geo/ellipsoid.ts'

/** Index of each word of `CLASSES.pipes`, `CLASSES['pipe-nodes']` and `SECTIONS` in its list. */
const UTILITY = new Map<unknown, number>(CLASSES.pipes.map((word, i) => [word, i]))
const KIND = new Map<unknown, number>(CLASSES['pipe-nodes'].map((word, i) => [word, i]))
const SECTION = new Map<unknown, number>(SECTIONS.map((word, i) => [word, i]))
const FLOW = new Map<unknown, number>([
  ['gravity', 1],
  ['pressure', 2],
])

/** Something that did not fit while the network was built; nothing is dropped without one. */
export interface NetworkProblem {
  layer: 'pipes' | 'pipe-nodes'
  id: string
  rule: 'bad-geometry' | 'duplicate-id' | 'missing-node'
  /** which end, which value */
  detail: string
}

/**
 * Nodes and pipes as structure of arrays. Metres; x east, y north of `origin` (equirectangular at its latitude), z above the WGS 84 ellipsoid;
 * NaN = unknown. Pipe k runs from node `from[k]` to node `to[k]`; its vertices are `vertices[3·vertexStart[k]] … [3·vertexStart[k+1]]`, xyz.
 */
export interface Network {
  /** lng, lat in degrees */
  origin: [lng: number, lat: number]
  /** metres of one degree at `origin`, east and north */
  perDegree: [east: number, north: number]
  nodes: {
    count: number
    ids: string[]
    /** index into `CLASSES['pipe-nodes']` */
    kind: Uint8Array
    x: Float64Array
    y: Float64Array
    top: Float64Array
    bottom: Float64Array
    /** 1 = shut valve */
    closed: Uint8Array
  }
  pipes: {
    count: number
    ids: string[]
    /** index into `CLASSES.pipes` */
    utility: Uint8Array
    from: Uint32Array
    to: Uint32Array
    /** along the vertices, in space */
    length: Float64Array
    /** inner; the height of sections that are not round */
    diameter: Float64Array
    width: Float64Array
    /** centre of the section at either end */
    zFrom: Float64Array
    zTo: Float64Array
    /** index into `SECTIONS` */
    section: Uint8Array
    /** 0 = unknown */
    year: Uint16Array
    /** '' = unknown */
    material: string[]
    /** 0 unknown, 1 gravity, 2 pressure */
    flow: Uint8Array
    /** 1 = a height was guessed */
    estimated: Uint8Array
    /** 1 = not a length of pipe but a valve between its ends (EPANET draws them as links), or a pipe that is shut */
    valve: Uint8Array
    /** 1 = shut */
    closed: Uint8Array
    /** count + 1 */
    vertexStart: Uint32Array
    vertices: Float64Array
  }
  /** neighbours: arcs of node n are `start[n]` … `start[n+1]`; each pipe is in twice, a loop at one node too */
  arcs: { start: Uint32Array; pipe: Uint32Array; node: Uint32Array }
  problems: NetworkProblem[]
}

const finite = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : Number.NaN)
const legal = (p: Position): boolean =>
  Number.isFinite(p[0]) && Number.isFinite(p[1]) && Math.abs(p[0]!) <= 540 && Math.abs(p[1]!) <= 90

interface Shaft {
  id: string
  at: Position
  kind: number
  top: number
  bottom: number
  closed: boolean
}

function readNodes(features: Iterable<CityFeature>, problems: NetworkProblem[]): Map<string, Shaft> {
  const out = new Map<string, Shaft>()
  for (const { id, geometry, style } of features) {
    const problem = (rule: NetworkProblem['rule'], detail: string) =>
      problems.push({ layer: 'pipe-nodes', id, rule, detail })
    if (geometry.type !== 'Point' || !legal(geometry.coordinates)) {
      problem('bad-geometry', `got ${geometry.type}; expected Point`)
      continue
    }
    if (out.has(id)) {
      problem('duplicate-id', 'the first one is kept')
      continue
    }
    const z = finite(geometry.coordinates[2])
    const top = finite(style.top)
    out.set(id, {
      id,
      at: geometry.coordinates,
      kind: KIND.get(style.class) ?? CLASSES['pipe-nodes'].length - 1,
      top: Number.isNaN(top) ? z : top,
      bottom: finite(style.bottom),
      closed: style.closed === true,
    })
  }
  return out
}

function readPipes(features: Iterable<CityFeature>, problems: NetworkProblem[]) {
  const out: { feature: CityFeature; line: Position[] }[] = []
  const seen = new Set<string>()
  for (const feature of features) {
    const { id, geometry } = feature
    if (geometry.type !== 'LineString' || geometry.coordinates.length < 2 || !geometry.coordinates.every(legal)) {
      problems.push({
        layer: 'pipes',
        id,
        rule: 'bad-geometry',
        detail: `got ${geometry.type}; expected LineString of two places or more`,
      })
    } else if (seen.has(id)) {
      problems.push({ layer: 'pipes', id, rule: 'duplicate-id', detail: 'the first one is kept' })
    } else {
      seen.add(id)
      out.push({ feature, line: geometry.coordinates })
    }
  }
  return out
}

/** Neighbours of each node as compressed rows. */
function adjacency(nodes: number, from: Uint32Array, to: Uint32Array): Network['arcs'] {
  const start = new Uint32Array(nodes + 1)
  for (let k = 0; k < from.length; k++) {
    start[from[k]! + 1]!++
    start[to[k]! + 1]!++
  }
  for (let n = 0; n < nodes; n++) start[n + 1]! += start[n]!
  const next = start.slice()
  const pipe = new Uint32Array(2 * from.length)
  const node = new Uint32Array(2 * from.length)
  for (let k = 0; k < from.length; k++) {
    const [a, b] = [from[k]!, to[k]!]
    pipe[next[a]!] = k
    node[next[a]!++] = b
    pipe[next[b]!] = k
    node[next[b]!++] = a
  }
  return { start, pipe, node }
}

/** Index of the node at a pipe's end: the one it names, else one made at the place (shared by all ends there, 1 cm). */
function endFinder(shafts: Map<string, Shaft>, list: Shaft[], problems: NetworkProblem[]) {
  const index = new Map<string, number>()
  for (const shaft of shafts.values()) index.set(shaft.id, list.push(shaft) - 1)
  const made = new Map<string, number>()
  return (id: string, end: 'from' | 'to', named: unknown, at: Position): number => {
    const known = typeof named === 'string' ? index.get(named) : undefined
    if (known !== undefined) return known
    const z = finite(at[2])
    const key = `${Math.round(at[0]! * 1e7)} ${Math.round(at[1]! * 1e7)} ${Math.round(z * 100)}`
    problems.push({
      layer: 'pipes',
      id,
      rule: 'missing-node',
      detail: `${end}: got ${named ?? 'none'}; a node is made`,
    })
    const had = made.get(key)
    if (had !== undefined) return had
    const kind = CLASSES['pipe-nodes'].length - 1
    let name = `${id}:${end}`
    while (index.has(name)) name += '+'
    const place = list.push({ id: name, at, kind, top: z, bottom: z, closed: false }) - 1
    index.set(name, place)
    made.set(key, place)
    return place
  }
}

function nodeArrays(list: Shaft[], x: (p: Position) => number, y: (p: Position) => number): Network['nodes'] {
  return {
    count: list.length,
    ids: list.map((one) => one.id),
    kind: Uint8Array.from(list, (one) => one.kind),
    x: Float64Array.from(list, (one) => x(one.at)),
    y: Float64Array.from(list, (one) => y(one.at)),
    top: Float64Array.from(list, (one) => one.top),
    bottom: Float64Array.from(list, (one) => one.bottom),
    closed: Uint8Array.from(list, (one) => (one.closed ? 1 : 0)),
  }
}

/**
 * Builds the network. A pipe whose `from` or `to` names no node gets one made at its end (kind `other`); what cannot be used is left
 * out; both are listed in `problems`.
 *
 * @param pipes features of the layer `pipes`, z = centre of the section in metres above the ellipsoid
 * @param nodes features of the layer `pipe-nodes`
 */
export function networkFromFeatures(pipes: Iterable<CityFeature>, nodes: Iterable<CityFeature>): Network {
  const problems: NetworkProblem[] = []
  const shafts = readNodes(nodes, problems)
  const lines = readPipes(pipes, problems)
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const { line } of lines) {
    for (const p of line) {
      west = Math.min(west, p[0]!)
      east = Math.max(east, p[0]!)
      south = Math.min(south, p[1]!)
      north = Math.max(north, p[1]!)
    }
  }
  const origin: [number, number] = lines.length > 0 ? [(west + east) / 2, (south + north) / 2] : [0, 0]
  const perDegree = metresPerDegree(origin[1])
  const x = (p: Position) => (p[0]! - origin[0]) * perDegree[0]
  const y = (p: Position) => (p[1]! - origin[1]) * perDegree[1]
  const list: Shaft[] = []
  const end = endFinder(shafts, list, problems)
  const count = lines.length
  const vertexStart = new Uint32Array(count + 1)
  for (let k = 0; k < count; k++) vertexStart[k + 1] = vertexStart[k]! + lines[k]!.line.length
  const made: Network['pipes'] = {
    count,
    ids: [],
    utility: new Uint8Array(count),
    from: new Uint32Array(count),
    to: new Uint32Array(count),
    length: new Float64Array(count),
    diameter: new Float64Array(count),
    width: new Float64Array(count),
    zFrom: new Float64Array(count),
    zTo: new Float64Array(count),
    section: new Uint8Array(count),
    year: new Uint16Array(count),
    material: [],
    flow: new Uint8Array(count),
    estimated: new Uint8Array(count),
    valve: new Uint8Array(count),
    closed: new Uint8Array(count),
    vertexStart,
    vertices: new Float64Array(3 * vertexStart[count]!),
  }
  for (let k = 0; k < count; k++) {
    const { feature, line } = lines[k]!
    const { style, id } = feature
    made.ids.push(id)
    made.utility[k] = UTILITY.get(style.class) ?? CLASSES.pipes.length - 1
    made.from[k] = end(id, 'from', style.from, line[0]!)
    made.to[k] = end(id, 'to', style.to, line.at(-1)!)
    const height = finite(style.height)
    made.diameter[k] = Number.isNaN(height) ? finite(style.diameter) : height
    const width = finite(style.width)
    made.width[k] = Number.isNaN(width) ? made.diameter[k]! : width
    made.section[k] = SECTION.get(style.section) ?? 0
    made.year[k] = Math.max(0, Math.min(9999, finite(style.year) || 0))
    made.material.push(typeof style.material === 'string' ? style.material : '')
    made.flow[k] = FLOW.get(style.flow) ?? 0
    made.estimated[k] = style.estimated === true ? 1 : 0
    made.closed[k] = style.closed === true ? 1 : 0
    made.valve[k] = style.fitting === 'valve' || style.closed === true ? 1 : 0
    made.zFrom[k] = finite(line[0]![2])
    made.zTo[k] = finite(line.at(-1)![2])
    fillLine(made, k, line, x, y)
  }
  return {
    origin,
    perDegree,
    nodes: nodeArrays(list, x, y),
    pipes: made,
    arcs: adjacency(list.length, made.from, made.to),
    problems,
  }
}

/** Writes the vertices and the length; an unknown height adds nothing to the length. */
function fillLine(
  pipes: Network['pipes'],
  k: number,
  line: Position[],
  x: (p: Position) => number,
  y: (p: Position) => number,
): void {
  let at = 3 * pipes.vertexStart[k]!
  const { vertices } = pipes
  for (const [i, p] of line.entries()) {
    vertices[at] = x(p)
    vertices[at + 1] = y(p)
    vertices[at + 2] = finite(p[2])
    if (i > 0) {
      const dz = vertices[at + 2]! - vertices[at - 1]!
      pipes.length[k]! += Math.hypot(
        vertices[at]! - vertices[at - 3]!,
        vertices[at + 1]! - vertices[at - 2]!,
        Number.isNaN(dz) ? 0 : dz,
      )
    }
    at += 3
  }
}
