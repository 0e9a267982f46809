/** Published SWMM reports of example networks against this solver: volumes, peaks, depths. */
import { existsSync, readFileSync } from 'node:fs'
import { readSwmmInp } from '../../formats/swmm-inp.ts'
import { type SewerResult, simulateSewer } from '../sewer/simulate-sewer.ts'

/** Where the reports are, from the root of the repository. */
export const SWMM_EXAMPLES = '../shared/data/pipes/swmm/data'

/** Figures of a report, by the names of its tables, in its own units (CFS, feet). */
export interface Report {
  version: string
  routing: string
  /** acre-feet */
  runoff: { rain: number; infiltration: number; surface: number } | null
  wetWeather: number
  external: number
  outflow: number
  flooding: number
  /** 10⁶ gal and CFS */
  subcatchments: Map<string, { runoff: number; peak: number }>
  /** feet */
  depths: Map<string, number>
  /** CFS, ft/s */
  flows: Map<string, { flow: number; speed: number }>
}

/** Rows of a table: lines after its title up to an empty one, cut at blanks. */
function table(text: string, title: string): string[][] {
  const at = text.indexOf(title)
  if (at < 0) return []
  const lines = text.slice(at).split(/\r?\n/)
  const rules = lines.map((line, k) => (/^\s*-{10,}\s*$/.test(line) ? k : -1)).filter((k) => k >= 0)
  const from = (rules[1] ?? 0) + 1
  const rows: string[][] = []
  for (let k = from; k < lines.length && /\S/.test(lines[k]!) && !/^\s*-{5,}/.test(lines[k]!); k++) {
    rows.push(lines[k]!.trim().split(/\s+/))
  }
  return rows
}

/** Reads the figures of a SWMM 5 report. */
export function readReport(text: string): Report {
  const number = (words: string, from = 0) => {
    const at = text.indexOf(words, from)
    return at < 0 ? 0 : Number(/\.\.\s+(-?[\d.]+)/.exec(text.slice(at, at + 80))?.[1] ?? 0)
  }
  const routing = text.indexOf('Flow Routing Continuity')
  const rain = number('Total Precipitation')
  return {
    version: /VERSION\s+(\S+)(?:\s+\(Build ([\d.]+)\))?/.exec(text)?.slice(1).filter(Boolean).at(-1) ?? '?',
    routing: /Flow Routing Method \.+ (\w+)/.exec(text)?.[1] ?? '?',
    runoff: rain ? { rain, infiltration: number('Infiltration Loss'), surface: number('Surface Runoff') } : null,
    wetWeather: number('Wet Weather Inflow', routing),
    external: number('External Inflow', routing),
    outflow: number('External Outflow', routing),
    flooding: number('Flooding Loss', routing) || number('Internal Outflow', routing),
    subcatchments: new Map(
      table(text, 'Subcatchment Runoff Summary').map((row) => [
        row[0]!,
        { runoff: Number(row.at(-3)), peak: Number(row.at(-2)) },
      ]),
    ),
    depths: new Map(table(text, 'Node Depth Summary').map((row) => [row[0]!, Number(row[3])])),
    flows: new Map(
      table(text, 'Link Flow Summary').map((row) => [row[0]!, { flow: Number(row[2]), speed: Number(row[5]) || 0 }]),
    ),
  }
}

/** One report and what this solver says of the same file. */
export interface Comparison {
  name: string
  report: Report
  result: SewerResult
  /** m³ per acre-foot, m³/s per CFS, m per foot */
  units: { acreFoot: number; cfs: number; foot: number }
}

/** Runs an example; null when the shared data are not there. */
export function compareExample(name: string, reach = 40): Comparison | null {
  const path = `${SWMM_EXAMPLES}/${name}`
  if (!existsSync(`${path}.rpt`)) return null
  const inp = readSwmmInp(readFileSync(`${path}.inp`, 'latin1'), `${name}.inp`)
  const report = readReport(readFileSync(`${path}.rpt`, 'latin1'))
  const result = simulateSewer(inp, { name: `${name}.inp`, reach })
  return { name, report, result, units: { acreFoot: 1233.48184, cfs: 0.3048 ** 3, foot: 0.3048 } }
}

/** Rows for the table of the README: figure, published, here. */
export function comparisonRows({ report, result, units }: Comparison): [what: string, theirs: number, ours: number][] {
  const { balance, nodes, links } = result
  const volume = (m3: number) => m3 / units.acreFoot
  const rows: [string, number, number][] = []
  if (report.runoff && balance.runoff) {
    rows.push(['rain, acre-ft', report.runoff.rain, volume(balance.runoff.rain)])
    rows.push(['infiltration, acre-ft', report.runoff.infiltration, volume(balance.runoff.infiltrated)])
    rows.push(['runoff, acre-ft', report.runoff.surface, volume(balance.runoff.runoff)])
    for (const { name, peak } of balance.runoff.each) {
      const theirs = report.subcatchments.get(name)
      if (theirs) rows.push([`peak runoff ${name}, CFS`, theirs.peak, peak / units.cfs])
    }
  }
  rows.push(['inflow, acre-ft', report.wetWeather + report.external, volume(balance.inflow)])
  rows.push(['outflow, acre-ft', report.outflow, volume(balance.outflow)])
  rows.push(['flooding, acre-ft', report.flooding, volume(balance.flooding)])
  for (const { name, depth } of nodes) {
    const theirs = report.depths.get(name)
    if (theirs !== undefined && theirs > 0) rows.push([`depth ${name}, ft`, theirs, depth / units.foot])
  }
  for (const { name, flow } of links) {
    const theirs = report.flows.get(name)
    if (theirs && theirs.flow > 0) rows.push([`flow ${name}, CFS`, theirs.flow, flow / units.cfs])
  }
  return rows
}
