/** Feature rows → the composite vector tileset `map` and its TileJSON: all of it at first, then only what changed. */
import { createHash } from 'node:crypto'
import type { Box } from '../../data/geo/tile-grid.ts'
import type { CutContext, CutResult } from './cut-context.ts'
import { type Journal, openJournal } from './cut-journal.ts'
import type { MapBlock } from './map-block.ts'
import { dirtyPlan, fullPlan, reachBox, tilesOf, withTouched } from './map-plan.ts'
import { type MapRowSource, packRows, rowsFrom } from './map-rows.ts'
import { firstLevel, LAYER_WORDS, MAP_KEYS, MAP_LAYERS, MAP_MAX_Z, MAP_MIN_Z, type MapLayer } from './map-rules.ts'
import type { MapBlockResult, MapTask, MapWorkerData } from './map-worker.ts'
import { clearStaging, isUnsettled, settle } from './staging.ts'
import { openWorkerPool, type WorkerPool } from './worker-pool.ts'

/** Bumped when the same rows would give other tiles. */
const MAKE = 1
const MANIFEST = 'map/tile.json'
/** layers whose dirty rows this cutter deletes; those of buildings are the building cutter's */
const OWN = MAP_LAYERS.filter((layer) => layer !== 'buildings')
const list = (layers: readonly string[]): string => layers.map((layer) => `'${layer}'`).join()
/** boxes beyond this many are not worth planning one by one */
const MANY_TILES = 200_000

interface TileJson {
  tilejson: string
  name: string
  version: string
  attribution: string
  scheme: string
  tiles: string[]
  minzoom: number
  maxzoom: number
  bounds: number[]
  vector_layers: { id: string; description: string; minzoom: number; maxzoom: number; fields: Record<string, string> }[]
  /** ours: how the tiles were made, and the version in their addresses, also while these are without */
  tidewall: { make: number; version?: string }
}

const KINDS: Record<string, string> = {
  bridge: 'Boolean',
  tunnel: 'Boolean',
  oneway: 'Boolean',
  level: 'Number',
  widthM: 'Number',
  depth: 'Number',
  height: 'Number',
  rank: 'Number',
}

function vectorLayer(layer: MapLayer): TileJson['vector_layers'][number] {
  const names = [
    'id',
    'class',
    ...(layer === 'buildings' ? [] : ['name', 'nameEn']),
    ...LAYER_WORDS[layer].map((key) => MAP_KEYS[key]),
  ]
  const minzoom = layer === 'buildings' ? firstLevel(layer, {}, false) : MAP_MIN_Z
  return {
    id: layer,
    description: `${layer} of the city`,
    minzoom,
    maxzoom: MAP_MAX_Z,
    fields: Object.fromEntries(names.map((name) => [name, KINDS[name] ?? 'String'])),
  }
}

async function tileJson(context: CutContext, version: string): Promise<TileJson> {
  const sources = await context.db.query<{ attribution: string }>(
    `select distinct attribution from source where attribution <> '' order by 1`,
  )
  const [extent] = await context.db.query<Record<'west' | 'south' | 'east' | 'north', number | null>>(
    `select min(west) as west, min(south) as south, max(east) as east, max(north) as north from layer where id in (${list(MAP_LAYERS)})`,
  )
  return {
    tilejson: '3.0.0',
    name: 'map',
    version: '1.0.0',
    attribution: sources.map((source) => source.attribution).join(' · '),
    scheme: 'xyz',
    tiles: [`/tiles/map/{z}/{x}/{y}.mvt?v=${version}`],
    minzoom: MAP_MIN_Z,
    maxzoom: MAP_MAX_Z,
    bounds:
      extent?.west == null
        ? [-180, -85.051129, 180, 85.051129]
        : [extent.west, extent.south ?? -85, extent.east ?? 180, extent.north ?? 85],
    vector_layers: MAP_LAYERS.map(vectorLayer),
    tidewall: { make: MAKE, version },
  }
}

/** Reads a block's rows and hands them to a worker. */
async function cutBlock(
  block: MapBlock,
  rows: MapRowSource,
  pool: WorkerPool<MapTask, MapBlockResult>,
  signal: AbortSignal,
): Promise<MapBlockResult> {
  const packer = packRows()
  const { z, x, y } = block.root
  for (const layer of MAP_LAYERS) {
    if (layer === 'buildings' && block.maxZ < firstLevel(layer, {}, false)) continue
    for await (const page of rows(layer, reachBox(z, x, y), block.maxZ, signal))
      for (const row of page) packer.add(layer, row)
  }
  const packed = packer.done()
  return pool.run({ block, rows: packed }, [packed.bytes.buffer])
}

const keyOf = ({ root, wanted }: MapBlock): string =>
  `${root.z}/${root.x}/${root.y}${wanted ? ` ${createHash('sha256').update(wanted.join()).digest('hex').slice(0, 12)}` : ''}`

/** Cuts blocks, as many at a time as there are threads and one being read; those a killed run had finished are skipped. */
async function cutBlocks(
  context: CutContext,
  blocks: readonly MapBlock[],
  rows: MapRowSource,
  journal: Journal,
  direct: boolean,
): Promise<MapBlockResult> {
  const sum: MapBlockResult = { tiles: 0, written: 0, removed: 0, bytes: 0 }
  const total = blocks.reduce((count, block) => count + tilesOf(block), 0)
  let done = 0
  const count = (block: MapBlock, result: MapBlockResult): void => {
    sum.tiles += result.tiles
    sum.written += result.written
    sum.removed += result.removed
    sum.bytes += result.bytes
    done += tilesOf(block)
    context.report({ tileset: 'map', done, total })
  }
  const waiting = blocks.filter((block) => {
    const known = journal.finished(keyOf(block))
    if (known) count(block, { ...known, removed: known.removed ?? 0 })
    return !known
  })
  context.report({ tileset: 'map', done, total })
  if (!waiting.length) return sum
  const threads = Math.min(context.threads, waiting.length)
  const workerData: MapWorkerData = { storeRoot: context.store.root, direct }
  const module = new URL('./map-worker.ts', import.meta.url)
  const pool = openWorkerPool<MapTask, MapBlockResult>(module, threads, workerData)
  let next = 0
  const line = async (): Promise<void> => {
    while (next < waiting.length) {
      context.signal.throwIfAborted()
      const block = waiting[next++]
      const result = await cutBlock(block, rows, pool, context.signal)
      await journal.note(keyOf(block), result)
      count(block, result)
    }
  }
  try {
    await Promise.all(Array.from({ length: threads + 1 }, line))
  } finally {
    await pool.close()
  }
  return sum
}

const encoded = (manifest: TileJson): Uint8Array => new TextEncoder().encode(JSON.stringify(manifest))

async function readManifest(context: CutContext): Promise<TileJson | null> {
  const bytes = await context.store.get(MANIFEST)
  if (!bytes) return null
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as TileJson
  } catch {
    // not ours: cut as if there were none
    return null
  }
}

/**
 * Brings the vector tiles up to date with the feature table.
 * Without a manifest everything is cut, else the tiles that the dirty boxes touch. Rows of `buildings` are read here too but
 * left for the building cutter to delete. A run that was killed is continued by the next one with the same data.
 * @param rows where the rows come from; the database unless told otherwise
 * @throws {Error} when a row is broken (named), the disk is full or the signal aborts; the old tiles stay served
 */
export async function cutMap(context: CutContext, rows: MapRowSource = rowsFrom(context.db)): Promise<CutResult> {
  const started = performance.now()
  const { db, store, signal } = context
  const dirty = await db.query<Box & { id: number; layer: string }>(
    `select id, layer, west, south, east, north from dirty where layer in (${list(MAP_LAYERS)}) order by id`,
  )
  const result: CutResult = { tileset: 'map', tiles: 0, written: 0, removed: 0, bytes: 0, seconds: 0 }
  const manifest = await readManifest(context)
  const usable = manifest?.tidewall?.make === MAKE
  if (usable && !dirty.length && !isUnsettled(manifest))
    return { ...result, seconds: (performance.now() - started) / 1000 }

  const all = !usable || dirty.reduce((sum, box) => sum + finestTiles(box), 0) > MANY_TILES
  const blocks = all
    ? withTouched(await fullPlan(db, list(MAP_LAYERS), signal), manifest ? dirty : [])
    : dirtyPlan(dirty)
  const layers = await db.query(`select id, revision from layer order by id`)
  const signature = createHash('sha256')
    .update(JSON.stringify([MAKE, layers, dirty.at(-1)?.id ?? 0, blocks.map(keyOf)]))
    .digest('hex')
  const journal = await openJournal(store.root, 'map', signature)
  try {
    if (!journal.continued) await clearStaging(store, 'map')
    const sum = await cutBlocks(context, blocks, rows, journal, !manifest)
    if (!usable || sum.written || sum.removed || isUnsettled(manifest)) {
      await settle(store, 'map', manifest, (interim) => store.put(MANIFEST, encoded(interim)))
      const version = createHash('sha256')
        .update(`${manifest?.tidewall?.version} ${signature}`)
        .digest('hex')
        .slice(0, 12)
      await store.put(MANIFEST, encoded(await tileJson(context, version)))
    }
    if (dirty.length)
      await db.query(`delete from dirty where layer in (${list(OWN)}) and id <= $1`, [dirty[dirty.length - 1].id])
    await journal.finish()
    return { ...result, ...sum, seconds: (performance.now() - started) / 1000 }
  } finally {
    await journal.close()
  }
}

/** About how many of the finest tiles a box touches. */
function finestTiles(box: Box): number {
  const side = 360 / 2 ** MAP_MAX_Z
  return ((box.east - box.west) / side + 1) * ((box.north - box.south) / side + 1)
}
