/** Lines of an open IFC file: attributes by name, values as plain text, numbers and booleans. */
import type { Attributes } from '../geo/city-feature.ts'
import { type IfcType, ifcTypes } from './ifc-schema.ts'
import type { StepFile } from './step-file.ts'
import type { StepValue } from './step-values.ts'

/** A line of the file. */
export interface IfcLine {
  id: number
  type: IfcType
  values: StepValue[]
}

/** An attribute of a line by its name; null when the line is none, or its type has no such attribute. */
export function attribute(line: IfcLine | null, name: string): StepValue {
  const at = line?.type.at.get(name)
  return at === undefined ? null : (line?.values[at] ?? null)
}

/** The id that a reference points to, null for anything else. */
export function referred(value: StepValue): number | null {
  return value !== null && typeof value === 'object' && 'ref' in value ? value.ref : null
}

/** The ids of a reference or a list of them; what is no reference is left out. */
export function referredAll(value: StepValue): number[] {
  if (!Array.isArray(value)) {
    const one = referred(value)
    return one === null ? [] : [one]
  }
  const found: number[] = []
  for (const each of value) {
    const id = referred(each)
    if (id !== null) found.push(id)
  }
  return found
}

/** A value as text, number, boolean or null; lists joined with a comma; references are null. */
export function plainValue(value: StepValue): string | number | boolean | null {
  if (value === null) return null
  if (typeof value === 'string') return value.trim() === '' ? null : value
  if (typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (!Array.isArray(value)) return null
  const parts = value.map(plainValue).filter((part) => part !== null)
  return parts.length ? parts.join(', ') : null
}

/** A value as text, null when empty. */
export function plainText(value: StepValue): string | null {
  const found = plainValue(value)
  return found === null ? null : String(found)
}

/** A value as number, null when it is none. */
export function plainNumber(value: StepValue): number | null {
  const found = plainValue(value)
  const number = typeof found === 'string' ? Number(found) : found
  return typeof number === 'number' && Number.isFinite(number) ? number : null
}

/** Reads lines of one file. */
export interface LineReader {
  /** null when there is no such line; `names` = attributes that are read, the others are null */
  line(id: number, names?: readonly string[]): IfcLine | null
  /** the type of a line, null when there is no such line */
  typeOf(id: number): IfcType | null
  /** ids of all lines of a type (in capitals) and of the types derived from it, in file order */
  ids(type: string): number[]
}

/** The reader of an indexed file. */
export function lineReader(file: StepFile, schema: string): LineReader {
  const types = ifcTypes(schema)
  return {
    line(id, names) {
      const word = file.typeOf(id)
      if (word === null) return null
      const type = types(word)
      const found = file.line(id, names && type.bits(names))
      return found && { id, type, values: found.values }
    },
    typeOf(id) {
      const type = file.typeOf(id)
      return type === null ? null : types(type)
    },
    ids: (base) => file.idsOf((type) => types(type).is(base)),
  }
}

const QUANTITIES = ['LengthValue', 'AreaValue', 'VolumeValue', 'CountValue', 'WeightValue', 'TimeValue', 'NumberValue']
const DEEPEST = 6
/** All that properties and quantities may have beside descriptions and units. */
const PROPERTY = [
  ...['Name', 'HasProperties', 'HasQuantities', 'NominalValue', 'EnumerationValues', 'ListValues', 'LowerBoundValue'],
  ...['UpperBoundValue', 'SetPointValue', 'DefiningValues', 'DefinedValues', ...QUANTITIES],
]

/** Dotted names that were made before: by the ten thousand the same few hundred, and a text made anew is compared byte by byte. */
const names = new Map<string, Map<string, string>>()
const MOST_NAMES = 5000

function joined(prefix: string, name: string): string {
  let inner = names.get(prefix)
  if (!inner) {
    if (names.size >= MOST_NAMES) names.clear()
    names.set(prefix, (inner = new Map()))
  }
  let found = inner.get(name)
  if (found === undefined) {
    if (inner.size >= MOST_NAMES) inner.clear()
    inner.set(name, (found = `${prefix}.${name}`))
  }
  return found
}

/** Values of one property: single, enumerated, list, bounded, table and nested ones, under dotted names. */
function property(lines: LineReader, id: number, prefix: string, into: Attributes, depth = 0): void {
  const line = lines.line(id, PROPERTY)
  const name = plainText(attribute(line, 'Name'))
  if (!line || !name || depth > DEEPEST) return
  const key = joined(prefix, name)
  const { at } = line.type
  if (at.has('NominalValue')) {
    into[key] = plainValue(attribute(line, 'NominalValue'))
    return
  }
  const inner = referredAll(attribute(line, at.has('HasProperties') ? 'HasProperties' : 'HasQuantities'))
  if (inner.length) {
    for (const each of inner) property(lines, each, key, into, depth + 1)
    return
  }
  if (at.has('EnumerationValues')) into[key] = plainValue(attribute(line, 'EnumerationValues'))
  else if (at.has('ListValues')) into[key] = plainValue(attribute(line, 'ListValues'))
  else if (at.has('UpperBoundValue')) {
    const bounds = ['LowerBoundValue', 'UpperBoundValue'].map((word) => plainValue(attribute(line, word)))
    const set = plainValue(attribute(line, 'SetPointValue'))
    into[key] = set ?? (bounds.some((bound) => bound !== null) ? bounds.join(' … ') : null)
  } else if (at.has('DefiningValues')) {
    const sides = ['DefiningValues', 'DefinedValues'].map((word) => plainText(attribute(line, word)) ?? '')
    into[key] = sides.join(' → ')
  } else {
    const quantity = QUANTITIES.find((word) => at.has(word))
    if (quantity) into[key] = plainNumber(attribute(line, quantity))
  }
}

const SET = ['Name', 'HasProperties', 'Quantities']

/** Adds a property set or quantity set as `Set.Property` → value. */
export function addPropertySet(lines: LineReader, id: number, to: Attributes): void {
  const set = lines.line(id, SET)
  if (!set) return
  const name = plainText(attribute(set, 'Name')) ?? 'Properties'
  for (const word of ['HasProperties', 'Quantities'])
    for (const each of referredAll(attribute(set, word))) property(lines, each, name, to)
}

/** A property set or quantity set as `Set.Property` → value. */
export function propertySet(lines: LineReader, id: number): Attributes {
  const found: Attributes = {}
  addPropertySet(lines, id, found)
  return found
}
