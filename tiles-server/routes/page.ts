/** The built client: hashed assets for ever, the page itself asked for anew each time. */
import type { Request, Response, Router } from 'express'
import { HttpError } from '../errors.ts'
import { createHotFiles, readHotFile } from '../serve/hot-files.ts'
import { respond } from '../serve/respond.ts'

const PAGES = ['/', '/wall/:wall', '/wall/:wall/:cell', '/console/:wall', '/cockpit', '/field']
const HASHED = /^assets\/.*-[\w-]{8,}\.\w+$/
const SAFE = /^(?:[\w@+-][\w.@+-]*\/)*[\w@+-][\w.@+-]*$/
const IMMUTABLE = 'public, max-age=31536000, immutable'

/** Serves the folder `dist`; it may be built while the server runs. */
export function mountPage(router: Router, dist: string): void {
  const files = createHotFiles(64 << 20)
  const send = async (req: Request, res: Response, path: string): Promise<boolean> => {
    if (!SAFE.test(path) || /\.(br|gz)$/.test(path)) return false
    const immutable = HASHED.test(path)
    const file = files.get(path) ?? (await readHotFile(dist, path, immutable ? IMMUTABLE : 'no-cache'))
    if (!file) return false
    if (immutable && file.identity.bytes) files.set(path, file)
    respond(req, res, file)
    return true
  }
  router.get(PAGES, async (req, res) => {
    if (!(await send(req, res, 'index.html')))
      throw new HttpError(503, 'page: not built yet; run “npm run build”', { headers: { 'Retry-After': '5' } })
  })
  router.get('/*path', async (req, res, next) => {
    if (!(await send(req, res, req.path.slice(1)))) next()
  })
}
