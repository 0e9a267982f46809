/** GLB (binary glTF 2.0) with quantized, meshopt-compressed triangles, feature ids and a property table; reader for the same. */

import { MeshoptDecoder } from 'meshoptimizer/decoder'
import { MeshoptEncoder } from 'meshoptimizer/encoder'
import { assembleGlb, BufferLayout, GLTF, type Json, MESHOPT, positionLimits } from './glb-layout.ts'
import { type FeatureTable, packTable } from './glb-table.ts'

/** One mesh, one material, one node. */
export interface GlbMesh {
  /** x, y, z, 0 per vertex in steps of the node's scale; the fourth is padding */
  positions: Uint16Array
  /** feature number and 0 (padding) per vertex; absent without a table */
  featureIds?: Uint16Array
  vertices: number
  /** three per triangle, counter-clockwise from outside; or how many and meshopt's stream of them */
  indices: Uint32Array | { length: number; packed: Uint8Array }
  /** column-major 4×4 from steps to the tile's glTF frame (y up) */
  matrix: Float64Array | number[]
  /** linear RGB of the surface */
  colour: [number, number, number]
  table?: FeatureTable
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
  const layout = new BufferLayout()
  const used = ['KHR_mesh_quantization', MESHOPT]
  const small = vertices <= 65535
  const indexView =
    'packed' in indices
      ? layout.packedTriangles(indices.packed, indices.length, small ? 2 : 4)
      : layout.triangles(indices, small ? 2 : 4)
  const positionView = layout.attributes(bytesOf(mesh.positions, vertices * 8), vertices, 8)
  const accessors: Json[] = [
    { bufferView: indexView, componentType: small ? 5123 : 5125, count: indices.length, type: 'SCALAR' },
    {
      bufferView: positionView,
      componentType: 5123,
      count: vertices,
      type: 'VEC3',
      ...positionLimits(mesh.positions, vertices),
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
  const [r, g, b] = mesh.colour
  Object.assign(json, {
    extensionsUsed: used,
    extensionsRequired: ['KHR_mesh_quantization', MESHOPT],
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [{ mesh: 0, matrix: Array.from(mesh.matrix) }],
    meshes: [{ primitives: [primitive] }],
    materials: [{ pbrMetallicRoughness: { baseColorFactor: [r, g, b, 1], metallicFactor: 0 } }],
    accessors,
    bufferViews: layout.views,
    buffers: [
      { byteLength: layout.length },
      { byteLength: layout.plainLength, extensions: { [MESHOPT]: { fallback: true } } },
    ],
  })
  return assembleGlb(json, layout)
}

const bytesOf = (array: Uint16Array, length: number): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, length)

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
