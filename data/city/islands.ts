/** Fishing villages and ring roads on the islands, laid along the slopes. */

import { makeWay, type Way } from './cells.ts'
import type { Shores } from './coast.ts'
import { contourRings } from './contours.ts'
import type { Draft } from './draft.ts'
import { type Point, toDegrees } from './frame.ts'
import { spline } from './network.ts'
import { area, boundsOf, inside, lineDistance, type Ring } from './polygon.ts'
import { between, pick, randomOf } from './random.ts'
import type { HeightGrid, Relief } from './relief.ts'

/** What stands on the islands. */
export interface IslandLife {
  drafts: Draft[]
  roads: Way[]
  villages: { at: Point; radius: number; island: number }[]
}

/** The part of the grid around a ring. */
function windowOf(grid: HeightGrid, ring: Ring): HeightGrid {
  const [w, s, e, n] = boundsOf(ring)
  const [west, north] = toDegrees([w, n])
  const [east, south] = toDegrees([e, s])
  const per = (grid.columns - 1) / (grid.east - grid.west)
  const c0 = Math.max(0, Math.floor((west - grid.west) * per) - 2)
  const c1 = Math.min(grid.columns - 1, Math.ceil((east - grid.west) * per) + 2)
  const r0 = Math.max(0, Math.floor((grid.north - north) * per) - 2)
  const r1 = Math.min(grid.rows - 1, Math.ceil((grid.north - south) * per) + 2)
  const columns = c1 - c0 + 1
  const rows = r1 - r0 + 1
  const heights = new Float32Array(columns * rows)
  for (let r = 0; r < rows; r++)
    heights.set(
      grid.heights.subarray((r0 + r) * grid.columns + c0, (r0 + r) * grid.columns + c0 + columns),
      r * columns,
    )
  return {
    ...grid,
    west: grid.west + c0 / per,
    east: grid.west + c1 / per,
    north: grid.north - r0 / per,
    south: grid.north - r1 / per,
    columns,
    rows,
    heights,
  }
}

/** Closed lines along the contour of 24 m. */
function ringRoads(grid: HeightGrid, ring: Ring): Point[][] {
  return contourRings(windowOf(grid, ring), (h) => h - 24, 1, 60_000)
    .map(({ outer }) => outer.filter((_, i) => i % 4 === 0))
    .filter((loop) => loop.length >= 8)
    .map((loop) => spline([...loop, loop[0]!], 3))
}

/** Roads and houses of every island above 1.2 km². */
export function settleIslands(shores: Shores, relief: Relief, seed: number): IslandLife {
  const out: IslandLife = { drafts: [], roads: [], villages: [] }
  const per = (relief.grid.columns - 1) / (relief.grid.east - relief.grid.west)
  const shoreAt = (x: number, y: number) => {
    const [lng, lat] = toDegrees([x, y])
    return (
      relief.shore[
        Math.round((relief.grid.north - lat) * per) * relief.grid.columns + Math.round((lng - relief.grid.west) * per)
      ] ?? 0
    )
  }
  shores.islands.forEach((ring, island) => {
    const size = area(ring)
    if (size < 1_200_000) return
    const random = randomOf(seed, 41, island)
    const lines = ringRoads(relief.grid, ring)
    for (const line of lines) out.roads.push(makeWay('road', 'tertiary', '环岛公路', 'Island Ring Road', 7, line))
    const [w, s, e, n] = boundsOf(ring)
    const spots: { at: Point; slope: number }[] = []
    for (let k = 0; k < 240; k++) {
      const at: Point = [between(random, w, e), between(random, s, n)]
      const h = relief.at(at[0], at[1])
      if (!inside(at[0], at[1], ring) || h > 60 || shoreAt(at[0], at[1]) < 60) continue
      const slope = [90, 180].reduce(
        (sum, d) => sum + Math.abs(relief.at(at[0] + d, at[1]) - h) + Math.abs(relief.at(at[0], at[1] + d) - h),
        0,
      )
      // low, gentle and by the road
      const road = lines.length === 0 ? 0 : Math.min(...lines.map((line) => lineDistance(at[0], at[1], line)))
      spots.push({ at, slope: slope + 0.7 * h + 0.25 * road })
    }
    spots.sort((a, b) => a.slope - b.slope)
    const chosen: Point[] = []
    for (const { at } of spots) {
      if (chosen.length >= (size > 4e6 ? 3 : size > 2e6 ? 2 : 1)) break
      if (chosen.every((c) => Math.hypot(c[0] - at[0], c[1] - at[1]) > 800)) chosen.push(at)
    }
    for (const at of chosen) village(at, Math.min(165, Math.sqrt(size) * 0.11), ring, island)
    function village(centre: Point, radius: number, ring: Ring, island: number): void {
      out.villages.push({ at: centre, radius, island })
      const placed: { at: Point; r: number }[] = []
      for (let k = 0; k < 900 && placed.length < 76; k++) {
        const angle = random() * 2 * Math.PI
        const off = radius * Math.sqrt(random())
        const at: Point = [centre[0] + off * Math.cos(angle), centre[1] + off * Math.sin(angle)]
        const [bw, bd] = [between(random, 8, 18), between(random, 7.5, 10)]
        const r = Math.hypot(bw, bd) / 2
        const h = relief.at(at[0], at[1])
        if (h < 2.5 || h > 75 || !inside(at[0], at[1], ring) || shoreAt(at[0], at[1]) < 45) continue
        const gx = (relief.at(at[0] + 15, at[1]) - relief.at(at[0] - 15, at[1])) / 30
        const gy = (relief.at(at[0], at[1] + 15) - relief.at(at[0], at[1] - 15)) / 30
        if (Math.hypot(gx, gy) > 0.42) continue
        if (placed.some((p) => Math.hypot(p.at[0] - at[0], p.at[1] - at[1]) < p.r + r + 0.8)) continue
        if (lines.some((line) => lineDistance(at[0], at[1], line) < r + 5)) continue
        placed.push({ at, r })
        const down = Math.atan2(-gx, -gy)
        const u: Point = [Math.cos(down), -Math.sin(down)]
        const corner = (a: number, b: number): Point => [at[0] + u[0] * a - u[1] * b, at[1] + u[1] * a + u[0] * b]
        const levels = pick(random, [1, 2, 2, 3])
        const roofHeight = Math.round(bd * 2.2) / 10
        out.drafts.push({
          ring: [corner(-bw / 2, -bd / 2), corner(bw / 2, -bd / 2), corner(bw / 2, bd / 2), corner(-bw / 2, bd / 2)],
          holes: [],
          plain: true,
          class: random() < 0.08 ? 'commercial' : 'house',
          levels,
          height: Math.round((levels * 3.1 + roofHeight) * 10) / 10,
          roof: random() < 0.85 ? 'gabled' : 'hipped',
          roofHeight,
          roofDirectionDeg: Math.round(((down * 180) / Math.PI + 360) % 360),
          year: Math.floor(between(random, 1955, 2018)),
        })
      }
    }
  })
  return out
}
