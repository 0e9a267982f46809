/** Shapes of elements that look alike: built a few times and compared, then only moved. */
import { inverse, product } from './affine-matrix.ts'

/** One geometry of an element: what, where (column-major, y up, metres), in which colour. */
export interface PlacedShape<Shape> {
  shape: Shape
  matrix: ArrayLike<number>
  colour: readonly [number, number, number, number]
}

/** An element that was built. */
interface Pattern<Shape> {
  /** from the world of the file to the element */
  back: Float64Array
  parts: PlacedShape<Shape>[]
  /** a second one was built, and was where it was expected; false for good when it was not */
  proved: boolean | null
}

/** Keys remembered of elements that were met once. */
const MOST_MET = 200_000
/** Metres and parts of one that a move may be off from what was built. */
const CLOSE = 1e-5

/**
 * Elements by what they look like. An element is only moved into its place when one like it was built before, and a second
 * one that was built stood exactly where moving the first would have put it: so nothing hangs on how the builder goes about
 * its work, and a pattern that fails once is built each time.
 * @param unit metres per unit of the file's own placements
 * @param build builds an element
 */
export function shapePatterns<Shape>(unit: number, build: (id: number) => PlacedShape<Shape>[]) {
  const met = new Set<string>()
  const patterns = new Map<string, Pattern<Shape>>()
  return {
    /**
     * The shapes of an element.
     * @param key equal for those that look alike; null = build it
     * @param placement of the element in the file's world: column-major, z up, in the file's units
     */
    shapesOf(id: number, key: string | null, placement: () => ArrayLike<number>): PlacedShape<Shape>[] {
      if (key === null) return build(id)
      if (!met.has(key)) {
        if (met.size >= MOST_MET) met.clear()
        met.add(key)
        return build(id)
      }
      const pattern = patterns.get(key)
      if (!pattern) {
        const parts = build(id)
        const back = inverse(placement())
        if (back) patterns.set(key, { back, parts, proved: null })
        return parts
      }
      if (pattern.proved === false) return build(id)
      const way = upright(product(placement(), pattern.back), unit)
      const moved = pattern.parts.map((part) => ({ ...part, matrix: product(way, part.matrix) }))
      if (pattern.proved) return moved
      const built = build(id)
      pattern.proved = built.length === moved.length && built.every((part, i) => alike(part, moved[i]))
      return built
    },
    /** Lets go of all that was built. */
    clear: () => patterns.clear(),
  }
}

/** A move in the file's world, z up and in its units, as one in metres, y up: (x, y, z) → (x, z, −y). */
function upright(way: Float64Array, unit: number): Float64Array {
  const [from, sign] = [
    [0, 2, 1],
    [1, 1, -1],
  ]
  const found = new Float64Array(16)
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column < 3; column++)
      found[column * 4 + row] = sign[row] * sign[column] * way[from[column] * 4 + from[row]]
    found[12 + row] = unit * sign[row] * way[12 + from[row]]
  }
  found[15] = 1
  return found
}

function alike<Shape>(a: PlacedShape<Shape>, b: PlacedShape<Shape>): boolean {
  if (a.shape !== b.shape || a.colour.some((value, i) => value !== b.colour[i])) return false
  for (let i = 0; i < 16; i++) if (!(Math.abs(a.matrix[i] - b.matrix[i]) <= CLOSE)) return false
  return true
}
