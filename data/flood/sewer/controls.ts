/** Control rules of a SWMM .inp: IF … THEN … ELSE … on pumps, orifices, weirs and outlets. */
import { type SwmmInp, swmmHours, swmmUnits } from '../../formats/swmm-inp.ts'
import { swmmNumber } from '../../formats/swmm-inp-columns.ts'
import { swmmWords } from '../../formats/swmm-inp-lines.ts'
import { conduitFlow, type DynamicWave } from './dynamic-wave.ts'
import type { Network } from './network.ts'
import { ratingAt } from './regulators.ts'
import { curveNamed, nameKey } from './time-series.ts'

type Value = (wave: DynamicWave, time: number) => number
interface Premise {
  or: boolean
  value: Value
  relation: string
  limit: number
}
interface Action {
  regulator: number
  setting: Value
}
interface Rule {
  premises: Premise[]
  actions: Action[]
  otherwise: Action[]
  priority: number
}

const RELATIONS = ['=', '<>', '<', '>', '<=', '>=']

function holds(value: number, relation: string, limit: number): boolean {
  if (relation === '=') return Math.abs(value - limit) < 1e-9 * Math.max(1, Math.abs(limit))
  if (relation === '<>') return value !== limit
  if (relation === '<') return value < limit
  if (relation === '>') return value > limit
  return relation === '<=' ? value <= limit : value >= limit
}

/** What a premise about the clock reads. */
function clockValue(network: Network, what: string): Value {
  const date = (time: number) => new Date((network.startSeconds + time) * 1000)
  const kinds: { [what: string]: Value } = {
    TIME: (_, time) => time / 3600,
    CLOCKTIME: (_, time) => ((((network.startSeconds + time) % 86400) + 86400) % 86400) / 3600,
    MONTH: (_, time) => date(time).getUTCMonth() + 1,
    DAY: (_, time) => date(time).getUTCDay() + 1,
  }
  const found = kinds[what]
  if (!found) throw new Error(`SIMULATION ${what}; expected ${Object.keys(kinds).join(' | ')}`)
  return found
}

/** What a premise about a node or a link reads, in the file's units. */
function objectValue(inp: SwmmInp, network: Network, object: string, name: string, what: string): Value {
  const { lengthM, flowM3s } = swmmUnits(inp.options)
  if (object === 'NODE') {
    const node = network.nodes.findIndex((one) => nameKey(one.name) === nameKey(name))
    if (node < 0) throw new Error(`node ${name} is missing`)
    const { invert } = network.nodes[node]!
    if (what === 'DEPTH') return ({ head }) => (head[node]! - invert) / lengthM
    if (what === 'HEAD') return ({ head }) => head[node]! / lengthM
    if (what === 'VOLUME') return ({ volume }) => volume[node]! / lengthM ** 3
    if (what === 'INFLOW') return ({ inflow }) => inflow[node]! / flowM3s
    throw new Error(`NODE … ${what}; expected DEPTH | HEAD | VOLUME | INFLOW`)
  }
  const g = network.regulators.findIndex((one) => nameKey(one.name) === nameKey(name))
  if (g >= 0) {
    if (what === 'FLOW') return ({ regulatorFlow }) => regulatorFlow[g]! / flowM3s
    if (what === 'STATUS') return ({ setting }) => (setting[g]! > 0 ? 1 : 0)
    if (what === 'SETTING') return ({ setting }) => setting[g]!
    throw new Error(`${object} … ${what}; expected FLOW | STATUS | SETTING`)
  }
  const conduit = network.conduits.find((one) => nameKey(one.name) === nameKey(name))
  if (!conduit) throw new Error(`link ${name} is missing`)
  if (what === 'FLOW') return (wave) => conduitFlow(wave, conduit) / flowM3s
  throw new Error(`${object} … ${what}; expected FLOW`)
}

function premise(inp: SwmmInp, network: Network, words: string[], or: boolean): Premise {
  const upper = words.map((word) => word.toUpperCase())
  const k = upper.findIndex((word) => RELATIONS.includes(word))
  if (k < 1 || k + 1 >= words.length) throw new Error(`${words.join(' ')}; expected … ${RELATIONS.join(' | ')} value`)
  const value =
    upper[0] === 'SIMULATION'
      ? clockValue(network, upper[1]!)
      : objectValue(inp, network, upper[0]!, words[1]!, upper[k - 1]!)
  const word = upper[k + 1]!
  const days = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY']
  const flag = word === 'ON' || word === 'OPEN' ? 1 : word === 'OFF' || word === 'CLOSED' ? 0 : null
  const limit = flag ?? (days.includes(word) ? days.indexOf(word) + 1 : null) ?? swmmNumber(word) ?? swmmHours(word)
  return { or, value, relation: upper[k]!, limit }
}

function action(inp: SwmmInp, network: Network, words: string[], lastValue: Value): Action {
  const [kind = '', name = '', what = '', equals, ...rest] = words
  if (equals !== '=' || rest.length === 0) throw new Error(`${words.join(' ')}; expected link name SETTING = value`)
  const regulator = network.regulators.findIndex((one) => nameKey(one.name) === nameKey(name))
  if (regulator < 0) throw new Error(`${kind} ${name} is no pump, orifice, weir or outlet`)
  const word = rest[0]!.toUpperCase()
  if (/^(ON|OPEN)$/.test(word)) return { regulator, setting: () => 1 }
  if (/^(OFF|CLOSED)$/.test(word)) return { regulator, setting: () => 0 }
  if (word === 'CURVE') {
    const points = curveNamed(inp, rest[1] ?? '', 'CONTROL')
    const curve = { x: Float64Array.from(points, ([x]) => x), y: Float64Array.from(points, ([, y]) => y) }
    return { regulator, setting: (wave, time) => ratingAt(curve, lastValue(wave, time)) }
  }
  const value = swmmNumber(word)
  if (value === null || value < 0)
    throw new Error(`${what} = ${rest.join(' ')}; expected ON | OFF | a number | CURVE name`)
  return { regulator, setting: () => value }
}

function readRules(inp: SwmmInp, network: Network): Rule[] {
  const rules: Rule[] = []
  let part: 'premises' | 'actions' | 'otherwise' = 'premises'
  let name = ''
  for (const text of inp.controls) {
    const [first = '', ...words] = swmmWords(text)
    const rule = rules.at(-1)
    const head = first.toUpperCase()
    try {
      if (head === 'RULE') {
        name = words[0] ?? ''
        rules.push({ premises: [], actions: [], otherwise: [], priority: 0 })
        part = 'premises'
      } else if (!rule) throw new Error(`${first}; expected RULE name first`)
      else if (head === 'IF' || ((head === 'AND' || head === 'OR') && part === 'premises')) {
        part = 'premises'
        rule.premises.push(premise(inp, network, words, head === 'OR'))
      } else if (head === 'THEN' || head === 'ELSE' || head === 'AND') {
        if (head !== 'AND') part = head === 'THEN' ? 'actions' : 'otherwise'
        if (part === 'premises') throw new Error(`${text}; expected THEN first`)
        rule[part].push(action(inp, network, words, rule.premises[0]?.value ?? (() => 0)))
      } else if (head === 'PRIORITY') rule.priority = Number(words[0]) || 0
      else throw new Error(`${first}; expected RULE | IF | AND | OR | THEN | ELSE | PRIORITY`)
    } catch (error) {
      throw new Error(`[CONTROLS] rule ${name}: ${error instanceof Error ? error.message : error}`, { cause: error })
    }
  }
  return rules
}

/**
 * The rules of a file.
 *
 * @returns a function that sets what they say before each step; null when there are none
 * @throws {Error} naming the rule that cannot be followed
 */
export function controlsOf(inp: SwmmInp, network: Network): ((wave: DynamicWave, time: number) => void) | null {
  const rules = readRules(inp, network)
  if (rules.length === 0) return null
  const weight = new Float64Array(network.regulators.length)
  return (wave, time) => {
    weight.fill(-Infinity)
    for (const { premises, actions, otherwise, priority } of rules) {
      let is = true
      premises.forEach(({ or, value, relation, limit }, k) => {
        const one = holds(value(wave, time), relation, limit)
        is = k === 0 ? one : or ? is || one : is && one
      })
      for (const { regulator, setting } of is ? actions : otherwise) {
        // of rules that speak of one link the weightiest counts, then the first
        if (priority <= weight[regulator]!) continue
        weight[regulator] = priority
        const value = setting(wave, time)
        wave.setting[regulator] = value
        wave.running[regulator] = value > 0 ? 1 : 0
      }
    }
  }
}
