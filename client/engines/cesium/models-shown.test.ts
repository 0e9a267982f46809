/** Tests of what is shown of building models. */
import { expect, test } from 'vitest'
import { type ModelHead, shownBy } from './models-shown.ts'

const heads: ModelHead[] = [
  {
    id: 'a',
    kinds: ['IfcWall', 'IfcSpace'],
    storeys: [{ name: '一层' }, { name: '二层' }],
    systems: ['给水'],
    matrix: null,
  },
  { id: 'b', kinds: ['IfcSpace', 'IfcWall'], storeys: [{ name: '二层' }], systems: [], matrix: null },
]
const wall = { storey: 1, kind: 0, system: 0 }

test('without a wish all is shown but rooms, each model by its own numbers', () => {
  const shown = shownBy(undefined, heads)
  expect(shown('a:1', wall)).toBe(true)
  expect(shown('a:2', { ...wall, kind: 1 })).toBe(false)
  expect(shown('b:3', wall)).toBe(false)
})

test('a storey, a system, a kind and a model are chosen by name', () => {
  expect(shownBy({ storey: '二层' }, heads)('a:1', wall)).toBe(false)
  expect(shownBy({ storey: '二层' }, heads)('a:1', { ...wall, storey: 2 })).toBe(true)
  expect(shownBy({ storey: '二层' }, heads)('b:1', { ...wall, kind: 1 })).toBe(true)
  expect(shownBy({ system: '给水' }, heads)('a:1', wall)).toBe(false)
  expect(shownBy({ system: '给水' }, heads)('a:1', { ...wall, system: 1 })).toBe(true)
  expect(shownBy({ kind: 'IfcSpace' }, heads)('a:1', { ...wall, kind: 1 })).toBe(true)
  expect(shownBy({ model: 'b' }, heads)('a:1', wall)).toBe(false)
})

test('single elements are shown alone, a room among them too', () => {
  const shown = shownBy({ elements: ['a:1'] }, heads)
  expect(shown('a:1', { ...wall, kind: 1 })).toBe(true)
  expect(shown('a:2', wall)).toBe(false)
})

test('elements of a model that nobody knows stay in sight', () => {
  expect(shownBy({ storey: '一层' }, heads)('other:9', wall)).toBe(true)
})
