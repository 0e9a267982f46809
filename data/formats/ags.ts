/** AGS 3 and 4, the exchange format of ground investigations: groups of rows with headings, units and types. */
import { csvRows } from './csv.ts'
import { decodeText } from './text-encoding.ts'

/** One row of a group. */
export interface AgsRow {
  /** counted from 1 */
  line: number
  /** by the headings' places; '' where a row is too short */
  values: string[]
}

/** One group of rows. */
export interface AgsGroup {
  name: string
  /** headings: `LOCA_ID` */
  columns: string[]
  /** `m`, `yyyy-mm-dd`; '' where none is given */
  units: string[]
  /** AGS 4 only: `2DP`, `ID`, `PA`; '' else */
  types: string[]
  rows: AgsRow[]
}

/** A file. */
export interface AgsFile {
  version: 3 | 4
  groups: Map<string, AgsGroup>
  /** rows that could not be used, and why; the first 1,000 */
  problems: { line: number; reason: string }[]
}

const MOST_PROBLEMS = 1000
/** A file of more rows is no ground investigation. */
const MOST_ROWS = 5_000_000
const MOST_COLUMNS = 500

/** Whether a text begins as AGS does. */
export function isAgs(head: string): boolean {
  return /^\s*"(GROUP"\s*,\s*"[A-Z][A-Z0-9]{2,}"|\*\*\??[A-Z])/.test(head)
}

class Reading {
  readonly file: AgsFile
  private group: AgsGroup | null = null
  private rows = 0

  constructor(version: 3 | 4) {
    this.file = { version, groups: new Map(), problems: [] }
  }

  problem(line: number, reason: string): undefined {
    if (this.file.problems.length < MOST_PROBLEMS) this.file.problems.push({ line, reason })
  }

  open(name: string): undefined {
    const key = name.toUpperCase().slice(0, 40)
    // a group may come again, with other headings: it goes on
    this.group = { name: key, columns: [], units: [], types: [], rows: [] }
    const before = this.file.groups.get(key)
    if (before) this.group = { ...before, columns: [], units: [], types: [] }
    else this.file.groups.set(key, this.group)
  }

  /** Headings, in AGS 3 over several lines. */
  columns(line: number, names: readonly string[], more: boolean): undefined {
    const { group } = this
    if (!group) return this.problem(line, 'headings before a group')
    const before = more ? group.columns : []
    group.columns = [...before, ...names].slice(0, MOST_COLUMNS)
    const known = this.file.groups.get(group.name)
    if (known && known !== group && known.columns.join() !== group.columns.join())
      this.group = this.regrouped(known, group.columns)
    else if (known) known.columns = group.columns
  }

  /** The same group with other headings: its rows are brought into the order of the first ones. */
  private regrouped(known: AgsGroup, columns: string[]): AgsGroup {
    for (const name of columns) if (!known.columns.includes(name)) known.columns.push(name)
    return { ...known, columns }
  }

  words(what: 'units' | 'types', words: readonly string[]): undefined {
    const known = this.group && this.file.groups.get(this.group.name)
    if (this.group && known)
      for (const [i, name] of this.group.columns.entries()) known[what][known.columns.indexOf(name)] = words[i] ?? ''
  }

  data(line: number, values: readonly string[], problem: string | undefined): undefined {
    const { group } = this
    const known = group && this.file.groups.get(group.name)
    if (!group || !known || group.columns.length === 0) return this.problem(line, 'a row before headings')
    if (problem !== undefined) return this.problem(line, `${group.name}: ${problem}`)
    if (values.length > group.columns.length)
      return this.problem(line, `${group.name}: ${values.length} values; expected ${group.columns.length}`)
    if (++this.rows > MOST_ROWS) throw new Error(`ags: more than ${MOST_ROWS} rows; expected a ground investigation`)
    const row = known.columns.map(() => '')
    for (const [i, name] of group.columns.entries()) row[known.columns.indexOf(name)] = values[i] ?? ''
    known.rows.push({ line, values: row })
  }

  /** AGS 3: the values go on in the next line. */
  goOn(line: number, values: readonly string[]): undefined {
    const known = this.group && this.file.groups.get(this.group.name)
    const last = known?.rows.at(-1)
    if (!last) return this.problem(line, 'a continuation of nothing')
    for (const [i, value] of values.entries())
      if (value !== '' && i < last.values.length) last.values[i] = `${last.values[i]} ${value}`.trim()
  }
}

function line4(reading: Reading, line: number, [word = '', ...cells]: readonly string[], problem?: string): undefined {
  switch (word.toUpperCase()) {
    case 'GROUP':
      return reading.open(cells[0] ?? '')
    case 'HEADING':
      return reading.columns(line, cells, false)
    case 'UNIT':
      return reading.words('units', cells)
    case 'TYPE':
      return reading.words('types', cells)
    case 'DATA':
      return reading.data(line, cells, problem)
    default:
      return reading.problem(
        line,
        `unknown row, got ${word.slice(0, 40)}; expected GROUP | HEADING | UNIT | TYPE | DATA`,
      )
  }
}

function line3(
  reading: Reading,
  line: number,
  cells: readonly string[],
  problem: string | undefined,
  heading: boolean,
): boolean {
  const [word = ''] = cells
  if (word.startsWith('**')) {
    reading.open(word.replace(/^\*\*\??/, ''))
    return false
  }
  if (/^\*\??[A-Z]/i.test(word)) {
    reading.columns(
      line,
      cells.map((cell) => cell.replace(/^\*\??/, '')),
      heading,
    )
    return true
  }
  if (/^<UNITS>$/i.test(word)) {
    // the word stands in the place of the first heading's unit
    reading.words('units', ['', ...cells.slice(1)])
    return false
  }
  if (/^<CONT>$/i.test(word)) reading.goOn(line, ['', ...cells.slice(1)])
  else reading.data(line, cells, problem)
  return false
}

/**
 * Reads an AGS file; rows that are damaged are listed and left out.
 *
 * @throws {Error} when it is no AGS, or holds no group
 */
export function readAgs(bytes: Uint8Array): AgsFile {
  const text = decodeText(bytes)
  if (!isAgs(text.slice(0, 4096))) throw new Error('ags: does not begin with "GROUP" (AGS 4) or "**…" (AGS 3)')
  const reading = new Reading(/^\s*"GROUP/i.test(text) ? 4 : 3)
  let heading = false
  for (const { line, cells, problem } of csvRows(text, ',')) {
    if (reading.file.version === 4) line4(reading, line, cells, problem)
    else heading = line3(reading, line, cells, problem, heading)
  }
  const { groups } = reading.file
  for (const group of groups.values()) {
    group.units = group.columns.map((_, i) => group.units[i] ?? '')
    group.types = group.columns.map((_, i) => group.types[i] ?? '')
  }
  if (groups.size === 0) throw new Error('ags: no group')
  return reading.file
}

/** Rows of a group as records, with the line each stands in; empty when there is no such group. */
export function agsRecords(file: AgsFile, name: string): { line: number; values: Record<string, string> }[] {
  const group = file.groups.get(name)
  if (!group) return []
  return group.rows.map(({ line, values }) => ({
    line,
    values: Object.fromEntries(group.columns.map((column, i) => [column, values[i]!])),
  }))
}

/** Metres per unit of a heading; 1 where the file names none it knows. */
export function agsUnitM(file: AgsFile, group: string, heading: string): number {
  const of = file.groups.get(group)
  const unit = of?.units[of.columns.indexOf(heading)]?.toLowerCase() ?? ''
  return unit === 'ft' || unit === 'feet' ? 0.3048 : unit === 'mm' ? 0.001 : unit === 'cm' ? 0.01 : 1
}

const quoted = (value: string): string => `"${value.replaceAll('"', '""')}"`

/** AGS 4 text of groups; every value quoted, lines end as the format wants. */
export function writeAgs(
  groups: Iterable<Omit<AgsGroup, 'rows'> & { rows: readonly { values: readonly string[] }[] }>,
): string {
  const blocks: string[] = []
  for (const { name, columns, units, types, rows } of groups) {
    const line = (word: string, values: readonly string[]) => [word, ...values].map(quoted).join(',')
    blocks.push(
      [
        line('GROUP', [name]),
        line('HEADING', columns),
        line(
          'UNIT',
          columns.map((_, i) => units[i] ?? ''),
        ),
        line(
          'TYPE',
          columns.map((_, i) => types[i] ?? ''),
        ),
        ...rows.map(({ values }) => line('DATA', values)),
        '',
      ].join('\r\n'),
    )
  }
  return `${blocks.join('\r\n')}`
}
