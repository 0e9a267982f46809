/** Crossings of rings: counted right, and in bounded time on rings made to hurt. */
import type { Position } from 'geojson'
import { expect, test } from 'vitest'
import { crossings } from './crossings.ts'

const closed = (places: Position[]): Position[] => [...places, places[0]]
/** Seeded numbers 0…1. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

test('a bow tie crosses once, touching corners and shared edges do not count', () => {
  const tie = closed([
    [0, 0],
    [2, 2],
    [2, 0],
    [0, 2],
  ])
  expect(crossings([tie], 9)).toEqual({ count: 1, where: expect.anything() })
  const square = closed([
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ])
  expect(crossings([square, square.map(([x, y]) => [x + 1, y])], 9)).toEqual({ count: 0, where: null })
  expect(crossings([], 9).count).toBe(0)
})

test('the index finds what comparing every pair finds', () => {
  const turn = (a: Position, b: Position, c: Position) => (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
  const cross = (a: Position, b: Position, c: Position, d: Position) =>
    turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0
  for (const size of [20, 300, 700]) {
    const next = random(size)
    const ring = closed(Array.from({ length: size }, (): Position => [next(), next()]))
    let expected = 0
    for (let i = 0; i < size; i++)
      for (let k = 0; k < i; k++) if (cross(ring[i], ring[i + 1], ring[k], ring[k + 1])) expected++
    expect(crossings([ring], Infinity).count).toBe(expected)
    expect(crossings([ring], 5).count).toBe(5)
  }
})

test('a circle and a comb of a hundred thousand places take seconds, a tangle ends at once', () => {
  const many = 100_000
  const circle = Array.from({ length: many }, (_, i): Position => {
    const angle = (2 * Math.PI * i) / many
    return [Math.cos(angle), Math.sin(angle)]
  })
  expect(crossings([closed(circle)], 1).count).toBe(0)
  const comb = Array.from({ length: many }, (_, i): Position => [(i >> 1) % 2, i >> 1 === 0 ? i * 1e-6 : i * 1e-5])
  expect(crossings([comb], 1).count).toBe(0)
  const next = random(1)
  const tangle = Array.from({ length: many }, (): Position => [next(), next()])
  expect(crossings([closed(tangle)], 10_000).count).toBe(10_000)
  const slanting = Array.from({ length: many }, (_, i): Position => [i % 2, (i % 2) + i * 1e-6])
  expect(() => crossings([slanting], 1)).toThrow(/crossings: 99999 edges lie too close/)
}, 30_000)
