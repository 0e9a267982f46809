/** Pressures, flows and ages of a water network by EPANET: a model stays open, what-ifs change it by toolkit calls and solve again. */
import { CountType, LinkProperty, NodeProperty, TimeParameter } from 'epanet-js'
import { EpanetProject, type EpanetSaying } from './hydraulics-engine.ts'
import { applyWhatIf, type WhatIf } from './hydraulics-what-if.ts'

/** Nodes and links of the model in EPANET's order; ids as the file has them. */
export interface HydraulicModel {
  nodes: { count: number; ids: string[]; index: Map<string, number>; kind: ('junction' | 'reservoir' | 'tank')[] }
  links: {
    count: number
    ids: string[]
    index: Map<string, number>
    kind: ('pipe' | 'pump' | 'valve')[]
    /** nodes at its ends, counted from 0 */
    from: Uint32Array
    to: Uint32Array
  }
  /** metres above the model's own datum */
  elevation: Float64Array
  /** metres per length unit and m³/s per flow unit of the file */
  lengthM: number
  flowM3s: number
  /** seconds: length of the simulation, between two results, first result */
  durationS: number
  reportStepS: number
  reportStartS: number
  /** seconds after midnight at which the simulation begins */
  clockS: number
}

/**
 * Results at `steps` moments; value of element i at step s = `array[s · count + i]`, SI. Pressure is head less elevation, metres of what flows;
 * flow is positive from `from` to `to`, never negative velocity; head loss in metres from `from` to `to`, negative = gain of a pump;
 * status 1 open, 0 closed; age in seconds (null when not asked for).
 */
export interface HydraulicResults {
  steps: number
  /** seconds from the start */
  times: Float64Array
  pressure: Float32Array
  head: Float32Array
  demand: Float32Array
  flow: Float32Array
  velocity: Float32Array
  headloss: Float32Array
  status: Uint8Array
  age: Float32Array | null
  /** 1 = a what-if cuts the node off from every source: it draws nothing, its pressure, head and age are NaN; null when nothing is shut */
  dry: Uint8Array | null
  warnings: EpanetSaying[]
  /** seconds it took */
  seconds: number
}

/** What is to be solved. */
export interface HydraulicsWish {
  whatIf?: WhatIf
  /** one moment, seconds from the start, tanks at their initial levels; all the file's moments when absent */
  at?: number
  /** seconds from the start at which a simulation over time ends, when that is before the file's own end */
  until?: number
  /** age of the water too; only over time */
  age?: boolean
  /** asked between two steps */
  signal?: Pick<AbortSignal, 'throwIfAborted'>
  /** seconds of work at most; 60 when absent */
  most?: number
}

/** A model, open. */
export interface Hydraulics {
  readonly model: HydraulicModel
  /** @throws {RangeError} naming ids that are not in the model; {EpanetError}; {Error} when it takes too long or its results too much room; the signal's reason */
  solve(wish?: HydraulicsWish): HydraulicResults
  close(): void
  readonly project: EpanetProject
}

/** m³/s per unit, in the order of EPANET's flow units: CFS GPM MGD IMGD AFD LPS LPM MLD CMH CMD CMS. */
const FLOW_M3S = [
  0.028316846592,
  6.30901964e-5,
  0.0438126364,
  0.0526168042,
  0.014276410157,
  1e-3,
  1e-3 / 60,
  1e3 / 86400,
  1 / 3600,
  1 / 86400,
  1,
]
const FIRST_METRIC = 5
const FOOT = 0.3048
const MOST_TEXT = 64 * 2 ** 20
const MOST_BYTES = 512 * 2 ** 20
/** Trials that a file may ask for, and those beyond them: more is no better, and one step must end. */
const MOST_TRIALS = 500
const NODE_KINDS = ['junction', 'reservoir', 'tank'] as const

function readModel(project: EpanetProject): HydraulicModel {
  const nodeCount = project.integer('getcount', CountType.NodeCount)
  const linkCount = project.integer('getcount', CountType.LinkCount)
  const units = project.integer('getflowunits')
  const lengthM = units >= FIRST_METRIC ? 1 : FOOT
  const ids = (count: number, name: 'getnodeid' | 'getlinkid') =>
    Array.from({ length: count }, (_, i) => project.id(name, i + 1))
  const [nodeIds, linkIds] = [ids(nodeCount, 'getnodeid'), ids(linkCount, 'getlinkid')]
  const [from, to] = [new Uint32Array(linkCount), new Uint32Array(linkCount)]
  for (let k = 0; k < linkCount; k++) {
    const [a, b] = project.pair('getlinknodes', k + 1)
    from[k] = a - 1
    to[k] = b - 1
  }
  const index = (list: string[]) => new Map(list.map((id, i) => [id, i]))
  const time = (parameter: TimeParameter): number => project.integer('gettimeparam', parameter)
  return {
    nodes: {
      count: nodeCount,
      ids: nodeIds,
      index: index(nodeIds),
      kind: Array.from(
        { length: nodeCount },
        (_, i) => NODE_KINDS[project.integer('getnodetype', i + 1)] ?? 'junction',
      ),
    },
    links: {
      count: linkCount,
      ids: linkIds,
      index: index(linkIds),
      // 0 pipe with check valve, 1 pipe, 2 pump, then the kinds of valves
      kind: Array.from({ length: linkCount }, (_, k) => {
        const type = project.integer('getlinktype', k + 1)
        return type <= 1 ? 'pipe' : type === 2 ? 'pump' : 'valve'
      }),
      from,
      to,
    },
    elevation: project.all('getnodevalues', NodeProperty.Elevation, nodeCount).map((value) => value * lengthM),
    lengthM,
    flowM3s: FLOW_M3S[units] ?? 1,
    durationS: time(TimeParameter.Duration),
    reportStepS: Math.max(1, time(TimeParameter.ReportStep)),
    reportStartS: time(TimeParameter.ReportStart),
    clockS: time(TimeParameter.StartTime),
  }
}

/** Room for the results of some steps. */
function roomFor({ nodes, links }: HydraulicModel, steps: number, age: boolean): HydraulicResults {
  const bytes = steps * (nodes.count * (age ? 16 : 12) + links.count * 13)
  if (bytes > MOST_BYTES)
    throw new Error(
      `hydraulics: ${steps} results of ${nodes.count} nodes and ${links.count} links take ${Math.round(bytes / 2 ** 20)} MB; expected at most ${MOST_BYTES / 2 ** 20} MB: lengthen the report step`,
    )
  const array = (count: number) => new Float32Array(steps * count)
  return {
    steps,
    times: new Float64Array(steps),
    pressure: array(nodes.count),
    head: array(nodes.count),
    demand: array(nodes.count),
    flow: array(links.count),
    velocity: array(links.count),
    headloss: array(links.count),
    status: new Uint8Array(steps * links.count),
    age: age ? array(nodes.count) : null,
    dry: null,
    warnings: [],
    seconds: 0,
  }
}

/** Takes what EPANET has now as step `s`. */
function take(project: EpanetProject, model: HydraulicModel, results: HydraulicResults, s: number, now: number): void {
  const { nodes, links, elevation, lengthM, flowM3s } = model
  results.times[s] = now
  const put = (
    out: Float32Array,
    name: 'getnodevalues' | 'getlinkvalues',
    property: number,
    count: number,
    by: number,
  ) => {
    const values = project.all(name, property, count)
    const at = s * count
    for (let i = 0; i < count; i++) out[at + i] = values[i]! * by
  }
  const heads = project.all('getnodevalues', NodeProperty.Head, nodes.count)
  for (let i = 0, at = s * nodes.count; i < nodes.count; i++, at++) {
    const head = heads[i]! * lengthM
    results.head[at] = head
    results.pressure[at] = head - elevation[i]!
  }
  put(results.demand, 'getnodevalues', NodeProperty.Demand, nodes.count, flowM3s)
  put(results.flow, 'getlinkvalues', LinkProperty.Flow, links.count, flowM3s)
  put(results.velocity, 'getlinkvalues', LinkProperty.Velocity, links.count, lengthM)
  put(results.headloss, 'getlinkvalues', LinkProperty.Headloss, links.count, lengthM)
  const status = project.all('getlinkvalues', LinkProperty.Status, links.count)
  for (let k = 0; k < links.count; k++) results.status[s * links.count + k] = status[k]! > 0 ? 1 : 0
}

/** Asked between two steps whether to go on. */
function bound(wish: HydraulicsWish, project: EpanetProject): () => void {
  const most = wish.most ?? 60
  const until = performance.now() + most * 1000
  return () => {
    wish.signal?.throwIfAborted()
    if (performance.now() > until)
      throw new Error(
        `hydraulics: not done after ${most} s of work, at ${(project.now / 3600).toFixed(1)} h; expected less: shorten the duration or lengthen the time step`,
      )
  }
}

/** Runs the hydraulics; each result at its moment goes to `take`. */
function runHydraulics(project: EpanetProject, save: boolean, goOn: () => void, each: (now: number) => void): void {
  project.do('openH')
  try {
    project.do('initH', save ? 11 : 10)
    for (;;) {
      goOn()
      project.now = project.integer('gettimeparam', TimeParameter.HTime)
      const now = project.integer('runH')
      each(now)
      if (project.integer('nextH') <= 0) return
    }
  } finally {
    project.do('closeH')
  }
}

/** Runs the age of the water over hydraulics just saved. */
function runAge(project: EpanetProject, goOn: () => void, each: (now: number) => void): void {
  project.doWithTexts('setqualtype', 2, 'Age', 'hours', '')
  project.do('openQ')
  try {
    project.do('initQ', 0)
    for (;;) {
      goOn()
      each(project.integer('runQ'))
      if (project.integer('nextQ') <= 0) return
    }
  } finally {
    project.do('closeQ')
  }
}

function solve(project: EpanetProject, model: HydraulicModel, wish: HydraulicsWish): HydraulicResults {
  const began = performance.now()
  const steady = wish.at !== undefined
  if (wish.age && steady) throw new RangeError('hydraulics: age at one moment; expected a simulation over time')
  const { reportStepS, reportStartS, nodes } = model
  const durationS = Math.min(model.durationS, Math.max(0, Math.round(wish.until ?? model.durationS)))
  const steps = steady ? 1 : Math.max(1, Math.floor((durationS - reportStartS) / reportStepS) + 1)
  const results = roomFor(model, steps, wish.age === true)
  const goOn = bound(wish, project)
  project.warnings.length = 0
  const { undo, dry } = applyWhatIf(project, model, wish.whatIf ?? {})
  const patternStart = project.integer('gettimeparam', TimeParameter.PatternStart)
  try {
    project.do('settimeparam', TimeParameter.Duration, steady ? 0 : durationS)
    if (steady)
      project.do('settimeparam', TimeParameter.PatternStart, patternStart + Math.max(0, Math.round(wish.at ?? 0)))
    const stepAt = (now: number): number => {
      const s = steady || durationS === 0 ? 0 : (now - reportStartS) / reportStepS
      return Number.isInteger(s) && s >= 0 && s < steps ? s : -1
    }
    runHydraulics(project, wish.age === true, goOn, (now) => {
      const s = stepAt(now)
      if (s < 0) return
      take(project, model, results, s, steady ? (wish.at ?? 0) : now)
      dry?.forEach((is, i) => {
        if (is === 1) results.pressure[s * nodes.count + i] = results.head[s * nodes.count + i] = Number.NaN
      })
    })
    const { age } = results
    if (age)
      runAge(project, goOn, (now) => {
        const s = stepAt(now)
        if (s < 0) return
        const hours = project.all('getnodevalues', NodeProperty.Quality, nodes.count)
        for (let i = 0; i < nodes.count; i++) age[s * nodes.count + i] = dry?.[i] ? Number.NaN : hours[i]! * 3600
      })
  } finally {
    project.now = Number.NaN
    project.do('settimeparam', TimeParameter.PatternStart, patternStart)
    project.do('settimeparam', TimeParameter.Duration, model.durationS)
    undo()
  }
  results.dry = dry
  results.warnings = project.warnings.map((one) => ({ ...one }))
  results.seconds = (performance.now() - began) / 1000
  return results
}

/**
 * Opens a network for solving.
 *
 * @param text of an EPANET .inp file
 * @throws {EpanetError} naming what EPANET does not accept, with its numbers; {RangeError} for a text that is too long
 * @see Rossman et al. 2020, EPANET 2.2 User Manual, EPA/600/R-20/133
 */
export async function openHydraulics(text: string): Promise<Hydraulics> {
  if (text.length > MOST_TEXT)
    throw new RangeError(`hydraulics: a file of ${text.length} characters; expected at most ${MOST_TEXT}`)
  const project = await EpanetProject.open(text)
  try {
    const trials = project.number('getoption', 0)
    if (trials > MOST_TRIALS) project.do('setoption', 0, MOST_TRIALS)
    if (project.number('getoption', 14) > MOST_TRIALS) project.do('setoption', 14, MOST_TRIALS)
    const model = readModel(project)
    return { model, project, solve: (wish = {}) => solve(project, model, wish), close: () => project.close() }
  } catch (error) {
    project.close()
    throw error
  }
}
