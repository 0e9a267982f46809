/** Circles among the files of the page are found, ways that meet again are none. */
import { expect, test } from 'vitest'
import { findCycle } from './no-chunk-cycles.ts'

test('a circle is told as the way round it', () => {
  expect(
    findCycle(
      new Map([
        ['index', ['react', 'panels']],
        ['panels', ['globe']],
        ['globe', ['react', 'log']],
        ['log', ['globe']],
      ]),
    ),
  ).toEqual(['globe', 'log', 'globe'])
})

test('files that two others import are no circle', () => {
  expect(
    findCycle(
      new Map([
        ['a', ['b', 'c']],
        ['b', ['d']],
        ['c', ['d']],
        ['d', []],
      ]),
    ),
  ).toBeNull()
})
