/** Areas of a height grid by their height, as polygons (marching squares). */
import { toMetres } from './frame.ts'
import { area, inside, type Ring } from './polygon.ts'
import type { HeightGrid } from './relief.ts'

/**
 * Polygons of all nodes where `sign(height) > 0`, cut at the grid's border.
 *
 * @param stride take every n-th node
 * @param least rings smaller than this are left out, m²
 * @returns rings in metres of the frame, outer counter-clockwise with the holes inside it
 */
export function contourRings(
  grid: HeightGrid,
  sign: (height: number) => number,
  stride = 6,
  least = 200_000,
): { outer: Ring; holes: Ring[] }[] {
  const columns = Math.floor((grid.columns - 1) / stride) + 1
  const rows = Math.floor((grid.rows - 1) / stride) + 1
  // value > 0 is inside; a frame of outside nodes closes the rings at the border
  const value = (c: number, r: number) =>
    c < 0 || r < 0 || c >= columns || r >= rows ? -1e-6 : sign(grid.heights[r * stride * grid.columns + c * stride]!)
  const [w, n] = toMetres(grid.west, grid.north)
  const [e, s] = toMetres(grid.east, grid.south)
  const dx = ((e - w) * stride) / (grid.columns - 1)
  const dy = ((n - s) * stride) / (grid.rows - 1)
  const width = columns + 2
  const next = new Map<number, number>()
  const points = new Map<number, [number, number]>()
  // an edge is named by its node and its direction: 2·node + (0 east | 1 south)
  const crossing = (c: number, r: number, south: boolean): number => {
    const id = 2 * ((r + 1) * width + c + 1) + (south ? 1 : 0)
    if (!points.has(id)) {
      const a = value(c, r)
      const b = south ? value(c, r + 1) : value(c + 1, r)
      const t = a / (a - b)
      const x = Math.max(0, Math.min(columns - 1, c + (south ? 0 : t)))
      const y = Math.max(0, Math.min(rows - 1, r + (south ? t : 0)))
      points.set(id, [w + x * dx, n - y * dy])
    }
    return id
  }
  for (let r = -1; r < rows; r++) {
    for (let c = -1; c < columns; c++) {
      const nw = value(c, r) > 0
      const ne = value(c + 1, r) > 0
      const sw = value(c, r + 1) > 0
      const se = value(c + 1, r + 1) > 0
      const code = (nw ? 8 : 0) + (ne ? 4 : 0) + (se ? 2 : 0) + (sw ? 1 : 0)
      if (code === 0 || code === 15) continue
      const top = () => crossing(c, r, false)
      const bottom = () => crossing(c, r + 1, false)
      const left = () => crossing(c, r, true)
      const right = () => crossing(c + 1, r, true)
      // each piece runs with the inside on its left
      if (code === 1) next.set(bottom(), left())
      else if (code === 2) next.set(right(), bottom())
      else if (code === 3) next.set(right(), left())
      else if (code === 4) next.set(top(), right())
      else if (code === 5) next.set(top(), left()).set(bottom(), right())
      else if (code === 6) next.set(top(), bottom())
      else if (code === 7) next.set(top(), left())
      else if (code === 8) next.set(left(), top())
      else if (code === 9) next.set(bottom(), top())
      else if (code === 10) next.set(left(), bottom()).set(right(), top())
      else if (code === 11) next.set(right(), top())
      else if (code === 12) next.set(left(), right())
      else if (code === 13) next.set(bottom(), right())
      else next.set(left(), bottom())
    }
  }
  const rings: Ring[] = []
  for (const start of next.keys()) {
    const ring: Ring = []
    for (let at: number | undefined = start; at !== undefined; ) {
      const to = next.get(at)
      if (to === undefined) break
      next.delete(at)
      ring.push(points.get(at)!)
      at = to
    }
    if (ring.length > 8 && Math.abs(area(ring)) > least) rings.push(ring)
  }
  const outers = rings.filter((ring) => area(ring) > 0).map((outer) => ({ outer, holes: [] as Ring[] }))
  for (const hole of rings.filter((ring) => area(ring) < 0)) {
    outers.find(({ outer }) => inside(hole[0]![0], hole[0]![1], outer))?.holes.push(hole)
  }
  return outers
}
