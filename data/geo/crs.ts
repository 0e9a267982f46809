/** Coordinate reference systems: from whatever a file names to WGS 84 degrees, and back. */
import gcoord from 'gcoord'
import proj4 from 'proj4'
import { epsg } from './crs-definitions.ts'
import { withDatumShift } from './datum-shifts.ts'

/** Converts one pair; x is easting or longitude. Returns NaN for what the projection cannot place. */
export type Converter = (x: number, y: number) => [number, number]

/** A system that a file or a person named, understood. */
export interface Crs {
  /** `EPSG:4549`, `GCJ-02`, `BD-09`, or `proj` for a written-out definition */
  name: string
  /** proj string or WKT; '' for GCJ-02 and BD-09, which are no projections */
  definition: string
  /** numbers are degrees */
  geographic: boolean
  /** what the heights stand on, where the code itself says so */
  vertical: 'ellipsoidal' | 'NAP' | 'JGD2011' | null
}

/** Longest definition taken from a file: real WKT stays under 8 kB, and proj4 parses recursively. */
const LONGEST = 20000

function knownCode(code: number, asked: string): Crs {
  const found = epsg(code)
  if (!found) {
    throw new Error(
      `crs: unknown code, got ${asked}; expected a built-in one (EPSG:4326 | 4490 | 4491…4554 | 3857 | 326xx | 327xx | 28992 | 7415 | 2056 | 5186 | 6668 …) | GCJ-02 | BD-09 | its proj string, as in --crs "+proj=tmerc +lon_0=120 +x_0=500000 +ellps=GRS80 +units=m" (epsg.io/${code} prints it)`,
    )
  }
  return { name: `EPSG:${code}`, definition: found.proj, geographic: found.geographic, vertical: found.vertical }
}

/**
 * Understands a system's name.
 *
 * @param named `EPSG:4549`, `4549`, an OGC URN or URL, `CRS84`, `WGS84`, `CGCS2000`, `GCJ-02`, `BD-09`, a proj string, or WKT
 * @throws {Error} when nothing built in answers to it, saying how to give a proj string
 */
export function crs(named: string | number): Crs {
  const text = String(named).trim()
  if (/^\d{3,6}$/.test(text)) return knownCode(Number(text), text)
  const compound = /^urn:(?:x-)?ogc:def:crs,crs:EPSG:[\w.]*:(\d{1,6})(,crs:|$)/i.exec(text)
  if (compound) return knownCode(Number(compound[1]), text)
  const listed = /^https?:\/\/www\.opengis\.net\/gml\/srs\/epsg\.xml#(\d{1,6})$/i.exec(text)
  if (listed) return knownCode(Number(listed[1]), text)
  const code =
    /^(?:EPSG|urn:(?:x-)?ogc:def:crs:EPSG|https?:\/\/www\.opengis\.net\/def\/crs\/EPSG)(?:[:/][\w.]*)?[:/](\d{1,6})$/i.exec(
      text,
    )
  if (code) return knownCode(Number(code[1]), text)
  const word = text.toUpperCase().replaceAll(/[\s_-]/g, '')
  if (/CRS84H?$/.test(word) || word === 'WGS84')
    return { ...knownCode(4326, text), vertical: /84H$/.test(word) ? 'ellipsoidal' : null }
  if (word === 'CGCS2000') return knownCode(4490, text)
  if (word === 'GCJ02' || word === 'BD09') {
    return { name: word === 'GCJ02' ? 'GCJ-02' : 'BD-09', definition: '', geographic: true, vertical: null }
  }
  if (text.length <= LONGEST && (text.startsWith('+proj=') || /^(PROJ|GEOG|COMPD|GEOD|BOUND)[A-Z]*\s*\[/i.test(text))) {
    return written(text)
  }
  throw new Error(
    `crs: unknown name, got ${JSON.stringify(text.slice(0, 80))}; expected EPSG:<code> | GCJ-02 | BD-09 | a proj string | WKT`,
  )
}

/** A proj string or WKT; the code it ends in wins when we know it, because WKT of the field often lacks the datum shift. */
function written(text: string): Crs {
  const authority = /(?:AUTHORITY\["EPSG","(\d+)"\]|ID\["EPSG",(\d+)\])\s*\]?\s*$/i.exec(text)
  const code = Number(authority?.[1] ?? authority?.[2] ?? 0)
  if (code > 0 && epsg(code)) return knownCode(code, text)
  try {
    proj4(text, '+proj=longlat +datum=WGS84')
  } catch (cause) {
    throw new Error(
      `crs: cannot read the definition, got ${JSON.stringify(text.slice(0, 120))}; expected a proj string | WKT`,
      { cause },
    )
  }
  const geographic = /^(\+proj=longlat|GEOG)/i.test(text)
  return { name: 'proj', definition: withDatumShift(text), geographic, vertical: null }
}

/** What one system needs to reach WGS 84 and return. */
function through(system: Crs): { toWgs84: Converter; fromWgs84: Converter } {
  if (system.name === 'GCJ-02' || system.name === 'BD-09') {
    const kind = system.name === 'GCJ-02' ? gcoord.GCJ02 : gcoord.BD09
    return {
      toWgs84: (x, y) => pair(gcoord.transform([x, y], kind, gcoord.WGS84)),
      fromWgs84: (x, y) => pair(gcoord.transform([x, y], gcoord.WGS84, kind)),
    }
  }
  // CGCS2000, ETRS89, GRS80 frames and WGS 84 differ by centimetres to decimetres: no shift is the standard practice
  const degrees = /^\+proj=longlat (\+datum=WGS84|\+ellps=GRS80|\+a=6378137 \+rf=298.257222101)/.test(system.definition)
  if (degrees) return { toWgs84: (x, y) => [x, y], fromWgs84: (x, y) => [x, y] }
  const projection = proj4(system.definition, '+proj=longlat +datum=WGS84 +no_defs')
  return {
    toWgs84: (x, y) => safely(projection.forward, x, y),
    fromWgs84: (x, y) => safely(projection.inverse, x, y),
  }
}

function pair(at: number[]): [number, number] {
  return [at[0], at[1]]
}

/** Metres no grid on earth reaches (a Chinese zone prefix makes 4.6e7): beyond, the projections fold back into the world. */
const FARTHEST = 1e8

/** proj4 throws on what it cannot place; a converter answers NaN, so that the record's check names it. */
function safely(convert: (at: number[]) => number[], x: number, y: number): [number, number] {
  if (!(Math.abs(x) < FARTHEST && Math.abs(y) < FARTHEST)) return [Number.NaN, Number.NaN]
  try {
    return pair(convert([x, y]))
  } catch {
    return [Number.NaN, Number.NaN]
  }
}

/**
 * Converter between two systems. Heights are not touched.
 *
 * @param from anything `crs` understands
 * @param to anything `crs` understands
 * @throws {Error} as `crs`
 */
export function converter(from: string | number | Crs, to: string | number | Crs = 'EPSG:4326'): Converter {
  const source = typeof from === 'object' ? from : crs(from)
  const target = typeof to === 'object' ? to : crs(to)
  if (source.name === target.name && source.definition === target.definition) return (x, y) => [x, y]
  const { toWgs84 } = through(source)
  if (target.name === 'EPSG:4326') return toWgs84
  const { fromWgs84 } = through(target)
  return (x, y) => fromWgs84(...toWgs84(x, y))
}

/**
 * Guess, for an error message, at the system of numbers that are no degrees.
 *
 * @param x easting or longitude as found in the file
 * @param y northing or latitude as found
 * @returns words to put after "expected", never empty
 */
export function suggestCrs(x: number, y: number): string {
  if (Math.abs(x) <= 90 && Math.abs(y) <= 180 && Math.abs(y) > 90) return 'lng, lat order (these look like lat, lng)'
  if (Math.abs(x) <= 180 && Math.abs(y) <= 90)
    return '--crs EPSG:4326 (degrees, lng then lat) | EPSG:4490 (CGCS2000) | GCJ-02 | BD-09'
  const zone = Math.floor(x / 1e6)
  if (y > 0 && y < 6e6 && zone >= 25 && zone <= 45) return `--crs EPSG:${4488 + zone} (CGCS2000 3° zone ${zone})`
  if (y > 0 && y < 6e6 && zone >= 13 && zone <= 23) return `--crs EPSG:${4478 + zone} (CGCS2000 6° zone ${zone})`
  if (x > 2.4e6 && x < 2.9e6 && y > 1e6 && y < 1.4e6) return '--crs EPSG:2056 (Swiss LV95)'
  if (x > 0 && x < 3e5 && y > 3e5 && y < 6.3e5) return '--crs EPSG:28992 (Dutch RD) | EPSG:5186 (Korea)'
  if (x > 1e5 && x < 9e5 && y > 1e6 && y < 1e7) {
    return '--crs EPSG:4549 (CGCS2000, 120° E; 4534 + (meridian - 75) / 3 for another) | EPSG:326xx | EPSG:327xx (UTM)'
  }
  if (Math.abs(x) < 20037509 && Math.abs(y) < 20037509)
    return '--crs EPSG:3857 (Web Mercator) | another projected system'
  return '--crs with the system of the file'
}
