/** One address of the server: its words (for OpenAPI and for checking) and what it does. */
import { json, type NextFunction, type Request, type Response, type Router } from 'express'
import { z } from 'zod'
import type { Database } from '../db/database.ts'
import { HttpError } from '../errors.ts'
import type { MakingProgress } from '../making/progress.ts'

/** What the routes work with. */
export interface Surroundings {
  db: Database
  /** folder with `<place>/<theme>.json` */
  scenes: string
  /** folder of the height grids; without one there is no ground among the collections */
  heightsDir?: string
  progress: { current(): MakingProgress; subscribe(heard: (progress: MakingProgress) => void): () => void }
  /** milliseconds since 1970 */
  clock: () => number
  /** whether an `Authorization` header allows to write; nobody may when absent */
  mayWrite?: (authorization: string | undefined) => boolean
  /** called when something the tiles are cut from was written */
  written?: () => void
  /** aborted when the server stops: endless answers end, so that it need not wait for them */
  closing?: AbortSignal
}

/** What a handler gets. */
export interface Asked<Query> extends Surroundings {
  params: Record<string, string>
  query: Query
  /** of a PUT: the JSON sent */
  body: unknown
  req: Request
  res: Response
}

/** An address; `path` in OpenAPI's notation: `/collections/{layer}`. */
export interface Endpoint {
  /** writing (PUT, DELETE) is for those who may; reading is the default */
  method: 'get' | 'put' | 'delete'
  path: string
  summary: string
  tag: string
  /** media type of the answer */
  media: string
  query: z.ZodObject
  handle(asked: Asked<Record<string, unknown>>): Promise<void>
}

/** Types the handler's query by its schema; no schema = no parameters. */
export function endpoint<Shape extends z.ZodObject = z.ZodObject<Record<never, never>>>(
  words: Omit<Endpoint, 'query' | 'handle' | 'media' | 'method'> & {
    method?: Endpoint['method']
    media?: string
    query?: Shape
    handle(asked: Asked<z.output<Shape>>): Promise<void>
  },
): Endpoint {
  return { method: 'get', media: 'application/json', query: z.strictObject({}), ...words } as Endpoint
}

const MAX_URL = 4096

function parseQuery(schema: z.ZodObject, query: object): Record<string, unknown> {
  // zod passes over this word in silence
  if (Object.hasOwn(query, '__proto__')) throw new HttpError(400, 'query: __proto__: unknown')
  const parsed = schema.safeParse(query)
  if (parsed.success) return parsed.data as Record<string, unknown>
  const [issue] = parsed.error.issues
  const name = issue.path.join('.') || (issue.code === 'unrecognized_keys' ? issue.keys[0] : 'query')
  const allowed =
    issue.code === 'unrecognized_keys'
      ? `unknown; expected ${Object.keys(schema.shape).join(' | ') || 'no parameters'}`
      : issue.message
  throw new HttpError(400, `query: ${name.slice(0, 60)}: ${allowed.slice(0, 300)}`)
}

/** What a PUT sends is small. */
const MOST_BODY = '64kb'

/** Lets only those write who may. @throws {HttpError} 401 */
function checkRights({ mayWrite }: Surroundings, req: Request): void {
  const given = req.get('authorization')
  if (mayWrite?.(given)) return
  throw new HttpError(
    401,
    `edit: ${given ? 'wrong key' : 'no key'}; expected Authorization: Bearer <the server's edit key>`,
    {
      headers: { 'WWW-Authenticate': 'Bearer realm="tidewall"' },
    },
  )
}

/** Puts the endpoints on a router; methods that a path has not get 405. */
export function mount(router: Router, endpoints: readonly Endpoint[], surroundings: Surroundings): void {
  const paths = Map.groupBy(endpoints, ({ path }) => path.replace(/\{(\w+)\}/g, ':$1'))
  for (const [pattern, here] of paths) {
    for (const { method, query: schema, handle } of here) {
      const answer = async (req: Request, res: Response): Promise<void> => {
        if (req.originalUrl.length > MAX_URL)
          throw new HttpError(
            414,
            `url: too long, got ${req.originalUrl.length} characters; expected at most ${MAX_URL}`,
          )
        const query = parseQuery(schema, req.query)
        const params = req.params as Record<string, string>
        await handle({ ...surroundings, params, query, body: req.body, req, res })
      }
      if (method === 'get') router.get(pattern, answer)
      else {
        const rights = (req: Request, _res: Response, next: NextFunction): void => {
          checkRights(surroundings, req)
          next()
        }
        router[method](pattern, rights, json({ limit: MOST_BODY }), answer)
      }
    }
    const methods = [
      ...here.flatMap(({ method }) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()])),
      'OPTIONS',
    ]
    const reads = methods.filter((method) => /GET|HEAD|OPTIONS/.test(method)).join(', ')
    router.options(pattern, (_req: Request, res: Response) => {
      res.set({
        Allow: methods.join(', '),
        // pages of other origins may read, never write
        'Access-Control-Allow-Methods': reads,
        'Access-Control-Allow-Headers': 'If-None-Match',
        'Access-Control-Max-Age': '86400',
      })
      res.status(204).end()
    })
    router.all(pattern, (req: Request, _res: Response, _next: NextFunction) => {
      throw new HttpError(405, `method: got ${req.method}; expected ${methods.join(' | ')}`, {
        headers: { Allow: methods.join(', ') },
      })
    })
  }
}
