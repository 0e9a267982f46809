/** Water along sewers against levels worked out by hand. */
import { expect, test } from 'vitest'
import type { LongPipe } from './section-long.ts'
import { type PipePeak, routeWater } from './section-water.ts'

/** A round pipe 100 m long from one invert to the next. */
const pipe = (i: number, up: number, low: number, more: Partial<LongPipe> = {}): LongPipe => {
  const height = more.height ?? 1
  return {
    id: `p${i}`,
    utility: 'storm',
    from: i * 100,
    to: (i + 1) * 100,
    section: 'circular',
    width: height,
    height,
    material: '',
    axis: [i * 100, up + height / 2, (i + 1) * 100, low + height / 2],
    slope: ((up - low) / 100) * 1000,
    estimated: false,
    reversed: false,
    water: [],
    ...more,
  }
}
const cover = (height: number, count: number) => Array.from({ length: count }, () => ({ top: height, ground: height }))
const peaks = (loads: readonly number[], backward = false): Map<string, PipePeak> =>
  new Map(loads.map((load, i) => [`p${i}`, { load, backward }]))
const level = (line: readonly number[], x: number): number => line[line.indexOf(x) + 1] ?? Number.NaN

test('half of what a full pipe carries runs half full, parallel to its floor', () => {
  const { lines, nodes, spilling } = routeWater(cover(20, 2), [pipe(0, 10, 9)], peaks([0.5]))
  expect(lines[0]).toHaveLength(4)
  expect(lines[0][1]).toBeCloseTo(10.5, 2)
  expect(lines[0][3]).toBeCloseTo(9.5, 2)
  expect(nodes[0]).toBeCloseTo(10.5, 2)
  expect(spilling).toEqual([])
})

test('a full pipe stands to its crown below and rises by the square of its load; the pipe above it is held back', () => {
  const pipes = [pipe(0, 11, 10), pipe(1, 10, 9.9)]
  const { lines, nodes } = routeWater(cover(20, 3), pipes, peaks([0.5, 2]))
  expect(nodes[2]).toBeCloseTo(10.9, 6)
  // slope 0.001, load 2: four times the fall
  expect(nodes[1]).toBeCloseTo(10.9 + 0.4, 6)
  // above: submerged at its lower end by 0.3 m, a quarter of its fall is lost, then its own uniform flow is higher
  const above = lines[0]
  expect(level(above, 100)).toBeCloseTo(11.3, 6)
  expect(nodes[0]).toBeCloseTo(11.3 + 0.25, 2)
  // where a steeper pipe begins higher, the water of below does not reach its upper end
  const steep = routeWater(cover(30, 3), [pipe(0, 14, 10), pipe(1, 10, 9.9)], peaks([0.5, 2]))
  expect(steep.nodes[0]).toBeCloseTo(14.5, 2)
  const bend = steep.lines[0].filter((_, i) => i % 2 === 0)
  expect(bend).toHaveLength(3)
  for (let i = 0; i + 3 < steep.lines[0].length; i += 2)
    expect(steep.lines[0][i + 1]).toBeGreaterThanOrEqual(steep.lines[0][i + 3])
})

test('water that only stands in the pipe above is level', () => {
  // the lower pipe is full and its crown lies 0.3 m over the floor of the larger one above it
  const pipes = [pipe(0, 10.2, 10, { height: 2, width: 2 }), pipe(1, 9.4, 9.3)]
  const { lines, nodes } = routeWater(cover(20, 3), pipes, peaks([0.0001, 1]))
  expect(nodes[1]).toBeCloseTo(10.4, 6)
  expect(nodes[0]).toBeCloseTo(10.4, 6)
  expect(lines[0].filter((_, i) => i % 2 === 1).every((z) => Math.abs(z - 10.4) < 1e-6)).toBe(true)
})

test('water stands no higher than the cover, and says where it comes out', () => {
  const { nodes, spilling } = routeWater(cover(10.6, 2), [pipe(0, 9.2, 9.1)], peaks([5]))
  expect(nodes).toHaveLength(2)
  expect(nodes[1]).toBeCloseTo(10.1, 6)
  expect(nodes[0]).toBeCloseTo(10.6, 6)
  expect(spilling).toEqual([0])
})

test('a route walked against the water gives the same levels; a drop is not climbed', () => {
  const forth = routeWater(cover(20, 3), [pipe(0, 12, 11.9), pipe(1, 10, 9.9)], peaks([0.5, 2]))
  const back = [pipe(0, 9.9, 10, { reversed: true }), pipe(1, 11.9, 12, { reversed: true })]
  const turned = new Map([
    ['p0', { load: 2, backward: false }],
    ['p1', { load: 0.5, backward: false }],
  ])
  const found = routeWater(cover(20, 3), back, turned)
  expect(found.nodes.toReversed().map((z) => z.toFixed(6))).toEqual(forth.nodes.map((z) => z.toFixed(6)))
  expect(level(forth.lines[0], 100)).toBeCloseTo(12.4, 2)
  expect(forth.lines[1][1]).toBeCloseTo(11.3, 6)
})

test('pipes of which nothing is known have no level, and end what backs up', () => {
  const unknown = pipe(1, 10, 9.9, { height: Number.NaN })
  const { lines, nodes } = routeWater(cover(20, 4), [pipe(0, 11, 10.9), unknown, pipe(2, 9.9, 9.8)], peaks([1, 9, 9]))
  expect(lines[1]).toEqual([])
  expect(level(lines[0], 100)).toBeCloseTo(11.9, 6)
  expect(Number.isNaN(nodes[1])).toBe(false)
  const dark = routeWater(cover(20, 2), [pipe(0, Number.NaN, 9)], peaks([1]))
  expect(dark.lines[0]).toEqual([])
  expect(dark.nodes.every(Number.isNaN)).toBe(true)
  const pressed = routeWater(cover(20, 2), [pipe(0, 10, 9)], peaks([Number.NaN]))
  expect(pressed.lines[0]).toEqual([])
})
