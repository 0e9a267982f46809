/** The line of a section: degrees to metres along it, and what crosses it. */
import type { Position } from 'geojson'
import { metresPerDegree } from '../geo/ellipsoid.ts'

/** Longitude and latitude, degrees. */
export type Place = readonly [lng: number, lat: number]

/** Longest line of a cross-section, metres. */
export const LONGEST_CUT = 2000
/** Most corners of a line. */
export const MOST_CORNERS = 50

/** A line with its own frame: x east, y north of its middle in metres, exact to a millimetre over a kilometre. */
export interface SectionLine {
  places: readonly Place[]
  /** corners in metres: x, y, x, y … */
  corners: Float64Array
  /** metres along the line at each corner */
  along: Float64Array
  length: number
  /** metres of the frame */
  toMetres(lng: number, lat: number): [x: number, y: number]
  /** the place at a distance along the line */
  placeAt(along: number): [lng: number, lat: number]
}

/** A piece of a line crossing the section's line. */
export interface Crossing {
  /** metres along the section */
  along: number
  /** share along the piece that crosses, 0 … 1 */
  share: number
  /** angle between the two, 0 … 90 degrees */
  angleDeg: number
  /** true when it crosses from the left of the section to its right */
  rightward: boolean
}

/**
 * Measures a line.
 * @throws {RangeError} when it has no length, too many corners, or is too long
 */
export function sectionLine(places: readonly Place[], longest = LONGEST_CUT, most = MOST_CORNERS): SectionLine {
  const bad = (what: string): never => {
    throw new RangeError(`section: ${what}`)
  }
  if (places.length < 2 || places.length > most) bad(`got a line of ${places.length} places; expected 2 … ${most}`)
  for (const [lng, lat] of places)
    if (!(Math.abs(lng) <= 180 && Math.abs(lat) <= 90)) bad(`got a place ${lng},${lat}; expected degrees lng,lat`)
  const lats = places.map(([, lat]) => lat)
  const lngs = places.map(([lng]) => lng)
  const lat0 = (Math.min(...lats) + Math.max(...lats)) / 2
  const lng0 = (Math.min(...lngs) + Math.max(...lngs)) / 2
  const [east, north] = metresPerDegree(lat0)
  const corners = new Float64Array(places.length * 2)
  const along = new Float64Array(places.length)
  for (const [i, [lng, lat]] of places.entries()) {
    corners[2 * i] = (lng - lng0) * east
    corners[2 * i + 1] = (lat - lat0) * north
    if (i > 0)
      along[i] = along[i - 1] + Math.hypot(corners[2 * i] - corners[2 * i - 2], corners[2 * i + 1] - corners[2 * i - 1])
  }
  const length = along[places.length - 1]
  if (!(length >= 0.1)) bad(`got a line of ${length.toFixed(3)} m; expected 0.1 m at least`)
  if (length > longest) bad(`got a line of ${Math.round(length)} m; expected ${longest} m at most`)
  return {
    places,
    corners,
    along,
    length,
    toMetres: (lng, lat) => [(lng - lng0) * east, (lat - lat0) * north],
    placeAt(at) {
      let i = 1
      while (i < places.length - 1 && along[i] < at) i++
      const step = along[i] - along[i - 1]
      const part = step > 0 ? (at - along[i - 1]) / step : 0
      const [a, b] = [places[i - 1], places[i]]
      return [a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part]
    },
  }
}

const clamp = (value: number): number => (value < 0 ? 0 : value > 1 ? 1 : value)

/** Where one straight piece a → b (metres of the frame) crosses the line; none for a piece along it. */
export function crossings(
  line: SectionLine,
  ax: number,
  ay: number,
  bx: number,
  by: number,
  found: Crossing[] = [],
): Crossing[] {
  const { corners, along } = line
  const [ux, uy] = [bx - ax, by - ay]
  const size = Math.hypot(ux, uy)
  if (size < 1e-6) return found
  for (let i = 0; i + 1 < along.length; i++) {
    const [cx, cy] = [corners[2 * i], corners[2 * i + 1]]
    const [vx, vy] = [corners[2 * i + 2] - cx, corners[2 * i + 3] - cy]
    const step = along[i + 1] - along[i]
    const turn = ux * vy - uy * vx
    if (step < 1e-6 || Math.abs(turn) < 1e-9 * size * step) continue
    const share = ((cx - ax) * vy - (cy - ay) * vx) / turn
    const part = ((cx - ax) * uy - (cy - ay) * ux) / turn
    // an end belongs to the piece that begins there, so that a pipe through a corner is cut once
    const last = i + 2 === along.length
    if (!(share >= 0 && share <= 1 && part >= 0 && (last ? part <= 1 : part < 1))) continue
    found.push({
      along: along[i] + part * step,
      share,
      angleDeg: (Math.asin(clamp(Math.abs(turn) / (size * step))) * 180) / Math.PI,
      rightward: turn > 0,
    })
  }
  return found
}

/** A place's nearest point of the line: metres along it and metres from it. */
export function nearestOn(line: SectionLine, x: number, y: number): { along: number; offset: number } {
  const { corners, along } = line
  let best = { along: 0, offset: Number.POSITIVE_INFINITY }
  for (let i = 0; i + 1 < along.length; i++) {
    const [cx, cy] = [corners[2 * i], corners[2 * i + 1]]
    const [vx, vy] = [corners[2 * i + 2] - cx, corners[2 * i + 3] - cy]
    const square = vx * vx + vy * vy
    const part = square > 0 ? clamp(((x - cx) * vx + (y - cy) * vy) / square) : 0
    const offset = Math.hypot(x - cx - part * vx, y - cy - part * vy)
    if (offset < best.offset) best = { along: along[i] + part * (along[i + 1] - along[i]), offset }
  }
  return best
}

/** Stretches of the line inside of a polygon's rings (even-odd): metres along it, in pairs. */
export function stretchesInside(line: SectionLine, rings: readonly (readonly Position[])[]): [number, number][] {
  const marks: number[] = []
  const metres = rings.map((ring) => ring.map(([lng, lat]) => line.toMetres(lng, lat)))
  for (const ring of metres)
    for (let i = 0; i + 1 < ring.length; i++)
      for (const { along } of crossings(line, ring[i][0], ring[i][1], ring[i + 1][0], ring[i + 1][1])) marks.push(along)
  const inside = ([x, y]: readonly number[]): boolean => {
    let odd = false
    for (const ring of metres)
      for (let i = 0; i + 1 < ring.length; i++) {
        const [[xi, yi], [xj, yj]] = [ring[i], ring[i + 1]]
        if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) odd = !odd
      }
    return odd
  }
  const stops = [0, ...marks.sort((a, b) => a - b), line.length]
  const out: [number, number][] = []
  for (let i = 0; i + 1 < stops.length; i++) {
    const [from, to] = [stops[i], stops[i + 1]]
    if (to - from < 1e-6) continue
    const [lng, lat] = line.placeAt((from + to) / 2)
    if (!inside(line.toMetres(lng, lat))) continue
    const last = out.at(-1)
    if (last && from - last[1] < 1e-6) last[1] = to
    else out.push([from, to])
  }
  return out
}
