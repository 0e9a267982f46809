/** Maps of a run as GeoTIFF. */
import { resolve } from 'node:path'
import { DRY_DEPTH, type Engine, type Field } from '../engine.ts'
import { type Bands, writeBands } from './bands.ts'
import type { Model } from './model.ts'
import { waterOn } from './records.ts'
import { type HazardClasses, terrainTrackers } from './terrain-trackers.ts'
import { writeMap } from './write-map.ts'

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

/** The maps of the whole run. */
export async function writeMaxima(
  model: Model,
  engine: Engine,
  out: string,
  classes: HazardClasses,
  bands: readonly Bands[],
): Promise<void> {
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
  await writeBands(model, trackers, out, bands)
}
