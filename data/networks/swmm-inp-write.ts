/** A sewer network written as a SWMM 5 file: manholes, conduits, pumps, outfalls, catchments and a storm. */
import { type CityFeature, CLASSES, SECTIONS } from '../geo/city-feature.ts'
import type { Network } from './network.ts'

/** How the file is written. */
export interface SwmmWish {
  /** class of pipes that is exported; default `storm` */
  utility?: (typeof CLASSES.pipes)[number]
  title?: string
  /** only pipes for which this holds; default all */
  only?(pipe: number): boolean
  /** rain, mm/h, each value for `stepMinutes` */
  rain: readonly number[]
  stepMinutes: number
  /** simulated hours; default the rain's and two more */
  hours?: number
  /** level beyond each outfall, metres of the network's heights; NaN: free */
  stage?(node: number): number
  /** share of a catchment that is sealed, 0 … 1; default 0.65 */
  sealed?: number
}

/** The file; ids are `n<index>` nodes, `p<index>` pipes and pumps, `o<index>` the outfall at the end of pipe index. */
export interface SwmmFile {
  text: string
  nodes: number
  links: number
  /** m² that the rain falls on */
  catchment: number
}

const fix = (v: number, digits: number): string => (Number.isFinite(v) ? v : 0).toFixed(digits)
const clock = (hours: number): string => {
  const minutes = Math.round(hours * 60)
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}:00`
}

function sectionOf({ pipes }: Network, k: number): string {
  const [h, w] = [pipes.diameter[k]! > 0 ? pipes.diameter[k]! : 0.3, pipes.width[k]! > 0 ? pipes.width[k]! : 0.3]
  const name = SECTIONS[pipes.section[k]!]
  if (name === 'circular') return `CIRCULAR ${fix(h, 3)} 0 0 0`
  if (name === 'egg') return `EGG ${fix(h, 3)} 0 0 0`
  return `${name === 'arch' ? 'ARCH' : 'RECT_CLOSED'} ${fix(h, 3)} ${fix(w, 3)} 0 0`
}

/** Manning's n by material. */
const roughness = (material: string): number =>
  /PE|PVC|塑/i.test(material) ? 0.011 : /铸铁|钢(?!筋)/.test(material) ? 0.012 : 0.013

interface Sections {
  junctions: string[]
  outfalls: string[]
  storage: string[]
  conduits: string[]
  pumps: string[]
  shapes: string[]
  catchments: string[]
  subareas: string[]
  soils: string[]
  coordinates: string[]
}

function writeNodes(
  network: Network,
  features: ReadonlyMap<string, CityFeature>,
  used: Uint8Array,
  wish: SwmmWish,
  out: Sections,
): number {
  const { nodes } = network
  let total = 0
  for (let n = 0; n < nodes.count; n++) {
    if (used[n] !== 1) continue
    const depth = nodes.top[n]! - nodes.bottom[n]!
    const feature = features.get(nodes.ids[n]!)
    out.coordinates.push(` n${n} ${fix(nodes.x[n]!, 2)} ${fix(nodes.y[n]!, 2)}`)
    if (CLASSES['pipe-nodes'][nodes.kind[n]!] === 'pump') {
      const wide = Number(feature?.style.diameter ?? 4)
      out.storage.push(
        ` n${n} ${fix(nodes.bottom[n]!, 3)} ${fix(depth, 3)} 0 FUNCTIONAL 0 0 ${fix((Math.PI * wide * wide) / 4, 2)} 0 0`,
      )
    } else out.junctions.push(` n${n} ${fix(nodes.bottom[n]!, 3)} ${fix(Math.max(0.1, depth), 3)} 0 0 0`)
    const area = feature?.attributes.catchmentM2
    if (typeof area !== 'number' || !(area > 0)) continue
    total += area
    const sealed = 100 * (wish.sealed ?? 0.65)
    out.catchments.push(` s${n} rain n${n} ${fix(area / 1e4, 5)} ${sealed} ${fix(area / 40, 2)} 0.5 0`)
    out.subareas.push(` s${n} 0.014 0.15 1 4 25 OUTLET`)
    out.soils.push(` s${n} 50 6 3 7 0`)
  }
  return total
}

function writePipe(network: Network, k: number, ends: boolean, wish: SwmmWish, out: Sections): void {
  const { pipes, nodes } = network
  const [a, b] = [pipes.from[k]!, pipes.to[k]!]
  const to = ends ? `o${k}` : `n${b}`
  const half = pipes.diameter[k]! / 2
  const [start, end] = [pipes.zFrom[k]! - half, pipes.zTo[k]! - half]
  if (ends) {
    const stage = wish.stage?.(b) ?? Number.NaN
    const floor = Math.min(end, Number.isNaN(nodes.bottom[b]!) ? end : nodes.bottom[b]!)
    out.outfalls.push(` o${k} ${fix(floor, 3)} ${Number.isNaN(stage) ? 'FREE' : `FIXED ${fix(stage, 3)}`} YES`)
    out.coordinates.push(` o${k} ${fix(nodes.x[b]!, 2)} ${fix(nodes.y[b]!, 2)}`)
  }
  if (CLASSES['pipe-nodes'][nodes.kind[a]!] === 'pump') {
    out.pumps.push(` p${k} n${a} ${to} * ON 0 0`)
    return
  }
  const length = fix(Math.max(1, pipes.length[k]!), 3)
  const n = roughness(pipes.material[k]!)
  out.conduits.push(` p${k} n${a} ${to} ${length} ${n} ${fix(start, 3)} ${fix(end, 3)} 0 0`)
  out.shapes.push(` p${k} ${sectionOf(network, k)} 1`)
}

/**
 * Writes the part of a network that carries one utility: CMS, metres, dynamic wave, offsets as elevations. Pipes from gullies (kind `inlet`) are left out: their
 * catchment is that of the manhole (`catchmentM2`). A node of kind `pump` is a storage unit with an ideal pump; an outfall has a flap gate.
 *
 * @param features the nodes' features by id, for what the arrays do not hold
 * @throws {RangeError} when nothing is left to write
 */
export function networkToSwmm(network: Network, features: ReadonlyMap<string, CityFeature>, wish: SwmmWish): SwmmFile {
  const utility = (CLASSES.pipes as readonly string[]).indexOf(wish.utility ?? 'storm')
  const { pipes, nodes } = network
  const kind = (n: number) => CLASSES['pipe-nodes'][nodes.kind[n]!]
  const used = new Uint8Array(nodes.count)
  const out: Sections = {
    junctions: [],
    outfalls: [],
    storage: [],
    conduits: [],
    pumps: [],
    shapes: [],
    catchments: [],
    subareas: [],
    soils: [],
    coordinates: [],
  }
  for (let k = 0; k < pipes.count; k++) {
    const [a, b] = [pipes.from[k]!, pipes.to[k]!]
    if (pipes.utility[k] !== utility || kind(a) === 'inlet' || (wish.only && !wish.only(k))) continue
    const ends = kind(b) === 'outfall'
    used[a] = 1
    if (!ends) used[b] = 1
    writePipe(network, k, ends, wish, out)
  }
  const links = out.conduits.length + out.pumps.length
  if (links === 0)
    throw new RangeError(`networkToSwmm: no pipe of the utility, got ${wish.utility ?? 'storm'}; expected one`)
  const catchment = writeNodes(network, features, used, wish, out)
  const hours = wish.hours ?? (wish.rain.length * wish.stepMinutes) / 60 + 2
  const step = clock(wish.stepMinutes / 60).slice(0, 5)
  const days = Math.floor(hours / 24)
  const section = (name: string, lines: string[]) => (lines.length > 0 ? `[${name}]\n${lines.join('\n')}\n` : '')
  const text = [
    section('TITLE', [(wish.title ?? 'Tidewall').replace(/[\r\n[\]]/g, ' ')]),
    section('OPTIONS', [
      'FLOW_UNITS CMS',
      'INFILTRATION HORTON',
      'FLOW_ROUTING DYNWAVE',
      'LINK_OFFSETS ELEVATION',
      'ALLOW_PONDING NO',
      'START_DATE 07/01/2026',
      'START_TIME 00:00:00',
      `END_DATE 07/${String(1 + days).padStart(2, '0')}/2026`,
      `END_TIME ${clock(hours - 24 * days)}`,
      'REPORT_STEP 00:05:00',
      'WET_STEP 00:01:00',
      'DRY_STEP 01:00:00',
      'ROUTING_STEP 5',
      'VARIABLE_STEP 0.75',
      'INERTIAL_DAMPING PARTIAL',
      'MIN_SURFAREA 1.167',
    ]),
    section('RAINGAGES', [` rain INTENSITY ${step.replace(/^0/, '')} 1 TIMESERIES storm`]),
    section('SUBCATCHMENTS', out.catchments),
    section('SUBAREAS', out.subareas),
    section('INFILTRATION', out.soils),
    section('JUNCTIONS', out.junctions),
    section('OUTFALLS', out.outfalls),
    section('STORAGE', out.storage),
    section('CONDUITS', out.conduits),
    section('PUMPS', out.pumps),
    section('XSECTIONS', out.shapes),
    section(
      'TIMESERIES',
      wish.rain.map((v, i) => ` storm ${clock((i * wish.stepMinutes) / 60).slice(0, 5)} ${fix(v, 3)}`),
    ),
    section('COORDINATES', out.coordinates),
  ].join('\n')
  return { text, nodes: out.junctions.length + out.storage.length + out.outfalls.length, links, catchment }
}
