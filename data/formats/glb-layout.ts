/** The binary side of a GLB: buffer views, plain and meshopt-compressed, and the two chunks of the file. */
import { MeshoptEncoder } from 'meshoptimizer/encoder'

/** First word of a GLB. */
export const GLTF = 0x46546c67
const JSON_CHUNK = 0x4e4f534a
const BIN_CHUNK = 0x004e4942
/** Buffer view target of vertex attributes. */
export const ARRAY_BUFFER = 34962
/** Buffer view target of indices. */
export const ELEMENT_BUFFER = 34963
/** The name under which all three viewers know meshopt's extension. */
export const MESHOPT = 'EXT_meshopt_compression'

/** A piece of glTF. */
export type Json = Record<string, unknown>

/** Buffer views as they are laid down: plain ones in buffer 0, compressed ones described in buffer 1, which no file holds. */
export class BufferLayout {
  readonly views: Json[] = []
  readonly parts: Uint8Array[] = []
  length = 0
  plainLength = 0

  /** The `buffers` of the glTF: the file's own, and the one that only decompression fills. */
  buffers(): Json[] {
    const own = { byteLength: this.length }
    return this.plainLength
      ? [own, { byteLength: this.plainLength, extensions: { [MESHOPT]: { fallback: true } } }]
      : [own]
  }

  private append(bytes: Uint8Array): number {
    const at = this.length
    this.parts.push(bytes)
    this.length += bytes.length
    const gap = -this.length & 3
    if (gap) this.parts.push(new Uint8Array(gap))
    this.length += gap
    return at
  }

  /** Property tables ask for 8-byte alignment. */
  plain(bytes: Uint8Array, rest: Json = {}): number {
    if (this.length % 8) this.append(new Uint8Array(4))
    const byteOffset = this.append(bytes)
    return this.views.push({ buffer: 0, byteOffset, byteLength: bytes.length, ...rest }) - 1
  }

  attributes(bytes: Uint8Array, count: number, byteStride: number, target = true): number {
    const packed = MeshoptEncoder.encodeVertexBufferLevel(bytes, count, byteStride, 1, 0)
    return this.compressed(
      packed,
      count,
      byteStride,
      'ATTRIBUTES',
      target ? { byteStride, target: ARRAY_BUFFER } : { byteStride },
    )
  }

  triangles(indices: Uint32Array, byteStride: 2 | 4): number {
    const bytes = new Uint8Array(indices.buffer, indices.byteOffset, indices.byteLength)
    return this.packedTriangles(MeshoptEncoder.encodeIndexBuffer(bytes, indices.length, 4), indices.length, byteStride)
  }

  /** Triangles that are compressed already, `count` vertex numbers. */
  packedTriangles(packed: Uint8Array, count: number, byteStride: 2 | 4): number {
    return this.compressed(packed, count, byteStride, 'TRIANGLES', { target: ELEMENT_BUFFER })
  }

  private compressed(packed: Uint8Array, count: number, byteStride: number, mode: string, rest: Json): number {
    const byteOffset = this.append(packed)
    const byteLength = count * byteStride
    const extension = { buffer: 0, byteOffset, byteLength: packed.length, byteStride, count, mode }
    const at = this.plainLength
    this.plainLength += (byteLength + 3) & ~3
    return this.views.push({ buffer: 1, byteOffset: at, byteLength, ...rest, extensions: { [MESHOPT]: extension } }) - 1
  }
}

/** The file: header, JSON chunk padded with spaces, binary chunk. @see glTF 2.0 §4.4 */
export function assembleGlb(json: Json, layout: BufferLayout): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(json))
  const jsonLength = (text.length + 3) & ~3
  const bytes = new Uint8Array(12 + 8 + jsonLength + 8 + layout.length)
  const view = new DataView(bytes.buffer)
  const words = [GLTF, 2, bytes.length, jsonLength, JSON_CHUNK]
  words.forEach((word, i) => void view.setUint32(i * 4, word, true))
  bytes.fill(0x20, 20, 20 + jsonLength)
  bytes.set(text, 20)
  view.setUint32(20 + jsonLength, layout.length, true)
  view.setUint32(24 + jsonLength, BIN_CHUNK, true)
  let at = 28 + jsonLength
  for (const part of layout.parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

/** Lowest and highest step of each axis, as glTF asks of an accessor of positions; x, y, z, padding per vertex. */
export function positionLimits(positions: Uint16Array, vertices: number): { min: number[]; max: number[] } {
  let [lowX, lowY, lowZ] = [65535, 65535, 65535]
  let [highX, highY, highZ] = [0, 0, 0]
  for (let i = 0; i < vertices * 4; i += 4) {
    const x = positions[i]
    const y = positions[i + 1]
    const z = positions[i + 2]
    if (x < lowX) lowX = x
    if (x > highX) highX = x
    if (y < lowY) lowY = y
    if (y > highY) highY = y
    if (z < lowZ) lowZ = z
    if (z > highZ) highZ = z
  }
  return { min: [lowX, lowY, lowZ], max: [highX, highY, highZ] }
}
