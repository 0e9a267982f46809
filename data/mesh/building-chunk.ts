/** Chunks of building records as the database concatenates them: read, share out, flatten for coarse levels. */
import { type BuildingShape, ESTIMATED, HEADER_BYTES, PART, UNKNOWN_16, WIDE } from './building-shape.ts'

/** One buffer seen as every type a record holds; a view per record and type would cost more than the meshing. */
class ChunkViews {
  readonly bytes: Uint8Array
  readonly words: Int32Array
  readonly halves: Uint16Array
  readonly shorts: Int16Array
  readonly floats: Float32Array
  /** corners of all records read so far: an array of its own for each would cost as much as the rest of reading */
  readonly pool: Int32Array
  /** numbers in `pool` */
  filled = 0

  constructor(bytes: Uint8Array) {
    const { buffer, byteOffset } = bytes
    this.bytes = bytes
    const quads = bytes.length >> 2
    this.words = new Int32Array(buffer, byteOffset, quads)
    this.halves = new Uint16Array(buffer, byteOffset, quads * 2)
    this.shorts = new Int16Array(buffer, byteOffset, quads * 2)
    this.floats = new Float32Array(buffer, byteOffset, quads)
    this.pool = new Int32Array(quads * 2)
  }
}

/** A record where it lies; its id becomes a string only when somebody asks. */
export class ChunkShape implements BuildingShape {
  readonly chunk: Uint8Array
  /** byte range of the record and of its id in `chunk` */
  readonly from: number
  readonly to: number
  readonly idFrom: number
  readonly idTo: number
  readonly class: number
  readonly height: number
  readonly minHeight: number
  readonly levels: number
  readonly year: number
  readonly roof: number
  readonly roofHeight: number
  readonly roofDirectionDeg: number
  readonly flags: number
  /** corners as in `coordinates`: `2 × corners` numbers of `pool` from `first` on */
  readonly pool: Int32Array
  readonly first: number
  readonly corners: number
  readonly ringSizes: Uint32Array
  readonly holes: Uint8Array

  constructor(views: ChunkViews, from: number) {
    const { words, halves, floats, bytes } = views
    const fail = (what: string): never => {
      throw new RangeError(`building shape: ${what} at byte ${from}; expected a record of encodeShape`)
    }
    if (from + HEADER_BYTES > bytes.length) fail(`got ${bytes.length - from} bytes`)
    const [word, half] = [from >> 2, from >> 1]
    const total = words[word]
    const rings = words[word + 8]
    this.flags = bytes[from + 29]
    const width = this.flags & WIDE ? 8 : 4
    if (total < HEADER_BYTES || total % 4 !== 0 || from + total > bytes.length) fail(`length is ${total}`)
    if (rings < 1 || HEADER_BYTES + rings * 4 > total) fail(`ring count is ${rings}`)
    const table = word + HEADER_BYTES / 4
    let count = 0
    if (rings === 1) {
      count = words[table] >>> 1
      this.ringSizes = count < SINGLE.length ? SINGLE[count] : Uint32Array.of(count)
      this.holes = NO_HOLE
    } else {
      this.ringSizes = new Uint32Array(rings)
      this.holes = new Uint8Array(rings)
      for (let i = 0; i < rings; i++) {
        this.ringSizes[i] = words[table + i] >>> 1
        this.holes[i] = words[table + i] & 1
        count += this.ringSizes[i]
      }
    }
    const at = from + HEADER_BYTES + rings * 4
    this.chunk = bytes
    this.from = from
    this.to = from + total
    this.idFrom = at + count * width
    this.idTo = this.idFrom + halves[half + 15]
    if (this.idTo > this.to) fail(`vertex count is ${count}`)
    this.height = floats[word + 3]
    this.minHeight = floats[word + 4]
    const roofHeight = halves[half + 10]
    const direction = halves[half + 11]
    this.roofHeight = roofHeight === UNKNOWN_16 ? Number.NaN : roofHeight / 100
    this.roofDirectionDeg = direction === UNKNOWN_16 ? Number.NaN : direction / 100
    this.year = halves[half + 12]
    this.class = bytes[from + 26]
    this.levels = bytes[from + 27]
    this.roof = bytes[from + 28]
    const { pool, filled } = views
    const deltas = width === 8 ? words : views.shorts
    const source = (width === 8 ? at >> 2 : at >> 1) - filled
    let x = words[word + 1]
    let y = words[word + 2]
    for (let i = filled, end = filled + count * 2; i < end; i += 2) {
      pool[i] = x += deltas[source + i]
      pool[i + 1] = y += deltas[source + i + 1]
    }
    this.pool = pool
    this.first = filled
    this.corners = count
    views.filled = filled + count * 2
  }

  get coordinates(): Int32Array {
    return this.pool.subarray(this.first, this.first + this.corners * 2)
  }

  get id(): string {
    return text(this.chunk, this.idFrom, this.idTo)
  }

  get estimated(): boolean {
    return (this.flags & ESTIMATED) !== 0
  }

  get part(): boolean {
    return (this.flags & PART) !== 0
  }
}

const NO_HOLE = new Uint8Array(1)
/** Ring tables of one ring, shared: nearly every building has one. */
const SINGLE = Array.from({ length: 64 }, (_, i) => Uint32Array.of(i))

const decoder = new TextDecoder()
/** Ids are nearly always ASCII: building the string from codes is several times faster than TextDecoder at 10 bytes. */
function text(bytes: Uint8Array, from: number, to: number): string {
  let result = ''
  for (let i = from; i < to; i++) {
    if (bytes[i] > 127) return decoder.decode(bytes.subarray(from, to))
    result += String.fromCharCode(bytes[i])
  }
  return result
}

const aligned = (chunk: Uint8Array): Uint8Array => (chunk.byteOffset % 4 === 0 ? chunk : new Uint8Array(chunk))

/**
 * Reads one record.
 * @param bytes a chunk of records
 * @param offset where the record starts, a multiple of 4
 * @throws {RangeError} when the record does not fit the chunk or contradicts itself
 */
export function decodeShape(bytes: Uint8Array, offset = 0): ChunkShape {
  return new ChunkShape(new ChunkViews(aligned(bytes)), offset)
}

/**
 * Reads all records of a chunk.
 * @param chunk records one after the other (`string_agg(shape, '')`), any alignment
 * @throws {RangeError} when the chunk does not consist of whole records
 */
export function decodeShapes(chunk: Uint8Array): ChunkShape[] {
  const views = new ChunkViews(aligned(chunk))
  const shapes: ChunkShape[] = []
  for (let offset = 0; offset < chunk.length; ) {
    const shape = new ChunkShape(views, offset)
    shapes.push(shape)
    offset = shape.to
  }
  return shapes
}

/** Ids of shapes as one UTF-8 text, and where each begins (one more entry than shapes). */
export function packIds(shapes: readonly ChunkShape[]): { bytes: Uint8Array; offsets: Uint16Array | Uint32Array } {
  let total = 0
  for (const { idFrom, idTo } of shapes) total += idTo - idFrom
  const bytes = new Uint8Array(total)
  const offsets = total > 65535 ? new Uint32Array(shapes.length + 1) : new Uint16Array(shapes.length + 1)
  let at = 0
  for (let i = 0; i < shapes.length; i++) {
    const { chunk, idFrom, idTo } = shapes[i]
    for (let k = idFrom; k < idTo; k++) bytes[at++] = chunk[k]
    offsets[i + 1] = at
  }
  return { bytes, offsets }
}

/**
 * Every `of`-th record of a chunk, beginning with the `index`-th.
 * @throws {RangeError} when the chunk does not consist of whole records
 */
export function takePart(chunk: Uint8Array, { index, of }: { index: number; of: number }): Uint8Array {
  const kept = decodeShapes(chunk).filter((_, i) => i % of === index)
  return concatenate(kept.map(({ chunk: bytes, from, to }) => bytes.subarray(from, to)))
}

/** Records one after the other. */
export function concatenate(records: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(records.reduce((sum, record) => sum + record.length, 0))
  let at = 0
  for (const record of records) {
    bytes.set(record, at)
    at += record.length
  }
  return bytes
}
