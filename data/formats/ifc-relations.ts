/** What an IFC file says about its elements beside their shape: storeys, systems, property sets, types, materials. */
import type { Attributes } from '../geo/city-feature.ts'
import {
  addPropertySet,
  attribute,
  type LineReader,
  plainNumber,
  plainText,
  propertySet,
  referredAll,
} from './ifc-lines.ts'

/** A storey, a space's level or a part of a road: what elements stand in. */
export interface IfcStorey {
  /** GlobalId, or `#<line>` */
  id: string
  name: string
  /** metres in the model's frame, null when not given */
  elevationM: number | null
}

/** A system or group: heating, a fire zone. */
export interface IfcSystem {
  id: string
  name: string
}

/** Relations by the express id of the element. */
export interface IfcRelations {
  storeys: IfcStorey[]
  systems: IfcSystem[]
  /** index into `storeys`, undefined for elements that stand in none */
  storeyOf(element: number): number | undefined
  /** indices into `systems` */
  systemsOf(element: number): readonly number[]
  /** adds property sets, quantities, type, material and classification to what is known of an element */
  addAttributes(element: number, found: Attributes): void
}

type Many = Map<number, number[]>

/** Names and values of a set, ready to be given to one element after the other. */
type Pairs = [name: string, value: Attributes[string]][]

function give(pairs: Pairs, to: Attributes): void {
  for (let i = 0; i < pairs.length; i++) to[pairs[i][0]] = pairs[i][1]
}

function add(map: Many, key: number, value: number): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}

/** For each relation of a type: `one` of its ends (seldom several) per element of its `many` end. */
function related(lines: LineReader, type: string, one: string, many: string): Many {
  const found: Many = new Map()
  const ends = [one, many]
  for (const id of lines.ids(type)) {
    const line = lines.line(id, ends)
    const others = referredAll(attribute(line, many))
    for (const end of referredAll(attribute(line, one))) for (const other of others) add(found, other, end)
  }
  return found
}

/** Follows parts to wholes until something of `wanted` is met; null after a loop or at the top. */
function upTo(start: number, wanted: Map<number, number>, parents: readonly Many[]): number | undefined {
  let at: number | undefined = start
  for (let step = 0; at !== undefined && step < 64; step++) {
    const found = wanted.get(at)
    if (found !== undefined) return found
    const here: number = at
    at = parents.map((map) => map.get(here)?.[0]).find((id) => id !== undefined)
  }
  return undefined
}

/** Things of lines kept at most; then all are let go. */
const MOST_KEPT = 20_000

function remembered<Value>(compute: (id: number) => Value): (id: number) => Value {
  const kept = new Map<number, Value>()
  return (id) => {
    const known = kept.get(id)
    if (known !== undefined) return known
    const found = compute(id)
    if (kept.size >= MOST_KEPT) kept.clear()
    kept.set(id, found)
    return found
  }
}

function storeysOf(lines: LineReader, scale: number): { list: IfcStorey[]; index: Map<number, number> } {
  const found = lines.ids('IFCBUILDINGSTOREY').map((id) => {
    const line = lines.line(id)
    const elevation = plainNumber(attribute(line, 'Elevation'))
    return {
      line: id,
      storey: {
        id: plainText(attribute(line, 'GlobalId')) ?? `#${id}`,
        name: plainText(attribute(line, 'Name')) ?? plainText(attribute(line, 'LongName')) ?? `#${id}`,
        elevationM: elevation === null ? null : elevation * scale,
      },
    }
  })
  found.sort((a, b) => (a.storey.elevationM ?? Infinity) - (b.storey.elevationM ?? Infinity) || a.line - b.line)
  return { list: found.map(({ storey }) => storey), index: new Map(found.map(({ line }, i) => [line, i])) }
}

/** Names of the materials behind a material select: one, a list, layers, constituents or profiles. */
function materials(lines: LineReader, id: number, depth = 0): string[] {
  const line = lines.line(id)
  if (!line || depth > 4) return []
  const inner = [
    attribute(line, 'ForLayerSet'),
    attribute(line, 'ForProfileSet'),
    attribute(line, 'Material'),
    attribute(line, 'Materials'),
    attribute(line, 'MaterialLayers'),
    attribute(line, 'MaterialConstituents'),
    attribute(line, 'MaterialProfiles'),
  ].flatMap(referredAll)
  if (inner.length) return inner.flatMap((each) => materials(lines, each, depth + 1))
  const name = plainText(attribute(line, 'Name'))
  return name ? [name] : []
}

/**
 * Reads all relations of an open model.
 * @param scale metres per length unit of the file
 */
export function readRelations(lines: LineReader, scale: number): IfcRelations {
  const { list: storeys, index: storeyIndex } = storeysOf(lines, scale)
  const contained = related(lines, 'IFCRELCONTAINEDINSPATIALSTRUCTURE', 'RelatingStructure', 'RelatedElements')
  const wholes = related(lines, 'IFCRELAGGREGATES', 'RelatingObject', 'RelatedObjects')
  const filled = related(lines, 'IFCRELFILLSELEMENT', 'RelatingOpeningElement', 'RelatedBuildingElement')
  const voided = related(lines, 'IFCRELVOIDSELEMENT', 'RelatingBuildingElement', 'RelatedOpeningElement')
  const groups = related(lines, 'IFCRELASSIGNSTOGROUP', 'RelatingGroup', 'RelatedObjects')
  const sets = related(lines, 'IFCRELDEFINESBYPROPERTIES', 'RelatingPropertyDefinition', 'RelatedObjects')
  const types = related(lines, 'IFCRELDEFINESBYTYPE', 'RelatingType', 'RelatedObjects')
  const made = related(lines, 'IFCRELASSOCIATESMATERIAL', 'RelatingMaterial', 'RelatedObjects')
  const classed = related(lines, 'IFCRELASSOCIATESCLASSIFICATION', 'RelatingClassification', 'RelatedObjects')
  const parents = [contained, wholes, filled, voided]
  const systems: IfcSystem[] = []
  const systemIndex = new Map<number, number>()
  for (const id of lines.ids('IFCGROUP')) {
    const line = lines.line(id)
    systemIndex.set(id, systems.length)
    systems.push({
      id: plainText(attribute(line, 'GlobalId')) ?? `#${id}`,
      name: plainText(attribute(line, 'Name')) ?? `#${id}`,
    })
  }
  // a set or a type that serves many elements is read once; most sets serve one
  const met = new Set<number>()
  const shared = new Set<number>()
  for (const list of sets.values()) for (const id of list) (met.has(id) ? shared : met).add(id)
  const setOf = remembered((id): Pairs => Object.entries(propertySet(lines, id)))
  const materialOf = remembered((id) => [...new Set(materials(lines, id))].join(', '))
  const classOf = remembered((id) => {
    const line = lines.line(id)
    return ['Name', 'Identification', 'ItemReference'].map((word) => plainText(attribute(line, word))).find(Boolean)
  })
  const typeOf = remembered((id) => {
    const line = lines.line(id)
    const sets = referredAll(attribute(line, 'HasPropertySets'))
    return { name: plainText(attribute(line, 'Name')), pairs: sets.flatMap(setOf) }
  })
  return {
    storeys,
    systems,
    storeyOf: (element) => upTo(element, storeyIndex, parents),
    systemsOf: (element) =>
      [...(groups.get(element) ?? []), ...(wholes.get(element) ?? []).flatMap((whole) => groups.get(whole) ?? [])]
        .map((id) => systemIndex.get(id))
        .filter((at): at is number => at !== undefined),
    addAttributes(element, found) {
      for (const id of types.get(element) ?? []) {
        const { name, pairs } = typeOf(id)
        if (name) found.type = name
        give(pairs, found)
      }
      for (const set of sets.get(element) ?? []) {
        if (shared.has(set)) give(setOf(set), found)
        else addPropertySet(lines, set, found)
      }
      const stuff = (made.get(element) ?? []).map(materialOf).filter(Boolean)
      if (stuff.length) found.material = stuff.length === 1 ? stuff[0] : [...new Set(stuff)].join(', ')
      const classes = (classed.get(element) ?? []).map(classOf).filter(Boolean)
      if (classes.length) found.classification = classes.join(', ')
    },
  }
}
