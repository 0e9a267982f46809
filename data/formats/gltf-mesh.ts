/** Primitives of glTF meshes as plain triangles: accessors, Draco, strips and fans. */
import type { dracoReady } from './gltf-draco.ts'
import { readDraco } from './gltf-draco.ts'
import { type GltfFile, objectOf, wholeOf } from './gltf-file.ts'

/** Triangles of one material. */
export interface Primitive {
  /** x, y, z per vertex */
  positions: Float32Array
  indices: Uint32Array
  /** linear RGB per vertex, 0 … 255; null without colours */
  tints: Uint8Array | null
  /** u, v per vertex, by texture coordinate set */
  uvs: (Float32Array | null)[]
  /** null = none */
  material: number | null
}

/** Reads meshes, each once. */
export interface MeshReader {
  primitives(mesh: number): Primitive[]
}

type Numbers = ArrayLike<number> & { length: number }

/** Reads one attribute: its numbers and how many there are per vertex; null when the primitive has none. */
type Attribute = (name: string) => { values: Numbers; width: number } | null

/** Meshes kept unpacked at most: instances ask again and again. */
const MOST_KEPT = 4096

/**
 * A reader of the meshes of a file.
 * @param notes hears what is not drawn: points, lines
 */
export function meshReader(file: GltfFile, draco: Awaited<ReturnType<typeof dracoReady>>, notes: string[]): MeshReader {
  const meshes = file.list('meshes')
  const kept = new Map<number, Primitive[]>()
  const noted = new Set<string>()
  const note = (words: string): void => {
    if (!noted.has(words) && noted.add(words)) notes.push(words)
  }
  return {
    primitives(mesh) {
      const known = kept.get(mesh)
      if (known) return known
      const given = meshes[mesh]?.primitives
      const found: Primitive[] = []
      for (const one of Array.isArray(given) ? (given as unknown[]).map(objectOf) : []) {
        const mode = one.mode === undefined ? 4 : wholeOf(one.mode, `mode of mesh ${mesh}`)
        if (mode < 4) note(`mesh ${mesh}: ${mode === 0 ? 'points' : 'lines'} are not drawn`)
        else if (mode > 6) throw new RangeError(`gltf: bad mode of mesh ${mesh}, got ${mode}; expected 0 … 6`)
        else found.push(primitive(file, draco, one, mode, `mesh ${mesh}`))
        if (Array.isArray(one.targets)) note('shapes that move (morph targets) are drawn at rest')
      }
      if (kept.size >= MOST_KEPT) kept.clear()
      kept.set(mesh, found)
      return found
    },
  }
}

function primitive(
  file: GltfFile,
  draco: Awaited<ReturnType<typeof dracoReady>>,
  one: Record<string, unknown>,
  mode: number,
  words: string,
): Primitive {
  const attributes = objectOf(one.attributes)
  const extension = objectOf(one.extensions).KHR_draco_mesh_compression
  const material = one.material === undefined ? null : wholeOf(one.material, `material of ${words}`)
  if (!extension) {
    const read: Attribute = (name) =>
      attributes[name] === undefined ? null : file.numbers(attributes[name], `${name} of ${words}`)
    const given = one.indices === undefined ? null : file.numbers(one.indices, `indices of ${words}`).values
    return assembled(read, given && Uint32Array.from(given), mode, material, words)
  }
  const packed = objectOf(extension)
  const ids = objectOf(packed.attributes)
  const mesh = readDraco(draco, file.view(packed.bufferView, `Draco bytes of ${words}`))
  try {
    const read: Attribute = (name) => {
      if (ids[name] === undefined) return null
      const accessor = file.list('accessors')[attributes[name] as number]
      const width = name === 'POSITION' ? 3 : accessor?.type === 'VEC3' ? 3 : accessor?.type === 'VEC4' ? 4 : 2
      return { values: mesh.attribute(wholeOf(ids[name], `Draco id of ${name}`), width), width }
    }
    return assembled(read, mesh.indices, 4, material, words)
  } finally {
    mesh.close()
  }
}

function assembled(
  read: Attribute,
  given: Uint32Array | null,
  mode: number,
  material: number | null,
  words: string,
): Primitive {
  const at = read('POSITION')
  if (at && at.width !== 3) throw new RangeError(`gltf: positions of ${words} have ${at.width} numbers; expected 3`)
  const positions = at ? floats(at.values) : new Float32Array()
  const count = positions.length / 3
  const order = given ?? Uint32Array.from({ length: count }, (_, i) => i)
  const colours = read('COLOR_0')
  const set = (name: string): Float32Array | null => {
    const uv = read(name)
    return uv && uv.width === 2 && uv.values.length === count * 2 ? floats(uv.values) : null
  }
  return {
    positions,
    indices: mode === 4 ? order : unrolled(order, mode === 6),
    tints: colours && colours.values.length === count * colours.width ? tintsOf(colours.values, colours.width) : null,
    uvs: [set('TEXCOORD_0'), set('TEXCOORD_1')],
    material,
  }
}

const floats = (values: Numbers): Float32Array =>
  values instanceof Float32Array ? values : Float32Array.from(values as ArrayLike<number>)

function tintsOf(values: Numbers, width: number): Uint8Array {
  const count = values.length / width
  const tints = new Uint8Array(count * 3)
  for (let i = 0; i < count; i++)
    for (let k = 0; k < 3; k++) tints[i * 3 + k] = Math.round(Math.min(1, Math.max(0, values[i * width + k])) * 255)
  return tints
}

/** A strip or a fan as single triangles. */
function unrolled(order: Uint32Array, fan: boolean): Uint32Array {
  const triangles = Math.max(0, order.length - 2)
  const out = new Uint32Array(triangles * 3)
  for (let i = 0; i < triangles; i++) {
    const odd = i % 2
    out[i * 3] = fan ? order[0] : order[i]
    out[i * 3 + 1] = fan ? order[i + 1] : order[i + 1 + odd]
    out[i * 3 + 2] = fan ? order[i + 2] : order[i + 2 - odd]
  }
  return out
}
