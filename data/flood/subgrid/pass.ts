/** Over what height water must rise to pass from one cell to its neighbour: walls and levees inside cells hold it. */

/** Pixels that join at this much above the level asked for count as joined, metres. */
const TOLERANCE = 0.05
const HALVINGS = 9

/** A small grid of pixels, row-major; NaN is void. */
export interface Pixels {
  columns: number
  rows: number
  z: Float64Array
}

/** Pixels reached from one of them through sides without rising over a level. */
function flood(
  { columns, rows, z }: Pixels,
  start: number,
  level: number,
  seen: Uint8Array,
  queue: Int32Array,
): number {
  let head = 0
  let tail = 0
  const visit = (p: number) => {
    if (seen[p] || !(z[p]! <= level)) return
    seen[p] = 1
    queue[tail++] = p
  }
  visit(start)
  while (head < tail) {
    const p = queue[head++]!
    const c = p % columns
    if (c > 0) visit(p - 1)
    if (c + 1 < columns) visit(p + 1)
    if (p >= columns) visit(p - columns)
    if (p + columns < columns * rows) visit(p + columns)
  }
  return tail
}

/** Lowest pixel of the largest piece of ground; -1 when all is void. */
export function lowestOfMain(pixels: Pixels): number {
  const { z } = pixels
  const seen = new Uint8Array(z.length)
  const queue = new Int32Array(z.length)
  let most = 0
  let best = -1
  for (let p = 0; p < z.length; p++) {
    if (seen[p] || Number.isNaN(z[p]!)) continue
    const count = flood(pixels, p, Infinity, seen, queue)
    if (count <= most) continue
    most = count
    best = p
    for (let k = 0; k < count; k++) if (z[queue[k]!]! < z[best]!) best = queue[k]!
  }
  return best
}

/**
 * Lowest level at which two pixels are joined.
 *
 * @param low level it is at least, metres; what joins up to 5 cm above counts as this
 * @returns Infinity when void parts them
 */
export function lowestPass(pixels: Pixels, from: number, to: number, low: number): number {
  const queue = new Int32Array(pixels.z.length)
  const joined = (level: number) => {
    const seen = new Uint8Array(pixels.z.length)
    flood(pixels, from, level, seen, queue)
    return seen[to] === 1
  }
  if (joined(low + TOLERANCE)) return low
  let high = low
  for (const z of pixels.z) if (z > high) high = z
  if (!joined(high)) return Infinity
  let below = low + TOLERANCE
  for (let k = 0; k < HALVINGS; k++) {
    const middle = (below + high) / 2
    if (joined(middle)) high = middle
    else below = middle
  }
  return high
}
