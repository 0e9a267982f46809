/** Cuts point clouds into 3D Tiles: each cloud once, in its own frame; finer points are added to coarser ones. */
import { hash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { placed, placementMatrix } from '../../data/geo/placement.ts'
import { listClouds, type StoredCloud, type StoredPoints } from '../db/point-store.ts'
import type { CutContext, CutResult } from './cut-context.ts'
import { readWork, type WorkManifest, writeWork } from './cut-work.ts'
import { cubeOf, type PointNode, spacing } from './points-tile.ts'
import { sphereAround } from './sphere-around.ts'
import type { TileStore } from './tile-store.ts'
import { openWorkerPool } from './worker-pool.ts'

const TILESET = 'points'
const VERSION = 1

/** What is remembered of a cloud that was cut. */
interface CutCloud {
  revision: string
  files: string[]
  tiles: number
  bytes: number
  /** the cloud's tile with its place, as it stands in tileset.json */
  root: object
  error: number
}

interface Manifest extends WorkManifest {
  clouds: Record<string, CutCloud>
  /** files of the tileset before this one: open pages may still ask for them */
  previous: string[]
}

/** Cuts clouds that are new or changed. */
export async function cutPointClouds({ store, heightsDir, threads, signal, report }: CutContext): Promise<CutResult> {
  const started = performance.now()
  const pointsDir = join(dirname(heightsDir), 'points')
  const clouds = listClouds(pointsDir)
  const before = await readWork<Manifest>(store, TILESET, VERSION)
  const manifest: Manifest = { version: VERSION, clouds: {}, previous: [] }
  const result: CutResult = { tileset: TILESET, tiles: 0, written: 0, removed: 0, bytes: 0, seconds: 0 }
  const total = clouds.reduce((sum, { nodes }) => sum + nodes.length, 0)
  let done = 0
  const pool = openWorkerPool<{ cloud: StoredCloud; node: StoredPoints }, PointNode>(
    new URL('./points-worker.ts', import.meta.url),
    threads,
    { root: store.root, pointsDir },
  )
  try {
    for (const cloud of clouds) {
      signal.throwIfAborted()
      const known = before?.clouds[cloud.id]
      if (known?.revision === cloud.revision) {
        manifest.clouds[cloud.id] = known
        done += cloud.nodes.length
        continue
      }
      const bare = { ...cloud, nodes: [] }
      const cut = new Map<string, PointNode>()
      await Promise.all(
        cloud.nodes.map(async (node) => {
          signal.throwIfAborted()
          cut.set(node.key, await pool.run({ cloud: bare, node }))
          report({ tileset: TILESET, done: ++done, total })
        }),
      )
      manifest.clouds[cloud.id] = await describeCloud(cloud, cut, store)
      result.written += manifest.clouds[cloud.id].tiles
    }
  } finally {
    await pool.close()
  }
  for (const cloud of Object.values(manifest.clouds)) {
    result.tiles += cloud.tiles
    result.bytes += cloud.bytes
  }
  result.removed = await publish(store, clouds, manifest, before)
  result.seconds = (performance.now() - started) / 1000
  return result
}

async function publish(
  store: TileStore,
  clouds: readonly StoredCloud[],
  manifest: Manifest,
  before: Manifest | null,
): Promise<number> {
  const text = JSON.stringify(tilesetOf(clouds, manifest))
  const old = await store.get(`${TILESET}/tileset.json`)
  if (old && before && new TextDecoder().decode(old) === text) return 0
  manifest.previous = before ? filesOf(before) : []
  await store.put(`${TILESET}/tileset.json`, new TextEncoder().encode(text))
  await writeWork(store, TILESET, manifest)
  const keep = new Set([...filesOf(manifest), ...manifest.previous])
  let removed = 0
  for (const name of await readdir(join(store.root, TILESET, 'c')).catch(() => [])) {
    const plain = name.replace(/\.(br|gz)$/, '')
    if (keep.has(plain)) continue
    await store.remove(`${TILESET}/c/${plain}`)
    if (plain === name) removed++
  }
  return removed
}

const filesOf = ({ clouds }: Manifest): string[] => Object.values(clouds).flatMap(({ files }) => files)

/** A tile of the tree above the pieces; those that hold only others have no points of their own. */
interface Branch {
  key: string
  node: PointNode | null
  children: Branch[]
}

function branches(cut: ReadonlyMap<string, PointNode>): Branch {
  const root: Branch = { key: '', node: null, children: [] }
  for (const [key, node] of [...cut].sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1))) {
    let at = root
    for (let i = 0; i < key.length; i++) {
      const path = key.slice(0, i + 1)
      let next = at.children.find((child) => child.key === path)
      if (!next) at.children.push((next = { key: path, node: null, children: [] }))
      at = next
    }
    at.node = node
  }
  return root
}

async function describeCloud(
  cloud: StoredCloud,
  cut: ReadonlyMap<string, PointNode>,
  store: TileStore,
): Promise<CutCloud> {
  const files: string[] = []
  let [tiles, bytes] = [0, 0]
  const plain = (node: PointNode, folder: string): object => {
    if (node.content) {
      files.push(node.content)
      tiles++
      bytes += node.bytes
    }
    return {
      boundingVolume: { box: volume(node.box) },
      geometricError: rounded(node.error),
      refine: 'ADD',
      ...(node.content ? { content: { uri: folder + node.content } } : {}),
      ...(node.children.length ? { children: node.children.map((child) => plain(child, folder)) } : {}),
    }
  }
  const describe = async (branch: Branch): Promise<{ tile: object; error: number; box: PointNode['box'] }> => {
    const { node } = branch
    // a piece's tree stands in a file of its own: a page asks for it when it comes near
    if (node && branch.children.length === 0 && node.children.length > 0) {
      const inner = plain(node, '')
      const json = { asset: { version: '1.1' }, geometricError: rounded(node.error), root: inner }
      const text = new TextEncoder().encode(JSON.stringify(json))
      const name = `${hash('sha1', text, 'base64url').slice(0, 20)}.json`
      await store.put(`${TILESET}/c/${name}`, text)
      files.push(name)
      const outer = { boundingVolume: { box: volume(node.box) }, geometricError: rounded(node.error), refine: 'ADD' }
      return { tile: { ...outer, content: { uri: `c/${name}` } }, error: node.error, box: node.box }
    }
    const children: Awaited<ReturnType<typeof describe>>[] = []
    for (const child of branch.children) children.push(await describe(child))
    const boxes = [...(node ? [node.box] : []), ...children.map(({ box }) => box)]
    const box = boxes[0].map((_, i) =>
      (i < 3 ? Math.min : Math.max)(...boxes.map((each) => each[i])),
    ) as PointNode['box']
    const least = branch.children.length ? spacing(cloud, cubeOf(cloud, branch.key).size) : (node?.error ?? 0)
    const error = Math.max(least, ...children.map((child) => child.error))
    const own = node ? plain({ ...node, children: [], error, box }, 'c/') : {}
    const tile = {
      boundingVolume: { box: volume(box) },
      geometricError: rounded(error),
      refine: 'ADD',
      ...own,
      ...(children.length ? { children: children.map((child) => child.tile) } : {}),
    }
    return { tile, error, box }
  }
  const { tile, error } = await describe(branches(cut))
  const transform = placementMatrix({ ...cloud.place, headingDeg: 0, scale: 1, by: 'crs' })
  const root = { transform, ...tile, extras: { cloud: cloud.id } }
  return { revision: cloud.revision, files, tiles, bytes, root, error }
}

const rounded = (value: number): number => Math.round(value * 10_000) / 10_000

/** A 3D Tiles box: centre and half axes. */
function volume([x0, y0, z0, x1, y1, z1]: PointNode['box']): number[] {
  const half = (from: number, to: number): number => Math.max(0.01, (to - from) / 2)
  return [(x0 + x1) / 2, (y0 + y1) / 2, (z0 + z1) / 2, half(x0, x1), 0, 0, 0, half(y0, y1), 0, 0, 0, half(z0, z1)]
}

function tilesetOf(clouds: readonly StoredCloud[], manifest: Manifest): object {
  const children = clouds.flatMap(({ id }) => manifest.clouds[id] ?? [])
  const error = Math.max(500, ...children.map((child) => child.error * 4))
  return {
    asset: { version: '1.1', generator: 'Tidewall' },
    geometricError: error,
    root: {
      boundingVolume: { sphere: sphereOf(clouds) },
      geometricError: error,
      refine: 'ADD',
      ...(children.length ? { children: children.map(({ root }) => root) } : {}),
    },
  }
}

/** A sphere around all clouds' cubes: earth-centred metres, then the radius. */
function sphereOf(clouds: readonly StoredCloud[]): [number, number, number, number] {
  const corners = clouds.flatMap(({ place, cube, unitM }) => {
    const matrix = placementMatrix({ ...place, headingDeg: 0, scale: 1, by: 'crs' })
    return Array.from({ length: 8 }, (_, i) => {
      const at = cube.min.map((low, axis) => (low + (i & (1 << axis) ? cube.size : 0)) * unitM)
      return placed(matrix, at[0], at[1], at[2])
    })
  })
  return sphereAround(corners)
}
