/** The sun stands where almanacs say, and the light never jumps on its way round the clock. */
import { Cartesian3, Math as CesiumMath, JulianDate } from '@cesium/engine'
import { expect, test } from 'vitest'
import { createLight, followSun, type Light, skySaturation } from './light.ts'

const at = (time: string, lng = 121.44, lat = 28.66): Light => {
  const light = createLight()
  followSun(light, JulianDate.fromIso8601(time), Cartesian3.fromDegrees(lng, lat, 500))
  return light
}
const degrees = CesiumMath.toDegrees

test('at the solstices the noon sun stands 23.44° above and below the equator’s', () => {
  // 121.44° E is 97.2 minutes before UTC noon on the mean sun; equation of time: −1.8 min on 21 June, +1.9 min on 22 December
  expect(degrees(at('2026-06-21T03:56:00Z').altitude)).toBeCloseTo(90 - 28.66 + 23.44, 0)
  expect(degrees(at('2026-12-22T03:52:30Z').altitude)).toBeCloseTo(90 - 28.66 - 23.44, 0)
})

test('sunrise and sunset of Taizhou are within three minutes of the almanac (04:57 and 18:46 on 1 June 2026)', () => {
  // geometric altitude −0.83° at the almanac's instants: refraction and the sun's radius; it moves 0.2° a minute there
  expect(Math.abs(degrees(at('2026-05-31T20:57:00Z').altitude) + 0.83)).toBeLessThan(0.65)
  expect(Math.abs(degrees(at('2026-06-01T10:46:00Z').altitude) + 0.83)).toBeLessThan(0.65)
})

test('on the equator at the equinox the sun passes overhead', () => {
  expect(degrees(at('2026-03-20T12:07:30Z', 0, 0).altitude)).toBeGreaterThan(89)
})

test('the local hour follows the place, not the clock', () => {
  expect(at('2026-06-01T04:00:00Z').hour).toBeCloseTo(12.1, 0)
  expect(at('2026-06-01T04:00:00Z', 0, 51).hour).toBeCloseTo(4, 0)
})

test('windows are dark at noon, lit at night; the shade comes from above at any hour', () => {
  expect(at('2026-06-01T04:00:00Z').night).toBe(0)
  expect(at('2026-06-01T15:00:00Z').night).toBe(1)
  const up = Cartesian3.normalize(Cartesian3.fromDegrees(121.44, 28.66), new Cartesian3())
  for (let hour = 0; hour < 24; hour++) {
    const { direction } = at(`2026-06-01T${String(hour).padStart(2, '0')}:00:00Z`)
    expect(Cartesian3.magnitude(direction)).toBeCloseTo(1, 6)
    expect(Cartesian3.dot(direction, up)).toBeGreaterThan(0.1)
  }
})

test('minute by minute through a day no colour jumps and none leaves 0 … 1.2', () => {
  let before = at('2026-06-01T00:00:00Z')
  for (let minute = 2; minute <= 1440; minute += 2) {
    const now = at(new Date(Date.UTC(2026, 5, 1, 0, minute)).toISOString())
    for (const name of ['color', 'sky', 'bounce', 'fog'] as const)
      for (const part of ['x', 'y', 'z'] as const) {
        expect(now[name][part]).toBeGreaterThanOrEqual(0)
        expect(now[name][part]).toBeLessThan(1.2)
        expect(Math.abs(now[name][part] - before[name][part])).toBeLessThan(0.05)
      }
    expect(Math.abs(now.night - before.night)).toBeLessThan(0.1)
    before = now
  }
})

test('the sky keeps its colour by day, loses most of it at a low sun, and never jumps', () => {
  expect(skySaturation(1)).toBeCloseTo(-0.08, 6)
  expect(skySaturation(0)).toBeCloseTo(-0.58, 6)
  for (let altitude = -1.5; altitude < 1.5; altitude += 0.01)
    expect(Math.abs(skySaturation(altitude + 0.01) - skySaturation(altitude))).toBeLessThan(0.03)
})
