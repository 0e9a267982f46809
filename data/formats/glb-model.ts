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
  /** u, v per vertex and which picture they lie on; null without one */
  picture: { uvs: Float32Array; texture: number } | null
}

/**
 * Writes surfaces of one tile with EXT_meshopt_compression, KHR_mesh_quantization and a property table. Attribute
 * `_STOREY` is the row's storey, given to the vertex shader so that storeys can be drawn apart from each other.
 * @param matrix column-major 4×4 from steps to the tile's glTF frame (y up)
 * @param pictures addresses of the pictures beside the tile, by number
 * @throws {RangeError} when there is no surface
 * @see glTF 2.0 §3.7; EXT_mesh_features; EXT_structural_metadata
 */
export function writeModelGlb(
  surfaces: readonly GlbSurface[],
  matrix: readonly number[],
  table: FeatureTable,
  pictures: readonly string[] = [],
): Uint8Array {
  if (!surfaces.length) throw new RangeError('glb model: got no surface; expected at least one')
  const layout = new BufferLayout()
  const accessors: Json[] = []
  const put = (accessor: Json): number => accessors.push(accessor) - 1
  const place = (uvs: Float32Array): Json => ({
    bufferView: layout.attributes(new Uint8Array(uvs.buffer, uvs.byteOffset, uvs.byteLength), uvs.length / 2, 8),
    componentType: 5126,
    count: uvs.length / 2,
    type: 'VEC2',
  })
  const featureIds = [{ featureCount: table.count, attribute: 0, propertyTable: 0 }]
  const worn = [...new Set(surfaces.flatMap(({ picture }) => (picture ? [picture.texture] : [])))]
  const { materials, materialOf } = materialsOf(surfaces, worn)
  const primitives = surfaces.map((surface) => {
    const { vertices, positions, colours, features, storeys, indices, picture } = surface
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
        ...(picture ? { TEXCOORD_0: put(place(picture.uvs)) } : {}),
      },
      material: materialOf(surface),
      extensions: { EXT_mesh_features: { featureIds } },
    }
  })
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
    materials,
    ...(worn.length > 0
      ? {
          images: worn.map((texture) => ({ uri: pictures[texture] })),
          samplers: [{ magFilter: 9729, minFilter: 9987 }],
          textures: worn.map((_, source) => ({ sampler: 0, source })),
        }
      : {}),
    accessors,
    bufferViews: layout.views,
    buffers: layout.buffers(),
  }
  return assembleGlb(json, layout)
}

/** One material for each way to be drawn: solid or clear, plain or with a picture. */
function materialsOf(surfaces: readonly GlbSurface[], worn: readonly number[]) {
  const keys: string[] = []
  const materials: Json[] = []
  const keyOf = ({ clear, picture }: GlbSurface): string => `${clear} ${picture?.texture ?? 'plain'}`
  const add = (clear: boolean, texture: number | null): void => {
    const picture = texture === null ? {} : { baseColorTexture: { index: worn.indexOf(texture) } }
    keys.push(`${clear} ${texture ?? 'plain'}`)
    const surface = { pbrMetallicRoughness: { metallicFactor: 0, ...picture }, doubleSided: true }
    materials.push(clear ? { ...surface, alphaMode: 'BLEND' } : surface)
  }
  if (surfaces.some(({ picture }) => !picture)) add(false, null)
  for (const surface of surfaces)
    if (!keys.includes(keyOf(surface))) add(surface.clear, surface.picture?.texture ?? null)
  return { materials, materialOf: (surface: GlbSurface): number => keys.indexOf(keyOf(surface)) }
}

const bytesOf = (array: Uint16Array, length: number): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, length)
