/** A disk that is really full while tiles are cut: old tiles stay as they were, and the cut goes on when there is room. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { undulation } from '../../data/geo/geoid.ts'
import type { Database } from '../db/database.ts'
import { writeHeightGrid } from '../db/height-store.ts'
import { storeLayer } from '../db/store-layer.ts'
import { openTestDatabase } from '../db/test-database.ts'
import { sampleTown } from '../tiling/buildings-sample.ts'
import { openTileStore } from '../tiling/tile-store.ts'
import { keepCurrent } from './keep-current.ts'
import { createMaking } from './progress.ts'

let db: Database
let dir: string
const box = { west: 121.4, south: 28.6, east: 121.5, north: 28.7 }
const stop = new AbortController()

async function lay(lift: number): Promise<void> {
  const side = 201
  const rows = Array.from({ length: side }, (_, j) =>
    Float32Array.from(
      { length: side },
      (_, i) => 20 + lift * Math.sin(i / 9) * Math.cos(j / 7) + undulation(121.4, 28.6),
    ),
  )
  const header = { ...box, columns: side, rows: side, resolutionM: 50, dataDate: '', datum: '', attribution: '' }
  await writeHeightGrid(join(dir, 'heights'), 'hills', header, rows)
}

/** Mounts, or gives more room to, the disk of the tiles; false where only root may. */
function disk(size: string): boolean {
  const options = execFileSync('mount', []).toString().includes(join(dir, 'tiles'))
    ? `remount,size=${size}`
    : `size=${size}`
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', join(dir, 'tiles')], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Everything that is being served under an address, by a hash each; what is only staged apart. */
async function served(): Promise<Record<string, string>> {
  const files: Record<string, string> = {}
  for (const name of (await readdir(join(dir, 'tiles'), { recursive: true })).sort())
    if (/^(terrain|map)\/(\d+\/|\w+\.json$)|^buildings\/(c\/|tileset)/.test(name) && /\.\w+$/.test(name))
      files[name] = createHash('sha1')
        .update(await readFile(join(dir, 'tiles', name)))
        .digest('hex')
  return files
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tidewall-full-'))
  execFileSync('mkdir', ['-p', join(dir, 'tiles')])
  db = await openTestDatabase()
  await lay(20)
  await storeLayer(db, { source: 'town', layer: 'buildings', features: sampleTown(900, 121.42, 28.64) })
}, 120_000)
afterAll(async () => {
  stop.abort()
  await db.close()
  execFileSync('sh', ['-c', `umount -l "${join(dir, 'tiles')}" 2>/dev/null || true`])
  await rm(dir, { recursive: true, force: true })
})

test('a cut that meets a full disk changes nothing under any address, says so, and goes on when there is room', async ({
  skip,
}) => {
  if (!disk('200m')) return skip('only root may mount a small disk')
  const making = createMaking()
  const until = async (state: string): Promise<void> => {
    for (let k = 0; making.current().state !== state; k++) {
      if (k > 1800) throw new Error(`still ${making.current().state}, ${making.current().reason}; expected ${state}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  const store = openTileStore(join(dir, 'tiles'))
  const log = { info: () => {}, error: () => {} }
  const patience = { first: 0.5, most: 2 }
  const { signal } = stop
  const heightsDir = join(dir, 'heights')
  const kept = keepCurrent({
    db,
    store,
    heightsDir,
    making,
    signal,
    threads: 1,
    log,
    wish: null,
    changed: () => {},
    patience,
  })
  await until('ready')
  const before = await served()
  expect(Object.keys(before).length).toBeGreaterThan(20)

  const used = Number(
    execFileSync('df', ['--output=used', '-k', join(dir, 'tiles')])
      .toString()
      .trim()
      .split('\n')[1],
  )
  expect(disk(`${used + 200}k`)).toBe(true)
  await writeFile(join(dir, 'tiles/ballast'), new Uint8Array(100 << 10))
  await lay(60)
  kept.cutAgain()
  await until('failed')
  expect(making.current().reason).toMatch(/disk of the data folder is full/)
  expect(making.current().retrySeconds).toBeGreaterThan(0)
  expect(await served()).toEqual(before)

  disk('200m')
  await until('making')
  await until('ready')
  const after = await served()
  expect(after).not.toEqual(before)
  expect(JSON.parse(await readFile(join(dir, 'tiles/terrain/layer.json'), 'utf8')).tiles[0]).toMatch(/\?v=\w+$/)
  expect(await readdir(join(dir, 'tiles/terrain'))).not.toContain('next')
  stop.abort()
  await kept.stopped()
}, 180_000)
