/** Elements of an IFC file that are drawn from the same items: one of them, built, shows what the others look like. */
import { attribute, type IfcLine, type LineReader, referred, referredAll } from './ifc-lines.ts'
import type { StepValue } from './step-values.ts'

/** Finds elements that look alike. */
export interface Repeats {
  /** Equal for elements of the same items, openings and materials; null where an element is built by itself. */
  keyOf(line: IfcLine): string | null
}

/** References inside of a mapping's operator are followed as deep as this: points and directions. */
const DEEPEST = 3

/** Reads what openings, materials and styles have to do with elements. */
export function ifcRepeats(lines: LineReader): Repeats {
  const ends = (type: string, one: string): Set<number> =>
    new Set(lines.ids(type).flatMap((id) => referredAll(attribute(lines.line(id), one))))
  const opened = ends('IFCRELVOIDSELEMENT', 'RelatingBuildingElement')
  const styled = ends('IFCSTYLEDITEM', 'Item')
  const wholes = new Map<number, number>()
  for (const id of lines.ids('IFCRELAGGREGATES')) {
    const line = lines.line(id)
    const whole = referred(attribute(line, 'RelatingObject'))
    for (const part of referredAll(attribute(line, 'RelatedObjects'))) if (whole !== null) wholes.set(part, whole)
  }
  const materials = new Map<number, string>()
  for (const id of lines.ids('IFCRELASSOCIATESMATERIAL')) {
    const line = lines.line(id)
    const material = referred(attribute(line, 'RelatingMaterial'))
    for (const thing of referredAll(attribute(line, 'RelatedObjects')))
      materials.set(thing, `${materials.get(thing) ?? ''} ${material}`)
  }
  /** An opening cuts an element, or the whole that it is a part of. */
  const cut = (id: number): boolean => {
    let at: number | undefined = id
    for (let step = 0; at !== undefined && step < 16; step++, at = wholes.get(at)) if (opened.has(at)) return true
    return false
  }
  const operators = new Map<number, string>()
  const operatorOf = (id: number): string => {
    let found = operators.get(id)
    if (found === undefined) operators.set(id, (found = content(lines, id, DEEPEST)))
    return found
  }
  const itemOf = (id: number): string | null => {
    if (lines.typeOf(id)?.name !== 'IfcMappedItem') return `#${id}`
    if (styled.has(id)) return null
    const line = lines.line(id)
    const [source, target] = ['MappingSource', 'MappingTarget'].map((word) => referred(attribute(line, word)))
    return source === null || target === null ? null : `${source}@${operatorOf(target)}`
  }
  return {
    keyOf(element) {
      const shape = referred(attribute(element, 'Representation'))
      if (shape === null || cut(element.id) || styled.has(element.id) || styled.has(shape)) return null
      const words: string[] = []
      for (const id of referredAll(attribute(lines.line(shape), 'Representations'))) {
        if (styled.has(id)) return null
        const line = lines.line(id)
        words.push(JSON.stringify(line?.values.slice(0, 3)))
        for (const item of referredAll(attribute(line, 'Items'))) {
          const word = itemOf(item)
          if (word === null) return null
          words.push(word)
        }
      }
      return `${element.type.name}${materials.get(element.id) ?? ''} ${words.join(' ')}`
    },
  }
}

/** A line and what it refers to as one text. */
function content(lines: LineReader, id: number, deep: number): string {
  const line = deep > 0 ? lines.line(id) : null
  if (!line) return `#${id}`
  const word = (value: StepValue): string => {
    if (Array.isArray(value)) return `(${value.map(word).join(',')})`
    const other = referred(value)
    return other === null ? String(value) : content(lines, other, deep - 1)
  }
  return `${line.type.name}${word(line.values)}`
}
