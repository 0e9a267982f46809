/** The sphere around things that stand in many places: the bounding volume of their tileset's root. */

/**
 * A sphere around points.
 * @param corners earth-centred metres
 * @returns middle of their box, then the radius and a metre; zeros without points
 */
export function sphereAround(
  corners: readonly (readonly [number, number, number])[],
): [x: number, y: number, z: number, radius: number] {
  if (!corners.length) return [0, 0, 0, 0]
  const middle = [0, 1, 2].map((axis) => {
    const values = corners.map((corner) => corner[axis]!)
    return (Math.min(...values) + Math.max(...values)) / 2
  })
  const radius = Math.max(...corners.map((corner) => Math.hypot(...corner.map((at, axis) => at - middle[axis]!))))
  return [middle[0]!, middle[1]!, middle[2]!, radius + 1]
}
