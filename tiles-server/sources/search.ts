/** Finds features by name, English name, address, code or id. */
import type { Database } from '../db/database.ts'

/** Something found. */
export interface Found {
  layer: string
  id: string
  name: string
  nameEn?: string
  class: string
  lng: number
  lat: number
  /** west, south, east, north */
  bbox: [number, number, number, number]
}

// Any part of a Chinese name counts, also one or two characters, for which trigram indexes are of no use: all rows are
// looked at, which takes 0.13 CPU-seconds per 100,000 features on PGlite (1 M: 1.3 s). Exact names come first, then beginnings, then places before streets before buildings, then short names.
const SQL = `
with found as (
  select layer, id, style, geom,
    coalesce(style ->> 'name', style ->> 'address', style ->> 'nameEn', style ->> 'code', id) as name,
    least(
      case when id = $3 or lower(style ->> 'code') = $2 or lower(style ->> 'name') = $2 or lower(style ->> 'nameEn') = $2 then 0 end,
      case when lower(style ->> 'name') like $4 or lower(style ->> 'nameEn') like $4 then 1 end,
      case when style ->> 'name' is not null and lower(style ->> 'name') like $1 then 2 end, 3) as quality,
    array_position(array['places', 'boundaries', 'roads', 'rail', 'water', 'land', 'buildings', 'volumes', 'units', 'trees'], layer) as kind
  from feature
  where id = $3 or lower(style ->> 'code') like $4 or lower(style ->> 'name') like $1 or lower(style ->> 'nameEn') like $1 or lower(style ->> 'address') like $1
  order by quality, kind, coalesce((style ->> 'rank')::float8, 99), length(coalesce(style ->> 'name', style ->> 'address', id)), id
  limit $5)
select layer, id, name, style ->> 'nameEn' as "nameEn", style ->> 'class' as class, st_x(c) as lng, st_y(c) as lat,
  st_xmin(geom) as w, st_ymin(geom) as s, st_xmax(geom) as e, st_ymax(geom) as n
from found, lateral (select st_pointonsurface(st_force2d(geom)) as c) as centre`

/** A real-estate unit code, or the beginning of one: parcel of 19 characters, then what stands on it (GB/T 37346). */
const UNIT_CODE = /^\d{12}[A-Z]{2}\d{5}([A-Z][0-9A-Z]{0,8})?$/i

/** Text as it is looked for: unit codes are printed in groups, 331002 999001 GB00001 F00010101, and stored without. */
export function searched(text: string): string {
  const bare = text.replace(/[\s\u00a0\u3000-]+/g, '')
  return UNIT_CODE.test(bare) ? bare : text
}

interface FoundRow extends Omit<Found, 'bbox' | 'nameEn'> {
  nameEn: string | null
  w: number
  s: number
  e: number
  n: number
}

/** At most `limit` features whose words contain what is asked, best first; case does not matter. */
export async function searchFeatures(db: Database, asked: string, limit: number): Promise<Found[]> {
  const text = searched(asked)
  const pattern = text.toLowerCase().replace(/[\\%_]/g, '\\$&')
  const rows = await db.query<FoundRow>(SQL, [`%${pattern}%`, text.toLowerCase(), text, `${pattern}%`, limit])
  return rows.map(({ nameEn, w, s, e, n, ...found }) => ({
    ...found,
    class: found.class ?? '',
    ...(nameEn ? { nameEn } : {}),
    bbox: [w, s, e, n],
  }))
}
