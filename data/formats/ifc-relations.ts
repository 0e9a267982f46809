/** What an IFC file says about its elements beside their shape: storeys, systems, property sets, types, materials. */
import * as WebIfc from 'web-ifc'
import type { Attributes } from '../geo/city-feature.ts'
import { type LineReader, plainNumber, plainText, propertySet, referred, referredAll } from './ifc-lines.ts'

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

/** For each relation of a type: `one` of its ends per element of its `many` end. */
function related(lines: LineReader, type: number, one: string, many: string): Many {
  const found: Many = new Map()
  const ids = lines.ids(type)
  lines.fetch(ids)
  for (const id of ids) {
    const line = lines.line(id)
    const end = line && referred(line[one])
    if (end === null || !line) continue
    const others = referredAll(line[many])
    for (const other of others.length ? others : referredAll([line[many]])) add(found, other, end)
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

function storeysOf(lines: LineReader, scale: number): { list: IfcStorey[]; index: Map<number, number> } {
  const found = lines.ids(WebIfc.IFCBUILDINGSTOREY).map((id) => {
    const line = lines.line(id)
    const elevation = plainNumber(line?.Elevation)
    return {
      line: id,
      storey: {
        id: plainText(line?.GlobalId) ?? `#${id}`,
        name: plainText(line?.Name) ?? plainText(line?.LongName) ?? `#${id}`,
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
    line.ForLayerSet,
    line.ForProfileSet,
    line.Material,
    line.Materials,
    line.MaterialLayers,
    line.MaterialConstituents,
    line.MaterialProfiles,
  ].flatMap((value) => (Array.isArray(value) ? referredAll(value) : referredAll([value])))
  if (inner.length) return inner.flatMap((each) => materials(lines, each, depth + 1))
  const name = plainText(line.Name)
  return name ? [name] : []
}

/**
 * Reads all relations of an open model.
 * @param scale metres per length unit of the file
 */
export function readRelations(lines: LineReader, scale: number): IfcRelations {
  const { list: storeys, index: storeyIndex } = storeysOf(lines, scale)
  const contained = related(lines, WebIfc.IFCRELCONTAINEDINSPATIALSTRUCTURE, 'RelatingStructure', 'RelatedElements')
  const wholes = related(lines, WebIfc.IFCRELAGGREGATES, 'RelatingObject', 'RelatedObjects')
  const filled = related(lines, WebIfc.IFCRELFILLSELEMENT, 'RelatingOpeningElement', 'RelatedBuildingElement')
  const voided = related(lines, WebIfc.IFCRELVOIDSELEMENT, 'RelatingBuildingElement', 'RelatedOpeningElement')
  const groups = related(lines, WebIfc.IFCRELASSIGNSTOGROUP, 'RelatingGroup', 'RelatedObjects')
  const sets = related(lines, WebIfc.IFCRELDEFINESBYPROPERTIES, 'RelatingPropertyDefinition', 'RelatedObjects')
  const types = related(lines, WebIfc.IFCRELDEFINESBYTYPE, 'RelatingType', 'RelatedObjects')
  const made = related(lines, WebIfc.IFCRELASSOCIATESMATERIAL, 'RelatingMaterial', 'RelatedObjects')
  const classed = related(lines, WebIfc.IFCRELASSOCIATESCLASSIFICATION, 'RelatingClassification', 'RelatedObjects')
  const parents = [contained, wholes, filled, voided]
  const systems: IfcSystem[] = []
  const systemIndex = new Map<number, number>()
  for (const id of lines.ids(WebIfc.IFCGROUP)) {
    const line = lines.line(id)
    systemIndex.set(id, systems.length)
    systems.push({ id: plainText(line?.GlobalId) ?? `#${id}`, name: plainText(line?.Name) ?? `#${id}` })
  }
  const setIds = lines.ids(WebIfc.IFCPROPERTYSETDEFINITION)
  lines.fetch(setIds)
  lines.fetch(
    setIds.flatMap((id) => {
      const set = lines.line(id)
      return [...referredAll(set?.HasProperties), ...referredAll(set?.Quantities)]
    }),
  )
  const setCache = new Map<number, Pairs>()
  const setOf = (id: number): Pairs => {
    let found = setCache.get(id)
    if (!found) setCache.set(id, (found = Object.entries(propertySet(lines, id))))
    return found
  }
  // walls by the thousand are of the same few materials
  const materialCache = new Map<number, string>()
  const materialOf = (id: number): string => {
    let found = materialCache.get(id)
    if (found === undefined) materialCache.set(id, (found = [...new Set(materials(lines, id))].join(', ')))
    return found
  }
  const nameOf = (id: number): string | null => {
    const line = lines.line(id)
    return plainText(line?.Name) ?? plainText(line?.Identification) ?? plainText(line?.ItemReference)
  }
  return {
    storeys,
    systems,
    storeyOf: (element) => upTo(element, storeyIndex, parents),
    systemsOf: (element) =>
      [...(groups.get(element) ?? []), ...(wholes.get(element) ?? []).flatMap((whole) => groups.get(whole) ?? [])]
        .map((id) => systemIndex.get(id))
        .filter((at): at is number => at !== undefined),
    addAttributes(element, found) {
      for (const type of types.get(element) ?? []) {
        const line = lines.line(type)
        const name = line && plainText(line.Name)
        if (name) found.type = name
        for (const set of referredAll(line?.HasPropertySets)) give(setOf(set), found)
      }
      for (const set of sets.get(element) ?? []) give(setOf(set), found)
      const stuff = (made.get(element) ?? []).map(materialOf).filter(Boolean)
      if (stuff.length) found.material = stuff.length === 1 ? stuff[0] : [...new Set(stuff)].join(', ')
      const classes = (classed.get(element) ?? []).map(nameOf).filter((name) => name !== null)
      if (classes.length) found.classification = classes.join(', ')
    },
  }
}
