/** The clock in the scene's own zone, never the reader's: what the time bar, the top bar and the ticks write. */
import { durationSeconds, instantIn, milliseconds, zoneOf } from '../../../scenes/schema/time.ts'

const DAY_MS = 86_400_000

/** The zone as people write it after UTC: `+08:00`, `+00:00` for Z. */
export function zoneText(zone: string): string {
  return zone === 'Z' ? '+00:00' : zone
}

/** `2019-08-09` and `18:05:00` of an instant in a zone. */
export function dateAndTime(at: number, zone: string): { date: string; time: string } {
  const instant = instantIn(zone, at)
  return { date: instant.slice(0, 10), time: instant.slice(11, 19) }
}

/** The range of the slider: the scene's, or the whole day of the clock in its zone when the scene has none. */
export function timeRange(
  time: { start: string; end: string; step?: string } | null | undefined,
  now: string,
): { start: number; end: number; step: number; zone: string } {
  if (time) {
    const [start, end] = [milliseconds(time.start), milliseconds(time.end)]
    const step = 1000 * (time.step === undefined ? 60 : durationSeconds(time.step))
    if (end > start) return { start, end, step: Number.isFinite(step) ? step : 60_000, zone: zoneOf(time.start) }
  }
  const zone = zoneOf(now)
  const midnight = milliseconds(`${instantIn(zone, milliseconds(now)).slice(0, 10)}T00:00:00${zone}`)
  const start = Number.isFinite(midnight) ? midnight : 0
  return { start, end: start + DAY_MS, step: 60_000, zone }
}

const TICK_STEPS_MS = [60_000, 300_000, 900_000, 1_800_000, 3_600_000, 7_200_000, 10_800_000, 21_600_000, 43_200_000]

/** Round clock times for ticks: at most `most` of them, on whole steps of the zone's own day. */
export function ticks(start: number, end: number, zone: string, most: number): number[] {
  const span = end - start
  if (!(span > 0) || most < 1) return []
  const days = Math.ceil(span / DAY_MS / most)
  const step = TICK_STEPS_MS.find((candidate) => span / candidate <= most) ?? days * DAY_MS
  const offset = milliseconds(`1970-01-01T00:00:00${zone}`)
  const found: number[] = []
  for (let at = Math.ceil((start - offset) / step) * step + offset; at <= end && found.length <= most; at += step) {
    found.push(at)
  }
  return found
}

/** A tick's label: the hour, or the day and month at midnight. */
export function tickText(at: number, zone: string): string {
  const instant = instantIn(zone, at)
  return instant.slice(11, 16) === '00:00' ? instant.slice(5, 10) : instant.slice(11, 16)
}

/** How much scene time a rate is, in the largest whole unit. */
export function rateParts(rate: number): { unit: 'seconds' | 'minutes' | 'hours'; n: number } {
  if (rate >= 3600 && rate % 3600 === 0) return { unit: 'hours', n: rate / 3600 }
  if (rate >= 60 && rate % 60 === 0) return { unit: 'minutes', n: rate / 60 }
  return { unit: 'seconds', n: rate }
}
