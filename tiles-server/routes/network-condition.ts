/** How networks fare: defects of their data, and pipes by age and risk. */
import { z } from 'zod'
import { EVEN_WEIGHTS, type RiskWeights } from '../../data/networks/risk.ts'
import { HttpError } from '../errors.ts'
import { answerDefects } from '../sources/defects-answer.ts'
import { loadNetwork } from '../sources/networks.ts'
import { answerRisk } from '../sources/risk-answer.ts'
import { endpoint } from './endpoint.ts'
import { format, id, sendAnswer, withGround } from './network-parameters.ts'
import { bbox, count } from './parameters.ts'

const WEIGHTS = 'expected age,material,size,demand as four numbers 0 … 3'

const weights = z
  .string()
  .max(60)
  .transform((text, context): RiskWeights => {
    const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
    const [age, material, size, demand] = numbers
    if (numbers.length !== 4 || !numbers.every((value) => value >= 0 && value <= 3))
      context.issues.push({ code: 'custom', message: `got ${text.slice(0, 60)}; ${WEIGHTS}`, input: text })
    return { age, material, size, demand }
  })
  .meta({ description: `${WEIGHTS}: exponents of the factors; 1,1,1,1 when absent` })
  .optional()

export const networkConditionRoutes = [
  endpoint({
    path: '/networks/defects',
    summary: 'What is wrong in the data of the networks, errors first, counted by rule',
    tag: 'networks',
    media: 'application/geo+json',
    query: z.strictObject({
      source: id.meta({ description: 'data set; all when absent' }).optional(),
      utility: z.string().max(40).meta({ description: 'class of pipes; all when absent' }).optional(),
      rule: z.string().max(60).meta({ description: 'only this rule' }).optional(),
      bbox,
      limit: count(1, 20_000, 500),
      ...format,
    }),
    async handle(asked) {
      const { db, query } = asked
      const { source, utility = 'all', rule, bbox: box, limit } = query
      const answer = await withGround(asked, (ground) =>
        answerDefects(db, { source, utility, rule, box, limit }, ground),
      )
      const subject = [utility, rule, source].filter(Boolean).join(' · ')
      await sendAnswer(asked, await loadNetwork(db, 'all'), answer, { kind: 'defects', subject })
    },
  }),
  endpoint({
    path: '/networks/{utility}/risk',
    summary: 'Pipes past their life, and a ranking by age, material, size and what depends on them',
    tag: 'networks',
    media: 'application/geo+json',
    query: z.strictObject({ weights, limit: count(1, 20_000, 1000), ...format }),
    async handle(asked) {
      const { db, params, query, clock } = asked
      if (params.utility === 'all')
        throw new HttpError(400, 'risk: got all; expected one utility: their scores do not compare')
      const loaded = await loadNetwork(db, params.utility)
      const year = new Date(clock()).getUTCFullYear()
      const answer = answerRisk(loaded, year, query.weights ?? EVEN_WEIGHTS, query.limit)
      await sendAnswer(asked, loaded, answer, { kind: 'risk', subject: `${params.utility} · ${year}` })
    },
  }),
]
