/** "Colour by": from an attribute to a style expression, and back from an expression to what was chosen. */
import type { Expression } from '../../../scenes/schema/expression.ts'
import { RAMPS, type RampName } from '../../../scenes/schema/ramps.ts'
import type { Attribute } from '../server.ts'

/** What stands for "unknown or other": grey, never a colour of data. */
export const GREY = '#8f99a6'

/** Paul Tol's "light" scheme without its grey: told apart under every common colour vision, calm on a clay model. */
export const CATEGORIES = [
  '#77aadd',
  '#ee8866',
  '#eedd88',
  '#ffaabb',
  '#99ddff',
  '#44bb99',
  '#bbcc33',
  '#aaaa00',
] as const

/** What somebody chose to colour by. */
export type ColorChoice =
  | { kind: 'ramp'; attribute: string; ramp: RampName; from: number; to: number }
  | { kind: 'match'; attribute: string; values: (string | number | boolean)[] }

/** The ramp a number starts with: even for the eye and clearly data on the clay of the city. */
const FIRST_RAMP: RampName = 'viridis'

/** A first choice for an attribute: its whole range for numbers, its commonest values for words. */
export function firstChoice(attribute: Attribute): ColorChoice {
  if (attribute.type !== 'number') {
    const values = attribute.type === 'boolean' ? [true, false] : attribute.top.map(([value]) => value)
    return { kind: 'match', attribute: attribute.name, values: [...new Set(values)].slice(0, CATEGORIES.length) }
  }
  const from = attribute.min ?? 0
  const to = attribute.max ?? from + 1
  return { kind: 'ramp', attribute: attribute.name, ramp: FIRST_RAMP, from, to: to > from ? to : from + 1 }
}

/** The style expression of a choice; what has no value is grey. */
export function expressionOf(choice: ColorChoice): Expression {
  const get = ['get', choice.attribute] as const
  if (choice.kind === 'ramp') return ['coalesce', ['ramp', get, choice.ramp, choice.from, choice.to], GREY]
  if (choice.values.length === 0) return GREY
  const pairs = choice.values.flatMap((value, index) => [value, CATEGORIES[index % CATEGORIES.length]!])
  return ['match', get, ...pairs, GREY]
}

/** What an expression was chosen as; null when nobody chose it here. */
export function choiceOf(expression: unknown): ColorChoice | null {
  if (!Array.isArray(expression)) return null
  if (expression[0] === 'coalesce') return choiceOf(expression[1])
  const [word, get] = expression
  if (!Array.isArray(get) || get[0] !== 'get' || typeof get[1] !== 'string') return null
  const attribute = get[1]
  if (word === 'ramp') {
    const [ramp, from, to] = expression.slice(2)
    const known = RAMPS.find((name) => name === ramp)
    if (known === undefined || typeof from !== 'number' || typeof to !== 'number') return null
    return { kind: 'ramp', attribute, ramp: known, from, to }
  }
  if (word !== 'match') return null
  const values = expression.slice(2, -1).filter((_, index) => index % 2 === 0)
  return values.every((value) => ['string', 'number', 'boolean'].includes(typeof value))
    ? { kind: 'match', attribute, values }
    : null
}
