import { expect, test } from 'vitest'
import { listedStages, percentDone, type Stage, stageShare } from './progress.ts'

const stage = (id: string, state: Stage['state'], done = 0, total = 0, seconds = 0): Stage => ({
  id,
  state,
  done,
  total,
  seconds,
})

test('storing is listed as one stage that counts all its layers', () => {
  const listed = listedStages([
    stage('generate', 'done', 0, 0, 9),
    stage('store-buildings', 'done', 41_000, 0, 3),
    stage('store-roads', 'running', 200, 0, 1),
    stage('store-land', 'waiting'),
    stage('terrain', 'waiting'),
  ])
  expect(listed.map(({ id }) => id)).toEqual(['generate', 'store', 'terrain'])
  expect(listed[1]).toEqual({ id: 'store', state: 'running', done: 41_200, total: 0, seconds: 4 })
})

test('a group is done when all are, failed when one is, waiting while none has begun', () => {
  const state = (...states: Stage['state'][]) => listedStages(states.map((s, i) => stage(`store-${i}`, s)))[0]!.state
  expect(state('done', 'done')).toBe('done')
  expect(state('done', 'failed', 'waiting')).toBe('failed')
  expect(state('waiting', 'waiting')).toBe('waiting')
  expect(state('done', 'waiting')).toBe('running')
})

test('a share is only said when the total is known', () => {
  expect(stageShare(stage('a', 'running', 5, 10))).toBe(0.5)
  expect(stageShare(stage('a', 'running', 5))).toBeNull()
  expect(stageShare(stage('a', 'running', 15, 10))).toBe(1)
  expect(stageShare(stage('a', 'done'))).toBe(1)
})

test('the percentage never says 100 before the city is ready', () => {
  const stages = [stage('a', 'done'), stage('b', 'done')]
  expect(percentDone({ state: 'making', stages })).toBe(99)
  expect(percentDone({ state: 'ready', stages })).toBe(100)
  expect(percentDone({ state: 'making', stages: [] })).toBe(0)
  expect(percentDone({ state: 'making', stages: [stage('a', 'done'), stage('b', 'running', 1, 4)] })).toBe(62)
})
