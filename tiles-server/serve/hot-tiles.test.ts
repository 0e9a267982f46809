/** Tiles over real HTTP: conformity, hostile requests, slow readers, replaced files. */

import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sendProblem } from '../errors.ts'
import { writeTile } from '../test-server.ts'
import { type Answer, askRaw } from './ask-raw.ts'
import { createHotFiles, readHotFile } from './hot-files.ts'
import { openTiles, type TileServer } from './hot-tiles.ts'
import { type Listening, listen, requestListener } from './listen.ts'
import { parseRange } from './respond.ts'

let root: string
let tiles: TileServer
let server: Listening
const tile = Buffer.from(Array.from({ length: 3000 }, (_, i) => i % 7))

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'tidewall-tiles-'))
  await writeTile(
    root,
    'terrain/layer.json',
    JSON.stringify({ tiles: ['{z}/{x}/{y}.terrain?v=abc1'], minzoom: 0, maxzoom: 12 }),
  )
  await writeTile(root, 'terrain/3/6/5.terrain', tile, true)
  await writeTile(
    root,
    'map/tile.json',
    JSON.stringify({ tiles: ['/tiles/map/{z}/{x}/{y}.mvt?v=m1'], minzoom: 4, maxzoom: 15 }),
  )
  await writeTile(root, 'map/14/13719/6826.mvt', tile)
  await writeTile(root, 'buildings/tileset.json', '{"asset":{"version":"1.1"}}')
  await writeTile(root, 'buildings/c/0123456789abcdef.glb', tile, true)
  tiles = openTiles(root)
  server = await listen(
    requestListener(tiles, (req, res) => sendProblem(req, res, 404, 'not a tile')),
    { port: 0, host: '127.0.0.1' },
    tiles,
  )
})
afterAll(async () => {
  await server.close(500)
  tiles.close()
  await rm(root, { recursive: true })
})

const ask = (path: string, headers?: Record<string, string>, method?: string): Promise<Answer> =>
  askRaw(server.port, path, headers, method)
const TERRAIN = '/tiles/terrain/3/6/5.terrain'
const problem = (answer: Answer): string => {
  expect(answer.headers['content-type']).toBe('application/problem+json')
  return `${answer.status} ${(JSON.parse(answer.body.toString()) as { detail: string }).detail}`
}

test('a tile comes in the encoding that was asked for, each with its own strong ETag', async () => {
  for (const round of ['cold', 'hot']) {
    const plain = await ask(TERRAIN)
    expect([round, plain.status, plain.headers['content-encoding'], plain.headers.vary]).toEqual([
      round,
      200,
      undefined,
      'Accept-Encoding',
    ])
    expect(plain.body.equals(tile)).toBe(true)
    expect(plain.headers['content-type']).toBe('application/vnd.quantized-mesh')
    const br = await ask(TERRAIN, { 'Accept-Encoding': 'gzip, deflate, br' })
    const gzip = await ask(TERRAIN, { 'accept-encoding': 'gzip, br;q=0' })
    expect([br.headers['content-encoding'], gzip.headers['content-encoding']]).toEqual(['br', 'gzip'])
    expect(new Set([plain, br, gzip].map(({ headers }) => headers.etag)).size).toBe(3)
    expect(
      (await ask(TERRAIN, { 'Accept-Encoding': 'identity;q=1, *;q=0' })).headers['content-encoding'],
    ).toBeUndefined()
  }
})

test('the address with the current version is immutable, any other is asked for anew', async () => {
  const cache = async (path: string) => (await ask(path)).headers['cache-control']
  expect(await cache(`${TERRAIN}?v=abc1`)).toBe('public, max-age=31536000, immutable')
  expect(await cache('/tiles/map/14/13719/6826.mvt?v=m1')).toMatch('immutable')
  expect(await cache('/tiles/buildings/c/0123456789abcdef.glb')).toMatch('immutable')
  for (const path of [
    TERRAIN,
    `${TERRAIN}?v=old`,
    '/tiles/terrain/layer.json',
    '/tiles/terrain/layer.json?v=abc1',
    '/tiles/map.json',
    '/tiles/buildings/tileset.json',
  ])
    expect(await cache(path)).toBe('no-cache')
})

test('conditions: 304 for what is known, 412 for what has changed', async () => {
  const { headers } = await ask(TERRAIN)
  const etag = headers.etag as string
  const status = async (conditions: Record<string, string>) => (await ask(TERRAIN, conditions)).status
  expect(await status({ 'If-None-Match': etag })).toBe(304)
  expect(await status({ 'If-None-Match': `"x", W/${etag}` })).toBe(304)
  expect(await status({ 'If-None-Match': '*' })).toBe(304)
  expect(await status({ 'If-None-Match': '"x"', 'If-Modified-Since': headers['last-modified'] as string })).toBe(200)
  expect(await status({ 'If-Modified-Since': headers['last-modified'] as string })).toBe(304)
  expect(await status({ 'If-Modified-Since': 'Thu, 01 Jan 1970 00:00:00 GMT' })).toBe(200)
  expect(await status({ 'If-Modified-Since': 'rubbish' })).toBe(200)
  expect(await status({ 'If-Match': etag })).toBe(200)
  expect(await status({ 'If-Match': '"x"' })).toBe(412)
  expect(await status({ 'If-Unmodified-Since': 'Thu, 01 Jan 1970 00:00:00 GMT' })).toBe(412)
  const unchanged = await ask(TERRAIN, { 'If-None-Match': etag })
  expect([unchanged.body.length, unchanged.headers.etag, unchanged.headers['cache-control']]).toEqual([
    0,
    etag,
    'no-cache',
  ])
})

test('one range of the plain bytes is served, several as a whole, one beyond the end is refused', async () => {
  const part = await ask(TERRAIN, { Range: 'bytes=10-19', 'Accept-Encoding': 'br' })
  expect([part.status, part.headers['content-range'], part.headers['content-length']]).toEqual([
    206,
    'bytes 10-19/3000',
    '10',
  ])
  expect(part.body.equals(tile.subarray(10, 20))).toBe(true)
  expect((await ask(TERRAIN, { Range: 'bytes=-5' })).body.equals(tile.subarray(2995))).toBe(true)
  expect((await ask(TERRAIN, { Range: 'bytes=2990-' })).body.length).toBe(10)
  expect((await ask(TERRAIN, { Range: 'bytes=0-1,5-6' })).status).toBe(200)
  expect((await ask(TERRAIN, { Range: 'bytes=0-9', 'If-Range': part.headers.etag as string })).status).toBe(206)
  expect((await ask(TERRAIN, { Range: 'bytes=0-9', 'If-Range': '"x"' })).status).toBe(200)
  const beyond = await ask(TERRAIN, { Range: 'bytes=3000-' })
  expect([beyond.status, beyond.headers['content-range']]).toEqual([416, 'bytes */3000'])
  expect(parseRange('bytes=5-2', 10)).toBeNull()
  expect(parseRange('items=0-1', 10)).toBeNull()
  expect(parseRange('bytes=-0', 10)).toBe('bad')
  expect(parseRange('bytes=0-99999999999999999999', 10)).toEqual({ first: 0, last: 9 })
})

test('HEAD has the headers and no body, OPTIONS the permissions, other methods 405', async () => {
  const [get, head] = [await ask(TERRAIN), await ask(TERRAIN, {}, 'HEAD')]
  expect([head.status, head.body.length, head.headers['content-length'], head.headers.etag]).toEqual([
    200,
    0,
    '3000',
    get.headers.etag,
  ])
  const options = await ask(TERRAIN, { Origin: 'http://elsewhere', 'Access-Control-Request-Method': 'GET' }, 'OPTIONS')
  expect([
    options.status,
    options.headers['access-control-allow-origin'],
    options.headers['access-control-allow-headers'],
  ]).toEqual([204, '*', expect.stringContaining('Range')])
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'TRACE']) {
    const answer = await ask(TERRAIN, {}, method)
    expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS'])
  }
})

test('an empty place is 204, an unknown tileset 404, a tile that cannot be is 400 with the legal range', async () => {
  expect((await ask('/tiles/terrain/3/7/5.terrain')).status).toBe(204)
  expect((await ask('/tiles/map/14/1/1.mvt?v=m1')).headers['cache-control']).toMatch('immutable')
  expect(problem(await ask('/tiles/terrain/20/1/1.terrain'))).toBe(
    '404 tile: no such file in tileset terrain; expected level 0 … 12',
  )
  expect(problem(await ask('/tiles/pipes/3/1/1.mvt'))).toBe('404 tile: unknown tileset, got pipes')
  expect(problem(await ask('/tiles/pipes/tileset.json'))).toBe('404 tile: unknown tileset, got pipes')
  expect(problem(await ask('/tiles/pipes.json'))).toMatch('404 tile: unknown tileset')
  expect(problem(await ask('/tiles/buildings/c/ffffffffffff.glb'))).toMatch('404 tile: no such file')
  expect(problem(await ask('/tiles/map/5/32/0.mvt'))).toBe(
    '400 tile: column out of range at level 5, got 32; expected 0 … 31',
  )
  expect(problem(await ask('/tiles/terrain/5/64/0.terrain'))).toBe(
    '400 tile: column out of range at level 5, got 64; expected 0 … 63',
  )
  expect(problem(await ask('/tiles/map/99/0/0.mvt'))).toBe('400 tile: level out of range, got 99; expected 0 … 24')
  for (const path of ['-1/0/0', '1.5/0/0', '1e1/0/0', 'a/b/c', '01/0/0', '1/2', '1/1/1/1', '9999999999/0/0'])
    expect(problem(await ask(`/tiles/map/${path}.mvt`))).toMatch(/^400 tile: bad /)
})

test('nobody leaves the folder: traversal, encoded slashes, odd characters, compressed siblings', async () => {
  await writeTile(root, '../outside-tidewall.json', 'secret')
  const paths = [
    '../outside-tidewall.json',
    '..%2foutside-tidewall.json',
    '%2e%2e/outside-tidewall.json',
    'map/../../outside-tidewall.json',
    'map/..%5c..%5coutside-tidewall.json',
    'map//tile.json',
    'map/./tile.json',
    'map%2ftile.json',
    'map\\tile.json',
    'map/%00',
    'map/.hidden',
    '',
    'map/',
    '/etc/passwd',
    `map/${'x'.repeat(3000)}`,
    'map/瓦.mvt',
  ]
  for (const path of paths) {
    const answer = await ask(encodeURI(`/tiles/${path}`).replaceAll('%25', '%'))
    expect(`${path} ${answer.status}`).toMatch(/ 40[04]$/)
    expect(problem(answer)).not.toMatch('secret')
  }
  for (const path of ['/tiles/terrain/3/6/5.terrain.br', '/tiles/map/tile.json.gz', '/tiles/map/x.tmp'])
    expect((await ask(path)).status).toBe(404)
  await rm(join(root, '../outside-tidewall.json'))
})

test('addresses made up with queries are answered and not kept in memory', async () => {
  const before = tiles.counts.files
  for (let i = 0; i < 20; i++) expect((await ask(`${TERRAIN}?v=${i}&x=${'y'.repeat(900)}`)).status).toBe(200)
  expect(tiles.counts.files).toBe(before)
  expect((await ask(`${TERRAIN}?${'x'.repeat(8000)}`)).status).toBe(400)
})

test('replaced files are served within two seconds of their manifest, at once when told', async () => {
  await ask('/tiles/map/14/13719/6826.mvt?v=m1')
  await writeTile(root, 'map/14/13719/6826.mvt', 'new')
  await writeTile(root, 'map/tile.json', JSON.stringify({ tiles: ['x?v=m2'], minzoom: 4, maxzoom: 15 }))
  await expect
    .poll(async () => (await ask('/tiles/map/14/13719/6826.mvt?v=m2')).headers['cache-control'], { timeout: 4000 })
    .toMatch('immutable')
  expect((await ask('/tiles/map/14/13719/6826.mvt?v=m1')).body.toString()).toBe('new')
  await ask(TERRAIN)
  await writeTile(root, 'terrain/3/6/5.terrain', 'changed')
  tiles.changed('terrain')
  expect((await ask(TERRAIN)).body.toString()).toBe('changed')
})

test('a reader that takes nothing, one that goes away and one that talks nonsense harm nobody', async () => {
  await writeTile(root, 'buildings/big.glb', Buffer.alloc(30 << 20, 1))
  const slow = connect(server.port, '127.0.0.1')
  slow.pause()
  slow.write('GET /tiles/buildings/big.glb HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(20))
  const gone = connect(server.port, '127.0.0.1', () =>
    gone.end('GET /tiles/buildings/big.glb HTTP/1.1\r\nHost: x\r\n\r\n', () => gone.destroy()),
  )
  const nonsense = connect(server.port, '127.0.0.1', () => nonsense.write('\x16\x03\x01 hello\r\n\r\n'))
  const said = await new Promise<string>((resolve) => nonsense.once('data', (data) => resolve(data.toString())))
  expect(said).toMatch(/^HTTP\/1\.1 400 /)
  const before = process.memoryUsage().rss
  for (let i = 0; i < 50; i++) expect((await ask(TERRAIN)).status).toBe(200)
  expect((await ask(TERRAIN, { 'X-Long': 'x'.repeat(20_000) })).status).toBe(431)
  expect(process.memoryUsage().rss - before).toBeLessThan(200 << 20)
  expect((await ask('/tiles/buildings/big.glb', { Range: 'bytes=31457270-' })).body.length).toBe(10)
  slow.destroy()
  nonsense.destroy()
})

test('the memory is bounded: what was not used goes first', async () => {
  await writeTile(root, 'm/a.bin', Buffer.alloc(1000))
  const make = async () => (await readHotFile(root, 'm/a.bin', 'no-cache'))!
  const files = createHotFiles(100_000)
  for (let i = 0; i < 200; i++) {
    files.set(`k${i}`, await make())
    const favourite = files.get('k0')
    if (favourite) favourite.used = true
  }
  expect(files.bytes).toBeLessThanOrEqual(100_000)
  expect(files.get('k0')).toBeDefined()
  expect(files.get('k199')).toBeDefined()
  expect(files.get('k50')).toBeUndefined()
})

test('closing lets a running answer end and refuses new connections', async () => {
  let finish = (): void => {}
  const other = await listen((_req, res) => void (finish = () => res.end('done')), { port: 0, host: '127.0.0.1' })
  const answer = fetch(other.url).then((response) => response.text())
  await expect.poll(() => finish.toString()).toMatch('done')
  const closed = other.close(5000)
  await expect(fetch(other.url)).rejects.toThrow()
  finish()
  expect(await answer).toBe('done')
  await closed
  await expect(listen(() => {}, { port: server.port, host: '127.0.0.1' })).rejects.toThrow(
    `listen: port ${server.port} is in use; choose another with --port`,
  )
})
