/** Names on the map: none over another, the important ones first, legible by day and night. */
import { expect, test } from 'vitest'
import { boxAround, handOf, overlap, placed, words } from './label-place.ts'
import type { Label } from './map-messages.ts'

const label = (over: Partial<Label>): Label => ({
  id: 'a',
  name: '椒江区',
  nameEn: 'Jiaojiang',
  class: 'district',
  rank: 3,
  lng: 121,
  lat: 28,
  road: false,
  ...over,
})

/** A seeded generator: the same names every time. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

test('of 500 names thrown on a screen no two kept ones overlap, and every dropped one is in the way of an earlier', () => {
  const random = seeded(7)
  const names = Array.from({ length: 500 }, (_, i) => ({
    i,
    box: boxAround(random() * 1920, random() * 1080, '台州市'.repeat(1 + Math.floor(random() * 3)), 12 + random() * 8),
  }))
  const kept = placed(
    names,
    1000,
    ({ box }) => box,
    () => false,
  )
  expect(kept.length).toBeGreaterThan(40)
  for (const a of kept) for (const b of kept) if (a !== b) expect(overlap(a.box, b.box)).toBe(false)
  const chosen = new Set(kept)
  for (const name of names)
    if (!chosen.has(name)) expect(kept.some((other) => other.i < name.i && overlap(other.box, name.box))).toBe(true)
})

test('what is behind a hill takes no room, and is only looked for when there is room', () => {
  const asked: number[] = []
  const hidden = (name: number) => {
    asked.push(name)
    return name === 1
  }
  const box = (name: number) => (name === 4 ? null : boxAround(name === 3 ? 0 : 5, 0, '海门', 14))
  expect(placed([1, 2, 3, 4, 5], 9, box, hidden)).toEqual([2])
  expect(asked).toEqual([1, 2])
})

test('never more than asked for', () => {
  expect(
    placed(
      [1, 2, 3],
      2,
      (name) => boxAround(name * 1000, 0, 'x', 12),
      () => false,
    ),
  ).toEqual([1, 2])
})

test('important names are larger and seen from farther; a street never outshines a town', () => {
  for (let rank = 1; rank < 10; rank++) {
    const [near, far] = [handOf(label({ rank: rank + 1 }), 0), handOf(label({ rank }), 0)]
    expect(far.size).toBeGreaterThanOrEqual(near.size)
    expect(far.farM).toBeGreaterThan(near.farM)
    expect(handOf(label({ rank, road: true }), 0).farM).toBeLessThan(far.farM)
  }
  expect(handOf(label({ rank: -3 }), 0)).toEqual(handOf(label({ rank: 1 }), 0))
  expect(handOf(label({ rank: 99 }), 0)).toEqual(handOf(label({ rank: 10 }), 0))
})

test('ink stands out from its halo at least 4.5 to 1, by day and by night, for every class', () => {
  const luminance = (hex: string) => {
    const parts = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    const [r, g, b] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
  }
  for (const night of [0, 1])
    for (const kind of ['district', 'peak', 'island', 'park', 'station', 'hospital', 'school', 'poi'])
      for (const road of [true, false]) {
        const { color, halo } = handOf(label({ class: kind, road }), night)
        const [dark, light] = [luminance(color), luminance(halo)].sort((a, b) => a - b)
        expect((light! + 0.05) / (dark! + 0.05)).toBeGreaterThan(4.5)
      }
})

test('a name without English stays Chinese in English', () => {
  expect(words(label({}), 'en')).toBe('Jiaojiang')
  expect(words(label({ nameEn: '' }), 'en')).toBe('椒江区')
  expect(words(label({}), 'zh')).toBe('椒江区')
})

test('a Chinese letter takes the room of about two Latin ones', () => {
  const width = (text: string) => {
    const [left, , right] = boxAround(0, 0, text, 20)
    return right - left - 20
  }
  expect(width('海门')).toBeCloseTo(40)
  expect(width('abcd')).toBeCloseTo(44)
})
