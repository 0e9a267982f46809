/** Discharge between a manhole or an inlet and the water on the ground above it. */
import { GRAVITY } from '../engine.ts'

/** Places of exchange; arrays, one place a point. Several points may share a node or a cell. */
export interface ExchangePoints {
  /** node of the network */
  node: Int32Array
  /** level of the ground, m */
  crest: Float64Array
  /** depth of water on it, m; followed through the steps of the network */
  depth: Float64Array
  /** ground that this point shares in, m² */
  cellArea: Float64Array
  /** open area, m², and length of the edge, m */
  openArea: Float64Array
  perimeter: Float64Array
  /** coefficients of the orifice (–) and of the weir (m^½/s) */
  orifice: Float64Array
  weir: Float64Array
  /** m³ that came up (positive) or went down so far */
  moved: Float64Array
}

/** Derivative of the last discharge by the head below, m²/s. */
export const exchangeSlope = new Float64Array(1)

const law = new Float64Array(2)

/**
 * Free discharge under a head: over the edge when small, through the opening when large, smooth between
 * (1/Q⁸ = 1/Qw⁸ + 1/Qo⁸). Puts the discharge and its derivative into `law`.
 */
function gully(points: ExchangePoints, p: number, head: number): void {
  if (!(head > 0)) {
    law[0] = 0
    law[1] = 0
    return
  }
  const over = points.weir[p]! * points.perimeter[p]! * head * Math.sqrt(head)
  const through = points.orifice[p]! * points.openArea[p]! * Math.sqrt(2 * GRAVITY * head)
  // the smaller of both counts; the share of the other fades with its eighth power
  const ratio = over < through ? over / through : through / over
  const ratio8 = ratio ** 8
  const least = Math.min(over, through)
  const q = least / (1 + ratio8) ** 0.125
  const [slopeOver, slopeThrough] = [(1.5 * over) / head, (0.5 * through) / head]
  // dQ = Q⁹ (dQw / Qw⁹ + dQo / Qo⁹)
  law[0] = q
  law[1] = slopeOver * (q / over) ** 9 + slopeThrough * (q / through) ** 9
}

/**
 * Discharge of a head that the passing water itself lowers by up to `per` metres for each m³/s: not at all where little
 * passes (neighbours refill the cell), wholly where as much would pass as there is.
 */
function relaxed(points: ExchangePoints, p: number, head: number, per: number): void {
  gully(points, p, head)
  if (!(law[0]! > 0) || per === 0) return
  const lowers = per * Math.min(1, (per * law[0]!) / head)
  // Q = f(head - lowers Q), from above
  let q = Math.min(law[0]!, head / lowers)
  for (let k = 0; k < 30; k++) {
    gully(points, p, head - lowers * q)
    const change = (law[0]! - q) / (1 + lowers * law[1]!)
    q = Math.max(0, Math.min(head / lowers, q + change))
    if (Math.abs(change) <= 1e-13 + 1e-12 * q) break
  }
  gully(points, p, Math.max(0, head - lowers * q))
  law[1] = law[1]! / (1 + lowers * law[1]!)
  law[0] = Math.min(q, head / per)
}

/**
 * Discharge of a point, m³/s, up to the ground positive, when the network's head is `head`, over a step in which the
 * water on the ground rises or falls by it: never more than there is, never past the level of both. Its slope goes into
 * `exchangeSlope`.
 */
export function exchangeAt(points: ExchangePoints, p: number, head: number, dt: number): number {
  const crest = points.crest[p]!
  const level = crest + points.depth[p]!
  const per = dt / points.cellArea[p]!
  if (head >= level) {
    relaxed(points, p, head - level, per)
    exchangeSlope[0] = law[1]!
    return law[0]!
  }
  const drowned = head > crest
  relaxed(points, p, level - Math.max(head, crest), per)
  exchangeSlope[0] = drowned ? law[1]! : 0
  return -law[0]!
}
