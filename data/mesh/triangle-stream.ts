/** Triangles of many small solids → one meshopt index stream: solids of one shape are encoded once and copied. */

/** One shape of solid: its triangles over its own vertices, numbered as the triangles first name them, and their code. */
export interface Topology {
  /** the caller's number of each vertex, in the new order; vertices that no triangle names are left out */
  readonly order: Uint32Array
  /** three new numbers per triangle */
  readonly triangles: Uint32Array
  /** a byte per triangle */
  readonly codes: Uint8Array
  /** data before the first vertex that is spelled out, that vertex (−1: none), data behind it, and the last spelled out */
  readonly before: Uint8Array
  readonly first: number
  readonly after: Uint8Array
  readonly last: number
}

/** Index stream of meshopt's version 1. */
const HEADER = 0xe1
/** Pairs of vertex codes that fit into a triangle's own byte; the stream ends with them. */
const PAIRS = [0x00, 0x76, 0x87, 0x56, 0x67, 0x78, 0xa9, 0x86, 0x65, 0x89, 0x68, 0x98, 0x01, 0x69, 0, 0]
const USED_PAIRS = 14
/** From this code on a third vertex is spelled out: one less than the last, one more, or as a difference. */
const SPELLED = 13

/** What encoder and decoder remember alike: the last 16 edges and vertices. */
class Memory {
  readonly starts = new Int32Array(16).fill(-1)
  readonly ends = new Int32Array(16).fill(-1)
  readonly vertices = new Int32Array(16).fill(-1)
  edgeAt = 0
  vertexAt = 0

  edge(from: number, to: number): void {
    this.starts[this.edgeAt] = from
    this.ends[this.edgeAt] = to
    this.edgeAt = (this.edgeAt + 1) & 15
  }

  vertex(v: number): void {
    this.vertices[this.vertexAt] = v
    this.vertexAt = (this.vertexAt + 1) & 15
  }

  /** @returns how many vertices ago, −1 when forgotten */
  ago(v: number): number {
    for (let i = 0; i < 16; i++) if (this.vertices[(this.vertexAt - 1 - i) & 15] === v) return i
    return -1
  }
}

function spell(data: number[], difference: number): void {
  let v = (difference << 1) ^ (difference >> 31)
  do {
    data.push((v & 127) | (v > 127 ? 128 : 0))
    v >>>= 7
  } while (v)
}

/** Encodes one solid. @see meshoptimizer 1.3, indexcodec.cpp: encodeIndexBuffer; glTF EXT_meshopt_compression, mode 1 */
class SolidEncoder {
  readonly memory = new Memory()
  readonly order: number[] = []
  readonly codes: number[] = []
  readonly before: number[] = []
  readonly after: number[] = []
  first = -1
  last = -1

  private data(): number[] {
    return this.first < 0 ? this.before : this.after
  }

  spelled(v: number): void {
    if (this.first < 0) this.first = v
    else spell(this.after, v - this.last)
    this.last = v
  }

  /** The third vertex over an edge named `age` edges ago, from `a` to `b`. */
  over(age: number, a: number, b: number, c: number, fresh: boolean): void {
    const { memory } = this
    const ago = fresh ? -1 : memory.ago(c)
    let code = fresh ? 0 : ago >= 1 && ago < SPELLED ? ago : 15
    if (code === 15 && this.first >= 0 && c + 1 === this.last) code = 13
    else if (code === 15 && this.first >= 0 && c === this.last + 1) code = 14
    this.codes.push((age << 4) | code)
    if (code === 15) this.spelled(c)
    else if (code >= SPELLED) this.last = c
    if (code === 0 || code >= SPELLED) memory.vertex(c)
    memory.edge(c, b)
    memory.edge(a, c)
  }

  /** A triangle that no edge remembers; fresh ones are numbered in turn. */
  alone(a: number, b: number, c: number, fresh: readonly boolean[]): void {
    const { memory } = this
    const code = (v: number, isFresh: boolean): number => {
      const ago = isFresh ? -1 : memory.ago(v)
      return isFresh ? 0 : ago >= 0 && ago < 14 ? ago + 1 : 15
    }
    const [fa, fb, fc] = [fresh[0] ? 0 : 15, code(b, fresh[1]), code(c, fresh[2])]
    const pair = (fb << 4) | fc
    const known = PAIRS.indexOf(pair)
    if (fa === 0 && known >= 0 && known < USED_PAIRS) this.codes.push(0xf0 | known)
    else {
      this.codes.push(0xfe | (fa ? 1 : 0))
      this.data().push(pair)
    }
    if (fa === 15) this.spelled(a)
    if (fb === 15) this.spelled(b)
    if (fc === 15) this.spelled(c)
    memory.vertex(a)
    if (fb === 0 || fb === 15) memory.vertex(b)
    if (fc === 0 || fc === 15) memory.vertex(c)
    memory.edge(b, a)
    memory.edge(c, b)
    memory.edge(a, c)
  }
}

/** Encodes a solid's triangles, see `Topology`. */
function encodeSolid(corners: ArrayLike<number>, count: number): Topology {
  let most = 0
  for (let i = 0; i < count; i++) most = Math.max(most, corners[i])
  const numbers = new Int32Array(most + 1).fill(-1)
  const encoder = new SolidEncoder()
  const { memory, order } = encoder
  const triangles = new Uint32Array(count)
  for (let i = 0; i < count; i += 3) {
    const turn = [corners[i], corners[i + 1], corners[i + 2]]
    const old = turn.map((corner) => numbers[corner])
    let [age, side] = [15, 0]
    search: for (let k = 0; k < 15; k++) {
      const at = (memory.edgeAt - 1 - k) & 15
      for (let s = 0; s < 3; s++) {
        if (old[s] < 0 || memory.starts[at] !== old[s] || memory.ends[at] !== old[(s + 1) % 3]) continue
        ;[age, side] = [k, s]
        break search
      }
    }
    // without an edge: begin with a vertex that is new
    if (age === 15) side = Math.max(0, old.indexOf(-1))
    const fresh = [false, false, false]
    const [a, b, c] = fresh.map((_, s) => {
      const corner = turn[(side + s) % 3]
      fresh[s] = numbers[corner] < 0
      if (fresh[s]) numbers[corner] = order.push(corner) - 1
      return numbers[corner]
    })
    triangles.set([a, b, c], i)
    if (age < 15) encoder.over(age, a, b, c, fresh[2])
    else encoder.alone(a, b, c, fresh)
  }
  return {
    order: Uint32Array.from(order),
    triangles,
    codes: Uint8Array.from(encoder.codes),
    before: Uint8Array.from(encoder.before),
    first: encoder.first,
    after: Uint8Array.from(encoder.after),
    last: encoder.last,
  }
}

const known = new Map<number, Topology & { corners: Uint32Array }>()
const MOST_KNOWN = 4096
const LONGEST_KNOWN = 600

/**
 * The code of a solid's triangles; the same list of corners is encoded once.
 * @param corners three per triangle, the solid's own numbers
 * @param count how many of them hold
 */
export function topologyOf(corners: ArrayLike<number>, count: number): Topology {
  if (count > LONGEST_KNOWN) return encodeSolid(corners, count)
  let hash = count
  for (let i = 0; i < count; i++) hash = (Math.imul(hash, 31) + corners[i]) | 0
  const found = known.get(hash)
  if (found && found.corners.length === count) {
    let i = 0
    while (i < count && found.corners[i] === corners[i]) i++
    if (i === count) return found
  }
  if (known.size >= MOST_KNOWN) known.clear()
  const made = { ...encodeSolid(corners, count), corners: Uint32Array.from({ length: count }, (_, i) => corners[i]) }
  known.set(hash, made)
  return made
}

/** Solids one after the other as one stream. */
export class TriangleStream {
  /** vertices and triangles so far */
  vertices = 0
  triangles = 0
  private codes = new Uint8Array(1 << 15)
  private data = new Uint8Array(1 << 12)
  private dataLength = 0
  private last = 0

  /** Forgets what was added, keeps the memory. */
  clear(): void {
    this.vertices = 0
    this.triangles = 0
    this.dataLength = 0
    this.last = 0
  }

  /** Adds a solid; its vertices follow those of the solids before, in the topology's order. */
  add({ order, codes, before, first, after, last }: Topology): void {
    if (this.triangles + codes.length > this.codes.length) this.codes = grown(this.codes, codes.length)
    const { triangles } = this
    for (let i = 0; i < codes.length; i++) this.codes[triangles + i] = codes[i]
    this.triangles = triangles + codes.length
    const more = before.length + after.length + 5
    if (this.dataLength + more > this.data.length) this.data = grown(this.data, more)
    const { data } = this
    let at = this.dataLength
    for (let i = 0; i < before.length; i++) data[at++] = before[i]
    if (first >= 0) {
      const difference = this.vertices + first - this.last
      let v = (difference << 1) ^ (difference >> 31)
      for (; v > 127; v >>>= 7) data[at++] = (v & 127) | 128
      data[at++] = v
      for (let i = 0; i < after.length; i++) data[at++] = after[i]
      this.last = this.vertices + last
    }
    this.dataLength = at
    this.vertices += order.length
  }

  /** The whole stream as `EXT_meshopt_compression` stores it with mode TRIANGLES. */
  packed(): Uint8Array {
    const { triangles, dataLength } = this
    const bytes = new Uint8Array(1 + triangles + dataLength + PAIRS.length)
    bytes[0] = HEADER
    bytes.set(this.codes.subarray(0, triangles), 1)
    bytes.set(this.data.subarray(0, dataLength), 1 + triangles)
    bytes.set(PAIRS, 1 + triangles + dataLength)
    return bytes
  }
}

function grown(bytes: Uint8Array, more: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(bytes.length * 2 + more)
  larger.set(bytes)
  return larger
}
