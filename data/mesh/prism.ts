/** Upright solids: an outline between two heights → triangles and edges that share their corners. */
import earcut from 'earcut'

/** One solid. */
export interface Prism {
  /** outer ring, then holes: x, y alternating in metres, not closed */
  rings: readonly (readonly number[])[]
  bottom: number
  top: number
}

/** Corners, triangles and edges of some solids, added up. */
export interface PrismMesh {
  /** x, y, z per corner, metres */
  positions: number[]
  /** counter-clockwise seen from outside */
  triangles: number[]
  /** two corners per edge */
  edges: number[]
}

/** An edge between walls that turn less than this is not drawn: the outline of a round tower. */
const SMOOTH = Math.cos((20 * Math.PI) / 180)

/** Twice the signed area of a ring. */
function turning(ring: readonly number[]): number {
  let sum = 0
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2)
    sum += ring[j] * ring[i + 1] - ring[i] * ring[j + 1]
  return sum
}

/** Whether the wall turns at a corner so much that its edge shows. */
function turns(ring: readonly number[], i: number): boolean {
  const n = ring.length
  const [px, py] = [ring[(i + n - 2) % n], ring[(i + n - 1) % n]]
  const [nx, ny] = [ring[(i + 2) % n], ring[(i + 3) % n]]
  const [ax, ay, bx, by] = [ring[i] - px, ring[i + 1] - py, nx - ring[i], ny - ring[i + 1]]
  const lengths = Math.hypot(ax, ay) * Math.hypot(bx, by)
  return lengths > 0 && (ax * bx + ay * by) / lengths < SMOOTH
}

/**
 * Adds a solid to a mesh; outlines without area add nothing.
 * @returns corners added
 */
export function addPrism(mesh: PrismMesh, { rings, bottom, top }: Prism): number {
  const [outer] = rings
  if (!outer || outer.length < 6 || Math.abs(turning(outer)) < 1e-4) return 0
  const first = mesh.positions.length / 3
  // outer rings counter-clockwise, holes clockwise: walls then look outward
  const turned = rings
    .filter((ring) => ring.length >= 6)
    .map((ring, at) => (turning(ring) > 0 === (at === 0) ? ring : backward(ring)))
  const flat = turned.flatMap((ring) => [...ring])
  const corners = flat.length / 2
  for (const height of [bottom, top])
    for (let i = 0; i < corners; i++) mesh.positions.push(flat[i * 2], flat[i * 2 + 1], height)
  const starts: number[] = []
  let at = 0
  for (const ring of turned) {
    if (at > 0) starts.push(at)
    const count = ring.length / 2
    for (let i = 0; i < count; i++) {
      const a = first + at + i
      const b = first + at + ((i + 1) % count)
      mesh.triangles.push(a, b, b + corners, a, b + corners, a + corners)
      mesh.edges.push(a, b, a + corners, b + corners)
      if (turns(ring, i * 2)) mesh.edges.push(a, a + corners)
    }
    at += count
  }
  const caps = earcut(flat, starts, 2)
  for (let i = 0; i < caps.length; i += 3) {
    const [a, b, c] = [caps[i], caps[i + 1], caps[i + 2]]
    const left =
      (flat[2 * b] - flat[2 * a]) * (flat[2 * c + 1] - flat[2 * a + 1]) -
      (flat[2 * c] - flat[2 * a]) * (flat[2 * b + 1] - flat[2 * a + 1])
    const [p, q] = left >= 0 ? [b, c] : [c, b]
    mesh.triangles.push(first + corners + a, first + corners + p, first + corners + q)
    mesh.triangles.push(first + a, first + q, first + p)
  }
  return corners * 2
}

function backward(ring: readonly number[]): number[] {
  const out: number[] = []
  for (let i = ring.length - 2; i >= 0; i -= 2) out.push(ring[i], ring[i + 1])
  return out
}
