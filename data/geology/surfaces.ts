/** Layers at the nodes of a grid as surfaces: where the top of each unit lies, and how well that is known. */
import type { Column } from './strata.ts'

/** What is known of a unit at a node; `ground`: it lies at the surface, its top is the ground. */
export const SURFACE_STATES = { unknown: 0, missing: 1, ground: 2, met: 3, inferred: 4 } as const

/** The top of one unit at all nodes. */
export interface Surface {
  /** index in `StrataModel.units` */
  unit: number
  /** metres above the ellipsoid, one per node; where the unit is missing, the height at which its wedge ends; NaN unknown */
  top: Float64Array
  /** one of `SURFACE_STATES` per node */
  state: Uint8Array
}

/** Units of some columns, in their order from the ground down. */
export function unitsIn(columns: readonly Column[]): number[] {
  const used = new Set<number>()
  for (const { layers } of columns) for (const { unit } of layers) if (unit >= 0) used.add(unit)
  return [...used].sort((a, b) => a - b)
}

/**
 * The top of each unit that some columns know. Where a unit is missing between others its top goes on at the top of the next one
 * below, so that it ends in a wedge; below the deepest layer known it goes on at that one's bottom.
 */
export function surfacesOf(columns: readonly Column[]): Surface[] {
  return unitsIn(columns).map((unit): Surface => {
    const top = new Float64Array(columns.length).fill(Number.NaN)
    const state = new Uint8Array(columns.length)
    for (const [i, { layers }] of columns.entries()) {
      const last = layers.at(-1)
      if (!last) continue
      const own = layers.findIndex((layer) => layer.unit === unit)
      if (own >= 0) {
        const { inferred } = layers[own]!
        top[i] = layers[own]!.top
        state[i] = own === 0 ? SURFACE_STATES.ground : inferred ? SURFACE_STATES.inferred : SURFACE_STATES.met
      } else {
        top[i] = layers.find((layer) => layer.unit > unit)?.top ?? last.bottom
        state[i] = SURFACE_STATES.missing
      }
    }
    return { unit, top, state }
  })
}
