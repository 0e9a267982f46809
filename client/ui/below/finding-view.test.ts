/** Where one looks from at what was found. */
import { expect, test } from 'vitest'
import { boxInView, placeOf, viewOfFound } from './finding-view.ts'

const line = {
  geometry: {
    type: 'LineString' as const,
    coordinates: [
      [121, 28, 3],
      [121.001, 28, 4],
      [121.002, 28, 5],
    ],
  },
}

test('the place is where it was hit, the point itself or the middle of the line', () => {
  expect(placeOf({ ...line, properties: { at: [121.0005, 28, 3.5] } })).toEqual([121.0005, 28, 3.5])
  expect(placeOf({ ...line, properties: {} })).toEqual([121.001, 28, 4])
  expect(placeOf({ geometry: { type: 'Point', coordinates: [120, 30] }, properties: { at: 'x' } })).toEqual([
    120, 30, 0,
  ])
})

test('a point is looked at from near, a line from far enough to see all of it, both from the south', () => {
  const near = viewOfFound({ geometry: { type: 'Point', coordinates: [121, 28, 10] }, properties: {} })
  expect(near.lat).toBeLessThan(28)
  expect(near.height).toBeGreaterThan(40)
  expect(near.height).toBeLessThan(70)
  expect(viewOfFound({ ...line, properties: {} }).height).toBeGreaterThan(100)
})

test('the box lies in the middle of the picture, ahead of the camera, and never grows over some hundred metres', () => {
  const down = { lng: 121, lat: 28, height: 500, heading: 0, pitch: -90 }
  const [w, s, e, n] = boxInView(down, 0.5, 1000)
  expect((w + e) / 2).toBeCloseTo(121, 5)
  expect((s + n) / 2).toBeCloseTo(28, 5)
  const ahead = boxInView({ ...down, heading: 90, pitch: -30 }, 0.5, 1000)
  expect((ahead[0] + ahead[2]) / 2).toBeGreaterThan(121.003)
  const wide = boxInView(down, 1000, 1000)
  expect((wide[3] - wide[1]) * 111_320).toBeLessThan(1700)
})
