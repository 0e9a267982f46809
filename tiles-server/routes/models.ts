/** Building models: what there is, and what each is made of. */
import { HttpError } from '../errors.ts'
import { readModel, readModelList } from '../sources/models.ts'
import { endpoint } from './endpoint.ts'
import { etagOf, isFresh, sendJson } from './send-json.ts'

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
    async handle({ heightsDir, params, req, res }) {
      const model = heightsDir === undefined ? null : readModel(heightsDir, params.model)
      if (!model) throw new HttpError(404, `models: no such model, got ${params.model.slice(0, 80)}; see /models`)
      if (isFresh(req, res, etagOf(req, JSON.stringify(model)))) return
      await sendJson(req, res, model)
    },
  }),
]
