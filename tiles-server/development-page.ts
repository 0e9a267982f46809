/** The page as Vite serves it while it is being written: one port, hot reload, no build. */
import type { Server } from 'node:http'
import { join } from 'node:path'
import type { Express } from 'express'

/**
 * Adds the page to an app that has none.
 * @returns what closes Vite
 */
export async function addDevelopmentPage(app: Express, server: Server): Promise<{ close(): Promise<void> }> {
  const { createServer } = await import('vite')
  const vite = await createServer({
    configFile: join(import.meta.dirname, '../vite.config.ts'),
    server: { middlewareMode: true, hmr: { server } },
    appType: 'spa',
  })
  app.use(vite.middlewares)
  return vite
}
