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

/** A growing surface. */
interface Draft {
  positions: number[]
  colours: number[]
  features: number[]
  storeys: number[]
  indices: number[]
}

/**
 * Makes the surfaces: the solid one, then what is seen through; one without triangles is left out.
 * @param error metres that simplification may be off; 0 draws all as it is
 */
export function modelSurfaces(
  pieces: readonly ModelPiece[],
  { origin, step }: { origin: readonly number[]; step: number },
  error: number,
): ModelSurface[] {
  const solid: Draft = { positions: [], colours: [], features: [], storeys: [], indices: [] }
  const glass: Draft = { positions: [], colours: [], features: [], storeys: [], indices: [] }
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
): { steps: number[]; indices: Uint32Array } {
  const steps: number[] = []
  const known = new Map<number, number>()
  const count = positions.length / 3
  const target = new Uint32Array(count)
  for (let i = 0; i < count; i++) {
    let key = 0
    const at = steps.length
    for (let axis = 0; axis < 3; axis++) {
      const value = Math.round((positions[i * 3 + axis] - origin[axis]) / step)
      const inside = value > 65535 ? 65535 : value > 0 ? value : 0
      key = key * 65536 + inside
      steps.push(inside)
    }
    const found = known.get(key)
    if (found === undefined) {
      known.set(key, at / 3)
      target[i] = at / 3
    } else {
      steps.length = at
      target[i] = found
    }
  }
  const kept = new Uint32Array(indices.length)
  let used = 0
  for (let i = 0; i + 2 < indices.length; i += 3) {
    const [a, b, c] = [target[indices[i]], target[indices[i + 1]], target[indices[i + 2]]]
    if (a === b || b === c || a === c) continue
    kept[used++] = a
    kept[used++] = b
    kept[used++] = c
  }
  return { steps, indices: kept.subarray(0, used) }
}

/** Fewer triangles, none further off than `steps`; what is too small to gain from it stays. */
function simplified(indices: Uint32Array, steps: number[], most: number): Uint32Array {
  if (indices.length < 36) return indices
  const [kept] = MeshoptSimplifier.simplify(indices, Float32Array.from(steps), 3, 12, most, ['ErrorAbsolute'])
  return kept
}

function append(
  draft: Draft,
  steps: readonly number[],
  indices: Uint32Array,
  colour: ArrayLike<number>,
  feature: number,
  storey: number,
): void {
  const target = new Map<number, number>()
  const bytes = [0, 1, 2, 3].map((i) => Math.round(Math.min(1, Math.max(0, colour[i])) * 255))
  for (const index of indices) {
    let at = target.get(index)
    if (at === undefined) {
      at = draft.features.length / 2
      target.set(index, at)
      draft.positions.push(steps[index * 3], steps[index * 3 + 1], steps[index * 3 + 2], 0)
      draft.colours.push(...bytes)
      draft.features.push(feature, 0)
      draft.storeys.push(storey, 0)
    }
    draft.indices.push(at)
  }
}

/** Vertices in the order of use, so that the compressor finds its neighbours. */
function finished({ positions, colours, features, storeys, indices }: Draft, clear: boolean): ModelSurface {
  const order = Uint32Array.from(indices)
  const [remap, vertices] = MeshoptEncoder.reorderMesh(order, true, true)
  const moved = <Out extends Uint16Array | Uint8Array>(from: readonly number[], width: number, to: Out): Out => {
    for (let i = 0; i < remap.length; i++) {
      if (remap[i] === 0xffffffff) continue
      for (let k = 0; k < width; k++) to[remap[i] * width + k] = from[i * width + k]
    }
    return to
  }
  return {
    vertices,
    positions: moved(positions, 4, new Uint16Array(vertices * 4)),
    colours: moved(colours, 4, new Uint8Array(vertices * 4)),
    features: moved(features, 2, new Uint16Array(vertices * 2)),
    storeys: moved(storeys, 2, new Uint16Array(vertices * 2)),
    indices: order,
    clear,
  }
}
