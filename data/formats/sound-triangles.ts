/** Triangles that can be drawn, out of those a file has. */

/**
 * Triangles with corners in range, finite and not all in one place.
 * @param indices three per triangle; a rest of one or two is dropped
 * @param positions x, y, z per vertex
 * @param mirrored turns each triangle round, for matrices that mirror
 * @returns a copy without the unsound ones
 */
export function soundTriangles(indices: Uint32Array, positions: Float32Array, mirrored: boolean): Uint32Array {
  const vertices = positions.length / 3
  const kept = new Uint32Array(indices.length - (indices.length % 3))
  let count = 0
  const finite = (i: number): boolean =>
    i < vertices &&
    Number.isFinite(positions[i * 3]) &&
    Number.isFinite(positions[i * 3 + 1]) &&
    Number.isFinite(positions[i * 3 + 2])
  for (let i = 0; i + 2 < indices.length; i += 3) {
    const [a, b, c] = [indices[i], indices[i + 1], indices[i + 2]]
    if (a === b || b === c || a === c || !finite(a) || !finite(b) || !finite(c)) continue
    kept[count++] = a
    kept[count++] = mirrored ? c : b
    kept[count++] = mirrored ? b : c
  }
  return kept.subarray(0, count)
}

/** The determinant of the turning part of a column-major 4 × 4 matrix; below zero it mirrors. */
export function determinant(m: ArrayLike<number>): number {
  return m[0] * (m[5] * m[10] - m[6] * m[9]) - m[4] * (m[1] * m[10] - m[2] * m[9]) + m[8] * (m[1] * m[6] - m[2] * m[5])
}

/** Sound triangles of a mesh that is drawn in many places. */
export interface SharedTriangles {
  /**
   * Those for one place: one array for all places, another for all that mirror.
   * @param positions as they are there; only where one of them is not finite the triangles are looked at again
   */
  at(positions: Float32Array, mirrored: boolean): Uint32Array
}

/**
 * Triangles of a mesh, looked at once.
 * @param positions of the mesh itself
 */
export function sharedTriangles(indices: Uint32Array, positions: Float32Array): SharedTriangles {
  const found: (Uint32Array | null)[] = [null, null]
  return {
    at(there, mirrored) {
      let sum = 0
      for (let i = 0; i < there.length; i++) sum += there[i]
      if (!Number.isFinite(sum)) return soundTriangles(indices, there, mirrored)
      return (found[mirrored ? 1 : 0] ??= soundTriangles(indices, positions, mirrored))
    },
  }
}
