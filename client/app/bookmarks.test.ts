/** Bookmarks: names are unique and bounded, and a damaged or refusing store costs nothing but itself. */
import { expect, test } from 'vitest'
import type { SceneDiff } from '../../scenes/schema/diff.ts'
import { BOOKMARKS, keepBookmarks, keptBookmarks, renamedBookmark, withBookmark } from './bookmarks.ts'

const EMPTY: SceneDiff = {}
const named = (...names: string[]) => names.map((name) => ({ name, diff: EMPTY }))
function storage() {
  const kept = new Map<string, string>()
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  }
}

test('what is kept for a scene comes back for it, and for no other', () => {
  const store = storage()
  expect(keepBookmarks(store, 'a/city', named('海门', 'two'))).toBe(true)
  expect(keptBookmarks(store, 'a/city')).toEqual(named('海门', 'two'))
  expect(keptBookmarks(store, 'b/city')).toEqual([])
})

test('the same name replaces, an empty one is numbered, the hundred newest stay', () => {
  expect(withBookmark(named('a', 'b'), ' a ', EMPTY).map(({ name }) => name)).toEqual(['b', 'a'])
  expect(withBookmark(named('a', 'b'), '  ', EMPTY).at(-1)!.name).toBe('3')
  const many = named(...Array.from({ length: BOOKMARKS }, (_, i) => `n${i}`))
  const next = withBookmark(many, 'new', EMPTY)
  expect(next).toHaveLength(BOOKMARKS)
  expect([next[0]!.name, next.at(-1)!.name]).toEqual(['n1', 'new'])
})

test('renamed keeps its place; nobody’s name is taken, nor an empty one', () => {
  const list = named('a', 'b', 'c')
  expect(renamedBookmark(list, 1, ' B ').map(({ name }) => name)).toEqual(['a', 'B', 'c'])
  expect(renamedBookmark(list, 1, 'c')).toBe(list)
  expect(renamedBookmark(list, 1, ' ')).toBe(list)
  expect(renamedBookmark(list, 9, 'x').map(({ name }) => name)).toEqual(['a', 'b', 'c'])
})

test('a damaged store is read as far as it is sound', () => {
  for (const text of ['', '{', '7', 'null', '[[],{"name":1},{"name":"x","diff":"%%"},{"name":"x"}]']) {
    const store = storage()
    store.kept.set('tidewall.bookmarks.a/city', text)
    expect([text, keptBookmarks(store, 'a/city')]).toEqual([text, []])
  }
  expect(keptBookmarks(undefined, 'a/city')).toEqual([])
})

test('a store that refuses is said to have kept nothing', () => {
  const full = {
    getItem: () => null,
    setItem: () => {
      throw new DOMException('full', 'QuotaExceededError')
    },
  }
  expect(keepBookmarks(full, 'a/city', named('a'))).toBe(false)
  expect(keepBookmarks(undefined, 'a/city', named('a'))).toBe(false)
})
