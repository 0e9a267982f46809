/** The legend of sheets of soil. */
import { expect, test } from 'vitest'
import { readSurfaces } from './read-surfaces.ts'

const LAYER = { code: '①', name: '填土', nameEn: 'Fill', color: '#a58d72', hatch: 'cross', errorM: null, compared: 0 }

test('depths are told from the ground where a layer is, errors and dates as the server says', () => {
  const { rows, water, date, synthetic } = readSurfaces({
    layers: [
      { ...LAYER, top: [10, 11, 12], state: [2, 2, 2] },
      { ...LAYER, code: '②', top: [8, 8.5, 12], state: [3, 4, 1], errorM: 0.4, compared: 7 },
    ],
    water: { height: [9, 9, null], dates: { from: '2024-05-01', to: '2024-05-01T08:00' }, errorM: 0.2, compared: 3 },
    holes: 5,
    synthetic: true,
    date: '2026-07-01',
  })
  expect(rows.map(({ depth }) => depth)).toEqual([null, [2, 2.5]])
  expect(rows[1]).toMatchObject({ name: '② 填土', nameEn: '② Fill', errorM: 0.4, compared: 7 })
  expect(water).toEqual({ depth: [1, 2], dates: '2024-05-01', errorM: 0.2, compared: 3 })
  expect([date, synthetic]).toEqual(['2026-07-01', true])
})

test('where nothing is known there are no rows', () => {
  expect(readSurfaces({ layers: [], water: null })).toMatchObject({ rows: [], water: null, method: null })
})
