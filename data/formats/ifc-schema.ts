/** What IFC's schemas say of a type of line: its name, what it is derived from, where each attribute stands. From `web-ifc`'s classes. */
import * as WebIfc from 'web-ifc'

/** A type of line. */
export interface IfcType {
  /** `IfcWall`; as in the file when the schema does not know it */
  name: string
  /** position of each attribute, by name */
  at: ReadonlyMap<string, number>
  /** bits of the positions of some attributes; all where one stands too far behind for a bit */
  bits(names: readonly string[]): number
  /** whether it is `base` or derived from it; `base` in capitals */
  is(base: string): boolean
}

type Entity = (new (...values: unknown[]) => object) & { prototype: object }

const NAMESPACES = { IFC2X3: WebIfc.IFC2X3, IFC4: WebIfc.IFC4, IFC4X3: WebIfc.IFC4X3 }

/** The classes of a schema by name in capitals: made once, a thousand names. */
const known = new Map<keyof typeof NAMESPACES, Map<string, [name: string, entity: Entity]>>()

function entitiesOf(schema: keyof typeof NAMESPACES): Map<string, [string, Entity]> {
  let found = known.get(schema)
  if (!found) {
    const all = Object.entries(NAMESPACES[schema]).filter(([, entity]) => typeof entity === 'function')
    found = new Map(all.map(([name, entity]) => [name.toUpperCase(), [name, entity as unknown as Entity]]))
    known.set(schema, found)
  }
  return found
}

/** Drafts and extensions of 4.3 share its classes; what is not known is read as IFC 4. */
const schemaOf = (name: string): keyof typeof NAMESPACES =>
  name.startsWith('IFC2X') ? 'IFC2X3' : name.startsWith('IFC4X') ? 'IFC4X3' : 'IFC4'

/** The attributes a class's constructor takes: it is made of marks, and where the marks went is read off. */
function taken(entity: Entity): string[] {
  const marks = Array.from({ length: entity.length }, () => ({}))
  const found: string[] = []
  for (const [name, value] of Object.entries(new entity(...marks))) {
    const at = marks.indexOf(value as object)
    if (at >= 0) found[at] = name
  }
  return found.filter((name) => name !== undefined)
}

/**
 * The attributes of a class in the order of a line: its parent's, then its own. A constructor leaves out those that a derived
 * class computes, which stand in the line as `*`: `IfcSIUnit(*,.LENGTHUNIT.,$,.METRE.)`.
 */
function attributesOf(entity: Entity): string[] {
  const parent = Object.getPrototypeOf(entity) as Entity
  const inherited = parent && parent !== Function.prototype ? attributesOf(parent) : []
  return [...inherited, ...taken(entity).filter((name) => !inherited.includes(name))]
}

function ancestry(entity: Entity): Set<object> {
  const found = new Set<object>()
  for (let at: object | null = entity; at && at !== Function.prototype; at = Object.getPrototypeOf(at)) found.add(at)
  return found
}

const bitsOf = (positions: readonly number[]): number =>
  positions.some((at) => at > 30) ? -1 : positions.reduce((bits, at) => bits | (1 << at), 0)

/** Types by edition and name in capitals, made once for all files; only those that a class is known of, so that they are few. */
const made = new Map<string, Map<string, IfcType>>()

function typeFrom(
  type: string,
  name: string,
  entity: Entity | null,
  entities?: Map<string, [string, Entity]>,
): IfcType {
  const line = entity ? ancestry(entity) : null
  const at = new Map((entity ? attributesOf(entity) : []).map((attribute, i) => [attribute, i]))
  const masks = new Map<readonly string[], number>()
  return {
    name,
    at,
    bits(names) {
      let bits = masks.get(names)
      if (bits === undefined) {
        const places = names.map((each) => at.get(each)).filter((place) => place !== undefined)
        bits = bitsOf(places)
        masks.set(names, bits)
      }
      return bits
    },
    is(base) {
      const other = entities?.get(base)?.[1]
      return base === type || Boolean(other && line?.has(other))
    },
  }
}

/**
 * The types of a schema. Files use types of other editions, too: those that theirs does not have are looked up there.
 * @param schema as in the file's header: `IFC2X3`, `IFC4`, `IFC4X3_ADD2`
 * @returns type by its name in capitals; of an unknown one only the name is known
 */
export function ifcTypes(schema: string): (type: string) => IfcType {
  const edition = schemaOf(schema)
  let known = made.get(edition)
  if (!known) made.set(edition, (known = new Map()))
  const types = known
  const unknown = new Map<string, IfcType>()
  return (type) => {
    let found = types.get(type) ?? unknown.get(type)
    if (found) return found
    const editions = [...new Set([edition, 'IFC4X3', 'IFC4', 'IFC2X3'] as const)].map(entitiesOf)
    const entities = editions.find((one) => one.has(type))
    const [name, entity] = entities?.get(type) ?? [type, null]
    found = typeFrom(type, name, entity, entities)
    if (entity) types.set(type, found)
    else unknown.set(type, found)
    return found
  }
}
