/** Power and telecom: ducts with chambers, cabinets and transformers beside them, substations and exchanges; one line of steam for industry. */

import { gasLevel, gasSize } from './pipes-gas.ts'
import { type Ledger, OWNER, type Shaft, type Utility } from './pipes-ledger.ts'
import { layLines } from './pipes-lines.ts'
import { shortest } from './sewers-tree.ts'
import type { Station } from './supply.ts'
import { joined } from './under-groups.ts'
import { powerOffset, steamOffset, telecomOffset } from './under-lanes.ts'
import type { Offset } from './under-place.ts'
import type { Site } from './under-site.ts'
import type { StreetLink, Streets } from './under-streets.ts'

/** Widths of the ducts. */
const powerWidth = (link: StreetLink) => (link.widthM >= 28 ? 0.7 : 0.45)
const telecomWidth = (link: StreetLink) => (link.widthM >= 28 ? 0.5 : 0.35)
const powerLane =
  (avenues: readonly string[]): Offset =>
  (link) => {
    const level = gasLevel(link, avenues)
    return powerOffset(link, level, gasSize(link, level), powerWidth(link))
  }

const carriesIn = (streets: Streets) =>
  joined(
    streets,
    (link) => link.supply === 'full' && !link.crossing && link.widthM >= 14,
    (link) => link.widthM >= 14,
  )

/** A stub from a node to something that stands beside it, seen along the street from `other`. */
function beside(
  site: Site,
  ledger: Ledger,
  utility: Utility,
  node: Shaft,
  to: { dx: number; dy: number; kind: string; name?: string; attributes?: Record<string, string | number> },
  size: { diameter: number; material: string; year: number; pressure?: string; cover: number },
): Shaft {
  const [x, y] = [node.x + to.dx, node.y + to.dy]
  const ground = site.ground(x, y)
  const { cover, ...pipe } = size
  const axis = (g: number) => g - cover - pipe.diameter / 2
  const made = ledger.shaft({
    utility,
    kind: to.kind,
    x,
    y,
    top: ground + (to.kind === 'cabinet' ? 1.2 : 2),
    bottom: ground - cover - 0.3,
    ...(to.name ? { name: to.name } : {}),
    ...(to.attributes ? { attributes: to.attributes } : {}),
  })
  const line = [node.x, node.y, axis(site.ground(node.x, node.y)), x, y, axis(ground)]
  ledger.tube({
    utility,
    from: node,
    to: made,
    line,
    section: 'circular',
    flow: '',
    owner: OWNER[utility],
    street: '',
    ...pipe,
  })
  return made
}

/** The way from the streets' middle to a node and on, away from all that lies in them; length 1. */
function outward({ x, y }: Streets, n: number, node: Shaft): [number, number] {
  const [dx, dy] = [node.x - x[n]!, node.y - y[n]!]
  const far = Math.hypot(dx, dy) || 1
  return [dx / far, dy / far]
}

/** Hangs stations on their nearest nodes. */
function stations(
  site: Site,
  ledger: Ledger,
  utility: Utility,
  nodes: Map<number, Shaft>,
  list: Station[],
  kind: string,
): void {
  for (const { name, at } of list) {
    let end: Shaft | null = null
    let least = 3000
    for (const one of nodes.values()) {
      const d = Math.hypot(one.x - at[0], one.y - at[1])
      if (d < least) [end, least] = [one, d]
    }
    if (!end) continue
    const share = Math.min(1, 35 / (least || 1))
    const to = { dx: (at[0] - end.x) * share, dy: (at[1] - end.y) * share, kind, name }
    beside(site, ledger, utility, end, to, { diameter: 0.2, material: 'MPP', year: 2008, cover: 0.57 })
  }
}

/** Lays power: ducts of 10 kV, ring main units at crossings of main streets, a transformer for the houses of each street. */
export function layPower(site: Site, ledger: Ledger, substations: Station[], avenues: readonly string[]): void {
  const { streets } = site
  const carries = carriesIn(streets)
  const nodes = layLines(site, ledger, {
    utility: 'power',
    carries,
    offset: powerLane(avenues),
    cover: 0.57,
    spacing: 110,
    shaft: { kind: 'chamber', depth: 1.5, diameter: 1.6 },
    make: (link) => ({
      width: powerWidth(link),
      height: 0.16,
      material: link.year < 2003 ? 'CPVC' : 'MPP',
      pressure: '10kV',
      flow: '',
      attributes: { 电压: '10kV', 孔数: link.widthM >= 28 ? 8 : 4 },
    }),
  })
  stations(site, ledger, 'power', nodes, substations, 'transformer')
  for (const [n, node] of nodes) {
    const out = outward(streets, n, node)
    const links = streets.at[n]!.map((k) => streets.links[k]!)
    const main = links.filter((link) => carries(link) && link.widthM >= 22).length
    if (main >= 3)
      beside(
        site,
        ledger,
        'power',
        node,
        { dx: out[0] * 1.7, dy: out[1] * 1.7, kind: 'cabinet', name: '环网柜', attributes: { 电压: '10kV' } },
        { diameter: 0.15, material: 'MPP', year: 2012, pressure: '10kV', cover: 0.57 },
      )
    const people = links.reduce((sum, link) => sum + (link.supply === 'full' ? link.people / 2 : 0), 0)
    if (people > 60)
      beside(
        site,
        ledger,
        'power',
        node,
        {
          dx: out[0] * 2,
          dy: out[1] * 2,
          kind: 'transformer',
          name: '箱式变压器',
          attributes: { 容量kVA: people > 400 ? 1000 : 630 },
        },
        { diameter: 0.1, material: 'MPP', year: 2010, pressure: '0.4kV', cover: 0.57 },
      )
  }
}

/** Lays telecom: ducts with handholes, cross-connect cabinets at crossings. */
export function layTelecom(site: Site, ledger: Ledger, exchanges: Station[], mains: Float64Array): void {
  const { streets } = site
  const carries = carriesIn(streets)
  const nodes = layLines(site, ledger, {
    utility: 'telecom',
    carries,
    offset: (link) => telecomOffset(link, mains[link.index]!, telecomWidth(link)),
    cover: 0.55,
    spacing: 110,
    shaft: { kind: 'chamber', depth: 1.1, diameter: 1 },
    make: (link) => ({
      width: telecomWidth(link),
      height: 0.12,
      material: link.year < 2000 ? '混凝土' : 'PVC',
      flow: '',
      attributes: { 孔数: link.widthM >= 28 ? 12 : 6 },
    }),
  })
  stations(site, ledger, 'telecom', nodes, exchanges, 'cabinet')
  for (const [n, node] of nodes) {
    if (streets.at[n]!.length < 3 || node.id.charCodeAt(node.id.length - 1) % 2) continue
    const [dx, dy] = outward(streets, n, node)
    const to = { dx: dx * 1.5, dy: dy * 1.5, kind: 'cabinet', name: '光缆交接箱' }
    beside(site, ledger, 'telecom', node, to, { diameter: 0.1, material: 'PVC', year: 2011, cover: 0.55 })
  }
}

/** One line of steam from the power station by the river to the works that use it; houses have no heating network this far south. */
export function laySteam(
  site: Site,
  ledger: Ledger,
  from: readonly [number, number],
  to: readonly [number, number],
  avenues: readonly string[],
): void {
  const { streets } = site
  const usable = (link: StreetLink) => link.widthM >= 14 && link.supply !== 'way'
  const nearest = (p: readonly [number, number]) => {
    let best = 0
    let least = Infinity
    for (let n = 0; n < streets.x.length; n++) {
      const d = Math.hypot(streets.x[n]! - p[0], streets.y[n]! - p[1])
      if (d < least && streets.at[n]!.some((k) => usable(streets.links[k]!))) [best, least] = [n, d]
    }
    return best
  }
  const { by } = shortest(streets, [nearest(from)], (link) => (usable(link) ? link.length : Infinity))
  const path = new Set<number>()
  for (let n = nearest(to); by[n]! >= 0; ) {
    const link = streets.links[by[n]!]!
    path.add(link.index)
    n = link.a === n ? link.b : link.a
  }
  layLines(site, ledger, {
    utility: 'industrial',
    carries: (link) => path.has(link.index),
    offset: (link) => steamOffset(link, powerLane(avenues)(link), powerWidth(link)),
    cover: 1,
    spacing: 150,
    shaft: { kind: 'chamber', depth: 2, diameter: 2 },
    make: () => ({ diameter: 0.4, material: '钢', flow: 'pressure', attributes: { 介质: '蒸汽', 外护管mm: 720 } }),
  })
}
