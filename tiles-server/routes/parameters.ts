/** Query parameters that several addresses share; their descriptions become the OpenAPI document. */
import { z } from 'zod'

const BOX = 'expected bbox=west,south,east,north in degrees, south ≤ north'

/** west, south, east, north; the six-number form drops the heights; west > east crosses the antimeridian. */
export const bbox = z
  .string()
  .max(200)
  .transform((text, context): [number, number, number, number] => {
    const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
    const box = numbers.length === 6 ? [numbers[0], numbers[1], numbers[3], numbers[4]] : numbers
    const [w, s, e, n] = box
    const good =
      box.length === 4 &&
      box.every(Number.isFinite) &&
      Math.abs(w) <= 180 &&
      Math.abs(e) <= 180 &&
      s >= -90 &&
      n <= 90 &&
      s <= n
    if (!good) context.issues.push({ code: 'custom', message: `got ${text.slice(0, 60)}; ${BOX}`, input: text })
    return [w, s, e, n]
  })
  .meta({ description: `${BOX}; west > east crosses the antimeridian (CRS84)`, examples: ['121.3,28.6,121.5,28.75'] })
  .optional()

/** A whole number as text. */
export function count(low: number, high: number, fallback: number) {
  return z
    .string()
    .regex(/^\d{1,9}$/, `expected a whole number ${low} … ${high}`)
    .transform(Number)
    .refine((n) => n >= low && n <= high, `expected ${low} … ${high}`)
    .meta({ description: `${low} … ${high}, ${fallback} when absent` })
    .optional()
    .transform((n) => n ?? fallback)
}

const TIME = 'expected a moment 2026-01-01T00:00:00Z or an interval from/to, “..” for an open end'
const MOMENT = /^\d{4}-\d\d-\d\d([Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d))?$/

/** A moment or an interval (OGC API – Features §7.15.4) as milliseconds since 1970, open ends as null. */
export const datetime = z
  .string()
  .max(100)
  .transform((text, context): [number | null, number | null] => {
    const ends = text.split('/')
    const open = (end: string): boolean => ends.length === 2 && (end === '' || end === '..')
    const [from, to = from] = ends.map((end) => (open(end) ? null : MOMENT.test(end) ? Date.parse(end) : Number.NaN))
    const bad = ends.length > 2 || Number.isNaN(from) || Number.isNaN(to) || (from !== null && to !== null && from > to)
    if (bad) context.issues.push({ code: 'custom', message: `got ${text.slice(0, 60)}; ${TIME}`, input: text })
    return [from, to]
  })
  .meta({ description: `${TIME}; features without a time of their own always match` })
  .optional()

/** `f=json` is understood everywhere: OGC clients send it. */
export const f = z.enum(['json', 'geojson']).meta({ description: 'answer format' }).optional()
