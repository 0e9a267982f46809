/** Answers about networks: burst, trace, clearance and dig check, each with its lines on the map, its numbers and its reasons. */
import type { Feature } from 'geojson'
import { findConflicts } from '../../data/networks/clearance.ts'
import { type Dig, digCheck } from '../../data/networks/dig-check.ts'
import { isolate } from '../../data/networks/isolate.ts'
import type { Network } from '../../data/networks/network.ts'
import { cheapest, type Directions, directionsOf, type Sense, trace, travelSeconds } from '../../data/networks/trace.ts'
import { type LoadedNetwork, nodeFeature, nodeNumber, pipeFeature, pipeNumber, toDegrees } from './networks.ts'

/** What every answer has: features with a `role`, and words that say how it was found. */
export interface NetworkAnswer {
  type: 'FeatureCollection'
  features: Feature[]
  summary: Record<string, number | string | null>
  method: { zh: string; en: string }
}

/** Pipes of an answer on the map at most; the numbers count all. */
const MOST_SHOWN = 20_000

const directed = new WeakMap<Network, Directions>()
function directions(network: Network): Directions {
  let known = directed.get(network)
  if (!known) directed.set(network, (known = directionsOf(network)))
  return known
}

/**
 * A burst pipe: valves to close, what stands empty, what runs dry.
 * @param stuck ids of valves that do not close
 */
export function answerBurst(loaded: LoadedNetwork, pipe: string, stuck: readonly string[]): NetworkAnswer {
  const { network, demandLps } = loaded
  const k = pipeNumber(loaded, pipe)
  const found = isolate(network, k, { stuck: stuck.map((id) => nodeNumber(loaded, id)), demandLps })
  const features: Feature[] = [pipeFeature(network, k, { role: 'burst' })]
  for (const shut of found.shutPipes) if (shut !== k) features.push(pipeFeature(network, shut, { role: 'shut' }))
  for (const dry of found.dryPipes.subarray(0, MOST_SHOWN)) features.push(pipeFeature(network, dry, { role: 'dry' }))
  for (const { node, closed, needed } of found.valves)
    features.push(nodeFeature(network, node, { role: 'valve', closed, needed }))
  for (const id of stuck) features.push(nodeFeature(network, nodeNumber(loaded, id), { role: 'stuck' }))
  for (const node of found.hydrants) features.push(nodeFeature(network, node, { role: 'hydrant' }))
  return {
    type: 'FeatureCollection',
    features,
    summary: {
      valves: found.valves.filter(({ closed, needed }) => needed && !closed).length,
      shutPipes: found.shutPipes.length,
      dryPipes: found.dryPipes.length,
      dryNodes: found.dryNodes.length,
      hydrants: found.hydrants.length,
      lostLps: Number(found.lostLps.toFixed(3)),
      lengthM: Math.round(found.lengthM),
      feed: found.assumptions[0],
    },
    method: {
      zh: '按阀门分段搜索：关闭与爆管段相邻、且另一侧仍有水源的阀门；其余失去水源的管段列为停水。未计流量与压力。',
      en: 'Search by pieces between valves: valves beside the burst piece are closed where water can come from the other side; pipes that no source reaches then are dry. Flows and pressures are not computed.',
    },
  }
}

/** A trace from a node, with the time of travel to each node met. */
export function answerTrace(loaded: LoadedNetwork, node: string, sense: Sense): NetworkAnswer {
  const { network } = loaded
  const n = nodeNumber(loaded, node)
  const ways = directions(network)
  const found = trace(network, [n], sense, ways)
  const seconds = cheapest(network, [n], sense, ways, travelSeconds(network))
  const at = new Map(Array.from(seconds.nodes, (met, i) => [met, seconds.costs[i]]))
  const features: Feature[] = [nodeFeature(network, n, { role: 'start' })]
  for (const k of found.pipes.subarray(0, MOST_SHOWN)) {
    const minutes = Math.min(at.get(network.pipes.from[k]) ?? 0, at.get(network.pipes.to[k]) ?? 0) / 60
    features.push(pipeFeature(network, k, { role: 'traced', minutes: Number(minutes.toFixed(1)) }))
  }
  const last = seconds.costs.length ? seconds.costs[seconds.costs.length - 1] : 0
  const unknown = found.pipes.reduce((sum, k) => sum + (ways[k] === 0 ? 1 : 0), 0)
  return {
    type: 'FeatureCollection',
    features,
    summary: {
      pipes: found.pipes.length,
      nodes: found.nodes.length,
      lengthM: Math.round(found.lengthM),
      minutes: Number((last / 60).toFixed(1)),
      unknownDirection: unknown,
    },
    method: {
      zh: '沿管道坡向追踪，关闭的阀门处停止；流行时间按满管曼宁公式（n = 0.013，不小于 0.3 m/s）估算，压力管按 1 m/s。',
      en: 'Follows the fall of the pipes, stops at closed valves; time of travel by Manning at full bore (n = 0.013, at least 0.3 m/s), 1 m/s in pressure pipes.',
    },
  }
}

/** Pipes with a vertex in a box of degrees. */
function pipesIn({ origin, perDegree, pipes }: Network, box: readonly [number, number, number, number]): Set<number> {
  const [west, south, east, north] = box.map((side, i) => (side - origin[i % 2]) * perDegree[i % 2])
  const found = new Set<number>()
  for (let k = 0; k < pipes.count; k++) {
    for (let i = pipes.vertexStart[k] * 3; i < pipes.vertexStart[k + 1] * 3; i += 3) {
      const [x, y] = [pipes.vertices[i], pipes.vertices[i + 1]]
      if (x >= west && x <= east && y >= south && y <= north) found.add(k)
    }
  }
  return found
}

/** Conflicts of clearance among pipes that touch a box; `ground` gives heights for the cover. */
export function answerClearance(
  loaded: LoadedNetwork,
  rules: Parameters<typeof findConflicts>[1]['rules'],
  box: readonly [number, number, number, number] | undefined,
  ground: (lng: number, lat: number) => number,
  signal?: AbortSignal,
): NetworkAnswer {
  const { network, pressure } = loaded
  const { origin, perDegree, pipes } = network
  const heights = (x: number, y: number): number => ground(origin[0] + x / perDegree[0], origin[1] + y / perDegree[1])
  const only = box && pipesIn(network, box)
  const found = findConflicts(network, { rules, pressure, ground: heights, only, signal })
  const features = found.slice(0, MOST_SHOWN).map((conflict): Feature => {
    const [a, b] = conflict.pipes
    return {
      type: 'Feature',
      geometry: { type: 'Point', coordinates: toDegrees(network, ...conflict.at) },
      properties: {
        role: conflict.rule,
        pipes: b < 0 ? [pipes.ids[a]] : [pipes.ids[a], pipes.ids[b]],
        foundM: Number(conflict.found.toFixed(3)),
        expectedM: conflict.expected,
      },
    }
  })
  const of = (rule: string): number => found.filter((conflict) => conflict.rule === rule).length
  return {
    type: 'FeatureCollection',
    features,
    summary: {
      pipes: only?.size ?? pipes.count,
      horizontal: of('horizontal'),
      vertical: of('vertical'),
      cover: of('cover'),
    },
    method: {
      zh: `净距按外壁计算（壁厚未知，取内径的 5 %）；限值：${rules.basis}`,
      en: `Distances between outer walls (thickness not known: 5 % of the inner diameter); limits: ${rules.basis}`,
    },
  }
}

/** What a hole drawn in degrees would hit. */
export function answerDig(
  loaded: LoadedNetwork,
  hole: { kind: Dig['kind']; places: [number, number][]; widthM: number; depthM: number },
  ground: (lng: number, lat: number) => number,
): NetworkAnswer {
  const { network } = loaded
  const { origin, perDegree } = network
  const local = hole.places.map(([lng, lat]): [number, number] => [
    (lng - origin[0]) * perDegree[0],
    (lat - origin[1]) * perDegree[1],
  ])
  const { widthM, depthM } = hole
  const dig: Dig =
    hole.kind === 'trench'
      ? { kind: 'trench', line: local, widthM, depthM }
      : hole.kind === 'pit'
        ? { kind: 'pit', outline: local, depthM }
        : { kind: 'pile', at: local[0] ?? [Number.NaN, 0], diameterM: widthM, depthM }
  const hits = digCheck(network, dig, {
    ground: (x, y) => ground(origin[0] + x / perDegree[0], origin[1] + y / perDegree[1]),
  })
  const features = hits.map(({ pipe, how, class: utility, distanceM, coverM, estimated }) =>
    pipeFeature(network, pipe, {
      role: how,
      class: utility,
      distanceM: Number(distanceM.toFixed(2)),
      coverM: Number.isFinite(coverM) ? Number(coverM.toFixed(2)) : null,
      estimated,
    }),
  )
  const of = (how: string): number => hits.filter((hit) => hit.how === how).length
  return {
    type: 'FeatureCollection',
    features,
    summary: {
      hit: of('hit'),
      below: of('below'),
      beside: of('beside'),
      estimated: hits.filter((h) => h.estimated).length,
    },
    method: {
      zh: '按管道外壁与开挖边界的最近距离判断；埋深为推测的管道上下各放宽 0.5 m；1 m 以内提示。不能替代现场探测。',
      en: 'By the nearest distance between outer wall and hole; pipes of guessed depth get 0.5 m either way; told within 1 m. No replacement for finding them on site.',
    },
  }
}
