/** City objects of real PLATEAU files: every member counted, every part an element with its words, at its place and depth. */
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../../../tiles-server/db/database.ts'
import { openTestDatabase } from '../../../tiles-server/db/test-database.ts'
import { undulation } from '../../geo/geoid.ts'
import { ingest } from '../ingest.ts'

const DATA = new URL('../../../../shared/data/models/plateau-underground', import.meta.url).pathname
const hasData = existsSync(DATA)
const folder = mkdtempSync(join(tmpdir(), 'tidewall-citygml-'))
let db: Database
beforeAll(async () => {
  db = await openTestDatabase()
}, 120_000)
afterAll(async () => {
  await db?.close()
  rmSync(folder, { recursive: true, force: true })
})
const run = (path: string, source: string) =>
  ingest([path], { source }, { db, heightsDir: join(folder, 'city/heights') })

test.skipIf(!hasData)(
  'PLATEAU’s underground comes in whole: as many members as the files have, none refused (skipped without ../shared/data)',
  async () => {
    const texts = globSync(join(DATA, '**/udx/**/*.gml')).map((path) => readFileSync(path, 'utf8'))
    const members = texts.reduce((sum, text) => sum + (text.match(/<core:cityObjectMember[ >]/g)?.length ?? 0), 0)
    const report = await run(DATA, 'plateau')
    expect(report.refused).toEqual([])
    const [{ n, tracks }] = await db.query<{ n: number; tracks: number }>(
      `select count(*) filter (where attributes -> 'parent' = 'null' or attributes ->> 'parent' is null)::int as n,
            count(*) filter (where attributes ->> 'gml' = 'Track')::int as tracks from feature where source = 'plateau'`,
    )
    expect([n, tracks]).toEqual([members, 125])
    const [mall] = await db.query<{ z: number; lng: number; lat: number; attributes: Record<string, string> }>(
      `select st_z(geom) as z, st_x(geom) as lng, st_y(geom) as lat, attributes from feature where source = 'plateau' and attributes ->> 'gml' = 'UndergroundBuilding'`,
    )
    expect(mall.lng).toBeCloseTo(132.4757, 2)
    expect(mall.z - undulation(mall.lng, mall.lat)).toBeLessThan(1)
    expect(Object.keys(mall.attributes).length).toBeGreaterThan(10)
    // codes have their words from the code lists beside
    const coded = Object.keys(mall.attributes).filter((key) => key.endsWith(' text'))
    expect(coded.length).toBeGreaterThan(0)
    const again = await run(DATA, 'plateau')
    expect(again.layers.elements).toMatchObject({ changed: 0, removed: 0 })
  },
  120_000,
)

const UNF = `<?xml version="1.0" encoding="UTF-8"?>
<core:CityModel xmlns:core="c" xmlns:gml="g" xmlns:uro="u" xmlns:frn="f">
<gml:boundedBy><gml:Envelope srsName="http://www.opengis.net/def/crs/EPSG/0/6697" srsDimension="3"><gml:lowerCorner>35.6 140.1 0</gml:lowerCorner><gml:upperCorner>35.61 140.12 9</gml:upperCorner></gml:Envelope></gml:boundedBy>
<core:cityObjectMember><uro:WaterPipe gml:id="w1">
  <gml:name>幹線</gml:name>
  <frn:lod1Geometry><gml:MultiCurve><gml:curveMember><gml:LineString><gml:posList>35.6000 140.1000 3.0 35.6000 140.1010 2.9</gml:posList></gml:LineString></gml:curveMember></gml:MultiCurve></frn:lod1Geometry>
  <uro:year>1999</uro:year><uro:offsetDepth uom="m">1.2</uro:offsetDepth><uro:innerDiamiter uom="mm">350</uro:innerDiamiter><uro:material codeSpace="../../codelists/m.xml">2</uro:material>
</uro:WaterPipe></core:cityObjectMember>
<core:cityObjectMember><uro:SewerPipe gml:id="s1"><frn:lod1Geometry><gml:MultiSurface>
  <gml:surfaceMember><gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>35.6001 140.1000 1 35.6001 140.1005 0.8 35.60011 140.1005 0.8 35.60011 140.1000 1 35.6001 140.1000 1</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></gml:surfaceMember></gml:MultiSurface></frn:lod1Geometry></uro:SewerPipe></core:cityObjectMember>
<core:cityObjectMember><uro:Manhole gml:id="m1"><frn:lod1Geometry><gml:Point><gml:pos>35.6001 140.1000 4</gml:pos></gml:Point></frn:lod1Geometry></uro:Manhole></core:cityObjectMember>
<core:cityObjectMember><uro:ElectricityCable gml:id="e1"/></core:cityObjectMember>
</core:CityModel>`

test('PLATEAU’s buried utilities (unf): latitude first, lines or the axis of surfaces, words kept, a pipe without shape is named', async () => {
  const path = join(folder, 'city/udx/unf/53403039_unf_6697_op.gml')
  mkdirSync(join(folder, 'city/udx/unf'), { recursive: true })
  mkdirSync(join(folder, 'city/codelists'), { recursive: true })
  writeFileSync(path, UNF)
  writeFileSync(
    join(folder, 'city/codelists/m.xml'),
    '<gml:Dictionary><gml:dictionaryEntry><gml:Definition><gml:description>鋳鉄</gml:description><gml:name>2</gml:name></gml:Definition></gml:dictionaryEntry></gml:Dictionary>',
  )
  const report = await run(path, 'unf')
  expect(report.networks[0]).toMatchObject({ format: 'citygml', records: 4, pipes: 2, rejected: 1 })
  expect(report.reasons[0]).toMatchObject({ reason: 'ElectricityCable without lines or surfaces' })
  const rows = await db.query<{ id: string; line: number[][]; style: object; attributes: object }>(
    `select id, (st_asgeojson(geom)::jsonb) -> 'coordinates' as line, style, attributes from feature where source = 'unf' and layer = 'pipes' order by id`,
  )
  expect(rows.map(({ id }) => id)).toEqual(['unf:s1', 'unf:w1'])
  expect(rows[1].line[0][0]).toBeCloseTo(140.1, 6)
  expect(rows[1].line[0][2]).toBeCloseTo(3 + undulation(140.1, 35.6), 2)
  expect(rows[1].style).toMatchObject({ class: 'water', diameter: 0.35, year: 1999, material: '鋳鉄' })
  expect(rows[1].attributes).toMatchObject({
    name: '幹線',
    'innerDiamiter uom': 'mm',
    'material codeSpace': '../../codelists/m.xml',
    offsetDepth: '1.2',
  })
  expect(rows[0].style).toMatchObject({ class: 'foul', flow: 'gravity' })
  expect(rows[0].line[1][0] - rows[0].line[0][0]).toBeCloseTo(
    rows[0].line[1][0] > rows[0].line[0][0] ? 0.0005 : -0.0005,
    5,
  )
  const nodes = await db.query<{ kind: string }>(
    `select style ->> 'class' as kind from feature where source = 'unf' and id = 'unf:m1'`,
  )
  expect(nodes).toEqual([{ kind: 'manhole' }])
})
