/** The stretch of time a scene shows, as one ISO 8601 block. */
import { z } from 'zod'
import { brief, closed } from './closed.ts'

const INSTANT = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/
const DURATION = /^P(?=\d|T\d)(?:(\d{1,4})D)?(?:T(?=\d)(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?)?$/

/**
 * Milliseconds since 1970 of an ISO 8601 instant with its zone, NaN when it is not one (`2026-02-30…` is not).
 *
 * @param instant `2026-06-01T09:00:00+08:00`
 */
export function milliseconds(instant: string): number {
  const parts = INSTANT.exec(instant)
  if (parts === null) return Number.NaN
  const [, year, month, day] = parts
  const days = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()
  if (Number(day) < 1 || Number(day) > days) return Number.NaN
  return Date.parse(instant)
}

/** Seconds of an ISO 8601 duration of days, hours, minutes and seconds (`PT5M`), NaN when it is not one or is zero. */
export function durationSeconds(duration: string): number {
  const parts = DURATION.exec(duration)
  if (parts === null) return Number.NaN
  const [, days, hours, minutes, seconds] = parts
  const total =
    Number(days ?? 0) * 86_400 + Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0)
  return total > 0 ? total : Number.NaN
}

/** The zone written at the end of an instant: `+08:00`, `Z`; `Z` when there is none. */
export function zoneOf(instant: string): string {
  return INSTANT.exec(instant)?.[8] ?? 'Z'
}

/** An instant written in a given zone, to the second: `2026-06-01T09:00:00+08:00`. */
export function instantIn(zone: string, atMilliseconds: number): string {
  const minutes =
    zone === 'Z' ? 0 : (zone.startsWith('-') ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6)))
  return `${new Date(atMilliseconds + minutes * 60_000).toISOString().slice(0, 19)}${zone}`
}

/** The whole-hour zone of a longitude in degrees, as ships keep it: `+08:00` at 121.44. */
export function zoneAt(lng: number): string {
  const hours = Math.round(lng / 15)
  return `${hours < 0 ? '-' : '+'}${String(Math.abs(hours)).padStart(2, '0')}:00`
}

/** An ISO 8601 instant with its zone. */
export const instantSchema = z.string().superRefine((instant, context) => {
  if (Number.isNaN(milliseconds(instant))) {
    context.addIssue({
      code: 'custom',
      message: `bad time, got ${brief(instant)}; expected ISO 8601 with zone, such as 2026-06-01T09:00:00+08:00`,
    })
  }
})

/** The stretch of time a scene shows. */
export const timeSchema = closed({
  start: instantSchema.meta({
    description: 'first instant of the clock: ISO 8601 with zone; the zone is the one shown',
  }),
  end: instantSchema.meta({ description: 'last instant of the clock, after `start`' }),
  step: z
    .string()
    .superRefine((duration, context) => {
      if (Number.isNaN(durationSeconds(duration))) {
        context.addIssue({
          code: 'custom',
          message: `bad duration, got ${brief(duration)}; expected ISO 8601 such as PT5M | PT1H | P1D`,
        })
      }
    })
    .optional()
    .meta({
      description: 'one step of the clock: ISO 8601 duration of days, hours, minutes, seconds; PT1M when absent',
    }),
  at: instantSchema
    .optional()
    .meta({ description: 'where the clock stands when the scene opens; `start` when absent' }),
})
  .superRefine((time, context) => {
    const [start, end] = [milliseconds(time.start), milliseconds(time.end)]
    if (end <= start)
      context.addIssue({
        code: 'custom',
        path: ['end'],
        message: `time runs backwards, got ${time.end}; expected after start ${time.start}`,
      })
    const at = time.at === undefined ? start : milliseconds(time.at)
    if (at < start || at > end)
      context.addIssue({
        code: 'custom',
        path: ['at'],
        message: `time outside its range, got ${time.at}; expected ${time.start} … ${time.end}`,
      })
  })
  .meta({ id: 'time', description: 'The stretch of time the clock runs over.' })

/** The stretch of time a scene shows. */
export type Time = z.infer<typeof timeSchema>
