import { expect, test } from 'vitest'
import type { Engine } from '../engine.ts'
import { nodeHost } from '../kernel/node-host.ts'
import { cellIndex, layoutOf } from '../layout.ts'
import { riverTown } from '../made/river-town.ts'
import { storedVolume } from '../simulate.ts'
import { HISTORY_BINS, pixelHistory } from './history.ts'
import { kernelSubgrid } from './kernel-subgrid.ts'
import { referenceSubgrid } from './reference.ts'
import { allCells, type FineGround, heightAt, subgridTables, volumeAt, wetAt } from './tables.ts'

const SIDE = 210
const RULE = { thresholdM: 0.05, classes: [[0.3, 0.3, 2] as const, [0.6, 0.5, 2] as const] }

/** The town, `n` pixels a cell; 210 is no multiple of 20, so that the last cells are partly outside. */
function ground(n: number, height = riverTown(SIDE).height): FineGround {
  const bed = Float64Array.from({ length: SIDE * SIDE }, (_, p) => height(p % SIDE, Math.floor(p / SIDE)))
  const manning = new Float64Array(SIDE * SIDE).fill(0.04)
  return { n, columns: SIDE, rows: SIDE, at: (c, r) => r * SIDE + c, bed, manning }
}

const layoutFor = (n: number) => layoutOf(Math.ceil(SIDE / n), Math.ceil(SIDE / n), n)

test('a level gives a volume that gives the level back, and more water is never lower or narrower', () => {
  const layout = layoutFor(20)
  const tables = subgridTables(layout, ground(20))
  for (const i of allCells(layout)) {
    if (tables.open[i] === 0) continue
    for (const height of [0.01, 0.3, 0.7, tables.fullHeight[i]! + 2]) {
      expect(heightAt(tables, i, volumeAt(tables, i, height))).toBeCloseTo(height, 4)
    }
    let last = 0
    for (let volume = 0.001; volume < 3; volume *= 1.3) {
      const height = heightAt(tables, i, volume)
      expect(height).toBeGreaterThan(last)
      expect(wetAt(tables, i, volume)).toBeLessThanOrEqual(tables.open[i]! + 1e-6)
      last = height
    }
  }
})

test('a lake over rough ground stays still', async () => {
  const layout = layoutFor(20)
  const engine = await kernelSubgrid({ layout }, ground(20), nodeHost)
  for (const i of allCells(layout)) engine.depth()[i] = engine.subgrid!.depthOf(i, 2.4)
  engine.refresh()
  for (let k = 0; k < 500; k++) engine.step(engine.stableStep(), 0)
  let worst = 0
  for (const i of allCells(layout)) {
    if (engine.depth()[i]! > 0.01) worst = Math.max(worst, Math.abs(engine.subgrid!.level(i) - 2.4))
  }
  expect(worst).toBeLessThan(1e-4)
})

/** A wave let loose in the town. */
function loose(engine: Engine): Engine {
  for (const i of allCells(engine.layout)) {
    const column = (i - engine.layout.guard) % engine.layout.width
    engine.depth()[i] = engine.subgrid!.open[i]! > 0 && column < 5 ? 1.5 * engine.subgrid!.open[i]! : 0
  }
  engine.refresh()
  engine.track(RULE)
  return engine
}

test.each([5, 7, 20])('cells of %i m: kernels agree with float64, and exactly among themselves', async (n) => {
  const layout = layoutFor(n)
  const one = loose(await kernelSubgrid({ layout }, ground(n), nodeHost))
  const reference = loose(referenceSubgrid({ layout }, ground(n)))
  const others = [
    loose(await kernelSubgrid({ layout, activeTiles: false }, ground(n), nodeHost)),
    loose(await kernelSubgrid({ layout, threads: 2 }, ground(n), nodeHost)),
  ]
  const before = storedVolume(one)
  let time = 0
  for (let k = 0; k < 200; k++) {
    const dt = one.stableStep()
    for (const engine of [one, reference, ...others]) engine.step(dt, time)
    time += dt
  }
  for (const engine of [one, reference, ...others]) engine.look(time)
  expect(Math.abs(storedVolume(one) / before - 1)).toBeLessThan(1e-5)
  for (const i of allCells(layout)) {
    expect(Math.abs(one.depth()[i]! - reference.depth()[i]!)).toBeLessThan(2e-3)
    for (const engine of others) {
      expect(engine.depth()[i]).toBe(one.depth()[i])
      expect(engine.subgrid!.history!.highest[i]).toBe(one.subgrid!.history!.highest[i])
      for (let b = i * HISTORY_BINS; b < (i + 1) * HISTORY_BINS; b++) {
        expect(engine.subgrid!.history!.arrival[b]).toBe(one.subgrid!.history!.arrival[b])
        expect(engine.subgrid!.history!.slopes[b]).toBe(one.subgrid!.history!.slopes[b])
      }
    }
  }
  for (const engine of others) engine.dispose()
})

test('the history of a pixel comes from the bins of its cell', () => {
  const history = {
    highest: Float64Array.of(1.6),
    arrival: new Float64Array(HISTORY_BINS).fill(-1),
    dwell: new Float64Array(HISTORY_BINS),
    slopes: new Float64Array(HISTORY_BINS),
  }
  // the water rose by 0.1 m every 10 s over bins of 0.1 m, and stayed at 1.6 m
  for (let k = 0; k < HISTORY_BINS; k++) {
    history.arrival[k] = 10 * k
    history.dwell[k] = k === HISTORY_BINS - 1 ? 100 : 10
    history.slopes[k] = 0.04
  }
  const out = { maxDepth: 0, maxSpeed: 0, maxHazard: 0, maxClass: 0, arrival: -1, duration: 0 }
  pixelHistory(out, history, { thresholdM: 0.05, classes: [[9, 0.5, 9]] }, 0, 0.55, 1.5, 0.04)
  expect(out.maxDepth).toBeCloseTo(1.05)
  expect(out.arrival).toBeCloseTo(55)
  expect(out.duration).toBeCloseTo(5 + 9 * 10 + 100)
  expect(out.maxSpeed).toBeCloseTo(Math.cbrt(1.05 ** 2))
  expect(out.maxClass).toBe(2)
  pixelHistory(out, history, RULE, 0, 1.7, 1.5, 0.04)
  expect(out).toEqual({ maxDepth: 0, maxSpeed: 0, maxHazard: 0, maxClass: 0, arrival: -1, duration: 0 })
})

test('a wall inside a cell holds the water, and lets it over its crest', async () => {
  const layout = layoutFor(10)
  const crest = (level: number) =>
    ground(10, (c) => (c === 104 || c === 105 ? 1 : 0) + (c > 200 ? Number.NaN : 0) + 0 * level)
  for (const [level, passes] of [
    [0.9, false],
    [1.3, true],
  ] as const) {
    const engine = await kernelSubgrid({ layout }, crest(level), nodeHost)
    for (const i of allCells(layout)) {
      const [column] = [(i - layout.guard) % layout.width]
      if (column < 10) engine.depth()[i] = level
    }
    engine.refresh()
    for (let k = 0; k < 100; k++) engine.step(engine.stableStep(), 0)
    const beyond = engine.depth()[cellIndex(layout, 14, 5)]!
    if (passes) expect(beyond).toBeGreaterThan(0.01)
    else expect(beyond).toBe(0)
  }
})
