/** The words on drawings of sections, Chinese and English. */
import type { Drawing } from '../geo/drawing.ts'
import type { SectionWord } from './section-shape.ts'

/** The language of a drawing. */
export type DrawingLanguage = Drawing['language']

const ZH = {
  cross: '管线横断面图',
  long: '管线纵断面图',
  scale: '比例',
  horizontal: '水平',
  vertical: '竖向',
  exaggerated: '竖向放大',
  datum: '高程基准',
  crs: '坐标系',
  date: '数据日期',
  source: '数据来源',
  demo: '演示数据',
  number: '序号',
  kind: '管线种类',
  size: '规格 (mm)',
  material: '材质',
  chainage: '里程 (m)',
  ground: '地面高程 (m)',
  crown: '管顶高程 (m)',
  invert: '管底高程 (m)',
  cover: '管顶埋深 (m)',
  gap: '净距 (m)',
  angle: '交角 (°)',
  node: '井号',
  depth: '埋深 (m)',
  diameter: '管径 (mm) / 管材',
  slope: '坡度 (‰)',
  distance: '平距 (m)',
  estimated: '推测',
  unknownDepth: '埋深未知',
  unknown: '不详',
  road: '道路',
  water: '水面',
  basement: '地下室',
  building: '建筑',
  storeys: '层',
  groundLine: '地面线',
  groundwater: '地下水位',
  waterLevel: '设计水位 (m)',
  spills: '冒溢',
  none: '本断面未见管线',
  legend: '图例',
  elevation: '高程 (m)',
  away: '流向图内',
  near: '流向图外',
  skew: '斜交',
  crossing: '交叉管线',
  notes: '说明',
  wallNote: '管壁厚度未知时按内径的 5 % 估算',
  estimatedNote: '虚线及“推测”：埋深为推测，不得作为施工依据',
  gapNote: '净距按外壁计算，红色为小于规范限值',
  shaftNote: '细线为断面附近的检查井投影',
  basementNote: '地下室深度按每层 3.3 m 估算',
  flatNote: '管线按竖向真实、水平真实比例绘制',
  sheet: '图幅',
  total: '全长',
  drop: '跌水',
  flow: '水流方向',
  invertNote: '管底、管顶均为内壁；两侧不等的管底高程左为进水、右为出水',
  crossNote: '交叉管线标注：种类、规格、管底高程',
  uphillNote: '红色坡度：逆坡',
  moreNote: '管道在图外继续延伸',
} as const

const EN: Readonly<Record<keyof typeof ZH, string>> = {
  cross: 'Cross-section of utilities',
  long: 'Long section',
  scale: 'Scale',
  horizontal: 'H',
  vertical: 'V',
  exaggerated: 'vertical ×',
  datum: 'Height datum',
  crs: 'Coordinates',
  date: 'Data of',
  source: 'Source',
  demo: 'SYNTHETIC DATA',
  number: 'No.',
  kind: 'Utility',
  size: 'Size (mm)',
  material: 'Material',
  chainage: 'Chainage (m)',
  ground: 'Ground (m)',
  crown: 'Crown (m)',
  invert: 'Invert (m)',
  cover: 'Cover (m)',
  gap: 'Clear (m)',
  angle: 'Angle (°)',
  node: 'Node',
  depth: 'Depth (m)',
  diameter: 'Size (mm) / material',
  slope: 'Slope (‰)',
  distance: 'Distance (m)',
  estimated: 'est.',
  unknownDepth: 'depth unknown',
  unknown: 'unknown',
  road: 'road',
  water: 'water',
  basement: 'basement',
  building: 'building',
  storeys: 'fl.',
  groundLine: 'ground line',
  groundwater: 'groundwater',
  waterLevel: 'Water level (m)',
  spills: 'overflows',
  none: 'No pipes in this section',
  legend: 'Legend',
  elevation: 'Height (m)',
  away: 'flows away',
  near: 'flows towards',
  skew: 'skew',
  crossing: 'crossing pipe',
  notes: 'Notes',
  wallNote: 'Walls of unknown thickness: 5 % of the inner size',
  estimatedNote: 'Dashed and “est.”: depth is a guess, not for construction',
  gapNote: 'Clearances between outer walls; red: less than the rule',
  shaftNote: 'Thin lines: shafts near the section',
  basementNote: 'Depth of basements: 3.3 m for each storey',
  flatNote: 'Pipes are drawn true along and upright',
  sheet: 'Sheet',
  total: 'Length',
  drop: 'drop',
  flow: 'Flow',
  invertNote: 'Inverts and crowns are inner; where two inverts differ: left in, right out',
  crossNote: 'Crossing pipes: utility, size, invert',
  uphillNote: 'Red slopes run uphill',
  moreNote: 'The pipe goes on beyond the drawing',
}

/** A word of the drawings. */
export type SectionText = keyof typeof ZH

/** The words of a language. */
export const sectionWords = (language: DrawingLanguage): Readonly<Record<SectionText, string>> =>
  language === 'zh' ? ZH : EN

const EIGHT: Readonly<Record<DrawingLanguage, readonly string[]>> = {
  zh: ['北', '东北', '东', '东南', '南', '西南', '西', '西北'],
  en: ['N', 'NE', 'E', 'SE', 'S', 'SW', 'W', 'NW'],
}

/** One of eight directions. @param azimuthDeg clockwise from north */
export function compassWord(language: DrawingLanguage, azimuthDeg: number): string {
  return EIGHT[language][Math.round((((azimuthDeg % 360) + 360) % 360) / 45) % 8]
}

/** A pipe's size as it is written on drawings: DN300, 700×160, egg 600×900. */
export function sizeText(
  { section, width, height }: { section: SectionWord; width: number; height: number },
  language: DrawingLanguage,
): string {
  const mm = (metres: number): string => String(Math.round(metres * 1000))
  if (!(height > 0)) return '—'
  if (section === 'circular') return `DN${mm(height)}`
  const shape = { box: '', egg: language === 'zh' ? '卵形' : 'egg ', arch: language === 'zh' ? '拱形' : 'arch ' }[
    section
  ]
  return `${shape}${mm(width)}×${mm(height)}`
}
