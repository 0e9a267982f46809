/** The ground between boreholes: layers and water at a place or along a line. */
import { z } from 'zod'
import { openHeights } from '../db/height-store.ts'
import { HttpError } from '../errors.ts'
import { type At, answerStrata, loadStrata } from '../sources/geology.ts'
import { endpoint } from './endpoint.ts'
import { sendJson } from './send-json.ts'

const MOST = 200
const place = (text: string): number[] =>
  text.split(',').map((word) => (word.trim() === '' ? Number.NaN : Number(word)))
const isPlace = (at: readonly number[]): at is [number, number] =>
  at.length === 2 && Math.abs(at[0]!) <= 180 && Math.abs(at[1]!) <= 89

const at = z
  .string()
  .max(100)
  .transform(place)
  .refine(isPlace, 'expected lng,lat in degrees')
  .meta({ description: 'lng,lat of one place', examples: ['121.44,28.66'] })
  .optional()

const line = z
  .string()
  .max(3900)
  .transform((text) => text.split(';').map(place))
  .refine(
    (list) => list.length >= 2 && list.length <= MOST && list.every(isPlace),
    `expected lng,lat;lng,lat;… in degrees, 2 … ${MOST} places`,
  )
  .meta({ description: `lng,lat;lng,lat;… of the places along a line, 2 … ${MOST}: each gets its layers` })
  .optional()

export const geologyRoutes = [
  endpoint({
    path: '/geology/strata',
    summary:
      'Layers of soil and the water table between boreholes, at a place or along a line; metres above the ellipsoid',
    tag: 'geology',
    query: z.strictObject({ at, line }),
    async handle({ db, heightsDir, query, req, res }) {
      if ((query.at === undefined) === (query.line === undefined))
        throw new HttpError(400, 'query: got both or none of at and line; expected one of them')
      const places = (query.line ?? [query.at]) as At[]
      const loaded = await loadStrata(db, places)
      const heights = heightsDir === undefined ? null : openHeights(heightsDir)
      try {
        const ground = (lng: number, lat: number) => heights?.sample(lng, lat) ?? Number.NaN
        await sendJson(req, res, answerStrata(loaded, places, ground))
      } finally {
        heights?.close()
      }
    },
  }),
]
