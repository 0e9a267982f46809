/** The sewer of a run: its file placed in the plane, its manholes on cells, its tables and its part of the summary. */
import { readSwmmInp, type SwmmInp } from '../../formats/swmm-inp.ts'
import type { Engine } from '../engine.ts'
import { VOID_BED } from '../layout.ts'
import { buildNetwork } from '../sewer/build.ts'
import { controlsOf } from '../sewer/controls.ts'
import { areaAt } from '../sewer/cross-section.ts'
import { conduitFlow, conduitSpeed } from '../sewer/dynamic-wave.ts'
import { inflowsOf } from '../sewer/inflows.ts'
import type { Network } from '../sewer/network.ts'
import { runoffOf } from '../sewer/runoff.ts'
import { type ExchangePlace, portionFor, type SewerForcing, sewerForcing } from '../sewer/sewer-forcing.ts'
import { nameKey, type OutsideFiles } from '../sewer/time-series.ts'
import { numbersOf, readTable } from './csv.ts'
import { readText } from './files.ts'
import type { Model } from './model.ts'
import { indexAt, type Point } from './place.ts'
import { computedCell } from './records.ts'
import type { Run } from './run-schema.ts'

type SewerKeys = NonNullable<Run['sewer']>

/** Texts of the files that the timeseries name; one that is not there is named when it is needed. */
async function outsideFiles(inp: SwmmInp, model: Model, file: string): Promise<OutsideFiles> {
  const files: { [name: string]: string } = {}
  const folder = file.slice(0, file.lastIndexOf('/') + 1)
  for (const { file: name } of inp.timeseries) {
    if (!name || name in files) continue
    // a path of another machine: the file may lie beside the .inp
    const path = name.replaceAll('\\', '/')
    for (const one of [folder + path, folder + path.slice(path.lastIndexOf('/') + 1)]) {
      const text = await readText(model.folder, one).catch(() => null)
      if (text === null) continue
      files[name] = text
      break
    }
  }
  return files
}

/** A number that texts share only by chance (FNV-1a). */
function fingerprintOf(texts: readonly string[], start: number): number {
  let hash = 0x811c9dc5 ^ start
  for (const text of texts) {
    for (let k = 0; k < text.length; k++) hash = Math.imul(hash ^ text.charCodeAt(k), 0x01000193)
  }
  return hash >>> 0
}

/** The cell of a point and its ground; null outside or where there is none. */
function groundAt(model: Model, engine: Engine, at: Point): { cell: number; crest: number } | null {
  const index = indexAt(model.place, at)
  if (index < 0) return null
  const cell = computedCell(model, index)
  const crest = engine.subgrid ? model.bed[index]! : engine.bed[cell]!
  return crest < VOID_BED / 2 ? { cell, crest } : null
}

/** The nearest cell with ground within three cells of a point: a manhole at a house stands before its wall. */
function groundNear(model: Model, engine: Engine, [x, y]: Point): { cell: number; crest: number } | null {
  const step = model.place.layout.cellM
  let best: { cell: number; crest: number } | null = null
  let least = Infinity
  for (let dy = -3; dy <= 3; dy++) {
    for (let dx = -3; dx <= 3; dx++) {
      const away = dx * dx + dy * dy
      if (away >= least) continue
      const found = groundAt(model, engine, [x + dx * step, y + dy * step])
      if (!found) continue
      least = away
      best = found
    }
  }
  return best
}

function names(list: readonly string[]): string {
  return list.length > 8 ? `${list.slice(0, 8).join(', ')} and ${list.length - 8} more` : list.join(', ')
}

/** Manholes of a network on their cells. */
function manholePlaces(model: Model, engine: Engine, network: Network, keys: SewerKeys): ExchangePlace[] {
  const { manholes } = keys
  const sealed = new Set(manholes.sealed.map(nameKey))
  for (const name of manholes.sealed) {
    if (!network.nodes.some((node) => nameKey(node.name) === nameKey(name))) {
      throw new Error(`sewer.manholes.sealed: ${name} is no node of ${keys.file}`)
    }
  }
  const places: ExchangePlace[] = []
  const [outside, moved, apart]: [string[], string[], string[]] = [[], [], []]
  network.nodes.forEach((node, k) => {
    if (node.kind === 'outfall') return
    if (sealed.has(nameKey(node.name))) {
      node.surchargeDepth = 1e4
      return
    }
    const direct = node.at ? groundAt(model, engine, node.at) : null
    const found = direct ?? (node.at ? groundNear(model, engine, node.at) : null)
    if (!found) {
      outside.push(node.name)
      return
    }
    if (!direct) moved.push(node.name)
    if (found.crest <= node.invert) {
      throw new Error(
        `sewer: node ${node.name} has its invert at ${(node.invert + model.datum).toFixed(2)} m, above the ground at ${(found.crest + model.datum).toFixed(2)} m; expected below: check sewer.anchor.levels and the file's units`,
      )
    }
    if (Math.abs(found.crest - node.invert - node.maxDepth) > 0.5) apart.push(node.name)
    places.push({
      node: k,
      ...found,
      openArea: (Math.PI / 4) * manholes.diameter ** 2,
      perimeter: Math.PI * manholes.diameter,
      orifice: manholes.orifice,
      weir: manholes.weir,
    })
  })
  const { warnings } = model
  if (outside.length > 0) {
    warnings.push(
      `sewer: ${outside.length} nodes lie outside the ground, what comes out of them is lost: ${names(outside)}`,
    )
  }
  if (moved.length > 0) warnings.push(`sewer: ${moved.length} nodes moved off walls and voids: ${names(moved)}`)
  if (apart.length > 0) {
    warnings.push(
      `sewer: the rims of ${apart.length} nodes differ by more than 0.5 m from the ground, which counts: ${names(apart)}`,
    )
  }
  return places
}

/** Street inlets: from the document or a table. */
async function inletPlaces(model: Model, engine: Engine, network: Network, keys: SewerKeys): Promise<ExchangePlace[]> {
  const { inlets, manholes } = keys
  let list: { node: string; x: number; y: number; area: number; perimeter: number }[]
  if (Array.isArray(inlets)) list = inlets
  else {
    const table = readTable(await readText(model.folder, inlets.file), inlets.file)
    const column = (name: string) => {
      const found = table.head.findIndex((head) => head.toLowerCase() === name)
      return numbersOf(table, found, `${inlets.file}: ${name}`)
    }
    const node = table.head.findIndex((head) => head.toLowerCase() === 'node')
    if (node < 0) throw new Error(`${inlets.file}: no column node; expected node, x, y, area, perimeter`)
    const [x, y, area, perimeter] = [column('x'), column('y'), column('area'), column('perimeter')]
    list = table.rows.map((row, k) => ({
      node: row[node]!,
      x: x[k]!,
      y: y[k]!,
      area: area[k]!,
      perimeter: perimeter[k]!,
    }))
  }
  const index = new Map(network.nodes.map(({ name }, k) => [nameKey(name), k]))
  return list.map((one) => {
    const node = index.get(nameKey(one.node))
    if (node === undefined) throw new Error(`sewer.inlets: node ${one.node} is missing in ${keys.file}`)
    const where = `sewer.inlets: (${one.x}, ${one.y}) of node ${one.node}`
    if (!(one.area > 0 && one.perimeter > 0))
      throw new Error(`${where}: area ${one.area}, perimeter ${one.perimeter}; expected > 0`)
    const found = groundAt(model, engine, [one.x, one.y])
    if (!found) throw new Error(`${where} is no cell with ground; expected x, y inside the terrain`)
    if (found.crest <= network.nodes[node]!.invert) throw new Error(`${where} lies below the node's invert`)
    const { orifice, weir } = manholes
    return { node, ...found, openArea: one.area, perimeter: one.perimeter, orifice, weir }
  })
}

/**
 * The sewer of a run as a forcing.
 *
 * @param model the terrain's model, not that of computed cells
 * @throws {Error} naming what is wrong in the file, or where it does not fit the ground
 */
export async function sewerOf(model: Model, engine: Engine): Promise<SewerForcing | null> {
  const keys = model.run.sewer
  if (!keys) return null
  const text = await readText(model.folder, keys.file)
  const inp = readSwmmInp(text, keys.file)
  const files = await outsideFiles(inp, model, keys.file)
  const { anchor } = keys
  const network = buildNetwork(inp, {
    name: keys.file,
    x: anchor.x,
    y: anchor.y,
    scale: anchor.scale,
    raise: anchor.levels - model.datum,
    reach: keys.reach,
    files,
  })
  const every = keys.every ?? portionFor(engine.layout.cellM)
  network.longestStep = Math.min(network.longestStep, every)
  const manholes = manholePlaces(model, engine, network, keys)
  const places = [...manholes, ...(await inletPlaces(model, engine, network, keys))]
  const outfallCells: { node: number; cell: number; crest: number }[] = []
  if (keys.outfalls === 'surface') {
    network.nodes.forEach((node, k) => {
      const found = node.kind === 'outfall' && node.at ? groundAt(model, engine, node.at) : null
      if (found) outfallCells.push({ node: k, ...found })
    })
  }
  if (places.length + outfallCells.length === 0) {
    const [first] = network.nodes
    throw new Error(
      `sewer: no node of ${keys.file} lies on the ground (${first?.name} at ${first?.at?.join(', ') ?? 'no coordinates'}); expected [COORDINATES] inside the terrain: set sewer.anchor`,
    )
  }
  const own = keys.runoff ?? model.run.rain === undefined
  if (!own && inp.subcatchments.length > 0) {
    model.warnings.push('sewer: its subcatchments are left out, the rain falls on the ground (sewer.runoff)')
  }
  const runoff = own ? runoffOf(inp, network, files) : null
  const inflows = inflowsOf(inp, network, files)
  for (const warning of network.warnings) model.warnings.push(`sewer: ${warning}`)
  return sewerForcing(engine, {
    network,
    places,
    outfallCells,
    inflows,
    runoff,
    controls: controlsOf(inp, network),
    every,
    fingerprint: fingerprintOf([text, ...Object.values(files)], places.length),
  })
}

const cell = (name: string) => (/[",\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name)

/** Head of `sewer.csv`. */
export const SEWER_HEAD = 'time_s,kind,name,depth_m,level_m,above_ground_m,flow_m3s,speed_ms,exchange_m3s'

/** Lines of `sewer.csv` at a moment: nodes (flow: all that flows in), then links. */
export function sewerLines(model: Model, sewer: SewerForcing, time: number): string[] {
  const { network, wave, exchange, places } = sewer
  const only = model.run.sewer?.record ? new Set(model.run.sewer.record.map(nameKey)) : null
  const wanted = (name: string) => !only || only.has(nameKey(name))
  const ground = new Map(places.map(({ node, crest }) => [node, crest]))
  const at = Number(time.toFixed(6))
  const lines: string[] = []
  network.nodes.forEach((node, i) => {
    if (!wanted(node.name)) return
    const head = Math.max(wave.head[i]!, node.invert)
    const rim = ground.get(i) ?? node.invert + node.maxDepth
    const facts = [head - node.invert, head + model.datum, Math.max(0, head - rim), wave.inflow[i]!].map((v) =>
      v.toFixed(5),
    )
    lines.push(`${at},${node.kind},${cell(node.name)},${facts.join(',')},,${exchange[i]!.toFixed(6)}`)
  })
  for (const conduit of network.conduits) {
    if (!wanted(conduit.name)) continue
    const { reaches } = network
    const r = conduit.firstReach + (conduit.reaches >> 1)
    const end = (node: number, invert: number) => Math.max(0, wave.head[node]! - invert)
    const depth = 0.5 * (end(reaches.from[r]!, reaches.fromInvert[r]!) + end(reaches.to[r]!, reaches.toInvert[r]!))
    const speed = conduitSpeed(wave, conduit).toFixed(5)
    lines.push(
      `${at},conduit,${cell(conduit.name)},${Math.min(depth, conduit.section.fullDepth).toFixed(5)},,,${conduitFlow(wave, conduit).toFixed(6)},${speed},`,
    )
  }
  network.regulators.forEach((one, g) => {
    if (wanted(one.name)) lines.push(`${at},${one.kind},${cell(one.name)},,,,${wave.regulatorFlow[g]!.toFixed(6)},,`)
  })
  return lines
}

/** What `summary.json` says of the sewer. m³, m, s. */
export interface SewerSummary {
  file: string
  nodes: number
  conduits: number
  regulators: number
  exchangePoints: number
  steps: number
  /** share of the steps whose heads are not found to the last digit; their volumes are exact all the same */
  unsolved: number
  balance: {
    startM3: number
    endM3: number
    /** series, baselines, dry weather and subcatchments */
    inflowM3: number
    /** left through outfalls, of it onto the ground */
    outfallsM3: number
    outfallsToSurfaceM3: number
    toSurfaceM3: number
    toSewerM3: number
    /** over rims of nodes outside the ground */
    lostM3: number
    errorM3: number
    errorRelative: number
  }
  /** nodes that gave water to the ground, most first */
  flooding: {
    name: string
    firstS: number
    secondsS: number
    toSurfaceM3: number
    peakM3s: number
    aboveGroundM: number
  }[]
  /** conduits that ran full, by their largest flow over what they carry full at their slope */
  fullest: { name: string; peakM3s: number; atS: number; ofFull: number }[]
}

const round = (value: number, digits = 6) => Number(value.toFixed(digits))

/** The sewer's part of the summary. */
export function sewerSummary(model: Model, sewer: SewerForcing): SewerSummary {
  const { network, wave, nodeFacts, linkFacts, places } = sewer
  const sum = (values: Float64Array) => values.reduce((all, one) => all + one, 0)
  const { up, down, outfalls, start } = sewer.totals()
  const [end, inflow, left, lost] = [wave.stored(), sum(wave.brought), sum(wave.discharged), sum(wave.flooded)]
  const error = end - (start + inflow + down - up - left - lost)
  const ground = new Map(places.map(({ node, crest }) => [node, crest]))
  const flooding = network.nodes
    .map((node, i) => ({
      name: node.name,
      firstS: nodeFacts.firstUp[i]!,
      secondsS: round(nodeFacts.upFor[i]!, 1),
      toSurfaceM3: round(nodeFacts.up[i]!, 3),
      peakM3s: round(nodeFacts.peakUp[i]!),
      aboveGroundM: round(nodeFacts.level[i]! - (ground.get(i) ?? Number.NaN), 3),
    }))
    .filter(({ toSurfaceM3 }) => toSurfaceM3 > 0)
    .sort((a, b) => b.toSurfaceM3 - a.toSurfaceM3)
  const fullest = network.conduits
    .map((one, k) => {
      const { section } = one
      const fall = Math.max(1e-4, Math.abs(one.inInvert - one.outInvert) / one.length)
      const full = areaAt(section, section.fullDepth) * Math.cbrt(section.fullRadius) ** 2
      const carries = (one.barrels * full * Math.sqrt(fall)) / one.manning
      const peak = linkFacts.flow[k]!
      return { name: one.name, peakM3s: round(peak), atS: linkFacts.flowAt[k]!, ofFull: round(peak / carries, 3) }
    })
    .filter(({ ofFull }) => ofFull > 0.9)
    .sort((a, b) => b.ofFull - a.ofFull)
  const moved = start + inflow + down
  return {
    file: model.run.sewer!.file,
    nodes: network.nodes.length,
    conduits: network.conduits.length,
    regulators: network.regulators.length,
    exchangePoints: places.length,
    steps: wave.counts[0]!,
    unsolved: round(wave.counts[1]! / Math.max(1, wave.counts[0]!)),
    balance: {
      startM3: start,
      endM3: end,
      inflowM3: inflow,
      outfallsM3: left,
      outfallsToSurfaceM3: outfalls,
      toSurfaceM3: up,
      toSewerM3: down,
      lostM3: lost,
      errorM3: error,
      errorRelative: moved > 0 ? error / moved : 0,
    },
    flooding,
    fullest,
  }
}
