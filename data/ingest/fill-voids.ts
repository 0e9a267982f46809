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

/** Nodes of the largest void that is a hole; beyond, it is sea or the end of the data (6 km square at 1″). */
const LARGEST_HOLE = 40_000

/** The hole around a node, marked as seen; null when it is too large to be one. */
function hole(start: number, heights: Float32Array, columns: number, seen: Uint8Array): number[] | null {
  const rows = heights.length / columns
  const waiting = [start]
  const found: number[] = []
  let count = 0
  seen[start] = 1
  while (waiting.length > 0) {
    const index = waiting.pop() as number
    if (++count <= LARGEST_HOLE) found.push(index)
    const column = index % columns
    const row = (index - column) / columns
    for (const [dx, dy] of DIRECTIONS) {
      if (column + dx < 0 || column + dx >= columns || row + dy < 0 || row + dy >= rows) continue
      const next = index + dx + dy * columns
      if (seen[next] || !Number.isNaN(heights[next])) continue
      seen[next] = 1
      waiting.push(next)
    }
  }
  return count <= LARGEST_HOLE ? found : null
}

/** Height from the rims around a void; NaN with too few. */
function fromRims(index: number, heights: Float32Array, columns: number): number {
  const rows = heights.length / columns
  const column = index % columns
  const row = (index - column) / columns
  let rims = 0
  let sum = 0
  let weight = 0
  for (const [dx, dy] of DIRECTIONS) {
    const most = Math.min(
      dx > 0 ? columns - 1 - column : dx < 0 ? column : Infinity,
      dy > 0 ? rows - 1 - row : dy < 0 ? row : Infinity,
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
  return rims >= RIMS_NEEDED ? sum / weight : Number.NaN
}

/**
 * Fills holes in place: each void from the nearest known node in eight directions, weighted by inverse squared distance.
 * Large voids (over 40,000 nodes: the sea, the end of the data) stay: searching them took 112 s on one tile, and a rim
 * that far says nothing.
 *
 * @param heights metres, row-major, `columns` wide, NaN = void
 * @returns how many nodes were filled; those with too little rim stay NaN
 * @see Shepard 1968 (inverse distance weighting)
 */
export function fillVoids(heights: Float32Array, columns: number): number {
  const seen = new Uint8Array(heights.length)
  let count = 0
  for (let i = 0; i < heights.length; i++) {
    if (seen[i] || !Number.isNaN(heights[i])) continue
    const found = hole(i, heights, columns, seen)
    if (!found) continue
    // all from the rim alone, so that the order of filling does not show
    const filled = found.map((index) => fromRims(index, heights, columns))
    found.forEach((index, k) => {
      heights[index] = filled[k]
      if (!Number.isNaN(filled[k])) count++
    })
  }
  return count
}
