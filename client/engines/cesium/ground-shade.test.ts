/** Shadows fall away from the sun, as long as its height says, and not at night. */
import { Cartesian3, JulianDate } from '@cesium/engine'
import { expect, test } from 'vitest'
import { shadeOf } from './ground-shade.ts'
import { createLight, followSun } from './light.ts'

const at = (time: string, shadows = true) => {
  const place = Cartesian3.fromDegrees(121.44, 28.66, 300)
  const light = createLight()
  followSun(light, JulianDate.fromIso8601(time), place)
  return shadeOf(light, place, shadows)
}

test('at noon of the winter solstice a shadow falls north, 1.28 times as long as the building is high', () => {
  const { shadow } = at('2026-12-22T03:52:30Z')
  // cot(90° − 28.66° − 23.44°)
  expect(shadow![1]).toBeCloseTo(1.284, 1)
  expect(Math.abs(shadow![0])).toBeLessThan(0.03)
})

test('in the morning it falls west, in the evening east, and never longer than five heights', () => {
  expect(at('2026-06-01T00:00:00Z').shadow![0]).toBeLessThan(-0.5)
  expect(at('2026-06-01T09:00:00Z').shadow![0]).toBeGreaterThan(0.5)
  expect(Math.hypot(...at('2026-06-01T10:30:00Z').shadow!)).toBeLessThanOrEqual(5.0001)
})

test('there is none at night, nor when it is switched off', () => {
  expect(at('2026-06-01T15:00:00Z')).toEqual({ shadow: null, darkness: 0 })
  expect(at('2026-06-01T04:00:00Z', false)).toEqual({ shadow: null, darkness: 0 })
})

test('it grows dark with the sun, without a jump at its rise', () => {
  let before = 0
  for (let minute = 0; minute < 90; minute += 3) {
    const { darkness } = at(new Date(Date.UTC(2026, 4, 31, 20, 57 + minute)).toISOString())
    expect(darkness).toBeGreaterThanOrEqual(before)
    expect(darkness - before).toBeLessThan(0.06)
    before = darkness
  }
})
