/** Capacity of sewers: how full they run in a storm, which manholes overflow and when. */
import { z } from 'zod'
import { SEWER_SHOWN, type SewerShown } from '../../data/networks/hydraulics-answer.ts'
import { HttpError } from '../errors.ts'
import { DESIGN_STORM, planCapacity } from '../sources/capacity.ts'
import { endpoint } from './endpoint.ts'
import { sendSolved } from './send-solved.ts'

const number = (low: number, high: number) =>
  z
    .string()
    .max(20)
    .regex(/^\d+(\.\d+)?$/, `expected a number ${low} … ${high}`)
    .transform(Number)
    .refine((value) => value >= low && value <= high, `expected ${low} … ${high}`)

export const capacityRoutes = [
  endpoint({
    path: '/networks/{utility}/capacity',
    summary: 'How full storm, foul or combined sewers run over time, and which manholes overflow',
    tag: 'networks',
    query: z.strictObject({
      return: number(0.2, 1000)
        .meta({ description: `return period of the design storm, years; ${DESIGN_STORM.years} when absent` })
        .optional(),
      minutes: number(10, 720)
        .meta({ description: `how long it rains; ${DESIGN_STORM.minutes} when absent` })
        .optional(),
      show: z
        .enum(Object.keys(SEWER_SHOWN) as [SewerShown, ...SewerShown[]])
        .meta({ description: 'which values; fill when absent' })
        .optional(),
      model: z
        .string()
        .max(300)
        .meta({ description: '`network`, or `<source>:<file>` of a SWMM file: then its own rain, by the dynamic wave' })
        .optional(),
    }),
    async handle(asked) {
      const { db, params, query } = asked
      const { utility } = params
      if (utility !== 'storm' && utility !== 'foul' && utility !== 'combined')
        throw new HttpError(404, `capacity: got ${utility.slice(0, 40)}; expected storm | foul | combined`)
      const { task, ...head } = await planCapacity(db, {
        utility,
        years: query.return ?? DESIGN_STORM.years,
        minutes: query.minutes ?? DESIGN_STORM.minutes,
        show: query.show ?? 'fill',
        model: query.model,
      })
      await sendSolved(asked, task, head)
    },
  }),
]
