/** Mapbox Vector Tile 2.1, written feature by feature: no objects in between, keys and values once per layer. */

import { numberTable } from './number-table.ts'

/** A value of a tag. */
export type MvtValue = string | number | boolean

/** A value that was encoded once and may be used in many tiles. */
export interface MvtConstant {
  /** the protobuf Value message */
  readonly bytes: Uint8Array
  /** distinguishes it within one dictionary; −1 = used in one feature only, never looked for */
  readonly id: number
}

/** Encodes values once for many tiles: the same value gives the same constant. */
export interface MvtDictionary {
  constant(value: MvtValue): MvtConstant
  /** For values that no other feature shares, ids above all: they are not remembered. */
  unique(value: string): MvtConstant
}

/** Kinds of geometry as the format numbers them. */
export const MVT_POINT = 1
/** A polyline or several. */
export const MVT_LINE = 2
/** A polygon or several; outer rings have a positive area where y points down. */
export const MVT_POLYGON = 3

/** One layer of a tile being written. Coordinates are tile units, y down. */
export interface MvtLayer {
  readonly features: number
  /** Starts a feature. */
  begin(type: 1 | 2 | 3): void
  /** Adds a point. */
  point(x: number, y: number): void
  /** Adds a line of `to − from` numbers: x, y, x, y …, less an offset; repeated points are left out. */
  line(coordinates: Int32Array, from: number, to: number, offsetX: number, offsetY: number): void
  /** Adds a ring (closed or not), turned so that `outer` says; one without area is left out. @returns whether it was added */
  ring(coordinates: Int32Array, from: number, to: number, offsetX: number, offsetY: number, outer: boolean): boolean
  /** Ends the feature; one without geometry is forgotten. `tags` are pairs of key number and constant. */
  end(keys: readonly number[], values: readonly MvtConstant[]): void
}

/** A tile being written. */
export interface MvtTile {
  layer(name: string): MvtLayer
  /** @returns the tile, layers in order of first use; null when no feature was added */
  finish(): Uint8Array | null
}

const text = new TextEncoder()
/** Tile units along a side. */
export const MVT_EXTENT = 4096

/** Bytes that grow; the caller reserves before it writes. */
interface Buffer {
  bytes: Uint8Array
  at: number
}

function reserve(out: Buffer, more: number): void {
  if (out.at + more <= out.bytes.length) return
  const wider = new Uint8Array(Math.max(out.bytes.length * 2, out.at + more))
  wider.set(out.bytes.subarray(0, out.at))
  out.bytes = wider
}

/** Writes an unsigned number below 2^32; five bytes at most. */
function varint(out: Buffer, value: number): void {
  const { bytes } = out
  let rest = value >>> 0
  while (rest > 127) {
    bytes[out.at++] = (rest & 127) | 128
    rest >>>= 7
  }
  bytes[out.at++] = rest
}

const varintSize = (value: number): number =>
  value < 128 ? 1 : value < 16384 ? 2 : value < 2097152 ? 3 : value < 268435456 ? 4 : 5

const zigzag = (value: number): number => (value << 1) ^ (value >> 31)

/** Copies a few bytes; below some fifty of them a loop is faster than making a view and calling `set`. */
function copy(from: Uint8Array, length: number, out: Buffer): void {
  const { bytes, at } = out
  if (length > 48) bytes.set(from.length === length ? from : from.subarray(0, length), at)
  else for (let i = 0; i < length; i++) bytes[at + i] = from[i]
  out.at = at + length
}

/** Where encoded values lie together: one allocation for thousands of them. */
const pool: Buffer = { bytes: new Uint8Array(0), at: 0 }

/** The Value message of a string: field 1. */
function encodeString(value: string): Uint8Array {
  const most = value.length * 3 + 6
  if (pool.at + most > pool.bytes.length) {
    pool.bytes = new Uint8Array(Math.max(1 << 16, most))
    pool.at = 0
  }
  const start = pool.at
  const { bytes } = pool
  let plain = value.length < 48
  for (let i = 0; plain && i < value.length; i++) {
    const code = value.charCodeAt(i)
    bytes[start + 2 + i] = code
    plain = code < 128
  }
  if (plain) {
    bytes[start] = 10
    bytes[start + 1] = value.length
    pool.at = start + 2 + value.length
    return bytes.subarray(start, pool.at)
  }
  const { written } = text.encodeInto(value, bytes.subarray(start + 6))
  bytes[pool.at++] = 10
  varint(pool, written)
  bytes.copyWithin(pool.at, start + 6, start + 6 + written)
  pool.at += written
  return bytes.subarray(start, pool.at)
}

/** The Value message of a value: strings, booleans, whole numbers and doubles. */
function encodeValue(value: MvtValue): Uint8Array {
  if (typeof value === 'string') return encodeString(value)
  if (typeof value === 'boolean') return Uint8Array.of(56, value ? 1 : 0)
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 30) {
    const out = { bytes: new Uint8Array(6), at: 0 }
    varint(out, value >= 0 ? 40 : 48)
    varint(out, value >= 0 ? value : zigzag(value))
    return out.bytes.subarray(0, out.at)
  }
  const bytes = new Uint8Array(9)
  bytes[0] = 25
  new DataView(bytes.buffer).setFloat64(1, value, true)
  return bytes
}

/** @returns an empty dictionary; share it between the tiles of one thread */
export function mvtDictionary(): MvtDictionary {
  const known = new Map<MvtValue, MvtConstant>()
  return {
    constant(value) {
      let constant = known.get(value)
      if (!constant) {
        constant = { bytes: encodeValue(value), id: known.size }
        known.set(value, constant)
      }
      return constant
    },
    unique: (value) => ({ bytes: encodeValue(value), id: -1 }),
  }
}

/** The geometry of the feature under way, shared by all layers of a thread: features are written one at a time. */
const geometry: Buffer = { bytes: new Uint8Array(1 << 16), at: 0 }
const pen = { x: 0, y: 0 }
let kept = new Int32Array(1 << 12)

/** Copies a line less its offset and its repeated points to `kept`; @returns how many numbers */
function collect(
  coordinates: Int32Array,
  from: number,
  to: number,
  offsetX: number,
  offsetY: number,
  ring: boolean,
): number {
  if (kept.length < to - from) kept = new Int32Array((to - from) * 2)
  let count = 0
  let x = 0
  let y = 0
  for (let i = from; i < to; i += 2) {
    const nextX = coordinates[i] - offsetX
    const nextY = coordinates[i + 1] - offsetY
    if (count && nextX === x && nextY === y) continue
    kept[count++] = x = nextX
    kept[count++] = y = nextY
  }
  if (ring) while (count > 2 && kept[0] === kept[count - 2] && kept[1] === kept[count - 1]) count -= 2
  return count
}

function stroke(count: number, backwards: boolean): void {
  reserve(geometry, count * 5 + 16)
  const step = backwards ? -2 : 2
  // a ring turned round still starts at its first point
  let i = 0
  let { x, y } = pen
  varint(geometry, 9)
  for (let k = 0; k < count; k += 2) {
    if (k === 2) varint(geometry, (((count >> 1) - 1) << 3) | 2)
    varint(geometry, zigzag(kept[i] - x))
    varint(geometry, zigzag(kept[i + 1] - y))
    x = kept[i]
    y = kept[i + 1]
    i += step
    if (i < 0) i += count
  }
  pen.x = x
  pen.y = y
}

interface OpenLayer extends MvtLayer {
  write(out: Buffer): void
}

function openLayer(name: string, keyNames: readonly string[]): OpenLayer {
  const features: Buffer = { bytes: new Uint8Array(1 << 13), at: 0 }
  const values: Buffer = { bytes: new Uint8Array(1 << 12), at: 0 }
  const keyAt = new Int16Array(keyNames.length).fill(-1)
  const keysUsed: number[] = []
  const valueAt = numberTable()
  let valueCount = 0
  let count = 0
  let type: 1 | 2 | 3 = MVT_POINT
  let points = 0
  let pointsAt = 0
  const tags: number[] = []

  const localValue = (constant: MvtConstant): number => {
    if (constant.id >= 0) {
      const known = valueAt.find(constant.id)
      if (known >= 0) return known
      valueAt.keep(constant.id, valueCount)
    }
    reserve(values, constant.bytes.length + 6)
    values.bytes[values.at++] = 34
    varint(values, constant.bytes.length)
    copy(constant.bytes, constant.bytes.length, values)
    return valueCount++
  }
  const localKey = (key: number): number => {
    if (keyAt[key] < 0) {
      keyAt[key] = keysUsed.length
      keysUsed.push(key)
    }
    return keyAt[key]
  }
  const head = (): Uint8Array => {
    const out = { bytes: new Uint8Array(64 + name.length * 4 + keysUsed.length * 64), at: 0 }
    const string = (field: number, value: string): void => {
      const bytes = text.encode(value)
      reserve(out, bytes.length + 12)
      varint(out, field)
      varint(out, bytes.length)
      out.bytes.set(bytes, out.at)
      out.at += bytes.length
    }
    varint(out, 120)
    varint(out, 2)
    string(10, name)
    varint(out, 40)
    varint(out, MVT_EXTENT)
    for (const key of keysUsed) string(26, keyNames[key])
    return out.bytes.subarray(0, out.at)
  }
  return {
    get features() {
      return count
    },
    begin(kind) {
      type = kind
      geometry.at = 0
      points = 0
      pen.x = 0
      pen.y = 0
    },
    point(x, y) {
      reserve(geometry, 20)
      if (points === 0) {
        pointsAt = geometry.at
        geometry.at += 5
      }
      points++
      varint(geometry, zigzag(x - pen.x))
      varint(geometry, zigzag(y - pen.y))
      pen.x = x
      pen.y = y
    },
    line(coordinates, from, to, offsetX, offsetY) {
      const length = collect(coordinates, from, to, offsetX, offsetY, false)
      if (length >= 4) stroke(length, false)
    },
    ring(coordinates, from, to, offsetX, offsetY, outer) {
      const length = collect(coordinates, from, to, offsetX, offsetY, true)
      if (length < 6) return false
      let area = 0
      for (let i = 0, j = length - 2; i < length; j = i, i += 2) area += kept[j] * kept[i + 1] - kept[i] * kept[j + 1]
      if (area === 0) return false
      stroke(length, area > 0 !== outer)
      geometry.bytes[geometry.at++] = 15
      return true
    },
    end(keys, constants) {
      if (points) {
        // the command of a multipoint counts its points: put it where room was left
        const length = varintSize((points << 3) | 1)
        geometry.bytes.copyWithin(pointsAt + length, pointsAt + 5, geometry.at)
        const end = geometry.at - 5 + length
        geometry.at = pointsAt
        varint(geometry, (points << 3) | 1)
        geometry.at = end
      }
      if (!geometry.at) return
      tags.length = 0
      let tagSize = 0
      for (let i = 0; i < keys.length; i++) {
        const key = localKey(keys[i])
        const value = localValue(constants[i])
        tags.push(key, value)
        tagSize += varintSize(key) + varintSize(value)
      }
      const body = (tagSize ? 1 + varintSize(tagSize) + tagSize : 0) + 2 + 1 + varintSize(geometry.at) + geometry.at
      reserve(features, body + 6)
      varint(features, 18)
      varint(features, body)
      if (tagSize) {
        varint(features, 18)
        varint(features, tagSize)
        for (const tag of tags) varint(features, tag)
      }
      varint(features, 24)
      varint(features, type)
      varint(features, 34)
      varint(features, geometry.at)
      copy(geometry.bytes, geometry.at, features)
      count++
    },
    write(out) {
      const start = head()
      const size = start.length + features.at + values.at
      reserve(out, size + 8)
      varint(out, 26)
      varint(out, size)
      copy(start, start.length, out)
      copy(features.bytes, features.at, out)
      copy(values.bytes, values.at, out)
    },
  }
}

/**
 * Starts a tile.
 * @param keyNames names of the keys that features refer to by number
 * @see https://github.com/mapbox/vector-tile-spec/tree/master/2.1
 */
export function mvtTile(keyNames: readonly string[]): MvtTile {
  const layers = new Map<string, OpenLayer>()
  return {
    layer(name) {
      let layer = layers.get(name)
      if (!layer) {
        layer = openLayer(name, keyNames)
        layers.set(name, layer)
      }
      return layer
    },
    finish() {
      const full = [...layers.values()].filter((layer) => layer.features)
      if (!full.length) return null
      const out = { bytes: new Uint8Array(1 << 12), at: 0 }
      for (const layer of full) layer.write(out)
      return out.bytes.slice(0, out.at)
    },
  }
}
