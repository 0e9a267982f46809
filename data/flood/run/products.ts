/** Maps of a run as GeoTIFF, and the classes of hazard, which are data. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { z } from 'zod'
import { writeGeotiff } from '../../formats/geotiff-write.ts'
import { DRY_DEPTH, type Engine, type Field, type TrackerRule, type Trackers } from '../engine.ts'
import { cellIndex } from '../layout.ts'
import { emptyTrackers } from '../reference/trackers.ts'
import { type PixelHistory, pixelHistory } from '../subgrid/history.ts'
import { allCells } from '../subgrid/tables.ts'
import { writeWhole } from './keep.ts'
import type { Model } from './model.ts'
import { computedCell, waterOn } from './records.ts'

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
  const stamp = String(Math.round(time)).padStart(7, '0')
  const put = (name: string, words: string, part: 0 | 1 | 2, sign = 1) =>
    writeMap(model, resolve(out, `${name}_${stamp}.tif`), `${words}, at ${time} s`, (i) => {
      const water = waterOn(model, engine, i)
      return water[0] > DRY_DEPTH ? sign * water[part] : Number.NaN
    })
  await put('depth', 'depth, m', 0)
  if (!model.run.output.velocity) return
  await put('u', 'speed east, m/s', 1)
  await put('v', 'speed north, m/s', 2, -1)
}

/** The rule of a run's trackers. */
export function trackerRule(model: Model, classes: HazardClasses): TrackerRule {
  return {
    thresholdM: model.run.output.threshold,
    classes: classes.limits.map((one) => [one.depthSpeed, one.depth, one.speed] as const),
  }
}

/**
 * The history of each cell of the terrain, whatever the cells that were computed; 0 where there is no ground.
 *
 * @throws {Error} when nothing was tracked
 */
export function terrainTrackers(model: Model, engine: Engine, classes: HazardClasses): Trackers {
  const { trackers, subgrid } = engine
  if (trackers) return trackers
  const history = subgrid?.history
  if (!history) throw new Error('flood products: nothing was tracked; expected engine.track before the run')
  const { layout } = model.place
  const rule = trackerRule(model, classes)
  const out: PixelHistory = { maxDepth: 0, maxSpeed: 0, maxHazard: 0, maxClass: 0, arrival: -1, duration: 0 }
  const names = Object.keys(out) as (keyof PixelHistory)[]
  const fields = emptyTrackers(() => new Float32Array(layout.length))
  for (const i of allCells(layout)) {
    const cell = computedCell(model, i)
    const above = model.bed[i]! - engine.bed[cell]!
    if (!(history.highest[cell]! > above)) continue
    pixelHistory(out, history, rule, cell, above, subgrid.span[cell]!, model.manning[i]!)
    for (const name of names) fields[name][i] = out[name]
  }
  return fields
}

/** The maps of the whole run. */
export async function writeMaxima(model: Model, engine: Engine, out: string, classes: HazardClasses): Promise<void> {
  const trackers = terrainTrackers(model, engine, classes)
  const { threshold } = model.run.output
  const some = (field: Field) => (i: number) => (field[i]! > 0 ? field[i]! : Number.NaN)
  const words = [...classes.limits.map((one) => one.class), classes.above.class].map((word, k) => `${k + 1} ${word}`)
  await writeMap(model, resolve(out, 'max_depth.tif'), 'largest depth, m', (i) => {
    const maxDepth = trackers.maxDepth[i]!
    return maxDepth > DRY_DEPTH ? maxDepth : Number.NaN
  })
  await writeMap(model, resolve(out, 'max_speed.tif'), 'largest speed, m/s', some(trackers.maxSpeed))
  await writeMap(model, resolve(out, 'max_level.tif'), 'highest water level, m', (i) => {
    const maxDepth = trackers.maxDepth[i]!
    return maxDepth > DRY_DEPTH ? maxDepth + model.bed[i]! + model.datum : Number.NaN
  })
  await writeMap(model, resolve(out, 'arrival.tif'), `first moment with ${threshold} m, s`, (i) => {
    const arrival = trackers.arrival[i]!
    return arrival >= 0 ? arrival : Number.NaN
  })
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
