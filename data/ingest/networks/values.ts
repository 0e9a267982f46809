/** Values as people write them: `DN300`, `500X300`, `1998年`, `-9999`: numbers, sections, years; what is missing is NaN. */
import type { Attributes } from '../../geo/city-feature.ts'

/** Values that mean "nothing known" in the field's tables. */
const MISSING = new Set([-9999, -999, -99, -99999, -32768, 9999, 99999, -1e30, -1e38])

/** Text of a value; '' when there is none. */
export function textOf(value: Attributes[string] | undefined): string {
  if (value === null || value === undefined) return ''
  const text = String(value).normalize('NFKC').trim()
  return /^(null|none|n\/?a|nan|-|--|\/|无|不明|未知|unknown|unk|un)$/i.test(text) ? '' : text
}

/** A measure; NaN when it is missing, no number, or a marker of "no data". */
export function numberOf(value: Attributes[string] | undefined): number {
  if (typeof value === 'boolean') return Number.NaN
  const text = textOf(value)
  if (text === '') return Number.NaN
  const plain = /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?/.exec(text.replace(/^(DN|De|D|d|Φ|φ|Ø|ø|ф|∅)\s*=?\s*/i, ''))
  if (!plain) return Number.NaN
  const number = Number(plain[0])
  return !Number.isFinite(number) || MISSING.has(number) || Math.abs(number) >= 1e30 ? Number.NaN : number
}

/** A pipe's size, in the unit of its column. */
export interface Size {
  /** NaN when it is not round */
  diameter: number
  /** NaN when it is round */
  width: number
  height: number
  /** the unit that the value itself names; metres per unit */
  unitM: number | null
  /** how many pipes the value means: `2×DN300`, `3孔` */
  count: number
}

const UNIT = /(mm|毫米|cm|厘米|公分|m|米|in|inch|inches|英寸|"|'|ft)\s*$/i
const UNIT_M: [RegExp, number][] = [
  [/^(mm|毫米)$/i, 0.001],
  [/^(cm|厘米|公分)$/i, 0.01],
  [/^(m|米)$/i, 1],
  [/^(in|inch|inches|英寸|")$/i, 0.0254],
  [/^('|ft)$/i, 0.3048],
]

/** Metres per unit of a unit's name; null when it is none. */
export function unitOf(name: string): number | null {
  return UNIT_M.find(([pattern]) => pattern.test(name.trim()))?.[1] ?? null
}

/**
 * A size: `300`, `DN300`, `φ300mm`, `500X300`, `500×300`, `2DN300`, `0.5*0.3m`.
 *
 * @returns all NaN when nothing can be read
 */
export function sizeOf(value: Attributes[string] | undefined): Size {
  const none: Size = { diameter: Number.NaN, width: Number.NaN, height: Number.NaN, unitM: null, count: 1 }
  let text = textOf(value)
  if (text === '') return none
  const unit = UNIT.exec(text)
  const unitM = unit ? unitOf(unit[1]) : null
  if (unit) text = text.slice(0, unit.index).trim()
  const many = /^(\d{1,2})\s*(?:[×xX*-]\s*)?(?:DN|De|Φ|φ|Ø|D)\s*(\d.*)$/.exec(text)
  if (many) return { ...none, diameter: numberOf(many[2]), unitM, count: Number(many[1]) }
  const two = /^([\d.]+)\s*(?:mm|m)?\s*[×xX*＊╳✕]\s*([\d.]+)$/.exec(text)
  if (two) return { ...none, width: numberOf(two[1]), height: numberOf(two[2]), unitM }
  return { ...none, diameter: numberOf(text), unitM }
}

/** A year from `1998`, `1998-05-01`, `1998年`, `19980501`, `05/1998`; NaN when there is none between 1700 and 2200. */
export function yearOf(value: Attributes[string] | undefined): number {
  const text = textOf(value)
  const year = Number(
    /(?:^|\D)((?:1[7-9]|20|21)\d{2})(?:\D|$|(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?:\D|$))/.exec(text)?.[1],
  )
  return year >= 1700 && year < 2200 ? year : Number.NaN
}

/** Middle value of the finite ones; NaN when there is none. */
export function median(values: readonly number[]): number {
  const known = values.filter(Number.isFinite).sort((a, b) => a - b)
  return known.length === 0 ? Number.NaN : known[Math.floor(known.length / 2)]
}
