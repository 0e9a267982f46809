/** Cuts the buildings layer into 3D Tiles: full detail below, boxes above, merged blocks on top; only what changed. */
import { hash, randomUUID } from 'node:crypto'
import { takePart } from '../../data/mesh/building-chunk.ts'
import { openHeights } from '../db/height-store.ts'
import { levelError, nodeName, nodesUpward, type PlanNode, planBuildings } from './buildings-plan.ts'
import { type BuildingRows, databaseRows } from './buildings-rows.ts'
import type { BuildingTask, CutPlace, CutTile } from './buildings-tile.ts'
import {
  CUT_VERSION,
  type Cut,
  type Manifest,
  packAnew,
  placesOf,
  readBuildings,
  readFinished,
  sweep,
} from './buildings-work.ts'
import type { CutContext, CutResult } from './cut-context.ts'
import { type CutRun, cutLeaves, openTasks, treeNode } from './cut-run.ts'
import { noteCuts, writeWork } from './cut-work.ts'
import type { TileStore } from './tile-store.ts'
import { describeTileset } from './tileset.ts'
import { openWorkerPool } from './worker-pool.ts'

/** The folder of the tileset in the tile store. */
const TILESET = 'buildings'
/** No content above this level: the tile would be 80 km wide. */
const FIRST_CONTENT_LEVEL = 9
/** Buildings read by one query: of 6,000 it takes a tenth more in all. */
const BATCH = 24_000

/** Cuts what the database says is dirty, or everything when there is no tileset yet. */
export async function cutBuildings(context: CutContext): Promise<CutResult> {
  return cutBuildingRows(context, databaseRows(context.db))
}

type Run = CutRun<BuildingTask, CutTile, Cut> & { store: TileStore; cut: CutPlace }

/** `cutBuildings` from any source of rows. */
export async function cutBuildingRows(context: Omit<CutContext, 'db'>, rows: BuildingRows): Promise<CutResult> {
  const started = performance.now()
  const { store, signal } = context
  const last = await readBuildings(store)
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
  const known = await readFinished(store)
  for (const cut of Object.values(last?.nodes ?? {})) known.set(cut.key, cut)
  const pool = openWorkerPool<BuildingTask, CutTile>(new URL('./buildings-worker.ts', import.meta.url), context.threads)
  const total = nodes.length
  let done = 0
  context.report({ tileset: TILESET, done, total })
  const run: Run = {
    tileset: TILESET,
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
    note: (cuts) => noteCuts(store, TILESET, cuts),
  }
  try {
    await cutLeaves(run, nodes, {
      last: last?.nodes,
      dirty,
      most: BATCH,
      chunks: (batch) => rows.chunks([...batch]),
      share: takePart,
      task: ({ z }, chunk) => ({
        key: keyOf(`${ground} ${hash('sha1', chunk, 'base64url')}`),
        task: { cut: run.cut, z, error: 0, chunk },
      }),
    })
    await cutUpward(run, nodes)
  } finally {
    await pool.close()
    await run.note(run.fresh.splice(0))
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

const keyOf = (words: string): string => hash('sha1', `${CUT_VERSION} ${words}`, 'base64url').slice(0, 24)

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
      const key = keyOf(`${z} ${keys.join()}`)
      if (keys.length)
        await tasks.add(nodeName(node), key, { cut: run.cut, z, error: levelError(z), children: placesOf(children) })
      else run.done()
    }
    await tasks.finish()
  }
}

/** Writes tileset.json when all it names is there; then what nobody names any more is removed. */
async function publish(
  run: Run,
  plan: PlanNode | null,
  last: Manifest | null,
): Promise<{ bytes: number; removed: number }> {
  const { store, cuts } = run
  // roofs that a coarse tile flattens count as its error
  const roofs = ({ children }: PlanNode): number =>
    Math.max(0, ...children.map((child) => cuts.get(nodeName(child))?.roofError ?? 0))
  const root = plan ? treeNode(plan, cuts, levelError, roofs) : null
  const described = describeTileset(root, 'c/')
  for (const { path, json } of described) await store.put(`${TILESET}/${path}`, new TextEncoder().encode(json))
  const contents = [...cuts.values()].flatMap(({ content }) => (content ? [content] : []))
  const files = [...new Set([...contents, ...described.slice(0, -1).map(({ path }) => path.slice(2))])]
  packAnew(store, cuts, `${run.cut.id}-all`)
  const nodes = Object.fromEntries(cuts)
  const manifest: Manifest = { version: CUT_VERSION, nodes, files, previous: last?.files ?? [] }
  await writeWork(store, TILESET, manifest)
  const rejected = [...cuts.values()].flatMap((cut) => cut.rejected)
  await store.put(`${TILESET}/work/rejected.json`, new TextEncoder().encode(JSON.stringify(rejected)), {
    compress: false,
  })
  const removed = await sweep(store, manifest)
  return { bytes: [...cuts.values()].reduce((sum, cut) => sum + cut.bytes, 0), removed }
}
