/** CSV and its kin (comma, semicolon, tab; UTF-8, UTF-16, GBK): rows of text by the heading's names. */
import type { Attributes } from '../geo/city-feature.ts'
import type { RecordTable, TableRecord } from './record-table.ts'
import { decodeText, guessEncoding } from './text-encoding.ts'

const DELIMITERS = [',', ';', '\t', '|', '，'] as const
const MOST_COLUMNS = 1000
/** A quoted cell that never ends would swallow the rest of the file. */
const LONGEST_CELL = 1 << 20

/** Cells of each row, with the line it begins on; quotes may hold delimiters, line ends and doubled quotes. */
export function* csvRows(
  text: string,
  delimiter: string,
): Generator<{ line: number; cells: string[]; problem?: string }> {
  let at = 0
  let line = 1
  while (at < text.length) {
    const cells: string[] = []
    const first = line
    let problem: string | undefined
    for (;;) {
      let cell = ''
      if (text[at] === '"') {
        const start = ++at
        for (;;) {
          const quote = text.indexOf('"', at)
          if (quote < 0 || quote - start > LONGEST_CELL) {
            problem = 'a quote that does not end'
            const end = text.indexOf('\n', start)
            cell = text.slice(start, end < 0 ? text.length : end)
            at = end < 0 ? text.length : end
            break
          }
          cell += text.slice(at, quote)
          at = quote + 1
          if (text[at] !== '"') break
          cell += '"'
          at++
        }
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

/** Column names: unnamed and repeated ones are numbered. */
export function columnNames(cells: readonly string[]): string[] {
  const taken = new Set<string>()
  return cells.map((cell, i) => {
    const wanted = cell.replace(/\s+/g, ' ').trim() || `column ${i + 1}`
    let name = wanted
    for (let n = 2; taken.has(name); n++) name = `${wanted} ${n}`
    taken.add(name)
    return name
  })
}

/**
 * The heading of a table: survey tables begin with titles and notes; a heading is the first row with most filled cells, none of them a number.
 *
 * @returns index of the heading among the rows; -1 when there is none
 */
export function headingOf(rows: readonly (readonly string[])[]): number {
  const filled = (row: readonly string[]) => row.filter((cell) => cell !== '').length
  const widest = Math.max(0, ...rows.map(filled))
  return rows.findIndex(
    (row) =>
      filled(row) >= Math.max(2, widest * 0.6) && row.every((cell) => cell === '' || !Number.isFinite(Number(cell))),
  )
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
  if (heading < 0) throw new Error('csv: no heading; expected a row of column names')
  const columns = columnNames(first[heading])
  let count = -heading - 1
  for (const _ of csvRows(text, delimiter)) count++
  const notes = encoding === 'utf-8' ? [] : [`text is ${encoding}`]
  if (heading > 0) notes.push(`heading in row ${heading + 1}`)
  function* records(): Generator<TableRecord> {
    let row = -1
    for (const { line, cells, problem } of csvRows(text, delimiter)) {
      if (++row <= heading) continue
      const record: TableRecord = { row: line, geometry: null, attributes: rowAttributes(columns, cells) }
      yield problem ? { ...record, problem } : record
    }
  }
  return { name, columns, crs: null, count, records, notes }
}
