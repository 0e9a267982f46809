/** CSV and its kin (comma, semicolon, tab; UTF-8, UTF-16, GBK): rows of text by the heading's names. */
import type { Attributes } from '../geo/city-feature.ts'
import type { RecordTable, TableRecord } from './record-table.ts'
import { headingOf } from './table-heading.ts'
import { decodeText, guessEncoding } from './text-encoding.ts'
import { isWkt, readWkt } from './wkt.ts'

const DELIMITERS = [',', ';', '\t', '|', '，'] as const
const MOST_COLUMNS = 1000
/** A quoted cell that never ends would swallow the rest of the file. */
const LONGEST_CELL = 1 << 20

/**
 * A cell that begins with a quote. One that never ends, or that swallows whole rows before the next stray quote, ends with its line.
 *
 * @param width cells of the widest row so far
 */
function quotedCell(
  text: string,
  start: number,
  delimiter: string,
  width: number,
): { cell: string; end: number; problem?: string } {
  let at = start + 1
  let cell = ''
  for (;;) {
    const quote = text.indexOf('"', at)
    if (quote < 0 || quote - start > LONGEST_CELL) break
    cell += text.slice(at, quote)
    at = quote + 1
    if (text[at] === '"') {
      cell += '"'
      at++
      continue
    }
    const [, ...inner] = cell.includes('\n') ? cell.split('\n') : ['']
    if (inner.some((row) => row.split(delimiter).length >= Math.max(3, width))) break
    return { cell, end: at }
  }
  const end = text.indexOf('\n', start)
  const stop = end < 0 ? text.length : end
  return { cell: text.slice(start + 1, stop), end: stop, problem: 'a quote that does not end' }
}

/** Cells of each row, with the line it begins on; quotes may hold delimiters, line ends and doubled quotes. */
export function* csvRows(
  text: string,
  delimiter: string,
): Generator<{ line: number; cells: string[]; problem?: string }> {
  let at = 0
  let line = 1
  let width = 0
  while (at < text.length) {
    const cells: string[] = []
    const first = line
    let problem: string | undefined
    for (;;) {
      let cell = ''
      if (text[at] === '"') {
        const quoted = quotedCell(text, at, delimiter, width)
        cell = quoted.cell
        at = quoted.end
        problem = quoted.problem ?? problem
        line += cell.split('\n').length - 1
      }
      let end = at
      while (end < text.length && text[end] !== delimiter && text[end] !== '\n' && text[end] !== '\r') end++
      cell += text.slice(at, end)
      at = end
      if (cells.length < MOST_COLUMNS) cells.push(cell.trim())
      if (text[at] !== delimiter) break
      at++
    }
    if (text[at] === '\r') at++
    if (text[at] === '\n') at++
    line++
    width = Math.max(width, cells.length)
    if (cells.length > 1 || cells[0] !== '') yield problem ? { line: first, cells, problem } : { line: first, cells }
  }
}

/** The delimiter that cuts the first lines into most, equally many cells. */
function delimiterOf(text: string): string {
  const lines = text.split(/\r?\n|\r/, 12).filter((line) => line.trim() !== '')
  let best: string = ','
  let most = 1
  for (const delimiter of DELIMITERS) {
    const counts = lines.map((line) => line.split(delimiter).length)
    const typical = Math.max(...counts)
    const even = counts.filter((count) => count === typical).length
    if (typical > 1 && typical * even > most) {
      best = delimiter
      most = typical * even
    }
  }
  return best
}

/** Cells by the heading's names; empty = null, numbers stay text so that nothing (007, 1.10) is lost. */
export function rowAttributes(
  columns: readonly string[],
  cells: readonly (string | number | boolean | null)[],
): Attributes {
  const attributes: Attributes = {}
  for (let i = 0; i < Math.max(columns.length, cells.length); i++) {
    const cell = cells[i] ?? null
    if (i < columns.length) attributes[columns[i]] = cell === '' ? null : cell
    else if (cell !== null && cell !== '') attributes[`column ${i + 1}`] = cell
  }
  return attributes
}

/** Rows that are looked at for decimal commas. */
const SAMPLE_ROWS = 2000
const COMMA = /^[-+]?\d+,\d+$/

/** Whether numbers are written as in most of Europe: `1,25`, and none as `1.25`. */
function decimalCommas(text: string, delimiter: string): boolean {
  if (delimiter === ',') return false
  let commas = 0
  let rows = 0
  for (const { cells } of csvRows(text, delimiter)) {
    if (++rows > SAMPLE_ROWS) break
    for (const cell of cells) {
      if (/^[-+]?\d+\.\d+$/.test(cell)) return false
      // three digits alone may be thousands
      if (COMMA.test(cell) && !/,\d{3}$/.test(cell)) commas++
    }
  }
  return commas > 0
}

/** The column whose cells are geometries as text; -1 when there is none. */
function shapeColumn(text: string, delimiter: string, body: number): number {
  let row = -1
  for (const { cells } of csvRows(text, delimiter)) {
    if (++row < body) continue
    if (row > body + 20) break
    const at = cells.findIndex(isWkt)
    if (at >= 0) return at
  }
  return -1
}

/** A row with the geometry of its cell, which is no attribute then. */
function shaped(record: TableRecord, column: string | undefined): TableRecord {
  if (column === undefined) return record
  const { [column]: cell, ...attributes } = record.attributes
  if (cell === null || cell === undefined) return { ...record, attributes }
  try {
    return { ...record, attributes, geometry: readWkt(String(cell)) }
  } catch (error) {
    return { ...record, problem: (error as Error).message }
  }
}

/**
 * Opens a delimited text as a table.
 *
 * @throws {Error} when it has no heading
 */
export function readCsv(bytes: Uint8Array, name: string): RecordTable {
  const encoding = guessEncoding(bytes)
  const text = decodeText(bytes, encoding)
  if (text.includes('\0')) throw new Error('csv: holds zero bytes; expected text')
  const delimiter = delimiterOf(text)
  const first: string[][] = []
  for (const { cells } of csvRows(text, delimiter)) if (first.push(cells) >= 20) break
  const heading = headingOf(first)
  if (!heading) throw new Error('csv: no heading; expected a row of column names')
  const { body, columns } = heading
  let count = -body
  for (const _ of csvRows(text, delimiter)) count++
  const notes = encoding === 'utf-8' ? [] : [`text is ${encoding}`]
  if (body > 1)
    notes.push(body - heading.first > 1 ? `heading in rows ${heading.first + 1} to ${body}` : `heading in row ${body}`)
  const shape = shapeColumn(text, delimiter, body)
  const commas = decimalCommas(text, delimiter)
  if (commas) notes.push('decimal commas are read as points')
  function* records(): Generator<TableRecord> {
    let row = -1
    for (const { line, cells, problem } of csvRows(text, delimiter)) {
      if (++row < body) continue
      const values = commas ? cells.map((cell) => (COMMA.test(cell) ? cell.replace(',', '.') : cell)) : cells
      const record: TableRecord = { row: line, geometry: null, attributes: rowAttributes(columns, values) }
      yield problem ? { ...record, problem } : shaped(record, columns[shape])
    }
  }
  return { name, columns: columns.filter((_, i) => i !== shape), crs: null, count, records, notes }
}
