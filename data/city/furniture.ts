/** Street furniture of the town's middle, counted as a survey of 部件 counts it: covers over the manholes, lamps, signs, bins, stops. */
import type { CityFeature } from '../geo/city-feature.ts'
import { feature } from './feature.ts'
import { type Point, toDegrees } from './frame.ts'
import classes from './furniture-classes.json' with { type: 'json' }
import { OWNER, type Shaft } from './pipes-ledger.ts'
import { lengthOf } from './polygon.ts'
import { hash, type Random, randomOf } from './random.ts'
import { partOf, type StreetLink } from './under-streets.ts'
import type { Underground } from './underground.ts'

/** What a code stands for. */
interface Part {
  code: string
  class: string
  name: string
  nameEn: string
}

const PARTS = new Map<string, Part>(
  classes.classes.flatMap((one) =>
    one.parts.map((part): [string, Part] => {
      const [code, name, nameEn] = part as [string, string, string]
      return [name, { code, class: one.class, name, nameEn }]
    }),
  ),
)

/** All parts, by code. */
export const FURNITURE_PARTS: readonly Part[] = [...PARTS.values()]

/** The part that a node of a network shows at the surface. */
const COVER: Record<string, string> = {
  'foul manhole': '污水井盖',
  'foul pump': '污水泵站',
  'storm manhole': '雨水井盖',
  'storm inlet': '雨水箅子',
  'storm pump': '雨水泵站',
  'water valve': '上水井盖',
  'water hydrant': '消火栓',
  'water pump': '供水加压站',
  'power chamber': '电力井盖',
  'power cabinet': '电力设施箱',
  'power transformer': '变压器',
  'telecom chamber': '通信井盖',
  'telecom cabinet': '通信交接箱',
  'gas valve': '燃气井盖',
  'gas regulator': '燃气调压箱',
  'tunnel chamber': '综合管廊井盖',
  'industrial chamber': '热力井盖',
}

/** Along a street: part, metres between two, metres from the kerb (positive: on the footway), narrowest street, sides. */
const ROWS: { name: string; each: number; off: number; least: number; both: boolean }[] = [
  { name: '路灯', each: 36, off: 0.6, least: 14, both: true },
  { name: '路灯', each: 45, off: 0.6, least: 0, both: false },
  { name: '树池箅子', each: 40, off: 1.7, least: 28, both: true },
  { name: '分类垃圾桶', each: 130, off: 2.4, least: 14, both: false },
  { name: '垃圾箱', each: 160, off: 2.4, least: 0, both: false },
  { name: '交通标志牌', each: 170, off: 0.8, least: 14, both: false },
  { name: '监控摄像机', each: 240, off: 0.9, least: 14, both: false },
  { name: '街头座椅', each: 260, off: 2.8, least: 22, both: false },
  { name: '公交站亭', each: 520, off: 1.4, least: 22, both: true },
  { name: '非机动车停放架', each: 230, off: 2.6, least: 14, both: false },
  { name: '隔离墩', each: 210, off: 0.3, least: 14, both: false },
]

/** Parts that stand at crossings of main streets. */
const AT_CROSSINGS = ['交通信号灯', '路名牌', '交通信号控制箱', '电子警察', '无障碍坡道']
/** How many of every other part stand somewhere in the area. */
const RARE = 9

type Emit = (name: string, at: Point, owner: string, extra?: Record<string, string>) => void

function alongStreet(link: StreetLink, emit: Emit): void {
  const length = lengthOf(link.line)
  let lamps = false
  for (const row of ROWS) {
    if (link.widthM < row.least) continue
    // the wide streets' lamps first; a street has one kind
    if (row.name === '路灯' && lamps) continue
    if (row.name === '路灯') lamps = true
    let side = 1
    const inset = Math.min(18, length / 3)
    for (let s = inset + ((link.index * 7) % 10); s < length - inset; s += row.each) {
      const part = partOf(link.line, s, length)
      const [a, b] = [part[0], part[1]]
      if (!a || !b) break
      const d = Math.hypot(b[0] - a[0], b[1] - a[1]) || 1
      for (const turn of row.both ? [side, -side] : [side]) {
        const off = turn * (link.widthM / 2 + row.off)
        emit(row.name, [a[0] - ((b[1] - a[1]) / d) * off, a[1] + ((b[0] - a[0]) / d) * off], '椒江区城市管理局（演示）')
      }
      side = -side
    }
  }
}

function shown(shaft: Shaft, emit: Emit): void {
  const name = COVER[`${shaft.utility} ${shaft.kind}`]
  if (name) emit(name, [shaft.x, shaft.y], OWNER[shaft.utility], { 管点: shaft.id })
}

function atCrossing({ site }: Underground, n: number, random: Random, emit: Emit): void {
  const { streets } = site
  const links = streets.at[n]!.map((k) => streets.links[k]!)
  const main = links.filter((link) => link.widthM >= 22)
  if (main.length < 3) {
    if (links.length > 2) emit('路名牌', [streets.x[n]! + 5, streets.y[n]! + 5], '椒江区民政局（演示）')
    return
  }
  const half = Math.max(...main.map((link) => link.widthM)) / 2 + 1.5
  AT_CROSSINGS.forEach((name, i) => {
    const count = name === '交通信号灯' || name === '无障碍坡道' ? 4 : 1
    for (let k = 0; k < count; k++) {
      const angle = Math.PI / 4 + ((k + (count === 1 ? i : 0)) * Math.PI) / 2 + 0.02 * i
      const far = half * 1.42 + 0.7 * i + 0.1 * random()
      emit(
        name,
        [streets.x[n]! + far * Math.cos(angle), streets.y[n]! + far * Math.sin(angle)],
        '椒江区交警大队（演示）',
      )
    }
  })
}

/** Every part that nothing above has placed, a few of each, on footways. */
function rest({ site }: Underground, area: StreetLink[], used: Set<string>, emit: Emit): void {
  for (const { name, code } of FURNITURE_PARTS) {
    if (used.has(name) || area.length === 0) continue
    for (let k = 0; k < Math.min(RARE, Math.ceil(area.length / 6)); k++) {
      const h = hash(site.seed, Number(code), k)
      const link = area[h % area.length]!
      const part = partOf(link.line, link.length * (0.25 + 0.5 * (((h >>> 8) % 100) / 100)), link.length)
      const [a, b] = [part[0]!, part[1]!]
      const d = Math.hypot(b[0] - a[0], b[1] - a[1]) || 1
      const off = (link.widthM / 2 + 2.6) * (h & 1 ? 1 : -1)
      emit(name, [a[0] - ((b[1] - a[1]) / d) * off, a[1] + ((b[0] - a[0]) / d) * off], '椒江区综合行政执法局（演示）')
    }
  }
}

/**
 * The furniture within a distance of the frame's zero: covers first, then street by street.
 *
 * @param centre middle of the area that was surveyed, metres
 * @param radius metres
 */
export function* furnitureFeatures(under: Underground, centre: Point, radius: number): Iterable<CityFeature> {
  const { site, ledger } = under
  const { streets } = site
  const close = (x: number, y: number) => Math.hypot(x - centre[0], y - centre[1]) < radius
  const used = new Set<string>()
  let batch: CityFeature[] = []
  let n = 0
  const emit: Emit = (name, at, owner, extra) => {
    const part = PARTS.get(name)!
    used.add(name)
    const id = `${site.prefix}-BJ${String(++n).padStart(6, '0')}`
    const broken = hash(site.seed, n, 71) % 120 === 0
    batch.push(
      feature(
        'furniture',
        id,
        { type: 'Point', coordinates: toDegrees(at) },
        { class: part.class, name, nameEn: part.nameEn, code: part.code, owner, status: broken ? 'damaged' : 'used' },
        extra,
      ),
    )
  }
  for (const shaft of ledger.shafts) {
    if (!close(shaft.x, shaft.y)) continue
    shown(shaft, emit)
    yield* batch
    batch = []
  }
  const area = streets.links.filter((link) => link.supply === 'full' && !link.crossing && close(...link.line[0]!))
  for (const link of area) {
    alongStreet(link, emit)
    yield* batch
    batch = []
  }
  const random = randomOf(site.seed, 73)
  for (let node = 0; node < streets.x.length; node++)
    if (close(streets.x[node]!, streets.y[node]!)) atCrossing(under, node, random, emit)
  rest(under, area, used, emit)
  yield* batch
}
