/** Where a building model stands: what its file, `--crs` or `--anchor` says, as one placement on the ellipsoid. */
import type { IfcPlace } from '../../formats/ifc-place.ts'
import { type Converter, converter } from '../../geo/crs.ts'
import { metresPerDegree } from '../../geo/ellipsoid.ts'
import { undulation } from '../../geo/geoid.ts'
import type { Placement } from '../../geo/placement.ts'
import type { Anchor } from '../networks/place.ts'

/** What is known beside the file. */
export interface PlaceWish {
  /** where the model's zero (or `at` of its coordinates) stands, on the ground */
  anchor?: Anchor
  /** system of the model's own coordinates, or of its map conversion, instead of what the file says */
  crs?: string
  /** heights of the file stand on the ellipsoid instead of sea level */
  ellipsoidal?: boolean
  /** metres above the ellipsoid; NaN where not known */
  ground(lng: number, lat: number): number
}

/** A placement and the words for the report. */
export interface FoundPlace {
  place: Placement | null
  words: string
}

const DEGREES = 180 / Math.PI

/** Azimuth and scale of a plane's y axis at a point: what its grid north is off from true north. */
function northOf(
  toWorld: Converter,
  east: number,
  north: number,
): { lng: number; lat: number; turn: number; scale: number } {
  const [lng, lat] = toWorld(east, north)
  const [lngUp, latUp] = toWorld(east, north + 100)
  const [perLng, perLat] = metresPerDegree((lat + latUp) / 2)
  const [dx, dy] = [(lngUp - lng) * perLng, (latUp - lat) * perLat]
  return { lng, lat, turn: Math.atan2(dx, dy), scale: Math.hypot(dx, dy) / 100 }
}

/**
 * Finds the placement of a model's zero, which stands at `origin` of the file's coordinates.
 * @throws {Error} from the CRS when `--crs` or the file names one that nothing built in answers to
 */
export function placeModelOf(place: IfcPlace, origin: readonly number[], wish: PlaceWish): FoundPlace {
  if (wish.anchor) {
    const { lng, lat, rotationDeg, at } = wish.anchor
    const scale = wish.anchor.scale ?? 1
    const [c, s] = [Math.cos(rotationDeg / DEGREES) * scale, Math.sin(rotationDeg / DEGREES) * scale]
    const [dx, dy] = at ? [origin[0] - at[0], origin[1] - at[1]] : [0, 0]
    const [perLng, perLat] = metresPerDegree(lat)
    const here = { lng: lng + (c * dx - s * dy) / perLng, lat: lat + (s * dx + c * dy) / perLat }
    const ground = wish.ground(lng, lat)
    const height = Number.isFinite(ground) ? ground : undulation(lng, lat)
    return {
      place: { ...here, height, headingDeg: -rotationDeg, scale, by: 'anchor' },
      words: `placed by --anchor, on the ${Number.isFinite(ground) ? 'ground' : 'sea level: no terrain there'}`,
    }
  }
  if (place.kind === 'map-conversion' && (place.crs ?? wish.crs)) {
    const name = wish.crs ?? (place.crs as string)
    const { eastM, northM, heightM, turn, scale } = place
    const [c, s] = [Math.cos(turn) * scale, Math.sin(turn) * scale]
    const east = eastM + c * origin[0] - s * origin[1]
    const north = northM + s * origin[0] + c * origin[1]
    return onMap(name, east, north, heightM + origin[2] * scale, turn, scale, 'map-conversion', wish)
  }
  if (wish.crs) return onMap(wish.crs, origin[0], origin[1], origin[2], 0, 1, 'crs', wish)
  if (place.kind === 'site') {
    const { lng, lat, heightM, trueNorth } = place
    // the file's zero stands at the site; the model's own zero is `origin` away, along axes turned by true north
    const [perLng, perLat] = metresPerDegree(lat)
    const [c, s] = [Math.cos(trueNorth), Math.sin(trueNorth)]
    const east = c * origin[0] + s * origin[1]
    const north = -s * origin[0] + c * origin[1]
    const at = { lng: lng + east / perLng, lat: lat + north / perLat }
    if (!(Math.abs(at.lng) <= 180 && Math.abs(at.lat) <= 90) || Math.hypot(origin[0], origin[1]) > 50_000)
      return {
        place: null,
        words: `not placed: the shapes lie ${Math.round(Math.hypot(origin[0], origin[1]) / 1000)} km from the site's latitude and longitude; expected --crs of the coordinates | --anchor lng,lat`,
      }
    const height = heightM + origin[2] + (wish.ellipsoidal ? 0 : undulation(at.lng, at.lat))
    const ground = wish.ground(at.lng, at.lat)
    const off = Number.isFinite(ground) ? `; the ground there is ${(ground - height).toFixed(1)} m above its zero` : ''
    return {
      place: { ...at, height, headingDeg: trueNorth * DEGREES, scale: 1, by: 'site' },
      words: `placed by the site's latitude and longitude (good to some metres at best)${off}`,
    }
  }
  const far = Math.hypot(origin[0], origin[1]) > 50_000
  return {
    place: null,
    words: far
      ? `not placed: no georeference, but coordinates around ${origin[0]}, ${origin[1]}; expected --crs of them | --anchor lng,lat`
      : 'not placed: no georeference; expected --anchor lng,lat[,rotation], or place it by hand in the page',
  }
}

function onMap(
  name: string,
  east: number,
  north: number,
  heightM: number,
  turn: number,
  scale: number,
  by: 'map-conversion' | 'crs',
  wish: PlaceWish,
): FoundPlace {
  const at = northOf(converter(name), east, north)
  if (!Number.isFinite(at.lng) || !Number.isFinite(at.lat))
    return { place: null, words: `not placed: ${east}, ${north} is outside of ${name}` }
  const height = heightM + (wish.ellipsoidal ? 0 : undulation(at.lng, at.lat))
  const headingDeg = (at.turn - turn) * DEGREES
  return {
    place: { lng: at.lng, lat: at.lat, height, headingDeg, scale: scale * at.scale, by },
    words: `placed by ${by === 'crs' ? '--crs' : 'its map conversion'} ${name}`,
  }
}
