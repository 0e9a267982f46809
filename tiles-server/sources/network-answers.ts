/** Answers about networks: bursts, traces and where pollution came from, each with its lines on the map, its numbers and its reasons. */
import type { Feature } from 'geojson'
import { CLASSES } from '../../data/geo/city-feature.ts'
import { type EdgeValve, isolate } from '../../data/networks/isolate.ts'
import type { Network } from '../../data/networks/network.ts'
import { repairTime } from '../../data/networks/repair-time.ts'
import {
  cheapest,
  type Directions,
  directionsOf,
  lengthOf,
  pollutionSources,
  type Sense,
  trace,
  travelSeconds,
} from '../../data/networks/trace.ts'
import { MOST_SHOWN, type NetworkAnswer, pipeFacts, pipeWithFacts } from './network-answer.ts'
import { type Customer, customersOf } from './network-customers.ts'
import { type LoadedNetwork, nodeFeature, nodeNumber, pipeFeature, pipeNumber, toDegrees } from './networks.ts'

const directed = new WeakMap<Network, Directions>()
function directions(network: Network): Directions {
  let known = directed.get(network)
  if (!known) directed.set(network, (known = directionsOf(network)))
  return known
}

/** Valves that stick, by id: nodes, or pipes that are valves. */
function stuckValves(loaded: LoadedNetwork, ids: readonly string[]): { stuck: number[]; stuckPipes: number[] } {
  const stuckPipes = ids.filter((id) => !loaded.nodeIndex.has(id) && loaded.pipeIndex.has(id))
  const nodes = ids.filter((id) => !stuckPipes.includes(id))
  return {
    stuck: nodes.map((id) => nodeNumber(loaded, id)),
    stuckPipes: stuckPipes.map((id) => pipeNumber(loaded, id)),
  }
}

/** A valve where it stands; one that is drawn as a pipe stands in its middle. */
function valveFeature(network: Network, { node, pipe }: Pick<EdgeValve, 'node' | 'pipe'>, properties: object): Feature {
  if (node >= 0) return nodeFeature(network, node, { ...properties })
  const { vertexStart: start, vertices: v, ids } = network.pipes
  const [a, b] = [start[pipe] * 3, (start[pipe + 1] - 1) * 3]
  const middle = [0, 1, 2].map((axis) => (v[a + axis] + v[b + axis]) / 2) as [number, number, number]
  return {
    type: 'Feature',
    id: ids[pipe],
    geometry: { type: 'Point', coordinates: toDegrees(network, ...middle) },
    properties: { kind: 'valve', ...properties },
  }
}

/** Cubic metres in some pipes when full. */
function volumeOf({ pipes }: Network, list: Uint32Array): number {
  let volume = 0
  for (const k of list)
    volume += (pipes.length[k] * Math.PI * (pipes.diameter[k] > 0 ? pipes.diameter[k] : 0.1) ** 2) / 4
  return volume
}

const customerFeature = ({ id, lng, lat, height, name, class: use, people }: Customer): Feature => ({
  type: 'Feature',
  id,
  geometry: { type: 'Point', coordinates: [lng, lat, ...(Number.isFinite(height) ? [height] : [])] },
  properties: { role: 'customer', name, use, people },
})

/** Customers of a burst on the map at most. */
const MOST_CUSTOMERS = 500

/**
 * A burst pipe: valves to close, what stands empty, what runs dry, who has no water and for how long.
 * @param stuck ids of valves that do not close
 * @param buildingsIn buildings of a box of degrees; they are given to the pipe nearest to them
 */
export async function answerBurst(
  loaded: LoadedNetwork,
  pipe: string,
  stuck: readonly string[],
  buildingsIn: Parameters<typeof customersOf>[2],
): Promise<NetworkAnswer> {
  const { network, demandLps } = loaded
  const k = pipeNumber(loaded, pipe)
  const found = isolate(network, k, { ...stuckValves(loaded, stuck), demandLps })
  const features: Feature[] = [pipeWithFacts(loaded, k, { role: 'burst' })]
  for (const shut of found.shutPipes) if (shut !== k) features.push(pipeFeature(network, shut, { role: 'shut' }))
  for (const dry of found.dryPipes.subarray(0, MOST_SHOWN)) features.push(pipeFeature(network, dry, { role: 'dry' }))
  for (const { closed, needed, ...at } of found.valves)
    features.push(valveFeature(network, at, { role: 'valve', closed, needed }))
  for (const id of stuck) {
    const node = loaded.nodeIndex.get(id) ?? -1
    features.push(valveFeature(network, { node, pipe: loaded.pipeIndex.get(id) ?? -1 }, { role: 'stuck' }))
  }
  for (const node of found.hydrants) features.push(nodeFeature(network, node, { role: 'hydrant' }))
  const customers =
    loaded.utility === 'water'
      ? await customersOf(network, new Set([...found.shutPipes, ...found.dryPipes]), buildingsIn)
      : []
  for (const one of customers.slice(0, MOST_CUSTOMERS)) features.push(customerFeature(one))
  const valves = found.valves.filter(({ closed, needed }) => needed && !closed).length
  const { pipes, nodes } = network
  const from = pipes.from[k]
  const time = repairTime({
    diameter: pipes.diameter[k],
    coverM: nodes.top[from] - pipes.zFrom[k],
    valves,
    volumeM3: volumeOf(network, found.shutPipes),
  })
  const hours = (value: number): number => Number(value.toFixed(1))
  return {
    type: 'FeatureCollection',
    features,
    summary: {
      valves,
      shutPipes: found.shutPipes.length,
      dryPipes: found.dryPipes.length,
      dryNodes: found.dryNodes.length,
      hydrants: found.hydrants.length,
      customers: customers.length,
      people: Math.round(customers.reduce((sum, { people }) => sum + people, 0)),
      important: customers.filter(({ important }) => important).length,
      lostLps: Number(found.lostLps.toFixed(3)),
      lengthM: Math.round(found.lengthM),
      hours: hours(time.hours),
      closeHours: hours(time.closeHours),
      drainHours: hours(time.drainHours),
      mendHours: hours(time.mendHours),
      fillHours: hours(time.fillHours),
      feed: found.assumptions[0],
    },
    method: {
      zh: '按阀门分段搜索：关闭与爆管段相邻、且另一侧仍有水源的阀门；其余失去水源的管段列为停水。用户按最近的给水管归属（150 m 内），人口按住宅建筑面积 40 m²/人；停水时长 = 到场关阀 + 泄水 + 开挖修复（按管径、埋深）+ 冲洗充水，为经验值。',
      en: 'Search by pieces between valves: valves beside the burst piece are closed where water can come from the other side; pipes that no source reaches then are dry. Buildings belong to the nearest water pipe (within 150 m), people by 40 m² of dwelling each; time = way and closing + draining + digging and mending (by size and cover) + filling, by rules of thumb.',
    },
    limits: {
      zh: '未计流量与压力；无用户接管资料，用户为推算；阀门状态以台账为准，须现场核实。',
      en: 'Flows and pressures are not computed; customers are inferred without service records; states of valves are those on record: check on site.',
    },
  }
}

const SQUARE_METRES = 10_000

/** Hectares of the smallest convex outline around nodes. */
function hullHectares({ nodes }: Network, list: Uint32Array): number {
  const points = Array.from(list, (n): [number, number] => [nodes.x[n], nodes.y[n]]).sort(
    (a, b) => a[0] - b[0] || a[1] - b[1],
  )
  const turn = (o: number[], a: number[], b: number[]) => (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0])
  const half = (list: [number, number][]): [number, number][] => {
    const out: [number, number][] = []
    for (const point of list) {
      while (out.length > 1 && turn(out[out.length - 2], out[out.length - 1], point) <= 0) out.pop()
      out.push(point)
    }
    return out.slice(0, -1)
  }
  const ring = [...half(points), ...half(points.reverse())]
  let twice = 0
  for (const [i, [x, y]] of ring.entries()) {
    const [nx, ny] = ring[(i + 1) % ring.length]
    twice += x * ny - nx * y
  }
  return Math.abs(twice) / 2 / SQUARE_METRES
}

/** A trace from a node, with the time of travel to each node met. */
export function answerTrace(loaded: LoadedNetwork, node: string, sense: Sense): NetworkAnswer {
  const { network } = loaded
  const n = nodeNumber(loaded, node)
  const ways = directions(network)
  const found = trace(network, [n], sense, ways)
  const seconds = cheapest(network, [n], sense, ways, travelSeconds(network))
  const at = new Float64Array(network.nodes.count)
  for (const [i, met] of seconds.nodes.entries()) at[met] = seconds.costs[i]
  const { from, to } = network.pipes
  const minutes = (k: number): number => Math.min(at[from[k]], at[to[k]]) / 60
  const nearest = Array.from(found.pipes)
  if (nearest.length > MOST_SHOWN) nearest.sort((a, b) => minutes(a) - minutes(b))
  const features: Feature[] = [nodeFeature(network, n, { role: 'start' })]
  for (const k of nearest.slice(0, MOST_SHOWN))
    features.push(pipeFeature(network, k, { role: 'traced', minutes: Number(minutes(k).toFixed(1)) }))
  const ends = Array.from(seconds.nodes, (met, i) => ({ met, minutes: seconds.costs[i] / 60 })).filter(
    ({ met }) => network.nodes.kind[met] === OUTFALL || network.nodes.kind[met] === PUMP,
  )
  for (const { met, minutes: late } of ends.slice(0, 200))
    if (met !== n) features.push(nodeFeature(network, met, { role: 'end', minutes: Number(late.toFixed(1)) }))
  const last = seconds.costs.length ? seconds.costs[seconds.costs.length - 1] : 0
  return {
    type: 'FeatureCollection',
    features,
    summary: {
      pipes: found.pipes.length,
      nodes: found.nodes.length,
      lengthM: Math.round(lengthOf(network, found.pipes)),
      hectares: Number(hullHectares(network, found.nodes).toFixed(1)),
      volumeM3: Math.round(volumeOf(network, found.pipes)),
      ends: ends.length,
      minutes: Number((last / 60).toFixed(1)),
      unknownDirection: found.pipes.reduce((sum, k) => sum + (ways[k] === 0 ? 1 : 0), 0),
    },
    method: {
      zh: '沿管道坡向追踪，关闭的阀门处停止；流行时间按满管曼宁公式（n = 0.013，不小于 0.3 m/s）估算，压力管按 1 m/s；面积为所及管点的凸包。',
      en: 'Follows the fall of the pipes, stops at closed valves; time of travel by Manning at full bore (n = 0.013, at least 0.3 m/s), 1 m/s in pressure pipes; the area is the convex outline of the nodes met.',
    },
    limits: {
      zh: '压力管无流向资料，按双向可通计；非满流时流速更慢。',
      en: 'In pressure pipes the direction is not known and both are taken as possible; part-full flow is slower.',
    },
  }
}

const OUTFALL = CLASSES['pipe-nodes'].indexOf('outfall')
const PUMP = CLASSES['pipe-nodes'].indexOf('pump')
/** Candidates on the map at most. */
const MOST_CANDIDATES = 500

/** Where pollution found at some nodes, and not at others, may have got in: nearest in time first. */
export function answerPollution(
  loaded: LoadedNetwork,
  polluted: readonly string[],
  clean: readonly string[],
): NetworkAnswer {
  const { network } = loaded
  const ways = directions(network)
  const number = (id: string): number => nodeNumber(loaded, id)
  const found = pollutionSources(network, polluted.map(number), clean.map(number), ways)
  const candidates = new Set(found.map(({ node }) => node))
  const features: Feature[] = polluted.map((id) => nodeFeature(network, number(id), { role: 'polluted' }))
  for (const id of clean) features.push(nodeFeature(network, number(id), { role: 'clean' }))
  const { from, to } = network.pipes
  let lengthM = 0
  for (let k = 0; k < network.pipes.count; k++) {
    if (!candidates.has(from[k]) || !candidates.has(to[k])) continue
    lengthM += network.pipes.length[k]
    if (features.length < MOST_SHOWN)
      features.push(pipeFeature(network, k, { role: 'suspect', ...pipeFacts(loaded, k) }))
  }
  for (const [i, { node, seconds }] of found.slice(0, MOST_CANDIDATES).entries())
    features.push(
      nodeFeature(network, node, { role: 'candidate', rank: i + 1, minutes: Number((seconds / 60).toFixed(1)) }),
    )
  return {
    type: 'FeatureCollection',
    features,
    summary: {
      candidates: found.length,
      shown: Math.min(found.length, MOST_CANDIDATES),
      lengthM: Math.round(lengthM),
      minutes: found.length ? Number((found[found.length - 1].seconds / 60).toFixed(1)) : 0,
    },
    method: {
      zh: '各受污染管点上游集合的交集，去掉清洁管点的上游；按到最远受污染点的流行时间由近到远排列。',
      en: 'What lies upstream of every polluted node and of no clean one; ordered by time of travel to the last of the polluted nodes.',
    },
    limits: {
      zh: '流向不明的管段按双向可通计，候选只会多、不会少；假设污染源只有一处。',
      en: 'Where directions are not known both are possible: there are more candidates, never fewer; one source is assumed.',
    },
  }
}
