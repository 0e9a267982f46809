/** Questions about pipe networks: burst, trace, pollution, clearance, dig check; as GeoJSON or as a page to print. */
import { z } from 'zod'
import { answerClearance } from '../sources/clearance-answer.ts'
import { answerDig, type Hole } from '../sources/dig-answer.ts'
import { answerBurst, answerPollution, answerTrace } from '../sources/network-answers.ts'
import { buildingsOf } from '../sources/network-customers.ts'
import { clearanceRules, digRules, loadNetwork } from '../sources/networks.ts'
import { endpoint } from './endpoint.ts'
import { format, id, ids, metres, places, refused, sendAnswer, withGround } from './network-parameters.ts'
import { bbox, count } from './parameters.ts'

const tag = 'networks'
const media = 'application/geo+json'

export const networkRoutes = [
  endpoint({
    path: '/networks/{utility}/isolate',
    summary: 'A burst pipe: valves to close, pipes that stand empty or run dry, who has no water, for how long',
    tag,
    media,
    query: z.strictObject({
      pipe: id.meta({ description: 'id of the burst pipe' }),
      stuck: ids.meta({ description: 'ids of valves that do not close, with commas' }).optional(),
      ...format,
    }),
    async handle(asked) {
      const { db, params, query } = asked
      const loaded = await loadNetwork(db, params.utility)
      const answer = await answerBurst(loaded, query.pipe, query.stuck ?? [], buildingsOf(db))
      await sendAnswer(asked, loaded, answer, { kind: 'burst', subject: `${params.utility} · ${query.pipe}` })
    },
  }),
  endpoint({
    path: '/networks/{utility}/trace',
    summary: 'All that is upstream or downstream of a node, or connected to it, with times of travel',
    tag,
    media,
    query: z.strictObject({
      node: id.meta({ description: 'id of a pipe node' }),
      sense: z.enum(['upstream', 'downstream', 'both']).meta({ description: 'which way' }),
      ...format,
    }),
    async handle(asked) {
      const { db, params, query } = asked
      const loaded = await loadNetwork(db, params.utility)
      const answer = answerTrace(loaded, query.node, query.sense)
      await sendAnswer(asked, loaded, answer, { kind: 'trace', subject: `${query.node} · ${query.sense}` })
    },
  }),
  endpoint({
    path: '/networks/{utility}/pollution',
    summary: 'Nodes upstream of every polluted node and of no clean one, nearest in time first',
    tag,
    media,
    query: z.strictObject({
      polluted: ids.meta({ description: 'ids of nodes where it was found, with commas' }),
      clean: ids.meta({ description: 'ids of nodes where it was not found, with commas' }).optional(),
      ...format,
    }),
    async handle(asked) {
      const { db, params, query } = asked
      const loaded = await loadNetwork(db, params.utility)
      const answer = answerPollution(loaded, query.polluted, query.clean ?? [])
      await sendAnswer(asked, loaded, answer, { kind: 'pollution', subject: query.polluted.join(' · ') })
    },
  }),
  endpoint({
    path: '/networks/{utility}/clearance',
    summary:
      'Pipes closer than the rules allow, and pipes with too little cover; `all` compares the utilities with each other',
    tag,
    media,
    query: z.strictObject({
      bbox,
      rule: z.enum(['horizontal', 'vertical', 'cover']).meta({ description: 'only this rule' }).optional(),
      limit: count(1, 5000, 500),
      offset: count(0, 1_000_000, 0),
      ...format,
    }),
    async handle(asked) {
      const { db, params, query, closing } = asked
      const loaded = await loadNetwork(db, params.utility)
      const rules = await clearanceRules()
      const { bbox: box, rule, limit, offset } = query
      const answer = await withGround(asked, (ground) =>
        answerClearance(loaded, rules, { box, rule, limit, offset }, ground, closing),
      )
      await sendAnswer(asked, loaded, answer, { kind: 'clearance', subject: box?.join(', ') ?? params.utility })
    },
  }),
  endpoint({
    path: '/networks/{utility}/dig-check',
    summary: 'What a trench, a pit or a pile would hit; as a page: the annex of a road-opening permit',
    tag,
    media,
    query: z.strictObject({
      kind: z.enum(['trench', 'pit', 'pile']),
      places: places.meta({ description: 'lng,lat;lng,lat;… of the line, the outline or the pile' }),
      width: metres(0.05, 100, 0.6).meta({ description: 'of a trench; diameter of a pile; metres' }),
      depth: metres(0.1, 200, 2).meta({ description: 'metres below the ground' }),
      ...format,
    }),
    async handle(asked) {
      const { db, params, query } = asked
      const loaded = await loadNetwork(db, params.utility)
      const rules = await digRules()
      const hole: Hole = { kind: query.kind, places: query.places, widthM: query.width, depthM: query.depth }
      const answer = await withGround(asked, (ground) => refused(() => answerDig(loaded, hole, rules, ground)))
      await sendAnswer(asked, loaded, answer, { kind: 'dig', hole })
    },
  }),
]
