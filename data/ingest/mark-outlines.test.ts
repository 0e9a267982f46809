/** Outlines with parts. */
import { expect, test } from 'vitest'
import type { CityFeature } from '../geo/city-feature.ts'
import { markOutlines } from './mark-outlines.ts'

const box = (id: string, west: number, east: number, part: boolean): CityFeature => ({
  id,
  layer: 'buildings',
  geometry: {
    type: 'Polygon',
    coordinates: [
      [
        [west, 0],
        [east, 0],
        [east, 1],
        [west, 1],
        [west, 0],
      ],
    ],
  },
  style: part ? { class: 'other', part: true } : { class: 'other' },
  attributes: {},
})

test('an outline that its parts cover is marked, one with a small or no part is not', async () => {
  const all = [
    box('covered', 0, 10, false),
    box('a', 0, 4, true),
    box('b', 4, 10, true),
    box('alone', 20, 30, false),
    box('barely', 40, 50, false),
    box('c', 44, 46, true),
  ]
  async function* read() {
    yield* all
  }
  const out: CityFeature[] = []
  for await (const feature of markOutlines(read, 3)) out.push(feature)
  expect(out.map(({ id }) => id)).toEqual(all.map(({ id }) => id))
  expect(out.filter(({ style }) => style.outline).map(({ id }) => id)).toEqual(['covered'])
})
