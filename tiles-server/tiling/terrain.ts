/** Height grids and water areas → quantized-mesh terrain: all of it at first, then only what changed. */
import { createHash } from 'node:crypto'
import { readWkb } from '../../data/formats/wkb.ts'
import { undulation } from '../../data/geo/geoid.ts'
import { type GeoidPatch, geoidPatch } from '../../data/geo/geoid-patch.ts'
import type { Box, TileRange } from '../../data/geo/tile-grid.ts'
import type { Database } from '../db/database.ts'
import { listHeightGrids, type StoredHeightGrid } from '../db/height-store.ts'
import type { CutContext, CutResult } from './cut-context.ts'
import { openJournal } from './cut-journal.ts'
import { clearStaging, isUnsettled, settle } from './staging.ts'
import { type AvailableRange, availableRanges, blocksOf, isAvailable, touchedRanges } from './terrain-levels.ts'
import { gatherWater, type WaterAreas } from './terrain-water.ts'
import type { TerrainBlockResult, TerrainWorkerData } from './terrain-worker.ts'
import { openWorkerPool } from './worker-pool.ts'

/** Bumped when the same data would give other tiles. */
const MAKE = 2
/** Bumped when only the manifest's form changed: the tiles stay. */
const FORM = 1
const BLOCK_SIDE = 8
const MANIFEST = 'terrain/layer.json'
const PAGE = 500

/** The manifest as we write it: Cesium's layer.json and what the next cut needs to know. */
interface Manifest {
  tilejson: string
  name: string
  version: string
  format: string
  scheme: string
  projection: string
  attribution: string
  bounds: number[]
  minzoom: number
  maxzoom: number
  extensions: string[]
  tiles: string[]
  available: AvailableRange[][]
  /** ours: how the tiles were made, and the geoid over the data, so that a page can say heights over the sea */
  tidewall: { make: number; form: number; sea: boolean; geoid: GeoidPatch | null }
}

/** Reads all water areas page by page; seas, and lakes and rivers drawn as areas. */
async function readWater(db: Database, signal: AbortSignal): Promise<WaterAreas> {
  const gatherer = gatherWater()
  const covered = await db.query<{ west: number; south: number; east: number; north: number }>(
    `select min(st_xmin(geom)) as west, min(st_ymin(geom)) as south, max(st_xmax(geom)) as east, max(st_ymax(geom)) as north
     from feature where layer = 'water' group by source order by source`,
  )
  for (const box of covered) gatherer.cover(box)
  for (let after = ''; ; ) {
    signal.throwIfAborted()
    const rows = await db.query<{ id: string; geom: Uint8Array; class: string | null }>(
      `select id, st_asbinary(geom) as geom, style->>'class' as class from feature
       where layer = 'water' and id > $1 and st_dimension(geom) = 2 order by id limit ${PAGE}`,
      [after],
    )
    for (const row of rows) gatherer.add(readWkb(row.geom), row.class === 'sea')
    if (rows.length < PAGE) return gatherer.done()
    after = rows[rows.length - 1].id
  }
}

const encoded = (manifest: Manifest): Uint8Array => new TextEncoder().encode(JSON.stringify(manifest))

async function readManifest(context: CutContext): Promise<Manifest | null> {
  const bytes = await context.store.get(MANIFEST)
  if (!bytes) return null
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as Manifest
  } catch {
    // half a manifest cannot happen, a foreign one can: cut as if there were none
    return null
  }
}

const toRanges = (available: AvailableRange[][]): TileRange[][] =>
  available.map((level, z) =>
    level.map(({ startX, startY, endX, endY }) => ({ z, minX: startX, minY: startY, maxX: endX, maxY: endY })),
  )

function manifestOf(
  levels: TileRange[][],
  grids: readonly StoredHeightGrid[],
  version: string,
  sea: boolean,
): Manifest {
  return {
    tilejson: '2.1.0',
    name: 'terrain',
    version,
    format: 'quantized-mesh-1.0',
    scheme: 'tms',
    projection: 'EPSG:4326',
    attribution: [...new Set(grids.map((grid) => grid.attribution).filter(Boolean))].join(' · '),
    bounds: [-180, -90, 180, 90],
    minzoom: 0,
    maxzoom: levels.length - 1,
    extensions: ['octvertexnormals', 'watermask'],
    tiles: [`{z}/{x}/{y}.terrain?v=${version}`],
    available: levels.map((ranges) =>
      ranges.map(({ minX, minY, maxX, maxY }) => ({ startX: minX, startY: minY, endX: maxX, endY: maxY })),
    ),
    tidewall: { make: MAKE, form: FORM, sea, geoid: geoidOver(grids) },
  }
}

/** The geoid over all grids together; null without any. */
function geoidOver(grids: readonly StoredHeightGrid[]): GeoidPatch | null {
  if (grids.length === 0) return null
  const edge = (name: keyof Box, pick: (...values: number[]) => number) => pick(...grids.map((grid) => grid[name]))
  const box = {
    west: edge('west', Math.min),
    south: edge('south', Math.min),
    east: edge('east', Math.max),
    north: edge('north', Math.max),
  }
  return geoidPatch(box, undulation)
}

/** The blocks to cut: everything, or per level what is touched or was not there before. */
function planBlocks(
  levels: TileRange[][],
  before: TileRange[][] | null,
  dirty: readonly Box[],
  grids: readonly StoredHeightGrid[],
): TileRange[] {
  return levels.flatMap((ranges, z) => {
    const touched = before ? touchedRanges(dirty, grids, z) : []
    const wanted = before
      ? (x: number, y: number) => isAvailable(touched, x, y) || !isAvailable(before[z], x, y)
      : () => true
    return [...blocksOf(ranges, BLOCK_SIDE, wanted)]
  })
}

const tilesIn = (range: TileRange): number => (range.maxX - range.minX + 1) * (range.maxY - range.minY + 1)

/** Removes tiles that were offered before and are no more. */
async function removeGone(context: CutContext, before: TileRange[][], now: TileRange[][]): Promise<number> {
  let removed = 0
  for (const [z, ranges] of before.entries())
    for (const { minX, minY, maxX, maxY } of blocksOf(ranges, 1, (x, y) => !isAvailable(now[z], x, y)))
      for (let y = minY; y <= maxY; y++)
        for (let x = minX; x <= maxX; x++) {
          await context.store.remove(`terrain/${z}/${x}/${y}.terrain`)
          removed++
        }
  return removed
}

/** Cuts the blocks on worker threads, skipping those that a killed run had finished. */
async function cutBlocks(
  context: CutContext,
  blocks: TileRange[],
  water: WaterAreas,
  journal: Awaited<ReturnType<typeof openJournal>>,
  direct: boolean,
): Promise<TerrainBlockResult> {
  const workerData: TerrainWorkerData = { heightsDir: context.heightsDir, storeRoot: context.store.root, water, direct }
  const sum: TerrainBlockResult = { tiles: 0, written: 0, bytes: 0 }
  const total = blocks.reduce((count, block) => count + tilesIn(block), 0)
  const waiting = blocks.filter((block) => {
    const known = journal.finished(keyOf(block))
    if (known) {
      sum.tiles += known.tiles
      sum.written += known.written
      sum.bytes += known.bytes
    }
    return !known
  })
  context.report({ tileset: 'terrain', done: sum.tiles, total })
  if (!waiting.length) return sum
  const threads = Math.min(context.threads, waiting.length)
  const pool = openWorkerPool<TileRange, TerrainBlockResult>(
    new URL('./terrain-worker.ts', import.meta.url),
    threads,
    workerData,
  )
  try {
    let next = 0
    const line = async (): Promise<void> => {
      while (next < waiting.length) {
        context.signal.throwIfAborted()
        const block = waiting[next++]
        const result = await pool.run(block)
        await journal.note(keyOf(block), result)
        sum.tiles += result.tiles
        sum.written += result.written
        sum.bytes += result.bytes
        context.report({ tileset: 'terrain', done: sum.tiles, total })
      }
    }
    await Promise.all(Array.from({ length: threads }, line))
  } finally {
    await pool.close()
  }
  return sum
}

const keyOf = ({ z, minX, minY, maxX, maxY }: TileRange): string => `${z}/${minX}-${maxX}/${minY}-${maxY}`

/**
 * Brings the terrain tiles up to date with the height grids and the water layer.
 * Without a manifest everything is cut, else what the `ground` rows of `dirty` touch and what was not offered before.
 * A run that was killed is continued by the next one with the same data.
 * @throws {Error} when a height grid cannot be read, the disk is full or the signal aborts; the old tiles stay served
 */
export async function cutTerrain(context: CutContext): Promise<CutResult> {
  const started = performance.now()
  const { db, store, heightsDir, signal } = context
  const dirty = await db.query<Box & { id: number }>(
    `select id, west, south, east, north from dirty where layer = 'ground' order by id`,
  )
  const grids = listHeightGrids(heightsDir)
  const manifest = await readManifest(context)
  const levels = availableRanges(grids)
  const ready = {
    tileset: 'terrain',
    tiles: levels.flat().reduce((sum, range) => sum + tilesIn(range), 0),
    written: 0,
    removed: 0,
    bytes: 0,
  }
  const same =
    manifest && JSON.stringify(manifest.available) === JSON.stringify(manifestOf(levels, grids, '', false).available)
  const unsettled = isUnsettled(manifest)
  if (manifest?.tidewall?.make === MAKE && manifest.tidewall.form === FORM && same && !dirty.length && !unsettled)
    return { ...ready, seconds: (performance.now() - started) / 1000 }

  const water = await readWater(db, signal)
  const sea = water.sea.includes(1)
  const usable = manifest?.tidewall?.make === MAKE && manifest.tidewall.sea === sea
  const formed = manifest?.tidewall?.form === FORM
  const before = manifest ? toRanges(manifest.available) : null
  const blocks = planBlocks(levels, usable ? before : null, dirty, grids)
  const journal = await openJournal(store.root, 'terrain', signature(grids, water, blocks))
  try {
    if (!journal.continued) await clearStaging(store, 'terrain')
    const sum = await cutBlocks(context, blocks, water, journal, !manifest)
    const changed = sum.written > 0 || !usable || !same || unsettled
    if (changed) await settle(store, 'terrain', manifest, (interim) => store.put(MANIFEST, encoded(interim)))
    const removed = before ? await removeGone(context, before, levels) : 0
    if (changed || !formed || !manifest) {
      const next = createHash('sha256').update(`${manifest?.version} ${journal.signature}`).digest('hex').slice(0, 12)
      const version = changed || !manifest ? next : manifest.version
      await store.put(MANIFEST, encoded(manifestOf(levels, grids, version, sea)))
    }
    if (dirty.length)
      await db.query(`delete from dirty where layer = 'ground' and id <= $1`, [dirty[dirty.length - 1].id])
    await journal.finish()
    return { ...ready, written: sum.written, removed, bytes: sum.bytes, seconds: (performance.now() - started) / 1000 }
  } finally {
    await journal.close()
  }
}

/** What the tiles of a run depend on; a journal with another signature is worthless. */
function signature(grids: readonly StoredHeightGrid[], water: WaterAreas, blocks: TileRange[]): string {
  const hash = createHash('sha256').update(`${MAKE} ${grids.map((grid) => grid.revision).join()}`)
  for (const part of [water.points, water.runs, water.polygons, water.sea, water.coverage])
    hash.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength))
  return hash.update(blocks.map(keyOf).join()).digest('hex')
}
