/** Maps of classes by bands of depth, arrival, duration or hazard; which bands is data: `hazard/sl483.json`, `defra.json`. */
import { resolve } from 'node:path'
import { z } from 'zod'
import type { Trackers } from '../engine.ts'
import defra from '../hazard/defra.json' with { type: 'json' }
import sl483 from '../hazard/sl483.json' with { type: 'json' }
import type { FileSource } from './file-source.ts'
import { readText } from './files.ts'
import type { Model } from './model.ts'
import { writeMap } from './write-map.ts'

const rising = (limits: number[]) => limits.every((limit, k) => k === 0 || limit > limits[k - 1]!)
const limits = z.array(z.number().finite()).min(1).max(30).refine(rising, 'expected rising limits')
const debris = z.strictObject({
  depths: limits,
  factors: z.array(z.number().min(0)),
  speed: z.number().positive(),
  fast: z.number().min(0),
})
const map = z
  .strictObject({
    file: z.string().regex(/^[a-z0-9_-]+$/, 'expected a file name of a–z, 0–9, _ or -'),
    title: z.string(),
    of: z.enum(['maxDepth', 'maxSpeed', 'maxHazard', 'arrival', 'duration']),
    unit: z.string(),
    scale: z.number().positive(),
    limits,
    classes: z.array(z.string()),
    colors: z.array(z.string()).optional(),
    debris: debris.optional(),
  })
  .refine((one) => one.classes.length === one.limits.length + 1, 'expected one class more than limits')
  .refine((one) => !one.debris || one.debris.factors.length === one.debris.depths.length + 1, {
    error: 'debris: expected one factor more than depths',
  })
const bandsSchema = z.strictObject({ name: z.string(), note: z.string().optional(), maps: z.array(map).min(1) })

/** A set of maps of classes. */
export type Bands = z.infer<typeof bandsSchema>

/**
 * Reads sets of bands: `sl483`, `defra`, or files of the same shape.
 *
 * @throws {Error} naming the file that is not of that shape
 */
export async function readBands(
  folder: FileSource,
  wanted: readonly ('sl483' | 'defra' | { file: string })[],
): Promise<Bands[]> {
  const known = { sl483, defra }
  return Promise.all(
    wanted.map(async (one) => {
      if (typeof one === 'string') return bandsSchema.parse(known[one])
      const text = await readText(folder, one.file)
      let value: unknown
      try {
        value = JSON.parse(text)
      } catch (cause) {
        throw new Error(`${one.file}: is no JSON; expected bands like hazard/sl483.json`, { cause })
      }
      const checked = bandsSchema.safeParse(value)
      if (!checked.success) throw new Error(`${one.file}: ${z.prettifyError(checked.error)}`)
      return checked.data
    }),
  )
}

/** Class of a cell, 1 = below the first limit; NaN where it never was wet. */
export function bandClass(one: Bands['maps'][number], trackers: Trackers, i: number): number {
  const had = trackers[one.of][i]!
  // arrival is negative where the water never came, all others are zero
  if (one.of === 'arrival' ? had < 0 : !(had > 0)) return Number.NaN
  let value = had / one.scale
  if (one.debris) {
    const { depths, factors, speed, fast } = one.debris
    const deep = factors[depths.filter((depth) => trackers.maxDepth[i]! > depth).length]!
    value += trackers.maxSpeed[i]! > speed ? Math.max(fast, deep) : deep
  }
  return 1 + one.limits.filter((limit) => value >= limit).length
}

/** Writes the maps of all sets. */
export async function writeBands(model: Model, trackers: Trackers, out: string, sets: readonly Bands[]): Promise<void> {
  for (const { name, maps } of sets) {
    for (const one of maps) {
      const words = one.classes.map((word, k) => `${k + 1} ${word}`).join(', ')
      await writeMap(model, resolve(out, `${one.file}.tif`), `${name}: ${one.title}: ${words}`, (i) =>
        bandClass(one, trackers, i),
      )
    }
  }
}
