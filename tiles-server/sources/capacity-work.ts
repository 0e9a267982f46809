/** What the worker does about sewers: the rational method on the city's own pipes, the dynamic wave on a SWMM file. */

import { conduitFlow, conduitSpeed } from '../../data/flood/sewer/dynamic-wave.ts'
import { simulateSewer } from '../../data/flood/sewer/simulate-sewer.ts'
import { readSwmmInp } from '../../data/formats/swmm-inp.ts'
import { sewerCapacity } from '../../data/networks/capacity.ts'
import type { Network } from '../../data/networks/network.ts'
import { type CapacityShown, capacityAnswer, placesOf, type SewerCourse } from './capacity-answer.ts'

type Signal = Pick<AbortSignal, 'throwIfAborted'>

/** A storm on the city's own sewers. */
export interface CapacityTask {
  kind: 'capacity'
  network: Network
  utility: 'storm' | 'foul' | 'combined'
  rainMmPerHour: number[]
  stepS: number
  steps: number
  /** every so many steps are shown */
  every: number
  runoff: number
  inletS: number
  catchmentM2: Float64Array
  dryM3s: Float64Array
  dryDay: number[] | null
  pumpM3s: Float64Array
  clockS: number
  show: CapacityShown
}

/** A SWMM file by the dynamic wave, with its own rain. */
export interface WaveTask {
  kind: 'wave'
  text: string
  nodes: Map<string, string>
  links: Map<string, string>
  places: Map<string, [number, number, number]>
  show: CapacityShown
  /** seconds of work */
  most: number
}

/** Moments of a dynamic wave that are shown at most. */
const MOMENTS = 97

/** The rational method; JSON text. */
export function workCapacity(task: CapacityTask, signal: Signal): string {
  const began = performance.now()
  const { network, show } = task
  const found = sewerCapacity(network, {
    ...task,
    dryDay: task.dryDay ?? undefined,
    signal,
  })
  const { steps, stepS } = found
  const count = found.pipes.length
  const places = placesOf(network)
  let [full, peak] = [0, 0]
  for (let i = 0; i < count; i++) {
    let surcharged = false
    for (let s = 0; s < steps; s++) {
      surcharged ||= found.load[s * count + i]! >= 1
      peak = Math.max(peak, found.flow[s * count + i]!)
    }
    if (surcharged) full++
  }
  const nodes = network.nodes.count
  let overflowing = 0
  for (let n = 0; n < nodes; n++) {
    for (let s = 0; s < steps; s++)
      if (found.overflow[s * nodes + n]! > 1e-5) {
        overflowing++
        break
      }
  }
  const { balance } = found
  const course: SewerCourse = {
    times: Array.from({ length: steps }, (_, s) => s * stepS),
    pipes: {
      ids: Array.from(found.pipes, (k) => network.pipes.ids[k]!),
      places: Array.from(found.pipes, (k) => places[network.pipes.from[k]!] ?? null),
    },
    nodes: { ids: network.nodes.ids, places },
    pipeValue: (word, i, s) => found[word][s * count + i]!,
    overflow: (n, s) => found.overflow[s * nodes + n]!,
    summary: {
      pipes: count,
      full,
      overflowing,
      overflowM3: Math.round(balance.overflow),
      rainMm: Number(balance.rainMm.toFixed(1)),
      inflowM3: Math.round(balance.inflow),
      outflowM3: Math.round(balance.outflow),
      peakLps: Number((peak * 1000).toFixed(1)),
      flat: found.flat,
    },
  }
  return JSON.stringify(capacityAnswer(course, show, task.clockS, (performance.now() - began) / 1000))
}

/** The dynamic wave; JSON text. @throws {Error} what is wrong in the file, or that it takes too long */
export function workWave(task: WaveTask, signal: Signal): string {
  const began = performance.now()
  const inp = readSwmmInp(task.text)
  const rows: { flow: Float32Array; fill: Float32Array; velocity: Float32Array; spilled: Float32Array; at: number }[] =
    []
  let next = 0
  let lost: Float64Array | null = null
  const result = simulateSewer(inp, {
    onStep(wave, time, dt) {
      signal.throwIfAborted()
      if (performance.now() - began > task.most * 1000)
        throw new Error(
          `capacity: not done after ${task.most} s of work, at ${(time / 3600).toFixed(1)} h; expected a shorter simulation`,
        )
      const { network } = wave
      if (time + 1e-6 < next) return
      const every = Math.max(60, network.duration / (MOMENTS - 1))
      next = time + every
      const { conduits, nodes } = network
      const flow = Float32Array.from(conduits, (one) => conduitFlow(wave, one))
      const velocity = Float32Array.from(conduits, (one) => Math.abs(conduitSpeed(wave, one)))
      const fill = Float32Array.from(conduits, (one) => {
        const ends = [wave.head[one.from]! - one.inInvert, wave.head[one.to]! - one.outInvert]
        return Math.min(1, Math.max(0, (ends[0]! + ends[1]!) / 2) / one.section.fullDepth)
      })
      const before = lost ?? new Float64Array(nodes.length)
      const span = rows.length > 0 ? time - rows.at(-1)!.at : dt
      const spilled = Float32Array.from(
        nodes,
        (_, n) => Math.max(0, wave.flooded[n]! - before[n]!) / Math.max(span, dt),
      )
      lost = wave.flooded.slice(0, nodes.length)
      rows.push({ flow, fill, velocity, spilled, at: time })
    },
  })
  const { conduits, nodes, duration, startSeconds } = result.network
  const capacity = conduits.map(({ section, inInvert, outInvert, length, manning, barrels }) => {
    const slope = Math.max(1e-5, Math.abs(inInvert - outInvert) / length)
    return (barrels * section.conveyances.at(-1)! * Math.sqrt(slope)) / manning
  })
  const place = (name: string) => task.places.get(task.nodes.get(name) ?? '') ?? null
  const known = conduits.flatMap(({ name }, i) => (task.links.has(name) ? [i] : []))
  const course: SewerCourse = {
    times: rows.map(({ at }) => Math.round(at)),
    pipes: {
      ids: known.map((i) => task.links.get(conduits[i]!.name)!),
      places: known.map((i) => place(nodes[conduits[i]!.from]!.name)),
    },
    nodes: { ids: nodes.map(({ name }) => task.nodes.get(name) ?? name), places: nodes.map(({ name }) => place(name)) },
    pipeValue: (word, i, s) => {
      const k = known[i]!
      const row = rows[s]!
      if (word === 'load') return Math.abs(row.flow[k]!) / capacity[k]!
      return row[word][k]!
    },
    overflow: (n, s) => rows[s]!.spilled[n]!,
    summary: {
      pipes: conduits.length,
      full: conduits.filter((_, k) => rows.some(({ fill }) => fill[k]! >= 1)).length,
      overflowing: result.nodes.filter(({ flooded }) => flooded > 0.001).length,
      overflowM3: Math.round(result.balance.flooding),
      inflowM3: Math.round(result.balance.inflow),
      outflowM3: Math.round(result.balance.outflow),
      peakLps: Number((1000 * Math.max(0, ...result.links.map(({ flow }) => flow))).toFixed(1)),
      durationS: duration,
    },
  }
  return JSON.stringify(capacityAnswer(course, task.show, startSeconds % 86_400, (performance.now() - began) / 1000))
}
