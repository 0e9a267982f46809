/** A water network written as an EPANET file: what the solver is given. */
import { type CityFeature, CLASSES } from '../geo/city-feature.ts'
import type { Network } from './network.ts'

/** How the file is written. */
export interface EpanetWish {
  /** class of pipes that is exported; default `water` */
  utility?: (typeof CLASSES.pipes)[number]
  title?: string
  /** all demands times this; default 1 */
  demandFactor?: number
  /** hours simulated; default 0: one steady state */
  hours?: number
  /** 24 hourly factors of all demands when `hours` > 0; default a town's day */
  day?: readonly number[]
}

/** The file, and how its ids name the network: `n<index>` nodes, `p<index>` pipes, `u<index>` pumps. */
export interface EpanetFile {
  text: string
  junctions: number
  pipes: number
}

/** A town's day: factors of the mean by hour, mean 1. */
const DAY = [
  0.45, 0.38, 0.35, 0.35, 0.42, 0.7, 1.15, 1.45, 1.4, 1.25, 1.15, 1.2, 1.25, 1.1, 1, 1, 1.1, 1.3, 1.5, 1.5, 1.3, 1.05,
  0.8, 0.6,
]

/** Hazen–Williams C by material; a third of a point lost each year in iron and steel. */
function roughness(material: string, year: number): number {
  const age = year > 0 ? Math.max(0, 2026 - year) : 20
  if (/PE|PVC|塑/i.test(material)) return 140
  if (/灰|铸铁(?!球)|cast/i.test(material) && !/球|ductile/i.test(material)) return Math.max(70, 110 - 0.8 * age)
  if (/混凝土|concrete/i.test(material)) return 115
  return Math.max(85, 130 - 0.35 * age)
}

const number = (value: unknown, otherwise: number): number =>
  typeof value === 'number' && Number.isFinite(value) ? value : otherwise
const kindOf = (network: Network, n: number): string => CLASSES['pipe-nodes'][network.nodes.kind[n]!]!
/** Fixed to `digits`, no trailing noise; unknown heights count as 0. */
const fix = (v: number, digits: number): string => (Number.isFinite(v) ? v : 0).toFixed(digits)

interface Sections {
  junctions: string[]
  reservoirs: string[]
  tanks: string[]
  pipes: string[]
  pumps: string[]
  curves: string[]
  coordinates: string[]
}

function writeNode(network: Network, n: number, feature: CityFeature | undefined, factor: number, out: Sections): void {
  const { nodes } = network
  const kind = kindOf(network, n)
  const given = feature?.attributes ?? {}
  const top = nodes.top[n]!
  out.coordinates.push(` n${n} ${fix(nodes.x[n]!, 2)} ${fix(nodes.y[n]!, 2)}`)
  if (kind === 'reservoir') {
    out.reservoirs.push(` n${n} ${fix(top, 3)}`)
    return
  }
  if (kind === 'tank') {
    const [bottom, most] = [Number.isNaN(nodes.bottom[n]!) ? top - 5 : nodes.bottom[n]!, number(given.mostM, 4.5)]
    const level = number(given.levelM, most * 0.7)
    const least = number(given.leastM, 0.3)
    const wide = number(feature?.style.diameter, 20)
    out.tanks.push(` n${n} ${fix(bottom, 3)} ${level} ${least} ${most} ${wide} 0`)
    return
  }
  out.junctions.push(` n${n} ${fix(top, 3)} ${fix(number(given.demandLps, 0) * factor, 5)}`)
  if (kind !== 'pump') return
  out.junctions.push(` n${n}d ${fix(top, 3)} 0`)
  out.coordinates.push(` n${n}d ${fix(nodes.x[n]! + 1, 2)} ${fix(nodes.y[n]!, 2)}`)
  out.pumps.push(` u${n} n${n} n${n}d HEAD c${n}`)
  out.curves.push(` c${n} ${fix(number(given.flowLps, 100), 3)} ${fix(number(given.headM, 40), 3)}`)
}

/**
 * Writes the part of a network that carries one utility. Units LPS and metres, Hazen–Williams; heights as the network has them. A node of
 * kind `pump` becomes a pump from the pipes that end in it to the pipes that begin in it (`headM`, `flowLps`); a closed node shuts the pipes that begin in
 * it; `tank` (`levelM`, `leastM`, `mostM`, style `diameter`) and `reservoir` (surface = `top`); demand is the attribute `demandLps`.
 *
 * @param features the nodes' features by id, for what the arrays do not hold
 * @throws {RangeError} when the network has no pipe of the utility
 */
export function networkToInp(
  network: Network,
  features: ReadonlyMap<string, CityFeature>,
  wish: EpanetWish = {},
): EpanetFile {
  const utility = (CLASSES.pipes as readonly string[]).indexOf(wish.utility ?? 'water')
  const { pipes, nodes } = network
  const used = new Uint8Array(nodes.count)
  const out: Sections = { junctions: [], reservoirs: [], tanks: [], pipes: [], pumps: [], curves: [], coordinates: [] }
  for (let k = 0; k < pipes.count; k++) {
    if (pipes.utility[k] !== utility) continue
    const [a, b] = [pipes.from[k]!, pipes.to[k]!]
    used[a] = 1
    used[b] = 1
    const start = kindOf(network, a) === 'pump' ? `n${a}d` : `n${a}`
    const length = Math.max(0.1, pipes.length[k]!)
    const mm = 1000 * (pipes.diameter[k]! > 0 ? pipes.diameter[k]! : 0.1)
    const shut = nodes.closed[a] === 1 ? 'Closed' : 'Open'
    const c = roughness(pipes.material[k]!, pipes.year[k]!)
    out.pipes.push(` p${k} ${start} n${b} ${fix(length, 3)} ${fix(mm, 1)} ${fix(c, 1)} 0 ${shut}`)
  }
  if (out.pipes.length === 0)
    throw new RangeError(`networkToInp: no pipe of the utility, got ${wish.utility ?? 'water'}; expected at least one`)
  for (let n = 0; n < nodes.count; n++)
    if (used[n]) writeNode(network, n, features.get(nodes.ids[n]!), wish.demandFactor ?? 1, out)
  const hours = wish.hours ?? 0
  const section = (name: string, lines: string[]) => `[${name}]\n${lines.join('\n')}\n`
  const text = [
    section('TITLE', [(wish.title ?? 'Tidewall').replace(/[\r\n[\]]/g, ' ')]),
    section('JUNCTIONS', out.junctions),
    section('RESERVOIRS', out.reservoirs),
    section('TANKS', out.tanks),
    section('PIPES', out.pipes),
    section('PUMPS', out.pumps),
    section('CURVES', out.curves),
    ...(hours > 0 ? [section('PATTERNS', [` day ${(wish.day ?? DAY).join(' ')}`])] : []),
    section('TIMES', [` Duration ${hours}:00`, ' Hydraulic Timestep 1:00', ' Pattern Timestep 1:00']),
    section('OPTIONS', [
      ' Units LPS',
      ' Headloss H-W',
      ' Trials 200',
      ' Accuracy 0.001',
      ' Unbalanced Continue 10',
      ...(hours > 0 ? [' Pattern day'] : []),
    ]),
    section('COORDINATES', out.coordinates),
    '[END]\n',
  ].join('\n')
  return { text, junctions: out.junctions.length, pipes: out.pipes.length }
}
