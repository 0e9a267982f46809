/** Reference systems: published points, every family, and named errors. */
import { expect, test } from 'vitest'
import { converter, crs, suggestCrs } from './crs.ts'

const near = (got: [number, number], lng: number, lat: number, degrees = 1e-6) => {
  expect(Math.abs(got[0] - lng)).toBeLessThan(degrees)
  expect(Math.abs(got[1] - lat)).toBeLessThan(degrees)
}

test('national grids land on their published origins', () => {
  near(converter('EPSG:28992')(155000, 463000), 5.38720621, 52.1551744, 1e-5)
  // away from its origin, as gdaltransform has it: rotations in the wrong unit are 170 m here
  near(converter('EPSG:28992')(135321, 456900), 5.1, 52.1, 1e-5)
  near(converter('EPSG:2056')(2600000, 1200000), 7.438632, 46.951083, 1e-5)
  near(converter('EPSG:5186')(200000, 600000), 127, 38)
  near(converter('EPSG:6677')(0, 0), 139.8333333, 36)
  near(converter('EPSG:32651')(500000, 0), 123, 0)
  near(converter('EPSG:3857')(20037508.342789244, 0), 180, 0)
})

test('every CGCS2000 zone puts its false easting on its central meridian', () => {
  for (let zone = 25; zone <= 45; zone++) {
    near(converter(4488 + zone)(zone * 1e6 + 500000, 3171000), zone * 3, 28.66, 0.02)
    near(converter(4534 + zone - 25)(500000, 3171000), zone * 3, 28.66, 0.02)
  }
  for (let zone = 13; zone <= 23; zone++) {
    near(converter(4478 + zone)(zone * 1e6 + 500000, 3171000), zone * 6 - 3, 28.66, 0.02)
    near(converter(4502 + zone - 13)(500000, 3171000), zone * 6 - 3, 28.66, 0.02)
  }
})

test('there and back is the same place in every family', () => {
  for (const code of [4528, 4549, 4495, 3857, 32651, 5186, 6677, 4490, 4979, 4326, 'GCJ-02', 'BD-09', 'CGCS2000']) {
    near(converter(code)(...converter(4326, code)(121.44, 28.66)), 121.44, 28.66, 2e-6)
  }
})

test('a system is understood however a file writes it', () => {
  for (const named of [
    'EPSG:4549',
    'epsg:4549',
    '4549',
    'urn:ogc:def:crs:EPSG::4549',
    'http://www.opengis.net/def/crs/EPSG/0/4549',
  ]) {
    expect(crs(named).name).toBe('EPSG:4549')
  }
  expect(crs('urn:ogc:def:crs:OGC:1.3:CRS84').name).toBe('EPSG:4326')
  expect(crs('EPSG:7415').vertical).toBe('NAP')
  expect(crs('EPSG:4979').vertical).toBe('ellipsoidal')
  const wkt =
    'PROJCS["CGCS2000 / 3-degree Gauss-Kruger CM 120E",GEOGCS["China Geodetic Coordinate System 2000",DATUM["China_2000",SPHEROID["CGCS2000",6378137,298.257222101]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",120],PARAMETER["scale_factor",1],PARAMETER["false_easting",500000],PARAMETER["false_northing",0],UNIT["metre",1]]'
  near(converter(wkt)(640776.783, 3172434.687), 121.44, 28.66)
  expect(crs(`${wkt.slice(0, -1)},AUTHORITY["EPSG","4549"]]`).name).toBe('EPSG:4549')
  near(converter('+proj=tmerc +lon_0=120 +x_0=500000 +ellps=GRS80 +units=m')(640776.783, 3172434.687), 121.44, 28.66)
})

test('an unknown system says what was got, what is allowed, and how to give a proj string', () => {
  expect(() => crs('EPSG:99999')).toThrow(/crs: unknown code, got EPSG:99999; expected .*--crs "\+proj=/)
  expect(() => crs('Atlantis')).toThrow(/got "Atlantis"; expected EPSG:<code>/)
  expect(() => crs('+proj=nonsense +lon_0=120')).toThrow(/crs: cannot read the definition/)
  expect(() => crs(`PROJCS[${'['.repeat(30000)}`)).toThrow(/crs: unknown name/)
})

test('what cannot be placed becomes NaN, never an exception', () => {
  expect(converter('EPSG:4549')(Number.NaN, 0)[0]).toBeNaN()
  const [lng, lat] = converter('EPSG:28992')(1e300, 1e300)
  expect(Number.isFinite(lng) && Math.abs(lng) <= 180 && Math.abs(lat) <= 90).toBe(false)
})

test('metres mistaken for degrees bring the likely system into the message', () => {
  expect(suggestCrs(40640776, 3172434)).toContain('EPSG:4528')
  expect(suggestCrs(640776, 3172434)).toContain('EPSG:4549')
  expect(suggestCrs(121000, 480000)).toContain('EPSG:28992')
  expect(suggestCrs(2600000, 1200000)).toContain('EPSG:2056')
  expect(suggestCrs(28.66, 121.44)).toContain('lng, lat order')
  expect(suggestCrs(121.44, 28.66)).toContain('EPSG:4326')
})

test('compound names and the old list of OGC are understood by their horizontal part', () => {
  expect(crs('urn:ogc:def:crs,crs:EPSG::6668,crs:EPSG::5114').name).toBe('EPSG:6668')
  expect(crs('http://www.opengis.net/gml/srs/epsg.xml#4326').name).toBe('EPSG:4326')
})

test('Esri names old datums without their shift to WGS 84: it is added', () => {
  const grid = (name: string, datum: string, rest: string) =>
    `PROJCS["${name}",GEOGCS["GCS",DATUM["${datum}"],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],${rest},UNIT["Meter",1.0]]`
  const transverse = (at: number[]) =>
    `PROJECTION["Transverse_Mercator"],${['False_Easting', 'False_Northing', 'Central_Meridian', 'Scale_Factor', 'Latitude_Of_Origin'].map((name, i) => `PARAMETER["${name}",${at[i]}]`).join(',')}`
  // places as gdaltransform has them
  const british = grid(
    'British_National_Grid',
    'D_OSGB_1936",SPHEROID["Airy_1830",6377563.396,299.3249646]',
    transverse([400000, -100000, -2, 0.9996012717, 49]),
  ).replace('299.3249646]"]', '299.3249646]]')
  const hongKong = grid(
    'Hong_Kong_1980_Grid',
    'D_Hong_Kong_1980",SPHEROID["International_1924",6378388.0,297.0]',
    transverse([836694.05, 819069.8, 114.178555555556, 1, 22.3121333333333]),
  ).replace('297.0]"]', '297.0]]')
  const dutch = grid(
    'RD_New',
    'D_Amersfoort",SPHEROID["Bessel_1841",6377397.155,299.1528128]',
    transverse([155000, 463000, 5.38763888888889, 0.9999079, 52.1561605555556]).replace(
      'Transverse_Mercator',
      'Double_Stereographic',
    ),
  ).replace('299.1528128]"]', '299.1528128]]')
  for (const [wkt, x, y, lng, lat] of [
    [british, 434039, 289239, -1.5, 52.5],
    [hongKong, 835560, 817896, 114.17, 22.3],
    [dutch, 135321, 456900, 5.1, 52.1],
  ] as const) {
    const [east, north] = converter(wkt)(x, y)
    expect(east).toBeCloseTo(lng, 4)
    expect(north).toBeCloseTo(lat, 4)
  }
})
