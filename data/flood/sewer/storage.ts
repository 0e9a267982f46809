/** How much a node holds at a depth. */

/** Plan area of a node over its depth, SI. */
export type StorageShape =
  | { type: 'constant'; area: number }
  /** area = a0 + a1 d^power */
  | { type: 'functional'; a0: number; a1: number; power: number }
  /** linear between rising depths, the last area above */
  | { type: 'tabular'; depths: Float64Array; areas: Float64Array; volumes: Float64Array }

/**
 * A tabular storage from its curve.
 *
 * @param points depth and area, SI
 * @throws {Error} when depths do not rise or an area is negative
 */
export function tabularStorage(name: string, points: readonly (readonly [number, number])[]): StorageShape {
  if (points.length === 0) throw new Error(`storage curve ${name}: no points; expected depth and area`)
  const depths = Float64Array.from(points, ([depth]) => depth)
  const areas = Float64Array.from(points, ([, area]) => area)
  const volumes = new Float64Array(points.length)
  for (let k = 0; k < points.length; k++) {
    if (!(areas[k]! >= 0)) throw new Error(`storage curve ${name}: area ${areas[k]}; expected ≥ 0`)
    if (k === 0) {
      volumes[0] = depths[0]! * areas[0]!
      continue
    }
    const rise = depths[k]! - depths[k - 1]!
    if (!(rise > 0))
      throw new Error(`storage curve ${name}: depth ${depths[k]} after ${depths[k - 1]}; expected rising`)
    volumes[k] = volumes[k - 1]! + 0.5 * rise * (areas[k]! + areas[k - 1]!)
  }
  return { type: 'tabular', depths, areas, volumes }
}

/** Plan area that goes with the last volume of `storedIn`, in place 0. */
export const storedArea = new Float64Array(1)

/** Volume at a depth, m³; puts the plan area, m², into `storedArea`. */
export function storedIn(shape: StorageShape, depth: number): number {
  if (!(depth > 0)) {
    storedArea[0] = 0
    return 0
  }
  if (shape.type === 'constant') {
    storedArea[0] = shape.area
    return shape.area * depth
  }
  if (shape.type === 'functional') {
    const { a0, a1, power } = shape
    const by = a1 === 0 ? 0 : a1 * depth ** power
    storedArea[0] = a0 + by
    return a0 * depth + (by * depth) / (power + 1)
  }
  const { depths, areas, volumes } = shape
  const last = depths.length - 1
  if (depth >= depths[last]!) {
    storedArea[0] = areas[last]!
    return volumes[last]! + (depth - depths[last]!) * areas[last]!
  }
  if (depth <= depths[0]!) {
    storedArea[0] = areas[0]!
    return areas[0]! * depth
  }
  let k = 0
  while (depths[k + 1]! <= depth) k++
  const t = depth - depths[k]!
  const slope = (areas[k + 1]! - areas[k]!) / (depths[k + 1]! - depths[k]!)
  storedArea[0] = areas[k]! + slope * t
  return volumes[k]! + t * (areas[k]! + 0.5 * slope * t)
}
