/** Tests of the models' addresses: lists, properties, searches, and moving by hand with and without the key. */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type MadeElement, writeIfc } from '../data/formats/ifc-write.ts'
import { ingest } from '../data/ingest/ingest.ts'
import { openTestDatabase } from './db/test-database.ts'
import { bearsKey } from './identity/edit-key.ts'
import { startTestServer, type TestServer } from './test-server.ts'
import { cutModels } from './tiling/models.ts'
import { openTileStore } from './tiling/tile-store.ts'

const KEY = 'the-key-of-this-suite'
const db = await openTestDatabase()
let server: TestServer
let written = 0

const wall = (i: number): MadeElement => ({
  kind: i % 4 ? 'IFCWALL' : 'IFCDOOR',
  name: `${i % 4 ? '墙' : '门'} ${i}`,
  storey: i % 2,
  box: [i * 2, 0, (i % 2) * 3, 1.5, 0.2, 2.8],
  colour: [0.8, 0.8, 0.8, 0],
  properties: { 耐火: i % 3 ? 'F30' : 'F90', 宽: i / 10, 室外: i % 2 === 0 },
  ...(i % 5 ? {} : { system: '门禁' }),
})

beforeAll(async () => {
  server = await startTestServer(db, { mayWrite: bearsKey(KEY), written: () => void written++ })
  const storeys = [
    { name: '一层', elevation: 0 },
    { name: '二层', elevation: 3 },
  ]
  const path = join(server.root, 'house.ifc')
  writeFileSync(path, writeIfc({ name: '演示楼', storeys, elements: Array.from({ length: 20 }, (_, i) => wall(i)) }))
  const heightsDir = join(server.root, 'heights')
  await ingest([path], {}, { db, heightsDir })
  const { signal } = new AbortController()
  const store = openTileStore(join(server.root, 'tiles'))
  await cutModels({ db, store, heightsDir, threads: 1, signal, report: () => {} })
})
afterAll(async () => {
  await server.stop()
  await db.close()
  rmSync(server.root, { recursive: true, force: true })
})

const ask = async (path: string, init?: RequestInit) => {
  const answer = await fetch(`${server.url}${path}`, init)
  return { status: answer.status, headers: answer.headers, body: await answer.json() }
}
interface Found {
  total: number
  elements: { name: string; storey: string; property?: string; value?: unknown }[]
}
const search = async (words: string): Promise<Found> => (await ask(`/models/house/search?${words}`)).body as Found

test('a model without a place is listed with its tiles, its elements and their properties', async () => {
  expect((await ask('/models')).body).toMatchObject([{ id: 'house', place: null, given: false, elements: 20 }])
  const tileset = (await ask('/models/house/tileset.json')).body as { root: { content: { uri: string } } }
  const { uri } = tileset.root.content
  expect(uri).toMatch(/^\/tiles\/models\/c\/[\w-]+\.glb$/)
  expect((await fetch(`${server.url}${uri}`)).status).toBe(200)
  const columns = (await ask('/models/house/elements')).body as { ids: string[]; names: string[]; boxes: number[][] }
  expect(columns.names).toHaveLength(20)
  expect(columns.ids[0]).toMatch(/^[\w$]{22}$/)
  const third = columns.names.indexOf('墙 3')
  expect(columns.boxes[third]).toEqual([6, 0, 3, 7.5, 0.2, 5.8])
  expect((await ask(`/models/house/elements/${third}`)).body).toMatchObject({
    name: '墙 3',
    kind: 'IfcWall',
    storey: '二层',
    attributes: { 'Pset_Tidewall.耐火': 'F90', 'Pset_Tidewall.宽': 0.3 },
  })
  expect((await ask('/models/house/elements/20')).status).toBe(404)
  expect((await ask('/models/nowhere/elements')).body.detail).toMatch('models: no such model, got nowhere')
  const facets = (await ask('/models/house/properties')).body as { name: string }[]
  expect(facets.find(({ name }) => name === 'Pset_Tidewall.宽')).toMatchObject({
    type: 'number',
    count: 20,
    min: 0,
    max: 1.9,
  })
  expect(facets.find(({ name }) => name === 'Pset_Tidewall.耐火')).toMatchObject({
    top: [
      ['F30', 13],
      ['F90', 7],
    ],
  })
})

test('elements are found by words, by a property, by a comparison, and by both', async () => {
  expect((await search('q=墙')).total).toBe(15)
  expect(await search('q=F90')).toMatchObject({
    total: 7,
    elements: Array.from({ length: 7 }, () => ({ property: 'Pset_Tidewall.耐火', value: 'F90' })),
  })
  expect((await search('q=f90 门')).elements.map(({ name }) => name)).toEqual(['门 0', '门 12'])
  const wide = encodeURIComponent('Pset_Tidewall.宽')
  expect(
    (await search(`property=${wide}&value=${encodeURIComponent('>=1.7')}`)).elements.map(({ name }) => name),
  ).toEqual(['墙 17', '墙 18', '墙 19'])
  expect(
    (await search(`property=${wide}&value=${encodeURIComponent('= 0.5')}`)).elements.map(({ name }) => name),
  ).toEqual(['墙 5'])
  expect((await search(`property=${wide}&value=${encodeURIComponent('< none')}`)).total).toBe(0)
  expect(await search('q=墙&limit=2')).toMatchObject({ total: 15, elements: [{ name: '墙 1' }, { name: '墙 2' }] })
  expect((await ask('/models/house/search?find=x')).status).toBe(400)
})

const place = { lng: 121.44, lat: 28.67, height: 12, headingDeg: 30, scale: 1 }
const put = (body: unknown, key: string | null = KEY) =>
  ask('/models/house/placement', {
    method: 'PUT',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...(key === null ? {} : { authorization: `Bearer ${key}` }) },
  })

test('only who bears the key moves a model; others learn why, and nothing is moved', async () => {
  for (const key of [null, 'wrong', `${KEY}x`]) {
    const refused = await put(place, key)
    expect(refused).toMatchObject({
      status: 401,
      body: { status: 401, detail: expect.stringMatching(/^edit: (no|wrong) key; expected/) },
    })
    expect(refused.headers.get('content-type')).toBe('application/problem+json')
    expect(refused.headers.get('www-authenticate')).toMatch('Bearer')
  }
  expect((await ask('/models/house/placement', { method: 'DELETE' })).status).toBe(401)
  expect((await ask('/models/house')).body).toMatchObject({ place: null })
  expect(written).toBe(0)
  const preflight = await fetch(`${server.url}/models/house/placement`, { method: 'OPTIONS' })
  expect(preflight.headers.get('allow')).toBe('PUT, DELETE, OPTIONS')
  expect(preflight.headers.get('access-control-allow-methods')).toBe('OPTIONS')
  expect((await fetch(`${server.url}/models/house/placement`)).status).toBe(405)
})

test('a placement is kept with its date, tells the cutter, and goes back; a bad one is named', async () => {
  const moved = await put(place)
  expect(moved).toMatchObject({
    status: 200,
    body: { place: { ...place, by: 'hand', at: '2026-05-28T20:26:40.000Z' } },
  })
  expect(written).toBe(1)
  expect((await ask('/models/house')).body).toMatchObject({ place: { ...place, by: 'hand' } })
  expect((await put({ ...place, lat: 91 })).body.detail).toBe('placement: bad lat, got 91; expected -90 … 90')
  expect((await put({ ...place, by: 'me' })).body.detail).toMatch(/^placement: body: /)
  expect((await put({ lng: 1 })).body.detail).toMatch(/^placement: lat: /)
  expect((await put('{"lng":')).status).toBe(400)
  expect((await put(`"${'x'.repeat(70_000)}"`)).status).toBe(413)
  expect((await ask('/models/house')).body).toMatchObject({ place })
  const headers = { authorization: `Bearer ${KEY}` }
  expect((await ask('/models/house/placement', { method: 'DELETE', headers })).body).toMatchObject({ place: null })
  expect(written).toBe(2)
})

test('the address list says how to write', async () => {
  const { paths } = (await ask('/api')).body as { paths: Record<string, Record<string, object>> }
  expect(Object.keys(paths['/models/{model}/placement'])).toEqual(['put', 'delete'])
  expect(paths['/models/{model}/placement'].put).toMatchObject({ security: [{ editKey: [] }] })
  expect(server.errors).toEqual([])
})
