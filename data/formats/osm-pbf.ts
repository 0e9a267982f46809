/** OpenStreetMap PBF, streamed blob by blob; own decoder over `pbf`, because osm-pbf-parser-node makes an object per node. */
import { inflateSync } from 'node:zlib'
import { PbfReader } from 'pbf'
import { MEMBER_RELATION, type OsmTags, type OsmVisitor } from './osm-visitor.ts'

/** Limits of the format's specification. */
const MAX_HEADER = 64 * 1024
const MAX_BLOB = 32 * 1024 * 1024
const FEATURES = new Set(['OsmSchema-V0.6', 'DenseNodes', 'HistoricalInformation', 'LocationsOnWays'])

/** Hands out exact numbers of bytes from a stream of chunks of any size. */
function exactly(chunks: AsyncIterable<Uint8Array>) {
  const source = chunks[Symbol.asyncIterator]()
  let held: Uint8Array = new Uint8Array(0)
  let at = 0
  return {
    /** @returns null at a clean end of the stream */
    async take(count: number): Promise<Uint8Array | null> {
      const parts: Uint8Array[] = []
      let missing = count
      while (missing > 0) {
        if (at === held.length) {
          const next = await source.next()
          if (next.done) {
            if (missing === count) return null
            throw new Error(`osm pbf: truncated, ${missing} of ${count} bytes missing at the end`)
          }
          held = next.value
          at = 0
        }
        const part = held.subarray(at, at + missing)
        at += part.length
        missing -= part.length
        parts.push(part)
      }
      return parts.length === 1 ? parts[0] : Buffer.concat(parts, count)
    },
    close: () => source.return?.(undefined),
  }
}

interface BlobHeader {
  type: string
  size: number
}

function blobHeader(bytes: Uint8Array): BlobHeader {
  return new PbfReader(bytes).readFields<BlobHeader>(
    (tag, header, pbf) => {
      if (tag === 1) header.type = pbf.readString()
      else if (tag === 3) header.size = pbf.readVarint()
    },
    { type: '', size: -1 },
  )
}

/** Uncompressed content of a blob. */
function unpack(bytes: Uint8Array): Uint8Array {
  const blob = new PbfReader(bytes).readFields<{ raw?: Uint8Array; zlib?: Uint8Array; size: number; other: number }>(
    (tag, found, pbf) => {
      if (tag === 1) found.raw = pbf.readBytes()
      else if (tag === 2) found.size = pbf.readVarint()
      else if (tag === 3) found.zlib = pbf.readBytes()
      else if (tag >= 4 && tag <= 7) found.other = tag
    },
    { size: 0, other: 0 },
  )
  if (blob.raw) return blob.raw
  if (!blob.zlib) {
    const names: Record<number, string> = { 4: 'lzma', 5: 'bzip2', 6: 'lz4', 7: 'zstd' }
    throw new Error(
      `osm pbf: unsupported compression, got ${names[blob.other] ?? 'none'}; expected raw | zlib (osmium cat -o out.osm.pbf rewrites it)`,
    )
  }
  const out = inflated(blob.zlib)
  if (blob.size && out.length !== blob.size) {
    throw new Error(`osm pbf: blob of the wrong size, got ${out.length} bytes; expected ${blob.size}`)
  }
  return out
}

function inflated(bytes: Uint8Array): Uint8Array {
  try {
    return inflateSync(bytes, { maxOutputLength: MAX_BLOB })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') throw cause
    throw new Error(`osm pbf: unpacks to more than ${MAX_BLOB} bytes (a bomb?)`, { cause })
  }
}

function readHeader(bytes: Uint8Array, visitor: OsmVisitor): void {
  const box = { left: Number.NaN, right: Number.NaN, top: Number.NaN, bottom: Number.NaN }
  new PbfReader(bytes).readFields((tag, _, pbf) => {
    if (tag === 1) {
      const end = pbf.readVarint() + pbf.pos
      pbf.readFields(
        (side, found) => {
          if (side === 1) found.left = pbf.readSVarint() / 1e9
          else if (side === 2) found.right = pbf.readSVarint() / 1e9
          else if (side === 3) found.top = pbf.readSVarint() / 1e9
          else if (side === 4) found.bottom = pbf.readSVarint() / 1e9
        },
        box,
        end,
      )
    } else if (tag === 4) {
      const feature = pbf.readString()
      if (!FEATURES.has(feature)) {
        throw new Error(
          `osm pbf: the file needs a feature this reader lacks, got ${feature}; expected ${[...FEATURES].join(' | ')}`,
        )
      }
    } else if (tag === 32) {
      const seconds = pbf.readVarint()
      if (seconds > 0 && seconds < 4e9) visitor.date?.(new Date(seconds * 1000).toISOString())
    }
  }, undefined)
  if (Number.isFinite(box.left + box.right + box.top + box.bottom)) {
    visitor.bounds?.(box.left, box.bottom, box.right, box.top)
  }
}

/** State of the block being decoded. */
interface Block {
  pbf: PbfReader
  strings: string[]
  granularity: number
  lngOffset: number
  latOffset: number
}

/** Integer 1e-7 degrees of a raw coordinate: nanodegrees = offset + granularity × raw. */
function e7(block: Block, offset: number, raw: number): number {
  return Math.round((offset + block.granularity * raw) / 100)
}

/** End of the packed or nested field at the reader's position, checked against the block. */
function fieldEnd(pbf: PbfReader): number {
  const end = pbf.readVarint() + pbf.pos
  if (!(end <= pbf.length)) throw new Error('osm pbf: damaged block, a field runs past its end')
  return end
}

function word(block: Block, index: number): string {
  const found = block.strings[index]
  if (found === undefined) {
    throw new Error(`osm pbf: damaged block, string ${index} asked; expected 0…${block.strings.length - 1}`)
  }
  return found
}

function denseNodes(block: Block, end: number, visitor: OsmVisitor): void {
  const { pbf } = block
  const ids: number[] = []
  const lats: number[] = []
  const lngs: number[] = []
  const keys: number[] = []
  let visible: boolean[] | null = null
  pbf.readFields(
    (tag) => {
      if (tag === 1) pbf.readPackedSVarint(ids)
      else if (tag === 8) pbf.readPackedSVarint(lats)
      else if (tag === 9) pbf.readPackedSVarint(lngs)
      else if (tag === 10) pbf.readPackedVarint(keys)
      else if (tag === 5) visible = denseVisible(pbf, fieldEnd(pbf))
    },
    undefined,
    end,
  )
  if (lats.length !== ids.length || lngs.length !== ids.length) {
    throw new Error(
      `osm pbf: damaged block, got ${ids.length} ids, ${lats.length} latitudes, ${lngs.length} longitudes`,
    )
  }
  let id = 0
  let lat = 0
  let lng = 0
  let k = 0
  for (let i = 0; i < ids.length; i++) {
    id += ids[i]
    lat += lats[i]
    lng += lngs[i]
    let tags: OsmTags | null = null
    while (k < keys.length && keys[k] !== 0) {
      tags ??= Object.create(null) as OsmTags
      tags[word(block, keys[k])] = word(block, keys[k + 1])
      k += 2
    }
    k++
    if (visible && visible[i] === false) continue
    visitor.node?.(id, e7(block, block.lngOffset, lng), e7(block, block.latOffset, lat), tags)
  }
}

/** DenseInfo: only whether each node still exists (history files). */
function denseVisible(pbf: PbfReader, end: number): boolean[] | null {
  const visible: boolean[] = []
  pbf.readFields((tag) => tag === 6 && pbf.readPackedBoolean(visible), undefined, end)
  return visible.length > 0 ? visible : null
}

/** Info of one element: whether it still exists. */
function infoVisible(pbf: PbfReader, end: number): boolean {
  const info = pbf.readFields(
    (tag, found: { visible: boolean }) => tag === 6 && (found.visible = pbf.readBoolean()),
    { visible: true },
    end,
  )
  return info.visible
}

/** One node, way or relation as the three share their field numbers 1…4. */
interface Element {
  id: number
  keys: number[]
  values: number[]
  visible: boolean
  refs: number[]
  roles: number[]
  kinds: number[]
  lat: number
  lng: number
}

function element(block: Block, end: number, kind: 'node' | 'way' | 'relation'): Element {
  const { pbf } = block
  const found: Element = { id: 0, keys: [], values: [], visible: true, refs: [], roles: [], kinds: [], lat: 0, lng: 0 }
  pbf.readFields(
    (tag) => {
      if (tag === 1) found.id = kind === 'node' ? pbf.readSVarint() : pbf.readVarint(true)
      else if (tag === 2) pbf.readPackedVarint(found.keys)
      else if (tag === 3) pbf.readPackedVarint(found.values)
      else if (tag === 4) found.visible = infoVisible(pbf, fieldEnd(pbf))
      else if (kind === 'node' && tag === 8) found.lat = pbf.readSVarint()
      else if (kind === 'node' && tag === 9) found.lng = pbf.readSVarint()
      else if (kind !== 'node' && tag === 8)
        kind === 'way' ? pbf.readPackedSVarint(found.refs) : pbf.readPackedVarint(found.roles)
      else if (kind === 'relation' && tag === 9) pbf.readPackedSVarint(found.refs)
      else if (kind === 'relation' && tag === 10) pbf.readPackedVarint(found.kinds)
    },
    undefined,
    end,
  )
  for (let i = 1; i < found.refs.length; i++) found.refs[i] += found.refs[i - 1]
  return found
}

function elementTags(block: Block, { keys, values }: Element): OsmTags | null {
  if (keys.length !== values.length) throw new Error('osm pbf: damaged block, keys and values differ in number')
  if (keys.length === 0) return null
  const tags = Object.create(null) as OsmTags
  for (let i = 0; i < keys.length; i++) tags[word(block, keys[i])] = word(block, values[i])
  return tags
}

function group(block: Block, end: number, visitor: OsmVisitor): void {
  const { pbf } = block
  pbf.readFields(
    (tag) => {
      if (tag === 2 && visitor.node) denseNodes(block, fieldEnd(pbf), visitor)
      else if (tag === 1 && visitor.node) {
        const node = element(block, fieldEnd(pbf), 'node')
        if (!node.visible) return
        visitor.node(
          node.id,
          e7(block, block.lngOffset, node.lng),
          e7(block, block.latOffset, node.lat),
          elementTags(block, node),
        )
      } else if (tag === 3 && visitor.way) {
        const way = element(block, fieldEnd(pbf), 'way')
        if (way.visible) visitor.way(way.id, way.refs, elementTags(block, way))
      } else if (tag === 4 && visitor.relation) {
        const { id, kinds, refs, roles, visible, keys, values } = element(block, fieldEnd(pbf), 'relation')
        if (!visible) return
        if (
          kinds.length !== refs.length ||
          roles.length !== refs.length ||
          kinds.some((kind) => kind > MEMBER_RELATION)
        ) {
          throw new Error(`osm pbf: damaged relation ${id}, its member lists differ in length or kind`)
        }
        const members = { kinds, refs, roles: roles.map((role) => word(block, role)) }
        visitor.relation(id, members, elementTags(block, { keys, values } as Element))
      }
    },
    undefined,
    end,
  )
}

function primitiveBlock(bytes: Uint8Array, visitor: OsmVisitor): void {
  const pbf = new PbfReader(bytes)
  const block: Block = { pbf, strings: [], granularity: 100, lngOffset: 0, latOffset: 0 }
  const groups: [number, number][] = []
  pbf.readFields((tag) => {
    if (tag === 1) {
      pbf.readFields((inner) => inner === 1 && block.strings.push(pbf.readString()), undefined, fieldEnd(pbf))
    } else if (tag === 2) {
      const end = fieldEnd(pbf)
      groups.push([pbf.pos, end])
      pbf.pos = end
    } else if (tag === 17) block.granularity = pbf.readVarint()
    else if (tag === 19) block.latOffset = pbf.readVarint(true)
    else if (tag === 20) block.lngOffset = pbf.readVarint(true)
  }, undefined)
  // the numbers above may stand behind the groups in the block, so that the groups wait for them
  for (const [start, end] of groups) {
    pbf.pos = start
    group(block, end, visitor)
  }
}

/**
 * Runs over a `.osm.pbf` once.
 *
 * @param chunks the file, in chunks of any size
 * @param visitor called for each element in file order; kinds it leaves out are skipped undecoded
 * @returns yields after each blob, so that the caller can hand on what the visitor gathered
 * @throws {Error} truncated, damaged, or of a compression or feature that is not supported
 * @see https://wiki.openstreetmap.org/wiki/PBF_Format
 */
export async function* readOsmPbf(chunks: AsyncIterable<Uint8Array>, visitor: OsmVisitor): AsyncGenerator<void> {
  const bytes = exactly(chunks)
  let blobs = 0
  try {
    for (;;) {
      const prefix = await bytes.take(4)
      if (!prefix) break
      const length = new DataView(prefix.buffer, prefix.byteOffset, 4).getUint32(0)
      if (length === 0 || length > MAX_HEADER) {
        throw new Error(`osm pbf: blob ${blobs}: header of ${length} bytes; expected 1…${MAX_HEADER}`)
      }
      const headerBytes = await bytes.take(length)
      if (!headerBytes) throw new Error(`osm pbf: truncated in the header of blob ${blobs}`)
      const header = blobHeader(headerBytes)
      if (!(header.size >= 0 && header.size <= MAX_BLOB)) {
        throw new Error(`osm pbf: blob ${blobs}: data of ${header.size} bytes; expected 0…${MAX_BLOB}`)
      }
      const body = await bytes.take(header.size)
      if (!body) throw new Error(`osm pbf: truncated in blob ${blobs}`)
      if (blobs === 0 && header.type !== 'OSMHeader') {
        throw new Error(`osm pbf: first blob is ${JSON.stringify(header.type.slice(0, 20))}; expected OSMHeader`)
      }
      try {
        if (header.type === 'OSMHeader') readHeader(unpack(body), visitor)
        else if (header.type === 'OSMData') primitiveBlock(unpack(body), visitor)
      } catch (cause) {
        const { message } = cause as Error
        throw new Error(`osm pbf: blob ${blobs}: ${message.replace(/^osm pbf: /, '')}`, { cause })
      }
      blobs++
      yield
    }
  } finally {
    await bytes.close()
  }
  if (blobs === 0) throw new Error('osm pbf: empty file; expected an OSMHeader blob')
}
