/** Sections of the city: across a line, as values or as a drawing to scale. */
import { z } from 'zod'
import { svgDrawing } from '../../data/formats/svg-drawing.ts'
import type { Drawing } from '../../data/geo/drawing.ts'
import { crossDrawing } from '../../data/networks/section-cross-drawing.ts'
import { openHeights } from '../db/height-store.ts'
import { HttpError } from '../errors.ts'
import { strataProvider } from '../sources/geology.ts'
import { clearanceRules } from '../sources/networks.ts'
import { cutAsJson, cutCity } from '../sources/sections.ts'
import { type Asked, endpoint } from './endpoint.ts'
import { sendJson } from './send-json.ts'

const FORMATS = ['json', 'svg'] as const
const format = z.enum(FORMATS).meta({ description: 'json when absent' }).optional()
const lang = z.enum(['zh', 'en']).meta({ description: 'language of the drawing, zh when absent' }).optional()

/** lng,lat;lng,lat;… */
const line = z
  .string()
  .max(3000)
  .transform((text) => text.split(';').map((pair) => pair.split(',').map(Number)))
  .refine(
    (list) => list.every((at) => at.length === 2 && at.every(Number.isFinite)),
    'expected lng,lat;lng,lat;… in degrees',
  )
  .transform((list) => list.map(([lng, lat]) => [lng, lat] as const))
  .meta({ description: 'lng,lat;lng,lat;… of the line, 2 … 50 places, 0.1 … 2000 m' })

/** An error of the question is the asker's. */
async function refused<Value>(work: Promise<Value>): Promise<Value> {
  return work.catch((error: unknown) => {
    if (error instanceof RangeError) throw new HttpError(400, error.message, { cause: error })
    throw error
  })
}

/** Ends when the asker goes away or the server stops. */
function leaving({ res, closing }: Pick<Asked<unknown>, 'res' | 'closing'>): AbortSignal {
  const gone = new AbortController()
  res.on('close', () => gone.abort())
  return closing ? AbortSignal.any([gone.signal, closing]) : gone.signal
}

async function sendDrawing({ res }: Pick<Asked<unknown>, 'res'>, drawing: Drawing, _as: 'svg'): Promise<void> {
  const name = encodeURIComponent(`${drawing.title}.svg`)
  res.set({
    'Content-Type': 'image/svg+xml; charset=utf-8',
    'Content-Disposition': `inline; filename*=UTF-8''${name}`,
    'Cache-Control': 'no-cache',
  })
  res.end(svgDrawing(drawing))
}

export const sectionRoutes = [
  endpoint({
    path: '/networks/section',
    summary:
      'A cross-section along a line: every pipe at its depth and size, ground, buildings, soil; values or a drawing',
    tag: 'networks',
    query: z.strictObject({
      line,
      width: z
        .string()
        .max(20)
        .transform(Number)
        .refine((value) => value >= 0 && value <= 50, 'expected 0 … 50 metres')
        .meta({
          description: 'shafts up to half of this from the line are shown behind the cut, metres; 6 when absent',
        })
        .optional(),
      format,
      lang,
    }),
    async handle(asked) {
      const { db, heightsDir, query, req, res } = asked
      const heights = heightsDir === undefined ? null : openHeights(heightsDir)
      try {
        const sample = heights ? heights.sample.bind(heights) : () => Number.NaN
        const ground = { sample, strata: strataProvider(db, sample) }
        const language = query.lang ?? 'zh'
        const rules = await clearanceRules()
        const answer = await refused(
          cutCity(db, query.line, (query.width ?? 6) / 2, language, ground, rules, leaving(asked)),
        )
        if (query.format === 'svg')
          await sendDrawing(asked, crossDrawing(answer.section, { language, source: answer.source }), 'svg')
        else await sendJson(req, res, cutAsJson(answer), 'application/geo+json')
      } finally {
        heights?.close()
      }
    },
  }),
]
