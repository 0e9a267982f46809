import { expect, test } from 'vitest'
import type { Item } from '../server.ts'
import { itemTitle, matching, sourceLines, styleLines } from './attributes.ts'

const item: Item = {
  id: 'w1',
  style: {
    name: '云西公寓',
    class: 'residential',
    zone: 'B',
    levels: 18,
    height: 54.30000001,
    roof: 'flat',
    estimated: false,
  },
  attributes: { 'addr:street': '云西路', year: 2008, note: '', tags: ['a', 'b'], gone: null, hash: 'x' },
  source: null,
  bbox: null,
}

test('known words come first in reading order with units, unknown ones after; the name is the title', () => {
  const lines = styleLines(item, 'buildings', 'zh')
  expect(lines.map(({ key }) => key)).toEqual(['class', 'height', 'levels', 'roof', 'estimated', 'zone'])
  expect(lines.map(({ name, value, unit }) => `${name} ${value}${unit}`)).toEqual([
    '类别 住宅',
    '高度 54.3m',
    '层数 18',
    '屋顶 平顶',
    '高度为推算 否',
    'zone B',
  ])
})

test('source attributes keep their order and everything that says something', () => {
  expect(sourceLines(item, 'buildings', 'en').map(({ name, value }) => [name, value])).toEqual([
    ['Street', '云西路'],
    ['Built in', '2008'],
    ['note', 'Empty'],
    ['tags', '["a","b"]'],
  ])
})

test('the filter looks at key, word and value', () => {
  const lines = [...styleLines(item, 'buildings', 'zh'), ...sourceLines(item, 'buildings', 'zh')]
  expect(matching(lines, '层').map(({ key }) => key)).toEqual(['levels'])
  expect(matching(lines, 'ADDR').map(({ key }) => key)).toEqual(['addr:street'])
  expect(matching(lines, '住宅').map(({ key }) => key)).toEqual(['class'])
  expect(matching(lines, ' ')).toHaveLength(lines.length)
})

test('a feature without a name is called by its kind', () => {
  const { name: _, ...style } = item.style
  expect(itemTitle(item, 'buildings', 'en')).toBe('云西公寓')
  expect(itemTitle({ ...item, style }, 'buildings', 'en')).toBe('Unnamed: Residential')
  expect(itemTitle({ ...item, style: {} }, 'buildings', 'zh')).toBe('未命名')
})
