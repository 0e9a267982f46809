/** English for made names: what a thing is in English, what it is called in pinyin. */
import { pinyin } from './pinyin.ts'

/** Ends of names, the longest first. */
const KINDS: readonly (readonly [zh: string, en: string])[] = (
  [
    ['特大桥', 'Grand Bridge'],
    ['大桥', 'Bridge'],
    ['二桥', 'Second Bridge'],
    ['大道', 'Avenue'],
    ['路', 'Road'],
    ['街', 'Street'],
    ['巷', 'Lane'],
    ['铁路', 'Railway'],
    ['放生池', 'Free Life Pond'],
    ['公园', 'Park'],
    ['广场', 'Square'],
    ['花园', 'Garden'],
    ['家园', 'Homes'],
    ['名苑', 'Court'],
    ['佳苑', 'Gardens'],
    ['公寓', 'Apartments'],
    ['华庭', 'Terrace'],
    ['新村', 'New Village'],
    ['雅居', 'Residence'],
    ['小区', 'Estate'],
    ['首府', 'Mansions'],
    ['天地', 'Plaza'],
    ['府', 'House'],
    ['村', 'Village'],
    ['大厦', 'Tower'],
    ['商城', 'Mall'],
    ['潮商城', 'Tide Mall'],
    ['农贸市场', 'Market'],
    ['寺', 'Temple'],
    ['庙', 'Temple'],
    ['殿', 'Temple'],
    ['堂', 'Temple'],
    ['城', 'City'],
    ['区中医院', 'District Hospital of Chinese Medicine'],
    ['区妇幼保健院', 'District Maternity and Child Hospital'],
    ['缝纫机厂', 'Sewing Machine Works'],
    ['医药化工厂', 'Pharmaceutical Works'],
    ['模具厂', 'Mould Works'],
    ['机电厂', 'Machine Works'],
    ['塑料制品厂', 'Plastics Works'],
    ['水产冷冻厂', 'Fish Freezing Works'],
    ['汽配厂', 'Car Parts Works'],
    ['船舶修造厂', 'Shipyard'],
    ['智能马桶厂', 'Smart Toilet Works'],
    ['电子厂', 'Electronics Works'],
    ['轴承厂', 'Bearing Works'],
    ['包装厂', 'Packaging Works'],
    ['变电站', 'Substation'],
    ['水厂', 'Waterworks'],
    ['污水处理厂', 'Sewage Works'],
    ['污水处理站', 'Sewage Works'],
    ['高位水池', 'Hill Tank'],
    ['天然气门站', 'Gas Gate Station'],
    ['通信机房', 'Exchange'],
    ['小型污水处理站', 'Small Sewage Works'],
    ['区域调压站', 'District Regulator Station'],
    ['调压箱', 'Regulator Box'],
    ['箱式变压器', 'Box Transformer'],
    ['环网柜', 'Ring Main Unit'],
    ['光缆交接箱', 'Fibre Cabinet'],
  ] as const
).toSorted((a, b) => b[0].length - a[0].length)

/** Parts of works and stations: what comes before is a name of its own. */
const PARTS: readonly (readonly [zh: string, en: string])[] = [
  ['雨水泵站', 'Storm Pumping Station'],
  ['污水泵站', 'Sewage Pumping Station'],
  ['送水泵房', 'Pump House'],
  ['清水池', 'Clear Water Tank'],
  ['加压站', 'Booster Station'],
]

const NUMBERED: Record<string, string> = { 小学: 'Primary School', 中学: 'Middle School', 医院: 'Hospital' }
const DEMO = '（演示）'
const known = new Map<string, string>()

function make(name: string): string {
  if (name.endsWith(DEMO)) {
    const rest = make(name.slice(0, -DEMO.length))
    return rest && `${rest} (demo)`
  }
  for (const [zh, en] of PARTS) {
    if (!name.endsWith(zh)) continue
    const stem = name.slice(0, -zh.length)
    const whole = make(stem) || pinyin(stem)
    return whole ? `${whole} ${en}` : ''
  }
  const [, place = '', number = '', kind = ''] = /^(.+)第([一二三四五六七八九十])(小学|中学|医院)$/.exec(name) ?? []
  const called = pinyin(place)
  if (kind !== '' && called !== null)
    return `${called} No. ${'一二三四五六七八九十'.indexOf(number) + 1} ${NUMBERED[kind]}`
  const [, before = '', words = name] = /^([\dkV]+ )?(.+)$/.exec(name) ?? []
  for (const [zh, en] of KINDS) {
    if (!words.endsWith(zh)) continue
    if (words === zh) return before + en
    const stem = pinyin(words.slice(0, -zh.length))
    if (stem !== null) return `${before}${stem} ${en}`
  }
  return ''
}

/** The English of a made name; '' when it is not known how to say it. */
export function englishName(name: string): string {
  let had = known.get(name)
  if (had === undefined) known.set(name, (had = make(name)))
  return had
}
