/** Elements of a building model → a tree of tiles, each with few enough triangles; far tiles leave out what is small. */

/** An element as the plan sees it: which one, how large, how many triangles. */
export interface ModelExtent {
  /** number of the element in its model */
  index: number
  /** metres in the model's frame: lowest x, y, z, then highest */
  box: Float64Array
  triangles: number
}

/** A tile of the tree. A leaf draws all its elements whole; another node those larger than `error`, simplified. */
export interface ModelNode {
  elements: ModelExtent[]
  box: Float64Array
  /** metres: what is smaller may be missing; 0 in a leaf */
  error: number
  children: ModelNode[]
}

const enclosing = (elements: readonly ModelExtent[]): Float64Array => {
  const box = Float64Array.of(Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity)
  for (const { box: one } of elements) {
    for (let axis = 0; axis < 3; axis++) {
      box[axis] = Math.min(box[axis], one[axis])
      box[axis + 3] = Math.max(box[axis + 3], one[axis + 3])
    }
  }
  return box
}

/** The length of a box's diagonal, metres. */
export const diagonal = (box: Float64Array): number => Math.hypot(box[3] - box[0], box[4] - box[1], box[5] - box[2])

/**
 * Plans the tree by parting along the longest side, as far as triangles and elements of a leaf allow.
 * @param most triangles of a leaf; a single element may have more
 * @param mostElements of a tile, so that its feature numbers fit 16 bits
 * @returns null without elements
 */
export function planModel(elements: readonly ModelExtent[], most = 60_000, mostElements = 30_000): ModelNode | null {
  if (!elements.length) return null
  const box = enclosing(elements)
  const triangles = elements.reduce((sum, element) => sum + element.triangles, 0)
  if (elements.length === 1 || (triangles <= most && elements.length <= mostElements))
    return { elements: [...elements], box, error: 0, children: [] }
  const sides = [0, 1, 2].map((axis) => box[axis + 3] - box[axis])
  const axis = sides.indexOf(Math.max(...sides))
  const middles = Float64Array.from(elements, ({ box: one }) => one[axis] + one[axis + 3])
  const order = Uint32Array.from(elements, (_, i) => i).sort((a, b) => middles[a] - middles[b] || a - b)
  const sorted = Array.from(order, (i) => elements[i])
  const leaves = Math.max(2, Math.ceil(triangles / most), Math.ceil(elements.length / mostElements))
  // not halves: of five leaves' worth two and three, so that leaves are full, and few
  const share = (triangles * Math.floor(leaves / 2)) / leaves
  let [half, sum] = [0, 0]
  while (half < sorted.length - 1 && sum + sorted[half].triangles <= share) sum += sorted[half++].triangles
  half = Math.max(1, half)
  const children = [sorted.slice(0, half), sorted.slice(half)].map(
    (part) => planModel(part, most, mostElements) as ModelNode,
  )
  const error = Math.max(diagonal(box) / 150, ...children.map((child) => child.error * 1.3))
  const seen = sorted.filter((element) => diagonal(element.box) > error)
  return { elements: seen.slice(0, mostElements), box, error, children }
}
