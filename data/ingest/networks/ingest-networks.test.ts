/** Real networks brought in whole: counts of other readers, nothing lost, placed by their system or an anchor. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FlatCity, GROUND, LAT, LNG, type NetworkRow, openFlatCity } from './flat-city.ts'
import { parseAnchor } from './place.ts'

const DATA = new URL('../../../../shared/data/', import.meta.url).pathname
const hasData = existsSync(join(DATA, 'pipes/nanaimo'))
let city: FlatCity
beforeAll(async () => {
  city = await openFlatCity()
}, 120_000)
afterAll(() => city?.close())
const files: FlatCity['files'] = (contents) => city.files(contents)
const run: FlatCity['run'] = (path, options) => city.run(path, options)
const stored: FlatCity['stored'] = (layer, source) => city.stored(layer, source)

test('coordinates without a system ask for one; a local grid lies around its anchor, turned and scaled', async () => {
  const inp =
    '[JUNCTIONS]\nA 10\nB 12\n[RESERVOIRS]\nR 50\n[PIPES]\n1 R A 100 300 100\n2 A B 100 300 100\n[OPTIONS]\nUnits LPS\n[COORDINATES]\nR 0 0\nA 10 0\nB 20 0\n[END]\n'
  await expect(run(files({ 'net.inp': inp }))).rejects.toThrow(/names no coordinate system.*--anchor/)
  const report = await run(files({ 'net.inp': inp }), { anchor: parseAnchor(`${LNG},${LAT},90,10`) })
  const [first, second] = await stored('pipes')
  expect(second.line[1][0]).toBeCloseTo(LNG, 7)
  expect(second.line[1][1] - first.line[0][1]).toBeCloseTo(200 / 110_850, 5)
  expect(first.style).toMatchObject({ diameter: 0.3, estimated: true })
  expect(first.line[0][2]).toBeCloseTo(GROUND - 1 - 0.15, 2)
  expect(report.notes.join()).toMatch(/elevations lie .* depths estimated/)
  for (const bad of ['1', '1,2,x', '200,0', '1,2,3,-4', '1,2,3,4,5'])
    expect(() => parseAnchor(bad)).toThrow(/^anchor: /)
})

test.skipIf(!hasData)(
  'Nanaimo: all 17,755 mains and the CityGML’s 237 links and 198 nodes, every attribute kept, a second run changes nothing (skipped without ../shared/data)',
  async () => {
    const path = join(DATA, 'pipes/nanaimo')
    const report = await run(path, { source: 'nanaimo' })
    const tables = new Map(report.networks.map((each) => [each.file, each]))
    expect(tables.get('pipes.shp')).toMatchObject({ records: 17_755, pipes: 17_755, rejected: 0 })
    expect(tables.get('nanaimo_water_pipes.gml')).toMatchObject({ pipes: 237, nodes: 198, rejected: 0 })
    expect(report.layers.pipes).toMatchObject({ stored: 17_755 + 237, rejected: 0 })
    const [kept] = await city.db.query<{ n: number; gids: number; guessed: number }>(
      `select count(*) filter (where attributes ?& array['TYPE', 'CATCHMENT', 'OWNER', 'GID'])::int as n, count(attributes ->> 'GID')::int as gids, count(*) filter (where style ->> 'estimated' = 'true')::int as guessed from feature where source = 'nanaimo' and layer = 'pipes'`,
    )
    expect([kept.n, kept.gids]).toEqual([17_755, 17_350])
    expect(kept.guessed).toBeGreaterThanOrEqual(17_755)
    const [main] = await city.db.query<NetworkRow>(
      `select id, style, attributes from feature where id = 'nanaimo:pipes:2'`,
    )
    expect(main.attributes).toMatchObject({
      TYPE: 'Primary Distribution',
      ASBUILT: 836,
      LENGTH: 168.454,
      STARTID: 41786,
    })
    expect(main.style).toMatchObject({
      class: 'water',
      diameter: 0.15,
      material: 'AC',
      year: 1961,
      from: 'nanaimo:pipes:41786',
    })
    const again = await run(path, { source: 'nanaimo' })
    expect(again.layers.pipes).toMatchObject({ changed: 0, removed: 0, unchanged: 17_992 })
  },
  300_000,
)

test.skipIf(!hasData)(
  'L-TOWN and SWMM’s Example1 come in with all nodes and links (skipped without ../shared/data)',
  async () => {
    const anchor = parseAnchor(`${LNG},${LAT}`)
    const town = await run(join(DATA, 'pipes/epanet/L-TOWN.inp'), { source: 'l-town', anchor })
    expect(town.layers).toMatchObject({ pipes: { stored: 909 }, 'pipe-nodes': { stored: 785 } })
    const [kept] = await city.db.query<{ value: { format: string; text: string } }>(
      "select value from meta where key = 'network-model:l-town:L-TOWN.inp'",
    )
    expect(kept.value.text).toBe(readFileSync(join(DATA, 'pipes/epanet/L-TOWN.inp'), 'latin1'))
    const swmm = await run(join(DATA, 'pipes/swmm/data/Example1.inp'), { source: 'example1', anchor })
    expect(swmm.layers).toMatchObject({ pipes: { stored: 13 }, 'pipe-nodes': { stored: 14 } })
    const falls = await city.db.query<{ fall: number }>(
      `select st_z(st_startpoint(geom)) - st_z(st_endpoint(geom)) as fall from feature where source = 'example1' and layer = 'pipes'`,
    )
    expect(falls.every(({ fall }) => fall >= 0)).toBe(true)
  },
  120_000,
)

test.skipIf(!hasData)(
  'malformed EPANET models give what can be placed, and a reason for the rest (skipped without ../shared/data)',
  async () => {
    const report = await run(join(DATA, 'pipes/epanet/malformed'), {
      source: 'malformed',
      anchor: parseAnchor(`${LNG},${LAT}`),
      dryRun: true,
    })
    expect(report.refused).toEqual([])
    const all = new Map(
      report.networks.map(({ file, records, rejected, pipes, nodes }) => [file, [records, pipes + nodes, rejected]]),
    )
    expect(all.get('BELL_CL1.inp')).toEqual([292, 0, 292])
    expect(all.get('exnet.inp')).toEqual([4361, 4361, 0])
    for (const [records, taken, rejected] of all.values()) expect(taken + rejected).toBe(records)
  },
)
