/** CityGML networks to pipes and nodes: links and nodes of the ADE's graph with their components' words, PLATEAU's utilities as they stand. */
import type { Position } from 'geojson'
import type { GmlNetwork, GmlObject } from '../../formats/citygml-network.ts'
import type { Attributes } from '../../geo/city-feature.ts'
import { crs } from '../../geo/crs.ts'
import { type DraftPipe, type Drafts, emptyNode, emptyPipe, type Utility } from './draft.ts'
import type { Refuse } from './from-table.ts'
import { median, numberOf, textOf, unitOf, yearOf } from './values.ts'
import { flowOf, kindOf, statusOf, utilityOf } from './words.ts'

const LINK = /^((Interior|Inter)Feature(Graph)?Link|NetworkLink)$/
const LINE_TYPE = /(Pipe(Line)?|Pipes|Canal|Cable|Duct|Conduit)$/
const GRAPH = /^(Network|NetworkGraph|FeatureGraph)$/
const ASIDE = /(Material|Medium)$/

const bare = (href: string | undefined): string | undefined => href?.replace(/^.*#/, '')

/** One file's objects. */
class Reading {
  private readonly byId: Map<string, GmlObject>
  /** the component a feature graph belongs to */
  private readonly ofGraph = new Map<string, GmlObject>()
  /** heights of components' vertices by place, for links that have none */
  private readonly heights = new Map<string, number>()
  private readonly found: GmlNetwork
  private readonly drafts: Drafts
  private readonly table: number
  private readonly refuse: Refuse
  private readonly latFirst: boolean
  private utility: Utility = 'other'
  private row = 0
  /** metres per unit of diameters, where the file's own word cannot be meant */
  private readonly units = new Map<string, number>()

  constructor(found: GmlNetwork, drafts: Drafts, table: number, refuse: Refuse) {
    this.found = found
    this.drafts = drafts
    this.table = table
    this.refuse = refuse
    this.byId = new Map(found.objects.map((object) => [object.id, object]))
    this.latFirst = latitudeFirst(found)
    for (const object of found.objects) {
      const graph = bare(object.refs.topoGraph)
      if (graph) this.ofGraph.set(graph, object)
      if (GRAPH.test(object.type)) continue
      for (const numbers of [...object.lines, ...object.points])
        for (const at of this.positions(numbers, object.dimension))
          if (at[2]) this.heights.set(`${at[0]} ${at[1]}`, at[2])
    }
    const medium = found.objects
      .filter(({ type }) => type === 'Network')
      .map(({ attributes }) => utilityOf(Object.values(attributes).join(' ')))
    this.utility = medium.find((each) => each !== null) ?? utilityOf(drafts.tables[table].file) ?? 'other'
    this.checkUnits()
  }

  /** A file may say cm and mean mm: water mains of four metres are none. */
  private checkUnits(): void {
    for (const uom of new Set(
      this.found.objects.map(({ attributes }) => sizeKey(attributes)).map(([, unit]) => unit),
    )) {
      const values = this.found.objects
        .map(({ attributes }) => sizeKey(attributes))
        .filter(([value, unit]) => unit === uom && value > 0)
        .map(([value]) => value)
      const unitM = unitOf(uom) ?? 0.001
      const middle = median(values)
      const largest = values.reduce((most, value) => (value > most ? value : most), 0)
      // a trunk main of 1.2 m is one, half a network of metres with a pipe of three is none
      if (
        unitM > 0.001 &&
        middle * unitM >= 1 &&
        largest * unitM >= 3 &&
        middle * 0.001 >= 0.02 &&
        largest * 0.001 <= 4
      ) {
        this.units.set(uom, 0.001)
        this.drafts.tables[this.table].notes.push(
          `diameters say ${uom || 'no unit'}, ${middle} in the middle and ${largest} at most: too large, read as mm`,
        )
      } else this.units.set(uom, unitM)
    }
  }

  private positions(numbers: readonly number[], dimension: 2 | 3): Position[] {
    const step = numbers.length % dimension === 0 ? dimension : numbers.length % 3 === 0 ? 3 : 2
    const out: Position[] = []
    for (let i = 0; i + step <= numbers.length; i += step) {
      const at: Position = this.latFirst ? [numbers[i + 1], numbers[i]] : [numbers[i], numbers[i + 1]]
      if (step === 3) at.push(numbers[i + 2])
      out.push(at)
    }
    return out
  }

  /** Words of an object and of what it refers to. */
  private words(object: GmlObject, component: GmlObject | undefined): Attributes {
    const attributes: Attributes = { gml: object.type, 'gml:id': object.id }
    const add = (from: GmlObject, prefix: string) => {
      for (const [key, value] of Object.entries(from.attributes)) attributes[`${prefix}${key}`] = value
      for (const [key, value] of Object.entries(from.refs)) attributes[`${prefix}${key}.href`] = value
      const material = this.byId.get(bare(from.refs.hasMaterial) ?? '')
      if (material)
        for (const [key, value] of Object.entries(material.attributes)) attributes[`${prefix}material.${key}`] = value
    }
    add(object, '')
    if (component && component !== object) {
      attributes.component = component.type
      attributes['component.gml:id'] = component.id
      add(component, 'component.')
    }
    return attributes
  }

  private describe(pipe: DraftPipe, source: GmlObject): void {
    const said = (pattern: RegExp): string =>
      textOf(
        Object.entries(pipe.attributes).find(
          ([key]) => pattern.test(key) && !/ (uom|codeSpace)$|\.href$/.test(key),
        )?.[1],
      )
    pipe.utility = utilityOf(source.type.replace(/([a-z])([A-Z])/g, '$1 $2')) ?? this.utility
    pipe.flow = flowOf(pipe.utility, said(/type|function/i))
    const [value, uom] = sizeKey(source.attributes)
    if (value > 0) pipe.diameter = value * (this.units.get(uom) ?? 0.001)
    else if (Number.isFinite(value) && pipe.fitting === '') {
      const expected = 'more than 0: taken as unknown'
      this.drafts.defects.push({
        rule: 'bad-size',
        table: this.table,
        pipes: [this.drafts.pipes.length],
        nodes: [],
        found: `diameter ${value}`,
        expected,
      })
    }
    const side = (pattern: RegExp): number => {
      const [size, unit] = sizeKey(source.attributes, pattern)
      return size > 0 ? size * (unitOf(unit) ?? (size > 20 ? 0.001 : 1)) : Number.NaN
    }
    if (/Rectangular|Duct/.test(source.type) || Number.isNaN(pipe.diameter)) {
      pipe.width = side(/(^|\.)(interior|exterior)?width$/i)
      pipe.height = side(/(^|\.)((interior|exterior)?height|depth)$/i)
      if (pipe.width > 0 && pipe.height > 0) pipe.section = 'box'
    }
    pipe.material = said(/(^|\.)material text$/i) || said(/material\.type$|(^|\.)material$/i)
    pipe.year = yearOf(said(/yearOfConstruction|(^|\.)year$|dateOfConstruction/i))
    pipe.status = statusOf(said(/(^|\.)status$/i))
    pipe.owner = said(/(owner|occupierName|administrator) text$/i) || said(/owner$|occupierName$|administrator$/i)
    pipe.length = numberOf(said(/(^|\.)length$/))
    const depth = [/offsetDepth$|(^|\.)depth$/i, /minDepth$/i, /maxDepth$/i]
      .map((pattern) => numberOf(said(pattern)))
      .find((each) => each > 0)
    // the depths of i-UR are to the crown of a buried pipe
    if (depth !== undefined && !LINK.test(source.type)) {
      pipe.basis = 'depth-crown'
      pipe.zFrom = depth
      pipe.zTo = depth
    }
  }

  private raised(line: Position[]): Position[] {
    return line.map((at) => (at[2] ? at : [at[0], at[1], this.heights.get(`${at[0]} ${at[1]}`) ?? at[2] ?? 0]))
  }

  private link(object: GmlObject): void {
    const [from, to] = [bare(object.refs.start), bare(object.refs.end)]
    const component = this.ofGraph.get(object.parent ?? '')
    const pipe = emptyPipe(this.table, ++this.row, object.id)
    pipe.from = from ?? null
    pipe.to = to ?? null
    pipe.line = object.lines.length > 0 ? this.raised(this.positions(object.lines[0], object.dimension)) : []
    pipe.attributes = this.words(object, component)
    if (pipe.line.length === 0 && (!from || !to)) {
      this.refuse(object.id, `${object.type} without geometry and without both of its nodes`)
      return
    }
    if (/^Inter(?!ior)/.test(object.type) && object.lines.length === 0) pipe.fitting = 'joint'
    this.describe(pipe, component ?? object)
    this.drafts.pipes.push(pipe)
  }

  private node(object: GmlObject, component: GmlObject | undefined): void {
    const own = object.points[0] ?? object.lines[0] ?? object.rings[0]
    const at = own && this.positions(own, object.dimension)[0]
    if (!at) {
      this.refuse(object.id, `${object.type} without a place`, 'pipe-nodes')
      return
    }
    const place =
      object.points.length > 0
        ? at
        : middle(object.rings.concat(object.lines).flatMap((numbers) => this.positions(numbers, object.dimension)))
    const node = emptyNode(this.table, ++this.row, object.id, [place[0], place[1]])
    node.attributes = this.words(object, component)
    const words = [
      component?.type ?? '',
      object.type,
      ...Object.entries(node.attributes)
        .filter(([key]) => /function|class|type$/i.test(key) && !/codeSpace/.test(key))
        .map(([, value]) => String(value)),
    ]
    node.kind =
      words.map((word) => kindOf(word.replace(/([a-z])([A-Z])/g, '$1 $2'))).find((kind) => kind !== null) ?? 'junction'
    node.utility = this.utility === 'other' ? null : this.utility
    const z = this.raised([place])[0][2]
    node.axis = z || Number.NaN
    const solid = object.rings
      .flatMap((numbers) => this.positions(numbers, object.dimension))
      .map((each) => each[2])
      .filter(Number.isFinite)
    if (solid.length > 0 && /Manhole|Handhole/i.test(object.type)) {
      node.top = Math.max(...solid)
      node.bottom = Math.min(...solid)
    }
    this.drafts.nodes.push(node)
  }

  /** A component that no graph stands for: its own lines, or the axis of its surfaces. */
  private component(object: GmlObject): void {
    const lines = object.lines
      .map((numbers) => this.positions(numbers, object.dimension))
      .filter((line) => line.length > 1)
    const solid = object.rings.flatMap((numbers) => this.positions(numbers, object.dimension))
    const drawn = lines.length > 0 ? lines : solid.length > 3 ? [axisOf(solid)] : []
    if (drawn.length === 0) {
      this.refuse(object.id, `${object.type} without lines or surfaces`)
      return
    }
    for (const [part, line] of drawn.entries()) {
      const pipe = emptyPipe(this.table, ++this.row, part === 0 ? object.id : `${object.id}/${part + 1}`)
      pipe.line = line
      pipe.attributes = this.words(object, undefined)
      this.describe(pipe, object)
      // heights in the file are surveyed, a depth is a word about them
      if (line.some((at) => at[2])) Object.assign(pipe, { basis: 'centre', zFrom: Number.NaN, zTo: Number.NaN })
      this.drafts.pipes.push(pipe)
    }
  }

  read(): void {
    const inGraph = new Set(
      this.found.objects
        .filter(({ type, parent }) => (LINK.test(type) || type === 'Node') && parent)
        .map(({ parent }) => parent),
    )
    for (const object of this.found.objects) {
      const { type } = object
      if (GRAPH.test(type) || ASIDE.test(type)) continue
      const graph = bare(object.refs.topoGraph)
      if (!LINK.test(type) && type !== 'Node' && graph && inGraph.has(graph)) continue
      this.drafts.tables[this.table].records++
      if (LINK.test(type)) this.link(object)
      else if (type === 'Node') this.node(object, this.ofGraph.get(object.parent ?? ''))
      else if (LINE_TYPE.test(type)) this.component(object)
      else this.node(object, undefined)
    }
    for (const problem of this.found.problems.slice(0, 20)) this.drafts.tables[this.table].notes.push(problem)
  }
}

/** First measure of a diameter (or what the pattern asks) and its unit. */
function sizeKey(
  attributes: Record<string, string>,
  pattern = /(interior|inner|nominal|exterior|outer)?Dia(meter|miter)$/i,
): [value: number, uom: string] {
  const keys = Object.keys(attributes).filter((key) => pattern.test(key))
  const key = keys.find((each) => /inner|interior/i.test(each)) ?? keys[0]
  return key === undefined ? [Number.NaN, ''] : [numberOf(attributes[key]), attributes[`${key} uom`] ?? '']
}

function middle(points: readonly Position[]): Position {
  const mean = (axis: 0 | 1 | 2) => points.reduce((sum, at) => sum + (at[axis] ?? 0), 0) / points.length
  return [mean(0), mean(1), mean(2)]
}

/** The axis of a tube's surfaces: the middles of its two far ends. */
function axisOf(points: readonly Position[]): Position[] {
  const distance = (a: Position, b: Position) => Math.hypot(a[0] - b[0], a[1] - b[1])
  const far = (from: Position) =>
    points.reduce((best, at) => (distance(from, at) > distance(from, best) ? at : best), points[0])
  const a = far(points[0])
  const b = far(a)
  const near = (end: Position) => points.filter((at) => distance(at, end) <= distance(a, b) * 0.1)
  return [middle(near(a)), middle(near(b))]
}

/**
 * Geographic systems of GML give the latitude first, unless they are written the old way and their numbers say so;
 * of Gauss–Krüger and UTM grids the numbers tell, because half of the writers follow the axes of EPSG.
 */
function latitudeFirst({ srs, objects }: GmlNetwork): boolean {
  if (!srs) return false
  let geographic = false
  let grid = false
  try {
    const { definition, geographic: degrees } = crs(srs)
    geographic = degrees
    grid = /\+proj=(e?tmerc|utm)/.test(definition) && !/us-ft|to_meter/.test(definition)
  } catch {
    geographic = false
  }
  const first = objects
    .flatMap(({ lines, points, rings }) => [...lines, ...points, ...rings])
    .find((numbers) => numbers.length >= 2)
  if (!geographic) {
    if (!first || !grid || !/^(urn:|https?:)/i.test(srs)) return false
    const [a, b] = [Math.abs(first[0]), Math.abs(first[1])]
    return a > 1e6 && a < 1e7 && ((b > 1e5 && b < 9e5) || (b > 1.2e7 && b < 6.1e7))
  }
  if (first && Math.abs(first[0]) > 90) return false
  return /^(urn:|https?:)/i.test(srs) || (first !== undefined && Math.abs(first[1]) > 90)
}

/**
 * Takes a network's objects.
 *
 * @param index of its table in `drafts.tables`
 */
export function draftsFromCitygml(found: GmlNetwork, drafts: Drafts, index: number, refuse: Refuse): void {
  new Reading(found, drafts, index, refuse).read()
}
