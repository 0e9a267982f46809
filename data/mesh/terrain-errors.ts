/** How much each node of a height window matters to a right-triangulated mesh of the whole level. */

/** A window of heights around a tile: the tile's nodes and a margin on every side, row-major from the north-west. */
export interface TerrainWindow {
  /** intervals along a tile's edge: a power of two */
  size: number
  /** nodes beyond the tile's edge on each side: a power of two, a divisor of `size` */
  margin: number
  /** metres above the ellipsoid, `(size + 1 + 2 margin)²`, no NaN */
  heights: Float32Array
}

/**
 * Errors of all nodes that a mesh of squares of `base` intervals may leave out, saturated so that a node never matters more
 * than those it hangs from.
 *
 * Martini (and Evans et al. 1997) gather them within one tile, so that two neighbours disagree about the nodes of the edge
 * they share. Here squares of `base` intervals are always kept; what a node gathers then comes from less than `base` nodes
 * around it, and a window with such a margin gives both neighbours the same errors, bit for bit.
 *
 * @param weights factor per node of the window on its own error (1 = as it is); null = 1 everywhere
 * @param out metres, as long as the window; 0 where nothing was gathered
 * @throws {RangeError} when the window has the wrong length or `base` is larger than the margin
 */
export function terrainErrors(
  window: TerrainWindow,
  base: number,
  weights: Float32Array | null,
  out: Float32Array,
): void {
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
    edgeNodes(heights, weights, out, side, step)
    centreNodes(heights, weights, out, side, step)
  }
}

/** Middles of horizontal and vertical hypotenuses of length 2 × step; they gather from the four squares' centres around. */
function edgeNodes(
  heights: Float32Array,
  weights: Float32Array | null,
  out: Float32Array,
  side: number,
  step: number,
): void {
  for (let j = step, odd = 1; j < side - step; j += step, odd ^= 1) {
    // in odd rows the hypotenuse runs north-south through even columns, in even rows west-east through odd ones
    const first = j * side + (odd ? 2 * step : step)
    const end = (j + 1) * side - step
    ownErrors(heights, weights, out, first, end, 2 * step, odd ? step * side : step)
    if (step === 1) continue
    const half = step >> 1
    gather(out, first, end, 2 * step, half * side + half, half * side - half)
  }
}

/** Middles of diagonal hypotenuses, in squares of side 2 × step; they gather from the four middles of the square's sides. */
function centreNodes(
  heights: Float32Array,
  weights: Float32Array | null,
  out: Float32Array,
  side: number,
  step: number,
): void {
  const far = step * side
  for (let j = step, row = 0; j < side - step; j += 2 * step, row ^= 1) {
    const first = j * side + step
    const end = (j + 1) * side - step
    // the diagonal of a square passes through the centre of the square it is a quarter of
    ownErrors(heights, weights, out, first, end, 4 * step, row ? far - step : far + step)
    ownErrors(heights, weights, out, first + 2 * step, end, 4 * step, row ? far + step : far - step)
    gather(out, first, end, 2 * step, step, far)
  }
}

/** Sets what the nodes of a row lie off the middle between the two that are `reach` before and after them. */
function ownErrors(
  heights: Float32Array,
  weights: Float32Array | null,
  out: Float32Array,
  first: number,
  end: number,
  by: number,
  reach: number,
): void {
  if (weights)
    for (let at = first; at < end; at += by)
      out[at] = Math.abs((heights[at - reach] + heights[at + reach]) / 2 - heights[at]) * weights[at]
  else
    for (let at = first; at < end; at += by)
      out[at] = Math.abs((heights[at - reach] + heights[at + reach]) / 2 - heights[at])
}

/** Raises the nodes of a row to the largest of four around: ± `a`, ± `b`. */
function gather(out: Float32Array, first: number, end: number, by: number, a: number, b: number): void {
  for (let at = first; at < end; at += by) {
    let error = out[at]
    if (out[at - a] > error) error = out[at - a]
    if (out[at + a] > error) error = out[at + a]
    if (out[at - b] > error) error = out[at - b]
    if (out[at + b] > error) error = out[at + b]
    out[at] = error
  }
}
