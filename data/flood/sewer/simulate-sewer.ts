/** A sewer network on its own: from a SWMM .inp to peaks, times and a water balance. */
import type { SwmmInp } from '../../formats/swmm-inp.ts'
import { buildNetwork } from './build.ts'
import type { BuildOptions } from './build-facts.ts'
import { controlsOf } from './controls.ts'
import { conduitFlow, conduitSpeed, type DynamicWave, dynamicWave } from './dynamic-wave.ts'
import { inflowsOf } from './inflows.ts'
import type { Network } from './network.ts'
import { runoffOf } from './runoff.ts'

/** Largest values at a node. */
export interface NodePeak {
  name: string
  /** m, and seconds from the start */
  depth: number
  depthAt: number
  /** m³/s, all that flows in */
  inflow: number
  inflowAt: number
  /** m³ lost over the rim, and for how long, s */
  flooded: number
  floodedFor: number
  /** largest rate of loss, m³/s */
  floodRate: number
}

/** Largest values of a link. */
export interface LinkPeak {
  name: string
  /** m³/s, without sign */
  flow: number
  flowAt: number
  /** m/s; 0 for regulators */
  speed: number
}

/** What a simulation gives. SI. */
export interface SewerResult {
  network: Network
  nodes: NodePeak[]
  links: LinkPeak[]
  steps: number
  /** share of the steps not solved to the last digit */
  unsolved: number
  shortestStep: number
  balance: {
    /** rain on the subcatchments and what became of it, m³ */
    runoff: ReturnType<NonNullable<ReturnType<typeof runoffOf>>['totals']> | null
    /** m³ into the network; of it from subcatchments */
    inflow: number
    wetWeather: number
    outflow: number
    flooding: number
    start: number
    end: number
    /** (in - out) / in, without unit */
    error: number
  }
}

/** How a simulation is done. */
export interface SewerOptions extends Partial<BuildOptions> {
  /** seconds; as long as the file says by default */
  duration?: number
  /** longest step, s */
  longestStep?: number
  signal?: AbortSignal
  /** called after each step */
  onStep?: (wave: DynamicWave, time: number, dt: number) => void
}

/**
 * Runs a network without a surface above it: what comes over a rim is lost or ponds, as the file says.
 *
 * @throws {Error} naming what is wrong in the file; the signal's reason when aborted
 */
export function simulateSewer(inp: SwmmInp, options: SewerOptions = {}): SewerResult {
  const network = buildNetwork(inp, options)
  const wave = dynamicWave(network)
  const files = options.files ?? {}
  const inflows = inflowsOf(inp, network, files)
  const runoff = runoffOf(inp, network, files)
  const controls = controlsOf(inp, network)
  const end = options.duration ?? network.duration
  const nodes: NodePeak[] = network.nodes.map(({ name }) => ({
    name,
    depth: 0,
    depthAt: 0,
    inflow: 0,
    inflowAt: 0,
    flooded: 0,
    floodedFor: 0,
    floodRate: 0,
  }))
  const links: LinkPeak[] = [...network.conduits, ...network.regulators].map(({ name }) => ({
    name,
    flow: 0,
    flowAt: 0,
    speed: 0,
  }))
  const start = wave.stored()
  const lost = new Float64Array(nodes.length)
  let [wetWeather, shortestStep, time] = [0, Infinity, 0]
  while (time < end) {
    options.signal?.throwIfAborted()
    let dt = Math.min(wave.stableStep(), options.longestStep ?? Infinity, end - time)
    if (end - time - dt < 1e-6) dt = end - time
    wave.lateral.fill(0)
    runoff?.advance(time, dt, wave.lateral)
    for (const q of wave.lateral) wetWeather += dt * q
    inflows(time + 0.5 * dt, wave.lateral)
    controls?.(wave, time)
    wave.step(dt, time)
    time += dt
    shortestStep = Math.min(shortestStep, dt)
    nodes.forEach((one, i) => {
      const depth = wave.head[i]! - network.nodes[i]!.invert
      if (depth > one.depth) [one.depth, one.depthAt] = [depth, time]
      if (wave.inflow[i]! > one.inflow) [one.inflow, one.inflowAt] = [wave.inflow[i]!, time]
      const rate = (wave.flooded[i]! - lost[i]!) / dt
      lost[i] = wave.flooded[i]!
      if (rate > 0) one.floodedFor += dt
      one.floodRate = Math.max(one.floodRate, rate)
    })
    links.forEach((one, k) => {
      const conduit = network.conduits[k]
      const flow = conduit
        ? Math.abs(conduitFlow(wave, conduit))
        : Math.abs(wave.regulatorFlow[k - network.conduits.length]!)
      if (flow > one.flow) [one.flow, one.flowAt] = [flow, time]
      if (conduit) one.speed = Math.max(one.speed, Math.abs(conduitSpeed(wave, conduit)))
    })
    options.onStep?.(wave, time, dt)
  }
  nodes.forEach((one, i) => {
    one.flooded = wave.flooded[i]!
  })
  const sum = (values: Float64Array) => values.reduce((all, value) => all + value, 0)
  const inflow = sum(wave.brought)
  const outflow = sum(wave.discharged)
  const flooding = sum(wave.flooded)
  const stored = wave.stored()
  const moved = inflow + start || 1
  return {
    network,
    nodes,
    links,
    steps: wave.counts[0]!,
    unsolved: wave.counts[1]! / Math.max(1, wave.counts[0]!),
    shortestStep,
    balance: {
      runoff: runoff?.totals() ?? null,
      inflow,
      wetWeather,
      outflow,
      flooding,
      start,
      end: stored,
      error: (inflow + start - outflow - flooding - stored) / moved,
    },
  }
}
