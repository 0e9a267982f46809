/** GLB with a few small models, each drawn many times over (EXT_mesh_gpu_instancing): trees, pipes, later lamps. */
import { ARRAY_BUFFER, assembleGlb, BufferLayout, ELEMENT_BUFFER, type Json, MESHOPT } from './glb-layout.ts'
import { type FeatureTable, packTable } from './glb-table.ts'

/** A small model, z up in its own frame, metres. */
export interface InstanceModel {
  /** x, y, z per vertex */
  positions: Float32Array
  /** red, green, blue (sRGB-linear, 0 … 255) and 255 per vertex */
  colours: Uint8Array
  /** unit vectors × 127, x, y, z, 0 per vertex; without them faces are flat */
  normals?: Int8Array
  /** three per triangle, counter-clockwise from outside */
  indices: Uint16Array
}

/** Where a model stands, again and again. */
export interface Instances {
  model: InstanceModel
  /** x, y, z per instance in the node's frame, metres */
  translations: Float32Array
  /** one per instance (uniform), or three (along the model's x, y, z) */
  scales: Float32Array
  /** about z, radians; or `rotations` */
  turns?: Float32Array
  /** quaternions x, y, z, w × 32767; neither = upright */
  rotations?: Int16Array
  /** row of the table per instance */
  features?: Uint16Array
}

/**
 * Writes the file; instance attributes are meshopt-compressed, models are not (a few hundred bytes).
 * @param matrix column-major 4×4 from the instances' frame (z up) to glTF's, see `nodeMatrix`
 * @param table what is known of the features that the instances belong to
 * @throws {RangeError} when there is no instance at all
 * @see EXT_mesh_gpu_instancing, EXT_instance_features
 */
export function writeInstancedGlb(
  groups: readonly Instances[],
  matrix: readonly number[],
  table?: FeatureTable,
): Uint8Array {
  const used = groups.filter(({ scales }) => scales.length > 0)
  if (!used.length) throw new RangeError('glb: no instances, got 0; expected at least 1')
  const layout = new BufferLayout()
  const accessors: Json[] = []
  const meshes: Json[] = []
  const nodes: Json[] = []
  for (const group of used) {
    meshes.push({ primitives: [primitive(group.model, layout, accessors)] })
    const attributes = instanceAttributes(group, layout, accessors)
    const featureIds = [{ featureCount: table?.count ?? 0, attribute: 0, propertyTable: 0 }]
    nodes.push({
      mesh: meshes.length - 1,
      matrix: [...matrix],
      extensions: {
        EXT_mesh_gpu_instancing: { attributes },
        ...(table && group.features ? { EXT_instance_features: { featureIds } } : {}),
      },
    })
  }
  const required = ['EXT_mesh_gpu_instancing', MESHOPT]
  if (used.some(({ model }) => model.normals)) required.push('KHR_mesh_quantization')
  const described = table ? { EXT_structural_metadata: packTable(table, (bytes) => layout.plain(bytes)) } : null
  const json = {
    asset: { version: '2.0', generator: 'Tidewall' },
    extensionsUsed: table ? [...required, 'EXT_instance_features', 'EXT_structural_metadata'] : required,
    extensionsRequired: required,
    ...(described ? { extensions: described } : {}),
    scene: 0,
    scenes: [{ nodes: nodes.map((_, i) => i) }],
    nodes,
    meshes,
    materials: [{ pbrMetallicRoughness: { metallicFactor: 0 } }],
    accessors,
    bufferViews: layout.views,
    buffers: layout.buffers(),
  }
  return assembleGlb(json, layout)
}

const bytesOf = (array: Float32Array | Uint8Array | Int8Array | Uint16Array | Int16Array): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength)

function primitive(
  { positions, colours, normals, indices }: InstanceModel,
  layout: BufferLayout,
  accessors: Json[],
): Json {
  const count = positions.length / 3
  const min = [0, 1, 2].map((axis) => Math.min(...positions.filter((_, i) => i % 3 === axis)))
  const max = [0, 1, 2].map((axis) => Math.max(...positions.filter((_, i) => i % 3 === axis)))
  const add = (accessor: Json): number => accessors.push(accessor) - 1
  const vertices = { target: ARRAY_BUFFER }
  const turned = normals && {
    NORMAL: add({
      bufferView: layout.plain(bytesOf(normals), { ...vertices, byteStride: 4 }),
      componentType: 5120,
      normalized: true,
      count,
      type: 'VEC3',
    }),
  }
  return {
    attributes: {
      ...turned,
      POSITION: add({
        bufferView: layout.plain(bytesOf(positions), vertices),
        componentType: 5126,
        count,
        type: 'VEC3',
        min,
        max,
      }),
      COLOR_0: add({
        bufferView: layout.plain(bytesOf(colours), vertices),
        componentType: 5121,
        normalized: true,
        count,
        type: 'VEC4',
      }),
    },
    indices: add({
      bufferView: layout.plain(bytesOf(indices), { target: ELEMENT_BUFFER }),
      componentType: 5123,
      count: indices.length,
      type: 'SCALAR',
    }),
    material: 0,
  }
}

function instanceAttributes(group: Instances, layout: BufferLayout, accessors: Json[]): Json {
  const { translations, scales, features } = group
  const count = translations.length / 3
  const three = scales.length === count * 3
  const rotations = rotationsOf(group, count)
  if (!(three || scales.length === count) || (features && features.length !== count))
    throw new RangeError(`glb: got ${scales.length} scales and ${features?.length ?? 0} features; expected ${count}`)
  const scale = three ? scales : new Float32Array(count * 3)
  if (!three) for (let i = 0; i < count; i++) scale.fill(scales[i], i * 3, i * 3 + 3)
  const add = (array: Float32Array | Int16Array | Uint16Array, stride: number, rest: Json): number =>
    accessors.push({ bufferView: layout.attributes(bytesOf(array), count, stride, false), count, ...rest }) - 1
  const attributes: Json = {
    TRANSLATION: add(translations, 12, { componentType: 5126, type: 'VEC3' }),
    SCALE: add(scale, 12, { componentType: 5126, type: 'VEC3' }),
  }
  if (rotations) attributes.ROTATION = add(rotations, 8, { componentType: 5122, normalized: true, type: 'VEC4' })
  if (features) {
    // meshopt counts in fours of bytes: each number has a neighbour that is always 0
    const wide = new Uint16Array(count * 2)
    for (let i = 0; i < count; i++) wide[i * 2] = features[i]
    attributes._FEATURE_ID_0 = add(wide, 4, { componentType: 5123, type: 'SCALAR' })
  }
  return attributes
}

function rotationsOf({ turns, rotations }: Instances, count: number): Int16Array | null {
  const given = rotations ? rotations.length / 4 : (turns?.length ?? count)
  if (given !== count) throw new RangeError(`glb: got ${given} turns; expected ${count}`)
  if (rotations || !turns) return rotations ?? null
  const result = new Int16Array(count * 4)
  for (let i = 0; i < count; i++) {
    result[i * 4 + 2] = Math.round(Math.sin(turns[i] / 2) * 32767)
    result[i * 4 + 3] = Math.round(Math.cos(turns[i] / 2) * 32767)
  }
  return result
}
