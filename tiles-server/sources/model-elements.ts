/** The elements of one model: lists, properties, searches, and the model's move by hand. */
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import type { Attributes } from '../../data/geo/city-feature.ts'
import { type ElementRow, placeModel, propertiesFile, readHead, readRows } from '../db/model-store.ts'
import { HttpError } from '../errors.ts'
import { type ModelSummary, modelsDirOf } from './models.ts'

/** All elements, a column each; strings by number in the model's own lists, as in its tiles. */
export interface ElementColumns {
  /** without the model's own id before them */
  ids: string[]
  names: (string | null)[]
  kinds: number[]
  /** 0 = none */
  storeys: number[]
  systems: number[]
  boxes: (number[] | null)[]
}

/** An element that was found. */
export interface FoundElement {
  /** number in the list */
  index: number
  id: string
  name: string | null
  kind: string
  storey: string | null
  box: number[] | null
  /** why it was found: the property asked for, or the one the words stand in */
  property?: string
  value?: Attributes[string]
}

/** What is searched for. */
export interface ElementQuery {
  q?: string
  property?: string
  value?: string
  limit: number
}

const rowsOf = async (heightsDir: string, model: ModelSummary): Promise<ElementRow[]> => {
  const dir = modelsDirOf(heightsDir)
  const head = readHead(dir, model.id)
  return head ? readRows(dir, head) : []
}

/** All elements of a model as columns. @throws {Error} when its files are gone */
export async function readElementsOf(heightsDir: string, model: ModelSummary): Promise<ElementColumns> {
  const rows = await rowsOf(heightsDir, model)
  return {
    ids: rows.map(({ id }) => id.slice(model.id.length + 1)),
    names: rows.map(({ name }) => name),
    kinds: rows.map(({ kind }) => kind),
    storeys: rows.map(({ storey }) => storey),
    systems: rows.map(({ system }) => system),
    boxes: rows.map(({ box }) => box),
  }
}

/** Lines of the properties, in the order of the list; nothing for a model of an earlier import. */
async function* propertyLines(heightsDir: string, model: ModelSummary, signal?: AbortSignal): AsyncGenerator<string> {
  const dir = modelsDirOf(heightsDir)
  const head = readHead(dir, model.id)
  if (!head) return
  const input = createReadStream(propertiesFile(dir, head), { encoding: 'utf8', highWaterMark: 1 << 18, signal })
  try {
    yield* createInterface({ input, crlfDelay: Infinity })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  } finally {
    input.destroy()
  }
}

/** One element with its properties; null when there is none of that number. */
export async function readElementOf(
  heightsDir: string,
  model: ModelSummary,
  text: string,
): Promise<(Omit<FoundElement, 'property' | 'value'> & { system: string | null; attributes: Attributes }) | null> {
  const index = /^\d{1,9}$/.test(text) ? Number(text) : -1
  const row = (await rowsOf(heightsDir, model))[index]
  if (!row) return null
  let at = 0
  let attributes: Attributes = {}
  for await (const line of propertyLines(heightsDir, model))
    if (at++ === index) {
      attributes = JSON.parse(line) as Attributes
      break
    }
  return { ...foundOf(model, row, index), system: model.systems[row.system - 1] ?? null, attributes }
}

const foundOf = (model: ModelSummary, { id, name, kind, storey, box }: ElementRow, index: number): FoundElement => ({
  index,
  id,
  name,
  kind: model.kinds[kind],
  storey: model.storeys[storey - 1]?.name ?? null,
  box,
})

type Test = (value: Attributes[string]) => boolean

const plain = (text: string): string => text.normalize('NFKC').toLowerCase()

/** What a value must be: `> 3`, `=F90`, `f9`. */
function valueTest(wish: string | undefined): Test {
  const text = plain((wish ?? '').trim())
  const [, operator, rest] = /^(<=|>=|<|>|=)?\s*(.*)$/.exec(text) as unknown as [string, string | undefined, string]
  const number = Number(rest)
  if (text === '') return (value) => value !== null && value !== undefined
  if (!operator) return (value) => value !== null && plain(String(value)).includes(rest)
  if (operator === '=') return (value) => plain(String(value)) === rest || (rest !== '' && value === number)
  if (rest === '' || !Number.isFinite(number)) return () => false
  return (value) => {
    if (typeof value !== 'number') return false
    if (operator === '<') return value < number
    if (operator === '<=') return value <= number
    return operator === '>' ? value > number : value >= number
  }
}

/**
 * Elements that fit all that is asked, in the order of the list.
 * @returns how many fit, and the first `limit` of them
 * @throws {Error} of an aborted signal
 */
export async function searchModel(
  heightsDir: string,
  model: ModelSummary,
  { q = '', property, value, limit }: ElementQuery,
  signal?: AbortSignal,
): Promise<{ total: number; elements: FoundElement[] }> {
  const words = plain(q).split(/\s+/).filter(Boolean)
  const fits = valueTest(value)
  const rows = await rowsOf(heightsDir, model)
  const lines = propertyLines(heightsDir, model, signal)
  const found: { total: number; elements: FoundElement[] } = { total: 0, elements: [] }
  for (const [index, row] of rows.entries()) {
    const { value: line } = (await lines.next()) as { value: string | undefined }
    const own = plain(`${row.name ?? ''} ${model.kinds[row.kind]} ${row.id.slice(model.id.length + 1)}`)
    const left = words.filter((word) => !own.includes(word))
    // most lines are settled by their text; only what may fit is parsed
    const text = line === undefined ? '' : plain(line)
    if (!left.every((word) => text.includes(word.replaceAll('"', '\\"')))) continue
    const needed = property !== undefined || value !== undefined || left.length > 0
    const attributes = needed && line ? (JSON.parse(line) as Attributes) : {}
    const why = reason(attributes, left, property, value === undefined ? null : fits)
    if (!why) continue
    found.total++
    if (found.elements.length < limit) found.elements.push({ ...foundOf(model, row, index), ...why })
  }
  await lines.return(undefined)
  return found
}

/** The property by which an element fits; an empty object when it fits by its name, null when it does not. */
function reason(
  attributes: Attributes,
  words: readonly string[],
  property: string | undefined,
  fits: Test | null,
): { property?: string; value?: Attributes[string] } | null {
  const entries = Object.entries(attributes)
  const holds = ([name, value]: [string, Attributes[string]], word: string): boolean =>
    plain(name).includes(word) || plain(String(value ?? '')).includes(word)
  if (!words.every((word) => entries.some((entry) => holds(entry, word)))) return null
  if (property !== undefined) {
    const value = attributes[property]
    if (value === undefined || value === null || (fits && !fits(value))) return null
    return { property, value }
  }
  if (fits) {
    const hit = entries.find(([, value]) => fits(value))
    return hit ? { property: hit[0], value: hit[1] } : null
  }
  const hit = words.length > 0 ? entries.find((entry) => holds(entry, words[0])) : undefined
  return hit ? { property: hit[0], value: hit[1] } : {}
}

const place = z.strictObject({
  lng: z.number(),
  lat: z.number(),
  height: z.number(),
  headingDeg: z.number(),
  scale: z.number(),
})

/**
 * Moves a model by hand, or back to its own place.
 * @param body what was sent; null = back
 * @throws {HttpError} 400 naming what is wrong with the placement
 */
export async function moveModel(heightsDir: string, id: string, body: unknown, now: Date): Promise<ModelSummary> {
  const parsed = body === null ? null : place.safeParse(body)
  if (parsed && !parsed.success) {
    const [{ path, message }] = parsed.error.issues
    throw new HttpError(400, `placement: ${path.join('.') || 'body'}: ${message.slice(0, 200)}`)
  }
  try {
    const { given, ...model } = await placeModel(modelsDirOf(heightsDir), id, parsed?.data ?? null, now)
    return { ...model, given: given !== null }
  } catch (error) {
    if (error instanceof RangeError) throw new HttpError(400, error.message)
    throw error
  }
}
