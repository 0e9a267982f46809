/** The operators that choose: match, case, step, interpolate, ramp, in, coalesce. */
import { brief, gotExpected } from './closed.ts'
import { type Color, mixColors } from './color.ts'
import type { Build, Expression, ExpressionType, Node, Reader, Value } from './expression-node.ts'
import { RAMPS, type RampName, rampColor } from './ramps.ts'

function constant(parts: readonly Expression[], reader: Reader, index: number, what: string): number {
  const number = parts[index]
  if (typeof number !== 'number' || !Number.isFinite(number))
    reader.fail(index, `bad ${what}, got ${brief(number)}; expected a number`)
  return number as number
}

/** The type of a choice among nodes: theirs when they agree, else anything. */
function common(nodes: readonly Node[]): ExpressionType {
  const types = new Set(nodes.map(({ type }) => type))
  return types.size === 1 ? nodes[0]!.type : 'value'
}

function labelsAt(part: Expression | undefined, reader: Reader, index: number): (string | number | boolean)[] {
  const labels = Array.isArray(part) ? part : [part]
  if (labels.length === 0) reader.fail(index, 'no label, got an empty array; expected at least one')
  for (const label of labels) {
    if (
      typeof label !== 'string' &&
      typeof label !== 'boolean' &&
      !(typeof label === 'number' && Number.isFinite(label))
    ) {
      reader.fail(index, `bad label, got ${brief(label)}; expected a text, a number, true or false`)
    }
  }
  return labels as (string | number | boolean)[]
}

/** The stops of `step` and `interpolate`: numbers that rise. */
function risingStops(parts: readonly Expression[], reader: Reader, first: number): number[] {
  const stops: number[] = []
  for (let index = first; index < parts.length; index += 2) {
    const stop = constant(parts, reader, index, 'stop')
    if (stops.length > 0 && stop <= stops[stops.length - 1]!)
      reader.fail(index, `stops must rise, got ${stop}; expected more than ${stops[stops.length - 1]}`)
    stops.push(stop)
  }
  return stops
}

/** Index of the last stop that is not above a number, -1 when all are. */
function stopBelow(stops: readonly number[], number: number): number {
  let [low, high] = [0, stops.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (stops[middle]! <= number) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** See `OPERATORS`, "match". */
export const buildMatch: Build = (parts, reader, wanted) => {
  if (parts.length % 2 === 0)
    reader.fail(
      null,
      `"match" without a fallback, got ${parts.length - 1} parts; expected input, label, output, …, fallback`,
    )
  const input = reader.part(1, 'value')
  const outputs: Node[] = []
  const chosen = new Map<string | number | boolean, Node>()
  for (let index = 2; index < parts.length - 1; index += 2) {
    const output = reader.part(index + 1, wanted)
    outputs.push(output)
    for (const label of labelsAt(parts[index], reader, index)) {
      if (chosen.has(label)) reader.fail(index, `label used twice, got ${brief(label)}; expected each label once`)
      chosen.set(label, output)
    }
  }
  const fallback = reader.part(parts.length - 1, wanted)
  return {
    type: common([...outputs, fallback]),
    evaluate: (properties) => (chosen.get(input.evaluate(properties) as string) ?? fallback).evaluate(properties),
  }
}

/** See `OPERATORS`, "case". */
export const buildCase: Build = (parts, reader, wanted) => {
  if (parts.length % 2 === 1)
    reader.fail(
      null,
      `"case" without a fallback, got ${parts.length - 1} parts; expected condition, output, …, fallback`,
    )
  const branches: { when: Node; output: Node }[] = []
  for (let index = 1; index < parts.length - 1; index += 2)
    branches.push({ when: reader.part(index, 'boolean'), output: reader.part(index + 1, wanted) })
  const fallback = reader.part(parts.length - 1, wanted)
  return {
    type: common([...branches.map((branch) => branch.output), fallback]),
    evaluate: (properties) =>
      (branches.find((branch) => branch.when.evaluate(properties) === true)?.output ?? fallback).evaluate(properties),
  }
}

/** See `OPERATORS`, "step". */
export const buildStep: Build = (parts, reader, wanted) => {
  if (parts.length % 2 === 0)
    reader.fail(
      null,
      `"step" with a stop but no output, got ${parts.length - 1} parts; expected input, output, stop, output, …`,
    )
  const input = reader.part(1, 'number')
  const stops = risingStops(parts, reader, 3)
  const outputs = [reader.part(2, wanted), ...stops.map((_, index) => reader.part(index * 2 + 4, wanted))]
  return {
    type: common(outputs),
    evaluate(properties) {
      const number = input.evaluate(properties)
      return typeof number === 'number' ? outputs[stopBelow(stops, number) + 1]!.evaluate(properties) : null
    },
  }
}

/** The share of the way between two stops: linear, or exponential with a base. */
function curve(parts: readonly Expression[], reader: Reader): (share: number, span: number) => number {
  const kind = parts[1]
  if (Array.isArray(kind) && kind.length === 1 && kind[0] === 'linear') return (share) => share
  const base = Array.isArray(kind) && kind.length === 2 && kind[0] === 'exponential' ? kind[1] : undefined
  if (typeof base !== 'number' || !(base > 0 && base <= 100))
    reader.fail(
      1,
      `bad curve, got ${JSON.stringify(kind)?.slice(0, 60)}; expected ["linear"] | ["exponential", base above 0, at most 100]`,
    )
  const power = base as number
  if (Math.abs(power - 1) < 1e-6) return (share) => share
  return (share, span) => {
    const whole = power ** span - 1
    return Number.isFinite(whole) ? (power ** (share * span) - 1) / whole : share < 1 ? 0 : 1
  }
}

/** See `OPERATORS`, "interpolate". */
export const buildInterpolate: Build = (parts, reader, wanted) => {
  if (parts.length % 2 === 0)
    reader.fail(
      null,
      `"interpolate" with a stop but no output, got ${parts.length - 1} parts; expected curve, input, stop, output, …`,
    )
  const type = wanted === 'color' ? 'color' : 'number'
  const share = curve(parts, reader)
  const input = reader.part(2, 'number')
  const stops = risingStops(parts, reader, 3)
  const outputs = stops.map((_, index) => reader.part(index * 2 + 4, type))
  return {
    type,
    evaluate(properties) {
      const number = input.evaluate(properties)
      if (typeof number !== 'number') return null
      const index = stopBelow(stops, number)
      if (index < 0) return outputs[0]!.evaluate(properties)
      const from = outputs[index]!.evaluate(properties)
      if (index === stops.length - 1 || from === null) return from
      const to = outputs[index + 1]!.evaluate(properties)
      const span = stops[index + 1]! - stops[index]!
      const at = share((number - stops[index]!) / span, span)
      if (type === 'color') return to === null ? null : mixColors(from as Color, to as Color, at)
      return to === null ? null : (from as number) + ((to as number) - (from as number)) * at
    },
  }
}

/** See `OPERATORS`, "ramp". */
export const buildRamp: Build = (parts, reader) => {
  const input = reader.part(1, 'number')
  if (!RAMPS.includes(parts[2] as RampName)) reader.fail(2, `no such ramp, ${gotExpected(parts[2], RAMPS)}`)
  const ramp = parts[2] as RampName
  const [low, high] = [constant(parts, reader, 3, 'low end'), constant(parts, reader, 4, 'high end')]
  if (low === high) reader.fail(4, `ramp without length, got ${low} twice; expected two different numbers`)
  return {
    type: 'color',
    evaluate(properties) {
      const number = input.evaluate(properties)
      return typeof number === 'number' ? rampColor(ramp, (number - low) / (high - low)) : null
    },
  }
}

/** See `OPERATORS`, "in". */
export const buildIn: Build = (parts, reader) => {
  const list = parts[2]
  if (!Array.isArray(list) || list.length !== 2 || list[0] !== 'literal' || !Array.isArray(list[1])) {
    reader.fail(2, `bad list, got ${brief(list)}; expected ["literal", [value, …]]`)
  }
  const labels = new Set<Value>(labelsAt((list as Expression[])[1], reader, 2))
  const input = reader.part(1, 'value')
  return { type: 'boolean', evaluate: (properties) => labels.has(input.evaluate(properties)) }
}

/** See `OPERATORS`, "coalesce". */
export const buildCoalesce: Build = (parts, reader, wanted) => {
  const nodes = parts.slice(1).map((_, index) => reader.part(index + 1, wanted))
  return {
    type: common(nodes),
    evaluate(properties) {
      for (const node of nodes) {
        const value = node.evaluate(properties)
        if (value !== null) return value
      }
      return null
    },
  }
}
