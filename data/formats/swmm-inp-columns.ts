/** Columns of the tables in a SWMM .inp, one row of words per object. */

interface TextCell {
  kind: 'text'
  or: string | undefined
}
interface NumberCell {
  kind: 'number'
  or: number | undefined
}
interface FlagCell {
  kind: 'flag'
  or: boolean | undefined
}
type Cell = TextCell | NumberCell | FlagCell
/** Columns by name, in the order of the words. */
export type Columns = { readonly [key: string]: Cell }

const text = (or?: string): TextCell => ({ kind: 'text', or })
const number = (or?: number): NumberCell => ({ kind: 'number', or })
const flag = (or?: boolean): FlagCell => ({ kind: 'flag', or })

/** What every row has besides its columns. */
export interface RowFacts {
  /** words after the last column, as they stand */
  rest: string[]
  /** comment above the row */
  description: string
  /** where it stood, counted from 1 */
  line: number
}

type Values<C extends Columns> = {
  -readonly [K in keyof C]: C[K] extends NumberCell ? number : C[K] extends FlagCell ? boolean : string
}
/** A row: values in the file's own units. */
export type Row<C extends Columns> = Values<C> & RowFacts

/** Sections that are plain tables, by their key in the document. Defaults are SWMM's. */
export const TABLES = {
  raingages: {
    name: text(),
    format: text('INTENSITY'),
    interval: text('1:00'),
    snowCatch: number(1),
    source: text('TIMESERIES'),
    series: text(''),
  },
  subcatchments: {
    name: text(),
    raingage: text('*'),
    outlet: text('*'),
    area: number(0),
    imperviousPercent: number(0),
    width: number(0),
    slopePercent: number(0),
    curbLength: number(0),
    snowPack: text(''),
  },
  subareas: {
    subcatchment: text(),
    nImpervious: number(0),
    nPervious: number(0),
    storageImpervious: number(0),
    storagePervious: number(0),
    zeroPercent: number(0),
    routeTo: text('OUTLET'),
    routedPercent: number(100),
  },
  junctions: {
    name: text(),
    elevation: number(0),
    maxDepth: number(0),
    initDepth: number(0),
    surchargeDepth: number(0),
    pondedArea: number(0),
  },
  outfalls: {
    name: text(),
    elevation: number(0),
    type: text('FREE'),
    data: text(''),
    gated: flag(false),
    routeTo: text(''),
  },
  storage: {
    name: text(),
    elevation: number(0),
    maxDepth: number(0),
    initDepth: number(0),
    shape: text('FUNCTIONAL'),
  },
  dividers: { name: text(), elevation: number(0), link: text('*'), type: text('OVERFLOW') },
  conduits: {
    name: text(),
    from: text(),
    to: text(),
    length: number(),
    roughness: number(0.01),
    inOffset: text('0'),
    outOffset: text('0'),
    initFlow: number(0),
    maxFlow: number(0),
  },
  pumps: {
    name: text(),
    from: text(),
    to: text(),
    curve: text('*'),
    status: text('ON'),
    startupDepth: number(0),
    shutoffDepth: number(0),
  },
  orifices: {
    name: text(),
    from: text(),
    to: text(),
    type: text('SIDE'),
    offset: text('0'),
    coefficient: number(0.65),
    gated: flag(false),
    openTimeHours: number(0),
  },
  weirs: {
    name: text(),
    from: text(),
    to: text(),
    type: text('TRANSVERSE'),
    crest: text('0'),
    coefficient: number(0),
    gated: flag(false),
    endContractions: number(0),
    endCoefficient: number(0),
    canSurcharge: flag(true),
    roadWidth: number(0),
    roadSurface: text(''),
    curve: text(''),
  },
  outlets: {
    name: text(),
    from: text(),
    to: text(),
    offset: text('0'),
    type: text('TABULAR/DEPTH'),
    rating: text(''),
    exponent: number(0),
    gated: flag(false),
  },
  losses: {
    link: text(),
    entry: number(0),
    exit: number(0),
    average: number(0),
    flap: flag(false),
    seepage: number(0),
  },
  inflows: {
    node: text(),
    constituent: text('FLOW'),
    series: text(''),
    type: text('FLOW'),
    unitsFactor: number(1),
    scale: number(1),
    baseline: number(0),
    pattern: text(''),
  },
  dwf: {
    node: text(),
    constituent: text('FLOW'),
    baseline: number(0),
    pattern1: text(''),
    pattern2: text(''),
    pattern3: text(''),
    pattern4: text(''),
  },
  streets: {
    name: text(),
    crownWidth: number(),
    curbHeight: number(),
    crossSlopePercent: number(),
    roughness: number(0.016),
    gutterDepression: number(0),
    gutterWidth: number(0),
    sides: number(2),
    backWidth: number(0),
    backSlopePercent: number(0),
    backRoughness: number(0),
  },
  inletUsage: {
    link: text(),
    inlet: text(),
    node: text(),
    count: number(1),
    clogPercent: number(0),
    maxFlow: number(0),
    depression: number(0),
    depressionWidth: number(0),
    placement: text('AUTOMATIC'),
  },
  coordinates: { name: text(), x: number(), y: number() },
  symbols: { name: text(), x: number(), y: number() },
  labels: { x: number(), y: number(), text: text('') },
  tags: { kind: text(), name: text(), tag: text('') },
} satisfies { [key: string]: Columns }

/** Rows of a table section. */
export type TableRow<K extends keyof typeof TABLES> = Row<(typeof TABLES)[K]>

/** Numbers as engineers write them; `null` for what is none, NaN and infinities included. */
export function swmmNumber(word: string): number | null {
  const value = /^[+-]?(\d+\.?\d*|\.\d+)([eEdD][+-]?\d+)?$/.test(word) ? Number(word.replace(/[dD]/, 'e')) : Number.NaN
  return Number.isFinite(value) ? value : null
}

/**
 * A row from its words.
 *
 * @throws {Error} naming the column when a word is missing or of the wrong kind
 */
export function readRow<C extends Columns>(columns: C, words: readonly string[]): Values<C> & { rest: string[] } {
  const row: { [key: string]: string | number | boolean } = {}
  const keys = Object.keys(columns)
  keys.forEach((key, k) => {
    const cell = columns[key]!
    const word = words[k]
    if (word === undefined || ((word === '' || word === '*') && cell.kind !== 'text')) {
      if (cell.or === undefined) throw new Error(`${key} is missing; expected ${keys.join(' ')}`)
      row[key] = cell.or
    } else if (cell.kind === 'text') row[key] = word
    else if (cell.kind === 'flag') {
      if (!/^(yes|no)$/i.test(word)) throw new Error(`${key} is ${JSON.stringify(word)}; expected YES | NO`)
      row[key] = /^yes$/i.test(word)
    } else {
      const value = swmmNumber(word)
      if (value === null) throw new Error(`${key} is ${JSON.stringify(word)}; expected a number`)
      row[key] = value
    }
  })
  return { ...(row as Values<C>), rest: words.slice(keys.length) }
}

const quoted = (word: string) => (word === '' || /[\s;"]/.test(word) ? `"${word.replaceAll('"', "'")}"` : word)

/** Words of a row, in the order of its columns. */
export function writeRow(columns: Columns, row: object, rest: readonly string[]): string {
  const words = Object.keys(columns).map((key) => {
    const value = (row as { [key: string]: unknown })[key]
    return quoted(value === true ? 'YES' : value === false ? 'NO' : String(value))
  })
  return [...words, ...rest.map(quoted)].join(' ')
}

export { quoted as quotedWord }
