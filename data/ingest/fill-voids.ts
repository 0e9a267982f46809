/** Holes in a height grid, closed from their rims. */

const DIRECTIONS = [
  [1, 0],
  [1, 1],
  [0, 1],
  [-1, 1],
  [-1, 0],
  [-1, -1],
  [0, -1],
  [1, -1],
]
/** A void is a hole when the rim is met in this many of the eight directions: no land is invented beyond the edge. */
const RIMS_NEEDED = 5

/**
 * Fills voids in place: each node from the nearest known node in eight directions, weighted by inverse squared distance.
 *
 * @param heights metres, row-major, `columns × rows`, NaN = void
 * @param reach farthest rim, in nodes
 * @returns how many nodes were filled; those with too little rim stay NaN
 * @see Shepard 1968 (inverse distance weighting)
 */
export function fillVoids(heights: Float32Array, columns: number, rows: number, reach = 200): number {
  const voids: number[] = []
  for (let i = 0; i < heights.length; i++) if (Number.isNaN(heights[i])) voids.push(i)
  if (voids.length === 0 || voids.length === heights.length) return 0
  const filled = new Float32Array(voids.length)
  voids.forEach((index, k) => {
    const row = Math.floor(index / columns)
    const column = index % columns
    let rims = 0
    let sum = 0
    let weight = 0
    for (const [dx, dy] of DIRECTIONS) {
      const most = Math.min(
        reach,
        dx > 0 ? columns - 1 - column : dx < 0 ? column : reach,
        dy > 0 ? rows - 1 - row : dy < 0 ? row : reach,
      )
      for (let step = 1; step <= most; step++) {
        const height = heights[index + step * (dx + dy * columns)]
        if (Number.isNaN(height)) continue
        const share = 1 / (step * step * (dx !== 0 && dy !== 0 ? 2 : 1))
        rims++
        sum += height * share
        weight += share
        break
      }
    }
    filled[k] = rims >= RIMS_NEEDED ? sum / weight : Number.NaN
  })
  let count = 0
  voids.forEach((index, k) => {
    if (Number.isNaN(filled[k])) return
    heights[index] = filled[k]
    count++
  })
  return count
}
