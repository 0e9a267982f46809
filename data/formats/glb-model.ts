/** GLB of a building model: coloured, partly clear triangles with a feature id and a storey per vertex. */
import { assembleGlb, BufferLayout, type Json, MESHOPT, positionLimits } from './glb-layout.ts'
import { type FeatureTable, packTable } from './glb-table.ts'

/** Triangles that are drawn together: all solid, or all seen through. */
export interface GlbSurface {
  vertices: number
  /** x, y, z, 0 per vertex in steps */
  positions: Uint16Array
  /** linear RGB and opacity per vertex, 0 … 255 */
  colours: Uint8Array
  /** feature number and 0 (padding) per vertex */
  features: Uint16Array
  /** storey number and 0 (padding) per vertex */
  storeys: Uint16Array
  indices: Uint32Array
  clear: boolean
}

/**
 * Writes surfaces of one tile with EXT_meshopt_compression, KHR_mesh_quantization and a property table. Attribute
 * `_STOREY` is the row's storey, given to the vertex shader so that storeys can be drawn apart from each other.
 * @param matrix column-major 4×4 from steps to the tile's glTF frame (y up)
 * @throws {RangeError} when there is no surface
 * @see glTF 2.0 §3.7; EXT_mesh_features; EXT_structural_metadata
 */
export function writeModelGlb(
  surfaces: readonly GlbSurface[],
  matrix: readonly number[],
  table: FeatureTable,
): Uint8Array {
  if (!surfaces.length) throw new RangeError('glb model: got no surface; expected at least one')
  const layout = new BufferLayout()
  const accessors: Json[] = []
  const put = (accessor: Json): number => accessors.push(accessor) - 1
  const featureIds = [{ featureCount: table.count, attribute: 0, propertyTable: 0 }]
  const primitives = surfaces.map(({ vertices, positions, colours, features, storeys, indices, clear }) => {
    const small = vertices <= 65535
    const indexView = layout.triangles(indices, small ? 2 : 4)
    const positionView = layout.attributes(bytesOf(positions, vertices * 8), vertices, 8)
    const colourView = layout.attributes(colours.subarray(0, vertices * 4), vertices, 4)
    const featureView = layout.attributes(bytesOf(features, vertices * 4), vertices, 4)
    const storeyView = layout.attributes(bytesOf(storeys, vertices * 4), vertices, 4)
    const short = { componentType: 5123, count: vertices, type: 'SCALAR' }
    return {
      indices: put({
        bufferView: indexView,
        componentType: small ? 5123 : 5125,
        count: indices.length,
        type: 'SCALAR',
      }),
      attributes: {
        POSITION: put({
          bufferView: positionView,
          componentType: 5123,
          count: vertices,
          type: 'VEC3',
          ...positionLimits(positions, vertices),
        }),
        COLOR_0: put({
          bufferView: colourView,
          componentType: 5121,
          normalized: true,
          count: vertices,
          type: 'VEC4',
        }),
        _FEATURE_ID_0: put({ bufferView: featureView, ...short }),
        _STOREY: put({ bufferView: storeyView, ...short }),
      },
      material: clear ? 1 : 0,
      extensions: { EXT_mesh_features: { featureIds } },
    }
  })
  const surface = { pbrMetallicRoughness: { metallicFactor: 0 }, doubleSided: true }
  const metadata = packTable(table, (bytes) => layout.plain(bytes))
  const json: Json = {
    asset: { version: '2.0', generator: 'Tidewall' },
    extensionsUsed: ['KHR_mesh_quantization', MESHOPT, 'EXT_mesh_features', 'EXT_structural_metadata'],
    extensionsRequired: ['KHR_mesh_quantization', MESHOPT],
    extensions: { EXT_structural_metadata: metadata },
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [{ mesh: 0, matrix: Array.from(matrix) }],
    meshes: [{ primitives }],
    materials: surfaces.some(({ clear }) => clear) ? [surface, { ...surface, alphaMode: 'BLEND' }] : [surface],
    accessors,
    bufferViews: layout.views,
    buffers: layout.buffers(),
  }
  return assembleGlb(json, layout)
}

const bytesOf = (array: Uint16Array, length: number): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, length)
