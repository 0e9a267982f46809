/** Where the camera goes to look at something of a given extent. */
import type { View } from '../../scenes/schema/scene.ts'

const METRES_PER_DEGREE = 111_320
const PITCH_DEG = -38
const NEAREST_METRES = 220

/**
 * A view from the south of a place, near enough to see it and far enough to see all of it.
 *
 * @param at degrees; the place looked at
 * @param bbox west, south, east, north in degrees; null for a point
 * @param groundMetres ellipsoidal height of the ground there, 0 when unknown
 */
export function viewOf(
  at: { lng: number; lat: number },
  bbox: readonly [number, number, number, number] | null,
  groundMetres = 0,
): View {
  const metresPerLng = METRES_PER_DEGREE * Math.max(0.01, Math.cos((at.lat * Math.PI) / 180))
  const width = bbox ? Math.abs(bbox[2] - bbox[0]) * metresPerLng : 0
  const depth = bbox ? Math.abs(bbox[3] - bbox[1]) * METRES_PER_DEGREE : 0
  const distance = Math.min(2_000_000, Math.max(NEAREST_METRES, 1.7 * Math.hypot(width, depth)))
  const pitch = (PITCH_DEG * Math.PI) / 180
  const south = (distance * Math.cos(pitch)) / METRES_PER_DEGREE
  return {
    lng: at.lng,
    lat: Math.max(-89.9, at.lat - south),
    height: groundMetres + distance * Math.sin(-pitch),
    heading: 0,
    pitch: PITCH_DEG,
  }
}
