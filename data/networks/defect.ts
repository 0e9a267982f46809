/** What can be wrong with a pipe network: the rules by name, and the record every check gives. */
import type { Network } from './network.ts'

/** How much it matters: `error` cannot be so, `warning` should be looked at, `note` may be meant. */
export type Severity = 'error' | 'warning' | 'note'

/** Every rule: those that a network shows by itself, and those that only its files show. */
export const DEFECT_RULES = {
  'dangling-end': { severity: 'note', zh: '悬空端点', en: 'dangling end' },
  'near-miss': { severity: 'warning', zh: '应接未接', en: 'ends that should meet' },
  'duplicate-pipe': { severity: 'error', zh: '重复管段', en: 'duplicate pipe' },
  'unconnected-part': { severity: 'warning', zh: '孤立管网', en: 'unconnected part' },
  uphill: { severity: 'error', zh: '排水管逆坡', en: 'sewer running uphill' },
  'above-ground': { severity: 'error', zh: '管顶高出地面', en: 'pipe above ground' },
  'too-deep': { severity: 'warning', zh: '埋深过大', en: 'implausibly deep' },
  shrinking: { severity: 'warning', zh: '大管接小管', en: 'diameter shrinking downstream' },
  'joint-utility': { severity: 'error', zh: '不同专业管线相接', en: 'different utilities joined' },
  'joint-diameter': { severity: 'warning', zh: '管径突变', en: 'impossible change of diameter' },
  'joint-material': { severity: 'warning', zh: '压力管材质不符', en: 'material cannot hold pressure' },
  'joint-height': { severity: 'warning', zh: '接头高程不符', en: 'ends meet at different heights' },
  'outside-shaft': { severity: 'warning', zh: '管口在井外', en: 'pipe outside its shaft' },
  'longer-than-city': { severity: 'error', zh: '管段过长', en: 'pipe longer than the city' },
  'loop-in-sewer': { severity: 'error', zh: '排水管环路', en: 'loop in a sewer' },
  'zero-length': { severity: 'warning', zh: '零长度管段', en: 'pipe without length' },
  'self-joined': { severity: 'error', zh: '起终点相同', en: 'pipe joined to itself' },
  'missing-node': { severity: 'warning', zh: '缺少管点', en: 'missing node' },
  'bad-geometry': { severity: 'error', zh: '几何错误', en: 'bad geometry' },
  'duplicate-id': { severity: 'error', zh: '编号重复', en: 'duplicate id' },
  'node-id-reused': { severity: 'warning', zh: '管点编号重复', en: 'node id used for several places' },
  'swapped-ends': { severity: 'warning', zh: '起终点颠倒', en: 'swapped ends' },
  'end-off-node': { severity: 'warning', zh: '管端偏离管点', en: 'end away from its node' },
  'mixed-units': { severity: 'warning', zh: '单位混用', en: 'mixed units' },
  'bad-size': { severity: 'error', zh: '管径错误', en: 'impossible size' },
  'length-differs': { severity: 'note', zh: '长度与图形不符', en: 'declared length differs from the drawn one' },
} as const satisfies Record<string, { severity: Severity; zh: string; en: string }>
/** Name of a rule. */
export type DefectRule = keyof typeof DEFECT_RULES

/** One thing that is wrong, with its place. */
export interface Defect {
  rule: DefectRule
  severity: Severity
  /** ids in the layer `pipes`, at most 50 */
  pipes: string[]
  /** ids in the layer `pipe-nodes`, at most 50 */
  nodes: string[]
  /** degrees, WGS 84 */
  lng: number
  lat: number
  found: string
  expected: string
}

/** Ground and limits of a check. */
export interface DefectOptions {
  /** metres above the ellipsoid, NaN where unknown; absent = shafts' tops are all that is known */
  ground?: (lngDeg: number, latDeg: number) => number
  /** pipes that stand above the ground on purpose, by id */
  aerial?: ReadonlySet<string>
  /** pipes that are joints of a graph and have no length, by id */
  joints?: ReadonlySet<string>
  signal?: AbortSignal
}

/** A record's parts as the checks know them. */
export interface Finding {
  rule: DefectRule
  /** indices into the network's pipes and nodes */
  pipes: number[]
  nodes: number[]
  /** local metres; absent = the first node, else the middle of the first pipe */
  at?: [x: number, y: number]
  found: string
  expected: string
}

/** Where a check puts what it finds. */
export type Found = (finding: Finding) => void

const MOST_IDS = 50

/** Degrees of local metres. */
export function placeOf({ origin, perDegree }: Network, x: number, y: number): [lng: number, lat: number] {
  return [origin[0] + x / perDegree[0], origin[1] + y / perDegree[1]]
}

/** Middle vertex of a pipe, local metres. */
export function middleOf({ pipes }: Network, k: number): [x: number, y: number] {
  const [first, end] = [pipes.vertexStart[k], pipes.vertexStart[k + 1]]
  const count = end - first
  const low = first + Math.floor((count - 1) / 2)
  const high = first + Math.ceil((count - 1) / 2)
  const v = pipes.vertices
  return [(v[3 * low] + v[3 * high]) / 2, (v[3 * low + 1] + v[3 * high + 1]) / 2]
}

/** A finding as the record people and files see. */
export function defectOf(network: Network, { rule, pipes, nodes, at, found, expected }: Finding): Defect {
  const local =
    at ?? (nodes.length > 0 ? [network.nodes.x[nodes[0]], network.nodes.y[nodes[0]]] : middleOf(network, pipes[0]))
  const [lng, lat] = placeOf(network, local[0], local[1])
  return {
    rule,
    severity: DEFECT_RULES[rule].severity,
    pipes: pipes.slice(0, MOST_IDS).map((k) => network.pipes.ids[k]),
    nodes: nodes.slice(0, MOST_IDS).map((n) => network.nodes.ids[n]),
    lng: Math.round(lng * 1e7) / 1e7,
    lat: Math.round(lat * 1e7) / 1e7,
    found,
    expected,
  }
}
