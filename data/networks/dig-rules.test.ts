/** The table of what must be kept where the ground is opened, and the time a burst takes. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { digRule, readDigRules } from './dig-rules.ts'
import { repairTime } from './repair-time.ts'

const rules = readDigRules(JSON.parse(readFileSync(new URL('./dig-rules.json', import.meta.url), 'utf8')))

test('the first rule that fits class and pressure counts, and one holds for all others', () => {
  expect(digRule(rules, 'gas', 'high')?.protectM).toBe(5)
  expect(digRule(rules, 'gas', 'medium')?.protectM).toBe(0.7)
  expect(digRule(rules, 'power', undefined)?.protectM).toBe(0.75)
  expect(digRule(rules, 'other', undefined)?.class).toBe('*')
  expect(digRule({ ...rules, rules: [] }, 'gas', 'high')).toBeNull()
})

test('a bad table is refused with the rule that is bad', () => {
  expect(() => readDigRules(null)).toThrow('dig rules: rules: got undefined; expected a list')
  expect(() => readDigRules({ rules: [{ class: 'beer', protectM: 1 }] })).toThrow(/rules\[0\]: got class beer/)
  expect(() => readDigRules({ rules: [{ class: 'gas', protectM: -1 }] })).toThrow(/got -1 metres; expected 0 … 100/)
})

test('mending takes longer for wide, deep and full pipes; what is not known is taken as usual', () => {
  const usual = { diameter: 0.3, coverM: 1.2, valves: 2, volumeM3: 10 }
  const hours = (change: Partial<typeof usual>) => repairTime({ ...usual, ...change }).hours
  expect(hours({ diameter: 0.8 })).toBeGreaterThan(hours({}))
  expect(hours({ coverM: 4 })).toBeCloseTo(hours({}) + 2.5, 9)
  expect(hours({ valves: 10 })).toBeGreaterThan(hours({}))
  expect(hours({ volumeM3: 500 })).toBeGreaterThan(hours({}))
  expect(hours({ diameter: Number.NaN, coverM: Number.NaN })).toBe(hours({}))
  const { closeHours, drainHours, mendHours, fillHours, hours: all } = repairTime(usual)
  expect(all).toBeCloseTo(closeHours + drainHours + mendHours + fillHours, 9)
})
