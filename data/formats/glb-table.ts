/** Property tables of EXT_structural_metadata: a few typed columns, one row per feature. */

/** Strings as one UTF-8 text; `offsets` has one entry more than there are strings, 16 bits wide where that is enough. */
export interface PackedText {
  bytes: Uint8Array
  offsets: Uint16Array | Uint32Array
}

/** One column; `values` has one entry per feature. */
export type TableColumn =
  | { name: string; type: 'string'; values: readonly string[] | PackedText; description?: string }
  | { name: string; type: 'uint8'; values: Uint8Array; description?: string }
  /** with a `scale` each value stands for itself times the scale */
  | { name: string; type: 'uint16'; values: Uint16Array; scale?: number; description?: string }
  | { name: string; type: 'float32'; values: Float32Array; description?: string }
  | { name: string; type: 'enum'; values: Uint8Array; words: readonly string[]; description?: string }

/** A class of features and its columns. */
export interface FeatureTable {
  /** identifier: letters, digits, `_` */
  name: string
  count: number
  columns: TableColumn[]
}

const COMPONENT = { uint8: 'UINT8', uint16: 'UINT16', float32: 'FLOAT32' } as const

/**
 * The extension's object for the top of a glTF.
 * @param put stores bytes as a buffer view and returns its number
 * @throws {RangeError} when a column's length is not `count`
 * @see EXT_structural_metadata, 3D Metadata Specification §Binary Table Format
 */
export function packTable(table: FeatureTable, put: (bytes: Uint8Array) => number): Record<string, unknown> {
  const classProperties: Record<string, unknown> = {}
  const properties: Record<string, unknown> = {}
  const enums: Record<string, unknown> = {}
  for (const column of table.columns) {
    const rows = 'offsets' in column.values ? column.values.offsets.length - 1 : column.values.length
    if (rows !== table.count)
      throw new RangeError(`glb table: column ${column.name} has ${rows} rows; expected ${table.count}`)
    const described = column.description ? { description: column.description } : {}
    if (column.type === 'string') {
      classProperties[column.name] = { type: 'STRING', ...described }
      properties[column.name] = packStrings(column.values, put)
      continue
    }
    properties[column.name] = {
      values: put(new Uint8Array(column.values.buffer, column.values.byteOffset, column.values.byteLength)),
    }
    if (column.type === 'enum') {
      classProperties[column.name] = { type: 'ENUM', enumType: column.name, ...described }
      enums[column.name] = { valueType: 'UINT8', values: column.words.map((name, value) => ({ name, value })) }
    } else {
      const scaled = column.type === 'uint16' && column.scale !== undefined
      // the specification scales whole numbers only after it has divided them by their largest
      const scale = scaled ? { normalized: true, scale: column.scale! * 65_535 } : {}
      classProperties[column.name] = { type: 'SCALAR', componentType: COMPONENT[column.type], ...scale, ...described }
    }
  }
  const schema = { id: 'tidewall', classes: { [table.name]: { properties: classProperties } } }
  return {
    schema: Object.keys(enums).length ? { ...schema, enums } : schema,
    propertyTables: [{ class: table.name, count: table.count, properties }],
  }
}

const encoder = new TextEncoder()

function packStrings(
  values: readonly string[] | PackedText,
  put: (bytes: Uint8Array) => number,
): Record<string, unknown> {
  const { bytes, offsets } = 'offsets' in values ? values : packText(values)
  const raw = new Uint8Array(offsets.buffer, offsets.byteOffset, offsets.byteLength)
  const stored = { values: put(bytes.length ? bytes : new Uint8Array(1)), stringOffsets: put(raw) }
  return offsets instanceof Uint32Array ? stored : { ...stored, stringOffsetType: 'UINT16' }
}

function packText(values: readonly string[]): PackedText {
  const bytes = encoder.encode(values.join(''))
  const offsets = bytes.length > 65535 ? new Uint32Array(values.length + 1) : new Uint16Array(values.length + 1)
  let at = 0
  for (let i = 0; i < values.length; i++) {
    at += utf8Length(values[i])
    offsets[i + 1] = at
  }
  return { bytes, offsets }
}

function utf8Length(text: string): number {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return encoder.encode(text).length
  return text.length
}
