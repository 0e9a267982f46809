/** Tile workers share a port, pass on what is no tile, are replaced when they die, and end in order. */
import cluster from 'node:cluster'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeTile } from '../test-server.ts'
import { listen } from './listen.ts'
import { startTileWorkers } from './tile-workers.ts'

test('two workers serve tiles, hand the rest to the first process, and a dead one is replaced', async () => {
  const root = await mkdtemp(join(tmpdir(), 'tidewall-workers-'))
  await writeTile(root, 'map/tile.json', '{"tiles":["x?v=1"]}')
  const behind = await listen((req, res) => void req.pipe(res.writeHead(201, { 'X-Behind': 'yes' })), {
    port: 0,
    host: '127.0.0.1',
  })
  const workers = await startTileWorkers(2, {
    root,
    memoryBytes: 1 << 20,
    port: 0,
    host: '127.0.0.1',
    upstream: behind.port,
  })
  const url = `http://127.0.0.1:${workers.port}`
  try {
    expect((await fetch(`${url}/tiles/map.json`)).headers.get('etag')).toMatch(/^"/)
    const passed = await fetch(`${url}/echo`, { method: 'POST', body: 'hello' })
    expect([passed.status, passed.headers.get('x-behind'), await passed.text()]).toEqual([201, 'yes', 'hello'])
    const [first] = Object.values(cluster.workers ?? {})
    first?.process.kill('SIGKILL')
    await expect
      .poll(
        () => Object.values(cluster.workers ?? {}).filter((worker) => worker?.isConnected() && worker !== first).length,
        { timeout: 20_000 },
      )
      .toBe(2)
    expect((await fetch(`${url}/tiles/map.json`)).status).toBe(200)
    await behind.close(100)
    expect((await fetch(`${url}/echo`)).status).toBe(502)
  } finally {
    await workers.close()
    await behind.close(100)
    await rm(root, { recursive: true })
  }
  await expect(fetch(url)).rejects.toThrow()
})
