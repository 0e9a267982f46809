/** The operators of expressions: for each its form, what it needs, and the function it becomes. */
import { buildCase, buildCoalesce, buildIn, buildInterpolate, buildMatch, buildRamp, buildStep } from './choices.ts'
import { brief } from './closed.ts'
import {
  asNumber,
  type Build,
  cast,
  type Expression,
  type ExpressionType,
  type Operator,
  type Properties,
  type Reader,
  type Value,
} from './expression-node.ts'
import { RAMPS } from './ramps.ts'

const MANY = 500

function toNumber(value: Value): number | null {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'string') return value.trim() === '' ? null : asNumber(Number(value))
  return asNumber(value)
}

/** A value as text: numbers as they are, true and false as words, null as nothing. */
function toText(value: Value): string {
  if (value === null) return ''
  return typeof value === 'object' ? value.join(' ') : String(value)
}

function name(parts: readonly Expression[], reader: Reader): string {
  const property = parts[1]
  if (typeof property !== 'string' || property === '' || property.length > 200)
    reader.fail(1, `bad property, got ${brief(property)}; expected its name`)
  return property as string
}

/** A property of the feature itself; null when it is missing or is no plain value. */
function property(properties: Properties, key: string): Value {
  if (!Object.hasOwn(properties, key)) return null
  const value = properties[key]
  return typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number' ? value : null
}

function arithmetic(
  form: string,
  about: string,
  [least, most]: [number, number],
  work: (numbers: number[]) => number,
): Operator {
  return {
    form,
    about: `${about}; null when a part is null or the result is not finite`,
    least,
    most,
    build(parts, reader) {
      const nodes = parts.slice(1).map((_, index) => reader.part(index + 1, 'number'))
      return {
        type: 'number',
        evaluate(properties) {
          const numbers: number[] = []
          for (const node of nodes) {
            const number = node.evaluate(properties)
            if (typeof number !== 'number') return null
            numbers.push(number)
          }
          return asNumber(work(numbers))
        },
      }
    },
  }
}

function comparison(form: string, about: string, holds: (order: number) => boolean): Operator {
  return {
    form,
    about: `${about}, for two numbers or two texts; false for anything else`,
    least: 2,
    most: 2,
    build(_, reader) {
      const [left, right] = [reader.part(1, 'value'), reader.part(2, 'value')]
      return {
        type: 'boolean',
        evaluate(properties) {
          const [a, b] = [left.evaluate(properties), right.evaluate(properties)]
          if (a === null || b === null || typeof a !== typeof b || (typeof a !== 'number' && typeof a !== 'string'))
            return false
          return holds(a < b ? -1 : a > b ? 1 : a === b ? 0 : Number.NaN)
        },
      }
    },
  }
}

function equality(form: string, about: string, wanted: boolean): Operator {
  return {
    form,
    about,
    least: 2,
    most: 2,
    build(_, reader) {
      const [left, right] = [reader.part(1, 'value'), reader.part(2, 'value')]
      return {
        type: 'boolean',
        evaluate: (properties) => (left.evaluate(properties) === right.evaluate(properties)) === wanted,
      }
    },
  }
}

function logic(form: string, about: string, stopsAt: boolean): Operator {
  return {
    form,
    about,
    least: 1,
    most: MANY,
    build(parts, reader) {
      const nodes = parts.slice(1).map((_, index) => reader.part(index + 1, 'boolean'))
      return {
        type: 'boolean',
        evaluate: (properties) => nodes.some((node) => (node.evaluate(properties) === true) === stopsAt) === stopsAt,
      }
    },
  }
}

const buildLiteral: Build = (parts, reader) => {
  const value = parts[1]
  if (typeof value === 'object' && value !== null)
    reader.fail(1, `bad literal, got ${brief(value)}; expected a text, number, true, false or null`)
  const plain = (value ?? null) as string | number | boolean | null
  return { type: plain === null ? 'value' : (typeof plain as 'string'), evaluate: () => plain }
}

const buildConcat: Build = (parts, reader) => {
  const nodes = parts.slice(1).map((_, index) => reader.part(index + 1, 'value'))
  return { type: 'string', evaluate: (properties) => nodes.map((node) => toText(node.evaluate(properties))).join('') }
}

function conversion(form: string, about: string, type: ExpressionType, work: (value: Value) => Value): Operator {
  return {
    form,
    about,
    least: 1,
    most: 1,
    build(_, reader) {
      const input = reader.part(1, 'value')
      return { type, evaluate: (properties) => work(input.evaluate(properties)) }
    },
  }
}

/** Every operator by its word. A Map, so that no word of the language itself (`constructor`) is taken for one. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  [
    'get',
    {
      form: '["get", name]',
      about: 'a property of the feature; null when it has none',
      least: 1,
      most: 1,
      build: (parts, reader) => {
        const key = name(parts, reader)
        return { type: 'value', evaluate: (properties) => property(properties, key) }
      },
    },
  ],
  [
    'has',
    {
      form: '["has", name]',
      about: 'whether the feature has the property, other than null',
      least: 1,
      most: 1,
      build: (parts, reader) => {
        const key = name(parts, reader)
        return { type: 'boolean', evaluate: (properties) => property(properties, key) !== null }
      },
    },
  ],
  ['literal', { form: '["literal", value]', about: 'the value itself', least: 1, most: 1, build: buildLiteral }],
  [
    'match',
    {
      form: '["match", input, label | [label, …], output, …, fallback]',
      about: 'the output of the label that the input equals',
      least: 4,
      most: MANY,
      build: buildMatch,
    },
  ],
  [
    'case',
    {
      form: '["case", condition, output, …, fallback]',
      about: 'the output of the first condition that holds',
      least: 3,
      most: MANY,
      build: buildCase,
    },
  ],
  [
    'step',
    {
      form: '["step", input, output, stop, output, …]',
      about: 'the output of the last stop that is not above the input; null for no number',
      least: 4,
      most: MANY,
      build: buildStep,
    },
  ],
  [
    'interpolate',
    {
      form: '["interpolate", ["linear"] | ["exponential", base], input, stop, output, …]',
      about: 'between the outputs of two stops, numbers or colours (colours in Oklab); null for no number',
      least: 4,
      most: MANY,
      build: buildInterpolate,
    },
  ],
  [
    'ramp',
    {
      form: '["ramp", input, name, low, high]',
      about: `a colour of a named ramp (${RAMPS.join(', ')}) between low and high; null for no number`,
      least: 4,
      most: 4,
      build: buildRamp,
    },
  ],
  [
    'in',
    {
      form: '["in", input, ["literal", [value, …]]]',
      about: 'whether the input is one of the values',
      least: 2,
      most: 2,
      build: buildIn,
    },
  ],
  ['==', equality('["==", a, b]', 'whether both are the same value of the same type', true)],
  ['!=', equality('["!=", a, b]', 'whether they are not', false)],
  ['<', comparison('["<", a, b]', 'less', (order) => order < 0)],
  ['<=', comparison('["<=", a, b]', 'less or equal', (order) => order <= 0)],
  ['>', comparison('[">", a, b]', 'more', (order) => order > 0)],
  ['>=', comparison('[">=", a, b]', 'more or equal', (order) => order >= 0)],
  ['all', logic('["all", condition, …]', 'whether every condition holds', false)],
  ['any', logic('["any", condition, …]', 'whether some condition holds', true)],
  [
    '!',
    {
      form: '["!", condition]',
      about: 'whether the condition does not hold',
      least: 1,
      most: 1,
      build: (_, reader) => {
        const input = reader.part(1, 'boolean')
        return { type: 'boolean', evaluate: (properties) => input.evaluate(properties) !== true }
      },
    },
  ],
  ['+', arithmetic('["+", a, b, …]', 'sum', [2, MANY], (numbers) => numbers.reduce((a, b) => a + b))],
  [
    '-',
    arithmetic('["-", a, b]', 'difference; of one part, its negative', [1, 2], ([a, b]) =>
      b === undefined ? -a! : a! - b,
    ),
  ],
  ['*', arithmetic('["*", a, b, …]', 'product', [2, MANY], (numbers) => numbers.reduce((a, b) => a * b))],
  ['/', arithmetic('["/", a, b]', 'quotient', [2, 2], ([a, b]) => a! / b!)],
  ['%', arithmetic('["%", a, b]', 'remainder', [2, 2], ([a, b]) => a! % b!)],
  ['^', arithmetic('["^", a, b]', 'power', [2, 2], ([a, b]) => a! ** b!)],
  ['min', arithmetic('["min", a, …]', 'the least', [1, MANY], (numbers) => Math.min(...numbers))],
  ['max', arithmetic('["max", a, …]', 'the most', [1, MANY], (numbers) => Math.max(...numbers))],
  ['abs', arithmetic('["abs", a]', 'size without sign', [1, 1], ([a]) => Math.abs(a!))],
  ['floor', arithmetic('["floor", a]', 'the whole number below', [1, 1], ([a]) => Math.floor(a!))],
  ['ceil', arithmetic('["ceil", a]', 'the whole number above', [1, 1], ([a]) => Math.ceil(a!))],
  ['round', arithmetic('["round", a]', 'the nearest whole number', [1, 1], ([a]) => Math.round(a!))],
  [
    'concat',
    {
      form: '["concat", a, …]',
      about: 'texts after each other; null as nothing',
      least: 1,
      most: MANY,
      build: buildConcat,
    },
  ],
  [
    'coalesce',
    { form: '["coalesce", a, …]', about: 'the first that is not null', least: 1, most: MANY, build: buildCoalesce },
  ],
  [
    'to-number',
    conversion('["to-number", a]', 'a text, true or false as a number; null when it is none', 'number', toNumber),
  ],
  ['to-string', conversion('["to-string", a]', 'anything as text', 'string', toText)],
  [
    'to-boolean',
    conversion('["to-boolean", a]', 'false for null, false, 0 and an empty text; else true', 'boolean', (value) =>
      Boolean(value),
    ),
  ],
  [
    'to-color',
    conversion('["to-color", a]', 'a text as a CSS colour; null when it is none', 'color', (value) =>
      cast(value, 'color'),
    ),
  ],
])
