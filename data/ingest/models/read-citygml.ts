/** City objects of CityGML that are no network (underground malls, structures, tracks, squares, waterways …) into models: every object and part an element, every word kept. */

import { type NewElement, writeModel } from '../../../tiles-server/db/model-store.ts'
import { NETWORK_TYPE } from '../../formats/citygml-network.ts'
import { type CityObject, readCityObjects } from '../../formats/citygml-objects.ts'
import { xmlText } from '../../formats/xml-text.ts'
import type { CityFeature } from '../../geo/city-feature.ts'
import { type Converter, converter, crs } from '../../geo/crs.ts'
import { fromEcef, toEcef } from '../../geo/ellipsoid.ts'
import { undulation } from '../../geo/geoid.ts'
import { type Placement, placed, placementMatrix } from '../../geo/placement.ts'
import { polygonTriangles } from '../../mesh/polygon-triangles.ts'
import { addCodeWords } from '../code-lists.ts'
import type { IngestOptions } from '../ingest.ts'
import type { InputFile } from '../input-file.ts'
import type { Intake } from '../intake.ts'

/** Words of CityGML's types → classes of elements and colours (linear RGB, opacity); the first that fits. */
const LOOKS: [RegExp, string, [number, number, number, number]][] = [
  [/Window/, 'window', [0.3, 0.5, 0.6, 0.5]],
  [/Door/, 'door', [0.35, 0.22, 0.12, 1]],
  [/(Roof|Ceiling)Surface/, 'roof', [0.45, 0.24, 0.18, 1]],
  [/WallSurface|ClosureSurface/, 'wall', [0.6, 0.57, 0.5, 1]],
  [/(Ground|Floor)Surface/, 'slab', [0.4, 0.39, 0.37, 1]],
  [/Room|Space/, 'space', [0.5, 0.55, 0.65, 0.35]],
  [/Furniture/, 'furniture', [0.4, 0.28, 0.16, 1]],
  [/Installation/, 'equipment', [0.35, 0.4, 0.45, 1]],
  [/Water/, 'site', [0.1, 0.25, 0.45, 0.8]],
  [/Plant|Vegetation/, 'site', [0.12, 0.3, 0.1, 1]],
  [/Traffic|Road|Track|Rail|Square/, 'road', [0.3, 0.3, 0.31, 1]],
]
const OTHER: [string, [number, number, number, number]] = ['other', [0.5, 0.5, 0.48, 1]]

const lookOf = (type: string): [string, [number, number, number, number]] => {
  const found = LOOKS.find(([test]) => test.test(type))
  return found ? [found[1], found[2]] : OTHER
}

/** File coordinates to lng, lat, metres above the ellipsoid. */
interface World {
  convert: Converter
  latFirst: boolean
  lift: boolean
  name: string
}

function worldOf(srs: string | null, options: IngestOptions, objects: readonly CityObject[]): World {
  const named = options.crs ?? srs
  if (!named) throw new RangeError('citygml: names no system; expected srsName | --crs')
  const system = crs(named)
  const first = objects.flatMap(({ polygons, points, lines }) => [
    ...polygons.flatMap(({ rings }) => rings),
    ...points,
    ...lines,
  ])[0]
  const latFirst =
    system.geographic &&
    first !== undefined &&
    Math.abs(first[0]) <= 90 &&
    (/^(urn:|https?:)/i.test(named) || Math.abs(first[1]) > 90)
  const lift = options.datum ? options.datum !== 'ellipsoidal' : system.vertical !== 'ellipsoidal'
  return { convert: converter(system), latFirst, lift, name: system.name }
}

/** Every third number is a position's height; the first two are turned and converted. */
function each(
  numbers: readonly number[],
  world: World,
  visit: (lng: number, lat: number, height: number) => void,
): void {
  for (let i = 0; i + 2 < numbers.length; i += 3) {
    const [lng, lat] = world.latFirst
      ? world.convert(numbers[i + 1], numbers[i])
      : world.convert(numbers[i], numbers[i + 1])
    if (!Number.isFinite(lng) || Math.abs(lng) > 180 || !(Math.abs(lat) <= 90)) continue
    visit(lng, lat, world.lift ? numbers[i + 2] + undulation(lng, lat) : numbers[i + 2])
  }
}

/** The middle of all positions, on the lowest of them. */
function zeroOf(objects: readonly CityObject[], world: World): Placement | null {
  let [west, south, low, east, north] = [Infinity, Infinity, Infinity, -Infinity, -Infinity]
  const see = (lng: number, lat: number, height: number) => {
    west = Math.min(west, lng)
    east = Math.max(east, lng)
    south = Math.min(south, lat)
    north = Math.max(north, lat)
    low = Math.min(low, height)
  }
  for (const { polygons, lines, points } of objects)
    for (const numbers of [...polygons.flatMap(({ rings }) => rings), ...lines, ...points]) each(numbers, world, see)
  if (!(west <= east) || !Number.isFinite(low)) return null
  return {
    lng: (west + east) / 2,
    lat: (south + north) / 2,
    height: low,
    headingDeg: 0,
    scale: 1,
    by: 'map-conversion',
  }
}

/** Positions in the model's frame: metres, x east, y north, z up at its zero. */
function frame(matrix: readonly number[]): (numbers: readonly number[], world: World) => number[] {
  return (numbers, world) => {
    const out: number[] = []
    each(numbers, world, (lng, lat, height) => {
      const [x, y, z] = toEcef(lng, lat, height)
      const [dx, dy, dz] = [x - matrix[12], y - matrix[13], z - matrix[14]]
      for (const column of [0, 4, 8]) out.push(matrix[column] * dx + matrix[column + 1] * dy + matrix[column + 2] * dz)
    })
    return out
  }
}

/** Finest level of detail with surfaces, of each member of the city. */
function finest(objects: readonly CityObject[]): Map<string, number> {
  const best = new Map<string, number>()
  for (const { top, polygons } of objects)
    for (const { lod } of polygons) best.set(top, Math.max(best.get(top) ?? -1, lod))
  return best
}

/**
 * Reads the city objects of one file into a model and features of the layer `elements`.
 *
 * @param id of the model
 * @param skip types of members that are read elsewhere
 * @returns how many members of the city there were
 * @throws {Error} when the file is damaged or names no system
 */
async function readCitygmlModel(
  file: InputFile,
  id: string,
  took: Intake,
  options: IngestOptions,
  modelsDir: string,
  skip: RegExp,
  signal: AbortSignal,
): Promise<number> {
  const objects: CityObject[] = []
  let srs: string | null = null
  for await (const found of readCityObjects(xmlText(file.open()), signal)) {
    srs = found.srs
    if (!skip.test(found.object.topType)) objects.push(found.object)
  }
  await addCodeWords(file, objects)
  const members = objects.filter(({ parent }) => parent === null)
  if (members.length === 0) return 0
  const world = worldOf(srs, options, objects)
  const place = zeroOf(objects, world)
  if (!place) throw new RangeError('citygml: city objects without any position')
  took.crs.add(world.name)
  const counts = new Map<string, number>()
  for (const { type } of members) counts.set(type, (counts.get(type) ?? 0) + 1)
  took.note(
    `${members.length} city objects in ${objects.length} parts: ${[...counts].map(([type, count]) => `${count} ${type}`).join(', ')}`,
  )
  const model = new Model(id, place, world, finest(objects))
  const stored: NewElement[] = []
  for (const object of objects) {
    signal.throwIfAborted()
    const { element, feature } = model.element(object)
    stored.push(element)
    const wait = took.take(feature)
    if (wait) await wait
  }
  if (model.coarser > 0)
    took.note(`${model.coarser} surfaces of coarser levels of detail are not drawn: the finest of each object is`)
  if (!options.dryRun) {
    const head = {
      id,
      title: file.name,
      source: took.source,
      schema: 'CityGML',
      kinds: model.kinds,
      storeys: [],
      systems: [],
      given: place,
    }
    await writeModel(modelsDir, head, stored)
  }
  return members.length
}

/** A model's id: the data set's name and the file's. */
function modelId(source: string, file: string): string {
  const bare = (file.split('/').pop() ?? file)
    .replace(/(\.(gml|xml|gz|bz2))+$/i, '')
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
  return bare === source || bare === '' ? source : `${source}-${bare}`.slice(0, 80)
}

/**
 * Reads all CityGML files of a run; one that holds neither city objects nor a network is refused by name.
 *
 * @param networks names of files that held a network
 */
export async function readCitygmlModels(
  files: readonly InputFile[],
  networks: ReadonlySet<string>,
  took: Intake,
  options: IngestOptions,
  modelsDir: string,
  signal: AbortSignal,
): Promise<void> {
  for (const file of files) {
    if (file.kind !== 'citygml' || took.refused.some(({ name }) => name === file.name)) continue
    took.file = file.name
    try {
      const count = await readCitygmlModel(
        file,
        modelId(took.source, file.name),
        took,
        options,
        modelsDir,
        NETWORK_TYPE,
        signal,
      )
      if (count === 0 && !networks.has(file.name))
        took.refused.push({ name: file.name, reason: 'a city model with nothing in it' })
    } catch (error) {
      signal.throwIfAborted()
      took.refused.push({ name: file.name, reason: error instanceof Error ? error.message : String(error) })
    }
  }
  took.file = ''
}

/** Makes elements of one model. */
class Model {
  readonly kinds: string[] = []
  coarser = 0
  private readonly id: string
  private readonly matrix: number[]
  private readonly local: ReturnType<typeof frame>
  private readonly world: World
  private readonly finest: Map<string, number>
  private readonly taken = new Map<string, number>()

  constructor(id: string, place: Placement, world: World, levels: Map<string, number>) {
    this.id = id
    this.matrix = placementMatrix(place)
    this.local = frame(this.matrix)
    this.world = world
    this.finest = levels
  }

  element(object: CityObject): { element: NewElement; feature: CityFeature } {
    const { type, top, polygons, attributes } = object
    const [className, colour] = lookOf(type)
    const level = this.finest.get(top) ?? -1
    const drawn = polygons.filter(({ lod }) => lod === level)
    this.coarser += polygons.length - drawn.length
    const triangles = polygonTriangles(drawn.map(({ rings }) => rings.map((ring) => this.local(ring, this.world))))
    let kind = this.kinds.indexOf(type)
    if (kind < 0) kind = this.kinds.push(type) - 1
    const times = this.taken.get(object.id) ?? 0
    this.taken.set(object.id, times + 1)
    const id = `${this.id}:${object.id}${times > 0 ? `~${times + 1}` : ''}`.slice(0, 190)
    const parts = triangles.indices.length > 0 ? [{ colour, ...triangles }] : []
    const name = attributes.name ?? attributes['name 2']
    const feature: CityFeature = {
      id,
      layer: 'elements',
      geometry: { type: 'Point', coordinates: this.middle(object, triangles.positions) },
      style: { class: className, kind: type, model: this.id, ...(name ? { name } : {}) },
      attributes: {
        'gml:id': object.id,
        gml: type,
        parent: object.parent,
        levelOfDetail: drawn.length > 0 && level >= 0 ? level : null,
        surfaces: drawn.length,
        ...attributes,
      },
    }
    const label = name === undefined || name === null ? null : String(name)
    return { element: { id, name: label, kind, storey: 0, system: 0, parts, attributes: feature.attributes }, feature }
  }

  /** Middle of what is drawn, else of any position, else the model's zero. */
  private middle({ polygons, lines, points }: CityObject, drawn: Float32Array): number[] {
    const numbers =
      drawn.length > 0
        ? drawn
        : this.local([...polygons.flatMap(({ rings }) => rings), ...lines, ...points][0] ?? [], this.world)
    const box = [Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity]
    for (let i = 0; i < numbers.length; i++) {
      box[i % 3] = Math.min(box[i % 3], numbers[i])
      box[3 + (i % 3)] = Math.max(box[3 + (i % 3)], numbers[i])
    }
    const at = box[0] <= box[3] ? [0, 1, 2].map((axis) => (box[axis] + box[axis + 3]) / 2) : [0, 0, 0]
    return [...fromEcef(...placed(this.matrix, at[0], at[1], at[2]))]
  }
}
