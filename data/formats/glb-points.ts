/** GLB of points: place, colour, intensity, height and, as its feature, the class of each. */
import { assembleGlb, BufferLayout, type Json, MESHOPT, positionLimits } from './glb-layout.ts'
import { type FeatureTable, packTable } from './glb-table.ts'

/** Points of one tile. */
export interface GlbPoints {
  count: number
  /** x, y, z, 0 per point in steps of the matrix; or metres as x, y, z where steps would be too coarse */
  positions: Uint16Array | Float32Array
  /** linear red, green, blue, 0 per point; null when nobody coloured them */
  colours: Uint16Array | null
  /** row of the table and three zeros per point */
  features: Uint8Array
  /** 0 … 65535 over the cloud's range, and 0 (padding), per point */
  intensities: Uint16Array
  /** decimetres above -1000 m of the ellipsoid, and 0 (padding), per point */
  heights: Uint16Array
}

/** What a point says of itself besides its colour, for clients that read metadata. */
const POINT_CLASS = {
  properties: {
    height: { type: 'SCALAR', componentType: 'UINT16', description: 'decimetres above -1000 m of the ellipsoid' },
    intensity: { type: 'SCALAR', componentType: 'UINT16', description: '0 … 65535 over the range of the cloud' },
  },
}

/** Lowest and highest of each axis of float positions. */
function floatLimits(positions: Float32Array): { min: number[]; max: number[] } {
  const min = [Infinity, Infinity, Infinity]
  const max = [-Infinity, -Infinity, -Infinity]
  for (let i = 0; i < positions.length; i++) {
    if (positions[i] < min[i % 3]) min[i % 3] = positions[i]
    if (positions[i] > max[i % 3]) max[i % 3] = positions[i]
  }
  return { min, max }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Uint16Array | Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength)

/**
 * Writes points with EXT_meshopt_compression, KHR_mesh_quantization, feature ids of their classes and property attributes.
 * @param matrix column-major 4×4 from positions to the tile's glTF frame (y up)
 * @throws {RangeError} when there is no point
 * @see glTF 2.0 §3.7; EXT_mesh_features; EXT_structural_metadata §Property Attributes
 */
export function writePointsGlb(points: GlbPoints, matrix: readonly number[], table: FeatureTable): Uint8Array {
  const { count, positions, colours, features, intensities, heights } = points
  if (!(count > 0)) throw new RangeError(`glb points: got ${count} points; expected at least one`)
  const layout = new BufferLayout()
  const accessors: Json[] = []
  const put = (accessor: Json): number => accessors.push({ ...accessor, count }) - 1
  const short = positions instanceof Uint16Array
  const attributes: Record<string, number> = {
    POSITION: put({
      bufferView: layout.attributes(bytesOf(positions), count, short ? 8 : 12),
      componentType: short ? 5123 : 5126,
      type: 'VEC3',
      ...(short ? positionLimits(positions, count) : floatLimits(positions)),
    }),
    _FEATURE_ID_0: put({
      bufferView: layout.attributes(features, count, 4),
      componentType: 5121,
      type: 'SCALAR',
    }),
    _INTENSITY: put({
      bufferView: layout.attributes(bytesOf(intensities), count, 4),
      componentType: 5123,
      type: 'SCALAR',
    }),
    _HEIGHT: put({ bufferView: layout.attributes(bytesOf(heights), count, 4), componentType: 5123, type: 'SCALAR' }),
  }
  if (colours)
    attributes.COLOR_0 = put({
      bufferView: layout.attributes(bytesOf(colours), count, 8),
      componentType: 5123,
      normalized: true,
      type: 'VEC3',
    })
  const metadata = packTable(table, (bytes) => layout.plain(bytes)) as { schema: { classes: Json } } & Json
  metadata.schema.classes.point = POINT_CLASS
  metadata.propertyAttributes = [
    { class: 'point', properties: { height: { attribute: '_HEIGHT' }, intensity: { attribute: '_INTENSITY' } } },
  ]
  const json: Json = {
    asset: { version: '2.0', generator: 'Tidewall' },
    extensionsUsed: ['KHR_mesh_quantization', MESHOPT, 'EXT_mesh_features', 'EXT_structural_metadata', UNLIT],
    extensionsRequired: ['KHR_mesh_quantization', MESHOPT],
    extensions: { EXT_structural_metadata: metadata },
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [{ mesh: 0, matrix: Array.from(matrix) }],
    materials: [{ pbrMetallicRoughness: { metallicFactor: 0 }, extensions: { [UNLIT]: {} } }],
    meshes: [
      {
        primitives: [
          {
            mode: 0,
            material: 0,
            attributes,
            extensions: {
              EXT_mesh_features: { featureIds: [{ featureCount: table.count, attribute: 0, propertyTable: 0 }] },
              EXT_structural_metadata: { propertyAttributes: [0] },
            },
          },
        ],
      },
    ],
    accessors,
    bufferViews: layout.views,
    buffers: layout.buffers(),
  }
  return assembleGlb(json, layout)
}

const UNLIT = 'KHR_materials_unlit'
