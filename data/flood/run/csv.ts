/** CSV tables: a head of names, then numbers and words. */

/** Columns by name, in the order of the file. */
export interface Table {
  head: string[]
  rows: string[][]
}

/** Cells of a line; a quoted one may hold the separator. */
function cut(line: string, separator: string): string[] {
  if (separator === ' ') return line.trim().split(/\s+/)
  const cells: string[] = []
  let at = 0
  while (at <= line.length) {
    const quoted = /^\s*"((?:[^"]|"")*)"\s*/.exec(line.slice(at))
    const after = quoted ? at + quoted[0].length : at
    let end = line.indexOf(separator, after)
    if (end < 0) end = line.length
    cells.push(quoted ? quoted[1]!.replaceAll('""', '"') : line.slice(at, end).trim())
    at = end + 1
  }
  return cells
}

/**
 * Reads a table; separators are semicolons, tabs, commas or spaces, whichever the head has.
 *
 * @throws {Error} when empty, without a head, or when a row has more or fewer values than the head
 */
export function readTable(text: string, name: string): Table {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .filter((line) => line.trim() && !line.startsWith('#'))
  if (lines.length < 2) throw new Error(`${name}: no rows; expected a head and at least one row`)
  const bare = lines[0]!.replace(/"[^"]*"/g, '')
  const separator = [';', '\t', ','].find((one) => bare.includes(one)) ?? ' '
  const head = cut(lines[0]!, separator)
  if (head.every((cell) => cell !== '' && Number.isFinite(Number(cell)))) {
    throw new Error(`${name}: begins with the numbers ${head.slice(0, 3).join(', ')}; expected a head of names`)
  }
  const rows = lines.slice(1).map((line, i) => {
    const cells = cut(line, separator)
    // separators at the end of a line
    while (cells.length > head.length && cells.at(-1) === '') cells.pop()
    if (cells.length !== head.length) {
      const hint = cells.length > head.length && separator === ',' ? ' (a decimal comma?)' : ''
      throw new Error(`${name}: row ${i + 1} has ${cells.length} values; expected ${head.length}${hint}`)
    }
    return cells
  })
  return { head, rows }
}

/** Place of a column by one of its names, whatever their capitals; -1 when there is none. */
export function columnOf(table: Table, ...names: string[]): number {
  const wanted = names.map((one) => one.toLowerCase().trim())
  return table.head.findIndex((head) => wanted.includes(head.toLowerCase()))
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
    if (!Number.isFinite(value)) {
      const hint = /^[+-]?\d+,\d+$/.test(text) ? ' with a decimal point' : ''
      throw new Error(
        `${name}: row ${i + 1}, ${table.head[column]} is ${JSON.stringify(text)}; expected a number${hint}`,
      )
    }
    return value
  })
}
