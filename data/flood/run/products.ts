/** Maps of a run as GeoTIFF, and the classes of hazard, which are data. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { z } from 'zod'
import { writeGeotiff } from '../../formats/geotiff-write.ts'
import { DRY_DEPTH, type Engine, type Field, velocityAt } from '../engine.ts'
import { cellIndex, VOID_BED } from '../layout.ts'
import { writeWhole } from './keep.ts'
import type { Model } from './model.ts'

/** Value of "none" in all maps. */
export const NODATA = -9999

const limit = z.strictObject({
  class: z.string(),
  depthSpeed: z.number().positive(),
  depth: z.number().positive(),
  speed: z.number().positive(),
  color: z.string().optional(),
})
const hazardSchema = z.strictObject({
  name: z.string(),
  limits: z.array(limit).min(1).max(5),
  above: z.strictObject({ class: z.string(), color: z.string().optional() }),
})

/** Classes by rising limits; what passes the last is `above`. */
export type HazardClasses = z.infer<typeof hazardSchema>

/**
 * Reads hazard classes: `aidr`, or a file of the same shape as `hazard/aidr.json`.
 *
 * @throws {Error} when the file is not of that shape
 */
export async function readHazard(folder: string, wanted: 'aidr' | { file: string }): Promise<HazardClasses> {
  const path = wanted === 'aidr' ? new URL('../hazard/aidr.json', import.meta.url) : resolve(folder, wanted.file)
  const checked = hazardSchema.safeParse(JSON.parse(await readFile(path, 'utf8')))
  if (!checked.success) throw new Error(`hazard classes: ${z.prettifyError(checked.error)}`)
  return checked.data
}

/** Writes a map: `value` of each cell, NaN is none. */
export async function writeMap(
  model: Model,
  path: string,
  description: string,
  value: (index: number) => number,
): Promise<void> {
  const { layout, west, north } = model.place
  const values = new Float32Array(layout.columns * layout.rows)
  for (let row = 0, k = 0; row < layout.rows; row++) {
    for (let column = 0; column < layout.columns; column++, k++) values[k] = value(cellIndex(layout, column, row))
  }
  const file = writeGeotiff({
    columns: layout.columns,
    rows: layout.rows,
    west,
    north,
    pixel: layout.cellM,
    epsg: model.epsg,
    nodata: NODATA,
    values,
    description,
  })
  await writeWhole(path, [file])
}

/** Depth (and speed, when asked) at a moment. */
export async function writeFrame(model: Model, engine: Engine, out: string, time: number): Promise<void> {
  const depth = engine.depth()
  const stamp = String(Math.round(time)).padStart(7, '0')
  const wet = (i: number, value: number) =>
    depth[i]! > DRY_DEPTH && engine.bed[i]! < VOID_BED / 2 ? value : Number.NaN
  await writeMap(model, resolve(out, `depth_${stamp}.tif`), `depth, m, at ${time} s`, (i) => wet(i, depth[i]!))
  if (!model.run.output.velocity) return
  await writeMap(model, resolve(out, `u_${stamp}.tif`), `speed east, m/s, at ${time} s`, (i) =>
    wet(i, velocityAt(engine, i)[0]),
  )
  await writeMap(model, resolve(out, `v_${stamp}.tif`), `speed north, m/s, at ${time} s`, (i) =>
    wet(i, -velocityAt(engine, i)[1]),
  )
}

/** The maps of the whole run. */
export async function writeMaxima(model: Model, engine: Engine, out: string, classes: HazardClasses): Promise<void> {
  const trackers = engine.trackers
  if (!trackers) throw new Error('flood products: nothing was tracked; expected engine.track before the run')
  const { threshold } = model.run.output
  const some = (field: Field) => (i: number) => (field[i]! > 0 ? field[i]! : Number.NaN)
  const words = [...classes.limits.map((one) => one.class), classes.above.class].map((word, k) => `${k + 1} ${word}`)
  await writeMap(model, resolve(out, 'max_depth.tif'), 'largest depth, m', (i) =>
    trackers.maxDepth[i]! > DRY_DEPTH ? trackers.maxDepth[i]! : Number.NaN,
  )
  await writeMap(model, resolve(out, 'max_speed.tif'), 'largest speed, m/s', some(trackers.maxSpeed))
  await writeMap(model, resolve(out, 'max_level.tif'), 'highest water level, m', (i) =>
    trackers.maxDepth[i]! > DRY_DEPTH ? trackers.maxDepth[i]! + model.bed[i]! + model.datum : Number.NaN,
  )
  await writeMap(model, resolve(out, 'arrival.tif'), `first moment with ${threshold} m, s`, (i) =>
    trackers.arrival[i]! >= 0 ? trackers.arrival[i]! : Number.NaN,
  )
  await writeMap(model, resolve(out, 'duration.tif'), `seconds with at least ${threshold} m`, some(trackers.duration))
  await writeMap(
    model,
    resolve(out, 'hazard.tif'),
    `${classes.name}, highest class at one moment: ${words.join(', ')}`,
    some(trackers.maxClass),
  )
  await writeMap(
    model,
    resolve(out, 'hazard_rate.tif'),
    'largest depth × (speed + 0.5) at one moment, m²/s',
    some(trackers.maxHazard),
  )
}
