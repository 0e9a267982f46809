/** Rings of positions: area, direction, whether a place lies inside. */
import type { Position } from 'geojson'

/**
 * Signed area in square degrees, relative to the first place so that small rings far from 0,0 keep their digits.
 *
 * @returns positive when counter-clockwise
 */
export function signedArea(ring: readonly Position[]): number {
  const [x0, y0] = ring[0] ?? [0, 0]
  let sum = 0
  for (let i = 0; i + 1 < ring.length; i++) {
    sum += (ring[i][0] - x0) * (ring[i + 1][1] - y0) - (ring[i + 1][0] - x0) * (ring[i][1] - y0)
  }
  return sum / 2
}

/** Whether a place lies in a closed ring (even-odd); on the line is either. */
export function insideRing([x, y]: Position, ring: readonly Position[]): boolean {
  let inside = false
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [ax, ay] = ring[i]
    const [bx, by] = ring[j]
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside
  }
  return inside
}
