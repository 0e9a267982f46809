/** Words of the field, Chinese, English and Japanese: which utility, which kind of node, which section, which status. */
import { isSewer } from '../../geo/city-feature.ts'
import type { NodeKind, Section, Utility } from './draft.ts'

/** Codes of CJJ 61-2017 (and the usual sub-codes of municipal surveys), first two letters of point numbers and layer names. */
const CODES: Record<string, Utility> = {
  JS: 'water',
  SS: 'water',
  ZS: 'water',
  XF: 'water',
  YS: 'storm',
  WS: 'foul',
  HS: 'combined',
  PS: 'combined',
  FS: 'foul',
  MQ: 'gas',
  TR: 'gas',
  YH: 'gas',
  RQ: 'gas',
  RL: 'heat',
  RS: 'heat',
  ZQ: 'heat',
  DL: 'power',
  GD: 'power',
  LD: 'power',
  DC: 'power',
  XH: 'power',
  DX: 'telecom',
  DH: 'telecom',
  TX: 'telecom',
  DS: 'telecom',
  YD: 'telecom',
  LT: 'telecom',
  GB: 'telecom',
  JK: 'telecom',
  BM: 'other',
  GY: 'industrial',
  QQ: 'industrial',
  YQ: 'industrial',
  SY: 'industrial',
  ZH: 'tunnel',
  GL: 'tunnel',
}

const UTILITIES: [RegExp, Utility][] = [
  [/管廊|综合管沟|共同沟|共同溝|utility ?tunnel/i, 'tunnel'],
  [/雨污合流|合流|combined|mischwasser|gemengd|unitaire/i, 'combined'],
  [/regenwasser|niederschlagswasser|hemelwater|regenwater|(eaux? )?pluviale/i, 'storm'],
  [/abwasser|schmutzwasser|kanalhaltung|vuilwater|afvalwater|riool|eaux? us[eé]e/i, 'foul'],
  [/雨水|storm|rain|drainage|雨水管/i, 'storm'],
  [/污水|废水|foul|waste ?water|sanitary|gravity ?main|force ?main|sewer|sewage|下水|排水/i, 'foul'],
  [/燃气|煤气|天然气|液化气|ガス|(^|[^a-z])(natural ?)?gas([^a-z]|$)|gasnetwork|(oil)?gas(?!e)/i, 'gas'],
  [/热力|热水|供热|蒸汽|district ?heat|heating|thermal|steam|熱/i, 'heat'],
  [/给水|供水|自来水|上水|中水|再生水|消防水|原水|fresh ?water|potable|drinking|water/i, 'water'],
  [/通信|电信|通讯|联通|移动|有线|广播|光缆|电话|telecom|communication|fib(re|er)|phone|catv|通信/i, 'telecom'],
  [/电力|供电|路灯|强电|信号灯|交通信号|power|electric|lighting|電/i, 'power'],
  [/工业|石油|输油|氧气|氢气|乙炔|industrial|chemical|(^|[^a-z])oil([^a-z]|$)/i, 'industrial'],
]

/** Words that say "water" of a sewer's name and not of its class are left to the list's order. */
export function utilityOf(text: string): Utility | null {
  const word = text.normalize('NFKC').trim()
  if (word === '') return null
  const code = /^([A-Z]{2})(?![A-Z])/.exec(word.toUpperCase())
  if (code && CODES[code[1]]) return CODES[code[1]]
  return UTILITIES.find(([pattern]) => pattern.test(word))?.[1] ?? null
}

/** The utility that a point number like `JS1023` or a layer name like `WSLINE` begins with. */
export function utilityOfCode(text: string): Utility | null {
  const code = /^([A-Z]{2})(?:\d|_|-|(?:LINE|POINT|L|P|GX|GD)?$)/.exec(text.normalize('NFKC').trim().toUpperCase())
  return code ? (CODES[code[1]] ?? null) : null
}

/** How a utility's contents move when the file does not say. */
export function flowOf(utility: Utility, said = ''): 'gravity' | 'pressure' {
  if (/压力|force|pressur|pumped|rising/i.test(said)) return 'pressure'
  return isSewer(utility) ? 'gravity' : 'pressure'
}

const KINDS: [RegExp, NodeKind][] = [
  [/雨水(口|篦|箅|井篦)|雨篦|进水口|inlet|gully|catch ?basin/i, 'inlet'],
  [/排(放|水|污|出)口|出水口|出口|outfall|outlet|discharge/i, 'outfall'],
  [/消(防|火)栓|hydrant|消火栓/i, 'hydrant'],
  [/调压|regulator|prv/i, 'regulator'],
  [/水表|流量计|计量|(^|[^a-z])meter|表井/i, 'meter'],
  [/阀|valve|バルブ|(^|_)gate/i, 'valve'],
  [/泵|pump|ポンプ/i, 'pump'],
  [/变压|变电|transformer|substation|変圧/i, 'transformer'],
  [/箱|柜|cabinet|pedestal|キャビネット/i, 'cabinet'],
  [/电?杆|灯|pole|lamp|mast|電柱/i, 'pole'],
  [/水源|水库|reservoir|source/i, 'reservoir'],
  [/水塔|水池|储|罐|tank|storage|cistern/i, 'tank'],
  [
    /人孔|检查井|检修井|窨井|雨水井|污水井|探井|沉泥井|跌水井|溢流井|man ?hole|access|(^|[^a-z])mh([^a-z]|$)|マンホール/i,
    'manhole',
  ],
  [/手孔|接线井|工作井|电缆井|通信井|小室|hand ?hole|chamber|vault|pit|ハンドホール|joint ?box/i, 'chamber'],
  [/井/, 'manhole'],
  [
    /预留|盲|堵|管帽|管末|末端|终点|终止|起点|入户|出地|出入|非普|非探|户出|户入|cap|plug|dead ?end|terminal|terminator|end ?point/i,
    'end',
  ],
  [
    /三通|四通|五通|多通|弯|转折|拐|直线|变径|变材|变坡|分支|一般管线点|管点|探测点|特征点|tee|bend|elbow|cross|junction|joint|fitting|coupling|reducer|connect|node|接合|分岐/i,
    'junction',
  ],
]

/** Kind of a node by the words of its record; null when none fits. */
export function kindOf(text: string): NodeKind | null {
  const word = text.normalize('NFKC').trim()
  return word === '' ? null : (KINDS.find(([pattern]) => pattern.test(word))?.[1] ?? null)
}

/** Section by its word; null when none fits. */
export function sectionOf(text: string): Section | null {
  const word = text.normalize('NFKC').trim()
  if (/圆|circ|round|円|^[CO]$/i.test(word)) return 'circular'
  if (/矩|方|箱|盖板|rect|box|square|角/i.test(word)) return 'box'
  if (/蛋|卵|egg/i.test(word)) return 'egg'
  if (/拱|马蹄|门|arch|horseshoe|gothic|catenary|basket|semi/i.test(word)) return 'arch'
  return null
}

/** Status by its word; '' when none fits. */
export function statusOf(text: string): '' | 'used' | 'abandoned' | 'planned' {
  if (/废|弃|停用|abandon|disused|retired|removed|out of/i.test(text)) return 'abandoned'
  if (/规划|拟建|计划|planned|propos|design|在建|未建/i.test(text)) return 'planned'
  return /在用|使用|现状|运行|in ?use|used|active|exist|service|operat/i.test(text) ? 'used' : ''
}
