/** What the columns of borehole tables mean: 钻孔表, 地层表, 水位表, or all in one; by their names, and for the order of X and Y by their values. */
import type { RecordTable, TableRecord } from '../../formats/record-table.ts'
import { COLUMN_WORDS, folded, unitInName } from '../networks/column-words.ts'
import { median, numberOf, textOf } from '../networks/values.ts'

/** What a column can mean. */
export const ROLES = [
  'id',
  'x',
  'y',
  'collar',
  'depth',
  'kind',
  'code',
  'top',
  'bottom',
  'thickness',
  'topZ',
  'bottomZ',
  'soil',
  'description',
  'strike',
  'water',
  'waterZ',
  'date',
] as const
/** See `ROLES`. */
export type Role = (typeof ROLES)[number]

const WORDS: Record<Role, RegExp> = {
  id: /^((钻|勘探|勘察|探)?(孔|井|点)(编)?号|钻孔(名称?|代号|id)|勘探点(名称?)?|孔名|(bore)?hole(id|no|name|number)?|bh(id|no)?|loca(tion)?id|boring(id|no)?|pointid|well(id|no|name)?|zkbh|kh)$/,
  x: COLUMN_WORDS.x,
  y: COLUMN_WORDS.y,
  collar:
    /^(孔口(地面)?(高程|标高)|井口(高程|标高)|地面(高程|标高)|高程|标高|孔口z|z|collar(elev|elevation|z|rl)?|ground(level|elev|elevation)?|elev(ation)?|gl|rl|kkgc)$/,
  depth:
    /^(孔深|终孔深度|钻孔深度|勘探深度|完孔深度|总深度?|深度|井深|total(depth)?|td|final(depth)?|hole(depth)|depth|eoh|zksd)$/,
  kind: /^((钻|勘探)?(孔|点)(类型|类别|性质)|类型|hole(type)|type)$/,
  code: /^((地|土|岩土|分)?层(编)?号|地层(编号|代号|序号)|岩土(层)?编号|土层编号|层序号?|layer(no|id|code|number)?|stratum(no|id|code)?|unit(code|no)?|dcbh)$/,
  top: /^(层顶(深度|埋深)|顶(板)?(深度|埋深)|顶深|起始?深度|上深|from(depth)?|depthfrom|top(depth)?|depthtop|start(depth)?)$/,
  bottom:
    /^(层底(深度|埋深)|底(板)?(深度|埋深)|底深|终止?深度|止深|下深|to(depth)?|depthto|bottom(depth)?|base(depth)?|depthbase|depthbottom|end(depth)?|cdsd)$/,
  thickness: /^((分)?层厚度?|厚度|地层厚度|thick(ness)?)$/,
  topZ: /^(层顶|顶板?)(高程|标高)$/,
  bottomZ: /^(层底|底板?)(高程|标高)$/,
  soil: /^((岩土|土层|地层|岩层|土)(名称?|类别?|类型|性质)|岩性(名称)?|岩土|土名|定名|名称|litho(logy)?|soil(name|type|class)?|rock(type)?|geology|formation|material|ytmc)$/,
  description: /^((岩土|岩性|地层|土层|野外|特征)?(描述|特征|性状)|desc(ription)?|remarks?|geoldesc)$/,
  strike: /^(初见(地下)?水位(埋深|深度)?|见水深度|water(strike|struck)(depth)?)$/,
  water:
    /^((稳定|静止|静水|实测)?(地下)?水位(埋深|深度)?|(地下)?水(位)?埋深|地下水埋深|(ground)?water(depth|level|table)?|gwl|gwd|swl|dtw|wdsw)$/,
  waterZ: /^((稳定|静止|静水)?(地下)?水位(高程|标高)|water(elev|elevation)|waterlevelelevation)$/,
  date: /^((观测|量测|测量|测定|水位)(日期|时间)|(终孔|开孔|完孔|施工|勘探)?日期|(date)|(drill|end|start|measure)date)$/,
}

/** A table's columns. */
export interface BoreholeColumns {
  column: Partial<Record<Role, string>>
  /** metres per unit of a column, 1 where it names none */
  unitM: Partial<Record<Role, number>>
  /** the X column is the northing */
  northFirst: boolean
  evidence: string[]
}

/** Roles whose values are lengths. */
const LENGTHS: readonly Role[] = [
  'collar',
  'depth',
  'top',
  'bottom',
  'thickness',
  'topZ',
  'bottomZ',
  'strike',
  'water',
  'waterZ',
]

/** Metres per unit of a column by its name, 1 where it names none; undefined for what is no length. */
export function unitOfName(role: Role, name: string): number | undefined {
  if (!LENGTHS.includes(role)) return undefined
  return unitInName(name) ?? (/英尺|feet|\(ft\)/i.test(name) ? 0.3048 : 1)
}

/** What each column means by its name, whatever the table is. */
export function guessColumns(table: RecordTable): BoreholeColumns {
  const column: BoreholeColumns['column'] = {}
  const unitM: BoreholeColumns['unitM'] = {}
  const taken = new Set<string>()
  for (const role of ROLES) {
    const found = table.columns.find((name) => !taken.has(name) && WORDS[role].test(folded(name)))
    if (found === undefined) continue
    column[role] = found
    taken.add(found)
    const unit = unitOfName(role, found)
    if (unit !== undefined) unitM[role] = unit
  }
  const evidence = ROLES.flatMap((role) => (column[role] === undefined ? [] : [`${role} ← ${column[role]}`]))
  return { column, unitM, northFirst: isNorthFirst(table, column, evidence), evidence }
}

/**
 * Guesses the columns.
 *
 * @returns null when it is no table of boreholes: those name a hole and say a layer, water, or a place with a depth
 */
export function boreholeColumns(table: RecordTable): BoreholeColumns | null {
  const guess = guessColumns(table)
  const { column } = guess
  const has = (...roles: Role[]) => roles.some((role) => column[role] !== undefined)
  const layers = has('bottom', 'thickness', 'bottomZ') && has('soil', 'code', 'description')
  const water = has('strike', 'water', 'waterZ')
  const holes = has('x') && has('y') && has('depth', 'collar') && /孔|hole|bore|bh/i.test(column.id ?? '')
  return has('id') && (layers || water || holes) ? guess : null
}

/** X is the northing in Chinese surveying, and where the numbers say so; why is added to `evidence`. */
export function isNorthFirst(table: RecordTable, { x, y }: BoreholeColumns['column'], evidence: string[]): boolean {
  if (x === undefined || y === undefined) return false
  if (/纵/.test(x) || /横/.test(y)) return true
  if (/横|经|东|east|lon|lng/i.test(x)) return false
  const rows: TableRecord[] = []
  for (const row of table.records()) if (rows.push(row) >= 500) break
  const of = (name: string) => median(rows.map(({ attributes }) => numberOf(attributes[name])))
  const [a, b] = [of(x), of(y)]
  if (Math.abs(a) <= 180 && Math.abs(b) <= 180) return Math.abs(b) > 90
  const chinese = table.columns.some((name) => /[\u4e00-\u9fff]/.test(name))
  const eastFirst = (a > 1e5 && a < 9e5 && b > 1.5e6) || a > 1.2e7
  const turned = !eastFirst && (chinese || (a > 1.5e6 && a < 6.2e6 && b > 1e5 && b < 9e5))
  if (turned) evidence.push(`${x} is the northing: values near ${a.toFixed(0)} and ${b.toFixed(0)}`)
  return turned
}

/** A cell as a number of metres; NaN when missing. */
export function metresOf(columns: BoreholeColumns, { attributes }: TableRecord, role: Role): number {
  const name = columns.column[role]
  return name === undefined ? Number.NaN : numberOf(attributes[name]) * (columns.unitM[role] ?? 1)
}

/** A cell as text; '' when missing. */
export function wordOf(columns: BoreholeColumns, { attributes }: TableRecord, role: Role): string {
  const name = columns.column[role]
  return name === undefined ? '' : textOf(attributes[name])
}

/** A cell as it stands, for what is shown: signs such as ① are kept; '' when missing. */
export function shownOf(columns: BoreholeColumns, record: TableRecord, role: Role): string {
  const name = columns.column[role]
  return name === undefined || wordOf(columns, record, role) === '' ? '' : String(record.attributes[name]).trim()
}
