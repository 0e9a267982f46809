/** Seeded random networks for tests and benches: grids of streets with valves, sources and pipes that were left out. */
import type { CityFeature, CLASSES } from '../geo/city-feature.ts'
import { type Network, networkFromFeatures } from './network.ts'

/** A generator of numbers in 0 … 1, always the same for a seed. @see mulberry32 */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** What is made. */
export interface RandomNetwork {
  seed: number
  /** nodes along either side of the grid */
  side: number
  /** share of nodes that are valves */
  valves?: number
  /** share of pipes that are valves, as EPANET draws them; none when absent */
  valveLinks?: number
  /** share of grid pipes that are there */
  pipes?: number
  utility?: (typeof CLASSES.pipes)[number]
  flow?: 'gravity' | 'pressure'
}

/** A node's place in degrees, about 50 m apart near Jiaojiang. */
const place = (i: number, side: number): [number, number] => [
  121.4 + (i % side) * 5e-4,
  28.6 + Math.floor(i / side) * 4.5e-4,
]

/** Makes one: a grid with some pipes left out, some doubled, some drawn backwards. */
export function randomNetwork(wish: RandomNetwork): Network {
  const { side, valves = 0.25, valveLinks = 0, pipes: share = 0.8, utility = 'water', flow = 'pressure' } = wish
  const random = seeded(wish.seed)
  const count = side * side
  const depths = Array.from({ length: count }, () => 1 + random() * 3)
  const nodes = Array.from({ length: count }, (_, i): CityFeature => {
    const roll = random()
    const kind = roll < valves ? 'valve' : roll < valves + 0.1 ? 'hydrant' : roll > 0.985 ? 'reservoir' : 'junction'
    const [lng, lat] = place(i, side)
    return {
      id: `n${i}`,
      layer: 'pipe-nodes',
      geometry: { type: 'Point', coordinates: [lng, lat, 10] },
      style: {
        class: kind,
        utility,
        top: 10,
        bottom: 10 - depths[i]!,
        ...(kind === 'valve' && random() < 0.15 ? { closed: true } : {}),
      },
      attributes: {},
    }
  })
  const made: CityFeature[] = []
  const add = (a: number, b: number): void => {
    const [from, to] = random() < 0.5 ? [a, b] : [b, a]
    made.push({
      id: `p${made.length}`,
      layer: 'pipes',
      geometry: {
        type: 'LineString',
        coordinates: [from, to].map((i) => [...place(i, side), 10 - depths[i]!]),
      },
      style: {
        class: utility,
        from: `n${from}`,
        to: `n${to}`,
        diameter: 0.1 + random() * 0.5,
        flow,
        // asked only when wished for: networks without stay as they are
        ...(valveLinks > 0 && random() < valveLinks && { fitting: 'valve', ...(random() < 0.2 && { closed: true }) }),
      },
      attributes: {},
    })
  }
  for (let i = 0; i < count; i++) {
    if (i % side < side - 1 && random() < share) add(i, i + 1)
    if (i + side < count && random() < share) add(i, i + side)
    if (random() < 0.03) add(i, Math.floor(random() * count))
  }
  if (!made.length) add(0, count > 1 ? 1 : 0)
  return networkFromFeatures(made, nodes)
}

/**
 * Makes sewers: manholes on a grid of streets, each with one pipe down to its western or its southern neighbour, so that all flow to one
 * outfall; a few with a second pipe, a few pipes under pressure, a few drawn backwards or in loops.
 */
export function randomSewers({ seed, side }: Pick<RandomNetwork, 'seed' | 'side'>): Network {
  const random = seeded(seed)
  const bottom = (i: number): number => 4 + 0.12 * ((i % side) + Math.floor(i / side))
  const nodes = Array.from(
    { length: side * side },
    (_, i): CityFeature => ({
      id: `m${i}`,
      layer: 'pipe-nodes',
      geometry: { type: 'Point', coordinates: [...place(i, side), bottom(i) + 3] },
      style: {
        class: i === 0 ? 'outfall' : 'manhole',
        utility: 'storm',
        top: bottom(i) + 1.5 + random() * 3,
        bottom: bottom(i),
      },
      attributes: {},
    }),
  )
  const made: CityFeature[] = []
  const add = (a: number, b: number): void => {
    const [from, to] = random() < 0.95 ? [a, b] : [b, a]
    const broad = Math.min(2.4, 0.3 + 0.5 * random() + (6 * side) / (1 + a))
    made.push({
      id: `c${made.length}`,
      layer: 'pipes',
      geometry: { type: 'LineString', coordinates: [from, to].map((i) => [...place(i, side), bottom(i) + broad / 2]) },
      style: {
        class: 'storm',
        from: `m${from}`,
        to: `m${to}`,
        flow: random() < 0.01 ? 'pressure' : 'gravity',
        material: random() < 0.3 ? 'HDPE' : '混凝土',
        ...(random() < 0.1 ? { section: 'box', width: broad * 1.5, height: broad } : { diameter: broad }),
      },
      attributes: {},
    })
  }
  for (let i = 1; i < side * side; i++) {
    const west = i % side > 0
    const south = i >= side
    const below = west && (!south || random() < 0.5) ? i - 1 : i - side
    add(i, below)
    if (west && south && random() < 0.02) add(i, below === i - 1 ? i - side : i - 1)
    if (random() < 0.001) add(i, Math.min(side * side - 1, i + side))
  }
  return networkFromFeatures(made, nodes)
}
