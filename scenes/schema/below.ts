/** Below ground: how buried things are seen, and what a session leaves on the map: pits and trenches dug with tools. */
import { z } from 'zod'
import { closed, textSchema, wrongKind } from './closed.ts'
import { HYDRAULICS } from './hydraulics-marks.ts'
import { QUESTIONS } from './questions.ts'
import { SECTIONS } from './section-marks.ts'

/** How buried things are seen; the ground itself turns to glass by its layer's `opacity`. */
export const belowSchema = closed({
  xray: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .meta({ description: 'how clearly buried things show through the ground, 0 (not) … 1; 0 when absent' }),
  flow: z.boolean().optional().meta({ description: 'moving streaks show which way sewers flow; true when absent' }),
  labels: z
    .boolean()
    .optional()
    .meta({ description: 'near pipes wear diameter, material and invert; true when absent' }),
  grid: z
    .boolean()
    .optional()
    .meta({ description: 'a grid of depth with a ruler; shown under the ground when absent' }),
  strata: z
    .boolean()
    .optional()
    .meta({ description: 'the tops of layers of soil between boreholes as clear sheets; not drawn when absent' }),
  groundwater: z
    .boolean()
    .optional()
    .meta({ description: 'the water table between boreholes as a clear sheet; not drawn when absent' }),
}).meta({ id: 'below', description: 'How what lies below ground is seen.' })

/** How buried things are seen. */
export type Below = z.infer<typeof belowSchema>

const place = z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)]).meta({
  description: 'longitude and latitude, degrees (WGS 84)',
})
const depth = z.number().min(0.1).max(100).meta({ description: 'metres from the ground down to the floor' })
const title = textSchema.optional().meta({ description: 'the name in the list of marks' })
const check = z.literal(true).optional().meta({ description: 'the pipes it would hit are looked up and shown' })

/** A pit with upright walls. */
export const pitSchema = closed({
  type: z.literal('pit'),
  outline: z.array(place).min(3).max(200).meta({ description: 'its corners in order, not closed; at least three' }),
  depth,
  check,
  title,
}).meta({ id: 'pit', description: 'A pit with upright walls, dug into the ground.' })

/** A trench of one width along a line. */
export const trenchSchema = closed({
  type: z.literal('trench'),
  line: z.array(place).min(2).max(200).meta({ description: 'its middle, from end to end' }),
  width: z.number().min(0.1).max(100).meta({ description: 'metres between its walls' }),
  depth,
  check,
  title,
}).meta({ id: 'trench', description: 'A trench with upright walls along a line.' })

const id = z.string().min(1).max(200)
const utility = z.string().min(1).max(40).meta({ description: 'class of pipes: `water`, `gas` …' })

/** A burst pipe; what is shut and dry is found anew by whoever opens the scene. */
export const burstSchema = closed({
  type: z.literal('burst'),
  utility,
  pipe: id.meta({ description: 'id of the burst pipe' }),
  stuck: z.array(id).max(50).optional().meta({ description: 'ids of valves that do not close' }),
  title,
}).meta({ id: 'burst', description: 'A burst pipe with the valves to close and what is cut off.' })

/** A trace from a node of a network. */
export const traceSchema = closed({
  type: z.literal('trace'),
  utility,
  node: id.meta({ description: 'id of the node it starts from' }),
  sense: z.enum(['upstream', 'downstream', 'both']).meta({ description: 'which way' }),
  title,
}).meta({ id: 'trace', description: 'All that is upstream or downstream of a node, or connected to it.' })

/** The kinds of mark by their word; a new kind is added here and in `markSchema`. */
export const MARKS = {
  pit: pitSchema,
  trench: trenchSchema,
  burst: burstSchema,
  trace: traceSchema,
  ...QUESTIONS,
  ...SECTIONS,
  ...HYDRAULICS,
} as const

/** What a tool leaves on the map. */
export const markSchema = z
  .discriminatedUnion(
    'type',
    [
      pitSchema,
      trenchSchema,
      burstSchema,
      traceSchema,
      ...Object.values(QUESTIONS),
      ...Object.values(SECTIONS),
      ...Object.values(HYDRAULICS),
    ],
    {
      error: wrongKind(Object.keys(MARKS)),
    },
  )
  .meta({ id: 'mark', description: 'What a tool left on the map: undone, shared and replayed like any other change.' })

/** What a tool leaves on the map. */
export type Mark = z.infer<typeof markSchema>
