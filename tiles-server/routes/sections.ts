/** Sections of the city: across a line and along a network, as values or as drawings to scale. */
import { z } from 'zod'
import { crossDrawing } from '../../data/networks/section-cross-drawing.ts'
import { longDrawing } from '../../data/networks/section-long-drawing.ts'
import { openHeights } from '../db/height-store.ts'
import { HttpError } from '../errors.ts'
import { DESIGN_STORM } from '../sources/capacity.ts'
import { strataProvider } from '../sources/geology.ts'
import { longAsJson, sectionAlong } from '../sources/long-sections.ts'
import { clearanceRules } from '../sources/networks.ts'
import { cutAsJson, cutCity, type SectionGround } from '../sources/sections.ts'
import { type Asked, endpoint } from './endpoint.ts'
import { DRAWING_FORMATS, sendDrawing } from './send-drawing.ts'
import { sendJson } from './send-json.ts'

const format = z
  .enum(['json', ...DRAWING_FORMATS])
  .meta({ description: 'json when absent' })
  .optional()
const lang = z.enum(['zh', 'en']).meta({ description: 'language of the drawing, zh when absent' }).optional()
const id = z.string().min(1).max(200)

/** lng,lat;lng,lat;… */
const line = z
  .string()
  .max(3000)
  .transform((text) =>
    text.split(';').map((pair) => pair.split(',').map((part) => (part.trim() ? Number(part) : Number.NaN))),
  )
  .refine(
    (list) => list.every((at) => at.length === 2 && at.every(Number.isFinite)),
    'expected lng,lat;lng,lat;… in degrees',
  )
  .transform((list) => list.map(([lng, lat]) => [lng, lat] as const))
  .meta({ description: 'lng,lat;lng,lat;… of the line, 2 … 50 places, 0.1 … 2000 m' })

const width = z
  .string()
  .max(20)
  .transform(Number)
  .refine((value) => value >= 0 && value <= 50, 'expected 0 … 50 metres')
  .meta({ description: 'shafts up to half of this from the line are shown behind the cut, metres; 6 when absent' })
  .optional()

const years = z
  .string()
  .max(20)
  .regex(/^\d+(\.\d+)?$/, 'expected a number 0.2 … 1000')
  .transform(Number)
  .refine((value) => value >= 0.2 && value <= 1000, 'expected 0.2 … 1000')
  .meta({
    description: 'return period of the storm whose water is drawn in storm and combined sewers, years; 5 when absent',
  })
  .optional()

type Around = Pick<Asked<unknown>, 'db' | 'heightsDir' | 'res' | 'closing'>

/** Answers with the ground at hand; ends when the asker goes away or the server stops; a question that makes no sense is the asker's error. */
async function answered<Value>(
  { db, heightsDir, res, closing }: Around,
  work: (ground: SectionGround, signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const gone = new AbortController()
  res.on('close', () => gone.abort())
  const heights = heightsDir === undefined ? null : openHeights(heightsDir)
  const sample = (lng: number, lat: number): number => heights?.sample(lng, lat) ?? Number.NaN
  try {
    const signal = closing ? AbortSignal.any([gone.signal, closing]) : gone.signal
    return await work({ sample, strata: strataProvider(db, sample) }, signal)
  } catch (error) {
    if (error instanceof RangeError) throw new HttpError(400, error.message, { cause: error })
    throw error
  } finally {
    heights?.close()
  }
}

export const sectionRoutes = [
  endpoint({
    path: '/networks/section',
    summary:
      'A cross-section along a line: every pipe at its depth and size, ground, buildings, soil; as values or drawn',
    tag: 'networks',
    query: z.strictObject({ line, width, format, lang }),
    async handle(asked) {
      const { db, query, req, res } = asked
      const language = query.lang ?? 'zh'
      const rules = await clearanceRules()
      const answer = await answered(asked, (ground, signal) =>
        cutCity(db, query.line, (query.width ?? 6) / 2, language, ground, rules, signal),
      )
      const { section, source } = answer
      if (query.format === undefined || query.format === 'json')
        await sendJson(req, res, cutAsJson(answer), 'application/geo+json')
      else await sendDrawing(req, res, crossDrawing(section, { language, source }), query.format)
    },
  }),
  endpoint({
    path: '/networks/{utility}/section',
    summary:
      'A long section: from a node downstream, between two nodes, or along the run of a pipe; inverts, ground, slopes; as values or drawn',
    tag: 'networks',
    query: z.strictObject({
      from: id.meta({ description: 'id of the node it starts from' }).optional(),
      to: id.meta({ description: 'id of the node it ends at' }).optional(),
      pipe: id.meta({ description: 'id of a pipe: the run that it is part of' }).optional(),
      return: years,
      format,
      lang,
    }),
    async handle(asked) {
      const { db, query, params, req, res } = asked
      const { from, to, pipe } = query
      const language = query.lang ?? 'zh'
      const storm = { years: query.return ?? DESIGN_STORM.years, signal: asked.closing ?? new AbortController().signal }
      const question = { ...(from && { from }), ...(to && { to }), ...(pipe && { pipe }) }
      const answer = await answered(asked, (ground, signal) =>
        sectionAlong(db, params.utility, question, language, ground, storm, signal),
      )
      const { section, source } = answer
      if (query.format === undefined || query.format === 'json')
        await sendJson(req, res, longAsJson(answer), 'application/geo+json')
      else await sendDrawing(req, res, longDrawing(section, { language, source }), query.format)
    },
  }),
]
