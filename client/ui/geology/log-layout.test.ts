/** Words beside a column. */
import { expect, test } from 'vitest'
import { depthTicks, placeLabels } from './log-layout.ts'

test('labels that have room stand at their layers', () => {
  expect(placeLabels([20, 100, 180], 30, 200)).toEqual([5, 85, 165])
})

test('labels of thin layers are moved apart evenly and keep their order', () => {
  expect(placeLabels([100, 102, 104], 30, 300)).toEqual([57, 87, 117])
  const many = placeLabels([0, 1, 2, 50, 51, 280, 299], 30, 300)
  for (let i = 1; i < many.length; i++) expect(many[i]! - many[i - 1]!).toBeGreaterThanOrEqual(30)
  expect(many[0]).toBe(0)
  expect(many.at(-1)! + 30).toBeLessThanOrEqual(300)
})

test('too many labels go on below', () => {
  expect(placeLabels([0, 0, 0, 0], 30, 60)).toEqual([0, 30, 60, 90])
  expect(placeLabels([], 30, 60)).toEqual([])
})

test('depths are marked in round steps', () => {
  expect(depthTicks(20, 400)).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20])
  expect(depthTicks(0.4, 200)).toEqual([0])
  expect(depthTicks(76, 400).at(-1)).toBe(70)
})
