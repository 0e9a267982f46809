/** Hot tiles per CPU-second of the server: ours and nginx on the same files, taken in turns, pinned, median of five. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openTiles } from './hot-tiles.ts'
import { listen, requestListener } from './listen.ts'

const FILES = 1000
const BYTES = 20_480
const ROUNDS = 5
const SECONDS = Number(process.env.BENCH_SECONDS || 4)
const TICKS = 100 // USER_HZ on Linux

/** CPU-seconds of a process and its children so far. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
    .replace(/^.*\) /, '')
    .split(' ')
  let ticks = Number(fields[11]) + Number(fields[12])
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const child = readFileSync(`/proc/${name}/stat`, 'latin1')
        .replace(/^.*\) /, '')
        .split(' ')
      if (Number(child[1]) === pid) ticks += Number(child[11]) + Number(child[12])
    } catch {
      // ended while we looked
    }
  }
  return ticks / TICKS
}

/** Busy CPU-seconds of the whole machine so far. */
function machineSeconds(): number {
  const [user, nice, system, , , irq, softirq] = readFileSync('/proc/stat', 'latin1')
    .split('\n')[0]
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number)
  return (user + nice + system + irq + softirq) / TICKS
}

const has = (command: string): boolean => {
  try {
    execFileSync('sh', ['-c', `command -v ${command} || test -x /usr/sbin/${command}`], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

interface Peer {
  name: string
  port: number
  process: ChildProcess
  rates: number[]
  latencies: string[]
}

function startNginx(folder: string, port: number): ChildProcess {
  const config = `worker_processes 1; daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log crit;
user root; events { worker_connections 1024; }
http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; open_file_cache max=2000 inactive=60s; open_file_cache_valid 60s;
types { application/octet-stream bin; } client_body_temp_path ${folder}/b; proxy_temp_path ${folder}/p; fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
server { listen 127.0.0.1:${port}; root ${folder}/www; } }`
  writeFileSync(join(folder, 'nginx.conf'), config)
  return spawn('taskset', ['-c', '0', '/usr/sbin/nginx', '-c', join(folder, 'nginx.conf')], { stdio: 'inherit' })
}

async function waitFor(port: number): Promise<void> {
  for (let i = 0; i < 200; i++) {
    const ok = await fetch(`http://127.0.0.1:${port}/tiles/t/f0.bin`).then(
      (response) => response.arrayBuffer().then(() => response.status === 200),
      () => false,
    )
    if (ok) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`bench: nobody answers on port ${port}`)
}

/** One wrk run; @returns requests and foreign CPU load in cores. */
async function run(
  peer: Peer,
  script: string,
  seconds: number,
): Promise<{ perCpuSecond: number; foreign: number; latency: string }> {
  const pid = peer.process.pid as number
  const [cpu, machine, time] = [cpuSeconds(pid), machineSeconds(), performance.now()]
  const wrk = spawn('taskset', [
    '-c',
    '1',
    'wrk',
    '-t1',
    '-c64',
    `-d${seconds}s`,
    '--latency',
    '-s',
    script,
    `http://127.0.0.1:${peer.port}`,
  ])
  let output = ''
  wrk.stdout.on('data', (chunk) => (output += chunk))
  let wrkCpu = 0
  const watch = setInterval(() => {
    try {
      wrkCpu = cpuSeconds(wrk.pid as number)
    } catch {
      // ended
    }
  }, 100)
  await new Promise((resolve) => wrk.on('exit', resolve))
  clearInterval(watch)
  const used = cpuSeconds(pid) - cpu
  const wall = (performance.now() - time) / 1000
  const requests = Number(/(\d+) requests in/.exec(output)?.[1])
  if (!requests || /Non-2xx/.test(output)) throw new Error(`bench: ${peer.name} failed: ${output}`)
  return {
    perCpuSecond: requests / used,
    foreign: Math.max(0, (machineSeconds() - machine - used - wrkCpu) / wall),
    latency: /99%\s+(\S+)/.exec(output)?.[1] ?? '',
  }
}

const median = (values: number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]

async function bench(): Promise<void> {
  const absent = ['nginx', 'wrk', 'taskset'].filter((command) => !has(command))
  if (absent.length || availableParallelism() < 2) {
    console.log(
      `hot tiles: skipped, needs ${absent.join(', ') || 'two cores'} (apt-get install nginx-light wrk util-linux)`,
    )
    return
  }
  const folder = mkdtempSync(join(tmpdir(), 'tidewall-bench-'))
  const www = join(folder, 'www/tiles/t')
  mkdirSync(www, { recursive: true })
  writeFileSync(join(www, 'tileset.json'), '{}')
  for (let i = 0; i < FILES; i++) writeFileSync(join(www, `f${i}.bin`), Buffer.alloc(BYTES, i))
  execFileSync('chmod', ['-R', 'a+rX', folder])
  const script = join(folder, 'spread.lua')
  writeFileSync(
    script,
    `local n = 0\nrequest = function() n = (n * 1103515245 + 12345) % 2147483648 return wrk.format("GET", "/tiles/t/f" .. (n % ${FILES}) .. ".bin") end`,
  )
  const ports = [await freePort(), await freePort()]
  const peers: Peer[] = [
    {
      name: 'ours',
      port: ports[0],
      process: spawn(
        'taskset',
        [
          '-c',
          '0',
          process.execPath,
          fileURLToPath(import.meta.url),
          'serve',
          join(folder, 'www/tiles'),
          String(ports[0]),
        ],
        { stdio: 'inherit' },
      ),
      rates: [],
      latencies: [],
    },
    { name: 'nginx', port: ports[1], process: startNginx(folder, ports[1]), rates: [], latencies: [] },
  ]
  try {
    for (const peer of peers) {
      await waitFor(peer.port)
      await run(peer, script, 2) // warm
    }
    const foreign: number[] = []
    for (let round = 0; round < ROUNDS; round++)
      for (const peer of peers) {
        const result = await run(peer, script, SECONDS)
        peer.rates.push(result.perCpuSecond)
        peer.latencies.push(result.latency)
        foreign.push(result.foreign)
      }
    const [ours, nginx] = peers.map(({ rates }) => median(rates))
    for (const { name, rates, latencies } of peers)
      console.log(
        `hot tiles, ${name}: ${Math.round(median(rates))} requests per CPU-second (${rates.map(Math.round).join(' ')}), p99 ${latencies.join(' ')}`,
      )
    console.log(
      `hot tiles: ${(ours / nginx).toFixed(2)} × nginx, expected ≥ 0.6; foreign load ${median(foreign).toFixed(2)} cores`,
    )
  } finally {
    for (const { process: child } of peers) {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill()
      await ended
    }
    rmSync(folder, { recursive: true, force: true })
  }
}

if (process.argv[2] === 'serve') {
  const tiles = openTiles(process.argv[3])
  await listen(
    requestListener(tiles, (_req, res) => res.writeHead(404).end()),
    { port: Number(process.argv[4]), host: '127.0.0.1' },
    tiles,
  )
} else await bench()
