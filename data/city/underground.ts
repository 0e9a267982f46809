/** What lies under the generated city: all networks, made once per plan. */
import { layPower, laySteam, layTelecom } from './pipes-cables.ts'
import { layGas } from './pipes-gas.ts'
import { type Ledger, makeLedger, type Tube } from './pipes-ledger.ts'
import { layFoul, layStorm } from './pipes-sewers.ts'
import { layTunnel } from './pipes-tunnel.ts'
import { layWater } from './pipes-water.ts'
import type { Plan } from './plan.ts'
import { CITY_SUPPLY, type Supply } from './supply.ts'
import { stepAside } from './under-dips.ts'
import { indexOf } from './under-meetings.ts'
import { type Site, siteOf } from './under-site.ts'

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
  const one = makeUnderground(siteOf(plan), CITY_SUPPLY)
  made.set(plan, one)
  return one
}

/** Lays all networks of a site. */
export function makeUnderground(site: Site, supply: Supply): Underground {
  const ledger = makeLedger(site.prefix)
  const mains = layWater(site, ledger, supply.waterWorks, supply.boosters, supply.tanks)
  const storm = layStorm(site, ledger)
  const foul = layFoul(site, ledger, supply.foulWorks, storm)
  layGas(site, ledger, supply.gasAvenues, supply.gasGates)
  layPower(site, ledger, supply.substations, supply.gasAvenues)
  layTelecom(site, ledger, supply.exchanges, mains)
  if (supply.tunnel) layTunnel(site, ledger, supply.tunnel, [...storm, ...foul])
  if (supply.steam) laySteam(site, ledger, supply.steam.from, supply.steam.to, supply.gasAvenues)
  giveWay(site, ledger)
  return { site, ledger }
}

/** Who gives way to whom: sewers that fall by themselves and the tunnel to none, the others in turn to all that came before. */
function giveWay(site: Site, ledger: Ledger): void {
  const inTunnel = (one: Tube) => one.attributes?.管廊 === true
  const pumped = (one: Tube) => (one.utility === 'storm' || one.utility === 'foul') && one.flow === 'pressure'
  const turns: ((one: Tube) => boolean)[] = [
    pumped,
    ...(['industrial', 'water', 'gas', 'power', 'telecom'] as const).map(
      (utility) => (one: Tube) => one.utility === utility && !inTunnel(one),
    ),
  ]
  const settled = ledger.tubes.filter((one) => !turns.some((has) => has(one)) && !inTunnel(one))
  const held = new Set(ledger.tubes.filter(inTunnel).flatMap(({ from, to }) => [from, to]))
  const waiting = turns.map((has) => ledger.tubes.filter(has))
  const pieces = indexOf([...settled, ...waiting.flat()])
  const later = new Set(waiting.flat())
  for (const movers of waiting) {
    for (const one of movers) later.delete(one)
    stepAside(site, movers, pieces, later, held)
  }
}
