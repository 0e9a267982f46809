/** Tiles change places without a hole and without a jump. */
import { expect, test } from 'vitest'
import { follow, share } from './tile-fade.ts'

const LONG = 300
const tile = (name: string) => ({ name, contentReady: true, isDestroyed: () => false })

test('while one tile comes in and another goes out, every pixel belongs to exactly one of them', () => {
  const [parent, child] = [tile('parent'), tile('child')]
  const passages = new Map()
  follow(passages, [parent], 0, LONG)
  follow(passages, [child], 1000, LONG)
  for (const now of [1030, 1100, 1200, 1290]) {
    const { leaving, any } = follow(passages, [child], now, LONG)
    expect(leaving).toEqual([parent])
    expect(any).toBe(true)
    // present where noise < in, and where noise >= out
    expect(share(passages.get(child), now, LONG)).toBeCloseTo(-share(passages.get(parent), now, LONG), 9)
  }
  expect(follow(passages, [child], 1301, LONG)).toEqual({ leaving: [], any: false })
  expect(share(passages.get(child), 1301, LONG)).toBe(1)
  expect(passages.has(parent)).toBe(false)
})

test('a tile that comes back before it was gone comes in from where it stood', () => {
  const one = tile('one')
  const passages = new Map()
  follow(passages, [one], 0, LONG)
  follow(passages, [], 1000, LONG)
  const before = -share(passages.get(one), 1100, LONG)
  follow(passages, [one], 1100, LONG)
  expect(share(passages.get(one), 1100, LONG)).toBeCloseTo(1 - before, 9)
})

test('a tile whose content is gone is not drawn on', () => {
  const one = tile('one')
  const passages = new Map()
  follow(passages, [one], 0, LONG)
  one.contentReady = false
  expect(follow(passages, [], 10, LONG)).toEqual({ leaving: [], any: false })
})

test('who asked for calm gets no dissolve', () => {
  const one = tile('one')
  const passages = new Map()
  expect(follow(passages, [one], 0, 0).any).toBe(false)
  expect(share(passages.get(one), 0, 0)).toBe(1)
})
