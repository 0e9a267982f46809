/** What the trees cutter asks the database: counts, trees by leaf, dirty boxes. */
import type { Database } from '../db/database.ts'
import { type CellCount, COUNT_SHIFT, nodeCells, type PlanNode } from './buildings-plan.ts'
import { emptyForest, type Forest, gather, KINDS, seedOf } from './trees-tile.ts'

/** Where trees come from: the database, or arrays in tests. */
export interface TreeRows {
  /** ascending by code; `bytes` is not used */
  counts(): Promise<CellCount[]>
  /** The trees of each node; nodes ascend and do not overlap, one with a `part` comes alone. */
  forests(nodes: readonly PlanNode[]): Promise<Forest[]>
  /** boxes to cut again: west, south, east, north in degrees */
  dirty(): Promise<[number, number, number, number][]>
  /** forgets the boxes that `dirty` gave */
  settled(): Promise<void>
}

/** Trees of a database. */
export function databaseTrees(db: Database): TreeRows {
  let last = -1
  return {
    async counts() {
      const rows = await db.query<{ code: number; count: number }>(
        `select cell >> ${COUNT_SHIFT} as code, count(*)::int as count from feature where layer = 'trees' group by 1 order by 1`,
      )
      return rows.map(({ code, count }) => ({ code: Number(code), count, bytes: 0 }))
    },
    async forests(nodes) {
      const ranges = nodes.map(nodeCells)
      // one text per node: seven times the rate of a row per tree on the embedded database
      const rows = await db.query<{ node: number; trees: string }>(
        `select width_bucket(cell, $1::bigint[]) - 1 as node, string_agg(concat_ws(E'\\t',
           encode((case when length(geom::bytea) > 33 then st_centroid(geom) else geom end)::bytea, 'hex'),
           coalesce(style->>'height', ''), coalesce(style->>'class', ''), replace(id, E'\\n', ' ')),
           E'\\n' order by cell, id collate "C") as trees
         from feature where layer = 'trees' and cell between $2 and $3 group by 1 order by 1`,
        [ranges.map(({ first }) => first), ranges[0].first, ranges[ranges.length - 1].last],
      )
      const found = new Map(rows.map(({ node, trees }) => [Number(node), trees]))
      return nodes.map(({ part }, i) => gather([readForest(found.get(i) ?? '', part)]))
    },
    async dirty() {
      const rows = await db.query<{ id: number; west: number; south: number; east: number; north: number }>(
        `select id, west, south, east, north from dirty where layer = 'trees'`,
      )
      for (const { id } of rows) last = Math.max(last, Number(id))
      return rows.map(({ west, south, east, north }) => [west, south, east, north])
    },
    async settled() {
      if (last >= 0) await db.query(`delete from dirty where layer = 'trees' and id <= $1`, [last])
    },
  }
}

/** Lines of place (EWKB, hex), height, class, id. What is not a point gets NaN for its place. */
function readForest(text: string, part: PlanNode['part']): Forest {
  let lines = text ? text.split('\n') : []
  if (part) lines = lines.filter((_, i) => i % part.of === part.index)
  const forest = emptyForest(lines.length)
  for (let i = 0; i < lines.length; i++) {
    const [place, height, word, ...id] = lines[i].split('\t')
    const [lng, lat] = readPoint(place)
    forest.lngs[i] = lng
    forest.lats[i] = lat
    forest.heights[i] = height === '' ? Number.NaN : Number(height)
    forest.kinds[i] = Math.max(0, (KINDS as readonly string[]).indexOf(word))
    forest.seeds[i] = seedOf(id.join('\t'))
  }
  return forest
}

const HAS_SRID = 0x20000000

/** @see PostGIS EWKB: byte order, type with flags, SRID if flagged, x, y */
function readPoint(hex: string): [number, number] {
  const bytes = Buffer.from(hex, 'hex')
  if (bytes.length < 21) return [Number.NaN, Number.NaN]
  const little = bytes[0] === 1
  const type = little ? bytes.readUInt32LE(1) : bytes.readUInt32BE(1)
  const at = type & HAS_SRID ? 9 : 5
  if ((type & 0xff) !== 1 || bytes.length < at + 16) return [Number.NaN, Number.NaN]
  return little
    ? [bytes.readDoubleLE(at), bytes.readDoubleLE(at + 8)]
    : [bytes.readDoubleBE(at), bytes.readDoubleBE(at + 8)]
}
