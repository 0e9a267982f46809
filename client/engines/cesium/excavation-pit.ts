/** What was dug, as it is drawn. */
import type { Matrix4, Primitive } from '@cesium/engine'
import type { Mark } from '../../../scenes/schema/scene.ts'
import type { WallSoil } from './excavation-strata.ts'
import type { Sign } from './signs.ts'

/** A mark that is a hole in the ground. */
export type Dug = Extract<Mark, { type: 'pit' | 'trench' }>

/** What was dug, as it is drawn. */
export interface Pit {
  mark: Dug
  /** metres in the frame of `anchor` */
  ring: number[]
  anchor: Matrix4
  heights: number[]
  drawn: Primitive[]
  /** what is written at it */
  signs: Sign[]
  /** soil between boreholes; null where there are none, and until the server has answered */
  soil: WallSoil | null
  stop: AbortController
}
