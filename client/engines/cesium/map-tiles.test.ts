/** Which vector tiles lie under a box, and the Mercator sums behind it. */
import { expect, test } from 'vitest'
import { latitude, mercator, tilesUnder } from './map-tiles.ts'

test('latitude and Mercator undo each other, and the world is square', () => {
  for (let lat = -85; lat <= 85; lat += 0.7) expect(latitude(mercator(lat))).toBeCloseTo(lat, 9)
  expect(mercator(0)).toBeCloseTo(0.5, 12)
  expect(latitude(0)).toBeCloseTo(85.0511287798, 8)
  expect(mercator(90)).toBeGreaterThanOrEqual(0)
})

test('the tile of a published place is found: Taizhou at zoom 14', () => {
  // slippy map tile names, OpenStreetMap wiki: x = floor((lon + 180) / 360 · 2^z), y by asinh(tan(lat))
  expect(tilesUnder([121.44, 28.66, 121.4401, 28.6601], 14)).toEqual([[13718, 6829]])
})

test('a tile’s own box is covered by itself alone, at every zoom', () => {
  for (let z = 0; z <= 15; z++) {
    const side = 2 ** z
    const [x, y] = [Math.floor(side * 0.837), Math.floor(side * 0.416)]
    const box = [
      (x / side) * 360 - 180,
      latitude((y + 1) / side),
      ((x + 1) / side) * 360 - 180,
      latitude(y / side),
    ] as const
    expect(tilesUnder([...box], z)).toEqual([[x, y]])
  }
})

test('the tiles under a box cover it without a gap, and a wrong zoom cannot ask for a flood', () => {
  const box: [number, number, number, number] = [121.2, 28.5, 121.9, 28.8]
  const found = tilesUnder(box, 10)
  const side = 2 ** 10
  expect(Math.min(...found.map(([x]) => (x / side) * 360 - 180))).toBeLessThanOrEqual(box[0])
  expect(Math.max(...found.map(([x]) => ((x + 1) / side) * 360 - 180))).toBeGreaterThanOrEqual(box[2])
  expect(Math.min(...found.map(([, y]) => latitude((y + 1) / side)))).toBeLessThanOrEqual(box[1])
  expect(Math.max(...found.map(([, y]) => latitude(y / side)))).toBeGreaterThanOrEqual(box[3])
  expect(tilesUnder([-180, -85, 180, 85], 15).length).toBeLessThanOrEqual(16)
})
