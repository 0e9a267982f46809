/** The history as a value: bounded, gestures as one step, forward again what went back. */
import { expect, test } from 'vitest'
import type { SceneDiff } from '../../scenes/schema/diff.ts'
import { type History, NO_HISTORY, redone, remembered, undone } from './undo.ts'

const diff = (n: number) => ({ layers: { roads: { opacity: n / 1000 } } }) as unknown as SceneDiff

/** A history after steps 1 … n away from 0. */
function after(n: number): { history: History; current: SceneDiff } {
  let history = NO_HISTORY
  for (let i = 0; i < n; i++) history = remembered(history, diff(i), null, i * 10)
  return { history, current: diff(n) }
}

test('nothing done: nothing to undo or redo', () => {
  expect(undone(NO_HISTORY, {})).toBeNull()
  expect(redone(NO_HISTORY, {})).toBeNull()
})

test('all the way back and all the way forward passes the same diffs in reverse', () => {
  let { history, current } = after(20)
  const back: SceneDiff[] = []
  for (let step = undone(history, current); step; step = undone(history, current)) {
    ;({ history, diff: current } = step)
    back.push(current)
  }
  expect(back).toEqual(Array.from({ length: 20 }, (_, i) => diff(19 - i)))
  const forth: SceneDiff[] = []
  for (let step = redone(history, current); step; step = redone(history, current)) {
    ;({ history, diff: current } = step)
    forth.push(current)
  }
  expect(forth).toEqual(Array.from({ length: 20 }, (_, i) => diff(i + 1)))
})

test('two hundred steps are kept, the oldest go', () => {
  const { history } = after(500)
  expect(history.past).toHaveLength(200)
  expect(history.past[0]).toEqual(diff(300))
})

test('a gesture is one step while it goes on, another after a second’s rest or for another thing', () => {
  let history = remembered(NO_HISTORY, diff(0), 'opacity roads', 0)
  history = remembered(history, diff(1), 'opacity roads', 900)
  expect(history.past).toEqual([diff(0)])
  history = remembered(history, diff(2), 'opacity roads', 2000)
  history = remembered(history, diff(3), 'opacity rail', 2100)
  expect(history.past).toEqual([diff(0), diff(2), diff(3)])
})

test('a new step forgets what could be redone; steps that lead nowhere are passed over', () => {
  const { history, current } = after(3)
  const back = undone(history, current)!
  expect(remembered(back.history, back.diff, null, 99).future).toEqual([])
  const idle = remembered(history, diff(3), null, 99)
  expect(undone(idle, diff(3))!.diff).toEqual(diff(2))
})
