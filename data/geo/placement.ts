/** Where a model stands: a place, a height, a turn and a scale; and the matrix that takes its metres to Earth. */
import { enuMatrix } from './ellipsoid.ts'

/** How a placement came about; `hand` wins over what a file says. */
export type PlacedBy = 'map-conversion' | 'site' | 'crs' | 'anchor' | 'hand'

/** A model on Earth. */
export interface Placement {
  /** degrees, of the model's zero */
  lng: number
  lat: number
  /** metres above the ellipsoid, of the model's zero */
  height: number
  /** of the model's y axis, clockwise from true north */
  headingDeg: number
  /** metres on Earth per metre of the model */
  scale: number
  by: PlacedBy
}

/**
 * Model metres (x east, y north, z up before turning) → earth-centred metres.
 * @returns 16 numbers, column-major
 */
export function placementMatrix({ lng, lat, height, headingDeg, scale }: Placement): number[] {
  const m = enuMatrix(lng, lat, height)
  const turn = (headingDeg * Math.PI) / 180
  const [c, s] = [Math.cos(turn) * scale, Math.sin(turn) * scale]
  const column = (x: number, y: number, z: number): number[] => [
    m[0] * x + m[4] * y + m[8] * z,
    m[1] * x + m[5] * y + m[9] * z,
    m[2] * x + m[6] * y + m[10] * z,
    0,
  ]
  return [...column(c, -s, 0), ...column(s, c, 0), ...column(0, 0, scale), m[12], m[13], m[14], 1]
}

/** A point of the model in earth-centred metres. */
export function placed(matrix: readonly number[], x: number, y: number, z: number): [number, number, number] {
  const at = (row: number): number => matrix[row] * x + matrix[4 + row] * y + matrix[8 + row] * z + matrix[12 + row]
  return [at(0), at(1), at(2)]
}

/**
 * Refuses what is no placement on Earth.
 * @throws {RangeError} naming the field, what was got and what is expected
 */
export function checkPlacement(place: Placement): void {
  const check = (name: keyof Placement, low: number, high: number): void => {
    const value = place[name]
    if (typeof value !== 'number' || !(value >= low && value <= high))
      throw new RangeError(`placement: bad ${name}, got ${String(value)}; expected ${low} … ${high}`)
  }
  check('lng', -180, 180)
  check('lat', -90, 90)
  check('height', -12_000, 20_000)
  check('headingDeg', -360, 360)
  check('scale', 0.001, 1000)
}
