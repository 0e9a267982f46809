/** Sizes of pipes in metres: what a value means among the others of its column, and what cannot be meant. */
import type { Attributes } from '../../geo/city-feature.ts'
import { sizeOf, textOf } from './values.ts'

/** Hears what was wrong, by its rule. */
export type SizeDefect = (rule: 'mixed-units' | 'bad-size', found: string, expected: string) => void

type Value = Attributes[string]

/** No pipe or duct is as small as this many millimetres: such a number is of metres. */
const LEAST_MM = 4
const LARGEST_M = 30

/** Metres per unit of a value in a column of that unit: what is a thousandth of the others was written in metres. */
function unitAmong(values: readonly number[], unitM: number, say: SizeDefect): number {
  const known = values.filter((value) => value > 0)
  const text = known.join(' × ')
  if (unitM === 0.001 && known.some((value) => (value < 10 && value % 1 !== 0) || value < LEAST_MM)) {
    say('mixed-units', `${text} among millimetres`, 'one unit per column: read as metres')
    return 1
  }
  if (unitM === 1 && known.some((value) => value >= 40)) {
    say('mixed-units', `${text} among metres`, 'one unit per column: read as millimetres')
    return 0.001
  }
  return unitM
}

function positive(metres: number, written: number, what: string, say: SizeDefect): number {
  if (Number.isNaN(metres)) return metres
  if (metres <= 0) {
    say('bad-size', `${what} ${written}`, 'more than 0: taken as unknown')
    return Number.NaN
  }
  if (metres > LARGEST_M) {
    say('bad-size', `${what} ${metres} m`, `up to ${LARGEST_M} m: taken as unknown`)
    return Number.NaN
  }
  return metres
}

/**
 * A pipe's diameter, or width and height, metres; NaN unknown.
 *
 * @param unitM metres per unit of the column
 */
export function sizesOf(
  value: Value,
  unitM: number,
  say: SizeDefect,
): { diameter: number; width: number; height: number } {
  const size = sizeOf(value)
  const { diameter, width, height } = size
  const text = textOf(value)
  const unread = size.count === 1 && [diameter, width, height].every(Number.isNaN)
  if (unread && text !== '' && !Number.isFinite(Number(text)))
    say('bad-size', `size ${text.slice(0, 40)}`, 'a number | DN300 | 500×300: taken as unknown')
  const unit = size.unitM ?? unitAmong([diameter, width, height], unitM, say)
  return {
    diameter: positive(diameter * unit, diameter, 'diameter', say),
    width: positive(width * unit, width, 'width', say),
    height: positive(height * unit, height, 'height', say),
  }
}

/** A width or height of a column of its own, metres; NaN unknown. */
export function sideOf(value: Value, unitM: number, what: string, say: SizeDefect): number {
  const { diameter, unitM: own } = sizeOf(value)
  return positive(diameter * (own ?? unitAmong([diameter], unitM, say)), diameter, what, say)
}
