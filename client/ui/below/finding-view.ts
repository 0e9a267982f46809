/** Where to look from at something that was found, and the part of the ground the picture shows. */
import type { View } from '../../../scenes/schema/scene.ts'
import type { Finding } from '../../app/state.ts'

type Found = Finding['features'][number]

const METRES_PER_DEGREE = 111_320
const radians = (degrees: number): number => (degrees * Math.PI) / 180
const [PITCH_DEG, NEAREST] = [-55, 55]
/** The engine's field of view, along the longer side of the picture. */
const HALF_VIEW = radians(30)

/** Where a found thing is: where it was hit, the point, or the middle of the line; height of the ellipsoid 0 when unknown. */
export function placeOf({ geometry, properties }: Found): [lng: number, lat: number, height: number] {
  const { at } = properties
  const known = Array.isArray(at) && typeof at[0] === 'number' && typeof at[1] === 'number' ? (at as number[]) : null
  const place =
    known ??
    (geometry.type === 'Point'
      ? geometry.coordinates
      : geometry.coordinates[Math.floor(geometry.coordinates.length / 2)])
  return [place?.[0] ?? 0, place?.[1] ?? 0, place?.[2] ?? 0]
}

/** A view from the south, near enough to see a joint and far enough to see all of a line. */
export function viewOfFound(found: Found): View {
  const [lng, lat, height] = placeOf(found)
  const metresPerLng = METRES_PER_DEGREE * Math.cos(radians(lat))
  const line = found.geometry.type === 'LineString' ? found.geometry.coordinates : []
  const reach = line.reduce(
    (most, [x = lng, y = lat]) => Math.max(most, Math.hypot((x - lng) * metresPerLng, (y - lat) * METRES_PER_DEGREE)),
    0,
  )
  const distance = Math.min(3000, Math.max(NEAREST, reach * 2))
  return {
    lng,
    lat: lat - (distance * Math.cos(radians(PITCH_DEG))) / METRES_PER_DEGREE,
    height: height + distance * Math.sin(radians(-PITCH_DEG)),
    heading: 0,
    pitch: PITCH_DEG,
  }
}

/** Half the side of the box that is asked about at most, metres. */
const MOST_HALF = 800

/**
 * The place in the middle of the picture, in degrees: as far ahead as the picture's scale there tells.
 *
 * @param metresPerPixel metres one pixel covers at the middle
 * @param pixels the longer side of the picture
 */
export function placeInView(camera: View, metresPerPixel: number, pixels: number): [lng: number, lat: number] {
  const distance = (metresPerPixel * pixels) / (2 * Math.tan(HALF_VIEW))
  const ahead = distance * Math.cos(radians(camera.pitch))
  const metresPerLng = METRES_PER_DEGREE * Math.cos(radians(camera.lat))
  return [
    camera.lng + (ahead * Math.sin(radians(camera.heading))) / metresPerLng,
    camera.lat + (ahead * Math.cos(radians(camera.heading))) / METRES_PER_DEGREE,
  ]
}

/** West, south, east, north of a square on the ground around `placeInView`, in degrees. */
export function boxInView(camera: View, metresPerPixel: number, pixels: number): [number, number, number, number] {
  const [lng, lat] = placeInView(camera, metresPerPixel, pixels)
  const half = Math.min(MOST_HALF, (metresPerPixel * pixels) / 3)
  const [dx, dy] = [half / (METRES_PER_DEGREE * Math.cos(radians(camera.lat))), half / METRES_PER_DEGREE]
  return [lng - dx, lat - dy, lng + dx, lat + dy].map((side) => Number(side.toFixed(6))) as [
    number,
    number,
    number,
    number,
  ]
}
