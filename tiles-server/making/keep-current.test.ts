/** Failures of making as the page tells them. */
import { expect, test } from 'vitest'
import { reasonOf } from './keep-current.ts'

test('a full disk is said in words, with what to do, whoever met it', () => {
  for (const words of [
    'ENOSPC: no space left on device, write',
    'buildings: tile 14/4832 failed: ENOSPC: no space left on device, open',
    'could not extend file "base/5/16789": No space left on device',
    'EDQUOT: disk quota exceeded, write',
  ])
    expect(reasonOf(new Error(words))).toMatch(
      /^the disk of the data folder is full \(.*served on; make room, then it goes on by itself$/,
    )
  expect(reasonOf(new Error('terrain: no heights'))).toBe('terrain: no heights')
  expect(reasonOf('bare words')).toBe('bare words')
})
