/** Right triangles over the kept nodes of a window, numbered by first use. */

/** Memory for the triangles of windows of one size; the arrays hold until the next call of `lay`. */
export interface TriangleRoom {
  /** window node of each vertex */
  readonly nodes: Int32Array
  /** three vertices per triangle, counter-clockwise seen from above (rows run southward) */
  readonly triangles: Uint16Array
  /** vertices laid */
  vertices: number
  /** entries of `triangles` laid */
  corners: number
  /**
   * Lays the triangles of squares of `base` intervals, each halved along its hypotenuse while the middle of that is kept.
   * @param kept per window node, as `keptNodes` marks them
   */
  lay(kept: Uint8Array, base: number): void
  /** Vertices at nodes `from`, `from + by`, … of the window, those that are used, `size + 1` looked at. */
  along(edge: number, from: number, by: number): Uint16Array
}

/** Prepares to lay triangles over windows of `size` intervals and `margin` nodes around them. */
export function triangleRoom(size: number, margin: number): TriangleRoom {
  const side = size + 1 + 2 * margin
  const index = new Int16Array(side * side)
  const nodes = new Int32Array((size + 1) ** 2)
  const triangles = new Uint16Array(size * size * 6)
  const edges = Array.from({ length: 4 }, () => new Uint16Array(size + 1))
  // one waiting half per halving, four numbers each
  const stack = new Int32Array(4 * 2 * Math.log2(size) + 4)
  const room: TriangleRoom = {
    nodes,
    triangles,
    vertices: 0,
    corners: 0,
    lay(kept, base) {
      index.fill(-1)
      room.vertices = 0
      room.corners = 0
      const deepest = 2 * Math.log2(base)
      for (let j = 0; j < size; j += base)
        for (let i = 0; i < size; i += base) {
          const northWest = (j + margin) * side + i + margin
          const northEast = northWest + base
          const southWest = northWest + base * side
          const southEast = southWest + base
          if (((i / base) & 1) === ((j / base) & 1)) {
            halve(northWest, southEast, northEast, kept, deepest, room, index, stack)
            halve(southEast, northWest, southWest, kept, deepest, room, index, stack)
          } else {
            halve(northEast, southWest, southEast, kept, deepest, room, index, stack)
            halve(southWest, northEast, northWest, kept, deepest, room, index, stack)
          }
        }
    },
    along(edge, from, by) {
      const found = edges[edge]
      let count = 0
      for (let k = 0, at = from; k <= size; k++, at += by) if (index[at] >= 0) found[count++] = index[at]
      return found.subarray(0, count)
    },
  }
  return room
}

/**
 * Halves one triangle as often as its hypotenuses' middles are kept, and lays what is left, in order.
 * Without recursion: numbers that calls share would be read and written in memory at each one.
 * @param a an end of the hypotenuse, as `b` the other; `c` the right angle; window nodes
 */
function halve(
  a: number,
  b: number,
  c: number,
  kept: Uint8Array,
  deepest: number,
  room: TriangleRoom,
  index: Int16Array,
  stack: Int32Array,
): void {
  const { nodes, triangles } = room
  let { vertices, corners } = room
  let left = deepest
  let waiting = 0
  for (;;) {
    // rows and columns of both ends are of one parity: the mean of the nodes is the node between
    const middle = (a + b) >> 1
    if (left > 0 && kept[middle]) {
      left--
      stack[waiting++] = b
      stack[waiting++] = c
      stack[waiting++] = middle
      stack[waiting++] = left
      b = a
      a = c
      c = middle
      continue
    }
    // each corner in its turn; a, b, c are taken anew afterwards
    for (let corner = 0; corner < 3; corner++) {
      let vertex = index[a]
      if (vertex < 0) {
        vertex = vertices++
        index[a] = vertex
        nodes[vertex] = a
      }
      triangles[corners++] = vertex
      const first = a
      a = b
      b = c
      c = first
    }
    if (!waiting) break
    waiting -= 4
    a = stack[waiting]
    b = stack[waiting + 1]
    c = stack[waiting + 2]
    left = stack[waiting + 3]
  }
  room.vertices = vertices
  room.corners = corners
}
