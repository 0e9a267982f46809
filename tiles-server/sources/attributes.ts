/** Which attributes a layer's features carry, of what type, how many, how far: for “colour by” and filters. */
import type { LayerName } from '../../data/geo/city-feature.ts'
import type { Database } from '../db/database.ts'

/** One attribute. */
export interface AttributeSummary {
  name: string
  type: 'number' | 'text' | 'boolean'
  /** features that have it (estimated from a sample in layers of more than 100,000) */
  count: number
  /** numbers only */
  min?: number
  max?: number
  /** the twelve most frequent values, most frequent first */
  top: [string | number | boolean, number][]
}

const SAMPLE = 100_000

// The hash is an md5: everything below a bound is a fair sample, the same one each time.
const SQL = `
with sample as (
  select style, attributes from feature where layer = $1 and hash <= $2::uuid),
pairs as (
  select 0 as rank, key, value from sample, jsonb_each(style)
  union all
  select 1, key, value from sample, jsonb_each(attributes - array(select jsonb_object_keys(sample.style)))),
counted as (
  select rank, key, value, count(*) as n from pairs
  where jsonb_typeof(value) in ('number', 'string', 'boolean') group by rank, key, value),
ordered as (
  select *, row_number() over (partition by key order by n desc, value) as place from counted)
select key as name, min(rank)::int as rank, sum(n)::float8 as count,
  bool_and(jsonb_typeof(value) = 'number') as numbers, bool_and(jsonb_typeof(value) = 'boolean') as booleans,
  min(case when jsonb_typeof(value) = 'number' then value::float8 end) as min,
  max(case when jsonb_typeof(value) = 'number' then value::float8 end) as max,
  jsonb_agg(jsonb_build_array(value, n) order by place) filter (where place <= 12) as top
from ordered group by key order by 2, 3 desc, 1 limit 500`

interface AttributeRow {
  name: string
  count: number
  numbers: boolean
  booleans: boolean
  min: number | null
  max: number | null
  top: [string | number | boolean, number][]
}

/** Attributes of a layer with `features` rows: the words Tidewall understands first, each group by how frequent it is. */
export async function readAttributes(db: Database, layer: LayerName, features: number): Promise<AttributeSummary[]> {
  const share = Math.min(1, SAMPLE / Math.max(1, features))
  const bound = Math.floor(share * 0xffffffff)
    .toString(16)
    .padStart(8, '0')
  const rows = await db.query<AttributeRow>(SQL, [layer, `${bound}-ffff-ffff-ffff-ffffffffffff`])
  const whole = (n: number): number => Math.round(n / share)
  return rows.map(({ name, count, numbers, booleans, min, max, top }) => ({
    name,
    type: numbers ? 'number' : booleans ? 'boolean' : 'text',
    count: whole(count),
    ...(numbers && min !== null && max !== null ? { min, max } : {}),
    top: top.map(([value, n]) => [value, whole(n)]),
  }))
}
