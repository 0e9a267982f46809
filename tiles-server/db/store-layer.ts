/** Stores one layer of one source: what is new or changed is written, what is gone is removed, all in one transaction. */
import type { CityFeature, LayerName } from '../../data/geo/city-feature.ts'
import type { Database, Queryable } from './database.ts'
import { type Bounds, createDirtyBoxes, type DirtyBoxes } from './dirty-boxes.ts'
import { type FeatureRow, featureRow, toJson } from './feature-row.ts'
import { createIdSet, type IdSet } from './id-set.ts'
import { copyRows, JSON_COLUMNS, jsonRows, STAGED_COLUMNS } from './row-batch.ts'

/** Where a data set came from, as `/collections` tells it. */
export interface SourceInfo {
  /** the data set's name: `monaco` */
  id: string
  title: string
  /** the title in English, where there is one */
  titleEn?: string | null
  files: string[]
  attribution: string
  /** ISO 8601 date of the data, where known */
  dataDate?: string | null
  /** of the files: `EPSG:4490`; the rows are always WGS 84 */
  crs?: string | null
  /** vertical datum of the files: `EGM96`; the rows are always ellipsoidal */
  datum?: string | null
  synthetic?: boolean
  /** the import report, any JSON */
  report?: unknown
}

/** What to store. */
export interface StoreLayerOptions {
  /** name of the data set; see `storeSource` */
  source: string
  layer: LayerName
  features: AsyncIterable<CityFeature> | Iterable<CityFeature>
  signal?: AbortSignal
  /** called after each batch with the features read so far */
  onProgress?: (read: number) => void
  /** called for each feature that cannot be stored (bad or repeated id, no position …) */
  onReject?: (id: string, reason: string) => void
}

/** What was done; `stored` is what the source now has in the layer. */
export interface StoreLayerResult {
  read: number
  stored: number
  /** new and different */
  changed: number
  unchanged: number
  removed: number
  rejected: number
  seconds: number
}

const BATCH_ROWS = 2000
const BATCH_BYTES = 8 << 20
const BOX = 'st_xmin(geom) as w, st_ymin(geom) as s, st_xmax(geom) as e, st_ymax(geom) as n'
let serial = 0

interface BoxRow {
  id: string
  w: number
  s: number
  e: number
  n: number
}
const boxOf = ({ w, s, e, n }: BoxRow): Bounds => [w, s, e, n]

/** Creates or updates the row of a source; nothing else refers to its words. */
export async function storeSource(db: Queryable, source: SourceInfo): Promise<void> {
  await db.query(
    `insert into source (id, title, files, attribution, data_date, crs, datum, synthetic, report, title_en)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     on conflict (id) do update set title = excluded.title, files = excluded.files, attribution = excluded.attribution,
       data_date = excluded.data_date, crs = excluded.crs, datum = excluded.datum, synthetic = excluded.synthetic,
       report = excluded.report, title_en = excluded.title_en, at = now()`,
    [
      source.id,
      source.title,
      toJson(source.files),
      source.attribution,
      source.dataDate ?? null,
      source.crs ?? null,
      source.datum ?? null,
      source.synthetic ?? false,
      source.report === undefined ? null : toJson(source.report),
      source.titleEn ?? null,
    ],
  )
}

interface Run {
  options: StoreLayerOptions
  table: string
  /** whether the layer held anything before: an empty one needs no look at old rows */
  occupied: boolean
  seen: IdSet
  dirty: DirtyBoxes
  result: StoreLayerResult
  /** extent of what is new or different */
  extent: Bounds
}

async function* batches(run: Run): AsyncGenerator<FeatureRow[]> {
  const { options, result, seen } = run
  let rows: FeatureRow[] = []
  let bytes = 0
  for await (const feature of options.features) {
    result.read++
    try {
      if (feature.layer !== options.layer)
        throw new RangeError(`wrong layer, got ${feature.layer}; expected ${options.layer}`)
      const row = featureRow(feature)
      if (!seen.add(row.id)) throw new RangeError('repeated id: the first one is kept')
      rows.push(row)
      bytes += row.geom.length + row.style.length + row.attributes.length
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      result.rejected++
      options.onReject?.(String(feature?.id).slice(0, 200), error.message)
    }
    if (rows.length < BATCH_ROWS && bytes < BATCH_BYTES) continue
    yield rows
    rows = []
    bytes = 0
  }
  if (rows.length) yield rows
}

/** Drops what is already there as it is, and marks the old places of what is not. */
async function changedOf(run: Run, db: Queryable, rows: FeatureRow[]): Promise<FeatureRow[]> {
  if (!run.occupied) return rows
  const old = await db.query<BoxRow & { hash: string; source: string }>(
    `select id, hash::text as hash, source, ${BOX} from feature where layer = $1 and id = any($2::text[])`,
    [run.options.layer, rows.map(({ id }) => id)],
  )
  const byId = new Map(old.map((row) => [row.id, row]))
  return rows.filter((row) => {
    const before = byId.get(row.id)
    if (!before) return true
    if (before.source === run.options.source && before.hash.replaceAll('-', '') === row.hash) return false
    run.dirty.add(boxOf(before))
    return true
  })
}

/**
 * Puts rows into the staged table. Measured on PGlite, rows per second: binary COPY 150k, text COPY 65k, jsonb_to_recordset,
 * which runs anywhere, 52k, VALUES 40k, unnest 29k.
 */
async function write(db: Queryable, table: string, rows: FeatureRow[]): Promise<void> {
  const copied = db.copy ? rows.filter(({ sound }) => sound) : []
  if (copied.length) await db.copy?.(table, copyRows(copied))
  const others = copied.length ? rows.filter(({ sound }) => !sound) : rows
  if (others.length)
    await db.query(
      `insert into ${table} select id, geom::geometry, cell, style, attributes, hash, decode(shape, 'hex')
       from jsonb_to_recordset($1::jsonb) as row(${JSON_COLUMNS})`,
      [jsonRows(others)],
    )
}

async function stage(run: Run, db: Queryable): Promise<void> {
  const { options, result, table } = run
  await db.query(`create temp table ${table} (${STAGED_COLUMNS})`)
  // one batch is being written while the next is read and encoded
  let writing: Promise<unknown> = Promise.resolve()
  for await (const rows of batches(run)) {
    options.signal?.throwIfAborted()
    const changed = await changedOf(run, db, rows)
    result.unchanged += rows.length - changed.length
    result.changed += changed.length
    for (const { box } of changed) {
      run.dirty.add(box)
      run.extent = [
        Math.min(run.extent[0], box[0]),
        Math.min(run.extent[1], box[1]),
        Math.max(run.extent[2], box[2]),
        Math.max(run.extent[3], box[3]),
      ]
    }
    await writing
    if (changed.length) {
      writing = write(db, table, changed)
      // a failure is heard where the batch is waited for, if something else has not failed before
      writing.catch(() => {})
    }
    options.onProgress?.(result.read)
  }
  await writing
}

/** Ids of the source that did not come again. */
async function goneOf(run: Run, tx: Queryable): Promise<string[]> {
  const gone: string[] = []
  if (!run.occupied) return gone
  for (let after = ''; ; ) {
    const ids = await tx.query<{ id: string }>(
      'select id from feature where layer = $1 and source = $2 and id > $3 order by id limit 20000',
      [run.options.layer, run.options.source, after],
    )
    for (const { id } of ids) if (!run.seen.has(id)) gone.push(id)
    if (ids.length < 20000) return gone
    after = ids[ids.length - 1].id
  }
}

async function merge(run: Run, tx: Queryable): Promise<void> {
  const { options, result, table } = run
  const { layer, source } = options
  const [held] = await tx.query('select 1 from feature where layer = $1 order by layer, id limit 1', [layer])
  // to look for what cannot be there costs a third of the insert
  const replacing = held
    ? `on conflict (layer, id) do update set source = excluded.source, geom = excluded.geom, cell = excluded.cell,
         style = excluded.style, attributes = excluded.attributes, hash = excluded.hash, shape = excluded.shape`
    : ''
  const [{ fresh }] = await tx.query<{ fresh: number }>(
    `with merged as (
       insert into feature (layer, id, source, geom, cell, style, attributes, hash, shape)
       select $1, id, $2, geom, cell, style, attributes, hash, shape from ${table} order by cell
       ${replacing}
       returning (xmax = 0) as fresh)
     select count(*) filter (where fresh)::int as fresh from merged`,
    [layer, source],
  )
  const gone = await goneOf(run, tx)
  for (let i = 0; i < gone.length; i += 10_000) {
    const removed = await tx.query<BoxRow>(
      `delete from feature where layer = $1 and id = any($2::text[]) returning id, ${BOX}`,
      [layer, gone.slice(i, i + 10_000)],
    )
    for (const row of removed) run.dirty.add(boxOf(row))
    result.removed += removed.length
  }
  result.stored = result.changed + result.unchanged
  const boxes = run.dirty.boxes()
  if (!boxes.length) return
  await tx.query(
    'insert into dirty (layer, west, south, east, north) select $1, w, s, e, n from unnest($2::float8[], $3::float8[], $4::float8[], $5::float8[]) as box(w, s, e, n)',
    [layer, ...[0, 1, 2, 3].map((side) => boxes.map((box) => box[side]))],
  )
  await tx.query('update layer set revision = revision + 1, features = features + $2 where id = $1', [
    layer,
    fresh - result.removed,
  ])
  // What only grew needs no look at all the rows.
  if (result.removed || result.changed > fresh)
    await tx.query(
      `update layer set west = st_xmin(box), south = st_ymin(box), east = st_xmax(box), north = st_ymax(box)
       from (select st_extent(geom) as box from feature where layer = $1) as whole where id = $1`,
      [layer],
    )
  else
    await tx.query(
      'update layer set west = least(west, $2), south = least(south, $3), east = greatest(east, $4), north = greatest(north, $5) where id = $1',
      [layer, ...run.extent],
    )
  await tx.query("select pg_notify('tiles.changed', $1)", [layer])
}

/**
 * Makes the layer hold exactly `features` for `source`; the rows of other sources stay. A second run changes nothing.
 * An id that another source holds is taken over. Nothing is visible before the end; a failure or a kill leaves the old rows.
 * Memory: two batches (2,000 rows or 8 MB each) and 8 … 16 bytes per id.
 *
 * The embedded database has one session, so rows are staged outside the transaction there: readers wait for the merge
 * (about 30 µs per changed row) and not for the file.
 * @throws {Error} what the iterator, the signal or the database throws
 */
export async function storeLayer(db: Database, options: StoreLayerOptions): Promise<StoreLayerResult> {
  const started = performance.now()
  const { source, layer } = options
  await db.query('insert into source (id, title) values ($1, $1) on conflict do nothing', [source])
  await db.query('insert into layer (id) values ($1) on conflict do nothing', [layer])
  const run: Run = {
    options,
    table: `staged_${process.pid}_${serial++}`,
    occupied: true,
    seen: createIdSet(),
    dirty: createDirtyBoxes(),
    result: { read: 0, stored: 0, changed: 0, unchanged: 0, removed: 0, rejected: 0, seconds: 0 },
    extent: [Infinity, Infinity, -Infinity, -Infinity],
  }
  const look = async (queryable: Queryable, lock: string): Promise<void> => {
    const [{ features }] = await queryable.query<{ features: number }>(
      `select features from layer where id = $1 ${lock}`,
      [layer],
    )
    run.occupied = Number(features) > 0
  }
  try {
    if (db.engine === 'pglite') {
      await look(db, '')
      await stage(run, db)
      await db.transaction((tx) => merge(run, tx))
    } else
      await db.transaction(async (tx) => {
        await look(tx, 'for update') // two imports of one layer take turns
        await stage(run, tx)
        await merge(run, tx)
        await tx.query(`drop table ${run.table}`)
      })
  } finally {
    if (db.engine === 'pglite') await db.query(`drop table if exists ${run.table}`).catch(() => {})
  }
  run.result.seconds = (performance.now() - started) / 1000
  return run.result
}
