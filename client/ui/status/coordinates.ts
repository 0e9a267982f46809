/** The pointer's coordinates as people here write them: degrees, and CGCS2000 X (north) / Y (east) of a 3° zone. */
import { type Converter, converter } from '../../../data/geo/crs.ts'

/** A 3° Gauss–Krüger zone of CGCS2000 without zone number before the easting: EPSG:4534 (75° E) … 4554 (135° E). */
export interface Zone {
  meridian: number
  epsg: number
}

/** The zone a longitude (degrees) falls in; null outside 73.5° E … 136.5° E, where the system is not defined. */
export function cgcs2000Zone(lng: number): Zone | null {
  const index = Math.round((lng - 75) / 3)
  if (!Number.isFinite(lng) || index < 0 || index > 20 || lng > 136.5) return null
  return { meridian: 75 + 3 * index, epsg: 4534 + index }
}

const converters = new Map<number, Converter>()

/** CGCS2000 plane coordinates in metres: `x` north, `y` east (false easting 500 km); null outside China's zones. */
export function cgcs2000(lng: number, lat: number): { x: number; y: number; zone: Zone } | null {
  const zone = cgcs2000Zone(lng)
  if (!zone || lat < 0 || lat > 60) return null
  let toPlane = converters.get(zone.epsg)
  if (!toPlane) {
    toPlane = converter('EPSG:4326', `EPSG:${zone.epsg}`)
    converters.set(zone.epsg, toPlane)
  }
  const [east, north] = toPlane(lng, lat)
  return Number.isFinite(east) && Number.isFinite(north) ? { x: north, y: east, zone } : null
}

/** Degrees with a hemisphere letter: `121.437210° E`; six decimals are a decimetre. */
export function degrees(value: number, axis: 'lng' | 'lat', digits = 6): string {
  const letter = axis === 'lng' ? (value < 0 ? 'W' : 'E') : value < 0 ? 'S' : 'N'
  return `${Math.abs(value).toFixed(digits)}° ${letter}`
}

/** Metres to the decimetre, thousands unbroken so that the number can be copied into a survey form; – when not known. */
export function metres(value: number, digits = 1): string {
  if (!Number.isFinite(value)) return '–'
  const text = value.toFixed(digits)
  return /^-0(\.0+)?$/.test(text) ? text.slice(1) : text
}

/** A heading in whole degrees 0 … 359. */
export function headingDegrees(heading: number): number {
  return ((Math.round(heading) % 360) + 360) % 360
}
