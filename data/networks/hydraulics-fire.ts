/** Fire flow at a hydrant: what it can give at a least pressure, and what that does to the pressures around it. */
import type { Hydraulics, HydraulicsWish } from './hydraulics.ts'
import { junctionOf, type WhatIf } from './hydraulics-what-if.ts'

/** What is asked of a hydrant. */
export interface FireWish extends Pick<HydraulicsWish, 'signal' | 'most'> {
  /** id of a junction */
  node: string
  /** m³/s that are needed */
  requiredM3s: number
  /** pressure that must be left at the hydrant, m; 10 when absent */
  residualM?: number
  /** seconds from the start; the tanks stand at their initial levels */
  at: number
  whatIf?: WhatIf
}

/** What it gives. Pressures in metres. */
export interface FireFlow {
  /** before, and while the required flow is drawn */
  pressureBefore: number
  pressureAtRequired: number
  /** m³/s at which the hydrant stands at the residual pressure; 0 when it does not reach it at rest, the search's end when more */
  availableM3s: number
  /** the search ended at `MOST_FIRE_M3S` */
  more: boolean
  enough: boolean
  /** junctions that the required flow costs most, by the loss; index into the model's nodes */
  neighbours: { node: number; before: number; after: number }[]
  /** junctions with a demand that fall below the residual pressure by it */
  fallBelow: number
  solves: number
}

/** Largest flow that is looked for, m³/s: four times the largest fire of GB 50974. */
export const MOST_FIRE_M3S = 1
const NEIGHBOURS = 12
const CLOSE_M = 0.01

/**
 * Solves the network with a hydrant drawing: at rest, with the required flow, then by secants of P = P₀ - k Q^1.852 until its pressure is
 * the residual one within 1 cm. Demands are met at any pressure meanwhile.
 *
 * @throws {RangeError} for a node that is no junction, or a flow or pressure that is not
 * @see AWWA M17: flow at a residual pressure, by the exponent 0.54
 */
export function fireFlow(hydraulics: Hydraulics, wish: FireWish): FireFlow {
  const { model } = hydraulics
  const { node, requiredM3s, residualM = 10, at, whatIf = {}, signal, most } = wish
  const n = junctionOf(model, node) - 1
  if (!(requiredM3s > 0 && requiredM3s <= MOST_FIRE_M3S))
    throw new RangeError(`fire flow: got ${requiredM3s} m³/s; expected more than 0, at most ${MOST_FIRE_M3S}`)
  if (!(residualM >= 0 && residualM <= 200))
    throw new RangeError(`fire flow: residual pressure, got ${residualM} m; expected 0 … 200`)
  let solves = 0
  const drawing = (flow: number) => {
    solves++
    const draws = flow > 0 ? { ...whatIf.draws, [node]: (whatIf.draws?.[node] ?? 0) + flow } : whatIf.draws
    return hydraulics.solve({ at, signal, most, whatIf: { ...whatIf, draws } })
  }
  const before = drawing(0).pressure.slice()
  const during = drawing(requiredM3s)
  const after = during.pressure.slice()
  const found = available(before[n]!, requiredM3s, after[n]!, residualM, (flow) => drawing(flow).pressure[n]!)
  const losses = Array.from(after, (value, i) => ({ node: i, before: before[i]!, after: value }))
    .filter(({ node: i }) => i !== n && model.nodes.kind[i] === 'junction')
    .sort((a, b) => a.after - a.before - (b.after - b.before))
  return {
    pressureBefore: before[n]!,
    pressureAtRequired: after[n]!,
    availableM3s: found,
    more: found >= MOST_FIRE_M3S,
    enough: after[n]! >= residualM,
    neighbours: losses.slice(0, NEIGHBOURS),
    fallBelow: losses.filter(
      ({ node: i, before: had, after: has }) => during.demand[i]! > 0 && had >= residualM && has < residualM,
    ).length,
    solves,
  }
}

/** The flow at which the pressure is the residual one. */
function available(
  rest: number,
  first: number,
  pressureAtFirst: number,
  residual: number,
  pressureAt: (flow: number) => number,
): number {
  if (!(rest > residual)) return 0
  let [low, high] = [0, MOST_FIRE_M3S]
  let [flow, pressure] = [first, pressureAtFirst]
  for (let i = 0; i < 20; i++) {
    if (Math.abs(pressure - residual) < CLOSE_M) return flow
    if (pressure > residual) low = flow
    else high = flow
    if (low >= MOST_FIRE_M3S * 0.999) return MOST_FIRE_M3S
    const guess = flow * ((rest - residual) / Math.max(1e-6, rest - pressure)) ** 0.54
    // the secant where it lies inside what is known, else the middle
    flow = guess > low && guess < high ? guess : high === MOST_FIRE_M3S && i < 3 ? high : 0.5 * (low + high)
    pressure = pressureAt(flow)
  }
  return low
}
