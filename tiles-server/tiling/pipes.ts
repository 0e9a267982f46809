/** Cuts pipes and their nodes into 3D Tiles: tubes, joints and shafts below, plain tubes above, lines on top; only what changed. */
import { hash, randomUUID } from 'node:crypto'
import { decodePipes, recordLength } from '../../data/mesh/pipe-shape.ts'
import { openHeights } from '../db/height-store.ts'
import { nodeName, nodesUpward, type PlanNode, planTree } from './buildings-plan.ts'
import type { CutContext, CutResult } from './cut-context.ts'
import { type CutRun, cutLeaves, openTasks, treeNode } from './cut-run.ts'
import { noteCuts, readJournal, readWork, sweepWork, writeWork } from './cut-work.ts'
import { databasePipes, type PipeRows } from './pipes-rows.ts'
import type { PipeCut, PipePlace, PipeTask } from './pipes-tile.ts'
import type { TileStore } from './tile-store.ts'
import { describeTileset } from './tileset.ts'
import { openWorkerPool } from './worker-pool.ts'

const TILESET = 'pipes'
/** Raised whenever the same input gives other tiles. */
const VERSION = 4
/** No content above this level: a tile would be 80 km wide. */
const FIRST_CONTENT_LEVEL = 9
/** Leaves: at most 1.2 km wide, so many features, so many bytes of records. */
const LIMITS = { largestLeaf: 14, most: 2400, mostBytes: 700_000 }
/** Records read by one query. */
const BATCH = 8000

/** Metres of error of a coarse tile: 3 m for 600 m, so that joints and shafts appear within some hundred metres. */
export const pipeError = (z: number): number => 3 * 2 ** (15 - z)

/** Cuts what the database says is dirty, or everything when there is no tileset yet. */
export async function cutPipes(context: CutContext): Promise<CutResult> {
  return cutPipeRows(context, databasePipes(context.db))
}

/** A tile that was cut, with the key of what went in. */
type KeyedCut = PipeCut & { key: string }

/** A finished cut. */
interface Manifest {
  version: number
  /** by node name (see buildings-plan.ts) */
  nodes: Record<string, KeyedCut>
  files: string[]
  /** keys and files of the generation before, kept for clients that still show it */
  previous: { keys: string[]; files: string[] }
}

type Run = CutRun<PipeTask, PipeCut, KeyedCut> & { store: TileStore; cut: PipePlace }

/** `cutPipes` from any source of rows. */
export async function cutPipeRows(context: Omit<CutContext, 'db'>, rows: PipeRows): Promise<CutResult> {
  const started = performance.now()
  const { store, signal } = context
  const last = await readWork<Manifest>(store, TILESET, VERSION)
  const dirty = await rows.dirty()
  const seconds = (): number => (performance.now() - started) / 1000
  if (last && !dirty.length && (await store.get(`${TILESET}/tileset.json`))) {
    const tiles = Object.keys(last.nodes).length
    return { tileset: TILESET, tiles, written: 0, removed: 0, bytes: 0, seconds: seconds() }
  }
  const plan = planTree(await rows.counts(), LIMITS)
  const nodes = plan ? [...nodesUpward(plan)] : []
  const heights = openHeights(context.heightsDir)
  const ground = heights.sources.map(({ revision }) => revision).join()
  heights.close()
  const known = await readJournal<KeyedCut>(store, TILESET)
  for (const cut of Object.values(last?.nodes ?? {})) known.set(cut.key, cut)
  const module = new URL('./pipes-worker.ts', import.meta.url)
  const pool = openWorkerPool<PipeTask, PipeCut>(module, context.threads)
  let finished = 0
  const done = (): void => context.report({ tileset: TILESET, done: ++finished, total: nodes.length })
  context.report({ tileset: TILESET, done: 0, total: nodes.length })
  const run: Run = {
    tileset: TILESET,
    store,
    pool,
    signal,
    cut: { id: randomUUID(), root: store.root, heightsDir: context.heightsDir },
    limit: context.threads * 3,
    cuts: new Map(),
    known,
    written: 0,
    fresh: [],
    done,
    note: (cuts) => noteCuts(store, TILESET, cuts),
  }
  try {
    await cutLeaves(run, nodes, {
      last: last?.nodes,
      dirty,
      most: BATCH,
      chunks: (batch) => rows.chunks([...batch]),
      share,
      task({ z }, chunk) {
        const key = keyOf(`${ground} ${hash('sha1', chunk, 'base64url')}`)
        return { key, task: { cut: run.cut, key, z, error: 0, chunk } }
      },
    })
    await cutUpward(run, nodes)
  } finally {
    await pool.close()
    await run.note(run.fresh.splice(0))
  }
  const { bytes, removed } = await publish(run, plan, last)
  await rows.settled()
  return { tileset: TILESET, tiles: nodes.length, written: run.written, removed, bytes, seconds: seconds() }
}

const keyOf = (words: string): string => hash('sha1', `${VERSION} ${words}`, 'base64url').slice(0, 24)

/** A part of a cell's records, by their number. */
function share(chunk: Uint8Array, part: { index: number; of: number }): Uint8Array {
  const kept: Uint8Array[] = []
  for (let at = 0, i = 0; at < chunk.length; i++) {
    const end = at + recordLength(chunk, at)
    // a damaged record is named by the decoder
    if (end <= at) decodePipes(chunk.subarray(at))
    if (i % part.of === part.index) kept.push(chunk.subarray(at, end))
    at = end
  }
  return new Uint8Array(Buffer.concat(kept))
}

/** Coarse tiles, deepest level first, each from its children's summaries. */
async function cutUpward(run: Run, nodes: PlanNode[]): Promise<void> {
  for (const z of [...new Set(nodes.map((node) => node.z))].sort((a, b) => b - a)) {
    const tasks = openTasks(run)
    for (const node of nodes) {
      if (node.z !== z || !node.children.length) continue
      const children = node.children.map((child) => run.cuts.get(nodeName(child))).filter((cut) => cut !== undefined)
      const keys = children.map(({ key }) => key)
      const key = keyOf(`${z} ${keys.join()}`)
      if (z < FIRST_CONTENT_LEVEL || !keys.length) run.done()
      else await tasks.add(nodeName(node), key, { cut: run.cut, key, z, error: pipeError(z), children: keys })
    }
    await tasks.finish()
  }
}

/** Writes tileset.json when all it names is there; then what nobody names any more is removed. */
async function publish(
  { store, cuts }: Run,
  plan: PlanNode | null,
  last: Manifest | null,
): Promise<{ bytes: number; removed: number }> {
  const described = describeTileset(plan ? treeNode(plan, cuts, pipeError) : null, 'c/')
  for (const { path, json } of described) await store.put(`${TILESET}/${path}`, new TextEncoder().encode(json))
  const contents = [...cuts.values()].flatMap(({ content }) => (content ? [content] : []))
  const manifest: Manifest = {
    version: VERSION,
    nodes: Object.fromEntries(cuts),
    files: [...new Set([...contents, ...described.slice(0, -1).map(({ path }) => path.slice(2))])],
    previous: { keys: Object.values(last?.nodes ?? {}).map(({ key }) => key), files: last?.files ?? [] },
  }
  await writeWork(store, TILESET, manifest)
  const { files, previous } = manifest
  const keys = new Set([...Object.values(manifest.nodes).map(({ key }) => key), ...previous.keys])
  const stale = (name: string): boolean => name.endsWith('.bin') && !keys.has(name.slice(0, -4))
  const removed = await sweepWork(store, TILESET, new Set([...files, ...previous.files]), stale)
  return { bytes: [...cuts.values()].reduce((sum, cut) => sum + cut.bytes, 0), removed }
}
