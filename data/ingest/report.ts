/** What an ingest did: counts per layer, what was rejected and why, and the same as text. */
import { createWriteStream, type WriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import type { LayerName } from '../geo/city-feature.ts'
import { DEFECT_RULES } from '../networks/defect.ts'
import type { countDefects } from '../networks/defects.ts'
import type { NetworkTableReport } from './networks/read-networks.ts'

/** Counts of one layer; `stored` and the rest come from the store and are absent in a dry run. */
export interface LayerReport {
  read: number
  rejected: number
  repaired: number
  stored?: number
  changed?: number
  unchanged?: number
  removed?: number
}

/** A terrain grid that was made. */
export interface TerrainReport {
  name: string
  columns: number
  rows: number
  resolutionM: number
  voids: number
  filled: number
  low: number | null
  high: number | null
  datum: string
}

/** The whole report; kept with the source row. */
export interface IngestReport {
  source: string
  files: { name: string; kind: string }[]
  /** files that were not understood */
  refused: { name: string; reason: string }[]
  layers: Partial<Record<LayerName, LayerReport>>
  terrain: TerrainReport[]
  /** tables of pipe networks, with the meaning of their columns */
  networks: NetworkTableReport[]
  /** rules that the networks break, most first */
  defects: ReturnType<typeof countDefects>
  /** GeoJSON of all defects; null when there is none */
  defectsFile: string | null
  /** JSON of what columns were taken for, to be confirmed by --map; of a dry run */
  columnsFile: string | null
  /** reasons with how often, most first, and one example's id */
  reasons: { reason: string; count: number; example: string }[]
  repairs: { reason: string; count: number; example: string }[]
  notes: string[]
  /** west, south, east, north in degrees; null when nothing was read */
  extent: [number, number, number, number] | null
  crs: string
  /** vertical datum of the files; null when they hold no heights */
  datum: string | null
  dataDate: string | null
  /** file with the rejects, when there are any */
  rejects: string[]
  dryRun: boolean
  seconds: number
}

/** A tally of reasons: numbers and names in them are folded, so that each kind is one line. */
export function tally() {
  const found = new Map<string, { reason: string; count: number; example: string }>()
  return {
    add(reason: string, id: string) {
      const key = reason.replace(/[-+]?\d[\d.eE+-]*/g, '#').replace(/"[^"]*"/g, '"…"')
      const entry = found.get(key)
      if (entry) entry.count++
      else if (found.size < 1000) found.set(key, { reason, count: 1, example: id })
    },
    list: () => [...found.values()].sort((a, b) => b.count - a.count),
  }
}

/** Writes rejects, one JSON object per line and one file per layer; at most a million lines each. */
export function rejectWriter(folder: string, source: string) {
  const open = new Map<string, { stream: WriteStream; path: string; lines: number }>()
  return {
    async clear() {
      await mkdir(folder, { recursive: true })
    },
    add(layer: string, id: string, reason: string, file: string) {
      let pen = open.get(layer)
      if (!pen) {
        const path = join(folder, `${source}-${layer}.ndjson`)
        pen = { stream: createWriteStream(path), path, lines: 0 }
        pen.stream.on('error', () => {})
        open.set(layer, pen)
      }
      if (pen.lines++ < 1_000_000) pen.stream.write(`${JSON.stringify({ id, reason, file })}\n`)
    },
    /** @returns the files written; those of an earlier run of this source that have no successor are removed */
    async close(layers: readonly string[]): Promise<string[]> {
      for (const { stream } of open.values()) {
        stream.end()
        await finished(stream).catch(() => {})
      }
      for (const layer of layers)
        if (!open.has(layer)) await rm(join(folder, `${source}-${layer}.ndjson`), { force: true })
      return [...open.values()].map(({ path }) => path)
    },
  }
}

function count(value: number | undefined): string {
  return value === undefined ? '-' : value.toLocaleString('en')
}

/** A network table, and what its columns were taken for. */
function networkText({ file, table, format, records, pipes, nodes, rejected, mapping }: NetworkTableReport): string[] {
  const head = `network ${file}${table && !file.includes(table) ? `/${table}` : ''} (${format}): ${count(records)} records → ${count(pipes)} pipes, ${count(nodes)} nodes, ${count(rejected)} rejected`
  if (!mapping) return [head]
  const columns = Object.entries(mapping.columns).map(([role, { column, unitM, evidence }]) => {
    const unit =
      unitM === undefined
        ? ''
        : ({ 1: 'm', 0.01: 'cm', 0.001: 'mm', 0.0254: 'in', 0.3048: 'ft' }[unitM] ?? `${unitM} m`)
    return `  ${role.padEnd(12)} ${column.padEnd(16)} ${unit.padEnd(3)} ${evidence}`
  })
  return [head, `  rows are ${mapping.rows}, ${mapping.utility}; ${mapping.evidence.join('; ')}`, ...columns]
}

/** The report as lines for a terminal. */
export function reportText(report: IngestReport): string {
  const lines = [
    `${report.dryRun ? 'Dry run, nothing stored. ' : ''}Source ${report.source}, ${report.seconds.toFixed(1)} s`,
  ]
  lines.push('layer            read   stored  changed unchanged  removed rejected')
  for (const [layer, each] of Object.entries(report.layers)) {
    const cells = [each.read, each.stored, each.changed, each.unchanged, each.removed, each.rejected]
    lines.push(layer.padEnd(12) + cells.map((cell) => count(cell).padStart(9)).join(''))
  }
  for (const grid of report.terrain) {
    lines.push(
      `terrain ${grid.name}: ${grid.columns} × ${grid.rows} nodes of ${grid.resolutionM.toFixed(1)} m, ${grid.low?.toFixed(1)}…${grid.high?.toFixed(1)} m ellipsoidal (from ${grid.datum}), ${count(grid.filled)} of ${count(grid.voids)} voids filled`,
    )
  }
  for (const each of report.networks) lines.push(...networkText(each))
  for (const { rule, severity, count: times, example } of report.defects)
    lines.push(`${severity.padEnd(8)} ${count(times)} × ${DEFECT_RULES[rule].zh} ${DEFECT_RULES[rule].en} (${example})`)
  if (report.defectsFile) lines.push(`defects in ${report.defectsFile}`)
  if (report.columnsFile) lines.push(`columns in ${report.columnsFile}: correct it and give it with --map`)
  if (report.extent) lines.push(`extent  ${report.extent.map((degrees) => degrees.toFixed(5)).join(', ')}`)
  lines.push(
    `CRS ${report.crs} | heights ${report.datum ?? 'none in the files'} | data of ${report.dataDate ?? 'unknown date'}`,
  )
  for (const { reason, count: times, example } of report.reasons.slice(0, 12))
    lines.push(`rejected ${count(times)} × ${reason} (${example})`)
  if (report.reasons.length > 12) lines.push(`… and ${report.reasons.length - 12} more reasons`)
  for (const { reason, count: times, example } of report.repairs.slice(0, 8))
    lines.push(`repaired ${count(times)} × ${reason} (${example})`)
  for (const { name, reason } of report.refused.slice(0, 20)) lines.push(`left out ${name}: ${reason}`)
  for (const note of report.notes.slice(0, 20)) lines.push(`note     ${note}`)
  for (const path of report.rejects) lines.push(`rejects in ${path}`)
  return lines.join('\n')
}
