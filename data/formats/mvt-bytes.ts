/** Bytes of a vector tile under way: protobuf's numbers, written one after the other. */

/** Bytes that grow; the caller reserves before it writes. */
export interface Bytes {
  bytes: Uint8Array
  at: number
}

/** Makes room for `more` bytes. */
export function reserve(out: Bytes, more: number): void {
  if (out.at + more <= out.bytes.length) return
  const wider = new Uint8Array(Math.max(out.bytes.length * 2, out.at + more))
  wider.set(out.bytes.subarray(0, out.at))
  out.bytes = wider
}

/** Writes an unsigned number below 2^32; five bytes at most. */
export function varint(out: Bytes, value: number): void {
  const { bytes } = out
  let rest = value >>> 0
  while (rest > 127) {
    bytes[out.at++] = (rest & 127) | 128
    rest >>>= 7
  }
  bytes[out.at++] = rest
}

/** @returns bytes that `varint` writes */
export const varintSize = (value: number): number =>
  value < 128 ? 1 : value < 16384 ? 2 : value < 2097152 ? 3 : value < 268435456 ? 4 : 5

/** @returns small unsigned numbers for small signed ones */
export const zigzag = (value: number): number => (value << 1) ^ (value >> 31)

/** Copies a few bytes; below some fifty of them a loop is faster than making a view and calling `set`. */
export function copy(source: Uint8Array, from: number, to: number, out: Bytes): void {
  const { bytes, at } = out
  if (to - from > 48) bytes.set(source.subarray(from, to), at)
  else for (let i = from, k = at; i < to; i++, k++) bytes[k] = source[i]
  out.at = at + to - from
}
