/** The gas network: high pressure in a few avenues, medium in the streets, low in the small ones, regulators where they meet. */
import { type Ledger, OWNER, type Shaft } from './pipes-ledger.ts'
import { layLines } from './pipes-lines.ts'
import { joined } from './under-groups.ts'
import { gasAstray, gasOffset, TOO_NEAR } from './under-lanes.ts'
import type { Site } from './under-site.ts'
import type { StreetLink } from './under-streets.ts'

const CLASSES = ['low', 'medium', 'high'] as const
const NAMES = { low: '低压', medium: '中压', high: '次高压' }

/** Pressure of the gas in a street: 0 low, 1 medium, 2 high. @param avenues names of the streets with high pressure */
export const gasLevel = (link: StreetLink, avenues: readonly string[]): 0 | 1 | 2 =>
  avenues.includes(link.name) ? 2 : link.widthM >= 14 ? 1 : 0
/** Inner diameter of the gas pipe in a street. */
export const gasSize = ({ widthM }: StreetLink, level: number): number =>
  level === 2 ? 0.3 : level === 0 ? 0.11 : widthM >= 28 ? 0.25 : widthM >= 22 ? 0.2 : 0.16

/** Lays the gas network. @param avenues names of the streets with high pressure; @param gates where it comes in */
export function layGas(
  site: Site,
  ledger: Ledger,
  avenues: readonly string[],
  gates: { name: string; at: readonly [number, number] }[],
): void {
  const { streets } = site
  const carries = joined(
    streets,
    (link) => link.supply === 'full' && !link.crossing && link.widthM >= 6,
    (link) => link.widthM >= 14,
  )
  const level = (link: StreetLink) => gasLevel(link, avenues)
  const best = new Int8Array(streets.x.length).fill(-1)
  for (const link of streets.links) {
    if (!carries(link)) continue
    for (const n of [link.a, link.b]) best[n] = Math.max(best[n]!, level(link))
  }
  const nodes = layLines(site, ledger, {
    utility: 'gas',
    carries,
    offset: (link) => gasOffset(link, level(link), gasSize(link, level(link))),
    astray: gasAstray,
    cover: 1.28,
    spacing: null,
    shaft: null,
    make: (link) => {
      const at = level(link)
      const steel = at === 2 || (at === 1 && link.year < 2002)
      return {
        diameter: gasSize(link, at),
        material: steel ? '钢' : 'PE',
        pressure: CLASSES[at],
        flow: 'pressure',
        attributes: { 压力级别: NAMES[CLASSES[at]], ...(gasAstray(link) ? TOO_NEAR : {}) },
      }
    },
    fitting: (link, end) => {
      const [at, top] = [level(link), best[end]!]
      if (top > at)
        return {
          kind: 'regulator',
          name: at === 1 ? '区域调压站' : '调压箱',
          attributes: { 进口压力: NAMES[CLASSES[top]!], 出口压力: NAMES[CLASSES[at]] },
        }
      return end === link.a && at > 0 ? { kind: 'valve' } : null
    },
  })
  for (const gate of gates) layGate(site, ledger, nodes, gate)
}

/** A gate station beside the nearest node. */
function layGate(
  site: Site,
  ledger: Ledger,
  nodes: Map<number, Shaft>,
  gate: { name: string; at: readonly [number, number] },
): void {
  let end: Shaft | null = null
  let least = 4000
  for (const one of nodes.values()) {
    const d = Math.hypot(one.x - gate.at[0], one.y - gate.at[1])
    if (d < least) [end, least] = [one, d]
  }
  if (!end) return
  const far = least || 1
  const step = Math.min(40, far)
  const x = end.x + ((gate.at[0] - end.x) / far) * step
  const y = end.y + ((gate.at[1] - end.y) / far) * step
  const z = site.ground(x, y)
  const station = ledger.shaft({ utility: 'gas', kind: 'regulator', x, y, top: z, bottom: z - 1, name: gate.name })
  ledger.tube({
    utility: 'gas',
    from: station,
    to: end,
    line: [x, y, z - 1, end.x, end.y, end.top],
    diameter: 0.3,
    section: 'circular',
    material: '钢',
    year: 2009,
    flow: 'pressure',
    pressure: 'high',
    owner: OWNER.gas,
    street: '',
  })
}
