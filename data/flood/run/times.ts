/** Moments as tables write them: numbers in some unit, clock times, dates; all become seconds from the start of the run. */
import type { Table } from './csv.ts'

const SECONDS = { s: 1, min: 60, h: 3600, d: 86400 } as const

/** Units of time. */
export type TimeUnit = keyof typeof SECONDS

const WORDS: readonly [TimeUnit, RegExp][] = [
  ['s', /^(s|secs?|seconds?|秒)$/i],
  ['min', /^(m|mins?|minutes?|分|分钟)$/i],
  ['h', /^(h|hrs?|hours?|时|小时)$/i],
  ['d', /^(d|days?|天|日)$/i],
]
const DATE =
  /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ]+(\d{1,2}):(\d\d)(?::(\d\d(?:\.\d+)?))?)?\s*(Z|[+-]\d\d:?\d\d)?$/i
const CLOCK = /^(\d+):([0-5]\d)(?::([0-5]\d(?:\.\d+)?))?$/

/** The unit that a head of a column names: `time_h`, `Time (min)`, `hours`, `时间[h]`; null when it names none. */
export function unitOfHead(head: string): TimeUnit | null {
  const last = head.match(/[^\s_()[\]（）/,]+/g)?.at(-1) ?? ''
  return WORDS.find(([, word]) => word.test(last))?.[0] ?? null
}

interface Moment {
  /** seconds since 1970, as if in universal time when no zone is said */
  seconds: number
  zoned: boolean
}

/** A date, or null. */
export function readDate(text: string): Moment | null {
  const [, year, month, day, hour = '0', minute = '0', second = '0', zone] = DATE.exec(text.trim()) ?? []
  if (!year) return null
  const [y, mo, d, h, mi] = [year, month, day, hour, minute].map(Number) as [number, number, number, number, number]
  if (mo < 1 || mo > 12 || d < 1 || d > 31 || h > 24 || mi > 59) return null
  const [, sign, zh, zm] = /^([+-])(\d\d):?(\d\d)$/.exec(zone ?? '') ?? []
  const ahead = sign ? (sign === '-' ? -1 : 1) * (Number(zh) * 3600 + Number(zm) * 60) : 0
  return { seconds: Date.UTC(y, mo - 1, d, h, mi) / 1000 + Number(second) - ahead, zoned: zone !== undefined }
}

/**
 * The first column of a table in seconds from the start of the run.
 *
 * @param unit of plain numbers; what the head says when not given, else seconds
 * @param start `time.start` of the run: dates count from there
 * @throws {Error} for what is no time, and dates without a start
 */
export function timesOf(table: Table, name: string, unit?: TimeUnit, start?: string): number[] {
  const head = table.head[0]!
  const scale = SECONDS[unit ?? unitOfHead(head) ?? 's']
  const zero = start === undefined ? null : readDate(start)
  return table.rows.map((row, i) => {
    const text = row[0]!
    const where = `${name}: row ${i + 1}, ${head} is ${JSON.stringify(text)}`
    const value = text === '' ? Number.NaN : Number(text)
    if (Number.isFinite(value)) return value * scale
    const clock = CLOCK.exec(text)
    if (clock) return Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3] ?? 0)
    const date = readDate(text)
    if (!date) throw new Error(`${where}; expected a number (with a point), h:mm, or a date`)
    if (!zero) throw new Error(`${where}; expected seconds, or time.start in run.json for dates to count from`)
    if (zero.zoned !== date.zoned) {
      throw new Error(`${where} and time.start is ${JSON.stringify(start)}; expected a time zone on both or on neither`)
    }
    return date.seconds - zero.seconds
  })
}
