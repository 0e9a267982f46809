/** What the panel says of a kind's own colours is what the painter draws, and only of what occurs. */
import { expect, test } from 'vitest'
import { cssColor } from '../../../scenes/schema/color.ts'
import { ROADS } from '../../app/map-style.ts'
import { isLong, ownLegend } from './own-legend.ts'

test('roads are listed from the widest down, in the painter’s colours', () => {
  const { entries } = ownLegend('roads', null)!
  const words = entries.map(({ labels, other }) => (other ? 'other' : labels![0]))
  expect(words.slice(0, 4)).toEqual(['motorway', 'trunk', 'primary', 'secondary'])
  expect(words.toSorted()).toEqual(Object.keys(ROADS).toSorted())
  for (const [index, word] of words.entries()) {
    expect(cssColor(entries[index]!.color!)).toBe(ROADS[String(word)]!.color)
  }
})

test('classes the data has not are left out, the rest is still named', () => {
  const { entries } = ownLegend('land', new Set(['park', 'forest', 'moon base']))!
  expect(entries.map(({ labels }) => labels?.[0] ?? 'other')).toEqual(['park', 'forest', 'other'])
})

test('every colour of every kind is one', () => {
  for (const type of ['land', 'water', 'roads', 'rail', 'buildings'] as const)
    for (const { color } of ownLegend(type, null)!.entries) expect([type, color]).not.toEqual([type, null])
})

test('kinds without a table have no legend, and only long ones ask which classes there are', () => {
  expect(ownLegend('ground', null)).toBeNull()
  expect(ownLegend('trees', null)).toBeNull()
  expect(ownLegend('land', new Set())).not.toBeNull()
  expect([isLong('roads'), isLong('rail'), isLong('buildings'), isLong('ground')]).toEqual([true, false, false, false])
})
