/** Vector tiles as an independent reader sees them. */
import { VectorTile } from '@mapbox/vector-tile'
import { PbfReader } from 'pbf'
import { expect, test } from 'vitest'
import { MVT_LINE, MVT_POINT, MVT_POLYGON, mvtTile } from './mvt.ts'
import { mvtDictionary } from './mvt-values.ts'

const read = (bytes: Uint8Array | null): VectorTile => new VectorTile(new PbfReader(bytes ?? new Uint8Array()))
const keys = ['id', 'name', 'height', 'flag']

test('values of every kind come back, and shared ones are stored once', () => {
  const dictionary = mvtDictionary()
  const tile = mvtTile(keys)
  const layer = tile.layer('things')
  const values = [
    '',
    'a',
    '椒江区',
    'x'.repeat(500),
    0,
    1,
    -1,
    300,
    2 ** 29,
    -(2 ** 29),
    2 ** 40,
    1.5,
    -0.1,
    true,
    false,
  ]
  for (let round = 0; round < 2; round++)
    for (const [i, value] of values.entries()) {
      layer.begin(MVT_POINT)
      layer.point(i, -i)
      layer.end([0, 1], [dictionary.unique(`f${round}-${i}`), dictionary.constant(value)])
    }
  const bytes = tile.finish()
  const found = read(bytes).layers.things
  expect(found.length).toBe(values.length * 2)
  for (let i = 0; i < found.length; i++) {
    const feature = found.feature(i)
    expect(feature.properties.name).toBe(values[i % values.length])
    expect(feature.loadGeometry()[0][0]).toMatchObject({ x: i % values.length, y: -(i % values.length) + 0 })
  }
  expect(bytes?.length).toBeLessThan(1500)
  expect([found.version, found.extent, found.name]).toEqual([2, 4096, 'things'])
})

test('a thousand distinct values keep their places', () => {
  const dictionary = mvtDictionary()
  const tile = mvtTile(keys)
  const layer = tile.layer('a')
  for (let i = 0; i < 3000; i++) {
    layer.begin(MVT_POINT)
    layer.point(0, 0)
    layer.end([2], [dictionary.constant(i % 1000)])
  }
  const found = read(tile.finish()).layers.a
  for (let i = 0; i < 3000; i += 7) expect(found.feature(i).properties).toEqual({ height: i % 1000 })
})

test('rings are turned as the specification wants, and those without area vanish', () => {
  const dictionary = mvtDictionary()
  const clockwise = Int32Array.of(0, 0, 10, 0, 10, 10, 0, 10, 0, 0)
  const counter = Int32Array.of(2, 2, 2, 4, 4, 4, 4, 2, 2, 2)
  const tile = mvtTile(keys)
  const layer = tile.layer('areas')
  for (const [outer, inner] of [
    [clockwise, counter],
    [clockwise.toReversed().map((_, i, all) => all[i ^ 1]), counter.toReversed().map((_, i, all) => all[i ^ 1])],
  ]) {
    layer.begin(MVT_POLYGON)
    expect(layer.ring(outer, 0, 10, 0, 0, true)).toBe(true)
    expect(layer.ring(inner, 0, 10, 0, 0, false)).toBe(true)
    expect(layer.ring(Int32Array.of(0, 0, 5, 5, 9, 9, 0, 0), 0, 8, 0, 0, false)).toBe(false)
    expect(layer.ring(Int32Array.of(1, 1, 1, 1, 1, 1, 1, 1), 0, 8, 0, 0, false)).toBe(false)
    layer.end([3], [dictionary.constant(true)])
  }
  layer.begin(MVT_POLYGON)
  layer.end([3], [dictionary.constant(true)])
  const found = read(tile.finish()).layers.areas
  expect(found.length).toBe(2)
  for (let i = 0; i < 2; i++) {
    const geometry = found.feature(i).toGeoJSON(0, 0, 0).geometry
    expect(geometry.type).toBe('Polygon')
    const rings = found.feature(i).loadGeometry()
    const area = (ring: { x: number; y: number }[]): number =>
      ring.slice(1).reduce((sum, point, k) => sum + ring[k].x * point.y - point.x * ring[k].y, 0) / 2
    expect(area(rings[0])).toBe(100)
    expect(area(rings[1])).toBe(-4)
  }
})

test('lines lose repeated points, multipoints count theirs, and an empty tile is null', () => {
  const dictionary = mvtDictionary()
  const tile = mvtTile(keys)
  expect(tile.finish()).toBeNull()
  const layer = tile.layer('mixed')
  layer.begin(MVT_LINE)
  layer.line(Int32Array.of(5, 5, 5, 5, 9, 9, 9, 9), 0, 8, 5, 5)
  layer.line(Int32Array.of(5, 5, 5, 5), 0, 4, 0, 0)
  layer.line(Int32Array.of(-70000, 0, 70000, 1), 0, 4, 0, 0)
  layer.end([], [])
  layer.begin(MVT_POINT)
  for (let i = 0; i < 40; i++) layer.point(i, i * i)
  layer.end([0], [dictionary.unique('many')])
  const found = read(tile.finish()).layers.mixed
  const lines = found.feature(0).loadGeometry()
  expect(lines.map((line) => line.map(({ x, y }) => [x, y]))).toEqual([
    [
      [0, 0],
      [4, 4],
    ],
    [
      [-70000, 0],
      [70000, 1],
    ],
  ])
  expect(
    found
      .feature(1)
      .loadGeometry()
      .flat()
      .map(({ y }) => y)[39],
  ).toBe(39 * 39)
})
