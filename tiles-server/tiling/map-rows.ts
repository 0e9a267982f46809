/** Rows of one block on their way to a worker: packed into one buffer that is handed over, not copied. */
import type { Box } from '../../data/geo/tile-grid.ts'
import type { Queryable } from '../db/database.ts'
import { classesUpTo, hasAreas, leastArea, MAP_LAYERS, type MapLayer } from './map-rules.ts'

/** A feature as the map needs it. */
export interface MapRow {
  id: string
  /** JSON */
  style: string
  wkb: Uint8Array
}

/** Gives the rows of a layer that touch a box and may show at levels up to `maxZ`, always in the same order. */
export type MapRowSource = (layer: MapLayer, box: Box, maxZ: number, signal: AbortSignal) => AsyncIterable<MapRow[]>

const PAGE = 5000
const BBOX = 'geom && st_makeenvelope($1, $2, $3, $4, 4326)'

/** Reads from the feature table, page by page in order of cell and id. */
export function rowsFrom(db: Queryable): MapRowSource {
  return async function* (layer, box, maxZ, signal) {
    const classes = classesUpTo(layer, maxZ)
    const parameters: unknown[] = [box.west, box.south, box.east, box.north]
    let where = `layer = '${layer}' and ${BBOX}`
    if (classes) {
      parameters.push(classes)
      where += ` and style->>'class' = any($${parameters.length}::text[])`
    }
    if (hasAreas(layer) && maxZ < 15) {
      // an area whose box is smaller than the least area cannot show
      const unit = 360 / 2 ** maxZ / 4096
      parameters.push(leastArea(layer, maxZ) * unit * unit * 0.3)
      where += ` and (st_dimension(geom) < 2 or (st_xmax(geom) - st_xmin(geom)) * (st_ymax(geom) - st_ymin(geom)) >= $${parameters.length})`
    }
    for (let cell = -1, id = ''; ; ) {
      signal.throwIfAborted()
      const rows = await db.query<MapRow & { cell: number }>(
        `select id, cell, style::text as style, st_asbinary(geom) as wkb from feature
         where ${where} and (cell, id) > ($${parameters.length + 1}::bigint, $${parameters.length + 2}::text)
         order by cell, id limit ${PAGE}`,
        [...parameters, cell, id],
      )
      if (rows.length) yield rows
      if (rows.length < PAGE) return
      const last = rows[rows.length - 1]
      cell = Number(last.cell)
      id = last.id
    }
  }
}

/** Features packed for a worker, layer after layer. */
export interface PackedRows {
  count: number
  bytes: Uint8Array<ArrayBuffer>
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** A buffer that rows are packed into: layer byte, then id, style and geometry, each with its length. */
export interface RowPacker {
  add(layer: MapLayer, row: MapRow): void
  done(): PackedRows
}

/** @returns an empty packer */
export function packRows(): RowPacker {
  let bytes = new Uint8Array(1 << 16)
  let view = new DataView(bytes.buffer)
  let at = 0
  let count = 0
  const room = (more: number): void => {
    if (at + more <= bytes.length) return
    const wider = new Uint8Array(Math.max(bytes.length * 2, at + more))
    wider.set(bytes.subarray(0, at))
    bytes = wider
    view = new DataView(bytes.buffer)
  }
  const words = (value: string): void => {
    room(4 + value.length * 3)
    const { written } = encoder.encodeInto(value, bytes.subarray(at + 4))
    view.setUint32(at, written, true)
    at += 4 + written
  }
  return {
    add(layer, row) {
      room(1)
      bytes[at++] = MAP_LAYERS.indexOf(layer)
      words(row.id)
      words(row.style)
      room(4 + row.wkb.length)
      view.setUint32(at, row.wkb.length, true)
      bytes.set(row.wkb, at + 4)
      at += 4 + row.wkb.length
      count++
    },
    done: () => ({ count, bytes: bytes.subarray(0, at) }),
  }
}

/** Reads packed rows again; the geometry is a view, valid while the buffer is. */
export function* unpackRows({ count, bytes }: PackedRows): Generator<MapRow & { layer: MapLayer }> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  const part = (): Uint8Array => {
    const length = view.getUint32(at, true)
    at += 4 + length
    return bytes.subarray(at - length, at)
  }
  for (let i = 0; i < count; i++) {
    const layer = MAP_LAYERS[bytes[at++]]
    yield { layer, id: decoder.decode(part()), style: decoder.decode(part()), wkb: part() }
  }
}
