/** What kind of file this is, by its first bytes; the name counts only where a format has no mark of its own. */
import { isAgs } from './ags.ts'
import { hgtSide } from './hgt.ts'

/** Kinds of files that can be brought in, and the wrappings around them. */
export type FileKind =
  | 'osm-pbf'
  | 'osm-xml'
  | 'geojson'
  | 'hgt'
  | 'geotiff'
  | 'esri-ascii'
  | 'inp'
  | 'shapefile'
  | 'geopackage'
  | 'citygml'
  | 'csv'
  | 'ags'
  | 'xlsx'
  | 'ifc'
  | 'las'
  | '3d-tiles'
  | 'gltf'
  | 'gzip'
  | 'bzip2'
  | 'zip'

/** What was recognised, or why nothing was. */
export type Recognized = { kind: FileKind } | { kind: null; reason: string }

/** How many of a file's first bytes `recognize` wants to see. */
export const HEAD_BYTES = 4096

function startsWith(head: Uint8Array, ...bytes: number[]): boolean {
  return bytes.every((byte, index) => head[index] === byte)
}

const REFUSED: [test: (head: Uint8Array, text: string) => boolean, what: string][] = [
  [(head) => startsWith(head, 0x89, 0x50, 0x4e, 0x47), 'a PNG picture'],
  [(head) => startsWith(head, 0xff, 0xd8, 0xff), 'a JPEG picture'],
  [(head) => startsWith(head, 0x25, 0x50, 0x44, 0x46), 'a PDF'],
  [(head) => startsWith(head, 0x28, 0xb5, 0x2f, 0xfd), 'zstd-compressed: unzstd it first'],
  [(head) => startsWith(head, 0xfd, 0x37, 0x7a, 0x58), 'xz-compressed: unxz it first'],
  [(_, text) => /<osmChange/.test(text), 'an OSM change file: osmium apply-changes merges it into an extract'],
  [(_, text) => /<kml/i.test(text), 'KML: ogr2ogr -f GeoJSON converts it'],
  [(_, text) => /^\{[\s\S]*"CityJSON/.test(text), 'a city model (CityJSON)'],
]

/** Text of the head with byte order marks read, for looking only. */
function asText(head: Uint8Array): string {
  const wide = startsWith(head, 0xff, 0xfe) ? 'utf-16le' : startsWith(head, 0xfe, 0xff) ? 'utf-16be' : 'utf-8'
  return new TextDecoder(wide)
    .decode(head)
    .replace(/^\uFEFF/, '')
    .trimStart()
}

/** What JSON it is, judged by how it begins. */
function json(text: string): Recognized {
  if (text.startsWith('['))
    return {
      kind: null,
      reason: 'JSON, but an array at the top; expected GeoJSON (a FeatureCollection or one Feature per line)',
    }
  if (
    /"type"\s*:\s*"(FeatureCollection|Feature|Point|MultiPoint|LineString|MultiLineString|Polygon|MultiPolygon|GeometryCollection)"/.test(
      text,
    )
  )
    return { kind: 'geojson' }
  if (/"features"\s*:\s*\[|"geometry"\s*:/.test(text)) return { kind: 'geojson' }
  return { kind: null, reason: 'JSON, but no GeoJSON: no "type": "FeatureCollection" | "Feature" near its beginning' }
}

/** Sections that EPANET and SWMM files begin with. */
const INP_SECTION =
  /^\s*\[\s*(TITLE|OPTIONS|JUNCTIONS?|RESERVOIRS?|TANKS?|PIPES?|PUMPS?|VALVES?|COORDINATES|REPORT|TIMES|EVAPORATION|RAINGAGES?|SUBCATCHMENTS?|OUTFALLS?|CONDUITS?|BACKDROP|MAP|TAGS|CURVES|PATTERNS|DEMANDS)\s*\]/im

/**
 * Recognises a file.
 *
 * @param head the first `HEAD_BYTES` bytes (or all, when there are fewer)
 * @param byteLength size of the whole file
 * @param name file name, asked only for formats without a mark of their own
 * @returns the kind, or a reason in words that says what it is instead where that can be told
 */
export function recognize(head: Uint8Array, byteLength: number, name = ''): Recognized {
  if (byteLength === 0) return { kind: null, reason: 'empty file' }
  if (startsWith(head, 0x1f, 0x8b)) return { kind: 'gzip' }
  if (startsWith(head, 0x42, 0x5a, 0x68)) return { kind: 'bzip2' }
  if (startsWith(head, 0x50, 0x4b, 0x03, 0x04)) return { kind: /\.xls[xm]$/i.test(name) ? 'xlsx' : 'zip' }
  if (startsWith(head, 0x50, 0x4b, 0x05, 0x06)) return { kind: null, reason: 'an empty zip' }
  if (startsWith(head, 0x4c, 0x41, 0x53, 0x46)) return { kind: 'las' }
  const tiff = [0x2a, 0x2b]
  if (tiff.some((mark) => startsWith(head, 0x49, 0x49, mark, 0) || startsWith(head, 0x4d, 0x4d, 0, mark)))
    return { kind: 'geotiff' }
  // a PBF begins with the length of its first header, whose first field is the text OSMHeader
  if (startsWith(head, 0, 0, 0) && new TextDecoder('latin1').decode(head.subarray(4, 20)).includes('OSMHeader'))
    return { kind: 'osm-pbf' }
  if (startsWith(head, 0x00, 0x00, 0x27, 0x0a)) return { kind: 'shapefile' }
  if (startsWith(head, 0x53, 0x51, 0x4c, 0x69, 0x74, 0x65))
    return /\.gpkg$/i.test(name) || new TextDecoder('latin1').decode(head.subarray(68, 72)).startsWith('GP')
      ? { kind: 'geopackage' }
      : { kind: null, reason: 'an SQLite database; expected a GeoPackage' }
  if (startsWith(head, 0x67, 0x6c, 0x54, 0x46)) return { kind: 'gltf' }
  if (hgtSide(byteLength) > 0) return { kind: 'hgt' }
  const text = asText(head)
  if (/^ISO-10303-21/.test(text)) return { kind: 'ifc' }
  const refused = REFUSED.find(([test]) => test(head, text))
  if (refused) return { kind: null, reason: refused[1] }
  if (/^(<\?xml[^>]*>)?\s*(<!--[\s\S]*?-->\s*)*(<!DOCTYPE[^>]*>?|<osm[\s>])/i.test(text)) return { kind: 'osm-xml' }
  if (/<(\w+:)?CityModel[\s>]/.test(text)) return { kind: 'citygml' }
  if (text.startsWith('<')) return { kind: null, reason: 'XML, but no <osm>' }
  if (isAgs(text)) return { kind: 'ags' }
  if (/^\s*ncols\s+\d/i.test(text)) return { kind: 'esri-ascii' }
  if (
    text.startsWith('{') &&
    /"asset"\s*:/.test(text) &&
    (/"geometricError"\s*:/.test(text) || /(^|\/)tileset\.json$/i.test(name))
  )
    return { kind: '3d-tiles' }
  if (text.startsWith('{') && (/\.gltf$/i.test(name) || /"asset"\s*:\s*\{[^}]*"version"\s*:\s*"2/.test(text)))
    return { kind: 'gltf' }
  if (text.startsWith('{') || text.startsWith('\u001e')) return json(text)
  if (INP_SECTION.test(text)) return { kind: 'inp' }
  if (text.startsWith('[')) return json(text)
  if (/\.(csv|tsv)$/i.test(name) && !text.includes('\0')) return { kind: 'csv' }
  return {
    kind: null,
    reason: 'not recognised; expected .osm.pbf | .osm[.gz|.bz2] | GeoJSON | NDJSON | .hgt[.zip] | GeoTIFF | Esri ASCII',
  }
}
