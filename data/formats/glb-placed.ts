/** GLB of many features put together from a few small solids: one shared vertex buffer, quantized; places, turns and sizes compressed. */
import { assembleGlb, BufferLayout, type Json, MESHOPT } from './glb-layout.ts'
import { type FeatureTable, packTable } from './glb-table.ts'

/** A solid within ±4 of its origin. */
export interface PlacedSolid {
  /** x, y, z per vertex */
  positions: Float32Array
  /** unit vectors × 127, x, y, z, 0 per vertex */
  normals: Int8Array
  /** red, green, blue (linear), alpha, 0 … 255, per vertex */
  colours: Uint8Array
  /** three per triangle, counter-clockwise from outside */
  indices: Uint16Array
}

/** Where a solid stands, again and again: one entry per place. */
export interface Placement {
  solid: PlacedSolid
  /** x, y, z in metres of the node's frame */
  translations: Float32Array
  /** quaternion x, y, z, w × 32767 */
  rotations: Int16Array
  /** along the solid's own x, y, z */
  scales: Float32Array
  /** row of the table */
  features: Uint16Array
}

/** Steps of a solid's vertices; a power of two, so that sizes divided by it stay as short as they were. */
const STEPS = 8192

type Add = (bufferView: number, componentType: number, count: number, type: string, rest?: Json) => number

/**
 * Writes the file. Solids are stored in steps of 1/8192; the instances' scales are smaller by as much.
 * @param matrix column-major 4×4 from the places' frame (z up) to glTF's, see `nodeMatrix`
 * @throws {RangeError} when nothing is placed, or arrays contradict each other
 * @see EXT_mesh_gpu_instancing, EXT_instance_features, EXT_structural_metadata
 */
export function writePlacedGlb(all: readonly Placement[], matrix: readonly number[], table: FeatureTable): Uint8Array {
  const placements = all.filter(({ features }) => features.length > 0)
  if (!placements.length) throw new RangeError('glb: nothing placed, got 0; expected at least 1')
  const layout = new BufferLayout()
  const accessors: Json[] = []
  const add: Add = (bufferView, componentType, count, type, rest = {}) =>
    accessors.push({ bufferView, componentType, count, type, ...rest }) - 1
  const attributes = sharedVertices(placements, layout, add)
  const meshes: Json[] = []
  const nodes: Json[] = [{ matrix: [...matrix], children: placements.map((_, i) => i + 1) }]
  const featureIds = [{ featureCount: table.count, attribute: 0, propertyTable: 0 }]
  let first = 0
  for (const { solid, ...places } of placements) {
    const indices = Uint32Array.from(solid.indices, (index) => index + first)
    first += solid.positions.length / 3
    const view = layout.triangles(indices, 2)
    meshes.push({
      primitives: [{ attributes, indices: add(view, 5123, indices.length, 'SCALAR'), material: 0 }],
    })
    nodes.push({
      mesh: meshes.length - 1,
      extensions: {
        EXT_mesh_gpu_instancing: { attributes: instances(places, layout, add) },
        EXT_instance_features: { featureIds },
      },
    })
  }
  const required = ['EXT_mesh_gpu_instancing', 'KHR_mesh_quantization', MESHOPT]
  const json = {
    asset: { version: '2.0', generator: 'Tidewall' },
    extensionsUsed: [...required, 'EXT_instance_features', 'EXT_structural_metadata'],
    extensionsRequired: required,
    extensions: { EXT_structural_metadata: packTable(table, (bytes) => layout.plain(bytes)) },
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes,
    meshes,
    materials: [{ pbrMetallicRoughness: { metallicFactor: 0 } }],
    accessors,
    bufferViews: layout.views,
    buffers: layout.buffers(),
  }
  return assembleGlb(json, layout)
}

type Numbers = Float32Array | Uint8Array | Int8Array | Uint16Array | Int16Array
const bytesOf = (array: Numbers): Uint8Array => new Uint8Array(array.buffer, array.byteOffset, array.byteLength)

function sharedVertices(placements: readonly Placement[], layout: BufferLayout, add: Add): Json {
  const count = placements.reduce((sum, { solid }) => sum + solid.positions.length / 3, 0)
  if (count > 65_535) throw new RangeError(`glb: got ${count} vertices of solids; expected at most 65535`)
  const positions = new Int16Array(count * 4)
  const normals = new Int8Array(count * 4)
  const colours = new Uint8Array(count * 4)
  const [min, max] = [
    [32767, 32767, 32767],
    [-32768, -32768, -32768],
  ]
  let at = 0
  for (const { solid } of placements) {
    normals.set(solid.normals, at * 4)
    colours.set(solid.colours, at * 4)
    for (let i = 0; i < solid.positions.length; i++) {
      const [vertex, axis] = [Math.floor(i / 3), i % 3]
      const value = Math.round(solid.positions[i]! * STEPS)
      positions[(at + vertex) * 4 + axis] = value
      min[axis] = Math.min(min[axis]!, value)
      max[axis] = Math.max(max[axis]!, value)
    }
    at += solid.positions.length / 3
  }
  return {
    POSITION: add(layout.attributes(bytesOf(positions), count, 8), 5122, count, 'VEC3', { min, max }),
    NORMAL: add(layout.attributes(bytesOf(normals), count, 4), 5120, count, 'VEC3', { normalized: true }),
    COLOR_0: add(layout.attributes(bytesOf(colours), count, 4), 5121, count, 'VEC4', { normalized: true }),
  }
}

function instances(
  { translations, rotations, scales, features }: Omit<Placement, 'solid'>,
  layout: BufferLayout,
  add: Add,
): Json {
  const count = features.length
  if (translations.length !== count * 3 || rotations.length !== count * 4 || scales.length !== count * 3)
    throw new RangeError(`glb: got ${translations.length / 3} places, ${rotations.length / 4} turns; expected ${count}`)
  // meshopt counts in fours of bytes: each number has a neighbour that is always 0
  const wide = new Uint16Array(count * 2)
  for (let i = 0; i < count; i++) wide[i * 2] = features[i]!
  const packed = (array: Numbers, stride: number): number => layout.attributes(bytesOf(array), count, stride, false)
  const turned = rotations.some((value, i) => value !== (i % 4 === 3 ? 32767 : 0))
  return {
    TRANSLATION: add(packed(translations, 12), 5126, count, 'VEC3'),
    SCALE: add(
      packed(
        scales.map((value) => value / STEPS),
        12,
      ),
      5126,
      count,
      'VEC3',
    ),
    ...(turned ? { ROTATION: add(packed(rotations, 8), 5122, count, 'VEC4', { normalized: true }) } : {}),
    _FEATURE_ID_0: add(packed(wide, 4), 5123, count, 'SCALAR'),
  }
}
