/** What the panels ask the server for, and how its answers are read: unknown JSON in, checked shapes out. */

/** Where a layer's data comes from. */
export interface DataSource {
  title: { zh: string; en: string }
  attribution: string
  dataDate: string | null
  crs: string | null
  datum: string | null
  synthetic: boolean
}

/** A collection as the catalogue lists it. */
export interface Collection {
  id: string
  features: number | null
  sources: DataSource[]
}

/** An attribute that features of a collection carry. */
export interface Attribute {
  name: string
  type: 'number' | 'text' | 'boolean'
  count: number
  min?: number
  max?: number
  top: [string | number | boolean, number][]
}

/** One feature with everything the server knows about it. */
export interface Item {
  id: string
  style: Record<string, unknown>
  attributes: Record<string, unknown>
  source: DataSource | null
  /** degrees: west, south, east, north */
  bbox: [number, number, number, number] | null
}

/** Something the search found. */
export interface Found {
  layer: string
  id: string
  name: string
  nameEn: string
  class: string
  lng: number
  lat: number
  bbox: [number, number, number, number] | null
}

/** A server's answer that is not what was asked for; `message` is for the panel. */
export class AnswerError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.name = 'AnswerError'
    this.status = status
  }
}

/** GETs JSON; problem+json becomes an `AnswerError` with its detail. */
export async function answer(fetcher: typeof fetch, url: string, signal?: AbortSignal): Promise<unknown> {
  const response = await fetcher(url, { signal, headers: { accept: 'application/json' } })
  if (response.ok) return response.json()
  const text = await response.text().catch(() => '')
  throw new AnswerError(response.status, problemText(text) ?? `HTTP ${response.status}`)
}

function problemText(text: string): string | null {
  try {
    const problem = record(JSON.parse(text))
    return string(problem.detail) ?? string(problem.title)
  } catch {
    return null
  }
}

/** `/collections` → collections; entries that are none are left out. */
export function readCollections(json: unknown): Collection[] {
  return list(record(json).collections ?? json).flatMap((entry) => {
    const value = record(entry)
    const id = string(value.id)
    if (id === null) return []
    const sources = list(value.sources ?? [value.source]).flatMap((source) => readSource(source) ?? [])
    return [{ id, features: number(value.features) ?? number(value.numberOfFeatures), sources }]
  })
}

/** `/collections/<layer>/attributes` → attributes, in the server's order. */
export function readAttributes(json: unknown): Attribute[] {
  return list(record(json).attributes ?? json).flatMap((entry) => {
    const value = record(entry)
    const name = string(value.name)
    const type = value.type
    if (name === null || (type !== 'number' && type !== 'text' && type !== 'boolean')) return []
    const top = list(value.top).flatMap((pair): Attribute['top'] => {
      const [word, count] = list(pair)
      const usable = typeof word === 'string' || typeof word === 'number' || typeof word === 'boolean'
      return usable ? [[word, number(count) ?? 0]] : []
    })
    const [min, max] = [number(value.min), number(value.max)]
    return [
      { name, type, count: number(value.count) ?? 0, top, ...(min !== null && { min }), ...(max !== null && { max }) },
    ]
  })
}

/** A GeoJSON feature of `/collections/<layer>/items/<id>` → its words, attributes and source. */
export function readItem(json: unknown): Item {
  const value = record(json)
  const properties = record(value.properties)
  const style = record(value.style ?? properties.style)
  const nested = 'attributes' in value || 'attributes' in properties
  const { style: _style, attributes: _attributes, source: _source, ...flat } = properties
  return {
    id: String(value.id ?? properties.id ?? ''),
    style,
    attributes: nested ? record(value.attributes ?? properties.attributes) : flat,
    source: readSource(value.source ?? properties.source),
    bbox: readBox(value.bbox) ?? boxOf(record(value.geometry).coordinates),
  }
}

/** `/search` → results; those without a place are left out. */
export function readFound(json: unknown): Found[] {
  return list(record(json).results ?? json).flatMap((entry) => {
    const value = record(entry)
    const [layer, id, lng, lat] = [string(value.layer), string(value.id), number(value.lng), number(value.lat)]
    if (layer === null || id === null || lng === null || lat === null) return []
    const name = string(value.name) ?? ''
    return [
      {
        layer,
        id,
        lng,
        lat,
        name,
        nameEn: string(value.nameEn) ?? '',
        class: string(value.class) ?? '',
        bbox: readBox(value.bbox),
      },
    ]
  })
}

function readSource(json: unknown): DataSource | null {
  if (typeof json === 'string') {
    return { title: { zh: json, en: json }, attribution: '', dataDate: null, crs: null, datum: null, synthetic: false }
  }
  const value = record(json)
  const title = string(value.title) ?? string(value.id)
  if (title === null) return null
  return {
    title: { zh: title, en: string(value.titleEn) ?? title },
    attribution: string(value.attribution) ?? '',
    dataDate: string(value.dataDate) ?? string(value.data_date),
    crs: string(value.crs),
    datum: string(value.datum),
    synthetic: value.synthetic === true,
  }
}

function readBox(json: unknown): [number, number, number, number] | null {
  const box = list(json)
  const [west, south, east, north] = box.length === 6 ? [box[0], box[1], box[3], box[4]] : box
  const edges = [west, south, east, north]
  return edges.every((edge) => typeof edge === 'number' && Number.isFinite(edge))
    ? (edges as [number, number, number, number])
    : null
}

function boxOf(coordinates: unknown): [number, number, number, number] | null {
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity]
  const visit = (value: unknown, depth: number): void => {
    if (!Array.isArray(value) || depth > 5) return
    const [lng, lat] = value
    if (typeof lng === 'number' && typeof lat === 'number') {
      box[0] = Math.min(box[0], lng)
      box[1] = Math.min(box[1], lat)
      box[2] = Math.max(box[2], lng)
      box[3] = Math.max(box[3], lat)
    } else for (const part of value) visit(part, depth + 1)
  }
  visit(coordinates, 0)
  return Number.isFinite(box[0]) ? box : null
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

function string(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

function number(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}
