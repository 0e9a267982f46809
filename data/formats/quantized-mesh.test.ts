/** Quantized-mesh tiles survive the round trip, and broken ones are refused with a reason. */
import { expect, test } from 'vitest'
import { octDecode, octEncode, type QuantizedMesh, readQuantizedMesh, writeQuantizedMesh } from './quantized-mesh.ts'

const square: QuantizedMesh = {
  center: [1, 2, 3],
  minHeight: -2.5,
  maxHeight: 100,
  sphere: { center: [4, 5, 6], radius: 7 },
  horizonOcclusion: [8, 9, 10],
  u: Uint16Array.of(0, 32767, 32767, 0),
  v: Uint16Array.of(0, 32767, 0, 32767),
  height: Uint16Array.of(5, 32767, 0, 9),
  triangles: Uint16Array.of(0, 1, 2, 1, 0, 3),
  west: Uint16Array.of(0, 3),
  south: Uint16Array.of(0, 2),
  east: Uint16Array.of(2, 1),
  north: Uint16Array.of(3, 1),
  normals: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
  waterMask: Uint8Array.of(255),
}

test('everything comes back as it was', () => {
  expect(readQuantizedMesh(writeQuantizedMesh(square))).toEqual(square)
  const { normals, waterMask, ...bare } = square
  expect(readQuantizedMesh(writeQuantizedMesh(bare))).toEqual(bare)
  expect([normals?.length, waterMask?.length]).toEqual([8, 1])
})

test('the first bytes are those of the specification', () => {
  const bytes = writeQuantizedMesh(square)
  const view = new DataView(bytes.buffer)
  expect(view.getFloat64(16, true)).toBe(3)
  expect(view.getFloat32(28, true)).toBe(100)
  expect(view.getUint32(88, true)).toBe(4)
  // u: 0, +32767, 0, −32767 in zigzag
  expect([0, 1, 2, 3].map((i) => view.getUint16(92 + i * 2, true))).toEqual([0, 65534, 0, 65533])
  expect(view.getUint32(116, true)).toBe(2)
  // high-water marks: three new vertices, then 1, 0, and a new one
  expect([0, 1, 2, 3, 4, 5].map((i) => view.getUint16(120 + i * 2, true))).toEqual([0, 0, 0, 2, 3, 0])
})

test('more than 65,536 vertices take 32-bit indices', () => {
  const count = 66000
  const triangles = Uint32Array.from({ length: count }, (_, i) => i)
  const line = new Uint16Array(count)
  const wide = {
    ...square,
    u: line,
    v: line,
    height: line,
    triangles,
    normals: undefined,
    waterMask: new Uint8Array(65536),
  }
  const west = Uint32Array.of(0, 65999)
  const read = readQuantizedMesh(writeQuantizedMesh({ ...wide, west, south: west, east: west, north: west }))
  expect(read.triangles).toEqual(triangles)
  expect(read.west).toEqual(west)
  expect(read.waterMask?.length).toBe(65536)
})

test('a tile cut anywhere is refused, never read past its end', () => {
  const bytes = writeQuantizedMesh(square)
  for (let length = 0; length < bytes.length; length++) {
    let message = ''
    try {
      readQuantizedMesh(bytes.subarray(0, length))
    } catch (error) {
      message = (error as Error).message
      expect(error).toBeInstanceOf(RangeError)
    }
    // a cut between two extensions is a whole tile
    if (length < bytes.length - 6 - 13) expect(message).toContain('quantized-mesh: cut short')
  }
})

test('arrays that disagree and vertices out of turn are refused', () => {
  expect(() => writeQuantizedMesh({ ...square, v: Uint16Array.of(1) })).toThrow('arrays disagree')
  expect(() => writeQuantizedMesh({ ...square, normals: Uint8Array.of(1) })).toThrow('expected 8')
  expect(() => writeQuantizedMesh({ ...square, waterMask: new Uint8Array(9) })).toThrow('expected 1 | 65536')
  expect(() => writeQuantizedMesh({ ...square, triangles: Uint16Array.of(0, 2, 1) })).toThrow(
    'vertex out of turn, got 2',
  )
})

test('normals come back within a degree', () => {
  let seed = 11
  const random = (): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) | 0
    return (seed >>> 0) / 2 ** 32 - 0.5
  }
  for (let i = 0; i < 500; i++) {
    const [x, y, z] = [random(), random(), random()]
    const length = Math.hypot(x, y, z)
    const [a, b] = octEncode(Float32Array.of(x / length, y / length, z / length))
    const [u, v, w] = octDecode(a, b)
    expect((u * x + v * y + w * z) / length).toBeGreaterThan(Math.cos(Math.PI / 180))
  }
})
