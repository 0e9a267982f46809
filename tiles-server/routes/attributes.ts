/** Attributes of a layer, and one attribute's values in a box: what “colour by” is made of. */
import { z } from 'zod'
import type { LayerName } from '../../data/geo/city-feature.ts'
import type { Database } from '../db/database.ts'
import { HttpError } from '../errors.ts'
import { type AttributeSummary, readAttributes } from '../sources/attributes.ts'
import { checkLayer, readLayer, readRevision } from '../sources/collections.ts'
import { readValues } from '../sources/features.ts'
import { endpoint } from './endpoint.ts'
import { bbox } from './parameters.ts'
import { etagOf, isFresh, sendJson } from './send-json.ts'

/** Seconds of work for a big layer and always the same: one answer per layer is kept, and asked for once. */
const kept = new WeakMap<Database, Map<LayerName, { revision: number; attributes: Promise<AttributeSummary[]> }>>()

function attributesOf(db: Database, layer: LayerName, revision: number, features: number): Promise<AttributeSummary[]> {
  const layers = kept.get(db) ?? new Map()
  kept.set(db, layers)
  const known = layers.get(layer)
  if (known?.revision === revision) return known.attributes
  const attributes = readAttributes(db, layer, features)
  layers.set(layer, { revision, attributes })
  attributes.catch(() => layers.delete(layer))
  return attributes
}

export const attributeRoutes = [
  endpoint({
    path: '/collections/{layer}/attributes',
    summary: 'Attributes with type, count, range and most frequent values',
    tag: 'attributes',
    async handle({ db, params, req, res }) {
      const { id, revision, features } = await readLayer(db, params.layer)
      if (isFresh(req, res, etagOf(req, revision))) return
      await sendJson(req, res, await attributesOf(db, id, revision, features))
    },
  }),
  endpoint({
    path: '/collections/{layer}/values/{attribute}',
    summary: 'One attribute of all features in a box: parallel ids and values',
    tag: 'attributes',
    query: z.strictObject({ bbox }),
    async handle({ db, params: { layer, attribute }, query, req, res }) {
      checkLayer(layer)
      if (attribute.length > 200 || attribute.includes('\0')) throw new HttpError(400, 'values: bad attribute name')
      if (isFresh(req, res, etagOf(req, await readRevision(db, layer)))) return
      await sendJson(req, res, await readValues(db, layer, attribute, query.bbox))
    },
  }),
]
