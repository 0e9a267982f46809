/** Results of EPANET as an answer: values by the ids of the city, ranges, the worst places, and how they were found. */
import type { HydraulicResults, Hydraulics } from '../../data/networks/hydraulics.ts'
import {
  type AnswerPlace,
  type FireAnswer,
  WATER_SHOWN,
  type WaterShown,
} from '../../data/networks/hydraulics-answer.ts'
import { solvedBytes, type ValuesAt, worstOf } from './solved-bytes.ts'

/** Names and places of a model in the city, by EPANET's order; '' = not in the city. */
export interface Names {
  nodes: string[]
  links: string[]
  /** lng, lat, height of each node; NaN where it is not in the city */
  places: Float64Array
  /** 1: no place where anybody draws water */
  apart: Uint8Array
}

/** Slower than this, m/s, water stands. */
const STILL = 1e-3
/** Weakest service pressure, m, of a town's mains (CJJ 58: 0.14 MPa). */
export const LEAST_PRESSURE_M = 14

const round = (value: number, digits: number): number | null =>
  Number.isFinite(value) ? Number(value.toFixed(digits)) : null

/** Value of a node, or of a link, at a step; NaN where it has none. */
type ValueAt = (step: number, i: number) => number

function valuesOf(
  { model }: Hydraulics,
  results: HydraulicResults,
  show: WaterShown,
): { node: ValueAt; link: ValueAt } {
  const { nodes, links } = model
  const { by } = WATER_SHOWN[show]
  const none: ValueAt = () => Number.NaN
  const at =
    (array: Float32Array | null, count: number): ValueAt =>
    (s, i) =>
      array ? array[s * count + i]! / by : Number.NaN
  if (show === 'velocity') return { node: none, link: at(results.velocity, links.count) }
  if (show === 'flow') return { node: none, link: (s, k) => Math.abs(results.flow[s * links.count + k]!) / by }
  if (show === 'headloss') return { node: none, link: (s, k) => Math.abs(results.headloss[s * links.count + k]!) / by }
  const node = at(results[show], nodes.count)
  if (show === 'demand') return { node, link: none }
  // a pipe has the mean of its ends
  return { node, link: (s, k) => (node(s, links.from[k]!) + node(s, links.to[k]!)) / 2 }
}

/** Where a node stands. */
function placeOf({ places }: Names, node: number): AnswerPlace | null {
  const [lng, lat, height] = [places[3 * node]!, places[3 * node + 1]!, places[3 * node + 2]!]
  return Number.isNaN(lng) ? null : [lng, lat, height]
}

/** Numbers of the whole network. */
function summaryOf({ model }: Hydraulics, results: HydraulicResults, names: Names): Record<string, number | null> {
  const { nodes, links } = model
  let [lowest, highest, weak, fastest, demand] = [Infinity, -Infinity, 0, 0, 0]
  for (let i = 0; i < nodes.count; i++) {
    if (nodes.kind[i] !== 'junction' || names.apart[i] === 1) continue
    let least = Infinity
    for (let s = 0; s < results.steps; s++) {
      const pressure = results.pressure[s * nodes.count + i]!
      if (pressure < least) least = pressure
      if (pressure > highest) highest = pressure
      demand += results.demand[s * nodes.count + i]!
    }
    lowest = Math.min(lowest, least)
    if (least < LEAST_PRESSURE_M) weak++
  }
  for (let at = 0; at < results.velocity.length; at++)
    if (links.kind[at % links.count] === 'pipe') fastest = Math.max(fastest, results.velocity[at]!)
  return {
    nodes: nodes.count,
    links: links.count,
    lowestM: round(lowest, 2),
    highestM: round(highest, 2),
    weakNodes: weak,
    fastest: round(fastest, 2),
    cutOff: results.dry?.reduce((sum, is) => sum + is, 0) ?? 0,
    demandLps: round((demand / Math.max(1, results.steps)) * 1000, 2),
  }
}

/** Share of the values that may lie beyond either end of the range: one broken place must not take all colours. */
const BEYOND = 0.01

/** From the least to the most of some values at any moment, but for a hundredth at either end. */
function rangeOf(things: Uint32Array, moments: number, value: ValueAt, digits: number): [number, number] {
  const all = new Float64Array(things.length * moments)
  let count = 0
  for (let s = 0; s < moments; s++)
    for (const i of things) {
      const here = value(s, i)
      if (Number.isFinite(here)) all[count++] = here
    }
  if (count === 0) return [0, 1]
  const sorted = all.subarray(0, count).sort()
  const off = Math.floor(count * BEYOND)
  return [Number(sorted[off]!.toFixed(digits)), Number(sorted[count - 1 - off]!.toFixed(digits))]
}

/** Numbers 0 … count of those that fulfil something. */
const those = (count: number, is: (i: number) => boolean): Uint32Array =>
  Uint32Array.from({ length: count }, (_, i) => i).filter(is)

/** Values of some things, moment by moment. */
function rowsOf(things: Uint32Array, value: ValueAt): ValuesAt {
  const row = new Float64Array(things.length)
  return (s) => {
    for (let i = 0; i < things.length; i++) row[i] = value(s, things[i]!)
    return row
  }
}

/** Results as an answer: the JSON of `SolvedNetwork`. */
export function hydraulicsAnswer(
  hydraulics: Hydraulics,
  results: HydraulicResults,
  names: Names,
  show: WaterShown,
  fire: FireAnswer | null,
): Uint8Array<ArrayBuffer> {
  const { nodes, links } = hydraulics.model
  const { unit, digits } = WATER_SHOWN[show]
  const { steps } = results
  const value = valuesOf(hydraulics, results, show)
  const low = show === 'pressure' || show === 'head'
  const onNodes = low || show === 'demand' || show === 'age'
  const shownNodes = those(onNodes ? nodes.count : 0, (i) => names.nodes[i] !== '')
  const shownLinks = those(links.count, (k) => names.links[k] !== '')
  // what nobody draws from says nothing of the service
  const served = shownNodes.filter((i) => nodes.kind[i] === 'junction' && names.apart[i] === 0)
  const worst = onNodes ? served : shownLinks.filter((k) => links.kind[k] !== 'pump')
  const { flow, velocity } = results
  return solvedBytes({
    show,
    unit,
    digits,
    times: [...results.times],
    clockS: hydraulics.model.clockS,
    pipes: { ids: Array.from(shownLinks, (k) => names.links[k]!), values: rowsOf(shownLinks, value.link) },
    nodes: {
      ids: Array.from(shownNodes, (i) => names.nodes[i]!),
      places: Array.from(shownNodes, (i) => placeOf(names, i)),
      values: rowsOf(shownNodes, value.node),
    },
    ways: rowsOf(shownLinks, (s, k) => {
      const at = s * links.count + k
      return velocity[at]! < STILL ? 0 : flow[at]!
    }),
    range: onNodes ? rangeOf(served, steps, value.node, digits) : rangeOf(shownLinks, steps, value.link, digits),
    worst: worstOf(worst.length, steps, rowsOf(worst, onNodes ? value.node : value.link), low, (at, s, found) => {
      const i = worst[at]!
      return {
        id: onNodes ? names.nodes[i]! : names.links[i]!,
        collection: onNodes ? 'pipe-nodes' : 'pipes',
        value: round(found, digits) ?? 0,
        at: results.times[s]!,
        place: onNodes ? placeOf(names, i) : (placeOf(names, links.from[i]!) ?? placeOf(names, links.to[i]!)),
      }
    }),
    summary: summaryOf(hydraulics, results, names),
    warnings: results.warnings.map((one) => ({ ...one, at: Number.isNaN(one.at) ? -1 : one.at })),
    seconds: Number(results.seconds.toFixed(3)),
    fire,
  })
}
