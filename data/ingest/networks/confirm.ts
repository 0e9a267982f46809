/** The confirmed meaning of columns: `--map columns.json`, checked word by word and laid over the guess. */
import { z } from 'zod'
import { CLASSES } from '../../geo/city-feature.ts'
import { ROLES, type Role } from './column-words.ts'
import type { TableMapping } from './columns.ts'
import { unitOf } from './values.ts'

const BASES = ['rule', 'centre', 'invert', 'crown', 'depth-centre', 'depth-invert', 'depth-crown'] as const
const UNITS = ['mm', 'cm', 'm', 'in', 'ft'] as const

const columnSchema = z.union([
  z.string(),
  z.null(),
  z.strictObject({
    column: z.string(),
    unit: z.enum(UNITS).optional(),
    unitM: z.number().positive().optional(),
    evidence: z.string().optional(),
  }),
])
const tableSchema = z.strictObject({
  rows: z.enum(['pipes', 'nodes', 'points-with-links', 'none']).optional(),
  utility: z.enum(CLASSES.pipes).optional(),
  basis: z.enum(BASES).optional(),
  vertices: z.enum(['centre', 'invert', 'crown', 'ground']).optional(),
  northFirst: z.boolean().optional(),
  columns: z.partialRecord(z.enum(ROLES), columnSchema).optional(),
  evidence: z.array(z.string()).optional(),
})
const fileSchema = z.record(z.string(), tableSchema)

/** What a person says about tables, by `<file>/<table>`, `<file>` or `<table>`. */
export type Confirmed = z.infer<typeof fileSchema>

/**
 * Reads a file of confirmed meanings.
 *
 * @throws {Error} naming what is wrong and what is allowed
 */
export function parseConfirmed(text: string): Confirmed {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new Error(`map: no JSON: ${(cause as Error).message}`, { cause })
  }
  const parsed = fileSchema.safeParse(json)
  if (!parsed.success) throw new Error(`map: ${z.prettifyError(parsed.error).replace(/\s+/g, ' ')}`)
  return parsed.data
}

/**
 * The guess, with what a person said laid over it; a column given as null means nothing.
 *
 * @throws {Error} when a column is named that the table does not have
 */
export function confirmed(
  guess: TableMapping,
  said: Confirmed | undefined,
  file: string,
  table: string,
  columns: readonly string[],
): TableMapping {
  const own = said?.[`${file}/${table}`] ?? said?.[file] ?? said?.[table]
  if (!own) return guess
  const mapping: TableMapping = { ...guess, columns: { ...guess.columns }, evidence: ['confirmed by --map'] }
  if (own.rows) mapping.rows = own.rows
  if (own.utility) mapping.utility = own.utility
  if (own.basis) mapping.basis = own.basis
  if (own.vertices) mapping.vertices = own.vertices
  if (own.northFirst !== undefined) mapping.northFirst = own.northFirst
  for (const [role, value] of Object.entries(own.columns ?? {}) as [Role, z.infer<typeof columnSchema>][]) {
    if (value === null) {
      delete mapping.columns[role]
      continue
    }
    const column = typeof value === 'string' ? value : value.column
    if (!columns.includes(column))
      throw new Error(
        `map: ${file}/${table} has no column ${JSON.stringify(column)} for ${role}; expected ${columns.slice(0, 40).join(' | ')}`,
      )
    const before = guess.columns[role]?.column === column ? guess.columns[role] : undefined
    const unit =
      typeof value === 'string'
        ? undefined
        : (value.unitM ?? (value.unit ? (unitOf(value.unit) ?? undefined) : undefined))
    const unitM = unit ?? before?.unitM
    mapping.columns[role] =
      unitM === undefined ? { column, evidence: 'confirmed' } : { column, unitM, evidence: 'confirmed' }
  }
  return mapping
}
