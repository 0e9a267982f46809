/** The dynamic wave in a sewer network: volumes are exact, heads and discharges found together for each step. */
import { areaAt, normalDepth, surface } from './cross-section.ts'
import { elimination } from './elimination.ts'
import { type ExchangePoints, exchangeAt, exchangeSlope } from './exchange-law.ts'
import { flowLaw, prepareFlows } from './momentum.ts'
import type { Network } from './network.ts'
import { outfallLevel } from './outfall.ts'
import { regulatorFlow } from './regulators.ts'
import { storedArea, storedIn } from './storage.ts'

/** Area over which water above the rim runs off, m²: so large that the head stays at the rim. */
const OVERFLOW_AREA = 1e5
/** Least area in a derivative, m². */
const LEAST_AREA = 1e-6
/** Area of a node below its invert, m²: what it may owe to its neighbours until the next step, a litre at most. */
const DRY_AREA = 1e-4

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

/** Cuts one buffer into arrays. */
function cut(lengths: readonly number[]): [Float64Array, Float64Array[]] {
  const state = new Float64Array(lengths.reduce((sum, n) => sum + n, 0))
  let at = 0
  return [state, lengths.map((n) => state.subarray(at, (at += n)))]
}

/**
 * Puts water into a network: initial depths, the rest dry.
 *
 * @see Casulli & Stelling 2013; Casulli & Zanolli 2012 for the volumes
 */
export function dynamicWave(network: Network, around: Surroundings = { exchanges: null, beyond: null }): DynamicWave {
  const { nodes, reaches, conduits, regulators, computedNodes: count, inverts } = network
  const own = nodes.length
  const [state, parts] = cut([
    count,
    count,
    reaches.count,
    reaches.count,
    regulators.length,
    regulators.length,
    regulators.length,
    own,
    own,
    own,
    own,
    3,
  ])
  const [volume, head, velocity, flow, regFlow, setting, running, inflow, flooded, discharged, brought, counts] =
    parts as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ]
  const lateral = new Float64Array(own)
  const law = flowLaw(reaches.count)
  const sections = Array.from(reaches.conduit, (c) => conduits[c]!.section)
  const halves = Float64Array.from(reaches.length, (length, r) => 0.5 * length * conduits[reaches.conduit[r]!]!.barrels)
  const isOutfall = Uint8Array.from({ length: count }, (_, i) => (nodes[i]?.kind === 'outfall' ? 1 : 0))
  // joints let the water through; at a node of the file a conduit may end above its water
  const hanging = Uint8Array.from(
    { length: reaches.count },
    (_, r) => (reaches.from[r]! < own ? 1 : 0) + (reaches.to[r]! < own ? 2 : 0),
  )
  const exchanging = new Uint8Array(count)
  for (const node of around.exchanges?.node ?? []) exchanging[node] = 1
  // head at which a node runs over, and the area it then has
  const top = Float64Array.from({ length: count }, (_, i) => {
    const node = nodes[i]
    return node && !exchanging[i] && node.kind !== 'outfall'
      ? node.invert + node.maxDepth + node.surchargeDepth
      : Infinity
  })
  const ponds = Float64Array.from({ length: count }, (_, i) => nodes[i]?.pondedArea ?? 0)

  // reaches and regulators as edges of the system; outfalls are no unknowns: they get a row of their own that stays
  const edges: [number, number][] = []
  for (let r = 0; r < reaches.count; r++) edges.push([reaches.from[r]!, reaches.to[r]!])
  for (const { from, to } of regulators) edges.push([from, to])
  const system = elimination(count, edges)
  const across = new Float64Array(edges.length)
  const fixedSlope = new Float64Array(count)
  const right = new Float64Array(count)
  const diagonal = new Float64Array(count)
  const residual = new Float64Array(count)
  const held = new Float64Array(count)
  const area = new Float64Array(count)
  const trial = new Float64Array(count)
  const regSlopes = new Float64Array(2 * regulators.length)

  /** Volumes and areas of all nodes at the heads `h`, into `held` and `area`; the slot of overflow apart. */
  function holdAll(h: Float64Array): void {
    held.fill(0)
    area.fill(0)
    for (let i = 0; i < own; i++) {
      if (isOutfall[i]) continue
      const node = nodes[i]!
      const depth = h[i]! - node.invert
      held[i] = storedIn(node.storage, depth)
      area[i] = storedArea[0]!
      if (h[i]! > top[i]!) {
        // above the rim: the pond, or the ground it runs off over
        const wide = ponds[i]! > 0 ? ponds[i]! : OVERFLOW_AREA
        held[i]! += wide * (h[i]! - top[i]!)
        area[i]! += wide
      }
    }
    for (let r = 0; r < reaches.count; r++) {
      const [a, b] = [reaches.from[r]!, reaches.to[r]!]
      const half = halves[r]!
      if (!isOutfall[a]) {
        held[a]! += half * areaAt(sections[r]!, h[a]! - reaches.fromInvert[r]!)
        area[a]! += half * surface[0]!
      }
      if (!isOutfall[b]) {
        held[b]! += half * areaAt(sections[r]!, h[b]! - reaches.toInvert[r]!)
        area[b]! += half * surface[0]!
      }
    }
  }

  /** Residual of the volumes at heads `h`; also `area` with the slopes of the exchanges. */
  function balance(h: Float64Array, dt: number): number {
    holdAll(h)
    for (let i = 0; i < count; i++) residual[i] = held[i]! + fixedSlope[i]! * h[i]! - right[i]!
    for (let e = 0; e < edges.length; e++) {
      const [a, b] = edges[e]!
      residual[a]! -= across[e]! * (h[a]! - h[b]!)
      residual[b]! -= across[e]! * (h[b]! - h[a]!)
    }
    const points = around.exchanges
    if (points) {
      for (let p = 0; p < points.node.length; p++) {
        const i = points.node[p]!
        residual[i]! += dt * exchangeAt(points, p, h[i]!, dt)
        area[i]! += dt * exchangeSlope[0]!
      }
    }
    let worst = 0
    for (let i = 0; i < count; i++) {
      // a dry node owes little, however hard it is drawn on: it keeps the system solvable
      if (h[i]! < inverts[i]!) {
        residual[i]! += DRY_AREA * (h[i]! - inverts[i]!)
        area[i]! += DRY_AREA
      }
      if (isOutfall[i]) residual[i] = 0
      else worst = Math.max(worst, Math.abs(residual[i]!) / (1e-7 + 1e-9 * Math.abs(right[i]!) + 1e-9 * held[i]!))
    }
    return worst
  }

  /** Heads at which all volumes fit: Newton, shortened where the shapes bend (the problem is convex). */
  function solveHeads(dt: number): void {
    let worst = balance(head, dt)
    let rounds = 0
    while (worst > 1 && rounds++ < 40) {
      for (let i = 0; i < count; i++) diagonal[i] = isOutfall[i] ? 1 : Math.max(area[i]!, LEAST_AREA) + fixedSlope[i]!
      for (let e = 0; e < edges.length; e++) {
        const [a, b] = edges[e]!
        diagonal[a]! -= across[e]!
        diagonal[b]! -= across[e]!
      }
      const change = Float64Array.from(residual, (value) => -value)
      system.solve(diagonal, across, change)
      let before = 0
      for (let i = 0; i < count; i++) before += residual[i]! * change[i]!
      let share = 1
      for (let tries = 0; ; tries++) {
        for (let i = 0; i < count; i++) trial[i] = head[i]! + share * change[i]!
        worst = balance(trial, dt)
        let after = 0
        for (let i = 0; i < count; i++) after += residual[i]! * change[i]!
        // along the step the slope rises from below zero: go on when it is not far beyond
        if (after <= 0.5 * Math.abs(before) || worst <= 1 || tries >= 12) break
        share *= Math.max(0.1, Math.min(0.7, before / (before - after)))
      }
      head.set(trial)
    }
    counts[2]! += rounds
    if (worst > 1) counts[1]!++
  }

  /** Flow laws of regulators: the shared part of the slopes joins both nodes, the rest acts on one. */
  function prepareRegulators(dt: number): void {
    for (let g = 0; g < regulators.length; g++) {
      const one = regulators[g]!
      const [a, b] = [one.from, one.to]
      const [ha, hb] = [head[a]!, head[b]!]
      const well = { depth: Math.max(0, ha - inverts[a]!), volume: volume[a]!, inflow: inflow[a]! }
      if (one.kind === 'pump') {
        if (one.startup > 0 && !running[g] && well.depth >= one.startup) running[g] = 1
        if (one.startup > 0 && running[g] && well.depth <= one.shutoff) running[g] = 0
      }
      const open = one.kind === 'pump' ? setting[g]! * running[g]! : setting[g]!
      let q = regulatorFlow(one, ha, hb, open, well)
      let [slopeA, slopeB] = [0, 0]
      if (one.kind === 'pump') q = Math.max(0, Math.min(q, well.volume / dt + well.inflow))
      else {
        const tiny = 1e-4
        slopeA = Math.max(0, (regulatorFlow(one, ha + tiny, hb, open, well) - q) / tiny)
        slopeB = Math.max(0, (q - regulatorFlow(one, ha, hb + tiny, open, well)) / tiny)
      }
      regFlow[g] = q
      regSlopes[2 * g] = slopeA
      regSlopes[2 * g + 1] = slopeB
    }
  }

  function assemble(dt: number): void {
    fixedSlope.fill(0)
    for (let i = 0; i < count; i++) right[i] = volume[i]! + (i < own ? dt * lateral[i]! : 0)
    const edge = (e: number, a: number, b: number, q: number, slopeA: number, slopeB: number) => {
      // q + slopeA Ha - slopeB Hb leaves a and enters b
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
    for (let r = 0; r < reaches.count; r++) {
      const slope = law.slope[r]!
      edge(r, reaches.from[r]!, reaches.to[r]!, law.constant[r]!, law.takesFrom[r]! * slope, law.takesTo[r]! * slope)
    }
    for (let g = 0; g < regulators.length; g++) {
      const { from, to } = regulators[g]!
      const [slopeA, slopeB] = [regSlopes[2 * g]!, regSlopes[2 * g + 1]!]
      const constant = regFlow[g]! - slopeA * head[from]! + slopeB * head[to]!
      edge(reaches.count + g, from, to, constant, slopeA, slopeB)
    }
  }

  /** Moves the water of a link, exactly what one node gives the other takes. */
  function move(a: number, b: number, q: number, dt: number): void {
    volume[a]! -= dt * q
    volume[b]! += dt * q
    if (a < own && q < 0) inflow[a]! -= q
    if (b < own && q > 0) inflow[b]! += q
  }

  function settle(dt: number, before: Float64Array): void {
    for (let i = 0; i < own; i++) {
      volume[i]! += dt * lateral[i]!
      brought[i]! += dt * lateral[i]!
      inflow[i] = Math.max(0, lateral[i]!)
    }
    for (let r = 0; r < reaches.count; r++) {
      const [a, b] = [reaches.from[r]!, reaches.to[r]!]
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
      let q = regFlow[g]!
      q += regSlopes[2 * g]! * (head[one.from]! - before[one.from]!)
      q -= regSlopes[2 * g + 1]! * (head[one.to]! - before[one.to]!)
      if (one.gated) q = Math.max(0, q)
      regFlow[g] = q
      move(one.from, one.to, q, dt)
    }
    const points = around.exchanges
    if (points) {
      for (let p = 0; p < points.node.length; p++) {
        const i = points.node[p]!
        const q = exchangeAt(points, p, head[i]!, dt)
        points.moved[p]! += dt * q
        points.depth[p]! = Math.max(0, points.depth[p]! + (dt * q) / points.cellArea[p]!)
        volume[i]! -= dt * q
        if (q < 0) inflow[i]! -= q
      }
    }
    for (let i = 0; i < own; i++) {
      if (isOutfall[i]) {
        discharged[i]! += volume[i]!
        volume[i] = 0
      } else if (head[i]! > top[i]! && !(ponds[i]! > 0)) {
        const lost = Math.min(volume[i]!, OVERFLOW_AREA * (head[i]! - top[i]!))
        volume[i]! -= lost
        flooded[i]! += lost
        head[i] = top[i]!
      }
    }
  }

  /** Heads again where a link brought other water than the solution had counted on. */
  function fitHeads(): void {
    for (let round = 0; round < 12; round++) {
      holdAll(head)
      let off = false
      for (let i = 0; i < count; i++) {
        if (isOutfall[i]) continue
        const wrong = volume[i]! - held[i]!
        if (Math.abs(wrong) <= 1e-6 + 1e-6 * held[i]!) continue
        if (volume[i]! <= 0) {
          head[i] = Math.min(head[i]!, inverts[i]!)
          continue
        }
        off = true
        const step = wrong / Math.max(area[i]!, 1e-3)
        head[i]! += Math.max(-0.5, Math.min(0.5, step))
      }
      if (!off) return
    }
  }

  for (let i = 0; i < count; i++) head[i] = inverts[i]! + (nodes[i]?.initDepth ?? 0)
  for (const one of conduits) {
    // joints: under the water that stands at the lower end, or in the flow the file begins with
    const lower = one.outInvert <= one.inInvert ? head[one.to]! : head[one.from]!
    const fall = (one.inInvert - one.outInvert) / one.length
    const depth = normalDepth(one.section, Math.abs(one.initFlow) / one.barrels, fall, one.manning)
    for (let r = one.firstReach; r < one.firstReach + one.reaches; r++) {
      const joint = reaches.to[r]!
      if (r < one.firstReach + one.reaches - 1) head[joint] = Math.max(inverts[joint]! + depth, lower)
      flow[r] = one.initFlow
      velocity[r] = depth > 0 ? one.initFlow / one.barrels / areaAt(one.section, depth) : 0
    }
  }
  setting.fill(1)
  regulators.forEach((one, g) => {
    running[g] = one.kind === 'pump' && !one.on ? 0 : 1
  })
  holdAll(head)
  volume.set(held)
  const before = new Float64Array(count)

  return {
    network,
    volume,
    head,
    velocity,
    flow,
    regulatorFlow: regFlow,
    setting,
    running,
    lateral,
    inflow,
    flooded,
    discharged,
    brought,
    counts,
    state,
    stableStep() {
      let longest = network.longestStep
      for (let r = 0; r < reaches.count; r++) {
        const section = sections[r]!
        const depth = Math.max(
          head[reaches.from[r]!]! - reaches.fromInvert[r]!,
          head[reaches.to[r]!]! - reaches.toInvert[r]!,
        )
        const wet = areaAt(section, Math.min(depth, 0.9 * section.fullDepth))
        if (!(wet > 0)) continue
        const wave = Math.sqrt((9.81 * wet) / Math.max(surface[0]!, 0.2 * section.maxWidth))
        longest = Math.min(longest, reaches.length[r]! / (Math.abs(velocity[r]!) + wave))
      }
      return Math.max(longest, 0.25)
    },
    step(dt, time) {
      for (let i = 0; i < own; i++) if (isOutfall[i]) head[i] = outfallLevel(network, i, time, flow, around.beyond?.[i])
      prepareFlows(network, { head, velocity, flow }, sections, hanging, dt, law)
      prepareRegulators(dt)
      for (let i = 0; i < count; i++) if (head[i]! < inverts[i]!) head[i] = inverts[i]!
      before.set(head)
      assemble(dt)
      solveHeads(dt)
      settle(dt, before)
      fitHeads()
      counts[0]!++
    },
    stored() {
      let sum = 0
      for (let i = 0; i < count; i++) sum += volume[i]!
      return sum
    },
  }
}
