/** A million pipes against twenty thousand of the same towns: stored, cut, changed and asked, and what the page bears in the same views. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { printRow } from '../../data/bench/interleave.ts'
import { browserMissing } from './browser.ts'
import { made, startCityServer } from './city-server.ts'
import { flyThrough, type Seen } from './million-pipes-page.ts'

const MANY = Number(process.env.BENCH_PIPES || 1_000_000)
const FEW = 20_000
const ROOT = new URL('../..', import.meta.url).pathname
const MOST_MB = 2048

/** Processor seconds and peak memory of a process up to now; Linux only. */
function spent(pid: number): { cpu: number; peakMb: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const peak = Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmHWM:\s*(\d+)/)?.[1])
  return { cpu: (Number(fields[11]) + Number(fields[12])) / 100, peakMb: peak / 1024 }
}

/** Runs the script that stores towns to its end. */
async function store(words: string[]): Promise<{ cpu: number; peakMb: number }> {
  const child = spawn(process.execPath, ['tiles-server/tiling/store-towns.ts', ...words], {
    cwd: ROOT,
    stdio: 'ignore',
  })
  let last = { cpu: 0, peakMb: 0 }
  const look = setInterval(() => {
    try {
      const now = spent(child.pid!)
      if (now.peakMb > 0) last = now
    } catch {
      // it has ended since
    }
  }, 200)
  const code = await new Promise((resolve) => child.once('exit', resolve))
  clearInterval(look)
  if (code !== 0) throw new Error(`store-towns ended with ${code}`)
  return last
}

interface Cut {
  cpu: number
  peakMb: number
  tiles: number
  depth: number
  /** of the largest tile */
  bytes: number
}

interface Tile {
  content?: { uri: string }
  children?: Tile[]
}

/** Walks the tree on disk, external tilesets too. */
function measureTree(dataDir: string): Pick<Cut, 'tiles' | 'depth' | 'bytes'> {
  const folder = join(dataDir, 'tiles/pipes')
  const sum = { tiles: 0, depth: 0, bytes: 0 }
  const walk = (file: string, tile: Tile, depth: number): void => {
    sum.depth = Math.max(sum.depth, depth)
    const uri = tile.content?.uri
    const path = uri && join(file, '..', uri)
    if (path?.endsWith('.json')) walk(path, JSON.parse(readFileSync(path, 'utf8')).root as Tile, depth)
    else if (path) {
      sum.tiles++
      sum.bytes = Math.max(sum.bytes, statSync(path).size)
    }
    for (const child of tile.children ?? []) walk(file, child, depth + 1)
  }
  const top = join(folder, 'tileset.json')
  walk(top, JSON.parse(readFileSync(top, 'utf8')).root as Tile, 1)
  return sum
}

interface Measured {
  pipes: number
  stored: { cpu: number; peakMb: number }
  cut: Cut
  views: Seen[]
  /** seconds until one more pipe is in the tiles, and files written for it */
  one: { seconds: number; files: number }
  burst: { firstMs: number; p95Ms: number; peakMb: number }
}

/** Bursts all over the country, after the first, which builds the network. */
async function bursts(url: string, server: ChildProcess): Promise<Measured['burst']> {
  const took: number[] = []
  for (let i = 0; i < 41; i++) {
    const started = performance.now()
    const answer = await fetch(`${url}/networks/water/isolate?pipe=T0-WA-${(i * 7) % 20}-${(i * 3) % 20}e0`)
    const { summary } = (await answer.json()) as { summary?: { shutPipes: number } }
    if (!(summary && summary.shutPipes > 0)) throw new Error(`burst ${i}: HTTP ${answer.status}`)
    took.push(performance.now() - started)
  }
  const later = took.slice(1).sort((a, b) => a - b)
  return { firstMs: took[0]!, p95Ms: later[Math.floor(later.length * 0.95)]!, peakMb: spent(server.pid!).peakMb }
}

/** Stores, cuts, looks, asks, changes one pipe. */
async function measure(pipes: number): Promise<Measured> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tidewall-towns-'))
  const words = ['--data', dataDir, '--pipes', String(pipes)]
  const start = () => startCityServer({ dataDir, arguments: ['--city', 'none'] })
  try {
    const stored = await store(words)
    let server = await start()
    const cut = { ...spent(server.process.pid!), ...measureTree(dataDir) }
    const views = browserMissing === null ? await flyThrough(server.url) : []
    const burst = await bursts(server.url, server.process)
    await server.stop()
    await store([...words, '--one'])
    const folder = join(dataDir, 'tiles/pipes/c')
    const before = new Set(readdirSync(folder))
    const started = performance.now()
    server = await start()
    await made(server.url)
    const seconds = (performance.now() - started) / 1000
    const files = readdirSync(folder).filter((name) => name.endsWith('.glb') && !before.has(name)).length
    await server.stop()
    return { pipes, stored, cut, views, burst, one: { seconds, files } }
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
}

const few = await measure(FEW)
const many = await measure(MANY)
const name = `${MANY} pipes`
const perPipe = ({ pipes, ...of }: Measured, what: 'stored' | 'cut') => (of[what].cpu / pipes) * 1e6
for (const [what, word] of [
  ['stored', 'stored'],
  ['cut', 'cut, starting included'],
] as const)
  printRow({
    figure: `${name} ${word}, CPU per pipe`,
    ours: `${perPipe(many, what).toFixed(0)} µs`,
    peer: `of ${FEW} ${perPipe(few, what).toFixed(0)} µs`,
    ratio: perPipe(many, what) / perPipe(few, what),
    reach: '≤ 1.2',
    note: `${many[what].cpu.toFixed(0)} CPU-s, peak ${many[what].peakMb.toFixed(0)} MB; as many nodes with them`,
  })
const peak = Math.max(many.stored.peakMb, many.cut.peakMb, many.burst.peakMb)
printRow({
  figure: `${name}, peak memory`,
  ours: `${peak.toFixed(0)} MB`,
  peer: `${MOST_MB} MB`,
  ratio: peak / MOST_MB,
  reach: '≤ 1',
  note: `storing ${many.stored.peakMb.toFixed(0)}, cutting ${many.cut.peakMb.toFixed(0)}, with the water network in memory ${many.burst.peakMb.toFixed(0)}`,
})
printRow({
  figure: `${name}, largest tile`,
  ours: `${(many.cut.bytes / 1000).toFixed(0)} kB`,
  peer: `of ${FEW} ${(few.cut.bytes / 1000).toFixed(0)} kB`,
  ratio: many.cut.bytes / few.cut.bytes,
  reach: '≤ 1.2',
  note: `${many.cut.tiles} tiles ${many.cut.depth} deep, of ${FEW} ${few.cut.tiles} tiles ${few.cut.depth} deep; no transport compression`,
})
printRow({
  figure: `${name}, one pipe more: until it is in the tiles`,
  ours: `${many.one.seconds.toFixed(1)} s`,
  peer: `of ${FEW} ${few.one.seconds.toFixed(1)} s`,
  ratio: many.one.files / Math.max(1, few.one.files),
  reach: '≤ 2',
  note: `from a server that starts; the ratio is of files written, ${many.one.files} and ${few.one.files}`,
})
printRow({
  figure: `${name}, burst p95`,
  ours: `${many.burst.p95Ms.toFixed(0)} ms`,
  peer: 'the issue’s 200 ms',
  ratio: many.burst.p95Ms / 200,
  reach: '≤ 1',
  note: `over HTTP; the first builds the network in ${(many.burst.firstMs / 1000).toFixed(1)} s, of ${FEW} in ${(few.burst.firstMs / 1000).toFixed(1)} s`,
})
for (const [i, view] of many.views.entries()) printView(view, few.views[i]!)

function printView(ours: Seen, peer: Seen): void {
  const row = (what: string, of: (seen: Seen) => number, unit: string, reach: string, note = '') =>
    printRow({
      figure: `${name}, ${ours.view}: ${what}`,
      ours: `${of(ours).toFixed(unit === 'ms' || unit === 'MB' ? 1 : 0)} ${unit}`,
      peer: `of ${FEW} ${of(peer).toFixed(unit === 'ms' || unit === 'MB' ? 1 : 0)} ${unit}`,
      ratio: of(ours) / of(peer),
      reach,
      note,
    })
  const budget = `a frame of 60 has 16.7 ms; the graphics driver apart ${ours.driverS.toFixed(1)} and ${peer.driverS.toFixed(1)} s; all own code ${ours.ownS.toFixed(1)} and ${peer.ownS.toFixed(1)} s`
  row('longest stretch of own code', ({ longestMs }) => longestMs, 'ms', '≤ 1.5', budget)
  row('bytes', ({ bytes }) => bytes / 1e6, 'MB', '≤ 1.5', `${ours.requests} and ${peer.requests} requests`)
  row('draw calls', ({ calls }) => calls, '', '≤ 1.5', `${ours.triangles} and ${peer.triangles} triangles`)
  row(
    'features in memory',
    ({ features }) => features,
    '',
    '≤ 2',
    `${ours.memoryMb.toFixed(0)} and ${peer.memoryMb.toFixed(0)} MB`,
  )
}
process.exit()
