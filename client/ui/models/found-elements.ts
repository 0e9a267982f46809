/** What the server says of a model's elements and properties, checked. */

/** An element that was found. */
export interface FoundElement {
  /** number in the model's list */
  index: number
  /** `<model>:<GlobalId>` */
  id: string
  name: string
  kind: string
  storey: string
  /** metres in the model's frame: lowest x, y, z, then highest; null without a shape */
  box: number[] | null
  /** why it was found */
  property: string
  value: string
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
const text = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''

/** Six numbers, else null. */
export const boxOf = (value: unknown): number[] | null =>
  Array.isArray(value) && value.length === 6 && value.every((at) => Number.isFinite(at)) ? value : null

/** Reads `/models/<id>/search`. */
export function readFoundElements(json: unknown): { total: number; elements: FoundElement[] } {
  const { total, elements } = record(json)
  const list = Array.isArray(elements) ? elements.map(record) : []
  return {
    total: typeof total === 'number' ? total : list.length,
    elements: list.map(({ index, id, name, kind, storey, box, property, value }) => ({
      index: Number(index),
      id: text(id),
      name: text(name),
      kind: text(kind),
      storey: text(storey),
      box: boxOf(box),
      property: text(property),
      value: text(value),
    })),
  }
}

/** Reads `/models/<id>/properties`: names, most frequent first. */
export function readPropertyNames(json: unknown): string[] {
  return Array.isArray(json) ? json.map((one) => text(record(one).name)).filter((name) => name !== '') : []
}

/** The address of a search; null while nothing is asked for. */
export function searchUrl(
  model: string,
  q: string,
  property: string | null,
  value: string,
  limit = 100,
): string | null {
  const asked = new URLSearchParams()
  if (q.trim() !== '') asked.set('q', q.trim())
  if (property !== null) asked.set('property', property)
  if (property !== null && value.trim() !== '') asked.set('value', value.trim())
  if (asked.size === 0) return null
  asked.set('limit', String(limit))
  return `/models/${encodeURIComponent(model)}/search?${asked}`
}
