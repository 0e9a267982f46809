import { expect, test } from 'vitest'
import { daylight, lightAt } from './sun.ts'

const HOUR = 3_600_000
const day = (text: string) => Date.parse(`${text}T00:00:00+08:00`)
const minutes = (at: number, midnight: number) => (at - midnight) / 60_000

test('sunrise and sunset in Jiaojiang agree with the almanac within two minutes', () => {
  const start = day('2026-06-01')
  const { marks } = daylight(start, start + 24 * HOUR, 121.44, 28.66)
  expect(marks.map(({ kind }) => kind)).toEqual(['sunrise', 'sunset'])
  // Purple Mountain Observatory's formula: 04:57 and 18:47 at 121.44° E, 28.66° N on 1 June
  expect(Math.abs(minutes(marks[0]!.at, start) - (4 * 60 + 57))).toBeLessThan(2)
  expect(Math.abs(minutes(marks[1]!.at, start) - (18 * 60 + 47))).toBeLessThan(2)
})

test('bands join without gaps from the start to the end and alternate night, dusk, day', () => {
  const start = day('2026-03-20')
  const { bands } = daylight(start, start + 48 * HOUR, 121.44, 28.66)
  expect(bands[0]!.from).toBe(start)
  expect(bands.at(-1)!.to).toBe(start + 48 * HOUR)
  for (let i = 1; i < bands.length; i++) expect(bands[i]!.from).toBe(bands[i - 1]!.to)
  expect(bands.map(({ light }) => light).join(' ')).toBe('night dusk day dusk night dusk day dusk night')
})

test('where the sun does not set there is day and no mark; where it does not rise there is none either', () => {
  const summer = day('2026-06-21')
  expect(daylight(summer, summer + 24 * HOUR, 20, 78)).toEqual({
    bands: [{ from: summer, to: summer + 24 * HOUR, light: 'day' }],
    marks: [],
  })
  const winter = day('2026-12-21')
  expect(daylight(winter, winter + 24 * HOUR, 20, 80).marks).toEqual([])
})

test('a range of ten years stays quick and bounded', () => {
  const start = day('2020-01-01')
  const { bands } = daylight(start, start + 3650 * 24 * HOUR, 121.44, 28.66)
  expect(bands.length).toBeLessThan(9000)
})

test('an empty or backward range has no bands', () => {
  expect(daylight(5, 5, 0, 0)).toEqual({ bands: [], marks: [] })
  expect(daylight(6, 5, 0, 0)).toEqual({ bands: [], marks: [] })
})

test('light follows the altitude of the sun', () => {
  expect([10, -1, -7].map(lightAt)).toEqual(['day', 'dusk', 'night'])
})
