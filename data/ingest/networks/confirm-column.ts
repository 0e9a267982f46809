/** One column in a file of confirmed meanings: by its name, or with its unit; null means nothing. */
import { z } from 'zod'
import { unitOf } from './values.ts'

const UNITS = ['mm', 'cm', 'm', 'in', 'ft'] as const

/** What `--map` may say of a column. */
export const columnSchema = z.union([
  z.string(),
  z.null(),
  z.strictObject({
    column: z.string(),
    unit: z.enum(UNITS).optional(),
    /** negative where depths are written below zero */
    unitM: z
      .number()
      .refine((metres) => metres !== 0, 'expected metres per unit, not 0')
      .optional(),
    evidence: z.string().optional(),
  }),
])

/**
 * The column that was said, with its unit in metres where one was given; null when it shall mean nothing.
 *
 * @throws {Error} when the table has no such column
 */
export function columnSaid(
  value: z.infer<typeof columnSchema>,
  role: string,
  place: string,
  columns: readonly string[],
): { column: string; unitM?: number } | null {
  if (value === null) return null
  const { column, unit, unitM } = typeof value === 'string' ? { column: value } : value
  if (!columns.includes(column))
    throw new Error(
      `map: ${place} has no column ${JSON.stringify(column)} for ${role}; expected ${columns.slice(0, 40).join(' | ')}`,
    )
  const metres = unitM ?? (unit ? (unitOf(unit) ?? undefined) : undefined)
  return metres === undefined ? { column } : { column, unitM: metres }
}
