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
