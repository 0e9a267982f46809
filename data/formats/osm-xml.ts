/** OpenStreetMap XML (`.osm`, after decompression), streamed; documents with a DTD are refused. */
import { SaxesParser, type SaxesTagPlain } from 'saxes'
import {
  MEMBER_NODE,
  MEMBER_RELATION,
  MEMBER_WAY,
  type OsmMembers,
  type OsmTags,
  type OsmVisitor,
} from './osm-visitor.ts'

const MEMBER_KINDS: Record<string, number> = { node: MEMBER_NODE, way: MEMBER_WAY, relation: MEMBER_RELATION }
const DEEPEST = 16

/** One element that cannot be used, in a document that can. */
class BadElement extends Error {}

function number(attributes: Record<string, string>, name: string, element: string): number {
  const text = attributes[name]
  const value = text === undefined || text === '' ? Number.NaN : Number(text)
  if (!Number.isFinite(value)) {
    throw new BadElement(`${element}: ${name} is ${JSON.stringify(text)?.slice(0, 60)}; expected a number`)
  }
  return value
}

/** The element that is open, and what has been read of it. */
interface Open {
  kind: string
  attributes: Record<string, string>
  tags: OsmTags | null
  refs: number[]
  members: OsmMembers
  /** why it cannot be used */
  bad: string | null
}

/** An id as the file writes it; exact integers only, so that two ids never fall together. */
function elementId(open: Open): number {
  const id = number(open.attributes, 'id', open.kind)
  if (!Number.isSafeInteger(id)) throw new BadElement(`id is ${open.attributes.id.slice(0, 60)}; expected an integer`)
  return id
}

function finish(open: Open, visitor: OsmVisitor): null {
  const { attributes, tags } = open
  if (attributes.visible === 'false' || attributes.action === 'delete') return null
  const id = elementId(open)
  if (open.kind === 'node') {
    // a node that was never placed has no coordinates in history files: there is nothing to draw
    if (attributes.lon === undefined && attributes.lat === undefined) return null
    const lng = Math.round(number(attributes, 'lon', 'node') * 1e7)
    visitor.node?.(id, lng, Math.round(number(attributes, 'lat', 'node') * 1e7), tags)
  } else if (open.kind === 'way') visitor.way?.(id, open.refs, tags)
  else visitor.relation?.(id, open.members, tags)
  return null
}

function bounds(attributes: Record<string, string>, visitor: OsmVisitor): void {
  const [west, south, east, north] = ['minlon', 'minlat', 'maxlon', 'maxlat'].map((name) => Number(attributes[name]))
  if (Number.isFinite(west + south + east + north)) visitor.bounds?.(west, south, east, north)
}

/** What happens at each opening tag. */
function opened(tag: SaxesTagPlain, depth: number, open: Open | null, visitor: OsmVisitor): Open | null {
  const { name, attributes } = tag
  if (depth === 1) {
    if (name !== 'osm') throw new Error(`osm xml: root element is <${name.slice(0, 40)}>; expected <osm>`)
    if (attributes.timestamp ?? attributes.osm_base) visitor.date?.(attributes.timestamp ?? attributes.osm_base)
    return null
  }
  if (depth === 2) {
    if (name === 'bounds') bounds(attributes, visitor)
    if (name !== 'node' && name !== 'way' && name !== 'relation') return null
    return { kind: name, attributes, tags: null, refs: [], members: { kinds: [], refs: [], roles: [] }, bad: null }
  }
  if (!open || depth !== 3) return open
  if (name === 'tag') {
    if (attributes.k === undefined || attributes.v === undefined) {
      throw new BadElement('a tag without k or v')
    }
    open.tags ??= Object.create(null) as OsmTags
    open.tags[attributes.k] = attributes.v
  } else if (name === 'nd' && open.kind === 'way') open.refs.push(number(attributes, 'ref', 'nd of way'))
  else if (name === 'member' && open.kind === 'relation') {
    const kind = MEMBER_KINDS[attributes.type]
    if (kind === undefined) {
      throw new BadElement(`member of type ${attributes.type?.slice(0, 60)}; expected node | way | relation`)
    }
    open.members.kinds.push(kind)
    open.members.refs.push(number(attributes, 'ref', 'member of relation'))
    open.members.roles.push(attributes.role ?? '')
  }
  return open
}

/** Runs a step of reading an element; what is wrong with the element alone is noted on it. */
function noting(open: Open | null, step: () => Open | null): Open | null {
  try {
    return step()
  } catch (error) {
    if (!(error instanceof BadElement) || !open) throw error
    open.bad ??= error.message
    return open
  }
}

/**
 * Runs over an `.osm` document once.
 *
 * @param chunks the document as UTF-8 bytes, in chunks of any size
 * @param visitor called for each element in file order
 * @returns yields after each chunk, so that the caller can hand on what the visitor gathered
 * @throws {Error} not well formed, truncated, with a DTD or entities of its own, nested deeper than 16; an element with a number that is none is `refused`
 * @see https://wiki.openstreetmap.org/wiki/OSM_XML
 */
export async function* readOsmXml(chunks: AsyncIterable<Uint8Array>, visitor: OsmVisitor): AsyncGenerator<void> {
  const parser = new SaxesParser({ xmlns: false, position: true })
  let depth = 0
  let elements = 0
  let open: Open | null = null
  parser.on('doctype', () => {
    throw new Error('osm xml: document type declaration refused (entities can be bombs); expected plain <osm>')
  })
  parser.on('error', (error) => {
    throw new Error(`osm xml: not well formed: ${error.message}`, { cause: error })
  })
  parser.on('opentag', (tag) => {
    depth++
    elements++
    if (depth > DEEPEST) throw new Error(`osm xml: nested deeper than ${DEEPEST} at line ${parser.line}`)
    open = noting(open, () => opened(tag, depth, open, visitor))
  })
  parser.on('closetag', () => {
    if (depth === 2 && open) {
      const whole = open
      if (whole.bad === null) noting(whole, () => finish(whole, visitor))
      if (whole.bad !== null) visitor.refused?.(`${whole.kind[0]}${whole.attributes.id ?? '?'}`, whole.bad)
      open = null
    }
    depth--
  })
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const decoded = (bytes?: Uint8Array) => {
    try {
      return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode()
    } catch (cause) {
      throw new Error(`osm xml: bytes that are no UTF-8 near line ${parser.line}`, { cause })
    }
  }
  for await (const chunk of chunks) {
    parser.write(decoded(chunk))
    yield
  }
  parser.write(decoded())
  parser.close()
  if (elements === 0) throw new Error('osm xml: no element; expected <osm>')
  yield
}
