/** Tests of what pipes wear: size, material and invert in words, and the bits their colour carries to the shader. */
import { Cartesian3, Color } from '@cesium/engine'
import { expect, test } from 'vitest'
import { CLASSES } from '../../../data/geo/city-feature.ts'
import { UTILITY_COLORS } from '../../../data/networks/utility-colors.ts'
import { UTILITIES } from '../../../scenes/schema/layer.ts'
import { classOf, packed } from './pipes-colors.ts'
import { placesOn, wordsOf } from './pipes-labels.ts'

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
  expect(wordsOf(item({ diameter: 0.6, material: '混凝土' }), 'en')).toBe('DN600 concrete invert 9.80')
  expect(wordsOf(item({ width: 2.4, height: 3 }), 'en')).toBe('2.4×3.0 m invert 8.60')
  expect(wordsOf(item({}), 'zh')).toBe('内底 10.10')
})

test('a label may stand in the middle of its pipe and, where there is no room, nearer its ends', () => {
  const [a, b] = [Cartesian3.fromDegrees(121, 28, 0), Cartesian3.fromDegrees(121.001, 28, 0)]
  const [middle, ...others] = placesOn([
    [121, 28, 0],
    [121.0002, 28, 0],
    [121.001, 28, 0],
  ])
  const whole = Cartesian3.distance(a, b)
  expect(Cartesian3.distance(a, middle!) / whole).toBeCloseTo(0.5, 3)
  expect(others.map((place) => Math.round((Cartesian3.distance(a, place) / whole) * 10))).toEqual([3, 7, 1, 9])
})

test('service pipes, street pipes, mains and trunk mains are told apart by their diameter', () => {
  expect([0.05, 0.15, 0.3, 0.8, 2.4].map(classOf)).toEqual([0, 1, 2, 3, 3])
  expect([0, Number.NaN].map(classOf)).toEqual([1, 1])
})

test('depth, flow and width ride in the low bits of a colour that the eye does not miss', () => {
  for (const [depth, flow, size] of [
    [0, 0, 0],
    [2, 1, 1],
    [9.9, 2, 2],
    [40, 1, 3],
    [-3, 0, 2],
  ] as const) {
    const color = packed(Color.fromCssColorString('#1f9fe8'), depth, flow, size, new Color())
    const [r, g, b] = [color.red, color.green, color.blue].map((value) => Math.round(value * 255)) as [
      number,
      number,
      number,
    ]
    const deep = (((r & 3) << 2) | (g & 3)) / 1.5
    expect(Math.abs(deep - Math.min(10, Math.max(0, depth)))).toBeLessThan(0.35)
    expect(b & 3).toBe(flow)
    expect(((b & 4) >> 1) | ((r & 4) >> 2)).toBe(size)
    // what the shader makes of it
    const painted = [((r >> 3) << 3) / 248, ((g >> 2) << 2) / 252, ((b >> 3) << 3) / 248]
    for (const [k, whole] of [0x1f, 0x9f, 0xe8].entries()) expect(Math.abs(painted[k]! * 255 - whole)).toBeLessThan(4.5)
  }
})

test('the contract, the database and the colours know the same utilities', () => {
  expect(UTILITIES).toEqual(CLASSES.pipes)
  expect(Object.keys(UTILITY_COLORS)).toEqual([...CLASSES.pipes])
})
