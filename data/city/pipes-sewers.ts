/** Storm and foul sewers of the city, apart from each other: manholes, gullies, outfalls, pumping stations, treatment works. */
import Flatbush from 'flatbush'
import type { Point } from './frame.ts'
import { type Ledger, OWNER, type Shaft, type Tube } from './pipes-ledger.ts'
import { type Design, designSewers, type Reach, STRIP_M } from './sewers-design.ts'
import { SIZES } from './sewers-size.ts'
import { type Manhole, sewerForest } from './sewers-tree.ts'
import type { FoulWorks } from './supply.ts'
import { CANAL_BED } from './under-depth.ts'
import { groups } from './under-groups.ts'
import { foulOffset, GULLY_M, outerHalf, stormOffset } from './under-lanes.ts'
import { nearest } from './under-meetings.ts'
import type { Site } from './under-site.ts'
import type { StreetLink } from './under-streets.ts'

const carries = (link: StreetLink) => link.supply === 'full' && !link.crossing

/** Ground over the crown where a sewer begins, m. */
const COVER = { storm: 1.3, foul: 1.9 }
const DEEPEST = { storm: 5.4, foul: 6.3 }

const round3 = (v: number) => Math.round(v * 1000) / 1000

/** Storm roots: every bank that a street with a sewer reaches; where there is none, the lowest place of the group. */
function stormRoots({ streets, ground }: Site): Set<number> {
  const roots = new Set<number>()
  const group = groups(streets, carries)
  const drained = new Set<number>()
  for (let n = 0; n < streets.x.length; n++) {
    if (group[n]! < 0 || !streets.bank[n]) continue
    roots.add(n)
    drained.add(group[n]!)
  }
  const lowest = new Map<number, number>()
  const height = (n: number) => ground(streets.x[n]!, streets.y[n]!)
  for (let n = 0; n < streets.x.length; n++) {
    const g = group[n]!
    if (g < 0 || drained.has(g)) continue
    const had = lowest.get(g)
    if (had === undefined || height(n) < height(had)) lowest.set(g, n)
  }
  for (const n of lowest.values()) roots.add(n)
  return roots
}

const WHERE = { canal: '内河', shore: '椒江／台州湾', none: '田间沟渠' }

function materialOf(utility: 'storm' | 'foul', reach: Reach, year: number): string {
  if (reach.pressure) return reach.diameter >= 1.2 ? '钢' : '球墨铸铁'
  const { section, height } = SIZES[reach.size]!
  if (section === 'box') return '钢筋混凝土'
  if (height <= 0.6) return year >= 2004 ? 'HDPE双壁波纹管' : utility === 'foul' && year < 1994 ? '陶土' : '混凝土'
  return '钢筋混凝土'
}

/** Writes a designed forest into the ledger; returns the shaft of each manhole. */
function lay(
  ledger: Ledger,
  site: Site,
  utility: 'storm' | 'foul',
  forest: Manhole[],
  design: Design,
  rootShaft: (one: Manhole, i: number) => Omit<Shaft, 'id'>,
): { shafts: Shaft[]; tubes: (Tube | null)[] } {
  const own = (one: Manhole): Record<string, number> =>
    utility === 'storm' ? { catchmentM2: Math.round(one.drained * STRIP_M) } : {}
  const shafts = forest.map((one, i) => {
    const ground = design.ground[i]!
    if (one.down < 0) return ledger.shaft(rootShaft(one, i))
    const reach = design.reaches[i]!
    if (design.pump[i]) {
      const lps = Math.round(reach.flow * 1000)
      return ledger.shaft({
        utility,
        kind: 'pump',
        x: one.x,
        y: one.y,
        top: ground,
        bottom: round3(design.floor[i]! - 1.6),
        diameter: lps > 800 ? 8 : lps > 100 ? 5 : 3,
        name: `${one.link.name || '街'}${utility === 'storm' ? '雨水' : '污水'}泵站`,
        attributes: { 设计流量Lps: lps, 集水池有效水深: 1.6, ...own(one) },
      })
    }
    if (reach.pressure) {
      const z = reach.invertFrom + reach.diameter / 2
      return ledger.shaft({ utility, kind: 'junction', x: one.x, y: one.y, top: z, bottom: z })
    }
    const wide = SIZES[reach.size]!.width
    return ledger.shaft({
      utility,
      kind: 'manhole',
      x: one.x,
      y: one.y,
      top: ground,
      bottom: round3(design.floor[i]! - (utility === 'storm' ? 0.3 : 0)),
      diameter: wide > 1.2 ? Math.round((wide + 0.8) * 10) / 10 : wide > 0.6 ? 1.5 : 1,
      attributes: own(one),
    })
  })
  const tubes = forest.map((one, i): Tube | null => {
    const reach = design.reaches[i]
    if (!reach || one.down < 0) return null
    const { section, height, width } = SIZES[reach.size]!
    const half = (reach.pressure ? reach.diameter : height) / 2
    const next = forest[one.down]!
    const line = one.pumped
      ? pumpedLine(site, one.pumped, reach, one.link.crossing)
      : [one.x, one.y, reach.invertFrom + half, next.x, next.y, reach.invertTo + half]
    const round = reach.pressure || section === 'circular'
    return ledger.tube({
      utility,
      from: shafts[i]!,
      to: shafts[one.down]!,
      line,
      ...(round ? { diameter: reach.pressure ? reach.diameter : height } : { width, height }),
      section: round ? 'circular' : 'box',
      material: materialOf(utility, reach, one.link.year),
      year: one.link.year,
      flow: reach.pressure ? 'pressure' : 'gravity',
      owner: OWNER[utility],
      street: one.link.name,
      attributes: {
        设计流量Lps: Math.round(reach.flow * 1000),
        ...(reach.pressure ? {} : { 满流能力Lps: Math.round(reach.capacity * 1000) }),
      },
    })
  })
  return { shafts, tubes }
}

/** A pressure pipe along a street, under the bed where it crosses a canal. */
function pumpedLine(site: Site, line: Point[], reach: Reach, crossing: boolean): number[] {
  const half = reach.diameter / 2
  const last = line.length - 1
  return line.flatMap(([x, y], k) => {
    if (k === 0) return [x, y, reach.invertFrom + half]
    if (k === last) return [x, y, reach.invertTo + half]
    return [x, y, crossing ? CANAL_BED - 1 - half : site.ground(x, y) - 1.2 - half]
  })
}

/** The nearest place of a line to a point, and the line's direction there. */
function onLine(line: Point[], { x, y }: { x: number; y: number }): [Point, number, number] {
  let best: [Point, number, number] = [line[0]!, 1, 0]
  let least = Infinity
  for (let i = 0; i + 1 < line.length; i++) {
    const [[ax, ay], [bx, by]] = [line[i]!, line[i + 1]!]
    const length = Math.hypot(bx - ax, by - ay) || 1
    const [ux, uy] = [(bx - ax) / length, (by - ay) / length]
    const s = Math.max(0, Math.min(length, (x - ax) * ux + (y - ay) * uy))
    const d = Math.hypot(ax + ux * s - x, ay + uy * s - y)
    if (d < least) [best, least] = [[[ax + ux * s, ay + uy * s], ux, uy], d]
  }
  return best
}

/** Gullies at the kerbs beside the manholes between two crossings, each with its pipe. */
function gullies(ledger: Ledger, site: Site, forest: Manhole[], shafts: Shaft[], design: Design): void {
  forest.forEach((one, i) => {
    const reach = design.reaches[i]
    // in small streets every third manhole has one
    if (!one.mid || one.down < 0 || !reach || reach.pressure || (one.link.widthM < 14 && i % 3 > 0)) return
    const { link } = one
    const [foot, ux, uy] = onLine(link.line, one)
    const [nx, ny] = [link.sense * uy, -link.sense * ux]
    const kerb = link.widthM / 2 - GULLY_M
    const sides = link.widthM >= 32 ? [-1, 1] : [((i >> 1) & 1) * 2 - 1]
    for (const side of sides) {
      const [x, y] = [foot[0] + nx * side * kerb, foot[1] + ny * side * kerb]
      const off = Math.hypot(x - one.x, y - one.y)
      const ground = site.ground(x, y)
      const start = round3(ground - 0.75 - 0.15)
      const end = round3(Math.min(start - 0.01 * off, design.ground[i]! - 0.9))
      // on a slope the kerb can lie below the sewer
      if (end - 0.15 < reach.invertFrom) continue
      const inlet = ledger.shaft({
        utility: 'storm',
        kind: 'inlet',
        x,
        y,
        top: ground,
        bottom: round3(start - 0.35),
        diameter: 0.5,
      })
      ledger.tube({
        utility: 'storm',
        from: inlet,
        to: shafts[i]!,
        line: [x, y, start, one.x, one.y, end],
        diameter: 0.3,
        section: 'circular',
        material: link.year >= 2004 ? 'HDPE双壁波纹管' : '混凝土',
        year: link.year,
        flow: 'gravity',
        owner: OWNER.storm,
        street: link.name,
        attributes: { 用途: '雨水口连接管' },
      })
    }
  })
}

/** The storm sewers. Returns its gravity pipes: what the foul sewers pass below. */
export function layStorm(site: Site, ledger: Ledger): Tube[] {
  const { streets } = site
  const forest = sewerForest(streets, { carries, offset: stormOffset, roots: stormRoots(site) })
  const rootFloor = (n: number) =>
    streets.bank[n]
      ? streets.bank[n] === 'canal'
        ? CANAL_BED - 0.2
        : -2.2
      : site.ground(streets.x[n]!, streets.y[n]!) - 2.6
  const design = designSewers(forest, {
    kind: 'storm',
    cover: COVER.storm,
    deepest: DEEPEST.storm,
    ground: site.ground,
    rootFloor,
  })
  const { shafts, tubes } = lay(ledger, site, 'storm', forest, design, (one, i) => ({
    utility: 'storm',
    kind: 'outfall',
    x: one.x,
    y: one.y,
    top: round3(Math.min(design.ground[i]!, design.floor[i]! + 2.5)),
    bottom: round3(design.floor[i]!),
    attributes: { 受纳水体: WHERE[streets.bank[one.root] ?? 'none'], 拍门: true },
  }))
  gullies(ledger, site, forest, shafts, design)
  return tubes.filter((one) => one !== null)
}

/** The height that a foul sewer must stay below so that it passes under the storm sewers which it crosses. */
function belowStorm(storm: Tube[]): (a: Manhole, b: Manhole, height: number, invert: number) => number {
  if (storm.length === 0) return () => Infinity
  const index = new Flatbush(storm.length)
  for (const { line, width, diameter } of storm) {
    const [x0, y0, x1, y1] = [line[0]!, line[1]!, line.at(-3)!, line.at(-2)!]
    const wide = outerHalf(width ?? diameter ?? 0) + 0.3
    index.add(Math.min(x0, x1) - wide, Math.min(y0, y1) - wide, Math.max(x0, x1) + wide, Math.max(y0, y1) + wide)
  }
  index.finish()
  return (a, b, height, invert) => {
    let top = Infinity
    for (const k of index.search(Math.min(a.x, b.x), Math.min(a.y, b.y), Math.max(a.x, b.x), Math.max(a.y, b.y))) {
      const { line, diameter, height: high, width } = storm[k]!
      const met = nearest([a.x, a.y, 0, b.x, b.y, 0], 0, line, 0, outerHalf(width ?? diameter ?? 0) + 0.3)
      if (!met) continue
      const middle = line[2]! + (line[5]! - line[2]!) * met[1]
      const half = outerHalf(diameter ?? high ?? 0)
      // well above it already: 0.15 m between the walls and the fall on the way there
      if (invert - 0.45 > middle + half) continue
      top = Math.min(top, middle - half - 0.2 - 1.1 * height)
    }
    return top
  }
}

/** The foul sewers, which it returns, to the works; groups that none can be reached from keep their own small works at the lowest place. */
export function layFoul(site: Site, ledger: Ledger, works: FoulWorks[], storm: Tube[]): Tube[] {
  const { streets } = site
  const roots = new Map<number, string>()
  for (const { name, at } of works) {
    let best = -1
    let least = 2500
    for (let n = 0; n < streets.x.length; n++) {
      const d = Math.hypot(streets.x[n]! - at[0], streets.y[n]! - at[1])
      if (d < least && streets.at[n]!.some((k) => carries(streets.links[k]!))) [best, least] = [n, d]
    }
    if (best >= 0) roots.set(best, name)
  }
  const all = groups(streets, () => true)
  const own = groups(streets, carries)
  const served = new Set([...roots.keys()].map((n) => all[n]!))
  for (let n = 0; n < streets.x.length; n++) {
    if (own[n]! < 0 || served.has(all[n]!)) continue
    served.add(all[n]!)
    roots.set(n, '小型污水处理站')
  }
  const forest = sewerForest(streets, { carries, offset: foulOffset, roots: new Set(roots.keys()), pumpedCost: 2.2 })
  // those under pressure give way themselves
  const below = belowStorm(storm.filter((one) => one.flow === 'gravity'))
  const design = designSewers(forest, {
    kind: 'foul',
    cover: COVER.foul,
    deepest: DEEPEST.foul,
    ground: site.ground,
    rootFloor: () => -Infinity,
    below: (a, b, height, invert) => {
      const limit = site.ground(a.x, a.y) - DEEPEST.foul + 0.8
      const top = below(a, b, height, invert)
      // too deep to pass under: lifted there, and over it under pressure
      return top < limit ? -Infinity : top
    },
  })
  const { tubes } = lay(ledger, site, 'foul', forest, design, (one, i) => ({
    utility: 'foul',
    kind: 'outfall',
    x: one.x,
    y: one.y,
    top: design.ground[i]!,
    bottom: round3(design.floor[i]! - 2),
    diameter: 8,
    name: roots.get(one.root) ?? '',
    attributes: { 用途: '污水处理厂进水泵房', 服务人口: Math.round(design.people[i]!) },
  }))
  return tubes.filter((one) => one !== null)
}
