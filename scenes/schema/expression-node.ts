/** What an expression is once it is checked: a type and a function; and the words operators are described in. */
import { type Color, parseColor } from './color.ts'

/** `["ramp", ["get", "height"], "stone", 0, 120]`, or a plain value. Nothing in it is executable. */
export type Expression = string | number | boolean | null | readonly Expression[]

/** What an expression gives: `value` is anything, known only when it is evaluated. */
export type ExpressionType = 'number' | 'string' | 'boolean' | 'color' | 'value'

/** A feature's properties as tiles or the server give them. */
export type Properties = Readonly<Record<string, unknown>>

/** What an expression gives; null when it cannot be said. */
export type Value = number | string | boolean | Color | null

/** A checked expression: its type and the function it is. */
export interface Node {
  type: ExpressionType
  evaluate(properties: Properties): Value
}

/** A place inside an expression and the way to read what stands there. */
export interface Reader {
  /** Reads one part, which must give `type`. */
  part(index: number, type: ExpressionType): Node
  /** Ends reading: what is wrong at a part, or at the whole when `index` is null. */
  fail(index: number | null, message: string): never
}

/** Makes the node of an operator from the whole array (its word at 0), the reader of its parts, and the type wanted around it. */
export type Build = (parts: readonly Expression[], reader: Reader, wanted: ExpressionType) => Node

/** One operator. */
export interface Operator {
  /** how it is written, for the reference page */
  form: string
  about: string
  /** least and most arguments, the operator's word not counted */
  least: number
  most: number
  build: Build
}

/** A finite number, else null. */
export function asNumber(value: Value): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

/** A value with a given type, null when it has another: how what comes from data enters typed places. */
export function cast(value: Value, type: ExpressionType): Value {
  if (type === 'value') return value
  if (type === 'number') return asNumber(value)
  if (type === 'color') return typeof value === 'string' ? parseColor(value) : typeof value === 'object' ? value : null
  return typeof value === type ? value : null
}
