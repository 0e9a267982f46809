/** Hits over real connections: their forms, their order, their dates, slow readers. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { sendProblem } from '../errors.ts'
import { writeTile } from '../test-server.ts'
import { type Answer, askRaw } from './ask-raw.ts'
import { answerOf } from './hot-answer.ts'
import { readHotFile } from './hot-files.ts'
import { openTiles, type TileServer } from './hot-tiles.ts'
import { type Listening, listen, requestListener } from './listen.ts'

const TERRAIN = '/tiles/terrain/3/6/5.terrain'
const tile = Buffer.from(Array.from({ length: 3000 }, (_, i) => i % 7))
let root: string
let tiles: TileServer
let server: Listening
const ask = (path: string, headers?: Record<string, string>, method?: string): Promise<Answer> =>
  askRaw(server.port, path, headers, method)

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'tidewall-answers-'))
  const layer = { tiles: ['{z}/{x}/{y}.terrain?v=abc1'], minzoom: 0, maxzoom: 12 }
  await writeTile(root, 'terrain/layer.json', JSON.stringify(layer))
  await writeTile(root, 'terrain/3/6/5.terrain', tile)
  await writeTile(root, 'buildings/tileset.json', '{"asset":{"version":"1.1"}}')
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

test('a tile cut plain is compressed for the first who asks, once for all who ask at a time', async () => {
  const path = '/tiles/terrain/3/6/4.terrain'
  await writeTile(root, path.slice('/tiles/'.length), tile)
  const both = { 'accept-encoding': 'gzip, br' }
  const answers = await Promise.all([
    ...Array.from({ length: 5 }, () => ask(path, both)),
    ...Array.from({ length: 5 }, () => ask(`${path}?v=abc1`, { 'accept-encoding': 'gzip' })),
    ask(`${path}?v=made-up`, both),
    ask(path, both, 'HEAD'),
  ])
  for (const { headers } of answers) expect(headers.vary).toBe('Accept-Encoding')
  for (const { headers, body } of answers.slice(0, 5)) {
    expect([headers['content-encoding'], headers['content-length']]).toEqual(['br', String(body.length)])
    expect(brotliDecompressSync(body)).toEqual(tile)
  }
  for (const { headers, body } of answers.slice(5, 10)) {
    expect([headers['content-encoding'], headers['content-length']]).toEqual(['gzip', String(body.length)])
    expect(gunzipSync(body)).toEqual(tile)
  }
  const [br, gzip, madeUp, head] = [0, 5, 10, 11].map((i) => answers[i]!.headers)
  expect([madeUp!.etag, head!.etag, head!['content-length']]).toEqual([br!.etag, br!.etag, br!['content-length']])
  const plain = await ask(path)
  expect([plain.body, plain.headers['content-encoding'], plain.headers.vary]).toEqual([tile, undefined, br!.vary])
  expect(new Set([plain.headers.etag, br!.etag, gzip!.etag]).size).toBe(3)
  for (const etag of [br!.etag, gzip!.etag])
    expect(
      (await ask(path, { 'accept-encoding': etag === br!.etag ? 'br' : 'gzip', 'if-none-match': etag! })).status,
    ).toBe(304)
  const part = await ask(path, { ...both, range: 'bytes=0-9' })
  expect([part.status, part.body]).toEqual([206, tile.subarray(0, 10)])
})

test('a condition about a form that nobody made since the start is judged by that form', async () => {
  const path = '/tiles/terrain/3/6/2.terrain'
  await writeTile(root, path.slice('/tiles/'.length), tile)
  const { headers } = await ask(path, { 'accept-encoding': 'br' })
  tiles.changed('terrain')
  expect((await ask(path, { 'accept-encoding': 'br', 'if-none-match': headers.etag! })).status).toBe(304)
})

test('tiles that are tiny or do not shrink, and pictures, are sent plain; siblings from the cut are used', async () => {
  let state = 7
  const noise = Buffer.from(Array.from({ length: 4000 }, () => (state = (state * 16_807) % 2_147_483_647) >> 11))
  await writeTile(root, 'buildings/c/tiny.glb', tile.subarray(0, 200))
  await writeTile(root, 'buildings/c/noise.glb', noise)
  await writeTile(root, 'buildings/c/roof.png', tile)
  await writeTile(root, 'buildings/c/packed.glb', tile)
  await writeFile(join(root, 'buildings/c/packed.glb.gz'), gzipSync(tile, { level: 0 }))
  for (const name of ['tiny.glb', 'noise.glb', 'roof.png'])
    for (const _round of ['cold', 'hot']) {
      const answer = await ask(`/tiles/buildings/c/${name}`, { 'accept-encoding': 'gzip, br' })
      expect([answer.status, answer.headers['content-encoding']]).toEqual([200, undefined])
      expect(answer.headers.vary).toBe(name === 'noise.glb' ? 'Accept-Encoding' : undefined)
    }
  const packed = await ask('/tiles/buildings/c/packed.glb', { 'accept-encoding': 'gzip' })
  expect(packed.body).toEqual(gzipSync(tile, { level: 0 }))
})

/** Sends text over a connection of its own. @returns all that came back until the server closed it */
async function speak(text: string): Promise<string> {
  const socket = connect(server.port, '127.0.0.1', () => socket.write(text))
  let said = ''
  for await (const chunk of socket) said += (chunk as Buffer).toString('latin1')
  return said
}
const get = (path: string, more = '', version = '1.1'): string =>
  `GET ${path} HTTP/${version}\r\nHost: x\r\n${more}\r\n`

test('questions in one packet are answered in their order, hits, misses and conditions alike', async () => {
  const { headers } = await ask(TERRAIN)
  const said = await speak(
    get(TERRAIN) +
      get('/tiles/terrain/3/7/5.terrain') +
      get(TERRAIN, 'X-Long: 1\r\n') +
      get(TERRAIN, `If-None-Match: ${headers.etag}\r\n`) +
      get(TERRAIN, 'Content-Length: 3\r\n').concat('abc') +
      get('/elsewhere') +
      get(TERRAIN, 'Range: bytes=0-1\r\n') +
      get(TERRAIN, 'Accept-Encoding: gzip\r\n') +
      get(TERRAIN, 'Connection: close\r\n'),
  )
  const heads = said.split(/(?=HTTP\/1\.1 )/)
  expect(heads.map((head) => head.slice(9, 12))).toEqual('200 204 200 304 200 404 206 200 200'.split(' '))
  for (const head of heads) expect(Date.parse(/\r\nDate: (.*)\r\n/.exec(head)?.[1] ?? '')).toBeGreaterThan(1.7e12)
  expect(heads.map((head) => /\r\nConnection: (.*)\r\n/.exec(head)?.[1])).toEqual([
    ...Array.from({ length: 8 }, () => 'keep-alive'),
    'close',
  ])
  for (const i of [0, 2, 4, 8]) expect(heads[i]!.slice(-3000)).toBe(tile.toString('latin1'))
  expect(heads[7]).toMatch('Content-Encoding: gzip')
})

test('a hit without Host is refused, one of HTTP/1.0 is closed after its answer', async () => {
  await ask(TERRAIN)
  expect(await speak(`GET ${TERRAIN} HTTP/1.1\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400 /)
  const old = await speak(get(TERRAIN, '', '1.0'))
  expect([old.slice(0, 15), old.slice(-3000)]).toEqual(['HTTP/1.1 200 OK', tile.toString('latin1')])
})

test('the date of an answer follows the clock, and not in bytes that a slow reader still waits for', async () => {
  const { identity } = (await readHotFile(root, 'terrain/3/6/5.terrain', 'no-cache'))!
  vi.useFakeTimers({ toFake: ['Date'], now: 1_800_000_000_000 })
  try {
    const first = answerOf(identity)!
    const dateOf = (bytes: Buffer): string => /Date: (.*)\r\n/.exec(bytes.toString('latin1'))![1]!
    expect(dateOf(first.bytes)).toBe('Fri, 15 Jan 2027 08:00:00 GMT')
    vi.setSystemTime(1_800_000_001_500)
    expect(answerOf(identity)).toBe(first)
    expect(dateOf(first.bytes)).toBe('Fri, 15 Jan 2027 08:00:01 GMT')
    first.held = true
    expect(answerOf(identity)).toBe(first)
    vi.setSystemTime(1_800_000_002_000)
    const second = answerOf(identity)!
    expect([dateOf(first.bytes), dateOf(second.bytes)].map((date) => date.slice(-6, -4))).toEqual(['01', '02'])
    expect(second.bytes.subarray(-3000)).toEqual(tile)
    expect(identity.bytes).toEqual(tile)
  } finally {
    vi.useRealTimers()
  }
})

test('readers that take nothing hold up nobody, and what they are sent is whole when they read on', async () => {
  const path = '/tiles/buildings/c/heavy-tile.glb'
  const heavy = Buffer.alloc(4 << 20, 'abcdefg')
  await writeTile(root, path.slice('/tiles/'.length), heavy)
  await ask(path)
  const slow = connect(server.port, '127.0.0.1', () =>
    slow.write(get(path).repeat(19) + get(path, 'Connection: close\r\n')),
  )
  slow.pause()
  const before = process.memoryUsage().rss
  for (let i = 0; i < 20; i++) expect((await ask(path)).body.equals(heavy)).toBe(true)
  expect(process.memoryUsage().rss - before).toBeLessThan(200 << 20)
  let length = 0
  for await (const chunk of slow) length += (chunk as Buffer).length
  expect(length).toBeGreaterThan(20 * heavy.length)
})
