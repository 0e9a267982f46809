/** What every terrain reader gives: heights that can be asked for by place, band by band. */
import type { Box } from './tile-grid.ts'

/** What heights stand on. `egm96` covers every "mean sea level" that a geoid near EGM96 makes. */
export type HeightDatum = 'ellipsoidal' | 'egm96' | '1985'

/** A raster of heights, opened. */
export interface HeightSource {
  /** file name, for messages */
  readonly name: string
  /** box around all nodes, degrees */
  readonly extent: Box
  /** spacing of the nodes in degrees, east and north */
  readonly step: [lng: number, lat: number]
  /** spacing in metres */
  readonly resolutionM: number
  /** `EPSG:4326`, or the projected system the file names */
  readonly crs: string
  /** what the file says its heights stand on; null when it does not */
  readonly datum: HeightDatum | null
  /** Loads what `sample` needs inside the box; what lies outside may be dropped. */
  prepare(box: Box, signal: AbortSignal): Promise<void>
  /** Height in the file's own datum, metres, bilinear between nodes; NaN outside, in voids, or when not prepared. */
  sample(lngDeg: number, latDeg: number): number
}

/** A regular grid of nodes in its own plane: x to the right, rows downwards. */
export interface NodeGrid {
  columns: number
  rows: number
  /** x, y of the first node (top left) */
  x0: number
  y0: number
  dx: number
  /** positive: the distance between a row and the one below it */
  dy: number
  /** row-major, NaN = void */
  heights: Float32Array
}

/**
 * Bilinear height in a grid; where one to three of the four nodes are void, the weighted mean of the rest when the
 * nearest node is known, else NaN.
 *
 * @returns NaN outside the nodes (half a spacing beyond them still counts as on the edge)
 */
export function sampleGrid(grid: NodeGrid, x: number, y: number): number {
  const { columns, rows, heights } = grid
  let column = (x - grid.x0) / grid.dx
  let row = (grid.y0 - y) / grid.dy
  if (!(column >= -0.5001 && row >= -0.5001 && column <= columns - 0.4999 && row <= rows - 0.4999)) return Number.NaN
  column = Math.min(columns - 1, Math.max(0, column))
  row = Math.min(rows - 1, Math.max(0, row))
  const left = Math.min(Math.floor(column), Math.max(0, columns - 2))
  const top = Math.min(Math.floor(row), Math.max(0, rows - 2))
  const fx = column - left
  const fy = row - top
  const right = Math.min(left + 1, columns - 1)
  const below = Math.min(top + 1, rows - 1)
  const a = heights[top * columns + left]
  const b = heights[top * columns + right]
  const c = heights[below * columns + left]
  const d = heights[below * columns + right]
  const whole = (a * (1 - fx) + b * fx) * (1 - fy) + (c * (1 - fx) + d * fx) * fy
  if (!Number.isNaN(whole)) return whole
  const nearest = fy < 0.5 ? (fx < 0.5 ? a : b) : fx < 0.5 ? c : d
  if (Number.isNaN(nearest)) return Number.NaN
  let sum = 0
  let weight = 0
  const add = (height: number, share: number) => {
    if (Number.isNaN(height)) return
    sum += height * share
    weight += share
  }
  add(a, (1 - fx) * (1 - fy))
  add(b, fx * (1 - fy))
  add(c, (1 - fx) * fy)
  add(d, fx * fy)
  return weight > 0 ? sum / weight : nearest
}
