/** Tests of the index stream: meshopt's own decoder finds the triangles that were put in. */
import { MeshoptDecoder } from 'meshoptimizer/decoder'
import { beforeAll, expect, test } from 'vitest'
import { type Topology, TriangleStream, topologyOf } from './triangle-stream.ts'

beforeAll(() => MeshoptDecoder.ready)

/** The same numbers for the same seed. @see Park & Miller 1988 */
function seeded(seed: number): () => number {
  let state = (seed % 2147483646) + 1
  return () => (state = (state * 16807) % 2147483647) / 2147483647
}

/** A triangle from its smallest corner on, as turning it changes nothing. */
const turned = ([a, b, c]: number[]): string =>
  (a <= b && a <= c ? [a, b, c] : b <= a && b <= c ? [b, c, a] : [c, a, b]).join(' ')

function decoded(stream: TriangleStream): number[][] {
  const count = stream.triangles * 3
  const bytes = new Uint8Array(count * 4)
  MeshoptDecoder.decodeGltfBuffer(bytes, count, 4, stream.packed(), 'TRIANGLES')
  const numbers = new Uint32Array(bytes.buffer)
  return Array.from({ length: count / 3 }, (_, i) => [...numbers.subarray(i * 3, i * 3 + 3)])
}

/** Triangles of a topology in the caller's own numbers. */
const original = ({ order, triangles }: Topology): number[][] =>
  Array.from({ length: triangles.length / 3 }, (_, i) => [0, 1, 2].map((k) => order[triangles[i * 3 + k]]))

/** A random fan, strip or heap of triangles. */
function randomSolid(random: () => number): number[] {
  const n = 3 + Math.floor(random() * 40)
  const kind = random()
  const corners: number[] = []
  for (let i = 1; i < n - 1; i++) {
    if (kind < 0.3) corners.push(0, i, i + 1)
    else if (kind < 0.6) corners.push(i - 1, i % 2 ? i : i + 1, i % 2 ? i + 1 : i)
    else {
      const [a, b] = [Math.floor(random() * n), Math.floor(random() * n)]
      corners.push(a, (a + 1) % n, a === b || (a + 1) % n === b ? (a + 2) % n : b)
    }
  }
  return corners
}

test('random solids come back in order, numbered as they are first named', () => {
  const random = seeded(5)
  const stream = new TriangleStream()
  for (let round = 0; round < 40; round++) {
    stream.clear()
    const expected: string[] = []
    const solids = Array.from({ length: 30 }, () => randomSolid(random))
    for (const corners of [...solids, ...solids]) {
      const topology = topologyOf(corners, corners.length)
      expect(original(topology).map(turned)).toEqual(
        Array.from({ length: corners.length / 3 }, (_, i) => turned(corners.slice(i * 3, i * 3 + 3))),
      )
      for (let i = 0; i < corners.length; i += 3)
        expected.push(turned([...topology.triangles.subarray(i, i + 3)].map((v) => v + stream.vertices)))
      stream.add(topology)
    }
    expect(decoded(stream).map(turned)).toEqual(expected)
  }
})

test('a box takes a byte per triangle and a few', () => {
  const box = [0, 1, 2, 0, 2, 3, 4, 1, 0, 4, 5, 1, 5, 2, 1, 5, 6, 2, 6, 3, 2, 6, 7, 3, 7, 0, 3, 7, 4, 0]
  const stream = new TriangleStream()
  for (let i = 0; i < 100; i++) stream.add(topologyOf(box, box.length))
  expect(stream.vertices).toBe(800)
  expect(decoded(stream)).toHaveLength(1000)
  expect(stream.packed().length).toBeLessThan(1300)
})

test('corners that no triangle names are left out, and only so many numbers are read', () => {
  const topology = topologyOf([5, 9, 2, 2, 9, 7, 1, 1, 1], 6)
  expect([...topology.order]).toEqual([5, 9, 2, 7])
  expect(topology.codes).toHaveLength(2)
})

test('a solid of more than 65,536 vertices comes back', () => {
  const corners: number[] = []
  for (let i = 1; i < 80_000; i++) corners.push(0, i, i + 1)
  const stream = new TriangleStream()
  stream.add(topologyOf(corners, corners.length))
  const triangles = decoded(stream)
  expect(triangles).toHaveLength(79_999)
  expect(
    triangles
      .at(-1)!
      .map((v) => topologyOf(corners, corners.length).order[v])
      .sort((a, b) => a - b),
  ).toEqual([0, 79_999, 80_000])
})
