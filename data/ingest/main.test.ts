/** The command: exit codes, a held folder, and a kill in the middle, as a person at a terminal meets them. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { lockDataFolder } from '../../tiles-server/db/data-folder.ts'

const folder = mkdtempSync(join(tmpdir(), 'tidewall-main-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const main = new URL('./main.ts', import.meta.url).pathname
const data = join(folder, 'data')
// the embedded database is what a kill could hurt
const env = { ...process.env, DATABASE_URL: '' }
const run = (...words: string[]) =>
  spawnSync(process.execPath, [main, ...words, '--data', data], { encoding: 'utf8', env })

const buildings = (count: number) => {
  const features = Array.from({ length: count }, (_, i) => {
    const [lng, lat] = [121 + (i % 300) / 1000, 28 + Math.floor(i / 300) / 1000]
    const ring = [
      [lng, lat],
      [lng + 0.0005, lat],
      [lng + 0.0005, lat + 0.0005],
      [lng, lat],
    ]
    return {
      type: 'Feature',
      id: i,
      properties: { height: count % 100 },
      geometry: { type: 'Polygon', coordinates: [ring] },
    }
  })
  return JSON.stringify({ type: 'FeatureCollection', features })
}

test('usage errors end with 2 and say what is allowed', () => {
  for (const words of [
    [],
    ['--as', 'castles', 'x.geojson'],
    ['--datum', 'moon', 'x'],
    ['--crs', 'EPSG:99999', 'x'],
    ['--nonsense'],
  ]) {
    const { status, stderr } = run(...words)
    expect(status).toBe(2)
    expect(stderr).toMatch(/usage: npm run ingest/)
  }
}, 60_000)

test('good input ends with 0, input without anything usable with 1, a folder that is in use is refused by name', () => {
  const good = join(folder, 'buildings.geojson')
  writeFileSync(good, buildings(50))
  const first = run(good, '--source', 'town')
  expect(first.stdout).toMatch(/buildings +50 +50 +50/)
  expect(first.status).toBe(0)
  const bad = join(folder, 'nothing.geojson')
  writeFileSync(bad, '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":null}]}')
  const second = run(bad)
  expect(second.status).toBe(1)
  expect(second.stdout).toMatch(/rejected 1 × no geometry/)
  const lock = lockDataFolder(data)
  const third = run(good)
  lock.release()
  expect(third.status).toBe(1)
  expect(third.stderr).toMatch(new RegExp(`in use by process ${process.pid}`))
  expect(third.stderr).not.toMatch(/ at .*\.ts/)
}, 120_000)

test('kill -9 in the middle leaves the old city whole, and the next run cleans up', async () => {
  const more = join(folder, 'buildings.geojson')
  writeFileSync(more, buildings(30_000))
  const child = spawn(process.execPath, [main, more, '--source', 'town', '--data', data], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  await new Promise<void>((resolve) => {
    child.stderr.on('data', (chunk) => /store buildings|read: 100/.test(String(chunk)) && child.kill('SIGKILL'))
    child.once('exit', () => resolve())
  })
  expect(child.signalCode).toBe('SIGKILL')
  writeFileSync(more, buildings(50))
  const after = run(more, '--source', 'town')
  expect(after.status).toBe(0)
  expect(after.stdout).toMatch(/buildings +50 +50 +0 +50 +0 +0/)
  expect(readdirSync(data).filter((name) => name.startsWith('ingest-'))).toEqual([])
}, 120_000)
