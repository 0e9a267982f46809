/** The flux through a face: hydrostatic reconstruction, then HLLC with Einfeldt and dry-front speeds. */
import { DRY_DEPTH, GRAVITY } from '../engine.ts'
import { VOID_BED } from '../layout.ts'

const WALL = VOID_BED / 2

/**
 * Flux per metre of face, in plain float64.
 *
 * @param out 0: volume; 1: normal momentum as the left cell feels it; 2: as the right cell feels it; 3: transverse momentum
 * @param left start of h, normal speed, transverse speed, bed in `state`; a void on one side is a wall
 * @see Audusse et al. 2004 (reconstruction); Toro 2001, §10 (HLLC, wave speeds); Einfeldt 1988
 */
export function hllc(
  out: Float64Array,
  hLeft: number,
  uLeft: number,
  vLeft: number,
  zLeft: number,
  hRight: number,
  uRight: number,
  vRight: number,
  zRight: number,
): void {
  const wallLeft = zLeft > WALL
  const wallRight = zRight > WALL
  const hL = wallLeft ? hRight : hLeft
  const hR = wallRight ? hLeft : hRight
  if ((wallLeft && wallRight) || (hLeft <= DRY_DEPTH && hRight <= DRY_DEPTH)) {
    out[0] = out[1] = out[2] = out[3] = 0
    return
  }
  const uL = wallLeft ? -uRight : uLeft
  const uR = wallRight ? -uLeft : uRight
  const zL = wallLeft ? zRight : zLeft
  const zR = wallRight ? zLeft : zRight
  const z = Math.max(zL, zR)
  const a = Math.max(0, hL + zL - z)
  const b = Math.max(0, hR + zR - z)
  const ca = Math.sqrt(GRAVITY * a)
  const cb = Math.sqrt(GRAVITY * b)
  const uStar = 0.5 * (uL + uR) + ca - cb
  const cStar = Math.max(0, 0.5 * (ca + cb) + 0.25 * (uL - uR))
  const slow = Math.min(0, a > 0 ? Math.min(uL - ca, uStar - cStar) : uR - 2 * cb)
  const fast = Math.max(0, b > 0 ? Math.max(uR + cb, uStar + cStar) : uL + 2 * ca)
  const span = fast - slow
  const inverse = span > 1e-12 ? 1 / span : 0
  const qa = a * uL
  const qb = b * uR
  const half = 0.5 * GRAVITY
  const mass = (fast * qa - slow * qb + slow * fast * (b - a)) * inverse
  const push = (fast * (qa * uL + half * a * a) - slow * (qb * uR + half * b * b) + slow * fast * (qb - qa)) * inverse
  out[0] = mass
  out[1] = push + half * (hL * hL - a * a)
  out[2] = push + half * (hR * hR - b * b)
  out[3] = mass * (mass > 0 ? vLeft : vRight)
}
