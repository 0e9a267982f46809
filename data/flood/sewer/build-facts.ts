/** What the readers of a SWMM .inp share while a network is built. */
import type { SwmmInp, SwmmUnits, SwmmXsection } from '../../formats/swmm-inp.ts'
import type { CrossSection } from './cross-section.ts'
import type { SewerNode } from './network.ts'
import { nameKey, type OutsideFiles } from './time-series.ts'

/** How a file is put into the run's plane. */
export interface BuildOptions {
  name: string
  /** plane coordinates = x, y + scale × the file's */
  x: number
  y: number
  scale: number
  /** added to all heights, m */
  raise: number
  /** longest reach of a conduit, m */
  reach: number
  /** texts of the outside files that timeseries name, by name */
  files: OutsideFiles
}

/** Default placement: the file's own plane and heights. */
export const OWN_PLACE: BuildOptions = { name: 'SWMM .inp', x: 0, y: 0, scale: 1, raise: 0, reach: 40, files: {} }

/** What the parts of a build share. */
export interface Build {
  inp: SwmmInp
  units: SwmmUnits
  options: BuildOptions
  nodes: SewerNode[]
  index: Map<string, number>
  /** cross sections by `nameKey` of their link */
  sections: Map<string, SwmmXsection>
  /** tables of the shapes made so far */
  tables: Map<string, CrossSection>
  errors: string[]
  warnings: string[]
}

/** Collects an error instead of throwing it, so that all are told at once. */
export function attempt<T>(build: Build, where: string, make: () => T): T | null {
  try {
    return make()
  } catch (error) {
    if (build.errors.length < 100) build.errors.push(`${where}: ${error instanceof Error ? error.message : error}`)
    return null
  }
}

/** Number of a node by its name. */
export function nodeOf(build: Build, name: string): number {
  const found = build.index.get(nameKey(name))
  if (found === undefined)
    throw new Error(`node ${name} is missing; expected it in [JUNCTIONS] | [OUTFALLS] | [STORAGE]`)
  return found
}

/** Height of a link's end: an offset from the invert, or a height when the file says so. */
export function offsetHeight(build: Build, node: number, word: string): number {
  const { invert } = build.nodes[node]!
  if (word === '' || word === '*') return invert
  const value = Number(word)
  if (!Number.isFinite(value)) throw new Error(`offset is ${JSON.stringify(word)}; expected a number`)
  const m = build.units.lengthM
  if (/^elev/i.test(build.inp.options.LINK_OFFSETS ?? 'DEPTH')) return value * m + build.options.raise
  if (value < 0) throw new Error(`offset ${value}; expected ≥ 0`)
  return invert + value * m
}
