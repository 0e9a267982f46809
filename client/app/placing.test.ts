/** Tests of the numbers a model is placed by. */
import { expect, test } from 'vitest'
import { movedTo, placingOf } from './placing.ts'

test('numbers are kept on Earth, turns between 0 and 360', () => {
  expect(placingOf({})).toBeNull()
  const wild = { model: 'a', lng: 999, lat: Number.NaN, height: 1e9, headingDeg: -30, scale: 0, ground: 'x' }
  expect(placingOf(wild)).toEqual({
    model: 'a',
    lng: 180,
    lat: 0,
    height: 20_000,
    headingDeg: 330,
    scale: 0.001,
    ground: null,
  })
})

test('moved along the ground, a model stays as high above it; without a known ground it first stands on it', () => {
  const placing = placingOf({ model: 'a', lng: 1, lat: 2, height: 15, ground: 10 })!
  expect(movedTo(placing, 3, 4, 20)).toEqual({ lng: 3, lat: 4, ground: 20, height: 25 })
  expect(movedTo(placing, 3, 4, null)).toEqual({ lng: 3, lat: 4 })
  expect(movedTo({ ...placing, ground: null }, 3, 4, 20)).toEqual({ lng: 3, lat: 4, ground: 20, height: 20 })
})
