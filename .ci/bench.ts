/** `npm run bench [name …]`: runs every `*.bench.ts`, those of many minutes (`*.long.bench.ts`) only by name; prints one table, keeps it in data/bench/<machine>.csv. */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { type BenchRow, machineCpuSeconds } from '../data/bench/interleave.ts'

const root = new URL('..', import.meta.url)
const listed = spawnSync('git', ['ls-files', '*.bench.ts'], { cwd: root, encoding: 'utf8' }).stdout.trim().split('\n')
const wanted = process.argv.slice(2)
const files = listed.filter((file) =>
  wanted.length === 0 ? file && !file.endsWith('.long.bench.ts') : wanted.some((name) => file.includes(name)),
)
const rows: (BenchRow & { file: string })[] = []

for (const file of files) {
  const before = machineCpuSeconds()
  const mine = process.resourceUsage()
  const start = performance.now()
  const run = spawnSync(process.execPath, ['--expose-gc', file], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 })
  const seconds = (performance.now() - start) / 1000
  if (run.status !== 0) console.error(`${file}: ended with ${run.status ?? run.signal}\n${run.stderr}`)
  for (const line of (run.stdout ?? '').split('\n')) {
    if (line.startsWith('{')) rows.push({ ...(JSON.parse(line) as BenchRow), file })
    else if (line) console.log(`  ${line}`)
  }
  const after = process.resourceUsage()
  const own = (after.userCPUTime - mine.userCPUTime + after.systemCPUTime - mine.systemCPUTime) / 1e6
  console.log(
    `${file}: ${seconds.toFixed(0)} s, all processes used ${((machineCpuSeconds() - before - own) / seconds).toFixed(1)} cores`,
  )
}

const width = Math.max(...rows.map(({ figure }) => figure.length), 6)
for (const { figure, ours, peer, ratio, reach, note } of rows) {
  console.log(
    `${figure.padEnd(width)}  ours ${ours}  peer ${peer}  ratio ${ratio}  reach ${reach}${note ? `  (${note})` : ''}`,
  )
}
const machine = (cpus()[0]?.model ?? 'unknown')
  .toLowerCase()
  .replace(/[^a-z0-9]+/g, '-')
  .replace(/^-|-$/g, '')
if (rows.length > 0 && wanted.length === 0) {
  const cell = (value: unknown): string => `"${String(value ?? '').replaceAll('"', '""')}"`
  const csv = rows.map((row) => [row.figure, row.ours, row.peer, row.ratio, row.reach, row.note].map(cell).join(','))
  writeFileSync(
    new URL(`data/bench/${machine}-${cpus().length}.csv`, root),
    `figure,ours,peer,ratio,reach,note\n${csv.join('\n')}\n`,
  )
}
