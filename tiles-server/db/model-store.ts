/** Building models on disk: `<dir>/<id>/model.json`, elements and triangles; written whole or not at all. */
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Attributes } from '../../data/geo/city-feature.ts'
import { checkPlacement, type Placement } from '../../data/geo/placement.ts'
import { type ModelPart, partsBox } from '../../data/mesh/model-surface.ts'
import { type Facet, facetsOf } from './model-facets.ts'
import { MESH_FORMAT, meshWriter, openMesh } from './model-mesh.ts'
import { writeAtomically } from './write-atomically.ts'

/** An element as its line in the list has it: what tiles, trees and searches need. */
export interface ElementRow {
  /** the id of its row in the layer `elements`: `<model>:<GlobalId>` */
  id: string
  name: string | null
  /** index into the model's kinds */
  kind: number
  /** index into the storeys plus one; 0 = in none */
  storey: number
  /** index into the systems plus one; 0 = in none */
  system: number
  /** metres in the model's frame: lowest x, y, z, then highest; null without a shape */
  box: number[] | null
}

/** An element as it is given to the store. */
export interface NewElement extends Omit<ElementRow, 'box'> {
  parts: readonly ModelPart[]
  attributes: Attributes
}

/** An element as it is read back for drawing. */
export interface StoredElement extends ElementRow {
  parts: readonly ModelPart[]
}

/** A picture that a model wears. */
export interface StoredTexture {
  /** `image/png`, `image/jpeg`, `image/webp` */
  mime: string
  bytes: Uint8Array
}

/** A model's head. */
export interface StoredModel {
  id: string
  title: string
  /** data set it came with */
  source: string
  /** new with each import */
  revision: string
  /** `IFC4` */
  schema: string
  kinds: string[]
  storeys: { name: string; elevationM: number | null }[]
  systems: string[]
  elements: number
  triangles: number
  /** metres in the model's frame: lowest x, y, z, then highest; null when nothing has a shape */
  bounds: number[] | null
  /** kinds of its pictures; `texture-<revision>-<index>` beside it; absent = none */
  textures?: string[]
  /** layout of the triangles, see `MESH_FORMAT`; absent = 1 */
  format?: number
  /** as the file, `--crs` or `--anchor` has it; null when nobody says where it stands */
  given: Placement | null
}

/** A head and where the model stands now: by hand if somebody moved it. */
export type PlacedModel = StoredModel & { place: (Placement & { at?: string }) | null }

const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,79}$/u

/** Text for a folder name. @throws {RangeError} when an id could leave its folder */
function folderOf(dir: string, id: string): string {
  if (!NAME.test(id)) throw new RangeError(`models: bad id, got ${JSON.stringify(id.slice(0, 80))}; expected a name`)
  return join(dir, id)
}

type Head = Omit<StoredModel, 'revision' | 'elements' | 'triangles' | 'bounds' | 'textures' | 'format'>

/** Writes to a file in pieces of a megabyte: elements are many and small. */
interface Pen {
  /** Takes bytes; wait for the answer where there is one. */
  add(...pieces: Uint8Array[]): Promise<void> | undefined
  /** Writes the rest, brings all of it to the disk. */
  end(): Promise<void>
  close(): Promise<void>
}

async function penFor(path: string): Promise<Pen> {
  const file = await open(path, 'wx')
  let waiting: Uint8Array[] = []
  let length = 0
  const flush = async (): Promise<void> => {
    const bytes = Buffer.concat(waiting, length)
    waiting = []
    length = 0
    await file.writeFile(bytes)
  }
  return {
    add(...pieces) {
      for (const piece of pieces) length += piece.length
      waiting.push(...pieces)
      return length > 2 ** 20 ? flush() : undefined
    },
    async end() {
      await flush()
      await file.sync()
    },
    close: () => file.close(),
  }
}

const line = (value: unknown): Uint8Array => Buffer.from(`${JSON.stringify(value)}\n`)

/**
 * Stores a model; one of that id is replaced at the end, a placement by hand stays.
 * @param elements in the order of the table; those without parts are kept as rows only
 * @returns the head
 */
export async function writeModel(
  dir: string,
  head: Head,
  elements: AsyncIterable<NewElement> | Iterable<NewElement>,
  textures: readonly StoredTexture[] = [],
): Promise<StoredModel> {
  const folder = folderOf(dir, head.id)
  await mkdir(folder, { recursive: true })
  const revision = randomUUID()
  const named = (word: string): string => join(folder, `${word}-${revision}`)
  const bounds = [Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity]
  let [count, triangles] = [0, 0]
  const facets = facetsOf()
  const meshOf = meshWriter()
  try {
    const mesh = await penFor(`${named('mesh')}.bin`)
    const list = await penFor(`${named('elements')}.ndjson`)
    const properties = await penFor(`${named('properties')}.ndjson`)
    try {
      for await (const { parts, attributes, ...row } of elements) {
        count++
        const box = partsBox(parts)
        const known = box[0] <= box[3]
        const rounded = known ? Array.from(box, (at) => Math.round(at * 1000) / 1000) : null
        await list.add(line({ ...row, box: rounded } satisfies ElementRow))
        await properties.add(line(attributes))
        facets.add(attributes)
        await mesh.add(...meshOf(parts))
        for (const { indices } of parts) triangles += indices.length / 3
        for (let axis = 0; known && axis < 3; axis++) {
          bounds[axis] = Math.min(bounds[axis], box[axis])
          bounds[axis + 3] = Math.max(bounds[axis + 3], box[axis + 3])
        }
      }
      for (const file of [mesh, list, properties]) await file.end()
    } finally {
      for (const file of [mesh, list, properties]) await file.close()
    }
    await writeFile(`${named('facets')}.json`, JSON.stringify(facets.list()))
    for (const [i, { bytes }] of textures.entries()) await writeFile(`${named('texture')}-${i}`, bytes)
    const stored: StoredModel = {
      ...head,
      revision,
      format: MESH_FORMAT,
      ...(textures.length > 0 ? { textures: textures.map(({ mime }) => mime) } : {}),
      elements: count,
      triangles,
      bounds: bounds[0] <= bounds[3] ? bounds : null,
    }
    await writeAtomically(join(folder, 'model.json'), `${JSON.stringify(stored, null, 1)}\n`)
    await sweep(folder, (name) => !name.includes(revision))
    return stored
  } catch (error) {
    await sweep(folder, (name) => name.includes(revision))
    throw error
  }
}

/** Removes files of revisions. */
async function sweep(folder: string, gone: (name: string) => boolean): Promise<void> {
  for (const name of await readdir(folder))
    if (/^(mesh|elements|properties|facets|texture)-/.test(name) && gone(name))
      await rm(join(folder, name), { force: true })
}

/** A model that is being written is written to all the time: what lies still for so long, in ms, is left from a process that was killed. */
const LEFT_AFTER = 24 * 3600 * 1000

/** Removes what killed processes have left of models that never were whole. */
export async function sweepModels(dir: string, now = Date.now()): Promise<void> {
  for (const id of await readdir(dir).catch(() => [])) {
    if (!NAME.test(id) || readHead(dir, id)) continue
    const times = (await readdir(join(dir, id)).catch(() => [])).map(
      async (name) => (await stat(join(dir, id, name))).mtimeMs,
    )
    const last = Math.max(0, ...(await Promise.all(times).catch(() => [now])))
    if (now - last > LEFT_AFTER) await rm(join(dir, id), { recursive: true, force: true })
  }
}

/** Models there are, by id; a folder without a readable head is left out. */
export function listModels(dir: string): PlacedModel[] {
  let names: string[] = []
  try {
    names = readdirSync(dir)
  } catch {
    return []
  }
  return names
    .sort()
    .map((name) => readHead(dir, name))
    .filter((model) => model !== null)
}

function readJson<Value>(path: string): Value | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Value
  } catch {
    return null
  }
}

/** One model's head; null when there is none. */
export function readHead(dir: string, id: string): PlacedModel | null {
  if (!NAME.test(id)) return null
  const head = readJson<StoredModel>(join(dir, id, 'model.json'))
  if (!head) return null
  return { ...head, place: readJson<Placement>(join(dir, id, 'place.json')) ?? head.given }
}

/** The list of a model's elements, in order. @throws {Error} when the file is gone */
export async function readRows(dir: string, { id, revision }: StoredModel): Promise<ElementRow[]> {
  const text = await readFile(join(folderOf(dir, id), `elements-${revision}.ndjson`), 'utf8')
  const rows = text.split('\n')
  return rows
    .filter(Boolean)
    .map((row) => ({ name: null, box: null, ...(JSON.parse(row) as Partial<ElementRow>) }) as ElementRow)
}

/** Reads a model's elements, triangles as views of one buffer, shared as they were given. @throws {Error} when a file is gone or cut short */
export async function readElements(dir: string, model: StoredModel): Promise<StoredElement[]> {
  const path = join(folderOf(dir, model.id), `mesh-${model.revision}.bin`)
  const rows = await readRows(dir, model)
  const next = await openMesh(path, model.format ?? 1)
  return rows.map((row) => ({ ...row, parts: next() }))
}

/** One picture of a model. @throws {Error} when the file is gone */
export async function readTexture(dir: string, { id, revision }: StoredModel, index: number): Promise<Uint8Array> {
  return readFile(join(folderOf(dir, id), `texture-${revision}-${index}`))
}

/** The file of all elements' properties, one line each in the order of the list. */
export const propertiesFile = (dir: string, { id, revision }: StoredModel): string =>
  join(folderOf(dir, id), `properties-${revision}.ndjson`)

/** Names of properties with how often and what; empty for a model of an earlier import. */
export function readFacets(dir: string, { id, revision }: StoredModel): Facet[] {
  return readJson<Facet[]>(join(folderOf(dir, id), `facets-${revision}.json`)) ?? []
}

/**
 * Moves a model by hand; null puts it back to where its file says.
 * @param now kept with the placement as the date it was made
 * @throws {RangeError} when there is no such model or the placement is not on Earth
 */
export async function placeModel(
  dir: string,
  id: string,
  place: Omit<Placement, 'by'> | null,
  now: Date = new Date(),
): Promise<PlacedModel> {
  const head = readHead(dir, id)
  if (!head) throw new RangeError(`models: no such model, got ${id.slice(0, 80)}`)
  const path = join(folderOf(dir, id), 'place.json')
  if (place) {
    const { lng, lat, height, headingDeg, scale } = place
    const whole: Placement = { lng, lat, height, headingDeg, scale, by: 'hand' }
    checkPlacement(whole)
    await writeAtomically(path, `${JSON.stringify({ ...whole, at: now.toISOString() })}\n`)
  } else await rm(path, { force: true })
  return readHead(dir, id) ?? head
}

/** Removes a model; nothing happens when there is none. */
export async function removeModel(dir: string, id: string): Promise<void> {
  await rm(folderOf(dir, id), { recursive: true, force: true })
}
