/** Classes of points as ASPRS numbers them, with their words in both languages and colours. */

/** One class. */
export interface PointClass {
  code: number
  /** as in `CLASSES.points` */
  word: string
  zh: string
  en: string
  /** `#rrggbb` */
  color: string
}

/** Classes 0 … 22 of LAS 1.4 R15 (table 17); 8 and 12 are those of older versions. */
export const POINT_CLASSES: readonly PointClass[] = [
  { code: 0, word: 'never-classified', zh: '未分类过', en: 'Never classified', color: '#9aa3ad' },
  { code: 1, word: 'unclassified', zh: '未分类', en: 'Unclassified', color: '#b4bbc3' },
  { code: 2, word: 'ground', zh: '地面', en: 'Ground', color: '#a67c52' },
  { code: 3, word: 'low-vegetation', zh: '低植被', en: 'Low vegetation', color: '#b7d17f' },
  { code: 4, word: 'medium-vegetation', zh: '中植被', en: 'Medium vegetation', color: '#7fb55b' },
  { code: 5, word: 'high-vegetation', zh: '高植被', en: 'High vegetation', color: '#3f8f4a' },
  { code: 6, word: 'building', zh: '建筑', en: 'Building', color: '#d98e5f' },
  { code: 7, word: 'low-noise', zh: '低噪点', en: 'Low noise', color: '#c0507a' },
  { code: 8, word: 'key-point', zh: '模型关键点', en: 'Model key point', color: '#8f6fb8' },
  { code: 9, word: 'water', zh: '水体', en: 'Water', color: '#4f93c8' },
  { code: 10, word: 'rail', zh: '轨道', en: 'Rail', color: '#7d6b8a' },
  { code: 11, word: 'road', zh: '路面', en: 'Road surface', color: '#6f7780' },
  { code: 12, word: 'overlap', zh: '航带重叠', en: 'Overlap', color: '#c9c3b2' },
  { code: 13, word: 'guard-wire', zh: '避雷线', en: 'Wire guard', color: '#e0c24a' },
  { code: 14, word: 'conductor', zh: '导线', en: 'Wire conductor', color: '#e5a63a' },
  { code: 15, word: 'tower', zh: '输电塔', en: 'Transmission tower', color: '#b3592d' },
  { code: 16, word: 'connector', zh: '绝缘子', en: 'Wire-structure connector', color: '#c97fb0' },
  { code: 17, word: 'bridge', zh: '桥面', en: 'Bridge deck', color: '#9c8f7a' },
  { code: 18, word: 'high-noise', zh: '高噪点', en: 'High noise', color: '#d0406a' },
  { code: 19, word: 'overhead', zh: '架空结构', en: 'Overhead structure', color: '#8a7f9c' },
  { code: 20, word: 'ignored-ground', zh: '忽略地面', en: 'Ignored ground', color: '#c7a681' },
  { code: 21, word: 'snow', zh: '积雪', en: 'Snow', color: '#e8eef4' },
  { code: 22, word: 'excluded', zh: '时相排除', en: 'Temporal exclusion', color: '#8d8d8d' },
]

const BY_CODE = new Map(POINT_CLASSES.map((one) => [one.code, one]))

/** A class by its number; those of a producer's own (64 … 255) and reserved ones have only their number as a name. */
export function pointClass(code: number): PointClass {
  return BY_CODE.get(code) ?? { code, word: 'own-class', zh: `自定义 ${code}`, en: `Class ${code}`, color: '#8aa0b8' }
}
