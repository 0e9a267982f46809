/** The shape of a pit in metres of a frame beside it: its outline, its walls and its floor. Pure. */
import earcut from 'earcut'

/** x, y alternating, metres; not closed. */
export type Ring = readonly number[]

/** Corners sharper than this are blunted, as a share of the width. */
const LONGEST_MITRE = 4

/**
 * The outline of a trench: its middle line moved to both sides, corners mitred, so that its walls stand `width` apart everywhere.
 *
 * @param line x, y alternating, metres; points closer than a centimetre count as one
 * @returns counter-clockwise ring; null when the line has no length
 */
export function trenchOutline(line: Ring, width: number): number[] | null {
  const points: [number, number][] = []
  for (let i = 0; i + 1 < line.length; i += 2) {
    const [x, y] = [line[i]!, line[i + 1]!]
    const last = points.at(-1)
    if (!last || Math.hypot(x - last[0], y - last[1]) > 0.01) points.push([x, y])
  }
  if (points.length < 2) return null
  const left: [number, number][] = []
  const right: [number, number][] = []
  for (const [i, [x, y]] of points.entries()) {
    const [before, after] = [points[i - 1], points[i + 1]]
    const a = before ? unit(before, [x, y]) : unit([x, y], after!)
    const b = after ? unit([x, y], after) : a
    const middle = [-(a[1] + b[1]), a[0] + b[0]] as const
    const length = Math.hypot(...middle)
    const n = length > 1e-6 ? ([middle[0] / length, middle[1] / length] as const) : ([-a[1], a[0]] as const)
    const cosine = Math.max(n[0] * -a[1] + n[1] * a[0], 1 / LONGEST_MITRE)
    const reach = width / 2 / cosine
    left.push([x + n[0] * reach, y + n[1] * reach])
    right.push([x - n[0] * reach, y - n[1] * reach])
  }
  return [...right, ...left.reverse()].flat()
}

const turned = (ring: Ring): number[] => {
  const out: number[] = []
  for (let i = ring.length - 2; i >= 0; i -= 2) out.push(ring[i]!, ring[i + 1]!)
  return out
}
const unit = (from: readonly number[], to: readonly number[]): [number, number] => {
  const [dx, dy] = [to[0]! - from[0]!, to[1]! - from[1]!]
  const length = Math.hypot(dx, dy)
  return [dx / length, dy / length]
}

/** A ring turned so that its inside is on the left. */
export function counterClockwise(ring: Ring): number[] {
  return area(ring) < 0 ? turned(ring) : [...ring]
}

/** Signed area in square metres, positive counter-clockwise. */
export function area(ring: Ring): number {
  let sum = 0
  for (let i = 0; i < ring.length; i += 2) {
    const j = (i + 2) % ring.length
    sum += ring[i]! * ring[j + 1]! - ring[j]! * ring[i + 1]!
  }
  return sum / 2
}

/** A ring with more points on it, so that no side is longer than `step` metres; at most `most` points. */
export function refined(ring: Ring, step: number, most: number): number[] {
  let round = 0
  for (let i = 0; i < ring.length; i += 2) round += side(ring, i)
  const stride = Math.max(step, round / Math.max(1, most - ring.length / 2))
  const out: number[] = []
  for (let i = 0; i < ring.length; i += 2) {
    const j = (i + 2) % ring.length
    const parts = Math.max(1, Math.ceil(side(ring, i) / stride))
    for (let k = 0; k < parts; k++) {
      const t = k / parts
      out.push(ring[i]! + (ring[j]! - ring[i]!) * t, ring[i + 1]! + (ring[j + 1]! - ring[i + 1]!) * t)
    }
  }
  return out
}

const side = (ring: Ring, i: number): number => {
  const j = (i + 2) % ring.length
  return Math.hypot(ring[j]! - ring[i]!, ring[j + 1]! - ring[i + 1]!)
}

/** A pit's surface. */
export interface PitMesh {
  /** x, y, z metres */
  positions: Float64Array
  normals: Float32Array
  /** metres along the wall (or x, y of the floor) and metres below the ground there */
  places: Float32Array
  indices: Uint32Array
}

/** How far walls stand out of the ground, so that no sliver opens where the drawn ground is a little lower, metres. */
export const KERB = 0.03

/**
 * Walls that face inwards and the floor that they stand on.
 *
 * @param ring counter-clockwise
 * @param ground height of the ground at each of its points
 * @param floor height of the floor at each of its points
 */
export function pitMesh(ring: Ring, ground: readonly number[], floor: readonly number[]): PitMesh {
  const count = ring.length / 2
  const positions: number[] = []
  const normals: number[] = []
  const places: number[] = []
  const indices: number[] = []
  let along = 0
  for (let i = 0; i < count; i++) {
    const j = (i + 1) % count
    const length = side(ring, 2 * i)
    const inward = [-(ring[2 * j + 1]! - ring[2 * i + 1]!) / length, (ring[2 * j]! - ring[2 * i]!) / length, 0]
    const at = positions.length / 3
    for (const [k, s] of [
      [i, along],
      [j, along + length],
    ] as const) {
      const [x, y] = [ring[2 * k]!, ring[2 * k + 1]!]
      positions.push(x, y, ground[k]! + KERB, x, y, floor[k]!)
      places.push(s, -KERB, s, ground[k]! - floor[k]!)
      normals.push(...inward, ...inward)
    }
    // seen from inside: the wall runs from right to left
    indices.push(at, at + 2, at + 1, at + 1, at + 2, at + 3)
    along += length
  }
  const at = positions.length / 3
  for (let i = 0; i < count; i++) {
    positions.push(ring[2 * i]!, ring[2 * i + 1]!, floor[i]!)
    places.push(ring[2 * i]!, ring[2 * i + 1]!)
    normals.push(0, 0, 1)
  }
  for (const index of earcut([...ring])) indices.push(at + index)
  return {
    positions: Float64Array.from(positions),
    normals: Float32Array.from(normals),
    places: Float32Array.from(places),
    indices: Uint32Array.from(indices),
  }
}
