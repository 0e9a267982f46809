/** A tile's own plane: degrees → metres east and north of its centre, and the bend of the Earth put back at the end. */
import { ECCENTRICITY2, enuMatrix, SEMI_MAJOR } from '../geo/ellipsoid.ts'
import { SHAPE_UNIT_DEG } from './building-shape.ts'

/** A plane at a place; good to 1 mm within 3 km and to 1 m within 60 km. */
export interface Plane {
  lngDeg: number
  latDeg: number
  /** lng, lat alternating in `SHAPE_UNIT_DEG` → x, y alternating in metres, into `out` from `at` on; `out` ends with them */
  project(coordinates: ArrayLike<number>, out: number[], at?: number): void
  /** `project` for `count` numbers of a pool from `from` on, into memory that is used again */
  projectPart(pool: Int32Array, from: number, count: number, out: Float64Array, at: number): void
  /** x, y in metres → lng, lat in degrees */
  unproject(x: number, y: number): [number, number]
  /** radii of curvature in metres: along the parallel, along the meridian */
  normal: number
  meridian: number
}

/**
 * Opens a plane.
 * @see Torge & Müller 2012, Geodesy §6.2: series of the local system to third order
 */
export function openPlane(lngDeg: number, latDeg: number): Plane {
  const lat = (latDeg * Math.PI) / 180
  const sine = Math.sin(lat)
  const cosine = Math.cos(lat)
  const bend = 1 - ECCENTRICITY2 * sine * sine
  const normal = SEMI_MAJOR / Math.sqrt(bend)
  const meridian = (SEMI_MAJOR * (1 - ECCENTRICITY2)) / (bend * Math.sqrt(bend))
  const unit = (SHAPE_UNIT_DEG * Math.PI) / 180
  const [lng0, lat0] = [lngDeg / SHAPE_UNIT_DEG, latDeg / SHAPE_UNIT_DEG]
  const [n, mSine, mCosine] = [normal * cosine, meridian * sine, (meridian * cosine) / 2]
  const grow = (1.5 * meridian * ECCENTRICITY2 * sine * cosine) / bend
  const rise = (normal * cosine * sine) / 2
  const world = 360 / SHAPE_UNIT_DEG
  const sixth = (cosine * cosine) / 6
  const twist = (mCosine * cosine * 2 - mSine * sine) * 0.5
  const turned = (lng: number): number => {
    const east = lng - lng0
    return unit * (east > world / 2 ? east - world : east < -world / 2 ? east + world : east)
  }
  const eastOf = (l: number, p: number): number => (n - mSine * p - mCosine * p * p) * (l - l * l * l * sixth)
  const northOf = (l: number, p: number): number =>
    meridian * p + grow * p * p + rise * l * l - (meridian * p * p * p) / 6 + twist * l * l * p
  return {
    lngDeg,
    latDeg,
    normal,
    meridian,
    project(coordinates, out, at = 0) {
      for (let i = 0; i < coordinates.length; i += 2) {
        const l = turned(coordinates[i])
        const p = (coordinates[i + 1] - lat0) * unit
        out[at + i] = eastOf(l, p)
        out[at + i + 1] = northOf(l, p)
      }
      out.length = at + coordinates.length
    },
    // the same loop once more: one that takes plain and typed arrays alike runs at a fifth of the speed
    projectPart(pool, from, count, out, at) {
      for (let i = 0; i < count; i += 2) {
        const l = turned(pool[from + i])
        const p = (pool[from + i + 1] - lat0) * unit
        out[at + i] = eastOf(l, p)
        out[at + i + 1] = northOf(l, p)
      }
    },
    unproject(x, y) {
      let [l, p] = [x / n, y / meridian]
      for (let turn = 0; turn < 3; turn++) {
        l = x / (n - mSine * p - mCosine * p * p)
        p = (y - grow * p * p - rise * l * l) / meridian
      }
      return [lngDeg + (l * 180) / Math.PI, latDeg + (p * 180) / Math.PI]
    },
  }
}

/**
 * Node matrix of a tile's content: steps → metres → earth-centred, seen through glTF's y-up axes, which every 3D Tiles
 * runtime turns back to z-up. Decimals in the JSON, as many as a micrometre on the ground needs.
 * @param origin metres in the plane that step 0, 0, 0 stands for
 * @param step metres per step
 * @returns 16 numbers, column-major
 */
export function nodeMatrix(plane: Plane, origin: [number, number, number], step: number): number[] {
  const m = enuMatrix(plane.lngDeg, plane.latDeg, 0)
  const result = new Array<number>(16).fill(0)
  for (let row = 0; row < 3; row++) {
    // z-up (x, y, z) is y-up (x, z, −y)
    const target = row === 0 ? 0 : row === 1 ? 2 : 1
    const sign = row === 1 ? -1 : 1
    for (let column = 0; column < 3; column++)
      result[column * 4 + target] = decimals(sign * m[column * 4 + row] * step, 13)
    const place = m[row] * origin[0] + m[4 + row] * origin[1] + m[8 + row] * origin[2] + m[12 + row]
    result[12 + target] = decimals(sign * place, 7)
  }
  result[15] = 1
  return result
}

/** Rounded to so many decimals; no minus before nothing. */
const decimals = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits || 0
