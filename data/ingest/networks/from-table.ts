/** Rows of a table to pipes and nodes, by the meaning of its columns; rows that cannot be used are refused with a reason. */
import type { Geometry, Position } from 'geojson'
import type { RecordTable, TableRecord } from '../../formats/record-table.ts'
import type { Attributes } from '../../geo/city-feature.ts'
import type { Role } from './column-words.ts'
import type { TableMapping } from './columns.ts'
import { type Basis, type DraftNode, type DraftPipe, type Drafts, emptyNode, emptyPipe, type Utility } from './draft.ts'
import { sideOf, sizesOf } from './sizes.ts'
import { numberOf, sizeOf, textOf, unitOf, yearOf } from './values.ts'
import { flowOf, kindOf, sectionOf, statusOf, utilityOf, utilityOfCode } from './words.ts'

/** Where refused rows go. */
export type Refuse = (id: string, reason: string, layer?: 'pipes' | 'pipe-nodes') => void

/** Nothing lies deeper than this below a street: a larger number is of another unit. */
const MOST_DEPTH_M = 100
const NODE_WORDS = /valve|阀|hydrant|栓|manhole|井|node|点|junction/i

/** Reads columns by their meaning. */
class Row {
  readonly attributes: Attributes
  private readonly mapping: TableMapping

  constructor(mapping: TableMapping, attributes: Attributes) {
    this.mapping = mapping
    this.attributes = attributes
  }

  text(role: Role): string {
    const column = this.mapping.columns[role]?.column
    return column === undefined ? '' : textOf(this.attributes[column])
  }

  /** Metres (or plain numbers where the column has no unit). */
  number(role: Role): number {
    const guess = this.mapping.columns[role]
    if (!guess) return Number.NaN
    return numberOf(this.attributes[guess.column]) * (guess.unitM ?? 1)
  }

  /** As the file has it; null where no column means that. */
  value(role: Role): Attributes[string] {
    const column = this.mapping.columns[role]?.column
    return column === undefined ? null : this.attributes[column]
  }
}

/** Where a table's rows go, and what was wrong with them. */
class Taking {
  readonly drafts: Drafts
  readonly table: number
  readonly mapping: TableMapping
  readonly refuse: Refuse

  constructor(drafts: Drafts, table: number, mapping: TableMapping, refuse: Refuse) {
    this.drafts = drafts
    this.table = table
    this.mapping = mapping
    this.refuse = refuse
  }

  private defect(rule: string, found: string, expected: string): void {
    this.drafts.defects.push({ rule, table: this.table, pipes: [this.drafts.pipes.length], nodes: [], found, expected })
  }

  private sizes(row: Row, pipe: DraftPipe): void {
    const { size, width, height } = this.mapping.columns
    const say = (rule: string, found: string, expected: string) => this.defect(rule, found, expected)
    Object.assign(pipe, sizesOf(row.value('size'), size?.unitM ?? 0.001, say))
    for (const [role, guess] of [
      ['width', width],
      ['height', height],
    ] as const) {
      const value = sideOf(row.value(role), guess?.unitM ?? 0.001, role, say)
      if (Number.isFinite(value)) pipe[role] = value
    }
    const said = sectionOf(row.text('section'))
    pipe.section = said ?? (Number.isFinite(pipe.width) && Number.isFinite(pipe.height) ? 'box' : 'circular')
    if (pipe.section !== 'circular' && Number.isNaN(pipe.height) && Number.isFinite(pipe.diameter))
      pipe.height = pipe.diameter
  }

  /** A depth in metres; one that can only be millimetres (or metres) among others is read as meant and listed. */
  private depth(row: Row, role: Role): number {
    const guess = this.mapping.columns[role]
    if (!guess) return Number.NaN
    const said = numberOf(row.value(role))
    // a value that names its own unit
    const own = /(mm|cm|m|毫米|厘米|米)$/i.exec(textOf(row.value(role)))
    if (own) return said * (unitOf(own[1]) ?? 1)
    const unitM = guess.unitM ?? 1
    if (Math.abs(unitM) === 1 && Math.abs(said) >= MOST_DEPTH_M && Math.abs(said) < 30_000) {
      this.defect('mixed-units', `depth ${said} among metres`, 'one unit per column: read as millimetres')
      return (said * unitM) / 1000
    }
    if (Math.abs(unitM) === 0.001 && said !== 0 && Math.abs(said) < 20 && said % 1 !== 0) {
      this.defect('mixed-units', `depth ${said} among millimetres`, 'one unit per column: read as metres')
      return said * Math.sign(unitM)
    }
    return said * unitM
  }

  private heights(row: Row, pipe: DraftPipe): void {
    const byRule: Basis = pipe.flow === 'gravity' ? 'depth-invert' : 'depth-crown'
    const heights = (basis: Basis, from: number, to: number): boolean => {
      if (Number.isNaN(from) && Number.isNaN(to)) return false
      pipe.basis = basis
      pipe.zFrom = from
      pipe.zTo = to
      return true
    }
    pipe.groundFrom = row.number('groundFrom')
    pipe.groundTo = row.number('groundTo')
    if (heights('invert', row.number('invertFrom'), row.number('invertTo'))) return
    if (heights('crown', row.number('crownFrom'), row.number('crownTo'))) return
    const { basis } = this.mapping
    const ofHeight = (basis === 'rule' ? byRule : basis).replace('depth-', '') as Basis
    if (heights(ofHeight, row.number('zFrom'), row.number('zTo'))) return
    const ofDepth = basis === 'rule' ? byRule : ((basis.startsWith('depth-') ? basis : `depth-${basis}`) as Basis)
    const [from, to] = [this.depth(row, 'depthFrom'), this.depth(row, 'depthTo')]
    if (heights(ofDepth, from, to)) return
    const both = this.depth(row, 'depth')
    heights(ofDepth, both, both)
  }

  /** The utility that an id begins with, where ids are known to be codes. */
  private coded(id: string): Utility | null {
    return this.mapping.codes ? utilityOfCode(id) : null
  }

  pipe(record: TableRecord, line: Position[], part: number): void {
    const row = new Row(this.mapping, record.attributes)
    const own = row.text('id')
    const id = `${own || `#${record.row}`}${part > 0 ? `/${part + 1}` : ''}`
    const pipe = emptyPipe(this.table, record.row, id)
    pipe.attributes = record.attributes
    pipe.line = line
    pipe.vertexBasis = this.mapping.vertices
    pipe.from = row.text('from') || null
    pipe.to = row.text('to') || null
    const words = [row.text('utility'), row.text('kind'), row.text('flow')]
    pipe.utility =
      utilityOf(words[0]) ??
      this.coded(pipe.from ?? '') ??
      this.coded(pipe.to ?? '') ??
      this.coded(own) ??
      this.mapping.utility
    pipe.flow = flowOf(pipe.utility, words.join(' '))
    this.sizes(row, pipe)
    this.heights(row, pipe)
    pipe.material = row.text('material')
    pipe.year = yearOf(row.value('year'))
    pipe.owner = row.text('owner')
    pipe.status = statusOf(row.text('status'))
    pipe.pressure = row.text('pressure')
    pipe.name = row.text('name')
    pipe.length = row.number('length')
    pipe.aerial = /架空|aerial|overhead|above/i.test(row.text('laying'))
    this.drafts.pipes.push(pipe)
  }

  node(record: TableRecord, at: Position): DraftNode {
    const row = new Row(this.mapping, record.attributes)
    const node = emptyNode(this.table, record.row, row.text('id') || `#${record.row}`, [at[0], at[1]])
    node.attributes = record.attributes
    node.utility =
      utilityOf(row.text('utility')) ??
      this.coded(node.id) ??
      (this.mapping.utility === 'other' ? null : this.mapping.utility)
    const word = this.drafts.tables[this.table].name
    const texts = Object.entries(record.attributes).filter(([name]) =>
      /附属物|特征|类型|type|kind|feature|subsid/i.test(name),
    )
    node.kind =
      kindOf(row.text('kind')) ??
      texts.map(([, value]) => kindOf(textOf(value))).find((kind) => kind !== null) ??
      (NODE_WORDS.test(word) ? kindOf(word) : null) ??
      'junction'
    const attached = texts
      .map(([, value]) => kindOf(textOf(value)))
      .find((kind) => kind !== null && kind !== 'junction' && kind !== 'end')
    if (attached && (node.kind === 'junction' || node.kind === 'end')) node.kind = attached
    node.ground = row.number('ground')
    node.top = row.number('top')
    node.bottom = row.number('bottom')
    node.shaftDepth = row.number('shaftDepth')
    const diameter = sizeOf(row.value('size'))
    if (this.mapping.rows === 'nodes')
      node.diameter = diameter.diameter * (diameter.unitM ?? this.mapping.columns.size?.unitM ?? 0.001)
    node.closed = /^(closed|shut|关|闭|关闭|1|true|yes)$/i.test(row.text('closed'))
    node.name = row.text('name')
    if (Number.isFinite(at[2])) {
      if (Number.isNaN(node.ground)) node.ground = Number.NaN
      node.axis = at[2]
    }
    this.drafts.nodes.push(node)
    return node
  }

  /** x, y of columns, easting first. */
  place(row: Row, x: Role, y: Role): Position | null {
    const [a, b] = [row.number(x), row.number(y)]
    if (Number.isNaN(a) || Number.isNaN(b)) return null
    return this.mapping.northFirst ? [b, a] : [a, b]
  }

  private last: Attributes | null = null
  private lastGeometry: Geometry | null = null

  take(record: TableRecord): void {
    let row = new Row(this.mapping, record.attributes)
    const { id: own, x, y } = this.mapping.columns
    const goesOn = this.mapping.rows === 'points-with-links' && row.text('id') === '' && row.text('to') !== ''
    if (goesOn && own && this.last) {
      // a point with several links is often written once, its other rows have only the links
      const attributes = { ...record.attributes }
      for (const column of [own, x, y]) if (column) attributes[column.column] ??= this.last[column.column]
      row = new Row(this.mapping, attributes)
      record = { ...record, attributes, geometry: record.geometry ?? this.lastGeometry }
    }
    this.last = record.attributes
    this.lastGeometry = record.geometry
    const id = row.text('id') || `#${record.row}`
    if (record.problem !== undefined) this.refuse(id, record.problem)
    else if (this.mapping.rows === 'pipes') this.takePipe(record, row, id)
    else this.takePoint(record, row, id)
  }

  private takePoint(record: TableRecord, row: Row, id: string): void {
    const places = pointsOf(record.geometry)
    const at = places[0] ?? this.place(row, 'x', 'y')
    if (!at) {
      const { geometry } = record
      this.refuse(
        id,
        geometry ? `geometry is a ${geometry.type}; expected a point` : 'no place: neither geometry nor X and Y',
      )
      return
    }
    if (this.mapping.rows === 'points-with-links') this.takeLinked(record, row, id, at)
    else this.node(record, at)
    // each point of several is a thing of its own
    for (const [i, place] of places.slice(1).entries()) {
      const node = this.node(record, place)
      node.id = `${id}/${i + 2}`
    }
  }

  /** points of a result table by id, its links by both ids, and what each row says of the depth at its point */
  private readonly points = new Map<string, Position>()
  private readonly links = new Map<string, DraftPipe>()
  private readonly depths = new Map<string, number>()

  /** A row of a result table (成果表): a point that comes once for each of its links. */
  private takeLinked(record: TableRecord, row: Row, id: string, at: Position): void {
    const before = this.points.get(id)
    if (!before || before[0] !== at[0] || before[1] !== at[1]) this.node(record, at)
    this.points.set(id, at)
    const to = row.text('to')
    const defects = this.drafts.defects.length
    this.pipe(record, [], 0)
    const pipe = this.drafts.pipes[this.drafts.pipes.length - 1]
    const bottom = row.number('bottom')
    if (Number.isNaN(pipe.zFrom) && Number.isFinite(bottom) && pipe.flow === 'gravity')
      Object.assign(pipe, { basis: 'invert', zFrom: bottom })
    if (Number.isFinite(pipe.zFrom)) this.depths.set(`${pipe.basis} ${id}`, pipe.zFrom)
    if (to === '') {
      // the last point of a line: its depth is wanted, a pipe it is none
      this.drafts.pipes.pop()
      this.drafts.defects.length = defects
      return
    }
    const reverse = this.links.get(`${to} ${id}`)
    if (!reverse) {
      Object.assign(pipe, { from: id, id: `${id}-${to}`, zTo: Number.NaN })
      this.links.set(`${id} ${to}`, pipe)
      return
    }
    // the same pipe, told from its other end
    this.drafts.pipes.pop()
    if (reverse.basis === pipe.basis) reverse.zTo = pipe.zFrom
    reverse.attributes = { ...reverse.attributes }
    for (const [name, value] of Object.entries(record.attributes)) reverse.attributes[`${name} @${id}`] = value
    this.links.delete(`${to} ${id}`)
  }

  /** Ends of links whose other point told no link of its own get that point's depth. */
  finish(): void {
    for (const pipe of this.links.values())
      if (Number.isNaN(pipe.zTo)) pipe.zTo = this.depths.get(`${pipe.basis} ${pipe.to}`) ?? Number.NaN
  }

  private takePipe(record: TableRecord, row: Row, id: string): void {
    const lines = chained(linesOf(record.geometry))
    for (const [part, line] of lines.entries()) this.pipe(record, line, part)
    if (lines.length > 0) return
    const from = this.place(row, 'xFrom', 'yFrom')
    const to = this.place(row, 'xTo', 'yTo')
    if (record.geometry) this.refuse(id, `geometry is a ${record.geometry.type}; expected a line`)
    else if (from && to) this.pipe(record, [from, to], 0)
    else if (row.text('from') && row.text('to')) this.pipe(record, [], 0)
    else this.refuse(id, 'no place: neither geometry nor nodes nor coordinates of both ends')
  }
}

const MOST_PARTS = 1000

/** Parts that touch end to end become one line: a main drawn in two strokes is one main. */
function chained(lines: Position[][]): Position[][] {
  if (lines.length < 2 || lines.length > MOST_PARTS) return lines
  const same = (a: Position, b: Position) => a[0] === b[0] && a[1] === b[1]
  const out: Position[][] = []
  const rest = [...lines]
  while (rest.length > 0) {
    let line = rest.shift() ?? []
    for (let i = 0; i < rest.length; i++) {
      const other = rest[i]
      const [a, b, c, d] = [line[0], line[line.length - 1], other[0], other[other.length - 1]]
      if (same(b, c)) line = [...line, ...other.slice(1)]
      else if (same(b, d)) line = [...line, ...[...other].reverse().slice(1)]
      else if (same(a, d)) line = [...other, ...line.slice(1)]
      else if (same(a, c)) line = [...[...other].reverse(), ...line.slice(1)]
      else continue
      rest.splice(i, 1)
      i = -1
    }
    out.push(line)
  }
  return out
}

function pointsOf(geometry: Geometry | null): Position[] {
  if (geometry?.type === 'Point') return [geometry.coordinates]
  if (geometry?.type === 'GeometryCollection') return geometry.geometries.flatMap(pointsOf)
  return geometry?.type === 'MultiPoint' ? geometry.coordinates : []
}

function linesOf(geometry: Geometry | null): Position[][] {
  if (geometry?.type === 'LineString') return [geometry.coordinates]
  if (geometry?.type === 'MultiLineString') return geometry.coordinates.filter((line) => line.length > 0)
  if (geometry?.type === 'GeometryCollection') return geometry.geometries.flatMap(linesOf)
  return []
}

/**
 * Takes all rows of a table.
 *
 * @param index of the table in `drafts.tables`
 * @throws {Error} when the file ends in the middle of a record
 */
export function draftsFromTable(
  table: RecordTable,
  mapping: TableMapping,
  drafts: Drafts,
  index: number,
  refuse: Refuse,
): void {
  const taking = new Taking(drafts, index, mapping, refuse)
  for (const record of table.records()) {
    // half of a file would take the place of the whole one that was stored before
    if (record.problem?.startsWith('truncated')) throw new Error(`record ${record.row}: ${record.problem}`)
    drafts.tables[index].records++
    taking.take(record)
  }
  taking.finish()
}
