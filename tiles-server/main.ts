/** Starts the server: configuration, data folder, database, tiles, city; the only file that listens and hears signals. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { createApp } from './app.ts'
import { readConfig } from './config.ts'
import { lockDataFolder } from './db/data-folder.ts'
import { openDatabase } from './db/open-database.ts'
import { addDevelopmentPage } from './development-page.ts'
import { bearsKey, openEditKey } from './identity/edit-key.ts'
import { keepCurrent } from './making/keep-current.ts'
import { readWish } from './making/make-city.ts'
import { createMaking } from './making/progress.ts'
import { openTiles } from './serve/hot-tiles.ts'
import { addressOf, listen, requestListener } from './serve/listen.ts'
import { startTileWorkers } from './serve/tile-workers.ts'
import { openTileStore } from './tiling/tile-store.ts'

const ROOT = join(import.meta.dirname, '..')

async function start(): Promise<void> {
  const config = readConfig(undefined, undefined, {
    city: { type: 'string' },
    buildings: { type: 'string' },
    seed: { type: 'string' },
    dev: { type: 'boolean' },
  })
  const wish = readWish(config.rest)
  const dev = config.rest.dev === true
  const dist = join(ROOT, 'dist')
  if (!dev && !existsSync(join(dist, 'index.html')))
    throw new Error('start: the page is not built, got no dist/index.html; run npm run build')
  const log = pino({ level: config.logLevel }, pino.destination({ dest: 2, sync: false }))

  const lock = lockDataFolder(config.dataDir)
  process.on('exit', () => lock.release())
  const edit = openEditKey(config.dataDir, config.editKey)
  const db = await openDatabase(config)
  const making = createMaking()
  const tiles = openTiles(join(config.dataDir, 'tiles'), config.tileMemory)
  const stop = new AbortController()
  const app = createApp({
    db,
    tiles,
    scenes: join(ROOT, 'scenes'),
    heightsDir: join(config.dataDir, 'heights'),
    progress: making,
    dist: dev ? null : dist,
    clock: Date.now,
    mayWrite: bearsKey(edit.key),
    written: () => kept.cutAgain(),
    log,
    closing: stop.signal,
  })
  const inside = { port: 0, host: '127.0.0.1' }
  const listening = await listen(requestListener(tiles, app), config.workers > 0 ? inside : config, tiles)
  const workers =
    config.workers > 0
      ? await startTileWorkers(config.workers, {
          root: join(config.dataDir, 'tiles'),
          memoryBytes: config.tileMemory,
          port: config.port,
          host: config.host,
          upstream: listening.port,
        })
      : null
  const port = workers?.port ?? listening.port
  lock.setPort(port)
  const page = dev ? await addDevelopmentPage(app, listening.server) : null
  console.log(`Tidewall 潮墙  ${addressOf(config.host, port)}`)
  // written out once: later it is read where it is kept
  console.log(`Edit key 编辑密钥  ${edit.fresh ? `${edit.key}  (${edit.file})` : (edit.file ?? 'EDIT_KEY')}`)

  const kept = keepCurrent({
    db,
    store: openTileStore(join(config.dataDir, 'tiles')),
    heightsDir: join(config.dataDir, 'heights'),
    making,
    signal: stop.signal,
    threads: config.threads,
    log,
    wish,
    changed: (tileset) => tiles.changed(tileset),
  })
  await db.listen('tiles.changed', () => kept.cutAgain())

  let ending = false
  const end = async (): Promise<void> => {
    if (ending) process.exit(130)
    ending = true
    stop.abort(new Error('the server is stopping'))
    await workers?.close()
    await Promise.all([listening.close(), page?.close(), kept.stopped()])
    tiles.close()
    await db.close()
    process.exit(0)
  }
  process.on('SIGINT', end)
  process.on('SIGTERM', end)
}

start().catch((error: Error) => {
  console.error(error.message)
  process.exit(1)
})
