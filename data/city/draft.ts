/** A building before it has an id and an address. */
import type { Lot, Plan } from './rows.ts'

/** A building before it has an id and an address. Lengths in metres. */
export interface Draft extends Plan {
  class: string
  levels: number
  height: number
  roof: string
  roofHeight: number
  roofDirectionDeg: number
  year: number
  /** notable: the block's name goes to it */
  notable?: 'compound' | 'works' | 'school' | 'hospital' | 'temple' | 'mall' | 'office' | 'public'
}

/** The class of a sports ground among the drafts: land, not a building. */
export const PITCH = 'pitch'

/** Takes one more building. */
export type Emit = (draft: Draft) => void
const round1 = (v: number) => Math.round(v * 10) / 10

/** A draft of a plan on a lot; a roof that does not fit the plan becomes flat. */
export function draft(
  lot: Lot,
  plan: Plan,
  type: string,
  levels: number,
  storey: number,
  roof: string,
  roofHeight: number,
  year: number,
): Draft {
  const shaped = plan.plain || roof === 'dome' || roof === 'hipped' ? roof : 'flat'
  const high = shaped === 'flat' ? 0 : round1(roofHeight)
  return {
    ...plan,
    class: type,
    levels,
    height: round1(levels * storey + high),
    roof: shaped,
    roofHeight: high,
    roofDirectionDeg: Math.round(lot.w >= lot.d ? lot.azimuthDeg : (lot.azimuthDeg + 90) % 360),
    year: Math.floor(year),
  }
}
