/** The same network in the forms that other writers give it: names of systems, orders of axes, encodings, sections by curves. */
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FlatCity, LAT, LNG, openFlatCity, survey } from './flat-city.ts'

let city: FlatCity
beforeAll(async () => {
  city = await openFlatCity()
}, 120_000)
afterAll(() => city?.close())

/** A water main as PLATEAU writes it. */
function gml(srs: string, places: string, { encoding = 'UTF-8', prefix = 'unf', doctype = '' } = {}): string {
  return `<?xml version="1.0" encoding="${encoding}"?>${doctype}
<core:CityModel xmlns:core="http://www.opengis.net/citygml/2.0" xmlns:${prefix}="https://www.geospatial.jp/iur/unf/3.1" xmlns:g="http://www.opengis.net/gml">
<g:boundedBy><g:Envelope srsName="${srs}" srsDimension="3"/></g:boundedBy>
<core:cityObjectMember><${prefix}:WaterPipe g:id="w1"><g:name>配水管</g:name><${prefix}:outerDiamiter uom="mm">300</${prefix}:outerDiamiter>
<${prefix}:lod1MultiCurve><g:MultiCurve><g:curveMember><g:LineString><g:posList>${places}</g:posList></g:LineString></g:curveMember></g:MultiCurve></${prefix}:lod1MultiCurve>
</${prefix}:WaterPipe></core:cityObjectMember></core:CityModel>`
}

async function first(name: string, content: string | Uint8Array) {
  const report = await city.run(city.files({ [name]: content }))
  return { report, pipe: (await city.stored('pipes'))[0] }
}

test('CityGML in any name of its system, order of axes, prefix, encoding or packing lies at one place', async () => {
  const latFirst = `${LAT} ${LNG} 1 ${LAT} ${LNG + 0.001} 1`
  const [north, east] = survey(0, 0).split(',').map(Number)
  const forms: [string, string | Uint8Array][] = [
    ['a.gml', gml('http://www.opengis.net/def/crs/EPSG/0/6697', latFirst)],
    ['b.gml', gml('urn:ogc:def:crs,crs:EPSG::6668,crs:EPSG::5114', latFirst, { prefix: 'uro' })],
    ['c.xml', gml('EPSG:6697', `${LNG} ${LAT} 1 ${LNG + 0.001} ${LAT} 1`)],
    ['d.gml', gml('urn:ogc:def:crs:EPSG::4549', `${north} ${east} 1 ${north} ${east + 90} 1`)],
    ['e.gml', gml('urn:ogc:def:crs:EPSG::4549', `${east} ${north} 1 ${east + 90} ${north} 1`)],
    ['f.gml.gz', gzipSync(gml('EPSG:4326', latFirst))],
    ['g.gml', Buffer.from(`\ufeff${gml('EPSG:4326', latFirst, { encoding: 'UTF-16' })}`, 'utf16le')],
  ]
  for (const [name, content] of forms) {
    const { report, pipe } = await first(name, content)
    expect([name, report.refused, report.layers.pipes?.stored]).toEqual([name, [], 1])
    expect(pipe.line[0][0]).toBeCloseTo(LNG, 6)
    expect(pipe.line[0][1]).toBeCloseTo(LAT, 6)
    expect(pipe.attributes.name).toBe('配水管')
  }
  const doctype = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
  const entity = gml('EPSG:6697', latFirst, { doctype }).replace('配水管', '&x;')
  await expect(first('h.gml', entity)).rejects.toThrow(/citygml: damaged XML: .*undefined entity/)
  await expect(first('i.gml', gml('EPSG:999999', latFirst))).rejects.toThrow(
    /^i\.gml: crs: unknown code, got EPSG:999999/,
  )
})

test('SWMM: transects and shape curves give their sections a size, a link that comes twice is refused', async () => {
  const inp = `[OPTIONS]
FLOW_UNITS CMS
[JUNCTIONS]
J1 2 3
J2 1.9 3
J3 1.8 3
[CONDUITS]
C1 J1 J2 100 0.013 0 0
C2 J2 J3 100 0.013 0 0
C1 J1 J3 100 0.013 0 0
[XSECTIONS]
C1 IRREGULAR T1 0 0 0
C2 CUSTOM 1.2 S1
[TRANSECTS]
NC 0.1 0.1 0.03
X1 T1 4 0 10 0 0 0 0 0
GR 3 0 1 4 1 6 3 10
[CURVES]
S1 SHAPE 0 0.5
S1 0.5 1.5
S1 1 0.5
[COORDINATES]
J1 0 0
J2 100 0
J3 200 0
`
  const anchor = { lng: LNG, lat: LAT, rotationDeg: 0, scale: null, at: null }
  const report = await city.run(city.files({ 's.inp': inp }), { anchor })
  expect(report.reasons.map(({ reason }) => reason)).toEqual(['conduit: link name used twice, the first one is kept'])
  const [c1, c2] = await city.stored('pipes')
  expect(c1.style).toMatchObject({ section: 'box', width: 10, height: 2 })
  expect(c2.style.height).toBeCloseTo(1.2, 6)
  expect(c2.style.width).toBeCloseTo(1.8, 6)
})

test('EPANET: a drawing in units asks for an anchor, diameters of another unit are noted', async () => {
  const inp =
    '[JUNCTIONS]\nA 1\nB 1\n[PIPES]\nP A B 300 300 100\n[OPTIONS]\nUNITS GPM\n[COORDINATES]\nA 0 0\nB 150 100\n[END]\n'
  await expect(city.run(city.files({ 'n.inp': inp }))).rejects.toThrow(/^n\.inp: names no .*expected --anchor lng,lat/)
  const anchor = { lng: LNG, lat: LAT, rotationDeg: 0, scale: 1, at: null }
  const report = await city.run(city.files({ 'n.inp': inp }), { anchor })
  expect(report.notes.join()).toMatch(/diameters of 7\.62 m in the middle by the units of GPM: too large\?/)
})
