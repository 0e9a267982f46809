/** Pipes closer than the rules allow, in an area: worst first, counted by rule and pair of utilities. */
import type { Feature } from 'geojson'
import { CLASSES } from '../../data/geo/city-feature.ts'
import { type Conflict, findConflictsPolitely } from '../../data/networks/clearance.ts'
import type { ClearanceRules } from '../../data/networks/clearance-rules.ts'
import { CLEARANCE_WORDS, utilityWord } from '../../data/networks/network-words.ts'
import { pipesNear } from '../../data/networks/plan-index.ts'
import { boxFeature, counted, type Ground, type NetworkAnswer } from './network-answer.ts'
import { type LoadedNetwork, toDegrees } from './networks.ts'

/** What is asked. */
export interface ClearanceQuestion {
  /** degrees; undefined = everywhere */
  box: readonly [number, number, number, number] | undefined
  /** only this rule */
  rule: Conflict['rule'] | undefined
  /** conflicts in the answer at most, and how many of the worst are passed over */
  limit: number
  offset: number
}

const kept = new WeakMap<LoadedNetwork, Map<string, Conflict[]>>()
/** Answers kept for the next page of the same question. */
const MOST_KEPT = 8

async function conflictsIn(
  loaded: LoadedNetwork,
  rules: ClearanceRules,
  box: ClearanceQuestion['box'],
  ground: Ground,
  signal?: AbortSignal,
): Promise<Conflict[]> {
  const { network, pressure } = loaded
  const { origin, perDegree } = network
  const key = box?.join() ?? ''
  const before = kept.get(loaded) ?? new Map<string, Conflict[]>()
  kept.set(loaded, before)
  const known = before.get(key)
  if (known) return known
  const heights = (x: number, y: number): number => ground(origin[0] + x / perDegree[0], origin[1] + y / perDegree[1])
  const local = box?.map((side, i) => (side - origin[i % 2]) * perDegree[i % 2]) as [number, number, number, number]
  const only = box && new Set(pipesNear(network, local))
  const all = await findConflictsPolitely(network, { rules, pressure, ground: heights, only, signal })
  const inside = ({ at: [x, y] }: Conflict) => x >= local[0] && x <= local[2] && y >= local[1] && y <= local[3]
  const found = box ? all.filter(inside) : all
  if (before.size >= MOST_KEPT) before.delete([...before.keys()][0])
  before.set(key, found)
  return found
}

/**
 * Conflicts that lie in a box, worst first. The summary counts all of them, whatever the limit.
 * @throws {unknown} the signal's reason
 */
export async function answerClearance(
  loaded: LoadedNetwork,
  rules: ClearanceRules,
  { box, rule, limit, offset }: ClearanceQuestion,
  ground: Ground,
  signal?: AbortSignal,
): Promise<NetworkAnswer> {
  const { network } = loaded
  const { pipes } = network
  const all = await conflictsIn(loaded, rules, box, ground, signal)
  const wanted = rule ? all.filter((one) => one.rule === rule) : all
  const classOf = (k: number): string => CLASSES.pipes[pipes.utility[k]]
  const pair = ([a, b]: Conflict['pipes']): string[] => (b < 0 ? [classOf(a)] : [classOf(a), classOf(b)].sort())
  const shown = wanted.slice(offset, offset + limit)
  const features = shown.map(
    ({ rule: broken, pipes: [a, b], found, expected, at }, i): Feature => ({
      type: 'Feature',
      id: b < 0 ? pipes.ids[a] : `${pipes.ids[a]} ${pipes.ids[b]}`,
      geometry: { type: 'Point', coordinates: toDegrees(network, ...at) },
      properties: {
        role: broken,
        rank: offset + i + 1,
        pipes: b < 0 ? [pipes.ids[a]] : [pipes.ids[a], pipes.ids[b]],
        classes: b < 0 ? [classOf(a)] : [classOf(a), classOf(b)],
        foundM: Number(found.toFixed(3)),
        expectedM: expected,
      },
    }),
  )
  const of = (name: string): number => all.filter((conflict) => conflict.rule === name).length
  const groups = counted(
    all.map((one) => [one.rule, ...pair(one.pipes)].join(' ')),
    (key) => {
      const [name, ...utilities] = key.split(' ') as [Conflict['rule'], ...string[]]
      const words = (language: 'zh' | 'en') =>
        `${utilities.map((word) => utilityWord(word, language)).join('–')} ${CLEARANCE_WORDS[name][language]}`
      return { zh: words('zh'), en: words('en') }
    },
  )
  return {
    type: 'FeatureCollection',
    features: box ? [boxFeature(box, ground), ...features] : features,
    summary: {
      total: wanted.length,
      shown: shown.length,
      offset,
      horizontal: of('horizontal'),
      vertical: of('vertical'),
      cover: of('cover'),
    },
    groups,
    method: {
      zh: `净距按外壁计算；限值：${rules.basis.zh}`,
      en: `Distances between outer walls; limits: ${rules.basis.en}`,
    },
    limits: {
      zh: '壁厚未知，取内径的 5 %；埋深为推测的管线不查覆土；管廊内的管线与管廊及廊外管线不互查，交叉点两侧只查垂直净距（限值表 exceptions 可改）；同一井相接的管段不互查。',
      en: 'Wall thickness is not known: 5 % of the inner diameter; pipes of guessed depth are not asked for their cover; what runs inside of a utility tunnel is compared neither with it nor with what lies outside, and beside a crossing the vertical distance counts alone (`exceptions` of the table of limits); pipes that share a node are not compared.',
    },
  }
}
