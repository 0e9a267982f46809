/** Networks as arrays: what the features say, what is wrong with them, and neighbours both ways. */
import { expect, test } from 'vitest'
import { generateCity } from '../city/generate.ts'
import { type CityFeature, CLASSES } from '../geo/city-feature.ts'
import { networkFromFeatures } from './network.ts'

const node = (id: string, at: number[], style: CityFeature['style'] = {}): CityFeature => ({
  id,
  layer: 'pipe-nodes',
  geometry: { type: 'Point', coordinates: at },
  style: { class: 'manhole', ...style },
  attributes: {},
})
const pipe = (id: string, line: number[][], style: CityFeature['style'] = {}): CityFeature => ({
  id,
  layer: 'pipes',
  geometry: { type: 'LineString', coordinates: line },
  style: { class: 'storm', ...style },
  attributes: {},
})

test('pipes know their nodes, nodes their pipes, lengths and places are metres', () => {
  const network = networkFromFeatures(
    [
      pipe(
        'p',
        [
          [121.4, 28.6, 3],
          [121.401, 28.6, 3],
          [121.401, 28.601, 2],
        ],
        {
          from: 'a',
          to: 'b',
          diameter: 0.5,
          year: 1999,
          flow: 'gravity',
          material: 'PE',
        },
      ),
      pipe(
        'q',
        [
          [121.401, 28.601, 2],
          [121.402, 28.602, 1],
        ],
        { from: 'b', to: 'c', width: 2, height: 1.5, section: 'box' },
      ),
    ],
    [
      node('a', [121.4, 28.6, 5], { bottom: 2 }),
      node('b', [121.401, 28.601, 5]),
      node('c', [121.402, 28.602], { closed: true }),
    ],
  )
  const { pipes, nodes, arcs } = network
  expect([pipes.count, nodes.count, network.problems]).toEqual([2, 3, []])
  // one thousandth of a degree at 28.6° N: 97.78 m east, 110.83 m north (ellipsoid)
  expect(pipes.length[0]).toBeCloseTo(97.78 + Math.hypot(110.83, 1), 1)
  expect([pipes.diameter[0], pipes.width[0], pipes.diameter[1], pipes.width[1]]).toEqual([0.5, 0.5, 1.5, 2])
  expect([pipes.year[0], pipes.flow[0], pipes.material[0], pipes.year[1], pipes.flow[1]]).toEqual([1999, 1, 'PE', 0, 0])
  expect(Array.from(pipes.vertexStart)).toEqual([0, 3, 5])
  expect([nodes.top[0], nodes.bottom[0], nodes.top[2], nodes.closed[2]]).toEqual([5, 2, Number.NaN, 1])
  const b = nodes.ids.indexOf('b')
  const around = Array.from(arcs.node.subarray(arcs.start[b], arcs.start[b + 1]), (n) => nodes.ids[n])
  expect(around.sort()).toEqual(['a', 'c'])
})

test('a pipe without its nodes gets them made, the same one for ends at one place; nothing is dropped in silence', () => {
  const network = networkFromFeatures(
    [
      pipe(
        'p',
        [
          [121.4, 28.6, 3],
          [121.401, 28.6, 3],
        ],
        { from: 'gone' },
      ),
      pipe('q', [
        [121.401, 28.6, 3],
        [121.402, 28.6, 3],
      ]),
      pipe('p', [
        [121, 28, 0],
        [121, 28.1, 0],
      ]),
      pipe('r', [[121.4, 28.6, 3]]),
      pipe('s', [
        [121.4, Number.NaN],
        [121.4, 28],
      ]),
    ],
    [
      node('a', [121.4, 28.6]),
      node('a', [121.5, 28.6]),
      { ...node('z', []), geometry: { type: 'LineString', coordinates: [] } },
    ],
  )
  expect(network.pipes.count).toBe(2)
  expect(network.pipes.to[0]).toBe(network.pipes.from[1])
  expect(network.nodes.count).toBe(4)
  expect(CLASSES['pipe-nodes'][network.nodes.kind[network.pipes.from[0]!]!]).toBe('other')
  const count: Record<string, number> = {}
  for (const { rule } of network.problems) count[rule] = (count[rule] ?? 0) + 1
  expect(count).toEqual({ 'missing-node': 4, 'duplicate-id': 2, 'bad-geometry': 3 })
})

test('nothing at all is a network too', () => {
  const network = networkFromFeatures([], [])
  expect([network.pipes.count, network.nodes.count, network.arcs.start.length]).toEqual([0, 0, 1])
})

test('the tiny city is a network without a problem, each arc there and back', () => {
  const tiny = generateCity({ tiny: true })
  const { pipes, nodes, arcs, problems } = networkFromFeatures(tiny.features('pipes'), tiny.features('pipe-nodes'))
  expect(problems).toEqual([])
  expect(arcs.pipe.length).toBe(2 * pipes.count)
  for (let n = 0; n < nodes.count; n++)
    for (let i = arcs.start[n]!; i < arcs.start[n + 1]!; i++) {
      const k = arcs.pipe[i]!
      expect([pipes.from[k], pipes.to[k]].sort()).toEqual([n, arcs.node[i]].sort())
    }
})
