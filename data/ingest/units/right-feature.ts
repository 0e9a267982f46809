/** One row of a register → a feature: code checked, owner masked, use and status in our words, heights on the ellipsoid. */
import type { Geometry, Position } from 'geojson'
import type { Attributes, CityFeature, Style } from '../../geo/city-feature.ts'
import { undulation } from '../../geo/geoid.ts'
import { maskOwners } from '../../geo/owner-mask.ts'
import { readUnitCode } from '../../geo/unit-code.ts'
import { classOfUse, privacyOf, type RightRole, statusOf } from './column-words.ts'

/** What a row needs to know of its run. */
export interface RightsRun {
  layer: 'units' | 'volumes'
  roles: ReadonlyMap<RightRole, string>
  /** heights of the file stand on the ellipsoid */
  ellipsoidal: boolean
  /** metres above the ellipsoid; NaN where not known */
  ground(lng: number, lat: number): number
}

/** A row with what was understood; `problem` says why it cannot be used. */
export interface RightRow {
  id: string | null
  style: Style
  attributes: Attributes
  /** words about what was mended */
  repairs: string[]
  building: string | null
  floor: number | null
}

/** A number, also out of `3层` or `-1F`; NaN when there is none. */
export function numberIn(value: unknown): number {
  if (typeof value === 'number') return value
  const found = /-?\d+(?:\.\d+)?/.exec(String(value ?? '').replace(/^(B|地下|负)\s*/i, '-'))
  return found ? Number(found[0]) : Number.NaN
}

/** Reads a row's words; geometry and heights come later. */
export function rowOf(attributes: Attributes, { layer, roles }: RightsRun): RightRow {
  const word = (role: RightRole): string => {
    const value = attributes[roles.get(role) ?? '']
    return value === null || value === undefined ? '' : String(value).trim()
  }
  const style: Style = {}
  const repairs: string[] = []
  const code = word('code')
  if (code !== '') {
    const read = readUnitCode(code)
    if (typeof read === 'string') repairs.push(`code left out: ${read}`)
    else style.code = read.code
  }
  const [use, name] = [word('use'), word('name')]
  style.class = classOfUse(layer, `${use} ${name}`)
  if (name !== '') style.name = name
  const status = statusOf(word('status'))
  if (status) style.status = status
  const owner = maskOwners(word('owner'))
  if (owner !== '') style.owner = owner
  const area = numberIn(attributes[roles.get('area') ?? ''])
  if (area > 0) style.area = area
  const floor = Math.round(numberIn(attributes[roles.get('floor') ?? '']))
  if (Number.isFinite(floor)) style.floor = floor
  const [building, room] = [word('building'), word('room')]
  if (building !== '') style.building = building
  if (room !== '') {
    style.room = room
    style.name ??= room
  }
  const kept: Attributes = {}
  for (const [column, value] of Object.entries(attributes)) {
    const privacy = column === roles.get('owner') ? 'mask' : privacyOf(column)
    if (privacy === 'drop') continue
    kept[column] = privacy === 'mask' && typeof value === 'string' ? maskOwners(value) : value
  }
  const named = [building, Number.isFinite(floor) ? String(floor) : '', room].filter((part) => part !== '')
  return {
    id: typeof style.code === 'string' ? style.code : named.length > 1 ? named.join('-') : null,
    style,
    attributes: kept,
    repairs,
    building: building === '' ? null : building,
    floor: Number.isFinite(floor) ? floor : null,
  }
}

function positionsOf(geometry: Geometry): Position[] {
  if (geometry.type === 'Polygon') return geometry.coordinates.flat()
  return geometry.type === 'MultiPolygon' ? geometry.coordinates.flat(2) : []
}

/**
 * Heights of a row that has an outline of its own: its columns, depths below the ground, or the outline's own heights.
 * @param geometry lng, lat in degrees; a third ordinate as the file has it
 * @returns metres above the ellipsoid, or in words what is missing
 */
export function heightsOf(
  attributes: Attributes,
  geometry: Geometry,
  { roles, ellipsoidal, ground }: RightsRun,
): { bottom: number; top: number } | string {
  const positions = positionsOf(geometry)
  if (positions.length === 0) return `no outline, got ${geometry.type}; expected Polygon | MultiPolygon`
  const [lng, lat] = [0, 1].map((i) => positions.reduce((sum, at) => sum + at[i], 0) / positions.length)
  const lift = ellipsoidal ? 0 : undulation(lng, lat)
  const value = (role: RightRole): number => numberIn(attributes[roles.get(role) ?? ''])
  const own = positions.map((at) => at[2]).filter((height) => typeof height === 'number' && Number.isFinite(height))
  let [bottom, top] = [value('bottom') + lift, value('top') + lift]
  const [topDepth, bottomDepth] = [value('topDepth'), value('bottomDepth')]
  if (Number.isFinite(bottomDepth)) {
    const level = ground(lng, lat)
    if (!Number.isFinite(level))
      return 'depths below the ground, but no terrain there; expected heights, or terrain first'
    bottom = level - Math.abs(bottomDepth)
    if (Number.isFinite(topDepth)) top = level - Math.abs(topDepth)
  }
  if (!Number.isFinite(bottom) && own.length > 0) bottom = Math.min(...own) + lift
  if (!Number.isFinite(top)) {
    const high = own.length > 0 ? Math.max(...own) + lift : Number.NaN
    top = high > bottom + 0.1 ? high : bottom + value('height')
  }
  if (!Number.isFinite(bottom) || !Number.isFinite(top))
    return 'no heights; expected columns of bottom and top, depths, or heights in the outline'
  if (!(top > bottom)) return `upside down, got ${bottom.toFixed(2)} … ${top.toFixed(2)} m; expected bottom below top`
  if (top - bottom > 1000 || bottom < -3000 || top > 10_000)
    return `impossible heights, got ${bottom.toFixed(1)} … ${top.toFixed(1)} m`
  return { bottom: cm(bottom), top: cm(top) }
}

const cm = (value: number): number => Math.round(value * 100) / 100

/** An outline without heights, which stand in the words. */
export function flat(geometry: Geometry): Geometry {
  const walk = (value: unknown): unknown => {
    const list = value as unknown[]
    return typeof list[0] === 'number' ? list.slice(0, 2) : list.map(walk)
  }
  return geometry.type === 'GeometryCollection'
    ? geometry
    : ({ ...geometry, coordinates: walk(geometry.coordinates) } as Geometry)
}

/** The feature of a row. */
export function rightFeature(
  layer: 'units' | 'volumes',
  id: string,
  geometry: Geometry,
  row: Pick<RightRow, 'style' | 'attributes'>,
  heights: { bottom: number; top: number },
): CityFeature {
  return { id, layer, geometry: flat(geometry), style: { ...row.style, ...heights }, attributes: row.attributes }
}
