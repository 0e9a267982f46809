/** From a cloud's coordinates to metres east, north and up of one frame, through the ellipsoid, heights included. */
import type { LasHead } from '../../formats/las.ts'
import { lasSystem } from '../../formats/las-place.ts'
import { converter, crs, suggestCrs } from '../../geo/crs.ts'
import { enuMatrix, toEcef, type Vector3 } from '../../geo/ellipsoid.ts'
import { undulation } from '../../geo/geoid.ts'
import type { Anchor } from '../networks/place.ts'

/** What a person says of the files. */
export interface CloudWish {
  crs?: string
  anchor?: Anchor
  /** what heights stand on, instead of what the files say */
  datum?: 'ellipsoidal' | 'egm96' | '1985'
  /** ground at a place, metres above the ellipsoid; NaN where not known */
  ground(lng: number, lat: number): number
}

/** Coordinates of a file → earth-centred metres; NaN for what its system cannot place. */
export interface CloudSystem {
  toEarth(x: number, y: number, z: number, out: Vector3): Vector3
  /** `EPSG:4549`, for the report */
  crs: string
  /** what the heights stand on */
  datum: string
  words: string
}

function aroundAnchor(anchor: Anchor, { bounds }: LasHead, wish: CloudWish): CloudSystem {
  const scale = anchor.scale ?? 1
  const turn = (anchor.rotationDeg * Math.PI) / 180
  const [c, s] = [Math.cos(turn) * scale, Math.sin(turn) * scale]
  const [atX, atY] = anchor.at ?? [(bounds[0] + bounds[3]) / 2, (bounds[1] + bounds[4]) / 2]
  const ground = wish.ground(anchor.lng, anchor.lat)
  const sea = undulation(anchor.lng, anchor.lat)
  // heights with a datum are heights; without one the grid's zero stands on the ground
  const zero = wish.datum === 'ellipsoidal' ? 0 : wish.datum || !Number.isFinite(ground) ? sea : ground
  const m = enuMatrix(anchor.lng, anchor.lat, zero)
  return {
    toEarth(x, y, z, out) {
      const [dx, dy] = [x - atX, y - atY]
      const [east, north, up] = [c * dx - s * dy, s * dx + c * dy, z * scale]
      for (let row = 0; row < 3; row++) out[row] = m[row] * east + m[4 + row] * north + m[8 + row] * up + m[12 + row]
      return out
    },
    crs: 'local grid',
    datum: wish.datum ?? 'ground',
    words: `placed by --anchor, its zero ${wish.datum ? `in ${wish.datum}` : Number.isFinite(ground) ? 'on the ground' : 'at sea level: no terrain there'}`,
  }
}

/**
 * The system of one file.
 * @throws {RangeError} when nobody says what system it is in, or nothing built in answers to it
 */
export function cloudSystem(head: LasHead, wish: CloudWish): CloudSystem {
  if (wish.anchor) return aroundAnchor(wish.anchor, head, wish)
  const told = lasSystem(head)
  const [x, y] = [(head.bounds[0] + head.bounds[3]) / 2, (head.bounds[1] + head.bounds[4]) / 2]
  if (told.geocentric && !wish.crs)
    return {
      toEarth: (east, north, up, out) => {
        out[0] = east
        out[1] = north
        out[2] = up
        return out
      },
      crs: 'EPSG:4978',
      datum: 'ellipsoidal',
      words: 'earth-centred coordinates',
    }
  const named = wish.crs ?? told.crs
  if (!named)
    throw new RangeError(
      `las: no coordinate system in the file, coordinates around ${x.toFixed(1)}, ${y.toFixed(1)}; expected ${suggestCrs(x, y)} | --anchor lng,lat of its middle`,
    )
  let system: ReturnType<typeof crs>
  try {
    system = crs(named)
  } catch (cause) {
    throw new RangeError(`las: ${(cause as Error).message}`, { cause })
  }
  const toWorld = converter(system)
  const datum = wish.datum ?? (told.ellipsoidal || system.vertical === 'ellipsoidal' ? 'ellipsoidal' : 'egm96')
  const unit = wish.crs ? 1 : told.verticalUnitM
  const vertical = told.vertical ? ` (${told.vertical})` : ''
  return {
    toEarth(east, north, up, out) {
      const [lng, lat] = toWorld(east, north)
      const height = up * unit
      return toEcef(lng, lat, datum === 'ellipsoidal' ? height : height + undulation(lng, lat), out)
    },
    crs: system.name === 'proj' ? (/\["([^"]{1,60})"/.exec(named)?.[1] ?? 'proj') : system.name,
    datum,
    words: `heights ${datum === 'ellipsoidal' ? 'above the ellipsoid' : 'above sea level, brought to the ellipsoid by EGM96'}${vertical}${unit === 1 ? '' : `, ${unit.toFixed(4)} m each`}`,
  }
}

/** Earth-centred metres → a frame's east, north, up. */
export function frameAt(lng: number, lat: number, height: number): (from: Vector3, out: Vector3) => Vector3 {
  const m = enuMatrix(lng, lat, height)
  return (from, out) => {
    const [dx, dy, dz] = [from[0] - m[12], from[1] - m[13], from[2] - m[14]]
    for (let axis = 0; axis < 3; axis++) out[axis] = m[axis * 4] * dx + m[axis * 4 + 1] * dy + m[axis * 4 + 2] * dz
    return out
  }
}
