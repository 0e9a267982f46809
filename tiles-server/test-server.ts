/** A real server on port 0 over a small city, for the suites. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import type { CityFeature } from '../data/geo/city-feature.ts'
import { type AppOptions, createApp } from './app.ts'
import type { Database } from './db/database.ts'
import { storeLayer, storeSource } from './db/store-layer.ts'
import { createMaking, type Making } from './making/progress.ts'
import { openTiles, type TileServer } from './serve/hot-tiles.ts'
import { type Listening, listen, requestListener } from './serve/listen.ts'

/** Everything a suite may touch. */
export interface TestServer extends Listening {
  root: string
  tiles: TileServer
  making: Making
  errors: unknown[]
  stop(): Promise<void>
}

/** Writes a tile file; `packed` adds br and gz siblings. */
export async function writeTile(root: string, path: string, bytes: Uint8Array | string, packed = false): Promise<void> {
  const file = join(root, path)
  await mkdir(join(file, '..'), { recursive: true })
  if (packed) {
    await writeFile(`${file}.br`, brotliCompressSync(bytes))
    await writeFile(`${file}.gz`, gzipSync(bytes))
  }
  await writeFile(file, bytes)
}

function square(i: number): CityFeature {
  const [lng, lat] = [121.4 + (i % 20) * 0.001, 28.6 + Math.floor(i / 20) * 0.001]
  const ring = [
    [lng, lat],
    [lng + 2e-4, lat],
    [lng + 2e-4, lat + 2e-4],
    [lng, lat + 2e-4],
    [lng, lat],
  ]
  const id = `b${String(i).padStart(3, '0')}`
  const style = {
    class: i % 2 ? 'office' : 'residential',
    height: 10 + i,
    ...(i % 3 ? {} : { name: `海门大厦${i}号`, nameEn: `Haimen Tower ${i}` }),
  }
  return {
    id,
    layer: 'buildings',
    geometry: { type: 'Polygon', coordinates: [ring] },
    style,
    attributes: { height: `${10 + i} m`, 'roof:colour': 'red', listed: i === 5 },
  }
}

/** 200 buildings, a road and a place. */
export async function storeTestCity(db: Database): Promise<void> {
  await storeSource(db, {
    id: 'demo',
    title: '演示',
    files: [],
    attribution: '© nobody',
    dataDate: '2026-01-01',
    crs: 'EPSG:4490',
    datum: 'EGM96',
    synthetic: true,
  })
  await storeLayer(db, {
    source: 'demo',
    layer: 'buildings',
    features: Array.from({ length: 200 }, (_, i) => square(i)),
  })
  const road = {
    type: 'LineString' as const,
    coordinates: [
      [121.4, 28.6, 5],
      [121.41, 28.61, 6],
    ],
  }
  await storeLayer(db, {
    source: 'demo',
    layer: 'roads',
    features: [
      { id: 'r1', layer: 'roads', geometry: road, style: { class: 'primary', name: '中山路' }, attributes: {} },
    ],
  })
  const point = { type: 'Point' as const, coordinates: [121.44, 28.66] }
  await storeLayer(db, {
    source: 'demo',
    layer: 'places',
    features: [
      {
        id: 'p/1',
        layer: 'places',
        geometry: point,
        style: { class: 'district', name: '椒江区', rank: 1 },
        attributes: { note: '100% _real_' },
      },
    ],
  })
}

/** Starts it on loopback with an empty tile folder. @param more surroundings of the suite's own: who may write */
export async function startTestServer(db: Database, more: Partial<AppOptions> = {}): Promise<TestServer> {
  const root = await mkdtemp(join(tmpdir(), 'tidewall-server-'))
  const dist = join(root, 'dist')
  await writeTile(dist, 'index.html', '<!doctype html><title>潮墙</title>', true)
  await writeTile(dist, 'assets/main-Ab3dEf9h.js', `console.log(1)${' '.repeat(2000)}`, true)
  await writeTile(root, 'scenes/tiny/city.json', JSON.stringify({ version: 1, title: { zh: '小城', en: 'Tiny' } }))
  const tiles = openTiles(join(root, 'tiles'))
  const making = createMaking()
  const errors: unknown[] = []
  const app = createApp({
    db,
    tiles,
    scenes: join(root, 'scenes'),
    heightsDir: join(root, 'heights'),
    progress: making,
    dist,
    clock: () => 1_780_000_000_000,
    log: { error: (fields: unknown) => void errors.push(fields) } as never,
    ...more,
  })
  const listening = await listen(requestListener(tiles, app), { port: 0, host: '127.0.0.1' }, tiles)
  return {
    ...listening,
    root,
    tiles,
    making,
    errors,
    async stop() {
      await listening.close(1000)
      tiles.close()
      await rm(root, { recursive: true, force: true })
    },
  }
}
