/** Building models: what there is, what each is made of, where they stand. */
import { z } from 'zod'
import { HttpError } from '../errors.ts'
import { moveModel, readElementOf, readElementsOf, searchModel } from '../sources/model-elements.ts'
import { type ModelSummary, modelTileset, readModel, readModelFacets, readModelList } from '../sources/models.ts'
import { type Asked, endpoint } from './endpoint.ts'
import { etagOf, isFresh, sendJson } from './send-json.ts'

/** The model of the address. @throws {HttpError} 404 */
function found({ heightsDir, params }: Asked<unknown>): { model: ModelSummary; heightsDir: string } {
  const model = heightsDir === undefined ? null : readModel(heightsDir, params.model)
  if (!model || heightsDir === undefined)
    throw new HttpError(404, `models: no such model, got ${params.model.slice(0, 80)}; see /models`)
  return { model, heightsDir }
}

const query = z.strictObject({
  q: z.string().trim().max(200).optional().describe('words in names, kinds, properties and values; all must occur'),
  property: z.string().max(300).optional().describe('only elements with this property, see /models/{model}/properties'),
  value: z.string().max(200).optional().describe('of the property: a part of its text, or a number with < <= = >= >'),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
})

export const modelRoutes = [
  endpoint({
    path: '/models',
    summary: 'Building models with their place, storeys, systems and kinds of element',
    tag: 'models',
    async handle({ heightsDir, req, res }) {
      const models = heightsDir === undefined ? [] : readModelList(heightsDir)
      if (isFresh(req, res, etagOf(req, JSON.stringify(models)))) return
      await sendJson(req, res, models)
    },
  }),
  endpoint({
    path: '/models/{model}',
    summary: 'One building model',
    tag: 'models',
    async handle(asked) {
      const { model } = found(asked)
      if (isFresh(asked.req, asked.res, etagOf(asked.req, JSON.stringify(model)))) return
      await sendJson(asked.req, asked.res, model)
    },
  }),
  endpoint({
    path: '/models/{model}/tileset.json',
    summary: 'One model alone as 3D Tiles in its own frame: metres, z up',
    tag: 'models',
    async handle(asked) {
      const { model, heightsDir } = found(asked)
      const tileset = modelTileset(heightsDir, model)
      if (!tileset) throw new HttpError(404, `models: ${model.id} has no tiles yet; ask again when /ingest says ready`)
      if (isFresh(asked.req, asked.res, etagOf(asked.req, model.revision))) return
      await sendJson(asked.req, asked.res, tileset)
    },
  }),
  endpoint({
    path: '/models/{model}/properties',
    summary: 'Properties of a model’s elements, most frequent first, with their frequent values',
    tag: 'models',
    async handle(asked) {
      const { model, heightsDir } = found(asked)
      if (isFresh(asked.req, asked.res, etagOf(asked.req, model.revision))) return
      await sendJson(asked.req, asked.res, readModelFacets(heightsDir, model))
    },
  }),
  endpoint({
    path: '/models/{model}/elements',
    summary: 'All elements of a model, a column each: id, name, kind, storey, system, box',
    tag: 'models',
    async handle(asked) {
      const { model, heightsDir } = found(asked)
      if (isFresh(asked.req, asked.res, etagOf(asked.req, model.revision))) return
      await sendJson(asked.req, asked.res, await readElementsOf(heightsDir, model))
    },
  }),
  endpoint({
    path: '/models/{model}/elements/{element}',
    summary: 'One element, by its number in the list, with all its properties',
    tag: 'models',
    async handle(asked) {
      const { model, heightsDir } = found(asked)
      const element = await readElementOf(heightsDir, model, asked.params.element)
      if (!element)
        throw new HttpError(
          404,
          `models: no element ${asked.params.element.slice(0, 80)} in ${model.id}; expected 0 … ${model.elements - 1}`,
        )
      await sendJson(asked.req, asked.res, element)
    },
  }),
  endpoint({
    path: '/models/{model}/search',
    summary: 'Elements of a model by words or by a property',
    tag: 'models',
    query,
    async handle(asked) {
      const { model, heightsDir } = found(asked)
      await sendJson(asked.req, asked.res, await searchModel(heightsDir, model, asked.query, asked.closing))
    },
  }),
  endpoint({
    method: 'put',
    path: '/models/{model}/placement',
    summary: 'Places a model by hand: { lng, lat, height, headingDeg, scale }; kept through later imports',
    tag: 'models',
    async handle(asked) {
      const { model, heightsDir } = found(asked)
      const { clock, body, req, res, written } = asked
      await sendJson(req, res, await moveModel(heightsDir, model.id, body, new Date(clock())))
      written?.()
    },
  }),
  endpoint({
    method: 'delete',
    path: '/models/{model}/placement',
    summary: 'Puts a model back to where its file says',
    tag: 'models',
    async handle(asked) {
      const { model, heightsDir } = found(asked)
      await sendJson(asked.req, asked.res, await moveModel(heightsDir, model.id, null, new Date(asked.clock())))
      asked.written?.()
    },
  }),
]
