/** The gas network: high pressure in a few avenues, medium in the streets, low in the small ones, regulators where they meet. */
import { type Ledger, OWNER, type Shaft } from './pipes-ledger.ts'
import { layLines } from './pipes-lines.ts'
import { joined } from './under-groups.ts'
import type { Offset } from './under-place.ts'
import type { Site } from './under-site.ts'
import { odd, type StreetLink } from './under-streets.ts'

/** In the footway on the right; in a few streets too near the power ducts. */
export const gasOffset: Offset = (link) => link.widthM / 2 + 0.4 + (odd(link, 61) ? 1 : 0)
const CLASSES = ['low', 'medium', 'high'] as const
const NAMES = { low: '低压', medium: '中压', high: '次高压' }

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
  const level = (link: StreetLink) => (avenues.includes(link.name) ? 2 : link.widthM >= 14 ? 1 : 0)
  const best = new Int8Array(streets.x.length).fill(-1)
  for (const link of streets.links) {
    if (!carries(link)) continue
    for (const n of [link.a, link.b]) best[n] = Math.max(best[n]!, level(link))
  }
  const nodes = layLines(site, ledger, {
    utility: 'gas',
    carries,
    offset: gasOffset,
    cover: 0.92,
    spacing: null,
    shaft: null,
    make: (link) => {
      const at = level(link)
      const steel = at === 2 || (at === 1 && link.year < 2002)
      return {
        diameter: at === 2 ? 0.3 : at === 1 ? (link.widthM >= 28 ? 0.25 : link.widthM >= 22 ? 0.2 : 0.16) : 0.11,
        material: steel ? '钢' : 'PE',
        pressure: CLASSES[at],
        flow: 'pressure',
        attributes: { 压力级别: NAMES[CLASSES[at]] },
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
