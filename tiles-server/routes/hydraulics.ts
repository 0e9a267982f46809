/** Hydraulics of water networks: pressures, flows and ages, and what becomes of them when something is shut, drawn or off. */
import { z } from 'zod'
import {
  type HydraulicsAnswer,
  WATER_SHOWN,
  type WaterQuestion,
  type WaterShown,
} from '../../data/networks/hydraulics-answer.ts'
import { HttpError } from '../errors.ts'
import { loadModel, type SolvableModel } from '../sources/hydraulics-models.ts'
import type { WaterTask } from '../sources/hydraulics-worker.ts'
import { endpoint } from './endpoint.ts'
import { etagOf, isFresh } from './send-json.ts'
import { sendSolved } from './send-solved.ts'

const MOST_SECONDS = 60
const HOUR = 3600

const ids = z
  .string()
  .max(3000)
  .transform((text) => text.split(',').filter(Boolean))
  .refine((list) => list.length <= 200, 'expected up to 200 ids with commas')
  .optional()
  .transform((list) => list ?? [])

/** id:number,id:number; ids may hold colons themselves. */
const amounts = z
  .string()
  .max(3000)
  .transform((text) =>
    text
      .split(',')
      .filter(Boolean)
      .map((pair): [string, number] => [
        pair.slice(0, pair.lastIndexOf(':')),
        Number(pair.slice(pair.lastIndexOf(':') + 1) || Number.NaN),
      ]),
  )
  .refine(
    (list) => list.length <= 200 && list.every(([id, value]) => id !== '' && Number.isFinite(value)),
    'expected id:litres per second, with commas',
  )
  .optional()
  .transform((list) => list ?? [])

const number = (low: number, high: number) =>
  z
    .string()
    .max(20)
    .regex(/^-?\d+(\.\d+)?$/, `expected a number ${low} … ${high}`)
    .transform(Number)
    .refine((value) => value >= low && value <= high, `expected ${low} … ${high}`)

const query = z.strictObject({
  model: z
    .string()
    .max(300)
    .meta({ description: '`network` or `<source>:<file>`; the first of the answer’s `choices` when absent' })
    .optional(),
  show: z
    .enum(Object.keys(WATER_SHOWN) as [WaterShown, ...WaterShown[]])
    .meta({ description: 'which values; pressure when absent' })
    .optional(),
  hours: number(0, 8760).meta({ description: 'hours of the simulation at most; 24 when absent' }).optional(),
  at: number(0, 8760)
    .meta({ description: 'one moment instead, hours from the start, tanks at their initial levels' })
    .optional(),
  closed: ids.meta({ description: 'ids of valves and pipes that are shut' }),
  pumpOff: ids.meta({ description: 'ids of pumps that stand' }),
  demand: amounts.meta({ description: 'mean demands of nodes, id:L/s with commas' }),
  demandFactor: number(0, 100).meta({ description: 'all demands times this' }).optional(),
  fire: amounts.meta({
    description:
      'a hydrant or node and the flow that a fire needs, id:L/s; one moment is solved: `at`, or the one of most demand',
  }),
  residual: number(0, 200)
    .meta({ description: 'pressure that must be left at the hydrant, metres; 10 when absent' })
    .optional(),
})

const MOST_IDS = 10_000
const id = z.string().min(1).max(200)
const list = (what: string) => z.array(id).max(MOST_IDS).meta({ description: what }).optional()
const lps = z.number().min(-1e6).max(1e6)

/** The same as JSON, for lists that no address holds. */
const body = z.strictObject({
  model: query.shape.model,
  show: query.shape.show,
  hours: z
    .number()
    .min(0)
    .max(8760)
    .meta({ description: 'hours of the simulation at most; 24 when absent' })
    .optional(),
  at: z
    .number()
    .min(0)
    .max(8760)
    .meta({ description: 'one moment instead, hours from the start, tanks at their initial levels' })
    .optional(),
  closed: list('ids of valves and pipes that are shut'),
  pumpOff: list('ids of pumps that stand'),
  demand: z
    .record(id, lps)
    .refine((demands) => Object.keys(demands).length <= MOST_IDS, `expected up to ${MOST_IDS} nodes`)
    .meta({ description: 'mean demands by id of the node, L/s' })
    .optional(),
  demandFactor: z.number().min(0).max(100).meta({ description: 'all demands times this' }).optional(),
  fire: z
    .strictObject({
      node: id,
      lps: lps.meta({ description: 'L/s that the fire needs' }),
      residual: z
        .number()
        .min(0)
        .max(200)
        .meta({ description: 'pressure that must be left at the hydrant, metres; 10 when absent' })
        .optional(),
    })
    .meta({ description: 'a hydrant or node in use; one moment is solved: `at`, or the one of most demand' })
    .optional(),
})

function linksOf(model: SolvableModel, list: readonly string[]): string[] {
  return list.flatMap((id) => {
    const links = model.linksOf.get(id)
    if (links) return links
    throw new HttpError(
      404,
      model.nodeOf.has(id)
        ? `hydraulics: ${id.slice(0, 80)} is no valve or pump; expected the id of a pipe, valve or pump`
        : `hydraulics: no such pipe, valve or pump in ${model.id}, got ${id.slice(0, 80)}`,
    )
  })
}

function nodeOf(model: SolvableModel, id: string): string {
  const node = model.nodeOf.get(id)
  if (node === undefined) throw new HttpError(404, `hydraulics: no such node in ${model.id}, got ${id.slice(0, 80)}`)
  return node
}

function methodOf(model: SolvableModel): { zh: string; en: string } {
  const from = model.written
    ? {
        zh: '由管线数据自动建模：粗糙系数按材质与年代估计，用水量按服务人口分摊，未经实测率定',
        en: 'the model is written from the pipes: roughness estimated by material and age, demands shared out by people served, not calibrated',
      }
    : { zh: '采用导入的 EPANET 模型，参数未改动', en: 'the imported EPANET file as it is' }
  return {
    zh: `EPANET 2.3（epanet-js）水力平差；${from.zh}。水压为相对模型节点标高的水头；求解误差小于 0.001 米，模型误差以率定报告为准（未率定模型常为 ±5 米）。`,
    en: `EPANET 2.3 (epanet-js); ${from.en}. Pressure is head above the model's node elevation; the solver is within 0.001 m, a model that is not calibrated is often wrong by 5 m.`,
  }
}

/** The question in EPANET's own ids and SI. @throws {HttpError} 404 for an id that the model has not */
function taskOf(model: SolvableModel, asked: WaterQuestion): WaterTask {
  const { nodes, links, places, apart, text, id, revision } = model
  const { closed = [], pumpOff = [], demand = {}, demandFactor, fire, at, hours = 24, show = 'pressure' } = asked
  return {
    kind: 'water',
    key: `${id} ${revision}`,
    model: { text, nodes, links, places, apart },
    whatIf: {
      closed: linksOf(model, [...closed, ...pumpOff]),
      demands: Object.fromEntries(Object.entries(demand).map(([node, lps]) => [nodeOf(model, node), lps / 1000])),
      demandFactor,
    },
    show,
    at: at === undefined ? null : at * HOUR,
    until: hours * HOUR,
    fire: fire
      ? { node: nodeOf(model, fire.node), requiredM3s: fire.lps / 1000, residualM: fire.residual ?? 10 }
      : null,
    most: MOST_SECONDS,
  }
}

/** What is known beside the results. */
function headOf(model: SolvableModel, choices: HydraulicsAnswer['choices']) {
  const { id, title, dataDate, synthetic } = model
  return { model: { id, title, dataDate, synthetic }, choices, method: methodOf(model) }
}

const path = '/networks/water/hydraulics'
const tag = 'networks'

export const hydraulicsRoutes = [
  endpoint({
    path,
    summary:
      'Pressures, flows, velocities and ages by EPANET, with valves shut, pumps off, demands changed, a hydrant in use',
    tag,
    query,
    async handle(asked) {
      const { db, req, res } = asked
      const { fire: fires, residual, demand, ...rest } = asked.query
      const { model, choices } = await loadModel(db, rest.model)
      if (isFresh(req, res, etagOf(req, model.id, model.revision))) return
      if (fires.length > 1) throw new HttpError(400, `query: fire: got ${fires.length} hydrants; expected one`)
      const [fire] = fires
      const question: WaterQuestion = {
        ...rest,
        demand: Object.fromEntries(demand),
        ...(fire ? { fire: { node: fire[0], lps: fire[1], residual } } : {}),
      }
      await sendSolved(asked, taskOf(model, question), headOf(model, choices))
    },
  }),
  endpoint({
    method: 'post',
    path,
    summary: 'The same for long lists of changes, sent as JSON; nothing is stored',
    tag,
    body,
    async handle(asked) {
      const { model, choices } = await loadModel(asked.db, asked.body.model)
      asked.res.set('Cache-Control', 'no-store')
      await sendSolved(asked, taskOf(model, asked.body), headOf(model, choices))
    },
  }),
]
