/** Tests of signs below ground: every network's colour is read on the plate, and boxes stand where they are said to. */
import { expect, test } from 'vitest'
import { UTILITY_COLORS } from '../../../data/networks/utility-colors.ts'
import { ROLE_COLORS } from './findings.ts'
import { contrastOnPlate, inkOf, signBox, widthOf } from './sign-place.ts'

test('words in the colour of any network or finding are read on the plate, even over white ground', () => {
  for (const color of [...Object.values(UTILITY_COLORS), ...Object.values(ROLE_COLORS), '#000000', '#0000ff'])
    expect(contrastOnPlate(inkOf(color)), color).toBeGreaterThanOrEqual(4.5)
})

test('two networks are still told apart by their words', () => {
  const inks = [UTILITY_COLORS.water, UTILITY_COLORS.gas, UTILITY_COLORS.power, UTILITY_COLORS.telecom].map(inkOf)
  expect(new Set(inks).size).toBe(4)
})

test('a colour that is none gives words nearly white', () => {
  expect(inkOf(undefined)).toBe('#f2f6fa')
  expect(inkOf('red')).toBe('#f2f6fa')
  expect(contrastOnPlate('#f2f6fa')).toBeGreaterThan(7)
})

test('a sign stands above, beside or on its place, and Chinese takes more room than Latin', () => {
  const [left, top, right, bottom] = signBox(100, 100, 'DN100', 14, 'above', 6)
  expect(bottom).toBe(94)
  expect(top).toBeLessThan(80)
  expect((left + right) / 2).toBeCloseTo(100)
  expect(signBox(100, 100, 'DN100', 14, 'right', 6)[0]).toBe(106)
  const [, above, , below] = signBox(100, 100, 'DN100', 14, 'middle', 0)
  expect((above + below) / 2).toBeCloseTo(100)
  expect(widthOf('内底', 14)).toBeGreaterThan(widthOf('ab', 14))
})
