/** Curves, clocks and series of a SWMM .inp. */
import { type SwmmInp, swmmHours } from '../../formats/swmm-inp.ts'
import { swmmNumber } from '../../formats/swmm-inp-columns.ts'
import { type Series, series } from '../forcing/series.ts'

/** Texts of the files that timeseries name. */
export type OutsideFiles = { readonly [name: string]: string }

/** Names in a SWMM .inp are the same whatever their capitals. */
export const nameKey = (name: string): string => name.toLowerCase()

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/**
 * Seconds since 1970 of a date and a time of the file's own clock.
 *
 * @throws {Error} when it is no date
 */
export function clockSeconds(date: string | undefined, time: string | undefined): number {
  const parts = /^(\w{1,3})[/-](\d{1,2})[/-](\d{4})$/.exec(date ?? '01/01/2004')
  if (!parts) throw new Error(`date ${JSON.stringify(date)}; expected MM/DD/YYYY`)
  const named = MONTHS.indexOf(parts[1]!.toLowerCase())
  const month = named >= 0 ? named : Number(parts[1]) - 1
  const day = Number(parts[2])
  const at = Date.UTC(Number(parts[3]), month, day) / 1000
  if (!Number.isFinite(at) || month < 0 || month > 11 || day < 1 || day > 31)
    throw new Error(`date ${JSON.stringify(date)}; expected MM/DD/YYYY`)
  return at + 3600 * swmmHours(time ?? '0:00')
}

/**
 * Points of a curve.
 *
 * @throws {Error} when it is missing, of another kind, or its x do not rise
 */
export function curveNamed(inp: SwmmInp, name: string, type: string): [number, number][] {
  const curve = inp.curves.find((one) => nameKey(one.name) === nameKey(name))
  if (!curve) throw new Error(`curve ${name} is missing; expected it in [CURVES]`)
  if (type && curve.type && !curve.type.startsWith(type)) {
    throw new Error(`curve ${name} is a ${curve.type}; expected ${type}`)
  }
  if (curve.points.length === 0) throw new Error(`curve ${name} has no points`)
  curve.points.forEach(([x], k) => {
    if (k > 0 && !(x >= curve.points[k - 1]![0]))
      throw new Error(`curve ${name}: ${x} after ${curve.points[k - 1]![0]}; expected rising x`)
  })
  return curve.points
}

function outsidePoints(name: string, text: string): { date: string; hours: number; value: number }[] {
  const points: { date: string; hours: number; value: number }[] = []
  for (const [k, line] of text.split(/\r?\n/).entries()) {
    const words = line
      .split(';')[0]!
      .trim()
      .split(/[\s,]+/)
    if (words[0] === '') continue
    const date = words.length > 2 ? words[0]! : ''
    const value = swmmNumber(words.at(-1)!)
    if (value === null) throw new Error(`series ${name}: line ${k + 1} of its file: ${JSON.stringify(line)}`)
    points.push({ date, hours: swmmHours(words.at(-2) ?? ''), value })
  }
  return points
}

/**
 * A series in seconds from the start of the simulation.
 *
 * @param convert from the file's unit
 * @throws {Error} when it is missing, empty or does not rise
 */
export function seriesNamed(
  inp: SwmmInp,
  name: string,
  files: OutsideFiles,
  convert: (value: number) => number = (value) => value,
): Series {
  const found = inp.timeseries.find((one) => nameKey(one.name) === nameKey(name))
  if (!found) throw new Error(`series ${name} is missing; expected it in [TIMESERIES]`)
  let { points } = found
  if (found.file) {
    const text = files[found.file]
    if (text === undefined)
      throw new Error(`series ${name}: file ${found.file} is missing; expected it beside the .inp`)
    points = outsidePoints(name, text)
  }
  const start = clockSeconds(inp.options.START_DATE, inp.options.START_TIME)
  const list = points.map(({ date, hours, value }) => {
    const time = date ? clockSeconds(date, '0:00') - start + 3600 * hours : 3600 * hours
    return [time, convert(value)] as const
  })
  return series(`series ${name}`, list)
}
