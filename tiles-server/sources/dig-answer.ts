/** What a hole drawn in degrees would hit or come too near, with owners, depths and the rule that asks for care. */
import type { Feature } from 'geojson'
import { CLASSES } from '../../data/geo/city-feature.ts'
import { type Dig, type DigHit, digCheck } from '../../data/networks/dig-check.ts'
import { type DigRules, digRule } from '../../data/networks/dig-rules.ts'
import { counted, type Ground, type NetworkAnswer, pipeFacts } from './network-answer.ts'
import { type LoadedNetwork, pipeFeature, toDegrees } from './networks.ts'

/** A hole in degrees; `widthM` is the width of a trench or the diameter of a pile. */
export interface Hole {
  kind: Dig['kind']
  places: [lng: number, lat: number][]
  widthM: number
  depthM: number
}

const digits = (value: number, count: number): number | null =>
  Number.isFinite(value) ? Number(value.toFixed(count)) : null

function digOf({ kind, places, widthM, depthM }: Hole, { network: { origin, perDegree } }: LoadedNetwork): Dig {
  const local = places.map(([lng, lat]): [number, number] => [
    (lng - origin[0]) * perDegree[0],
    (lat - origin[1]) * perDegree[1],
  ])
  if (kind === 'trench') return { kind, line: local, widthM, depthM }
  if (kind === 'pit') return { kind, outline: local, depthM }
  return { kind: 'pile', at: local[0] ?? [Number.NaN, 0], diameterM: widthM, depthM }
}

/** The hole itself, on the ground: a line or a point with its size. */
function holeFeature({ kind, places, widthM, depthM }: Hole, ground: Ground): Feature {
  const at = places.map(([lng, lat]) => {
    const height = digits(ground(lng, lat), 2)
    return height === null ? [lng, lat] : [lng, lat, height]
  })
  const properties = { role: 'hole', kind, depthM, ...(kind !== 'pit' && { widthM }) }
  if (kind === 'pile') return { type: 'Feature', geometry: { type: 'Point', coordinates: at[0] }, properties }
  const coordinates = kind === 'pit' ? [...at, at[0]] : at
  return { type: 'Feature', geometry: { type: 'LineString', coordinates }, properties }
}

/**
 * Pipes in the way, hits first.
 * @throws {RangeError} when the hole is none
 */
export function answerDig(loaded: LoadedNetwork, hole: Hole, rules: DigRules, ground: Ground): NetworkAnswer {
  const { network, pressure } = loaded
  const { origin, perDegree, pipes } = network
  const ruleOf = (k: number) => digRule(rules, CLASSES.pipes[pipes.utility[k]], pressure[k])
  const hits = digCheck(network, digOf(hole, loaded), {
    ground: (x, y) => ground(origin[0] + x / perDegree[0], origin[1] + y / perDegree[1]),
    nearM: (k) => ruleOf(k)?.protectM ?? 1,
    mostM: Math.max(1, ...rules.rules.map(({ protectM }) => protectM)),
  })
  const feature = ({ pipe, how, distanceM, coverM, at, estimated }: DigHit, i: number): Feature => {
    const rule = ruleOf(pipe)
    return pipeFeature(network, pipe, {
      role: how,
      rank: i + 1,
      ...pipeFacts(loaded, pipe),
      distanceM: digits(distanceM, 2),
      coverM: digits(coverM, 2),
      at: toDegrees(network, ...at),
      estimated,
      protectM: rule?.protectM ?? null,
      rule: rule ? { zh: rule.zh, en: rule.en } : null,
    })
  }
  const of = (how: string): number => hits.filter((hit) => hit.how === how).length
  const owners = hits.map(({ pipe }) => loaded.owner[pipe]).filter((name) => name !== '')
  return {
    type: 'FeatureCollection',
    features: [holeFeature(hole, ground), ...hits.map(feature)],
    summary: {
      hit: of('hit'),
      below: of('below'),
      beside: of('beside'),
      estimated: hits.filter((hit) => hit.estimated).length,
      owners: new Set(owners).size,
    },
    groups: counted(owners, (name) => ({ zh: name, en: name })),
    method: {
      zh: `按管道外壁与开挖边界的最近距离判断；埋深为推测的管道上下各放宽 0.5 m；保护范围：${rules.basis.zh}`,
      en: `By the nearest distance between outer wall and hole; pipes of guessed depth get 0.5 m either way. Protection: ${rules.basis.en}`,
    },
    limits: {
      zh: '管线平面位置中误差一般 ±5 cm（实测）至 ±0.5 m（推测），壁厚按内径 5 % 计；未入库的管线查不到。不能替代现场探测。',
      en: 'Pipes lie within ±5 cm (surveyed) to ±0.5 m (guessed) of where they are drawn; walls are taken as 5 % of the inner diameter; what is not in the data is not found. No replacement for finding pipes on site.',
    },
  }
}
