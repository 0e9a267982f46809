/** Tests of tubes: true size, joints without cracks at bends and nodes, every section closed at its joints. */
import { expect, test } from 'vitest'
import type { CityFeature } from '../geo/city-feature.ts'
import { SECTIONS } from '../geo/city-feature.ts'
import { decodePipes, encodePipe, type PipeShape } from './pipe-shape.ts'
import { meshPipes, type Placed } from './pipe-tile.ts'
import { jointSolid, NODE_SOLIDS, type Solid, tubeSolid } from './tube-models.ts'

const METRE = 1 / 111_320
const pipe = (id: string, line: number[][], style: CityFeature['style'] = {}): CityFeature => ({
  id,
  layer: 'pipes',
  geometry: { type: 'LineString', coordinates: line.map(([x, y, z]) => [x! * METRE, y! * METRE, z!]) },
  style: { class: 'water', diameter: 0.6, ...style },
  attributes: {},
})
const shapes = (...features: CityFeature[]): PipeShape[] =>
  features.flatMap((feature) => decodePipes(encodePipe(feature) ?? new Uint8Array(0)))

/** Corners of all triangles of a tile, in its plane. */
function triangles(placed: readonly Placed[]): number[][][] {
  const all: number[][][] = []
  for (const { solid, count, translations, rotations, scales } of placed) {
    for (let n = 0; n < count; n++) {
      const at = (i: number): number[] => {
        const v = [0, 1, 2].map((axis) => solid.positions[3 * i + axis]! * scales[3 * n + axis]!)
        const [x, y, z, w] = [...rotations.subarray(4 * n, 4 * n + 4)].map((value) => value / 32767) as number[]
        const t = cross([x!, y!, z!], v).map((value) => 2 * value)
        const u = cross([x!, y!, z!], t)
        return [0, 1, 2].map((axis) => v[axis]! + w! * t[axis]! + u[axis]! + translations[3 * n + axis]!)
      }
      for (let i = 0; i < solid.indices.length; i += 3)
        all.push([at(solid.indices[i]!), at(solid.indices[i + 1]!), at(solid.indices[i + 2]!)])
    }
  }
  return all
}
const cross = (a: number[], b: number[]): number[] => [
  a[1]! * b[2]! - a[2]! * b[1]!,
  a[2]! * b[0]! - a[0]! * b[2]!,
  a[0]! * b[1]! - a[1]! * b[0]!,
]
const minus = (a: number[], b: number[]): number[] => a.map((value, i) => value - b[i]!)
const dot = (a: number[], b: number[]): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0)

/** Distance along a ray to the first triangle, Infinity when it meets none. @see Möller & Trumbore 1997 */
function hit(from: number[], way: number[], all: readonly number[][][]): number {
  let best = Number.POSITIVE_INFINITY
  for (const [a, b, c] of all as [number[], number[], number[]][]) {
    const [e, f] = [minus(b, a), minus(c, a)]
    const p = cross(way, f)
    const det = dot(e, p)
    if (Math.abs(det) < 1e-12) continue
    const s = minus(from, a)
    const u = dot(s, p) / det
    const q = cross(s, e)
    const v = dot(way, q) / det
    const t = dot(f, q) / det
    if (u >= -1e-6 && v >= -1e-6 && u + v <= 1 + 1e-6 && t > 1e-6 && t < best) best = t
  }
  return best
}

test('records come back as they went in, and what cannot be drawn has none', () => {
  const [shape] = shapes(
    pipe(
      '管-1',
      [
        [0, 0, 3],
        [10, 5, 2.5],
      ],
      { section: 'egg', year: 1987, flow: 'gravity', estimated: true },
    ),
  )
  expect(shape).toMatchObject({ id: '管-1', kind: -1, utility: 0, section: 2, year: 1987, flow: 1, estimated: true })
  expect(shape!.height).toBeCloseTo(0.6)
  expect(shape!.vertices).toHaveLength(6)
  for (const bad of [
    [[0, 0, 3]],
    [
      [0, 0, 3],
      [0, 0, 3],
    ],
    [
      [0, 0, 3],
      [1, 1, Number.NaN],
    ],
    [
      [0, 0, 3],
      [1, 1, -9e9],
    ],
  ])
    expect(encodePipe(pipe('x', bad))).toBeNull()
  expect(() => decodePipes(new Uint8Array(40))).toThrow(/pipe shape/)
})

test('a tube has the width of its pipe and reaches from end to end', () => {
  const tile = meshPipes(
    shapes(
      pipe('a', [
        [0, 0, 5],
        [0, 20, 5],
      ]),
    ),
    'full',
    0,
    () => 8,
  )!
  const tube = tile.placed.find(({ solid }) => solid.indices.length === 72)!
  expect(tube.scales[0]).toBeCloseTo(0.6, 3)
  expect(tube.scales[2]).toBe(tube.scales[0])
  expect(tube.scales[1]).toBeGreaterThan(19.8)
  expect(tile.depths[0]).toBeCloseTo(2.7, 5)
  const all = triangles(tile.placed)
  const axis = 5 - tile.low
  // from outside on either side: to the wall
  expect(10 - hit([10, 0, axis], [-1, 0, 0], all)).toBeCloseTo(0.3, 1)
})

test.each(SECTIONS.map((section) => [section]))(
  'a bend of a %s pipe has no crack: nobody looks through it from any side',
  (section) => {
    const bend = shapes(
      pipe(
        'a',
        [
          [-8, 0, 5],
          [0, 0, 5],
          [5, 6, 5],
        ],
        { section, width: 0.6, height: 0.7 },
      ),
    )
    const tile = meshPipes(bend, 'full', 0, () => 8)!
    const all = triangles(tile.placed)
    const [x, y] = [corner(tile.placed)[0]!, corner(tile.placed)[1]!]
    for (let turn = 0; turn < 24; turn++) {
      for (const tilt of [-0.6, 0, 0.6]) {
        const angle = (turn / 24) * 2 * Math.PI
        const way = [Math.cos(angle) * Math.cos(tilt), Math.sin(angle) * Math.cos(tilt), Math.sin(tilt)]
        const aim = [x, y, 5 - tile.low]
        const from = aim.map((value, axis) => value - way[axis]! * 3)
        // the ray reaches the surface before the middle of the joint
        expect(hit(from, way, all), `${section} ${turn} ${tilt}`).toBeLessThan(3)
      }
    }
  },
)

/** The place of the second joint: the corner. */
function corner(placed: readonly Placed[]): number[] {
  const joint = placed.find(({ rotations }) => rotations[3] === 32767 && rotations[0] === 0)!
  return [...joint.translations.subarray(3, 6)]
}

test('where two pipes of a size meet they share one joint', () => {
  const one = pipe('a', [
    [0, 0, 5],
    [10, 0, 5],
  ])
  const two = pipe('b', [
    [10, 0, 5],
    [20, 0, 5],
  ])
  const tile = meshPipes(shapes(one, two), 'full', 0, () => 8)!
  expect(tile.placed.map(({ count }) => count).sort()).toEqual([2, 3])
})

test('faces of every solid look outwards and its normals are unit vectors', () => {
  const solids: [string, Solid][] = [
    ...SECTIONS.flatMap((section): [string, Solid][] => [
      [`tube ${section}`, tubeSolid(section, 12)],
      [`joint ${section}`, jointSolid(section, 12)],
    ]),
    ...Object.entries(NODE_SOLIDS).map(([name, make]): [string, Solid] => [name, make()]),
  ]
  for (const [name, { positions, normals, indices, colours }] of solids) {
    expect(colours.length / 4, name).toBe(positions.length / 3)
    for (let i = 0; i < indices.length; i += 3) {
      const p = [0, 1, 2].map((k) => [...positions.subarray(3 * indices[i + k]!, 3 * indices[i + k]! + 3)])
      const face = cross(minus(p[1]!, p[0]!), minus(p[2]!, p[0]!))
      if (Math.hypot(...face) < 1e-9) continue
      const normal = [...normals.subarray(4 * indices[i]!, 4 * indices[i]! + 3)]
      expect(Math.hypot(...normal) / 127, name).toBeCloseTo(1, 1)
      expect(dot(face, normal), name).toBeGreaterThan(0)
    }
  }
})
