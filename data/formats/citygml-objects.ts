/** City objects of CityGML 2 (and its extensions): each with its words, its surfaces by level of detail, and what it is part of; streamed. */
import { SaxesParser, type SaxesTagPlain } from 'saxes'

/** A polygon as the file has it. */
export interface GmlPolygon {
  /** level of detail of the property that holds it; -1 when none says so */
  lod: number
  /** outer ring, then holes; three numbers per position, in the file's order and system */
  rings: number[][]
}

/** A city object, or a part of one that has an id of its own. */
export interface CityObject {
  /** element name without prefix: `UndergroundBuilding`, `WallSurface` */
  type: string
  id: string
  /** id of the object it is part of; null for a member of the city */
  parent: string | null
  /** id and type of the member of the city that it belongs to */
  top: string
  topType: string
  /** text by the path of element names; repeated ones numbered; code spaces and units beside */
  attributes: Record<string, string>
  polygons: GmlPolygon[]
  /** numbers of lines and points, positions of three */
  lines: number[][]
  points: number[][]
}

const GEOMETRY =
  /^(Multi(Surface|Curve|Point|Geometry|Solid)|Composite(Surface|Curve|Solid)|Solid|Shell|Polygon|LinearRing|Ring|Surface|OrientableSurface|OrientableCurve|TriangulatedSurface|Tin|Triangle|Rectangle|PolygonPatch|Point|LineString|Curve|LineStringSegment|Envelope|ImplicitGeometry|GeometricComplex)$/
const MOST_NUMBERS = 60_000_000
const MOST_WORDS = 5000
const DEEPEST = 200

const local = (name: string): string => name.slice(name.indexOf(':') + 1)

interface Open {
  object: CityObject
  depth: number
}

/** State while reading; `done` are members that are complete. */
class Reading {
  readonly done: CityObject[] = []
  srs: string | null = null
  private readonly path: string[] = []
  private readonly open: Open[] = []
  private member: CityObject[] = []
  private polygon: GmlPolygon | null = null
  private text = ''
  private numbers = 0
  private serial = 0

  start(tag: SaxesTagPlain): void {
    const name = local(tag.name)
    const holder = this.path.at(-1)
    this.path.push(name)
    if (this.path.length > DEEPEST) throw new Error(`citygml: elements nested deeper than ${DEEPEST}`)
    this.text = ''
    let id: string | undefined
    for (const [key, value] of Object.entries(tag.attributes)) {
      const word = local(key)
      if (word === 'srsName') this.srs ??= value
      else if (word === 'id') id = value
      else if (word === 'codeSpace' || word === 'uom') this.word(`${this.key()} ${word}`, value)
    }
    if (GEOMETRY.test(name)) {
      if (/^(Polygon|Triangle|Rectangle|PolygonPatch)$/.test(name)) this.polygon = { lod: this.lod(), rings: [] }
      return
    }
    const member = holder === 'cityObjectMember' || holder === 'featureMember'
    const part = id !== undefined && /^[A-Z]/.test(name) && this.open.length > 0
    if (!member && !part) return
    const top = this.open[0]?.object
    const made = id ?? `#${++this.serial}`
    const parent = this.open.at(-1)?.object.id ?? null
    const object: CityObject = {
      type: name,
      id: made,
      parent,
      top: top?.id ?? made,
      topType: top?.type ?? name,
      attributes: {},
      polygons: [],
      lines: [],
      points: [],
    }
    this.open.push({ object, depth: this.path.length })
    this.member.push(object)
  }

  private lod(): number {
    const said = this.path.findLast((name) => /^lod\d/.test(name))
    return said ? Number(said[3]) : -1
  }

  private key(): string {
    return this.path.slice(this.open.at(-1)?.depth ?? 0).join('.')
  }

  private word(wanted: string, value: string): void {
    const attributes = this.open.at(-1)?.object.attributes
    if (!attributes || wanted.startsWith(' ')) return
    let key = wanted
    for (let n = 2; key in attributes && n < MOST_WORDS; n++) key = `${wanted} ${n}`
    attributes[key] = value
  }

  hear(text: string): void {
    if (this.open.length > 0 && this.text.length < 64 * 2 ** 20) this.text += text
  }

  end(): void {
    const name = this.path[this.path.length - 1]
    const top = this.open.at(-1)
    const text = this.text.trim()
    if (top && text !== '' && top.depth < this.path.length) {
      if (/^(posList|pos|coordinates)$/.test(name)) this.place(top.object, text)
      else this.word(this.key(), text)
    }
    if (/^(Polygon|Triangle|Rectangle|PolygonPatch)$/.test(name) && this.polygon) {
      if (top && this.polygon.rings.length > 0) top.object.polygons.push(this.polygon)
      this.polygon = null
    }
    if (top && top.depth === this.path.length) {
      this.open.pop()
      if (this.open.length === 0) {
        this.done.push(...this.member)
        this.member = []
      }
    }
    this.path.pop()
    this.text = ''
  }

  private place(object: CityObject, text: string): void {
    const numbers = text.split(/[\s,]+/).map(Number)
    this.numbers += numbers.length
    if (this.numbers > MOST_NUMBERS)
      throw new Error(`citygml: over ${MOST_NUMBERS} numbers in positions; expected a smaller tile`)
    if (numbers.some((number) => !Number.isFinite(number))) return
    if (this.polygon) this.polygon.rings.push(numbers)
    else if (this.path.includes('Point')) object.points.push(numbers)
    else object.lines.push(numbers)
  }
}

/**
 * Reads a file's city objects, member by member.
 *
 * @param chunks the file's text
 * @returns objects as their member is complete: the member first, then its parts; and at the end the system's name
 * @throws {Error} when the XML is truncated or damaged, too deep, or too large
 * @see OGC 12-019, CityGML 2.0
 */
export async function* readCityObjects(
  chunks: AsyncIterable<string> | Iterable<string>,
  signal?: AbortSignal,
): AsyncGenerator<{ object: CityObject; srs: string | null }> {
  const parser = new SaxesParser({ xmlns: false })
  const reading = new Reading()
  parser.on('error', (error) => {
    throw new Error(`citygml: damaged XML: ${error.message}`)
  })
  parser.on('opentag', (tag) => reading.start(tag))
  parser.on('text', (text) => reading.hear(text))
  parser.on('cdata', (text) => reading.hear(text))
  parser.on('closetag', () => reading.end())
  for await (const chunk of chunks) {
    signal?.throwIfAborted()
    parser.write(chunk)
    for (const object of reading.done.splice(0)) yield { object, srs: reading.srs }
  }
  parser.close()
  for (const object of reading.done.splice(0)) yield { object, srs: reading.srs }
}
