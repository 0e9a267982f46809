/** Every rule finds its defect and leaves a sound network alone; loops and parts against brute force. */
import { expect, test } from 'vitest'
import type { CityFeature, Style } from '../geo/city-feature.ts'
import { metresPerDegree } from '../geo/ellipsoid.ts'
import { DEFECT_RULES, type DefectOptions } from './defect.ts'
import { countDefects, findDefects } from './defects.ts'
import { networkFromFeatures } from './network.ts'

const [PER_LNG, PER_LAT] = metresPerDegree(28.66)
/** Local metres to degrees. */
const at = (x: number, y: number, z: number) => [121.42 + x / PER_LNG, 28.66 + y / PER_LAT, z]
const node = (id: string, x: number, y: number, z: number, style: Style = {}): CityFeature => ({
  id,
  layer: 'pipe-nodes',
  geometry: { type: 'Point', coordinates: at(x, y, z) },
  style: { class: 'junction', top: z, bottom: z, ...style },
  attributes: {},
})
const pipe = (
  id: string,
  from: string,
  to: string,
  line: [number, number, number][],
  style: Style = {},
): CityFeature => ({
  id,
  layer: 'pipes',
  geometry: { type: 'LineString', coordinates: line.map((each) => at(...each)) },
  style: { class: 'water', from, to, section: 'circular', diameter: 0.3, flow: 'pressure', ...style },
  attributes: {},
})
const SEWER = { class: 'storm', flow: 'gravity' }
const rules = (pipes: CityFeature[], nodes: CityFeature[], options: DefectOptions = {}) =>
  findDefects(networkFromFeatures(pipes, nodes), options).map(
    (defect) => `${defect.rule} ${[...defect.pipes, ...defect.nodes].join(' ')}`,
  )

/** A sound ring of water with a tank. */
const RING = [node('t', 0, 0, 2, { class: 'tank' }), node('a', 100, 0, 2), node('b', 100, 100, 2), node('c', 0, 100, 2)]
const RING_PIPES = [
  pipe('1', 't', 'a', [
    [0, 0, 2],
    [100, 0, 2],
  ]),
  pipe('2', 'a', 'b', [
    [100, 0, 2],
    [100, 100, 2],
  ]),
  pipe('3', 'b', 'c', [
    [100, 100, 2],
    [0, 100, 2],
  ]),
  pipe('4', 'c', 't', [
    [0, 100, 2],
    [0, 0, 2],
  ]),
]

test('a sound network has no defect', () => {
  expect(rules(RING_PIPES, RING, { ground: () => 3.5 })).toEqual([])
})

test('ends, doubles, parts and lengths', () => {
  const more = [
    ...RING_PIPES,
    pipe('stub', 'a', 's', [
      [100, 0, 2],
      [150, 0, 2],
    ]),
    pipe('near', 'b', 'n', [
      [100, 100, 2],
      [50, 99.5, 2],
      [50, 0.4, 2],
    ]),
    pipe('again', 'b', 'a', [
      [100, 100, 2],
      [100, 0, 2],
    ]),
    pipe('alone', 'x', 'y', [
      [500, 500, 2],
      [560, 500, 2],
    ]),
    pipe('self', 'c', 'c', [
      [0, 100, 2],
      [-20, 110, 2],
      [0, 100, 2],
    ]),
    pipe('nothing', 'c', 'd', [
      [0, 100, 2],
      [0, 100.001, 2],
    ]),
    pipe('far', 'd', 'e', [
      [0, 100.001, 2],
      [0, 90_000, 2],
    ]),
  ]
  const nodes = [
    ...RING,
    node('s', 150, 0, 2),
    node('n', 50, 0.4, 2),
    node('x', 500, 500, 2, { class: 'end' }),
    node('y', 560, 500, 2, { class: 'meter' }),
    node('d', 0, 100.001, 2),
    node('e', 0, 90_000, 2, { class: 'end' }),
  ]
  expect(rules(more, nodes).sort()).toEqual([
    'dangling-end stub s',
    'duplicate-pipe 2 again',
    'longer-than-city far',
    'near-miss near 1 n',
    'self-joined self c',
    'unconnected-part alone x',
    'zero-length nothing c d',
  ])
})

test('joints of the wrong utility, size, material and height', () => {
  const nodes = [node('a', 0, 0, 2, { class: 'end' }), node('m', 50, 0, 2), node('b', 100, 0, 2, { class: 'end' })]
  const two = (first: Style, second: Style, z = 2) => [
    pipe(
      '1',
      'a',
      'm',
      [
        [0, 0, 2],
        [50, 0, 2],
      ],
      first,
    ),
    pipe(
      '2',
      'm',
      'b',
      [
        [50, 0, z],
        [100, 0, z],
      ],
      second,
    ),
  ]
  expect(rules(two({}, { class: 'foul', flow: 'gravity' }), nodes)).toContain('joint-utility 1 2 m')
  expect(rules(two({}, { class: 'tunnel' }), nodes)).toEqual([])
  expect(rules(two({ diameter: 0.1 }, { diameter: 0.6 }), nodes)).toEqual(['joint-diameter 1 2 m'])
  expect(rules(two({ material: '砖石砌筑' }, {}), nodes)).toEqual(['joint-material 1'])
  expect(rules(two({}, {}, 3), nodes)).toEqual(['joint-height 1 2 m'])
  expect(rules(two({}, { estimated: true }, 3), nodes)).toEqual([])
})

test('pipes above the ground, too deep, outside their shafts', () => {
  const nodes = [
    node('a', 0, 0, 3, { class: 'manhole', bottom: 1 }),
    node('b', 50, 0, 3, { class: 'manhole', bottom: 0.9 }),
  ]
  const one = (za: number, zb: number, style: Style = {}) => [
    pipe(
      '1',
      'a',
      'b',
      [
        [0, 0, za],
        [50, 0, zb],
      ],
      { ...SEWER, ...style },
    ),
  ]
  expect(rules(one(1.2, 1.1), nodes, { ground: () => 3 })).toEqual([])
  expect(rules(one(3.5, 3.4), nodes, { ground: () => 3 })).toEqual([
    'above-ground 1',
    'outside-shaft 1 a',
    'outside-shaft 1 b',
  ])
  expect(rules(one(3.5, 3.4), nodes, { ground: () => 3, aerial: new Set(['1']) })).not.toContain('above-ground 1')
  expect(rules(one(-40, -40), nodes, { ground: () => 3 })).toContain('too-deep 1')
  expect(rules(one(9, 9, { estimated: true }), nodes, { ground: () => 3 })).toEqual([])
  expect(rules(one(3.5, 3.4), nodes, { ground: () => Number.NaN })).not.toContain('above-ground 1')
})

test('sewers uphill, shrinking, in a circle', () => {
  const shaft = { class: 'manhole', bottom: 0.4 }
  const nodes = [
    node('a', 0, 0, 3, shaft),
    node('b', 50, 0, 3, shaft),
    node('c', 50, 50, 3, shaft),
    node('o', 100, 0, 3, { class: 'outfall' }),
  ]
  const run = (z: number[], sizes: number[]) => [
    pipe(
      '1',
      'a',
      'b',
      [
        [0, 0, z[0]],
        [50, 0, z[1]],
      ],
      { ...SEWER, diameter: sizes[0] },
    ),
    pipe(
      '2',
      'b',
      'o',
      [
        [50, 0, z[1]],
        [100, 0, z[2]],
      ],
      { ...SEWER, diameter: sizes[1] },
    ),
  ]
  expect(rules(run([1, 0.9, 0.8], [0.3, 0.3]), nodes)).toEqual([])
  expect(rules(run([1, 0.9, 1.2], [0.3, 0.3]), nodes)).toEqual(['uphill 2'])
  expect(rules(run([1, 0.9, 0.8], [0.5, 0.3]), nodes)).toEqual(['shrinking 1 2 b'])
  const round = [
    ...run([1, 0.9, 0.8], [0.3, 0.3]),
    pipe(
      '3',
      'b',
      'c',
      [
        [50, 0, 0.9],
        [50, 50, 0.8],
      ],
      SEWER,
    ),
    pipe(
      '4',
      'c',
      'a',
      [
        [50, 50, 0.8],
        [0, 0, 0.7],
      ],
      SEWER,
    ),
  ]
  expect(rules(round, nodes)).toEqual(['loop-in-sewer 1 3 4 a'])
})

test('what the network could not join is in the list, and every record has its words', () => {
  const list = findDefects(
    networkFromFeatures(
      [
        pipe('1', 'nowhere', 'a', [
          [0, 0, 2],
          [50, 0, 2],
        ]),
      ],
      [node('a', 50, 0, 2, { class: 'end' })],
    ),
  )
  expect(list.map(({ rule }) => rule)).toEqual(['missing-node', 'dangling-end'])
  for (const { severity, lng, lat, found, expected } of list) {
    expect(['error', 'warning', 'note']).toContain(severity)
    expect([lng > 121 && lng < 122, lat > 28 && lat < 29, found !== '', expected !== '']).toEqual([
      true,
      true,
      true,
      true,
    ])
  }
  expect(countDefects(list)[0]).toMatchObject({ count: 1 })
  for (const { zh, en } of Object.values(DEFECT_RULES)) expect(zh.length * en.length).toBeGreaterThan(0)
  expect(findDefects(networkFromFeatures([], []))).toEqual([])
})

test('loops in 200 seeded sewers are those that brute force finds', () => {
  let state = 5
  const next = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  for (let round = 0; round < 200; round++) {
    const count = 3 + next(8)
    const nodes = Array.from({ length: count }, (_, i) =>
      node(`n${i}`, i * 37, (i * i * 53) % 400, 3, { class: 'manhole', bottom: -10 }),
    )
    const links = Array.from({ length: count + next(6) }, () => [next(count), next(count)]).filter(([a, b]) => a !== b)
    const pipes = links.map(([a, b], k) =>
      pipe(
        `p${k}`,
        `n${a}`,
        `n${b}`,
        [
          [a * 37, (a * a * 53) % 400, 1],
          [b * 37, (b * b * 53) % 400, 1],
        ],
        SEWER,
      ),
    )
    const reach = (from: number): Set<number> => {
      const seen = new Set<number>()
      const stack = [from]
      for (let n = stack.pop(); n !== undefined; n = stack.pop())
        for (const [a, b] of links) if (a === n && !seen.has(b)) seen.add(b) && stack.push(b)
      return seen
    }
    const expected = links.flatMap(([a, b], k) => (reach(b).has(a) ? [`p${k}`] : [])).sort()
    const found = findDefects(networkFromFeatures(pipes, nodes)).filter(({ rule }) => rule === 'loop-in-sewer')
    expect(found.flatMap((defect) => defect.pipes).sort()).toEqual(expected)
  }
})
