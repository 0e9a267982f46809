/** Scene documents. */
import { HttpError } from '../errors.ts'
import { readScene, readSceneTitles } from '../sources/scenes.ts'
import { endpoint } from './endpoint.ts'
import { etagOf, isFresh, sendJson } from './send-json.ts'

export const sceneRoutes = [
  endpoint({
    path: '/scenes',
    summary: 'Scenes with their titles',
    tag: 'scenes',
    handle: async ({ db, scenes, req, res }) => sendJson(req, res, await readSceneTitles(db, scenes)),
  }),
  endpoint({
    path: '/scenes/{place}/{theme}',
    summary: 'One scene document',
    tag: 'scenes',
    async handle({ db, scenes, params: { place, theme }, req, res }) {
      const text = await readScene(db, scenes, place, theme)
      if (text === null)
        throw new HttpError(404, `scenes: no such scene, got ${`${place}/${theme}`.slice(0, 80)}; see /scenes`)
      if (isFresh(req, res, etagOf(req, text))) return
      await sendJson(req, res, text)
    },
  }),
]
