/** The water network: loops in all streets, valves at both ends of each block's side, hydrants, works, boosters and tanks on hills. */
import type { Point } from './frame.ts'
import { type Ledger, OWNER, type Shaft } from './pipes-ledger.ts'
import { lengthOf } from './polygon.ts'
import type { Booster, TankPlan, WaterWorks } from './supply.ts'
import { grounded, underBed } from './under-depth.ts'
import { laneMains, shallow, TOO_NEAR, TOO_SHALLOW, waterAstray, waterOffset } from './under-lanes.ts'
import { clearOf, cornerAt, lineAlong } from './under-place.ts'
import type { Site } from './under-site.ts'
import { partOf, type StreetLink } from './under-streets.ts'
import { mainSizes } from './water-size.ts'

const carries = (link: StreetLink) => link.supply !== 'way'
const HYDRANT_M = 115
const SHORT_M = 8
const round4 = (v: number) => Math.round(v * 10000) / 10000

/** Depth of the axis of a main: its crown at 1.04 m, so that power ducts pass over it. */
const axisDepth = (d: number): number => 1.04 + d / 2

function materialOf(d: number, year: number): string {
  if (d >= 0.8) return '钢'
  if (d >= 0.2) return year < 1993 ? '灰口铸铁' : '球墨铸铁'
  return year < 1996 ? '镀锌钢' : 'PE'
}

/** What is being laid. */
interface Work {
  site: Site
  ledger: Ledger
  /** inner diameter of each link, NaN where no water is */
  sizes: Float64Array
  /** the widest main of the street of each link */
  lanes: Float64Array
  junctions: Map<number, Shaft>
  laid(link: StreetLink): boolean
}

function junction(work: Work, n: number): Shaft {
  const had = work.junctions.get(n)
  if (had) return had
  const { streets, ground } = work.site
  const links = streets.at[n]!.map((k) => streets.links[k]!).filter(work.laid)
  const [x, y] = cornerAt(streets, n, links, (link) => waterOffset(link, work.lanes[link.index]!))
  const widest = Math.max(...links.map((link) => work.sizes[link.index]!))
  const need = links.reduce((sum, link) => sum + link.waterLps / 2, 0)
  const people = links.reduce((sum, link) => sum + link.people / 2, 0)
  const z = ground(x, y) - axisDepth(widest)
  const made = work.ledger.shaft({
    utility: 'water',
    kind: 'junction',
    x,
    y,
    top: z,
    bottom: z,
    attributes: { demandLps: round4(need), 服务人口: Math.round(people) },
  })
  work.junctions.set(n, made)
  return made
}

type Fitting = { s: number; kind: 'valve' | 'hydrant' | 'pump'; closed?: boolean; booster?: Booster }

/** Valves near the ends, hydrants between. */
function fittings(
  link: StreetLink,
  length: number,
  [inset, outset]: [number, number],
  shut: boolean,
  booster: Booster | undefined,
): Fitting[] {
  const out: Fitting[] = []
  // a street between two halves of a crossing
  if (length < SHORT_M && !shut && !booster) return out
  out.push({ s: inset, kind: 'valve', closed: shut })
  if (booster) out.push({ s: length / 2, kind: 'pump', booster })
  else if (link.supply === 'full' && !link.crossing && length > 60 && length - inset - outset > 4) {
    const n = Math.max(1, Math.ceil(length / HYDRANT_M))
    for (let k = 0; k < n; k++) {
      const s = (length * (k + 0.5)) / n
      out.push({ s: Math.min(length - outset - 2, Math.max(inset + 2, s)), kind: 'hydrant' })
    }
  }
  if (length > 200 || (length > 60 && link.supply === 'full' && link.widthM >= 22))
    out.push({ s: length - outset, kind: 'valve' })
  return out
}

/** A link's main with its fittings, from junction to junction. */
function layLink(work: Work, link: StreetLink, shut: boolean, booster: Booster | undefined, flow: number): void {
  const { site, ledger, sizes } = work
  const [from, to] = [junction(work, link.a), junction(work, link.b)]
  const lane = (one: StreetLink) => waterOffset(one, work.lanes[one.index]!)
  const line = lineAlong(site.streets, link, lane, [from.x, from.y], [to.x, to.y], -waterAstray(link))
  const length = lengthOf(line)
  const d = sizes[link.index]!
  const depth = shallow(link) ? d / 2 + 0.5 : axisDepth(d)
  const z = ([x, y]: Point) => site.ground(x, y) - depth
  let before = from
  let s = 0
  const run = (next: Shaft, end: number) => {
    const part = partOf(line, s, end)
    if (part.length < 2) part.splice(0, part.length, [before.x, before.y], [next.x, next.y])
    part[0] = [before.x, before.y]
    part[part.length - 1] = [next.x, next.y]
    const flat =
      link.crossing && end - s > 12 ? underBed(part, before.top, next.top, d) : grounded(part, before.top, next.top, z)
    ledger.tube({
      utility: 'water',
      from: before,
      to: next,
      line: flat,
      diameter: d,
      section: 'circular',
      material: link.crossing ? '钢' : materialOf(d, link.year),
      year: link.year,
      flow: 'pressure',
      owner: OWNER.water,
      street: link.name,
      ...(waterAstray(link) || shallow(link) ? { attributes: waterAstray(link) ? TOO_NEAR : TOO_SHALLOW } : {}),
    })
    before = next
    s = end
  }
  const { streets } = site
  const clear = (n: number) => Math.min(clearOf(streets, link, n, line, 7), 0.4 * length)
  for (const one of fittings(link, length, [clear(link.a), clear(link.b)], shut, booster)) {
    const [x, y] = partOf(line, one.s, length)[0] ?? line[0]!
    const axis = z([x, y])
    const shaft: Omit<Shaft, 'id'> = { utility: 'water', kind: one.kind, x, y, top: axis, bottom: axis, diameter: d }
    if (one.closed) shaft.closed = true
    if (one.kind === 'hydrant') shaft.diameter = 0.1
    if (one.booster) {
      shaft.name = one.booster.name
      shaft.attributes = { headM: one.booster.headM, flowLps: Math.ceil(Math.max(0.02, flow) * 1150) }
    }
    run(ledger.shaft(shaft), one.s)
  }
  run(to, length)
}

/** The street node nearest to a place that has water. */
function nearestNode(site: Site, at: Point, laid: (link: StreetLink) => boolean): number {
  const { streets } = site
  let best = -1
  let least = Infinity
  for (let n = 0; n < streets.x.length; n++) {
    const d = Math.hypot(streets.x[n]! - at[0], streets.y[n]! - at[1])
    if (d < least && streets.at[n]!.some((k) => laid(streets.links[k]!))) [best, least] = [n, d]
  }
  return best
}

/** A works: clear-water tank, pumping station, main to the street. */
function layWorks(work: Work, works: WaterWorks, n: number, flow: number): void {
  const { ledger, site } = work
  const end = junction(work, n)
  const [dx, dy] = [works.at[0] - end.x, works.at[1] - end.y]
  const far = Math.hypot(dx, dy) || 1
  const step = Math.min(70, Math.max(30, far))
  const p = (m: number): Point => [end.x + (dx / far) * m, end.y + (dy / far) * m]
  const [px, py] = p(step / 2)
  const [rx, ry] = p(step)
  const ground = site.ground(px, py)
  const axis = ground - 1.6
  const pump = ledger.shaft({
    utility: 'water',
    kind: 'pump',
    x: px,
    y: py,
    top: axis,
    bottom: axis,
    name: `${works.name}送水泵房`,
    attributes: { headM: works.headM, flowLps: Math.ceil(flow * 1150) },
  })
  const level = site.ground(rx, ry) + 1.5
  const tank = ledger.shaft({
    utility: 'water',
    kind: 'reservoir',
    x: rx,
    y: ry,
    top: level,
    bottom: level - 4.5,
    diameter: 40,
    name: `${works.name}清水池`,
  })
  const tube = (from: Shaft, to: Shaft, line: number[]) =>
    ledger.tube({
      utility: 'water',
      from,
      to,
      line,
      diameter: flow > 0.9 ? 1.2 : 0.8,
      section: 'circular',
      material: '钢',
      year: 2004,
      flow: 'pressure',
      owner: OWNER.water,
      street: '',
    })
  tube(tank, pump, [rx, ry, axis, px, py, axis])
  tube(pump, end, [px, py, axis, end.x, end.y, end.top])
}

/** A tank where the hillside is high enough, and its main straight down to the street. */
function layTank(work: Work, plan: TankPlan): void {
  const { ledger, site } = work
  const n = nearestNode(site, plan.hill, work.laid)
  if (n < 0) return
  const end = junction(work, n)
  const [dx, dy] = [plan.hill[0] - end.x, plan.hill[1] - end.y]
  const far = Math.hypot(dx, dy)
  const p = (m: number): Point => [end.x + (dx / far) * m, end.y + (dy / far) * m]
  let m = 0
  while (m < far && site.ground(...p(m)) < plan.groundM) m += 5
  if (m >= far || m > 1500) return
  const [x, y] = p(m)
  const floor = site.ground(x, y) - 0.5
  const tank = ledger.shaft({
    utility: 'water',
    kind: 'tank',
    x,
    y,
    top: floor + 5,
    bottom: floor,
    diameter: 26,
    name: plan.name,
    attributes: { levelM: 3.2, leastM: 0.5, mostM: 4.6 },
  })
  const valve = p(Math.min(8, m / 4))
  const at = ledger.shaft({
    utility: 'water',
    kind: 'valve',
    x: valve[0],
    y: valve[1],
    top: site.ground(...valve) - 1.3,
    bottom: site.ground(...valve) - 1.3,
    diameter: 0.5,
  })
  const main = { utility: 'water' as const, diameter: 0.5, section: 'circular' as const, material: '钢', year: 2006 }
  const rest = { flow: 'pressure' as const, owner: OWNER.water, street: '' }
  ledger.tube({ ...main, ...rest, from: end, to: at, line: [end.x, end.y, end.top, at.x, at.y, at.top] })
  const line: number[] = [at.x, at.y, at.top]
  const start = Math.min(8, m / 4)
  const steps = Math.max(2, Math.ceil((m - start) / 20))
  for (let k = 1; k < steps; k++) {
    const [px, py] = p(start + ((m - start) * k) / steps)
    line.push(px, py, site.ground(px, py) - 1.4)
  }
  ledger.tube({ ...main, ...rest, from: at, to: tank, line: [...line, x, y, floor - 0.3] })
}

/** Which links are shut between two pressure zones, and which have the boosters. */
function zoneBorder(site: Site, boosters: Booster[]): { shut: Set<number>; pumps: Map<number, Booster> } {
  const shut = new Set<number>()
  const pumps = new Map<number, Booster>()
  if (boosters.length === 0) return { shut, pumps }
  const { streets } = site
  const border = boosters[0]!.at[0]
  const crossing = streets.links.filter(
    (link) => carries(link) && streets.x[link.a]! < border !== streets.x[link.b]! < border && streets.y[link.a]! < 3800,
  )
  for (const link of crossing) shut.add(link.index)
  for (const one of boosters) {
    const near = crossing
      .filter((link) => !link.crossing && link.length > 50 && !pumps.has(link.index))
      .sort((p, q) => Math.abs(p.line[0]![1] - one.at[1]) - Math.abs(q.line[0]![1] - one.at[1]))[0]
    if (!near) continue
    pumps.set(near.index, one)
    shut.delete(near.index)
  }
  return { shut, pumps }
}

/** Lays the water network; links that no works reaches get none. Returns the widest main of each link's street. */
export function layWater(
  site: Site,
  ledger: Ledger,
  works: WaterWorks[],
  boosters: Booster[],
  tanks: TankPlan[],
): Float64Array {
  const { streets } = site
  const { shut, pumps } = zoneBorder(site, boosters)
  const starts = works.map((one) => nearestNode(site, one.at, (link) => carries(link) && !link.crossing))
  const { sizes, flow } = mainSizes(streets, starts, (link) => carries(link) && !shut.has(link.index))
  for (const k of shut) {
    const link = streets.links[k]!
    const known = [link.a, link.b].every((n) => streets.at[n]!.some((other) => !Number.isNaN(sizes[other]!)))
    if (known) sizes[k] = 0.3
  }
  const laid = (link: StreetLink) => !Number.isNaN(sizes[link.index]!)
  const lanes = laneMains(streets, sizes)
  const work: Work = { site, ledger, sizes, lanes, junctions: new Map(), laid }
  for (const link of streets.links) {
    if (!laid(link)) continue
    const booster = pumps.get(link.index)
    // pumps lift from west to east: a pipe's direction is the pump's
    if (booster && streets.x[link.a]! > streets.x[link.b]!) turn(link)
    layLink(work, link, shut.has(link.index), booster, flow[link.b]!)
  }
  works.forEach((one, i) => {
    if (starts[i]! >= 0) layWorks(work, one, starts[i]!, flow[starts[i]!]!)
  })
  for (const one of tanks) layTank(work, one)
  return lanes
}

/** Turns a link round. */
function turn(link: StreetLink): void {
  const { a, b } = link
  link.a = b
  link.b = a
  link.line = link.line.toReversed()
  link.sense = link.sense === 1 ? -1 : 1
}
