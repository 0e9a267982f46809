/** Solved networks as bytes are the JSON that was meant, and the worst places are those of a plain search. */
import { expect, test } from 'vitest'
import type { SolvedNetwork } from '../../data/networks/hydraulics-answer.ts'
import { seeded } from '../../data/networks/random-network.ts'
import { solvedBytes, worstOf } from './solved-bytes.ts'

test('what is written is read again: values by moment, unknown ones as null, which way pipes flow', () => {
  const flows = [Float32Array.of(1.234, Number.NaN, -2), Float32Array.of(0, 5, -0.5)]
  const heads = [Float64Array.of(20.005, 3), Float64Array.of(19, Number.NaN)]
  const bytes = solvedBytes({
    show: 'flow',
    unit: 'L/s',
    times: [0, 3600],
    clockS: 0,
    range: [-2, 5],
    worst: [],
    summary: { lowestM: 3, cutOff: null },
    warnings: [],
    seconds: 0.1,
    fire: null,
    digits: 2,
    pipes: { ids: ['a', 'b "quoted"', '丙'], values: (s) => flows[s]! },
    nodes: { ids: ['n', 'nowhere'], places: [[121.4, 28.6, 12.5], null], values: (s) => heads[s]! },
    ways: (s) => flows[s]!,
  })
  const read = JSON.parse(new TextDecoder().decode(bytes)) as SolvedNetwork
  expect(read.pipes.ids).toEqual(['a', 'b "quoted"', '丙'])
  expect(read.pipes.values).toEqual([
    [1.23, null, -2],
    [0, 5, -0.5],
  ])
  expect(read.nodes.values[1]).toEqual([19, null])
  expect(read.nodes.places[0]).toEqual([121.4, 28.6, 12.5])
  expect(read.ways).toEqual(['+0-', '0+-'])
  expect(read.summary).toEqual({ lowestM: 3, cutOff: null })
})

test('the worst places: each thing once at its worst moment, worst first, as a plain search finds them', () => {
  const random = seeded(11)
  for (let round = 0; round < 60; round++) {
    const [count, moments, low] = [Math.floor(random() * 40), 1 + Math.floor(random() * 5), random() < 0.5]
    const rows = Array.from({ length: moments }, () =>
      Float64Array.from({ length: count }, () => (random() < 0.2 ? Number.NaN : Math.floor(random() * 1e6))),
    )
    const found = worstOf(
      count,
      moments,
      (s) => rows[s]!,
      low,
      (i, at, value) => ({ id: String(i), collection: 'pipes', value, at, place: null }),
    )
    const plain = Array.from({ length: count }, (_, i) => {
      const known = rows.map((row) => row[i]!).filter((value) => !Number.isNaN(value))
      return { id: String(i), value: low ? Math.min(...known) : Math.max(...known), known: known.length }
    })
      .filter(({ known }) => known > 0)
      .sort((a, b) => (low ? a.value - b.value : b.value - a.value))
      .slice(0, 12)
    expect(found.map(({ value }) => value)).toEqual(plain.map(({ value }) => value))
    for (const { id, value, at } of found) expect(rows[at]![Number(id)]).toBe(value)
    expect(new Set(found.map(({ id }) => id)).size).toBe(found.length)
  }
})
