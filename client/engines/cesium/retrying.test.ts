/** A source that fails is asked again ever more slowly, and an answer of an older question counts no more. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { retrying } from './retrying.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})
const settle = () => vi.advanceTimersByTimeAsync(0)

test('after 1, 2, 4 … seconds, never more than 30, until it works', async () => {
  const asked: number[] = []
  const begun = Date.now()
  const tried = retrying(
    async () => {
      asked.push((Date.now() - begun) / 1000)
      if (asked.length < 9) throw new Error('not yet')
    },
    () => {},
  )
  await settle()
  expect(tried).toMatchObject({ done: false, failed: 'not yet' })
  await vi.advanceTimersByTimeAsync(200_000)
  expect(asked).toEqual([0, 1, 3, 7, 15, 31, 61, 91, 121])
  expect(tried).toMatchObject({ done: true, failed: null })
})

test('each outcome is heard, with a reason in words even when there was none', async () => {
  const heard: (string | null)[] = []
  let fail: unknown = new Error('')
  const tried = retrying(
    () => (fail === null ? Promise.resolve() : Promise.reject(fail)),
    () => heard.push(tried.failed),
  )
  await settle()
  fail = null
  await vi.advanceTimersByTimeAsync(1000)
  expect(heard).toEqual(['no answer, got Error', null])
})

test('started over, the answer of the older question is not taken', async () => {
  const answers: (() => void)[] = []
  const tried = retrying(
    () => new Promise<void>((resolve) => answers.push(resolve)),
    () => {},
  )
  tried.again()
  answers[0]!()
  await settle()
  expect(tried.done).toBe(false)
  answers[1]!()
  await settle()
  expect(tried.done).toBe(true)
})

test('stopped, it neither asks nor reports again', async () => {
  let heard = 0
  const tried = retrying(
    () => Promise.reject(new Error('gone')),
    () => heard++,
  )
  await settle()
  tried.stop()
  await vi.advanceTimersByTimeAsync(100_000)
  expect(heard).toBe(1)
})
