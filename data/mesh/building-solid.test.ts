/** Tests of solids: closed, of the right volume, and never worse than a named nothing on hostile outlines. */
import { expect, test } from 'vitest'
import { ROOFS } from '../geo/city-feature.ts'
import { type BuildingMesh, openMesh } from './building-mesh.ts'
import { addSolid } from './building-solid.ts'
import { footprints } from './footprint.ts'

const build = (
  rings: number[][],
  roof = 0,
  top = 10,
  roofHeight = Number.NaN,
  roofDirectionDeg = Number.NaN,
): BuildingMesh => {
  const mesh = openMesh()
  const found = footprints(
    rings.flat(),
    rings.map((ring) => ring.length / 2),
    rings.map((_, i) => (i > 0 ? 1 : 0)),
  )
  for (const footprint of found) addSolid(mesh, footprint, { bottom: 0, top, roof, roofHeight, roofDirectionDeg }, 7)
  return mesh
}

const triangles = (mesh: BuildingMesh): number[][] =>
  Array.from({ length: mesh.indexCount / 3 }, (_, i) => [...mesh.indices.subarray(i * 3, i * 3 + 3)])

const volume = (mesh: BuildingMesh): number => {
  const at = (v: number): number[] => [...mesh.positions.subarray(v * 3, v * 3 + 3)]
  return triangles(mesh).reduce((sum, [i, j, k]) => {
    const [a, b, c] = [at(i), at(j), at(k)]
    return (
      sum +
      (a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0]) + a[2] * (b[0] * c[1] - b[1] * c[0])) / 6
    )
  }, 0)
}

/** Each edge once in each direction. */
const expectClosed = (mesh: BuildingMesh): void => {
  const edges = new Map<string, number>()
  for (const triangle of triangles(mesh)) {
    for (let i = 0; i < 3; i++) {
      const [a, b] = [triangle[i], triangle[(i + 1) % 3]]
      edges.set(`${a}-${b}`, (edges.get(`${a}-${b}`) ?? 0) + 1)
    }
  }
  for (const [edge, times] of edges) {
    const [a, b] = edge.split('-')
    expect(times, `edge ${edge}`).toBe(1)
    expect(edges.get(`${b}-${a}`), `edge ${edge} reversed`).toBe(1)
  }
}

const rectangle = [0, 0, 12, 0, 12, 8, 0, 8]
const ell = [0, 0, 20, 0, 20, 8, 8, 8, 8, 20, 0, 20]
const tee = [0, 0, 30, 0, 30, 8, 18, 8, 18, 25, 12, 25, 12, 8, 0, 8]
const round = Array.from({ length: 40 }, (_, i) => (i % 2 ? Math.sin : Math.cos)(((i >> 1) / 20) * 2 * Math.PI) * 10)

test('flat solids are closed and have area times height', () => {
  for (const [ring, area] of [
    [rectangle, 96],
    [ell, 256],
    [tee, 342],
  ] as const) {
    const mesh = build([ring])
    expectClosed(mesh)
    expect(volume(mesh)).toBeCloseTo(area * 10, 3)
  }
  const courtyard = build([
    [0, 0, 30, 0, 30, 30, 0, 30],
    [10, 10, 20, 10, 20, 20, 10, 20],
  ])
  expectClosed(courtyard)
  expect(volume(courtyard)).toBeCloseTo(8000, 2)
})

test('roofs close every outline, whichever way they slope', () => {
  for (const [roof] of ROOFS.entries()) {
    for (const ring of [rectangle, ell, tee, round, [0, 0, 10, 0, 3, 9]]) {
      for (const direction of [Number.NaN, 0, 37, 90, 225]) {
        const mesh = build([ring], roof, 10, 3, direction)
        expectClosed(mesh)
        expect(volume(mesh)).toBeGreaterThan(0)
        const heights = mesh.positions.subarray(0, mesh.vertices * 3).filter((_, i) => i % 3 === 2)
        expect(Math.max(...heights)).toBeCloseTo(10, 4)
        expect(Math.min(...heights)).toBe(0)
      }
    }
  }
})

test('roof volumes are those of the textbook', () => {
  const body = 96 * 7
  expect(volume(build([rectangle], ROOFS.indexOf('gabled'), 10, 3))).toBeCloseTo(body + (96 * 3) / 2, 0)
  expect(volume(build([rectangle], ROOFS.indexOf('skillion'), 10, 3))).toBeCloseTo(body + (96 * 3) / 2, 3)
  expect(volume(build([rectangle], ROOFS.indexOf('pyramidal'), 10, 3))).toBeCloseTo(body + (96 * 3) / 3, 3)
  // prismoid: ridge of 12 − 2 · 4 m
  expect(volume(build([rectangle], ROOFS.indexOf('hipped'), 10, 3))).toBeCloseTo(body + ((2 * 12 + 4) * 8 * 3) / 6, 3)
})

test('a skillion falls toward its direction', () => {
  const mesh = build([rectangle], ROOFS.indexOf('skillion'), 10, 3, 90)
  for (let v = 0; v < 4; v++) expect(mesh.positions[v * 3 + 2]).toBeCloseTo(mesh.positions[v * 3] > 6 ? 7 : 10, 4)
})

test('hostile outlines give a solid or nothing, never a crash', () => {
  const spike = [0, 0, 10, 0, 10, 10, 5, 10, 5, 90, 5, 10, 0, 10]
  expect(volume(build([spike]))).toBeCloseTo(1000, 0)
  const doubled = [0, 0, 0, 0, 10, 0, 10, 0, 10, 5, 10, 10, 0, 10, 0, 10, 0, 0]
  expect(volume(build([doubled]))).toBeCloseTo(1000, 1)
  expectClosed(build([doubled]))
  expect(build([[0, 0, 10, 0, 20, 0]]).vertices).toBe(0)
  expect(build([[0, 0, 0.01, 0, 0.01, 0.01]]).vertices).toBe(0)
  const bowTie = build([[0, 0, 10, 10, 10, 0, 0, 12]])
  expect(volume(bowTie)).toBeGreaterThan(0)
  const star = Array.from({ length: 5 }, (_, i) => [Math.cos(i * 2.513274) * 9, Math.sin(i * 2.513274) * 9]).flat()
  expectClosed(build([star]))
  expect(volume(build([[...rectangle].reverse()]))).toBeGreaterThan(0)
  // a hole that touches the shell, one as large as it, one outside
  expect(volume(build([rectangle, [0, 2, 4, 2, 4, 4, 0, 4]]))).toBeCloseTo(880, 0)
  expect(volume(build([rectangle, rectangle]))).toBeCloseTo(960, 0)
  expect(volume(build([rectangle, [50, 50, 55, 50, 55, 55]]))).toBeGreaterThan(0)
})

test('ten thousand corners and random scribbles end in time', () => {
  const wheel = Array.from({ length: 20_000 }, (_, i) => {
    const k = i >> 1
    return (i % 2 ? Math.sin : Math.cos)((k / 10_000) * 2 * Math.PI) * (300 + (k % 2) * 5)
  })
  expect(volume(build([wheel]))).toBeGreaterThan(2e6)
  let seed = 1
  const random = (): number => (seed = (seed * 16807) % 2147483647) / 2147483647
  for (let i = 0; i < 2000; i++) {
    const ring = Array.from({ length: 2 * (3 + Math.floor(random() * 12)) }, () => Math.round(random() * 40) / 2)
    const mesh = build([ring], i % ROOFS.length, 10, random() * 12, random() * 360)
    for (const value of mesh.positions.subarray(0, mesh.vertices * 3)) expect(Number.isFinite(value)).toBe(true)
  }
}, 60_000)
