/** What-ifs on an open EPANET model: things shut, pumps off, demands changed, each undone after the solve. */
import { CountType, LinkProperty, LinkType } from 'epanet-js'
import type { HydraulicModel } from './hydraulics.ts'
import type { EpanetProject } from './hydraulics-engine.ts'

/** What is different from the file. */
export interface WhatIf {
  /** ids of links that are shut: pipes, valves, pumps; simple controls and rules on them are out of force */
  closed?: readonly string[]
  /** ids of links that are open, whatever the file says */
  opened?: readonly string[]
  /** mean demand of a junction, m³/s, by id; its patterns stay */
  demands?: Readonly<Record<string, number>>
  /** drawn at a junction besides its demand, constant, m³/s, by id: a hydrant in use */
  draws?: Readonly<Record<string, number>>
  /** all demands of the file times this */
  demandFactor?: number
}

const DEMAND_MULTIPLIER = 4
const MOST_M3S = 1e4

/** The index in EPANET, from 1. @throws {RangeError} */
function linkOf({ links }: HydraulicModel, id: string): number {
  const at = links.index.get(id)
  if (at === undefined) throw new RangeError(`hydraulics: no such link in the model, got ${id.slice(0, 80)}`)
  return at + 1
}

/** The index in EPANET of a junction, from 1. @throws {RangeError} */
export function junctionOf({ nodes }: HydraulicModel, id: string): number {
  const at = nodes.index.get(id)
  if (at === undefined) throw new RangeError(`hydraulics: no such node in the model, got ${id.slice(0, 80)}`)
  if (nodes.kind[at] !== 'junction')
    throw new RangeError(`hydraulics: ${id.slice(0, 80)} is a ${nodes.kind[at]}; expected a junction`)
  return at + 1
}

function legalFlow(what: string, value: number): void {
  if (!(Math.abs(value) <= MOST_M3S))
    throw new RangeError(`hydraulics: ${what}, got ${value} m³/s; expected ${-MOST_M3S} … ${MOST_M3S}`)
}

/** Simple controls and rules that set one of some links, put out of force. */
function silence(project: EpanetProject, links: ReadonlySet<number>, undo: (() => void)[]): void {
  if (links.size === 0) return
  const off = (set: string, asked: string, index: number): void => {
    if (project.integer(asked, index) === 0) return
    project.do(set, index, 0)
    undo.push(() => project.do(set, index, 1))
  }
  const controls = project.integer('getcount', CountType.ControlCount)
  for (let i = 1; i <= controls; i++)
    if (links.has(project.controlledLink(i))) off('setcontrolenabled', 'getcontrolenabled', i)
  const rules = project.integer('getcount', CountType.RuleCount)
  for (let i = 1; i <= rules; i++) {
    const [then, otherwise] = project.ruleActions(i)
    let touches = false
    for (let a = 1; a <= then; a++) touches ||= links.has(project.ruledLink('getthenaction', i, a))
    for (let a = 1; a <= otherwise; a++) touches ||= links.has(project.ruledLink('getelseaction', i, a))
    if (touches) off('setruleenabled', 'getruleenabled', i)
  }
}

/** Links that simple controls or rules may open: they count as open when what is cut off is looked for. */
function controlled(project: EpanetProject): Set<number> {
  const found = new Set<number>()
  const controls = project.integer('getcount', CountType.ControlCount)
  for (let i = 1; i <= controls; i++)
    if (project.integer('getcontrolenabled', i) !== 0) found.add(project.controlledLink(i))
  const rules = project.integer('getcount', CountType.RuleCount)
  for (let i = 1; i <= rules; i++) {
    if (project.integer('getruleenabled', i) === 0) continue
    const [then, otherwise] = project.ruleActions(i)
    for (let a = 1; a <= then; a++) found.add(project.ruledLink('getthenaction', i, a))
    for (let a = 1; a <= otherwise; a++) found.add(project.ruledLink('getelseaction', i, a))
  }
  return found
}

/** Junctions that no reservoir or tank reaches: 1 = cut off. */
function cutOff(project: EpanetProject, { nodes, links }: HydraulicModel): Uint8Array {
  const status = project.all('getlinkvalues', LinkProperty.InitStatus, links.count).slice()
  const mayOpen = controlled(project)
  const start = new Uint32Array(nodes.count + 1)
  const open = Uint8Array.from(status, (value, k) => (value > 0 || mayOpen.has(k + 1) ? 1 : 0))
  for (let k = 0; k < links.count; k++) {
    if (!open[k]) continue
    start[links.from[k]! + 1]!++
    start[links.to[k]! + 1]!++
  }
  for (let i = 0; i < nodes.count; i++) start[i + 1]! += start[i]!
  const there = new Uint32Array(start[nodes.count]!)
  const next = start.slice()
  for (let k = 0; k < links.count; k++) {
    if (!open[k]) continue
    there[next[links.from[k]!]!++] = links.to[k]!
    there[next[links.to[k]!]!++] = links.from[k]!
  }
  const dry = new Uint8Array(nodes.count).fill(1)
  const queue: number[] = []
  const reach = (node: number): void => {
    if (dry[node] === 0) return
    dry[node] = 0
    queue.push(node)
  }
  nodes.kind.forEach((kind, i) => {
    if (kind !== 'junction') reach(i)
  })
  for (let node = queue.pop(); node !== undefined; node = queue.pop())
    for (let at = start[node]!; at < start[node + 1]!; at++) reach(there[at]!)
  return dry
}

function setStatus(project: EpanetProject, link: number, open: boolean, undo: (() => void)[]): void {
  const status = project.number('getlinkvalue', link, LinkProperty.InitStatus)
  const setting = project.number('getlinkvalue', link, LinkProperty.InitSetting)
  if (status > 0 === open) return
  project.do('setlinkvalue', link, LinkProperty.InitStatus, open ? 1 : 0)
  undo.push(() => {
    if (setting > 0 && status > 0) project.do('setlinkvalue', link, LinkProperty.InitSetting, setting)
    project.do('setlinkvalue', link, LinkProperty.InitStatus, status)
  })
}

function setDemand(project: EpanetProject, node: number, units: number, undo: (() => void)[]): void {
  const count = project.integer('getnumdemands', node)
  if (count === 0) {
    if (units !== 0) draw(project, node, units, undo)
    return
  }
  const before = Array.from({ length: count }, (_, i) => project.number('getbasedemand', node, i + 1))
  const sum = before.reduce((total, one) => total + one, 0)
  before.forEach((one, i) => {
    // categories keep their shares, so that each keeps its pattern
    project.do('setbasedemand', node, i + 1, sum > 0 ? (one / sum) * units : i === 0 ? units : 0)
  })
  undo.push(() => {
    before.forEach((one, i) => {
      project.do('setbasedemand', node, i + 1, one)
    })
  })
}

const FLAT = '_what_if_'

/** The number of a pattern that is 1 at every hour; a demand without a pattern would follow the file's default one. */
function flatPattern(project: EpanetProject, undo: (() => void)[]): number {
  const last = project.integer('getcount', CountType.PatCount)
  if (last > 0 && project.patternId(last) === FLAT) return last
  project.doWithTexts('addpattern', FLAT)
  undo.push(() => project.do('deletepattern', last + 1))
  return last + 1
}

function draw(project: EpanetProject, node: number, units: number, undo: (() => void)[]): void {
  const pattern = flatPattern(project, undo)
  project.doWithTexts('adddemand', node, units, FLAT, 'what-if')
  const category = project.integer('getnumdemands', node)
  project.do('setdemandpattern', node, category, pattern)
  undo.push(() => project.do('deletedemand', node, category))
}

/**
 * Shuts the links between junctions that are cut off. Nothing flows in them; left open, the solver's matrix of a part that hangs on a shut link
 * only (1e-8 of a conductance) beside short wide pipes (1e6) has a pivot of rounding errors: error 110.
 */
function shutAll(project: EpanetProject, { links }: HydraulicModel, dry: Uint8Array, undo: (() => void)[]): void {
  for (let k = 0; k < links.count; k++) {
    if (dry[links.from[k]!] !== 1 || dry[links.to[k]!] !== 1) continue
    // the status of a check valve cannot be set
    if (project.integer('getlinktype', k + 1) !== LinkType.CVPipe) setStatus(project, k + 1, false, undo)
  }
}

/**
 * Changes an open project. Where something is shut, junctions that no source reaches draw nothing: EPANET would press the demand through the
 * shut valve.
 *
 * @returns `undo` puts everything back; `dry`: 1 for each node that is cut off, null when nothing is shut
 * @throws {RangeError} naming an id that is not in the model; nothing is changed then
 */
export function applyWhatIf(
  project: EpanetProject,
  model: HydraulicModel,
  whatIf: WhatIf,
): { undo: () => void; dry: Uint8Array | null } {
  const { closed = [], opened = [], demands = {}, draws = {}, demandFactor = 1 } = whatIf
  const shut = closed.map((id) => linkOf(model, id))
  const open = opened.map((id) => linkOf(model, id))
  const wanted = Object.entries(demands).map(([id, value]) => [junctionOf(model, id), value] as const)
  const drawn = Object.entries(draws).map(([id, value]) => [junctionOf(model, id), value] as const)
  for (const [, value] of [...wanted, ...drawn]) legalFlow('demand', value)
  if (!(demandFactor >= 0 && demandFactor <= 1000))
    throw new RangeError(`hydraulics: demand factor, got ${demandFactor}; expected 0 … 1000`)
  const undo: (() => void)[] = []
  const back = (): void => {
    while (undo.length > 0) undo.pop()!()
  }
  try {
    silence(project, new Set([...shut, ...open]), undo)
    for (const link of shut) setStatus(project, link, false, undo)
    for (const link of open) setStatus(project, link, true, undo)
    const multiplier = project.number('getoption', DEMAND_MULTIPLIER)
    for (const [node, value] of wanted) setDemand(project, node, value / model.flowM3s / multiplier, undo)
    if (demandFactor !== 1) {
      project.do('setoption', DEMAND_MULTIPLIER, multiplier * demandFactor)
      undo.push(() => project.do('setoption', DEMAND_MULTIPLIER, multiplier))
    }
    for (const [node, value] of drawn)
      draw(project, node, demandFactor > 0 ? value / model.flowM3s / multiplier / demandFactor : 0, undo)
    const dry = shut.length > 0 ? cutOff(project, model) : null
    dry?.forEach((is, i) => {
      if (is === 1) setDemand(project, i + 1, 0, undo)
    })
    if (dry?.includes(1)) shutAll(project, model, dry, undo)
    return { undo: back, dry }
  } catch (error) {
    back()
    throw error
  }
}
