/** An EPANET model to pipes and nodes: every junction, reservoir, tank, pipe, pump and valve is one feature. */
import type { EpanetModel } from '../../formats/epanet-inp.ts'
import { type Drafts, emptyNode, emptyPipe, type NodeKind } from './draft.ts'
import type { Refuse } from './from-table.ts'
import { median } from './values.ts'

/** Half of a city's mains are never as large. */
const LARGEST_MIDDLE_M = 3
const KIND: Record<string, NodeKind> = { junction: 'junction', reservoir: 'reservoir', tank: 'tank' }

/**
 * Takes a model's elements.
 *
 * @param index of its table in `drafts.tables`
 */
export function draftsFromEpanet(model: EpanetModel, drafts: Drafts, index: number, refuse: Refuse): void {
  const table = drafts.tables[index]
  table.records += model.nodes.length + model.links.length
  const placed = new Set<string>()
  for (const [i, found] of model.nodes.entries()) {
    if (!found.at) {
      refuse(found.id, `${found.kind} without [COORDINATES]: cannot be placed`, 'pipe-nodes')
      continue
    }
    placed.add(found.id)
    const node = emptyNode(index, i + 1, found.id, [...found.at])
    node.kind = KIND[found.kind]
    node.utility = 'water'
    // a reservoir's head is a water level, not a place in the ground
    if (found.kind !== 'reservoir') node.axis = found.elevation * model.lengthM
    if (found.kind === 'tank') node.diameter = Number(found.attributes.diameter) * model.lengthM
    node.attributes = { epanet: found.kind, units: model.units, ...found.attributes }
    drafts.nodes.push(node)
  }
  const atNode = new Map(model.nodes.map((node) => [node.id, node]))
  for (const [i, link] of model.links.entries()) {
    const missing = [link.from, link.to].filter((id) => !placed.has(id))
    if (missing.length > 0) {
      refuse(link.id, `${link.kind} at node ${missing.join(' and ')} without [COORDINATES]: cannot be placed`)
      continue
    }
    const pipe = emptyPipe(index, i + 1, link.id)
    pipe.from = link.from
    pipe.to = link.to
    pipe.line = [atNode.get(link.from)?.at ?? [0, 0], ...link.vertices, atNode.get(link.to)?.at ?? [0, 0]].map((at) => [
      ...at,
    ])
    pipe.utility = 'water'
    pipe.fitting = link.kind === 'pipe' ? '' : link.kind
    pipe.closed = link.closed
    pipe.length = link.length * model.lengthM
    const diameter = link.diameter * model.diameterM
    if (link.diameter <= 0) {
      const found = `diameter ${link.diameter}`
      drafts.defects.push({
        rule: 'bad-size',
        table: index,
        pipes: [drafts.pipes.length],
        nodes: [],
        found,
        expected: 'more than 0: taken as unknown',
      })
    } else pipe.diameter = diameter
    pipe.attributes = { epanet: link.kind, units: model.units, ...link.attributes }
    drafts.pipes.push(pipe)
  }
  for (const { line, section, id, reason } of model.problems) {
    const lost =
      /^(JUNCTIONS|RESERVOIRS|TANKS|PIPES|PUMPS|VALVES)$/.test(section) &&
      /twice|not define|fields; expected/.test(reason)
    if (lost) {
      table.records++
      refuse(id, `[${section}] line ${line}: ${reason}`, /^(JUN|RES|TAN)/.test(section) ? 'pipe-nodes' : 'pipes')
    } else table.notes.push(`[${section}] line ${line}, ${id}: ${reason}`)
  }
  const middle = median(
    model.links.filter(({ kind }) => kind === 'pipe').map(({ diameter }) => diameter * model.diameterM),
  )
  if (middle > LARGEST_MIDDLE_M)
    table.notes.push(
      `diameters of ${middle.toFixed(2)} m in the middle by the units of ${model.units}: too large? kept; expected ${model.diameterM < 0.01 ? 'mm' : 'inches'} for ${model.units}`,
    )
  if (!model.ended) table.notes.push('no [END]: truncated?')
}
