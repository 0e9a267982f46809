/** Questions about pipe networks: burst, trace, clearance, dig check. */
import { z } from 'zod'
import { openHeights } from '../db/height-store.ts'
import { HttpError } from '../errors.ts'
import { answerBurst, answerClearance, answerDig, answerTrace } from '../sources/network-answers.ts'
import { clearanceRules, loadNetwork } from '../sources/networks.ts'
import { endpoint } from './endpoint.ts'
import { bbox } from './parameters.ts'
import { sendJson } from './send-json.ts'

const id = z.string().min(1).max(200)
const metres = (least: number, most: number, fallback: number) =>
  z
    .string()
    .max(20)
    .transform(Number)
    .refine((value) => value >= least && value <= most, `expected ${least} … ${most} metres`)
    .optional()
    .transform((value) => value ?? fallback)

/** lng,lat;lng,lat;… */
const places = z
  .string()
  .max(8000)
  .transform((text) => text.split(';').map((pair) => pair.split(',').map(Number) as [number, number]))
  .refine(
    (list) =>
      list.length <= 200 && list.every((at) => at.length === 2 && Math.abs(at[0]) <= 180 && Math.abs(at[1]) <= 90),
    'expected lng,lat;lng,lat;… up to 200 places',
  )

function refused<Value>(work: () => Value): Value {
  try {
    return work()
  } catch (error) {
    if (error instanceof RangeError) throw new HttpError(400, error.message, { cause: error })
    throw error
  }
}

/** Heights of the ground while one question is answered; NaN without terrain. */
function withGround<Value>(
  heightsDir: string | undefined,
  work: (ground: (lng: number, lat: number) => number) => Value,
): Value {
  if (heightsDir === undefined) return work(() => Number.NaN)
  const heights = openHeights(heightsDir)
  try {
    return work((lng, lat) => heights.sample(lng, lat))
  } finally {
    heights.close()
  }
}

export const networkRoutes = [
  endpoint({
    path: '/networks/{utility}/isolate',
    summary: 'A burst pipe: valves to close, pipes that stand empty or run dry, hydrants lost',
    tag: 'networks',
    media: 'application/geo+json',
    query: z.strictObject({
      pipe: id.meta({ description: 'id of the burst pipe' }),
      stuck: z.string().max(2000).meta({ description: 'ids of valves that do not close, with commas' }).optional(),
    }),
    async handle({ db, params, query, req, res }) {
      const loaded = await loadNetwork(db, params.utility)
      const stuck = (query.stuck ?? '').split(',').filter(Boolean)
      await sendJson(req, res, answerBurst(loaded, query.pipe, stuck))
    },
  }),
  endpoint({
    path: '/networks/{utility}/trace',
    summary: 'All that is upstream or downstream of a node, or connected to it, with times of travel',
    tag: 'networks',
    media: 'application/geo+json',
    query: z.strictObject({
      node: id.meta({ description: 'id of a pipe node' }),
      sense: z.enum(['upstream', 'downstream', 'both']).meta({ description: 'which way' }),
    }),
    async handle({ db, params, query, req, res }) {
      const loaded = await loadNetwork(db, params.utility)
      await sendJson(req, res, answerTrace(loaded, query.node, query.sense))
    },
  }),
  endpoint({
    path: '/networks/{utility}/clearance',
    summary:
      'Pipes closer than the rules allow, and pipes with too little cover; `all` compares the utilities with each other',
    tag: 'networks',
    media: 'application/geo+json',
    query: z.strictObject({ bbox }),
    async handle({ db, heightsDir, params, query, closing, req, res }) {
      const loaded = await loadNetwork(db, params.utility)
      const rules = await clearanceRules()
      const answer = withGround(heightsDir, (ground) => answerClearance(loaded, rules, query.bbox, ground, closing))
      await sendJson(req, res, answer)
    },
  }),
  endpoint({
    path: '/networks/{utility}/dig-check',
    summary: 'What a trench, a pit or a pile would hit',
    tag: 'networks',
    media: 'application/geo+json',
    query: z.strictObject({
      kind: z.enum(['trench', 'pit', 'pile']),
      places: places.meta({ description: 'lng,lat;lng,lat;… of the line, the outline or the pile' }),
      width: metres(0.05, 100, 0.6).meta({ description: 'of a trench; diameter of a pile; metres' }),
      depth: metres(0.1, 200, 2).meta({ description: 'metres below the ground' }),
    }),
    async handle({ db, heightsDir, params, query, req, res }) {
      const loaded = await loadNetwork(db, params.utility)
      const { kind, places: at, width: widthM, depth: depthM } = query
      const answer = refused(() =>
        withGround(heightsDir, (ground) => answerDig(loaded, { kind, places: at, widthM, depthM }, ground)),
      )
      await sendJson(req, res, answer)
    },
  }),
]
