/** Mapbox Vector Tile 2.1, written feature by feature: no objects in between, keys and values once per layer. */

import { type Bytes, copy, reserve, varint, varintSize, zigzag } from './mvt-bytes.ts'
import type { MvtConstant } from './mvt-values.ts'
import { numberTable } from './number-table.ts'

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

/** The geometry of the feature under way, shared by all layers of a thread: features are written one at a time. */
const geometry: Bytes = { bytes: new Uint8Array(1 << 16), at: 0 }
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

/** Writes a zigzag number where there is room; @returns where the next one goes. A cursor of its own is half the time of a shared one. */
function signed(bytes: Uint8Array, at: number, value: number): number {
  let rest = ((value << 1) ^ (value >> 31)) >>> 0
  while (rest > 127) {
    bytes[at++] = (rest & 127) | 128
    rest >>>= 7
  }
  bytes[at] = rest
  return at + 1
}

function stroke(count: number, backwards: boolean): void {
  reserve(geometry, count * 5 + 16)
  const { bytes } = geometry
  const line = kept
  let { x, y } = pen
  geometry.bytes[geometry.at++] = 9
  let at = signed(bytes, geometry.at, line[0] - x)
  at = signed(bytes, at, line[1] - y)
  x = line[0]
  y = line[1]
  if (count > 2) {
    geometry.at = at
    varint(geometry, (((count >> 1) - 1) << 3) | 2)
    at = geometry.at
  }
  // a ring turned round still starts at its first point
  const step = backwards ? -2 : 2
  for (let k = 2, i = backwards ? count - 2 : 2; k < count; k += 2, i += step) {
    at = signed(bytes, at, line[i] - x)
    at = signed(bytes, at, line[i + 1] - y)
    x = line[i]
    y = line[i + 1]
  }
  geometry.at = at
  pen.x = x
  pen.y = y
}

const heads = new Map<string, Uint8Array>()

/** A string field; names of layers and keys come again in every tile and are encoded once. */
function stringField(field: number, value: string): Uint8Array {
  const known = heads.get(`${field} ${value}`)
  if (known) return known
  const bytes = text.encode(value)
  const out = { bytes: new Uint8Array(bytes.length + 12), at: 0 }
  varint(out, field)
  varint(out, bytes.length)
  out.bytes.set(bytes, out.at)
  const made = out.bytes.slice(0, out.at + bytes.length)
  if (heads.size < 1000) heads.set(`${field} ${value}`, made)
  return made
}

interface OpenLayer extends MvtLayer {
  /** most bytes that `write` needs */
  size(): number
  write(out: Bytes): void
}

function openLayer(name: string, keyNames: readonly string[]): OpenLayer {
  const features: Bytes = { bytes: new Uint8Array(1 << 13), at: 0 }
  const values: Bytes = { bytes: new Uint8Array(1 << 12), at: 0 }
  const keyAt = new Int16Array(keyNames.length).fill(-1)
  const keysUsed: number[] = []
  const valueAt = numberTable()
  let valueCount = 0
  let count = 0
  let type: 1 | 2 | 3 = MVT_POINT
  let points = 0
  let pointsAt = 0

  const localValue = (constant: MvtConstant): number => {
    if (constant.id >= 0) {
      const known = valueAt.find(constant.id)
      if (known >= 0) return known
      valueAt.keep(constant.id, valueCount)
    }
    const { bytes, from, to } = constant
    reserve(values, to - from)
    copy(bytes, from, to, values)
    return valueCount++
  }
  const localKey = (key: number): number => {
    if (keyAt[key] < 0) {
      keyAt[key] = keysUsed.length
      keysUsed.push(key)
    }
    return keyAt[key]
  }
  const head = (): Uint8Array[] => [
    Uint8Array.of(120, 2),
    stringField(10, name),
    Uint8Array.of(40, (MVT_EXTENT & 127) | 128, MVT_EXTENT >> 7),
    ...keysUsed.map((key) => stringField(26, keyNames[key])),
  ]
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
      count++
      // tags are written where they belong if their length takes one byte, which is known only afterwards
      reserve(features, geometry.at + keys.length * 10 + 24)
      const start = features.at
      features.at += 4
      for (let i = 0; i < keys.length; i++) {
        varint(features, localKey(keys[i]))
        varint(features, localValue(constants[i]))
      }
      const tagSize = features.at - start - 4
      const body = 2 + tagSize + 3 + varintSize(geometry.at) + geometry.at
      if (tagSize > 0 && tagSize < 128 && body < 128) {
        const { bytes } = features
        bytes[start] = 18
        bytes[start + 1] = body
        bytes[start + 2] = 18
        bytes[start + 3] = tagSize
      } else frame(features, start, tagSize, body - 2)
      varint(features, 24)
      varint(features, type)
      varint(features, 34)
      varint(features, geometry.at)
      copy(geometry.bytes, 0, geometry.at, features)
    },
    size: () => head().reduce((sum, part) => sum + part.length, 16) + features.at + values.at,
    write(out) {
      const start = head()
      const size = start.reduce((sum, part) => sum + part.length, 0) + features.at + values.at
      varint(out, 26)
      varint(out, size)
      for (const part of start) copy(part, 0, part.length, out)
      copy(features.bytes, 0, features.at, out)
      copy(values.bytes, 0, values.at, out)
    },
  }
}

/** Puts the heads of a feature and of its tags before tags that lie four bytes after `start`. */
function frame(features: Bytes, start: number, tagSize: number, rest: number): void {
  const tags = features.bytes.slice(start + 4, start + 4 + tagSize)
  features.at = start
  varint(features, 18)
  varint(features, rest + (tagSize ? 1 + varintSize(tagSize) : 0))
  if (!tagSize) return
  varint(features, 18)
  varint(features, tagSize)
  features.bytes.set(tags, features.at)
  features.at += tagSize
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
      const out = { bytes: new Uint8Array(full.reduce((sum, layer) => sum + layer.size(), 0)), at: 0 }
      for (const layer of full) layer.write(out)
      return out.bytes.subarray(0, out.at)
    },
  }
}
