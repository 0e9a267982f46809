/** Array expressions, as MapLibre has them: data that says how a value follows from a feature's properties. */
import { z } from 'zod'

/** `["ramp", ["get", "height"], "stone", 0, 120]`, or a plain value. Nothing in it is executable. */
export type Expression = string | number | boolean | null | readonly Expression[]

/** What an expression must give. */
export type ExpressionType = 'number' | 'string' | 'boolean' | 'color' | 'value'

/** The zod shape of an expression that gives a certain type. */
export function expressionSchema(type: ExpressionType) {
  return z.custom<Expression>((value) => value !== undefined && type.length > 0)
}
