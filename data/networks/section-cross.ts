/** A cross-section (横断面): what a line across the city cuts below and above the ground, in metres. */
import type { Position } from 'geojson'
import { type CityFeature, CLASSES, SECTIONS } from '../geo/city-feature.ts'
import { type ClearanceRules, leastDistance } from './clearance-rules.ts'
import { type Crossing, crossings, nearestOn, type SectionLine, stretchesInside } from './section-line.ts'
import type { SectionWord } from './section-shape.ts'
import type { Strata } from './section-strata.ts'

/** A pipe where the line cuts it. Heights in the section's datum. */
export interface CutPipe {
  id: string
  /** class of pipes */
  utility: string
  /** metres along the line */
  x: number
  /** centre of the section; NaN where no height is known */
  z: number
  section: SectionWord
  /** inner size, NaN unknown */
  width: number
  height: number
  /** thickness of the wall; `wallKnown` false = taken as a share of the size */
  wall: number
  wallKnown: boolean
  material: string
  owner: string
  year: number
  /** gas pressure class, voltage … as the data says */
  pressure: string
  /** between pipe and line, 90 = at right angles */
  angleDeg: number
  /** which way the water runs, seen along the line from A to A′: into the picture, out of it, or not known */
  towards: 'away' | 'near' | 'unknown'
  estimated: boolean
  /** ground above it, NaN unknown */
  ground: number
  lng: number
  lat: number
}

/** A shaft or fitting near the line, seen behind the cut. */
export interface NearNode {
  id: string
  kind: string
  utility: string
  x: number
  /** metres from the line */
  offset: number
  top: number
  bottom: number
  /** NaN unknown */
  diameter: number
}

/** A building over the line. */
export interface CutBuilding {
  id: string
  name: string
  from: number
  to: number
  /** lowest ground under it within the line */
  base: number
  height: number
  levels: number
  /** metres below the base, 0 = none known */
  basement: number
  /** its basement's depth follows from the number of storeys */
  basementEstimated: boolean
}

/** A stretch of road or water. */
export interface CutSurface {
  kind: 'road' | 'water'
  id: string
  name: string
  /** '' = none */
  nameEn: string
  from: number
  to: number
}

/** The room between two neighbours. */
export interface Gap {
  /** numbers in `pipes` */
  a: number
  b: number
  /** sideways between outer walls; negative where one lies over the other */
  horizontal: number
  /** upright between outer walls; NaN where a height is unknown */
  vertical: number
  /** which of the two counts for the pair, and the least distance of the rules for it, 0 = none */
  counts: 'horizontal' | 'vertical'
  least: number
  /** number of the tunnel or casing that both lie in, -1 = in the ground */
  within: number
}

/** The section. Heights in metres of `datum`, distances in metres along the line. */
export interface CrossSection {
  line: SectionLine
  ground: { x: number[]; z: number[] }
  pipes: CutPipe[]
  nodes: NearNode[]
  buildings: CutBuilding[]
  surfaces: CutSurface[]
  gaps: Gap[]
  strata: Strata | null
}

/** What a section is made from. */
export interface CrossInput {
  line: SectionLine
  /** features near the line: pipes, pipe-nodes, buildings, roads, water; others are passed over */
  features: Iterable<CityFeature>
  /** metres above the ellipsoid, NaN unknown */
  ground(lng: number, lat: number): number
  /** metres from the ellipsoid up to the section's datum */
  datumAt(lng: number, lat: number): number
  rules: ClearanceRules | null
  strata?: Strata | null
  /** how far from the line shafts are shown, metres */
  reach?: number
  signal?: AbortSignal
}

/** Most pipes that a drawing can name. */
export const MOST_CUTS = 400
const STOREY = 3.3
/** Metres of depth beyond which two pipes are never dug up together, as the clearance check has it. */
const DEEPER = 3

const number = (value: unknown): number => {
  const found = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof found === 'number' && Number.isFinite(found) ? found : Number.NaN
}
const size = (value: unknown): number => {
  const found = number(value)
  return found > 0 && found < 100 ? found : Number.NaN
}
const word = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '')

/** Thickness of a pipe's wall: what the data says, else a share of the size, as the clearance rules take it. */
function wallOf({ style, attributes }: CityFeature, height: number): [wall: number, known: boolean] {
  for (const key of ['wall', 'wallThickness', 'thickness', '壁厚']) {
    const found = number(style[key] ?? attributes[key])
    // survey tables give millimetres
    const metres = found >= 1 ? found / 1000 : found
    if (metres > 0 && metres < 1) return [metres, true]
  }
  return [Number.isNaN(height) ? 0.005 : Math.max(0.005, height * 0.05), false]
}

interface Cutter extends CrossInput {
  groundAt(along: number): number
}

function cutPipe(feature: CityFeature, input: Cutter, out: CutPipe[]): void {
  const { geometry, style, id } = feature
  if (geometry.type !== 'LineString') return
  const { line } = input
  const places = geometry.coordinates
  const found: Crossing[] = []
  for (let i = 0; i + 1 < places.length; i++) {
    const [a, b] = [places[i], places[i + 1]]
    const before = found.length
    crossings(line, ...line.toMetres(a[0], a[1]), ...line.toMetres(b[0], b[1]), found)
    for (const cut of found.slice(before)) {
      // a vertex on the line is met by both pieces
      if (out.some((pipe) => pipe.id === id && Math.abs(pipe.x - cut.along) < 1e-4)) continue
      const [lng, lat] = line.placeAt(cut.along)
      const z = number(a[2]) + (number(b[2]) - number(a[2])) * cut.share - input.datumAt(lng, lat)
      const diameter = size(style.diameter)
      const height = Number.isNaN(size(style.height)) ? diameter : size(style.height)
      const width = Number.isNaN(size(style.width)) ? height : size(style.width)
      const [wall, wallKnown] = wallOf(feature, height)
      const fall = number(places[0][2]) - number(places.at(-1)?.[2])
      const way = style.flow === 'gravity' ? (fall < 0 ? -1 : 1) : 0
      // to the left of somebody walking from A to A′ is into the picture
      const towards = way === 0 ? 'unknown' : way > 0 === cut.rightward ? 'near' : 'away'
      out.push({
        id,
        utility: CLASSES.pipes.find((one) => one === style.class) ?? 'other',
        x: cut.along,
        z,
        section: SECTIONS.find((one) => one === style.section) ?? 'circular',
        width,
        height,
        wall,
        wallKnown,
        material: word(style.material),
        owner: word(style.owner),
        year: number(style.year) || 0,
        pressure: word(style.pressure),
        angleDeg: cut.angleDeg,
        towards,
        estimated: style.estimated === true,
        ground: input.groundAt(cut.along),
        lng,
        lat,
      })
    }
  }
}

function nearNode({ id, geometry, style }: CityFeature, input: Cutter, out: NearNode[]): void {
  if (geometry.type !== 'Point') return
  const [lng, lat, z] = geometry.coordinates
  const { along, offset } = nearestOn(input.line, ...input.line.toMetres(lng, lat))
  if (!(offset <= (input.reach ?? 0))) return
  const datum = input.datumAt(lng, lat)
  const top = number(style.top)
  out.push({
    id,
    kind: word(style.class),
    utility: word(style.utility),
    x: along,
    offset,
    top: (Number.isNaN(top) ? number(z) : top) - datum,
    bottom: number(style.bottom) - datum,
    diameter: size(style.diameter),
  })
}

const BASEMENT_LEVELS = ['basementLevels', 'building:levels:underground', 'storeysBelowGround', '地下层数']
const BASEMENT_DEPTH = ['basementDepth', 'depthBelowGround', '地下深度', '地下室深度']

function cutBuilding({ id, geometry, style, attributes }: CityFeature, input: Cutter, out: CutBuilding[]): void {
  if (style.part === true || style.outline === true) return
  const polygons: Position[][][] =
    geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.type === 'MultiPolygon' ? geometry.coordinates : []
  const say = (keys: readonly string[]): number =>
    keys.map((key) => number(style[key] ?? attributes[key])).find((value) => value > 0 && value < 100) ?? 0
  const storeys = say(BASEMENT_LEVELS)
  const depth = say(BASEMENT_DEPTH)
  for (const rings of polygons)
    for (const [from, to] of stretchesInside(input.line, rings)) {
      const heights = [from, (from + to) / 2, to].map(input.groundAt).filter(Number.isFinite)
      out.push({
        id,
        name: word(style.name),
        from,
        to,
        base: heights.length ? Math.min(...heights) : Number.NaN,
        height: size(style.height) || (number(style.height) > 0 ? number(style.height) : 0),
        levels: number(style.levels) || 0,
        basement: depth || storeys * STOREY,
        basementEstimated: depth === 0 && storeys > 0,
      })
    }
}

const namesOf = (style: CityFeature['style']) => ({ name: word(style.name), nameEn: word(style.nameEn) })

function cutRoad({ id, geometry, style }: CityFeature, { line }: Cutter, out: CutSurface[]): void {
  const width = number(style.widthM)
  if (geometry.type !== 'LineString' || !(width > 0 && width < 200) || style.tunnel === true || style.class === 'ferry')
    return
  for (let i = 0; i + 1 < geometry.coordinates.length; i++) {
    const [a, b] = [geometry.coordinates[i], geometry.coordinates[i + 1]]
    for (const { along, angleDeg } of crossings(line, ...line.toMetres(a[0], a[1]), ...line.toMetres(b[0], b[1]))) {
      if (angleDeg < 20) continue
      const half = width / 2 / Math.sin((angleDeg * Math.PI) / 180)
      const [from, to] = [Math.max(0, along - half), Math.min(line.length, along + half)]
      if (!out.some((one) => one.id === id && Math.abs(one.from - from) < 0.01))
        out.push({ kind: 'road', id, ...namesOf(style), from, to })
    }
  }
}

function cutWater({ id, geometry, style }: CityFeature, { line }: Cutter, out: CutSurface[]): void {
  const polygons: Position[][][] =
    geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.type === 'MultiPolygon' ? geometry.coordinates : []
  for (const rings of polygons)
    for (const [from, to] of stretchesInside(line, rings)) out.push({ kind: 'water', id, ...namesOf(style), from, to })
}

/** Half of the outer width and height; unknown sizes count as a thin wall only. */
export function outerHalves({ width, height, wall }: CutPipe): [wide: number, high: number] {
  return [(width > 0 ? width / 2 : 0) + wall, (height > 0 ? height / 2 : 0) + wall]
}

/** Outer bottom and top, metres; NaN where its height is unknown. */
export function outerHeights(pipe: CutPipe): [bottom: number, top: number] {
  const [, high] = outerHalves(pipe)
  return [pipe.z - high, pipe.z + high]
}

/** For each pipe the number of the smallest one that it lies in wholly, -1 for those in the ground: cables in a tunnel, a pipe in its casing. */
export function containers(pipes: readonly CutPipe[]): number[] {
  return pipes.map((pipe, i) => {
    const [wide, high] = outerHalves(pipe)
    let best = -1
    for (const [k, other] of pipes.entries()) {
      if (k === i || !(other.height > pipe.height)) continue
      const inside =
        Math.abs(pipe.x - other.x) + wide <= other.width / 2 + 1e-3 &&
        Math.abs(pipe.z - other.z) + high <= other.height / 2 + 1e-3
      if (inside && (best < 0 || other.width * other.height < pipes[best].width * pipes[best].height)) best = k
    }
    return best
  })
}

/** The room between each pipe and the next along the line, in the ground and within each tunnel. */
export function gapsOf(pipes: readonly CutPipe[], rules: ClearanceRules | null): Gap[] {
  const within = containers(pipes)
  const before = new Map<number, number>()
  const gaps: Gap[] = []
  for (const [b, two] of pipes.entries()) {
    const a = before.get(within[b])
    before.set(within[b], b)
    if (a === undefined) continue
    const one = pipes[a]
    const [wideA, highA] = outerHalves(one)
    const [wideB, highB] = outerHalves(two)
    const horizontal = two.x - one.x - wideA - wideB
    const vertical = Math.abs(two.z - one.z) - highA - highB
    const counts = horizontal < 0 ? 'vertical' : 'horizontal'
    const ruled = (pipe: CutPipe) => ({
      class: pipe.utility,
      diameter: pipe.height > 0 ? pipe.height : 0,
      ...(pipe.pressure === '' ? {} : { pressure: pipe.pressure }),
    })
    // the rules speak of pipes in the ground
    const near = !(Math.abs(two.z - one.z) > DEEPER)
    const least = rules && near && within[b] < 0 ? leastDistance(rules[counts], ruled(one), ruled(two)) : 0
    gaps.push({ a, b, horizontal, vertical, counts, least, within: within[b] })
  }
  return gaps
}

/** Metres along the line where the ground is asked: half a metre apart, 2000 places at most, and the line's corners. */
export function groundStations({ length, along }: SectionLine): number[] {
  const count = Math.min(2000, Math.max(2, Math.ceil(length / 0.5)))
  const stations = Array.from({ length: count + 1 }, (_, i) => (i * length) / count)
  return [...new Set([...stations, ...along])].sort((a, b) => a - b)
}

/**
 * The section of a line.
 * @throws {RangeError} when it cuts more pipes than can be drawn
 */
export function crossSection(input: CrossInput): CrossSection {
  const { line, datumAt } = input
  const groundAt = (along: number): number => {
    const [lng, lat] = line.placeAt(along)
    return input.ground(lng, lat) - datumAt(lng, lat)
  }
  const cutter: Cutter = { ...input, groundAt }
  const [pipes, nodes]: [CutPipe[], NearNode[]] = [[], []]
  const [buildings, surfaces]: [CutBuilding[], CutSurface[]] = [[], []]
  for (const feature of input.features) {
    input.signal?.throwIfAborted()
    if (feature.layer === 'pipes') cutPipe(feature, cutter, pipes)
    else if (feature.layer === 'pipe-nodes') nearNode(feature, cutter, nodes)
    else if (feature.layer === 'buildings') cutBuilding(feature, cutter, buildings)
    else if (feature.layer === 'roads') cutRoad(feature, cutter, surfaces)
    else if (feature.layer === 'water') cutWater(feature, cutter, surfaces)
    if (pipes.length > MOST_CUTS)
      throw new RangeError(`section: the line cuts more than ${MOST_CUTS} pipes; expected a shorter line`)
  }
  pipes.sort((a, b) => a.x - b.x || a.z - b.z || (a.id < b.id ? -1 : 1))
  const x = groundStations(line)
  const mean = datumAt(...line.placeAt(line.length / 2))
  return {
    line,
    ground: { x, z: x.map(groundAt) },
    pipes,
    nodes: nodes.sort((a, b) => a.x - b.x),
    buildings: buildings.sort((a, b) => a.from - b.from),
    surfaces: surfaces.sort((a, b) => a.from - b.from),
    gaps: gapsOf(pipes, input.rules),
    strata: input.strata ? lowered(input.strata, mean) : null,
  }
}

/** Soil in the section's datum. */
export function lowered(strata: Strata, by: number): Strata {
  const down = (values: ArrayLike<number>): number[] => Array.from(values, (value) => value - by)
  return {
    ...strata,
    layers: strata.layers.map((layer) => ({ ...layer, top: down(layer.top), bottom: down(layer.bottom) })),
    groundwater: strata.groundwater && down(strata.groundwater),
    boreholes: strata.boreholes.map((hole) => ({
      ...hole,
      top: hole.top - by,
      bottom: hole.bottom - by,
      water: hole.water - by,
    })),
  }
}
