/** Values as people write them: `DN300`, `500X300`, `1998年`, `-9999`: numbers, sections, years; what is missing is NaN. */
import type { Attributes } from '../../geo/city-feature.ts'

/** Values that mean "nothing known" in the field's tables. */
const MISSING = new Set([-9999, -999, -99, -99999, -32768, 9999, 99999, -1e30, -1e38])
/** Nines with nines behind the point, as widths of columns make them. */
const NINES = /^-?9{4,}(\.9+)?$|^-9{3}\.9+$/
/** Signs of a round section. */
const ROUND = '(?:DN|De|OD|ID|D|[ΦφϕØøфФ∅⌀ɸ])'
const LEADING_SIGN = new RegExp(`^${ROUND}\\s*=?\\s*`, 'i')

/** Text of a value; '' when there is none. */
export function textOf(value: Attributes[string] | undefined): string {
  if (value === null || value === undefined) return ''
  const text = String(value).normalize('NFKC').trim()
  return /^(null|none|n\/?a|nan|-|--|\/|无|不明|不详|未知|未查明|unknown|unk|un)$/i.test(text) ? '' : text
}

/** A measure; NaN when it is missing, no number, or a marker of "no data". */
export function numberOf(value: Attributes[string] | undefined): number {
  if (typeof value === 'boolean') return Number.NaN
  const text = textOf(value)
  if (text === '') return Number.NaN
  const bare = text
    .replace(LEADING_SIGN, '')
    .replace(/^([-+]?\d{1,3})((?:,\d{3})+)(?![\d,])/, (whole, head, tail) =>
      /^[-+]?0$/.test(head) ? whole : head + tail.replaceAll(',', ''),
    )
  const plain = /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?/.exec(bare.replace(/^([-+]?\d+),(\d+)$/, '$1.$2'))
  if (!plain || NINES.test(plain[0])) return Number.NaN
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

const MANY = new RegExp(`^(\\d{1,3})\\s*(?:[×xX*-]|孔|根|条|股|管|回)?\\s*(?=${ROUND}\\s*=?\\s*\\d)`, 'i')
const COUNTED = /^(\d{1,3})\s*(?:孔|根|条|股|回|芯)\s*[×xX*/]?\s*/
const TWO = /([\d.]+)\s*(?:mm|m|米|毫米)?\s*[×xX*＊╳✕]\s*([\d.]+)/
/** Walls of pipes are at most so thick, and so much thinner than the pipe is broad: `Φ219×6`, `108*4.5`. */
const THICKEST_WALL = 20
const WALL_SHARE = 5

/**
 * A size: `300`, `DN300`, `φ300mm`, `Φ219×6`, `500X300`, `B×H=500×300`, `2DN300`, `0.5*0.3m`, `24孔Φ110`.
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
  const many = MANY.exec(text) ?? COUNTED.exec(text)
  const count = many ? Number(many[1]) : 1
  if (many) text = text.slice(many[0].length)
  const two = TWO.exec(text)
  if (!two) return { ...none, diameter: numberOf(text), unitM, count }
  const [width, height] = [numberOf(two[1]), numberOf(two[2])]
  const wall = LEADING_SIGN.test(text) || (width >= 40 && height <= THICKEST_WALL && width / height >= WALL_SHARE)
  if (wall) return { ...none, diameter: width, unitM, count }
  return { ...none, width, height, unitM, count }
}

/** The year before the first of each Japanese era. */
const ERAS: Record<string, number> = {
  明治: 1867,
  大正: 1911,
  昭和: 1925,
  平成: 1988,
  令和: 2018,
  M: 1867,
  T: 1911,
  S: 1925,
  H: 1988,
  R: 2018,
}

/** A year from `1998`, `1998-05-01`, `1998年`, `19980501`, `05/1998`, `昭和55年`, milliseconds since 1970; NaN when there is none between 1700 and 2200. */
export function yearOf(value: Attributes[string] | undefined): number {
  const text = textOf(value)
  // dates of web services; smaller numbers are days, codes or compact dates
  if (/^-?\d{10,13}$/.test(text) && Math.abs(Number(text)) > 1e9) return new Date(Number(text)).getUTCFullYear()
  const era = /^(明治|大正|昭和|平成|令和|[MTSHR](?=\d))\s*(\d{1,2}|元)(年|\.|\/|$)/.exec(text)
  if (era) return (ERAS[era[1]] ?? Number.NaN) + (era[2] === '元' ? 1 : Number(era[2]))
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
