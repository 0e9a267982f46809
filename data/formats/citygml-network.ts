/** Networks in CityGML: the UtilityNetwork ADE's graph and components, and PLATEAU's underground utilities (i-UR, `unf`); streamed, every word kept. */
import { SaxesParser, type SaxesTagPlain } from 'saxes'

/** One object of the file: an element that stands where GML expects an object. */
export interface GmlObject {
  /** element name without its prefix: `RoundPipe`, `Node`, `WaterPipe` */
  type: string
  /** `gml:id`, or `#<number>` */
  id: string
  /** text by the path of element names, joined by dots; repeated ones numbered; `uom` and `codeSpace` beside it */
  attributes: Record<string, string>
  /** coordinates as the file has them, three (or two) by three */
  lines: number[][]
  points: number[][]
  rings: number[][]
  /** where it points to, by property name: `start`, `end`, `topoGraph`, `hasMaterial` */
  refs: Record<string, string>
  /** id of the object that holds it; null at the top */
  parent: string | null
  /** numbers per position of its geometries */
  dimension: 2 | 3
}

/** What a file holds. */
export interface GmlNetwork {
  objects: GmlObject[]
  /** name of the coordinate system as written; null when none is */
  srs: string | null
  /** how many objects of each type, all that were met, network or not */
  counts: Record<string, number>
  problems: string[]
}

/** Properties that hold objects. */
const HOLDERS = new Set([
  'cityObjectMember',
  'featureMember',
  'component',
  'linkMember',
  'nodeMember',
  'featureGraphMember',
  'topoGraph',
  'hasMaterial',
  'subordinateNetwork',
  'consistsOf',
  'hasSubordinateElement',
])
/** Element names of a network's objects; others are counted and passed over. */
export const NETWORK_TYPE =
  /^(Network|NetworkGraph|FeatureGraph|Node|(Interior|Inter)?Feature(Graph)?Link|NetworkLink|.*Pipe(Line)?|.*Canal|.*Cable|.*Duct|.*Conduit|.*Element|.*Component|.*Device|.*Appurtenance|Manhole|Handhole|.*Material|.*Medium|.*Pipes)$/
const MOST_OBJECTS = 5_000_000
const MOST_NUMBERS = 200_000_000
const DEEPEST = 200

const local = (name: string): string => name.slice(name.indexOf(':') + 1)

/** State while reading. */
class Reading {
  readonly network: GmlNetwork = { objects: [], srs: null, counts: {}, problems: [] }
  private readonly path: string[] = []
  /** open objects and the depth of their element; null = one that is passed over */
  private readonly open: { object: GmlObject | null; depth: number }[] = []
  private text = ''
  private numbers = 0
  private serial = 0
  private dimension: 2 | 3 = 3

  private attribute(tag: SaxesTagPlain, name: string): string | undefined {
    for (const [key, value] of Object.entries(tag.attributes)) if (local(key) === name) return value
    return undefined
  }

  start(tag: SaxesTagPlain): void {
    const name = local(tag.name)
    const holder = this.path.at(-1)
    this.path.push(name)
    if (this.path.length > DEEPEST) throw new Error(`citygml: elements nested deeper than ${DEEPEST}`)
    this.text = ''
    const srs = this.attribute(tag, 'srsName')
    if (srs && !this.network.srs) this.network.srs = srs
    const dimension = this.attribute(tag, 'srsDimension')
    if (dimension === '2' || dimension === '3') this.dimension = dimension === '2' ? 2 : 3
    if (holder !== undefined && HOLDERS.has(holder)) {
      this.startObject(tag, name)
      return
    }
    const object = this.open.at(-1)?.object
    if (!object) return
    const href = this.attribute(tag, 'href')
    if (href !== undefined) this.put(object.refs, name, href)
    for (const beside of ['uom', 'codeSpace'] as const) {
      const value = this.attribute(tag, beside)
      if (value !== undefined) object.attributes[`${this.key()} ${beside}`] = value
    }
    if (/^(pos|posList|coordinates)$/.test(name)) object.dimension = this.dimension
  }

  private startObject(tag: SaxesTagPlain, name: string): void {
    this.network.counts[name] = (this.network.counts[name] ?? 0) + 1
    if (!NETWORK_TYPE.test(name)) {
      this.open.push({ object: null, depth: this.path.length })
      return
    }
    if (this.network.objects.length >= MOST_OBJECTS) throw new Error(`citygml: over ${MOST_OBJECTS} objects`)
    const parent = this.open.findLast(({ object }) => object !== null)?.object
    const id = this.attribute(tag, 'id') ?? `#${++this.serial}`
    const object: GmlObject = {
      type: name,
      id,
      attributes: {},
      lines: [],
      points: [],
      rings: [],
      refs: {},
      parent: parent?.id ?? null,
      dimension: this.dimension,
    }
    // an object written in place is referred to by its holder
    const holder = this.path[this.path.length - 2]
    if (parent) this.put(parent.refs, holder, `#${id}`)
    this.network.objects.push(object)
    this.open.push({ object, depth: this.path.length })
  }

  private put(into: Record<string, string>, wanted: string, value: string): void {
    let key = wanted
    for (let n = 2; key in into && n < 10_000; n++) key = `${wanted} ${n}`
    into[key] = value
  }

  /** Path inside the object. */
  private key(): string {
    return this.path.slice(this.open.at(-1)?.depth ?? 0).join('.')
  }

  hear(text: string): void {
    if (this.open.at(-1)?.object && this.text.length < 64 * 2 ** 20) this.text += text
  }

  end(): void {
    const name = this.path[this.path.length - 1]
    const top = this.open.at(-1)
    if (top?.object && top.depth < this.path.length) this.leaf(top.object, name)
    if (top && top.depth === this.path.length) this.open.pop()
    this.path.pop()
    this.text = ''
  }

  private leaf(object: GmlObject, name: string): void {
    const text = this.text.trim()
    if (text === '') return
    if (!/^(pos|posList|coordinates)$/.test(name)) {
      this.put(object.attributes, this.key(), text)
      return
    }
    const numbers = text.split(/[\s,]+/).map(Number)
    this.numbers += numbers.length
    if (this.numbers > MOST_NUMBERS) throw new Error(`citygml: over ${MOST_NUMBERS} numbers in positions`)
    if (numbers.some((number) => !Number.isFinite(number))) {
      this.network.problems.push(`${object.type} ${object.id}: position that is no number`)
      return
    }
    const owner = this.path.findLast((each) => /^(LineString|LineStringSegment|Curve|Point|LinearRing)$/.test(each))
    if (owner === 'Point') object.points.push(numbers)
    else if (owner === 'LinearRing') object.rings.push(numbers)
    else if (name === 'pos' && object.lines.length > 0 && owner === 'LineString' && this.sameLine)
      object.lines[object.lines.length - 1].push(...numbers)
    else object.lines.push(numbers)
    this.sameLine = name === 'pos' && owner === 'LineString'
  }

  /** a line written as several `pos` goes on */
  private sameLine = false

  leave(name: string): void {
    if (local(name) === 'LineString') this.sameLine = false
  }
}

/**
 * Reads the network of a CityGML file.
 *
 * @param chunks the file's text
 * @throws {Error} when the XML is truncated or damaged, or too deep
 * @see Kutzner & Kolbe, CityGML Utility Network ADE 0.9.2; MLIT, i-UR 3.0, 地下埋設物
 */
export async function readCitygmlNetwork(
  chunks: AsyncIterable<string> | Iterable<string>,
  signal?: AbortSignal,
): Promise<GmlNetwork> {
  const parser = new SaxesParser({ xmlns: false })
  const reading = new Reading()
  parser.on('error', (error) => {
    throw new Error(`citygml: damaged XML: ${error.message}`)
  })
  parser.on('opentag', (tag) => reading.start(tag))
  parser.on('text', (text) => reading.hear(text))
  parser.on('cdata', (text) => reading.hear(text))
  parser.on('closetag', ({ name }) => {
    reading.end()
    reading.leave(name)
  })
  for await (const chunk of chunks) {
    signal?.throwIfAborted()
    parser.write(chunk)
  }
  parser.close()
  return reading.network
}
