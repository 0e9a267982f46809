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
  const half = step >> 1
  const near = half * side
  for (let j = step; j < side - step; j += step) {
    const odd = (j / step) & 1
    // in odd rows the hypotenuse runs north-south through even columns, in even rows west-east through odd ones
    const reach = odd ? step * side : step
    for (let i = odd ? 2 * step : step; i < side - step; i += 2 * step) {
      const at = j * side + i
      let error = Math.abs((heights[at - reach] + heights[at + reach]) / 2 - heights[at])
      if (weights) error *= weights[at]
      if (half) {
        const a = out[at - near - half]
        const b = out[at - near + half]
        const c = out[at + near - half]
        const d = out[at + near + half]
        if (a > error) error = a
        if (b > error) error = b
        if (c > error) error = c
        if (d > error) error = d
      }
      out[at] = error
    }
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
  for (let j = step; j < side - step; j += 2 * step) {
    const row = ((j - step) / (2 * step)) & 1
    for (let i = step; i < side - step; i += 2 * step) {
      const at = j * side + i
      // the diagonal of a square passes through the centre of the square it is a quarter of
      const column = ((i - step) / (2 * step)) & 1
      const reach = column === row ? far + step : far - step
      let error = Math.abs((heights[at - reach] + heights[at + reach]) / 2 - heights[at])
      if (weights) error *= weights[at]
      const a = out[at - step]
      const b = out[at + step]
      const c = out[at - far]
      const d = out[at + far]
      if (a > error) error = a
      if (b > error) error = b
      if (c > error) error = c
      if (d > error) error = d
      out[at] = error
    }
  }
}
