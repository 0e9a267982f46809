/** Hydraulics as a mark: which network, what is changed in it and what is shown; whoever opens the scene has it solved anew. */
import { z } from 'zod'
import { closed, textSchema } from './closed.ts'

const id = z.string().min(1).max(200)
const ids = z.array(id).max(100)

/** What may be shown: water networks up to `headloss`, sewers the rest. */
export const HYDRAULIC_SHOWS = [
  'pressure',
  'head',
  'demand',
  'age',
  'flow',
  'velocity',
  'headloss',
  'fill',
  'load',
  'overflow',
] as const

/** Hydraulics of one network. */
export const hydraulicsSchema = closed({
  type: z.literal('hydraulics'),
  utility: z
    .enum(['water', 'storm', 'foul', 'combined'])
    .meta({ description: '`water` is solved by EPANET, sewers by Manning and a design storm' }),
  model: z.string().min(1).max(300).optional().meta({ description: 'which model; the city’s own pipes when absent' }),
  show: z.enum(HYDRAULIC_SHOWS).meta({ description: 'what colours the pipes' }),
  closed: ids.optional().meta({ description: 'ids of valves and pipes that are shut' }),
  pumpsOff: ids.optional().meta({ description: 'ids of pumps that stand' }),
  demands: z
    .record(id, z.number().min(0).max(100_000))
    .optional()
    .meta({ description: 'mean demand by id of the node, litres per second' }),
  fire: closed({
    node: id.meta({ description: 'id of the hydrant' }),
    lps: z.number().min(0.1).max(1000).meta({ description: 'litres per second that the fire needs' }),
    residual: z
      .number()
      .min(0)
      .max(200)
      .optional()
      .meta({ description: 'pressure to be left, metres; 10 when absent' }),
  })
    .optional()
    .meta({ description: 'a hydrant in use' }),
  years: z
    .number()
    .min(0.2)
    .max(1000)
    .optional()
    .meta({ description: 'return period of the design storm, years; 5 when absent' }),
  title: textSchema.optional().meta({ description: 'the name in the list of marks' }),
}).meta({ id: 'hydraulics', description: 'A solved network: pressures and flows, or how full its sewers are.' })

/** The kinds of mark by their word. */
export const HYDRAULICS = { hydraulics: hydraulicsSchema } as const
