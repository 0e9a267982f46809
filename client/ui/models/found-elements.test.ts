/** Tests of what the panel asks for and reads of elements. */
import { expect, test } from 'vitest'
import { readFoundElements, readPropertyNames, searchUrl } from './found-elements.ts'
import { ahead } from './place-model.tsx'

test('a search asks only for what was filled in', () => {
  expect(searchUrl('a/b', ' ', null, '>3')).toBeNull()
  expect(searchUrl('a/b', '墙 1', null, '>3')).toBe('/models/a%2Fb/search?q=%E5%A2%99+1&limit=100')
  expect(searchUrl('m', '', 'Pset.宽', '>3', 5)).toBe('/models/m/search?property=Pset.%E5%AE%BD&value=%3E3&limit=5')
})

test('answers of any shape are read', () => {
  expect(readFoundElements(null)).toEqual({ total: 0, elements: [] })
  expect(readPropertyNames({})).toEqual([])
  expect(readPropertyNames([{ name: 'a' }, null, { name: 3 }])).toEqual(['a', '3'])
  const { elements } = readFoundElements({ elements: [{ index: 2, id: 'm:x', box: [1, 2], value: false }] })
  expect(elements[0]).toMatchObject({ index: 2, id: 'm:x', name: '', box: null, value: 'false' })
})

test('a model without a place begins on the ground ahead of the camera', () => {
  const at = ahead({ lng: 121, lat: 28, height: 1000, heading: 90, pitch: -45 })
  expect(at.lat).toBeCloseTo(28, 9)
  expect((at.lng - 121) * 111_320 * Math.cos((28 * Math.PI) / 180)).toBeCloseTo(1000, 0)
})
