/** Where the distances between lines in the ground do not hold as they stand: inside utility tunnels, and around crossings. */
import { CLASSES } from '../geo/city-feature.ts'
import type { Network } from './network.ts'
import { outerHalves, pipesNear, planBox } from './plan-index.ts'

const TUNNEL = CLASSES.pipes.indexOf('tunnel')

/** What of each pipe lies inside of a utility tunnel. */
export interface Housed {
  /** by the number of a piece's first vertex: 1 = the piece lies inside from end to end */
  piece: Uint8Array
  /** by pipe: 1 = one of its ends lies inside: it goes out through the wall, or stays within */
  pipe: Uint8Array
}

const kept = new WeakMap<Network, Housed>()

/** Which pieces run inside of a tunnel: their ends and middle no nearer to its axis than its walls allow. Kept as long as the network. */
export function housedPieces(network: Network): Housed {
  const known = kept.get(network)
  if (known) return known
  const { pipes } = network
  const out: Housed = { piece: new Uint8Array(pipes.vertices.length / 3), pipe: new Uint8Array(pipes.count) }
  kept.set(network, out)
  const tunnels: number[] = []
  for (let k = 0; k < pipes.count; k++) if (pipes.utility[k] === TUNNEL) tunnels.push(k)
  const near = new Map<number, number[]>()
  for (const tunnel of tunnels) {
    for (const k of pipesNear(network, planBox(network, tunnel))) {
      if (pipes.utility[k] === TUNNEL) continue
      const had = near.get(k)
      if (had) had.push(tunnel)
      else near.set(k, [tunnel])
    }
  }
  for (const [k, around] of near) {
    const { vertices: v } = pipes
    const inside = (x: number, y: number, z: number) => around.some((tunnel) => contains(network, tunnel, k, x, y, z))
    const [first, last] = [pipes.vertexStart[k]!, pipes.vertexStart[k + 1]! - 1]
    const at = (i: number) => inside(v[3 * i]!, v[3 * i + 1]!, v[3 * i + 2]!)
    let before = at(first)
    if (before || at(last)) out.pipe[k] = 1
    for (let i = first; i < last; i++) {
      const after = at(i + 1)
      const half = (axis: number) => (v[3 * i + axis]! + v[3 * i + 3 + axis]!) / 2
      if (before && after && inside(half(0), half(1), half(2))) out.piece[i] = 1
      before = after
    }
  }
  return out
}

/** Whether a pipe's axis at a place lies so that the whole pipe is inside of a tunnel; a tunnel's ends are round. */
function contains(network: Network, tunnel: number, k: number, x: number, y: number, z: number): boolean {
  const { vertices: v, vertexStart } = network.pipes
  const [wide, high] = outerHalves(network, tunnel)
  const [slim, low] = outerHalves(network, k)
  for (let i = vertexStart[tunnel]! * 3; i + 3 < vertexStart[tunnel + 1]! * 3; i += 3) {
    const [dx, dy] = [v[i + 3]! - v[i]!, v[i + 4]! - v[i + 1]!]
    const size = dx * dx + dy * dy
    const share = size > 0 ? Math.max(0, Math.min(1, ((x - v[i]!) * dx + (y - v[i + 1]!) * dy) / size)) : 0
    const aside = Math.hypot(x - v[i]! - dx * share, y - v[i + 1]! - dy * share)
    const rise = Math.abs(z - v[i + 2]! - (v[i + 5]! - v[i + 2]!) * share)
    if (aside <= wide - slim && rise <= high - low) return true
  }
  return false
}

/** A place in plan, local metres. */
export type PlanPlace = readonly [x: number, y: number]

/**
 * Whether two places on two lines belong to a crossing of these lines: where lines cross at an angle α nothing within `apart` / sin α of the
 * crossing can be farther apart in plan, so that there the distance upright counts. A line is the pipe and those of its class that share a node
 * with it.
 *
 * @param apart of the axes, metres: half widths and the distance asked side by side
 * @param leastSine of the angle; lines that meet at less run side by side
 */
export function besideCrossing(
  network: Network,
  a: number,
  b: number,
  places: readonly [PlanPlace, PlanPlace],
  apart: number,
  leastSine: number,
): boolean {
  const others = lineOf(network, b)
  return lineOf(network, a).some((one) =>
    others.some((two) => one !== two && meet(network, one, two, places, apart, leastSine)),
  )
}

function lineOf({ pipes, arcs }: Network, k: number): number[] {
  const out = [k]
  for (const node of [pipes.from[k]!, pipes.to[k]!])
    for (let i = arcs.start[node]!; i < arcs.start[node + 1]!; i++)
      if (arcs.pipe[i] !== k && pipes.utility[arcs.pipe[i]!] === pipes.utility[k]) out.push(arcs.pipe[i]!)
  return out
}

function meet(
  { pipes: { vertices: v, vertexStart } }: Network,
  a: number,
  b: number,
  places: readonly [PlanPlace, PlanPlace],
  apart: number,
  leastSine: number,
): boolean {
  for (let p = vertexStart[a]! * 3; p + 3 < vertexStart[a + 1]! * 3; p += 3) {
    const [ux, uy] = [v[p + 3]! - v[p]!, v[p + 4]! - v[p + 1]!]
    for (let q = vertexStart[b]! * 3; q + 3 < vertexStart[b + 1]! * 3; q += 3) {
      const [vx, vy] = [v[q + 3]! - v[q]!, v[q + 4]! - v[q + 1]!]
      const bend = ux * vy - uy * vx
      const sine = Math.abs(bend) / (Math.hypot(ux, uy) * Math.hypot(vx, vy))
      if (!(sine >= leastSine)) continue
      const [wx, wy] = [v[q]! - v[p]!, v[q + 1]! - v[p + 1]!]
      const [s, t] = [(wx * vy - wy * vx) / bend, (wx * uy - wy * ux) / bend]
      if (s < 0 || s > 1 || t < 0 || t > 1) continue
      const [x, y] = [v[p]! + ux * s, v[p + 1]! + uy * s]
      if (places.every((place) => Math.hypot(place[0] - x, place[1] - y) <= apart / sine)) return true
    }
  }
  return false
}
