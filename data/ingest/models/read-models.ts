/** IFC and glTF files into models on disk and elements in the database: every element a feature, every property kept. */
import { basename } from 'node:path'
import { openHeights } from '../../../tiles-server/db/height-store.ts'
import { type NewElement, sweepModels, writeModel } from '../../../tiles-server/db/model-store.ts'
import { readGltf } from '../../formats/gltf.ts'
import { namedFiles } from '../../formats/gltf-file.ts'
import { readIfc } from '../../formats/ifc.ts'
import type { ModelElement, OpenModel } from '../../formats/model-element.ts'
import { insidePath } from '../../formats/tileset.ts'
import type { CityFeature, Style } from '../../geo/city-feature.ts'
import { fromEcef } from '../../geo/ellipsoid.ts'
import { type Placement, placed, placementMatrix } from '../../geo/placement.ts'
import { partsBox } from '../../mesh/model-surface.ts'
import type { IngestOptions } from '../ingest.ts'
import { type InputFile, wholeFile } from '../input-file.ts'
import type { Intake } from '../intake.ts'
import { placeModelOf } from './place-model.ts'

const MOST_BYTES = 2 ** 30
/** Metres that a model may reach over without a word: a long road does. */
const MOST_WIDTH = 30_000
/** Most other files that a scene may name. */
const MOST_PARTS = 5000

/** Words of IFC's kinds → classes; the first that fits. */
const CLASS_OF: [RegExp, string][] = [
  [/^Ifc(CurtainWall|Plate)/, 'facade'],
  [/^IfcWall/, 'wall'],
  [/^Ifc(Slab|Footing|Pile)/, 'slab'],
  [/^IfcRoof/, 'roof'],
  [/^IfcColumn/, 'column'],
  [/^Ifc(Beam|Member|Reinforc|Tendon|DiscreteAccessory|ElementAssembly)/, 'beam'],
  [/^IfcDoor/, 'door'],
  [/^IfcWindow/, 'window'],
  [/^Ifc(Stair|Ramp)/, 'stair'],
  [/^IfcRailing/, 'railing'],
  [/^IfcCovering/, 'covering'],
  [/^IfcFurni|^IfcSystemFurni/, 'furniture'],
  [/^Ifc(Pipe|FlowSegment|FlowFitting)/, 'pipe'],
  [/^IfcDuct/, 'duct'],
  [/^IfcCable/, 'cable'],
  [/^IfcSpace/, 'space'],
  [/^Ifc(Site|GeographicElement)/, 'site'],
  [/^Ifc(Pavement|Kerb|Course|Road|Earthworks)/, 'road'],
  [
    /^Ifc(Flow|Energy|Distribution|Electric|Sanitary|Pump|Fan|Boiler|Chiller|Lamp|Light|Outlet|Valve|Unitary)/,
    'equipment',
  ],
]

const classOf = (kind: string): string => CLASS_OF.find(([test]) => test.test(kind))?.[1] ?? 'other'

/** Everything that is known of an element, under the names it is shown and searched by. */
const propertiesOf = ({ id, kind, attributes }: ModelElement): CityFeature['attributes'] =>
  kind.startsWith('Ifc') ? { globalId: id, kind, ...attributes } : attributes

/** The middle of an element in the model's frame; the model's zero for one without a shape. */
function middleOf({ parts }: ModelElement): [number, number, number] {
  const box = partsBox(parts)
  if (!(box[0] <= box[3])) return [0, 0, 0]
  return [(box[0] + box[3]) / 2, (box[1] + box[4]) / 2, (box[2] + box[5]) / 2]
}

/** A model's id: the data set's name, and the file's when there are several. */
function modelId(source: string, file: InputFile, alone: boolean): string {
  const bare = basename(file.name)
    .replace(/\.(ifc|ifczip|glb|gltf)$/i, '')
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
  return alone || !bare || bare === source ? source : `${source}-${bare}`.slice(0, 80)
}

function featureOf(element: ModelElement, id: string, at: Placement | null, words: Style): CityFeature {
  const matrix = at && placementMatrix(at)
  const point = matrix ? fromEcef(...placed(matrix, ...middleOf(element))) : [0, 0, 0]
  const name: Style = element.name === null ? {} : { name: element.name }
  return {
    id,
    layer: 'elements',
    geometry: { type: 'Point', coordinates: [...point] },
    style: { class: classOf(element.kind), kind: element.kind, ...name, ...words },
    attributes: propertiesOf(element),
  }
}

/**
 * Reads all IFC and glTF files; each becomes a model in `modelsDir` and features of the layer `elements`.
 * Elements of a model that stands nowhere are in the model only: a feature needs a place.
 */
export async function readModels(
  files: readonly InputFile[],
  took: Intake,
  options: IngestOptions,
  folders: { modelsDir: string; heightsDir: string },
  signal: AbortSignal,
): Promise<void> {
  if (!files.length) return
  await sweepModels(folders.modelsDir)
  const heights = openHeights(folders.heightsDir)
  try {
    for (const file of files) {
      signal.throwIfAborted()
      took.file = file.name
      try {
        await readOne(
          file,
          modelId(took.source, file, files.length === 1),
          took,
          options,
          folders.modelsDir,
          heights,
          signal,
        )
      } catch (error) {
        if (!(error instanceof RangeError)) throw error
        took.refused.push({ name: file.name, reason: error.message })
      }
    }
  } finally {
    heights.close()
  }
}

const open = async (file: InputFile): Promise<OpenModel> => {
  const bytes = await wholeFile(file, MOST_BYTES)
  return file.kind === 'ifc' ? readIfc(bytes) : readGltf(bytes, await filesNamedBy(bytes, file))
}

/** The files that a scene names, as far as they are there: not those elsewhere. @throws {RangeError} when they are too many or too large */
async function filesNamedBy(bytes: Uint8Array, file: InputFile): Promise<Map<string, Uint8Array>> {
  const uris = namedFiles(bytes)
  if (uris.length > MOST_PARTS) throw new RangeError(`gltf: names ${uris.length} other files; expected ≤ ${MOST_PARTS}`)
  const found = new Map<string, Uint8Array>()
  let length = 0
  for (const uri of uris) {
    const path = pathOf(uri)
    const part = path && (await file.near(path))
    if (!part) continue
    length += part.length
    if (length > MOST_BYTES)
      throw new RangeError(`gltf: its files are too large, got over ${MOST_BYTES} bytes; expected less`)
    found.set(uri, part)
  }
  return found
}

/** The path of an address from the scene's folder; null for one that leads out of it. */
function pathOf(uri: string): string | null {
  try {
    return insidePath('', uri)
  } catch {
    return null
  }
}

async function readOne(
  file: InputFile,
  id: string,
  took: Intake,
  options: IngestOptions,
  modelsDir: string,
  heights: ReturnType<typeof openHeights>,
  signal: AbortSignal,
): Promise<void> {
  const model = await open(file)
  try {
    const { place, words } = placeModelOf(model.place, model.origin, {
      anchor: options.anchor,
      crs: options.crs,
      ellipsoidal: options.datum === 'ellipsoidal',
      ground: (lng, lat) => heights.sample(lng, lat),
    })
    took.note(`${model.schema}, ${words}`)
    const kinds: string[] = []
    const kindIndex = new Map<string, number>()
    let bare = 0
    const taking = async function* (): AsyncGenerator<NewElement> {
      for (const element of model.elements()) {
        signal.throwIfAborted()
        const rowId = `${id}:${element.id}`
        let kind = kindIndex.get(element.kind)
        if (kind === undefined) {
          kind = kinds.push(element.kind) - 1
          kindIndex.set(element.kind, kind)
        }
        const { storey, systems, parts, name } = element
        if (!parts.length) bare++
        const where: Style = { model: id }
        if (storey !== null) where.storey = model.storeys[storey].name
        if (systems.length) where.system = systems.map((at) => model.systems[at].name).join(', ')
        const wait = place && took.take(featureOf(element, rowId, place, where))
        if (wait) await wait
        const [inStorey, inSystem] = [storey === null ? 0 : storey + 1, (systems[0] ?? -1) + 1]
        const attributes = propertiesOf(element)
        yield { id: rowId, name, kind, storey: inStorey, system: inSystem, parts, attributes }
      }
    }
    const head = {
      id,
      title: model.name ?? id,
      source: took.source,
      schema: model.schema,
      kinds,
      storeys: model.storeys.map(({ name, elevationM }) => ({ name, elevationM })),
      systems: model.systems.map(({ name }) => name),
      given: place,
    }
    if (options.dryRun) for await (const _ of taking());
    else {
      const { bounds } = await writeModel(modelsDir, head, taking(), model.textures)
      const wide = bounds && Math.max(...[0, 1, 2].map((axis) => bounds[axis + 3] - bounds[axis]))
      if (wide && wide > MOST_WIDTH)
        took.note(
          `its shapes reach over ${Math.round(wide / 1000)} km; expected less than ${MOST_WIDTH / 1000} km: a stray element, or a wrong unit? Fine parts are drawn coarsely`,
        )
    }
    if (bare) took.note(`${bare} elements have no shape of their own; they are kept with their properties`)
    for (const words of model.notes) took.note(words)
  } finally {
    model.close()
  }
}
