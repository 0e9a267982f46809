/** Parts of elements → quantized, welded, optionally simplified surfaces of one tile. */
import { MeshoptEncoder } from 'meshoptimizer/encoder'
import { MeshoptSimplifier } from 'meshoptimizer/simplifier'

/** Triangles of one colour of one element; positions in metres of the model's frame, z up. */
export interface ModelPart {
  /** linear RGB and opacity, 0 … 1 */
  colour: ArrayLike<number>
  positions: Float32Array
  indices: Uint32Array
  /** linear RGB per vertex, 0 … 255, multiplied with `colour`; absent = white */
  tints?: Uint8Array
  /** u, v per vertex, v down; only with a texture */
  uvs?: Float32Array
  /** index into the model's pictures */
  texture?: number
}

/** Lowest x, y, z, then highest, of some parts, metres; lowest above highest when they have no vertex. */
export function partsBox(parts: readonly Pick<ModelPart, 'positions'>[]): Float64Array {
  const box = Float64Array.of(Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity)
  for (const { positions } of parts) {
    for (let i = 0; i < positions.length; i++) {
      const axis = i % 3
      if (positions[i] < box[axis]) box[axis] = positions[i]
      if (positions[i] > box[axis + 3]) box[axis + 3] = positions[i]
    }
  }
  return box
}

/** Triangles that are drawn together: all solid, or all seen through. */
export interface ModelSurface {
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
  /** u, v per vertex and which of the model's pictures they lie on; null without one */
  picture: { uvs: Float32Array; texture: number } | null
}

/** An element of a tile. */
export interface ModelPiece {
  /** row of the tile's table */
  feature: number
  storey: number
  parts: readonly ModelPart[]
}

/** Resolves when surfaces can be made. */
export const modelReady: Promise<unknown> = Promise.all([MeshoptEncoder.ready, MeshoptSimplifier.ready])

/** Smallest step of a position: half a millimetre. */
const FINEST = 0.0005

/** Where step 0 stands and how long a step is, so that a box fits 16 bits. */
export function stepsOf(box: Float64Array): { origin: [number, number, number]; step: number } {
  const longest = Math.max(box[3] - box[0], box[4] - box[1], box[5] - box[2])
  return { origin: [box[0], box[1], box[2]], step: Math.max(FINEST, longest / 65535) }
}

/** A growing surface: welded vertices of all its parts, one after the other. */
interface Draft {
  /** x, y, z in steps, feature, storey, then RGBA in two numbers; u and v where it has a picture */
  vertices: number[]
  indices: number[]
  clear: boolean
  /** index into the model's pictures, -1 = none */
  texture: number
}
const widthOf = ({ texture }: Draft): number => (texture < 0 ? 7 : 9)

/**
 * Makes the surfaces: the solid one, then what is seen through, then those with pictures; one without triangles is left out.
 * @param error metres that simplification may be off; 0 draws all as it is
 */
export function modelSurfaces(
  pieces: readonly ModelPiece[],
  { origin, step }: { origin: readonly number[]; step: number },
  error: number,
): ModelSurface[] {
  const drafts: Draft[] = [false, true].map((clear) => ({ vertices: [], indices: [], clear, texture: -1 }))
  const draftOf = (clear: boolean, texture: number): Draft => {
    const known = drafts.find((draft) => draft.clear === clear && draft.texture === texture)
    if (known) return known
    drafts.push({ vertices: [], indices: [], clear, texture })
    return drafts[drafts.length - 1]
  }
  for (const { feature, storey, parts } of pieces) {
    for (const part of parts) {
      const { positions, indices, uvs, texture = -1 } = part
      const draft = draftOf(part.colour[3] < 0.98, uvs ? texture : -1)
      const welded = weld(positions, indices, origin, step, draft.texture < 0 ? undefined : uvs)
      const kept = error > 0 ? simplified(welded.indices, welded.steps, error / step) : welded.indices
      append(draft, { ...welded, indices: kept }, part, feature, storey)
    }
  }
  return drafts.filter(({ indices }) => indices.length).map(finished)
}

/** Welded vertices. */
interface Welded {
  /** x, y, z per vertex */
  steps: Float32Array
  /** the vertex each was before */
  first: Uint32Array
  indices: Uint32Array
}

/** Positions to steps, equal ones (at the same place of the picture) made one; triangles that collapse are dropped. */
function weld(
  positions: Float32Array,
  indices: Uint32Array,
  origin: readonly number[],
  step: number,
  uvs?: Float32Array,
): Welded {
  const count = positions.length / 3
  const steps = new Float32Array(positions.length)
  const first = new Uint32Array(count)
  const alike = (a: number, b: number): boolean =>
    !uvs || (uvs[a * 2] === uvs[b * 2] && uvs[a * 2 + 1] === uvs[b * 2 + 1])
  const target = new Uint32Array(count)
  // open addressing: a Map of numbers costs five times as much
  const mask = (1 << (32 - Math.clz32(Math.max(4, count * 2)))) - 1
  const slots = new Int32Array(mask + 1).fill(-1)
  const [ox, oy, oz] = origin
  const clamp = (value: number): number => (value > 65535 ? 65535 : value > 0 ? Math.round(value) : 0)
  let used = 0
  for (let i = 0; i < count; i++) {
    const x = clamp((positions[i * 3] - ox) / step)
    const y = clamp((positions[i * 3 + 1] - oy) / step)
    const z = clamp((positions[i * 3 + 2] - oz) / step)
    let slot = (Math.imul(x, 73856093) ^ Math.imul(y, 19349663) ^ Math.imul(z, 83492791)) & mask
    for (;;) {
      const at = slots[slot]
      if (at < 0) {
        slots[slot] = used
        steps[used * 3] = x
        steps[used * 3 + 1] = y
        steps[used * 3 + 2] = z
        first[used] = i
        target[i] = used++
        break
      }
      if (steps[at * 3] === x && steps[at * 3 + 1] === y && steps[at * 3 + 2] === z && alike(first[at], i)) {
        target[i] = at
        break
      }
      slot = (slot + 1) & mask
    }
  }
  const kept = new Uint32Array(indices.length)
  let corners = 0
  for (let i = 0; i + 2 < indices.length; i += 3) {
    const [a, b, c] = [target[indices[i]], target[indices[i + 1]], target[indices[i + 2]]]
    if (a === b || b === c || a === c) continue
    kept[corners++] = a
    kept[corners++] = b
    kept[corners++] = c
  }
  return { steps: steps.subarray(0, used * 3), first, indices: kept.subarray(0, corners) }
}

/** Fewer triangles, none further off than `steps`; what is too small to gain from it stays. */
function simplified(indices: Uint32Array, steps: Float32Array, most: number): Uint32Array {
  if (indices.length < 36) return indices
  const [kept] = MeshoptSimplifier.simplify(indices, steps, 3, 12, most, ['ErrorAbsolute'])
  return kept
}

function append(
  draft: Draft,
  { steps, first, indices }: Welded,
  { colour, tints, uvs }: ModelPart,
  feature: number,
  storey: number,
): void {
  const { vertices, indices: out } = draft
  const width = widthOf(draft)
  const byte = (i: number, tint: number): number => Math.round(Math.min(1, Math.max(0, colour[i])) * tint)
  const [low, high] = [byte(0, 255) | (byte(1, 255) << 8), byte(2, 255) | (byte(3, 255) << 8)]
  const target = new Int32Array(steps.length / 3).fill(-1)
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i]
    if (target[index] < 0) {
      target[index] = vertices.length / width
      vertices.push(steps[index * 3], steps[index * 3 + 1], steps[index * 3 + 2], feature, storey)
      const from = first[index]
      if (tints)
        vertices.push(
          byte(0, tints[from * 3]) | (byte(1, tints[from * 3 + 1]) << 8),
          byte(2, tints[from * 3 + 2]) | (byte(3, 255) << 8),
        )
      else vertices.push(low, high)
      if (width === 9 && uvs) vertices.push(uvs[from * 2], uvs[from * 2 + 1])
    }
    out.push(target[index])
  }
}

/** Vertices in the order of use, so that the compressor finds its neighbours. */
function finished(draft: Draft): ModelSurface {
  const { vertices: rows, indices, clear, texture } = draft
  const width = widthOf(draft)
  const order = Uint32Array.from(indices)
  const [remap, vertices] = MeshoptEncoder.reorderMesh(order, true, true)
  const positions = new Uint16Array(vertices * 4)
  const colours = new Uint8Array(vertices * 4)
  const features = new Uint16Array(vertices * 2)
  const storeys = new Uint16Array(vertices * 2)
  const uvs = texture < 0 ? null : new Float32Array(vertices * 2)
  for (let i = 0; i < remap.length; i++) {
    const to = remap[i]
    if (to === 0xffffffff) continue
    const from = i * width
    for (let axis = 0; axis < 3; axis++) positions[to * 4 + axis] = rows[from + axis]
    features[to * 2] = rows[from + 3]
    storeys[to * 2] = rows[from + 4]
    colours[to * 4] = rows[from + 5] & 255
    colours[to * 4 + 1] = rows[from + 5] >> 8
    colours[to * 4 + 2] = rows[from + 6] & 255
    colours[to * 4 + 3] = rows[from + 6] >> 8
    if (uvs) uvs.set([rows[from + 7], rows[from + 8]], to * 2)
  }
  return { vertices, positions, colours, features, storeys, indices: order, clear, picture: uvs && { uvs, texture } }
}
