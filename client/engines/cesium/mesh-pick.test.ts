/** Of a mesh: which one was picked, and what its object says. */
import { expect, test } from 'vitest'
import { factsOf, meshOf } from './mesh-pick.ts'

test('a tile of a nested tileset is of the mesh that a tile above it names', () => {
  expect(meshOf({ parent: { extras: {}, parent: { extras: { mesh: 'town' }, parent: {} } } })).toBe('town')
  expect(meshOf({ parent: { extras: { mesh: 7 } } })).toBeNull()
  expect(meshOf(undefined)).toBeNull()
})

test('an object says what is a word or a number, in bounds, and nothing when it knows nothing', () => {
  const values: Record<string, unknown> = {
    高度: 12.5,
    name: '楼',
    empty: ' ',
    broken: Number.NaN,
    flat: true,
    deep: { a: 1 },
    long: 'x'.repeat(9999),
  }
  const facts = factsOf(Object.keys(values), (name) => values[name])
  expect(facts).toEqual({ 高度: 12.5, name: '楼', flat: 'true', long: 'x'.repeat(400) })
  expect(factsOf(['empty'], (name) => values[name])).toBeUndefined()
  const many = factsOf(
    Array.from({ length: 5000 }, (_, i) => `p${i}`),
    () => 1,
  )
  expect(Object.keys(many!).length).toBe(80)
  expect(Object.hasOwn(factsOf(['__proto__'], () => 'x')!, '__proto__')).toBe(true)
})
