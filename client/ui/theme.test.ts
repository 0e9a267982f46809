import { expect, test } from 'vitest'
import { oklab, parseColor } from '../../scenes/schema/color.ts'
import { COLORS, theme, uiScale } from './theme.ts'

test('the page keeps its size up to full HD and grows with larger screens', () => {
  const sizes = [
    [390, 844],
    [1366, 768],
    [1920, 1080],
    [2560, 1440],
    [3840, 2160],
    [7680, 2160],
    [9999, 9999],
  ]
  expect(sizes.map(([width, height]) => uiScale(width!, height!))).toEqual([1, 1, 1, 1.25, 2, 2, 3])
})

test('every length of the theme grows by the same factor', () => {
  const [one, two] = [theme(1, false).token!, theme(2, false).token!]
  for (const name of ['fontSize', 'controlHeight', 'borderRadius', 'sizeUnit'] as const)
    expect(two[name]).toBe(2 * one[name]!)
})

/** Relative luminance as WCAG 2 has it. */
function luminance(css: string): number {
  const [red, green, blue] = parseColor(css)!
    .slice(0, 3)
    .map((channel) => (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4)) as [
    number,
    number,
    number,
  ]
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

test('text reaches 4.5 : 1 on every surface, the accent 3 : 1', () => {
  const contrast = (a: string, b: string) => {
    const [light, dark] = [luminance(a), luminance(b)].toSorted((x, y) => y - x) as [number, number]
    return (light + 0.05) / (dark + 0.05)
  }
  for (const surface of [COLORS.base, COLORS.surface, COLORS.raised]) {
    expect(contrast(COLORS.text, surface)).toBeGreaterThan(7)
    expect(contrast(COLORS.muted, surface)).toBeGreaterThan(4.5)
    expect(contrast(COLORS.accent, surface)).toBeGreaterThan(3)
  }
  expect(oklab(parseColor(COLORS.accent)!)[0]).toBeGreaterThan(0.6)
})
