/** Rings of positions: area, direction, whether a place lies inside, whether edges cross. */
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

function turn(a: Position, b: Position, c: Position): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}

/** Whether two segments cross at a point inside both; touching ends are no crossing. */
function crossing(a: Position, b: Position, c: Position, d: Position): boolean {
  return (
    turn(a, b, c) > 0 !== turn(a, b, d) > 0 &&
    turn(c, d, a) > 0 !== turn(c, d, b) > 0 &&
    turn(a, b, c) * turn(a, b, d) < 0 &&
    turn(c, d, a) * turn(c, d, b) < 0
  )
}

/**
 * First place where edges of a polygon's rings cross, by a sweep from west to east.
 *
 * @param rings closed
 * @returns the start of one of the two edges; null when none cross
 */
export function firstCrossing(rings: readonly (readonly Position[])[]): Position | null {
  const starts: Position[] = []
  const ends: Position[] = []
  for (const ring of rings) {
    for (let i = 0; i + 1 < ring.length; i++) {
      starts.push(ring[i])
      ends.push(ring[i + 1])
    }
  }
  const left = (i: number) => Math.min(starts[i][0], ends[i][0])
  const right = (i: number) => Math.max(starts[i][0], ends[i][0])
  const order = starts.map((_, i) => i).sort((a, b) => left(a) - left(b))
  let active: number[] = []
  for (const i of order) {
    const x = left(i)
    const low = Math.min(starts[i][1], ends[i][1])
    const high = Math.max(starts[i][1], ends[i][1])
    let kept = 0
    for (const k of active) {
      if (right(k) < x) continue
      active[kept++] = k
      if (Math.max(starts[k][1], ends[k][1]) < low || Math.min(starts[k][1], ends[k][1]) > high) continue
      if (crossing(starts[i], ends[i], starts[k], ends[k])) return starts[i]
    }
    active.length = kept
    active.push(i)
  }
  active = []
  return null
}
