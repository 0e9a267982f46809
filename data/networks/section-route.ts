/** Routes for long sections: between two nodes, down from one, or the run that a pipe is part of. */
import type { Network } from './network.ts'
import { cheapest, type Directions, shortestConnection } from './trace.ts'

/** Pipes in the order they are walked; `nodes` has one more. Numbers of the network. */
export interface Route {
  nodes: number[]
  pipes: number[]
  /** with the water, the shortest way whatever the water does, or along the run of a pipe */
  how: 'downstream' | 'shortest' | 'run'
  /** it went on, but the drawing ends here */
  more: boolean
}

/** Limits of a drawing. */
export const MOST_NODES = 300
/** Metres. */
export const LONGEST_ROUTE = 20_000
/** Metres up and down from a pipe that was asked for. */
const RUN = 1500

const sizeOf = ({ pipes }: Network, k: number): number => (pipes.diameter[k] > 0 ? pipes.diameter[k] : 0)
const otherEnd = ({ pipes }: Network, k: number, node: number): number =>
  pipes.from[k] === node ? pipes.to[k] : pipes.from[k]

/** @throws {RangeError} when the route is longer than can be drawn */
function checked(network: Network, route: Route): Route {
  const length = route.pipes.reduce((sum, k) => sum + network.pipes.length[k], 0)
  if (length > LONGEST_ROUTE || route.nodes.length > MOST_NODES)
    throw new RangeError(
      `section: got a route of ${Math.round(length)} m and ${route.nodes.length} nodes; expected ${LONGEST_ROUTE} m and ${MOST_NODES} at most`,
    )
  return route
}

/**
 * The way between two nodes: with the water when there is one, else the shortest.
 * @throws {RangeError} when both are one, there is no way, or it is too long
 */
export function routeBetween(network: Network, from: number, to: number, directions: Directions): Route {
  const { nodes, pipes } = network
  if (from === to) throw new RangeError(`section: got ${nodes.ids[from]} twice; expected two nodes`)
  for (const [start, end] of [
    [from, to],
    [to, from],
  ]) {
    const ways = cheapest(network, [start], 'downstream', directions, pipes.length, end)
    const by = new Map(Array.from(ways.nodes, (node, i) => [node, ways.by[i]]))
    if (!by.has(end)) continue
    const route: Route = { nodes: [end], pipes: [], how: 'downstream', more: false }
    for (let here = end; here !== start; ) {
      const k = by.get(here) ?? -1
      here = otherEnd(network, k, here)
      route.pipes.push(k)
      route.nodes.push(here)
    }
    route.nodes.reverse()
    route.pipes.reverse()
    return checked(network, route)
  }
  const found = shortestConnection(network, from, to)
  if (!found)
    throw new RangeError(`section: no way from ${nodes.ids[from]} to ${nodes.ids[to]}; expected connected nodes`)
  return checked(network, { nodes: [...found.nodes], pipes: [...found.pipes], how: 'shortest', more: false })
}

/** Which way a pipe is walked: its unit vector in plan at a node, away from it. */
function heading({ pipes }: Network, k: number, node: number): [x: number, y: number] {
  const { vertices, vertexStart } = pipes
  const [first, last] = [vertexStart[k], vertexStart[k + 1] - 1]
  const [a, b] = pipes.from[k] === node ? [first, first + 1] : [last, last - 1]
  const [x, y] = [vertices[3 * b] - vertices[3 * a], vertices[3 * b + 1] - vertices[3 * a + 1]]
  const size = Math.hypot(x, y) || 1
  return [x / size, y / size]
}

/**
 * Goes on from a node: with `sense` 1 downstream, -1 upstream, 0 straight on, always by the pipe that is most like the one before:
 * the largest of a sewer, the straightest and most equal of others.
 */
function goOn(
  network: Network,
  start: number,
  before: number,
  sense: -1 | 0 | 1,
  directions: Directions,
  metres: number,
  met: Set<number>,
): { nodes: number[]; pipes: number[]; more: boolean } {
  const { arcs, pipes } = network
  const out = { nodes: [] as number[], pipes: [] as number[], more: false }
  let [here, last, gone] = [start, before, 0]
  for (;;) {
    let best = -1
    let worth = Number.NEGATIVE_INFINITY
    const came = last < 0 ? null : heading(network, last, here)
    for (let a = arcs.start[here]; a < arcs.start[here + 1]; a++) {
      const k = arcs.pipe[a]
      if (k === last || met.has(arcs.node[a])) continue
      const way = pipes.from[k] === here ? directions[k] : -directions[k]
      if (sense !== 0 && way !== sense) continue
      const [x, y] = heading(network, k, here)
      // 1 straight on, -1 back
      const straight = came ? -(came[0] * x + came[1] * y) : 0
      if (sense === 0 && came && straight < 0.5) continue
      const alike = last < 0 ? 0 : Math.abs(Math.log((sizeOf(network, k) || 0.1) / (sizeOf(network, last) || 0.1)))
      const value = sense === 0 ? straight - alike * 0.5 : sizeOf(network, k) * 10 + straight * 0.5
      if (value > worth || (value === worth && k < best)) [best, worth] = [k, value]
    }
    if (best < 0) return out
    gone += pipes.length[best]
    if (gone > metres || out.nodes.length + 2 >= MOST_NODES / 2) return { ...out, more: true }
    here = otherEnd(network, best, here)
    met.add(here)
    last = best
    out.pipes.push(best)
    out.nodes.push(here)
  }
}

/**
 * From a node down to where the water goes.
 * @throws {RangeError} where nothing leads on, or nobody knows which way the water goes
 */
export function routeDownstream(network: Network, from: number, directions: Directions): Route {
  const { nodes, pipes, more } = goOn(network, from, -1, 1, directions, LONGEST_ROUTE, new Set([from]))
  if (pipes.length === 0)
    throw new RangeError(
      `section: nothing leads downstream from ${network.nodes.ids[from]}; expected to=<node>, or pipe=<id> for a run of pipes`,
    )
  return { nodes: [from, ...nodes], pipes, how: 'downstream', more }
}

/** The run that a pipe is part of: up and down with the water where that is known, else straight on both ways. */
export function routeThrough(network: Network, pipe: number, directions: Directions): Route {
  const { pipes } = network
  const way = directions[pipe]
  const [start, end] = way < 0 ? [pipes.to[pipe], pipes.from[pipe]] : [pipes.from[pipe], pipes.to[pipe]]
  const met = new Set([start, end])
  const down = goOn(network, end, pipe, way === 0 ? 0 : 1, directions, RUN, met)
  const up = goOn(network, start, pipe, way === 0 ? 0 : -1, directions, RUN, met)
  return {
    nodes: [...up.nodes.reverse(), start, end, ...down.nodes],
    pipes: [...up.pipes.reverse(), pipe, ...down.pipes],
    how: way === 0 ? 'run' : 'downstream',
    more: up.more || down.more,
  }
}
