/** What must be kept near a pipe where the ground is opened, as data: read, checked, and asked for one pipe. */
import { CLASSES } from '../geo/city-feature.ts'

/** A condition that holds within a distance of a class of pipes. */
export interface DigRule {
  /** class of pipes, `*` for any */
  class: string
  /** holds only for pipes of this pressure class */
  pressure?: string
  /** metres in plan between the hole's edge and the outer wall */
  protectM: number
  zh: string
  en: string
}

/** A city's table. */
export interface DigRules {
  /** where it was taken from, and how sure that is */
  basis: { zh: string; en: string }
  rules: DigRule[]
}

const WORDS: readonly string[] = [...CLASSES.pipes, '*']

/**
 * Reads a table.
 * @throws {RangeError} naming the rule and what is wrong with it
 */
export function readDigRules(json: unknown): DigRules {
  const table = json as Partial<DigRules> | null
  const rules = table?.rules
  if (!Array.isArray(rules)) throw new RangeError(`dig rules: rules: got ${typeof rules}; expected a list`)
  for (const [i, rule] of rules.entries()) {
    if (!WORDS.includes(String(rule?.class)))
      throw new RangeError(`dig rules: rules[${i}]: got class ${String(rule?.class)}; expected ${WORDS.join(' | ')}`)
    if (typeof rule.protectM !== 'number' || !(rule.protectM >= 0 && rule.protectM <= 100))
      throw new RangeError(`dig rules: rules[${i}]: got ${String(rule.protectM)} metres; expected 0 … 100`)
  }
  const text = (word: unknown): string => (typeof word === 'string' ? word : '')
  return { basis: { zh: text(table?.basis?.zh), en: text(table?.basis?.en) }, rules }
}

/** The first rule that fits a pipe; null when none speaks of it. */
export function digRule({ rules }: DigRules, utility: string, pressure: string | undefined): DigRule | null {
  return (
    rules.find(
      (rule) =>
        (rule.class === utility || rule.class === '*') && (rule.pressure === undefined || rule.pressure === pressure),
    ) ?? null
  )
}
