/** A sewer network in SI units: manholes, outfalls, storage, conduits cut into reaches, regulators. */
import type { Series } from '../forcing/series.ts'
import type { CrossSection } from './cross-section.ts'
import type { StorageShape } from './storage.ts'

/** What a node is; dividers are junctions, as SWMM treats them in dynamic wave. */
export type NodeKind = 'junction' | 'outfall' | 'storage'

/** A node; heights in metres of the file's datum (plus the anchor's shift). */
export interface SewerNode {
  name: string
  kind: NodeKind
  invert: number
  /** rim above the invert, m */
  maxDepth: number
  /** head above the rim a bolted lid holds, m */
  surchargeDepth: number
  /** area that ponds above the rim, m²; 0: what comes out is lost */
  pondedArea: number
  initDepth: number
  storage: StorageShape
  outfall: OutfallStage | null
  /** plane coordinates, null when the file has none */
  at: readonly [x: number, y: number] | null
}

/** Water level beyond an outfall. */
export type OutfallStage = { gated: boolean } & (
  | { type: 'free' | 'normal' }
  | { type: 'fixed'; level: number }
  | { type: 'series'; levels: Series }
  /** level over the hour of the day */
  | { type: 'tidal'; hours: Float64Array; levels: Float64Array }
)

/** A conduit as the file has it. */
export interface Conduit {
  name: string
  from: number
  to: number
  length: number
  section: CrossSection
  barrels: number
  /** first of its reaches, and how many */
  firstReach: number
  reaches: number
  /** heights of its ends */
  inInvert: number
  outInvert: number
  manning: number
  initFlow: number
  /** m³/s, 0 for none */
  maxFlow: number
  flap: boolean
}

/** Stretches of conduits between two computed nodes; arrays, one place a reach. */
export interface Reaches {
  count: number
  conduit: Int32Array
  /** computed nodes: those of the file first, then the joints inside conduits */
  from: Int32Array
  to: Int32Array
  fromInvert: Float64Array
  toInvert: Float64Array
  length: Float64Array
  /** g n² */
  friction: Float64Array
  /** loss coefficients at the upper and lower end, and along it */
  lossFrom: Float64Array
  lossTo: Float64Array
  /** 0 none, otherwise Hazen-Williams C (positive) or Darcy-Weisbach roughness in m (negative) when full */
  forceMain: Float64Array
}

/** A rating: values over depths or heads, rising. */
export interface Rating {
  x: Float64Array
  y: Float64Array
}

/** Pumps, orifices, weirs and outlets: a discharge from two heads. */
export type Regulator = { name: string; from: number; to: number; gated: boolean } & (
  | { kind: 'pump'; type: 0 | 1 | 2 | 3 | 4 | 5; curve: Rating | null; on: boolean; startup: number; shutoff: number }
  | {
      kind: 'orifice'
      bottom: boolean
      crest: number
      height: number
      area: number
      /** clear length of the edge, for low heads over a bottom orifice */
      perimeter: number
      coefficient: number
    }
  | {
      kind: 'weir'
      type: 'TRANSVERSE' | 'SIDEFLOW' | 'V-NOTCH' | 'TRAPEZOIDAL' | 'ROADWAY'
      crest: number
      height: number
      width: number
      /** side slope, run over rise */
      slope: number
      /** SI */
      coefficient: number
      endCoefficient: number
      contractions: number
      canSurcharge: boolean
    }
  | {
      kind: 'outlet'
      crest: number
      /** by head between the nodes, not by depth */
      byHead: boolean
      curve: Rating | null
      /** m³/s at 1 m, and the power of the head */
      factor: number
      exponent: number
    }
)

/** A network ready to be computed. */
export interface Network {
  nodes: SewerNode[]
  conduits: Conduit[]
  reaches: Reaches
  regulators: Regulator[]
  /** nodes of the file and joints together */
  computedNodes: number
  /** invert of each computed node */
  inverts: Float64Array
  /** plan area of a manhole, m² */
  manholeArea: number
  /** longest step the file asks for, s */
  longestStep: number
  /** seconds since 1970 at the start, of the file's own clock */
  startSeconds: number
  /** seconds the file wants to be computed */
  duration: number
  hazenWilliams: boolean
  warnings: string[]
}
