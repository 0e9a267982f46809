/** EPANET network files (.inp): all sections line by line, and the network in them; every word of every line is kept. */

/** One line of a section. */
export interface InpLine {
  /** counted from 1 */
  line: number
  fields: string[]
  /** text after `;`, '' when there is none */
  comment: string
}

/** A part of the file that is wrong: the rest is read all the same. */
export interface InpProblem {
  line: number
  section: string
  /** id of the element, or the first word of the line */
  id: string
  reason: string
}

/** A junction, reservoir or tank. */
export interface EpanetNode {
  id: string
  kind: 'junction' | 'reservoir' | 'tank'
  /** elevation or (reservoir) head in the file's unit; NaN unknown */
  elevation: number
  /** drawing units; null when the file has none for this node */
  at: [x: number, y: number] | null
  /** every other value the file says about it, by EPANET's own words */
  attributes: Record<string, string | number>
}

/** A pipe, pump or valve. */
export interface EpanetLink {
  id: string
  kind: 'pipe' | 'pump' | 'valve'
  from: string
  to: string
  /** length and diameter in the file's units; NaN where there is none */
  length: number
  diameter: number
  /** closed at the start: by its own status or `[STATUS]` */
  closed: boolean
  /** inner vertices in drawing units */
  vertices: [x: number, y: number][]
  attributes: Record<string, string | number>
}

/** A file, read. */
export interface EpanetModel {
  title: string
  /** flow unit: `LPS` … ; `GPM` when the file says none */
  units: string
  /** metres per length unit and metres per diameter unit */
  lengthM: number
  diameterM: number
  nodes: EpanetNode[]
  links: EpanetLink[]
  options: Record<string, string>
  /** all sections, with all lines, in order */
  sections: Map<string, InpLine[]>
  problems: InpProblem[]
  /** an `[END]` was there */
  ended: boolean
}

const NAMES = [
  'TITLE',
  'JUNCTIONS',
  'RESERVOIRS',
  'TANKS',
  'PIPES',
  'PUMPS',
  'VALVES',
  'EMITTERS',
  'CONTROLS',
  'RULES',
  'DEMANDS',
  'SOURCES',
  'PATTERNS',
  'CURVES',
  'QUALITY',
  'STATUS',
  'ROUGHNESS',
  'ENERGY',
  'REACTIONS',
  'MIXING',
  'REPORT',
  'TIMES',
  'OPTIONS',
  'COORDINATES',
  'VERTICES',
  'LABELS',
  'BACKDROP',
  'TAGS',
  'LEAKAGE',
  'END',
] as const
const US_UNITS = new Set(['CFS', 'GPM', 'MGD', 'IMGD', 'AFD'])
const SI_UNITS = new Set(['LPS', 'LPM', 'MLD', 'CMH', 'CMD', 'CMS'])
const FOOT = 0.3048
const INCH = 0.0254
const MOST_LINES = 20_000_000

/** EPANET takes a section by its first letters. */
function sectionName(word: string): string | null {
  const short = word.toUpperCase().slice(0, 4)
  return NAMES.find((name) => name.slice(0, 4) === short.padEnd(4) || name.startsWith(short)) ?? null
}

function fieldsOf(text: string): string[] {
  if (!text.includes('"')) return text.split(/[\s,]+/).filter(Boolean)
  return (text.match(/"[^"]*"|[^\s,]+/g) ?? []).map((word) => word.replaceAll('"', ''))
}

function sectionsOf(text: string, problems: InpProblem[]): { sections: Map<string, InpLine[]>; ended: boolean } {
  const sections = new Map<string, InpLine[]>()
  let section = ''
  let line = 0
  for (const raw of text.split(/\r\n|\n|\r/)) {
    if (++line > MOST_LINES) throw new Error(`epanet: over ${MOST_LINES} lines`)
    const semicolon = raw.indexOf(';')
    const body = (semicolon < 0 ? raw : raw.slice(0, semicolon)).trim()
    if (body.startsWith('[')) {
      const word = body.replace(/^\[\s*|\s*\].*$/g, '')
      const name = sectionName(word)
      if (name === 'END') return { sections, ended: true }
      if (!name) problems.push({ line, section: word.slice(0, 40), id: '', reason: 'unknown section: kept, not used' })
      section = name ?? word.toUpperCase().slice(0, 40)
      if (!sections.has(section)) sections.set(section, [])
    } else if (body !== '') {
      const comment = semicolon < 0 ? '' : raw.slice(semicolon + 1).trim()
      const fields = section === 'TITLE' ? [raw.trim()] : fieldsOf(body)
      if (section === '')
        problems.push({ line, section, id: fields[0].slice(0, 40), reason: 'text before the first section' })
      else sections.get(section)?.push({ line, fields, comment })
    }
  }
  return { sections, ended: false }
}

function value(word: string | undefined): string | number {
  if (word === undefined) return ''
  const number = Number(word)
  return word !== '' && Number.isFinite(number) ? number : word
}

/** Reads one file's sections into elements. */
class Reading {
  readonly nodes = new Map<string, EpanetNode>()
  readonly links = new Map<string, EpanetLink>()
  readonly problems: InpProblem[]
  private readonly sections: Map<string, InpLine[]>

  constructor(sections: Map<string, InpLine[]>, problems: InpProblem[]) {
    this.sections = sections
    this.problems = problems
  }

  private bad(section: string, { line, fields }: InpLine, reason: string): void {
    this.problems.push({ line, section, id: (fields[0] ?? '').slice(0, 80), reason })
  }

  private number(section: string, at: InpLine, index: number, what: string): number {
    const word = at.fields[index]
    if (word === undefined) return Number.NaN
    const number = Number(word)
    if (!Number.isFinite(number)) this.bad(section, at, `${what} is no number, got ${word.slice(0, 40)}`)
    return Number.isFinite(number) ? number : Number.NaN
  }

  readNodes(section: string, kind: EpanetNode['kind'], words: readonly string[]): void {
    for (const at of this.sections.get(section) ?? []) {
      const [id] = at.fields
      if (this.nodes.has(id)) {
        this.bad(section, at, 'node id used twice: the first one is kept')
        continue
      }
      const elevation = this.number(section, at, 1, words[0])
      if (at.fields.length < 2) this.bad(section, at, `no ${words[0]}: unknown`)
      const attributes: EpanetNode['attributes'] = {}
      for (const [i, word] of words.entries())
        if (at.fields[i + 1] !== undefined) attributes[word] = value(at.fields[i + 1])
      if (at.comment) attributes.comment = at.comment
      this.nodes.set(id, { id, kind, elevation, at: null, attributes })
    }
  }

  readLinks(section: string, kind: EpanetLink['kind'], words: readonly string[]): void {
    for (const at of this.sections.get(section) ?? []) {
      const [id, from, to] = at.fields
      if (at.fields.length < (kind === 'pump' ? 3 : kind === 'valve' ? 4 : 5)) {
        this.bad(
          section,
          at,
          `${kind} with ${at.fields.length} fields; expected id, two nodes${kind === 'pump' ? '' : ' and its dimensions'}`,
        )
        continue
      }
      const missing = [from, to].filter((node) => !this.nodes.has(node))
      if (missing.length > 0) {
        this.bad(section, at, `${kind} at node ${missing.join(' and ')}, which the file does not define`)
        continue
      }
      if (this.links.has(id)) {
        this.bad(section, at, 'link id used twice: the first one is kept')
        continue
      }
      const attributes: EpanetLink['attributes'] = {}
      if (kind === 'pump') this.pumpWords(at, attributes)
      else
        for (const [i, word] of words.entries())
          if (at.fields[i + 3] !== undefined) attributes[word] = value(at.fields[i + 3])
      if (at.comment) attributes.comment = at.comment
      const length = kind === 'pipe' ? this.number(section, at, 3, 'length') : Number.NaN
      const diameter = kind === 'pump' ? Number.NaN : this.number(section, at, kind === 'pipe' ? 4 : 3, 'diameter')
      if (length <= 0) this.bad(section, at, `length ${length}; expected more than 0`)
      const closed = kind === 'pipe' && at.fields.slice(6).some((word) => /^closed$/i.test(word))
      this.links.set(id, { id, kind, from, to, length, diameter, closed, vertices: [], attributes })
    }
  }

  private pumpWords({ fields }: InpLine, attributes: EpanetLink['attributes']): void {
    const keyed = /^(HEAD|POWER|SPEED|PATTERN|PRICE|EFFIC)/i
    for (let i = 3; i < fields.length; i++) {
      if (keyed.test(fields[i])) attributes[fields[i].toLowerCase()] = value(fields[++i])
      else attributes[`parameter ${i - 2}`] = value(fields[i])
    }
  }

  /** What other sections say about an element; several lines of one section become one text. */
  annotate(section: string, of: 'node' | 'link', word: string): void {
    const found = of === 'node' ? this.nodes : this.links
    for (const at of this.sections.get(section) ?? []) {
      const element = found.get(at.fields[0])
      if (!element) {
        this.bad(section, at, `${of} ${at.fields[0]} is not defined`)
        continue
      }
      const said = value(at.fields.slice(1).join(' '))
      const before = element.attributes[word]
      element.attributes[word] = before === undefined || section === 'QUALITY' ? said : `${before}; ${said}`
    }
  }

  places(): void {
    for (const at of this.sections.get('COORDINATES') ?? []) {
      const node = this.nodes.get(at.fields[0])
      const x = this.number('COORDINATES', at, 1, 'x')
      const y = this.number('COORDINATES', at, 2, 'y')
      if (!node) this.bad('COORDINATES', at, 'node is not defined')
      else if (Number.isFinite(x) && Number.isFinite(y)) node.at = [x, y]
      else if (at.fields.length < 3) this.bad('COORDINATES', at, 'coordinates are cut off')
    }
    for (const at of this.sections.get('VERTICES') ?? []) {
      const link = this.links.get(at.fields[0])
      const x = this.number('VERTICES', at, 1, 'x')
      const y = this.number('VERTICES', at, 2, 'y')
      if (!link) this.bad('VERTICES', at, 'link is not defined')
      else if (Number.isFinite(x) && Number.isFinite(y)) link.vertices.push([x, y])
    }
  }

  tags(): void {
    for (const at of this.sections.get('TAGS') ?? []) {
      const [type, id, ...words] = at.fields
      const element = /^node/i.test(type) ? this.nodes.get(id) : this.links.get(id)
      if (element) element.attributes.tag = words.join(' ')
      else this.bad('TAGS', at, `${type} ${id} is not defined`)
    }
    for (const { fields } of this.sections.get('STATUS') ?? []) {
      const link = this.links.get(fields[0])
      if (link && /^(closed|open|active)$/i.test(fields[1] ?? '')) link.closed = /^closed$/i.test(fields[1])
    }
  }
}

function optionsOf(lines: readonly InpLine[]): Record<string, string> {
  const options: Record<string, string> = {}
  for (const { fields } of lines) {
    const two = /^(specific|demand|emitter|unbalanced|quality)$/i.test(fields[0]) && fields.length > 2
    options[(two ? fields.slice(0, 2).join(' ') : fields[0]).toLowerCase()] = fields.slice(two ? 2 : 1).join(' ')
  }
  return options
}

/**
 * Reads an EPANET file. A line that is wrong costs itself: it is in `problems`, everything else is read.
 *
 * @throws {Error} when the text holds no `[JUNCTIONS]`, `[RESERVOIRS]`, `[TANKS]` or `[PIPES]` at all
 * @see EPANET 2.2 User Manual, appendix C
 */
export function readEpanetInp(text: string): EpanetModel {
  const problems: InpProblem[] = []
  const { sections, ended } = sectionsOf(text, problems)
  if (!['JUNCTIONS', 'RESERVOIRS', 'TANKS', 'PIPES'].some((name) => sections.has(name)))
    throw new Error('epanet: no network in it; expected [JUNCTIONS] | [RESERVOIRS] | [TANKS] | [PIPES]')
  const options = optionsOf(sections.get('OPTIONS') ?? [])
  const units = (options.units ?? 'GPM').toUpperCase()
  if (!US_UNITS.has(units) && !SI_UNITS.has(units))
    problems.push({ line: 0, section: 'OPTIONS', id: units, reason: 'unknown flow unit: GPM taken, as EPANET does' })
  const metric = SI_UNITS.has(units)
  const reading = new Reading(sections, problems)
  reading.readNodes('JUNCTIONS', 'junction', ['elevation', 'demand', 'pattern'])
  reading.readNodes('RESERVOIRS', 'reservoir', ['head', 'pattern'])
  const tank = [
    'elevation',
    'init level',
    'min level',
    'max level',
    'diameter',
    'min volume',
    'volume curve',
    'overflow',
  ]
  reading.readNodes('TANKS', 'tank', tank)
  reading.readLinks('PIPES', 'pipe', ['length', 'diameter', 'roughness', 'minor loss', 'status'])
  reading.readLinks('PUMPS', 'pump', [])
  reading.readLinks('VALVES', 'valve', ['diameter', 'type', 'setting', 'minor loss'])
  for (const [section, of, word] of [
    ['DEMANDS', 'node', 'demands'],
    ['EMITTERS', 'node', 'emitter'],
    ['QUALITY', 'node', 'initial quality'],
    ['SOURCES', 'node', 'source'],
    ['MIXING', 'node', 'mixing'],
    ['STATUS', 'link', 'status'],
    ['LEAKAGE', 'link', 'leakage'],
  ] as const)
    reading.annotate(section, of, word)
  reading.places()
  reading.tags()
  return {
    title: (sections.get('TITLE') ?? []).map(({ fields }) => fields[0]).join('\n'),
    units,
    lengthM: metric ? 1 : FOOT,
    diameterM: metric ? 0.001 : INCH,
    nodes: [...reading.nodes.values()],
    links: [...reading.links.values()],
    options,
    sections,
    problems,
    ended,
  }
}
