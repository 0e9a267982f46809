/** Features in, tiles out: nothing lost at the edges, nothing left of what has no size, and bad shapes end nothing. */
import { VectorTile } from '@mapbox/vector-tile'
import type { Geometry, Position } from 'geojson'
import { PbfReader } from 'pbf'
import { expect, test } from 'vitest'
import { mvtDictionary } from '../../data/formats/mvt-values.ts'
import { MERCATOR } from '../../data/geo/tile-grid.ts'
import { vectorPyramid } from './vector-pyramid.ts'

const root = { z: 10, x: MERCATOR.x(121.4, 10), y: MERCATOR.y(28.6, 10) }
const box = MERCATOR.bounds(root.z, root.x, root.y)
const mid: Position = [(box.west + box.east) / 2, (box.south + box.north) / 2]
const span = box.east - box.west

function cut(geometries: Geometry[], minZ = 10, maxZ = 13): Map<string, VectorTile> {
  const pyramid = vectorPyramid({ root, minZ, maxZ, buffer: 64, tolerance: 3, exactZ: 13, keyNames: ['id'] })
  const dictionary = mvtDictionary()
  for (const [i, geometry] of geometries.entries())
    pyramid.add({ layer: 'a', geometry, minZ: 0, keys: [0], values: [dictionary.unique(String(i))] })
  return new Map(
    [...pyramid.finish()].map(({ z, x, y, bytes }) => [`${z}/${x}/${y}`, new VectorTile(new PbfReader(bytes))]),
  )
}
const ringArea = (ring: { x: number; y: number }[]): number =>
  ring.slice(1).reduce((sum, point, k) => sum + ring[k].x * point.y - point.x * ring[k].y, 0) / 2

test('a square over the whole root fills every tile and its buffer exactly', () => {
  const wide = span * 2
  const [x, y] = mid
  const all = cut([
    {
      type: 'Polygon',
      coordinates: [
        [
          [x - wide, y - wide],
          [x + wide, y - wide],
          [x + wide, y + wide],
          [x - wide, y + wide],
          [x - wide, y - wide],
        ],
      ],
    },
  ])
  expect(all.size).toBe(1 + 4 + 16 + 64)
  for (const tile of all.values()) expect(ringArea(tile.layers.a.feature(0).loadGeometry()[0])).toBe((4096 + 128) ** 2)
})

test('pieces of a wild polygon add up to the polygon, tile by tile without the buffer', () => {
  const [x, y] = mid
  const star = Array.from({ length: 100_000 }, (_, i): Position => {
    const angle = (i / 100_000) * 2 * Math.PI
    const radius = span * (0.3 + 0.1 * Math.sin(angle * 40))
    return [x + radius * Math.cos(angle), y + radius * 0.85 * Math.sin(angle)]
  })
  star.push(star[0])
  const pyramid = vectorPyramid({ root, minZ: 13, maxZ: 13, buffer: 0, tolerance: 3, exactZ: 13, keyNames: [] })
  pyramid.add({ layer: 'a', geometry: { type: 'Polygon', coordinates: [star] }, minZ: 0, keys: [], values: [] })
  let sum = 0
  for (const { bytes } of pyramid.finish())
    for (const ring of new VectorTile(new PbfReader(bytes)).layers.a.feature(0).loadGeometry()) sum += ringArea(ring)
  const units = 4096 * 8
  const expected =
    (Math.PI * 0.85 * span * span * (0.09 + 0.005) * (units / span) ** 2) / Math.cos((mid[1] * Math.PI) / 180)
  expect(sum / expected).toBeGreaterThan(0.999)
  expect(sum / expected).toBeLessThan(1.001)
})

test('a line is whole at the finest level and simpler above, its ends kept', () => {
  const [x, y] = mid
  const wave = Array.from({ length: 2000 }, (_, i): Position => [x + i * 1e-5, y + 2e-5 * Math.sin(i / 3)])
  const points = (z: number): number => {
    let count = 0
    for (const [key, tile] of cut([{ type: 'LineString', coordinates: wave }], z, 13))
      if (key.startsWith(`${z}/`)) count += tile.layers.a.feature(0).loadGeometry().flat().length
    return count
  }
  expect(points(10)).toBeLessThan(20)
  expect(points(13)).toBeGreaterThan(100)
})

test('points at a tile edge belong to one tile', () => {
  const found = cut([{ type: 'Point', coordinates: mid }], 11, 13)
  expect(found.size).toBe(3)
})

test('what has no size, no sense or another place is left out without a word', () => {
  const [x, y] = mid
  const shapes: Geometry[] = [
    { type: 'LineString', coordinates: [] },
    {
      type: 'LineString',
      coordinates: [
        [x, y],
        [x, y],
      ],
    },
    {
      type: 'LineString',
      coordinates: [
        [Number.NaN, y],
        [x, Number.POSITIVE_INFINITY],
      ],
    },
    { type: 'Polygon', coordinates: [] },
    { type: 'Polygon', coordinates: [[]] },
    {
      type: 'Polygon',
      coordinates: [
        [
          [x, y],
          [x, y],
          [x, y],
          [x, y],
        ],
      ],
    },
    {
      type: 'MultiPolygon',
      coordinates: [
        [
          [
            [x, y],
            [x + 1e-9, y],
            [x, y + 1e-9],
            [x, y],
          ],
        ],
      ],
    },
    { type: 'Point', coordinates: [Number.NaN, Number.NaN] },
    { type: 'MultiPoint', coordinates: [] },
    { type: 'GeometryCollection', geometries: [] },
    { type: 'Point', coordinates: [-x, y] },
    {
      type: 'LineString',
      coordinates: [
        [0, 89.9],
        [1, 90],
      ],
    },
    {
      type: 'LineString',
      coordinates: [
        [1e308, 0],
        [-1e308, 1e308],
      ],
    },
  ]
  for (const tile of cut(shapes).values())
    expect(Array.from({ length: tile.layers.a.length }, (_, i) => tile.layers.a.feature(i).properties.id)).toEqual([
      '12',
    ])
})

test('seeded shapes: every polygon written has an outer ring first, holes after, all with area', () => {
  let seed = 5
  const random = (): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) | 0
    return (seed >>> 0) / 2 ** 32
  }
  const shapes = Array.from({ length: 300 }, (): Geometry => {
    const ring = (size: number): Position[] => {
      const [x, y] = [box.west + random() * span, box.south + random() * (box.north - box.south)]
      const corners = Array.from(
        { length: 3 + Math.floor(random() * 12) },
        (): Position => [x + random() * size, y + random() * size],
      )
      return [...corners, corners[0]]
    }
    const size = span * random() ** 4
    return { type: 'Polygon', coordinates: random() < 0.5 ? [ring(size)] : [ring(size), ring(size / 3)] }
  })
  for (const tile of cut(shapes).values())
    for (let i = 0; i < tile.layers.a.length; i++) {
      const rings = tile.layers.a.feature(i).loadGeometry()
      expect(ringArea(rings[0])).toBeGreaterThan(0)
      for (const ring of rings) expect(Math.abs(ringArea(ring))).toBeGreaterThan(0)
    }
})
