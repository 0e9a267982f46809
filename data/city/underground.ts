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
  layWater(site, ledger, supply.waterWorks, supply.boosters, supply.tanks)
  const storm = layStorm(site, ledger)
  const foul = layFoul(site, ledger, supply.foulWorks, storm)
  layGas(site, ledger, supply.gasAvenues, supply.gasGates)
  layPower(site, ledger, supply.substations)
  layTelecom(site, ledger, supply.exchanges)
  if (supply.tunnel) layTunnel(site, ledger, supply.tunnel, [...storm, ...foul])
  if (supply.steam) laySteam(site, ledger, supply.steam.from, supply.steam.to)
  giveWay(site, ledger)
  return { site, ledger }
}

/** Who gives way to whom: sewers and the tunnel to none, water to them, gas to all of these. */
function giveWay(site: Site, ledger: Ledger): void {
  const own = (...utilities: string[]) => ledger.tubes.filter((one) => utilities.includes(one.utility))
  const inTunnel = (one: Tube) => one.attributes?.管廊 === true || one.attributes?.用途 === '管廊出线'
  const sewers = own('storm', 'foul', 'tunnel', 'industrial')
  const water = own('water').filter((one) => !inTunnel(one))
  stepAside(site, water, sewers)
  stepAside(site, own('gas'), [...sewers, ...water])
}
