/** Natural neighbours of a place among scattered ones: whose share of the plane it would take, and how much. */

/** A neighbour and its weight; weights of one answer sum to 1. */
export interface Neighbour {
  /** index of the place given */
  index: number
  weight: number
}

/** Closer than this a place stands for itself, metres. */
const SAME_M = 0.01
/** A cell reaches no farther than so many places stand: outside of all places it would be all of the plane, and far places as near as near ones. */
const RANK = 6
/** Corners of the circle that bounds a cell where nothing else does. */
const CORNERS = 32

/** A convex ring without the part that lies nearer to `b` than to `a`; x, y alternating. */
function nearer(ring: readonly number[], ax: number, ay: number, bx: number, by: number): number[] {
  const [nx, ny] = [bx - ax, by - ay]
  const middle = (nx * (ax + bx) + ny * (ay + by)) / 2
  const out: number[] = []
  const count = ring.length
  for (let i = 0; i < count; i += 2) {
    const j = (i + 2) % count
    const [px, py, qx, qy] = [ring[i]!, ring[i + 1]!, ring[j]!, ring[j + 1]!]
    const p = nx * px + ny * py - middle
    const q = nx * qx + ny * qy - middle
    if (p <= 0) out.push(px, py)
    if ((p < 0 && q > 0) || (p > 0 && q < 0)) {
      const t = p / (p - q)
      out.push(px + (qx - px) * t, py + (qy - py) * t)
    }
  }
  return out
}

/** Whether a corner of a cell around the origin is as near to `x, y`. */
function touches(cell: readonly number[], x: number, y: number, reach: number): boolean {
  const half = (x * x + y * y) / 2
  const slack = Math.hypot(x, y) * reach * 1e-9
  for (let i = 0; i < cell.length; i += 2) if (x * cell[i]! + y * cell[i + 1]! >= half - slack) return true
  return false
}

function area(ring: readonly number[]): number {
  let sum = 0
  for (let i = 0; i < ring.length; i += 2) {
    const j = (i + 2) % ring.length
    sum += ring[i]! * ring[j + 1]! - ring[j]! * ring[i + 1]!
  }
  return sum / 2
}

/** Equal weights for those that stand where the place is; null when none does. */
function standing(x: readonly number[], y: readonly number[]): Neighbour[] | null {
  const here: number[] = []
  for (let i = 0; i < x.length; i++) if (Math.hypot(x[i]!, y[i]!) < SAME_M) here.push(i)
  return here.length === 0 ? null : here.map((index) => ({ index, weight: 1 / here.length }))
}

/**
 * Sibson's weights of the places around the origin: exact at a place, continuous, linear in between. A cell is
 * cut off where the sixth nearest place stands, at most at `reach`.
 *
 * Cost grows with the square of the number of places: give it the nearest few dozen.
 * @param x metres from the place asked for, eastward
 * @param y metres, northward
 * @param reach metres
 * @see Sibson 1981, A brief description of natural neighbour interpolation
 */
export function naturalNeighbours(x: readonly number[], y: readonly number[], reach: number): Neighbour[] {
  if (x.length === 0) return []
  const here = standing(x, y)
  if (here) return here
  const distances = x.map((each, i) => Math.hypot(each, y[i]!)).sort((a, b) => a - b)
  const far = Math.min(reach, distances[Math.min(RANK, distances.length) - 1]!)
  let cell: number[] = []
  for (let i = 0; i < CORNERS; i++) {
    const angle = (i * 2 * Math.PI) / CORNERS
    cell.push(far * Math.cos(angle), far * Math.sin(angle))
  }
  for (let i = 0; i < x.length; i++) cell = nearer(cell, 0, 0, x[i]!, y[i]!)
  // only who has a side of the cell gives up ground, and only to those is any place in it next nearest
  const beside: number[] = []
  for (let i = 0; i < x.length; i++) if (touches(cell, x[i]!, y[i]!, far)) beside.push(i)
  const found: Neighbour[] = []
  let sum = 0
  for (const i of beside) {
    let part = cell
    for (const j of beside) {
      if (part.length === 0) break
      if (i === j || Math.hypot(x[i]! - x[j]!, y[i]! - y[j]!) < SAME_M) continue
      part = nearer(part, x[i]!, y[i]!, x[j]!, y[j]!)
    }
    const weight = part.length < 6 ? 0 : area(part)
    if (weight <= 0) continue
    sum += weight
    found.push({ index: i, weight })
  }
  for (const one of found) one.weight /= sum
  return found
}
