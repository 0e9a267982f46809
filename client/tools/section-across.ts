/** A line at right angles to another one, where it comes nearest to a place. */
import { metresPerDegree } from '../../data/geo/ellipsoid.ts'

/** Longitude and latitude, degrees. */
export type Place = readonly [lng: number, lat: number]

/**
 * The cut through the point of `line` that is nearest to `at`: to its left and right by `half` metres, from west to east
 * (from north to south where it runs that way), so that neighbouring cuts of a road read alike.
 * @returns null when the line has no length; `distance` in metres from `at` to the line
 */
export function perpendicular(
  line: readonly (readonly number[])[],
  at: Place,
  half: number,
): { line: Place[]; distance: number } | null {
  const [east, north] = metresPerDegree(at[1])
  const local = line.map(
    ([lng = Number.NaN, lat = Number.NaN]) => [(lng - at[0]) * east, (lat - at[1]) * north] as const,
  )
  let best: { x: number; y: number; ux: number; uy: number; distance: number } | null = null
  for (const [i, [bx, by]] of local.entries()) {
    const before = local[i - 1]
    if (!before) continue
    const [ax, ay] = before
    const [vx, vy] = [bx - ax, by - ay]
    const size = Math.hypot(vx, vy)
    if (!(size > 1e-3)) continue
    const part = Math.min(1, Math.max(0, -(ax * vx + ay * vy) / (size * size)))
    const [x, y] = [ax + part * vx, ay + part * vy]
    const distance = Math.hypot(x, y)
    if (!best || distance < best.distance) best = { x, y, ux: vx / size, uy: vy / size, distance }
  }
  if (!best) return null
  const { x, y, distance } = best
  // to the east, or to the south where the cut runs north and south
  let [px, py] = [best.uy, -best.ux]
  if (px < -0.02 || (px < 0.02 && py > 0)) [px, py] = [-px, -py]
  const place = (side: number): Place => [
    Number((at[0] + (x + side * px * half) / east).toFixed(8)),
    Number((at[1] + (y + side * py * half) / north).toFixed(8)),
  ]
  return { line: [place(-1), place(1)], distance }
}
