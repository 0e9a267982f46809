/** Pipes, database → 3D Tiles on disk, against the buildings of the same run; and bytes per pipe segment against plain float32 tubes. */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LineString } from 'geojson'
import { cpuSeconds, median, printRow } from '../../data/bench/interleave.ts'
import { storeLayer } from '../db/store-layer.ts'
import { openTestDatabase } from '../db/test-database.ts'
import { cutBuildings } from './buildings.ts'
import { sampleTown } from './buildings-sample.ts'
import type { CutContext, CutResult } from './cut-context.ts'
import { cutPipes } from './pipes.ts'
import { samplePipes } from './pipes-sample.ts'
import { openTileStore } from './tile-store.ts'

const COUNT = Number(process.env.BENCH_PIPES || 100_000)
/** the first of each is the cold one and does not count */
const RUNS = 4
/** A segment as two rings of 12: place and normal as float32 (24 bytes), 24 triangles as 32-bit indices. */
const PLAIN_SEGMENT = 24 * 24 + 24 * 3 * 4
const scratch = mkdtempSync(join(tmpdir(), 'tidewall-bench-'))
const db = await openTestDatabase()
let serial = 0

async function cutInto(cut: (context: CutContext) => Promise<CutResult>): Promise<string> {
  const root = join(scratch, String(serial++))
  await cut({
    db,
    store: openTileStore(root),
    heightsDir: join(scratch, 'heights'),
    threads: 1,
    signal: new AbortController().signal,
    report: () => {},
  })
  return root
}

interface Tile {
  content?: { uri: string }
  children?: Tile[]
}
const contents = (tile: Tile): { uri: string; leaf: boolean }[] => [
  ...(tile.content ? [{ uri: tile.content.uri, leaf: !tile.children?.length }] : []),
  ...(tile.children ?? []).flatMap(contents),
]

function bytes(root: string, segments: number): void {
  const tileset = JSON.parse(readFileSync(join(root, 'pipes/tileset.json'), 'utf8')) as { root: Tile }
  const sum = (files: { uri: string }[]): number =>
    files.reduce((total, { uri }) => total + statSync(join(root, 'pipes', uri)).size, 0)
  const all = contents(tileset.root)
  const leaves = sum(all.filter(({ leaf }) => leaf)) / segments
  printRow({
    figure: 'bytes per pipe segment, full detail, incl. joints, nodes, id and seven attributes',
    ours: `${leaves.toFixed(1)} B`,
    peer: `float32 tube of 12 sides ${PLAIN_SEGMENT} B`,
    ratio: leaves / PLAIN_SEGMENT,
    reach: '≤ 0.067',
    note: `${segments} segments of ${COUNT} pipes and their nodes; files as they lie, no transport compression; the peer has no joints, no caps, no ids; all levels together ${(sum(all) / segments).toFixed(1)} B`,
  })
}

async function bench(): Promise<void> {
  const features = [...samplePipes(COUNT)]
  const pipes = features.filter(({ layer }) => layer === 'pipes')
  const segments = pipes.reduce((sum, { geometry }) => sum + (geometry as LineString).coordinates.length - 1, 0)
  await storeLayer(db, { source: 'bench', layer: 'pipes', features: pipes })
  const nodes = features.filter(({ layer }) => layer === 'pipe-nodes')
  await storeLayer(db, { source: 'bench', layer: 'pipe-nodes', features: nodes })
  await storeLayer(db, { source: 'bench', layer: 'buildings', features: sampleTown(COUNT) })
  const [ours, peer]: [number[], number[]] = [[], []]
  let last = ''
  for (let run = 0; run < RUNS; run++) {
    ours.push(await cpuSeconds(async () => (last = await cutInto(cutPipes))))
    peer.push(await cpuSeconds(() => cutInto(cutBuildings)))
  }
  const [rate, buildings] = [COUNT / median(ours.slice(1)), COUNT / median(peer.slice(1))]
  printRow({
    figure: 'pipes → 3D Tiles, pipes per CPU-second',
    ours: `${Math.round(rate)} /CPU-s`,
    peer: `buildings in the same run ${Math.round(buildings)} /CPU-s`,
    ratio: rate / buildings,
    reach: '≥ 0.5',
    note: `${COUNT} pipes of ${(segments / COUNT).toFixed(2)} segments with ${nodes.length} nodes, ${db.engine}: reading, joints, all levels, metadata, meshopt, writing`,
  })
  bytes(last, segments)
}

try {
  await bench()
} finally {
  await db.close()
  rmSync(scratch, { recursive: true, force: true })
}
process.exit()
