/** Materials of glTF as what the city draws: a colour, an opacity, one picture. */
import { type GltfFile, objectOf, wholeOf } from './gltf-file.ts'
import type { ModelTexture } from './model-element.ts'

/** A material. */
export interface Material {
  /** linear RGB and opacity, 0 … 1 */
  colour: [number, number, number, number]
  /** index into the textures, null without one */
  texture: number | null
  name: string
  /** which texture coordinates, and how they are moved before use */
  place: { set: number; move(uvs: Float32Array): Float32Array }
}

/** The material of a number; null = none given. */
export type Materials = (index: number | null) => Material

/** Bytes of pictures that are kept at most. */
const MOST_PICTURES = 512 * 2 ** 20

const clamped = (value: unknown, fallback: number): number =>
  typeof value === 'number' && value >= 0 ? Math.min(1, value) : fallback

const MARKS: [ModelTexture['mime'], number[]][] = [
  ['image/png', [0x89, 0x50, 0x4e, 0x47]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/webp', [0x52, 0x49, 0x46, 0x46]],
]

/** What a picture is, by its first bytes; null for what no browser draws by itself. */
const mimeOf = (bytes: Uint8Array): ModelTexture['mime'] | null =>
  MARKS.find(([, mark]) => mark.every((byte, i) => bytes[i] === byte))?.[0] ?? null

/** Turned, scaled and shifted texture coordinates. @see KHR_texture_transform */
function mover(info: Record<string, unknown>): Material['place'] {
  const transform = objectOf(objectOf(info.extensions).KHR_texture_transform)
  const pair = (value: unknown, none: number): [number, number] =>
    Array.isArray(value) && value.length === 2 && value.every(Number.isFinite) ? [value[0], value[1]] : [none, none]
  const set = Math.min(1, wholeOf(transform.texCoord ?? info.texCoord, 'texCoord', 0))
  const [[dx, dy], [sx, sy]] = [pair(transform.offset, 0), pair(transform.scale, 1)]
  const turn = typeof transform.rotation === 'number' ? transform.rotation : 0
  const [c, s] = [Math.cos(turn), Math.sin(turn)]
  if (Object.keys(transform).length === 0) return { set, move: (uvs) => uvs }
  return {
    set,
    move(uvs) {
      const out = new Float32Array(uvs.length)
      for (let i = 0; i < uvs.length; i += 2) {
        const [u, v] = [uvs[i] * sx, uvs[i + 1] * sy]
        out[i] = c * u + s * v + dx
        out[i + 1] = -s * u + c * v + dy
      }
      return out
    },
  }
}

/**
 * Reads all materials and the pictures they use.
 * @param notes hears of pictures that cannot be kept: their material keeps its plain colour
 * @throws {RangeError} when a picture lies outside of its buffer
 */
export function readMaterials(file: GltfFile, notes: string[]): { materials: Materials; textures: ModelTexture[] } {
  const textures: ModelTexture[] = []
  const byImage = new Map<number, number | null>()
  const [images, sources] = [file.list('images'), file.list('textures')]
  let bytes = 0
  /** null, and a note, for a picture in a file that is not there */
  const bytesOf = (image: Record<string, unknown>, words: string): Uint8Array | null => {
    if (typeof image.uri !== 'string') return file.view(image.bufferView, words)
    try {
      return file.bytesAt(image.uri, words)
    } catch (error) {
      if (/^data:/i.test(image.uri.slice(0, 5))) throw error
      notes.push(`${(error as Error).message}; what wears it keeps its plain colour`)
      return null
    }
  }
  const picture = (index: number): number | null => {
    const known = byImage.get(index)
    if (known !== undefined) return known
    const image = images[index]
    if (!image) throw new RangeError(`gltf: no image ${index}; expected < ${images.length}`)
    const words = `image ${index}`
    const found = bytesOf(image, words)
    if (!found) {
      byImage.set(index, null)
      return null
    }
    const mime = mimeOf(found)
    bytes += found.length
    let at: number | null = null
    if (!mime) notes.push(`${words} is no PNG, JPEG or WebP picture: what wears it keeps its plain colour`)
    else if (bytes > MOST_PICTURES) notes.push(`${words}: more than ${MOST_PICTURES} bytes of pictures, not kept`)
    else at = textures.push({ mime, bytes: found }) - 1
    byImage.set(index, at)
    return at
  }
  const textureOf = (info: Record<string, unknown>): number | null => {
    if (info.index === undefined) return null
    const texture = sources[wholeOf(info.index, 'texture')]
    const webp = objectOf(objectOf(texture?.extensions).EXT_texture_webp).source
    const source = texture?.source ?? webp
    if (source === undefined) {
      const words = 'pictures in a packing that only graphics cards read (KTX2) are left out: plain colours stay'
      if (!notes.includes(words)) notes.push(words)
      return null
    }
    return picture(wholeOf(source, 'source of a texture'))
  }
  const read = (material: Record<string, unknown>): Material => {
    const extensions = objectOf(material.extensions)
    const old = extensions.KHR_materials_pbrSpecularGlossiness
    const surface = objectOf(old ?? material.pbrMetallicRoughness)
    const factor = old ? surface.diffuseFactor : surface.baseColorFactor
    const info = objectOf(old ? surface.diffuseTexture : surface.baseColorTexture)
    const [r, g, b, a] = Array.isArray(factor) ? (factor as unknown[]) : []
    const through = clamped(objectOf(extensions.KHR_materials_transmission).transmissionFactor, 0)
    const opacity = material.alphaMode === 'BLEND' ? clamped(a, 1) : 1
    return {
      colour: [clamped(r, 1), clamped(g, 1), clamped(b, 1), opacity * (1 - 0.7 * through)],
      texture: textureOf(info),
      name: typeof material.name === 'string' ? material.name.trim().slice(0, 120) : '',
      place: mover(info),
    }
  }
  const all = file.list('materials').map(read)
  const plain = read({})
  return {
    textures,
    materials(index) {
      if (index === null) return plain
      if (!all[index]) throw new RangeError(`gltf: no material ${index}; expected < ${all.length}`)
      return all[index]
    },
  }
}
