/** GLB (binary glTF 2.0) with quantized, meshopt-compressed triangles, feature ids and a property table; reader for the same. */

import { MeshoptDecoder } from 'meshoptimizer/decoder'
import { MeshoptEncoder } from 'meshoptimizer/encoder'
import { type FeatureTable, packTable } from './glb-table.ts'

/** One mesh, one material, one node. */
export interface GlbMesh {
  /** x, y, z, 0 per vertex in steps of the node's scale; the fourth is padding */
  positions: Uint16Array
  /** feature number and 0 (padding) per vertex; absent without a table */
  featureIds?: Uint16Array
  vertices: number
  /** three per triangle, counter-clockwise from outside */
  indices: Uint32Array
  /** column-major 4×4 from steps to the tile's glTF frame (y up) */
  matrix: Float64Array | number[]
  /** linear RGB of the surface */
  colour: [number, number, number]
  table?: FeatureTable
  /** a copy per entry (EXT_mesh_gpu_instancing), in the node's frame: translations in metres, uniform scales, turns about y in radians */
  instances?: { translations: Float32Array; scales: Float32Array; turns: Float32Array }
}

const GLTF = 0x46546c67
const JSON_CHUNK = 0x4e4f534a
const BIN_CHUNK = 0x004e4942
const ARRAY_BUFFER = 34962
const ELEMENT_BUFFER = 34963
const MESHOPT = 'EXT_meshopt_compression'

type Json = Record<string, unknown>

/** Buffer views as they are laid down: plain ones in buffer 0, compressed ones described in buffer 1, which no file holds. */
class Layout {
  readonly views: Json[] = []
  readonly parts: Uint8Array[] = []
  length = 0
  plainLength = 0

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
  plain(bytes: Uint8Array): number {
    if (this.length % 8) this.append(new Uint8Array(4))
    const byteOffset = this.append(bytes)
    return this.views.push({ buffer: 0, byteOffset, byteLength: bytes.length }) - 1
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
    const packed = MeshoptEncoder.encodeIndexBuffer(bytes, indices.length, 4)
    return this.compressed(packed, indices.length, byteStride, 'TRIANGLES', { target: ELEMENT_BUFFER })
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

/** Resolves when the compressor can be called; await once before `writeGlb`. */
export const glbReady: Promise<unknown> = Promise.all([MeshoptEncoder.ready, MeshoptDecoder.ready])

/**
 * Writes a mesh as GLB with EXT_meshopt_compression, KHR_mesh_quantization and, with a table, EXT_mesh_features and
 * EXT_structural_metadata. The EXT name of meshopt's extension is written, not its KHR successor: Cesium, three and
 * loaders.gl all read it, and the stream is the same.
 * @throws {RangeError} when the mesh is empty or its arrays contradict each other
 * @see glTF 2.0 §4; EXT_meshopt_compression; EXT_structural_metadata
 */
export function writeGlb(mesh: GlbMesh): Uint8Array {
  const { vertices, indices, table } = mesh
  if (vertices < 3 || indices.length < 3)
    throw new RangeError(`glb: empty mesh, got ${vertices} vertices; expected at least 3`)
  if (mesh.positions.length < vertices * 4)
    throw new RangeError(`glb: got ${mesh.positions.length} position numbers; expected ${vertices * 4}`)
  const layout = new Layout()
  const used = ['KHR_mesh_quantization', MESHOPT]
  const small = vertices <= 65535
  const indexView = layout.triangles(indices, small ? 2 : 4)
  const positionView = layout.attributes(bytesOf(mesh.positions, vertices * 8), vertices, 8)
  const accessors: Json[] = [
    { bufferView: indexView, componentType: small ? 5123 : 5125, count: indices.length, type: 'SCALAR' },
    {
      bufferView: positionView,
      componentType: 5123,
      count: vertices,
      type: 'VEC3',
      ...limits(mesh.positions, vertices),
    },
  ]
  const primitive: Json = { attributes: { POSITION: 1 }, indices: 0, material: 0 }
  const json: Json = { asset: { version: '2.0', generator: 'Tidewall' } }
  if (table && mesh.featureIds) {
    accessors.push({
      bufferView: layout.attributes(bytesOf(mesh.featureIds, vertices * 4), vertices, 4),
      componentType: 5123,
      count: vertices,
      type: 'SCALAR',
    })
    primitive.attributes = { POSITION: 1, _FEATURE_ID_0: 2 }
    const featureIds = [{ featureCount: table.count, attribute: 0, propertyTable: 0 }]
    primitive.extensions = { EXT_mesh_features: { featureIds } }
    json.extensions = { EXT_structural_metadata: packTable(table, (bytes) => layout.plain(bytes)) }
    used.push('EXT_mesh_features', 'EXT_structural_metadata')
  }
  const node: Json = { mesh: 0, matrix: Array.from(mesh.matrix) }
  const nodes = mesh.instances ? instanced(node, mesh.instances, layout, accessors) : [node]
  const required = ['KHR_mesh_quantization', MESHOPT]
  if (mesh.instances) used.push('EXT_mesh_gpu_instancing')
  if (mesh.instances) required.push('EXT_mesh_gpu_instancing')
  const [r, g, b] = mesh.colour
  Object.assign(json, {
    extensionsUsed: used,
    extensionsRequired: required,
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes,
    meshes: [{ primitives: [primitive] }],
    materials: [{ pbrMetallicRoughness: { baseColorFactor: [r, g, b, 1], metallicFactor: 0 } }],
    accessors,
    bufferViews: layout.views,
    buffers: [
      { byteLength: layout.length },
      { byteLength: layout.plainLength, extensions: { [MESHOPT]: { fallback: true } } },
    ],
  })
  return assemble(json, layout)
}

const bytesOf = (array: Uint16Array, length: number): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, length)

function limits(positions: Uint16Array, vertices: number): { min: number[]; max: number[] } {
  const min = [65535, 65535, 65535]
  const max = [0, 0, 0]
  for (let i = 0; i < vertices * 4; i += 4) {
    for (let axis = 0; axis < 3; axis++) {
      const value = positions[i + axis]
      if (value < min[axis]) min[axis] = value
      if (value > max[axis]) max[axis] = value
    }
  }
  return { min, max }
}

/** The instances' frame above, the model's own below: the instance transform acts on the mesh after its node's matrix only so. */
function instanced(
  node: Json,
  { translations, scales, turns }: NonNullable<GlbMesh['instances']>,
  layout: Layout,
  accessors: Json[],
): Json[] {
  const count = scales.length
  if (translations.length !== count * 3 || turns.length !== count)
    throw new RangeError(
      `glb: got ${translations.length / 3} translations and ${turns.length} turns; expected ${count}`,
    )
  const rotations = new Int16Array(count * 4)
  const scale = new Float32Array(count * 3)
  for (let i = 0; i < count; i++) {
    rotations[i * 4 + 1] = Math.round(Math.sin(turns[i] / 2) * 32767)
    rotations[i * 4 + 3] = Math.round(Math.cos(turns[i] / 2) * 32767)
    scale.fill(scales[i], i * 3, i * 3 + 3)
  }
  const add = (array: Float32Array | Int16Array, stride: number, rest: Json): number => {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
    return accessors.push({ bufferView: layout.attributes(bytes, count, stride, false), count, ...rest }) - 1
  }
  const attributes = {
    TRANSLATION: add(translations, 12, { componentType: 5126, type: 'VEC3' }),
    ROTATION: add(rotations, 8, { componentType: 5122, normalized: true, type: 'VEC4' }),
    SCALE: add(scale, 12, { componentType: 5126, type: 'VEC3' }),
  }
  return [{ ...node, extensions: { EXT_mesh_gpu_instancing: { attributes } } }]
}

function assemble(json: Json, layout: Layout): Uint8Array {
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

/** What `readGlb` finds: the JSON as it stands, and the bytes of each buffer view, decompressed. */
export interface GlbContent {
  json: {
    nodes: { matrix?: number[] }[]
    accessors: { bufferView: number; count: number; componentType: number; min?: number[]; max?: number[] }[]
    extensions?: {
      EXT_structural_metadata?: {
        propertyTables: {
          count: number
          properties: Record<string, { values: number; stringOffsets?: number; stringOffsetType?: string }>
        }[]
      }
    }
    [key: string]: unknown
  }
  views: Uint8Array[]
}

interface View {
  buffer: number
  byteOffset?: number
  byteLength: number
  extensions?: {
    EXT_meshopt_compression?: {
      byteOffset: number
      byteLength: number
      byteStride: number
      count: number
      mode: string
    }
  }
}

/**
 * Reads a GLB whose buffers are all inside it.
 * @throws {RangeError} when it is no GLB 2.0, is cut short, or a buffer view points outside
 */
export function readGlb(bytes: Uint8Array): GlbContent {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  if (bytes.length < 20 || view.getUint32(0, true) !== GLTF || view.getUint32(4, true) !== 2)
    throw new RangeError(`glb: not a GLB 2.0, got ${bytes.length} bytes; expected the header glTF 2`)
  if (view.getUint32(8, true) !== bytes.length)
    throw new RangeError(`glb: got ${bytes.length} bytes; expected ${view.getUint32(8, true)}`)
  const jsonLength = view.getUint32(12, true)
  if (20 + jsonLength > bytes.length) throw new RangeError(`glb: JSON chunk cut short, got length ${jsonLength}`)
  const json = JSON.parse(new TextDecoder().decode(bytes.subarray(20, 20 + jsonLength))) as GlbContent['json']
  // not bytes.subarray: slice of a Buffer would share its pool
  const body = new Uint8Array(
    bytes.buffer,
    bytes.byteOffset + Math.min(28 + jsonLength, bytes.length),
    Math.max(0, bytes.length - 28 - jsonLength),
  )
  const slice = (offset: number, length: number): Uint8Array => {
    if (offset < 0 || length < 0 || offset + length > body.length)
      throw new RangeError(`glb: buffer view outside the file, got ${offset} + ${length}; expected ≤ ${body.length}`)
    return body.slice(offset, offset + length)
  }
  const views = ((json.bufferViews as View[] | undefined) ?? []).map((item) => {
    const packed = item.extensions?.EXT_meshopt_compression
    if (!packed) return slice(item.byteOffset ?? 0, item.byteLength)
    const target = new Uint8Array(packed.count * packed.byteStride)
    MeshoptDecoder.decodeGltfBuffer(
      target,
      packed.count,
      packed.byteStride,
      slice(packed.byteOffset, packed.byteLength),
      packed.mode,
    )
    return target
  })
  return { json, views }
}
