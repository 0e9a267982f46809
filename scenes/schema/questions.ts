/** Questions to the pipe networks as marks: only the question is kept, whoever opens the scene finds the answer anew. */
import { z } from 'zod'
import { closed, textSchema } from './closed.ts'

const place = z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)]).meta({
  description: 'longitude and latitude, degrees (WGS 84)',
})
const box = z
  .tuple([
    z.number().min(-180).max(180),
    z.number().min(-90).max(90),
    z.number().min(-180).max(180),
    z.number().min(-90).max(90),
  ])
  .meta({ description: 'west, south, east, north in degrees (WGS 84)' })
const id = z.string().min(1).max(200)
const title = textSchema.optional().meta({ description: 'the name in the list of marks' })
const utility = z.string().min(1).max(40).meta({ description: 'class of pipes: `water`, `gas` …; `all` for every one' })
const word = z.string().regex(/^[a-z][a-z-]{0,39}$/)

/** A pile or borehole; what it hits is always looked up. */
export const pileSchema = closed({
  type: z.literal('pile'),
  at: place,
  diameter: z.number().min(0.05).max(20).meta({ description: 'metres' }),
  depth: z.number().min(0.1).max(200).meta({ description: 'metres from the ground down to its foot' }),
  title,
}).meta({ id: 'pile', description: 'A pile or borehole, with the pipes it would hit.' })

/** Pipes too close to each other, or with too little cover, in an area. */
export const clearanceSchema = closed({
  type: z.literal('clearance'),
  utility,
  box,
  rule: z.enum(['horizontal', 'vertical', 'cover']).optional().meta({ description: 'only what breaks this rule' }),
  title,
}).meta({ id: 'clearance', description: 'Pipes closer than the rules allow, and pipes with too little cover.' })

/** Defects of the data. */
export const defectsSchema = closed({
  type: z.literal('defects'),
  utility,
  box: box.optional(),
  rule: word.optional().meta({ description: 'only what breaks this rule' }),
  title,
}).meta({ id: 'defects', description: 'What is wrong in the data of the networks, by rule.' })

const weight = z.number().min(0).max(3).optional()

/** A ranking of ageing pipes. */
export const riskSchema = closed({
  type: z.literal('risk'),
  utility,
  weights: closed({ age: weight, material: weight, size: weight, demand: weight })
    .optional()
    .meta({ description: 'exponents of the factors of the score; 1 when absent, 0 leaves a factor out' }),
  title,
}).meta({ id: 'risk', description: 'Ageing pipes, ranked by age, material, size and what depends on them.' })

/** Where pollution may have got in. */
export const pollutionSchema = closed({
  type: z.literal('pollution'),
  utility,
  polluted: z.array(id).min(1).max(50).meta({ description: 'ids of nodes where it was found' }),
  clean: z.array(id).max(50).optional().meta({ description: 'ids of nodes where it was looked for and not found' }),
  title,
}).meta({ id: 'pollution', description: 'Nodes upstream of all polluted ones and of no clean one.' })

/** The questions by their word. */
export const QUESTIONS = {
  pile: pileSchema,
  clearance: clearanceSchema,
  defects: defectsSchema,
  risk: riskSchema,
  pollution: pollutionSchema,
} as const
