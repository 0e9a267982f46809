/** Search over all layers. */
import { z } from 'zod'
import { searchFeatures } from '../sources/search.ts'
import { endpoint } from './endpoint.ts'
import { count } from './parameters.ts'
import { sendJson } from './send-json.ts'

const q = z
  .string('expected q=<text>')
  .transform((text) => text.trim())
  .refine((text) => text.length >= 1 && text.length <= 100 && !text.includes('\0'), 'expected 1 … 100 characters')
  .meta({
    description: 'any part of a name, English name or address, the beginning of a 不动产单元代码, or a whole id',
  })

export const searchRoutes = [
  endpoint({
    path: '/search',
    summary: 'Features by name, address or id, best first',
    tag: 'search',
    query: z.strictObject({ q, limit: count(1, 100, 10) }),
    async handle({ db, query, req, res }) {
      await sendJson(req, res, await searchFeatures(db, query.q, query.limit))
    },
  }),
]
