/** Buildings as features: ids, addresses, names, the town they stand in. */
import type { CityFeature, Style } from '../geo/city-feature.ts'
import type { Block } from './blocks.ts'
import { townAt } from './boundaries.ts'
import { buildingsOf } from './buildings.ts'
import { type Draft, PITCH } from './draft.ts'
import { feature, polygon } from './feature.ts'
import { compoundName, nameHash, worksName } from './names.ts'
import { HILL_M } from './network.ts'
import type { Plan } from './plan.ts'
import { boundsOf, centroid, lineDistance, type Ring, segmentDistance } from './polygon.ts'

const WORDS: Record<string, string> = {
  residential: '住宅',
  house: '民房',
  commercial: '商业',
  office: '办公',
  industrial: '工业',
  warehouse: '仓储',
  public: '公共',
  school: '学校',
  hospital: '医院',
  religious: '宗教',
  agricultural: '农业',
  garage: '车库',
  other: '其他',
}

function notableName(draft: Draft, h: number): [string, string] | null {
  switch (draft.notable) {
    case 'compound':
      return [compoundName(h), '']
    case 'works':
      return [worksName(h), '']
    case 'school':
      return [`椒江第${'一二三四五六七八九十'[h % 10]}${(h >>> 5) % 3 === 0 ? '中学' : '小学'}`, '']
    case 'hospital':
      return [['椒江第一医院', '椒江第二医院', '椒江区中医院', '椒江区妇幼保健院'][h % 4]!, '']
    case 'temple':
      return [['报恩寺', '崇福寺', '清修寺', '杨府庙', '关圣殿', '三官堂'][h % 6]!, '']
    case 'mall':
      return [['潮汐广场', '汀兰城', '东海潮商城', '海门商城', '云西农贸市场', '葭沚商城'][h % 6]!, '']
    case 'public':
      return ['台州市行政中心', 'Taizhou Administrative Centre']
    case 'office':
      return [`${compoundName(h).slice(0, 2)}大厦`, '']
    default:
      return null
  }
}

/** The middle of a ring is low, flat ground away from the railways. */
function buildable(plan: Plan, draft: Draft, rails: Ring[], canals: { line: Ring; widthM: number }[]): boolean {
  const [x, y] = centroid(draft.ring)
  const h = plan.relief.at(x, y)
  if (h > HILL_M || h < 1) return false
  if (canals.some(({ line, widthM }) => draft.ring.some((p) => lineDistance(p[0], p[1], line) < widthM / 2 + 3)))
    return false
  if (rails.length === 0) return true
  const [w, s, e, n] = boundsOf(draft.ring)
  const r = Math.hypot(e - w, n - s) / 2
  return rails.every((line) => lineDistance(x, y, line) > r + 14)
}

/** The buildings that a block really gets: without pitches, on buildable ground. */
export function standing(plan: Plan, block: Block): Draft[] {
  if (block.yard.length < 3) return []
  const drafts = buildingsOf(block)
  if (drafts.length === 0) return drafts
  const [w, s, e, n] = boundsOf(block.yard)
  const near = (line: Ring): Ring => line.filter(([x, y]) => x > w - 900 && x < e + 900 && y > s - 900 && y < n + 900)
  const rails = plan.rail.map(near).filter((line) => line.length > 1)
  const canals = block.edges.some((way) => way?.kind === 'canal')
    ? plan.net.canals
        .map(({ course, line }) => ({ line: near(line), widthM: course.widthM }))
        .filter(({ line }) => line.length > 0)
    : []
  return drafts.filter((one) => one.class !== PITCH && buildable(plan, one, rails, canals))
}

function styleOf(draft: Draft): Style {
  const style: Style = {
    class: draft.class,
    height: draft.height,
    levels: draft.levels,
    roof: draft.roof,
    year: draft.year,
  }
  if (draft.roof !== 'flat') {
    style.roofHeight = draft.roofHeight
    style.roofDirectionDeg = draft.roofDirectionDeg
  }
  return style
}

/** Street and house number by the nearest named side of the block. */
function addressOf(block: Block, draft: Draft): string | null {
  const [x, y] = draft.ring[0]!
  let best = Infinity
  let address: string | null = null
  for (let i = 0; i < block.ring.length; i++) {
    const way = block.edges[i]
    if (way?.kind !== 'road' || way.name === '' || way.class === 'motorway') continue
    const a = block.ring[i]!
    const d = segmentDistance(x, y, a, block.ring[(i + 1) % block.ring.length]!)
    if (d >= best) continue
    best = d
    const start = way.line[0]!
    const side =
      (x - start[0]) * (way.line.at(-1)![1] - start[1]) - (y - start[1]) * (way.line.at(-1)![0] - start[0]) > 0 ? 1 : 0
    address = `${way.name}${2 * Math.round(Math.hypot(x - start[0], y - start[1]) / 9) + 1 + side}号`
  }
  return address
}

/** All buildings: the islands' first, then the superblocks' from the middle outward, until there are as many as were asked for. */
export function* buildingFeatures(plan: Plan): Iterable<CityFeature> {
  const width = plan.buildings >= 1_000_000 ? 7 : 6
  let n = 0
  const make = (draft: Draft, town: string, extra: Style): CityFeature => {
    n++
    const id = `JJ-${String(n).padStart(width, '0')}`
    return feature(
      'buildings',
      id,
      polygon(draft.ring, draft.holes),
      { ...styleOf(draft), ...extra },
      { 用途: WORDS[draft.class] ?? '其他', 镇街: town },
    )
  }
  let village = 0
  for (const draft of plan.islands.drafts) {
    if (n >= plan.buildings) return
    const [x, y] = draft.ring[0]!
    yield make(draft, townAt(plan.towns, x, y)?.name ?? '', { address: `岛村${++village}号` })
  }
  for (const index of plan.active) {
    for (const block of plan.quarter(index).blocks) {
      const drafts = standing(plan, block)
      if (drafts.length === 0) continue
      const [cx, cy] = centroid(block.ring)
      const town = townAt(plan.towns, cx, cy)?.name ?? ''
      for (const draft of drafts) {
        if (n >= plan.buildings) return
        const extra: Style = {}
        const address = addressOf(block, draft)
        if (address) extra.address = address
        const name = notableName(draft, nameHash(plan.seed, cx, cy))
        if (name) extra.name = name[0]
        if (name?.[1]) extra.nameEn = name[1]
        yield make(draft, town, extra)
      }
    }
  }
}
