import { expect, test } from 'vitest'
import { dateAndTime, rateParts, ticks, tickText, timeRange, zoneText } from './clock-text.ts'

const at = (text: string) => Date.parse(text)

test('the clock is written in the scene’s zone, wherever the reader is', () => {
  expect(dateAndTime(at('2019-08-09T18:05:00Z'), '+08:00')).toEqual({ date: '2019-08-10', time: '02:05:00' })
  expect(zoneText('Z')).toBe('+00:00')
  expect(zoneText('+08:00')).toBe('+08:00')
})

test('the slider’s range is the scene’s', () => {
  const time = { start: '2019-08-09T18:00:00+08:00', end: '2019-08-10T18:00:00+08:00', step: 'PT5M' }
  expect(timeRange(time, '2019-08-09T20:00:00+08:00')).toEqual({
    start: at(time.start),
    end: at(time.end),
    step: 300_000,
    zone: '+08:00',
  })
})

test('without a range it is the day of the clock, midnight to midnight in its zone', () => {
  const range = timeRange(null, '2026-06-01T01:30:00+08:00')
  expect(range.start).toBe(at('2026-06-01T00:00:00+08:00'))
  expect(range.end - range.start).toBe(86_400_000)
})

test('ticks stand on round hours of the zone and never crowd', () => {
  const [start, end] = [at('2026-06-01T00:00:00+08:00'), at('2026-06-02T00:00:00+08:00')]
  const found = ticks(start, end, '+08:00', 12)
  expect(found.map((tick) => tickText(tick, '+08:00'))).toEqual([
    '06-01',
    '02:00',
    '04:00',
    '06:00',
    '08:00',
    '10:00',
    '12:00',
    '14:00',
    '16:00',
    '18:00',
    '20:00',
    '22:00',
    '06-02',
  ])
  for (const hours of [1, 3, 24, 72, 24 * 30, 24 * 3650]) {
    const many = ticks(start, start + hours * 3_600_000, '+08:00', 12)
    expect(many.length).toBeLessThanOrEqual(13)
    expect(many.length).toBeGreaterThan(3)
  }
  expect(ticks(5, 5, 'Z', 12)).toEqual([])
})

test('rates are said in the largest whole unit', () => {
  expect(rateParts(1)).toEqual({ unit: 'seconds', n: 1 })
  expect(rateParts(300)).toEqual({ unit: 'minutes', n: 5 })
  expect(rateParts(5400)).toEqual({ unit: 'minutes', n: 90 })
  expect(rateParts(10_800)).toEqual({ unit: 'hours', n: 3 })
})
