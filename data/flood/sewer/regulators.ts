/** Discharge through pumps, orifices, weirs and outlets from the heads on both sides. */
import { GRAVITY } from '../engine.ts'
import type { Rating, Regulator } from './network.ts'

/** Value of a rating, linear between its points, held outside. */
export function ratingAt({ x, y }: Rating, at: number): number {
  const last = x.length - 1
  if (at <= x[0]!) return y[0]!
  if (at >= x[last]!) return y[last]!
  let k = 0
  while (x[k + 1]! <= at) k++
  return y[k]! + ((y[k + 1]! - y[k]!) * (at - x[k]!)) / (x[k + 1]! - x[k]!)
}

/** Value of the last step at or before `at`. */
function stepAt({ x, y }: Rating, at: number): number {
  let k = 0
  while (k < x.length - 1 && x[k]! < at) k++
  return y[k]!
}

/** What is left of a discharge when the lower side drowns the crest (Villemonte 1947). */
const drowned = (low: number, high: number) => (low > 0 ? Math.max(0, 1 - (low / high) ** 1.5) ** 0.385 : 1)

function orificeFlow(one: Regulator & { kind: 'orifice' }, up: number, down: number, setting: number): number {
  const crest = one.crest
  const height = one.height * setting
  const area = one.area * setting
  if (!(height > 0) || up <= crest) return 0
  const full = one.coefficient * area * Math.sqrt(2 * GRAVITY)
  if (one.bottom) {
    // as a weir over its edge until the head that both laws share
    const limit = (one.coefficient * area) / (0.414 * one.perimeter)
    const head = up - Math.max(down, crest)
    if (head >= limit) return full * Math.sqrt(head)
    const share = (up - crest) / limit
    if (share >= 1) return full * Math.sqrt(Math.max(0, head))
    return full * Math.sqrt(limit) * share ** 1.5 * drowned(down - crest, up - crest)
  }
  if (up < crest + height) {
    const share = (up - crest) / height
    return full * Math.sqrt(height / 2) * share ** 1.5 * drowned(down - crest, up - crest)
  }
  const head = up - Math.max(down, crest + height / 2)
  return full * Math.sqrt(Math.max(0, head))
}

function weirFree(one: Regulator & { kind: 'weir' }, head: number): number {
  const { coefficient, slope, type } = one
  const width = Math.max(0, one.width - 0.1 * one.contractions * head)
  if (type === 'SIDEFLOW') return coefficient * width ** 0.83 * head ** 1.67
  if (type === 'V-NOTCH') return coefficient * slope * head ** 2.5
  const middle = coefficient * width * head ** 1.5
  return type === 'TRAPEZOIDAL' ? middle + one.endCoefficient * slope * head ** 2.5 : middle
}

function weirFlow(one: Regulator & { kind: 'weir' }, up: number, down: number, setting: number): number {
  // a weir closes from below: its crest rises
  const crest = one.crest + (1 - setting) * one.height
  const height = one.height * setting
  const head = up - crest
  if (!(head > 0) || !(height > 0)) return 0
  if (head <= height) return weirFree(one, head) * drowned(down - crest, head)
  if (!one.canSurcharge) return weirFree(one, height) * drowned(down - crest, head)
  const middle = crest + height / 2
  return (weirFree(one, height) / Math.sqrt(height / 2)) * Math.sqrt(Math.max(0, up - Math.max(down, middle)))
}

function outletFlow(one: Regulator & { kind: 'outlet' }, up: number, down: number): number {
  const head = up - (one.byHead ? Math.max(down, one.crest) : one.crest)
  if (!(head > 0)) return 0
  return one.curve ? ratingAt(one.curve, head) : one.factor * head ** one.exponent
}

/** What a pump is asked with. */
export interface PumpState {
  /** depth and volume of the wet well, inflow into it, m³/s */
  depth: number
  volume: number
  inflow: number
}

function pumpFlow(one: Regulator & { kind: 'pump' }, up: number, down: number, well: PumpState): number {
  if (!one.curve) return well.inflow
  if (one.type === 1) return stepAt(one.curve, well.volume)
  if (one.type === 2) return stepAt(one.curve, well.depth)
  if (one.type === 4) return ratingAt(one.curve, well.depth)
  return ratingAt(one.curve, Math.max(0, down - up))
}

/**
 * Discharge from `from` to `to`, m³/s; negative when it runs back.
 *
 * @param up head at `from`, m
 * @param down head at `to`, m
 * @param setting how far open, or the speed of a pump, 0 … 1 (pumps also above)
 */
export function regulatorFlow(one: Regulator, up: number, down: number, setting: number, well: PumpState): number {
  if (one.kind === 'pump') return setting * pumpFlow(one, up, down, well)
  if (down > up) {
    if (one.gated) return 0
    if (one.kind === 'outlet') return one.byHead ? -setting * outletFlow(one, down, up) : 0
    return one.kind === 'orifice' ? -orificeFlow(one, down, up, setting) : -weirFlow(one, down, up, setting)
  }
  if (one.kind === 'outlet') return setting * outletFlow(one, up, down)
  return one.kind === 'orifice' ? orificeFlow(one, up, down, setting) : weirFlow(one, up, down, setting)
}
