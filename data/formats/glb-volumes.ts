/** GLB of clear solids with their edges: a colour, a feature and a floor per corner, triangles and lines over the same corners. */
import { assembleGlb, BufferLayout, ELEMENT_BUFFER, type Json, MESHOPT, positionLimits } from './glb-layout.ts'
import { type FeatureTable, packTable } from './glb-table.ts'

/** Solids of one tile. */
export interface GlbVolumes {
  corners: number
  /** x, y, z, 0 per corner in steps */
  positions: Uint16Array
  /** linear RGB and 255 per corner */
  colours: Uint8Array
  /** feature number and 0 (padding) per corner */
  features: Uint16Array
  /** floor plus 1000 (attribute `_LEVEL`) and 0 (padding) per corner; 0 = none */
  floors: Uint16Array
  triangles: Uint32Array
  edges: Uint32Array
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Uint16Array | Uint32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength)

/**
 * Writes solids with EXT_meshopt_compression, KHR_mesh_quantization and a property table.
 * @param matrix column-major 4×4 from steps to the tile's glTF frame (y up)
 * @throws {RangeError} when there is no triangle
 * @see glTF 2.0 §3.7; EXT_mesh_features; EXT_structural_metadata
 */
export function writeVolumesGlb(solids: GlbVolumes, matrix: readonly number[], table: FeatureTable): Uint8Array {
  const { corners, positions, colours, features, floors, triangles, edges } = solids
  if (!triangles.length) throw new RangeError('glb volumes: got no triangle; expected at least one')
  const layout = new BufferLayout()
  const accessors: Json[] = []
  const put = (accessor: Json): number => accessors.push(accessor) - 1
  const small = corners <= 65_535
  const indexType = small ? 5123 : 5125
  const short = { componentType: 5123, count: corners, type: 'SCALAR' }
  const attributes = {
    POSITION: put({
      bufferView: layout.attributes(bytesOf(positions), corners, 8),
      componentType: 5123,
      count: corners,
      type: 'VEC3',
      ...positionLimits(positions, corners),
    }),
    COLOR_0: put({
      bufferView: layout.attributes(colours, corners, 4),
      componentType: 5121,
      normalized: true,
      count: corners,
      type: 'VEC4',
    }),
    _FEATURE_ID_0: put({ bufferView: layout.attributes(bytesOf(features), corners, 4), ...short }),
    _LEVEL: put({ bufferView: layout.attributes(bytesOf(floors), corners, 4), ...short }),
  }
  const lines = bytesOf(small ? Uint16Array.from(edges) : edges)
  const primitive = (indices: number, mode: number, material: number): Json => ({
    mode,
    indices,
    attributes,
    material,
    extensions: {
      EXT_mesh_features: { featureIds: [{ featureCount: table.count, attribute: 0, propertyTable: 0 }] },
    },
  })
  const faces = put({
    bufferView: layout.triangles(triangles, small ? 2 : 4),
    componentType: indexType,
    count: triangles.length,
    type: 'SCALAR',
  })
  const rims = put({
    bufferView: layout.plain(lines, { target: ELEMENT_BUFFER }),
    componentType: indexType,
    count: edges.length,
    type: 'SCALAR',
  })
  const json: Json = {
    asset: { version: '2.0', generator: 'Tidewall' },
    extensionsUsed: ['KHR_mesh_quantization', MESHOPT, 'EXT_mesh_features', 'EXT_structural_metadata'],
    extensionsRequired: ['KHR_mesh_quantization', MESHOPT],
    extensions: { EXT_structural_metadata: packTable(table, (bytes) => layout.plain(bytes)) },
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [{ mesh: 0, matrix: Array.from(matrix) }],
    meshes: [{ primitives: [primitive(faces, 4, 0), primitive(rims, 1, 1)] }],
    materials: [clear(0.34), clear(0.95)],
    accessors,
    bufferViews: layout.views,
    buffers: layout.buffers(),
  }
  return assembleGlb(json, layout)
}

/** Faces are seen through, edges hardly: the shader tells them by that. */
const clear = (alpha: number): Json => ({
  pbrMetallicRoughness: { metallicFactor: 0, baseColorFactor: [1, 1, 1, alpha] },
  alphaMode: 'BLEND',
  doubleSided: true,
})
