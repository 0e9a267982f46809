/** CSV tables: a head of names, then numbers and words. */

/** Columns by name, in the order of the file. */
export interface Table {
  head: string[]
  rows: string[][]
}

/**
 * Reads a table; separators are commas, semicolons or tabs, whichever the head has.
 *
 * @throws {Error} when empty, or when a row is shorter than the head
 */
export function readTable(text: string, name: string): Table {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .filter((line) => line.trim() && !line.startsWith('#'))
  if (lines.length < 2) throw new Error(`${name}: no rows; expected a head and at least one row`)
  const separator = lines[0]!.includes(',')
    ? ','
    : lines[0]!.includes(';')
      ? ';'
      : lines[0]!.includes('\t')
        ? '\t'
        : /\s+/
  const cut = (line: string) =>
    line
      .trim()
      .split(separator)
      .map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'))
  const head = cut(lines[0]!)
  const rows = lines.slice(1).map((line, i) => {
    const cells = cut(line)
    if (cells.length < head.length)
      throw new Error(`${name}: row ${i + 1} has ${cells.length} values; expected ${head.length}`)
    return cells
  })
  return { head, rows }
}

/**
 * Numbers of a column.
 *
 * @throws {Error} when there is no such column or a value is no number
 */
export function numbersOf(table: Table, column: number, name: string): number[] {
  if (column < 0 || column >= table.head.length)
    throw new Error(`${name}: no such column; expected ${table.head.join(' | ')}`)
  return table.rows.map((row, i) => {
    const text = row[column]!
    const value = text === '' ? Number.NaN : Number(text)
    if (!Number.isFinite(value))
      throw new Error(`${name}: row ${i + 1}, ${table.head[column]} is ${JSON.stringify(text)}; expected a number`)
    return value
  })
}
