import { expect, test } from 'vitest'
import { type Engine, type Scheme, velocityAt } from '../engine.ts'
import { kernelEngine } from '../kernel/kernel-engine.ts'
import { cellIndex, layoutOf } from '../layout.ts'
import { referenceEngine } from '../reference/reference.ts'
import { facesOfLine } from '../run/place.ts'
import { fillEngine, simulate, storedVolume } from '../simulate.ts'
import { leveeForcing } from './levee.ts'
import { openSide, ringCells } from './open-side.ts'
import { constant } from './series.ts'

const SCHEMES: Scheme[] = ['inertial', 'fv', 'muscl']
const layout = layoutOf(60, 40, 5)
const place = { layout, west: 0, north: 200 }
const slanting = facesOfLine(place, [
  [100, -20],
  [200, 220],
])
const wall = { name: 'wall', top: () => 3, start: 0, breach: null, ...slanting }

/** 2 m of water west of the slanting line, on waves of ground, nothing east of it. */
function lake(engine: Engine): Engine {
  const bed = (c: number, r: number) => Math.fround(0.5 * Math.sin(c / 5) * Math.cos(r / 7))
  const west = (c: number, r: number) => (c + 0.5) * 5 < 100 + ((200 - (r + 0.5) * 5 + 20) * 100) / 240 - 8
  fillEngine(engine, { bed, depth: (c, r) => (west(c, r) ? 2 - bed(c, r) : 0), manning: () => 0.03 })
  return engine
}

test('a stair of faces follows a line without a gap', () => {
  expect(slanting.length).toBeCloseTo(260, 6)
  // down the whole grid: one western face in each row, and the steps between
  const across = slanting.faces.filter(({ side }) => side === 'across')
  expect(across).toHaveLength(40)
  expect(slanting.faces.length - across.length).toBeGreaterThan(10)
})

test('still water on both sides of a levee stays still, whatever their levels', async () => {
  for (const scheme of SCHEMES) {
    for (const make of [kernelEngine, referenceEngine]) {
      const engine = await make({ layout, scheme, crests: true })
      fillEngine(engine, { bed: () => 0, depth: () => 1, manning: () => 0.03 })
      const levee = leveeForcing(engine, wall)
      for (let row = 0; row < 40; row++) {
        let beyond = false
        for (let column = 0; column < 60; column++) {
          const i = cellIndex(layout, column, row)
          if (engine.crests!.across[i]! > 0) beyond = true
          if (!beyond) engine.depth()[i] = 2.5
        }
      }
      engine.refresh()
      simulate(engine, { from: 0, to: 60, forcings: [levee], maxStep: 9, minStep: 1e-6 })
      let fastest = 0
      for (let row = 0; row < 40; row++)
        for (let column = 0; column < 60; column++)
          fastest = Math.max(fastest, Math.hypot(...velocityAt(engine, cellIndex(layout, column, row))))
      expect(fastest, `${scheme} ${engine.backend}`).toBe(0)
      engine.dispose()
    }
  }
})

test('kernels and float64 spill over a levee and through its breach alike', async () => {
  for (const scheme of SCHEMES) {
    const depths: number[][] = []
    for (const make of [kernelEngine, referenceEngine]) {
      const engine = lake(await make({ layout, scheme, crests: true }))
      const breach = { start: 10, duration: 60, width: 60, bottom: -0.4 }
      const levee = leveeForcing(engine, { ...wall, top: () => 1.8, breach })
      const before = storedVolume(engine)
      simulate(engine, { from: 0, to: 120, forcings: [levee], maxStep: 9, minStep: 1e-6 })
      expect(Math.abs(storedVolume(engine) / before - 1), scheme).toBeLessThan(1e-6)
      const seen: number[] = []
      for (let column = 0; column < 60; column += 6)
        for (let row = 2; row < 40; row += 6) seen.push(engine.depth()[cellIndex(layout, column, row)]!)
      depths.push(seen)
      engine.dispose()
    }
    depths[0]!.forEach((depth, k) => {
      expect(Math.abs(depth - depths[1]![k]!), `${scheme}, place ${k}`).toBeLessThan(2e-3)
    })
  }
})

test('over a long crest passes what a broad-crested weir lets pass', async () => {
  const channel = layoutOf(80, 1, 5)
  for (const scheme of SCHEMES) {
    const engine = await kernelEngine({ layout: channel, scheme, crests: true })
    fillEngine(engine, { bed: () => -3, depth: (c) => (c < 40 ? 4 : 0.1), manning: () => 0.03 })
    const face = { index: cellIndex(channel, 40, 0), side: 'across' as const, along: 0, right: -1 as const }
    const levee = leveeForcing(engine, {
      name: 'weir',
      faces: [face],
      length: 5,
      top: () => 0.5,
      start: 0,
      breach: null,
    })
    const cells = (side: 'west' | 'east') => ringCells(channel, side, 0, 1)
    const upper = openSide(engine, { name: 'in', cells: cells('west'), level: constant(1), slope: null })
    const lower = openSide(engine, { name: 'out', cells: cells('east'), level: null, slope: null })
    const forcings = [levee, upper, lower]
    simulate(engine, { from: 0, to: 1200, forcings, maxStep: 9, minStep: 1e-6 })
    const before = upper.volume()
    simulate(engine, { from: 1200, to: 1500, forcings, maxStep: 9, minStep: 1e-6 })
    const q = (upper.volume() - before) / 300 / 5
    const above = engine.depth()[cellIndex(channel, 39, 0)]! - 3.5
    expect(q / (1.705 * above ** 1.5), scheme).toBeGreaterThan(0.95)
    expect(q / (1.705 * above ** 1.5), scheme).toBeLessThan(1.05)
    engine.dispose()
  }
})
