/** What is in the city: its layers and where they came from. */
import { LAYERS, type LayerName } from '../../data/geo/city-feature.ts'
import type { Database } from '../db/database.ts'
import { HttpError } from '../errors.ts'

/** Where features came from. */
export interface SourceSummary {
  id: string
  title: string
  /** null when there is none */
  titleEn: string | null
  attribution: string
  /** ISO 8601, null when unknown */
  dataDate: string | null
  /** reference system and vertical datum of the files; served are always CRS84 and ellipsoidal metres */
  crs: string | null
  datum: string | null
  synthetic: boolean
}

/** One layer. */
export interface LayerSummary {
  id: LayerName
  revision: number
  features: number
  /** degrees: west, south, east, north; null when empty */
  bbox: [number, number, number, number] | null
  /** newest first */
  sources: SourceSummary[]
}

interface LayerRow {
  id: LayerName
  revision: number
  features: number
  west: number | null
  south: number
  east: number
  north: number
  sources: SourceSummary[] | null
}

const SQL = `select l.id, l.revision, l.features, l.west, l.south, l.east, l.north,
  (select jsonb_agg(jsonb_build_object('id', s.id, 'title', s.title, 'titleEn', s.title_en, 'attribution', s.attribution, 'dataDate', s.data_date,
     'crs', s.crs, 'datum', s.datum, 'synthetic', s.synthetic) order by s.at desc, s.id)
   from source s where exists (select 1 from feature f where f.source = s.id and f.layer = l.id)) as sources
  from layer l`

function summary({ id, revision, features, west, south, east, north, sources }: LayerRow): LayerSummary {
  return { id, revision, features, bbox: west === null ? null : [west, south, east, north], sources: sources ?? [] }
}

/** Layers that hold something, in the order of `LAYERS`. */
export async function readLayers(db: Database): Promise<LayerSummary[]> {
  const rows = await db.query<LayerRow>(SQL)
  return rows
    .filter(({ features }) => features > 0)
    .map(summary)
    .sort((a, b) => LAYERS.indexOf(a.id) - LAYERS.indexOf(b.id))
}

/**
 * One layer, empty when the city has none of it.
 * @throws {HttpError} 404 for a word that is no layer
 */
export async function readLayer(db: Database, id: string): Promise<LayerSummary> {
  checkLayer(id)
  const [row] = await db.query<LayerRow>(`${SQL} where l.id = $1`, [id])
  return row ? summary(row) : { id, revision: 0, features: 0, bbox: null, sources: [] }
}

/** The number that grows with each change of a layer; 0 when it never held anything. Errors as `readLayer`. */
export async function readRevision(db: Database, id: string): Promise<number> {
  checkLayer(id)
  const [row] = await db.query<{ revision: number }>('select revision from layer where id = $1', [id])
  return row?.revision ?? 0
}

/** @throws {HttpError} 404 naming the layers there are */
export function checkLayer(id: string): asserts id is LayerName {
  if (!(LAYERS as readonly string[]).includes(id))
    throw new HttpError(404, `collections: unknown layer, got ${id.slice(0, 60)}; expected ${LAYERS.join(' | ')}`)
}
