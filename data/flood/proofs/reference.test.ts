import { expect, test } from 'vitest'
import { referenceEngine as make } from '../reference/reference.ts'
import { damBreak, lakeAtRest, steady, thacker } from './run-case.ts'
import { bumpCases, macDonaldCases } from './steady.ts'

test('a lake stays at rest over humps, an island and a step of 1 m', async () => {
  for (const scheme of ['inertial', 'fv', 'muscl'] as const) {
    const { level, speed } = await lakeAtRest(make, scheme, 1, 5)
    expect(level, scheme).toBeLessThan(1e-12)
    expect(speed, scheme).toBeLessThan(1e-12)
  }
})

test('a dam breaks onto dry ground as Ritter says, and onto water as Stoker says', async () => {
  const dry = await damBreak(make, 'fv', 400, 0)
  expect(dry.error).toBeLessThan(1.2e-2)
  expect(dry.mass).toBeLessThan(1e-12)
  const wet = await damBreak(make, 'fv', 400, 1)
  expect(wet.error).toBeLessThan(1e-2)
  expect(Math.abs(wet.front - wet.exactFront)).toBeLessThan(5)
  expect((await damBreak(make, 'muscl', 200, 0)).error).toBeLessThan(6e-3)
  expect((await damBreak(make, 'muscl', 200, 1)).error).toBeLessThan(5e-3)
})

test('water swings in a basin as Thacker says, and second order halves the error more than twice', async () => {
  const coarse = await thacker(make, 'muscl', 30, 1)
  const fine = await thacker(make, 'muscl', 60, 1)
  expect(fine.error).toBeLessThan(0.12)
  expect(Math.log2(coarse.error / fine.error)).toBeGreaterThan(0.9)
  expect(fine.mass).toBeLessThan(1e-12)
  expect((await thacker(make, 'muscl', 60, 1, true)).error).toBeLessThan(0.06)
})

test('steady flow over a bump and in MacDonald channels keeps its known surface', async () => {
  for (const one of [...bumpCases(), ...macDonaldCases()]) {
    const { error, off } = await steady(make, 'muscl', one, 100, one.length > 100 ? 200 : 20)
    expect(error, one.name).toBeLessThan(6e-3)
    expect(off, one.name).toBeLessThan(0.04)
  }
})
