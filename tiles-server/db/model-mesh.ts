/** Triangles of a model as one file: parts of elements, each array written once, however many parts share it. */
import { type FileHandle, open } from 'node:fs/promises'
import type { ModelPart } from '../../data/mesh/model-surface.ts'

/**
 * Layout of the file, as the model's head names it: 3 = each part says where its arrays stand, so that they can be shared;
 * 2 = arrays behind each part's words; 1 = as 2, without pictures and colours per vertex.
 */
export const MESH_FORMAT = 3

/** Words of 32 bits that a part begins with, by format: colour, counts, what else it has, picture, where its arrays stand. */
const WORDS: Record<number, number> = { 1: 6, 2: 8, 3: 12 }
const [TINTED, PICTURED] = [1, 2]

type Numbers = Uint32Array | Int32Array | Float32Array | Uint8Array

const bytesOf = (array: Numbers): Uint8Array => new Uint8Array(array.buffer, array.byteOffset, array.byteLength)

/** Filled up to whole words. */
const padded = (array: Uint8Array, length: number): Uint8Array => {
  const whole = new Uint8Array((length + 3) & ~3)
  whole.set(array.subarray(0, length))
  return whole
}

/**
 * Writes elements' parts, one element after the other.
 * @returns for an element's parts the bytes to add to the file. @throws {RangeError} beyond 16 GiB
 */
export function meshWriter(): (parts: readonly ModelPart[]) => Uint8Array[] {
  // by the array itself, in words from the file's beginning; what nobody else holds any more cannot come again
  const places = new WeakMap<Numbers, number>()
  let at = 0
  return (parts) => {
    const pieces: Uint8Array[] = []
    const add = (bytes: Uint8Array): void => {
      pieces.push(bytes)
      at += bytes.byteLength / 4
    }
    add(bytesOf(Uint32Array.of(parts.length)))
    for (const { colour, positions, indices, tints, uvs, texture = -1 } of parts) {
      const pictured = uvs !== undefined && texture >= 0
      const arrays: [Numbers, Uint8Array][] = [
        [positions, bytesOf(positions)],
        [indices, bytesOf(indices)],
      ]
      if (pictured) arrays.push([uvs, bytesOf(uvs)])
      if (tints) arrays.push([tints, padded(tints, positions.length)])
      let free = at + WORDS[MESH_FORMAT]
      const fresh: Uint8Array[] = []
      const stands = arrays.map(([array, bytes]) => {
        const known = places.get(array)
        if (known !== undefined) return known
        const place = free
        places.set(array, place)
        fresh.push(bytes)
        free += bytes.byteLength / 4
        return place
      })
      if (free >= 2 ** 32) throw new RangeError('models: too many triangles, got more than 16 GiB; expected less')
      const flags = (tints ? TINTED : 0) | (pictured ? PICTURED : 0)
      add(bytesOf(Float32Array.from([0, 1, 2, 3], (i) => colour[i])))
      add(bytesOf(Int32Array.of(positions.length, indices.length, flags, texture)))
      const [positionsAt, indicesAt] = stands
      add(
        bytesOf(
          Uint32Array.of(positionsAt, indicesAt, pictured ? stands[2] : 0, tints ? stands[stands.length - 1] : 0),
        ),
      )
      for (const bytes of fresh) add(bytes)
    }
    return pieces
  }
}

/** The whole file in one buffer, of any size: Node reads at most 2 GiB at once. */
async function whole(path: string): Promise<ArrayBuffer> {
  let file: FileHandle | null = null
  try {
    file = await open(path)
    const { size } = await file.stat()
    const buffer = new ArrayBuffer(size)
    for (let at = 0; at < size; ) {
      const { bytesRead } = await file.read(new Uint8Array(buffer, at, Math.min(size - at, 1 << 28)))
      if (bytesRead === 0) throw new Error('models: the mesh file became shorter while it was read')
      at += bytesRead
    }
    return buffer
  } finally {
    await file?.close()
  }
}

/**
 * Opens a model's mesh.
 * @param format as in the model's head
 * @returns reads the next element's parts: views of one buffer, and one view for all parts that share an array
 * @throws {Error} when the file is gone; the reader throws {RangeError} when it is cut short
 */
export async function openMesh(path: string, format: number): Promise<() => ModelPart[]> {
  const buffer = await whole(path)
  const view = new DataView(buffer)
  const words = WORDS[format]
  if (!words) throw new RangeError(`models: mesh of format ${format}; expected 1 … ${MESH_FORMAT}`)
  const shared = new Map<number, Uint32Array>()
  /** corners at a place: the same view each time, by which what is made of them is known again */
  const corners = (from: number, length: number): Uint32Array => {
    const known = shared.get(from)
    if (known?.length === length) return known
    const found = new Uint32Array(buffer, from, length)
    shared.set(from, found)
    return found
  }
  let at = 0
  const part = (): ModelPart => {
    const colour = new Float32Array(buffer, at, 4)
    const [numbers, indices] = [view.getUint32(at + 16, true), view.getUint32(at + 20, true)]
    const [flags, texture] = words > 6 ? [view.getInt32(at + 24, true), view.getInt32(at + 28, true)] : [0, -1]
    const head = at + words * 4
    let free = head
    /** where an array stands: as the part says, or behind the one before it */
    const stand = (which: number, bytes: number): number => {
      const place = words === 12 ? view.getUint32(at + 32 + which * 4, true) * 4 : free
      if (place === free) free += bytes
      return place
    }
    const positions = new Float32Array(buffer, stand(0, numbers * 4), numbers)
    const found: ModelPart = { colour, positions, indices: corners(stand(1, indices * 4), indices) }
    if (flags & PICTURED) {
      found.uvs = new Float32Array(buffer, stand(2, (numbers / 3) * 8), (numbers / 3) * 2)
      found.texture = texture
    }
    if (flags & TINTED) found.tints = new Uint8Array(buffer, stand(3, (numbers + 3) & ~3), numbers)
    at = free
    return found
  }
  return () => {
    const count = view.getUint32(at, true)
    at += 4
    return Array.from({ length: count }, part)
  }
}
