/** Array expressions, as MapLibre has them: data that says how a value follows from a feature's properties. */
import { z } from 'zod'
import { brief, gotExpected } from './closed.ts'
import { type Color, parseColor } from './color.ts'
import {
  cast,
  type Expression,
  type ExpressionType,
  type Node,
  type Properties,
  type Reader,
  type Value,
} from './expression-node.ts'
import { OPERATORS } from './operators.ts'
import { jsonPath, SceneError } from './scene-error.ts'

export type { Expression, ExpressionType, Properties, Value } from './expression-node.ts'

/** Limits for what comes from outside: how deep, how many parts, how long a text. */
export const EXPRESSION_LIMITS = { depth: 32, parts: 5000, text: 500 } as const

/** Why a value is no expression: the path inside it and the reason. */
class ExpressionFault extends Error {
  readonly path: readonly number[]

  constructor(path: readonly number[], message: string) {
    super(message)
    this.path = path
  }
}

interface Budget {
  parts: number
}

/** One part of an expression, checked, which must give `type`. */
function read(part: unknown, type: ExpressionType, path: readonly number[], budget: Budget): Node {
  if (path.length > EXPRESSION_LIMITS.depth)
    throw new ExpressionFault(path, `nested too deep, got more than ${EXPRESSION_LIMITS.depth} levels`)
  if (++budget.parts > EXPRESSION_LIMITS.parts)
    throw new ExpressionFault(path, `too long, got more than ${EXPRESSION_LIMITS.parts} parts`)
  return Array.isArray(part) ? readCall(part, type, path, budget) : readPlain(part, type, path)
}

function readPlain(part: unknown, type: ExpressionType, path: readonly number[]): Node {
  if (part === null) return { type, evaluate: () => null }
  if (typeof part === 'string' && part.length > EXPRESSION_LIMITS.text) {
    throw new ExpressionFault(
      path,
      `text too long, got ${part.length} characters; expected ≤ ${EXPRESSION_LIMITS.text}`,
    )
  }
  if (type === 'color' && typeof part === 'string') {
    const color = parseColor(part)
    if (color === null)
      throw new ExpressionFault(
        path,
        `no such colour, got ${brief(part)}; expected #rgb | #rrggbb | rgb() | hsl() | a CSS name`,
      )
    return { type, evaluate: () => color }
  }
  const plain =
    typeof part === 'string' || typeof part === 'boolean' || (typeof part === 'number' && Number.isFinite(part))
  if (!plain || (type !== 'value' && typeof part !== type))
    throw new ExpressionFault(path, `wrong type, got ${brief(part)}; expected ${wording(type)}`)
  const value = part as string | number | boolean
  return { type: typeof value as ExpressionType, evaluate: () => value }
}

function readCall(parts: readonly unknown[], type: ExpressionType, path: readonly number[], budget: Budget): Node {
  const [word] = parts
  const operator = typeof word === 'string' ? OPERATORS.get(word) : undefined
  if (operator === undefined)
    throw new ExpressionFault([...path, 0], `no such operator, ${gotExpected(word, [...OPERATORS.keys()])}`)
  const count = parts.length - 1
  if (count < operator.least || count > operator.most) {
    const expected = operator.least === operator.most ? `${operator.least}` : `${operator.least} … ${operator.most}`
    throw new ExpressionFault(path, `"${word}" with ${count} parts; expected ${expected}: ${operator.form}`)
  }
  const reader: Reader = {
    part: (index, wanted) => read(parts[index], wanted, [...path, index], budget),
    fail: (index, message) => {
      throw new ExpressionFault(index === null ? path : [...path, index], message)
    },
  }
  const node = operator.build(parts as readonly Expression[], reader, type)
  if (type === 'value' || node.type === type) return node
  const castable = node.type === 'value' || (type === 'color' && node.type === 'string')
  if (!castable)
    throw new ExpressionFault(path, `wrong type, "${word}" gives ${wording(node.type)}; expected ${wording(type)}`)
  return { type, evaluate: (properties) => cast(node.evaluate(properties), type) }
}

function wording(type: ExpressionType): string {
  return { number: 'a number', string: 'a text', boolean: 'true | false', color: 'a colour', value: 'any value' }[type]
}

function parsed(expression: unknown, type: ExpressionType): Node {
  try {
    return read(expression, type, [], { parts: 0 })
  } catch (error) {
    if (!(error instanceof ExpressionFault)) throw error
    throw new SceneError([{ path: `expression${jsonPath(error.path)}`, message: error.message }])
  }
}

/** A value as an expression that gives a certain type. @throws {SceneError} naming the part (`expression[2][1]`) and the reason */
export function parseExpression(value: unknown, type: ExpressionType = 'value'): Expression {
  parsed(value, type)
  return value as Expression
}

/**
 * An expression as a function of a feature's properties. It never throws: what cannot be said is null.
 *
 * @throws {SceneError} when the expression is wrong
 */
export function compile(expression: unknown, type: 'color'): (properties: Properties) => Color | null
export function compile(expression: unknown, type: 'number'): (properties: Properties) => number | null
export function compile(expression: unknown, type?: ExpressionType): (properties: Properties) => Value
export function compile(expression: unknown, type: ExpressionType = 'value'): (properties: Properties) => Value {
  return parsed(expression, type).evaluate
}

/** The value of an expression for one feature; `compile` is the way for many. @throws {SceneError} when the expression is wrong */
export function evaluate(expression: unknown, properties: Properties, type: ExpressionType = 'value'): Value {
  return parsed(expression, type).evaluate(properties)
}

/** The names of the properties an expression reads, each once, in order of appearance. */
export function reads(expression: Expression): string[] {
  const names = new Set<string>()
  const visit = (part: Expression): void => {
    if (!Array.isArray(part)) return
    if ((part[0] === 'get' || part[0] === 'has') && typeof part[1] === 'string') names.add(part[1])
    else if (part[0] !== 'literal') {
      for (let index = 1; index < part.length; index++)
        if (part[0] !== 'match' || !isLabel(part.length, index)) visit(part[index])
    }
  }
  visit(expression)
  return [...names]
}

/** Whether a part of a "match" is a label (or a list of them), not an expression. */
function isLabel(length: number, index: number): boolean {
  return index >= 2 && index % 2 === 0 && index < length - 1
}

/** The zod shape of a colour expression; the issue names the part that is wrong. */
export const colorSchema = z
  .custom<Expression>((value) => value !== undefined)
  .superRefine((value, context) => {
    try {
      read(value, 'color', [], { parts: 0 })
    } catch (error) {
      if (!(error instanceof ExpressionFault)) throw error
      context.addIssue({ code: 'custom', path: [...error.path], message: error.message })
    }
  })
  .meta({
    id: 'color',
    description: 'A CSS colour, or an expression that gives one.',
    anyOf: [
      { type: 'string', maxLength: 60, description: '#rgb | #rrggbb | rgb() | hsl() | a CSS name' },
      {
        type: 'array',
        minItems: 2,
        prefixItems: [{ enum: [...OPERATORS.keys()] }],
        description: 'an expression: its operator, then its parts',
      },
    ],
  })
