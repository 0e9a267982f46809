/** The history of the water on the terrain's cells, and the classes of hazard, which are data. */
import { z } from 'zod'
import type { Engine, TrackerRule, Trackers } from '../engine.ts'
import aidr from '../hazard/aidr.json' with { type: 'json' }
import { emptyTrackers } from '../reference/trackers.ts'
import { type PixelHistory, pixelHistory } from '../subgrid/history.ts'
import { allCells } from '../subgrid/tables.ts'
import type { FileSource } from './file-source.ts'
import { readJson } from './files.ts'
import type { Model } from './model.ts'
import { computedCell } from './records.ts'

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
export async function readHazard(folder: FileSource, wanted: 'aidr' | { file: string }): Promise<HazardClasses> {
  if (wanted === 'aidr') return aidr
  const checked = hazardSchema.safeParse(await readJson(folder, wanted.file))
  if (!checked.success) throw new Error(`${wanted.file}: ${z.prettifyError(checked.error)}`)
  return checked.data
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
