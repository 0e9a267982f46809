/** Colours and ramps: published values, and the eye's own measure. */
import { expect, test } from 'vitest'
import { type Color, cssColor, fromOklab, linearLight, mixColors, oklab, parseColor, UNKNOWN } from './color.ts'
import { RAMPS, rampColor } from './ramps.ts'

test.each([
  ['#f80', '#ff8800'],
  ['#f808', '#ff880088'],
  ['#FF8800', '#ff8800'],
  ['rgb(255, 136, 0)', '#ff8800'],
  ['rgb(100% 50% 0% / 0.5)', '#ff800080'],
  ['rgba(300, -5, 0, 2)', '#ff0000'],
  ['hsl(120, 100%, 25%)', '#008000'],
  ['hsl(-240deg 100% 25%)', '#008000'],
  ['hsl(270 60% 50% / 20%)', '#8033cc33'],
  ['RebeccaPurple', '#663399'],
  ['transparent', '#00000000'],
])('%s is %s', (css, wanted) => {
  expect(cssColor(parseColor(css)!)).toBe(wanted)
})

test('what is no colour is null', () => {
  for (const bad of [
    '',
    '#',
    '#12',
    '#12345',
    '#ggg',
    'rgb()',
    'rgb(1,2)',
    'rgb(1,2,3,4,5)',
    'rgb(a,b,c)',
    'hsl(1,2,3)',
    'hsl(10% 10% 10%)',
    'url(x)',
    'constructor',
    'rgb(1e999,0,0)',
    'x'.repeat(1e6),
    'rgb(var(--x))',
  ]) {
    expect(parseColor(bad), bad).toBeNull()
  }
})

test('Oklab has the published values and goes there and back', () => {
  // Ottosson 2020: red, and white at lightness one.
  const red = oklab([1, 0, 0, 1])
  expect(red.map((value) => Number(value.toFixed(3)))).toEqual([0.628, 0.225, 0.126])
  expect(oklab([1, 1, 1, 1])[0]).toBeCloseTo(1, 3)
  for (const color of [
    [0.2, 0.5, 0.9, 1],
    [0, 0, 0, 1],
    [1, 0.3, 0.1, 1],
  ] as Color[]) {
    for (const [index, channel] of fromOklab(oklab(color)).entries()) expect(channel).toBeCloseTo(color[index]!, 3)
  }
  expect(cssColor(mixColors([1, 0, 0, 0], [0, 0, 1, 1], 0.5))).toMatch(/80$/)
})

/** Oklab distance of two colours. */
function distance(a: Color, b: Color): number {
  const [p, q] = [oklab(a), oklab(b)]
  return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2])
}

/** How a colour looks without one kind of cone. @see Machado, Oliveira, Fernandes 2009, severity 1 */
function without(cone: 'red' | 'green' | 'blue', color: Color): Color {
  const matrix = {
    red: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
    green: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
    blue: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
  }[cone]
  const light = color.slice(0, 3).map(linearLight)
  const seen = [0, 3, 6].map(
    (row) => matrix[row]! * light[0]! + matrix[row + 1]! * light[1]! + matrix[row + 2]! * light[2]!,
  )
  const encode = (value: number) =>
    Math.min(1, Math.max(0, value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055))
  return [encode(seen[0]!), encode(seen[1]!), encode(seen[2]!), 1]
}

const SHARES = Array.from({ length: 33 }, (_, index) => index / 32)

test.each(RAMPS.filter((name) => name !== 'diverging'))('%s: lightness runs one way for every kind of eye', (name) => {
  for (const see of [
    (color: Color) => color,
    ...(['red', 'green', 'blue'] as const).map((cone) => (color: Color) => without(cone, color)),
  ]) {
    const lightness = SHARES.map((share) => oklab(see(rampColor(name, share)))[0])
    const sign = Math.sign(lightness.at(-1)! - lightness[0]!)
    for (let i = 1; i < lightness.length; i++) expect((lightness[i]! - lightness[i - 1]!) * sign).toBeGreaterThan(0)
  }
})

test.each(RAMPS.filter((name) => name !== 'viridis'))('%s: equal steps look equal', (name) => {
  const steps = SHARES.slice(1).map((share, index) => distance(rampColor(name, share), rampColor(name, SHARES[index]!)))
  expect(Math.max(...steps) / Math.min(...steps)).toBeLessThan(1.15)
})

test('the diverging ramp has a light, grey middle, and its arms stay apart for every kind of eye', () => {
  const middle = oklab(rampColor('diverging', 0.5))
  expect(middle[0]).toBeGreaterThan(0.93)
  expect(Math.hypot(middle[1], middle[2])).toBeLessThan(0.01)
  for (const cone of ['red', 'green', 'blue'] as const) {
    for (const share of [0, 0.1, 0.2, 0.3]) {
      expect(
        distance(without(cone, rampColor('diverging', share)), without(cone, rampColor('diverging', 1 - share))),
      ).toBeGreaterThan(0.08)
    }
  }
})

test('no colour of a ramp had to be cut off, and none can be taken for the grey of the unknown', () => {
  for (const name of RAMPS) {
    for (const share of SHARES)
      for (const channel of rampColor(name, share).slice(0, 3)) {
        expect(channel).toBeGreaterThan(0)
        expect(channel).toBeLessThan(1)
      }
  }
  for (const share of SHARES)
    for (const name of RAMPS.filter((ramp) => ramp !== 'diverging'))
      expect(distance(rampColor(name, share), UNKNOWN), `${name} ${share}`).toBeGreaterThan(0.03)
})

test('viridis has its published ends and middle', () => {
  expect([0, 1 / 3, 1].map((share) => cssColor(rampColor('viridis', share)))).toEqual([
    '#440154',
    expect.stringMatching(/^#31(67|68|69)8e$/),
    '#fde725',
  ])
})

test('a share outside or of no number takes an end', () => {
  expect(rampColor('heat', -5)).toBe(rampColor('heat', 0))
  expect(rampColor('heat', Infinity)).toBe(rampColor('heat', 1))
  expect(rampColor('heat', Number.NaN)).toBe(rampColor('heat', 0))
})
