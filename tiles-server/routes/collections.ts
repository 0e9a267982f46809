/** OGC API – Features, part 1: the list of layers and what it conforms to. */
import { z } from 'zod'
import { type LayerSummary, readLayer, readLayers } from '../sources/collections.ts'
import { endpoint } from './endpoint.ts'
import { f } from './parameters.ts'
import { etagOf, isFresh, sendJson } from './send-json.ts'

export const CRS84 = 'http://www.opengis.net/def/crs/OGC/1.3/CRS84'
const CONFORMS = ['core', 'oas30', 'geojson'].map(
  (word) => `http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/${word}`,
)

function collection({ id, revision, features, bbox, sources }: LayerSummary) {
  const at = `/collections/${id}`
  return {
    id,
    title: id,
    description: sources.map(({ title, attribution }) => [title, attribution].filter(Boolean).join(': ')).join('; '),
    itemType: 'feature',
    crs: [CRS84],
    extent: { spatial: { bbox: bbox ? [bbox] : [], crs: CRS84 } },
    features,
    revision,
    source: sources[0] ?? null,
    sources,
    links: [
      { rel: 'self', type: 'application/json', href: at },
      { rel: 'items', type: 'application/geo+json', href: `${at}/items` },
      { rel: 'describedby', type: 'application/json', href: `${at}/attributes` },
    ],
  }
}

export const collectionRoutes = [
  endpoint({
    path: '/conformance',
    summary: 'Conformance classes of OGC API – Features',
    tag: 'features',
    query: z.strictObject({ f }),
    handle: ({ req, res }) => sendJson(req, res, { conformsTo: CONFORMS }),
  }),
  endpoint({
    path: '/collections',
    summary: 'The layers of the city, with extent, count and source',
    tag: 'features',
    query: z.strictObject({ f }),
    async handle({ db, req, res }) {
      const layers = await readLayers(db)
      if (isFresh(req, res, etagOf(req, JSON.stringify(layers)))) return
      const links = [{ rel: 'self', type: 'application/json', href: '/collections' }]
      await sendJson(req, res, { links, collections: layers.map(collection) })
    },
  }),
  endpoint({
    path: '/collections/{layer}',
    summary: 'One layer',
    tag: 'features',
    query: z.strictObject({ f }),
    async handle({ db, params, req, res }) {
      const layer = await readLayer(db, params.layer)
      if (isFresh(req, res, etagOf(req, JSON.stringify(layer)))) return
      await sendJson(req, res, collection(layer))
    },
  }),
]
