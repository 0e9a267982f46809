/** Ingest of a large generated .osm.pbf, read, checked and spooled: peak memory against the bound, speed against a bare parser. */
import { execFileSync } from 'node:child_process'
import { closeSync, createReadStream, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { deflateSync } from 'node:zlib'
import { OSMTransform } from 'osm-pbf-parser-node'
import { PbfWriter } from 'pbf'
import { printRow } from '../bench/interleave.ts'
import { ingest } from './ingest.ts'

const MEGABYTES = Number(process.env.BENCH_MB ?? 200)
/** Memory that an ingest of 1 GB may take. */
const BOUND_MB = 1500
const KEYS = ['', 'building', 'yes', 'height', 'name']
const PER_BLOCK = 1600

/** mulberry32. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

function blob(fd: number, type: string, content: Uint8Array): number {
  const body = new PbfWriter()
  body.writeVarintField(2, content.length)
  body.writeBytesField(3, deflateSync(content, { level: 6 }))
  const bytes = body.finish()
  const header = new PbfWriter()
  header.writeStringField(1, type)
  header.writeVarintField(3, bytes.length)
  const head = header.finish()
  const length = Buffer.alloc(4)
  length.writeUInt32BE(head.length)
  return writeSync(fd, length) + writeSync(fd, head) + writeSync(fd, bytes)
}

const differences = (values: number[]) => values.map((value, i) => value - (i === 0 ? 0 : values[i - 1]))

function block(words: string[], write: (group: PbfWriter) => void): Uint8Array {
  const out = new PbfWriter()
  out.writeMessage(
    1,
    (_, table: PbfWriter) => {
      for (const each of words) table.writeStringField(1, each)
    },
    null,
  )
  out.writeMessage(2, (_, group: PbfWriter) => write(group), null)
  return out.finish()
}

/** Four nodes to a building, buildings of a city along streets; nodes first, as real files have them. */
function generate(path: string, bytes: number): number {
  const random = seeded(11)
  const fd = openSync(path, 'w')
  const header = new PbfWriter()
  header.writeStringField(4, 'OsmSchema-V0.6')
  header.writeStringField(4, 'DenseNodes')
  let written = blob(fd, 'OSMHeader', header.finish())
  let buildings = 0
  // the ways come to as many bytes as their nodes
  while (written < bytes * 0.5) {
    const ids: number[] = []
    const lats: number[] = []
    const lngs: number[] = []
    for (let i = 0; i < PER_BLOCK; i++, buildings++) {
      const lng = Math.round(1.2e9 + (buildings % 4000) * 4000 + random() * 1500)
      const lat = Math.round(2.8e8 + Math.floor(buildings / 4000) * 4000 + random() * 1500)
      const [width, depth] = [800 + random() * 1500, 800 + random() * 1500].map(Math.round)
      for (const [dx, dy] of [
        [0, 0],
        [width, 0],
        [width, depth],
        [0, depth],
      ]) {
        ids.push(1 + ids.length + (buildings - i) * 4)
        lngs.push(lng + dx)
        lats.push(lat + dy)
      }
    }
    written += blob(
      fd,
      'OSMData',
      block(KEYS, (group) => {
        group.writeMessage(
          2,
          (_, dense: PbfWriter) => {
            dense.writePackedSVarint(1, differences(ids))
            dense.writePackedSVarint(8, differences(lats))
            dense.writePackedSVarint(9, differences(lngs))
            // no tags: may be left out, but the peer asks for it
            dense.writePackedVarint(
              10,
              ids.map(() => 0),
            )
          },
          null,
        )
      }),
    )
  }
  for (let first = 0; first < buildings; first += PER_BLOCK) {
    // heights and names of their own, as in a real file; without them the blocks pack to nothing
    const words = [...KEYS]
    for (let i = 0; i < PER_BLOCK; i++) words.push((3 + random() * 60).toFixed(1), random().toString(36).slice(2, 14))
    const ways = block(words, (group) => {
      for (let i = 0; i < PER_BLOCK; i++) {
        const write = (_: null, way: PbfWriter) => {
          way.writeVarintField(1, first + i + 1)
          way.writePackedVarint(2, [1, 3, 4])
          way.writePackedVarint(3, [2, KEYS.length + 2 * i, KEYS.length + 2 * i + 1])
          way.writePackedSVarint(8, differences([0, 1, 2, 3, 0].map((corner) => (first + i) * 4 + corner + 1)))
        }
        group.writeMessage(3, write, null)
      }
    })
    blob(fd, 'OSMData', ways)
  }
  closeSync(fd)
  return buildings
}

interface Measured {
  seconds: number
  peakMB: number
  features: number
}

/** Runs in a process of its own, so that its peak memory is its own. */
async function child(what: string, path: string): Promise<void> {
  let features = 0
  if (what === 'ingest') {
    const context = { db: null as never, heightsDir: join(path, '..', 'heights') }
    const report = await ingest([path], { dryRun: true }, context)
    features = report.layers.buildings?.read ?? 0
  } else {
    for await (const items of createReadStream(path).pipe(new OSMTransform()))
      for (const item of items) if (item.type === 'way') features++
  }
  const { user, system } = process.cpuUsage()
  console.log(
    JSON.stringify({ seconds: (user + system) / 1e6, peakMB: process.resourceUsage().maxRSS / 1024, features }),
  )
}

function measure(what: string, path: string): Measured {
  const text = execFileSync(process.execPath, [fileURLToPath(import.meta.url), what, path], {
    stdio: ['ignore', 'pipe', 'ignore'],
  }).toString()
  return JSON.parse(text)
}

function main(): void {
  const folder = mkdtempSync(join(tmpdir(), 'tidewall-bench-'))
  try {
    const path = join(folder, 'city.osm.pbf')
    const buildings = generate(path, MEGABYTES * 1e6)
    const size = statSync(path).size / 1e6
    const ours = measure('ingest', path)
    const peer = measure('parse', path)
    if (ours.features !== buildings) throw new Error(`bench: got ${ours.features} buildings; expected ${buildings}`)
    const figure = `ingest of ${size.toFixed(0)} MB .osm.pbf (${buildings.toLocaleString('en')} buildings)`
    printRow({
      figure: `${figure}, peak memory`,
      ours: `${ours.peakMB.toFixed(0)} MB`,
      peer: `${BOUND_MB} MB allowed for 1 GB`,
      ratio: BOUND_MB / ours.peakMB,
      reach: '≥ 1',
    })
    printRow({
      figure: `${figure}: read, checked, spooled`,
      ours: `${(size / ours.seconds).toFixed(1)} MB per CPU-second`,
      peer: `${(size / peer.seconds).toFixed(1)} (osm-pbf-parser-node, parsing alone, ${peer.peakMB.toFixed(0)} MB)`,
      ratio: peer.seconds / ours.seconds,
      reach: '≥ 0.05',
      note: `${Math.round(buildings / ours.seconds).toLocaleString('en')} buildings per CPU-second; the peer only parses`,
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const [what, path] = process.argv.slice(2)
if (what === 'ingest' || what === 'parse') await child(what, path)
else main()
