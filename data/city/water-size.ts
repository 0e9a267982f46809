/** How wide a water main must be: demands gathered along the shortest ways from the works. */
import { shortest } from './sewers-tree.ts'
import type { StreetLink, Streets } from './under-streets.ts'

/** Diameters of mains, m. */
const SIZES = [0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.2]
/** Fall of pressure that a main is sized for at the hour of most use, m per m. */
const GRADIENT = 0.0016
/** Most over mean demand in a day. */
export const PEAK_HOUR = 1.5

/** Flow at the gradient, m³/s (Hazen–Williams, C = 120). */
const carried = (d: number): number => 0.2785 * 120 * d ** 2.63 * GRADIENT ** 0.54

/** The least diameter in a street of a width: the ring must carry when a main is shut. */
export const leastSize = (widthM: number): number =>
  widthM >= 36 ? 0.4 : widthM >= 22 ? 0.3 : widthM >= 14 ? 0.2 : widthM >= 9 ? 0.15 : 0.1

/**
 * Diameters of all links.
 *
 * @param starts street nodes at which water comes in
 * @param open whether water can pass along a link
 * @returns `sizes`: metres per link, NaN where no water reaches; `flow`: mean m³/s that passes down each street node
 */
export function mainSizes(
  streets: Streets,
  starts: Iterable<number>,
  open: (link: StreetLink) => boolean,
): { sizes: Float64Array; flow: Float64Array } {
  const prefer = (w: number) => (w >= 36 ? 0.55 : w >= 28 ? 0.65 : w >= 22 ? 0.8 : w >= 14 ? 1 : 1.6)
  const { by, far } = shortest(streets, starts, (link) => (open(link) ? link.length * prefer(link.widthM) : Infinity))
  const flow = new Float64Array(streets.x.length)
  const out = new Float64Array(streets.links.length).fill(Number.NaN)
  for (const link of streets.links) {
    if (by[link.a] === -2 || by[link.b] === -2 || !open(link)) continue
    flow[link.a]! += link.waterLps / 2000
    flow[link.b]! += link.waterLps / 2000
    out[link.index] = leastSize(link.widthM)
  }
  const order = Array.from(far.keys())
    .filter((n) => by[n]! >= 0)
    .sort((a, b) => far[b]! - far[a]! || a - b)
  for (const n of order) {
    const link = streets.links[by[n]!]!
    flow[link.a === n ? link.b : link.a]! += flow[n]!
    const need = SIZES.find((d) => carried(d) >= flow[n]! * PEAK_HOUR) ?? 1.2
    out[link.index] = Math.max(out[link.index]!, need)
  }
  return { sizes: out, flow }
}
