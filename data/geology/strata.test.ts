/** The ground between holes: exact at holes, order kept, symmetric, layers that end, and nothing said where nothing is known. */
import { expect, test } from 'vitest'
import type { Borehole, Stratum } from './borehole.ts'
import { leaveOneOut } from './leave-one-out.ts'
import { naturalNeighbours } from './natural-neighbours.ts'
import { REACH_M, strataAlong, strataAt, strataModel } from './strata.ts'

/** mulberry32 */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

const [LNG, LAT] = [121.44, 28.66]
const east = (m: number) => LNG + m / 97_780
const north = (m: number) => LAT + m / 110_850

/** A hole at metres from the middle; layers as [code, soil, thickness]. */
function hole(
  id: string,
  x: number,
  y: number,
  layers: [code: string, soil: string, thickness: number][],
  more: Partial<Borehole> = {},
): Borehole {
  let at = 0
  const strata = layers.map(([code, soil, thickness]): Stratum => {
    const top = at
    at += thickness
    return { top, bottom: at, code, soil, name: soil }
  })
  return { id, source: 'test', lng: east(x), lat: north(y), collar: 15, depth: at, strata, water: [], ...more }
}

const PLAIN: [string, string, number][] = [
  ['①', 'plain-fill', 1.2],
  ['②', 'clay', 2],
  ['③', 'muck', 14],
  ['④', 'silty-clay', 9],
]

/** Holes with random thicknesses, missing layers and depths. */
function random(seed: number, count: number): Borehole[] {
  const next = seeded(seed)
  return Array.from({ length: count }, (_, i) => {
    const layers = PLAIN.concat([
      ['⑤', 'round-gravel', 6],
      ['⑥', 'tuff', 5],
    ])
      .filter(([code]) => code === '①' || next() > 0.2)
      .map(([code, soil, t]): [string, string, number] => [code, soil, t * (0.5 + next())])
    return hole(`h${i}`, next() * 1600 - 800, next() * 1600 - 800, layers.slice(0, 2 + Math.floor(next() * 5)), {
      collar: 14 + next() * 2,
    })
  })
}

test('at every hole the model is the hole’s own log, to a millimetre', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const holes = random(seed, 30)
    const model = strataModel(holes)
    for (const { lng, lat, collar, strata, depth } of holes) {
      const { layers } = strataAt(model, lng, lat, collar)
      for (const { top, bottom, soil } of strata) {
        const found = layers.find(
          (layer) => layer.top > collar - (top + bottom) / 2 && layer.bottom < collar - (top + bottom) / 2,
        )
        expect(model.units[found!.unit]!.soil).toBe(soil)
        expect(found!.top).toBeCloseTo(collar - top, 3)
        // the last layer goes on below the end of the hole
        if (bottom < depth) expect(found!.bottom).toBeCloseTo(collar - bottom, 3)
        else expect(found!.bottom).toBeLessThan(collar - bottom + 1e-3)
      }
    }
  }
})

test('layers lie one below the other without gap or overlap, in one order, anywhere', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const model = strataModel(random(seed, 25))
    const next = seeded(seed + 100)
    for (let i = 0; i < 200; i++) {
      const ground = 10 + next() * 9
      const { layers } = strataAt(model, east(next() * 2400 - 1200), north(next() * 2400 - 1200), ground)
      if (layers.length > 0) expect(layers[0]!.top).toBe(ground)
      for (const [k, layer] of layers.entries()) {
        expect(layer.top).toBeGreaterThan(layer.bottom)
        if (k > 0) {
          expect(layer.top).toBeCloseTo(layers[k - 1]!.bottom, 9)
          expect(layer.unit).toBeGreaterThan(layers[k - 1]!.unit)
        }
      }
    }
  }
})

test('the answer does not hang on the order or the direction of the holes', () => {
  const holes = random(7, 25)
  const there = strataModel(holes)
  const back = strataModel(holes.toReversed())
  const mirrored = strataModel(holes.map((one) => ({ ...one, lng: 2 * LNG - one.lng })))
  const next = seeded(3)
  for (let i = 0; i < 100; i++) {
    const [x, y] = [next() * 1000 - 500, next() * 1000 - 500]
    const one = strataAt(there, east(x), north(y), 15).layers
    const other = strataAt(back, east(x), north(y), 15).layers
    const turned = strataAt(mirrored, east(-x), north(y), 15).layers
    for (const same of [other, turned]) {
      expect(same.length).toBe(one.length)
      for (const [k, layer] of one.entries()) expect(same[k]!.bottom).toBeCloseTo(layer.bottom, 4)
    }
  }
})

test('a layer that a hole has not ends about half way to it', () => {
  const with3 = hole('a', -100, 0, [
    ['①', 'plain-fill', 1],
    ['②', 'clay', 3],
    ['③', 'muck', 8],
    ['④', 'tuff', 2],
  ])
  const without = hole('b', 100, 0, [
    ['①', 'plain-fill', 1],
    ['③', 'muck', 8],
    ['④', 'tuff', 2],
  ])
  const model = strataModel([with3, without])
  const clay = (x: number) => {
    const found = strataAt(model, east(x), north(0), 15).layers.find(({ unit }) => model.units[unit]!.code === '②')
    return found ? found.top - found.bottom : 0
  }
  expect(clay(-100)).toBeCloseTo(3, 6)
  expect(clay(-50)).toBeGreaterThan(0.5)
  expect(clay(-5)).toBeGreaterThan(0)
  expect(clay(5)).toBe(0)
  expect(clay(100)).toBe(0)
  let before = 4
  for (let x = -100; x <= 100; x += 5) {
    expect(clay(x)).toBeLessThanOrEqual(before + 1e-9)
    before = clay(x)
  }
})

test('a plane stays a plane inside the holes', () => {
  const next = seeded(5)
  const thick = (x: number, y: number) => 10 + 0.004 * x - 0.003 * y
  const holes = Array.from({ length: 60 }, (_, i) => {
    const [x, y] = [next() * 2000 - 1000, next() * 2000 - 1000]
    return hole(`p${i}`, x, y, [
      ['①', 'muck', thick(x, y)],
      ['②', 'tuff', 3],
    ])
  })
  const model = strataModel(holes)
  for (let i = 0; i < 100; i++) {
    const [x, y] = [next() * 1000 - 500, next() * 1000 - 500]
    const [layer] = strataAt(model, east(x), north(y), 15).layers
    expect(Math.abs(layer!.top - layer!.bottom - thick(x, y))).toBeLessThan(0.25)
  }
})

test('beyond the stated distance, and below what any hole reached, nothing is said', () => {
  const model = strataModel([hole('a', 0, 0, PLAIN)])
  expect(strataAt(model, east(REACH_M - 10), LAT, 15).layers).toHaveLength(4)
  expect(strataAt(model, east(REACH_M + 10), LAT, 15).layers).toEqual([])
  expect(strataAt(model, east(20), LAT, 15).layers.at(-1)!.bottom).toBeCloseTo(15 - 26.2, 6)
  expect(strataAt(strataModel([]), LNG, LAT, 15).layers).toEqual([])
  // a hill no hole has met is no soil, and a cut ends the layers at its floor
  expect(strataAt(model, LNG, LAT, 40).layers[0]).toMatchObject({ unit: -1, top: 40, bottom: 15 })
  expect(strataAt(model, LNG, LAT, 13).layers[0]).toMatchObject({ top: 13, bottom: 15 - 3.2 })
})

test('below the end of a short hole its neighbours speak, and it is said that they do', () => {
  const short = hole('s', 0, 0, PLAIN.slice(0, 2))
  const model = strataModel([short, hole('a', -200, 0, PLAIN), hole('b', 200, 0, PLAIN)])
  const { layers } = strataAt(model, LNG, LAT, 15)
  expect(layers.map(({ unit }) => model.units[unit]!.code)).toEqual(['①', '②', '③', '④'])
  expect(layers.map(({ inferred }) => inferred)).toEqual([false, false, true, true])
})

test('layers that come again, stand upside down or have no number do not break the order', () => {
  const wild = hole('w', 50, 50, [
    ['③', 'muck', 2],
    ['①', 'plain-fill', 1],
    ['③', 'muck', 2],
    ['', 'clay', 1],
    ['③', 'muck', 3],
  ])
  const holes = [hole('a', 0, 0, PLAIN), hole('b', 100, 0, PLAIN), wild, wild]
  const model = strataModel(holes)
  const { layers } = strataAt(model, wild.lng, wild.lat, 15)
  expect(layers.slice(0, 5).map(({ unit }) => model.units[unit]!.soil)).toEqual([
    'muck',
    'plain-fill',
    'muck',
    'clay',
    'muck',
  ])
})

test('thousands of layers in one hole, and none, are answered in their turn', () => {
  const many = hole(
    'm',
    0,
    0,
    Array.from({ length: 5000 }, (_, i): [string, string, number] => [`${i % 7}`, i % 2 ? 'clay' : 'muck', 0.05]),
  )
  const model = strataModel([many, hole('e', 10, 0, []), hole('a', 20, 0, PLAIN)])
  expect(strataAt(model, many.lng, many.lat, 15).layers.length).toBeGreaterThan(4000)
})

test('the water table runs between the holes that tell it, never above the ground', () => {
  const wet = (id: string, x: number, depth: number) =>
    hole(id, x, 0, PLAIN, {
      water: [
        { depth, kind: 'level', date: '2026-01-01' },
        { depth: 5, kind: 'strike' },
      ],
    })
  const model = strataModel([wet('a', -100, 1), wet('b', 100, 2), hole('c', 0, 10, PLAIN)])
  expect(strataAt(model, east(-100), LAT, 15).water).toBeCloseTo(14, 6)
  expect(strataAt(model, east(0), LAT, 15).water).toBeCloseTo(13.5, 2)
  expect(strataAt(model, east(0), LAT, 12).water).toBe(12)
})

test('weights are positive, sum to one, and are linear inside', () => {
  const next = seeded(11)
  for (let round = 0; round < 50; round++) {
    const x = Array.from({ length: 20 }, () => next() * 200 - 100)
    const y = Array.from({ length: 20 }, () => next() * 200 - 100)
    const weights = naturalNeighbours(x, y, 1000)
    expect(weights.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 9)
    expect(weights.every(({ weight }) => weight > 0)).toBe(true)
  }
  // between four corners the middle is the mean
  const square = naturalNeighbours([-10, 10, 10, -10], [-10, -10, 10, 10], 1000)
  for (const { weight } of square) expect(weight).toBeCloseTo(0.25, 6)
})

test('leaving holes out says how far off the surfaces are', () => {
  const next = seeded(21)
  const holes = Array.from({ length: 80 }, (_, i) => {
    const [x, y] = [next() * 3000 - 1500, next() * 3000 - 1500]
    const wave = Math.sin(x / 600) + Math.cos(y / 700)
    return hole(`s${i}`, x, y, [
      ['①', 'plain-fill', 1 + 0.3 * wave],
      ['②', 'clay', 2],
      ['③', 'muck', 14 + 3 * wave],
      ['④', 'silty-clay', 8],
    ])
  })
  const errors = leaveOneOut(strataModel(holes))
  console.log('leave one out, smooth ground, holes some 300 m apart:', errors)
  expect(errors.holes).toBe(80)
  expect(errors.meanM).toBeLessThan(0.8)
  expect(errors.rightShare).toBeGreaterThan(0.9)
})

test('a section is one column per place', () => {
  const model = strataModel(random(2, 20))
  const columns = strataAlong(model, [
    [LNG, LAT],
    [east(50), LAT, 15],
  ])
  expect(columns).toHaveLength(2)
  expect(columns[1]!.ground).toBe(15)
  expect(Number.isFinite(columns[0]!.ground)).toBe(true)
})
