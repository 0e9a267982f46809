/** What questions about networks share: their parameters, the ground, and how an answer is sent. */
import { z } from 'zod'
import { openHeights } from '../db/height-store.ts'
import { HttpError } from '../errors.ts'
import type { Ground, NetworkAnswer } from '../sources/network-answer.ts'
import { networkReport, type Asked as Question } from '../sources/network-report.ts'
import type { LoadedNetwork } from '../sources/networks.ts'
import type { Asked } from './endpoint.ts'
import { sendHtml, sendJson } from './send-json.ts'

/** One id. */
export const id = z.string().min(1).max(200)

/** Up to 50 ids with commas. */
export const ids = z
  .string()
  .min(1)
  .max(3000)
  .transform((text) => text.split(',').filter(Boolean))
  .refine((list) => list.length <= 50, 'expected up to 50 ids')

/** A number of metres as text. */
export const metres = (least: number, most: number, fallback: number) =>
  z
    .string()
    .max(20)
    .transform(Number)
    .refine((value) => value >= least && value <= most, `expected ${least} … ${most} metres`)
    .optional()
    .transform((value) => value ?? fallback)

/** lng,lat;lng,lat;… */
export const places = z
  .string()
  .max(8000)
  .transform((text) => text.split(';').map((pair) => pair.split(',').map(Number) as [number, number]))
  .refine(
    (list) =>
      list.length <= 200 && list.every((at) => at.length === 2 && Math.abs(at[0]) <= 180 && Math.abs(at[1]) <= 90),
    'expected lng,lat;lng,lat;… up to 200 places',
  )

/** How the answer comes: GeoJSON, or a page to print in a language. */
export const format = {
  format: z.enum(['geojson', 'html']).meta({ description: 'html: a page to print' }).optional(),
  lang: z.enum(['zh', 'en']).meta({ description: 'language of the page, zh when absent' }).optional(),
}

/** What a question finds wrong with its numbers becomes 400. */
export function refused<Value>(work: () => Value): Value {
  try {
    return work()
  } catch (error) {
    if (error instanceof RangeError) throw new HttpError(400, error.message, { cause: error })
    throw error
  }
}

/** Heights of the ground while one question is answered; NaN without terrain. */
export async function withGround<Value>(
  { heightsDir }: { heightsDir?: string },
  work: (ground: Ground) => Value | Promise<Value>,
): Promise<Value> {
  if (heightsDir === undefined) return work(() => Number.NaN)
  const heights = openHeights(heightsDir)
  try {
    return await work((lng, lat) => heights.sample(lng, lat))
  } finally {
    heights.close()
  }
}

/** Sends an answer as it was asked for. */
export async function sendAnswer(
  { db, clock, query, req, res }: Asked<{ format?: 'geojson' | 'html'; lang?: 'zh' | 'en' }>,
  loaded: LoadedNetwork,
  answer: NetworkAnswer,
  question: Question,
): Promise<void> {
  if (query.format !== 'html') return sendJson(req, res, answer)
  await sendHtml(req, res, await networkReport(db, loaded, answer, question, query.lang ?? 'zh', clock()))
}
