/** Momentum of each reach: the discharge at the end of a step as a linear function of the two heads. */
import { GRAVITY } from '../engine.ts'
import { areaAt, type CrossSection, criticalDepth, normalDepth, radiusAt, surface } from './cross-section.ts'
import type { Network } from './network.ts'

/** Discharge of a step: `constant + slope (takesFrom headFrom - takesTo headTo)`, m³/s. */
export interface FlowLaw {
  constant: Float64Array
  slope: Float64Array
  /** 1 where the head at that end counts, 0 where the water falls freely */
  takesFrom: Uint8Array
  takesTo: Uint8Array
  /** area the velocity is of, m², all barrels */
  area: Float64Array
}

/** Arrays for the law of each reach. */
export function flowLaw(count: number): FlowLaw {
  return {
    constant: new Float64Array(count),
    slope: new Float64Array(count),
    takesFrom: new Uint8Array(count),
    takesTo: new Uint8Array(count),
    area: new Float64Array(count),
  }
}

/** Friction over velocity, 1/s: Manning; Hazen-Williams or Darcy-Weisbach in a full force main. */
function friction(gn2: number, forceMain: number, full: boolean, speed: number, radius: number): number {
  if (full && forceMain > 0) {
    return (GRAVITY * speed ** 0.852) / ((0.849 * forceMain) ** 1.852 * radius ** 1.1667)
  }
  if (full && forceMain < 0) {
    const reynolds = Math.max(2000, (4 * radius * speed) / 1.1e-6)
    const factor = 0.25 / Math.log10(-forceMain / (14.8 * radius) + 5.74 / reynolds ** 0.9) ** 2
    return (factor * speed) / (8 * radius)
  }
  return (gn2 * speed) / Math.max(radius * Math.cbrt(radius), 1e-12)
}

/** Share of the mean area in the area that counts: all in calm flow, none in shooting flow (then that upstream). */
function calmness(section: CrossSection, area: number, width: number, speed: number, depth: number): number {
  if (!section.open && depth >= section.fullDepth) return 1
  if (!(area > 0)) return 1
  const froude = speed / Math.sqrt((GRAVITY * area) / Math.max(width, section.slot))
  return froude <= 0.5 ? 1 : froude >= 1 ? 0 : 2 * (1 - froude)
}

/** What the momentum step reads. */
export interface MomentumState {
  head: Float64Array
  velocity: Float64Array
  flow: Float64Array
}

/**
 * Laws of all reaches for a step: pressure and friction implicit, momentum carried through joints upwind.
 *
 * @param hanging per reach: bit 1 the lower end may lie above its node's water, bit 0 the upper one
 * @see Casulli & Stelling 2013, A semi-implicit numerical model for urban drainage systems
 */
export function prepareFlows(
  network: Network,
  state: MomentumState,
  sections: readonly CrossSection[],
  hanging: Uint8Array,
  dt: number,
  law: FlowLaw,
): void {
  const { reaches, conduits } = network
  const { head, velocity, flow } = state
  for (let r = 0; r < reaches.count; r++) {
    const section = sections[r]!
    const conduit = conduits[reaches.conduit[r]!]!
    const [za, zb] = [reaches.fromInvert[r]!, reaches.toInvert[r]!]
    const ha = Math.max(head[reaches.from[r]!]!, za)
    const hb = Math.max(head[reaches.to[r]!]!, zb)
    let u = velocity[r]!
    if ((u > 0 && ha <= za) || (u < 0 && hb <= zb)) u = 0
    const forward = u > 0 || (u === 0 && ha >= hb)
    const [zu, zd, hu, hd] = forward ? [za, zb, ha, hb] : [zb, za, hb, ha]
    law.constant[r] = 0
    law.slope[r] = 0
    law.area[r] = 0
    law.takesFrom[r] = 1
    law.takesTo[r] = 1
    const depthUp = hu - zu
    if (!(depthUp > 0) || (conduit.flap && !forward)) continue
    const length = reaches.length[r]!
    let depthDown = hd - zd
    let headDown = hd
    // an end that hangs free lets the water fall at its critical or, if less, its uniform depth
    if (depthDown < depthUp && hanging[r]! & (forward ? 2 : 1)) {
      const q = Math.abs(flow[r]!) / conduit.barrels
      const brink = Math.min(
        criticalDepth(section, q),
        normalDepth(section, q, (zu - zd) / length, conduit.manning),
        depthUp,
      )
      if (depthDown < brink || depthDown === 0) {
        depthDown = Math.max(brink, depthDown)
        headDown = zd + depthDown
        if (forward) law.takesTo[r] = 0
        else law.takesFrom[r] = 0
      }
    }
    const middle = 0.5 * (depthUp + depthDown)
    const areaMiddle = areaAt(section, middle)
    const width = surface[0]!
    const speed = Math.abs(u)
    const areaUp = areaAt(section, depthUp)
    // where it shoots at the upper end a jump lies within: what comes is what the upper end lets through
    const speedUp = Math.abs(flow[r]!) / conduit.barrels / areaUp
    const calm = Math.min(
      calmness(section, areaUp, surface[0]!, speedUp, depthUp),
      calmness(section, areaMiddle, width, speed, middle),
    )
    const area = areaUp + calm * (areaMiddle - areaUp)
    if (!(area > 0)) continue
    const radiusUp = calm < 1 ? radiusAt(section, depthUp) : 0
    const radius = radiusUp + calm * (radiusAt(section, middle) - radiusUp)
    const full = !section.open && depthUp >= section.fullDepth && depthDown >= section.fullDepth
    // the speed that friction will find at the end of the step, from that without it
    const pushed = Math.abs(u + ((forward ? 1 : -1) * dt * GRAVITY * (hu - headDown)) / length)
    const rough = friction(reaches.friction[r]!, reaches.forceMain[r]!, full, 1, radius)
    const slowed = (2 * pushed) / (1 + Math.sqrt(1 + 4 * dt * rough * pushed))
    let resist = friction(reaches.friction[r]!, reaches.forceMain[r]!, full, slowed, radius)
    resist += (0.5 * slowed * (reaches.lossFrom[r]! + reaches.lossTo[r]!)) / length
    // momentum the reach before brings through a joint
    const before = forward ? r - 1 : r + 1
    const joined = forward ? r > conduit.firstReach : r + 1 < conduit.firstReach + conduit.reaches
    let carried = 0
    if (joined && flow[before]! !== 0 && flow[before]! > 0 === forward) {
      const mean = 0.5 * (areaUp + areaAt(section, depthDown)) * conduit.barrels
      const rate = (0.5 * Math.abs(flow[before]! + flow[r]!)) / Math.max(mean * length, 1e-9)
      resist += rate
      carried = dt * rate * velocity[before]!
    }
    const total = area * conduit.barrels
    const share = total / (1 + dt * resist)
    const slope = (share * dt * GRAVITY) / length
    law.area[r] = total
    law.slope[r] = slope
    law.constant[r] = share * (u + carried)
    if (conduit.maxFlow > 0) {
      // a limit the heads of now would pass holds for the whole step
      const asked = law.constant[r]! + slope * (forward ? 1 : -1) * (hu - headDown)
      if (Math.abs(asked) > conduit.maxFlow) {
        law.constant[r] = Math.sign(asked) * conduit.maxFlow
        law.slope[r] = 0
        continue
      }
    }
    if (!law.takesTo[r]) law.constant[r]! -= slope * headDown
    else if (head[reaches.to[r]!]! < zb) {
      // dry end: the bed counts until there is water
      law.constant[r]! -= slope * zb
      law.takesTo[r] = 0
    }
    if (!law.takesFrom[r]) law.constant[r]! += slope * headDown
    else if (head[reaches.from[r]!]! < za) {
      law.constant[r]! += slope * za
      law.takesFrom[r] = 0
    }
  }
}
