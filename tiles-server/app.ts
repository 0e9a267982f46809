/** The Express app: a value without globals; tests call it, main.ts listens for it. */
import express, { type Express } from 'express'
import helmet from 'helmet'
import type { Logger } from 'pino'
import { HttpError, problems } from './errors.ts'
import { attributeRoutes } from './routes/attributes.ts'
import { capacityRoutes } from './routes/capacity.ts'
import { collectionRoutes } from './routes/collections.ts'
import { type Endpoint, mount, type Surroundings } from './routes/endpoint.ts'
import { geologyRoutes } from './routes/geology.ts'
import { healthRoutes } from './routes/health.ts'
import { hydraulicsRoutes } from './routes/hydraulics.ts'
import { ingestRoutes } from './routes/ingest.ts'
import { itemRoutes } from './routes/items.ts'
import { createMetrics } from './routes/metrics.ts'
import { modelRoutes } from './routes/models.ts'
import { networkConditionRoutes } from './routes/network-condition.ts'
import { networkRoutes } from './routes/networks.ts'
import { apiRoutes } from './routes/open-api.ts'
import { mountPage } from './routes/page.ts'
import { sceneRoutes } from './routes/scenes.ts'
import { searchRoutes } from './routes/search.ts'
import { sectionRoutes } from './routes/sections.ts'
import type { TileServer } from './serve/hot-tiles.ts'

/** What the app is made of. */
export interface AppOptions extends Surroundings {
  tiles: TileServer
  /** folder of the built client; null leaves the page to somebody else (Vite in development) */
  dist: string | null
  log: Pick<Logger, 'error'>
}

const self = "'self'"
/** The globe needs WebAssembly and blob workers; antd writes its styles into the page. No eval, nothing from elsewhere. */
const CONTENT_SECURITY = {
  defaultSrc: [self],
  scriptSrc: [self, "'wasm-unsafe-eval'"],
  workerSrc: [self, 'blob:'],
  imgSrc: [self, 'data:', 'blob:'],
  styleSrc: [self, "'unsafe-inline'"],
  fontSrc: [self, 'data:'],
  connectSrc: [self, 'data:', 'blob:'],
  objectSrc: ["'none'"],
  baseUri: ["'none'"],
  formAction: [self],
  frameAncestors: ["'none'"],
}

/** The unpacker of KTX2 pictures writes glue code for its WebAssembly as it starts: this one worker may, the page may not. */
const EVALUATING_WORKER = '/globe/Workers/transcodeKTX2.js'

/** Makes the app. Put `requestListener(tiles, app)` of serve/listen.ts before it, so that hot tiles never reach the router. */
export function createApp({ tiles, dist, log, ...surroundings }: AppOptions): Express {
  const app = express()
  app.disable('x-powered-by')
  app.set('etag', false) // answers bring their own, from revisions
  app.set('query parser', 'simple')
  const metrics = createMetrics(tiles)

  app.use((req, res, next) => {
    if (!tiles.handle(req, res)) next()
  })
  app.use(metrics.measure)
  if (dist !== null)
    app.use(
      helmet({
        contentSecurityPolicy: { useDefaults: false, directives: CONTENT_SECURITY },
        strictTransportSecurity: false, // the city hall's own network speaks HTTP; a proxy in front adds it with TLS
        crossOriginResourcePolicy: { policy: 'cross-origin' },
        referrerPolicy: { policy: 'no-referrer' },
      }),
    )
  app.use(EVALUATING_WORKER, (_req, res, next) => {
    res.set('Content-Security-Policy', "default-src 'none'; connect-src 'self'; script-src 'self' 'unsafe-eval'")
    next()
  })
  const open: Endpoint[] = [
    ...collectionRoutes,
    ...itemRoutes,
    ...attributeRoutes,
    ...searchRoutes,
    ...modelRoutes,
    ...networkRoutes,
    ...networkConditionRoutes,
    ...hydraulicsRoutes,
    ...capacityRoutes,
    ...sectionRoutes,
    ...geologyRoutes,
    ...sceneRoutes,
    ...ingestRoutes,
    ...healthRoutes,
  ]
  app.use(
    ['/collections', '/conformance', '/api', '/scenes', '/search', '/models', '/networks', '/geology'],
    (_req, res, next) => {
      res.set({ 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': 'ETag' })
      next()
    },
  )
  mount(app, [...open, ...apiRoutes(open)], surroundings)
  app.get('/metrics', metrics.show)
  if (dist !== null) {
    mountPage(app, dist)
    app.use((req) => {
      const known = req.method === 'GET' || req.method === 'HEAD'
      if (!known)
        throw new HttpError(405, `method: got ${req.method}; expected GET | HEAD`, { headers: { Allow: 'GET, HEAD' } })
      throw new HttpError(404, 'no such address; see /api')
    })
  }
  app.use(problems(log))
  return app
}
