/** Parts of elements → quantized, welded, optionally simplified surfaces of one tile. */
import { MeshoptEncoder } from 'meshoptimizer/encoder'
import { MeshoptSimplifier } from 'meshoptimizer/simplifier'
import { simplifier } from './model-simplify.ts'
import { type Steps, SurfaceDraft, stripped } from './surface-draft.ts'

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
  let [west, south, low, east, north, high] = [Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity]
  for (const { positions } of parts) {
    for (let i = 0; i + 2 < positions.length; i += 3) {
      const [x, y, z] = [positions[i], positions[i + 1], positions[i + 2]]
      if (x < west) west = x
      if (x > east) east = x
      if (y < south) south = y
      if (y > north) north = y
      if (z < low) low = z
      if (z > high) high = z
    }
  }
  return Float64Array.of(west, south, low, east, north, high)
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

/**
 * Makes the surfaces: the solid one, then what is seen through, then those with pictures; one without triangles is left out.
 * @param error metres that simplification may be off; 0 draws all as it is
 */
export function modelSurfaces(pieces: readonly ModelPiece[], steps: Steps, error: number): ModelSurface[] {
  const drafts = [new SurfaceDraft(false, -1), new SurfaceDraft(true, -1)]
  const draftOf = (clear: boolean, texture: number): SurfaceDraft => {
    const known = drafts.find((draft) => draft.clear === clear && draft.texture === texture)
    if (known) return known
    drafts.push(new SurfaceDraft(clear, texture))
    return drafts[drafts.length - 1]
  }
  const fewer = error > 0 ? simplifier(steps, error) : null
  for (const piece of pieces) {
    for (const part of piece.parts) {
      const { uvs, texture = -1 } = part
      const draft = draftOf(part.colour[3] < 0.98, uvs ? texture : -1)
      draft.add(part, stripped(fewer ? fewer(part) : part.indices), steps, piece)
    }
  }
  return drafts.filter(({ empty }) => !empty).map((draft) => draft.finished())
}
