/** Lines of an open IFC file as plain values: what web-ifc wraps in type objects is unwrapped here, once. */
import type { IfcAPI } from 'web-ifc'
import type { Attributes } from '../geo/city-feature.ts'

/** A line of the file by attribute names; references are `{ value: <express id>, type: 5 }`. */
export type IfcLine = Record<string, unknown> & { expressID: number; type: number }

const REFERENCE = 5

/** The express id that a reference points to, null for anything else. */
export function referred(value: unknown): number | null {
  const one = value as { type?: unknown; value?: unknown } | null | undefined
  return one && one.type === REFERENCE && typeof one.value === 'number' ? one.value : null
}

/** The express ids of a list of references; what is no reference is left out. */
export function referredAll(value: unknown): number[] {
  if (!Array.isArray(value)) return []
  return value.map(referred).filter((id): id is number => id !== null)
}

/** A wrapped value as text, number, boolean or null; lists joined with a comma; references are null. */
export function plainValue(value: unknown): string | number | boolean | null {
  if (value === null || value === undefined) return null
  if (typeof value === 'string') return value.trim() === '' ? null : value
  if (typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (Array.isArray(value)) {
    const parts = value.map(plainValue).filter((part) => part !== null)
    return parts.length ? parts.join(', ') : null
  }
  const wrapped = value as { type?: number; value?: unknown; name?: string }
  if (wrapped.type === REFERENCE) return null
  const inner = plainValue(wrapped.value)
  // booleans and logicals come as T, F, U
  if ((wrapped.name === 'IFCBOOLEAN' || wrapped.name === 'IFCLOGICAL') && typeof inner === 'string')
    return inner === 'T' ? true : inner === 'F' ? false : null
  return inner
}

/** A wrapped value as text, null when empty. */
export function plainText(value: unknown): string | null {
  const found = plainValue(value)
  return found === null ? null : String(found)
}

/** A wrapped value as number, null when it is none. */
export function plainNumber(value: unknown): number | null {
  const found = plainValue(value)
  const number = typeof found === 'string' ? Number(found) : found
  return typeof number === 'number' && Number.isFinite(number) ? number : null
}

/** Reads lines of one open model; a line that web-ifc cannot read is null. */
export interface LineReader {
  line(id: number): IfcLine | null
  /** Reads many lines at once, at a third of the cost, and keeps them for `line`. */
  fetch(ids: readonly number[]): void
  /** express ids of all lines of a type and of the types derived from it */
  ids(type: number): number[]
}

/** Lines kept at most: half a kilobyte each. */
const MOST_KEPT = 500_000
const BATCH = 5000

/** The reader of an open model. */
export function lineReader(api: IfcAPI, model: number): LineReader {
  const kept = new Map<number, IfcLine>()
  const read = (id: number): IfcLine | null => {
    try {
      return (api.GetLine(model, id) as IfcLine | undefined) ?? null
    } catch {
      return null
    }
  }
  return {
    line(id) {
      const known = kept.get(id)
      if (known) return known
      const found = read(id)
      if (found && kept.size < MOST_KEPT) kept.set(id, found)
      return found
    },
    fetch(ids) {
      const missing = ids.filter((id) => !kept.has(id)).slice(0, MOST_KEPT - kept.size)
      for (let at = 0; at < missing.length; at += BATCH) {
        try {
          for (const line of api.GetLines(model, missing.slice(at, at + BATCH)) as (IfcLine | undefined)[])
            if (line) kept.set(line.expressID, line)
        } catch {
          // one bad line spoils its batch: they are read one by one when asked for
        }
      }
    },
    ids(type) {
      try {
        return Array.from(api.GetLineIDsWithType(model, type, true))
      } catch {
        return []
      }
    },
  }
}

const QUANTITIES = ['LengthValue', 'AreaValue', 'VolumeValue', 'CountValue', 'WeightValue', 'TimeValue', 'NumberValue']
const DEEPEST = 6

/** Values of one property: single, enumerated, list, bounded, table and nested ones, under dotted names. */
function property(lines: LineReader, id: number, prefix: string, into: Attributes, depth = 0): void {
  const line = lines.line(id)
  const name = line && plainText(line.Name)
  if (!line || !name || depth > DEEPEST) return
  const key = `${prefix}.${name}`
  const inner = referredAll(line.HasProperties ?? line.HasQuantities)
  if (inner.length) {
    for (const each of inner) property(lines, each, key, into, depth + 1)
    return
  }
  if ('NominalValue' in line) into[key] = plainValue(line.NominalValue)
  else if ('EnumerationValues' in line) into[key] = plainValue(line.EnumerationValues)
  else if ('ListValues' in line) into[key] = plainValue(line.ListValues)
  else if ('UpperBoundValue' in line) {
    const bounds = [line.LowerBoundValue, line.UpperBoundValue].map(plainValue)
    into[key] = plainValue(line.SetPointValue) ?? (bounds.some((at) => at !== null) ? bounds.join(' … ') : null)
  } else if ('DefiningValues' in line)
    into[key] = [line.DefiningValues, line.DefinedValues].map((list) => plainText(list) ?? '').join(' → ')
  else {
    const quantity = QUANTITIES.find((word) => word in line)
    if (quantity) into[key] = plainNumber(line[quantity])
  }
}

/** A property set or quantity set as `Set.Property` → value. */
export function propertySet(lines: LineReader, id: number): Attributes {
  const set = lines.line(id)
  const found: Attributes = {}
  if (!set) return found
  const name = plainText(set.Name) ?? 'Properties'
  for (const each of [...referredAll(set.HasProperties), ...referredAll(set.Quantities)])
    property(lines, each, name, found)
  return found
}
