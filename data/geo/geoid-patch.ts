/** A small piece of the geoid: what a page needs to say heights over the sea without the whole earth's grid. */

/** Undulations on a grid of 15′ posts; degrees, row by row from the north-west. */
export interface GeoidPatch {
  west: number
  south: number
  east: number
  north: number
  columns: number
  rows: number
  /** metres above the WGS 84 ellipsoid, to the centimetre */
  metres: number[]
}

/** Spacing of the posts in degrees: that of the EGM96 grid, so that nothing is lost between them. */
const STEP = 0.25
/** A patch has at most so many posts; a larger area gets wider spacing, a multiple of 15′. */
const MOST = 4096

/**
 * The piece of the geoid over a box, posts on multiples of 15′, one post of margin.
 *
 * @param box degrees; `east` may pass 180
 * @param undulation metres at a place, see `geoid.ts`
 * @throws {RangeError} when the box has no finite edges
 */
export function geoidPatch(
  box: { west: number; south: number; east: number; north: number },
  undulation: (lngDeg: number, latDeg: number) => number,
): GeoidPatch {
  if (![box.west, box.south, box.east, box.north].every(Number.isFinite))
    throw new RangeError(`geoid patch: bad box, got ${Object.values(box).join()}; expected four numbers in degrees`)
  for (let step = STEP; ; step *= 2) {
    const west = Math.floor(box.west / step) * step
    const south = Math.max(-90, Math.floor(box.south / step) * step)
    const columns = Math.max(2, Math.ceil((box.east - west) / step) + 1)
    const rows = Math.max(2, Math.ceil((Math.min(90, box.north) - south) / step) + 1)
    if (columns * rows > MOST) continue
    const north = south + (rows - 1) * step
    const metres: number[] = []
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++)
        metres.push(Math.round(undulation(west + column * step, Math.min(90, north - row * step)) * 100) / 100)
    return { west, south, east: west + (columns - 1) * step, north, columns, rows, metres }
  }
}

/**
 * Height of the sea over the ellipsoid at a place, bilinear between the posts.
 *
 * @returns metres; NaN outside the patch or where the patch is damaged
 */
export function undulationIn(patch: GeoidPatch, lngDeg: number, latDeg: number): number {
  const { west, south, east, north, columns, rows, metres } = patch
  const turned = lngDeg < west ? lngDeg + 360 : lngDeg
  const x = ((turned - west) / (east - west)) * (columns - 1)
  const y = ((north - latDeg) / (north - south)) * (rows - 1)
  if (!(x >= 0 && x <= columns - 1 && y >= 0 && y <= rows - 1)) return Number.NaN
  const left = Math.min(Math.floor(x), columns - 2)
  const top = Math.min(Math.floor(y), rows - 2)
  const at = (row: number, column: number) => metres[row * columns + column] ?? Number.NaN
  const upper = at(top, left) + (at(top, left + 1) - at(top, left)) * (x - left)
  const lower = at(top + 1, left) + (at(top + 1, left + 1) - at(top + 1, left)) * (x - left)
  return upper + (lower - upper) * (y - top)
}
