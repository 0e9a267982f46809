/** Tests of what pipes wear: size, material and invert in words, and the bits their colour carries to the shader. */
import { Color } from '@cesium/engine'
import { expect, test } from 'vitest'
import { CLASSES } from '../../../data/geo/city-feature.ts'
import { UTILITY_COLORS } from '../../../data/networks/utility-colors.ts'
import { UTILITIES } from '../../../scenes/schema/layer.ts'
import { packed } from './pipes-colors.ts'
import { wordsOf } from './pipes-labels.ts'

const item = (properties: Record<string, unknown>) => ({
  id: 'p',
  geometry: {
    type: 'LineString',
    coordinates: [
      [121, 28, 10.2],
      [121, 28.001, 10],
    ] as [number, number, number][],
  },
  properties,
})

test('a label says size, material and invert, and leaves out what is not known', () => {
  expect(wordsOf(item({ diameter: 0.6, material: '混凝土' }), 'zh')).toBe('DN600 混凝土 内底 9.80')
  expect(wordsOf(item({ width: 2.4, height: 3 }), 'en')).toBe('2.4×3.0 m invert 8.60')
  expect(wordsOf(item({}), 'zh')).toBe('内底 10.10')
})

test('depth and flow ride in the low bits of a colour that the eye does not miss', () => {
  for (const [depth, flow] of [
    [0, 0],
    [2, 1],
    [9.9, 2],
    [40, 1],
    [-3, 0],
  ] as const) {
    const color = packed(Color.fromCssColorString('#1f9fe8'), depth, flow, new Color())
    const [r, g, b] = [color.red, color.green, color.blue].map((value) => Math.round(value * 255)) as [
      number,
      number,
      number,
    ]
    const deep = (((r & 3) << 2) | (g & 3)) / 1.5
    expect(Math.abs(deep - Math.min(10, Math.max(0, depth)))).toBeLessThan(0.35)
    expect(b & 3).toBe(flow)
    for (const [value, whole] of [
      [r, 0x1f],
      [g, 0x9f],
      [b, 0xe8],
    ] as const)
      expect(Math.abs(value - whole)).toBeLessThan(5)
  }
})

test('the contract, the database and the colours know the same utilities', () => {
  expect(UTILITIES).toEqual(CLASSES.pipes)
  expect(Object.keys(UTILITY_COLORS)).toEqual([...CLASSES.pipes])
})
