/** What the worker does about sewers: the rational method on the city's own pipes, the dynamic wave on a SWMM file. */

import { conduitFlow, conduitSpeed } from '../../data/flood/sewer/dynamic-wave.ts'
import { simulateSewer } from '../../data/flood/sewer/simulate-sewer.ts'
import { readSwmmInp } from '../../data/formats/swmm-inp.ts'
import type { Sewer } from '../../data/geo/city-feature.ts'
import { type SewerCapacity, type SewerLoad, sewerCapacity, sewerValues } from '../../data/networks/capacity.ts'
import { type SewerRoute, sewerRoute } from '../../data/networks/capacity-route.ts'
import type { AnswerPlace, SewerShown } from '../../data/networks/hydraulics-answer.ts'
import type { Network } from '../../data/networks/network.ts'
import { capacityAnswer, DROP, placeOf, type SewerCourse } from './capacity-answer.ts'

type Signal = Pick<AbortSignal, 'throwIfAborted'>

/** Sewers and what drains to them; by node of the network. */
export interface SewerModel {
  network: Network
  catchmentM2: Float64Array
  dryM3s: Float64Array
  pumpM3s: Float64Array
}

/** A storm on the city's own sewers. */
export interface CapacityTask {
  kind: 'capacity'
  /** utility and revision: the same key is the same model */
  key: string
  model?: SewerModel
  utility: Sewer
  storm: Pick<SewerLoad, 'rainMmPerHour' | 'stepS' | 'steps' | 'every' | 'runoff' | 'inletS' | 'dryDay'>
  clockS: number
  show: SewerShown
}

/** A SWMM file by the dynamic wave, with its own rain. */
export interface WaveTask {
  kind: 'wave'
  text: string
  nodes: Map<string, string>
  links: Map<string, string>
  places: Map<string, AnswerPlace>
  show: SewerShown
  /** seconds of work */
  most: number
}

/** Sewers that stay in the worker, with what the last storm did. */
export interface OpenSewers {
  model: SewerModel
  route: SewerRoute
  last: { storm: string; found: SewerCapacity } | null
}

/** Sewers ready for storms. @throws {RangeError} when there is no pipe of the utility */
export function openSewers(model: SewerModel, utility: Sewer): OpenSewers {
  return { model, route: sewerRoute(model.network, utility), last: null }
}

/** The rational method; JSON. A storm that was asked before is not carried down again. */
export function workCapacity(task: CapacityTask, sewers: OpenSewers, signal: Signal): Uint8Array<ArrayBuffer> {
  const began = performance.now()
  const { route, model } = sewers
  const { network } = model
  const storm = JSON.stringify(task.storm)
  if (sewers.last?.storm !== storm) {
    const { catchmentM2, dryM3s, pumpM3s } = model
    const load = { ...task.storm, utility: task.utility, catchmentM2, dryM3s, pumpM3s, signal }
    sewers.last = { storm, found: sewerCapacity(network, load, route) }
  }
  const { found } = sewers.last
  const { steps, stepS, balance, peak, peakOverflow } = found
  signal.throwIfAborted()
  const wet = Uint32Array.from(peakOverflow.keys()).filter((n) => peakOverflow[n]! > DROP)
  const course: SewerCourse = {
    times: Array.from({ length: steps }, (_, s) => s * stepS),
    pipes: {
      ids: Array.from(route.pipes, (k) => network.pipes.ids[k]!),
      place: (i) => placeOf(network, network.pipes.from[route.pipes[i]!]!),
    },
    nodes: { ids: network.nodes.ids, place: (n) => placeOf(network, n) },
    flow: found.flow,
    values: (word) => sewerValues(found, word),
    full: route.full,
    overflow: found.overflow,
    wet,
    summary: {
      pipes: route.pipes.length,
      full: peak.reduce((sum, q, i) => sum + (q >= route.full[i]! ? 1 : 0), 0),
      overflowing: wet.length,
      overflowM3: Math.round(balance.overflow),
      rainMm: Number(balance.rainMm.toFixed(1)),
      inflowM3: Math.round(balance.inflow),
      outflowM3: Math.round(balance.outflow),
      peakLps: Number((peak.reduce((most, q) => Math.max(most, q), 0) * 1000).toFixed(1)),
      flat: route.flat,
    },
  }
  return capacityAnswer(course, task.show, task.clockS, () => (performance.now() - began) / 1000)
}

/** Moments of a dynamic wave that are shown at most. */
const MOMENTS = 97

/** The dynamic wave; JSON. @throws {Error} what is wrong in the file, or that it takes too long */
export function workWave(task: WaveTask, signal: Signal): Uint8Array<ArrayBuffer> {
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
  /** moments one after the other, of the conduits that are drawn */
  const drawn = (value: (row: (typeof rows)[number], k: number) => number): Float32Array =>
    Float32Array.from({ length: rows.length * known.length }, (_, at) =>
      value(rows[Math.floor(at / known.length)]!, known[at % known.length]!),
    )
  const overflow = new Float32Array(rows.length * nodes.length)
  rows.forEach(({ spilled }, s) => {
    overflow.set(spilled, s * nodes.length)
  })
  const course: SewerCourse = {
    times: rows.map(({ at }) => Math.round(at)),
    pipes: {
      ids: known.map((i) => task.links.get(conduits[i]!.name)!),
      place: (i) => place(nodes[conduits[known[i]!]!.from]!.name),
    },
    nodes: { ids: nodes.map(({ name }) => task.nodes.get(name) ?? name), place: (n) => place(nodes[n]!.name) },
    flow: drawn((row, k) => row.flow[k]!),
    values: (word) => drawn((row, k) => (word === 'load' ? Math.abs(row.flow[k]!) / capacity[k]! : row[word][k]!)),
    full: Float64Array.from(known, (k) => capacity[k]!),
    overflow,
    wet: Uint32Array.from(nodes.keys()).filter((n) => rows.some(({ spilled }) => spilled[n]! > DROP)),
    summary: {
      pipes: conduits.length,
      full: conduits.filter((_, k) => rows.some(({ fill }) => fill[k]! >= 1)).length,
      overflowing: result.nodes.filter(({ flooded }) => flooded > 0.001).length,
      overflowM3: Math.round(result.balance.flooding),
      inflowM3: Math.round(result.balance.inflow),
      outflowM3: Math.round(result.balance.outflow),
      peakLps: Number((1000 * result.links.reduce((most, { flow }) => Math.max(most, flow), 0)).toFixed(1)),
      durationS: duration,
    },
  }
  return capacityAnswer(course, task.show, startSeconds % 86_400, () => (performance.now() - began) / 1000)
}
