/** Subgrid: a made town by a river on cells of 20 m over tables of 1 m, against the 1 m kernels, through the same door. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cpuSeconds, printRow } from '../../bench/interleave.ts'
import { readGeotiffGrid } from '../../formats/geotiff-grid.ts'
import { riverTown, riverTownRun } from '../made/river-town.ts'
import { asEsriAscii } from '../made/terrains.ts'
import { executeRun } from '../run/execute.ts'
import { readModelIn } from '../run/folder-files.ts'
import { checkRun } from '../run/run-schema.ts'
import type { Summary } from '../run/summary.ts'

const SIDE = Number(process.env.FLOOD_BENCH_TOWN ?? 400)
const folder = mkdtempSync(join(tmpdir(), 'flood-bench-'))
writeFileSync(join(folder, 'river-town.asc'), asEsriAscii(riverTown(SIDE)))

async function go(out: string, more: object): Promise<{ summary: Summary; seconds: number; wet: Uint8Array }> {
  const model = await readModelIn(folder, checkRun({ ...riverTownRun(SIDE, 3600), ...more }))
  let summary: Summary | null = null
  const seconds = await cpuSeconds(async () => {
    summary = await executeRun(model, { out: join(folder, out), backend: 'wasm', threads: 1, fresh: true })
  })
  const bytes = new Uint8Array(readFileSync(join(folder, out, 'max_depth.tif')))
  const { heights } = await readGeotiffGrid(bytes.buffer, 'max_depth')
  return { summary: summary!, seconds, wet: Uint8Array.from(heights, (h) => (h > 0.1 ? 1 : 0)) }
}

const fine = await go('fine', {})
const coarse = await go('coarse', { subgrid: { cellM: 20 } })
let [both, either] = [0, 0]
for (let p = 0; p < fine.wet.length; p++) {
  both += fine.wet[p]! & coarse.wet[p]!
  either += fine.wet[p]! | coarse.wet[p]!
}
rmSync(folder, { recursive: true })
printRow({
  figure: 'flood: 20 m cells over 1 m tables',
  ours: `${coarse.seconds.toFixed(2)} s`,
  peer: `${fine.seconds.toFixed(2)} s on 1 m`,
  ratio: fine.seconds / coarse.seconds,
  reach: '≥ 50, extent ≥ 95 %',
  note: `the whole run with tables and maps; steps alone ${(fine.summary.wallSeconds / coarse.summary.wallSeconds).toFixed(0)} times; extent ${((100 * both) / either).toFixed(1)} % alike, ${SIDE} × ${SIDE} m, an hour`,
})
