/** What the pipes cutter asks the database: counts, records by leaf, dirty boxes; pipes and their nodes together. */
import type { Database } from '../db/database.ts'
import { COUNT_SHIFT, nodeCells } from './buildings-plan.ts'
import type { BuildingRows } from './buildings-rows.ts'

/** Where pipes come from: the database, or arrays in tests. The same four questions as for buildings. */
export type PipeRows = BuildingRows

const LAYERS = `layer in ('pipes', 'pipe-nodes')`

/** Pipes and nodes of a database. */
export function databasePipes(db: Database): PipeRows {
  let last = -1
  return {
    async counts() {
      const rows = await db.query<{ code: number; count: number; bytes: number }>(
        `select cell >> ${COUNT_SHIFT} as code, count(*)::int as count, sum(length(shape))::int as bytes
         from feature where ${LAYERS} and shape is not null group by 1 order by 1`,
      )
      return rows.map(({ code, count, bytes }) => ({ code: Number(code), count, bytes }))
    },
    async chunks(leaves) {
      const ranges = leaves.map(nodeCells)
      const rows = await db.query<{ leaf: number; chunk: Uint8Array }>(
        `select width_bucket(cell, $1::bigint[]) - 1 as leaf,
           string_agg(shape, ''::bytea order by cell, layer desc, id collate "C") as chunk
         from feature where ${LAYERS} and shape is not null and cell between $2 and $3 group by 1 order by 1`,
        [ranges.map(({ first }) => first), ranges[0]!.first, ranges.at(-1)!.last],
      )
      const found = new Map(rows.map((row) => [Number(row.leaf), row.chunk]))
      return leaves.map((_, i) => found.get(i) ?? new Uint8Array(0))
    },
    async dirty() {
      const rows = await db.query<{ id: number; west: number; south: number; east: number; north: number }>(
        `select id, west, south, east, north from dirty where ${LAYERS}`,
      )
      for (const { id } of rows) last = Math.max(last, Number(id))
      return rows.map(({ west, south, east, north }) => [west, south, east, north])
    },
    async settled() {
      if (last >= 0) await db.query(`delete from dirty where ${LAYERS} and id <= $1`, [last])
    },
  }
}
