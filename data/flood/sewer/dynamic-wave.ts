/** The dynamic wave in a sewer network: volumes are exact, heads and discharges found together for each step. */
import { areaAt, normalDepth, surface } from './cross-section.ts'
import { type ExchangePoints, exchangeAt } from './exchange-law.ts'
import { headSystem } from './heads.ts'
import { flowLaw, prepareFlows } from './momentum.ts'
import type { Network } from './network.ts'
import { outfallLevel } from './outfall.ts'
import { prepareRegulators, type RegulatorState, regulatorDischarge } from './regulator-step.ts'
import { OVERFLOW_AREA, roomsOf } from './rooms.ts'

/** A network with its water. Arrays over computed nodes (those of the file first), reaches and regulators. */
export interface DynamicWave {
  readonly network: Network
  /** m³ */
  readonly volume: Float64Array
  /** m */
  readonly head: Float64Array
  /** m/s and m³/s of each reach, positive from its upper to its lower end */
  readonly velocity: Float64Array
  readonly flow: Float64Array
  readonly regulatorFlow: Float64Array
  /** how far open or how fast, 0 … 1 */
  readonly setting: Float64Array
  /** 1 while a pump runs */
  readonly running: Float64Array
  /** m³/s into each node of the file; set before a step */
  readonly lateral: Float64Array
  /** m³/s into each node in the last step, all ways */
  readonly inflow: Float64Array
  /** m³ lost over the rim of each node so far */
  readonly flooded: Float64Array
  /** m³ that left through each outfall so far, net */
  readonly discharged: Float64Array
  /** m³ the laterals brought so far */
  readonly brought: Float64Array
  /** steps done, those not solved to the last digit, iterations */
  readonly counts: Float64Array
  /** all that lasts from step to step, one buffer */
  readonly state: Float64Array
  /** longest step that follows the waves, s */
  stableStep(): number
  /** Goes on by `dt` seconds from `time`; laterals and exchanges as they are. */
  step(dt: number, time: number): void
  /** water in nodes and conduits, m³ */
  stored(): number
}

/** What lies above the nodes: places where water goes to the surface and back. */
export interface Surroundings {
  exchanges: ExchangePoints | null
  /** levels beyond outfalls by node, NaN: as the file says */
  beyond: Float64Array | null
}

/** Flow through a conduit: that of its middle reach, as it is called after the whole. */
export function conduitFlow(wave: DynamicWave, conduit: { firstReach: number; reaches: number }): number {
  return wave.flow[conduit.firstReach + (conduit.reaches >> 1)]!
}

/** Speed in the middle reach of a conduit, m/s. */
export function conduitSpeed(wave: DynamicWave, conduit: { firstReach: number; reaches: number }): number {
  return wave.velocity[conduit.firstReach + (conduit.reaches >> 1)]!
}

/** Cuts one buffer into arrays. */
function cut(lengths: { readonly [name: string]: number }): { state: Float64Array; [name: string]: Float64Array } {
  const state = new Float64Array(Object.values(lengths).reduce((sum, n) => sum + n, 0))
  const arrays: { state: Float64Array; [name: string]: Float64Array } = { state }
  let at = 0
  for (const [name, n] of Object.entries(lengths)) arrays[name] = state.subarray(at, (at += n))
  return arrays
}

/** All that lasts from step to step. */
function lasting(network: Network) {
  const { nodes, reaches, regulators, computedNodes } = network
  const [own, links] = [nodes.length, regulators.length]
  return cut({
    volume: computedNodes,
    head: computedNodes,
    velocity: reaches.count,
    flow: reaches.count,
    regulatorFlow: links,
    setting: links,
    running: links,
    inflow: own,
    flooded: own,
    discharged: own,
    brought: own,
    counts: 3,
  }) as Omit<Lasting, 'lateral'>
}
type Lasting = { [K in keyof DynamicWave as DynamicWave[K] extends Float64Array ? K : never]: Float64Array }

/** Heads and flows a network begins with: initial depths, the rest dry. */
function begin(network: Network, { head, velocity, flow, setting, running }: Omit<Lasting, 'lateral'>): void {
  const { nodes, reaches, conduits, regulators, inverts } = network
  for (let i = 0; i < head.length; i++) head[i] = inverts[i]! + (nodes[i]?.initDepth ?? 0)
  for (const one of conduits) {
    // joints: under the water that stands at the lower end, or in the flow the file begins with
    const lower = one.outInvert <= one.inInvert ? head[one.to]! : head[one.from]!
    const fall = (one.inInvert - one.outInvert) / one.length
    const depth = normalDepth(one.section, Math.abs(one.initFlow) / one.barrels, fall, one.manning)
    const last = one.firstReach + one.reaches - 1
    for (let r = one.firstReach; r <= last; r++) {
      const joint = reaches.to[r]!
      if (r < last) head[joint] = Math.max(inverts[joint]! + depth, lower)
      flow[r] = one.initFlow
      velocity[r] = depth > 0 ? one.initFlow / one.barrels / areaAt(one.section, depth) : 0
    }
  }
  setting.fill(1)
  regulators.forEach((one, g) => {
    running[g] = one.kind === 'pump' && !one.on ? 0 : 1
  })
}

/** Longest step that follows the waves of all reaches, s. */
function waveStep(network: Network, head: Float64Array, velocity: Float64Array): number {
  const { reaches, conduits } = network
  let longest = network.longestStep
  for (let r = 0; r < reaches.count; r++) {
    const { section } = conduits[reaches.conduit[r]!]!
    const above = head[reaches.from[r]!]! - reaches.fromInvert[r]!
    const depth = Math.max(above, head[reaches.to[r]!]! - reaches.toInvert[r]!)
    const wet = areaAt(section, Math.min(depth, 0.9 * section.fullDepth))
    if (!(wet > 0)) continue
    const wave = Math.sqrt((9.81 * wet) / Math.max(surface[0]!, 0.2 * section.maxWidth))
    const speed = Math.abs(velocity[r]!)
    const length = reaches.length[r]!
    // half a reach drains with the kinematic wave, 5/3 of the speed
    longest = Math.min(longest, length / (speed + wave), (0.25 * length) / speed)
  }
  return Math.max(longest, 0.25)
}

/**
 * Puts water into a network.
 *
 * Volumes are what is kept: each link takes from one node what it gives to the other. Pressure and friction are
 * implicit, so that pressurised conduits need no small steps.
 *
 * @see Casulli & Stelling 2013, A semi-implicit numerical model for urban drainage systems
 */
export function dynamicWave(network: Network, around: Surroundings = { exchanges: null, beyond: null }): DynamicWave {
  const { nodes, reaches, conduits, regulators, computedNodes: count, inverts } = network
  const own = nodes.length
  const kept = lasting(network)
  const {
    volume,
    head,
    velocity,
    flow,
    regulatorFlow,
    setting,
    running,
    inflow,
    flooded,
    discharged,
    brought,
    counts,
  } = kept
  const lateral = new Float64Array(own)
  const law = flowLaw(reaches.count)
  const sections = Array.from(reaches.conduit, (c) => conduits[c]!.section)
  // joints let the water through; at a node of the file a conduit may end above its water
  const hanging = Uint8Array.from(
    { length: reaches.count },
    (_, r) => (reaches.from[r]! < own ? 1 : 0) + (reaches.to[r]! < own ? 2 : 0),
  )
  const open = new Uint8Array(count)
  for (const node of around.exchanges?.node ?? []) open[node] = 1
  const rooms = roomsOf(network, open)
  const { isOutfall, top, ponds } = rooms
  const system = headSystem(network, rooms, around.exchanges)
  const { right, fixedSlope, across } = system
  const regSlopes = new Float64Array(2 * regulators.length)
  const regulatorState: RegulatorState = {
    head,
    volume,
    inflow,
    inverts,
    setting,
    running,
    flow: regulatorFlow,
    slopes: regSlopes,
  }

  /** Of a flow q + slopeA Ha - slopeB Hb from a to b: what joins both nodes, what only one counts for. */
  function join(e: number, a: number, b: number, q: number, slopeA: number, slopeB: number, dt: number): void {
    const shared = isOutfall[a] || isOutfall[b] ? 0 : Math.min(slopeA, slopeB)
    across[e] = -dt * shared
    right[a]! -= dt * q
    right[b]! += dt * q
    if (slopeA > shared) {
      fixedSlope[a]! += dt * (slopeA - shared)
      right[b]! += dt * (slopeA - shared) * head[a]!
    }
    if (slopeB > shared) {
      fixedSlope[b]! += dt * (slopeB - shared)
      right[a]! += dt * (slopeB - shared) * head[b]!
    }
  }

  function assemble(dt: number): void {
    fixedSlope.fill(0)
    for (let i = 0; i < count; i++) right[i] = volume[i]! + (i < own ? dt * lateral[i]! : 0)
    for (let r = 0; r < reaches.count; r++) {
      const [slopeA, slopeB] = [law.takesFrom[r]! * law.slope[r]!, law.takesTo[r]! * law.slope[r]!]
      join(r, reaches.from[r]!, reaches.to[r]!, law.constant[r]!, slopeA, slopeB, dt)
    }
    for (let g = 0; g < regulators.length; g++) {
      const { from, to } = regulators[g]!
      const [slopeA, slopeB] = [regSlopes[2 * g]!, regSlopes[2 * g + 1]!]
      const constant = regulatorFlow[g]! - slopeA * head[from]! + slopeB * head[to]!
      join(reaches.count + g, from, to, constant, slopeA, slopeB, dt)
    }
  }

  /** Moves the water of a link: exactly what one node gives the other takes. */
  function move(a: number, b: number, q: number, dt: number): void {
    volume[a]! -= dt * q
    volume[b]! += dt * q
    if (a < own && q < 0) inflow[a]! -= q
    if (b < own && q > 0) inflow[b]! += q
  }

  function moveLinks(dt: number, before: Float64Array): void {
    for (let r = 0; r < reaches.count; r++) {
      const a = reaches.from[r]!
      const b = reaches.to[r]!
      let q = law.constant[r]! + law.slope[r]! * (law.takesFrom[r]! * head[a]! - law.takesTo[r]! * head[b]!)
      const conduit = conduits[reaches.conduit[r]!]!
      if (conduit.flap && q < 0) q = 0
      if (conduit.maxFlow > 0) q = Math.max(-conduit.maxFlow, Math.min(conduit.maxFlow, q))
      flow[r] = q
      velocity[r] = law.area[r]! > 0 ? q / law.area[r]! : 0
      move(a, b, q, dt)
    }
    for (let g = 0; g < regulators.length; g++) {
      const one = regulators[g]!
      regulatorFlow[g] = regulatorDischarge(one, g, regulatorState, before)
      move(one.from, one.to, regulatorFlow[g]!, dt)
    }
  }

  function moveUp(dt: number): void {
    const points = around.exchanges
    if (!points) return
    for (let p = 0; p < points.node.length; p++) {
      const i = points.node[p]!
      const q = exchangeAt(points, p, head[i]!, dt)
      points.moved[p]! += dt * q
      points.depth[p] = Math.max(0, points.depth[p]! + (dt * q) / points.cellArea[p]!)
      volume[i]! -= dt * q
      if (q < 0) inflow[i]! -= q
    }
  }

  /** What leaves the network: through outfalls, and over the rims of nodes with nothing above. */
  function release(): void {
    for (let i = 0; i < own; i++) {
      if (isOutfall[i]) {
        discharged[i]! += volume[i]!
        volume[i] = 0
      } else if (head[i]! > top[i]! && !(ponds[i]! > 0)) {
        const lost = Math.max(0, Math.min(volume[i]!, OVERFLOW_AREA * (head[i]! - top[i]!)))
        volume[i]! -= lost
        flooded[i]! += lost
        head[i] = top[i]!
      }
    }
  }

  begin(network, kept)
  rooms.hold(head)
  volume.set(rooms.held)
  const before = new Float64Array(count)
  return {
    ...kept,
    network,
    lateral,
    stableStep: () => waveStep(network, head, velocity),
    step(dt, time) {
      for (let i = 0; i < count; i++) {
        if (isOutfall[i]) head[i] = outfallLevel(network, i, time, flow, around.beyond?.[i])
        else if (head[i]! < inverts[i]!) head[i] = inverts[i]!
      }
      prepareFlows(network, { head, velocity, flow }, sections, hanging, dt, law)
      prepareRegulators(regulators, regulatorState, dt)
      before.set(head)
      assemble(dt)
      const [rounds, fits] = system.solve(head, dt)
      for (let i = 0; i < own; i++) {
        volume[i]! += dt * lateral[i]!
        brought[i]! += dt * lateral[i]!
        inflow[i] = Math.max(0, lateral[i]!)
      }
      moveLinks(dt, before)
      moveUp(dt)
      release()
      system.fit(head, volume)
      counts[0]!++
      if (!fits) counts[1]!++
      counts[2]! += rounds
    },
    stored: () => volume.reduce((sum, one) => sum + one, 0),
  }
}
