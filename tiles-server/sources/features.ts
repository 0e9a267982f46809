/** Features by key order, box and attribute; pages by key, never by offset. */
import type { LayerName } from '../../data/geo/city-feature.ts'
import type { Database } from '../db/database.ts'
import { HttpError } from '../errors.ts'

/** A box in degrees: west, south, east, north; west > east crosses the antimeridian. */
export type QueryBox = readonly [number, number, number, number]

/** What is asked for. */
export interface ItemsQuery {
  bbox?: QueryBox
  /** 1 … 10,000 */
  limit: number
  /** opaque: what `next` of the page before said */
  token?: string
  /** style word or attribute → the value it must have, as text */
  filters: Record<string, string>
  /** milliseconds since 1970, open ends as null: features that stood at some moment of it */
  time?: readonly [from: number | null, to: number | null]
}

/** One page; each feature is GeoJSON text, ready to be joined. */
export interface ItemsPage {
  features: string[]
  /** token of the next page, null on the last one */
  next: string | null
}

/** SQL for “its box touches the box”, or with `exact` “it touches the box”; the box as four parameters from `first` on. */
function inBox(box: QueryBox, first: number, exact: boolean): string {
  const [w, s, e, n] = [first, first + 1, first + 2, first + 3].map((i) => `$${i}::float8`)
  const touches = (west: string, east: string): string => {
    const envelope = `st_makeenvelope(${west}, ${s}, ${east}, ${n}, 4326)`
    return exact ? `st_intersects(f.geom, ${envelope})` : `f.geom && ${envelope}`
  }
  return box[0] <= box[2] ? touches(w, e) : `(${touches(w, '180')} or ${touches('-180', e)})`
}

const encodeToken = (id: string): string => Buffer.from(id).toString('base64url')

function decodeToken(token: string): string {
  const id = Buffer.from(token, 'base64url').toString()
  if (encodeToken(id) !== token || id.includes('\0'))
    throw new HttpError(400, 'items: bad token; expected the one of a “next” link')
  return id
}

interface ItemRow {
  id: string
  geometry: string
  properties: string
}

/** A misspelt name must not look like an empty city; asked only when nothing was found, because it may look at every row. */
async function checkNames(db: Database, layer: LayerName, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const [known] = await db.query(
      'select 1 from feature where layer = $1 and (style ? $2 or attributes ? $2) limit 1',
      [layer, name],
    )
    if (!known)
      throw new HttpError(
        400,
        `query: ${name.slice(0, 60)}: unknown; expected bbox | datetime | limit | token | f | a name in /collections/${layer}/attributes`,
      )
  }
}

/**
 * One page of a layer in key order. `properties` = attributes as they came, overlaid by the style words.
 * @throws {HttpError} 400 for a token that is none, and for an attribute that no feature of the layer has
 */
export async function readItems(db: Database, layer: LayerName, query: ItemsQuery): Promise<ItemsPage> {
  const parameters: unknown[] = [layer]
  const conditions = ['f.layer = $1']
  if (query.token !== undefined) conditions.push(`f.id > $${parameters.push(decodeToken(query.token))}`)
  if (query.bbox) {
    conditions.push(inBox(query.bbox, parameters.length + 1, true))
    parameters.push(...query.bbox)
  }
  const [from, to] = query.time ?? [null, null]
  if (to !== null) conditions.push(`(f.valid_from is null or f.valid_from <= $${parameters.push(new Date(to))})`)
  if (from !== null) conditions.push(`(f.valid_to is null or f.valid_to >= $${parameters.push(new Date(from))})`)
  for (const [name, value] of Object.entries(query.filters)) {
    const key = parameters.push(name)
    conditions.push(`coalesce(f.style ->> $${key}, f.attributes ->> $${key}) = $${parameters.push(value)}`)
  }
  const rows = await db.query<ItemRow>(
    `select f.id, st_asgeojson(f.geom, 7) as geometry, (f.attributes || f.style)::text as properties
     from feature f where ${conditions.join(' and ')} order by f.id limit $${parameters.push(query.limit + 1)}`,
    parameters,
  )
  if (rows.length === 0) await checkNames(db, layer, Object.keys(query.filters))
  const more = rows.length > query.limit
  if (more) rows.pop()
  return {
    features: rows.map(
      ({ id, geometry, properties }) =>
        `{"type":"Feature","id":${JSON.stringify(id)},"geometry":${geometry},"properties":${properties}}`,
    ),
    next: more ? encodeToken(rows[rows.length - 1].id) : null,
  }
}

/**
 * One feature with everything that is known: `style`, `attributes` (untouched) and `source` beside the merged `properties`.
 * @returns GeoJSON text, null when there is none
 */
export async function readItem(db: Database, layer: LayerName, id: string): Promise<string | null> {
  const [row] = await db.query<{ feature: string }>(
    `select jsonb_build_object('type', 'Feature', 'id', f.id, 'layer', f.layer,
       'bbox', jsonb_build_array(st_xmin(f.geom), st_ymin(f.geom), st_xmax(f.geom), st_ymax(f.geom)),
       'geometry', st_asgeojson(f.geom, 7)::jsonb, 'properties', f.attributes || f.style,
       'style', f.style, 'attributes', f.attributes,
       'source', jsonb_build_object('id', s.id, 'title', s.title, 'titleEn', s.title_en, 'attribution', s.attribution, 'dataDate', s.data_date,
         'crs', s.crs, 'datum', s.datum, 'synthetic', s.synthetic))::text as feature
     from feature f join source s on s.id = f.source where f.layer = $1 and f.id = $2`,
    [layer, id],
  )
  return row?.feature ?? null
}

/**
 * One attribute of all features that touch the box, for colouring: parallel `ids` and `values` (null where it is absent).
 * @returns JSON text; `truncated` is true when there were more than 200,000
 */
export async function readValues(db: Database, layer: LayerName, name: string, bbox?: QueryBox): Promise<string> {
  const LIMIT = 200_000
  const rows = await db.query<{ id: string; value: string | null }>(
    `select f.id, coalesce(f.style -> $2, f.attributes -> $2)::text as value from feature f
     where f.layer = $1 ${bbox ? `and ${inBox(bbox, 3, false)}` : ''} limit ${LIMIT + 1}`,
    [layer, name, ...(bbox ?? [])],
  )
  const truncated = rows.length > LIMIT
  if (truncated) rows.pop()
  const ids = rows.map(({ id }) => JSON.stringify(id)).join(',')
  const values = rows.map(({ value }) => (value === null || /^[[{]/.test(value) ? 'null' : value)).join(',')
  return `{"ids":[${ids}],"values":[${values}]${truncated ? ',"truncated":true' : ''}}`
}
