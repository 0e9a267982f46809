/** Words that reports, drawings and the page share: none is missing, and a stranger's word does no harm. */
import { expect, test } from 'vitest'
import { CLASSES } from '../geo/city-feature.ts'
import { CLEARANCE_WORDS, FIGURE_WORDS, NODE_WORDS, nodeWord, STAGE_WORDS, utilityWord } from './network-words.ts'

test('every class of pipes and every node that is no joint has a word in both languages, no word stands for two', () => {
  const utilities = CLASSES.pipes.map((one) => `${utilityWord(one, 'zh')} ${utilityWord(one, 'en')}`)
  expect(new Set(utilities).size).toBe(CLASSES.pipes.length)
  for (const one of CLASSES.pipes) expect(utilityWord(one, 'zh'), one).toMatch(/\p{Script=Han}/u)
  const joints = ['junction', 'end', 'other']
  for (const kind of CLASSES['pipe-nodes'])
    expect(nodeWord(kind, 'zh') === '', kind).toBe(joints.includes(kind) && nodeWord(kind, 'en') === '')
})

test('a word that is none stays as it is, also one that objects have of themselves', () => {
  expect(utilityWord('oxygen', 'zh')).toBe('oxygen')
  expect(utilityWord('constructor', 'en')).toBe('constructor')
  expect(nodeWord('toString', 'en')).toBe('')
})

test('Chinese words hold Chinese, English ones none', () => {
  for (const table of [CLEARANCE_WORDS, FIGURE_WORDS, NODE_WORDS, STAGE_WORDS])
    for (const [key, { zh, en }] of Object.entries(table)) {
      expect(zh, key).toMatch(/\p{Script=Han}/u)
      expect(en, key).not.toMatch(/\p{Script=Han}/u)
      expect(en.length, key).toBeGreaterThan(0)
    }
})
