/** Links: what is written comes back, and what anybody may have written does no harm. */
import { expect, test } from 'vitest'
import { readLink, writeLink } from './url.ts'

const empty = {
  sceneId: '',
  camera: null,
  time: '',
  scene: null,
  language: 'zh' as const,
  shadows: true,
  selection: null,
  diff: {},
}

test('an id with every awkward character comes back from a link', () => {
  const selection = {
    layer: 'buildings',
    collection: 'buildings',
    id: 'a/b@c,d%40&=#?+ 楼\u{1f3e0}',
    lng: -0.5,
    lat: 28.66,
  }
  const hash = writeLink({ ...empty, selection })
  expect(hash).not.toMatch(/[#? ]/)
  expect(readLink(`#${hash}`)).toEqual({ link: { language: 'zh', selection }, reasons: [] })
})

test('a link that a messenger has percent-encoded is read all the same', () => {
  const { link, reasons } = readLink(
    'scene=tiny%2Fcity&camera=121.4%2C28.6%2C900%2C0%2C-30&time=2026-06-01T10%3A00%3A00%2B08%3A00&pick=buildings/buildings/w1%40121.4%2C28.6',
  )
  expect(reasons).toEqual([])
  expect(link).toMatchObject({
    sceneId: 'tiny/city',
    time: '2026-06-01T10:00:00+08:00',
    selection: { id: 'w1', lng: 121.4 },
    camera: { height: 900 },
  })
})

test('each damaged part is named with what was expected, and the sound ones hold', () => {
  const { link, reasons } = readLink(
    '#scene=../etc&camera=1,2,3&camera=999,0,0,0,0&time=yesterday&lang=fr&pick=a@1,2&diff=%%%&diff=b&lang=en',
  )
  expect(link).toEqual({ language: 'en' })
  expect(reasons).toHaveLength(8)
  expect(reasons[0]).toBe('link: bad scene: got "../etc"; expected <place>/<theme>')
})

test('garbage of any kind neither throws nor takes long', () => {
  const garbage = [
    '',
    '#',
    '&&&',
    '=',
    'camera',
    'camera=',
    'pick=@',
    `pick=${'a'.repeat(9000)}@1,2`,
    `diff=a${'A'.repeat(15_000)}`,
    'x'.repeat(100_000),
    '__proto__=1&constructor=2',
    'camera=,,,,',
    'camera=NaN,NaN,NaN,NaN,NaN',
    'camera=1e999,0,0,0,0',
  ]
  const before = performance.now()
  for (const hash of garbage) expect(Object.keys(readLink(hash).link)).toEqual([])
  expect(performance.now() - before).toBeLessThan(1000)
})

test('shadows are only in a link when they are off, and anything but 0 or 1 is damage', () => {
  expect(writeLink({ ...empty, shadows: true })).not.toContain('shadows')
  expect(readLink(writeLink({ ...empty, shadows: false })).link.shadows).toBe(false)
  expect(readLink('shadows=maybe')).toEqual({ link: {}, reasons: ['link: bad shadows: got "maybe"; expected 0 | 1'] })
})
