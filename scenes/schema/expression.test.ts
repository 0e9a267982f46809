/** Expressions: what they give, what they refuse, and what nobody can make them do. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { cssColor } from './color.ts'
import { compile, EXPRESSION_LIMITS, evaluate, parseExpression, reads } from './expression.ts'
import { OPERATORS } from './operators.ts'

const tower = { class: 'office', height: 96.5, levels: 24, year: 0, name: '', listed: false, nothing: null }

test.each<[unknown, unknown]>([
  [['get', 'height'], 96.5],
  [['get', 'missing'], null],
  [['get', 'toString'], null],
  [['has', 'height'], true],
  [['has', 'nothing'], false],
  [['has', '__proto__'], false],
  [['literal', 'get'], 'get'],
  [['match', ['get', 'class'], ['shop', 'office'], 1, 'house', 2, 3], 1],
  [['match', ['get', 'height'], 96.5, 'a', 'b'], 'a'],
  [['match', ['get', 'missing'], 'x', 1, 2], 2],
  [['case', ['>', ['get', 'height'], 100], 'tall', ['>', ['get', 'height'], 50], 'high', 'low'], 'high'],
  [['step', ['get', 'levels'], 'low', 7, 'middle', 20, 'high'], 'high'],
  [['step', 7, 'low', 7, 'middle', 20, 'high'], 'middle'],
  [['step', ['get', 'name'], 'low', 7, 'high'], null],
  [['interpolate', ['linear'], ['get', 'height'], 0, 0, 193, 1], 0.5],
  [['interpolate', ['linear'], -5, 0, 10, 1, 20], 10],
  [['interpolate', ['linear'], 5, 0, 10, 1, 20], 20],
  [['interpolate', ['exponential', 2], 1, 0, 0, 2, 3], 1],
  [['in', ['get', 'class'], ['literal', ['office', 3]]], true],
  [['in', '3', ['literal', [3]]], false],
  [['==', ['get', 'nothing'], null], true],
  [['==', 1, '1'], false],
  [['!=', ['get', 'class'], 'office'], false],
  [['<', 'a', 'b'], true],
  [['<', ['get', 'missing'], 5], false],
  [['>=', ['get', 'missing'], 5], false],
  [['<', 'a', 5], false],
  [['all', true, ['!', ['get', 'listed']]], true],
  [['any', false, ['get', 'class']], false],
  [['+', 1, 2, 3], 6],
  [['-', 5], -5],
  [['-', 5, 7], -2],
  [['/', ['get', 'height'], ['get', 'year']], null],
  [['*', ['get', 'missing'], 2], null],
  [['%', 7, 4], 3],
  [['^', 2, 10], 1024],
  [['max', 1, ['round', 2.5], ['abs', -2]], 3],
  [['min', ['floor', 1.9], ['ceil', 0.2]], 1],
  [['concat', ['get', 'class'], ' ', ['get', 'levels'], ['get', 'nothing']], 'office 24'],
  [['coalesce', ['get', 'missing'], ['get', 'nothing'], 'x'], 'x'],
  [['to-number', ' 12.5 '], 12.5],
  [['to-number', '12 m'], null],
  [['to-number', ['get', 'name']], null],
  [['to-number', true], 1],
  [['to-string', ['get', 'levels']], '24'],
  [['to-boolean', ['get', 'year']], false],
  ['plain', 'plain'],
  [null, null],
])('%j gives %j', (expression, wanted) => {
  expect(evaluate(expression, tower)).toEqual(wanted)
})

test('colours come from words, ramps, stops and data, and null from what is no colour', () => {
  const css = (expression: unknown, properties = {}) => {
    const color = compile(expression, 'color')(properties)
    return color === null ? null : cssColor(color)
  }
  expect(css('teal')).toBe('#008080')
  expect(css(['ramp', ['get', 'height'], 'stone', 0, 120], { height: 1e9 })).toBe(css(['ramp', 120, 'stone', 0, 120]))
  expect(css(['ramp', 0, 'heat', 10, 0])).toBe(css(['ramp', 10, 'heat', 0, 10]))
  expect(css(['ramp', ['get', 'height'], 'stone', 0, 120], { height: '12' })).toBeNull()
  expect(css(['interpolate', ['linear'], 5, 0, '#000', 10, '#fff'])).toBe('#636363')
  expect(css(['get', 'colour'], { colour: 'rgb(0 128 255 / 50%)' })).toBe('#0080ff80')
  expect(css(['get', 'colour'], { colour: 'url(javascript:1)' })).toBeNull()
  expect(css(['concat', '#', ['get', 'hex']], { hex: 'abc' })).toBe('#aabbcc')
  expect(css(['match', ['get', 'x'], 'a', '#d33', null], { x: 'b' })).toBeNull()
})

test.each<[unknown, string]>([
  [['rampe', 1], 'expression[0]: no such operator, got "rampe"; expected get | has |'],
  [['constructor', 1], 'expression[0]: no such operator, got "constructor"'],
  [[], 'expression[0]: no such operator, got nothing'],
  [['get'], 'expression: "get" with 0 parts; expected 1: ["get", name]'],
  [['get', ''], 'expression[1]: bad property, got ""; expected its name'],
  [['ramp', 'x', 'blues', 0, 1], 'expression[1]: wrong type, got "x"; expected a number'],
  [['ramp', 1, 'blues', 1, 1], 'expression[4]: ramp without length, got 1 twice'],
  [['ramp', 1, 'blues', ['get', 'a'], 1], 'expression[3]: bad low end, got an array of 2; expected a number'],
  [['ramp', ['concat', 'a'], 'blues', 0, 1], 'expression[1]: wrong type, "concat" gives a text; expected a number'],
  [['match', 1, 'a', '#fff'], 'expression: "match" with 3 parts'],
  [['match', ['get', 'a'], 'a', '#fff', 'a', '#000', 'red'], 'expression[4]: label used twice, got "a"'],
  [['match', ['get', 'a'], [], '#fff', 'red'], 'expression[2]: no label'],
  [['match', ['get', 'a'], 'a', 'rouge', 'red'], 'expression[3]: no such colour, got "rouge"; expected #rgb | #rrggbb'],
  [['case', ['get', 'a'], '#fff'], 'expression: "case" with 2 parts'],
  [['case', 'yes', '#fff', '#000'], 'expression[1]: wrong type, got "yes"; expected true | false'],
  [['step', ['get', 'a'], '#000', 2, '#111', 2, '#222'], 'expression[5]: stops must rise, got 2; expected more than 2'],
  [
    ['interpolate', ['cubic'], 1, 0, '#000', 1, '#fff'],
    'expression[1]: bad curve, got ["cubic"]; expected ["linear"] | ["exponential"',
  ],
  [['get', 'a', 'b'], 'expression: "get" with 2 parts'],
  [{}, 'expression: wrong type, got an object; expected a colour'],
  [['+', 1, 2], 'expression: wrong type, "+" gives a number; expected a colour'],
  [Number.NaN, 'expression: wrong type'],
])('%j as a colour is refused with its place and the words allowed', (expression, message) => {
  expect(() => parseExpression(expression, 'color')).toThrow(message)
})

test('depth, length and texts from outside are bounded', () => {
  let deep: unknown = 1
  for (let level = 0; level < 100_000; level++) deep = ['abs', deep]
  expect(() => parseExpression(deep)).toThrow(/nested too deep, got more than 32 levels/)
  let wide: unknown = ['get', 'a']
  for (let level = 0; level < 5; level++) wide = ['+', ...Array.from({ length: 20 }, () => wide)]
  expect(() => parseExpression(wide)).toThrow(/too long, got more than 5000 parts/)
  expect(() => parseExpression('x'.repeat(EXPRESSION_LIMITS.text + 1))).toThrow(/text too long/)
  expect(() => parseExpression(['+', ...Array.from({ length: 1000 }, () => 1)])).toThrow(
    /with 1000 parts; expected 2 … 500/,
  )
})

test('nothing in an expression can throw or leave its types, whatever a feature holds', () => {
  const odd = [
    {},
    { a: Number.NaN },
    { a: Infinity },
    { a: { b: 1 } },
    { a: [1] },
    { a: '' },
    { a: 1e308 },
    { a: -0 },
    Object.create({ a: 1 }),
    { a: () => 1 },
  ]
  const numeric = compile(['/', ['*', ['get', 'a'], 1e200], ['-', ['get', 'a'], ['get', 'a']]], 'number')
  const colored = compile(
    ['interpolate', ['exponential', 1.5], ['^', ['get', 'a'], 3], -1e300, '#000', 0, 'red', 1e300, '#fff'],
    'color',
  )
  for (const properties of odd) {
    expect(numeric(properties)).toBeNull()
    const color = colored(properties)
    if (color !== null) for (const channel of color) expect(channel).toBeGreaterThanOrEqual(0)
  }
})

test('the properties an expression reads are found, those named in literals are not', () => {
  expect(
    reads([
      'case',
      ['has', 'a'],
      ['get', 'b'],
      ['match', ['get', 'b'], ['get', 'c'], 1, ['literal', ['get', 'd']]],
    ] as never),
  ).toEqual(['a', 'b'])
})

test('every operator is described by a form that begins with its own word', () => {
  for (const [word, { form, about }] of OPERATORS) {
    expect(form.startsWith(`["${word}", `)).toBe(true)
    expect(about).not.toBe('')
  }
})

const HOSTILE = new URL('../../../shared/data/hostile/json/test_parsing/', import.meta.url)

test.skipIf(!existsSync(HOSTILE))(
  'no file of the JSON parsing test suite crashes the reader (skipped without ../shared/data/hostile/json)',
  () => {
    for (const file of readdirSync(HOSTILE)) {
      let value: unknown
      try {
        value = JSON.parse(readFileSync(new URL(file, HOSTILE), 'utf8'))
      } catch {
        continue
      }
      try {
        compile(value, 'color')({})
      } catch (error) {
        expect((error as Error).name, file).toBe('SceneError')
      }
    }
  },
)
