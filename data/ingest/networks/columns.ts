/** Guesses what each column of a table means, with its unit and the evidence; a person confirms or corrects it (`--map`). */
import type { Geometry } from 'geojson'
import type { RecordTable, TableRecord } from '../../formats/record-table.ts'
import { COLUMN_WORDS, folded, POOR_IDS, ROLES, type Role, unitInName } from './column-words.ts'
import type { Basis, Utility } from './draft.ts'
import { median, numberOf, sizeOf, textOf } from './values.ts'
import { utilityOf, utilityOfCode } from './words.ts'

/** What a column means. */
export interface ColumnGuess {
  column: string
  /** metres per unit, for measures */
  unitM?: number
  /** why it was taken, in words */
  evidence: string
}

/** How a table is read; what `--dry-run` writes and `--map` takes. */
export interface TableMapping {
  /** `pipes`: every row a pipe; `nodes`: every row a node; `points-with-links`: every row a node that names the next; `none`: left out */
  rows: 'pipes' | 'nodes' | 'points-with-links' | 'none'
  /** utility of rows that do not say */
  utility: Utility
  /** what depths and heights are measured to; `rule`: crown for pressure, invert for gravity (CJJ 61) */
  basis: Basis | 'rule'
  /** meaning of the third ordinate of lines */
  vertices: 'centre' | 'invert' | 'crown' | 'ground'
  /** the X column is the northing, as in Chinese surveying */
  northFirst: boolean
  columns: Partial<Record<Role, ColumnGuess>>
  /** the evidence for the words above */
  evidence: string[]
  /** numbers of points begin with codes of CJJ 61 that tell the utility of each row; absent = they are only names */
  codes?: boolean
}

const SAMPLE = 2000
const LENGTHS = new Set<Role>([
  'depth',
  'depthFrom',
  'depthTo',
  'zFrom',
  'zTo',
  'invertFrom',
  'invertTo',
  'crownFrom',
  'crownTo',
  'groundFrom',
  'groundTo',
  'ground',
  'top',
  'bottom',
  'shaftDepth',
  'length',
])
const INCHES = new Set([
  1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 12, 14, 15, 16, 18, 20, 21, 24, 27, 30, 33, 36, 42, 48, 54, 60, 66, 72, 84, 96,
])

/** Rows to guess from, spread over the table's beginning. */
function sample(table: RecordTable): TableRecord[] {
  const rows: TableRecord[] = []
  for (const row of table.records()) {
    if (row.problem === undefined) rows.push(row)
    if (rows.length >= SAMPLE) break
  }
  return rows
}

function sizeUnit(name: string, values: readonly number[]): { unitM: number; evidence: string } {
  const named = unitInName(name)
  if (named !== null) return { unitM: named, evidence: 'unit in the name' }
  const known = values.filter((value) => value > 0)
  const middle = median(known)
  if (!(middle > 0)) return { unitM: 0.001, evidence: 'no value: mm' }
  if (middle < 2.5 && known.some((value) => value % 1 !== 0)) return { unitM: 1, evidence: `middle value ${middle}: m` }
  const nominal = known.filter((value) => INCHES.has(value)).length / known.length
  if (middle <= 48 && nominal > 0.9)
    return { unitM: 0.0254, evidence: `middle value ${middle}, nominal inch sizes: in` }
  return middle < 10
    ? { unitM: 1, evidence: `middle value ${middle}: m` }
    : { unitM: 0.001, evidence: `middle value ${middle}: mm` }
}

/** Larger numbers are no length of a city's pipe in any unit. */
const MOST = 1e8

function lengthUnit(role: Role, name: string, values: readonly number[]): { unitM: number; evidence: string } {
  const isDepth = role.toLowerCase().includes('depth')
  const known = values.filter((value) => Math.abs(value) < MOST && value !== 0)
  // some write depths as heights below the ground
  const sign = isDepth && known.length > 2 && known.filter((value) => value < 0).length > known.length * 0.8 ? -1 : 1
  const how = sign < 0 ? ', written negative' : ''
  const named = unitInName(name)
  if (named !== null) return { unitM: named * sign, evidence: `unit in the name${how}` }
  const middle = median(known.map(Math.abs))
  if (!isDepth) return { unitM: 1, evidence: 'm' }
  if (middle >= 300) return { unitM: 0.001 * sign, evidence: `middle value ${middle}: mm${how}` }
  if (middle >= 30) return { unitM: 0.01 * sign, evidence: `middle value ${middle}: cm${how}` }
  return { unitM: sign, evidence: Number.isFinite(middle) ? `middle value ${middle}: m${how}` : 'no value: m' }
}

/** Whether the values of a column can mean that. */
function fits(role: Role, column: string, rows: readonly TableRecord[]): boolean {
  const texts = rows.map(({ attributes }) => textOf(attributes[column])).filter((text) => text !== '')
  if (texts.length === 0) return true
  const share = (test: (text: string) => boolean) => texts.filter(test).length / texts.length
  if (LENGTHS.has(role) || /^[xy](From|To)?$/.test(role))
    return share((text) => Number.isFinite(Number(text.replace(/[a-z米]+$/i, '')))) > 0.6
  if (role === 'size')
    return (
      share((text) => {
        const size = sizeOf(text)
        return Number.isFinite(size.diameter) || Number.isFinite(size.width)
      }) > 0.5
    )
  if (role === 'utility' || role === 'kind' || role === 'material')
    return share((text) => Number.isFinite(Number(text))) < 0.5
  return true
}

function candidates(table: RecordTable, rows: readonly TableRecord[]): Map<Role, string> {
  const found = new Map<Role, string>()
  const taken = new Set<string>()
  for (const role of ROLES_BY_SURENESS) {
    const fitting = table.columns.filter(
      (column) => !taken.has(column) && COLUMN_WORDS[role].test(folded(column)) && fits(role, column, rows),
    )
    const filled = (column: string) => rows.some(({ attributes }) => textOf(attributes[column]) !== '')
    const best =
      role === 'id'
        ? (fitting.find((column) => !POOR_IDS.test(folded(column)) && filled(column)) ?? fitting[0])
        : (fitting.find(filled) ?? fitting[0])
    if (best === undefined) continue
    found.set(role, best)
    taken.add(best)
  }
  return linked(pointsOfLinks(found, rows), table, rows)
}

/**
 * A result table may call its own point the start of its link (本点号, 起点点号): with one place per start,
 * and ends that are starts of other rows, the start is the point's id.
 */
function pointsOfLinks(found: Map<Role, string>, rows: readonly TableRecord[]): Map<Role, string> {
  const [from, to, x, y] = [found.get('from'), found.get('to'), found.get('x'), found.get('y')]
  if (!from || !to || !x || !y || found.has('xTo') || rows.some(({ geometry }) => geometry !== null)) return found
  const places = new Map<string, string>()
  let moved = 0
  for (const { attributes } of rows) {
    const id = textOf(attributes[from])
    const place = `${textOf(attributes[x])} ${textOf(attributes[y])}`
    if ((places.get(id) ?? place) !== place) moved++
    places.set(id, place)
  }
  const ends = rows.map(({ attributes }) => textOf(attributes[to])).filter((id) => id !== '')
  const known = ends.filter((id) => places.has(id)).length
  if (moved > rows.length * 0.1 || known < ends.length / 2) return found
  found.set('id', from)
  found.delete('from')
  return found
}

/** Of several id columns, points are known by the one that their links name. */
function linked(found: Map<Role, string>, table: RecordTable, rows: readonly TableRecord[]): Map<Role, string> {
  const to = found.get('to')
  if (to === undefined || found.has('from')) return found
  const named = new Set(rows.map(({ attributes }) => textOf(attributes[to])).filter((id) => id !== ''))
  let most = -1
  for (const column of table.columns) {
    if (column === to || !COLUMN_WORDS.id.test(folded(column))) continue
    const count = rows.filter(({ attributes }) => named.has(textOf(attributes[column]))).length
    if (count > most) found.set('id', column)
    most = Math.max(most, count)
  }
  return found
}

/** Meanings that others could be mistaken for come first. */
const ROLES_BY_SURENESS: readonly Role[] = [
  'from',
  'to',
  ...ROLES.filter((role) => !['from', 'to', 'id'].includes(role)),
  'id',
]

/** What the rows are, by geometry and columns. */
function rowsOf(found: Map<Role, string>, rows: readonly TableRecord[]): TableMapping['rows'] {
  const typesIn = (geometry: Geometry | null): string[] =>
    geometry?.type === 'GeometryCollection' ? geometry.geometries.flatMap(typesIn) : geometry ? [geometry.type] : []
  const types = new Set(rows.flatMap(({ geometry }) => typesIn(geometry)))
  const lines = types.has('LineString') || types.has('MultiLineString')
  if (lines) return 'pipes'
  const placed = found.has('x') && found.has('y')
  const points = types.has('Point') || types.has('MultiPoint')
  if (points || placed)
    return found.has('to') && (placed || points) && found.has('id') && !found.has('from')
      ? 'points-with-links'
      : 'nodes'
  if (types.size > 0) return 'none'
  if ((found.has('from') && found.has('to')) || (found.has('xFrom') && found.has('xTo'))) return 'pipes'
  return 'none'
}

/** Whether names or values are Chinese: what pinyin codes mean is then known. */
function isChinese(table: RecordTable, rows: readonly TableRecord[]): boolean {
  const han = /[\u4e00-\u9fff]/
  if (han.test(table.name) || table.columns.some((column) => han.test(column))) return true
  return rows.slice(0, 50).some(({ attributes }) => Object.values(attributes).some((value) => han.test(String(value))))
}

/** Utilities that the numbers of points (of pipes, where there are none) begin with. */
function codesOf(found: Map<Role, string>, rows: readonly TableRecord[]): Utility[] {
  const ids = found.get('from') ?? found.get('id')
  if (ids === undefined) return []
  return rows.map(({ attributes }) => utilityOfCode(textOf(attributes[ids]))).filter((code) => code !== null)
}

function utilityOfTable(
  table: RecordTable,
  found: Map<Role, string>,
  file: string,
  rows: readonly TableRecord[],
): { utility: Utility; evidence: string; codes?: boolean } {
  const codes = codesOf(found, rows)
  const trusted = codes.length > rows.length / 2 && codes.length > 0
  const named = utilityOfCode(table.name) ?? utilityOf(table.name)
  // SS101 is 上水 in a Chinese survey and a sanitary sewer in an English one, whose table has a name for it
  const more = trusted && (named === null || isChinese(table, rows)) ? { codes: true } : {}
  if (named) return { utility: named, evidence: `utility ${named}: the table's name`, ...more }
  if (trusted) return { utility: codes[0], evidence: `utility ${codes[0]}: point numbers begin with its code`, ...more }
  const ofFile = utilityOf(file.replace(/\.[^.]+$/, ''))
  if (ofFile) return { utility: ofFile, evidence: `utility ${ofFile}: the file's name` }
  for (const column of table.columns) {
    const ofColumn = /^(材质|权属)/.test(column) ? null : utilityOf(column)
    if (ofColumn) return { utility: ofColumn, evidence: `utility ${ofColumn}: column ${column}` }
  }
  return { utility: 'other', evidence: 'utility unknown: other' }
}

/** X is the northing when the numbers or the Chinese headings say so. */
function northFirst(found: Map<Role, string>, rows: readonly TableRecord[], evidence: string[]): boolean {
  const x = found.get('x') ?? found.get('xFrom')
  const y = found.get('y') ?? found.get('yFrom')
  if (x === undefined || y === undefined) return false
  if (/纵/.test(x) || /横/.test(y) || /横|经|east|lon|lng/i.test(x)) return /纵/.test(x)
  const of = (column: string) => median(rows.map(({ attributes }) => numberOf(attributes[column])))
  const [a, b] = [of(x), of(y)]
  if (Math.abs(a) <= 180 && Math.abs(b) <= 180) {
    const swapped = Math.abs(b) > 90
    if (swapped) evidence.push(`${x} is the latitude: ${y} is beyond 90`)
    return swapped
  }
  const north = a > 1.5e6 && a < 6.2e6
  const east = (b > 1e5 && b < 9e5) || b > 1.2e7
  if (north && east) {
    evidence.push(`${x} is the northing: values near ${a.toFixed(0)} and ${b.toFixed(0)}`)
    return true
  }
  if ((a > 1e5 && a < 9e5) || a > 1.2e7) return false
  const chinese = [...found.values()].some((column) => /[\u4e00-\u9fff]/.test(column))
  if (chinese) evidence.push(`${x} is the northing: a Chinese table (X = north) on a local grid`)
  return chinese
}

/**
 * Guesses the meaning of a table's columns.
 *
 * @param file name of its file, which may tell the utility
 */
export function guessMapping(table: RecordTable, file: string): TableMapping {
  const rows = sample(table)
  const found = candidates(table, rows)
  const kind = rowsOf(found, rows)
  const evidence: string[] = []
  const columns: TableMapping['columns'] = {}
  for (const [role, column] of found) {
    const guess: ColumnGuess = { column, evidence: 'name' }
    if (role === 'size' || role === 'width' || role === 'height') {
      const values = rows.map(({ attributes }) => {
        const size = sizeOf(attributes[column])
        return Number.isFinite(size.diameter) ? size.diameter : size.width
      })
      Object.assign(guess, sizeUnit(column, values))
    } else if (LENGTHS.has(role)) {
      Object.assign(
        guess,
        lengthUnit(
          role,
          column,
          rows.map(({ attributes }) => numberOf(attributes[column])),
        ),
      )
    }
    columns[role] = guess
  }
  feetWithInches(columns, evidence)
  const { utility, evidence: why, ...coded } = utilityOfTable(table, found, file, rows)
  evidence.push(why)
  const north = northFirst(found, rows, evidence)
  return {
    rows: kind,
    utility,
    basis: basisOf(columns, evidence),
    vertices: 'centre',
    northFirst: north,
    columns,
    evidence,
    ...coded,
  }
}

/** Who measures pipes in inches measures heights and depths in feet, unless a column's name says otherwise. */
function feetWithInches(columns: TableMapping['columns'], evidence: string[]): void {
  if (columns.size?.unitM !== 0.0254) return
  const feet: string[] = []
  for (const role of LENGTHS) {
    const guess = columns[role]
    if (!guess || Math.abs(guess.unitM ?? 0) !== 1 || unitInName(guess.column) !== null) continue
    Object.assign(guess, { unitM: 0.3048 * (guess.unitM ?? 1), evidence: 'sizes are inches: ft' })
    feet.push(guess.column)
  }
  if (feet.length > 0) evidence.push(`feet, because sizes are inches: ${feet.join(', ')}`)
}

/** What depths are measured to, where the column's name says it. */
function basisOf(columns: TableMapping['columns'], evidence: string[]): TableMapping['basis'] {
  const names = (['depth', 'depthFrom', 'zFrom'] as const).map((role) => columns[role]?.column ?? '').join(' ')
  const said: [RegExp, Basis][] = [
    [/管顶|覆土|土被|cover/i, 'depth-crown'],
    [/管底|内底|invert/i, 'depth-invert'],
    [/中心|centre|center|axis/i, 'depth-centre'],
  ]
  const basis = said.find(([pattern]) => pattern.test(names))?.[1]
  if (basis) evidence.push(`depths to the ${basis.slice(6)}: ${names.trim()}`)
  else if (names.trim())
    evidence.push('depths to the crown of pressure pipes and cables, to the invert of gravity pipes (CJJ 61)')
  return basis ?? 'rule'
}

const LONGITUDE = /经度|^(lon|lng|long|longitude)$|(^|_)(lon|lng|longitude)(_|$)/i
const LATITUDE = /纬度|^(lat|latitude)$|(^|_)(lat|latitude)(_|$)/i

/** Whether the columns of places are called longitude and latitude, and hold degrees. */
export function inDegrees(table: RecordTable, { columns }: TableMapping): boolean {
  const [x, y] = [columns.x ?? columns.xFrom, columns.y ?? columns.yFrom].map((guess) => guess?.column)
  if (!x || !y || !LONGITUDE.test(x) || !LATITUDE.test(y)) return false
  const places = sample(table).map(({ attributes }) => [numberOf(attributes[x]), numberOf(attributes[y])])
  const known = places.filter(([lng, lat]) => Number.isFinite(lng) && Number.isFinite(lat))
  return known.length > 0 && known.every(([lng, lat]) => Math.abs(lng) <= 180 && Math.abs(lat) <= 90)
}
