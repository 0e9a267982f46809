/** Cuts units and legal volumes into 3D Tiles of clear solids, cell by cell; only cells that something touched are cut again. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Geometry } from 'geojson'
import type { Database } from '../db/database.ts'
import type { CutContext, CutResult } from './cut-context.ts'
import type { TileStore } from './tile-store.ts'
import { describeTileset, enclose, type TileNode } from './tileset.ts'
import { cutSolids, type SolidCut, type SolidLayer } from './volumes-tile.ts'

const VERSION = 1
/** Cells are those of level 16 of the geographic grid, about 300 m wide. */
const SHIFT = 8
/** Features of one tile; their numbers have 16 bits. */
const MOST = 3000
/** Metres that a group of cells may be off: it shows within some kilometres (units) or from far away (volumes). */
const GROUP_ERROR: Record<SolidLayer, number> = { units: 60, volumes: 400 }

interface Manifest {
  version: number
  /** tiles by cell */
  cells: Record<string, SolidCut[]>
  files: string[]
  /** files of the tileset before this one: open pages may still ask for them */
  previous: string[]
}

/** Cuts units. */
export const cutUnits = (context: CutContext): Promise<CutResult> => cutLayer(context, 'units')
/** Cuts legal volumes. */
export const cutVolumes = (context: CutContext): Promise<CutResult> => cutLayer(context, 'volumes')

async function cutLayer(context: CutContext, layer: SolidLayer): Promise<CutResult> {
  const started = performance.now()
  const { db, store, signal, report } = context
  const path = `${layer}/work/manifest.json`
  const before = readManifest(await store.get(path))
  const dirty = await db.query<{ id: number; codes: number[] | null }>(
    `select d.id, (select array_agg(distinct f.cell >> ${SHIFT}) from feature f where f.layer = $1
       and f.geom && st_makeenvelope(d.west, d.south, d.east, d.north, 4326)) as codes from dirty d where d.layer = $1`,
    [layer],
  )
  const result: CutResult = { tileset: layer, tiles: 0, written: 0, removed: 0, bytes: 0, seconds: 0 }
  const old = await store.get(`${layer}/tileset.json`)
  if (!before || dirty.length > 0 || !old) {
    const touched = new Set(dirty.flatMap(({ codes }) => (codes ?? []).map(String)))
    const counts = await db.query<{ code: number; count: number }>(
      `select cell >> ${SHIFT} as code, count(*)::int as count from feature where layer = $1 group by 1 order by 1`,
      [layer],
    )
    const cells: Manifest['cells'] = {}
    for (const [done, { code, count }] of counts.entries()) {
      signal.throwIfAborted()
      const known = before?.cells[code]
      const same = known && !touched.has(String(code)) && known.reduce((sum, cut) => sum + cut.features, 0) === count
      cells[code] = same ? known : await cutCell(db, store, layer, Number(code))
      if (!same) result.written += cells[code].length
      report({ tileset: layer, done: done + 1, total: counts.length })
    }
    result.removed = await publish(store, layer, path, cells, before)
    const last = Math.max(-1, ...dirty.map(({ id }) => Number(id)))
    if (last >= 0) await db.query('delete from dirty where layer = $1 and id <= $2', [layer, last])
    for (const cut of Object.values(cells).flat()) {
      result.tiles++
      result.bytes += cut.bytes
    }
  } else result.tiles = Object.values(before.cells).flat().length
  result.seconds = (performance.now() - started) / 1000
  return result
}

async function cutCell(db: Database, store: TileStore, layer: SolidLayer, code: number): Promise<SolidCut[]> {
  const first = code * 2 ** SHIFT
  const rows = await db.query<{ id: string; geometry: Geometry; style: Record<string, unknown> }>(
    `select id, st_asgeojson(geom, 9)::jsonb as geometry, style from feature
     where layer = $1 and cell between $2 and $3 order by cell, id collate "C"`,
    [layer, first, first + 2 ** SHIFT - 1],
  )
  const cuts: SolidCut[] = []
  for (let at = 0; at < rows.length; at += MOST) cuts.push(await cutSolids(layer, rows.slice(at, at + MOST), store))
  return cuts
}

async function publish(
  store: TileStore,
  layer: SolidLayer,
  path: string,
  cells: Manifest['cells'],
  before: Manifest | null,
): Promise<number> {
  const described = describeTileset(treeOf(cells, GROUP_ERROR[layer]), 'c/')
  for (const file of described) await store.put(`${layer}/${file.path}`, new TextEncoder().encode(file.json))
  const contents = Object.values(cells).flatMap((cuts) => cuts.flatMap(({ content }) => content ?? []))
  const manifest: Manifest = {
    version: VERSION,
    cells,
    files: [...new Set([...contents, ...described.slice(0, -1).map((file) => file.path.slice(2))])],
    previous: before?.files ?? [],
  }
  await store.put(path, new TextEncoder().encode(JSON.stringify(manifest)), { compress: false })
  const keep = new Set([...manifest.files, ...manifest.previous])
  let removed = 0
  for (const name of await readdir(join(store.root, layer, 'c')).catch(() => [])) {
    const plain = name.replace(/\.(br|gz)$/, '')
    if (keep.has(plain)) continue
    await store.remove(`${layer}/c/${plain}`)
    if (plain === name) removed++
  }
  return removed
}

/** Cells under groups of 16 × 16, groups under the root. */
function treeOf(cells: Manifest['cells'], error: number): TileNode | null {
  const groups = new Map<number, TileNode[]>()
  for (const [code, cuts] of Object.entries(cells)) {
    const group = Math.floor(Number(code) / 256)
    const leaves = groups.get(group) ?? []
    groups.set(group, leaves)
    for (const { content, region } of cuts)
      if (content) leaves.push({ region, error: 0, uri: `c/${content}`, children: [] })
  }
  const children = [...groups.values()]
    .filter((leaves) => leaves.length > 0)
    .map(
      (leaves): TileNode => ({
        region: enclose(leaves.map(({ region }) => region)),
        error,
        uri: null,
        children: leaves,
      }),
    )
  if (!children.length) return null
  return { region: enclose(children.map(({ region }) => region)), error: 1e6, uri: null, children }
}

function readManifest(bytes: Uint8Array | null): Manifest | null {
  try {
    const manifest = bytes ? (JSON.parse(new TextDecoder().decode(bytes)) as Manifest) : null
    return manifest?.version === VERSION ? manifest : null
  } catch {
    return null
  }
}
