/** What lies under the generated city: all networks, made once per plan. */
import type { Point } from './frame.ts'
import { type Ledger, makeLedger, OWNER, type Shaft, type Utility } from './pipes-ledger.ts'
import type { Plan } from './plan.ts'
import { lineAlong, placeAt } from './under-place.ts'
import { type Site, siteOf } from './under-site.ts'
import type { StreetLink } from './under-streets.ts'

/** The underground of a site. */
export interface Underground {
  site: Site
  ledger: Ledger
}

const made = new WeakMap<Plan, Underground>()

/** The underground of a plan; the same object each time. */
export function undergroundOf(plan: Plan): Underground {
  const had = made.get(plan)
  if (had) return had
  const one = makeUnderground(siteOf(plan))
  made.set(plan, one)
  return one
}

/** Lays all networks of a site. */
export function makeUnderground(site: Site): Underground {
  const ledger = makeLedger(site.prefix)
  layMains(
    site,
    ledger,
    'water',
    () => true,
    (link) => -link.widthM / 2 - 0.1,
    1.5,
    0.3,
  )
  layMains(
    site,
    ledger,
    'storm',
    (link) => link.built && !link.crossing,
    (link) => -Math.max(1.1, 0.17 * link.widthM),
    2.2,
    0.6,
  )
  layMains(
    site,
    ledger,
    'foul',
    (link) => link.built && !link.crossing,
    (link) => Math.max(1.1, 0.17 * link.widthM),
    3,
    0.4,
  )
  return { site, ledger }
}

function layMains(
  site: Site,
  ledger: Ledger,
  utility: Utility,
  carries: (link: StreetLink) => boolean,
  offset: (link: StreetLink) => number,
  depth: number,
  diameter: number,
): void {
  const { streets, ground } = site
  const nodes = new Map<number, Shaft>()
  const node = (n: number): Shaft => {
    const had = nodes.get(n)
    if (had) return had
    const links = streets.at[n]!.map((k) => streets.links[k]!).filter(carries)
    const [x, y] = placeAt(streets, n, links, offset)
    const z = ground(x, y)
    const buried = utility === 'water'
    const one = ledger.shaft({
      utility,
      kind: buried ? 'junction' : 'manhole',
      x,
      y,
      top: buried ? z - depth : z,
      bottom: z - depth - (buried ? 0 : diameter / 2),
    })
    nodes.set(n, one)
    return one
  }
  for (const link of streets.links) {
    if (!carries(link)) continue
    const [from, to] = [node(link.a), node(link.b)]
    const line: Point[] = lineAlong(link, offset(link), [from.x, from.y], [to.x, to.y])
    ledger.tube({
      utility,
      from,
      to,
      line: line.flatMap(([x, y]) => [x, y, ground(x, y) - depth]),
      diameter,
      section: 'circular',
      material: '球墨铸铁',
      year: link.year,
      flow: utility === 'water' ? 'pressure' : 'gravity',
      owner: OWNER[utility],
      street: link.name,
    })
  }
}
