/** Sheets of Excel workbooks (.xlsx) as tables: values as shown to a reader, dates as ISO, with bounds against bombs. */
import { unzipSync } from 'fflate'
import { SaxesParser } from 'saxes'
import { rowAttributes } from './csv.ts'
import type { RecordTable, TableRecord } from './record-table.ts'
import { headingOf } from './table-heading.ts'

type Cell = string | number | boolean | null

const MOST_BYTES = 512 * 2 ** 20
const MOST_RATIO = 200
const FREE_BYTES = 64 * 2 ** 20
const MOST_COLUMNS = 1000
const MOST_ROWS = 2_000_000
const MOST_MERGES = 500_000
/** Built-in number formats that are dates. */
const DATE_FORMATS = new Set([14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 55, 56, 57, 58])

/** The parts that are read, unpacked; entries that would grow out of proportion are refused. */
function unpacked(bytes: Uint8Array): Map<string, Uint8Array> {
  let total = 0
  let refused = ''
  const parts = unzipSync(bytes, {
    filter({ name, size, originalSize }) {
      if (
        !/^xl\/(workbook\.xml|sharedStrings\.xml|styles\.xml|worksheets\/[^/]+\.xml|_rels\/workbook\.xml\.rels)$/i.test(
          name,
        )
      )
        return false
      total += originalSize
      const bomb = originalSize > FREE_BYTES && originalSize > size * MOST_RATIO
      if (bomb || total > MOST_BYTES) refused = `${name} unpacks to ${originalSize} bytes from ${size}`
      return refused === ''
    },
  })
  if (refused) throw new Error(`xlsx: ${refused} (a bomb?)`)
  return new Map(Object.entries(parts))
}

interface Heard {
  open?(name: string, attributes: Record<string, string>): void
  text?(text: string): void
  close?(name: string): void
}

function parse(bytes: Uint8Array | undefined, heard: Heard): void {
  if (!bytes) return
  const parser = new SaxesParser({ xmlns: false })
  const local = (name: string) => name.slice(name.indexOf(':') + 1)
  parser.on('error', (error) => {
    throw new Error(`xlsx: damaged XML: ${error.message}`)
  })
  parser.on('opentag', ({ name, attributes }) => heard.open?.(local(name), attributes as Record<string, string>))
  parser.on('text', (text) => heard.text?.(text))
  parser.on('closetag', ({ name }) => heard.close?.(local(name)))
  const decoder = new TextDecoder()
  for (let at = 0; at < bytes.length; at += 1 << 20)
    parser.write(decoder.decode(bytes.subarray(at, at + (1 << 20)), { stream: true }))
  parser.write(decoder.decode()).close()
}

function sharedStrings(bytes: Uint8Array | undefined): string[] {
  const strings: string[] = []
  let text = ''
  let inside = false
  let phonetic = false
  parse(bytes, {
    open(name) {
      if (name === 'si') text = ''
      if (name === 't') inside = true
      if (name === 'rPh') phonetic = true
    },
    text(part) {
      if (inside && !phonetic) text += part
    },
    close(name) {
      if (name === 't') inside = false
      if (name === 'rPh') phonetic = false
      if (name === 'si') strings.push(text)
    },
  })
  return strings
}

/** Which cell styles are dates. */
function dateStyles(bytes: Uint8Array | undefined): Set<number> {
  const own = new Set<number>()
  const styles = new Set<number>()
  let cells = false
  let index = 0
  parse(bytes, {
    open(name, attributes) {
      if (name === 'numFmt' && /[ymd年月日]/i.test((attributes.formatCode ?? '').replace(/"[^"]*"|\[[^\]]*\]/g, '')))
        own.add(Number(attributes.numFmtId))
      if (name === 'cellXfs') cells = true
      if (name === 'xf' && cells) {
        const format = Number(attributes.numFmtId)
        if (DATE_FORMATS.has(format) || own.has(format)) styles.add(index)
        index++
      }
    },
    close(name) {
      if (name === 'cellXfs') cells = false
    },
  })
  return styles
}

function isoDate(serial: number): string {
  // Excel counts days from 1899-12-30, with a leap day that 1900 did not have
  const date = new Date(Date.UTC(1899, 11, 30) + Math.round(serial * 86400) * 1000)
  if (!(serial > 0 && serial < 2_958_466)) return String(serial)
  const iso = date.toISOString()
  return serial % 1 === 0 ? iso.slice(0, 10) : iso.slice(0, 19)
}

function columnOf(reference: string): number {
  let column = 0
  for (const letter of /^[A-Z]+/i.exec(reference)?.[0].toUpperCase() ?? '')
    column = column * 26 + letter.charCodeAt(0) - 64
  return column - 1
}

interface Sheet {
  rows: { row: number; cells: Cell[] }[]
}

function sheetRows(bytes: Uint8Array, strings: readonly string[], dates: ReadonlySet<number>): Sheet['rows'] {
  const rows: Sheet['rows'] = []
  const merges: string[] = []
  let cells: Cell[] = []
  let number = 0
  let at = -1
  let type = ''
  let style = 0
  let text = ''
  let inside = false
  parse(bytes, {
    open(name, attributes) {
      if (name === 'row') {
        number = Number(attributes.r) || number + 1
        cells = []
        at = -1
      } else if (name === 'c') {
        const asked = attributes.r ? columnOf(attributes.r) : at + 1
        at = asked >= 0 && asked < MOST_COLUMNS ? asked : -1
        type = attributes.t ?? 'n'
        style = Number(attributes.s ?? 0)
        text = ''
      } else if (name === 'v' || name === 't') inside = true
      else if (name === 'mergeCell' && merges.length < MOST_MERGES) merges.push(attributes.ref ?? '')
    },
    text(part) {
      if (inside) text += part
    },
    close(name) {
      if (name === 'v' || name === 't') inside = false
      else if (name === 'c' && at >= 0 && text !== '') {
        while (cells.length < at) cells.push(null)
        cells[at] = cellOf(type, text, dates.has(style), strings)
      } else if (name === 'row' && cells.some((cell) => cell !== null && cell !== '')) {
        if (rows.length >= MOST_ROWS) throw new Error(`xlsx: over ${MOST_ROWS} rows in a sheet`)
        rows.push({ row: number, cells })
      }
    },
  })
  spread(rows, merges)
  return rows
}

/** A cell merged over several rows stands for each of them. */
function spread(rows: Sheet['rows'], merges: readonly string[]): void {
  const at = new Map(rows.map((row) => [row.row, row.cells]))
  let left = MOST_ROWS
  for (const ref of merges) {
    const found = /^([A-Z]+)(\d+):[A-Z]+(\d+)$/i.exec(ref)
    if (!found) continue
    const column = columnOf(found[1])
    const [top, bottom] = [Number(found[2]), Math.min(Number(found[3]), rows.at(-1)?.row ?? 0)]
    const value = at.get(top)?.[column]
    if (value === undefined || value === null || value === '' || column >= MOST_COLUMNS) continue
    for (let row = top + 1; row <= bottom && left > 0; row++, left--) {
      const cells = at.get(row)
      if (!cells || (cells[column] ?? '') !== '') continue
      while (cells.length < column) cells.push(null)
      cells[column] = value
    }
  }
}

function cellOf(type: string, text: string, date: boolean, strings: readonly string[]): Cell {
  if (type === 's') return (strings[Number(text)] ?? '').trim()
  if (type === 'b') return text === '1'
  if (type !== 'n') return text.trim()
  const value = Number(text)
  if (!Number.isFinite(value)) return text.trim()
  return date ? isoDate(value) : value
}

/** Names of the sheets and the parts that hold them, in the workbook's order. */
function sheetsOf(parts: ReadonlyMap<string, Uint8Array>): { name: string; part: string }[] {
  const targets = new Map<string, string>()
  parse(parts.get('xl/_rels/workbook.xml.rels'), {
    open(name, attributes) {
      if (name === 'Relationship') targets.set(attributes.Id, attributes.Target)
    },
  })
  const sheets: { name: string; part: string }[] = []
  parse(parts.get('xl/workbook.xml'), {
    open(name, attributes) {
      if (name !== 'sheet') return
      const target = targets.get(attributes['r:id'] ?? '') ?? `worksheets/sheet${sheets.length + 1}.xml`
      sheets.push({
        name: attributes.name ?? `sheet ${sheets.length + 1}`,
        part: target.startsWith('/') ? target.slice(1) : `xl/${target}`,
      })
    },
  })
  return sheets
}

/**
 * Opens every sheet that has a heading and rows.
 *
 * @param bytes the whole file
 * @throws {Error} when the zip or its XML is damaged, when it would unpack out of proportion, or when there is no table in it
 */
export function readXlsx(bytes: Uint8Array): RecordTable[] {
  let parts: Map<string, Uint8Array>
  try {
    parts = unpacked(bytes)
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause)
    throw new Error(words.startsWith('xlsx') ? words : `xlsx: truncated or damaged: ${words}`, { cause })
  }
  const strings = sharedStrings(parts.get('xl/sharedStrings.xml'))
  const dates = dateStyles(parts.get('xl/styles.xml'))
  const tables: RecordTable[] = []
  for (const { name, part } of sheetsOf(parts)) {
    const sheet = parts.get(part)
    if (!sheet) continue
    const rows = sheetRows(sheet, strings, dates)
    const heading = headingOf(
      rows
        .slice(0, 20)
        .map(({ cells }) => Array.from(cells, (cell) => (cell === null || cell === undefined ? '' : String(cell)))),
    )
    if (!heading) continue
    const { first, columns } = heading
    const body = rows.slice(heading.body)
    const records = function* (): Generator<TableRecord> {
      for (const { row, cells } of body) yield { row, geometry: null, attributes: rowAttributes(columns, cells) }
    }
    const where = [rows[first].row, rows[heading.body - 1].row]
    const notes =
      where[0] < where[1]
        ? [`heading in rows ${where[0]} to ${where[1]}`]
        : first > 0
          ? [`heading in row ${where[0]}`]
          : []
    tables.push({ name, columns, crs: null, count: body.length, records, notes })
  }
  if (tables.length === 0) throw new Error('xlsx: no table in it; expected a sheet with a row of column names')
  return tables
}
