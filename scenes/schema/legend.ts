/** What a legend shows of a colour expression: a ramp with its stops, steps, or categories. */
import { type Color, parseColor } from './color.ts'
import { compile, type Expression } from './expression.ts'

/** One line of a legend. What it stands for is one of `value`, `from`/`to`, `labels`, `condition`, `other`. */
export interface LegendEntry {
  /** null when the colour there follows from further properties */
  color: Color | null
  /** a stop of a ramp */
  value?: number
  /** a step: from this number … (absent: everything below `to`) */
  from?: number
  /** … to below this one (absent: everything from `from` on) */
  to?: number
  /** categories: the values of the input */
  labels?: readonly (string | number | boolean)[]
  /** a condition in words: `height > 100` */
  condition?: string
  /** everything else, and what is unknown */
  other?: boolean
}

/** A legend. `input` is what it reads, in words (`height`), null for one colour for all. */
export interface Legend {
  kind: 'single' | 'ramp' | 'steps' | 'categories'
  input: string | null
  entries: LegendEntry[]
}

const RAMP_STOPS = 9

/**
 * The legend of a colour expression.
 *
 * @throws {SceneError} when it is no colour expression
 */
export function legend(expression: Expression): Legend {
  compile(expression, 'color')
  return legendOf(expression)
}

function legendOf(expression: Expression): Legend {
  if (!Array.isArray(expression)) return single(expression)
  const parts: readonly Expression[] = expression
  switch (parts[0]) {
    case 'ramp':
      return rampLegend(parts)
    case 'interpolate': {
      const entries = pairs(parts, 3).map(([stop, output]) => ({ value: stop as number, color: fixedColor(output) }))
      return { kind: 'ramp', input: inWords(parts[2]!), entries }
    }
    case 'step':
      return stepLegend(parts)
    case 'match': {
      const entries: LegendEntry[] = pairs(parts, 2).map(([label, output]) => ({
        labels: (Array.isArray(label) ? label : [label]) as (string | number | boolean)[],
        color: fixedColor(output),
      }))
      return {
        kind: 'categories',
        input: inWords(parts[1]!),
        entries: [...entries, { other: true, color: fixedColor(parts[parts.length - 1]!) }],
      }
    }
    case 'case': {
      const entries: LegendEntry[] = pairs(parts, 1).map(([condition, output]) => ({
        condition: inWords(condition),
        color: fixedColor(output),
      }))
      return {
        kind: 'categories',
        input: null,
        entries: [...entries, { other: true, color: fixedColor(parts[parts.length - 1]!) }],
      }
    }
    case 'coalesce': {
      const first = legendOf(parts[1]!)
      const rest = fixedColor(parts[parts.length - 1]!)
      if (first.entries.some(({ other }) => other) || parts.length < 3) return first
      return {
        ...first,
        kind: first.kind === 'single' ? 'categories' : first.kind,
        entries: [...first.entries, { other: true, color: rest }],
      }
    }
    default:
      return single(expression)
  }
}

function single(expression: Expression): Legend {
  const input = Array.isArray(expression) && fixedColor(expression) === null ? inWords(expression) : null
  return { kind: 'single', input, entries: [{ color: fixedColor(expression) }] }
}

function rampLegend(parts: readonly Expression[]): Legend {
  const [, input, name, low, high] = parts as [string, Expression, string, number, number]
  const color = compile(['ramp', ['get', 'value'], name, low, high], 'color')
  const entries = Array.from({ length: RAMP_STOPS }, (_, index) => {
    const value = low + ((high - low) * index) / (RAMP_STOPS - 1)
    return { value, color: color({ value }) }
  })
  return { kind: 'ramp', input: inWords(input), entries: low < high ? entries : entries.reverse() }
}

function stepLegend(parts: readonly Expression[]): Legend {
  const later = pairs(parts, 3).map(([stop, output]) => ({ from: stop as number, color: fixedColor(output) }))
  const entries: LegendEntry[] = [{ color: fixedColor(parts[2]!) }, ...later]
  entries.forEach((entry, index) => {
    const next = later[index]
    if (next !== undefined) entry.to = next.from
  })
  return { kind: 'steps', input: inWords(parts[1]!), entries }
}

/** Parts two by two from `first` on; a fallback that stands alone at the end is left out. */
function pairs(parts: readonly Expression[], first: number): [Expression, Expression][] {
  const found: [Expression, Expression][] = []
  for (let index = first; index + 1 < parts.length; index += 2) found.push([parts[index]!, parts[index + 1]!])
  return found
}

/** The colour of an expression that reads nothing, else null. */
function fixedColor(expression: Expression): Color | null {
  if (typeof expression === 'string') return parseColor(expression)
  if (!Array.isArray(expression) || JSON.stringify(expression).includes('["get"')) return null
  return compile(expression, 'color')({})
}

const BETWEEN = new Set(['==', '!=', '<', '<=', '>', '>=', '+', '-', '*', '/', '%', '^'])
const PASSED = new Set(['get', 'literal', 'to-number', 'to-string', 'to-boolean', 'to-color', 'coalesce'])

/** An expression as a person would write it: `height / levels`, `class = school`. */
export function inWords(expression: Expression): string {
  if (!Array.isArray(expression)) return expression === null ? '–' : String(expression)
  const parts: readonly Expression[] = expression
  const word = String(parts[0])
  const rest = parts.slice(1)
  if (PASSED.has(word)) return inWords(rest[0] ?? null)
  if (BETWEEN.has(word) && rest.length > 1) {
    const sign = { '==': '=', '!=': '≠', '<=': '≤', '>=': '≥', '*': '×', '/': '÷', '-': '−' }[word] ?? word
    return rest.map(inWords).join(` ${sign} `)
  }
  if (word === 'in')
    return `${inWords(rest[0]!)}: ${((rest[1] as readonly Expression[])[1] as readonly Expression[]).map(inWords).join(', ')}`
  if (word === 'all') return rest.map(inWords).join(' & ')
  if (word === 'any') return rest.map(inWords).join(' | ')
  if (word === '!') return `¬ (${inWords(rest[0]!)})`
  if (word === 'has') return `${rest[0]} ✓`
  return `${word}(${rest.map(inWords).join(', ')})`
}
