/** Capacity of sewers: how full they run in a storm, which manholes overflow and when. */
import { z } from 'zod'
import { HttpError } from '../errors.ts'
import { planCapacity, type Sewer } from '../sources/capacity.ts'
import { CAPACITY_SHOWN, type CapacityShown } from '../sources/capacity-answer.ts'
import { solveHydraulics } from '../sources/hydraulics.ts'
import { endpoint } from './endpoint.ts'
import { sendJson } from './send-json.ts'

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
        .meta({ description: 'return period of the design storm, years; 5 when absent' })
        .optional(),
      minutes: number(10, 720).meta({ description: 'how long it rains; 120 when absent' }).optional(),
      show: z
        .enum(Object.keys(CAPACITY_SHOWN) as [CapacityShown, ...CapacityShown[]])
        .meta({ description: 'which values; fill when absent' })
        .optional(),
      model: z
        .string()
        .max(300)
        .meta({ description: '`network`, or `<source>:<file>` of a SWMM file: then its own rain, by the dynamic wave' })
        .optional(),
    }),
    async handle({ db, params, query, closing, req, res }) {
      const { utility } = params
      if (utility !== 'storm' && utility !== 'foul' && utility !== 'combined')
        throw new HttpError(404, `capacity: got ${utility.slice(0, 40)}; expected storm | foul | combined`)
      const { task, ...head } = await planCapacity(db, {
        utility: utility satisfies Sewer,
        years: query.return ?? 5,
        minutes: query.minutes ?? 120,
        show: query.show ?? 'fill',
        model: query.model,
      })
      const gone = new AbortController()
      res.on('close', () => gone.abort(new Error('the client is gone')))
      const signal = closing ? AbortSignal.any([gone.signal, closing]) : gone.signal
      const answer = await solveHydraulics(task, signal).catch((error: unknown) => {
        if (gone.signal.aborted) return null
        throw error
      })
      if (answer !== null) await sendJson(req, res, `${JSON.stringify(head).slice(0, -1)},${answer.slice(1)}`)
    },
  }),
]
