/** Outlines whose parts are there too (OpenStreetMap's Simple 3D Buildings): the parts are drawn, the outline only as their plinth. */
import type { BuildingShape } from './building-shape.ts'

/** Height of a plinth above the ground, metres. */
export const PLINTH_M = 0.15
/** An outline gives way when parts cover this share of it. */
const COVERED = 0.7

/**
 * Finds the buildings that are covered by parts lying inside them.
 * @returns those buildings; empty where no shape is a part
 * @see https://wiki.openstreetmap.org/wiki/Simple_3D_Buildings
 */
export function coveredOutlines<Shape extends BuildingShape>(shapes: readonly Shape[]): Set<Shape> {
  const parts = shapes.filter((shape) => shape.part).map((shape) => ({ area: firstArea(shape), ...middle(shape) }))
  const covered = new Set<Shape>()
  if (!parts.length) return covered
  for (const shape of shapes) {
    if (shape.part) continue
    const area = firstArea(shape)
    let sum = 0
    for (const part of parts) if (part.area <= area * 1.01 && holds(shape, part.x, part.y)) sum += part.area
    if (sum >= COVERED * area) covered.add(shape)
  }
  return covered
}

/** Area of the first ring in square units: the scale of longitude is the same for neighbours. */
function firstArea({ coordinates, ringSizes }: BuildingShape): number {
  const n = ringSizes[0]
  const [x0, y0] = [coordinates[0], coordinates[1]]
  let twice = 0
  for (let i = 0, j = n - 1; i < n; j = i++) {
    twice += (coordinates[j * 2] - x0) * (coordinates[i * 2 + 1] - y0)
    twice -= (coordinates[i * 2] - x0) * (coordinates[j * 2 + 1] - y0)
  }
  return Math.abs(twice) / 2
}

function middle({ coordinates, ringSizes }: BuildingShape): { x: number; y: number } {
  let [x, y] = [0, 0]
  for (let i = 0; i < ringSizes[0]; i++) {
    x += coordinates[i * 2]
    y += coordinates[i * 2 + 1]
  }
  return { x: x / ringSizes[0], y: y / ringSizes[0] }
}

/** Even-odd rule over the first ring. */
function holds({ coordinates, ringSizes }: BuildingShape, x: number, y: number): boolean {
  let inside = false
  for (let i = 0, n = ringSizes[0], j = n - 1; i < n; j = i++) {
    const [ay, by] = [coordinates[i * 2 + 1], coordinates[j * 2 + 1]]
    if (ay > y === by > y) continue
    const ax = coordinates[i * 2]
    if (x < ax + ((coordinates[j * 2] - ax) * (y - ay)) / (by - ay)) inside = !inside
  }
  return inside
}
