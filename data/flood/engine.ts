/** The interface of every solver and backend: a padded state that the host may change between steps. */
import type { Layout } from './layout.ts'

/** Gravity, m/s². */
export const GRAVITY = 9.81
/** Depth below which a cell carries no momentum, metres. */
export const DRY_DEPTH = 1e-5
/** Least depth a unit discharge is divided by for a speed (inertial scheme), metres. */
export const SPEED_DEPTH = 0.01
/** Depth a cell and its neighbours need for second order, metres. */
export const SMOOTH_DEPTH = 1e-4

/** `inertial`: local inertial, q-centred; `fv`: Godunov HLLC, first order; `muscl`: the same, second order where wet. */
export type Scheme = 'inertial' | 'fv' | 'muscl'

/** Numbers over the padded grid. */
export type Field = Float32Array | Float64Array

/** What is asked of the water's history, updated every step inside the solver. */
export interface Trackers {
  /** largest depth, m */
  maxDepth: Field
  /** largest speed, m/s */
  maxSpeed: Field
  /** largest depth × (speed + 0.5), m²/s */
  maxHazard: Field
  /** highest class by `TrackerRule.classes` at one moment, 0 = never wet */
  maxClass: Field
  /** when the depth first reached the threshold, seconds; negative = never */
  arrival: Field
  /** how long the depth was at or above the threshold, seconds */
  duration: Field
}

/** Limits the trackers use. */
export interface TrackerRule {
  /** depth that counts as flooded, m */
  thresholdM: number
  /** upper limits of each class but the last, rising: depth × speed, depth, speed; at most 5 */
  classes: readonly (readonly [dv: number, d: number, v: number])[]
}

/** What a solver on tables of finer ground keeps of the water's history, per cell; bins are `subgrid/history.ts`. */
export interface SubgridHistory {
  /** highest water above the cell's lowest ground, m; 0 = never wet */
  highest: Field
  /** when the threshold first reached each bin, seconds; negative = never */
  arrival: Field
  /** how long it stood in each bin, seconds */
  dwell: Field
  /** largest root of the friction slope while it stood in each bin */
  slopes: Field
}

/** What a solver on tables of finer ground can say besides. Depths of its cells are volumes over their whole area. */
export interface Subgrid {
  /** share of a cell that is ground */
  readonly open: Field
  /** height of a cell's table above its lowest ground, m: what the bins of the history cover */
  readonly span: Field
  /** water level of a cell above the datum; its lowest ground when dry */
  level(index: number): number
  /** depth over the whole cell that a level above the datum means */
  depthOf(index: number, level: number): number
  /** root of the friction slope, east and south, signed: speed = this × depth^(2/3) / Manning's n */
  slope(index: number): [east: number, south: number]
  /** Lays the tables of cells anew whose pixels have changed; their water stays. */
  relay(cells: Iterable<number>): void
  /** reciprocals of the faces' conveyance, part of the state */
  faces(): Field[]
  /** null until `track` */
  readonly history: SubgridHistory | null
}

/** Wet cells of an engine as a box, last ones included; `right` and `bottom` are -1 when all is dry. */
export interface WetBox {
  left: number
  top: number
  right: number
  bottom: number
  /** largest depth, m */
  most: number
  /** largest unit discharge, m²/s; 0 when not asked for */
  fastest: number
}

/** Which cells are packed: every `stride`-th from a column and row on. */
export interface PackPart {
  column: number
  row: number
  columns: number
  rows: number
  stride: number
}

/** Writes the water as whole steps. */
export interface FramePack {
  /** @param flows with the largest unit discharge */
  box(flows: boolean): WetBox
  /**
   * @param what 0: depths, 1: unit discharges east, 2: south
   * @param step metres or m²/s of one
   */
  rows(what: 0 | 1 | 2, part: PackPart, step: number, out: Uint16Array | Int16Array): void
}

/** A solver with its state. All arrays are padded, see `Layout`; the bed has its datum taken off. */
export interface Engine {
  readonly scheme: Scheme
  readonly backend: string
  readonly layout: Layout
  /** metres above the datum; `VOID_BED` where no water can be */
  readonly bed: Field
  /** g n² of Manning's n */
  readonly friction: Field
  /** depth, m; the buffer that counts now (changes with each step) */
  depth(): Field
  /** `fv`: velocity east, m/s. `inertial`: unit discharge through the western side, m²/s */
  across(): Field
  /** `fv`: velocity south, m/s. `inertial`: unit discharge through the northern side, m²/s */
  down(): Field
  /** what rounding took from the depths, given back in the next step, m; part of the state where there is one */
  readonly residue?: Field
  /** levels of crests on the western and northern faces of cells above the datum, `NO_CREST` where there is none */
  readonly crests?: Crests
  /** porous ground; depths are then volumes over a cell's whole area, see `waterAt` */
  readonly pores?: Pores
  /** packs frames where the backend can */
  readonly pack?: FramePack
  /** largest stable step from the state as it is, seconds; Infinity when all is dry */
  stableStep(): number
  /** Tells that the host has put water into a cell or moved it there. */
  touch(index: number): void
  /** Tells that the host has changed many cells. */
  refresh(): void
  /** Goes on by `dt` seconds from `time`. The trackers take in the state before the step. */
  step(dt: number, time: number): void
  /** Takes the present state into the trackers: at the end, and before they are read. */
  look(time: number): void
  /** null until `track`, and on finer ground (then `subgrid.history`) */
  readonly trackers: Trackers | null
  /** there when the cells lie over tables of finer ground */
  readonly subgrid?: Subgrid
  /** Starts to keep the history. */
  track(rule: TrackerRule): void
  /** cells computed so far, all steps together */
  cellUpdates(): number
  dispose(): void
}

/** Crests on faces: levees and walls thinner than a cell. */
export interface Crests {
  across: Field
  down: Field
}

/** What is open of cells and faces that houses stand in. */
export interface Pores {
  /** 1 / share of a cell that holds water, ≥ 1 */
  inverse: Field
  /** shares of western and northern faces that let water through; no more than of the cells beside them */
  across: Field
  down: Field
}

/** A face without a crest. */
export const NO_CREST = -1e6
/** Most that passes a crest, m²/s: this × head^1.5 (critical flow, (2/3)^1.5 √g). */
export const CREST_FLOW = 1.705

/** What an engine is made from. */
export interface EngineSetup {
  layout: Layout
  scheme: Scheme
  /** share of the linear stability bound; 0.6 inertial, 0.45 fv by default */
  courant?: number
  /** skip dry tiles; true by default, results are the same */
  activeTiles?: boolean
  /** room for crests on faces; none by default */
  crests?: boolean
  /** room for porous ground; none by default */
  porous?: boolean
  /** worker threads, kernels only; 1 by default */
  threads?: number
}

/** Default Courant number of a scheme. */
export function defaultCourant(scheme: Scheme): number {
  return scheme === 'inertial' ? 0.6 : 0.45
}

/** Water level of a cell above the datum. */
export function levelOf(engine: Engine, index: number): number {
  return engine.subgrid ? engine.subgrid.level(index) : engine.bed[index]! + waterAt(engine, index)
}

/** Water above a cell's lowest ground, metres; its depth, where the ground is flat and open. */
export function waterAt(engine: Engine, index: number): number {
  if (engine.subgrid) return engine.subgrid.level(index) - engine.bed[index]!
  const depth = engine.depth()[index]!
  return engine.pores ? depth * engine.pores.inverse[index]! : depth
}

/** Share of a cell that holds water: 1 but on porous ground. */
export function openShare(engine: Engine, index: number): number {
  return engine.pores ? 1 / engine.pores.inverse[index]! : 1
}

/** Speed components of a cell, m/s (east, south), whatever the scheme stores. */
export function velocityAt(engine: Engine, index: number): [u: number, v: number] {
  const depth = engine.depth()[index]!
  if (!(depth > DRY_DEPTH)) return [0, 0]
  const across = engine.across()
  const down = engine.down()
  if (engine.scheme !== 'inertial') return [across[index]!, down[index]!]
  const below = index + engine.layout.width
  const inverse = engine.pores ? engine.pores.inverse[index]! : 1
  const by = (2 * Math.max(depth * inverse, SPEED_DEPTH)) / inverse
  return [(across[index]! + across[index + 1]!) / by, (down[index]! + down[below]!) / by]
}
