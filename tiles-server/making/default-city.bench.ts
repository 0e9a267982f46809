/** The default city from nothing to all tiles, through the server as started by a person; with BENCH_MILLION=1 also a million buildings. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { machineCpuSeconds, printRow } from '../../data/bench/interleave.ts'

const main = join(import.meta.dirname, '../main.ts')

interface Made {
  seconds: number
  /** of the server's process, all threads: the database is one of them */
  cpu: number
  peakMb: number
  /** cores that other processes used meanwhile */
  foreign: number
  stages: string
}

interface Progress {
  state: string
  reason?: string
  stages: { id: string; seconds: number }[]
}

/** Starts a server on an empty folder and waits until it says that the city is ready. Linux only: reads /proc. */
async function make(words: string[]): Promise<Made> {
  const folder = mkdtempSync(join(tmpdir(), 'tidewall-bench-'))
  const started = performance.now()
  const machine = machineCpuSeconds()
  const server = spawn(process.execPath, [main, '--data', folder, '--port', '0', ...words], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ended = new Promise<never>((_, reject) => {
    server.on('exit', (code) => reject(new Error(`default city: the server ended with ${code}`)))
  })
  ended.catch(() => {})
  try {
    const address = new Promise<string>((resolve) => {
      let text = ''
      server.stdout.on('data', (data: Buffer) => {
        text += data
        const found = text.match(/http:\S+/)
        if (found) resolve(found[0])
      })
    })
    const url = await Promise.race([address, ended])
    const longest: Record<string, number> = {}
    for (;;) {
      const progress = (await (await fetch(`${url}/ingest`)).json()) as Progress
      for (const { id, seconds } of progress.stages) longest[id] = Math.max(longest[id] ?? 0, seconds)
      if (progress.state === 'failed') throw new Error(`default city: ${progress.reason}`)
      if (progress.state === 'ready') break
      await Promise.race([new Promise((resolve) => setTimeout(resolve, 100)), ended])
    }
    const seconds = (performance.now() - started) / 1000
    const text = readFileSync(`/proc/${server.pid}/stat`, 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const cpu = (Number(fields[11]) + Number(fields[12])) / 100
    const peak = Number(readFileSync(`/proc/${server.pid}/status`, 'utf8').match(/VmHWM:\s*(\d+)/)?.[1])
    const stages = Object.entries(longest).filter(([, value]) => value >= 1)
    return {
      seconds,
      cpu,
      peakMb: Math.round(peak / 1024),
      foreign: (machineCpuSeconds() - machine - cpu) / seconds,
      stages: stages.map(([id, value]) => `${id} ${value}`).join(', '),
    }
  } finally {
    if (server.exitCode === null) {
      const gone = new Promise((resolve) => server.once('exit', resolve))
      server.kill('SIGTERM')
      await gone
    }
    rmSync(folder, { recursive: true, force: true })
  }
}

const city = await make([])
printRow({
  figure: 'default city, nothing → all tiles, seconds',
  ours: `${city.seconds.toFixed(1)} s`,
  peer: '60 s',
  ratio: city.seconds / 60,
  reach: '≤ 1',
  note: `${city.cpu.toFixed(1)} CPU-s, peak ${city.peakMb} MB, others used ${city.foreign.toFixed(1)} cores; stages in seconds: ${city.stages}`,
})
if (process.env.BENCH_MILLION === '1') {
  const million = await make(['--buildings', '1000000'])
  printRow({
    figure: 'CPU per building, 1,000,000 against 42,000',
    ours: `${((million.cpu / 1_000_000) * 1e6).toFixed(0)} µs`,
    peer: `${((city.cpu / 42_000) * 1e6).toFixed(0)} µs`,
    ratio: million.cpu / 1_000_000 / (city.cpu / 42_000),
    reach: '≤ 1.2',
    note: `${million.seconds.toFixed(0)} s, ${million.cpu.toFixed(0)} CPU-s, peak ${million.peakMb} MB (< 2048 wanted), others used ${million.foreign.toFixed(1)} cores; stages in seconds: ${million.stages}`,
  })
}
process.exit()
