/** What the buildings cutter asks the database: counts, records by leaf, dirty boxes. */
import type { Database } from '../db/database.ts'
import { type CellCount, COUNT_SHIFT, nodeCells, type PlanNode } from './buildings-plan.ts'

/** Where buildings come from: the database, or arrays in tests. */
export interface BuildingRows {
  /** ascending by code */
  counts(): Promise<CellCount[]>
  /** One chunk of concatenated records per leaf, in their order; leaves ascend and do not overlap. */
  chunks(leaves: readonly PlanNode[]): Promise<Uint8Array[]>
  /** boxes (west, south, east, north in degrees) to cut again */
  dirty(): Promise<[number, number, number, number][]>
  /** forgets the boxes that `dirty` gave */
  settled(): Promise<void>
}

/** Buildings of a database. */
export function databaseRows(db: Database): BuildingRows {
  let last = -1
  return {
    async counts() {
      const rows = await db.query<{ code: number; count: number; bytes: number }>(
        `select cell >> ${COUNT_SHIFT} as code, count(*)::int as count, sum(length(shape))::int as bytes
         from feature where layer = 'buildings' and shape is not null group by 1 order by 1`,
      )
      return rows.map(({ code, count, bytes }) => ({ code: Number(code), count, bytes }))
    },
    async chunks(leaves) {
      const ranges = leaves.map(nodeCells)
      const rows = await db.query<{ leaf: number; chunk: Uint8Array }>(
        `select width_bucket(cell, $1::bigint[]) - 1 as leaf, string_agg(shape, ''::bytea order by cell, id collate "C") as chunk
         from feature where layer = 'buildings' and shape is not null and cell between $2 and $3 group by 1 order by 1`,
        [ranges.map(({ first }) => first), ranges[0].first, ranges[ranges.length - 1].last],
      )
      const found = new Map(rows.map((row) => [row.leaf, row.chunk]))
      return leaves.map((_, i) => found.get(i) ?? new Uint8Array(0))
    },
    async dirty() {
      const rows = await db.query<{ id: number; west: number; south: number; east: number; north: number }>(
        `select id, west, south, east, north from dirty where layer = 'buildings'`,
      )
      for (const { id } of rows) last = Math.max(last, Number(id))
      return rows.map(({ west, south, east, north }) => [west, south, east, north])
    },
    async settled() {
      if (last >= 0) await db.query(`delete from dirty where layer = 'buildings' and id <= $1`, [last])
    },
  }
}
