/** OpenStreetMap: both forms alike, counts as osmium counts, areas, sea, and files that are damaged or hostile. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Polygon } from 'geojson'
import { afterAll, expect, test } from 'vitest'
import type { CityFeature } from '../geo/city-feature.ts'
import { readOsm } from './osm.ts'

const DATA = new URL('../../../shared/data/osm/', import.meta.url).pathname
const hasData = existsSync(join(DATA, 'monaco'))
const hasOsmium = hasData && existsSync('/usr/bin/osmium')
const folder = mkdtempSync(join(tmpdir(), 'tidewall-osm-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Outcome {
  features: CityFeature[]
  rejected: [id: string, reason: string][]
}

async function readBytes(bytes: Uint8Array, format: 'pbf' | 'xml', chunk = 65536): Promise<Outcome> {
  const out: Outcome = { features: [], rejected: [] }
  async function* open() {
    for (let i = 0; i < bytes.length; i += chunk) yield bytes.subarray(i, i + chunk)
  }
  const report = {
    rejected: (id: string, reason: string) => out.rejected.push([id, reason]),
    noted: () => {},
    facts: () => {},
  }
  for await (const feature of readOsm({ format, open }, report as never, AbortSignal.timeout(60_000)))
    out.features.push(feature)
  return out
}

const file = (name: string) => {
  const bytes = readFileSync(join(DATA, name))
  return name.endsWith('.gz') ? gunzipSync(bytes) : bytes
}
const of = (found: Outcome, layer: string) => found.features.filter((feature) => feature.layer === layer)
const xml = (body: string) => new TextEncoder().encode(`<?xml version="1.0"?><osm version="0.6">${body}</osm>`)
const tag = (k: string, v: string) => `<tag k="${k}" v="${v}"/>`
const placed = (id: number, lng: number, lat: number, tags = '') =>
  `<node id="${id}" lon="${lng}" lat="${lat}">${tags}</node>`

/** Nodes on a grid of 0.001°: `n(3, 4)` is id 304. */
const grid = (size: number) => {
  let out = ''
  for (let x = 0; x < size; x++)
    for (let y = 0; y < size; y++) out += `<node id="${x * 100 + y + 1}" lon="${7 + x / 1000}" lat="${43 + y / 1000}"/>`
  return out
}
const way = (id: number, points: [number, number][], tags = '') =>
  `<way id="${id}">${points.map(([x, y]) => `<nd ref="${x * 100 + y + 1}"/>`).join('')}${tags}</way>`

test.skipIf(!hasOsmium)(
  'pbf and xml of the same data give the same features (needs osmium and ../shared/data)',
  async () => {
    const out = join(folder, 'andorra.osm')
    execFileSync('osmium', ['cat', join(DATA, 'andorra/andorra.osm.pbf'), '-o', out])
    const a = await readBytes(file('andorra/andorra.osm.pbf'), 'pbf')
    const b = await readBytes(readFileSync(out), 'xml')
    expect(a.features.length).toBeGreaterThan(2700)
    expect(b.features).toEqual(a.features)
    expect(b.rejected).toEqual(a.rejected)
  },
)

/** Ways and relations with a tag, as osmium sees them. */
function osmium(name: string, key: string): { closed: number; ways: number; relations: number } {
  const text = execFileSync('osmium', ['tags-filter', '-R', join(DATA, name), `wr/${key}`, '-f', 'opl', '-o', '-'], {
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  }).toString()
  const found = { closed: 0, ways: 0, relations: 0 }
  for (const line of text.split('\n')) {
    if (line.startsWith('r') && /type=multipolygon/.test(line)) found.relations++
    if (!line.startsWith('w')) continue
    found.ways++
    const refs = line.split(' ').at(-1)?.slice(1).split(',') ?? []
    if (refs.length > 3 && refs[0].replace(/x.*/, '') === refs.at(-1)?.replace(/x.*/, '')) found.closed++
  }
  return found
}

test
  .skipIf(!hasOsmium)
  .each(['monaco/monaco.osm.gz', 'andorra/andorra.osm.pbf', 'liechtenstein/liechtenstein-2013-08-03.osm.pbf'])(
  '%s has as many buildings and roads as osmium finds',
  async (name) => {
    const found = await readBytes(file(name), name.endsWith('.pbf') ? 'pbf' : 'xml')
    const buildings = osmium(name, 'building')
    const lost = found.rejected.filter(([, reason]) => reason.startsWith('area'))
    // closed ways with the tag and multipolygons with it; those on outer ways of untagged relations stay one each
    expect(Math.abs(of(found, 'buildings').length - (buildings.closed + buildings.relations))).toBeLessThanOrEqual(
      lost.length,
    )
    const roads = osmium(name, 'highway')
    const highways = of(found, 'roads').filter(({ attributes }) => attributes.highway)
    const areas = found.features.filter(
      ({ layer, attributes }) =>
        layer !== 'roads' && attributes.highway && (attributes.area === 'yes' || attributes.building),
    )
    expect(highways.length).toBeLessThanOrEqual(roads.ways)
    expect(roads.ways - highways.length - areas.length).toBeLessThan(roads.ways * 0.01)
  },
)

test('a multipolygon without roles becomes areas with holes by nesting', async () => {
  const body = `${grid(10)}${way(1, [
    [0, 0],
    [9, 0],
    [9, 9],
  ])}${way(2, [
    [9, 9],
    [0, 9],
    [0, 0],
  ])}${way(3, [
    [3, 3],
    [6, 3],
    [6, 6],
    [3, 6],
    [3, 3],
  ])}
    <relation id="5"><member type="way" ref="3" role=""/><member type="way" ref="1" role=""/><member type="way" ref="2" role=""/>${tag('type', 'multipolygon')}${tag('landuse', 'forest')}</relation>`
  const { features } = await readBytes(xml(body), 'xml', 7)
  expect(features).toHaveLength(1)
  const rings = (features[0].geometry as Polygon).coordinates
  expect([features[0].id, features[0].layer, features[0].style.class, rings.length]).toEqual([
    'r5',
    'land',
    'forest',
    2,
  ])
})

test('tags on the outer way of an untagged multipolygon make one area, not two', async () => {
  const body = `${grid(10)}${way(
    1,
    [
      [0, 0],
      [9, 0],
      [9, 9],
      [0, 9],
      [0, 0],
    ],
    tag('building', 'yes'),
  )}${way(2, [
    [3, 3],
    [6, 3],
    [6, 6],
    [3, 6],
    [3, 3],
  ])}
    <relation id="5"><member type="way" ref="1" role="outer"/><member type="way" ref="2" role="inner"/>${tag('type', 'multipolygon')}</relation>`
  const { features } = await readBytes(xml(body), 'xml')
  expect(features.map(({ id, layer }) => `${layer} ${id}`)).toEqual(['buildings r5'])
  expect((features[0].geometry as Polygon).coordinates).toHaveLength(2)
})

test('building words are read with their units, and a height that is missing is guessed and says so', async () => {
  const ring: [number, number][] = [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
    [0, 0],
  ]
  const tags = [
    tag('building', 'apartments') +
      tag('height', "40'") +
      tag('min_height', '3,5 m') +
      tag('roof:shape', 'hipped') +
      tag('roof:direction', 'SW') +
      tag('start_date', 'c. 1890-05') +
      tag('addr:street', '解放路') +
      tag('addr:housenumber', '12号'),
    tag('building', 'yes') + tag('building:levels', '5'),
    tag('building:part', 'yes') + tag('height', '1e308'),
  ]
  const { features } = await readBytes(xml(grid(2) + tags.map((each, i) => way(i + 1, ring, each)).join('')), 'xml')
  expect(features[0].style).toEqual({
    class: 'residential',
    height: 12.19,
    minHeight: 3.5,
    roof: 'hipped',
    roofDirectionDeg: 225,
    year: 1890,
    address: '解放路12号',
  })
  expect(features[1].style).toMatchObject({ height: 15, levels: 5, estimated: true })
  expect(features[2].style).toMatchObject({ part: true, estimated: true })
})

test('the sea lies on the right of the coast, islands are holes in it, and it is closed along the bounds', async () => {
  const bounds = '<bounds minlon="7" minlat="43" maxlon="7.009" maxlat="43.009"/>'
  // land in the north: the coast runs from east to west
  const coast = way(
    1,
    [
      [9, 5],
      [5, 5],
      [0, 5],
    ],
    tag('natural', 'coastline'),
  )
  const island = way(
    2,
    [
      [3, 2],
      [4, 2],
      [4, 3],
      [3, 3],
      [3, 2],
    ],
    tag('natural', 'coastline'),
  )
  // the coast goes on with the land (north) on its right when turned round: then the sea is the north
  const { features } = await readBytes(xml(bounds + grid(10) + coast + island), 'xml')
  expect(features).toHaveLength(1)
  const rings = (features[0].geometry as Polygon).coordinates
  expect(features[0].style.class).toBe('sea')
  const lats = rings[0].map(([, lat]) => lat)
  // east to west puts the north on the right
  expect(Math.min(...lats)).toBeCloseTo(43.005, 6)
  const turned = await readBytes(
    xml(
      bounds +
        grid(10) +
        way(
          1,
          [
            [0, 5],
            [5, 5],
            [9, 5],
          ],
          tag('natural', 'coastline'),
        ) +
        island,
    ),
    'xml',
  )
  const south = turned.features[0].geometry as Polygon
  expect(Math.max(...south.coordinates[0].map(([, lat]) => lat))).toBeCloseTo(43.005, 6)
  expect(south.coordinates).toHaveLength(2)
})

test('an island alone is surrounded by sea', async () => {
  const bounds = '<bounds minlon="7" minlat="43" maxlon="7.009" maxlat="43.009"/>'
  const { features } = await readBytes(
    xml(
      bounds +
        grid(10) +
        way(
          2,
          [
            [3, 2],
            [4, 2],
            [4, 3],
            [3, 3],
            [3, 2],
          ],
          tag('natural', 'coastline'),
        ),
    ),
    'xml',
  )
  expect((features[0].geometry as Polygon).coordinates).toHaveLength(2)
})

test('records that cannot be used are named with the reason', async () => {
  const body = `${grid(3)}<node id="900" lon="543000" lat="3171000"/>${way(
    1,
    [
      [0, 0],
      [1, 0],
      [1, 1],
    ],
    tag('building', 'yes'),
  )}
    ${way(
      2,
      [
        [0, 0],
        [1, 0],
        [8, 8],
        [0, 0],
      ],
      tag('building', 'yes'),
    )}${way(
      3,
      [
        [0, 0],
        [1, 0],
        [2, 0],
        [0, 0],
      ],
      tag('building', 'yes'),
    )}${way(
      4,
      [
        [8, 8],
        [9, 9],
      ],
      tag('highway', 'primary'),
    )}`
  const { features, rejected } = await readBytes(xml(body), 'xml')
  expect(features).toEqual([])
  expect(rejected.map(([id]) => id)).toEqual(['n900', 'w1', 'w2', 'w3', 'w4'])
  expect(rejected.map(([, reason]) => reason).join('; ')).toMatch(
    /outside the world.*not closed.*nodes are not all.*no size.*missing from the file/,
  )
})

test('entities, document types, deep nesting and other roots are refused', async () => {
  const refuse = (text: string, reason: RegExp) =>
    expect(readBytes(new TextEncoder().encode(text), 'xml')).rejects.toThrow(reason)
  await refuse(
    '<!DOCTYPE osm [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><osm>&b;</osm>',
    /document type declaration refused/,
  )
  await refuse('<osm><node id="1" lon="1" lat="1"><tag k="a" v="&lol;"/></node></osm>', /not well formed/)
  await refuse(`<osm>${'<a>'.repeat(100)}${'</a>'.repeat(100)}</osm>`, /nested deeper/)
  await refuse('<html></html>', /root element is <html>/)
  await refuse('', /./)
})

test('an element with a bad number is named, the rest of the document is read', async () => {
  const good = placed(1, 7.4, 43.7, tag('place', 'town') + tag('name', 'x'))
  const bad = `<node id="2" lon="x" lat="1"/><node id="1.5" lon="1" lat="1"/><node lon="1" lat="1"/><node id="3" lat="1e999" lon="1"/>
    <way id="4"><nd ref="x"/><nd ref="1"/></way><relation id="5"><member type="area" ref="1"/></relation><way id="6"><tag k="a"/></way>`
  const { features, rejected } = await readBytes(xml(bad + good), 'xml')
  expect(features.map(({ id }) => id)).toEqual(['n1'])
  expect(rejected.map(([id, reason]) => `${id} ${reason}`)).toEqual([
    'n2 node: lon is "x"; expected a number',
    'n1.5 id is 1.5; expected an integer',
    'n? node: id is undefined; expected a number',
    'n3 node: lat is "1e999"; expected a number',
    'w4 nd of way: ref is "x"; expected a number',
    'r5 member of type area; expected node | way | relation',
    'w6 a tag without k or v',
  ])
})

test('an extract without anything, or cut off after its nodes, is refused: it would empty the city', async () => {
  const places = placed(1, 7.4, 43.7) + placed(2, 7.4, 43.8)
  await expect(readBytes(xml(''), 'xml')).rejects.toThrow('osm: the file holds no node and no way; expected an extract')
  await expect(readBytes(xml(places), 'xml')).rejects.toThrow(
    /places of ways, but no way \(cut off after the nodes\?\)/,
  )
})

/** mulberry32. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

test.skipIf(!hasData)(
  'files truncated at every sixteenth are refused with a reason, never read in part',
  async () => {
    for (const [name, format] of [
      ['andorra/andorra.osm.pbf', 'pbf'],
      ['small/bautzen.osm', 'xml'],
    ] as const) {
      const whole = file(name)
      for (let part = 0; part < 16; part++) {
        const cut = whole.subarray(0, Math.floor((whole.length * part) / 16))
        await expect(readBytes(cut, format)).rejects.toThrow(/^osm (pbf|xml): /)
      }
    }
  },
  60_000,
)

test.skipIf(!hasData)(
  'flipped bytes end in features or a named error, never in a crash',
  async () => {
    const random = seeded(7)
    const whole = file('small/bautzen.osm')
    const packed = file('andorra/andorra.osm.pbf').subarray(0)
    for (const [bytes, format, runs] of [
      [whole, 'xml', 12],
      [packed, 'pbf', 12],
    ] as const) {
      for (let run = 0; run < runs; run++) {
        const bad = Uint8Array.from(bytes)
        for (let flip = 0; flip < 20; flip++) bad[Math.floor(random() * bad.length)] ^= 1 << Math.floor(random() * 8)
        await readBytes(bad, format).catch((error: unknown) => {
          expect(error).toBeInstanceOf(Error)
          expect((error as Error).message).toMatch(/osm|incorrect|invalid|unexpected|Unimplemented|range|bounds/i)
        })
      }
    }
  },
  60_000,
)
