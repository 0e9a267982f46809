/** Day, twilight and night along the time bar, and when the sun rises and sets, for a place on the ground. */
import { getPosition } from 'suncalc'

/** How light it is: sun above the horizon, down to 6° below it (civil twilight), or lower. */
export type Light = 'day' | 'dusk' | 'night'

/** A stretch of the time bar, milliseconds since 1970. */
export interface Band {
  from: number
  to: number
  light: Light
}

/** A moment the sun crosses the horizon. */
export interface SunMark {
  at: number
  kind: 'sunrise' | 'sunset'
}

const HORIZON_DEG = -0.27
const CIVIL_DEG = -6
const SAMPLES_AT_MOST = 4000
const STEP_MS = 10 * 60_000

/**
 * Bands and marks between two instants at a place, by sampling the sun's altitude every ten minutes (or rarer on long
 * ranges) and halving each crossing to the second: also right where the sun does not rise or set, where tables of
 * daily times are not. The horizon is −0.27° of the apparent altitude: half the sun's disc; refraction is in it already.
 */
export function daylight(from: number, to: number, lng: number, lat: number): { bands: Band[]; marks: SunMark[] } {
  const bands: Band[] = []
  const marks: SunMark[] = []
  if (!(to > from)) return { bands, marks }
  const altitude = (at: number) => getPosition(new Date(at), lat, lng).altitude
  const step = Math.max(STEP_MS, (to - from) / SAMPLES_AT_MOST)
  let begun = from
  let before = altitude(from)
  for (let at = from; at < to; at += step) {
    const next = Math.min(to, at + step)
    const after = altitude(next)
    for (const level of after > before ? [CIVIL_DEG, HORIZON_DEG] : [HORIZON_DEG, CIVIL_DEG]) {
      if (before > level === after > level) continue
      const crossing = bisect(altitude, level, at, next)
      bands.push({ from: begun, to: crossing, light: lightAt(altitude((begun + crossing) / 2)) })
      begun = crossing
      if (level === HORIZON_DEG) marks.push({ at: crossing, kind: after > before ? 'sunrise' : 'sunset' })
    }
    before = after
  }
  bands.push({ from: begun, to, light: lightAt(altitude((begun + to) / 2)) })
  return { bands, marks }
}

/** How light it is at an apparent altitude of the sun, degrees. */
export function lightAt(altitudeDeg: number): Light {
  return altitudeDeg > HORIZON_DEG ? 'day' : altitudeDeg > CIVIL_DEG ? 'dusk' : 'night'
}

function bisect(altitude: (at: number) => number, level: number, from: number, to: number): number {
  let [low, high] = [from, to]
  const lowIsUp = altitude(low) > level
  while (high - low > 1000) {
    const middle = (low + high) / 2
    if (altitude(middle) > level === lowIsUp) low = middle
    else high = middle
  }
  return Math.round((low + high) / 2)
}
