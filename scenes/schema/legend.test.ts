/** Legends: what a person reads of an expression. */
import { expect, test } from 'vitest'
import { cssColor } from './color.ts'
import type { Expression } from './expression.ts'
import { inWords, type LegendEntry, legend } from './legend.ts'

const css = ({ color, ...rest }: LegendEntry) => ({ ...rest, color: color === null ? null : cssColor(color) })
const read = (expression: Expression) => {
  const { entries, ...rest } = legend(expression)
  return { ...rest, entries: entries.map(css) }
}

test('a ramp gives stops from low to high, whichever way it runs', () => {
  const ramp = read(['ramp', ['get', 'height'], 'blues', 0, 120])
  expect(ramp).toMatchObject({ kind: 'ramp', input: 'height' })
  expect(ramp.entries.map(({ value }) => value)).toEqual([0, 15, 30, 45, 60, 75, 90, 105, 120])
  expect(ramp.entries[0]!.color).toBe('#def3fb')
  const down = read(['ramp', ['to-number', ['get', 'age']], 'blues', 100, 0])
  expect(down).toMatchObject({ input: 'age', entries: { 0: { value: 0, color: '#193365' } } })
})

test('interpolate gives its own stops, step its ranges', () => {
  expect(read(['interpolate', ['linear'], ['get', 'depth'], 0, '#fff', 5, '#00f'])).toEqual({
    kind: 'ramp',
    input: 'depth',
    entries: [
      { value: 0, color: '#ffffff' },
      { value: 5, color: '#0000ff' },
    ],
  })
  expect(read(['step', ['get', 'levels'], '#eee', 7, '#999', 20, '#333'])).toEqual({
    kind: 'steps',
    input: 'levels',
    entries: [
      { to: 7, color: '#eeeeee' },
      { from: 7, to: 20, color: '#999999' },
      { from: 20, color: '#333333' },
    ],
  })
})

test('match and case give categories and what is left over', () => {
  expect(
    read([
      'match',
      ['get', 'class'],
      ['school', 'hospital'],
      '#d33',
      'office',
      ['ramp', ['get', 'height'], 'stone', 0, 99],
      '#aaa',
    ]),
  ).toEqual({
    kind: 'categories',
    input: 'class',
    entries: [
      { labels: ['school', 'hospital'], color: '#dd3333' },
      { labels: ['office'], color: null },
      { other: true, color: '#aaaaaa' },
    ],
  })
  expect(
    read([
      'case',
      ['>', ['/', ['get', 'height'], ['get', 'levels']], 5],
      'red',
      ['in', ['get', 'class'], ['literal', ['a', 'b']]],
      'blue',
      '#ccc',
    ]).entries,
  ).toEqual([
    { condition: 'height ÷ levels > 5', color: '#ff0000' },
    { condition: 'class: a, b', color: '#0000ff' },
    { other: true, color: '#cccccc' },
  ])
})

test('a fallback around a ramp is its entry for the rest; one colour is one entry', () => {
  const rest = read(['coalesce', ['ramp', ['get', 'year'], 'viridis', 1950, 2025], '#8f9aa6'])
  expect(rest.kind).toBe('ramp')
  expect(rest.entries.at(-1)).toEqual({ other: true, color: '#8f9aa6' })
  expect(read('teal')).toEqual({ kind: 'single', input: null, entries: [{ color: '#008080' }] })
  expect(read(['get', 'colour'])).toEqual({ kind: 'single', input: 'colour', entries: [{ color: null }] })
})

test('a wrong expression has no legend', () => {
  expect(() => legend(['ramp', 1, 'pink', 0, 1])).toThrow(/no such ramp/)
})

test('conditions read as a person writes them', () => {
  expect(inWords(['all', ['has', 'year'], ['<=', ['get', 'year'], 1990], ['!', ['==', ['get', 'use'], 'x']]])).toBe(
    'year ✓ & year ≤ 1990 & ¬ (use = x)',
  )
})
