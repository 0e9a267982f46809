/** Tests of what is shown of one model alone. */
import { expect, test } from 'vitest'
import { ALL, boxAround, type Elements, readElements, statesOf, treeOf } from './inspected.ts'

const elements: Elements = {
  ids: ['a', 'b', 'c', 'd'],
  names: ['墙', null, '房间', '门'],
  kinds: [0, 0, 1, 2],
  storeys: [1, 2, 1, 0],
  systems: [0, 1, 0, 1],
  boxes: [[0, 0, 0, 1, 1, 1], [0, 0, 3, 1, 1, 4], null, [5, 5, 5, 6, 6, 6]],
}
const ROOM = 1

test('all but rooms is shown; a storey, a kind, a system or single elements alone; the rest as glass when wished', () => {
  expect([...statesOf(elements, ALL, ROOM)]).toEqual([1, 1, 0, 1])
  expect([...statesOf(elements, { ...ALL, storey: 1 }, ROOM)]).toEqual([1, 0, 0, 0])
  expect([...statesOf(elements, { ...ALL, storey: 1, kind: 1 }, ROOM)]).toEqual([0, 0, 1, 0])
  expect([...statesOf(elements, { ...ALL, system: 1, ghost: true }, ROOM)]).toEqual([2, 1, 0, 1])
  expect([...statesOf(elements, { ...ALL, only: new Set([2]) }, ROOM)]).toEqual([0, 0, 1, 0])
  const picked = { ...ALL, selected: 1, hidden: new Set([0]), storey: 1 }
  expect([...statesOf(elements, picked, ROOM)]).toEqual([0, 3, 0, 0])
})

test('the box goes around what is shown', () => {
  expect(boxAround(elements, Uint8Array.of(1, 3, 0, 2))).toEqual([0, 0, 0, 1, 1, 4])
  expect(boxAround(elements, new Uint8Array(4))).toBeNull()
})

test('the tree has storeys from the top down, kinds by number, the rest last', () => {
  expect(treeOf(elements)).toEqual([
    { storey: 2, count: 1, kinds: [{ kind: 0, elements: [1] }] },
    {
      storey: 1,
      count: 2,
      kinds: [
        { kind: 0, elements: [0] },
        { kind: 1, elements: [2] },
      ],
    },
    { storey: 0, count: 1, kinds: [{ kind: 2, elements: [3] }] },
  ])
})

test('answers of any shape are read', () => {
  expect(readElements(null).ids).toEqual([])
  expect(readElements({ ids: ['x'] })).toMatchObject({ ids: ['x'], names: [null], boxes: [null] })
})
