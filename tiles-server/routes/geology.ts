/** The ground between boreholes: layers and water at a place or along a line. */
import { z } from 'zod'
import { checkTile, GEOGRAPHIC } from '../../data/geo/tile-grid.ts'
import { openHeights } from '../db/height-store.ts'
import { HttpError } from '../errors.ts'
import { type At, answerStrata, loadStrata } from '../sources/geology.ts'
import { answerSurfaces, LEVELS } from '../sources/geology-surfaces.ts'
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

/** @throws {HttpError} 400 with the legal range */
function tileOf(params: Record<string, string>): [number, number, number] {
  const [z, x, y] = ['z', 'x', 'y'].map((name) => (/^\d{1,9}$/.test(params[name] ?? '') ? Number(params[name]) : -1))
  const { least, most } = LEVELS
  if (!(z! >= least && z! <= most))
    throw new HttpError(400, `tile: level, got ${params.z!.slice(0, 20)}; expected ${least} … ${most}`)
  try {
    checkTile(GEOGRAPHIC, z!, x!, y!)
  } catch (error) {
    throw new HttpError(400, (error as Error).message)
  }
  return [z!, x!, y!]
}

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
  endpoint({
    path: '/geology/surfaces/{z}/{x}/{y}',
    summary: `Tops of the layers of soil and the water table over one tile of the geographic grid (level ${LEVELS.least} … ${LEVELS.most}, rows from the south), with their errors`,
    tag: 'geology',
    async handle({ db, heightsDir, params, req, res }) {
      const tile = tileOf(params)
      const { west, south, east, north } = GEOGRAPHIC.bounds(...tile)
      const loaded = await loadStrata(db, [
        [west, south],
        [east, north],
      ])
      const gone = new AbortController()
      res.once('close', () => gone.abort())
      const heights = heightsDir === undefined ? null : openHeights(heightsDir)
      try {
        const ground = (lng: number, lat: number) => heights?.sample(lng, lat) ?? Number.NaN
        const version = heights?.sources.map(({ source, revision }) => `${source} ${revision}`).join() ?? ''
        await sendJson(req, res, await answerSurfaces(loaded, tile, ground, version, gone.signal))
      } catch (error) {
        // nobody is left to be told
        if (!gone.signal.aborted) throw error
      } finally {
        heights?.close()
      }
    },
  }),
]
