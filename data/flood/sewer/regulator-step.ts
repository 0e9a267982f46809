/** Regulators within a step: their discharge as a linear function of the heads on both sides. */
import type { Regulator } from './network.ts'
import { regulatorFlow } from './regulators.ts'

/** What regulators read and write. Heads over nodes, the rest over regulators. */
export interface RegulatorState {
  head: Float64Array
  volume: Float64Array
  inflow: Float64Array
  inverts: Float64Array
  setting: Float64Array
  running: Float64Array
  flow: Float64Array
  /** how the discharge grows with the head before, and lessens with that behind, m²/s, two a regulator */
  slopes: Float64Array
}

/** Discharges and their slopes at the heads of now; pumps take no more than there is. */
export function prepareRegulators(regulators: readonly Regulator[], state: RegulatorState, dt: number): void {
  const { head, volume, inflow, inverts, setting, running, flow, slopes } = state
  regulators.forEach((one, g) => {
    const [ha, hb] = [head[one.from]!, head[one.to]!]
    const well = { depth: Math.max(0, ha - inverts[one.from]!), volume: volume[one.from]!, inflow: inflow[one.from]! }
    if (one.kind === 'pump') {
      if (one.startup > 0 && !running[g] && well.depth >= one.startup) running[g] = 1
      if (one.startup > 0 && running[g] && well.depth <= one.shutoff) running[g] = 0
      const q = regulatorFlow(one, ha, hb, setting[g]! * running[g]!, well)
      flow[g] = Math.max(0, Math.min(q, well.volume / dt + well.inflow))
      return
    }
    const tiny = 1e-4
    const q = regulatorFlow(one, ha, hb, setting[g]!, well)
    flow[g] = q
    slopes[2 * g] = Math.max(0, (regulatorFlow(one, ha + tiny, hb, setting[g]!, well) - q) / tiny)
    slopes[2 * g + 1] = Math.max(0, (q - regulatorFlow(one, ha, hb + tiny, setting[g]!, well)) / tiny)
  })
}

/** Discharge at the heads of the end of the step, m³/s. */
export function regulatorDischarge(one: Regulator, g: number, state: RegulatorState, before: Float64Array): number {
  const { head, flow, slopes } = state
  const q =
    flow[g]! +
    slopes[2 * g]! * (head[one.from]! - before[one.from]!) -
    slopes[2 * g + 1]! * (head[one.to]! - before[one.to]!)
  return one.gated ? Math.max(0, q) : q
}
