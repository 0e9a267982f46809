/** Heights of manholes beside sewers whose sizes are inches: they stand in feet like the sewers' own. */
import type { TableMapping } from './columns.ts'
import type { Drafts } from './draft.ts'

const HEIGHTS = ['ground', 'top', 'bottom', 'shaftDepth'] as const
const FOOT = 0.3048

/**
 * Turns heights of node tables to feet where the tables of pipes are in feet by their sizes, and neither a name of a
 * column nor a person says otherwise. The drafts' numbers, the mappings and the notes are changed in place.
 */
export function nodesInFeet(drafts: Drafts, mappings: readonly (TableMapping | null)[]): void {
  const feet = mappings.some(
    (mapping) => mapping?.rows === 'pipes' && mapping.evidence.some((words) => words.startsWith('feet, because')),
  )
  if (!feet) return
  for (const [t, mapping] of mappings.entries()) {
    if (mapping?.rows !== 'nodes' || mapping.evidence.includes('confirmed by --map')) continue
    const assumed = HEIGHTS.filter(
      (role) => mapping.columns[role]?.unitM === 1 && mapping.columns[role]?.evidence !== 'unit in the name',
    )
    if (assumed.length === 0) continue
    for (const role of assumed)
      mapping.columns[role] = {
        column: mapping.columns[role]?.column ?? '',
        unitM: FOOT,
        evidence: 'sizes of its pipes are inches: ft',
      }
    for (const node of drafts.nodes) if (node.table === t) for (const role of assumed) node[role] *= FOOT
    const names = assumed.map((role) => mapping.columns[role]?.column).join(', ')
    mapping.evidence.push(`feet, because the pipes' sizes are inches: ${names}`)
    drafts.tables[t].notes.push(`heights are feet, because the pipes' sizes are inches: ${names}`)
  }
}
