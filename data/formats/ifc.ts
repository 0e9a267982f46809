/** Reads IFC 2x3, 4 and 4.3: every element with its shape, storey, systems and property sets. Needs `web-ifc`. */
import * as WebIfc from 'web-ifc'
import type { Attributes } from '../geo/city-feature.ts'
import { attribute, type IfcLine, lineReader, plainText } from './ifc-lines.ts'
import { refuseLoops, refuseUnits } from './ifc-loops.ts'
import { lengthUnit, readPlace } from './ifc-place.ts'
import { type IfcStorey, type IfcSystem, readRelations } from './ifc-relations.ts'
import { shapeReader } from './ifc-shapes.ts'
import type { ElementPart, ModelElement, OpenModel } from './model-element.ts'
import { openStep } from './step-file.ts'

/** An open IFC file: elements in the order of the file; those with shapes first, then those without. */
export interface IfcModel extends OpenModel {
  storeys: IfcStorey[]
  systems: IfcSystem[]
}

/** More bytes than this are refused: the reader needs the file and about six times as much in memory. */
const MOST_BYTES = 1 << 30

/** A builder whose memory has grown beyond this is not used for another file. */
const MOST_MEMORY = 512 << 20

/** What drawing programs write where nobody gave a name. */
const PLACEHOLDER = /^(project (number|name|status)|(default )?project|undefined|unnamed|项目(编号|名称))$/i

let api: Promise<WebIfc.IfcAPI> | null = null

async function openApi(): Promise<WebIfc.IfcAPI> {
  const opened = new WebIfc.IfcAPI()
  await opened.Init()
  opened.SetLogLevel(WebIfc.LogLevel.LOG_LEVEL_OFF)
  return opened
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
  const schema = schemaOf(bytes)
  if (!/^IFC(2X3|4)/.test(schema))
    throw new RangeError(`ifc: got schema ${schema || 'none'}; expected IFC2X3 | IFC4 | IFC4X3`)
  const file = openStep(bytes)
  refuseLoops(file)
  const lines = lineReader(file, schema)
  refuseUnits(lines)
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
  if (model < 0) throw new RangeError(`ifc: cannot be parsed, got schema ${schema}; expected IFC2X3 | IFC4 | IFC4X3`)
  const given = lengthUnit(lines)
  const unit = given ?? 1
  const relations = readRelations(lines, unit)
  const projectId = lines.ids('IFCPROJECT')[0] ?? -1
  const project = lines.line(projectId)
  const products = lines.ids('IFCPRODUCT').filter((id) => mayHaveShape(lines.typeOf(id)?.name))
  const shapes = shapeReader(ifc, { lines, model, unit, idle: projectId })
  const origin = shapes.originOf(products)
  const notes: string[] = given === null ? ['names no unit of length: read as metres'] : []
  if (!endsAsItShould(bytes)) notes.push('cut short, without END-ISO-10303-21: read as far as it goes')
  return {
    schema,
    name:
      ['LongName', 'Name']
        .map((word) => plainText(attribute(project, word)))
        .find((name) => name && !PLACEHOLDER.test(name)) ?? null,
    place: readPlace(lines, unit),
    storeys: relations.storeys,
    systems: relations.systems,
    origin,
    textures: [],
    notes,
    *elements() {
      const taken = new Set<string>()
      const describe = (line: IfcLine, parts: ElementPart[]): ModelElement => {
        const { id, type } = line
        const global = plainText(attribute(line, 'GlobalId'))
        const key = global && !taken.has(global) ? global : `#${id}`
        taken.add(key)
        const attributes: Attributes = {}
        for (const [word, name] of OWN_WORDS) {
          const text = plainText(attribute(line, name))
          if (text !== null) attributes[word] = text
        }
        relations.addAttributes(id, attributes)
        return {
          id: key,
          kind: type.name,
          name: plainText(attribute(line, 'Name')),
          storey: relations.storeyOf(id) ?? null,
          systems: [...new Set(relations.systemsOf(id))],
          attributes,
          parts,
        }
      }
      const bare: number[] = []
      let empty = 0
      for (const id of products) {
        const line = lines.line(id)
        if (!line) continue
        const shaped = attribute(line, 'Representation') !== null
        const parts = shaped ? shapes.partsOf(line, origin) : []
        if (shaped && !parts.length) empty++
        if (parts.length) yield describe(line, parts)
        else if (!NOT_ELEMENTS.has(line.type.name)) bare.push(id)
      }
      for (const id of bare) {
        const line = lines.line(id)
        if (line) yield describe(line, [])
      }
      if (empty > shapes.failed())
        notes.push(
          `${empty - shapes.failed()} elements have shapes without a triangle: lines only, corners in one place, or no numbers`,
        )
      if (shapes.failed()) notes.push(`${shapes.failed()} elements have shapes that cannot be built`)
    },
    close() {
      try {
        ifc.CloseModel(model)
      } finally {
        // its memory only ever grows; after a trap it is in no known state
        if (shapes.trapped() || shapes.memory() > MOST_MEMORY) api = null
      }
    },
  }
}

const SCHEMA = /FILE_SCHEMA\s*\(\s*\(?\s*'([^']{0,60})'/i

/** The schema that the header names; empty without one. */
function schemaOf(bytes: Uint8Array): string {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 1 << 16))
  return SCHEMA.exec(head)?.[1].trim().toUpperCase() ?? ''
}

/** Whether the file has its last words, behind which only white space and comments may stand. */
const endsAsItShould = (bytes: Uint8Array): boolean =>
  /END-ISO-10303-21/i.test(new TextDecoder('latin1').decode(bytes.subarray(Math.max(0, bytes.length - 4096))))

/** Attributes of an element itself, by the name they are kept under. */
const OWN_WORDS = [
  ['tag', 'Tag'],
  ['description', 'Description'],
  ['objectType', 'ObjectType'],
  ['predefinedType', 'PredefinedType'],
  ['longName', 'LongName'],
] as const

/** Sites are drawn where they have a shape, though they are no elements. */
const mayHaveShape = (kind: string | undefined): boolean => kind === 'IfcSite' || !NOT_ELEMENTS.has(kind ?? '')

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
