/** Results of EPANET as an answer: values by the ids of the city, ranges, the worst places, and how they were found. */
import type { HydraulicResults, Hydraulics } from '../../data/networks/hydraulics.ts'
import type { EpanetSaying } from '../../data/networks/hydraulics-engine.ts'

/** What can be shown, its unit in the answer, and what of SI one unit is. */
export const SHOWN = {
  pressure: { unit: 'm', by: 1, digits: 2 },
  head: { unit: 'm', by: 1, digits: 2 },
  demand: { unit: 'L/s', by: 1e-3, digits: 3 },
  age: { unit: 'h', by: 3600, digits: 2 },
  flow: { unit: 'L/s', by: 1e-3, digits: 2 },
  velocity: { unit: 'm/s', by: 1, digits: 3 },
  headloss: { unit: 'm/km', by: 1, digits: 2 },
} as const

/** A word of `SHOWN`. */
export type Shown = keyof typeof SHOWN

/** Names and places of a model in the city, by EPANET's order; '' = not in the city. */
export interface Names {
  nodes: string[]
  links: string[]
  /** lng, lat, height of each node; NaN where it is not in the city */
  places: Float64Array
  /** 1: no place where anybody draws water */
  apart: Uint8Array
}

/** One of the worst places. */
export interface WorstPlace {
  id: string
  collection: 'pipes' | 'pipe-nodes'
  value: number
  /** seconds from the start */
  at: number
  /** lng, lat, height; null when it is nowhere in the city */
  place: [number, number, number] | null
}

/** What the server answers. Values: one list per moment, in the order of `ids`; null = unknown. */
export interface HydraulicsAnswer {
  show: Shown
  unit: string
  /** seconds from the start, and seconds after midnight at which it starts */
  times: number[]
  clockS: number
  pipes: { ids: string[]; values: (number | null)[][] }
  nodes: { ids: string[]; places: [number, number, number][]; values: (number | null)[][] }
  /** per moment one letter per pipe: + along it, - against it, 0 still */
  ways: string[]
  range: [low: number, high: number]
  worst: WorstPlace[]
  summary: Record<string, number | null>
  warnings: EpanetSaying[]
  seconds: number
}

/** Slower than this, m/s, water stands. */
const STILL = 1e-3
const WORST = 12
/** Weakest service pressure, m, of a town's mains (CJJ 58: 0.14 MPa). */
export const LEAST_PRESSURE_M = 14

const round = (value: number, digits: number): number | null =>
  Number.isFinite(value) ? Number(value.toFixed(digits)) : null

/** Value of a node, or of a link, at a step; NaN where it has none. */
type ValueAt = (i: number, step: number) => number

function valuesOf({ model }: Hydraulics, results: HydraulicResults, show: Shown): { node: ValueAt; link: ValueAt } {
  const { nodes, links } = model
  const { by } = SHOWN[show]
  const none: ValueAt = () => Number.NaN
  const at =
    (array: Float32Array | null, count: number): ValueAt =>
    (i, s) =>
      array ? array[s * count + i]! / by : Number.NaN
  if (show === 'velocity') return { node: none, link: at(results.velocity, links.count) }
  if (show === 'flow') return { node: none, link: (k, s) => Math.abs(results.flow[s * links.count + k]!) / by }
  if (show === 'headloss') return { node: none, link: (k, s) => Math.abs(results.headloss[s * links.count + k]!) / by }
  const node = at(results[show], nodes.count)
  if (show === 'demand') return { node, link: none }
  // a pipe has the mean of its ends
  return { node, link: (k, s) => (node(links.from[k]!, s) + node(links.to[k]!, s)) / 2 }
}

function table(count: number, steps: number, used: (i: number) => boolean, value: ValueAt, digits: number) {
  const rows: (number | null)[][] = []
  for (let s = 0; s < steps; s++) {
    const row: (number | null)[] = []
    for (let i = 0; i < count; i++) if (used(i)) row.push(round(value(i, s), digits))
    rows.push(row)
  }
  return rows
}

/** Where a node stands. */
function placeOf({ places }: Names, node: number): WorstPlace['place'] {
  const [lng, lat, height] = [places[3 * node]!, places[3 * node + 1]!, places[3 * node + 2]!]
  return Number.isNaN(lng) ? null : [lng, lat, height]
}

/** The worst moment of each place, the worst places first. */
function worstOf(
  { model }: Hydraulics,
  results: HydraulicResults,
  names: Names,
  show: Shown,
  { node, link }: { node: ValueAt; link: ValueAt },
): WorstPlace[] {
  const low = show === 'pressure' || show === 'head'
  const onNodes = low || show === 'age' || show === 'demand'
  const ids = onNodes ? names.nodes : names.links
  const value = onNodes ? node : link
  const found: WorstPlace[] = []
  for (let i = 0; i < ids.length; i++) {
    if (ids[i] === '' || (onNodes && (model.nodes.kind[i] !== 'junction' || names.apart[i] === 1))) continue
    if (!onNodes && model.links.kind[i] === 'pump') continue
    let [worst, at] = [Number.NaN, 0]
    for (let s = 0; s < results.steps; s++) {
      const here = value(i, s)
      if (Number.isNaN(worst) || (low ? here < worst : here > worst)) [worst, at] = [here, s]
    }
    if (Number.isFinite(worst))
      found.push({
        id: ids[i]!,
        collection: onNodes ? 'pipe-nodes' : 'pipes',
        value: worst,
        at: results.times[at]!,
        place: placeOf(names, onNodes ? i : model.links.from[i]!),
      })
  }
  found.sort((a, b) => (low ? a.value - b.value : b.value - a.value))
  return found.slice(0, WORST).map((one) => ({ ...one, value: round(one.value, SHOWN[show].digits) ?? 0 }))
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
function rangeOf(lists: (number | null)[][]): [number, number] {
  const all = Float64Array.from(lists.flatMap((list) => list.filter((value) => value !== null)))
  if (all.length === 0) return [0, 1]
  all.sort()
  const off = Math.floor(all.length * BEYOND)
  return [all[off]!, all[all.length - 1 - off]!]
}

/** Which way each pipe flows at each moment. */
function waysOf({ model: { links } }: Hydraulics, { flow, velocity, steps }: HydraulicResults, names: Names): string[] {
  return Array.from({ length: steps }, (_, s) => {
    let way = ''
    for (let k = 0, at = s * links.count; k < links.count; k++, at++)
      if (names.links[k] !== '') way += velocity[at]! < STILL ? '0' : flow[at]! > 0 ? '+' : '-'
    return way
  })
}

/** Results as an answer. */
export function hydraulicsAnswer(
  hydraulics: Hydraulics,
  results: HydraulicResults,
  names: Names,
  show: Shown,
): HydraulicsAnswer {
  const { nodes, links } = hydraulics.model
  const { unit, digits } = SHOWN[show]
  const value = valuesOf(hydraulics, results, show)
  const named = (ids: string[]) => (i: number) => ids[i] !== ''
  const onNodes = show === 'pressure' || show === 'head' || show === 'demand' || show === 'age'
  const kept = onNodes ? named(names.nodes) : () => false
  const nodeValues = table(nodes.count, results.steps, kept, value.node, digits)
  const junction = (i: number) => kept(i) && nodes.kind[i] === 'junction' && names.apart[i] === 0
  const served = onNodes ? table(nodes.count, results.steps, junction, value.node, digits) : []
  const pipeValues = table(links.count, results.steps, named(names.links), value.link, digits)
  const places: [number, number, number][] = []
  for (let i = 0; i < nodes.count; i++)
    if (kept(i)) places.push([names.places[3 * i]!, names.places[3 * i + 1]!, names.places[3 * i + 2]!])
  return {
    show,
    unit,
    times: [...results.times],
    clockS: hydraulics.model.clockS,
    pipes: { ids: names.links.filter((id) => id !== ''), values: pipeValues },
    nodes: { ids: names.nodes.filter((_, i) => kept(i)), places, values: nodeValues },
    ways: waysOf(hydraulics, results, names),
    range: rangeOf(onNodes ? served : pipeValues),
    worst: worstOf(hydraulics, results, names, show, value),
    summary: summaryOf(hydraulics, results, names),
    warnings: results.warnings.map((one) => ({ ...one, at: Number.isNaN(one.at) ? -1 : one.at })),
    seconds: Number(results.seconds.toFixed(3)),
  }
}
