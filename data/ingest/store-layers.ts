/** From the spool to the database: a transaction per layer, and a scene that shows the data set. */
import type { Database } from '../../tiles-server/db/database.ts'
import { openHeights } from '../../tiles-server/db/height-store.ts'
import { storeLayer } from '../../tiles-server/db/store-layer.ts'
import type { LayerName } from '../geo/city-feature.ts'
import { undulation } from '../geo/geoid.ts'
import { cityScene } from './city-scene.ts'
import type { IngestContext } from './ingest.ts'
import type { Intake } from './intake.ts'
import { markOutlines } from './mark-outlines.ts'

/** Stores layers, each in one transaction; the intake's reports say what came of it. */
export async function storeLayers(
  took: Intake,
  layers: LayerName[],
  source: string,
  context: IngestContext,
  signal: AbortSignal,
): Promise<void> {
  for (const layer of layers) {
    signal.throwIfAborted()
    const total = took.spool.counts.get(layer) ?? 0
    const report = took.layer(layer)
    const result = await storeLayer(context.db, {
      source,
      layer,
      features:
        layer === 'buildings' ? markOutlines(() => took.spool.read(layer), took.parts()) : took.spool.read(layer),
      signal,
      onProgress: (done) => context.onProgress?.({ stage: `store ${layer}`, done, total }),
      onReject: (id, reason) => took.rejected(layer, id, reason),
    })
    Object.assign(report, {
      stored: result.stored,
      changed: result.changed,
      unchanged: result.unchanged,
      removed: result.removed,
    })
    if (report.read === 0 && result.removed === 0 && report.rejected === 0) took.forget(layer)
  }
}

/** Stores the scene `<source>/city`: what the data set has, seen from above its extent (degrees). */
export async function storeScene(
  db: Database,
  source: string,
  title: string,
  extent: [number, number, number, number],
  layers: readonly LayerName[],
  heightsDir: string,
): Promise<void> {
  const heights = openHeights(heightsDir)
  const highest = ([west, south, east, north]: readonly [number, number, number, number]): number => {
    const known = heights.fill({ west, south, east, north, columns: 17, rows: 17 }).filter(Number.isFinite)
    return known.length ? Math.max(...known) : undulation((west + east) / 2, (south + north) / 2)
  }
  const document = await cityScene(title, extent, layers, highest)
  heights.close()
  await db.query(
    'insert into scene (id, document) values ($1, $2) on conflict (id) do update set document = excluded.document, at = now()',
    [`${source}/city`, JSON.stringify(document)],
  )
}
