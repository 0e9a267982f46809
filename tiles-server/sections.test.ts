/** Sections over HTTP, on both databases: drawings measured with readers of their own against the rows they were made from. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ellipsoidalHeights, generateCity } from '../data/city/generate.ts'
import { metresPerDegree } from '../data/geo/ellipsoid.ts'
import { undulation } from '../data/geo/geoid.ts'
import type { Database } from './db/database.ts'
import { writeHeightGrid } from './db/height-store.ts'
import { storeLayer, storeSource } from './db/store-layer.ts'
import { openTestDatabase } from './db/test-database.ts'
import { startTestServer, type TestServer } from './test-server.ts'

/** Across the road with the utility tunnel, from north to south. */
const CUT = { lng: 121.4385, north: 28.66076, south: 28.6603 }
const LINE = `${CUT.lng},${CUT.north};${CUT.lng},${CUT.south}`

let db: Database
let server: TestServer
beforeAll(async () => {
  db = await openTestDatabase()
  const city = generateCity({ tiny: true })
  const { source } = city
  await storeSource(db, {
    id: 'tiny-demo',
    title: source.title.zh,
    files: [],
    attribution: source.attribution,
    dataDate: source.dataDate,
    crs: source.crs,
    datum: source.datum,
    synthetic: true,
  })
  for (const layer of ['pipes', 'pipe-nodes', 'buildings', 'roads'] as const)
    await storeLayer(db, { source: 'tiny-demo', layer, features: city.features(layer) })
  server = await startTestServer(db)
  const { heights } = city
  const all = ellipsoidalHeights(city)
  const rows = Array.from({ length: heights.rows }, (_, r) => all.slice(r * heights.columns, (r + 1) * heights.columns))
  const { west, south, east, north, columns, rows: count } = heights
  const about = { resolutionM: 10, dataDate: '', datum: 'EGM96', attribution: '' }
  const grid = { west, south, east, north, columns, rows: count, ...about }
  await writeHeightGrid(join(server.root, 'heights'), 'tiny', grid, rows)
})
afterAll(async () => {
  await server.stop()
  await db.close()
})

const ask = (path: string) => fetch(`http://127.0.0.1:${server.port}${path}`)
async function text(path: string, media: RegExp): Promise<string> {
  const response = await ask(path)
  const body = await response.text()
  expect(response.status, body.slice(0, 300)).toBe(200)
  expect(response.headers.get('content-type')).toMatch(media)
  return body
}

interface Row {
  id: string
  line: number[][]
  style: Record<string, unknown>
}
async function pipes(utility?: string): Promise<Row[]> {
  const rows = await db.query<{ id: string; geometry: string; style: Row['style'] }>(
    "select id, st_asgeojson(geom, 12) as geometry, style from feature where layer = 'pipes' and ($1::text is null or style ->> 'class' = $1)",
    [utility ?? null],
  )
  return rows.map(({ id, geometry, style }) => ({
    id,
    line: (JSON.parse(geometry) as { coordinates: number[][] }).coordinates,
    style,
  }))
}

interface Expected {
  id: string
  x: number
  z: number
  height: number
  width: number
  round: boolean
}
/** What a line from north to south cuts, worked out anew: metres from its northern end, height over the geoid. */
async function expected(): Promise<Expected[]> {
  const [, perDegree] = metresPerDegree((CUT.north + CUT.south) / 2)
  const out: Expected[] = []
  for (const { id, line, style } of await pipes())
    for (let i = 0; i + 1 < line.length; i++) {
      const [[ax, ay, az], [bx, by, bz]] = [line[i], line[i + 1]]
      if (ax === bx || (ax - CUT.lng) * (bx - CUT.lng) > 0) continue
      const share = (CUT.lng - ax) / (bx - ax)
      const lat = ay + (by - ay) * share
      if (lat > CUT.north || lat < CUT.south) continue
      const height = Number(style.height ?? style.diameter)
      const z = az + (bz - az) * share - undulation(CUT.lng, lat)
      const width = Number(style.width ?? style.diameter)
      out.push({ id, x: (CUT.north - lat) * perDegree, z, height, width, round: style.section === 'circular' })
    }
  return out.sort((a, b) => a.x - b.x)
}

const attribute = (tag: string, name: string): string => new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(tag)?.[1] ?? ''
/** The scales and the window of a drawing, from the root of its SVG. */
function frameOf(svg: string) {
  const root = /<svg [^>]*>/.exec(svg)?.[0] ?? ''
  const [left, bottom, x0, z0] = attribute(root, 'data-window').split(' ').map(Number)
  const [horizontal, vertical] = [Number(attribute(root, 'data-horizontal')), Number(attribute(root, 'data-vertical'))]
  const tall = Number(attribute(root, 'viewBox').split(' ')[3])
  expect(attribute(root, 'height')).toBe(`${tall}mm`)
  return {
    horizontal,
    vertical,
    metres: (x: number, y: number): [number, number] => [
      x0 + ((x - left) * horizontal) / 1000,
      z0 + ((tall - y - bottom) * vertical) / 1000,
    ],
  }
}

test('pipes of a cross-section lie in the SVG where the database has them, to a millimetre', async () => {
  const svg = await text(`/networks/section?line=${LINE}&format=svg`, /svg/)
  const frame = frameOf(svg)
  const wanted = await expected()
  expect(wanted.length).toBeGreaterThanOrEqual(9)
  expect(frame.horizontal).toBe(frame.vertical)
  for (const { id, x, z, width, height, round } of wanted) {
    const tags = [...svg.matchAll(/<(circle|ellipse|polygon) [^>]*>/g)].map(([tag]) => tag)
    // outer wall, then inner wall
    const inner = tags.filter(
      (tag) => attribute(tag, 'data-collection') === 'pipes' && attribute(tag, 'data-id') === id,
    )[1]
    if (round) {
      const [cx, cz] = frame.metres(Number(attribute(inner, 'cx')), Number(attribute(inner, 'cy')))
      expect(Math.abs(cx - x), `${id} x`).toBeLessThan(0.001)
      expect(Math.abs(cz - z), `${id} z`).toBeLessThan(0.001)
      expect(Math.abs((Number(attribute(inner, 'r')) * 2 * frame.horizontal) / 1000 - height)).toBeLessThan(0.001)
      continue
    }
    const corners = attribute(inner, 'points')
      .split(' ')
      .map((pair) => frame.metres(...(pair.split(',').map(Number) as [number, number])))
    const [xs, zs] = [corners.map((c) => c[0]), corners.map((c) => c[1])]
    expect(Math.abs((Math.min(...xs) + Math.max(...xs)) / 2 - x), `${id} x`).toBeLessThan(0.001)
    expect(Math.abs((Math.min(...zs) + Math.max(...zs)) / 2 - z), `${id} z`).toBeLessThan(0.001)
    expect(Math.abs(Math.max(...xs) - Math.min(...xs) - width), `${id} width`).toBeLessThan(0.001)
    expect(Math.abs(Math.max(...zs) - Math.min(...zs) - height), `${id} height`).toBeLessThan(0.001)
  }
  expect(svg).toContain('演示数据')
  expect(svg).toContain('EGM96')
  expect(svg).toContain('2026-07-01')
  expect(svg).toMatch(/1:\d+/)
})

/** Groups of a DXF: entities with their codes. */
function entities(dxf: string): { type: string; codes: Map<number, string>; block: boolean }[] {
  const lines = dxf.split('\r\n')
  const out: { type: string; codes: Map<number, string>; block: boolean }[] = []
  let [section, block] = ['', false]
  for (let i = 0; i + 1 < lines.length; i += 2) {
    const [code, value] = [Number(lines[i]), lines[i + 1]]
    if (code === 0) {
      if (value === 'BLOCK') block = true
      out.push({ type: value, codes: new Map(), block: section === 'BLOCKS' && block })
    } else {
      const last = out.at(-1)
      if (last?.type === 'SECTION' && code === 2) section = value
      if (last && !last.codes.has(code)) last.codes.set(code, value)
    }
  }
  return out
}

test('the DXF has them in metres, one layer for each utility', async () => {
  const dxf = await text(`/networks/section?line=${LINE}&format=dxf`, /dxf/)
  const all = entities(dxf)
  expect(all.at(-1)?.type).toBe('EOF')
  const circles = all.filter(({ type, codes }) => type === 'CIRCLE' && /^PIPE-/.test(codes.get(8) ?? ''))
  const wanted = await expected()
  for (const { id, x, z, height } of wanted.filter(({ round }) => round)) {
    const found = circles.find(
      ({ codes }) =>
        Math.abs(Number(codes.get(10)) - x) < 0.001 &&
        Math.abs(Number(codes.get(20)) - z) < 0.001 &&
        Math.abs(Number(codes.get(40)) * 2 - height) < 0.001,
    )
    expect(found, id).toBeDefined()
  }
  const layers = all.filter(({ type }) => type === 'LAYER').map(({ codes }) => codes.get(2))
  expect(layers).toEqual(expect.arrayContaining(['PIPE-WATER', 'PIPE-STORM', 'PIPE-GAS', 'GROUND', 'FRAME']))
  expect(dxf).toContain('\\U+6F14\\U+793A\\U+6570\\U+636E')
})

test('a long section is stretched upright by what it says: SVG and DXF give the inverts of the database', async () => {
  const rows = await pipes('storm')
  const start = rows.find(({ style }) => !rows.some((other) => other.style.to === style.from))?.style.from
  const path = `/networks/storm/section?from=${String(start)}`
  const svg = await text(`${path}&format=svg`, /svg/)
  const frame = frameOf(svg)
  expect(frame.horizontal / frame.vertical).toBeGreaterThan(1)
  expect(svg).toContain(`竖向放大 ${frame.horizontal / frame.vertical}`)
  const json = (await (await ask(path)).json()) as {
    section: {
      pipes: { id: string; from: number; to: number; height: number }[]
      nodes: { id: string; x: number; ground: number }[]
    }
  }
  const dxf = entities(await text(`${path}&format=dxf`, /dxf/))
  const insert = dxf.find(({ type }) => type === 'INSERT')
  expect(Number(insert?.codes.get(42))).toBeCloseTo(frame.horizontal / frame.vertical, 9)
  const lines = dxf.filter(({ type, block }) => type === 'LINE' && block)
  expect(json.section.pipes.length).toBeGreaterThan(3)
  let chainage = 0
  for (const { id, from, to, height } of json.section.pipes) {
    const row = rows.find((one) => one.id === id) as Row
    const length = row.line.slice(1).reduce((sum, [lng, lat], i) => {
      const [east, north] = metresPerDegree((lat + row.line[i][1]) / 2)
      return sum + Math.hypot((lng - row.line[i][0]) * east, (lat - row.line[i][1]) * north)
    }, 0)
    expect(Math.abs(from - chainage)).toBeLessThan(0.01)
    chainage += length
    expect(Math.abs(to - chainage)).toBeLessThan(0.01)
    expect(height).toBeCloseTo(Number(row.style.height ?? row.style.diameter), 3)
    const [a, b] = [row.line[0], row.line[row.line.length - 1]]
    const inverts = [a, b].map(([lng, lat, z]) => z - undulation(lng, lat) - height / 2)
    // the crown is drawn before the floor
    const floor = [...svg.matchAll(/<polyline [^>]*>/g)]
      .map(([tag]) => tag)
      .filter((tag) => attribute(tag, 'data-id') === id)[1]
    const places = attribute(floor, 'points')
      .split(' ')
      .map((pair) => frame.metres(...(pair.split(',').map(Number) as [number, number])))
    const drawn = [places[0][1], places[places.length - 1][1]]
    expect(Math.abs(places[0][0] - from)).toBeLessThan(0.01)
    // drawn the way it is walked
    const [one, two] = Math.abs(drawn[0] - inverts[0]) < 0.001 ? inverts : [inverts[1], inverts[0]]
    expect(Math.abs(drawn[0] - one), id).toBeLessThan(0.001)
    expect(Math.abs(drawn[1] - two), id).toBeLessThan(0.001)
    if (row.line.length === 2)
      expect(
        lines.some(
          ({ codes }) => Math.abs(Number(codes.get(10)) - from) < 0.01 && Math.abs(Number(codes.get(20)) - one) < 0.001,
        ),
        id,
      ).toBe(true)
  }
  for (const { ground } of json.section.nodes) expect(Number.isFinite(ground)).toBe(true)
})

test('a PDF is one page of the sheet with its font in it', async () => {
  const response = await ask(`/networks/section?line=${LINE}&format=pdf`)
  expect(response.headers.get('content-type')).toBe('application/pdf')
  const bytes = Buffer.from(await response.arrayBuffer())
  const words = bytes.toString('latin1')
  expect(words).toMatch(/^%PDF-1\.7/)
  expect(words).toMatch(/\/MediaBox \[0 0 1190\.55\d* 841\.88\d*\]/)
  expect(words).toMatch(/\/FontFile2/)
  expect(words).toMatch(/%%EOF\n$/)
  const start = Number(/startxref\n(\d+)/.exec(words)?.[1])
  expect(words.slice(start, start + 4)).toBe('xref')
  const places = [...words.slice(start).matchAll(/^(\d{10}) 00000 n/gm)].map(([, at]) => Number(at))
  for (const [i, at] of places.entries()) expect(words.slice(at, at + 12)).toMatch(new RegExp(`^${i + 1} 0 obj`))
})

const hasReaders = ['ogrinfo', 'pdfinfo', 'pdftotext'].every((name) => existsSync(`/usr/bin/${name}`))
test.skipIf(!hasReaders)(
  'other programs read the same sheet: pages and words of the PDF, layers and pipes of the DXF (needs ogrinfo and poppler)',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tidewall-sheets-'))
    const saved = async (format: string): Promise<string> => {
      const path = join(folder, `cut.${format}`)
      const response = await ask(`/networks/section?line=${LINE}&format=${format}`)
      writeFileSync(path, new Uint8Array(await response.arrayBuffer()))
      return path
    }
    const [pdf, dxf] = [await saved('pdf'), await saved('dxf')]
    const about = execFileSync('pdfinfo', [pdf]).toString()
    expect(about).toMatch(/Pages:\s+1\n/)
    const [, wide, tall] = /Page size:\s+([\d.]+) x ([\d.]+) pts/.exec(about)!.map(Number)
    expect((tall! / 72) * 25.4).toBeCloseTo(297, 0)
    expect((wide! / 72) * 25.4).toBeGreaterThan(419)
    const words = execFileSync('pdftotext', ['-layout', pdf, '-']).toString()
    for (const word of ['管线横断面图', '演示数据', '管底高程', '比例']) expect(words, word).toContain(word)
    const drawn = entities(await text(`/networks/section?line=${LINE}&format=dxf`, /dxf/))
    const cells = drawn.filter(({ type, codes, block }) => !block && type === 'TEXT' && codes.get(8) === 'TABLE')
    const read = execFileSync('ogrinfo', ['-al', '-q', dxf]).toString()
    expect(read.match(/^ {2}Layer \(String\) = TABLE$/gm)?.length ?? 0).toBeGreaterThanOrEqual(cells.length)
    expect(cells.length).toBeGreaterThan(20)
    for (const layer of new Set(drawn.map(({ codes }) => codes.get(8)).filter((name) => name?.startsWith('PIPE-'))))
      expect(read).toContain(`Layer (String) = ${layer}`)
    rmSync(folder, { recursive: true, force: true })
  },
  30_000,
)

test('questions that make no sense are refused with the reason', async () => {
  for (const [path, status, words] of [
    ['/networks/section', 400, /line/],
    ['/networks/section?line=oops', 400, /expected lng,lat/],
    ['/networks/section?line=121.4,28.6;121.4,28.6', 400, /got a line of 0.000 m/],
    ['/networks/section?line=121.4,28.6;122.4,28.6', 400, /expected 2000 m at most/],
    ['/networks/section?line=121.4,28.6;121.4,NaN', 400, /expected lng,lat/],
    ['/networks/section?line=121.4,28.6;121.4,128', 400, /expected degrees/],
    [`/networks/section?line=${LINE}&format=dwg`, 400, /format/],
    [`/networks/section?line=${LINE}&width=-3`, 400, /width/],
    ['/networks/beer/section?from=a', 404, /unknown utility/],
    ['/networks/storm/section', 400, /expected from=<node>/],
    ['/networks/storm/section?from=nobody', 404, /no such node/],
    ['/networks/storm/section?pipe=nobody', 404, /no such pipe/],
  ] as const) {
    const response = await ask(path)
    expect(response.status, path).toBe(status)
    expect(((await response.json()) as { detail: string }).detail, path).toMatch(words)
  }
  const nowhere = await ask('/networks/section?line=120.1,20.1;120.101,20.1&format=svg')
  expect(await nowhere.text()).toContain('本断面未见管线')
  expect(server.errors).toEqual([])
})

test('English drawings have no Chinese but names', async () => {
  const svg = await text(`/networks/section?line=${LINE}&format=svg&lang=en`, /svg/)
  expect(svg).toContain('Cross-section of utilities')
  expect(svg).toContain('SYNTHETIC DATA')
  expect(svg).not.toMatch(/给水|图例|高程/)
})

test('a long section of sewers has the water of the storm that is asked for, within its pipes and covers; water mains have none', async () => {
  interface Long {
    section: {
      water: { zh: string; en: string } | null
      nodes: { ground: number; invertOut: number | null; water: number | null }[]
    }
  }
  const [sewer] = await pipes('storm')
  const long = async (path: string) => (JSON.parse(await text(path, /geo\+json/)) as Long).section
  const usual = await long(`/networks/storm/section?pipe=${sewer.id}`)
  const rare = await long(`/networks/storm/section?pipe=${sewer.id}&return=50`)
  expect(usual.water?.zh).toMatch(/P = 5 年/)
  expect(rare.water?.en).toMatch(/P = 50 years/)
  expect(usual.nodes.filter(({ water }) => water !== null).length).toBe(usual.nodes.length)
  for (const [i, { ground, invertOut, water }] of usual.nodes.entries()) {
    expect(water).toBeGreaterThanOrEqual(invertOut ?? -100)
    expect(water).toBeLessThanOrEqual(ground + 1)
    expect(rare.nodes[i].water).toBeGreaterThanOrEqual(water! - 1e-3)
  }
  expect(rare.nodes.some(({ water }, i) => water! > usual.nodes[i].water! + 0.01)).toBe(true)
  const [main] = await pipes('water')
  expect((await long(`/networks/water/section?pipe=${main.id}`)).water).toBeNull()
  expect((await ask(`/networks/storm/section?pipe=${sewer.id}&return=0`)).status).toBe(400)
})
