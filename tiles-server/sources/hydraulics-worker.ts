/** The worker that solves networks: water models stay open in EPANET between questions, the last results are kept; each answer is JSON in bytes. */
import { parentPort } from 'node:worker_threads'
import {
  type HydraulicResults,
  type Hydraulics,
  type HydraulicsWish,
  openHydraulics,
} from '../../data/networks/hydraulics.ts'
import type { WaterShown } from '../../data/networks/hydraulics-answer.ts'
import { fireFlow } from '../../data/networks/hydraulics-fire.ts'
import type { WhatIf } from '../../data/networks/hydraulics-what-if.ts'
import {
  type CapacityTask,
  type OpenSewers,
  openSewers,
  type WaveTask,
  workCapacity,
  workWave,
} from './capacity-work.ts'
import { hydraulicsAnswer, type Names } from './hydraulics-answer.ts'

/** A water network as EPANET reads it, and its names in the city. */
export interface WaterModel {
  text: string
  /** EPANET id → id in the city, and where nodes stand */
  nodes: Map<string, string>
  links: Map<string, string>
  places: Map<string, [number, number, number]>
  /** nodes whose pressure says nothing of the service */
  apart: Set<string>
}

/** A question about a water network. */
export interface WaterTask {
  kind: 'water'
  /** model and its revision: the same key is the same model */
  key: string
  /** needed once: the worker asks for it when it has not, or no more, the model of the key */
  model?: WaterModel
  whatIf: WhatIf
  show: WaterShown
  /** one moment, seconds; null: over time, `until` seconds at most */
  at: number | null
  until: number
  fire: { node: string; requiredM3s: number; residualM: number } | null
  /** seconds of work */
  most: number
}

/** A question to the worker; `stop` becomes 1 when nobody waits any more. */
export type HydraulicsTask = (WaterTask | CapacityTask | WaveTask) & { stop: Int32Array }

interface Open {
  hydraulics: Hydraulics
  names: Names
  results: Map<string, HydraulicResults>
}

const MOST_MODELS = 3
const MOST_RESULTS = 4
const MOST_SEWERS = 2
const opened = new Map<string, Open>()
const sewers = new Map<string, OpenSewers>()

function namesOf({ model }: Hydraulics, { nodes, links, places, apart }: WaterModel): Names {
  const names = model.nodes.ids.map((id) => nodes.get(id) ?? '')
  const at = new Float64Array(3 * names.length).fill(Number.NaN)
  names.forEach((id, i) => {
    const place = places.get(id)
    if (place) at.set(place, 3 * i)
    else names[i] = ''
  })
  return {
    nodes: names,
    links: model.links.ids.map((id) => links.get(id) ?? ''),
    places: at,
    apart: Uint8Array.from(names, (id) => (apart.has(id) ? 1 : 0)),
  }
}

/** Puts a value last in a map that keeps few; what falls out is given to `drop`. */
function keep<Value>(map: Map<string, Value>, key: string, value: Value, most: number, drop: (old: Value) => void) {
  map.delete(key)
  map.set(key, value)
  for (const [old, gone] of map) {
    if (map.size <= most) break
    map.delete(old)
    drop(gone)
  }
}

async function modelOf(task: WaterTask): Promise<Open | null> {
  let known = opened.get(task.key)
  if (!known) {
    if (!task.model) return null
    const hydraulics = await openHydraulics(task.model.text)
    known = { hydraulics, names: namesOf(hydraulics, task.model), results: new Map() }
  }
  keep(opened, task.key, known, MOST_MODELS, ({ hydraulics }) => hydraulics.close())
  return known
}

/** Results of a question, kept for the next one: only what is shown of them may differ. */
function resultsOf(
  { hydraulics, results }: Open,
  wish: HydraulicsWish & { signal: HydraulicsWish['signal'] },
): HydraulicResults {
  const { signal: _, ...asked } = wish
  const key = JSON.stringify(asked)
  const known = results.get(key) ?? hydraulics.solve(wish)
  keep(results, key, known, MOST_RESULTS, () => {})
  return known
}

/** The moment at which most water is drawn, seconds. */
function busiest({ times, demand, steps }: HydraulicResults, kinds: readonly string[]): number {
  let [most, at] = [-Infinity, 0]
  for (let s = 0; s < steps; s++) {
    let sum = 0
    for (let i = 0; i < kinds.length; i++) if (kinds[i] === 'junction') sum += demand[s * kinds.length + i]!
    if (sum > most) [most, at] = [sum, times[s]!]
  }
  return at
}

type Signal = Pick<AbortSignal, 'throwIfAborted'>
/** null: the model must be sent */
type Answered = Uint8Array<ArrayBuffer> | null

async function workWater(task: WaterTask, signal: Signal): Promise<Answered> {
  const open = await modelOf(task)
  if (!open) return null
  const { hydraulics, names } = open
  const { whatIf, show, until, fire, most } = task
  const age = show === 'age'
  if (!fire) {
    const moment = task.at === null ? { until, age } : { at: task.at }
    const results = resultsOf(open, { whatIf, signal, most, ...moment })
    return hydraulicsAnswer(hydraulics, results, names, show, null)
  }
  // a fire is looked at in one moment: the one asked for, or the one at which most water is drawn
  const { nodes } = hydraulics.model
  const at = task.at ?? busiest(resultsOf(open, { whatIf, signal, most, until }), nodes.kind)
  const found = fireFlow(hydraulics, { ...fire, at, whatIf, signal, most })
  const draws = { ...whatIf.draws, [fire.node]: fire.requiredM3s }
  const results = resultsOf(open, { whatIf: { ...whatIf, draws }, at, signal, most })
  const neighbours = found.neighbours.map(({ node, before, after }) => ({ id: names.nodes[node]!, before, after }))
  return hydraulicsAnswer(hydraulics, results, names, age ? 'pressure' : show, { ...found, at, neighbours })
}

function workSewers(task: CapacityTask, signal: Signal): Answered {
  const known = sewers.get(task.key) ?? (task.model && openSewers(task.model, task.utility))
  if (!known) return null
  keep(sewers, task.key, known, MOST_SEWERS, () => {})
  return workCapacity(task, known, signal)
}

async function work(task: HydraulicsTask): Promise<Answered> {
  const signal = {
    throwIfAborted(): void {
      if (Atomics.load(task.stop, 0) !== 0) throw new Error('hydraulics: nobody waits for the answer any more')
    },
  }
  if (task.kind === 'water') return workWater(task, signal)
  return task.kind === 'capacity' ? workSewers(task, signal) : workWave(task, signal)
}

/** What the worker says: an answer, that it needs the model, or why there is none. */
export interface WorkerReply {
  value?: Uint8Array<ArrayBuffer>
  missing?: true
  error?: string
  refused?: boolean
}

parentPort?.on('message', (task: HydraulicsTask) => {
  const say = (reply: WorkerReply): void => parentPort?.postMessage(reply, reply.value ? [reply.value.buffer] : [])
  work(task).then(
    (value) => say(value ? { value } : { missing: true }),
    (error: unknown) =>
      say({ error: error instanceof Error ? error.message : String(error), refused: error instanceof RangeError }),
  )
})
