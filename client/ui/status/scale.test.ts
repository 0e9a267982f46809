import { expect, test } from 'vitest'
import { lengthParts, scaleBar } from './scale.ts'

test('the bar is the longest of 1, 2, 5 × 10ⁿ that fits, and as long as it says', () => {
  for (const [metresPerPixel, metres] of [
    [4.37, 500],
    [1, 100],
    [0.01, 1],
    [0.0042, 0.5],
    [83.4, 10_000],
    [0.8333334, 100],
  ] as const) {
    const bar = scaleBar(metresPerPixel, 120)!
    expect(bar.metres).toBeCloseTo(metres, 9)
    expect(bar.pixels * metresPerPixel).toBeCloseTo(bar.metres, 9)
    expect(bar.pixels).toBeLessThanOrEqual(120.001)
    expect(bar.pixels).toBeGreaterThan(120 / 2.6)
  }
})

test('the bar uses at least 40 % of its room at every scale', () => {
  for (let power = -3; power < 5; power += 0.01) {
    const bar = scaleBar(10 ** power, 120)!
    expect(bar.pixels).toBeLessThanOrEqual(120.001)
    expect(bar.pixels).toBeGreaterThanOrEqual(47.9)
  }
})

test('there is no bar when the middle of the picture is sky or the number is none', () => {
  for (const none of [null, 0, -1, Number.NaN, Number.POSITIVE_INFINITY]) expect(scaleBar(none, 120)).toBeNull()
})

test('a bar is never longer than half the earth', () => {
  expect(scaleBar(1e7, 120)!.metres).toBe(20_000_000)
})

test('lengths are written in the unit people use', () => {
  expect(lengthParts(500)).toEqual({ value: '500', unit: 'm' })
  expect(lengthParts(0.5)).toEqual({ value: '50', unit: 'cm' })
  expect(lengthParts(2000)).toEqual({ value: '2', unit: 'km' })
  expect(lengthParts(1500)).toEqual({ value: '1.5', unit: 'km' })
  expect(lengthParts(2_000_000)).toEqual({ value: '2,000', unit: 'km' })
  expect(lengthParts(0)).toEqual({ value: '0', unit: 'm' })
})
