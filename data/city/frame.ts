/** The extent of the generated city and its metric frame: metres east and north of Jiaojiang's civic square. */

/** A point in metres east, north of `ORIGIN`. */
export type Point = [x: number, y: number]

/** West, south, east, north in degrees (WGS 84): the estuary, the plain, the bay and the Dachen islands. */
export const EXTENT = [121.15, 28.4, 122.05, 28.85] as const

/** The frame's zero: lng, lat in degrees (WGS 84), the civic square of Jiaojiang. */
export const ORIGIN = [121.4275, 28.6645] as const

const phi = (ORIGIN[1] * Math.PI) / 180
/** Metres of one degree of latitude at `ORIGIN` (WGS 84 series). */
export const METRES_PER_DEG_LAT = 111132.954 - 559.822 * Math.cos(2 * phi) + 1.175 * Math.cos(4 * phi)
/** Metres of one degree of longitude at `ORIGIN` (WGS 84 series). */
export const METRES_PER_DEG_LNG = 111412.84 * Math.cos(phi) - 93.5 * Math.cos(3 * phi)

/** Degrees (WGS 84) to metres of the frame. */
export function toMetres(lng: number, lat: number): Point {
  return [(lng - ORIGIN[0]) * METRES_PER_DEG_LNG, (lat - ORIGIN[1]) * METRES_PER_DEG_LAT]
}

/** Metres of the frame to degrees (WGS 84), rounded to 1e-7° (1 cm) so that the same city has the same bytes. */
export function toDegrees(p: readonly [number, number]): [lng: number, lat: number] {
  return [
    Math.round((ORIGIN[0] + p[0] / METRES_PER_DEG_LNG) * 1e7) / 1e7,
    Math.round((ORIGIN[1] + p[1] / METRES_PER_DEG_LAT) * 1e7) / 1e7,
  ]
}

/** The extent in metres: west, south, east, north. */
export const EXTENT_M = [...toMetres(EXTENT[0], EXTENT[1]), ...toMetres(EXTENT[2], EXTENT[3])] as [
  number,
  number,
  number,
  number,
]
