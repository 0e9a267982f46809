/** Cuts the trees layer into 3D Tiles: all trees near, fewer and larger ones further off, none from afar. */
import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { glbReady } from '../../data/formats/glb.ts'
import type { Database } from '../db/database.ts'
import { openHeights } from '../db/height-store.ts'
import {
  type CellCount,
  COUNT_SHIFT,
  nodeBox,
  nodeCells,
  nodesUpward,
  type PlanNode,
  planTree,
} from './buildings-plan.ts'
import type { CutContext, CutResult } from './cut-context.ts'
import { describeTileset, enclose, type Region, type TileNode } from './tileset.ts'
import { chance, type Tree, treeTile } from './trees-tile.ts'

const TILESET = 'trees'
const MANIFEST = `${TILESET}/work/manifest.json`
const VERSION = 2
/** Trees in one tile at most, near and further off. */
const MOST_NEAR = 2500
const MOST_FAR = 1200
/** Largest leaf (1.2 km), and the first level that shows anything. */
const LARGEST_LEAF = 14
const FIRST_CONTENT_LEVEL = 14
/** Metres that leaving trees out costs: 20 m for a tile of 2.4 km, so that they appear within about two kilometres. */
const treeError = (z: number): number => 20 * 2 ** (13 - z)

interface Planted {
  content: string
  bytes: number
  region: Region
}
interface Manifest {
  version: number
  nodes: Record<string, Planted>
  files: string[]
  previous: string[]
}

/** Where trees come from: the database, or arrays in tests. */
export interface TreeRows {
  /** ascending by code; `bytes` is not used */
  counts(): Promise<CellCount[]>
  /** the trees of a node */
  trees(node: PlanNode): Promise<Tree[]>
  /** boxes to cut again: west, south, east, north in degrees */
  dirty(): Promise<[number, number, number, number][]>
  /** forgets the boxes that `dirty` gave */
  settled(): Promise<void>
}

/** Trees of a database. */
export function databaseTrees(db: Database): TreeRows {
  let last = -1
  return {
    async counts() {
      const rows = await db.query<{ code: number; count: number }>(
        `select cell >> ${COUNT_SHIFT} as code, count(*)::int as count from feature where layer = 'trees' group by 1 order by 1`,
      )
      return rows.map(({ code, count }) => ({ code: Number(code), count, bytes: 0 }))
    },
    async trees(node) {
      const { first, last: end } = nodeCells(node)
      const rows = await db.query<{
        id: string
        lng: number
        lat: number
        class: string | null
        height: number | null
      }>(
        `select id, st_x(p) as lng, st_y(p) as lat, style->>'class' as class, (style->>'height')::float8 as height
         from (select id, style, cell, st_centroid(geom) as p from feature where layer = 'trees' and cell between $1 and $2) as t
         order by cell, id collate "C"`,
        [first, end],
      )
      return rows.map((row) => ({ ...row, class: row.class ?? 'other', height: row.height ?? Number.NaN }))
    },
    async dirty() {
      const rows = await db.query<{ id: number; west: number; south: number; east: number; north: number }>(
        `select id, west, south, east, north from dirty where layer = 'trees'`,
      )
      for (const { id } of rows) last = Math.max(last, Number(id))
      return rows.map(({ west, south, east, north }) => [west, south, east, north])
    },
    async settled() {
      if (last >= 0) await db.query(`delete from dirty where layer = 'trees' and id <= $1`, [last])
    },
  }
}

/** Cuts what the database says is dirty, or everything when there is no tileset yet. */
export async function cutTrees(context: CutContext): Promise<CutResult> {
  return cutTreeRows(context, databaseTrees(context.db))
}

/** `cutTrees` from any source of rows. Trees are few bytes and no meshing: no worker threads. */
export async function cutTreeRows(context: Omit<CutContext, 'db'>, rows: TreeRows): Promise<CutResult> {
  const started = performance.now()
  const { store, signal } = context
  const before = await readManifest(store.get(MANIFEST))
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
  await glbReady
  const plan = planTree(await rows.counts(), { largestLeaf: LARGEST_LEAF, most: MOST_NEAR, mostBytes: Infinity })
  const nodes = plan ? [...nodesUpward(plan)] : []
  const heights = openHeights(context.heightsDir)
  const planted = new Map<PlanNode, Planted>()
  const samples = new Map<PlanNode, Tree[]>()
  let [written, done, bytes] = [0, 0, 0]
  try {
    for (const node of nodes) {
      signal.throwIfAborted()
      if (node.z >= FIRST_CONTENT_LEVEL) {
        const known = before?.nodes[nameOf(node)]
        const fresh = known && !touched(node, dirty) ? known : await plant(node, rows, samples, heights.sample, context)
        if (fresh && fresh !== known) written++
        if (fresh) planted.set(node, fresh)
        bytes += fresh?.bytes ?? 0
      }
      context.report({ tileset: TILESET, done: ++done, total: nodes.length })
    }
  } finally {
    heights.close()
  }
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
  await store.put(MANIFEST, new TextEncoder().encode(JSON.stringify(manifest)), { compress: false })
  await rows.settled()
  const removed = await sweepTrees(context, new Set([...files, ...manifest.previous]))
  return result(planted.size, written, removed, bytes)
}

const nameOf = (node: PlanNode): string =>
  `${node.z}/${node.code}${node.children.length ? '' : ' leaf'}${node.part ? ` ${node.part.index}` : ''}`

const touched = (node: PlanNode, boxes: [number, number, number, number][]): boolean => {
  const { west, south, east, north } = nodeBox(node)
  return boxes.some((box) => box[0] <= east && box[2] >= west && box[1] <= north && box[3] >= south)
}

/** The trees of a node: a leaf's own, or what its children kept when all were planted just now; read again otherwise. */
async function treesOf(node: PlanNode, rows: TreeRows, samples: Map<PlanNode, Tree[]>): Promise<Tree[]> {
  const kept = node.children.map((child) => samples.get(child))
  for (const child of node.children) samples.delete(child)
  if (kept.length && kept.every((trees) => trees !== undefined)) return kept.flat() as Tree[]
  const trees = await rows.trees(node)
  const { part } = node
  return part ? trees.filter((_, i) => i % part.of === part.index) : trees
}

async function plant(
  node: PlanNode,
  rows: TreeRows,
  samples: Map<PlanNode, Tree[]>,
  ground: (lng: number, lat: number) => number,
  { store }: Omit<CutContext, 'db'>,
): Promise<Planted | null> {
  let trees = await treesOf(node, rows, samples)
  if (node.z > FIRST_CONTENT_LEVEL) samples.set(node, trees)
  let enlarge = 1
  if (node.children.length) {
    const share = Math.min(1, MOST_FAR / trees.length)
    trees = trees.filter(({ id }) => chance(id, 3) < share)
    enlarge = Math.min(1.6, share ** -0.25)
  }
  const tile = treeTile(trees, ground, enlarge)
  if (!tile) return null
  const content = `${createHash('sha256').update(tile.glb).digest('base64url').slice(0, 20)}.glb`
  return { content, bytes: await store.put(`${TILESET}/c/${content}`, tile.glb), region: tile.region }
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

async function readManifest(file: Promise<Uint8Array | null>): Promise<Manifest | null> {
  const bytes = await file
  try {
    const manifest = bytes ? (JSON.parse(new TextDecoder().decode(bytes)) as Manifest) : null
    return manifest?.version === VERSION ? manifest : null
  } catch {
    return null
  }
}

async function sweepTrees({ store }: Omit<CutContext, 'db'>, keep: Set<string>): Promise<number> {
  let removed = 0
  for (const name of await readdir(join(store.root, TILESET, 'c')).catch(() => [])) {
    const plain = name.replace(/\.(br|gz)$/, '')
    if (keep.has(plain)) continue
    await store.remove(`${TILESET}/c/${plain}`)
    if (plain === name) removed++
  }
  return removed
}
