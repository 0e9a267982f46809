/** IFC files into models on disk and elements in the database: every element a feature, every property kept. */
import { basename } from 'node:path'
import { openHeights } from '../../../tiles-server/db/height-store.ts'
import { type StoredElement, writeModel } from '../../../tiles-server/db/model-store.ts'
import { type IfcElement, readIfc } from '../../formats/ifc.ts'
import type { CityFeature, Style } from '../../geo/city-feature.ts'
import { fromEcef } from '../../geo/ellipsoid.ts'
import { type Placement, placed, placementMatrix } from '../../geo/placement.ts'
import { partsBox } from '../../mesh/model-surface.ts'
import type { IngestOptions } from '../ingest.ts'
import { type InputFile, wholeFile } from '../input-file.ts'
import type { Intake } from '../intake.ts'
import { placeModelOf } from './place-model.ts'

const MOST_BYTES = 2 ** 30

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

/** The middle of an element in the model's frame; the model's zero for one without a shape. */
function middleOf({ parts }: IfcElement): [number, number, number] {
  const box = partsBox(parts)
  if (!(box[0] <= box[3])) return [0, 0, 0]
  return [(box[0] + box[3]) / 2, (box[1] + box[4]) / 2, (box[2] + box[5]) / 2]
}

/** A model's id: the data set's name, and the file's when there are several. */
function modelId(source: string, file: InputFile, alone: boolean): string {
  const bare = basename(file.name)
    .replace(/\.ifc(zip)?$/i, '')
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
  return alone || !bare || bare === source ? source : `${source}-${bare}`.slice(0, 80)
}

function featureOf(element: IfcElement, id: string, at: Placement | null, words: Style): CityFeature {
  const matrix = at && placementMatrix(at)
  const point = matrix ? fromEcef(...placed(matrix, ...middleOf(element))) : [0, 0, 0]
  const name: Style = element.name === null ? {} : { name: element.name }
  return {
    id,
    layer: 'elements',
    geometry: { type: 'Point', coordinates: [...point] },
    style: { class: classOf(element.kind), kind: element.kind, ...name, ...words },
    attributes: { globalId: element.id, kind: element.kind, ...element.attributes },
  }
}

/**
 * Reads all IFC files; each becomes a model in `modelsDir` and features of the layer `elements`.
 * Elements of a model that stands nowhere are at 0, 0 in no tile and are not stored as features.
 */
export async function readModels(
  files: readonly InputFile[],
  took: Intake,
  options: IngestOptions,
  folders: { modelsDir: string; heightsDir: string },
  signal: AbortSignal,
): Promise<void> {
  if (!files.length) return
  const heights = openHeights(folders.heightsDir)
  try {
    for (const file of files) {
      signal.throwIfAborted()
      took.file = file.name
      try {
        await readOne(file, modelId(took.source, file, files.length === 1), took, options, folders.modelsDir, heights)
      } catch (error) {
        if (!(error instanceof RangeError)) throw error
        took.refused.push({ name: file.name, reason: error.message })
      }
    }
  } finally {
    heights.close()
  }
}

async function readOne(
  file: InputFile,
  id: string,
  took: Intake,
  options: IngestOptions,
  modelsDir: string,
  heights: ReturnType<typeof openHeights>,
): Promise<void> {
  const model = await readIfc(await wholeFile(file, MOST_BYTES))
  try {
    const { place, words } = placeModelOf(model.place, model.origin, {
      anchor: options.anchor,
      crs: options.crs,
      ellipsoidal: options.datum === 'ellipsoidal',
      ground: (lng, lat) => heights.sample(lng, lat),
    })
    took.note(`${file.name}: ${model.schema}, ${words}`)
    const kinds: string[] = []
    const kindIndex = new Map<string, number>()
    const stored: StoredElement[] = []
    let bare = 0
    for (const element of model.elements()) {
      const rowId = `${id}:${element.id}`
      let kind = kindIndex.get(element.kind)
      if (kind === undefined) {
        kind = kinds.push(element.kind) - 1
        kindIndex.set(element.kind, kind)
      }
      const { storey, systems, parts } = element
      if (!parts.length) bare++
      stored.push({ id: rowId, kind, storey: storey === null ? 0 : storey + 1, system: (systems[0] ?? -1) + 1, parts })
      const where: Style = { model: id }
      if (storey !== null) where.storey = model.storeys[storey].name
      if (systems.length) where.system = systems.map((at) => model.systems[at].name).join(', ')
      if (!place) continue
      const wait = took.take(featureOf(element, rowId, place, where))
      if (wait) await wait
    }
    if (bare)
      took.note(`${file.name}: ${bare} elements have no shape of their own; they are kept with their properties`)
    if (options.dryRun) return
    await writeModel(
      modelsDir,
      {
        id,
        title: model.name ?? id,
        source: took.source,
        schema: model.schema,
        kinds,
        storeys: model.storeys.map(({ name, elevationM }) => ({ name, elevationM })),
        systems: model.systems.map(({ name }) => name),
        given: place,
      },
      stored,
    )
  } finally {
    model.close()
  }
}
