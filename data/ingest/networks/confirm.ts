/** The confirmed meaning of columns: `--map columns.json`, checked word by word and laid over the guess. */
import { z } from 'zod'
import { CLASSES } from '../../geo/city-feature.ts'
import { holesSchema } from '../geology/confirm.ts'
import { ROLES, type Role } from './column-words.ts'
import type { TableMapping } from './columns.ts'
import { columnSaid, columnSchema } from './confirm-column.ts'

const BASES = ['rule', 'centre', 'invert', 'crown', 'depth-centre', 'depth-invert', 'depth-crown'] as const
const tableSchema = z.strictObject({
  rows: z.enum(['pipes', 'nodes', 'points-with-links', 'none']).optional(),
  utility: z.enum(CLASSES.pipes).optional(),
  basis: z.enum(BASES).optional(),
  vertices: z.enum(['centre', 'invert', 'crown', 'ground']).optional(),
  northFirst: z.boolean().optional(),
  columns: z.partialRecord(z.enum(ROLES), columnSchema).optional(),
  evidence: z.array(z.string()).optional(),
  codes: z.boolean().optional(),
})
/** What a person says about tables, by `<file>/<table>`, `<file>` or `<table>`. */
export type Confirmed = Record<string, z.infer<typeof tableSchema> | z.infer<typeof holesSchema>>

const isHoles = (entry: unknown): boolean => (entry as { rows?: unknown } | null)?.rows === 'boreholes'

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
  const tables = z.record(z.string(), z.unknown()).safeParse(json)
  if (!tables.success) throw new Error(`map: ${z.prettifyError(tables.error).replace(/\s+/g, ' ')}`)
  const said: Confirmed = {}
  for (const [table, entry] of Object.entries(tables.data)) {
    // told apart by one word, so that a mistake is told against the words of the right kind
    const parsed = (isHoles(entry) ? holesSchema : tableSchema).safeParse(entry)
    if (!parsed.success) throw new Error(`map: ${table}: ${z.prettifyError(parsed.error).replace(/\s+/g, ' ')}`)
    said[table] = parsed.data
  }
  return said
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
  if (own.rows === 'boreholes') return { ...guess, rows: 'none', evidence: ['boreholes by --map'] }
  const mapping: TableMapping = { ...guess, columns: { ...guess.columns }, evidence: ['confirmed by --map'] }
  if (own.rows) mapping.rows = own.rows
  if (own.utility) mapping.utility = own.utility
  if (own.basis) mapping.basis = own.basis
  if (own.vertices) mapping.vertices = own.vertices
  if (own.codes !== undefined) mapping.codes = own.codes
  if (own.northFirst !== undefined) mapping.northFirst = own.northFirst
  for (const [role, value] of Object.entries(own.columns ?? {}) as [Role, z.infer<typeof columnSchema>][]) {
    const found = columnSaid(value, role, `${file}/${table}`, columns)
    if (!found) {
      delete mapping.columns[role]
      continue
    }
    const { column } = found
    const before = guess.columns[role]?.column === column ? guess.columns[role] : undefined
    const unitM = found.unitM ?? before?.unitM
    mapping.columns[role] =
      unitM === undefined ? { column, evidence: 'confirmed' } : { column, unitM, evidence: 'confirmed' }
  }
  return mapping
}
