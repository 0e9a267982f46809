/** Shapefiles and GeoPackages that a person puts into a layer of the city (`--as buildings`): read as the GeoJSON they could have been. */
import type { RecordTable } from '../formats/record-table.ts'
import type { InputFile } from './input-file.ts'
import { openGeopackage } from './networks/open-geopackage.ts'
import { openShapefile } from './networks/open-shapefile.ts'

const FLUSH = 1 << 18

/** Text of one table's features; rows without geometry are said by name, as GeoJSON says them. */
function* features(table: RecordTable, first: boolean): Generator<string> {
  let comma = first ? '' : ','
  for (const { row, geometry, attributes, problem } of table.records()) {
    if (problem?.startsWith('truncated')) throw new Error(`${table.name}: record ${row}: ${problem}`)
    yield `${comma}\n${JSON.stringify({ type: 'Feature', properties: attributes, geometry })}`
    comma = ','
  }
}

async function* text(file: InputFile, onBytes: (count: number) => void): AsyncGenerator<Uint8Array> {
  const opened =
    file.kind === 'shapefile'
      ? { tables: await openShapefile(file), close: async () => {} }
      : await openGeopackage(file)
  try {
    const systems = new Set(opened.tables.map(({ crs }) => crs).filter((crs) => crs !== null))
    if (systems.size > 1)
      throw new Error(
        `two systems in one file, got ${[...systems].map((each) => each.slice(0, 40)).join(' and ')}; expected one`,
      )
    const [system] = systems
    const named = system === undefined ? '' : `"crs":${JSON.stringify({ type: 'name', properties: { name: system } })},`
    let part = `{"type":"FeatureCollection",${named}"features":[`
    const encoder = new TextEncoder()
    for (const [i, table] of opened.tables.entries())
      for (const piece of features(table, i === 0)) {
        part += piece
        if (part.length < FLUSH) continue
        yield encoder.encode(part)
        part = ''
      }
    onBytes(file.bytes)
    yield encoder.encode(`${part}\n]}\n`)
  } finally {
    await opened.close()
  }
}

/** The file as GeoJSON, made while it is read. */
export function tableAsGeojson(file: InputFile): InputFile {
  return { ...file, kind: 'geojson', open: (onBytes = () => {}) => text(file, onBytes) }
}
