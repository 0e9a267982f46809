import { expect, test } from 'vitest'
import { entryText } from './legend.tsx'
import { tickNumbers } from './legend-text.ts'

const texts = (from: number, to: number) => tickNumbers(from, to).map(({ text }) => text)

test('a ramp is numbered at its ends and at a few round values', () => {
  expect(texts(0, 120)).toEqual(['0', '50', '100', '120'])
  expect(texts(1952, 2025)).toEqual(['1952', '1980', '2000', '2025'])
  expect(texts(0, 1)).toEqual(['0', '0.5', '1'])
  expect(texts(0, 40_000)).toEqual(['0', '10,000', '20,000', '30,000', '40,000'])
})

test('numbers never crowd and never leave the ramp', () => {
  for (const [from, to] of [
    [2.8, 168],
    [-3, 3],
    [0.001, 0.002],
    [1e6, 3.3e6],
    [5, 4],
  ] as const) {
    const ticks = tickNumbers(from, to)
    expect(ticks.length).toBeGreaterThan(1)
    expect(ticks.length).toBeLessThan(8)
    for (const { value } of ticks) {
      expect(value).toBeGreaterThanOrEqual(Math.min(from, to))
      expect(value).toBeLessThanOrEqual(Math.max(from, to))
    }
  }
  expect(texts(5, 5)).toEqual(['5'])
})

test('a swatch says what it stands for in the chosen language', () => {
  const color = null
  expect(entryText({ color, labels: ['office', 'school'] }, 'class', 'buildings', 'zh')).toBe('办公、学校')
  expect(entryText({ color, labels: ['office', 'school'] }, 'class', 'buildings', 'en')).toBe('Office, School')
  expect(entryText({ color, labels: [true] }, 'part', 'buildings', 'zh')).toBe('是')
  expect(entryText({ color, from: 3, to: 9 }, 'levels', 'buildings', 'en')).toBe('3 – 9')
  expect(entryText({ color, from: 9 }, 'levels', 'buildings', 'en')).toBe('≥ 9')
  expect(entryText({ color, to: 3 }, 'levels', 'buildings', 'en')).toBe('< 3')
  expect(entryText({ color, other: true }, 'class', 'buildings', 'zh')).toBe('其他')
})
