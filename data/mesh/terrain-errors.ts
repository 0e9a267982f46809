/** Which nodes of a height window a right-triangulated mesh of the whole level cannot leave out. */

/** A window of heights around a tile: the tile's nodes and a margin on every side, row-major from the north-west. */
export interface TerrainWindow {
  /** intervals along a tile's edge: a power of two */
  size: number
  /** nodes beyond the tile's edge on each side: a power of two, a divisor of `size` */
  margin: number
  /** metres above the ellipsoid, `(size + 1 + 2 margin)²`, no NaN */
  heights: Float32Array
}

/** How far a left-out node may lie off the surface. */
export interface TerrainTolerance {
  /** metres */
  maxError: number
  /** nodes of the window that have a limit of their own (1), and that limit in metres; null = none */
  elsewhere: { nodes: Uint8Array; maxError: number } | null
}

/**
 * Marks the nodes that a mesh of squares of `base` intervals must keep: those that lie too far off the middle of their
 * hypotenuse, and all that they hang from.
 *
 * Martini (and Evans et al. 1997) gather errors within one tile, so that two neighbours disagree about the nodes of the edge
 * they share. Here squares of `base` intervals are always kept; what a node gathers then comes from less than `base` nodes
 * around it, and a window with such a margin gives both neighbours the same marks. (A node gathers from both sides of its
 * hypotenuse, so half the margin is not enough.)
 *
 * Marks instead of the errors themselves take half the time: one limit is known beforehand, and the largest of five is a guess
 * for the processor where the or of five is not.
 *
 * @param out as long as the window: 1 = kept, 0 = may be left out; the corners of the squares are not marked
 * @throws {RangeError} when the window has the wrong length or `base` is larger than the margin
 */
export function keptNodes(window: TerrainWindow, base: number, tolerance: TerrainTolerance, out: Uint8Array): void {
  const { size, margin, heights } = window
  const side = size + 1 + 2 * margin
  if (heights.length !== side * side || out.length !== heights.length)
    throw new RangeError(`terrain: window has the wrong length, got ${heights.length}; expected ${side * side}`)
  if (base > margin || base < 1 || base & (base - 1) || margin % base || size % (2 * base))
    throw new RangeError(
      `terrain: bad base square, got ${base}; expected a power of two that divides the margin ${margin}`,
    )
  out.fill(0)
  for (let step = 1; step < base; step *= 2) {
    edgeNodes(heights, tolerance, out, side, step)
    centreNodes(heights, tolerance, out, side, step)
  }
}

/** Middles of horizontal and vertical hypotenuses of length 2 × step; they gather from the four squares' centres around. */
function edgeNodes(
  heights: Float32Array,
  tolerance: TerrainTolerance,
  out: Uint8Array,
  side: number,
  step: number,
): void {
  const half = step >> 1
  for (let j = step, odd = 1; j < side - step; j += step, odd ^= 1) {
    // in odd rows the hypotenuse runs north-south through even columns, in even rows west-east through odd ones
    const first = j * side + (odd ? 2 * step : step)
    const end = (j + 1) * side - step
    markOwn(heights, tolerance, out, first, end, 2 * step, odd ? step * side : step)
    if (step > 1) gather(out, first, end, 2 * step, half * side + half, half * side - half)
  }
}

/** Middles of diagonal hypotenuses, in squares of side 2 × step; they gather from the four middles of the square's sides. */
function centreNodes(
  heights: Float32Array,
  tolerance: TerrainTolerance,
  out: Uint8Array,
  side: number,
  step: number,
): void {
  const far = step * side
  for (let j = step, row = 0; j < side - step; j += 2 * step, row ^= 1) {
    const first = j * side + step
    const end = (j + 1) * side - step
    // the diagonal of a square passes through the centre of the square it is a quarter of
    markOwn(heights, tolerance, out, first, end, 4 * step, row ? far - step : far + step)
    markOwn(heights, tolerance, out, first + 2 * step, end, 4 * step, row ? far + step : far - step)
    gather(out, first, end, 2 * step, step, far)
  }
}

/** Marks the nodes of a row that lie too far off the middle between the two that are `reach` before and after them. */
function markOwn(
  heights: Float32Array,
  { maxError, elsewhere }: TerrainTolerance,
  out: Uint8Array,
  first: number,
  end: number,
  by: number,
  reach: number,
): void {
  if (elsewhere) {
    const { nodes, maxError: other } = elsewhere
    for (let at = first; at < end; at += by) {
      const error = Math.abs((heights[at - reach] + heights[at + reach]) * 0.5 - heights[at])
      if (error > (nodes[at] ? other : maxError)) out[at] = 1
    }
  } else
    for (let at = first; at < end; at += by) {
      const error = Math.abs((heights[at - reach] + heights[at + reach]) * 0.5 - heights[at])
      if (error > maxError) out[at] = 1
    }
}

/** Marks the nodes of a row that hold one of four around: ± `a`, ± `b`. */
function gather(out: Uint8Array, first: number, end: number, by: number, a: number, b: number): void {
  for (let at = first; at < end; at += by) out[at] |= out[at - a] | out[at + a] | out[at - b] | out[at + b]
}
