/** Polygons in space → triangles: each is laid flat along its own normal and cut by ears. */
import earcut from 'earcut'

/** Triangles of many polygons, one after the other. */
export interface Triangles {
  /** metres, xyz per vertex */
  positions: Float32Array
  indices: Uint32Array
}

/** Normal of a ring by Newell's method, not of unit length. */
function normalOf(ring: readonly number[]): [number, number, number] {
  let [nx, ny, nz] = [0, 0, 0]
  for (let i = 0, j = ring.length - 3; i < ring.length; j = i, i += 3) {
    nx += (ring[j + 1] - ring[i + 1]) * (ring[j + 2] + ring[i + 2])
    ny += (ring[j + 2] - ring[i + 2]) * (ring[j] + ring[i])
    nz += (ring[j] - ring[i]) * (ring[j + 1] + ring[i + 1])
  }
  return [nx, ny, nz]
}

/** A ring without its repeated last position. */
function opened(ring: readonly number[]): readonly number[] {
  const last = ring.length - 3
  const closed = last >= 3 && ring[0] === ring[last] && ring[1] === ring[last + 1] && ring[2] === ring[last + 2]
  return closed ? ring.slice(0, last) : ring
}

/**
 * Triangulates polygons.
 *
 * @param polygons each its outer ring, then holes; xyz in metres, closed or open; wound as the surface should be seen
 * @returns triangles wound like their polygons; polygons without area give none
 */
export function polygonTriangles(polygons: Iterable<readonly (readonly number[])[]>): Triangles {
  const positions: number[] = []
  const indices: number[] = []
  for (const rings of polygons) {
    const [outer, ...holes] = rings.map(opened).filter((ring) => ring.length >= 9)
    if (!outer) continue
    const [nx, ny, nz] = normalOf(outer)
    const [ax, ay, az] = [Math.abs(nx), Math.abs(ny), Math.abs(nz)]
    if (Math.max(ax, ay, az) < 1e-9) continue
    // the two axes that the normal points away from most, in the order that keeps the winding
    const flat =
      az >= ax && az >= ay
        ? nz > 0
          ? [0, 1]
          : [1, 0]
        : ax >= ay
          ? nx > 0
            ? [1, 2]
            : [2, 1]
          : ny > 0
            ? [2, 0]
            : [0, 2]
    const plane: number[] = []
    const starts: number[] = []
    const first = positions.length / 3
    for (const ring of [outer, ...holes]) {
      if (ring !== outer) starts.push(plane.length / 2)
      for (let i = 0; i + 2 < ring.length; i += 3) {
        plane.push(ring[i + flat[0]], ring[i + flat[1]])
        positions.push(ring[i], ring[i + 1], ring[i + 2])
      }
    }
    const found = earcut(plane, starts, 2)
    for (let i = 0; i < found.length; i += 3) {
      const [a, b, c] = [found[i], found[i + 1], found[i + 2]]
      const area =
        (plane[2 * b] - plane[2 * a]) * (plane[2 * c + 1] - plane[2 * a + 1]) -
        (plane[2 * c] - plane[2 * a]) * (plane[2 * b + 1] - plane[2 * a + 1])
      if (area >= 0) indices.push(first + a, first + b, first + c)
      else indices.push(first + a, first + c, first + b)
    }
  }
  return { positions: Float32Array.from(positions), indices: Uint32Array.from(indices) }
}
