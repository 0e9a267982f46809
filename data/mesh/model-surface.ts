/** Parts of elements → quantized, welded, optionally simplified surfaces of one tile. */
import { MeshoptEncoder } from 'meshoptimizer/encoder'
import { MeshoptSimplifier } from 'meshoptimizer/simplifier'

/** Triangles of one colour of one element; positions in metres of the model's frame, z up. */
export interface ModelPart {
  /** linear RGB and opacity, 0 … 1 */
  colour: ArrayLike<number>
  positions: Float32Array
  indices: Uint32Array
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
  /** x, y, z in steps, feature, storey, then RGBA in two numbers */
  vertices: number[]
  indices: number[]
}
const WIDTH = 7

/**
 * Makes the surfaces: the solid one, then what is seen through; one without triangles is left out.
 * @param error metres that simplification may be off; 0 draws all as it is
 */
export function modelSurfaces(
  pieces: readonly ModelPiece[],
  { origin, step }: { origin: readonly number[]; step: number },
  error: number,
): ModelSurface[] {
  const solid: Draft = { vertices: [], indices: [] }
  const glass: Draft = { vertices: [], indices: [] }
  for (const { feature, storey, parts } of pieces) {
    for (const { colour, positions, indices } of parts) {
      const draft = colour[3] < 0.98 ? glass : solid
      const welded = weld(positions, indices, origin, step)
      const kept = error > 0 ? simplified(welded.indices, welded.steps, error / step) : welded.indices
      append(draft, welded.steps, kept, colour, feature, storey)
    }
  }
  return [
    { draft: solid, clear: false },
    { draft: glass, clear: true },
  ]
    .filter(({ draft }) => draft.indices.length)
    .map(({ draft, clear }) => finished(draft, clear))
}

/** Positions to steps, equal ones made one; triangles that collapse are dropped. */
function weld(
  positions: Float32Array,
  indices: Uint32Array,
  origin: readonly number[],
  step: number,
): { steps: Float32Array; indices: Uint32Array } {
  const count = positions.length / 3
  const steps = new Float32Array(positions.length)
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
        target[i] = used++
        break
      }
      if (steps[at * 3] === x && steps[at * 3 + 1] === y && steps[at * 3 + 2] === z) {
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
  return { steps: steps.subarray(0, used * 3), indices: kept.subarray(0, corners) }
}

/** Fewer triangles, none further off than `steps`; what is too small to gain from it stays. */
function simplified(indices: Uint32Array, steps: Float32Array, most: number): Uint32Array {
  if (indices.length < 36) return indices
  const [kept] = MeshoptSimplifier.simplify(indices, steps, 3, 12, most, ['ErrorAbsolute'])
  return kept
}

function append(
  { vertices, indices: out }: Draft,
  steps: Float32Array,
  indices: Uint32Array,
  colour: ArrayLike<number>,
  feature: number,
  storey: number,
): void {
  const byte = (i: number): number => Math.round(Math.min(1, Math.max(0, colour[i])) * 255)
  const [low, high] = [byte(0) | (byte(1) << 8), byte(2) | (byte(3) << 8)]
  const target = new Int32Array(steps.length / 3).fill(-1)
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i]
    if (target[index] < 0) {
      target[index] = vertices.length / WIDTH
      vertices.push(steps[index * 3], steps[index * 3 + 1], steps[index * 3 + 2], feature, storey, low, high)
    }
    out.push(target[index])
  }
}

/** Vertices in the order of use, so that the compressor finds its neighbours. */
function finished({ vertices: rows, indices }: Draft, clear: boolean): ModelSurface {
  const order = Uint32Array.from(indices)
  const [remap, vertices] = MeshoptEncoder.reorderMesh(order, true, true)
  const positions = new Uint16Array(vertices * 4)
  const colours = new Uint8Array(vertices * 4)
  const features = new Uint16Array(vertices * 2)
  const storeys = new Uint16Array(vertices * 2)
  for (let i = 0; i < remap.length; i++) {
    const to = remap[i]
    if (to === 0xffffffff) continue
    const from = i * WIDTH
    for (let axis = 0; axis < 3; axis++) positions[to * 4 + axis] = rows[from + axis]
    features[to * 2] = rows[from + 3]
    storeys[to * 2] = rows[from + 4]
    colours[to * 4] = rows[from + 5] & 255
    colours[to * 4 + 1] = rows[from + 5] >> 8
    colours[to * 4 + 2] = rows[from + 6] & 255
    colours[to * 4 + 3] = rows[from + 6] >> 8
  }
  return { vertices, positions, colours, features, storeys, indices: order, clear }
}
