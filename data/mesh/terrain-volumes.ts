/** Volumes around a terrain tile: its sphere, and the point that tells when it is all under the horizon. */
import { SEMI_MAJOR, SEMI_MINOR, toEcef } from '../geo/ellipsoid.ts'
import type { Box } from '../geo/tile-grid.ts'

const NEVER_HIDDEN = 1e6
/** below this the tile's far side is over the horizon of any point and nothing can be said to hide it */
const LEAST_SLOPE = 1e-2

/** @returns the point whose being under the horizon means that all places are; far out when there is none */
export function horizonOcclusion(
  places: Float64Array,
  count: number,
  center: readonly number[],
): [number, number, number] {
  const axes = [SEMI_MAJOR, SEMI_MAJOR, SEMI_MINOR]
  const scaled = center.map((value, i) => value / axes[i])
  const length = Math.hypot(...scaled) || 1
  const [dx, dy, dz] = scaled.map((value) => value / length)
  let farthest = 0
  for (let i = 0; i < count; i++) {
    const x = places[i * 3] / SEMI_MAJOR
    const y = places[i * 3 + 1] / SEMI_MAJOR
    const z = places[i * 3 + 2] / SEMI_MINOR
    const squared = x * x + y * y + z * z
    const magnitude = Math.max(1, Math.sqrt(squared))
    const cosAlpha = (x * dx + y * dy + z * dz) / Math.sqrt(squared)
    const sinAlpha = Math.sqrt(Math.max(0, 1 - cosAlpha * cosAlpha))
    const cosBeta = 1 / magnitude
    const sinBeta = Math.sqrt(Math.max(0, squared - 1)) * cosBeta
    const slope = cosAlpha * cosBeta - sinAlpha * sinBeta
    if (slope < LEAST_SLOPE) return [dx * NEVER_HIDDEN, dy * NEVER_HIDDEN, dz * NEVER_HIDDEN]
    farthest = Math.max(farthest, 1 / slope)
  }
  return [dx * farthest, dy * farthest, dz * farthest]
}

/** Nine places on a tile's lid: what hides them hides all below. */
export function lid(box: Box, height: number): Float64Array {
  const places = new Float64Array(27)
  for (let k = 0; k < 9; k++)
    places.set(
      toEcef(
        box.west + ((box.east - box.west) * (k % 3)) / 2,
        box.south + ((box.north - box.south) * Math.floor(k / 3)) / 2,
        height,
      ),
      k * 3,
    )
  return places
}

/** Sphere around places, about the middle of their box. */
export function boundingSphere(
  places: Float64Array,
  count: number,
): { center: [number, number, number]; radius: number } {
  let minX = Infinity
  let minY = Infinity
  let minZ = Infinity
  let maxX = -Infinity
  let maxY = -Infinity
  let maxZ = -Infinity
  for (let i = 0; i < count * 3; i += 3) {
    const x = places[i]
    const y = places[i + 1]
    const z = places[i + 2]
    if (x < minX) minX = x
    if (y < minY) minY = y
    if (z < minZ) minZ = z
    if (x > maxX) maxX = x
    if (y > maxY) maxY = y
    if (z > maxZ) maxZ = z
  }
  const center: [number, number, number] = [(minX + maxX) / 2, (minY + maxY) / 2, (minZ + maxZ) / 2]
  let farthest = 0
  for (let i = 0; i < count * 3; i += 3) {
    const x = places[i] - center[0]
    const y = places[i + 1] - center[1]
    const z = places[i + 2] - center[2]
    farthest = Math.max(farthest, x * x + y * y + z * z)
  }
  return { center, radius: Math.sqrt(farthest) }
}
