/** The defect list of a network: every rule over every pipe and node, as records with place, finding and expectation. */
import { type Defect, type DefectOptions, defectOf, type Finding } from './defect.ts'
import { heightDefects } from './defects-heights.ts'
import { jointDefects } from './defects-joints.ts'
import { sewerDefects } from './defects-sewers.ts'
import { topologyDefects } from './defects-topology.ts'
import type { Network } from './network.ts'

/** More are not listed: a network with so many is not a network, and a map of them no help. */
const MOST = 200_000

/**
 * Everything that the rules find wrong. Pure: the same network gives the same list, in the order of the rules.
 *
 * A pipe whose heights were estimated is not blamed for its heights.
 *
 * @returns at most 200,000 records
 * @throws {unknown} the signal's reason
 */
export function findDefects(network: Network, options: DefectOptions = {}): Defect[] {
  const defects: Defect[] = []
  const found = (finding: Finding) => {
    if (defects.length < MOST) defects.push(defectOf(network, finding))
  }
  const index = new Map(network.pipes.ids.map((id, k) => [id, k]))
  const node = new Map(network.nodes.ids.map((id, n) => [id, n]))
  for (const { layer, id, rule, detail } of network.problems) {
    const k = layer === 'pipes' ? index.get(id) : undefined
    const n = layer === 'pipe-nodes' ? node.get(id) : undefined
    if (k === undefined && n === undefined) continue
    found({
      rule,
      pipes: k === undefined ? [] : [k],
      nodes: n === undefined ? [] : [n],
      found: detail,
      expected: 'a sound record',
    })
  }
  for (const check of [topologyDefects, jointDefects, heightDefects, sewerDefects]) {
    options.signal?.throwIfAborted()
    check(network, options, found)
  }
  return defects
}

/** How often each rule is broken, most first, with one example. */
export function countDefects(
  defects: readonly Defect[],
): { rule: Defect['rule']; severity: Defect['severity']; count: number; example: string }[] {
  const counts = new Map<
    Defect['rule'],
    { rule: Defect['rule']; severity: Defect['severity']; count: number; example: string }
  >()
  for (const { rule, severity, pipes, nodes } of defects) {
    const entry = counts.get(rule)
    if (entry) entry.count++
    else counts.set(rule, { rule, severity, count: 1, example: pipes[0] ?? nodes[0] ?? '' })
  }
  return [...counts.values()].sort((a, b) => b.count - a.count)
}
