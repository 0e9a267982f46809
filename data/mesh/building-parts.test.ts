/** Tests of outlines that give way to their parts. */
import { expect, test } from 'vitest'
import type { CityFeature } from '../geo/city-feature.ts'
import { decodeShape } from './building-chunk.ts'
import { coveredOutlines } from './building-parts.ts'
import { encodeShape } from './building-shape.ts'

const box = (id: string, [w, s, e, n]: number[], part = false): ReturnType<typeof decodeShape> => {
  const ring = [
    [w, s],
    [e, s],
    [e, n],
    [w, n],
    [w, s],
  ].map(([x, y]) => [121 + x * 1e-4, 28 + y * 1e-4])
  const feature: CityFeature = {
    id,
    layer: 'buildings',
    geometry: { type: 'Polygon', coordinates: [ring] },
    style: { height: 9, part },
    attributes: {},
  }
  return decodeShape(encodeShape(feature)!)
}

test('an outline covered by its parts is found, one with a single turret is not', () => {
  const shapes = [
    box('covered', [0, 0, 10, 10]),
    box('left', [0, 0, 5, 10], true),
    box('right', [5, 0, 10, 10], true),
    box('turreted', [20, 0, 30, 10]),
    box('turret', [20, 0, 22, 2], true),
    box('alone', [40, 0, 50, 10]),
  ]
  expect([...coveredOutlines(shapes)].map(({ id }) => id)).toEqual(['covered'])
  expect(coveredOutlines([box('alone', [0, 0, 1, 1])]).size).toBe(0)
})
