/** Fewer triangles for far tiles; a shape that stands in many places is simplified once. */
import { MeshoptSimplifier } from 'meshoptimizer/simplifier'
import type { ModelPart } from './model-surface.ts'
import { hashOf, type Steps, slotsFor, stepOf } from './surface-draft.ts'

/** Corners below which nothing is gained. */
const FEWEST = 36
/** Shapes of one list of triangles are the same when their spreads are as like as this: turned and moved, not stretched. */
const ALIKE = 1e-3

/** What was left of a list of triangles, for shapes of a spread. */
interface Kept {
  spread: number
  indices: Uint32Array
}

/**
 * The simplifier of one tile.
 * @param error metres that triangles may be off
 * @returns the corners that are kept of a part, by the part's own vertices
 */
export function simplifier({ origin, step }: Steps, error: number): (part: ModelPart) => Uint32Array {
  const known = new Map<Uint32Array, Kept>()
  return ({ positions, indices, uvs, texture = -1 }) => {
    if (indices.length < FEWEST) return indices
    const size = spread(positions)
    const before = known.get(indices)
    if (before && Math.abs(before.spread - size) <= ALIKE * size) return before.indices
    const { steps, first, corners } = weld(positions, indices, origin, step, texture < 0 ? undefined : uvs)
    // in coarse steps nearly all of a small shape can fall together
    const kept =
      corners.length < FEWEST
        ? corners.slice()
        : MeshoptSimplifier.simplify(corners, steps, 3, 12, error / step, ['ErrorAbsolute'])[0]
    for (let i = 0; i < kept.length; i++) kept[i] = first[kept[i]]
    known.set(indices, { spread: size, indices: kept })
    return kept
  }
}

/** Mean square distance of vertices from the first, metres²: turning and moving keep it, and mirroring. */
function spread(positions: Float32Array): number {
  const [x, y, z] = positions
  let sum = 0
  for (let i = 3; i + 2 < positions.length; i += 3)
    sum += (positions[i] - x) ** 2 + (positions[i + 1] - y) ** 2 + (positions[i + 2] - z) ** 2
  return (sum * 3) / positions.length
}

/** Welded vertices: x, y, z of each in steps, and the vertex each was before. */
interface Welded {
  steps: Float32Array
  first: Uint32Array
  corners: Uint32Array
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
  const target = new Uint32Array(count)
  const alike = (a: number, b: number): boolean =>
    !uvs || (uvs[a * 2] === uvs[b * 2] && uvs[a * 2 + 1] === uvs[b * 2 + 1])
  const mask = slotsFor(count) - 1
  const slots = new Int32Array(mask + 1).fill(-1)
  let used = 0
  for (let i = 0; i < count; i++) {
    const x = stepOf((positions[i * 3] - origin[0]) / step)
    const y = stepOf((positions[i * 3 + 1] - origin[1]) / step)
    const z = stepOf((positions[i * 3 + 2] - origin[2]) / step)
    let slot = hashOf(x, y, z) & mask
    let at = slots[slot]
    while (at >= 0) {
      if (steps[at * 3] === x && steps[at * 3 + 1] === y && steps[at * 3 + 2] === z && alike(first[at], i)) break
      slot = (slot + 1) & mask
      at = slots[slot]
    }
    if (at < 0) {
      at = used++
      slots[slot] = at
      steps[at * 3] = x
      steps[at * 3 + 1] = y
      steps[at * 3 + 2] = z
      first[at] = i
    }
    target[i] = at
  }
  const corners = new Uint32Array(indices.length)
  let length = 0
  for (let i = 0; i + 2 < indices.length; i += 3) {
    const [a, b, c] = [target[indices[i]], target[indices[i + 1]], target[indices[i + 2]]]
    if (a === b || b === c || a === c) continue
    corners[length++] = a
    corners[length++] = b
    corners[length++] = c
  }
  return { steps: steps.subarray(0, used * 3), first, corners: corners.subarray(0, length) }
}
