/** Where pipes lie in plan: an index kept with the network, so that a question looks only at what is near. */
import Flatbush from 'flatbush'
import type { Network } from './network.ts'

/** Thickness of a pipe's wall that is taken where nothing is known: a share of the inner diameter, at least 5 mm. */
const wall = (diameter: number): number => Math.max(0.005, diameter * 0.05)

/** Half of the outer width and height of a pipe, metres; 0.1 m inner diameter where nothing is known. */
export function outerHalves({ pipes }: Network, k: number): [wide: number, high: number] {
  const high = pipes.diameter[k]! > 0 ? pipes.diameter[k]! : 0.1
  const wide = pipes.width[k]! > 0 ? pipes.width[k]! : high
  return [wide / 2 + wall(wide), high / 2 + wall(high)]
}

const kept = new WeakMap<Network, Flatbush>()

/** The outer boxes of the pipes in local metres; made at the first question, kept as long as the network. Not for a network without pipes. */
export function planIndex(network: Network): Flatbush {
  const known = kept.get(network)
  if (known) return known
  const { pipes } = network
  const index = new Flatbush(pipes.count)
  for (let k = 0; k < pipes.count; k++) {
    const [w, s, e, n] = planBox(network, k)
    index.add(w, s, e, n)
  }
  index.finish()
  kept.set(network, index)
  return index
}

/** West, south, east, north of a pipe's outer walls in plan, local metres. */
export function planBox(network: Network, k: number): [w: number, s: number, e: number, n: number] {
  const { pipes } = network
  let [w, s, e, n] = [Infinity, Infinity, -Infinity, -Infinity]
  for (let i = pipes.vertexStart[k]! * 3; i < pipes.vertexStart[k + 1]! * 3; i += 3) {
    const [x, y] = [pipes.vertices[i]!, pipes.vertices[i + 1]!]
    w = Math.min(w, x)
    s = Math.min(s, y)
    e = Math.max(e, x)
    n = Math.max(n, y)
  }
  const [wide] = outerHalves(network, k)
  return [w - wide, s - wide, e + wide, n + wide]
}

/** Numbers of the pipes whose boxes meet one, rising. @param box local metres: west, south, east, north */
export function pipesNear(network: Network, box: readonly [number, number, number, number]): number[] {
  if (!network.pipes.count) return []
  return planIndex(network)
    .search(...box)
    .sort((a, b) => a - b)
}
