/** The city's heights above the WGS 84 ellipsoid. */
import { undulation } from '../geo/geoid.ts'
import type { HeightGrid } from './relief.ts'

/** The geoid is read at every `STEP`-th node and taken as linear between: under 1 mm off over 60 nodes. */
const STEP = 60

/**
 * Orthometric heights plus the EGM96 undulation; a new array, same nodes.
 *
 * @param city anything with the generated heights (orthometric metres)
 * @returns metres above the WGS 84 ellipsoid, row-major from the north-west
 */
export function ellipsoidalHeights(city: { heights: HeightGrid }): Float32Array {
  const { west, north, east, south, columns, rows, heights } = city.heights
  const dx = (east - west) / (columns - 1)
  const dy = (north - south) / (rows - 1)
  const width = Math.ceil((columns - 1) / STEP) + 1
  const line = (row: number) =>
    Float64Array.from({ length: width }, (_, k) =>
      undulation(west + Math.min(columns - 1, k * STEP) * dx, north - Math.min(rows - 1, row) * dy),
    )
  const out = new Float32Array(heights.length)
  let above = line(0)
  let below = line(STEP)
  for (let r = 0, i = 0; r < rows; r++) {
    if (r > 0 && r % STEP === 0) {
      above = below
      below = line(r + STEP)
    }
    const r0 = r - (r % STEP)
    const v = (r - r0) / Math.max(1, Math.min(rows - 1, r0 + STEP) - r0)
    for (let c = 0; c < columns; c++, i++) {
      const k = Math.min(width - 2, Math.floor(c / STEP))
      const c0 = k * STEP
      const u = (c - c0) / Math.max(1, Math.min(columns - 1, c0 + STEP) - c0)
      const top = above[k]! + (above[k + 1]! - above[k]!) * u
      const low = below[k]! + (below[k + 1]! - below[k]!) * u
      out[i] = heights[i]! + top + (low - top) * v
    }
  }
  return out
}
