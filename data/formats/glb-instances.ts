/** GLB with a few small models, each drawn many times over (EXT_mesh_gpu_instancing): trees, later lamps. */
import { ARRAY_BUFFER, assembleGlb, BufferLayout, ELEMENT_BUFFER, type Json, MESHOPT } from './glb-layout.ts'

/** A small model, z up in its own frame, metres. */
export interface InstanceModel {
  /** x, y, z per vertex */
  positions: Float32Array
  /** red, green, blue (sRGB-linear, 0 … 255) and 255 per vertex */
  colours: Uint8Array
  /** three per triangle, counter-clockwise from outside */
  indices: Uint16Array
}

/** Where a model stands, again and again. */
export interface Instances {
  model: InstanceModel
  /** x, y, z per instance in the node's frame, metres */
  translations: Float32Array
  /** uniform */
  scales: Float32Array
  /** about z, radians */
  turns: Float32Array
}

/**
 * Writes the file; instance attributes are meshopt-compressed, models are not (a few hundred bytes).
 * @param matrix column-major 4×4 from the instances' frame (z up) to glTF's, see `nodeMatrix`
 * @throws {RangeError} when there is no instance at all
 * @see EXT_mesh_gpu_instancing
 */
export function writeInstancedGlb(groups: readonly Instances[], matrix: readonly number[]): Uint8Array {
  const used = groups.filter(({ scales }) => scales.length > 0)
  if (!used.length) throw new RangeError('glb: no instances, got 0; expected at least 1')
  const layout = new BufferLayout()
  const accessors: Json[] = []
  const meshes: Json[] = []
  const nodes: Json[] = []
  for (const group of used) {
    meshes.push({ primitives: [primitive(group.model, layout, accessors)] })
    const attributes = instanceAttributes(group, layout, accessors)
    nodes.push({
      mesh: meshes.length - 1,
      matrix: [...matrix],
      extensions: { EXT_mesh_gpu_instancing: { attributes } },
    })
  }
  const extensions = ['EXT_mesh_gpu_instancing', MESHOPT]
  const json = {
    asset: { version: '2.0', generator: 'Tidewall' },
    extensionsUsed: extensions,
    extensionsRequired: extensions,
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

const bytesOf = (array: Float32Array | Uint8Array | Uint16Array | Int16Array): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength)

function primitive({ positions, colours, indices }: InstanceModel, layout: BufferLayout, accessors: Json[]): Json {
  const count = positions.length / 3
  const min = [0, 1, 2].map((axis) => Math.min(...positions.filter((_, i) => i % 3 === axis)))
  const max = [0, 1, 2].map((axis) => Math.max(...positions.filter((_, i) => i % 3 === axis)))
  const add = (accessor: Json): number => accessors.push(accessor) - 1
  const vertices = { target: ARRAY_BUFFER }
  return {
    attributes: {
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

function instanceAttributes({ translations, scales, turns }: Instances, layout: BufferLayout, accessors: Json[]): Json {
  const count = scales.length
  if (translations.length !== count * 3 || turns.length !== count)
    throw new RangeError(
      `glb: got ${translations.length / 3} translations and ${turns.length} turns; expected ${count}`,
    )
  const rotations = new Int16Array(count * 4)
  const scale = new Float32Array(count * 3)
  for (let i = 0; i < count; i++) {
    rotations[i * 4 + 2] = Math.round(Math.sin(turns[i] / 2) * 32767)
    rotations[i * 4 + 3] = Math.round(Math.cos(turns[i] / 2) * 32767)
    scale.fill(scales[i], i * 3, i * 3 + 3)
  }
  const add = (array: Float32Array | Int16Array, stride: number, rest: Json): number =>
    accessors.push({ bufferView: layout.attributes(bytesOf(array), count, stride, false), count, ...rest }) - 1
  return {
    TRANSLATION: add(translations, 12, { componentType: 5126, type: 'VEC3' }),
    ROTATION: add(rotations, 8, { componentType: 5122, normalized: true, type: 'VEC4' }),
    SCALE: add(scale, 12, { componentType: 5126, type: 'VEC3' }),
  }
}
