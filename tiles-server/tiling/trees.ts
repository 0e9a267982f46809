/** Cuts the trees layer into 3D Tiles: all trees near, fewer and larger ones further off, none from afar. */
import { nodesUpward, type PlanNode, planTree } from './buildings-plan.ts'
import type { CutContext, CutResult } from './cut-context.ts'
import { leafBatches, touched } from './cut-run.ts'
import { readWork, sweepWork, writeWork } from './cut-work.ts'
import { describeTileset, enclose, type TileNode } from './tileset.ts'
import { databaseTrees, type TreeRows } from './trees-rows.ts'
import { chance, type Forest, gather } from './trees-tile.ts'
import type { Planted, TreeTask } from './trees-worker.ts'
import { openWorkerPool } from './worker-pool.ts'

const TILESET = 'trees'
const VERSION = 3
/** Trees in one tile at most, near and further off. */
const MOST_NEAR = 2500
const MOST_FAR = 1200
/** Largest leaf (1.2 km), and the first level that shows anything. */
const LARGEST_LEAF = 14
const FIRST_CONTENT_LEVEL = 14
/** Metres that leaving trees out costs: 20 m for a tile of 2.4 km, so that they appear within about two kilometres. */
const treeError = (z: number): number => 20 * 2 ** (13 - z)

interface Manifest {
  version: number
  nodes: Record<string, Planted>
  files: string[]
  previous: string[]
}

/** Cuts what the database says is dirty, or everything when there is no tileset yet. */
export async function cutTrees(context: CutContext): Promise<CutResult> {
  return cutTreeRows(context, databaseTrees(context.db))
}

/** Trees read by one query. */
const BATCH = 20_000

/** `cutTrees` from any source of rows. */
export async function cutTreeRows(context: Omit<CutContext, 'db'>, rows: TreeRows): Promise<CutResult> {
  const started = performance.now()
  const { store, signal } = context
  const before = await readWork<Manifest>(store, TILESET, VERSION)
  const dirty = await rows.dirty()
  const result = (tiles: number, written = 0, removed = 0, bytes = 0): CutResult => ({
    tileset: TILESET,
    tiles,
    written,
    removed,
    bytes,
    seconds: (performance.now() - started) / 1000,
  })
  if (before && !dirty.length && (await store.get(`${TILESET}/tileset.json`)))
    return result(Object.keys(before.nodes).length)
  const plan = planTree(await rows.counts(), { largestLeaf: LARGEST_LEAF, most: MOST_NEAR, mostBytes: Infinity })
  const nodes = plan ? [...nodesUpward(plan)] : []
  const planted = new Map<PlanNode, Planted>()
  const wanted: PlanNode[] = []
  let done = 0
  const finished = (): void => context.report({ tileset: TILESET, done: ++done, total: nodes.length })
  for (const node of nodes) {
    const known = before?.nodes[nameOf(node)]
    if (node.z >= FIRST_CONTENT_LEVEL && !(known && !touched(node, dirty))) wanted.push(node)
    else {
      if (known && node.z >= FIRST_CONTENT_LEVEL) planted.set(node, known)
      finished()
    }
  }
  const fresh = await plantAll(wanted, rows, context, finished)
  for (const [node, tile] of fresh) planted.set(node, tile)
  let [written, bytes] = [0, 0]
  for (const [node, tile] of fresh) if (before?.nodes[nameOf(node)]?.content !== tile.content) written++
  for (const tile of planted.values()) bytes += tile.bytes
  signal.throwIfAborted()
  const described = describeTileset(plan ? treeNode(plan, planted) : null, 'c/')
  for (const { path, json } of described) await store.put(`${TILESET}/${path}`, new TextEncoder().encode(json))
  const files = [...new Set([...planted.values()].map(({ content }) => content))]
  for (const { path } of described.slice(0, -1)) files.push(path.slice(2))
  const manifest: Manifest = {
    version: VERSION,
    nodes: Object.fromEntries([...planted].map(([node, tile]) => [nameOf(node), tile])),
    files,
    previous: before?.files ?? [],
  }
  await writeWork(store, TILESET, manifest)
  await rows.settled()
  const removed = await sweepWork(store, TILESET, new Set([...files, ...manifest.previous]))
  return result(planted.size, written, removed, bytes)
}

const nameOf = (node: PlanNode): string =>
  `${node.z}/${node.code}${node.children.length ? '' : ' leaf'}${node.part ? ` ${node.part.index}` : ''}`

/** Plants the trees of nodes, children before parents: leaves in batches of one query, then those above from what their leaves kept. */
async function plantAll(
  nodes: readonly PlanNode[],
  rows: TreeRows,
  { store, heightsDir, threads, signal }: Omit<CutContext, 'db'>,
  finished: () => void,
): Promise<Map<PlanNode, Planted>> {
  const planted = new Map<PlanNode, Planted>()
  if (!nodes.length) return planted
  const module = new URL('./trees-worker.ts', import.meta.url)
  const pool = openWorkerPool<TreeTask, Planted | null>(module, threads, { root: store.root, heightsDir })
  const running = new Set<Promise<void>>()
  let failure: Error | null = null
  const plant = async (node: PlanNode, task: TreeTask): Promise<void> => {
    while (running.size >= threads * 3) await Promise.race(running)
    signal.throwIfAborted()
    if (failure) throw failure
    const job = pool
      .run(task)
      .then((tile) => {
        if (tile) planted.set(node, tile)
        finished()
      })
      .catch((error: Error) => {
        failure ??= new Error(`trees: tile ${nameOf(node)} failed: ${error.message}`, { cause: error })
      })
      .finally(() => running.delete(job))
    running.add(job)
  }
  try {
    const kept = new Map<PlanNode, Forest>()
    const leaves = nodes.filter(({ children }) => !children.length)
    for (const batch of leafBatches(leaves, BATCH)) {
      for (const [i, forest] of (await rows.forests(batch)).entries()) {
        if (batch[i].z > FIRST_CONTENT_LEVEL) kept.set(batch[i], thinned([forest], batch[i]))
        await plant(batch[i], { forest, enlarge: 1 })
      }
    }
    for (const node of nodes) {
      if (!node.children.length) continue
      const below = node.children.map((child) => kept.get(child))
      const whole = below.every((forest) => forest !== undefined)
      const forest = thinned(whole ? (below as Forest[]) : await rows.forests([node]), node)
      for (const child of node.children) kept.delete(child)
      if (node.z > FIRST_CONTENT_LEVEL) kept.set(node, forest)
      await plant(node, { forest, enlarge: Math.min(1.6, farShare(node) ** -0.25) })
    }
    await Promise.all(running)
    if (failure) throw failure
  } finally {
    await pool.close()
  }
  return planted
}

/** A share that only falls on the way up, so that what a node keeps is among what its children kept. */
const farShare = ({ count }: PlanNode): number => Math.min(1, MOST_FAR / count)

function thinned(forests: readonly Forest[], node: PlanNode): Forest {
  const share = farShare(node)
  return gather(forests, (seed) => chance(seed, 3) < share)
}

function treeNode(node: PlanNode, planted: Map<PlanNode, Planted>): TileNode | null {
  const tile = planted.get(node)
  const children = node.children
    .map((child) => treeNode(child, planted))
    .filter((child): child is TileNode => child !== null)
  if (!tile && !children.length) return null
  const region = enclose([...children.map((child) => child.region), ...(tile ? [tile.region] : [])])
  const error = node.children.length ? Math.max(treeError(node.z), ...children.map((child) => child.error)) : 0
  return { region, error, uri: tile ? `c/${tile.content}` : null, children }
}
