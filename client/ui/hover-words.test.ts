/** The label beside the pointer speaks both languages and says only what is known. */
import { expect, test } from 'vitest'
import { factWords, nameOf } from './hover-words.ts'

test('kind, height and storeys of a building, in either language', () => {
  const building = { collection: 'buildings', facts: { class: 'residential', height: 54.2, levels: 18 } }
  expect(factWords(building, 'zh')).toEqual(['住宅', '54 m', '18 层'])
  expect(factWords(building, 'en')).toEqual(['Residential', '54 m', '18 storeys'])
})

test('a low one has a decimal; what a tile stores as 0 is unknown and unsaid', () => {
  expect(factWords({ collection: 'buildings', facts: { class: 'house', height: 4.83, levels: 0 } }, 'zh')).toEqual([
    '住房',
    '4.8 m',
  ])
  expect(factWords({ collection: 'buildings', facts: { height: 0 } }, 'zh')).toEqual([])
  expect(factWords({ collection: 'pipes' }, 'en')).toEqual([])
})

test('a kind nobody has a word for stays as it is', () => {
  expect(factWords({ collection: 'buildings', facts: { class: 'windmill' } }, 'en')).toEqual(['windmill'])
})

test('its name in the reader’s language, else its address, else nothing', () => {
  const style = { class: 'school', name: '第一小学', nameEn: 'First School', address: '解放路1号' }
  expect(nameOf({ style, attributes: {} }, 'zh')).toBe('第一小学')
  expect(nameOf({ style, attributes: {} }, 'en')).toBe('First School')
  expect(nameOf({ style: { name: ' ' }, attributes: { address: '解放路1号' } }, 'zh')).toBe('解放路1号')
  expect(nameOf({ style: { class: 'house' }, attributes: {} }, 'zh')).toBe('')
})
