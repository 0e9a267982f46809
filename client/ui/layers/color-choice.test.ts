import { expect, test } from 'vitest'
import { oklab, parseColor } from '../../../scenes/schema/color.ts'
import { parseExpression } from '../../../scenes/schema/expression.ts'
import { legend } from '../../../scenes/schema/legend.ts'
import { CATEGORIES, type ColorChoice, choiceOf, expressionOf, firstChoice, GREY } from './color-choice.ts'

const height = { name: 'height', type: 'number', count: 9, min: 2.8, max: 168, top: [] } as const
const use = {
  name: 'use',
  type: 'text',
  count: 9,
  top: [
    ['home', 5],
    ['shop', 3],
    ['home', 1],
  ],
} as const

test('a number becomes a ramp over its whole range, with grey for what has none', () => {
  const choice = firstChoice({ ...height, top: [] })
  expect(expressionOf(choice)).toEqual(['coalesce', ['ramp', ['get', 'height'], 'viridis', 2.8, 168], GREY])
})

test('words become categories, each with its colour, the rest grey', () => {
  const choice = firstChoice({ ...use, top: use.top.map(([word, count]) => [word, count]) })
  expect(expressionOf(choice)).toEqual(['match', ['get', 'use'], 'home', CATEGORIES[0], 'shop', CATEGORIES[1], GREY])
})

test('true and false are two categories', () => {
  const choice = firstChoice({ name: 'estimated', type: 'boolean', count: 2, top: [] })
  expect(choice).toEqual({ kind: 'match', attribute: 'estimated', values: [true, false] })
})

test('every choice is a valid colour expression with a legend, and is read back as it was', () => {
  const choices: ColorChoice[] = [
    { kind: 'ramp', attribute: 'height', ramp: 'heat', from: 0, to: 100 },
    { kind: 'match', attribute: 'class', values: ['office', 'house'] },
    { kind: 'match', attribute: 'levels', values: [1, 2, 3] },
    { kind: 'match', attribute: 'part', values: [true, false] },
  ]
  for (const choice of choices) {
    const expression = parseExpression(expressionOf(choice), 'color')
    expect(choiceOf(JSON.parse(JSON.stringify(expression)))).toEqual(choice)
    const shown = legend(expression)
    expect(shown.input).toBe(choice.attribute)
    expect(shown.entries.some(({ other }) => other)).toBe(true)
  }
})

test('an attribute with one value, or none at all, still gives a valid expression', () => {
  const flat = firstChoice({ ...height, min: 5, max: 5, top: [] })
  expect(flat).toMatchObject({ from: 5, to: 6 })
  const empty = firstChoice({ name: 'x', type: 'text', count: 0, top: [] })
  expect(parseExpression(expressionOf(empty), 'color')).toBe(GREY)
})

test('what somebody wrote by hand is no choice', () => {
  for (const other of [null, 'red', 7, [], ['case', ['has', 'x'], 'red', 'blue'], ['ramp', ['get', 'x'], 'no', 0, 1]]) {
    expect(choiceOf(other)).toBeNull()
  }
})

test('category colours stay apart from each other and from grey', () => {
  const colors = [...CATEGORIES, GREY].map((css) => oklab(parseColor(css)!))
  for (const [i, a] of colors.entries()) {
    for (const b of colors.slice(i + 1)) {
      expect(Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])).toBeGreaterThan(0.07)
    }
  }
})
