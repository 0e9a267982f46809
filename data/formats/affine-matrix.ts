/** Affine matrices, 4 × 4, column by column, as glTF and web-ifc have them. */

/** a · b. */
export function product(a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  const found = new Float64Array(16)
  for (let column = 0; column < 16; column += 4) {
    for (let row = 0; row < 4; row++) {
      let sum = 0
      for (let i = 0; i < 4; i++) sum += a[i * 4 + row] * b[column + i]
      found[column + row] = sum
    }
  }
  return found
}

/** The inverse of an affine matrix; null when it flattens. */
export function inverse(m: ArrayLike<number>): Float64Array | null {
  const [a, b, c, d, e, f, g, h, i] = [m[0], m[4], m[8], m[1], m[5], m[9], m[2], m[6], m[10]]
  const [x, y, z] = [e * i - f * h, f * g - d * i, d * h - e * g]
  const size = a * x + b * y + c * z
  if (!(Math.abs(size) > 1e-30)) return null
  const found = new Float64Array(16)
  found.set([x, y, z].map((value) => value / size))
  found.set(
    [c * h - b * i, a * i - c * g, b * g - a * h].map((value) => value / size),
    4,
  )
  found.set(
    [b * f - c * e, c * d - a * f, a * e - b * d].map((value) => value / size),
    8,
  )
  for (let row = 0; row < 3; row++)
    found[12 + row] = -(found[row] * m[12] + found[4 + row] * m[13] + found[8 + row] * m[14])
  found[15] = 1
  return found
}
