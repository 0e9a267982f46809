/** How height grids reach beyond their edges: the last heights known sink to sea level with distance. */
import type { Box } from '../../data/geo/tile-grid.ts'
import type { Heights } from '../db/height-store.ts'

/** Degrees over which heights sink from the edge of the data to sea level. */
export const FADE_DEG = 0.4

/** Weight of a node inside a grid: those beside it have no say any more. */
const SETTLED = -1

const smooth = (t: number): number => t * t * (3 - 2 * t)
/** @returns what an edge's height still counts so many degrees off */
const shareAt = (degrees: number): number => 1 - smooth(Math.min(1, degrees / FADE_DEG))

/** A window's nodes and its surface. */
export interface ReachWindow {
  lngs: Float64Array
  lats: Float64Array
  /** metres above the ellipsoid: mean sea level */
  readonly seaLevel: Float32Array
  /** the surface, filled in by `join` */
  heights: Float32Array
}

/** Joins the grids of windows of one size; memory is used again. */
export interface TerrainReach {
  /** Fills `window.heights`, never NaN, and clears the marks of the nodes that lie in a grid. */
  join(heights: Heights, window: ReachWindow, outside: Uint8Array): void
}

/** Degrees between a span and a place beside it, per node; longitudes may be a turn away. */
function beyond(
  at: Float64Array,
  low: number,
  high: number,
  turn: boolean,
  near: Float64Array,
  gap: Float64Array,
): number {
  let least = Infinity
  for (let k = 0; k < at.length; k++) {
    let best = Infinity
    for (let shift = turn ? -360 : 0; shift <= (turn ? 360 : 0); shift += 360) {
      const place = at[k] + shift
      const held = Math.min(high, Math.max(low, place))
      // of two equally near the place itself
      if (Math.abs(place - held) < best || (shift === 0 && Math.abs(place - held) <= best)) {
        best = Math.abs(place - held)
        near[k] = held
      }
    }
    gap[k] = best
    if (best < least) least = best
  }
  return least
}

/** Shares of the nodes of a row that lies `dy` beyond the grid; 2 = inside the grid. */
function rule(dy: number, gaps: Float64Array, shares: Float64Array): void {
  const beside = dy === 0 ? 2 : shareAt(dy)
  for (let i = 0; i < gaps.length; i++) {
    const dx = gaps[i]
    shares[i] = dx === 0 ? beside : shareAt(dy === 0 ? dx : Math.sqrt(dx * dx + dy * dy))
  }
}

/** Prepares to join grids over windows of `side` × `side` nodes. */
export function terrainReach(side: number): TerrainReach {
  const nearLng = new Float64Array(side)
  const nearLat = new Float64Array(side)
  const gapLng = new Float64Array(side)
  const gapLat = new Float64Array(side)
  /** shares of a row's nodes */
  const shares = new Float64Array(side)
  const near = new Float32Array(side * side)
  const sum = new Float64Array(side * side)
  const weight = new Float64Array(side * side)

  /** Where a window lies as seen from a grid. @returns false when the grid does not reach it */
  const approach = ({ lngs, lats }: ReachWindow, box: Box): boolean => {
    const lng = beyond(lngs, box.west, box.east, true, nearLng, gapLng)
    const lat = beyond(lats, box.south, box.north, false, nearLat, gapLat)
    if (lng >= FADE_DEG || lat >= FADE_DEG) return false
    const squash = Math.cos((((box.south + box.north) / 2) * Math.PI) / 180)
    for (let i = 0; i < side; i++) gapLng[i] *= squash
    return true
  }
  /** The one grid that reaches a window: no sums are needed. */
  const alone = (seaLevel: Float32Array, surface: Float32Array, outside: Uint8Array): void => {
    let ruled = Number.NaN
    for (let j = 0; j < side; j++) {
      if (gapLat[j] !== ruled) {
        ruled = gapLat[j]
        rule(ruled, gapLng, shares)
      }
      for (let i = 0, at = j * side; i < side; i++, at++) {
        const sea = seaLevel[at]
        const over = near[at] - sea
        const share = shares[i]
        if (share === 2) {
          outside[at] = 0
          surface[at] = Number.isNaN(over) ? sea : sea + over
        } else surface[at] = Number.isNaN(over) ? sea : sea + over * share
      }
    }
  }
  const add = (seaLevel: Float32Array, outside: Uint8Array): void => {
    for (let j = 0; j < side; j++) {
      rule(gapLat[j], gapLng, shares)
      for (let i = 0, at = j * side; i < side; i++, at++) {
        const share = shares[i]
        if (share === 2) outside[at] = 0
        const over = near[at] - seaLevel[at]
        // a node inside a grid is that grid's; fillAt has already settled which one of several
        if (Number.isNaN(over) || share <= 0 || weight[at] === SETTLED) continue
        sum[at] = share === 2 ? over : sum[at] + over * share
        weight[at] = share === 2 ? SETTLED : weight[at] + share
      }
    }
  }
  return {
    join(heights, window, outside) {
      const { seaLevel, heights: surface } = window
      const reaching = heights.sources.filter((box) => approach(window, box))
      if (!reaching.length) {
        surface.set(seaLevel)
        return
      }
      if (reaching.length === 1) {
        approach(window, reaching[0])
        heights.fillAt(nearLng, nearLat, near)
        alone(seaLevel, surface, outside)
        return
      }
      sum.fill(0)
      weight.fill(0)
      for (const box of reaching) {
        approach(window, box)
        heights.fillAt(nearLng, nearLat, near)
        add(seaLevel, outside)
      }
      for (let k = 0; k < surface.length; k++) surface[k] = seaLevel[k] + (weight[k] > 1 ? sum[k] / weight[k] : sum[k])
    },
  }
}
