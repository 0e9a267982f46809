/** A seeded country of towns for the bench of a million pipes: street grids with seven utilities side by side, joined at every crossing. */
import { type CityFeature, CLASSES } from '../../data/geo/city-feature.ts'
import { metresPerDegree } from '../../data/geo/ellipsoid.ts'
import { seeded } from './buildings-sample.ts'

/** Metres over the ellipsoid of the flat ground of all towns. */
export const TOWNS_GROUND = 14
/** The middle of the first town, lng and lat in degrees. */
export const FIRST_TOWN = [121.42, 28.66] as const
/** Blocks along a town's side, metres along a block's, metres from a town to the next. */
const [SIDE, BLOCK, PITCH] = [20, 100, 2500]
const UTILITIES = CLASSES.pipes.slice(0, 7)
const SEWERS = new Set(['storm', 'foul', 'combined'])
const PER_DEGREE = metresPerDegree(FIRST_TOWN[1])

/** Where the towns stand, in pitches from the first one: rings around it, so that every country has the same middle. */
function* squares(): Generator<[number, number]> {
  yield [0, 0]
  for (let ring = 1; ; ring++)
    for (let x = -ring; x <= ring; x++)
      for (let y = -ring; y <= ring; y++) if (Math.max(Math.abs(x), Math.abs(y)) === ring) yield [x, y]
}

/** One utility in one town. */
interface Line {
  utility: string
  /** start of each id */
  name: string
  /** metres from the street's axis */
  aside: number
  /** height of the axis, metres over the ellipsoid */
  z: number
  place(x: number, y: number): [number, number, number]
}

function node({ utility, name, z, place }: Line, id: string, kind: string, x: number, y: number): CityFeature {
  const [lng, lat] = place(x, y)
  return {
    id: `${name}-${id}`,
    layer: 'pipe-nodes',
    geometry: { type: 'Point', coordinates: [lng, lat, TOWNS_GROUND] },
    style: { class: kind, utility, top: SEWERS.has(utility) ? TOWNS_GROUND : z, bottom: z },
    attributes: {},
  }
}

/** What stands at a crossing, and between two. */
function kindAt(utility: string, crossing: boolean, roll: number): string {
  if (SEWERS.has(utility)) return 'manhole'
  if (crossing) return utility === 'water' || utility === 'gas' ? 'valve' : 'chamber'
  return utility === 'water' && roll < 0.3 ? 'hydrant' : 'junction'
}

/** The pipes of one side of one block, 5 … 60 m each, and the nodes between them. */
function* blockSide(line: Line, i: number, j: number, east: boolean, random: () => number): Generator<CityFeature> {
  const { utility, name, aside, place } = line
  const [x, y] = [i * BLOCK + aside, j * BLOCK + aside]
  const weights = Array.from({ length: 2 + Math.floor(random() * 4) }, () => 0.3 + random())
  const whole = weights.reduce((sum, weight) => sum + weight, 0)
  const side = `${i}-${j}${east ? 'e' : 'n'}`
  const diameter = 0.1 + Math.round(random() * 12) * 0.05
  let from = `${i}-${j}`
  let at = 0
  for (const [k, weight] of weights.entries()) {
    const next = at + (weight / whole) * BLOCK
    const last = k === weights.length - 1
    const to = last ? `${east ? i + 1 : i}-${east ? j : j + 1}` : `${side}${k}`
    const seat = (t: number, sway = 0) => (east ? place(x + t, y + sway) : place(x + sway, y + t))
    const bent = random() < 0.2 ? [seat((at + next) / 2, random() - 0.5)] : []
    yield {
      id: `${name}-${side}${k}`,
      layer: 'pipes',
      geometry: { type: 'LineString', coordinates: [seat(at), ...bent, seat(last ? BLOCK : next)] },
      style: {
        class: utility,
        from: `${name}-${from}`,
        to: `${name}-${to}`,
        section: 'circular',
        diameter,
        year: 1980 + Math.floor(random() * 45),
        flow: SEWERS.has(utility) ? 'gravity' : 'pressure',
        material: SEWERS.has(utility) ? 'HDPE' : 'DI',
      },
      attributes: {},
    }
    if (!last) yield node(line, to, kindAt(utility, false, random()), east ? x + next : x, east ? y : y + next)
    from = to
    at = next
  }
}

function* town(number: number, [px, py]: [number, number]): Generator<CityFeature> {
  const random = seeded(number + 1)
  const corner = [px, py].map((pitch) => pitch * PITCH - (SIDE * BLOCK) / 2) as [number, number]
  for (const [u, utility] of UTILITIES.entries()) {
    const z = TOWNS_GROUND - 0.9 - u * 0.35
    const line: Line = {
      utility,
      name: `T${number}-${utility.slice(0, 2).toUpperCase()}`,
      aside: u * 1.5,
      z,
      place: (x, y) => [
        FIRST_TOWN[0] + (corner[0] + x) / PER_DEGREE[0],
        FIRST_TOWN[1] + (corner[1] + y) / PER_DEGREE[1],
        z,
      ],
    }
    for (let j = 0; j <= SIDE; j++)
      for (let i = 0; i <= SIDE; i++) {
        const source = utility === 'water' && i === 0 && j === 0
        const kind = source ? 'reservoir' : kindAt(utility, true, random())
        yield node(line, `${i}-${j}`, kind, i * BLOCK + line.aside, j * BLOCK + line.aside)
        if (i < SIDE) yield* blockSide(line, i, j, true, random)
        if (j < SIDE) yield* blockSide(line, i, j, false, random)
      }
  }
}

/**
 * Towns of about 20,000 pipes and as many nodes on squares of 2.5 km around the first: a million lie in 18 × 18 km.
 * @param count pipes at least; the last town is whole
 * @param layer which of the two to yield
 */
export function* townsOfPipes(count: number, layer: 'pipes' | 'pipe-nodes'): Generator<CityFeature> {
  let [made, number] = [0, 0]
  for (const square of squares()) {
    if (made >= count) return
    for (const feature of town(number++, square)) {
      if (feature.layer === 'pipes') made++
      if (feature.layer === layer) yield feature
    }
  }
}
