/** The heading of a table as people draw it: below titles and notes, in one to three rows, with merged groups and rows of units. */

/** Where a heading stands and what it calls the columns. */
export interface Heading {
  /** index of its first row among the rows that were given */
  first: number
  /** index of the first row of data */
  body: number
  columns: string[]
}

type Row = readonly string[]

const MOST_ROWS = 3
/** A title or a note is a sentence, a group of columns is a word. */
const LONGEST_GROUP = 16
const UNIT = /^[([（【]?(mm|cm|m|km|in|inch|ft|mpa|kpa|kv|v|°|%|‰|m2|㎡|毫米|厘米|米|千伏|年|个|孔|根)[)\]）】]?$/i
/** Words that say of which end or height, and so come before what is measured: 埋深 over 起点 is 起点埋深. */
const SIDE = /^((起|终|止)(点|始|止)?|(始|末)端|上游|下游|地面|管?(内|外)?(顶|底)|井(底|盖)|管中心?|中心)$/

const filled = (row: Row): number => row.filter((cell) => cell !== '').length
const numeric = (cell: string): boolean => cell !== '' && Number.isFinite(Number(cell))

/** Column names: unnamed and repeated ones are numbered. */
export function columnNames(cells: Row): string[] {
  const taken = new Set<string>()
  return cells.map((cell, i) => {
    const wanted = cell.replace(/\s+/g, ' ').trim() || `column ${i + 1}`
    let name = wanted
    for (let n = 2; taken.has(name); n++) name = `${wanted} ${n}`
    taken.add(name)
    return name
  })
}

/** Whether a row goes on with the heading above it: units, or names where merged groups left gaps. */
function goesOn(above: Row, row: Row | undefined, below: Row | undefined): boolean {
  if (!row || filled(row) === 0 || row.some(numeric)) return false
  if (row.every((cell) => cell === '' || UNIT.test(cell))) return true
  const fills = row.some((cell, i) => cell !== '' && (above[i] ?? '') === '')
  // a first row of data may be words too: then the next one looks like it
  return fills && (below === undefined || row.some((cell, i) => cell !== '' && numeric(below[i] ?? '')))
}

/** Whether the row above the widest one is its groups, not a title. */
function groups(row: Row | undefined, below: Row): boolean {
  if (!row || filled(row) < 2 || row.some((cell) => numeric(cell) || cell.length > LONGEST_GROUP || /[:：]/.test(cell)))
    return false
  return row.some((cell, i) => cell !== '' && (below[i] ?? '') === '')
}

/** Names of a group and of what stands below it. */
function joined(above: Row, row: Row): string[] {
  let group = ''
  return Array.from({ length: Math.max(above.length, row.length) }, (_, i) => {
    const own = above[i] ?? ''
    if (own !== '') group = own
    const name = row[i] ?? ''
    if (name === '' || name === own) return own
    if (UNIT.test(name)) return `${own}${own === '' || /^[([（【]/.test(name) ? name : `(${name})`}`
    return SIDE.test(name) ? `${name}${group}` : `${group}${name}`
  })
}

/** A row that only counts the columns: 1, 2, 3 … */
function counts(row: Row | undefined): boolean {
  const cells = row?.filter((cell) => cell !== '') ?? []
  return cells.length >= 5 && cells.every((cell, i) => cell === String(i + 1))
}

/**
 * Finds the heading of a table: the first row with most filled cells, none of them a number, with the rows that belong to it.
 *
 * @param rows the beginning of the table; '' for an empty cell
 * @returns null when there is none
 */
export function headingOf(rows: readonly Row[]): Heading | null {
  const widest = Math.max(0, ...rows.map(filled))
  let first = rows.findIndex((row) => filled(row) >= Math.max(2, widest * 0.6) && !row.some(numeric))
  if (first < 0) return null
  let names: readonly string[] = rows[first]
  let body = first + 1
  if (groups(rows[first - 1], rows[first])) names = joined(rows[--first], names)
  while (body - first < MOST_ROWS && goesOn(rows[body - 1], rows[body], rows[body + 1]))
    names = joined(names, rows[body++])
  if (counts(rows[body])) body++
  return { first, body, columns: columnNames(names) }
}
