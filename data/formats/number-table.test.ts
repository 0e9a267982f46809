/** The table of numbers answers as a Map would. */
import { expect, test } from 'vitest'
import { numberTable } from './number-table.ts'

test('an empty table knows no key, not even 0', () => {
  const table = numberTable()
  for (const key of [0, 1, 2 ** 31 - 2]) expect(table.find(key)).toBe(-1)
})

test('fifty thousand seeded keys, dense and far apart, are found as in a Map while it grows', () => {
  const table = numberTable()
  const map = new Map<number, number>()
  let state = 5
  for (let i = 0; i < 50_000; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    const key = i % 2 ? i : state % (2 ** 31 - 1)
    if (!map.has(key)) {
      expect(table.find(key)).toBe(-1)
      table.keep(key, i)
      map.set(key, i)
    }
  }
  const wrong = [...map].filter(([key, value]) => table.find(key) !== value)
  expect(wrong).toEqual([])
  expect(table.find(2 ** 31 - 2)).toBe(map.get(2 ** 31 - 2) ?? -1)
})
