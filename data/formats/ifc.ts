/** Reads IFC 2x3, 4 and 4.3: every element with its shape, storey, systems and property sets. Needs `web-ifc`. */
import * as WebIfc from 'web-ifc'
import type { Attributes } from '../geo/city-feature.ts'
import { lineReader, plainText } from './ifc-lines.ts'
import { lengthUnit, readPlace } from './ifc-place.ts'
import { type IfcStorey, type IfcSystem, readRelations } from './ifc-relations.ts'
import type { ElementPart, ModelElement, OpenModel } from './model-element.ts'
import { determinant, soundTriangles } from './sound-triangles.ts'

/** An open IFC file: elements in the order of the file; those with shapes first, then those without. */
export interface IfcModel extends OpenModel {
  storeys: IfcStorey[]
  systems: IfcSystem[]
}

/** More bytes than this are refused: the reader needs the file and about six times as much in memory. */
const MOST_BYTES = 1 << 30
/** Further than this from zero (metres), single precision is lost: the model gets an origin of its own. */
const FAR = 4096

/** What drawing programs write where nobody gave a name. */
const PLACEHOLDER = /^(project (number|name|status)|(default )?project|undefined|unnamed|项目(编号|名称))$/i

let api: Promise<WebIfc.IfcAPI> | null = null

async function openApi(): Promise<WebIfc.IfcAPI> {
  const opened = new WebIfc.IfcAPI()
  await opened.Init()
  opened.SetLogLevel(WebIfc.LogLevel.LOG_LEVEL_OFF)
  return opened
}

const toLinear = (value: number): number => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
const clamped = (value: number): number => (value >= 0 && value <= 1 ? value : value > 1 ? 1 : 0)

/** Columns of web-ifc's y-up matrix as z-up: (x, y, z) → (x, −z, y). */
function placed(values: Float32Array, matrix: readonly number[], origin: readonly number[]): Float32Array {
  const positions = new Float32Array((values.length / 6) * 3)
  const [ox, oy, oz] = origin
  for (let from = 0, to = 0; from < values.length; from += 6, to += 3) {
    const [x, y, z] = [values[from], values[from + 1], values[from + 2]]
    positions[to] = matrix[0] * x + matrix[4] * y + matrix[8] * z + matrix[12] - ox
    positions[to + 1] = -(matrix[2] * x + matrix[6] * y + matrix[10] * z + matrix[14]) - oy
    positions[to + 2] = matrix[1] * x + matrix[5] * y + matrix[9] * z + matrix[13] - oz
  }
  return positions
}

/** Where the model gets its own zero: the first shape's place, rounded to kilometres, when that is far out. */
function originOf(matrix: readonly number[], first: Float32Array): [number, number, number] {
  const [x, y, z] = placed(first.subarray(0, 6), matrix, [0, 0, 0])
  const far = [x, y, z].some((value) => Math.abs(value) > FAR)
  const round = (value: number): number => (Number.isFinite(value) ? Math.round(value / 1000) * 1000 : 0)
  return far ? [round(x), round(y), round(z)] : [0, 0, 0]
}

/**
 * Opens an IFC file.
 * @param bytes the whole file
 * @throws {RangeError} when it is no IFC, is too large, or cannot be parsed
 * @see ISO 16739-1; ISO 10303-21
 */
export async function readIfc(bytes: Uint8Array): Promise<IfcModel> {
  if (bytes.length > MOST_BYTES)
    throw new RangeError(`ifc: file too large, got ${bytes.length} bytes; expected ≤ ${MOST_BYTES}`)
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 64)).trimStart()
  if (!head.startsWith('ISO-10303-21'))
    throw new RangeError(`ifc: no STEP file, got ${JSON.stringify(head.slice(0, 20))}; expected ISO-10303-21;`)
  const ifc = await (api ??= openApi())
  let model = -1
  try {
    model = ifc.OpenModel(bytes, { COORDINATE_TO_ORIGIN: false })
  } catch (error) {
    // a trap leaves the module's memory in no known state: the next file gets a new one
    api = null
    throw new RangeError(`ifc: cannot be parsed: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
  const schema = model < 0 ? '' : String(ifc.GetModelSchema(model) ?? '')
  if (!/^IFC(2X3|4)/.test(schema)) {
    if (model >= 0) ifc.CloseModel(model)
    throw new RangeError(`ifc: got schema ${schema || 'none'}; expected IFC2X3 | IFC4 | IFC4X3`)
  }
  const lines = lineReader(ifc, model)
  const unit = lengthUnit(lines)
  const relations = readRelations(lines, unit)
  const project = lines.line(lines.ids(WebIfc.IFCPROJECT)[0] ?? -1)
  const origin = firstOrigin(ifc, model)
  return {
    schema,
    name: [project?.LongName, project?.Name].map(plainText).find((name) => name && !PLACEHOLDER.test(name)) ?? null,
    place: readPlace(lines, unit),
    storeys: relations.storeys,
    systems: relations.systems,
    origin,
    textures: [],
    notes: [],
    *elements() {
      const taken = new Set<string>()
      const describe = (id: number, parts: ElementPart[]): ModelElement => {
        const line = lines.line(id)
        const global = plainText(line?.GlobalId)
        const key = global && !taken.has(global) ? global : `#${id}`
        taken.add(key)
        const attributes: Attributes = {}
        for (const [word, value] of [
          ['tag', line?.Tag],
          ['description', line?.Description],
          ['objectType', line?.ObjectType],
          ['predefinedType', line?.PredefinedType],
          ['longName', line?.LongName],
        ] as const) {
          const text = plainText(value)
          if (text !== null) attributes[word] = text
        }
        relations.addAttributes(id, attributes)
        return {
          id: key,
          kind: ifc.GetNameFromTypeCode(ifc.GetLineType(model, id)),
          name: plainText(line?.Name),
          storey: relations.storeyOf(id) ?? null,
          systems: [...new Set(relations.systemsOf(id))],
          attributes,
          parts,
        }
      }
      const drawn = new Set<number>()
      lines.fetch(lines.ids(WebIfc.IFCPRODUCT))
      for (const id of shapedIds(ifc, model)) {
        const parts = partsOf(ifc, model, id, origin)
        if (!parts.length) continue
        drawn.add(id)
        yield describe(id, parts)
      }
      for (const id of lines.ids(WebIfc.IFCPRODUCT)) {
        const kind = ifc.GetNameFromTypeCode(ifc.GetLineType(model, id))
        if (drawn.has(id) || !kind || NOT_ELEMENTS.has(kind)) continue
        yield describe(id, [])
      }
    },
    close: () => ifc.CloseModel(model),
  }
}

/** Products that are places, holes or drawings, not things. */
const NOT_ELEMENTS = new Set([
  'IfcSite',
  'IfcBuilding',
  'IfcBuildingStorey',
  'IfcOpeningElement',
  'IfcOpeningStandardCase',
  'IfcGrid',
  'IfcAnnotation',
  'IfcVirtualElement',
  'IfcPort',
  'IfcDistributionPort',
  'IfcFacility',
  'IfcFacilityPart',
])

/** Express ids of products with a representation, in file order, spaces among them, holes not. */
function shapedIds(ifc: WebIfc.IfcAPI, model: number): number[] {
  return Array.from(ifc.GetLineIDsWithType(model, WebIfc.IFCPRODUCT, true)).filter((id) => {
    const kind = ifc.GetNameFromTypeCode(ifc.GetLineType(model, id))
    return !(kind && NOT_ELEMENTS.has(kind) && kind !== 'IfcSite')
  })
}

function flatMesh(ifc: WebIfc.IfcAPI, model: number, id: number): WebIfc.FlatMesh | null {
  try {
    return ifc.GetFlatMesh(model, id)
  } catch {
    return null
  }
}

function firstOrigin(ifc: WebIfc.IfcAPI, model: number): [number, number, number] {
  for (const id of shapedIds(ifc, model)) {
    const mesh = flatMesh(ifc, model, id)
    for (let i = 0; mesh && i < mesh.geometries.size(); i++) {
      const { geometryExpressID, flatTransformation } = mesh.geometries.get(i)
      const geometry = ifc.GetGeometry(model, geometryExpressID)
      const values = ifc.GetVertexArray(geometry.GetVertexData(), geometry.GetVertexDataSize()).slice(0, 6)
      if (values.length >= 6) return originOf(flatTransformation, values)
    }
  }
  return [0, 0, 0]
}

function partsOf(ifc: WebIfc.IfcAPI, model: number, id: number, origin: readonly number[]): ElementPart[] {
  const mesh = flatMesh(ifc, model, id)
  const parts: ElementPart[] = []
  for (let i = 0; mesh && i < mesh.geometries.size(); i++) {
    const { color, flatTransformation, geometryExpressID } = mesh.geometries.get(i)
    const geometry = ifc.GetGeometry(model, geometryExpressID)
    const values = ifc.GetVertexArray(geometry.GetVertexData(), geometry.GetVertexDataSize())
    const indices = ifc.GetIndexArray(geometry.GetIndexData(), geometry.GetIndexDataSize())
    const positions = placed(values, flatTransformation, origin)
    const sound = soundTriangles(indices, positions, determinant(flatTransformation) < 0)
    if (!sound.length) continue
    const { x, y, z, w } = color
    parts.push({
      colour: [toLinear(clamped(x)), toLinear(clamped(y)), toLinear(clamped(z)), clamped(w)],
      positions,
      indices: sound,
    })
  }
  return parts
}
