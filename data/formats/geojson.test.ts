/** GeoJSON: split at any byte, hostile JSON, encodings, layers and words, pieces merged. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Polygon } from 'geojson'
import { expect, test } from 'vitest'
import { type GeojsonItem, readGeojson } from './geojson.ts'
import { layerOfName, sortRecord } from './geojson-layers.ts'
import { mergePieces } from './geojson-merge.ts'
import { splitGeojson } from './geojson-split.ts'
import { encodingOf, textOf } from './geojson-text.ts'
import { HEAD_BYTES, recognize } from './recognize.ts'

async function* pieces(text: string, size: number) {
  for (let i = 0; i < text.length; i += size) yield text.slice(i, i + size)
}
async function* bytes(all: Uint8Array, size = 3) {
  for (let i = 0; i < all.length; i += size) yield all.subarray(i, i + size)
}
async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const out: T[] = []
  for await (const item of items) out.push(item)
  return out
}

test('features are cut out whole wherever the chunks end', async () => {
  const features = [
    '{"type":"Feature","properties":{"a":"x]}\\\\\\"","features":[{"b":1}]},"geometry":null}',
    '{"type":"Feature"}',
  ]
  const text = `{"type":"FeatureCollection","crs":{"features":[1]},\n"features" : [ ${features.join(' ,')} \n],"name":"n"}`
  for (let size = 1; size < 40; size++) {
    const found = await all(splitGeojson(pieces(text, size)))
    expect(found.filter(({ kind }) => kind === 'feature').map((piece) => piece.text)).toEqual(features)
    expect(JSON.parse(found[2].text)).toEqual({
      type: 'FeatureCollection',
      crs: { features: [1] },
      features: [],
      name: 'n',
    })
  }
})

test('one feature per line, with or without record separators, is read the same', async () => {
  const line = (id: number) =>
    `{"type":"Feature","id":${id},"properties":{},"geometry":{"type":"Point","coordinates":[1,2]}}`
  const found = await all(readGeojson(pieces(`${line(1)}\n\u001e${line(2)}\n${line(3)}`, 5)))
  expect(found.map((item) => ('record' in item ? item.record.id : item))).toEqual(['1', '2', '3'])
})

test('a broken line of NDJSON costs that line only, wherever the chunks end', async () => {
  const good = (id: number) =>
    `{"type":"Feature","id":${id},"properties":{},"geometry":{"type":"Point","coordinates":[1,2]}}`
  for (const broken of [
    '{"type":"Feature","properties":{"a":"open',
    '{broken',
    '{"a":[1}',
    'no brace at all',
    '}',
    '[[[[',
    '"}{',
  ]) {
    const text = `${good(1)}\n${broken}\n${good(2)}\r\n\n${good(3)}\n`
    for (const size of [1, 7, 1000]) {
      const found = await all(readGeojson(pieces(text, size)))
      expect(
        found.map((item) => ('record' in item ? item.record.id : 'rejected' in item && item.rejected.reason)),
      ).toEqual(['1', 'not JSON: the line is broken', '2', '3'])
    }
    await expect(all(readGeojson(pieces(`${good(1)}\n${broken}`, 9)))).rejects.toThrow(/truncated/)
  }
})

test('a feature longer than 32 MB is named and passed over, the next ones are read', async () => {
  async function* text() {
    yield '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"a":"'
    for (let i = 0; i < 40; i++) yield 'x'.repeat(2 ** 20)
    yield '"},"geometry":null},{"type":"Feature","id":"next","properties":{},"geometry":{"type":"Point","coordinates":[1,2]}}]}'
  }
  const [long, next] = await all(readGeojson(text()))
  expect(long).toEqual({ rejected: { index: 0, id: null, reason: 'longer than 33554432 characters' } })
  expect(next).toMatchObject({ record: { index: 1, id: 'next' } })
})

test('text that is cut off, misplaced commas, wrong brackets and deep nesting are named errors', async () => {
  const fails = (text: string, reason: RegExp) => expect(all(splitGeojson(pieces(text, 4)))).rejects.toThrow(reason)
  const whole = `{"type":"FeatureCollection","features":[${Array.from({ length: 30 }, (_, i) => `{"type":"Feature","id":${i}}`).join(',')}]}`
  for (let part = 1; part < 16; part++) await fails(whole.slice(0, Math.floor((whole.length * part) / 16)), /truncated/)
  await fails('', /empty/)
  await fails('{"features":[{},]}', /comma before the end/)
  await fails('{"features":[{}{}]}', /no comma after feature 0/)
  await fails('{"features":[1]}', /begins with "1"/)
  await fails('{"a":[}', /brackets do not match/)
  await fails(`{"a":${'['.repeat(100_000)}`, /nested deeper than 64/)
})

const HOSTILE = new URL('../../../shared/data/hostile/json/test_parsing/', import.meta.url).pathname

test.skipIf(!existsSync(HOSTILE))(
  'JSON that must be refused is refused or survived, all of it (skipped without ../shared/data)',
  async () => {
    for (const name of readdirSync(HOSTILE).filter((each) => each.endsWith('.json'))) {
      const content = readFileSync(join(HOSTILE, name))
      try {
        const encoding = await encodingOf(() => bytes(content, 1000))
        const items: GeojsonItem[] = await all(readGeojson(textOf(bytes(content, 1000), encoding)))
        for (const item of items) expect('record' in item || 'rejected' in item || 'crs' in item).toBe(true)
      } catch (error) {
        expect((error as Error).message, name).toMatch(/^(geojson|text): /)
      }
    }
  },
)

test('a GBK file is told from UTF-8, also when the first Chinese name comes late', async () => {
  const late = new Uint8Array(70_000).fill(32)
  const gbk = Uint8Array.of(...late, 0xbd, 0xb7, 0xbd, 0xad)
  const utf8 = new TextEncoder().encode(`${' '.repeat(70_000)}椒江`)
  expect(await encodingOf(() => bytes(gbk, 999))).toBe('gb18030')
  expect((await all(textOf(bytes(gbk, 999), 'gb18030'))).join('').trim()).toBe('椒江')
  expect(await encodingOf(() => bytes(utf8, 1000))).toBe('utf-8')
  expect(await encodingOf(() => bytes(Uint8Array.of(0xff, 0xfe, 0x7b, 0)))).toBe('utf-16le')
  await expect(encodingOf(() => bytes(Uint8Array.of(0x7b, 0xff, 0xff, 0xff)))).rejects.toThrow(
    /neither UTF-8 nor GB18030/,
  )
})

test('a file name names its layer, in English and Chinese', () => {
  const names = {
    'jj_buildings.geojson': 'buildings',
    '建筑轮廓.json': 'buildings',
    '椒江道路.geojson': 'roads',
    '水系.geojson': 'water',
    'admin-district.json': 'boundaries',
    'data.json': null,
  }
  for (const [name, layer] of Object.entries(names)) expect(layerOfName(name)).toBe(layer)
})

test('Chinese attributes become style words', () => {
  const record = {
    高度: '24.5米',
    层数: '8层',
    名称: '椒江大厦',
    用途: '商务办公',
    建成年份: 2008,
    地址: '市府大道1号',
  }
  expect(sortRecord(record, 2, undefined, null)).toEqual({
    layer: 'buildings',
    style: { name: '椒江大厦', class: 'office', height: 24.5, levels: 8, year: 2008, address: '市府大道1号' },
  })
})

test('values that are no heights, and words that are no classes, leave the thing unknown', () => {
  for (const height of [-9999, 0, 1e308, 'NaN', 'constructor', '']) {
    const sorted = sortRecord({ height, type: 'constructor' }, 2, 'buildings', null)
    expect(sorted).toEqual({ layer: 'buildings', style: { class: 'other' } })
  }
})

test('OpenStreetMap tags in properties count as such', () => {
  expect(sortRecord({ highway: 'primary', name: '中山路' }, 1, undefined, null)).toEqual({
    layer: 'roads',
    style: { name: '中山路', class: 'primary' },
  })
  expect(sortRecord({ foo: 1 }, 1, undefined, null)).toMatchObject({
    layer: null,
    reason: expect.stringContaining('--as'),
  })
})

test('pieces cut at a tile edge become one polygon again', () => {
  const square = (west: number, east: number): Polygon => ({
    type: 'Polygon',
    coordinates: [
      [
        [west, 31],
        [east, 31],
        [east, 31.1],
        [west, 31.1],
        [west, 31],
      ],
    ],
  })
  const merged = mergePieces([square(121, 121.1), square(121.1, 121.2), square(121.1, 121.2)]) as Polygon
  expect(merged.type).toBe('Polygon')
  expect(merged.coordinates[0]).toHaveLength(5)
  expect(mergePieces([square(121, 121.1), square(121.3, 121.4)]).type).toBe('MultiPolygon')
  const line = mergePieces([
    {
      type: 'LineString',
      coordinates: [
        [1, 1],
        [2, 2],
      ],
    },
    {
      type: 'LineString',
      coordinates: [
        [0, 0],
        [1, 1],
      ],
    },
  ])
  expect(line).toEqual({
    type: 'LineString',
    coordinates: [
      [0, 0],
      [1, 1],
      [2, 2],
    ],
  })
})

test('kinds are told by content; what is not read is named', () => {
  const text = (words: string) => recognize(new TextEncoder().encode(words).subarray(0, HEAD_BYTES), words.length)
  expect(text('{"type":"FeatureCollection","features":[]}').kind).toBe('geojson')
  expect(text('\ufeff{"type":"Feature"}').kind).toBe('geojson')
  expect(text('<?xml version="1.0"?>\n<osm version="0.6">').kind).toBe('osm-xml')
  expect(text('ncols 4\nnrows 4').kind).toBe('esri-ascii')
  expect(text('<osmChange>')).toMatchObject({ kind: null, reason: expect.stringContaining('change file') })
  expect(text('[1]')).toMatchObject({ kind: null, reason: expect.stringContaining('array') })
  expect(recognize(new Uint8Array(0), 0)).toMatchObject({ kind: null, reason: 'empty file' })
  expect(recognize(Uint8Array.of(0x89, 0x50, 0x4e, 0x47), 100)).toMatchObject({ kind: null, reason: 'a PNG picture' })
})
