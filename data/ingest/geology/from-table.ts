/** Rows of borehole tables → drafts: a row may be about a hole, a layer, water, or all of them. */
import type { RecordTable, TableRecord } from '../../formats/record-table.ts'
import type { Attributes } from '../../geo/city-feature.ts'
import { type BoreholeColumns, metresOf, shownOf, wordOf } from './columns.ts'
import type { BoreholeDrafts, DraftHole, DraftLayer, Refuse } from './draft.ts'

/** A table that waits until all holes of the run are known. */
export interface OpenTable {
  table: RecordTable
  columns: BoreholeColumns
  index: number
  refuse: Refuse
}

/** Class of a hole by what a column or a format's code says. */
export function holeClass(word: string): string {
  if (/静探|触探|cpt|cone|scpt/i.test(word)) return 'cpt'
  if (/探井|探坑|槽|试坑|\btp\b|trial ?pit|pit|trench/i.test(word)) return 'pit'
  if (/水文|观测|水井|抽水|well|piezo/i.test(word)) return 'well'
  return word === '' ||
    /钻|bore|drill|\bcp\b|\brc\b|\bbh\b|rotary|cable|window|一般|控制|鉴别|取[土样]|标贯/i.test(word)
    ? 'drilling'
    : 'other'
}

const isoDate = (text: string): string => {
  const found = /((?:19|20)\d{2})[-/.年]?(0?[1-9]|1[0-2])[-/.月]?(0?[1-9]|[12]\d|3[01])(?!\d)/.exec(text)
  return found ? `${found[1]}-${found[2]!.padStart(2, '0')}-${found[3]!.padStart(2, '0')}` : ''
}

/** Cells that have no meaning of their own, as text. */
function others({ column }: BoreholeColumns, { attributes }: TableRecord): Record<string, string> {
  const known = new Set(Object.values(column))
  const more: Record<string, string> = {}
  for (const [name, value] of Object.entries(attributes))
    if (!known.has(name) && value !== null && value !== '') more[name] = String(value)
  return more
}

const hasLayers = ({ column }: BoreholeColumns) =>
  (column.bottom ?? column.thickness ?? column.bottomZ) !== undefined &&
  (column.soil ?? column.code ?? column.description) !== undefined

/** First pass: the holes a table places. A hole that comes again at its place (a table of layers repeats it) is the same. */
export function holesFromTable({ table, columns, index, refuse }: OpenTable, drafts: BoreholeDrafts): void {
  if (columns.column.x === undefined || columns.column.y === undefined) return
  const known = new Map(drafts.holes.filter((hole) => hole.table === index).map((hole) => [hole.id, hole]))
  const layered = hasLayers(columns)
  for (const record of table.records()) {
    const id = wordOf(columns, record, 'id').slice(0, 150)
    drafts.tables[index]!.records++
    if (record.problem !== undefined) refuse(`row ${record.row}`, record.problem)
    else if (id === '') refuse(`row ${record.row}`, 'no hole number')
    else {
      const [a, b] = [metresOf(columns, record, 'x'), metresOf(columns, record, 'y')]
      const at: [number, number] = columns.northFirst ? [b, a] : [a, b]
      const before = known.get(id)
      if (before) {
        const moved = Math.hypot(before.at[0] - at[0], before.at[1] - at[1])
        if (moved > 0.01) refuse(id, `duplicate hole at another place (row ${record.row}): the first one is kept`)
        else if (!layered) refuse(id, `duplicate hole (row ${record.row}): the first one is kept`)
        continue
      }
      if (!at.every(Number.isFinite)) {
        refuse(id, 'no coordinates')
        continue
      }
      const hole: DraftHole = {
        table: index,
        row: record.row,
        id,
        at,
        collar: metresOf(columns, record, 'collar'),
        depth: metresOf(columns, record, 'depth'),
        class: holeClass(wordOf(columns, record, 'kind')),
        attributes: layered ? { 编号: id } : ({ ...record.attributes } as Attributes),
        layers: [],
        water: [],
      }
      known.set(id, hole)
      drafts.holes.push(hole)
    }
  }
}

function layerOf(columns: BoreholeColumns, record: TableRecord): DraftLayer {
  const metres = (role: Parameters<typeof metresOf>[2]) => metresOf(columns, record, role)
  return {
    row: record.row,
    top: metres('top'),
    bottom: metres('bottom'),
    thickness: metres('thickness'),
    topZ: metres('topZ'),
    bottomZ: metres('bottomZ'),
    code: shownOf(columns, record, 'code').slice(0, 40),
    name: shownOf(columns, record, 'soil').slice(0, 200),
    description: shownOf(columns, record, 'description').slice(0, 2000),
    soil: '',
    more: others(columns, record),
  }
}

/** Second pass: layers and water go to the holes they name, of their own file first. */
export function rowsFromTable({ table, columns, index, refuse }: OpenTable, drafts: BoreholeDrafts): void {
  const holes = new Map<string, DraftHole>()
  for (const hole of drafts.holes) if (!holes.has(hole.id)) holes.set(hole.id, hole)
  const { file } = drafts.tables[index]!
  for (const hole of drafts.holes) if (drafts.tables[hole.table]!.file === file) holes.set(hole.id, hole)
  const layered = hasLayers(columns)
  const placed = columns.column.x !== undefined
  for (const record of table.records()) {
    if (!placed) drafts.tables[index]!.records++
    if (record.problem !== undefined) {
      if (!placed) refuse(`row ${record.row}`, record.problem)
      continue
    }
    const id = wordOf(columns, record, 'id').slice(0, 150)
    const hole = holes.get(id)
    if (!hole) {
      if (!placed) refuse(id || `row ${record.row}`, 'a row of a hole that has no place')
      continue
    }
    if (layered) hole.layers.push(layerOf(columns, record))
    const date = isoDate(wordOf(columns, record, 'date'))
    const add = (depth: number, z: number, kind: 'strike' | 'level') => {
      if (!Number.isFinite(depth) && !Number.isFinite(z)) return
      // a table of layers repeats the hole's water on every row
      if (
        hole.water.some(
          (one) => Object.is(one.depth, depth) && Object.is(one.z, z) && one.kind === kind && one.date === date,
        )
      )
        return
      hole.water.push({ depth, z, kind, date })
    }
    add(metresOf(columns, record, 'strike'), Number.NaN, 'strike')
    add(metresOf(columns, record, 'water'), metresOf(columns, record, 'waterZ'), 'level')
  }
}
