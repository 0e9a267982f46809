/** Second order: slopes of level, depth and speeds in smooth wet cells, and the half step ahead of their face values. */
import { type Crests, type Field, GRAVITY, NO_CREST, SMOOTH_DEPTH } from '../engine.ts'
import { type Layout, VOID_BED } from '../layout.ts'

/** Values of all cells at one of their sides: depth, speeds normal and along the face, bed. */
interface Side {
  h: Float64Array
  n: Float64Array
  t: Float64Array
  z: Float64Array
}

/** Face values of all cells and the push of bed and pressure inside them. */
export interface Faces {
  /** low: at the western side, high: at the eastern side */
  x: { low: Side; high: Side }
  /** low: at the northern side, high: at the southern side */
  y: { low: Side; high: Side }
  sourceX: Float64Array
  sourceY: Float64Array
}

/** Room for the face values. */
export function makeFaces(make: () => Float64Array): Faces {
  const side = (): Side => ({ h: make(), n: make(), t: make(), z: make() })
  return { x: { low: side(), high: side() }, y: { low: side(), high: side() }, sourceX: make(), sourceY: make() }
}

/**
 * Speed after friction, implicit in the new speed so that steady flow keeps its balance: u (1 + dt c |u|) = u*.
 *
 * @returns the factor on both components
 */
export function frictionFactor(dt: number, gnn: number, h: number, speed: number): number {
  const drag = (dt * gnn * speed) / (h * Math.cbrt(h))
  return 1 / (0.5 + Math.sqrt(0.25 + drag))
}

/** Monotonized central slope of three values in a row. */
function slope(before: number, here: number, after: number): number {
  const a = here - before
  const b = after - here
  if (a * b <= 0) return 0
  const middle = 0.5 * Math.abs(a + b)
  const least = 2 * Math.min(Math.abs(a), Math.abs(b))
  return Math.sign(a) * Math.min(middle, least)
}

/** How far a bed at a face may lie outside those of its two cells, as a share of the depth. */
const BUMP = 0.05

/**
 * Slope of the level, mended where it and the depth's make a sill at a face that neither cell has: at the edge of a kerb or a
 * quay that held back thin water ten centimetres deep.
 *
 * @param a rise of the bed from the cell before, `b` to the cell after
 */
function mended(ex: number, hx: number, a: number, b: number, h: number): number {
  const zx = 0.5 * (ex - hx)
  const low = Math.max(Math.min(a, 0), Math.min(b, 0))
  const high = Math.min(Math.max(a, 0), Math.max(b, 0))
  const kept = Math.max(low, Math.min(high, zx))
  return Math.abs(kept - zx) > BUMP * h ? hx + 2 * kept : ex
}

function put(side: Side, i: number, h: number, n: number, t: number, z: number): void {
  side.h[i] = h
  side.n[i] = n
  side.t[i] = t
  side.z[i] = z
}

/**
 * Face values half a step ahead.
 *
 * Cells that are partly open, and their neighbours, are of first order.
 *
 * Friction acts in the half step too: in thin water on a slope it is as large as the pull, and leaving it out doubles the flow.
 *
 * @see Audusse et al. 2004, §4: level and depth are reconstructed, the bed at a face is their difference
 */
export function reconstruct(
  faces: Faces,
  layout: Layout,
  h: Float64Array,
  u: Float64Array,
  v: Float64Array,
  bed: Float64Array,
  friction: Float64Array,
  dt: number,
  crests?: Crests,
  inverse?: Field,
): void {
  const { guard, width, height, cellM } = layout
  const slopes = new Float64Array(8)
  const wet = (i: number) => h[i]! > SMOOTH_DEPTH && bed[i]! < VOID_BED / 2
  const fill = (at: number, i: number, side: number, smooth: boolean) => {
    const crest = side === 1 ? crests?.across : crests?.down
    const open = !crest || (crest[i]! === NO_CREST && crest[i + side]! === NO_CREST)
    const whole = !inverse || (inverse[i] === 1 && inverse[i - side] === 1 && inverse[i + side] === 1)
    if (!(smooth && open && whole && wet(i - side) && wet(i + side))) {
      slopes.fill(0, at, at + 4)
      return
    }
    const a = i - side
    const b = i + side
    const deep = slope(h[a]!, h[i]!, h[b]!)
    const high = slope(h[a]! + bed[a]!, h[i]! + bed[i]!, h[b]! + bed[b]!)
    slopes[at] = mended(high, deep, bed[i]! - bed[a]!, bed[b]! - bed[i]!, h[i]!)
    slopes[at + 1] = deep
    slopes[at + 2] = slope(u[a]!, u[i]!, u[b]!)
    slopes[at + 3] = slope(v[a]!, v[i]!, v[b]!)
  }
  for (let i = guard; i < guard + width * height; i++) {
    const smooth = wet(i)
    fill(0, i, 1, smooth)
    fill(4, i, width, smooth)
    const [ex, hx, ux, vx, ey, hy, uy, vy] = slopes as unknown as number[]
    const H = inverse ? h[i]! * inverse[i]! : h[i]!
    const U = u[i]!
    const V = v[i]!
    const Z = bed[i]!
    const half = (0.5 * dt) / cellM
    const dh = -half * (U * hx! + H * ux! + V * hy! + H * vy!)
    let un = U - half * (U * ux! + V * uy! + GRAVITY * ex!)
    let vn = V - half * (U * vx! + V * vy! + GRAVITY * ey!)
    if (smooth) {
      const factor = frictionFactor(0.5 * dt, friction[i]!, H, Math.sqrt(un * un + vn * vn))
      un *= factor
      vn *= factor
    }
    const west = Math.max(0, H - 0.5 * hx! + dh)
    const east = Math.max(0, H + 0.5 * hx! + dh)
    const north = Math.max(0, H - 0.5 * hy! + dh)
    const south = Math.max(0, H + 0.5 * hy! + dh)
    const zx = 0.5 * (ex! - hx!)
    const zy = 0.5 * (ey! - hy!)
    put(faces.x.low, i, west, un - 0.5 * ux!, vn - 0.5 * vx!, Z - zx)
    put(faces.x.high, i, east, un + 0.5 * ux!, vn + 0.5 * vx!, Z + zx)
    put(faces.y.low, i, north, vn - 0.5 * vy!, un - 0.5 * uy!, Z - zy)
    put(faces.y.high, i, south, vn + 0.5 * vy!, un + 0.5 * uy!, Z + zy)
    faces.sourceX[i] = GRAVITY * (west + east) * (zx + 0.5 * (east - west))
    faces.sourceY[i] = GRAVITY * (north + south) * (zy + 0.5 * (south - north))
  }
}
