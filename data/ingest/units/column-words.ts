/** What columns of registers of real estate are called, and what their words mean to Tidewall. */
import type { CLASSES, RIGHT_STATUS } from '../../geo/city-feature.ts'

/** What a column can mean. */
export type RightRole =
  | 'code'
  | 'building'
  | 'floor'
  | 'room'
  | 'area'
  | 'use'
  | 'owner'
  | 'status'
  | 'bottom'
  | 'top'
  | 'topDepth'
  | 'bottomDepth'
  | 'height'
  | 'name'

/** Names of columns by meaning; the first column that fits is taken. Short codes are those of 不动产登记数据库标准. */
const ROLES: [RightRole, RegExp][] = [
  ['code', /不动产单元(代码|编码|号)|^bdcdyh$|^(real_?estate_?)?unit_?code$|宗地代码/i],
  ['topDepth', /顶(板|面)?埋深|^top_?depth$/i],
  ['bottomDepth', /底(板|面)?埋深|^bottom_?depth$/i],
  ['bottom', /底(板|面|部)?(高程|标高)|起始高程|^(bottom|z_?min|base_?elevation|zmin)$/i],
  ['top', /顶(板|面|部)?(高程|标高)|终止高程|^(top|z_?max|top_?elevation|zmax)$/i],
  ['height', /层高|^(floor_?|storey_?)?height(_?m)?$|^cg$/i],
  ['building', /楼栋|幢号|栋号|楼号|建筑编号|^(building(_?id)?|ljzh|zh|dong)$/i],
  ['floor', /^(所在|实际|名义)?(楼)?层(数|号|次)?$|楼层|^(floor|storey|level|szc|sjc|myc)$/i],
  ['room', /室号|房号|户号|房间号|^(room(_?no)?|unit_?no|shbw|hh|fh)$/i],
  ['area', /建筑面积|^面积$|^(area|jzmj|scjzmj|ycjzmj)$/i],
  ['use', /用途|^(use|usage|function|class|ghyt|fwyt\d?)$/i],
  ['owner', /权利人|产权人|所有权人|业主|^(owners?|qlr(mc)?|holder)$/i],
  ['status', /登记状态|权属状态|权利状态|^状态$|^(status|qszt|zt)$/i],
  ['name', /^(名称|项目名称|坐落|name|title|zl)$/i],
]

/** Columns that identify or reach a person: they are not stored. */
const PRIVATE =
  /身份证|证件(号|种类)|^zjh$|电话|手机|联系(方式|人)|phone|mobile|email|邮箱|^id_?(no|card|number)$|passport|护照/i
/** Columns that name persons beside the owner: they are masked. */
const PERSON = /代理人|共有人|抵押权?人|债务人|承租人|经办人|法定代表|法人|agent|tenant|mortgagee/i

/** Meaning of each column of a table. */
export function rolesOf(columns: readonly string[]): Map<RightRole, string> {
  const found = new Map<RightRole, string>()
  for (const [role, test] of ROLES) {
    const column = columns.find((name) => test.test(name.trim()) && ![...found.values()].includes(name))
    if (column !== undefined) found.set(role, column)
  }
  return found
}

/** What becomes of a column that has no meaning of its own. */
export function privacyOf(column: string): 'keep' | 'mask' | 'drop' {
  if (PRIVATE.test(column)) return 'drop'
  return PERSON.test(column) ? 'mask' : 'keep'
}

/** Whether a table is a register of units: it says their code, or a room on a floor of a building. */
export function isRegister(columns: readonly string[]): boolean {
  const roles = rolesOf(columns)
  if (roles.has('code')) return true
  return roles.has('building') && roles.has('floor') && (roles.has('room') || roles.has('area'))
}

const UNIT_USES: [RegExp, (typeof CLASSES.units)[number]][] = [
  [/车位|停车|车库|parking|garage/i, 'parking'],
  [/住宅|居住|公寓|residen|dwelling|flat|apartment/i, 'residential'],
  [/商业|商服|商铺|店|零售|餐饮|commerc|shop|retail/i, 'commercial'],
  [/办公|写字|office/i, 'office'],
  [/工业|厂房|生产|industr|workshop/i, 'industrial'],
  [/储藏|仓|杂物|storage|cellar/i, 'storage'],
  [/公共部位|公摊|楼梯|电梯|走廊|设备|common|stair|corridor|lobby/i, 'common'],
  [/公共|服务|医|教育|学校|文化|社区|public|school|hospital/i, 'public'],
]

const VOLUME_USES: [RegExp, (typeof CLASSES.volumes)[number]][] = [
  [/轨道|地铁|车站|站厅|区间|metro|subway|rail|station/i, 'metro'],
  [/人防|人民防空|civil.?defen[cs]e|shelter/i, 'civil-defence'],
  [/停车|车库|parking|garage/i, 'parking'],
  [/商业|商场|商服|commerc|mall|shop/i, 'commercial'],
  [/通道|连廊|过街|地道|passage|corridor|underpass|subway/i, 'passage'],
  [/管廊|变电|泵站|市政|配电|utility|substation|pump/i, 'utility'],
  [/地上空间|空中|air/i, 'air'],
  [/地表|surface|land/i, 'land'],
  [/建筑|房屋|building/i, 'building'],
]

/** Class of a unit or volume by the words of its use and name; `other` when none fits. */
export function classOfUse(layer: 'units' | 'volumes', words: string): string {
  const table: readonly [RegExp, string][] = layer === 'units' ? UNIT_USES : VOLUME_USES
  return table.find(([test]) => test.test(words))?.[1] ?? 'other'
}

const STATUS: [RegExp, (typeof RIGHT_STATUS)[number]][] = [
  [/查封|seiz/i, 'seized'],
  [/抵押|mortgag/i, 'mortgaged'],
  [/异议|争议|纠纷|disput/i, 'disputed'],
  [/预告|notice/i, 'notice'],
  [/规划|拟|plan/i, 'planned'],
  [/在办|办理中|受理|审核|pending|process/i, 'pending'],
  [/登记|现势|有效|确权|正常|registered|valid/i, 'registered'],
]

/** What is registered, by its words; null when they say nothing known. */
export function statusOf(words: string): string | null {
  return STATUS.find(([test]) => test.test(words))?.[1] ?? null
}
