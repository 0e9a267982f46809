/** The confirmed meaning of columns of borehole tables: `--map columns.json`, laid over the guess. */
import { z } from 'zod'
import type { RecordTable } from '../../formats/record-table.ts'
import { columnSaid, columnSchema } from '../networks/confirm-column.ts'
import {
  type BoreholeColumns,
  boreholeColumns,
  guessColumns,
  isNorthFirst,
  ROLES,
  type Role,
  unitOfName,
} from './columns.ts'

/** What a person says about a table of boreholes; `rows` tells it from tables of pipes. */
export const holesSchema = z.strictObject({
  rows: z.literal('boreholes'),
  northFirst: z.boolean().optional(),
  columns: z.partialRecord(z.enum(ROLES), columnSchema).optional(),
  evidence: z.array(z.string()).optional(),
})

/** What a person says about tables of any kind, by `<file>/<table>`, `<file>` or `<table>`. */
type Said = Readonly<
  Record<string, z.infer<typeof holesSchema> | { rows?: 'pipes' | 'nodes' | 'points-with-links' | 'none' }>
>

/** Columns in the form that `--dry-run` writes and `--map` reads. */
export function holesMapping({ column, unitM, northFirst, evidence }: BoreholeColumns): z.infer<typeof holesSchema> {
  const roles = Object.entries(column) as [Role, string][]
  return {
    rows: 'boreholes',
    northFirst,
    columns: Object.fromEntries(
      roles.map(([role, name]) => [role, unitM[role] === undefined ? name : { column: name, unitM: unitM[role] }]),
    ),
    evidence,
  }
}

/**
 * The guess, with what a person said laid over it.
 *
 * @returns null when it is no table of boreholes, or is said to be another
 * @throws {Error} when a column is named that the table does not have, or none names the hole
 */
export function confirmedHoles(table: RecordTable, said: Said | undefined, file: string): BoreholeColumns | null {
  const own = said?.[`${file}/${table.name}`] ?? said?.[file] ?? said?.[table.name]
  if (own?.rows === undefined) return boreholeColumns(table)
  if (own.rows !== 'boreholes') return null
  const place = `${file}/${table.name}`
  const guess = guessColumns(table)
  const result: BoreholeColumns = {
    column: { ...guess.column },
    unitM: { ...guess.unitM },
    northFirst: guess.northFirst,
    evidence: ['confirmed by --map'],
  }
  for (const [role, value] of Object.entries(own.columns ?? {}) as [Role, z.infer<typeof columnSchema>][]) {
    const found = columnSaid(value, role, place, table.columns)
    delete result.column[role]
    delete result.unitM[role]
    if (!found) continue
    // a column has one meaning: what was said of it takes it from what was guessed
    for (const other of ROLES)
      if (result.column[other] === found.column && own.columns?.[other] === undefined) delete result.column[other]
    result.column[role] = found.column
    const unitM = found.unitM ?? unitOfName(role, found.column)
    if (unitM !== undefined) result.unitM[role] = unitM
  }
  if (result.column.id === undefined)
    throw new Error(
      `map: ${place} has no column for id, the hole's number; expected ${table.columns.slice(0, 40).join(' | ')}`,
    )
  result.northFirst = own.northFirst ?? isNorthFirst(table, result.column, result.evidence)
  return result
}
