/** The words of reports and defects: columns and rows are as many, both languages say the same things, numbers are kept. */
import { expect, test } from 'vitest'
import { DEFECT_RULES, type DefectRule } from '../../data/networks/defect.ts'
import { defectWords } from './defect-words.ts'
import { boxFeature, counted } from './network-answer.ts'
import { REPORT_WORDS } from './report-words.ts'

test('every table of a report has a heading for each of its columns, in both languages', () => {
  const { zh, en } = REPORT_WORDS
  expect(Object.keys(en.plain)).toEqual(Object.keys(zh.plain))
  for (const { plain, dig, signed } of [
    { ...zh, signed: zh.dig.signs },
    { ...en, signed: en.dig.signs },
  ]) {
    for (const [kind, { columns, row }] of Object.entries(plain)) expect(columns.length, kind).toBe(row.length)
    expect(dig.columns).toHaveLength(10)
    expect(signed).toHaveLength(3)
  }
  expect(Object.keys(en.figure).sort()).toEqual(Object.keys(zh.figure).sort())
  for (const [key, word] of Object.entries(en.role)) expect(zh.role[key], `${key}: ${word}`).toBeDefined()
})

test('every rule of defects is told in Chinese, with the numbers that were found and no part of a pipe\u2019s id', () => {
  for (const rule of Object.keys(DEFECT_RULES) as DefectRule[]) {
    const { zh, en } = defectWords({ rule, found: 'p-12m-3 lies 0.35 m above, 300 mm', expected: '≥ 0 m' })
    expect(zh, rule).toMatch(/^\p{Script=Han}.*（0\.35 m，300 mm）$/u)
    expect(en).toBe('p-12m-3 lies 0.35 m above, 300 mm; expected ≥ 0 m')
  }
})

test('groups are counted most first, whatever the order they came in', () => {
  const groups = counted(['a', 'b', 'b', 'c', 'b', 'c'], (key) => ({ zh: key, en: key }))
  expect(groups.map(({ key, count }) => `${key}${count}`)).toEqual(['b3', 'c2', 'a1'])
})

test('the ring of a box is closed, and has heights only where the ground is known', () => {
  const { geometry } = boxFeature([121, 28, 122, 29], (lng) => (lng > 121.5 ? 12.3456 : Number.NaN))
  const { coordinates } = geometry as { coordinates: number[][] }
  expect(coordinates).toEqual([
    [121, 28],
    [122, 28, 12.35],
    [122, 29, 12.35],
    [121, 29],
    [121, 28],
  ])
})
