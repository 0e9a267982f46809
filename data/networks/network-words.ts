/** Words about pipe networks that drawings, reports and the page share, Chinese and English. */

/** A word in both languages. */
export interface Words {
  zh: string
  en: string
}

/** The words of a table in one language. */
export function wordsIn<K extends string>(table: Readonly<Record<K, Words>>, language: keyof Words): Record<K, string> {
  const out = {} as Record<K, string>
  for (const key in table) out[key] = table[key][language]
  return out
}

const UTILITIES: Readonly<Record<string, Words>> = {
  all: { zh: '全部专业', en: 'all utilities' },
  water: { zh: '给水', en: 'water' },
  storm: { zh: '雨水', en: 'storm sewer' },
  foul: { zh: '污水', en: 'foul sewer' },
  combined: { zh: '雨污合流', en: 'combined sewer' },
  gas: { zh: '燃气', en: 'gas' },
  heat: { zh: '热力', en: 'heat' },
  power: { zh: '电力', en: 'power' },
  telecom: { zh: '通信', en: 'telecom' },
  tunnel: { zh: '综合管廊', en: 'utility tunnel' },
  industrial: { zh: '工业', en: 'industrial' },
  other: { zh: '其他', en: 'other' },
}

/** A class of pipes in words; a word that is none stays as it is. */
export function utilityWord(utility: string, language: keyof Words): string {
  return Object.hasOwn(UTILITIES, utility) ? UTILITIES[utility][language] : utility
}

/** Kinds of nodes; joints have no word. */
export const NODE_WORDS = {
  manhole: { zh: '检查井', en: 'manhole' },
  inlet: { zh: '雨水口', en: 'inlet' },
  outfall: { zh: '排放口', en: 'outfall' },
  valve: { zh: '阀门', en: 'valve' },
  hydrant: { zh: '消火栓', en: 'hydrant' },
  pump: { zh: '泵站', en: 'pump' },
  tank: { zh: '水池', en: 'tank' },
  reservoir: { zh: '水源', en: 'source' },
  meter: { zh: '水表', en: 'meter' },
  regulator: { zh: '调压箱', en: 'regulator' },
  chamber: { zh: '井室', en: 'chamber' },
  cabinet: { zh: '箱柜', en: 'cabinet' },
  transformer: { zh: '变压器', en: 'transformer' },
  pole: { zh: '杆', en: 'pole' },
} as const satisfies Record<string, Words>

/** A node's kind, '' for joints. */
export function nodeWord(kind: string, language: keyof Words): string {
  return Object.hasOwn(NODE_WORDS, kind) ? NODE_WORDS[kind as keyof typeof NODE_WORDS][language] : ''
}

/** Rules of clearance. */
export const CLEARANCE_WORDS = {
  horizontal: { zh: '水平净距', en: 'side by side' },
  vertical: { zh: '垂直净距', en: 'crossing' },
  cover: { zh: '覆土不足', en: 'cover too thin' },
} as const satisfies Record<string, Words>

/** How far pipes are along their lives. */
export const STAGE_WORDS = {
  'past-life': { zh: '超龄', en: 'past life' },
  'late-life': { zh: '临近寿命', en: 'late' },
  'mid-life': { zh: '中期', en: 'half way' },
  young: { zh: '前期', en: 'early' },
  'age-unknown': { zh: '不明', en: 'unknown' },
} as const satisfies Record<string, Words>

/** Numbers of a summary: each with its unit. */
export const FIGURE_WORDS = {
  valves: { zh: '须关阀门', en: 'Valves to close' },
  hours: { zh: '停水时长（小时，估）', en: 'Hours without water (est.)' },
  customers: { zh: '停水建筑', en: 'Buildings without water' },
  people: { zh: '停水人口（估）', en: 'People (est.)' },
  important: { zh: '其中医院、学校', en: 'Hospitals and schools' },
  hydrants: { zh: '停用消火栓', en: 'Hydrants lost' },
  shutPipes: { zh: '关断管段', en: 'Pipes shut off' },
  dryPipes: { zh: '停水管段', en: 'Pipes run dry' },
  lostLps: { zh: '停供水量（升/秒）', en: 'Demand lost (L/s)' },
  total: { zh: '总数', en: 'In all' },
  horizontal: { zh: '水平净距不足', en: 'Side by side too close' },
  vertical: { zh: '垂直净距不足', en: 'Crossings too close' },
  cover: { zh: '覆土不足', en: 'Cover too thin' },
  error: { zh: '错误', en: 'Errors' },
  warning: { zh: '可疑', en: 'Warnings' },
  note: { zh: '提示', en: 'Notes' },
  candidates: { zh: '候选管点', en: 'Candidates' },
  pipes: { zh: '管段', en: 'Pipes' },
  nodes: { zh: '管点', en: 'Nodes' },
  pastLife: { zh: '超龄管段', en: 'Pipes past their life' },
  pastLifeM: { zh: '超龄管长（米）', en: 'Metres past their life' },
  meanAge: { zh: '平均管龄（年）', en: 'Mean age (years)' },
  unknownAge: { zh: '管龄不明', en: 'Age unknown' },
  lengthM: { zh: '长度（米）', en: 'Length (m)' },
  hectares: { zh: '范围面积（公顷，凸包）', en: 'Area (ha, convex outline)' },
  volumeM3: { zh: '管内容积（m³）', en: 'Volume of the pipes (m³)' },
  ends: { zh: '排口与泵站', en: 'Outfalls and pumps' },
  minutes: { zh: '最长流行时间（分钟）', en: 'Longest time of travel (min)' },
  unknownDirection: { zh: '流向不明的管段', en: 'Pipes of unknown direction' },
} as const satisfies Record<string, Words>
