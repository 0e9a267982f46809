/** Isolation and tracing against brute force on seeded random networks. */
import { expect, test } from 'vitest'
import { type CityFeature, CLASSES } from '../geo/city-feature.ts'
import { isolate } from './isolate.ts'
import { type Network, networkFromFeatures } from './network.ts'
import { randomNetwork, seeded } from './random-network.ts'
import { isValveLink } from './segments.ts'
import {
  cheapest,
  directionsOf,
  pollutionSources,
  type Sense,
  shortestConnection,
  trace,
  travelSeconds,
} from './trace.ts'

const VALVE = CLASSES['pipe-nodes'].indexOf('valve')
const RESERVOIR = CLASSES['pipe-nodes'].indexOf('reservoir')
const NETWORKS = 1000
const sorted = (list: Iterable<number>): number[] => [...list].sort((a, b) => a - b)

/** Pipe by pipe, without pieces: what hangs together when valves in `stops` hold and others let through. */
function spread(
  network: Network,
  first: number[],
  holds: (node: number) => boolean,
  without: Set<number>,
): Set<number> {
  const { pipes } = network
  const found = new Set(first.filter((k) => !without.has(k)))
  for (let grown = true; grown; ) {
    grown = false
    for (let k = 0; k < pipes.count; k++) {
      if (found.has(k) || without.has(k)) continue
      const touches = [...found].some((other) =>
        [pipes.from[k]!, pipes.to[k]!].some((n) => !holds(n) && (pipes.from[other] === n || pipes.to[other] === n)),
      )
      if (!touches) continue
      found.add(k)
      grown = true
    }
  }
  return found
}

const ends = ({ pipes }: Network, k: number): number[] => [pipes.from[k]!, pipes.to[k]!]

test(`isolating a burst shuts, dries and spares what brute force says, on ${NETWORKS} networks`, () => {
  let [withStuck, dry] = [0, 0]
  for (let seed = 1; seed <= NETWORKS; seed++) {
    const network = randomNetwork({ seed, side: 2 + (seed % 5), valves: 0.1 + (seed % 7) * 0.08 })
    const { nodes, pipes } = network
    const random = seeded(seed * 7)
    const burst = Math.floor(random() * pipes.count)
    const all = Array.from({ length: nodes.count }, (_, n) => n)
    const stuck = new Set(all.filter((n) => nodes.kind[n] === VALVE && random() < 0.2))
    const sources = all.filter((n) => nodes.kind[n] === RESERVOIR)
    if (!sources.length) sources.push(all.find((n) => nodes.kind[n] !== VALVE) ?? 0)
    const result = isolate(network, burst, { stuck, sources })

    const isValve = (n: number) => nodes.kind[n] === VALVE
    const shut = spread(network, [burst], (n) => isValve(n) && (!stuck.has(n) || nodes.closed[n] === 1), new Set())
    const everyPipe = Array.from({ length: pipes.count }, (_, k) => k)
    const atSources = everyPipe.filter((k) => ends(network, k).some((n) => sources.includes(n) && !isValve(n)))
    const open = (n: number) => isValve(n) && nodes.closed[n] === 1
    const before = spread(network, atSources, open, new Set())
    const after = spread(network, atSources, open, shut)
    const lost = everyPipe.filter((k) => before.has(k) && !after.has(k) && !shut.has(k))
    expect(sorted(result.shutPipes), `seed ${seed}`).toEqual(sorted(shut))
    expect(sorted(result.dryPipes), `seed ${seed}`).toEqual(lost)
    const dryNodes = new Set([...shut, ...lost].flatMap((k) => ends(network, k)).filter((n) => !isValve(n)))
    expect(sorted(result.dryNodes), `seed ${seed}`).toEqual(sorted(dryNodes))
    const edge = all.filter(
      (n) =>
        isValve(n) &&
        !(stuck.has(n) && !nodes.closed[n]) &&
        everyPipe.some((k) => shut.has(k) && ends(network, k).includes(n)) &&
        everyPipe.some((k) => !shut.has(k) && ends(network, k).includes(n)),
    )
    expect(result.valves.map(({ node }) => node)).toEqual(edge)
    for (const { node, needed, closed } of result.valves) {
      expect(needed).toBe(everyPipe.some((k) => after.has(k) && ends(network, k).includes(node)))
      expect(closed).toBe(nodes.closed[node] === 1)
    }
    if (stuck.size) withStuck++
    if (lost.length) dry++
  }
  expect(withStuck).toBeGreaterThan(100)
  expect(dry).toBeGreaterThan(50)
})

/** The same network with each valve that is drawn as a pipe as a node in the middle of two pipes: the second ones are numbered after all others. */
function withValveNodes(network: Network): { same: Network; nodeOf: Map<number, number> } {
  const { nodes, pipes } = network
  const shafts = Array.from({ length: nodes.count }, (_, n): CityFeature => {
    const style = { class: CLASSES['pipe-nodes'][nodes.kind[n]!]!, ...(nodes.closed[n] && { closed: true }) }
    return {
      id: nodes.ids[n]!,
      layer: 'pipe-nodes',
      geometry: { type: 'Point', coordinates: [nodes.x[n]! / 1e5, nodes.y[n]! / 1e5] },
      style,
      attributes: {},
    }
  })
  const nodeOf = new Map<number, number>()
  const line = (id: string, from: string, to: string): CityFeature => ({
    id,
    layer: 'pipes',
    geometry: {
      type: 'LineString',
      coordinates: [
        [0, 0],
        [1e-4, 0],
      ],
    },
    style: { class: 'water', from, to },
    attributes: {},
  })
  const [first, second]: [CityFeature[], CityFeature[]] = [[], []]
  for (let k = 0; k < pipes.count; k++) {
    const [id, from, to] = [pipes.ids[k]!, nodes.ids[pipes.from[k]!]!, nodes.ids[pipes.to[k]!]!]
    if (!isValveLink(network, k)) {
      first.push(line(id, from, to))
      continue
    }
    nodeOf.set(k, shafts.length)
    const style = { class: 'valve', ...(pipes.closed[k] && { closed: true }) }
    shafts.push({ ...shafts[0]!, id: `v${k}`, style })
    first.push(line(id, from, `v${k}`))
    second.push(line(`${id}:2`, `v${k}`, to))
  }
  return { same: networkFromFeatures([...first, ...second], shafts), nodeOf }
}

test(`a valve drawn as a pipe closes, sticks and bursts as one that is a node, on ${NETWORKS} networks`, () => {
  let [used, stuckOnes] = [0, 0]
  for (let seed = 1; seed <= NETWORKS; seed++) {
    const network = randomNetwork({ seed, side: 2 + (seed % 5), valves: 0.1, valveLinks: 0.3 })
    const { same, nodeOf } = withValveNodes(network)
    const random = seeded(seed * 13)
    const burst = Math.floor(random() * network.pipes.count)
    const stuckPipes = [...nodeOf.keys()].filter(() => random() < 0.2)
    const sources = [0].filter((n) => network.nodes.kind[n] !== VALVE)
    const found = isolate(network, burst, { sources, stuckPipes })
    const stuck = stuckPipes.map((k) => nodeOf.get(k)!)
    // a valve that bursts holds on neither side: its other half bursts with it
    const own = nodeOf.get(burst)
    if (own !== undefined) {
      stuck.push(own)
      same.nodes.closed[own] = 0
    }
    const expected = isolate(same, burst, { sources, stuck })
    const original = (list: Uint32Array): number[] => sorted([...list].filter((k) => k < network.pipes.count))
    expect(original(found.shutPipes), `seed ${seed}`).toEqual(original(expected.shutPipes))
    // whether anything ran dry before depends on a shut valve that burst: then only what is shut compares
    if (own === undefined) {
      expect(original(found.dryPipes), `seed ${seed}`).toEqual(original(expected.dryPipes))
      const valves = found.valves.map(({ node, pipe, closed, needed }) => [
        node < 0 ? nodeOf.get(pipe) : node,
        closed,
        needed,
      ])
      const byNode = (a: unknown[], b: unknown[]): number => Number(a[0]) - Number(b[0])
      expect(valves.sort(byNode), `seed ${seed}`).toEqual(
        expected.valves.map(({ node, closed, needed }) => [node, closed, needed]),
      )
      if (found.valves.some(({ pipe }) => pipe >= 0)) used++
    }
    if (stuckPipes.length) stuckOnes++
  }
  expect(used).toBeGreaterThan(300)
  expect(stuckOnes).toBeGreaterThan(300)
})

test('where no source is known the largest part is fed, found in one look over a network of many parts', () => {
  const parts = Array.from({ length: 3000 }, (_, i) => i)
  const at = (i: number): number[] => [121 + i * 1e-4, 28]
  const node = (id: string, i: number): CityFeature => ({
    id,
    layer: 'pipe-nodes',
    geometry: { type: 'Point', coordinates: at(i) },
    style: { class: 'junction', utility: 'gas' },
    attributes: {},
  })
  const pipe = (id: string, from: string, to: string): CityFeature => ({
    id,
    layer: 'pipes',
    geometry: { type: 'LineString', coordinates: [at(0), at(1)] },
    style: { class: 'gas', from, to },
    attributes: {},
  })
  const nodes = parts.flatMap((i) => [node(`a${i}`, i), node(`b${i}`, i), node(`c${i}`, i)])
  const pipes = parts.flatMap((i) => [
    pipe(`p${i}`, `a${i}`, `b${i}`),
    ...(i === 1700 ? [pipe('q', 'b1700', 'c1700')] : []),
  ])
  const network = networkFromFeatures(pipes, nodes)
  const found = isolate(network, network.pipes.ids.indexOf('p1700'))
  expect(found.assumptions).toEqual(['largest-part-is-fed'])
  expect(found.shutPipes.length).toBe(2)
})

test('shut pipes stop a trace and a way', () => {
  const network = randomNetwork({ seed: 8, side: 6, valves: 0, valveLinks: 0.3 })
  const directions = directionsOf(network)
  const { pipes } = network
  expect(pipes.closed.some((one) => one === 1)).toBe(true)
  const found = trace(network, [0], 'both', directions)
  for (const k of found.pipes) expect(pipes.closed[k]).toBe(0)
  expect(sorted(cheapest(network, [0], 'both', directions, pipes.length).nodes)).toEqual(sorted(found.nodes))
})

test(`tracing meets what brute force meets, on ${NETWORKS} networks, up, down and both ways`, () => {
  for (let seed = 1; seed <= NETWORKS; seed++) {
    const flow = seed % 3 ? 'gravity' : 'pressure'
    const network = randomNetwork({ seed, side: 2 + (seed % 5), flow, valves: 0.1 })
    const { nodes, pipes } = network
    const directions = directionsOf(network)
    const start = seed % nodes.count
    for (const sense of ['downstream', 'upstream', 'both'] as Sense[]) {
      const step = (k: number, n: number): number | null => {
        const other = pipes.from[k] === n ? pipes.to[k]! : pipes.to[k] === n ? pipes.from[k]! : null
        if (other === null) return null
        if (other === n) return n
        const way = pipes.from[k] === n ? directions[k]! : -directions[k]!
        return (sense === 'downstream' && way < 0) || (sense === 'upstream' && way > 0) ? null : other
      }
      const reached = new Set([start])
      for (let grown = true; grown; ) {
        grown = false
        for (let k = 0; k < pipes.count; k++) {
          for (const n of ends(network, k)) {
            if (!reached.has(n) || (nodes.closed[n] && n !== start)) continue
            const other = step(k, n)
            if (other === null || reached.has(other)) continue
            reached.add(other)
            grown = true
          }
        }
      }
      const found = trace(network, [start], sense, directions)
      expect(sorted(found.nodes), `seed ${seed} ${sense}`).toEqual(sorted(reached))
      const passed = Array.from({ length: pipes.count }, (_, k) => k).filter((k) =>
        ends(network, k).some((n) => reached.has(n) && !(nodes.closed[n] && n !== start) && step(k, n) !== null),
      )
      expect(sorted(found.pipes), `seed ${seed} ${sense}`).toEqual(passed)
      // Bellman and Ford know the cheapest ways too
      const cost = travelSeconds(network)
      const best = new Map([[start, 0]])
      for (let round = 0; round < nodes.count; round++) {
        for (let k = 0; k < pipes.count; k++) {
          for (const n of ends(network, k)) {
            const here = best.get(n)
            const other = here === undefined || (nodes.closed[n] && n !== start) ? null : step(k, n)
            if (other === null || here === undefined) continue
            if (here + cost[k]! < (best.get(other) ?? Infinity) - 1e-12) best.set(other, here + cost[k]!)
          }
        }
      }
      const ways = cheapest(network, [start], sense, directions, cost)
      expect(ways.nodes.length).toBe(best.size)
      for (const [i, node] of ways.nodes.entries()) expect(ways.costs[i]).toBeCloseTo(best.get(node)!, 6)
    }
  }
})

test('a shortest connection is a chain of pipes from one node to the other, as long as the cheapest way', () => {
  const network = randomNetwork({ seed: 5, side: 12, valves: 0 })
  const { pipes } = network
  const way = shortestConnection(network, 0, 143)!
  expect(way.nodes[0]).toBe(0)
  expect(way.nodes.at(-1)).toBe(143)
  for (const [i, k] of way.pipes.entries())
    expect(sorted([pipes.from[k]!, pipes.to[k]!])).toEqual(sorted([way.nodes[i]!, way.nodes[i + 1]!]))
  const { nodes, costs } = cheapest(network, [0], 'both', new Int8Array(pipes.count), pipes.length)
  expect(way.lengthM).toBeCloseTo(costs[nodes.indexOf(143)]!, 6)
  expect(() => shortestConnection(network, 0, 999)).toThrow('trace: no such node, got 999; expected 0 … 143')
})

test('pollution comes from what reaches every polluted node and no clean one', () => {
  const network = randomNetwork({ seed: 3, side: 10, flow: 'gravity', valves: 0 })
  const directions = directionsOf(network)
  const down = trace(network, [0], 'downstream', directions).nodes
  const polluted = [down.at(-1)!, down[Math.floor(down.length / 2)]!]
  const found = pollutionSources(network, polluted, [], directions)
  expect(found.map(({ node }) => node)).toContain(0)
  for (const { node } of found) {
    const reach = new Set(trace(network, [node], 'downstream', directions).nodes)
    expect(polluted.every((one) => reach.has(one))).toBe(true)
  }
  expect(found.map(({ seconds }) => seconds)).toEqual(found.map(({ seconds }) => seconds).sort((a, b) => a - b))
  const without = pollutionSources(network, polluted, [polluted[0]!], directions)
  expect(without).toEqual([])
})
