/** Boreholes as files say them: lengths in metres, not yet placed; NaN = unknown. */
import type { Attributes } from '../../geo/city-feature.ts'
import type { Stratum, WaterLevel } from '../../geology/borehole.ts'
import type { DraftTable } from '../networks/draft.ts'

/** A row about a layer. */
export interface DraftLayer {
  /** row or line in its file */
  row: number
  top: number
  bottom: number
  thickness: number
  /** heights instead of depths, on the file's datum */
  topZ: number
  bottomZ: number
  code: string
  name: string
  description: string
  /** class by a code of the format itself; '' when there is none */
  soil: string
  more: Record<string, string>
}

/** A row about water; a height where `depth` is NaN. */
export interface DraftWater {
  depth: number
  z: number
  kind: WaterLevel['kind']
  date: string
}

/** A hole as its rows say it. */
export interface DraftHole {
  /** index in `BoreholeDrafts.tables` */
  table: number
  row: number
  id: string
  /** x, y of the file's system; degrees once placed */
  at: [number, number]
  collar: number
  depth: number
  class: string
  attributes: Attributes
  layers: DraftLayer[]
  water: DraftWater[]
}

/** What the files of one run hold. */
export interface BoreholeDrafts {
  tables: DraftTable[]
  holes: DraftHole[]
}

/** Says why a row cannot be used. */
export type Refuse = (id: string, reason: string) => void

/** A log made whole, and what had to be mended. */
export interface MadeLog {
  strata: Stratum[]
  depth: number
  repairs: string[]
}
