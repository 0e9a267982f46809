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

const OLE = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]
const bytesOf = (text: string) => [...text].map((letter) => letter.charCodeAt(0))
const says = (head: Uint8Array, from: number, text: string) => startsWith(head.subarray(from), ...bytesOf(text))
/** What pipe networks come as, for those who bring a drawing or a database. */
const NETWORKS =
  'shapefile | GeoPackage | GeoJSON | CSV or XLSX tables of points and lines (管点, 管线) | EPANET or SWMM .inp'

const REFUSED: [test: (head: Uint8Array, text: string) => boolean, what: string][] = [
  [(head) => startsWith(head, 0x89, 0x50, 0x4e, 0x47), 'a PNG picture'],
  [(head) => startsWith(head, 0xff, 0xd8, 0xff), 'a JPEG picture'],
  [(head) => startsWith(head, 0x25, 0x50, 0x44, 0x46), 'a PDF'],
  [(head) => startsWith(head, 0x28, 0xb5, 0x2f, 0xfd), 'zstd-compressed: unzstd it first'],
  [(head) => startsWith(head, 0xfd, 0x37, 0x7a, 0x58), 'xz-compressed: unxz it first'],
  [
    (head) => startsWith(head, ...OLE),
    'an old Office file (.xls, .doc) or a Revit model (.rvt): save tables as .xlsx or .csv, models as IFC',
  ],
  [
    (head) => says(head, 4, 'Standard Jet DB') || says(head, 4, 'Standard ACE DB'),
    'a Microsoft Access database: export its tables as .xlsx or .csv',
  ],
  [
    (head) => /^AC10\d\d/.test(asText(head.subarray(0, 6))),
    `a DWG drawing: export its objects with their attributes; expected ${NETWORKS}`,
  ],
  [
    (head, text) => says(head, 0, 'AutoCAD Binary DXF') || /^0\s+SECTION\s/.test(text),
    `a DXF drawing: lines without depths and sizes; expected ${NETWORKS}`,
  ],
  [(head) => startsWith(head, 0x66, 0x67, 0x62, 0x03), 'FlatGeobuf: ogr2ogr -f GPKG out.gpkg in.fgb converts it'],
  [(head) => says(head, 0, 'PAR1'), 'Parquet: ogr2ogr -f GPKG out.gpkg in.parquet converts it'],
  [(_, text) => /^!table\s|^version\s+\d+\s+charset/i.test(text), 'a MapInfo table: ogr2ogr -f GPKG converts it'],
  [(head) => says(head, 0, 'Rar!'), 'a RAR archive: unpack it, or pack it as .zip'],
  [(head) => startsWith(head, 0x37, 0x7a, 0xbc, 0xaf), 'a 7z archive: unpack it, or pack it as .zip'],
  [(_, text) => /<LandXML/.test(text), `LandXML; expected ${NETWORKS}`],
  [
    (_, text) => /<(\w+:)?FeatureCollection[\s>]/.test(text) && !/<(\w+:)?CityModel/.test(text),
    'GML that is no CityGML: ogr2ogr -f GPKG out.gpkg in.gml converts it',
  ],
  [(_, text) => /<osmChange/.test(text), 'an OSM change file: osmium apply-changes merges it into an extract'],
  [(_, text) => /<kml/i.test(text), 'KML: ogr2ogr -f GeoJSON converts it'],
  [(_, text) => /^\{[\s\S]*"CityJSON/.test(text), 'a city model (CityJSON)'],
  [
    (_, text) => /<(\w+:)?(ifcXML|uos|iso_10303_28)[\s>]/i.test(text),
    'ifcXML; expected IFC as STEP text (.ifc), also zipped (.ifczip): any IFC program saves it so',
  ],
  [(_, text) => text.startsWith('ASTM-E57'), 'a point cloud as E57; expected LAS | LAZ: pdal translate a.e57 a.laz'],
  [(_, text) => /^ply\r?\n/.test(text), 'PLY; expected LAS | LAZ for points, GLB for triangles'],
  [(_, text) => /^# \.PCD/.test(text), 'a point cloud as PCD; expected LAS | LAZ: pdal translate a.pcd a.laz'],
  [
    (head) => MARKS_OF_TILES.some((mark) => startsWith(head, ...new TextEncoder().encode(mark))),
    'one tile of 3D Tiles; expected the folder with its tileset.json | .3tz | .zip of it',
  ],
  [(head) => startsWith(head, 0xab, 0x4b, 0x54, 0x58, 0x20, 0x32, 0x30), 'a KTX2 picture'],
  [(_, text) => /^(Kaydara FBX|; FBX)/.test(text), 'FBX; expected glTF or GLB, which Blender and FBX2glTF write'],
]
const MARKS_OF_TILES = ['b3dm', 'i3dm', 'pnts', 'cmpt']

/** Text of the head with byte order marks read, for looking only. */
function asText(head: Uint8Array): string {
  const wide = startsWith(head, 0xff, 0xfe) ? 'utf-16le' : startsWith(head, 0xfe, 0xff) ? 'utf-16be' : 'utf-8'
  return new TextDecoder(wide)
    .decode(head)
    .replace(/^\uFEFF/, '')
    .trimStart()
}

/** Whether a plain text is a table: a heading and rows, cut into equally many cells by one delimiter. */
function isTable(text: string): boolean {
  if (text.includes('\0')) return false
  const lines = text.split(/\r\n|\n|\r/).filter((line) => line.trim() !== '')
  // the last line may be cut off
  const whole = lines.slice(0, Math.max(2, lines.length - 1))
  return ['\t', ',', ';', '|'].some((delimiter) => {
    const counts = whole.map((line) => line.split(delimiter).length)
    const most = Math.max(...counts)
    const even = counts.filter((count) => count === most).length
    return most >= 4 && counts.length >= 2 && even >= counts.length * 0.8
  })
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
  if (/<(\w+:)?CityModel[\s>]/.test(text)) return { kind: 'citygml' }
  if (/^(<\?xml[^>]*>)?\s*(<!--[\s\S]*?-->\s*)*(<!DOCTYPE[^>]*>?|<osm[\s>])/i.test(text)) return { kind: 'osm-xml' }
  if (text.startsWith('<')) return { kind: null, reason: 'XML, but neither <osm> nor <CityModel>' }
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
  if (/\.(txt|dat|prn|xls)$/i.test(name) && isTable(text)) return { kind: 'csv' }
  const dbase = [0x03, 0x30, 0x43, 0x83, 0x8b, 0xf5].some((mark) => startsWith(head, mark))
  if (/\.dbf$/i.test(name) && dbase)
    return {
      kind: null,
      reason: 'attributes (.dbf) without the .shp they belong to; expected both, or the table as .csv',
    }
  if (/\.(shx|prj|cpg|sbn|sbx)$/i.test(name))
    return { kind: null, reason: 'a part of a shapefile without its .shp; expected all of its files' }
  return {
    kind: null,
    reason: `not recognised; expected .osm.pbf | .osm[.gz|.bz2] | GeoJSON | NDJSON | .hgt[.zip] | GeoTIFF | Esri ASCII | ${NETWORKS} | CityGML | IFC | LAS`,
  }
}
