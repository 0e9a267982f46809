/** The small geoid says what the whole one says, inside its box and nowhere else. */
import { expect, test } from 'vitest'
import { undulation } from './geoid.ts'
import { geoidPatch, undulationIn } from './geoid-patch.ts'

const JIAOJIANG = { west: 121.3, south: 28.4, east: 122, north: 28.8 }

test('inside the box it is the whole grid to a centimetre', () => {
  const patch = geoidPatch(JIAOJIANG, undulation)
  expect(patch.metres).toHaveLength(patch.columns * patch.rows)
  for (let i = 0; i <= 20; i++)
    for (let j = 0; j <= 20; j++) {
      const lng = JIAOJIANG.west + (0.7 * i) / 20
      const lat = JIAOJIANG.south + (0.4 * j) / 20
      expect(Math.abs(undulationIn(patch, lng, lat) - undulation(lng, lat))).toBeLessThan(0.011)
    }
})

test('it is small, also for a continent, and still right to a metre there', () => {
  expect(JSON.stringify(geoidPatch(JIAOJIANG, undulation)).length).toBeLessThan(600)
  const europe = geoidPatch({ west: -10, south: 35, east: 40, north: 70 }, undulation)
  expect(europe.metres.length).toBeLessThanOrEqual(4096)
  for (const [lng, lat] of [
    [9.52, 47.14],
    [7.42, 43.73],
    [24.1, 60.2],
  ] as const)
    expect(Math.abs(undulationIn(europe, lng, lat) - undulation(lng, lat))).toBeLessThan(1.5)
})

test('a box over the antimeridian answers on both sides', () => {
  const fiji = geoidPatch({ west: 177, south: -19, east: 182, north: -16 }, undulation)
  expect(undulationIn(fiji, 178.4, -18.1)).toBeCloseTo(undulation(178.4, -18.1), 1)
  expect(undulationIn(fiji, -178.6, -17.3)).toBeCloseTo(undulation(-178.6, -17.3), 1)
})

test('outside, or damaged, it says nothing rather than something', () => {
  const patch = geoidPatch(JIAOJIANG, undulation)
  expect(undulationIn(patch, 120, 28.5)).toBeNaN()
  expect(undulationIn(patch, 121.5, 30)).toBeNaN()
  expect(undulationIn(patch, Number.NaN, 28.5)).toBeNaN()
  expect(undulationIn({ ...patch, metres: [] }, 121.5, 28.5)).toBeNaN()
  expect(() => geoidPatch({ ...JIAOJIANG, west: Number.NaN }, undulation)).toThrow(/bad box/)
})

test('a single point and the pole have a patch too', () => {
  const point = geoidPatch({ west: 121.5, south: 28.5, east: 121.5, north: 28.5 }, undulation)
  expect(undulationIn(point, 121.5, 28.5)).toBeCloseTo(undulation(121.5, 28.5), 1)
  const pole = geoidPatch({ west: 0, south: 89.9, east: 1, north: 90 }, undulation)
  expect(undulationIn(pole, 0.5, 89.95)).toBeCloseTo(undulation(0.5, 89.95), 1)
})
