/** What a made borehole meets: fill, a crust of clay, tens of metres of muck, stiffer clays, gravel, and tuff where hills are near. */
import { noiseOf } from './random.ts'

/** Where a hole stands: what lies on top. */
export type GroundKind = 'town' | 'yard' | 'field' | 'polder'

/** One layer; depths in metres below the collar. */
interface Layer {
  top: number
  bottom: number
  code: string
  soil: string
  name: string
  description: string
}

/** The log of a hole. */
export interface Logged {
  depth: number
  strata: Layer[]
  /** metres below the collar: where water was met, and where it came to rest */
  strike: number
  water: number
}

/** Code, class, name and words of the layers, from the surface down. */
const LAYERS = {
  mixed: ['①1', 'mixed-fill', '杂填土', '杂色，松散，含碎石、砖块及建筑垃圾'],
  plain: ['①2', 'plain-fill', '素填土', '灰黄色，松散，以黏性土为主，含植物根茎'],
  dredged: ['①3', 'dredged-fill', '冲填土', '灰色，流塑，吹填淤泥夹粉砂'],
  crust: ['②', 'clay', '黏土', '灰黄色，可塑，含铁锰质斑点，俗称硬壳层'],
  muck: ['③1', 'muck', '淤泥', '灰色，流塑，高压缩性，含有机质及贝壳碎屑'],
  soft: ['③2', 'mucky-clay', '淤泥质黏土', '灰色，流塑，夹薄层粉砂'],
  silty: ['④1', 'silty-clay', '粉质黏土', '灰黄色，可塑，中等压缩性'],
  sand: ['④2', 'silty-sand', '粉砂', '灰色，中密，饱和，含云母'],
  clay: ['⑤', 'clay', '黏土', '褐黄色，硬可塑，含灰白色条带'],
  gravel: ['⑥', 'round-gravel', '圆砾', '灰色，中密，磨圆好，充填中粗砂'],
  lower: ['⑦', 'silty-clay', '粉质黏土', '灰绿色，硬塑，含砂'],
  cobble: ['⑧', 'cobble', '卵石', '杂色，密实，粒径 2～8 cm'],
  complete: ['⑩1', 'weathered-rock', '全风化凝灰岩', '灰黄色，原岩结构基本破坏'],
  strong: ['⑩2', 'tuff', '强风化凝灰岩', '灰紫色，节理裂隙发育，岩芯碎块状'],
  fresh: ['⑩3', 'tuff', '中风化凝灰岩', '灰紫色，块状构造，岩芯柱状'],
} as const
type Name = keyof typeof LAYERS

const cm = (value: number): number => Math.round(value * 100) / 100
/** Thinner layers are not logged, m. */
const THIN_M = 0.25

/**
 * The log at a place: thicknesses are smooth noise, so that neighbouring holes agree.
 *
 * @param rock metres from the ground to the rock
 * @returns metres of the city's frame, kind of place → log
 */
export function logAt(
  seed: number,
  rock: (x: number, y: number) => number,
): (x: number, y: number, kind: GroundKind) => Logged {
  const noises = Array.from({ length: 12 }, (_, i) => noiseOf(seed + 410 + i))
  const vary = (i: number, x: number, y: number, far: number) =>
    noises[i]!(x / far, y / far) + 0.25 * noises[i]!(x / 130 + 7, y / 130)
  return (x, y, kind) => {
    const toSea = Math.max(0, Math.min(1, (x + 6000) / 20_000))
    const soils: [Name, number][] = [
      [
        kind === 'polder' ? 'dredged' : kind === 'field' ? 'plain' : 'mixed',
        kind === 'field' ? 0.7 : 1.7 + 0.8 * vary(0, x, y, 420),
      ],
      ['crust', kind === 'polder' ? 0 : 1.7 - 1.1 * toSea + 0.8 * vary(1, x, y, 900)],
      ['muck', 9 + 10 * toSea + 3 * vary(2, x, y, 1500)],
      ['soft', 7 + 4 * toSea + 3.2 * vary(3, x, y, 1300)],
      ['silty', 5 + 3 * vary(4, x, y, 1000)],
      ['sand', 4.5 * vary(5, x, y, 1100) - 0.6],
      ['clay', 7.5 + 3 * vary(6, x, y, 1200)],
      ['gravel', 5 + 3.2 * vary(7, x, y, 1100)],
      ['lower', 4.5 + 5 * vary(8, x, y, 1000)],
      ['cobble', 30],
    ]
    const bed = rock(x, y)
    const rocks: [Name, number][] = [
      ['complete', 1.6 + 0.9 * vary(9, x, y, 600)],
      ['strong', 3.2 + 1.4 * vary(10, x, y, 600)],
      ['fresh', 6],
    ]
    // one hole in three goes deep, the others end where piles would
    const deep = (((Math.round(x / 37) * 31 + Math.round(y / 41) * 17) % 3) + 3) % 3 === 0
    const most = (deep ? 72 : 46) + 6 * vary(11, x, y, 300)
    return logOf(soils, rocks, bed, Math.max(30, Math.min(80, most)), 1 + 0.45 * vary(0, x + 900, y, 500))
  }
}

function logOf(
  soils: readonly [Name, number][],
  rocks: readonly [Name, number][],
  bed: number,
  most: number,
  water: number,
): Logged {
  const strata: Layer[] = []
  let at = 0
  const lay = (name: Name, thickness: number, end: number): void => {
    const bottom = cm(Math.min(at + thickness, end))
    if (bottom - at < THIN_M) return
    const [code, soil, words, description] = LAYERS[name]
    strata.push({ top: at, bottom, code, soil, name: words, description })
    at = bottom
  }
  for (const [name, thickness] of soils) lay(name, thickness, Math.min(bed, most))
  // in thin cover at the foot of a hill holes end in sound rock
  for (const [name, thickness] of at >= most - THIN_M ? [] : rocks) lay(name, thickness, Math.max(most, at))
  const level = cm(Math.max(0.5, Math.min(1.5, water)))
  return { depth: at, strata, strike: cm(level + 0.4), water: level }
}
