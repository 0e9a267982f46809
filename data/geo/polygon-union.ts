/** Unions of polygons and repair of crossing rings, on integers local to the polygons so that they are exact. */
import { Clipper, ClipType, FillRule, type Path64, type PolyPath64, PolyTree64 } from 'clipper2-ts'
import type { Position } from 'geojson'

/** Units per degree: 1e-9° is 0.1 mm. */
const SCALE = 1e9

function walk(node: PolyPath64, back: (path: Path64) => Position[], out: Position[][][]): void {
  for (let i = 0; i < node.count; i++) {
    const outer = node.child(i)
    if (!outer.poly) continue
    const rings = [back(outer.poly)]
    for (let k = 0; k < outer.count; k++) {
      const hole = outer.child(k)
      if (hole.poly) rings.push(back(hole.poly))
      walk(hole, back, out)
    }
    out.push(rings)
  }
}

/**
 * Union of polygons.
 *
 * @param polygons rings of positions in degrees (third ordinates are dropped), closed or open, in any direction
 * @param rule `evenodd` repairs one polygon whose rings cross themselves (inside = crossed an odd number of times);
 *   `nonzero` unites several, each with proper ring directions
 * @returns polygons with closed rings, outer counter-clockwise, holes clockwise; none when nothing has area
 * @see Vatti 1992; Clipper2
 */
export function unite(polygons: readonly Position[][][], rule: 'evenodd' | 'nonzero'): Position[][][] {
  const first = polygons[0]?.[0]?.[0]
  if (!first) return []
  const [x0, y0] = first
  const subject: Path64[] = polygons
    .flat()
    .map((ring) => ring.map(([x, y]) => ({ x: Math.round((x - x0) * SCALE), y: Math.round((y - y0) * SCALE) })))
  const tree = new PolyTree64()
  Clipper.booleanOpWithPolyTree(
    ClipType.Union,
    subject,
    null,
    tree,
    rule === 'evenodd' ? FillRule.EvenOdd : FillRule.NonZero,
  )
  const back = (path: Path64) => {
    const ring = path.map(
      ({ x, y }): Position => [Number((x0 + x / SCALE).toFixed(9)), Number((y0 + y / SCALE).toFixed(9))],
    )
    ring.push([...ring[0]])
    return ring
  }
  const out: Position[][][] = []
  walk(tree, back, out)
  return out
}
