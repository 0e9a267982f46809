/** A process killed while it stores leaves the old layer whole, and the next one carries on. */
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CityFeature } from '../../data/geo/city-feature.ts'
import { lockDataFolder } from './data-folder.ts'
import { openDatabase } from './open-database.ts'
import { storeLayer } from './store-layer.ts'

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tidewall-kill-'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

const places = (count: number, name: string): CityFeature[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `p${i}`,
    layer: 'places',
    geometry: { type: 'Point', coordinates: [121 + i * 1e-5, 28] },
    style: { class: 'poi', name },
    attributes: {},
  }))

const here = import.meta.dirname
/** Stores `new` places for ever again and says when it starts; killed by the test. */
const CHILD = `
import { lockDataFolder } from '${here}/data-folder.ts'
import { openDatabase } from '${here}/open-database.ts'
import { storeLayer } from '${here}/store-layer.ts'
lockDataFolder(process.argv[1])
const db = await openDatabase({ dataDir: process.argv[1] })
const features = Array.from({ length: 8000 }, (_, i) => ({ id: 'p' + i, layer: 'places', geometry: { type: 'Point', coordinates: [121 + i * 1e-5, 28] }, style: { class: 'poi', name: 'new' }, attributes: {} }))
await storeLayer(db, { source: 'demo', layer: 'places', features, onProgress: (read) => console.log(read) })
`

test.skipIf(process.env.DATABASE_URL)(
  'kill -9 at several moments of a store: old or new, never half',
  async () => {
    const first = await openDatabase({ dataDir: dir })
    await storeLayer(first, { source: 'demo', layer: 'places', features: places(5000, 'old') })
    await first.query('delete from dirty')
    await first.close()
    for (const { rows, wait } of [
      { rows: 2000, wait: 0 },
      { rows: 8000, wait: 150 },
    ]) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', CHILD, dir], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      await new Promise<void>((resolve, reject) => {
        child.stdout.on('data', (text: Buffer) => text.toString().split('\n').includes(String(rows)) && resolve())
        child.once('exit', () => reject(new Error('ended too early')))
      })
      await new Promise((resolve) => setTimeout(resolve, wait))
      child.removeAllListeners('exit')
      child.kill('SIGKILL')
      await new Promise((resolve) => child.once('exit', resolve))
      const lock = lockDataFolder(dir)
      const db = await openDatabase({ dataDir: dir })
      const found = await db.query<{ name: string; n: number }>(
        "select style ->> 'name' as name, count(*) as n from feature group by 1",
      )
      const [{ features }] = await db.query<{ features: number }>("select features from layer where id = 'places'")
      const [{ dirty }] = await db.query<{ dirty: number }>('select count(*) as dirty from dirty')
      expect([
        { name: 'old', n: 5000 },
        { name: 'new', n: 8000 },
      ]).toContainEqual(found[0])
      expect(found).toHaveLength(1)
      expect(features).toBe(found[0].n)
      expect(dirty > 0).toBe(found[0].name === 'new')
      await db.close()
      lock.release()
    }
  },
  240_000,
)
