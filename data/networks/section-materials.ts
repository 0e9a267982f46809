/** Materials of pipes on English drawings: data comes with Chinese words for them, surveys above all. */
import type { DrawingLanguage } from './section-words.ts'

/** Words of materials, the longer before those that are part of them. */
const MATERIALS: readonly (readonly [zh: string, en: string])[] = [
  ['预应力钢筋混凝土', 'prestressed concrete'],
  ['预应力混凝土', 'prestressed concrete'],
  ['钢筋混凝土', 'reinforced concrete'],
  ['素混凝土', 'plain concrete'],
  ['混凝土', 'concrete'],
  ['球墨铸铁', 'ductile iron'],
  ['灰口铸铁', 'grey cast iron'],
  ['铸铁', 'cast iron'],
  ['镀锌钢', 'galvanized steel'],
  ['不锈钢', 'stainless steel'],
  ['无缝钢', 'seamless steel'],
  ['玻璃钢', 'GRP'],
  ['钢塑复合', 'steel–plastic'],
  ['铝塑复合', 'aluminium–plastic'],
  ['双壁波纹', ' corrugated'],
  ['波纹', ' corrugated'],
  ['钢带增强', ' steel-reinforced'],
  ['聚氯乙烯', 'PVC'],
  ['聚乙烯', 'PE'],
  ['聚丙烯', 'PP'],
  ['塑料', 'plastic'],
  ['石棉水泥', 'asbestos cement'],
  ['石棉', 'asbestos cement'],
  ['水泥', 'cement'],
  ['陶土', 'clay'],
  ['砖石', 'masonry'],
  ['砖砌', 'brick'],
  ['砖', 'brick'],
  ['石砌', 'stone'],
  ['电缆支架', 'cable racks'],
  ['电缆桥架', 'cable tray'],
  ['通信桥架', 'telecom tray'],
  ['桥架', 'tray'],
  ['光缆', 'fibre'],
  ['铜', 'copper'],
  ['钢', 'steel'],
  ['铁', 'iron'],
  ['管', ''],
]

/** A material as a drawing writes it: its own words in Chinese; in English what is known of them, else as they are. */
export function materialText(language: DrawingLanguage, material: string): string {
  if (language === 'zh' || !/\p{Script=Han}/u.test(material)) return material
  let text = material
  for (const [zh, en] of MATERIALS) text = text.replaceAll(zh, en)
  return /\p{Script=Han}/u.test(text) ? material : text.trim()
}
