/** OGC API – Features, part 1: the list of layers and what it conforms to. */
import { z } from 'zod'
import { type LayerSummary, readLayer, readLayers } from '../sources/collections.ts'
import { type GroundSummary, readGround } from '../sources/ground.ts'
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

/** The height grids beside the layers: no features, its data are the terrain tiles. */
function groundCollection({ bbox, sources }: GroundSummary) {
  return {
    id: 'ground',
    title: 'ground',
    description: sources.map(({ title, attribution }) => [title, attribution].filter(Boolean).join(': ')).join('; '),
    itemType: 'coverage',
    crs: [CRS84],
    extent: { spatial: { bbox: [bbox], crs: CRS84 } },
    source: sources[0] ?? null,
    sources,
    links: [
      { rel: 'self', type: 'application/json', href: '/collections/ground' },
      { rel: 'tiles', type: 'application/json', href: '/tiles/terrain/layer.json' },
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
    async handle({ db, heightsDir, req, res }) {
      const layers = await readLayers(db)
      const ground = heightsDir === undefined ? null : await readGround(db, heightsDir)
      if (isFresh(req, res, etagOf(req, JSON.stringify([layers, ground])))) return
      const links = [{ rel: 'self', type: 'application/json', href: '/collections' }]
      await sendJson(req, res, {
        links,
        collections: [...layers.map(collection), ...(ground ? [groundCollection(ground)] : [])],
      })
    },
  }),
  endpoint({
    path: '/collections/{layer}',
    summary: 'One layer',
    tag: 'features',
    query: z.strictObject({ f }),
    async handle({ db, heightsDir, params, req, res }) {
      const ground = params.layer === 'ground' && heightsDir !== undefined ? await readGround(db, heightsDir) : null
      if (ground) {
        if (!isFresh(req, res, etagOf(req, JSON.stringify(ground)))) await sendJson(req, res, groundCollection(ground))
        return
      }
      const layer = await readLayer(db, params.layer)
      if (isFresh(req, res, etagOf(req, JSON.stringify(layer)))) return
      await sendJson(req, res, collection(layer))
    },
  }),
]
