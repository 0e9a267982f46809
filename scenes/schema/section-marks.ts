/** Sections as marks: only where to cut is kept, whoever opens the scene gets the drawing anew. */
import { z } from 'zod'
import { closed, textSchema } from './closed.ts'

const place = z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)]).meta({
  description: 'longitude and latitude, degrees (WGS 84)',
})
const id = z.string().min(1).max(200)
const title = textSchema.optional().meta({ description: 'the name in the list of marks' })

/** A cut across the city. */
export const sectionSchema = closed({
  type: z.literal('section'),
  line: z.array(place).min(2).max(50).meta({ description: 'from A to A′' }),
  title,
}).meta({ id: 'section', description: 'A cross-section: what a line cuts above and below the ground.' })

/** A section along the pipes of a network. */
export const longSectionSchema = closed({
  type: z.literal('long-section'),
  utility: z.string().min(1).max(40).meta({ description: 'class of pipes: `storm`, `water` …' }),
  from: id.optional().meta({ description: 'id of the node it starts from: downstream, or on to `to`' }),
  to: id.optional().meta({ description: 'id of the node it ends at' }),
  pipe: id
    .optional()
    .meta({ description: 'id of a pipe: the straight run of pipes that it is part of; without `from`' }),
  returnPeriod: z.number().min(0.2).max(1000).optional().meta({
    description: 'return period of the storm whose water is drawn in storm and combined sewers, years; 5 when absent',
  }),
  title,
}).meta({
  id: 'long-section',
  description: 'A long section: inverts, crowns, ground and slopes along a route of pipes.',
})

/** The kinds of section by their word. */
export const SECTIONS = { section: sectionSchema, 'long-section': longSectionSchema } as const
