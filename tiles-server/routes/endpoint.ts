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
  /** of a PUT or POST: the JSON sent, checked when the endpoint has a `body` */
  body: unknown
  req: Request
  res: Response
}

/** An address; `path` in OpenAPI's notation: `/collections/{layer}`. */
export interface Endpoint {
  /** writing (PUT, DELETE) is for those who may; reading is the default; POST: a question too long for an address, which changes nothing */
  method: 'get' | 'post' | 'put' | 'delete'
  path: string
  summary: string
  tag: string
  /** media type of the answer */
  media: string
  query: z.ZodObject
  /** what a POST must bring, as JSON */
  body?: z.ZodObject
  handle(asked: Asked<Record<string, unknown>>): Promise<void>
}

/** Types the handler's query and body by their schemas; no schema = no parameters, whatever was sent. */
export function endpoint<
  Shape extends z.ZodObject = z.ZodObject<Record<never, never>>,
  Body extends z.ZodObject = z.ZodObject,
>(
  words: Omit<Endpoint, 'query' | 'body' | 'handle' | 'media' | 'method'> & {
    method?: Endpoint['method']
    media?: string
    query?: Shape
    body?: Body
    handle(asked: Asked<z.output<Shape>> & { body: z.output<Body> }): Promise<void>
  },
): Endpoint {
  return { method: 'get', media: 'application/json', query: z.strictObject({}), ...words } as Endpoint
}

const MAX_URL = 4096

/** A query or a body by its schema. @throws {HttpError} 400 naming the first value that is not as it should be */
function parse(what: 'query' | 'body', schema: z.ZodObject, given: object): Record<string, unknown> {
  // zod passes over this word in silence
  if (Object.hasOwn(given, '__proto__')) throw new HttpError(400, `${what}: __proto__: unknown`)
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data as Record<string, unknown>
  const [issue] = parsed.error.issues
  const within = issue.path.join('.')
  const name = within || (issue.code === 'unrecognized_keys' ? issue.keys[0] : what)
  const allowed =
    issue.code === 'unrecognized_keys' && within === ''
      ? `unknown; expected ${Object.keys(schema.shape).join(' | ') || 'no parameters'}`
      : issue.message
  throw new HttpError(400, `${what}: ${name.slice(0, 60)}: ${allowed.slice(0, 300)}`)
}

/** What a POST brought. @throws {HttpError} 415 for what is no JSON, 400 */
function parseBody(schema: z.ZodObject, req: Request): Record<string, unknown> {
  if (req.is('application/json') === false)
    throw new HttpError(415, `body: got ${req.get('content-type')?.slice(0, 60) ?? 'none'}; expected application/json`)
  if (req.body === undefined) throw new HttpError(400, 'body: got nothing; expected a JSON object')
  if (typeof req.body !== 'object' || req.body === null || Array.isArray(req.body))
    throw new HttpError(400, 'body: expected a JSON object')
  return parse('body', schema, req.body as object)
}

/** What a PUT sends is small. */
const MOST_BODY = '64kb'
/** What a POST asks about may be many ids. */
const MOST_QUESTION = '1mb'

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
    for (const { method, query: schema, body: expected, handle } of here) {
      const answer = async (req: Request, res: Response): Promise<void> => {
        if (req.originalUrl.length > MAX_URL)
          throw new HttpError(
            414,
            `url: too long, got ${req.originalUrl.length} characters; expected at most ${MAX_URL}`,
          )
        const query = parse('query', schema, req.query)
        const params = req.params as Record<string, string>
        const body: unknown = expected ? parseBody(expected, req) : req.body
        await handle({ ...surroundings, params, query, body, req, res })
      }
      if (method === 'get') router.get(pattern, answer)
      else if (method === 'post') router.post(pattern, json({ limit: MOST_QUESTION }), answer)
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
    const reads = methods.filter((method) => /GET|HEAD|POST|OPTIONS/.test(method)).join(', ')
    router.options(pattern, (_req: Request, res: Response) => {
      res.set({
        Allow: methods.join(', '),
        // pages of other origins may read, never write
        'Access-Control-Allow-Methods': reads,
        'Access-Control-Allow-Headers': 'If-None-Match, Content-Type',
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
