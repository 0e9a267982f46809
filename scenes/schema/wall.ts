/** A display wall: how many screens, how large, how far apart, and what it opens with. */
import { z } from 'zod'
import { closed, idSchema } from './closed.ts'

/** A display wall in columns × rows of equal screens. */
export const wallSchema = closed({
  columns: z.int().min(1).max(64).meta({ description: 'screens side by side' }),
  rows: z.int().min(1).max(64).meta({ description: 'screens above each other' }),
  screen: closed({
    widthMm: z
      .number()
      .positive()
      .max(10_000)
      .meta({ description: 'width of the lit area of one screen, millimetres' }),
    heightMm: z
      .number()
      .positive()
      .max(10_000)
      .meta({ description: 'height of the lit area of one screen, millimetres' }),
  }).meta({ description: 'one screen' }),
  bezelMm: z.number().min(0).max(500).meta({ description: 'dark gap between two lit areas, millimetres' }),
  view: idSchema
    .optional()
    .meta({ description: "id of the view the wall opens with; the scene's opening view when absent" }),
}).meta({ id: 'wall', description: 'A display wall of equal screens.' })

/** A display wall in columns × rows of equal screens. */
export type Wall = z.infer<typeof wallSchema>
