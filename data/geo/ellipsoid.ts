/** The WGS 84 ellipsoid: geodetic degrees ↔ earth-centred metres, and the local east-north-up frame. */

/** Semi-major axis, metres. */
export const SEMI_MAJOR = 6378137
/** Flattening. */
export const FLATTENING = 1 / 298.257223563
/** Semi-minor axis, metres. */
export const SEMI_MINOR = SEMI_MAJOR * (1 - FLATTENING)
/** First eccentricity squared. */
export const ECCENTRICITY2 = FLATTENING * (2 - FLATTENING)

const RADIANS = Math.PI / 180
const SECOND2 = ECCENTRICITY2 / (1 - ECCENTRICITY2)

/** Three numbers: x, y, z. */
export type Vector3 = [number, number, number]

/**
 * Earth-centred, earth-fixed place of a geodetic one.
 *
 * @param lngDeg degrees
 * @param latDeg degrees
 * @param height metres above the ellipsoid
 * @param out written and returned when given
 * @returns x, y, z in metres (x through 0° E on the equator, z through the north pole); NaN in, NaN out
 * @see EPSG method 9602
 */
export function toEcef(lngDeg: number, latDeg: number, height: number, out: Vector3 = [0, 0, 0]): Vector3 {
  const lng = lngDeg * RADIANS
  const lat = latDeg * RADIANS
  const sine = Math.sin(lat)
  const cosine = Math.cos(lat)
  const normal = SEMI_MAJOR / Math.sqrt(1 - ECCENTRICITY2 * sine * sine)
  out[0] = (normal + height) * cosine * Math.cos(lng)
  out[1] = (normal + height) * cosine * Math.sin(lng)
  out[2] = (normal * (1 - ECCENTRICITY2) + height) * sine
  return out
}

/**
 * Geodetic place of an earth-centred one: Bowring's closed form, then one more turn of it (error < 1e-9 m to 100 km up).
 *
 * @param x metres
 * @param y metres
 * @param z metres
 * @param out written and returned when given
 * @returns lng and lat in degrees, metres above the ellipsoid; at the earth's centre lat 0 and height -SEMI_MAJOR
 * @see Bowring 1976, Survey Review 23 (181); Bowring 1985 for the height
 */
export function fromEcef(x: number, y: number, z: number, out: Vector3 = [0, 0, 0]): Vector3 {
  const flat = Math.hypot(x, y)
  let reduced = Math.atan2(z * SEMI_MAJOR, flat * SEMI_MINOR)
  let lat = 0
  for (let turn = 0; turn < 2; turn++) {
    const sine = Math.sin(reduced)
    const cosine = Math.cos(reduced)
    lat = Math.atan2(
      z + SECOND2 * SEMI_MINOR * sine * sine * sine,
      flat - ECCENTRICITY2 * SEMI_MAJOR * cosine * cosine * cosine,
    )
    reduced = Math.atan2(SEMI_MINOR * Math.sin(lat), SEMI_MAJOR * Math.cos(lat))
  }
  const sine = Math.sin(lat)
  out[0] = Math.atan2(y, x) / RADIANS
  out[1] = lat / RADIANS
  out[2] = flat * Math.cos(lat) + z * sine - SEMI_MAJOR * Math.sqrt(1 - ECCENTRICITY2 * sine * sine)
  if (flat === 0 && z === 0) {
    out[1] = 0
    out[2] = -SEMI_MAJOR
  }
  return out
}

/**
 * East-north-up frame at a place, as a column-major 4×4 matrix (glTF and Cesium order) from local metres to ECEF.
 *
 * @param lngDeg degrees
 * @param latDeg degrees
 * @param height metres above the ellipsoid
 * @returns 16 numbers: columns east, north, up, origin
 */
export function enuMatrix(lngDeg: number, latDeg: number, height: number): Float64Array {
  const [x, y, z] = toEcef(lngDeg, latDeg, height)
  const sl = Math.sin(lngDeg * RADIANS)
  const cl = Math.cos(lngDeg * RADIANS)
  const sp = Math.sin(latDeg * RADIANS)
  const cp = Math.cos(latDeg * RADIANS)
  return Float64Array.of(-sl, cl, 0, 0, -sp * cl, -sp * sl, cp, 0, cp * cl, cp * sl, sp, 0, x, y, z, 1)
}

/**
 * Length of one degree at a latitude, for local planes of a few kilometres.
 *
 * @param latDeg degrees
 * @returns `[east, north]` metres per degree of longitude and of latitude on the ellipsoid
 */
export function metresPerDegree(latDeg: number): [number, number] {
  const sine = Math.sin(latDeg * RADIANS)
  const bend = 1 - ECCENTRICITY2 * sine * sine
  const normal = SEMI_MAJOR / Math.sqrt(bend)
  const meridian = (SEMI_MAJOR * (1 - ECCENTRICITY2)) / (bend * Math.sqrt(bend))
  return [normal * Math.cos(latDeg * RADIANS) * RADIANS, meridian * RADIANS]
}
