/** Reads glTF 2.0 and GLB: every node with a mesh is an element with its name, its extras and its materials. */
import type { Attributes } from '../geo/city-feature.ts'
import { dracoReady } from './gltf-draco.ts'
import { type GltfFile, objectOf, openGltf, wholeOf } from './gltf-file.ts'
import { type Materials, readMaterials } from './gltf-materials.ts'
import { type MeshReader, meshReader } from './gltf-mesh.ts'
import { type NodeAt, nodesOf } from './gltf-nodes.ts'
import type { ElementPart, ModelElement, OpenModel } from './model-element.ts'
import { determinant, type SharedTriangles, sharedTriangles } from './sound-triangles.ts'

/** More bytes than this are refused. */
const MOST_BYTES = 2 ** 30
/** Further than this from zero (metres), single precision is lost: the model gets an origin of its own. */
const FAR = 4096
/** Most vertices drawn, each instance counted. */
const MOST_VERTICES = 60e6
const MOST_SYSTEMS = 5000

/** Extensions that a reader of triangles and base colours may pass over or knows. */
const KNOWN = new Set([
  'KHR_draco_mesh_compression',
  'EXT_meshopt_compression',
  'KHR_meshopt_compression',
  'KHR_mesh_quantization',
  'KHR_texture_transform',
  'EXT_mesh_gpu_instancing',
  'EXT_texture_webp',
  'KHR_texture_basisu',
  'KHR_materials_pbrSpecularGlossiness',
  'KHR_lights_punctual',
  'KHR_xmp_json_ld',
  'EXT_mesh_features',
  'EXT_structural_metadata',
  'EXT_instance_features',
])

/** glTF's metres, y up → ours, z up: (x, y, z) → (x, −z, y). */
const UPRIGHT = [1, 0, 0, 0, 0, 0, 1, 0, 0, -1, 0, 0, 0, 0, 0, 1]

/** Extras as flat attributes: nested keys joined with a dot. */
function flat(value: unknown, prefix: string, into: Attributes, depth = 0): void {
  if (depth > 6 || Object.keys(into).length > 500) return
  for (const [key, one] of Object.entries(objectOf(value))) {
    const name = `${prefix}${key}`.slice(0, 200)
    if (typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean') into[name] = one
    else if (Array.isArray(one)) into[name] = JSON.stringify(one).slice(0, 2000)
    else flat(one, `${name}.`, into, depth + 1)
  }
}

/** Points of a mesh under a node's matrix. */
function moved(values: Float32Array, m: readonly number[], [ox, oy, oz]: readonly number[]): Float32Array {
  const out = new Float32Array(values.length)
  for (let i = 0; i < values.length; i += 3) {
    const [x, y, z] = [values[i], values[i + 1], values[i + 2]]
    out[i] = m[0] * x + m[4] * y + m[8] * z + m[12] - ox
    out[i + 1] = m[1] * x + m[5] * y + m[9] * z + m[13] - oy
    out[i + 2] = m[2] * x + m[6] * y + m[10] * z + m[14] - oz
  }
  return out
}

function refuseUnknown(file: GltfFile): void {
  const required = Array.isArray(file.json.extensionsRequired) ? (file.json.extensionsRequired as unknown[]) : []
  const unknown = required.find((name) => !KNOWN.has(String(name)) && !/^KHR_materials_/.test(String(name)))
  if (unknown !== undefined)
    throw new RangeError(
      `gltf: requires ${String(unknown).slice(0, 60)}, which is not known; expected a file without it`,
    )
}

/** The first drawn place; when it is far out, rounded to kilometres, else zero. */
function originOf(nodes: readonly NodeAt[], meshes: MeshReader): [number, number, number] {
  for (const { mesh, matrix } of nodes) {
    const [first] = meshes.primitives(mesh)
    if (!first || first.positions.length < 3) continue
    const at = [0, 1, 2].map((row) => {
      const [x, y, z] = first.positions
      return matrix[row] * x + matrix[row + 4] * y + matrix[row + 8] * z + matrix[row + 12]
    })
    if (!at.every(Number.isFinite)) continue
    const far = at.some((value) => Math.abs(value) > FAR)
    const round = (value: number): number => Math.round(value / 1000) * 1000
    return far ? [round(at[0]), round(at[1]), round(at[2])] : [0, 0, 0]
  }
  return [0, 0, 0]
}

/**
 * Opens a glTF or GLB file.
 * @param bytes the whole file
 * @param beside files that it names (`namedFiles`), by their addresses; a missing picture is a note, a missing buffer an error
 * @throws {RangeError} when it is no glTF 2.0, is damaged, too large, asks for another file or draws nothing
 * @see ISO/IEC 12113 (glTF 2.0)
 */
export async function readGltf(
  bytes: Uint8Array,
  beside: ReadonlyMap<string, Uint8Array> = new Map(),
): Promise<OpenModel> {
  if (bytes.length > MOST_BYTES)
    throw new RangeError(`gltf: file too large, got ${bytes.length} bytes; expected ≤ ${MOST_BYTES}`)
  const file = await openGltf(bytes, beside)
  refuseUnknown(file)
  const notes: string[] = []
  const { materials, textures } = readMaterials(file, notes)
  const meshes = meshReader(file, await dracoReady(), notes)
  const nodes = nodesOf(file, UPRIGHT, notes)
  if (nodes.length === 0) throw new RangeError('gltf: draws nothing, got no node with a mesh; expected one at least')
  const groups = new Map<string, number>()
  for (const { parents } of nodes)
    if (parents[0] !== undefined && !groups.has(parents[0]) && groups.size < MOST_SYSTEMS)
      groups.set(parents[0], groups.size)
  const origin = originOf(nodes, meshes)
  return {
    schema: 'glTF 2.0',
    name: titleOf(file),
    place: { kind: 'none' },
    storeys: [],
    systems: [...groups.keys()].map((name) => ({ name })),
    origin,
    textures,
    notes,
    *elements() {
      const taken = new Set<string>()
      const names = file.list('meshes').map(({ name }) => (typeof name === 'string' ? name : ''))
      const extras = file.list('meshes').map((mesh) => mesh.extras)
      let [vertices, lost] = [0, 0]
      for (const node of nodes) {
        const parts: ReturnType<typeof partOf>[] = []
        for (const primitive of meshes.primitives(node.mesh)) {
          vertices += primitive.positions.length / 3
          if (vertices > MOST_VERTICES)
            throw new RangeError(`gltf: draws too much, got more than ${MOST_VERTICES} vertices with all instances`)
          const part = partOf(primitive, node.matrix, origin, materials)
          lost += (primitive.indices.length - part.indices.length) / 3
          if (part.indices.length > 0) parts.push(part)
        }
        const named = node.name || names[node.mesh] || ''
        const wish = named || `node ${node.index}`
        const id = taken.has(wish) ? `${wish} #${node.index}${node.instance === null ? '' : `.${node.instance}`}` : wish
        taken.add(id)
        const attributes: Attributes = {}
        if (names[node.mesh] && names[node.mesh] !== named) attributes.mesh = names[node.mesh]
        if (node.parents.length > 0) attributes.parent = node.parents.join(' / ').slice(0, 500)
        const worn = [...new Set(parts.map(({ material }) => material).filter((name) => name !== ''))]
        if (worn.length > 0) attributes.material = worn.join(', ').slice(0, 500)
        flat(extras[node.mesh], '', attributes)
        flat(node.extras, '', attributes)
        const system = node.parents[0] === undefined ? undefined : groups.get(node.parents[0])
        yield {
          id: id.slice(0, 150),
          kind: 'glTF',
          name: named || null,
          storey: null,
          systems: system === undefined ? [] : [system],
          attributes,
          parts: parts.map(({ material: _, ...part }) => part),
        } satisfies ModelElement
      }
      if (lost > 0) notes.push(`${lost} triangles with corners in one place or nowhere (NaN) are left out`)
    },
    close() {},
  }
}

type Primitive = ReturnType<MeshReader['primitives']>[number]

/** Looked at once for all instances of a mesh, which then share them. */
const sound = new WeakMap<Primitive, SharedTriangles>()

function trianglesOf(primitive: Primitive): SharedTriangles {
  let found = sound.get(primitive)
  if (!found) sound.set(primitive, (found = sharedTriangles(primitive.indices, primitive.positions)))
  return found
}

function partOf(
  primitive: Primitive,
  matrix: readonly number[],
  origin: readonly number[],
  materials: Materials,
): ElementPart & { material: string } {
  const { positions, tints, uvs, material } = primitive
  const { colour, texture, name, place } = materials(material)
  const at = moved(positions, matrix, origin)
  const part: ElementPart & { material: string } = {
    colour,
    positions: at,
    indices: trianglesOf(primitive).at(at, determinant(matrix) < 0),
    material: name,
  }
  if (tints) part.tints = tints
  const uv = uvs[place.set]
  if (texture !== null && uv) {
    part.texture = texture
    part.uvs = place.move(uv)
  }
  return part
}

function titleOf(file: GltfFile): string | null {
  const at = file.json.scene === undefined ? 0 : wholeOf(file.json.scene, 'scene')
  const name = file.list('scenes')[at]?.name
  return typeof name === 'string' && name.trim() !== '' && !/^(scene|auxscene|root)\b/i.test(name)
    ? name.slice(0, 200)
    : null
}
