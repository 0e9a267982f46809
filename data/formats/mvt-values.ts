/** Values of vector tiles' tags, encoded once for many tiles. */
import { type Bytes, varint, varintSize, zigzag } from './mvt-bytes.ts'

/** A value of a tag. */
export type MvtValue = string | number | boolean

/** A value that was encoded once and may be used in many tiles. */
export interface MvtConstant {
  /** holds the layer's field `values` with the protobuf Value message, from here to there */
  readonly bytes: Uint8Array
  readonly from: number
  readonly to: number
  /** distinguishes it within one dictionary; −1 = used in one feature only, never looked for */
  readonly id: number
}

/** Encodes values once for many tiles: the same value gives the same constant. */
export interface MvtDictionary {
  constant(value: MvtValue): MvtConstant
  /** For values that no other feature shares, ids above all: they are not remembered. */
  unique(value: string): MvtConstant
}

const text = new TextEncoder()
/** Where encoded values lie together: one allocation for thousands of them, and no view of its own for each. */
const pool: Bytes = { bytes: new Uint8Array(0), at: 0 }
const VALUES = 34
/** room before a long string for the heads of its field and message */
const HEADS = 16

function encodeString(value: string): void {
  const { bytes, at } = pool
  let plain = value.length < 48
  for (let i = 0; plain && i < value.length; i++) {
    const code = value.charCodeAt(i)
    bytes[at + 4 + i] = code
    plain = code < 128
  }
  if (plain) {
    bytes[at] = VALUES
    bytes[at + 1] = value.length + 2
    bytes[at + 2] = 10
    bytes[at + 3] = value.length
    pool.at = at + 4 + value.length
    return
  }
  const { written } = text.encodeInto(value, bytes.subarray(at + HEADS))
  bytes[pool.at++] = VALUES
  varint(pool, 1 + varintSize(written) + written)
  bytes[pool.at++] = 10
  varint(pool, written)
  bytes.copyWithin(pool.at, at + HEADS, at + HEADS + written)
  pool.at += written
}

/** The message of a value that is no string: booleans, whole numbers and doubles. */
function encodeNumber(value: number | boolean): void {
  const { bytes } = pool
  bytes[pool.at++] = VALUES
  if (typeof value === 'boolean' || (Number.isInteger(value) && Math.abs(value) < 2 ** 30)) {
    const whole = Number(value)
    const code = whole >= 0 ? whole : zigzag(whole)
    bytes[pool.at++] = 1 + varintSize(code)
    bytes[pool.at++] = typeof value === 'boolean' ? 56 : whole >= 0 ? 40 : 48
    varint(pool, code)
    return
  }
  bytes[pool.at++] = 9
  bytes[pool.at++] = 25
  new DataView(bytes.buffer).setFloat64(pool.at, value, true)
  pool.at += 8
}

function encode(value: MvtValue, id: number): MvtConstant {
  const most = typeof value === 'string' ? value.length * 3 + HEADS : 16
  if (pool.at + most > pool.bytes.length) {
    pool.bytes = new Uint8Array(Math.max(1 << 16, most))
    pool.at = 0
  }
  const from = pool.at
  if (typeof value === 'string') encodeString(value)
  else encodeNumber(value)
  return { bytes: pool.bytes, from, to: pool.at, id }
}

/** @returns an empty dictionary; share it between the tiles of one thread */
export function mvtDictionary(): MvtDictionary {
  const known = new Map<MvtValue, MvtConstant>()
  return {
    constant(value) {
      let constant = known.get(value)
      if (!constant) {
        constant = encode(value, known.size)
        known.set(value, constant)
      }
      return constant
    },
    unique: (value) => encode(value, -1),
  }
}
