/** From a SWMM .inp to a network in SI units; what does not fit together is named. */
import { type SwmmInp, swmmUnits } from '../../formats/swmm-inp.ts'
import { attempt, type Build, type BuildOptions, nodeOf, OWN_PLACE, offsetHeight } from './build-facts.ts'
import type { Conduit, Network, Regulator } from './network.ts'
import { cutReaches } from './reaches.ts'
import { readNodes } from './read-nodes.ts'
import { readRegulators } from './read-regulators.ts'
import { sectionOf } from './read-sections.ts'
import { clockSeconds, nameKey } from './time-series.ts'

function readConduits(build: Build): Conduit[] {
  const { inp, units, nodes } = build
  const m = units.lengthM
  const losses = new Map(inp.losses.map((one) => [nameKey(one.link), one]))
  const conduits: Conduit[] = []
  for (const one of inp.conduits) {
    attempt(build, `conduit ${one.name} (line ${one.line})`, () => {
      const [from, to] = [nodeOf(build, one.from), nodeOf(build, one.to)]
      if (from === to) throw new Error(`begins and ends in ${one.from}; expected two nodes`)
      if (!(one.length > 0)) throw new Error(`length ${one.length}; expected > 0`)
      if (!(one.roughness > 0 && one.roughness < 2)) throw new Error(`Manning's n ${one.roughness}; expected 0 … 2`)
      const { section, barrels } = sectionOf(build, one.name)
      conduits.push({
        name: one.name,
        from,
        to,
        length: one.length * m,
        section,
        barrels,
        firstReach: 0,
        reaches: 0,
        inInvert: offsetHeight(build, from, one.inOffset),
        outInvert: offsetHeight(build, to, one.outOffset),
        manning: one.roughness,
        initFlow: one.initFlow * units.flowM3s,
        maxFlow: Math.max(0, one.maxFlow * units.flowM3s),
        flap: losses.get(nameKey(one.name))?.flap ?? false,
      })
    })
  }
  // a manhole without a depth reaches to the crown of its highest conduit
  const crowns = new Float64Array(nodes.length)
  for (const one of conduits) {
    crowns[one.from] = Math.max(crowns[one.from]!, one.inInvert - nodes[one.from]!.invert + one.section.fullDepth)
    crowns[one.to] = Math.max(crowns[one.to]!, one.outInvert - nodes[one.to]!.invert + one.section.fullDepth)
  }
  nodes.forEach((node, k) => {
    if (!(node.maxDepth > 0)) node.maxDepth = crowns[k]!
    if (node.kind !== 'outfall' && node.initDepth > node.maxDepth) node.initDepth = node.maxDepth
  })
  if (new Set(conduits.map(({ name }) => nameKey(name))).size < conduits.length) {
    build.errors.push('conduits: a name stands twice; expected names that differ')
  }
  return conduits
}

/**
 * Builds the network of a file.
 *
 * @throws {Error} naming up to twelve things that are wrong: rows that could not be read, nodes that are missing,
 * sizes that are not positive or in another unit, series that do not rise
 */
export function buildNetwork(inp: SwmmInp, options: Partial<BuildOptions> = {}): Network {
  const all = { ...OWN_PLACE, ...options }
  const units = swmmUnits(inp.options)
  const errors = inp.problems.map(({ message }) => message)
  const sections = new Map(inp.xsections.map((one) => [nameKey(one.link), one]))
  const build: Build = {
    inp,
    units,
    options: all,
    nodes: [],
    index: new Map(),
    sections,
    tables: new Map(),
    errors,
    warnings: [],
  }
  readNodes(build)
  const conduits = readConduits(build)
  const regulators: Regulator[] = readRegulators(build)
  const outfalls = build.nodes.filter(({ kind }) => kind === 'outfall').length
  if (build.nodes.length === 0) errors.push('no nodes; expected [JUNCTIONS], [OUTFALLS] or [STORAGE]')
  else if (outfalls === 0) build.warnings.push(`${all.name}: no outfall; all water stays in the network`)
  const start = attempt(build, 'OPTIONS', () => clockSeconds(inp.options.START_DATE, inp.options.START_TIME)) ?? 0
  const end = attempt(build, 'OPTIONS', () => clockSeconds(inp.options.END_DATE, inp.options.END_TIME)) ?? start
  if (errors.length > 0) {
    const more = errors.length > 12 ? `\n  and ${errors.length - 12} more` : ''
    throw new Error(`${all.name}: ${errors.slice(0, 12).join('\n  ')}${more}`)
  }
  const step = String(inp.options.ROUTING_STEP ?? '20')
  const [h = 0, min = 0, s = 0] = step.includes(':') ? step.split(':').map(Number) : [0, 0, Number(step)]
  const longestStep = h * 3600 + min * 60 + s
  const cut = cutReaches(build, conduits)
  const left = inp.other.filter(({ name }) =>
    /^(LID_USAGE|GROUNDWATER|RDII|SNOWPACKS?|TEMPERATURE|TREATMENT)$/.test(name),
  )
  for (const { name } of left) build.warnings.push(`[${name}] is left out`)
  if (inp.inletUsage.length > 0)
    build.warnings.push('[INLET_USAGE] is left out: inlets of a run are given in sewer.inlets')
  if (inp.xsections.some(({ culvert }) => culvert > 0))
    build.warnings.push('culvert codes are left out: no inlet control')
  const soils = inp.storage.map(({ shape, rest }) => rest.slice(/^tabular$/i.test(shape) ? 3 : 5))
  if (soils.some((words) => words.some((word) => Number(word) > 0)))
    build.warnings.push('seepage of [STORAGE] is left out')
  return {
    nodes: build.nodes,
    conduits,
    regulators,
    ...cut,
    manholeArea: 1.167,
    longestStep: longestStep > 0 ? longestStep : 20,
    startSeconds: start,
    duration: Math.max(0, end - start),
    hazenWilliams: !/^d-w/i.test(inp.options.FORCE_MAIN_EQUATION ?? 'H-W'),
    warnings: build.warnings,
  }
}
