/** The flux through a face: hydrostatic reconstruction, then HLLC with Einfeldt and dry-front speeds. */
import { CREST_FLOW, DRY_DEPTH, GRAVITY, NO_CREST } from '../engine.ts'
import { VOID_BED } from '../layout.ts'

const WALL = VOID_BED / 2

/**
 * Flux per metre of face, in plain float64.
 *
 * Momentum is given less the pressure g h²/2 of the face's own side, so that water at rest gives zero and not the
 * difference of two large numbers: in float32 that difference set lakes in motion (3e-5 m/s after an hour).
 *
 * @param out 0: volume; 1: normal momentum as the left cell feels it; 2: as the right cell feels it; 3: transverse momentum
 * @param left start of h, normal speed, transverse speed, bed in `state`; a void on one side is a wall
 * @param crest level between the sides: no more passes than critical flow over it
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
  crest = NO_CREST,
): void {
  const wallLeft = zLeft > WALL
  const wallRight = zRight > WALL
  const hL = wallLeft ? hRight : hLeft
  const hR = wallRight ? hLeft : hRight
  const uL = wallLeft ? -uRight : uLeft
  const uR = wallRight ? -uLeft : uRight
  const zL = wallLeft ? zRight : zLeft
  const zR = wallRight ? zLeft : zRight
  const ground = Math.max(zL, zR)
  const z = crest > ground ? crest : ground
  const walled = wallLeft || wallRight
  const a = walled ? hL : Math.max(0, hL + zL - z)
  const b = walled ? hR : Math.max(0, hR + zR - z)
  if ((wallLeft && wallRight) || (a <= DRY_DEPTH && b <= DRY_DEPTH)) {
    out[0] = out[1] = out[2] = out[3] = 0
    return
  }
  const ca = Math.sqrt(GRAVITY * a)
  const cb = Math.sqrt(GRAVITY * b)
  const apart = 0.25 * (uL - uR)
  const wave = 0.5 * (ca - cb)
  const slow = Math.min(0, a > 0 ? Math.min(uL - ca, uR - cb + apart + wave) : uR - 2 * cb)
  const fast = Math.max(0, b > 0 ? Math.max(uR + cb, uL + ca + wave - apart) : uL + 2 * ca)
  const inverse = 1 / (fast - slow)
  const fa = fast * a * uL
  const sb = slow * b * uR
  const both = slow * fast
  const mass = (fa - sb + both * (b - a)) * inverse
  const push = (fa * uL - sb * uR + both * (b * uR - a * uL)) * inverse
  const press = 0.5 * GRAVITY * (b - a) * (b + a) * inverse
  out[0] = mass
  out[1] = push - slow * press
  out[2] = push - fast * press
  out[3] = mass * (mass > 0 ? vLeft : vRight)
  if (walled || crest <= ground) return
  const most = CREST_FLOW * Math.max(a, b) ** 1.5
  if (Math.abs(mass) > most) for (let k = 0; k < 4; k++) out[k]! *= most / Math.abs(mass)
}
