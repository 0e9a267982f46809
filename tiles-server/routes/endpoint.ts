/** One address of the server: its words (for OpenAPI and for checking) and what it does. */
import type { NextFunction, Request, Response, Router } from 'express'
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
  /** aborted when the server stops: endless answers end, so that it need not wait for them */
  closing?: AbortSignal
}

/** What a handler gets. */
export interface Asked<Query> extends Surroundings {
  params: Record<string, string>
  query: Query
  req: Request
  res: Response
}

/** An address; `path` in OpenAPI's notation: `/collections/{layer}`. */
export interface Endpoint {
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
  words: Omit<Endpoint, 'query' | 'handle' | 'media'> & {
    media?: string
    query?: Shape
    handle(asked: Asked<z.output<Shape>>): Promise<void>
  },
): Endpoint {
  return { media: 'application/json', query: z.strictObject({}), ...words } as Endpoint
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

/** Puts the endpoints on a router; other methods than GET and HEAD get 405. */
export function mount(router: Router, endpoints: readonly Endpoint[], surroundings: Surroundings): void {
  for (const { path, query: schema, handle } of endpoints) {
    const pattern = path.replace(/\{(\w+)\}/g, ':$1')
    router.get(pattern, async (req: Request, res: Response) => {
      if (req.originalUrl.length > MAX_URL)
        throw new HttpError(414, `url: too long, got ${req.originalUrl.length} characters; expected at most ${MAX_URL}`)
      const query = parseQuery(schema, req.query)
      await handle({ ...surroundings, params: req.params as Record<string, string>, query, req, res })
    })
    router.options(pattern, (_req: Request, res: Response) => {
      res.set({
        Allow: 'GET, HEAD, OPTIONS',
        'Access-Control-Allow-Methods': 'GET, HEAD, OPTIONS',
        'Access-Control-Allow-Headers': 'If-None-Match',
        'Access-Control-Max-Age': '86400',
      })
      res.status(204).end()
    })
    router.all(pattern, (req: Request, _res: Response, _next: NextFunction) => {
      throw new HttpError(405, `method: got ${req.method}; expected GET | HEAD | OPTIONS`, {
        headers: { Allow: 'GET, HEAD, OPTIONS' },
      })
    })
  }
}
