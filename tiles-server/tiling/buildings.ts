/** Cuts the buildings layer into 3D Tiles: full detail below, boxes above, merged blocks on top; only what changed. */
import { hash, randomUUID } from 'node:crypto'
import { takePart } from '../../data/mesh/building-chunk.ts'
import { openHeights } from '../db/height-store.ts'
import { levelError, nodeBox, nodeName, nodesUpward, type PlanNode, planBuildings } from './buildings-plan.ts'
import { type BuildingRows, databaseRows } from './buildings-rows.ts'
import type { BuildingTask, CutPlace, CutTile } from './buildings-tile.ts'
import {
  CUT_VERSION,
  type Cut,
  type Manifest,
  noteCuts,
  packAnew,
  placesOf,
  readJournal,
  readManifest,
  sweep,
  writeManifest,
} from './buildings-work.ts'
import type { CutContext, CutResult } from './cut-context.ts'
import type { TileStore } from './tile-store.ts'
import { describeTileset, enclose, type TileNode } from './tileset.ts'
import { openWorkerPool, type WorkerPool } from './worker-pool.ts'

/** The folder of the tileset in the tile store. */
const TILESET = 'buildings'
/** No content above this level: the tile would be 80 km wide. */
const FIRST_CONTENT_LEVEL = 9
/** Buildings read by one query. */
const BATCH = 6000

/** Cuts what the database says is dirty, or everything when there is no tileset yet. */
export async function cutBuildings(context: CutContext): Promise<CutResult> {
  return cutBuildingRows(context, databaseRows(context.db))
}

interface Run {
  store: TileStore
  pool: WorkerPool<BuildingTask, CutTile>
  signal: AbortSignal
  cut: CutPlace
  limit: number
  /** by node name */
  cuts: Map<string, Cut>
  /** finished by an interrupted run, or by the last one, by key */
  known: Map<string, Cut>
  written: number
  /** finished, not yet in the journal */
  fresh: Cut[]
  done(): void
}

/** `cutBuildings` from any source of rows. */
export async function cutBuildingRows(context: Omit<CutContext, 'db'>, rows: BuildingRows): Promise<CutResult> {
  const started = performance.now()
  const { store, signal } = context
  const last = await readManifest(store)
  const dirty = await rows.dirty()
  if (last && !dirty.length && (await store.get(`${TILESET}/tileset.json`))) {
    return {
      tileset: TILESET,
      tiles: Object.keys(last.nodes).length,
      written: 0,
      removed: 0,
      bytes: 0,
      seconds: (performance.now() - started) / 1000,
    }
  }
  const plan = planBuildings(await rows.counts())
  const nodes = plan ? [...nodesUpward(plan)] : []
  const heights = openHeights(context.heightsDir)
  const ground = heights.sources.map(({ revision }) => revision).join()
  heights.close()
  const known = await readJournal(store)
  for (const cut of Object.values(last?.nodes ?? {})) known.set(cut.key, cut)
  const pool = openWorkerPool<BuildingTask, CutTile>(new URL('./buildings-worker.ts', import.meta.url), context.threads)
  const total = nodes.length
  let done = 0
  context.report({ tileset: TILESET, done, total })
  const run: Run = {
    store,
    pool,
    signal,
    cut: { id: randomUUID().slice(0, 8), root: store.root, heightsDir: context.heightsDir },
    limit: context.threads * 3,
    cuts: new Map(),
    known,
    written: 0,
    fresh: [],
    done: () => context.report({ tileset: TILESET, done: ++done, total }),
  }
  try {
    await cutLeaves(run, nodes, rows, last, dirty, ground)
    await cutUpward(run, nodes)
  } finally {
    await pool.close()
    await noteCuts(store, run.fresh.splice(0))
  }
  const { bytes, removed } = await publish(run, plan, last)
  await rows.settled()
  return {
    tileset: TILESET,
    tiles: total,
    written: run.written,
    removed,
    bytes,
    seconds: (performance.now() - started) / 1000,
  }
}

/** Leaves in the order of their cells, a batch of buildings per query, a few tasks ahead of the workers. */
async function cutLeaves(
  run: Run,
  nodes: PlanNode[],
  rows: BuildingRows,
  last: Manifest | null,
  dirty: [number, number, number, number][],
  ground: string,
): Promise<void> {
  const waiting: PlanNode[] = []
  for (const node of nodes) {
    if (node.children.length) continue
    const before = last?.nodes[nodeName(node)]
    if (before && !touched(node, dirty)) {
      run.cuts.set(nodeName(node), before)
      run.done()
    } else waiting.push(node)
  }
  const tasks = openTasks(run)
  for (let at = 0; at < waiting.length; ) {
    const batch: PlanNode[] = []
    for (let count = 0; at < waiting.length; at++) {
      const node = waiting[at]
      // parts of one cell cannot share a query: each reads the cell and takes its share
      if (batch.length && (count + node.count > BATCH || node.part || batch[0].part)) break
      batch.push(node)
      count += node.count
    }
    const chunks = await rows.chunks(batch)
    for (const [i, node] of batch.entries()) {
      const chunk = node.part ? takePart(chunks[i], node.part) : chunks[i].slice()
      const key = hash('sha1', `${CUT_VERSION} ${ground} ${hash('sha1', chunk, 'base64url')}`, 'base64url').slice(0, 24)
      await tasks.add(nodeName(node), key, { cut: run.cut, z: node.z, error: 0, chunk })
    }
  }
  await tasks.finish()
}

const touched = (node: PlanNode, boxes: [number, number, number, number][]): boolean => {
  const { west, south, east, north } = nodeBox(node)
  return boxes.some((box) => box[0] <= east && box[2] >= west && box[1] <= north && box[3] >= south)
}

/** Coarse tiles, deepest level first, each from its children's summaries. */
async function cutUpward(run: Run, nodes: PlanNode[]): Promise<void> {
  const levels = [...new Set(nodes.map(({ z }) => z))].sort((a, b) => b - a)
  for (const z of levels) {
    const tasks = openTasks(run)
    for (const node of nodes) {
      if (node.z !== z || !node.children.length) continue
      if (z < FIRST_CONTENT_LEVEL) {
        run.done()
        continue
      }
      const children = node.children
        .map((child) => run.cuts.get(nodeName(child)))
        .filter((cut): cut is Cut => !!cut?.content)
      const keys = children.map(({ key }) => key)
      const key = hash('sha1', `${CUT_VERSION} ${z} ${keys.join()}`, 'base64url').slice(0, 24)
      if (keys.length)
        await tasks.add(nodeName(node), key, { cut: run.cut, z, error: levelError(z), children: placesOf(children) })
      else run.done()
    }
    await tasks.finish()
  }
}

/** Hands tasks to the workers, a few ahead; what is known by its key is not cut again. */
function openTasks(run: Run): {
  add(name: string, key: string, task: BuildingTask): Promise<void>
  finish(): Promise<void>
} {
  const running = new Set<Promise<void>>()
  let failure: Error | null = null
  const check = (): void => {
    run.signal.throwIfAborted()
    if (failure) throw failure
  }
  return {
    async add(name, key, task) {
      check()
      const known = run.known.get(key)
      if (known) {
        run.cuts.set(name, known)
        run.done()
        return
      }
      while (running.size >= run.limit) await Promise.race(running)
      check()
      const job = run.pool
        .run(task, task.chunk ? [task.chunk.buffer as ArrayBuffer] : [])
        .then((result) => {
          const cut = { ...result, key }
          run.cuts.set(name, cut)
          run.written++
          run.fresh.push(cut)
          run.done()
        })
        .catch((error: Error) => {
          failure ??= new Error(`buildings: tile ${name} failed: ${error.message}`, { cause: error })
        })
        .finally(() => running.delete(job))
      running.add(job)
      if (run.fresh.length >= 16) await noteCuts(run.store, run.fresh.splice(0))
    },
    async finish() {
      await Promise.all(running)
      check()
    },
  }
}

/** Writes tileset.json when all it names is there; then what nobody names any more is removed. */
async function publish(
  run: Run,
  plan: PlanNode | null,
  last: Manifest | null,
): Promise<{ bytes: number; removed: number }> {
  const { store, cuts } = run
  const root = plan ? treeNode(plan, cuts) : null
  const described = describeTileset(root, 'c/')
  for (const { path, json } of described) await store.put(`${TILESET}/${path}`, new TextEncoder().encode(json))
  const contents = [...cuts.values()].flatMap(({ content }) => (content ? [content] : []))
  const files = [...new Set([...contents, ...described.slice(0, -1).map(({ path }) => path.slice(2))])]
  packAnew(store, cuts, `${run.cut.id}-all`)
  const nodes = Object.fromEntries(cuts)
  const manifest: Manifest = { version: CUT_VERSION, nodes, files, previous: last?.files ?? [] }
  await writeManifest(store, manifest)
  const rejected = [...cuts.values()].flatMap((cut) => cut.rejected)
  await store.put(`${TILESET}/work/rejected.json`, new TextEncoder().encode(JSON.stringify(rejected)), {
    compress: false,
  })
  const removed = await sweep(store, manifest)
  return { bytes: [...cuts.values()].reduce((sum, cut) => sum + cut.bytes, 0), removed }
}

function treeNode(node: PlanNode, cuts: Map<string, Cut>): TileNode | null {
  const cut = cuts.get(nodeName(node))
  const children = node.children
    .map((child) => treeNode(child, cuts))
    .filter((child): child is TileNode => child !== null)
  if (!cut?.content && !children.length) return null
  const regions = children.map(({ region }) => region)
  if (cut?.content) regions.push(cut.region)
  const uri = cut?.content ? `c/${cut.content}` : null
  if (!node.children.length) return { region: enclose(regions), error: 0, uri, children }
  // a tile without content must never be where a client stops: it would show nothing
  const own = uri ? levelError(node.z) : levelError(node.z) * 64
  const roofs = Math.max(0, ...node.children.map((child) => cuts.get(nodeName(child))?.roofError ?? 0))
  return { region: enclose(regions), error: Math.max(own, roofs, ...children.map(({ error }) => error)), uri, children }
}
