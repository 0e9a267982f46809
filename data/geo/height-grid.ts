/** What a regular grid of heights is, whether it can be true, and where its nodes lie. */
import type { Box } from './tile-grid.ts'

/** A grid's header; nodes lie on the box's edges (grid registration), rows run from the north, heights are ellipsoidal metres. */
export interface HeightGridHeader extends Box {
  columns: number
  rows: number
  /** spacing of the source's measurements in metres: how deep a tile pyramid need go */
  resolutionM: number
  /** ISO date of the data, or empty */
  dataDate: string
  /** vertical datum of the source before it was converted to ellipsoidal metres */
  datum: string
  attribution: string
}

const NAME = /^[\p{L}\p{N}_-][\p{L}\p{N}._-]{0,99}$/u

/**
 * Throws unless the header can be true. `east` may pass 180 for a grid over the antimeridian.
 * @throws {RangeError} `heights: …, got …; expected …`
 */
export function checkHeightGrid(source: string, header: HeightGridHeader): void {
  if (!NAME.test(source))
    throw new RangeError(`heights: bad source name, got ${source}; expected letters, digits, - _ .`)
  const { west, south, east, north, columns, rows } = header
  const box = `${west},${south},${east},${north}`
  if (![west, south, east, north].every(Number.isFinite) || west > east || south > north)
    throw new RangeError(`heights: bad box of ${source}, got ${box}; expected west ≤ east and south ≤ north in degrees`)
  if (west < -180 || east > 540 || east - west > 360 || south < -90 || north > 90)
    throw new RangeError(`heights: box of ${source} outside the world, got ${box}; expected -180 … 540, -90 … 90`)
  if (!Number.isInteger(columns) || !Number.isInteger(rows) || columns < 1 || rows < 1 || columns * rows > 2 ** 40)
    throw new RangeError(`heights: bad size of ${source}, got ${columns} × ${rows}; expected 1 × 1 … 2^40 nodes`)
  if ((columns === 1 && west !== east) || (rows === 1 && south !== north))
    throw new RangeError(
      `heights: size and box of ${source} disagree, got ${columns} × ${rows} in ${box}; expected no width for one node`,
    )
  if ((columns > 1 && west === east) || (rows > 1 && south === north))
    throw new RangeError(`heights: box of ${source} is flat, got ${box}; expected width for ${columns} × ${rows} nodes`)
  if (!(header.resolutionM > 0) || !Number.isFinite(header.resolutionM))
    throw new RangeError(`heights: bad resolution of ${source}, got ${header.resolutionM}; expected metres > 0`)
}

/**
 * Where coordinates fall among `count` nodes from `first` to `last`, as the node before and the fraction beyond it.
 * @param out nodes (Int32, −1 = outside) and fractions (Float64, 0 … 1), as long as `at`
 */
export function locate(
  at: Float64Array,
  first: number,
  last: number,
  count: number,
  node: Int32Array,
  fraction: Float64Array,
): void {
  const low = Math.min(first, last)
  const high = Math.max(first, last)
  const scale = count > 1 ? (count - 1) / (last - first) : 0
  for (let i = 0; i < at.length; i++) {
    const value = at[i]
    if (!(value >= low && value <= high)) {
      node[i] = -1
      continue
    }
    const position = (value - first) * scale
    const whole = Math.min(Math.max(0, Math.floor(position)), Math.max(0, count - 2))
    node[i] = whole
    fraction[i] = count > 1 ? Math.min(1, position - whole) : 0
  }
}

/**
 * A row between two others: `out[at + i] = upper[i] + (lower[i] − upper[i]) × part`.
 * A function of its own, as its loop is what most of the time of a window of heights goes into.
 */
export function rowBetween(
  upper: Float64Array,
  lower: Float64Array,
  part: number,
  out: Float32Array,
  at: number,
): void {
  for (let i = 0; i < upper.length; i++) out[at + i] = upper[i] + (lower[i] - upper[i]) * part
}
