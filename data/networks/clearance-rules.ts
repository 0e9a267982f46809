/** Least distances between utilities as data: read, checked, and asked for pairs. */
import { CLASSES } from '../geo/city-feature.ts'

/** A rule for a pair of classes, `*` for any. */
export interface PairRule {
  between: [string, string]
  metres: number
  /** holds only when the wider of a water main has an inner diameter above this, metres */
  largerThan?: number
  /** holds only for gas of this pressure class */
  pressure?: string
}

/** A city's table. */
export interface ClearanceRules {
  title: { zh: string; en: string }
  /** the standard it was taken from, and how sure that is */
  basis: { zh: string; en: string }
  horizontal: PairRule[]
  vertical: PairRule[]
  /** least cover from the ground to the crown */
  cover: { class: string; metres: number }[]
  /** where they do not hold as they stand; absent: nowhere */
  exceptions?: ClearanceExceptions
}

/** Where the distances do not hold as they stand. */
export interface ClearanceExceptions {
  /** lines inside of a utility tunnel are not compared with those outside, nor with each other: its wall is between, it keeps its own distance */
  tunnel?: boolean
  /** around a crossing at this angle or more the distance upright counts alone; degrees */
  crossingDegrees?: number
}

const WORDS: readonly string[] = [...CLASSES.pipes, '*']

/**
 * Reads a table.
 * @throws {RangeError} naming the rule and what is wrong with it
 */
export function readClearanceRules(json: unknown): ClearanceRules {
  const table = json as Partial<ClearanceRules> | null
  const list = <Rule>(name: 'horizontal' | 'vertical' | 'cover'): Rule[] => {
    const found = table?.[name]
    if (!Array.isArray(found)) throw new RangeError(`clearance rules: ${name}: got ${typeof found}; expected a list`)
    return found as Rule[]
  }
  const metres = (where: string, value: unknown): void => {
    if (typeof value !== 'number' || !(value >= 0 && value <= 100))
      throw new RangeError(`clearance rules: ${where}: got ${String(value)} metres; expected 0 … 100`)
  }
  const word = (where: string, value: unknown): void => {
    if (!WORDS.includes(String(value)))
      throw new RangeError(`clearance rules: ${where}: got class ${String(value)}; expected ${WORDS.join(' | ')}`)
  }
  for (const name of ['horizontal', 'vertical'] as const) {
    for (const [i, rule] of list<PairRule>(name).entries()) {
      const where = `${name}[${i}]`
      if (!Array.isArray(rule?.between) || rule.between.length !== 2)
        throw new RangeError(`clearance rules: ${where}.between: expected two classes`)
      for (const one of rule.between) word(where, one)
      metres(where, rule.metres)
    }
  }
  for (const [i, rule] of list<{ class: string; metres: number }>('cover').entries()) {
    word(`cover[${i}]`, rule?.class)
    metres(`cover[${i}]`, rule?.metres)
  }
  // a table may say it in one language only
  const basis = typeof table?.basis === 'string' ? { zh: table.basis, en: table.basis } : table?.basis
  const title = { zh: String(table?.title?.zh ?? ''), en: String(table?.title?.en ?? '') }
  const lists = { horizontal: list<PairRule>('horizontal'), vertical: list<PairRule>('vertical') }
  const exceptions = readExceptions(table?.exceptions)
  const [zh, en] = [String(basis?.zh ?? ''), String(basis?.en ?? '')]
  return { title, basis: { zh, en }, ...lists, cover: list('cover'), exceptions }
}

function readExceptions(given: unknown): ClearanceExceptions {
  if (given === undefined || given === null) return {}
  const { tunnel, crossingDegrees: degrees } = given as Record<keyof ClearanceExceptions, unknown>
  if (tunnel !== undefined && typeof tunnel !== 'boolean')
    throw new RangeError(`clearance rules: exceptions.tunnel: got ${String(tunnel)}; expected true | false`)
  if (degrees !== undefined && !(typeof degrees === 'number' && degrees >= 5 && degrees <= 90))
    throw new RangeError(`clearance rules: exceptions.crossingDegrees: got ${String(degrees)}; expected 5 … 90`)
  return { ...(tunnel ? { tunnel } : {}), ...(degrees === undefined ? {} : { crossingDegrees: degrees as number }) }
}

/** What of a pipe a rule may ask. */
export interface RuledPipe {
  class: string
  diameter: number
  pressure?: string
}

/** The least distance of a pair; 0 when no rule speaks of it. The first rule that fits counts. */
export function leastDistance(rules: readonly PairRule[], a: RuledPipe, b: RuledPipe): number {
  for (const { between, largerThan, pressure, metres } of rules) {
    const fits = (x: RuledPipe, y: RuledPipe): boolean =>
      (between[0] === x.class || between[0] === '*') && (between[1] === y.class || between[1] === '*')
    if (!fits(a, b) && !fits(b, a)) continue
    const water = [a, b].find((pipe) => pipe.class === 'water')
    if (largerThan !== undefined && !((water ?? a).diameter > largerThan)) continue
    if (pressure !== undefined && ![a, b].some((pipe) => pipe.class === 'gas' && pipe.pressure === pressure)) continue
    return metres
  }
  return 0
}
