/** The ground between boreholes: layers, their surfaces and the water table at any place, with what is not known said so. */
import Flatbush from 'flatbush'
import { SEMI_MAJOR } from '../geo/ellipsoid.ts'
import { type Borehole, restingWater } from './borehole.ts'
import { type Neighbour, naturalNeighbours } from './natural-neighbours.ts'
import { correlate, type Unit, type UnitLog } from './units.ts'

/** Farther than this from the nearest hole nothing is known, metres. */
export const REACH_M = 1500
/** Neighbours looked at: the nearest few of each of eight directions, among so many nearest. */
const NEAREST = 256
const PER_SIDE = 4
/** Ground that stands so much above the plane of the collars is a bank or a hill that no hole has met, metres. */
const HILL_M = 2
/** Thinner layers are left out, metres. */
const THIN_M = 0.02

/** One layer at a place. Heights in metres above the WGS 84 ellipsoid. */
export interface Layer {
  /** index in `StrataModel.units`; -1: ground that no hole has met */
  unit: number
  top: number
  bottom: number
  /** most of the holes around do not reach it */
  inferred: boolean
}

/** The ground at a place. */
export interface Column {
  lng: number
  lat: number
  /** height of the surface: as given, else the plane of the collars; NaN where nothing is known */
  ground: number
  /** height of the water table; NaN unknown */
  water: number
  /** metres to the nearest hole; Infinity without any */
  nearestM: number
  /** from the surface down, each top the bottom of the one above; empty beyond `REACH_M` of any hole. Below the last nothing is known. */
  layers: Layer[]
}

/** Boreholes made ready for questions. */
export interface StrataModel {
  holes: readonly Borehole[]
  units: readonly Unit[]
  /** per hole */
  logs: readonly UnitLog[]
  reachM: number
  /** Mercator metres: one plane for holes of any city, true to shape around each place */
  x: Float64Array
  y: Float64Array
  /** null without holes */
  index: Flatbush | null
}

/**
 * Makes a model of boreholes; holes without a log only help with water.
 *
 * @param reachM metres from the nearest hole beyond which nothing is said
 */
export function strataModel(holes: readonly Borehole[], reachM = REACH_M): StrataModel {
  const { units, logs } = correlate(holes)
  const x = Float64Array.from(holes, ({ lng }) => eastOf(lng))
  const y = Float64Array.from(holes, ({ lat }) => northOf(lat))
  let index: Flatbush | null = null
  if (holes.length > 0) {
    index = new Flatbush(holes.length)
    for (let i = 0; i < holes.length; i++) index.add(x[i]!, y[i]!, x[i]!, y[i]!)
    index.finish()
  }
  return { holes, units, logs, reachM, x, y, index }
}

const RADIANS = Math.PI / 180
const eastOf = (lng: number): number => SEMI_MAJOR * lng * RADIANS
const northOf = (lat: number): number => SEMI_MAJOR * Math.asinh(Math.tan(Math.max(-89, Math.min(89, lat)) * RADIANS))

/** The holes around a place: the nearest of each direction, with where they stand from it. */
interface Around {
  holes: number[]
  dx: number[]
  dy: number[]
  nearestM: number
}

function around(model: StrataModel, lng: number, lat: number, wanted: (hole: number) => boolean): Around {
  const [px, py] = [eastOf(lng), northOf(lat)]
  // metres on the ground per Mercator metre
  const scale = Math.cos(Math.max(-89, Math.min(89, lat)) * RADIANS)
  const out: Around = { holes: [], dx: [], dy: [], nearestM: Number.POSITIVE_INFINITY }
  const sides = new Uint8Array(8)
  for (const hole of model.index?.neighbors(px, py, NEAREST, model.reachM / scale, wanted) ?? []) {
    const [dx, dy] = [(model.x[hole]! - px) * scale, (model.y[hole]! - py) * scale]
    out.nearestM = Math.min(out.nearestM, Math.hypot(dx, dy))
    const side = Math.floor(((Math.atan2(dy, dx) + Math.PI) / (2 * Math.PI)) * 8) & 7
    if (sides[side]! >= PER_SIDE) continue
    sides[side]!++
    out.holes.push(hole)
    out.dx.push(dx)
    out.dy.push(dy)
  }
  return out
}

/** Weights of some of the holes around; `index` of the answer is the hole's own. */
function weighed({ holes, dx, dy }: Around, reach: number, of: (hole: number) => boolean): Neighbour[] {
  const picked: number[] = []
  for (const [i, hole] of holes.entries()) if (of(hole)) picked.push(i)
  const weights = naturalNeighbours(
    picked.map((i) => dx[i]!),
    picked.map((i) => dy[i]!),
    reach,
  )
  return weights.map(({ index, weight }) => ({ index: holes[picked[index]!]!, weight }))
}

/** What a hole says of a unit: its thickness, 0 where it is missing, null below the hole's end. */
interface Said {
  thickness: number
  /** the hole ends in it: it is at least so thick */
  open: boolean
}

function said({ unit, thickness }: UnitLog, wanted: number): Said | null {
  let [low, high] = [0, unit.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (unit[middle]! < wanted) low = middle + 1
    else high = middle
  }
  if (low === unit.length) return null
  if (unit[low] !== wanted) return { thickness: 0, open: false }
  return { thickness: thickness[low]!, open: low === unit.length - 1 }
}

/** Mean thickness where a unit is met and passed, of the holes around; NaN when none did. */
function meanThickness(model: StrataModel, holes: readonly number[], unit: number): number {
  let [sum, count] = [0, 0]
  for (const hole of holes) {
    const one = said(model.logs[hole]!, unit)
    if (!one || one.open || one.thickness === 0) continue
    sum += one.thickness
    count++
  }
  return count === 0 ? Number.NaN : sum / count
}

/**
 * Thickness of a unit. Where it is missing it counts as thin below nothing as it is thick elsewhere, so that it ends about half way to
 * a hole without it; where a hole ends in it, it is as thick as elsewhere, at least as far as the hole went.
 */
function thicknessOf(
  model: StrataModel,
  weights: readonly Neighbour[],
  holes: readonly number[],
  unit: number,
): number {
  const usual = meanThickness(model, holes, unit)
  let sum = 0
  for (const { index, weight } of weights) {
    const one = said(model.logs[index]!, unit)!
    const least = Number.isNaN(usual) ? one.thickness : Math.max(one.thickness, usual)
    sum += weight * (one.open ? least : one.thickness > 0 ? one.thickness : -(Number.isNaN(usual) ? 1 : usual))
  }
  return Math.max(0, sum)
}

/** Units met by any hole around, in their order. */
function unitsOf(model: StrataModel, holes: readonly number[]): number[] {
  const found = new Set<number>()
  for (const hole of holes) for (const unit of model.logs[hole]!.unit) found.add(unit)
  return [...found].sort((a, b) => a - b)
}

const mean = (weights: readonly Neighbour[], value: (hole: number) => number): number =>
  weights.length === 0 ? Number.NaN : weights.reduce((sum, { index, weight }) => sum + weight * value(index), 0)

/** Depths of the units below the plane of the collars, from the top down. */
function stack(model: StrataModel, near: Around, base: readonly Neighbour[]): Layer[] {
  const { logs, reachM } = model
  const last = (hole: number) => logs[hole]!.unit.at(-1) ?? -1
  const layers: Layer[] = []
  let depth = 0
  let weights = base
  let [count, share] = [-1, 1]
  for (const unit of unitsOf(model, near.holes)) {
    const knowing = near.holes.filter((hole) => last(hole) >= unit)
    if (knowing.length !== count) {
      count = knowing.length
      weights = weighed(near, reachM, (hole) => last(hole) >= unit)
      share = base.reduce((sum, { index, weight }) => sum + (last(index) >= unit ? weight : 0), 0)
    }
    const thickness = thicknessOf(model, weights, near.holes, unit)
    if (thickness < THIN_M) continue
    layers.push({ unit, top: depth, bottom: depth + thickness, inferred: share < 0.5 })
    depth += thickness
  }
  return layers
}

/** Depths below the plane of the collars → heights, cut off at the ground. */
function heights(layers: readonly Layer[], collar: number, ground: number): Layer[] {
  const out: Layer[] = []
  if (ground > collar + HILL_M) out.push({ unit: -1, top: ground, bottom: collar, inferred: true })
  for (const { unit, top, bottom, inferred } of layers) {
    if (collar - bottom >= ground) continue
    const from = out.length === 0 ? ground : Math.min(ground, collar - top)
    out.push({ unit, top: from, bottom: collar - bottom, inferred })
  }
  return out
}

/** Which holes count; for errors by leaving one out. */
export interface StrataOptions {
  without?: number
}

/**
 * The layers at a place: thicknesses by natural neighbours, laid one below the other from the plane of the collars.
 * At a hole it is the hole's own log; below its end what its neighbours met, `inferred`.
 *
 * @param ground height of the surface there, metres above the ellipsoid; NaN: the plane of the collars
 */
export function strataAt(
  model: StrataModel,
  lng: number,
  lat: number,
  ground = Number.NaN,
  { without = -1 }: StrataOptions = {},
): Column {
  const logged = (hole: number) => hole !== without && model.logs[hole]!.unit.length > 0
  const near = around(model, lng, lat, logged)
  if (near.holes.length === 0) return { lng, lat, ground, water: Number.NaN, nearestM: near.nearestM, layers: [] }
  const base = weighed(near, model.reachM, () => true)
  const collar = mean(base, (hole) => model.holes[hole]!.collar)
  const surface = Number.isFinite(ground) ? ground : collar
  return {
    lng,
    lat,
    ground: surface,
    water: waterAt(model, lng, lat, surface, without),
    nearestM: near.nearestM,
    layers: heights(stack(model, near, base), collar, surface),
  }
}

/** Height of the water table: collars and depths to water of the holes that tell one, never above the ground unless a hole says so. */
function waterAt(model: StrataModel, lng: number, lat: number, ground: number, without: number): number {
  const level = (hole: number) => restingWater(model.holes[hole]!.water)
  const near = around(model, lng, lat, (hole) => hole !== without && level(hole) !== null)
  if (near.holes.length === 0) return Number.NaN
  const weights = weighed(near, model.reachM, () => true)
  const depth = mean(weights, (hole) => level(hole)!.depth)
  const height = mean(weights, (hole) => model.holes[hole]!.collar) - depth
  return depth < 0 ? height : Math.min(height, ground)
}

/**
 * The layers along a line, one column per place; tops and bottoms of a unit in neighbouring columns belong together.
 *
 * @param points lng, lat and, where known, the height of the ground
 */
export function strataAlong(
  model: StrataModel,
  points: readonly (readonly [lng: number, lat: number, ground?: number])[],
): Column[] {
  return points.map(([lng, lat, ground]) => strataAt(model, lng, lat, ground))
}
