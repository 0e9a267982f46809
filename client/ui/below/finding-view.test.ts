/** Where one looks from at what was found. */
import { expect, test } from 'vitest'
import { boxInView, placeInView, placeOf, viewOfFound } from './finding-view.ts'

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

test('the place in the middle is where the look meets the ground, whichever way one looks', () => {
  // a picture 1000 pixels wide, 60° across: 500 m away a pixel is 1.1547 m / 1000 · 500
  const metresPerPixel = (2 * 500 * Math.tan(Math.PI / 6)) / 1000
  for (const heading of [0, 90, 200]) {
    const camera = { lng: 121, lat: 28, height: 250, heading, pitch: -30 }
    const [lng, lat] = placeInView(camera, metresPerPixel, 1000)
    const [east, north] = [(lng - 121) * 111_320 * Math.cos((28 * Math.PI) / 180), (lat - 28) * 111_320]
    expect(Math.hypot(east, north), String(heading)).toBeCloseTo(500 * Math.cos(Math.PI / 6), 6)
    expect(((Math.atan2(east, north) * 180) / Math.PI + 360) % 360).toBeCloseTo(heading, 6)
  }
  expect(placeInView({ lng: 121, lat: 28, height: 500, heading: 0, pitch: -90 }, 0.5, 1000)[1]).toBeCloseTo(28, 9)
})
