/** OGC API – Features: features of a layer as GeoJSON, by box, attribute and key. */
import { z } from 'zod'
import { HttpError } from '../errors.ts'
import { checkLayer, readRevision } from '../sources/collections.ts'
import { readItem, readItems } from '../sources/features.ts'
import { endpoint } from './endpoint.ts'
import { bbox, count, datetime, f } from './parameters.ts'
import { etagOf, isFresh, sendJson } from './send-json.ts'

const GEOJSON = 'application/geo+json'
const itemsQuery = z
  .object({
    bbox,
    datetime,
    limit: count(1, 10_000, 100),
    token: z.string().max(600).meta({ description: 'from the “next” link' }).optional(),
    f,
  })
  .catchall(z.string().max(400))
  .refine((query) => Object.keys(query).length <= 12, 'too many parameters; expected at most 12')

export const itemRoutes = [
  endpoint({
    path: '/collections/{layer}/items',
    summary: 'Features in key order; any other parameter is an attribute that must have this value: ?class=office',
    tag: 'features',
    media: GEOJSON,
    query: itemsQuery,
    async handle({ db, params: { layer }, query, req, res, clock }) {
      checkLayer(layer)
      if (isFresh(req, res, etagOf(req, await readRevision(db, layer)))) return
      const { bbox: box, datetime: time, limit, token, f: _format, ...rest } = query
      const filters = rest as Record<string, string>
      const page = await readItems(db, layer, { bbox: box, time, limit, token, filters })
      const links = [
        { rel: 'self', type: GEOJSON, href: req.originalUrl },
        { rel: 'collection', type: 'application/json', href: `/collections/${layer}` },
      ]
      if (page.next) {
        const next = new URLSearchParams(req.originalUrl.split('?')[1] ?? '')
        next.set('token', page.next)
        links.push({ rel: 'next', type: GEOJSON, href: `/collections/${layer}/items?${next}` })
      }
      const head = JSON.stringify({
        type: 'FeatureCollection',
        timeStamp: new Date(clock()).toISOString(),
        numberReturned: page.features.length,
        links,
      })
      await sendJson(req, res, `${head.slice(0, -1)},"features":[${page.features.join(',')}]}`, GEOJSON)
    },
  }),
  endpoint({
    path: '/collections/{layer}/items/{id}',
    summary: 'One feature with all its attributes and its source',
    tag: 'features',
    media: GEOJSON,
    query: z.strictObject({ f }),
    async handle({ db, params: { layer, id }, req, res }) {
      checkLayer(layer)
      if (isFresh(req, res, etagOf(req, await readRevision(db, layer)))) return
      const feature = id.includes('\0') ? null : await readItem(db, layer, id)
      if (feature === null) throw new HttpError(404, `items: no such feature in ${layer}, got ${id.slice(0, 60)}`)
      await sendJson(req, res, feature, GEOJSON)
    },
  }),
]
