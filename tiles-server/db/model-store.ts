/** Building models on disk: `<dir>/<id>/model.json`, elements and triangles; written whole or not at all. */
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { checkPlacement, type Placement } from '../../data/geo/placement.ts'
import type { ModelPart } from '../../data/mesh/model-surface.ts'
import { writeAtomically } from './write-atomically.ts'

/** An element as stored: what tiles and lists need; all else is its row in the layer `elements`. */
export interface StoredElement {
  /** the row's id: `<model>:<GlobalId>` */
  id: string
  /** index into the model's kinds */
  kind: number
  /** index into the storeys plus one; 0 = in none */
  storey: number
  /** index into the systems plus one; 0 = in none */
  system: number
  parts: readonly ModelPart[]
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
  /** as the file, `--crs` or `--anchor` has it; null when nobody says where it stands */
  given: Placement | null
}

/** A head and where the model stands now: by hand if somebody moved it. */
export type PlacedModel = StoredModel & { place: Placement | null }

const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,79}$/u
const bytesOf = (array: Uint32Array | Float32Array): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength)

/** Text for a folder name. @throws {RangeError} when an id could leave its folder */
function folderOf(dir: string, id: string): string {
  if (!NAME.test(id)) throw new RangeError(`models: bad id, got ${JSON.stringify(id.slice(0, 80))}; expected a name`)
  return join(dir, id)
}

/**
 * Stores a model; one of that id is replaced at the end, a placement by hand stays.
 * @param elements in the order of the table; those without parts are kept as rows only
 * @returns the head
 */
export async function writeModel(
  dir: string,
  head: Omit<StoredModel, 'revision' | 'elements' | 'triangles' | 'bounds'>,
  elements: AsyncIterable<StoredElement> | Iterable<StoredElement>,
): Promise<StoredModel> {
  const folder = folderOf(dir, head.id)
  await mkdir(folder, { recursive: true })
  const revision = randomUUID()
  const [meshName, listName] = [`mesh-${revision}.bin`, `elements-${revision}.ndjson`]
  const bounds = [Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity]
  let [count, triangles] = [0, 0]
  try {
    const mesh = await open(join(folder, meshName), 'wx')
    const list = await open(join(folder, listName), 'wx')
    try {
      for await (const { parts, ...row } of elements) {
        count++
        await list.writeFile(`${JSON.stringify(row)}\n`)
        await mesh.writeFile(bytesOf(Uint32Array.of(parts.length)))
        for (const { colour, positions, indices } of parts) {
          await mesh.writeFile(bytesOf(Float32Array.from([0, 1, 2, 3], (i) => colour[i])))
          await mesh.writeFile(bytesOf(Uint32Array.of(positions.length, indices.length)))
          await mesh.writeFile(bytesOf(positions))
          await mesh.writeFile(bytesOf(indices))
          triangles += indices.length / 3
          for (let i = 0; i < positions.length; i++) {
            const axis = i % 3
            if (positions[i] < bounds[axis]) bounds[axis] = positions[i]
            if (positions[i] > bounds[axis + 3]) bounds[axis + 3] = positions[i]
          }
        }
      }
      await mesh.sync()
      await list.sync()
    } finally {
      await mesh.close()
      await list.close()
    }
    const known = bounds[0] <= bounds[3]
    const stored: StoredModel = { ...head, revision, elements: count, triangles, bounds: known ? bounds : null }
    await writeAtomically(join(folder, 'model.json'), `${JSON.stringify(stored, null, 1)}\n`)
    for (const old of await readdir(folder)) {
      if (/^(mesh|elements)-/.test(old) && old !== meshName && old !== listName)
        await rm(join(folder, old), { force: true })
    }
    return stored
  } catch (error) {
    for (const name of [meshName, listName]) await rm(join(folder, name), { force: true })
    throw error
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

/** Reads a model's elements, triangles as views of one buffer. @throws {Error} when a file is gone or cut short */
export async function readElements(dir: string, { id, revision }: StoredModel): Promise<StoredElement[]> {
  const folder = folderOf(dir, id)
  const bytes = await readFile(join(folder, `mesh-${revision}.bin`))
  const rows = (await readFile(join(folder, `elements-${revision}.ndjson`), 'utf8')).split('\n').filter(Boolean)
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)
  const view = new DataView(buffer)
  let at = 0
  return rows.map((row) => {
    const parts: ModelPart[] = []
    const count = view.getUint32(at, true)
    at += 4
    for (let i = 0; i < count; i++) {
      const colour = new Float32Array(buffer, at, 4)
      const [numbers, corners] = [view.getUint32(at + 16, true), view.getUint32(at + 20, true)]
      const positions = new Float32Array(buffer, at + 24, numbers)
      const indices = new Uint32Array(buffer, at + 24 + numbers * 4, corners)
      at += 24 + (numbers + corners) * 4
      parts.push({ colour, positions, indices })
    }
    return { ...(JSON.parse(row) as Omit<StoredElement, 'parts'>), parts }
  })
}

/**
 * Moves a model by hand; null puts it back to where its file says.
 * @throws {RangeError} when there is no such model or the placement is not on Earth
 */
export async function placeModel(dir: string, id: string, place: Omit<Placement, 'by'> | null): Promise<PlacedModel> {
  const head = readHead(dir, id)
  if (!head) throw new RangeError(`models: no such model, got ${id.slice(0, 80)}`)
  const path = join(folderOf(dir, id), 'place.json')
  if (place) {
    const whole: Placement = { ...place, by: 'hand' }
    checkPlacement(whole)
    await writeAtomically(path, `${JSON.stringify(whole)}\n`)
  } else await rm(path, { force: true })
  return readHead(dir, id) ?? head
}

/** Removes a model; nothing happens when there is none. */
export async function removeModel(dir: string, id: string): Promise<void> {
  await rm(folderOf(dir, id), { recursive: true, force: true })
}
