/** SWMM 5 input files (.inp): read into typed sections, all attributes kept; what has no type stays raw. */

import { readRow, swmmNumber, TABLES, type TableRow } from './swmm-inp-columns.ts'
import { type SwmmLine, swmmBlocks } from './swmm-inp-lines.ts'

/** The plain tables, each an array of rows in the file's own units. */
export type SwmmTables = { [K in keyof typeof TABLES]: TableRow<K>[] }

/** A cross section of a link. */
export interface SwmmXsection {
  link: string
  shape: string
  /** Geom1 … Geom4, in the file's units; 0 where a name stands */
  geom: [number, number, number, number]
  /** curve (CUSTOM), transect (IRREGULAR) or street (STREET); empty when none */
  name: string
  barrels: number
  /** FHWA culvert code, 0 when none */
  culvert: number
  line: number
}

/** A transect of HEC-2 lines. */
export interface SwmmTransect {
  name: string
  roughness: [left: number, right: number, channel: number]
  leftBank: number
  rightBank: number
  /** width, elevation adjustment of X1: Lfactor, Wfactor, Eoffset */
  lengthFactor: number
  widthFactor: number
  elevationOffset: number
  points: [station: number, elevation: number][]
}

/** Values in time. */
export interface SwmmTimeseries {
  name: string
  /** outside file that holds the values, empty when none */
  file: string
  /** `date` as written (MM/DD/YYYY) or empty: hours then count from the start of the simulation */
  points: { date: string; hours: number; value: number }[]
}

/** What could not be read. */
export interface SwmmProblem {
  line: number
  message: string
}

/** A whole file. Numbers in its own units: see `swmmUnits`. */
export interface SwmmInp extends SwmmTables {
  title: string[]
  /** by their names in capitals */
  options: Record<string, string>
  /** parameters after the subcatchment, as many as the method has; `method` when the row names one */
  infiltration: { subcatchment: string; values: number[]; method: string; line: number }[]
  xsections: SwmmXsection[]
  curves: { name: string; type: string; points: [number, number][] }[]
  timeseries: SwmmTimeseries[]
  patterns: { name: string; type: string; factors: number[] }[]
  transects: SwmmTransect[]
  /** control rules, line by line */
  controls: string[]
  vertices: { name: string; points: [number, number][] }[]
  polygons: { name: string; points: [number, number][] }[]
  /** keyword and its words */
  evaporation: string[][]
  /** design parameters of street inlets, a row for each kind of inlet */
  inlets: { name: string; kind: string; values: string[] }[]
  /** sections without a type, in their order: POLLUTANTS, LID_CONTROLS, CONTROLS of others … */
  other: { name: string; lines: string[] }[]
  problems: SwmmProblem[]
}

const SECTIONS: Record<string, keyof typeof TABLES> = {
  RAINGAGES: 'raingages',
  SUBCATCHMENTS: 'subcatchments',
  SUBAREAS: 'subareas',
  JUNCTIONS: 'junctions',
  OUTFALLS: 'outfalls',
  STORAGE: 'storage',
  DIVIDERS: 'dividers',
  CONDUITS: 'conduits',
  PUMPS: 'pumps',
  ORIFICES: 'orifices',
  WEIRS: 'weirs',
  OUTLETS: 'outlets',
  LOSSES: 'losses',
  INFLOWS: 'inflows',
  DWF: 'dwf',
  STREETS: 'streets',
  INLET_USAGE: 'inletUsage',
  COORDINATES: 'coordinates',
  SYMBOLS: 'symbols',
  LABELS: 'labels',
  TAGS: 'tags',
}
const SPECIAL = [
  'TITLE',
  'OPTIONS',
  'INFILTRATION',
  'XSECTIONS',
  'CURVES',
  'TIMESERIES',
  'PATTERNS',
  'TRANSECTS',
  'CONTROLS',
  'VERTICES',
  'POLYGONS',
  'EVAPORATION',
  'INLETS',
]

/** Known name of a section head: SWMM takes singulars and shortened names. */
function sectionName(name: string): string {
  const known = [...Object.keys(SECTIONS), ...SPECIAL]
  if (known.includes(name)) return name
  return known.find((one) => one === `${name}S` || `${one}S` === name) ?? name
}

/** Words put where the columns expect them: some outfalls and outlets leave one out. */
function arranged(section: string, words: string[]): string[] {
  if (section === 'OUTFALLS' && /^(free|normal)$/i.test(words[2] ?? '')) {
    // a file may have the empty place in quotes
    const tail = words[3] === '' || words[3] === '*' ? words.slice(4) : words.slice(3)
    return [...words.slice(0, 3), '', ...tail]
  }
  if (section === 'OUTLETS' && /^tabular/i.test(words[4] ?? '') && /^(yes|no)$/i.test(words[6] ?? '')) {
    return [...words.slice(0, 6), '*', ...words.slice(6)]
  }
  return words
}

const numbersOf = (words: readonly string[], what: string): number[] =>
  words.map((word) => {
    const value = swmmNumber(word)
    if (value === null) throw new Error(`${what} is ${JSON.stringify(word)}; expected a number`)
    return value
  })

/** Hours of a clock `H:MM[:SS]` or of decimal hours. */
export function swmmHours(word: string): number {
  const clock = /^(\d+):(\d{1,2})(?::(\d{1,2}(?:\.\d*)?))?$/.exec(word)
  if (clock) return Number(clock[1]) + Number(clock[2]) / 60 + Number(clock[3] ?? 0) / 3600
  const hours = swmmNumber(word)
  if (hours === null) throw new Error(`time is ${JSON.stringify(word)}; expected hours or H:MM:SS`)
  return hours
}

function named<T extends { name: string }>(list: T[], name: string, make: () => T): T {
  const last = list.at(-1)
  if (last?.name === name) return last
  const found = list.find((one) => one.name === name)
  if (found) return found
  const made = make()
  list.push(made)
  return made
}

function readXsection({ words, line }: SwmmLine): SwmmXsection {
  const [link, shape = '', ...more] = words
  const kind = shape.toUpperCase()
  const section: SwmmXsection = {
    link: link!,
    shape: kind,
    geom: [0, 0, 0, 0],
    name: '',
    barrels: 1,
    culvert: 0,
    line,
  }
  if (!kind) throw new Error('shape is missing; expected CIRCULAR | RECT_CLOSED | …')
  if (kind === 'IRREGULAR' || kind === 'STREET') {
    section.name = more[0] ?? ''
    return section
  }
  if (kind === 'CUSTOM' && more[1] !== undefined && swmmNumber(more[1]) === null) {
    section.geom[0] = numbersOf(more.slice(0, 1), 'Geom1')[0]!
    section.name = more[1]
    section.barrels = numbersOf(more.slice(4, 5), 'barrels')[0] ?? numbersOf(more.slice(2, 3), 'barrels')[0] ?? 1
    return section
  }
  const values = numbersOf(more.slice(0, 6), 'geometry')
  for (let k = 0; k < 4; k++) section.geom[k] = values[k] ?? 0
  section.barrels = values[4] ?? 1
  section.culvert = values[5] ?? 0
  return section
}

function readTimeseries(inp: SwmmInp, words: string[]): void {
  const series = named(inp.timeseries, words[0]!, () => ({ name: words[0]!, file: '', points: [] }))
  if (/^file$/i.test(words[1] ?? '')) {
    series.file = words[2] ?? ''
    return
  }
  let at = 1
  let date = series.points.at(-1)?.date ?? ''
  while (at < words.length) {
    if (/^\w+[/-]\w+[/-]\d+$/.test(words[at]!)) date = words[at++]!
    const value = swmmNumber(words[at + 1] ?? '')
    if (value === null)
      throw new Error(`series ${words[0]}: value is ${JSON.stringify(words[at + 1])}; expected a number`)
    series.points.push({ date, hours: swmmHours(words[at] ?? ''), value })
    at += 2
  }
}

function readTransect(inp: SwmmInp, words: string[], roughness: [number, number, number]): void {
  const kind = words[0]!.toUpperCase()
  if (kind === 'NC') {
    const given = numbersOf(words.slice(1, 4), 'roughness')
    for (let k = 0; k < 3; k++) roughness[k] = given[k] ? given[k]! : roughness[k]!
  } else if (kind === 'X1') {
    const [, left = 0, right = 0, , , , length = 0, width = 0, offset = 0] = numbersOf(words.slice(2, 11), 'X1')
    inp.transects.push({
      name: words[1] ?? '',
      roughness: [...roughness],
      leftBank: left,
      rightBank: right,
      lengthFactor: length || 1,
      widthFactor: width || 1,
      elevationOffset: offset,
      points: [],
    })
  } else if (kind === 'GR') {
    const transect = inp.transects.at(-1)
    if (!transect) throw new Error('GR before X1; expected X1 name …')
    const values = numbersOf(words.slice(1), 'GR')
    for (let k = 0; k + 1 < values.length; k += 2) transect.points.push([values[k + 1]!, values[k]!])
  } else throw new Error(`${words[0]}; expected NC | X1 | GR`)
}

function readSpecial(inp: SwmmInp, section: string, line: SwmmLine, roughness: [number, number, number]): void {
  const { words, text } = line
  const name = words[0] ?? ''
  if (section === 'OPTIONS') inp.options[name.toUpperCase()] = words.slice(1).join(' ')
  else if (section === 'INFILTRATION') {
    const method = words.length > 1 && swmmNumber(words.at(-1)!) === null ? words.at(-1)!.toUpperCase() : ''
    const values = numbersOf(words.slice(1, method ? -1 : undefined), 'infiltration')
    inp.infiltration.push({ subcatchment: name, values, method, line: line.line })
  } else if (section === 'XSECTIONS') inp.xsections.push(readXsection(line))
  else if (section === 'CURVES') {
    const typed = words[1] !== undefined && swmmNumber(words[1]) === null
    const curve = named(inp.curves, name, () => ({ name, type: '', points: [] }))
    if (typed) curve.type = words[1]!.toUpperCase()
    const values = numbersOf(words.slice(typed ? 2 : 1), `curve ${name}`)
    if (values.length % 2) throw new Error(`curve ${name}: an x without its y; expected pairs`)
    for (let k = 0; k < values.length; k += 2) curve.points.push([values[k]!, values[k + 1]!])
  } else if (section === 'TIMESERIES') readTimeseries(inp, words)
  else if (section === 'PATTERNS') {
    const typed = words[1] !== undefined && swmmNumber(words[1]) === null
    const pattern = named(inp.patterns, name, () => ({ name, type: 'MONTHLY', factors: [] }))
    if (typed) pattern.type = words[1]!.toUpperCase()
    pattern.factors.push(...numbersOf(words.slice(typed ? 2 : 1), `pattern ${name}`))
  } else if (section === 'TRANSECTS') readTransect(inp, words, roughness)
  else if (section === 'CONTROLS') inp.controls.push(text)
  else if (section === 'EVAPORATION') inp.evaporation.push(words)
  else if (section === 'INLETS') inp.inlets.push({ name, kind: (words[1] ?? '').toUpperCase(), values: words.slice(2) })
  else {
    const list = section === 'VERTICES' ? inp.vertices : inp.polygons
    const [x, y] = numbersOf([words[1] ?? '', words[2] ?? ''], `${section.toLowerCase()} of ${name}`)
    named(list, name, () => ({ name, points: [] })).points.push([x!, y!])
  }
}

function emptyInp(): SwmmInp {
  const tables = Object.fromEntries(Object.keys(TABLES).map((key) => [key, []])) as unknown as SwmmTables
  return {
    ...tables,
    title: [],
    options: {},
    infiltration: [],
    xsections: [],
    curves: [],
    timeseries: [],
    patterns: [],
    transects: [],
    controls: [],
    vertices: [],
    polygons: [],
    evaporation: [],
    inlets: [],
    other: [],
    problems: [],
  }
}

/**
 * Reads a SWMM 5 .inp. Rows that cannot be read are left out and named in `problems`.
 *
 * @param name of the file, for messages
 * @throws {Error} when it is no SWMM .inp at all (no sections, an EPANET network), or has more than 5 million lines
 * @see Rossman 2022, SWMM 5.2 User's Manual, Appendix D
 */
export function readSwmmInp(text: string, name = 'SWMM .inp'): SwmmInp {
  const inp = emptyInp()
  const complain = (line: number, message: string) => {
    if (inp.problems.length < 1000) inp.problems.push({ line, message: `${name}, line ${line}: ${message}` })
  }
  const blocks = swmmBlocks(text, complain)
  if (blocks.length === 0) throw new Error(`${name}: has no [SECTION]; expected a SWMM 5 .inp`)
  const heads = new Set(blocks.map((block) => block.name))
  if (heads.has('PIPES') || heads.has('RESERVOIRS') || heads.has('TANKS')) {
    throw new Error(`${name}: has [PIPES] or [RESERVOIRS], an EPANET network; expected a SWMM 5 .inp`)
  }
  const roughness: [number, number, number] = [0, 0, 0]
  for (const block of blocks) {
    const section = sectionName(block.name)
    const key = SECTIONS[section]
    if (!key && !SPECIAL.includes(section)) {
      if (block.lines.length > 0)
        inp.other.push({ name: block.name, lines: block.lines.map((line) => line.text).filter(Boolean) })
      continue
    }
    for (const line of block.lines) {
      if (section === 'TITLE') {
        inp.title.push(line.text)
        continue
      }
      if (line.words.length === 0) continue
      try {
        if (!key) readSpecial(inp, section, line, roughness)
        else {
          const row = readRow(TABLES[key], arranged(section, line.words))
          const rows = inp[key] as unknown[]
          rows.push({ ...row, description: line.description, line: line.line })
        }
      } catch (error) {
        complain(line.line, `[${section}] ${line.words[0]}: ${error instanceof Error ? error.message : error}`)
      }
    }
  }
  while (inp.title.at(-1) === '') inp.title.pop()
  return inp
}

/** What a unit of the file is in SI. */
export interface SwmmUnits {
  /** CFS | GPM | MGD | CMS | LPS | MLD */
  flow: string
  metric: boolean
  /** m³/s of a unit of flow */
  flowM3s: number
  /** metres of a foot or a metre */
  lengthM: number
  /** m² of an acre or a hectare */
  areaM2: number
  /** metres of an inch or a millimetre, of rain and of storage */
  rainM: number
}

const FLOWS: Record<string, number> = {
  CFS: 0.3048 ** 3,
  GPM: 0.003785411784 / 60,
  MGD: 3785.411784 / 86400,
  CMS: 1,
  LPS: 1e-3,
  MLD: 1000 / 86400,
}

/**
 * Units of a file.
 *
 * @throws {Error} when FLOW_UNITS is unknown
 */
export function swmmUnits(options: Readonly<Record<string, string>>): SwmmUnits {
  const flow = (options.FLOW_UNITS ?? 'CFS').toUpperCase()
  const flowM3s = FLOWS[flow]
  if (flowM3s === undefined) throw new Error(`FLOW_UNITS ${flow}; expected ${Object.keys(FLOWS).join(' | ')}`)
  const metric = flow === 'CMS' || flow === 'LPS' || flow === 'MLD'
  return metric
    ? { flow, metric, flowM3s, lengthM: 1, areaM2: 10_000, rainM: 0.001 }
    : { flow, metric, flowM3s, lengthM: 0.3048, areaM2: 43560 * 0.3048 ** 2, rainM: 0.0254 }
}

export { SECTIONS as SWMM_TABLE_SECTIONS }
