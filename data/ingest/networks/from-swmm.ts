/** A SWMM model to pipes and nodes: inverts, offsets, sections; every node and link of the file is one feature. */
import type { Position } from 'geojson'
import { type SwmmInp, type SwmmXsection, swmmUnits } from '../../formats/swmm-inp.ts'
import type { Attributes } from '../../geo/city-feature.ts'
import {
  type DraftNode,
  type DraftPipe,
  type Drafts,
  emptyNode,
  emptyPipe,
  type NodeKind,
  type Section,
} from './draft.ts'
import type { Refuse } from './from-table.ts'
import { swmmUtilities } from './swmm-utilities.ts'

const SECTIONS: [RegExp, Section][] = [
  [/^(CIRCULAR|FILLED_CIRCULAR|FORCE_MAIN)$/, 'circular'],
  [/^(RECT_|TRAPEZOIDAL|TRIANGULAR|POWER|PARABOLIC|IRREGULAR|STREET|CUSTOM|MODBASKETHANDLE|DUMMY)/, 'box'],
  [/^EGG$/, 'egg'],
]

/** Every plain value of a row, as attributes; what the reader adds for itself is left out. */
function plain(row: object, without: readonly string[] = []): Attributes {
  const attributes: Attributes = {}
  for (const [key, value] of Object.entries(row)) {
    if (without.includes(key) || key === 'line') continue
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      if (value !== '') attributes[key] = value
    } else if (Array.isArray(value) && value.length > 0) attributes[key] = value.join(' ')
  }
  return attributes
}

/** What other sections say about an element, by its name. */
function annotations(inp: SwmmInp): Map<string, Attributes> {
  const found = new Map<string, Attributes>()
  const add = (kind: 'node' | 'link', name: string, section: string, row: object, keys: readonly string[]) => {
    const key = `${kind} ${name}`
    const list = found.get(key) ?? {}
    for (const [word, value] of Object.entries(plain(row, keys))) {
      const at = `${section}.${word}`
      list[at] = list[at] === undefined ? value : `${list[at]}; ${value}`
    }
    found.set(key, list)
  }
  for (const row of inp.xsections) add('link', row.link, 'xsection', row, ['link'])
  for (const row of inp.losses) add('link', row.link, 'losses', row, ['link'])
  for (const row of inp.inletUsage) add('link', row.link, 'inlet', row, ['link'])
  for (const row of inp.inflows) add('node', row.node, 'inflow', row, ['node'])
  for (const row of inp.dwf) add('node', row.node, 'dwf', row, ['node'])
  for (const { kind, name, tag } of inp.tags)
    if (/^(node|link)$/i.test(kind)) add(kind.toLowerCase() as 'node' | 'link', name, 'tag', { tag }, [])
  return found
}

/** Height and width of a section that a transect, a street or a curve describes, in the file's unit; null for others. */
function outlineOf(inp: SwmmInp, { shape, name, geom }: SwmmXsection): { height: number; width: number } | null {
  if (shape === 'IRREGULAR') {
    const transect = inp.transects.find((each) => each.name === name)
    if (!transect || transect.points.length < 2) return null
    const stations = transect.points.map(([station]) => station)
    const elevations = transect.points.map(([, elevation]) => elevation)
    const width = (Math.max(...stations) - Math.min(...stations)) * (transect.widthFactor || 1)
    return { height: Math.max(...elevations) - Math.min(...elevations), width }
  }
  if (shape === 'STREET') {
    const street = inp.streets.find((each) => each.name === name)
    return street ? { height: street.curbHeight, width: street.crownWidth * (street.sides || 1) } : null
  }
  if (shape !== 'CUSTOM') return null
  // widths of a shape curve are shares of the full height
  const widest = Math.max(0, ...(inp.curves.find((each) => each.name === name)?.points.map(([, width]) => width) ?? []))
  return widest > 0 ? { height: geom[0], width: widest * geom[0] } : null
}

/** One file's elements. */
class Reading {
  private readonly nodes = new Map<string, { draft: DraftNode; elevation: number }>()
  private readonly links = new Set<string>()
  private readonly at = new Map<string, [number, number]>()
  private readonly bends: Map<string, [number, number][]>
  private readonly sections: Map<string, SwmmXsection>
  private readonly more: Map<string, Attributes>
  private readonly utilities: ReturnType<typeof swmmUtilities>
  private readonly unitM: number
  private readonly byElevation: boolean
  private readonly inp: SwmmInp
  private readonly drafts: Drafts
  private readonly table: number
  private readonly refuse: Refuse
  private rows = 0

  constructor(inp: SwmmInp, drafts: Drafts, table: number, refuse: Refuse) {
    this.inp = inp
    this.drafts = drafts
    this.table = table
    this.refuse = refuse
    for (const { name, x, y } of inp.coordinates) this.at.set(name, [x, y])
    this.bends = new Map(inp.vertices.map(({ name, points }) => [name, points]))
    this.sections = new Map(inp.xsections.map((section) => [section.link, section]))
    this.more = annotations(inp)
    this.utilities = swmmUtilities(inp)
    this.unitM = swmmUnits(inp.options).lengthM
    this.byElevation = /^elevation$/i.test(inp.options.LINK_OFFSETS ?? '')
  }

  private node(kind: NodeKind, section: string, row: { name: string; elevation: number; maxDepth?: number }): void {
    this.drafts.tables[this.table].records++
    const place = this.at.get(row.name)
    if (!place) {
      this.refuse(row.name, `${section} without [COORDINATES]: cannot be placed`, 'pipe-nodes')
      return
    }
    if (this.nodes.has(row.name)) {
      this.refuse(row.name, `${section}: node name used twice, the first one is kept`, 'pipe-nodes')
      return
    }
    const draft = emptyNode(this.table, ++this.rows, row.name, [...place])
    draft.kind = kind
    draft.utility = this.utilities.node(row.name)
    draft.bottom = row.elevation * this.unitM
    if (row.maxDepth && row.maxDepth > 0) draft.top = draft.bottom + row.maxDepth * this.unitM
    draft.attributes = { swmm: section, ...plain(row), ...this.more.get(`node ${row.name}`) }
    this.nodes.set(row.name, { draft, elevation: draft.bottom })
    this.drafts.nodes.push(draft)
  }

  readNodes(): void {
    for (const row of this.inp.junctions) this.node('manhole', 'junction', row)
    for (const row of this.inp.outfalls) this.node('outfall', 'outfall', row)
    for (const row of this.inp.storage) this.node('tank', 'storage', row)
    for (const row of this.inp.dividers) this.node('chamber', 'divider', row)
  }

  private shape(pipe: DraftPipe): void {
    const section = this.sections.get(pipe.id)
    if (!section) return
    const [height, width] = section.geom
    pipe.section = SECTIONS.find(([pattern]) => pattern.test(section.shape))?.[1] ?? 'arch'
    const metres = (value: number, what: string): number => {
      if (value > 0) return value * this.unitM
      if (!/^(DUMMY|IRREGULAR|STREET|CUSTOM)$/.test(section.shape)) {
        const index = this.drafts.pipes.length
        this.drafts.defects.push({
          rule: 'bad-size',
          table: this.table,
          pipes: [index],
          nodes: [],
          found: `${what} ${value}`,
          expected: 'more than 0: taken as unknown',
        })
      }
      return Number.NaN
    }
    if (pipe.section === 'circular') pipe.diameter = metres(height, 'diameter')
    else {
      pipe.height = metres(height, 'height')
      // an egg has one measure: three high, two broad
      pipe.width = width > 0 ? width * this.unitM : pipe.section === 'egg' ? (pipe.height * 2) / 3 : Number.NaN
    }
    if (section.shape === 'FORCE_MAIN') pipe.flow = 'pressure'
    const outline = outlineOf(this.inp, section)
    if (outline) {
      if (Number.isNaN(pipe.height)) pipe.height = outline.height * this.unitM
      pipe.width = outline.width * this.unitM
    }
  }

  private offset(word: string, node: string): number {
    const elevation = this.nodes.get(node)?.elevation ?? Number.NaN
    const value = Number(word) * this.unitM
    if (word === '*' || word === '' || !Number.isFinite(value)) return elevation
    return this.byElevation ? value : elevation + value
  }

  private link(
    kind: 'conduit' | DraftPipe['fitting'],
    row: { name: string; from: string; to: string },
    offsets: [string, string],
  ): void {
    this.drafts.tables[this.table].records++
    const missing = [row.from, row.to].filter((name) => !this.nodes.has(name))
    if (missing.length > 0) {
      this.refuse(row.name, `${kind} at node ${missing.join(' and ')}, which is not defined or has no place`)
      return
    }
    if (this.links.has(row.name)) {
      this.refuse(row.name, `${kind}: link name used twice, the first one is kept`)
      return
    }
    this.links.add(row.name)
    const pipe = emptyPipe(this.table, ++this.rows, row.name)
    pipe.from = row.from
    pipe.to = row.to
    const ends = [row.from, row.to].map((name) => this.nodes.get(name)?.draft.at ?? [0, 0])
    const line: Position[] = [ends[0], ...(this.bends.get(row.name) ?? []), ends[1]]
    pipe.line = line.map((at) => [...at])
    pipe.utility = this.utilities.link(row.name, row.from)
    pipe.flow = kind === 'pump' ? 'pressure' : 'gravity'
    pipe.fitting = kind === 'conduit' ? '' : kind
    this.shape(pipe)
    pipe.basis = 'invert'
    pipe.zFrom = this.offset(offsets[0], row.from)
    pipe.zTo = this.offset(offsets[1], row.to)
    pipe.attributes = { swmm: kind, ...plain(row), ...this.more.get(`link ${row.name}`) }
    if ('length' in row && typeof row.length === 'number' && row.length > 0) pipe.length = row.length * this.unitM
    this.drafts.pipes.push(pipe)
  }

  readLinks(): void {
    for (const row of this.inp.conduits) this.link('conduit', row, [row.inOffset, row.outOffset])
    for (const row of this.inp.pumps) this.link('pump', row, ['', ''])
    for (const row of this.inp.orifices) this.link('orifice', row, [row.offset, ''])
    for (const row of this.inp.weirs) this.link('weir', row, [row.crest, ''])
    for (const row of this.inp.outlets) this.link('outlet', row, [row.offset, ''])
  }
}

/**
 * Takes a model's elements.
 *
 * @param index of its table in `drafts.tables`
 */
export function draftsFromSwmm(inp: SwmmInp, drafts: Drafts, index: number, refuse: Refuse): void {
  const table = drafts.tables[index]
  const reading = new Reading(inp, drafts, index, refuse)
  reading.readNodes()
  reading.readLinks()
  for (const { message } of inp.problems) {
    if (/\[(JUNCTIONS|OUTFALLS|STORAGE|DIVIDERS|CONDUITS|PUMPS|ORIFICES|WEIRS|OUTLETS)\]/.test(message)) {
      table.records++
      refuse(message.replace(/^.*?\] ?([^:]*):.*$/, '$1'), message)
    } else table.notes.push(message)
  }
}
