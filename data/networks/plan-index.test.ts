/** Pipes near a box are those that a plain search finds; walls count, and a network without pipes has none. */
import { expect, test } from 'vitest'
import { networkFromFeatures } from './network.ts'
import { outerHalves, pipesNear, planBox } from './plan-index.ts'
import { randomNetwork, seeded } from './random-network.ts'

test('boxes find what every pipe asked one by one says, over a hundred networks', () => {
  const random = seeded(3)
  for (let seed = 1; seed <= 100; seed++) {
    const network = randomNetwork({ seed, side: 6 })
    const all = Array.from({ length: network.pipes.count }, (_, k) => planBox(network, k))
    const [x, y] = [random() * 300 - 150, random() * 300 - 150]
    const box = [x, y, x + random() * 200, y + random() * 200] as const
    const plain = all.flatMap(([w, s, e, n], k) =>
      w <= box[2] && e >= box[0] && s <= box[3] && n >= box[1] ? [k] : [],
    )
    expect(pipesNear(network, box)).toEqual(plain)
  }
})

test('a wall is a twentieth of the inner size and 5 mm at least; a size that is none counts as 0.1 m', () => {
  const at = (size: { diameter?: number; width?: number; section?: 'box' }) =>
    outerHalves(
      networkFromFeatures(
        [
          {
            id: 'p',
            layer: 'pipes',
            geometry: {
              type: 'LineString',
              coordinates: [
                [121, 28, 1],
                [121.001, 28, 1],
              ],
            },
            style: { class: 'storm', ...size },
            attributes: {},
          },
        ],
        [],
      ),
      0,
    ).map((half) => Number(half.toFixed(4)))
  expect(at({ diameter: 1 })).toEqual([0.55, 0.55])
  expect(at({ diameter: 0.05 })).toEqual([0.03, 0.03])
  expect(at({ diameter: -2 })).toEqual([0.055, 0.055])
  expect(at({})).toEqual([0.055, 0.055])
  expect(at({ diameter: 1, width: 2, section: 'box' })).toEqual([1.1, 0.55])
})

test('a network without pipes has none anywhere', () => {
  expect(pipesNear(networkFromFeatures([], []), [-1, -1, 1, 1])).toEqual([])
})
