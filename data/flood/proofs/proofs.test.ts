import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { EngineSetup } from '../engine.ts'
import { inflowForcing } from '../forcing/inflow.ts'
import { chicagoStorm, curveNumberRunoff, greenAmptCapacity } from '../forcing/rain.ts'
import { constant, integral, series } from '../forcing/series.ts'
import { hollandWind, trackAt } from '../forcing/typhoon.ts'
import { kernelEngine } from '../kernel/kernel-engine.ts'
import { cellIndex, layoutOf } from '../layout.ts'
import { referenceEngine } from '../reference/reference.ts'
import { fillEngine, simulate } from '../simulate.ts'
import { kinematicOutflow } from './exact.ts'
import { okushiri } from './okushiri.ts'
import { spreadOnPlain } from './plain.ts'
import { radialDamBreak } from './radial.ts'
import { rainOnPlane } from './rain-on-plane.ts'
import { damBreak, lakeAtRest, steady, thacker } from './run-case.ts'
import { bumpCases, macDonaldCases } from './steady.ts'
import { waterInTown, waveInValley } from './town-and-valley.ts'

const make = (setup: EngineSetup) => kernelEngine(setup)

test('kernels keep a lake at rest within float32', async () => {
  for (const scheme of ['inertial', 'fv', 'muscl'] as const) {
    const { level, speed } = await lakeAtRest(make, scheme, 0.5, 20)
    expect(level, scheme).toBeLessThan(1e-7)
    expect(speed, scheme).toBeLessThan(1e-7)
  }
})

test('kernels break a dam as Ritter and Stoker say', async () => {
  for (const [scheme, dry, wet] of [
    ['fv', 1.2e-2, 1e-2],
    ['muscl', 6e-3, 5e-3],
  ] as const) {
    const ritter = await damBreak(make, scheme, 400, 0)
    expect(ritter.error, scheme).toBeLessThan(dry)
    expect(ritter.mass, scheme).toBeLessThan(1e-6)
    const stoker = await damBreak(make, scheme, 400, 1)
    expect(stoker.error, scheme).toBeLessThan(wet)
    expect(Math.abs(stoker.front - stoker.exactFront), scheme).toBeLessThan(5)
  }
})

test('kernels swing water in a basin as Thacker says', async () => {
  const { error, mass } = await thacker(make, 'muscl', 200, 1)
  expect(error).toBeLessThan(0.02)
  expect(mass).toBeLessThan(1e-6)
})

test('steady flows over a bump and in MacDonald channels stay, and pass every face whole', async () => {
  for (const [scheme, most] of [
    ['fv', 1e-2],
    ['muscl', 3e-3],
  ] as const) {
    for (const one of [...bumpCases(), ...macDonaldCases()]) {
      const { error, off, through } = await steady(make, scheme, one, 200, one.length > 100 ? 1000 : 100)
      expect(error, `${scheme}, ${one.name}`).toBeLessThan(most)
      expect(off, `${scheme}, ${one.name}`).toBeLessThan(3 * most)
      expect(through, `${scheme}, ${one.name}`).toBeLessThan(5e-3)
    }
  }
})

test('rain on a plane runs off as the kinematic wave says', async () => {
  for (const scheme of ['inertial', 'muscl'] as const) {
    const { worst, mass, plane } = await rainOnPlane(make, scheme, 100)
    expect(worst / (plane.rain * plane.length), scheme).toBeLessThan(0.06)
    expect(mass, scheme).toBeLessThan(1e-6)
    expect(kinematicOutflow(plane, 0)).toBe(0)
  }
})

test.skipIf(!existsSync('../shared/data/flood/okushiri'))(
  'Okushiri: gauges within 6 mm (needs ../shared/data)',
  async () => {
    const { rms } = await okushiri(make, 'muscl', '../shared/data/flood/okushiri', 4)
    for (const error of rms) expect(error).toBeLessThan(0.006)
  },
)

test('water spreads over a plain alike on 20 m and on 10 m', async () => {
  const coarse = await spreadOnPlain(make, 'muscl', 20, 1)
  const fine = await spreadOnPlain(make, 'muscl', 10, 1)
  for (const [k, one] of coarse.results.entries()) {
    if (!Number.isFinite(one.arrival)) continue
    expect(Math.abs(one.arrival - fine.results[k]!.arrival), one.name).toBeLessThan(120)
    expect(Math.abs(one.depth - fine.results[k]!.depth), one.name).toBeLessThan(0.02)
  }
  expect(coarse.balance).toBeLessThan(1e-6)
})

test('an oblique dam break moves as far as a straight one', async () => {
  const layout = layoutOf(120, 120, 5)
  const engine = await make({ layout, scheme: 'muscl' })
  fillEngine(engine, { bed: () => 0, depth: (c, r) => (c + r < 119 ? 10 : 1), manning: () => 0 })
  simulate(engine, { from: 0, to: 10, forcings: [], maxStep: 9, minStep: 1e-6 })
  const straight = await damBreak(make, 'muscl', 400, 1)
  const along = (s: number) => engine.depth()[cellIndex(layout, s, s)]!
  let front = 0
  for (let s = 60; s < 100; s++) if (along(s) > 2.45) front = (s + 1 - 59.75) * 5 * Math.SQRT2
  expect(Math.abs(front / 10 - straight.exactFront / 25)).toBeLessThan(0.8)
})

test('a round dam break spreads as along its radius', async () => {
  for (const [scheme, most] of [
    ['fv', 0.07],
    ['muscl', 0.03],
  ] as const) {
    const { error, mass } = await radialDamBreak(make, scheme, 100)
    expect(error, scheme).toBeLessThan(most)
    expect(mass, scheme).toBeLessThan(1e-6)
  }
})

test('a flood wave runs down a valley, and water through a town, alike on two grids', async () => {
  const cases = [
    [await waveInValley(make, 'muscl', 40), await waveInValley(make, 'muscl', 20), 0.5],
    [await waterInTown(make, 'muscl', 4, 'A'), await waterInTown(make, 'muscl', 3, 'A'), 0.04],
    [await waterInTown(make, 'muscl', 4, 'B'), await waterInTown(make, 'muscl', 3, 'B'), 0.04],
  ] as const
  for (const [coarse, fine, most] of cases) {
    expect(coarse.balance).toBeLessThan(1e-6)
    expect(fine.balance).toBeLessThan(1e-6)
    for (const [k, one] of coarse.results.entries()) {
      const other = fine.results[k]!
      expect(Math.abs(one.depth - other.depth), one.name).toBeLessThan(most)
      if (Number.isFinite(one.arrival)) expect(Math.abs(one.arrival - other.arrival), one.name).toBeLessThan(300)
    }
  }
})

test('float32 kernels see what float64 sees at gauges, within 1e-4', async () => {
  for (const scheme of ['inertial', 'fv', 'muscl'] as const) {
    const mine = await spreadOnPlain(make, scheme, 40, 1)
    const theirs = await spreadOnPlain(referenceEngine, scheme, 40, 1)
    for (const [k, one] of mine.results.entries()) {
      expect(Math.abs(one.depth / theirs.results[k]!.depth - 1), `${scheme}, ${one.name}`).toBeLessThan(1e-4)
    }
  }
})

test('what is poured in is there, to the litre', async () => {
  const engine = await make({ layout: layoutOf(40, 40, 10), scheme: 'fv' })
  fillEngine(engine, { bed: () => 0, depth: () => 0, manning: () => 0.03 })
  const spring = inflowForcing({
    name: 'spring',
    cells: [cellIndex(engine.layout, 20, 20)],
    discharge: series('q', [
      [0, 0],
      [100, 20],
      [300, 0],
    ]),
    direction: null,
  })
  simulate(engine, { from: 0, to: 400, forcings: [spring], maxStep: 60, minStep: 1e-6 })
  expect(spring.volume()).toBeCloseTo(3000, 2)
})

test('storms, soils and typhoons give what their formulas say', () => {
  const storm = { a: 12, c: 0.8, b: 10, n: 0.7, returnPeriodYears: 20, durationMin: 60, peak: 0.4, stepMin: 1 }
  const total = integral(series('storm', chicagoStorm(storm)), 0, 4000) / 3600
  expect(total).toBeCloseTo((12 * (1 + 0.8 * Math.log10(20)) * 60) / 70 ** 0.7, 0)
  expect(curveNumberRunoff(0.1, 80, 0.2)).toBeCloseTo(0.0505, 3)
  expect(greenAmptCapacity(0, 3600, { conductivity: 1e-6, suction: 0.1, deficit: 0.3 })).toBeGreaterThan(0.0036)
  const track = [
    { time: 0, x: 0, y: 0, pressureHpa: 940, radiusM: 30_000 },
    { time: 3600, x: 0, y: 20_000, pressureHpa: 945, radiusM: 30_000 },
  ]
  const typhoon = { track, ambientHpa: 1010, shape: 1.2, latitudeDeg: 28, every: 60 }
  const [pressure, east, north] = hollandWind(typhoon, trackAt(track, 0), 30_000, 0)
  expect(pressure).toBeCloseTo(94_000 + 7000 * Math.exp(-1), 0)
  expect(north).toBeGreaterThan(30)
  expect(east).toBeLessThan(0)
  expect(integral(constant(2), 3, 8)).toBe(10)
})
