/** The whole server killed at any moment of making and cutting: the next start ends with the same city, nothing half. */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const MAIN = ['tiles-server/main.ts', '--port', '0', '--city', 'tiny', '--data']
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidewall-kill-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function started(
  dataDir: string,
): Promise<{ url: string; kill(signal: NodeJS.Signals): Promise<number | null> }> {
  const child = spawn(process.execPath, [...MAIN, dataDir], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, DATABASE_URL: '' },
  })
  let output = ''
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk
  })
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      const found = chunk.toString().match(/http:\S+/)
      if (found) resolve(found[0])
    })
    child.once('exit', (code) => reject(new Error(`ended with ${code}: ${output}`)))
  })
  return {
    url,
    async kill(signal) {
      const ended = once(child, 'exit')
      child.kill(signal)
      await ended
      return child.exitCode
    },
  }
}

interface Progress {
  state: string
  reason?: string
  stages: { id: string; state: string }[]
}
const progressOf = async (url: string): Promise<Progress> => (await fetch(`${url}/ingest`)).json() as Promise<Progress>

async function ready(url: string): Promise<void> {
  for (;;) {
    const { state, reason } = await progressOf(url)
    if (state === 'ready') return
    if (state === 'failed') throw new Error(reason)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** Every published tile by path and content; the version in a manifest's addresses tells cuts apart and is left out. */
async function tilesOf(dataDir: string): Promise<Map<string, string>> {
  const root = join(dataDir, 'tiles')
  const files = (await readdir(root, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  const tiles = new Map<string, string>()
  for (const { parentPath, name } of files) {
    if (!/\.(glb|terrain|mvt|json)$/.test(name) || parentPath.endsWith('/work')) continue
    const path = join(parentPath, name)
    const bytes = await readFile(path)
    const content = name.endsWith('.json') ? bytes.toString().replaceAll(/([?&]v=|"version":")[\w.-]+/g, '$1') : bytes
    tiles.set(path.slice(root.length + 1), createHash('sha256').update(content).digest('hex'))
  }
  return tiles
}

const features = async (url: string): Promise<number[]> => {
  const { collections } = (await (await fetch(`${url}/collections`)).json()) as { collections: { features: number }[] }
  return collections.map((collection) => collection.features)
}

// its servers keep their city in the embedded database, whatever DATABASE_URL says
const embedded = test.skipIf(process.env.DATABASE_URL)

embedded(
  'a server killed in the middle makes the same city at the next start',
  async () => {
    const whole = join(folder, 'whole')
    const undisturbed = await started(whole)
    await ready(undisturbed.url)
    const counts = await features(undisturbed.url)
    expect(await undisturbed.kill('SIGTERM')).toBe(0)
    const expected = await tilesOf(whole)
    expect(expected.size).toBeGreaterThan(100)

    const broken = join(folder, 'broken')
    for (const stage of ['store-buildings', 'store-trees', 'terrain', 'map', 'buildings']) {
      const server = await started(broken)
      for (;;) {
        const { stages, state } = await progressOf(server.url)
        const at = stages.find(({ id }) => id === stage)
        if (state === 'ready' || at?.state === 'running' || at?.state === 'done') break
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
      await server.kill('SIGKILL')
    }
    const last = await started(broken)
    await ready(last.url)
    expect(await features(last.url)).toEqual(counts)
    await last.kill('SIGTERM')
    expect(await tilesOf(broken)).toEqual(expected)
  },
  240_000,
)

embedded('a second server on the same folder is refused with the first one’s port', async () => {
  const dataDir = join(folder, 'whole')
  const first = await started(dataDir)
  await expect(started(dataDir)).rejects.toThrow(
    new RegExp(`in use by process \\d+, serving on port ${new URL(first.url).port}`),
  )
  expect(await first.kill('SIGINT')).toBe(0)
})
