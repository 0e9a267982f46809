/** The container of glTF 2.0: GLB or JSON with data URIs → buffer views and accessors, every range checked. */
import { MeshoptDecoder } from 'meshoptimizer/decoder'
import { GLTF, type Json } from './glb-layout.ts'

/** Most numbers that one accessor may hold. */
const MOST_NUMBERS = 300e6
/** Most bytes of one unpacked buffer view. */
const MOST_VIEW = 2 ** 30
const JSON_CHUNK = 0x4e4f534a
const BIN_CHUNK = 0x004e4942

/** An open file. */
export interface GltfFile {
  json: Json
  /** objects of one of the lists of the document; anything else in it is an empty object */
  list(name: string): Json[]
  /** bytes behind an address: of a data URI, or of a file beside. @throws {RangeError} when they are not there */
  bytesAt(uri: string, words: string): Uint8Array
  /** bytes of a buffer view, unpacked. @throws {RangeError} when it is none or lies outside of its buffer */
  view(index: unknown, words: string): Uint8Array
  /** Numbers of an accessor, normalized ones brought to 0 … 1 or -1 … 1. @throws {RangeError} as `view` */
  numbers(index: unknown, words: string): { values: Float32Array | Uint32Array; count: number; width: number }
}

/** The object behind a value, an empty one for what is none. */
export const objectOf = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}

/** A whole number ≥ 0, or the fallback when absent. @throws {RangeError} for anything else */
export function wholeOf(value: unknown, words: string, fallback?: number): number {
  if (value === undefined && fallback !== undefined) return fallback
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw new RangeError(`gltf: bad ${words}, got ${JSON.stringify(value) ?? 'nothing'}; expected a whole number`)
  return value
}

function parse(text: string): Json {
  try {
    return objectOf(JSON.parse(text))
  } catch (cause) {
    throw new RangeError(`gltf: its JSON cannot be read: ${(cause as Error).message.slice(0, 200)}`, { cause })
  }
}

/** JSON and binary chunk of a GLB, or the JSON of a .gltf. */
function unwrap(bytes: Uint8Array): { json: Json; body: Uint8Array | null } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  if (bytes.length < 12 || view.getUint32(0, true) !== GLTF)
    return { json: parse(new TextDecoder().decode(bytes)), body: null }
  const [version, length] = [view.getUint32(4, true), view.getUint32(8, true)]
  if (version !== 2) throw new RangeError(`glb: got version ${version}; expected 2`)
  if (length > bytes.length)
    throw new RangeError(`glb: cut short, got ${bytes.length} bytes; expected ${length} as its header says`)
  let json: Json | null = null
  let body: Uint8Array | null = null
  for (let at = 12; at + 8 <= length; ) {
    const [size, kind] = [view.getUint32(at, true), view.getUint32(at + 4, true)]
    if (at + 8 + size > length)
      throw new RangeError(`glb: a chunk is cut short, got ${length - at - 8} of ${size} bytes`)
    const chunk = bytes.subarray(at + 8, at + 8 + size)
    if (kind === JSON_CHUNK && !json) json = parse(new TextDecoder().decode(chunk))
    else if (kind === BIN_CHUNK && !body) body = chunk
    at += 8 + size + (-size & 3)
  }
  if (!json) throw new RangeError('glb: has no JSON chunk; expected one')
  return { json, body }
}

const DATA_URI = /^data:[^,]*?(;base64)?,/

/** Bytes of a data URI, or of one of the files beside, by their addresses as the file has them. */
function bytesAt(uri: string, words: string, beside: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const found = DATA_URI.exec(uri.slice(0, 200))
  if (!found) {
    const file = beside.get(uri)
    if (file) return file
    const name = JSON.stringify(uri.slice(0, 60))
    throw new RangeError(
      `gltf: ${words} lies outside of the file, got ${name}, which is not beside it; expected it in the same folder or zip | all in one .glb`,
    )
  }
  const rest = uri.slice(found[0].length)
  return found[1] ? Buffer.from(rest, 'base64') : new TextEncoder().encode(decodeURIComponent(rest))
}

/**
 * Addresses of other files that a .gltf or .glb names: its buffers, then its pictures; as they stand in it.
 * @throws {RangeError} as `openGltf`
 */
export function namedFiles(bytes: Uint8Array): string[] {
  const { json } = unwrap(bytes)
  const all = [json.buffers, json.images].flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : []))
  const uris = all.map((one) => objectOf(one).uri).filter((uri): uri is string => typeof uri === 'string')
  return [...new Set(uris.filter((uri) => uri !== '' && !/^data:/i.test(uri.slice(0, 5))))]
}

const WIDTH: Record<string, number> = { SCALAR: 1, VEC2: 2, VEC3: 3, VEC4: 4, MAT4: 16 }
const BYTES: Record<number, number> = { 5120: 1, 5121: 1, 5122: 2, 5123: 2, 5125: 4, 5126: 4 }
const FULL: Record<number, number> = { 5120: 127, 5121: 255, 5122: 32767, 5123: 65535 }

function reader(view: DataView, type: number): (at: number) => number {
  if (type === 5126) return (at) => view.getFloat32(at, true)
  if (type === 5125) return (at) => view.getUint32(at, true)
  if (type === 5123) return (at) => view.getUint16(at, true)
  if (type === 5122) return (at) => view.getInt16(at, true)
  return type === 5121 ? (at) => view.getUint8(at) : (at) => view.getInt8(at)
}

/**
 * Opens GLB or glTF JSON.
 * @param beside files that it names, by their addresses
 * @throws {RangeError} when it is no glTF 2.0, is cut short, or asks for a file that is not beside
 * @see glTF 2.0 §3.6, §4.4; EXT_meshopt_compression
 */
export async function openGltf(
  bytes: Uint8Array,
  beside: ReadonlyMap<string, Uint8Array> = new Map(),
): Promise<GltfFile> {
  const { json, body } = unwrap(bytes)
  const version = objectOf(json.asset).version
  if (typeof version !== 'string' || !version.startsWith('2.'))
    throw new RangeError(`gltf: got asset version ${JSON.stringify(version) ?? 'none'}; expected 2.0`)
  await MeshoptDecoder.ready
  const list = (name: string): Json[] => (Array.isArray(json[name]) ? (json[name] as unknown[]).map(objectOf) : [])
  const [buffers, views, accessors] = [list('buffers'), list('bufferViews'), list('accessors')]
  const opened = new Map<number, Uint8Array>()
  const buffer = (index: number): Uint8Array => {
    const known = opened.get(index)
    if (known) return known
    const { uri, byteLength } = buffers[index] ?? {}
    const length = wholeOf(byteLength, `byteLength of buffer ${index}`)
    const found = typeof uri === 'string' ? bytesAt(uri, `buffer ${index}`, beside) : index === 0 ? body : null
    if (!found) throw new RangeError(`gltf: buffer ${index} is absent; expected the GLB's binary chunk or a data URI`)
    if (found.length < length)
      throw new RangeError(`gltf: buffer ${index} is cut short, got ${found.length} bytes; expected ${length}`)
    opened.set(index, found)
    return found
  }
  const slice = (of: Json, words: string): Uint8Array => {
    const whole = buffer(wholeOf(of.buffer, `buffer of ${words}`))
    const from = wholeOf(of.byteOffset, `byteOffset of ${words}`, 0)
    const length = wholeOf(of.byteLength, `byteLength of ${words}`)
    if (from + length > whole.length)
      throw new RangeError(
        `gltf: ${words} lies outside of its buffer, got ${from} + ${length}; expected ≤ ${whole.length}`,
      )
    return whole.subarray(from, from + length)
  }
  const kept = new Map<number, Uint8Array>()
  const unpacked = (packed: Json, words: string): Uint8Array => {
    const [count, stride] = [
      wholeOf(packed.count, `count of ${words}`),
      wholeOf(packed.byteStride, `stride of ${words}`),
    ]
    if (count * stride > MOST_VIEW)
      throw new RangeError(`gltf: ${words} is too large, got ${count} × ${stride} bytes; expected ≤ ${MOST_VIEW}`)
    const target = new Uint8Array(count * stride)
    const filter = typeof packed.filter === 'string' ? packed.filter : undefined
    try {
      MeshoptDecoder.decodeGltfBuffer(target, count, stride, slice(packed, words), String(packed.mode), filter)
    } catch (cause) {
      if (cause instanceof RangeError) throw cause
      throw new RangeError(`gltf: ${words} cannot be unpacked: ${(cause as Error).message}`, { cause })
    }
    return target
  }
  const view = (index: unknown, words: string): Uint8Array => {
    const at = wholeOf(index, `buffer view of ${words}`)
    if (at >= views.length) throw new RangeError(`gltf: no buffer view ${at} for ${words}; expected < ${views.length}`)
    const known = kept.get(at)
    if (known) return known
    const extensions = objectOf(views[at].extensions)
    const packed = extensions.EXT_meshopt_compression ?? extensions.KHR_meshopt_compression
    const found = packed ? unpacked(objectOf(packed), `buffer view ${at}`) : slice(views[at], `buffer view ${at}`)
    if (packed) kept.set(at, found)
    return found
  }
  return {
    json,
    list,
    bytesAt: (uri, words) => bytesAt(uri, words, beside),
    view,
    numbers(index, words) {
      const at = wholeOf(index, `accessor of ${words}`)
      const accessor = accessors[at]
      if (!accessor) throw new RangeError(`gltf: no accessor ${at} for ${words}; expected < ${accessors.length}`)
      const type = accessor.componentType as number
      const [width, size] = [WIDTH[String(accessor.type)], BYTES[type]]
      const count = wholeOf(accessor.count, `count of accessor ${at}`)
      if (!width || !size || count * width > MOST_NUMBERS)
        throw new RangeError(
          `gltf: bad accessor ${at}, got ${count} × ${accessor.type} of ${type}; expected SCALAR … VEC4`,
        )
      const scale = accessor.normalized === true ? (FULL[type] ?? 1) : 1
      const whole = scale === 1 && (type === 5121 || type === 5123 || type === 5125)
      const values = whole ? new Uint32Array(count * width) : new Float32Array(count * width)
      if (accessor.bufferView !== undefined) {
        const bytes = view(accessor.bufferView, `accessor ${at}`)
        const offset = wholeOf(accessor.byteOffset, `byteOffset of accessor ${at}`, 0)
        const given = wholeOf(views[accessor.bufferView as number].byteStride, `stride of accessor ${at}`, 0)
        const stride = given || width * size
        if (count > 0 && offset + stride * (count - 1) + width * size > bytes.length)
          throw new RangeError(
            `gltf: accessor ${at} reaches past its buffer view, got ${count} × ${stride} bytes; expected ≤ ${bytes.length}`,
          )
        const read = reader(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), type)
        for (let i = 0; i < count; i++)
          for (let k = 0; k < width; k++) values[i * width + k] = read(offset + i * stride + k * size) / scale
      }
      if (accessor.sparse !== undefined) overlay(objectOf(accessor.sparse), values, width, type, scale, view)
      return { values, count, width }
    },
  }
}

/** Values that differ from the accessor's own. @see glTF 2.0 §3.6.2.3 */
function overlay(
  sparse: Json,
  values: Float32Array | Uint32Array,
  width: number,
  type: number,
  scale: number,
  view: GltfFile['view'],
): void {
  const count = wholeOf(sparse.count, 'count of a sparse accessor')
  const [where, what] = [objectOf(sparse.indices), objectOf(sparse.values)]
  const at = view(where.bufferView, 'sparse indices')
  const from = view(what.bufferView, 'sparse values')
  const indexType = where.componentType as number
  const [atOffset, fromOffset] = [wholeOf(where.byteOffset, 'offset', 0), wholeOf(what.byteOffset, 'offset', 0)]
  const [step, size] = [BYTES[indexType] ?? 4, BYTES[type]]
  if (atOffset + count * step > at.length || fromOffset + count * width * size > from.length)
    throw new RangeError(`gltf: a sparse accessor reaches past its buffer view, got ${count} values`)
  const index = reader(new DataView(at.buffer, at.byteOffset, at.length), indexType)
  const value = reader(new DataView(from.buffer, from.byteOffset, from.length), type)
  for (let i = 0; i < count; i++) {
    const to = index(atOffset + i * step) * width
    if (to + width > values.length) throw new RangeError(`gltf: a sparse index is out of range, got ${to / width}`)
    for (let k = 0; k < width; k++) values[to + k] = value(fromOffset + (i * width + k) * size) / scale
  }
}
