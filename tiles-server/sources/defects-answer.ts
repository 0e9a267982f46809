/** What is wrong in the data of the networks: the list that was kept when they came in, or one made now, by rule and on the map. */
import type { Feature } from 'geojson'
import { CLASSES } from '../../data/geo/city-feature.ts'
import { DEFECT_RULES, type Defect, type DefectRule } from '../../data/networks/defect.ts'
import { findDefects } from '../../data/networks/defects.ts'
import { networkFromFeatures } from '../../data/networks/network.ts'
import type { Database } from '../db/database.ts'
import { HttpError } from '../errors.ts'
import { defectWords } from './defect-words.ts'
import { counted, type Ground, type NetworkAnswer } from './network-answer.ts'
import { checkUtility, type LoadedNetwork, loadNetwork, readNetworkLayer } from './networks.ts'

/** What is asked; undefined = any. */
export interface DefectQuestion {
  source: string | undefined
  utility: string
  rule: string | undefined
  /** degrees */
  box: readonly [number, number, number, number] | undefined
  limit: number
}

interface Listed {
  /** how many there were; more than are kept */
  total: number
  defects: Defect[]
}

const made = new WeakMap<LoadedNetwork, Map<string, Listed>>()
/** A list made now holds no more than one that was kept. */
const MOST = 20_000

/** Sources that pipes came from. */
async function sourcesOf(db: Database): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    "select id from source s where exists (select 1 from feature f where f.source = s.id and f.layer = 'pipes') order by id",
  )
  return rows.map(({ id }) => id)
}

/** The list of one source: kept by the import, else found now and kept as long as the network. */
async function listOf(db: Database, source: string, loaded: LoadedNetwork, ground: Ground): Promise<Listed> {
  const [row] = await db.query<{ value: Listed }>('select value from meta where key = $1', [
    `network-defects:${source}`,
  ])
  if (row) return row.value
  let lists = made.get(loaded)
  if (!lists) made.set(loaded, (lists = new Map()))
  const known = lists.get(source)
  if (known) return known
  const pipes = await readNetworkLayer(db, 'pipes', 'all', source)
  const nodes = await readNetworkLayer(db, 'pipe-nodes', 'all', source)
  const all = findDefects(networkFromFeatures(pipes, nodes), { ground })
  const listed = { total: all.length, defects: all.slice(0, MOST) }
  lists.set(source, listed)
  return listed
}

/** Class of the first pipe or node of a defect, and the height it lies at; NaN where nothing is known. */
function placeIn(
  { network, pipeIndex, nodeIndex }: LoadedNetwork,
  { pipes, nodes }: Defect,
): { class: string; z: number } {
  const k = pipeIndex.get(pipes[0] ?? '')
  if (k !== undefined)
    return {
      class: CLASSES.pipes[network.pipes.utility[k]],
      z: network.pipes.vertices[network.pipes.vertexStart[k] * 3 + 2],
    }
  const n = nodeIndex.get(nodes[0] ?? '')
  if (n === undefined) return { class: 'other', z: Number.NaN }
  const arc = network.arcs.start[n]
  const pipe = arc < network.arcs.start[n + 1] ? network.arcs.pipe[arc] : -1
  return { class: pipe < 0 ? 'other' : CLASSES.pipes[network.pipes.utility[pipe]], z: network.nodes.top[n] }
}

const SEVERITIES = ['error', 'warning', 'note'] as const

/**
 * Defects by place, errors first. Groups count by rule whatever rule is asked for, so that one can choose among them.
 * @throws {HttpError} 404 for a utility or source that is none, 400 for such a rule
 */
export async function answerDefects(db: Database, question: DefectQuestion, ground: Ground): Promise<NetworkAnswer> {
  const { utility, rule, box, limit } = question
  checkUtility(utility)
  if (rule !== undefined && !Object.hasOwn(DEFECT_RULES, rule))
    throw new HttpError(400, `query: rule: got ${rule.slice(0, 60)}; expected ${Object.keys(DEFECT_RULES).join(' | ')}`)
  const sources = await sourcesOf(db)
  if (question.source !== undefined && !sources.includes(question.source))
    throw new HttpError(
      404,
      `defects: no pipes of that source, got ${question.source.slice(0, 80)}; expected ${sources.join(' | ')}`,
    )
  const loaded = await loadNetwork(db, 'all')
  let left = 0
  const found: { defect: Defect; class: string; z: number }[] = []
  for (const source of question.source === undefined ? sources : [question.source]) {
    const { total, defects } = await listOf(db, source, loaded, ground)
    left += total - defects.length
    for (const defect of defects) {
      const { lng, lat } = defect
      if (box && (lng < box[0] || lat < box[1] || lng > box[2] || lat > box[3])) continue
      const place = placeIn(loaded, defect)
      if (utility === 'all' || place.class === utility) found.push({ defect, ...place })
    }
  }
  const rank = (one: Defect): number => SEVERITIES.indexOf(one.severity)
  const wanted = (rule === undefined ? found : found.filter(({ defect }) => defect.rule === rule)).sort(
    (a, b) => rank(a.defect) - rank(b.defect),
  )
  const features = wanted.slice(0, limit).map(({ defect, class: word, z }, i): Feature => {
    const { lng, lat, pipes, nodes, rule: broken, severity } = defect
    const { zh, en } = DEFECT_RULES[broken]
    const coordinates = Number.isFinite(z) ? [lng, lat, Number(z.toFixed(2))] : [lng, lat]
    return {
      type: 'Feature',
      id: pipes[0] ?? nodes[0] ?? '',
      geometry: { type: 'Point', coordinates },
      properties: {
        role: severity,
        rank: i + 1,
        rule: broken,
        words: { zh, en },
        said: defectWords(defect),
        class: word,
        pipes,
        nodes,
        found: defect.found,
        expected: defect.expected,
      },
    }
  })
  const of = (severity: string): number => found.filter(({ defect }) => defect.severity === severity).length
  return {
    type: 'FeatureCollection',
    features,
    summary: {
      total: wanted.length,
      shown: features.length,
      error: of('error'),
      warning: of('warning'),
      note: of('note'),
      ...(left > 0 && { leftOut: left }),
    },
    groups: counted(
      found.map(({ defect }) => defect.rule),
      (key) => DEFECT_RULES[key as DefectRule],
    ),
    method: {
      zh: '入库时按规则检查拓扑、接头、高程与流向；埋深为推测的管线不因高程受责。',
      en: 'Topology, joints, heights and flow are checked by rule when data comes in; pipes of guessed depth are not blamed for their heights.',
    },
    limits: {
      zh: '规则只能指出可疑之处，须对照竣工图或现场核实；悬空端点可能就是管网尽头。',
      en: 'Rules point at what looks wrong: check against drawings or on site; a dangling end may simply be where the network ends.',
    },
  }
}
