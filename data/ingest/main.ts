/** `npm run ingest -- <file|folder>…`: brings data into the city's database; exit codes 0 ok, 1 nothing usable, 2 usage. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { lockDataFolder } from '../../tiles-server/db/data-folder.ts'
import { openDatabase } from '../../tiles-server/db/open-database.ts'
import { LAYERS, type LayerName } from '../geo/city-feature.ts'
import { crs } from '../geo/crs.ts'
import type { HeightDatum } from '../geo/height-source.ts'
import { type IngestOptions, ingest } from './ingest.ts'
import { parseConfirmed } from './networks/confirm.ts'
import { parseAnchor } from './networks/place.ts'
import { progressLine } from './progress-line.ts'
import { type IngestReport, reportText } from './report.ts'

const USAGE = `usage: npm run ingest -- <file|folder>… [options]
  --as <layer>          put everything into one layer: ${LAYERS.join(' | ')}
  --source <name>       name of the data set; default: the folder's or file's name
  --crs <system>        EPSG:4549 | a proj string …: instead of what the files say
  --datum <datum>       ellipsoidal | egm96 | msl | 1985: what heights stand on, instead of what the files say
  --anchor <lng,lat[,rotation[,scale[,x,y]]]>  where the middle (or x, y) of a local grid lies, degrees counter-clockwise, metres per unit
  --map <file>          meanings of columns of pipe and borehole tables, as --dry-run writes them, corrected
  --attribution <text>  whom to credit
  --data <folder>       data folder; default DATA_DIR or city-data
  --dry-run             read and check, store nothing
kinds (told by content): .osm.pbf, .osm[.gz|.bz2], GeoJSON, NDJSON, .hgt[.zip], GeoTIFF, Esri ASCII;
  pipe networks: EPANET and SWMM .inp, shapefile and GeoPackage (--as another layer: city data), GeoJSON (--as pipes), CSV, XLSX, CityGML (UtilityNetwork,
  PLATEAU unf); building models: IFC 2x3, 4, 4.3, glTF and GLB, CityGML objects;
  boreholes: AGS 3, AGS 4, CSV and XLSX tables of holes, layers, water (--as boreholes for all tables);
  textured 3D Tiles (a folder with tileset.json, .3tz or .zip); point clouds: LAS 1.0 … 1.5, LAZ, COPC; registers of units (--as units) and legal volumes (--as volumes): CSV, XLSX,
  GeoJSON with 不动产单元代码, floors, heights`

/** A mistake in the command line. */
class UsageError extends Error {}

const DATUMS: Record<string, HeightDatum> = { ellipsoidal: 'ellipsoidal', egm96: 'egm96', msl: 'egm96', '1985': '1985' }

interface Asked {
  paths: string[]
  options: IngestOptions
  dataDir: string
}

function parse(): Asked {
  let parsed: ReturnType<typeof read>
  try {
    parsed = read()
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
  const { values, positionals } = parsed
  if (values.help || positionals.length === 0) throw new UsageError(values.help ? '' : 'no file given')
  const as = values.as as LayerName | undefined
  if (as && !LAYERS.includes(as)) throw new UsageError(`--as: no such layer, got ${as}; expected ${LAYERS.join(' | ')}`)
  const datum = values.datum === undefined ? undefined : DATUMS[values.datum.toLowerCase()]
  if (values.datum && !datum)
    throw new UsageError(`--datum: unknown, got ${values.datum}; expected ${Object.keys(DATUMS).join(' | ')}`)
  try {
    if (values.crs) crs(values.crs)
  } catch (error) {
    throw new UsageError(`--crs: ${(error as Error).message}`)
  }
  let anchor: IngestOptions['anchor']
  let map: IngestOptions['map']
  try {
    if (values.anchor) anchor = parseAnchor(values.anchor)
    if (values.map) map = parseConfirmed(readFileSync(values.map, 'utf8'))
  } catch (error) {
    throw new UsageError(`--${(error as Error).message}`)
  }
  const { source, attribution, 'dry-run': dryRun } = values
  const dataDir = resolve(values.data ?? process.env.DATA_DIR ?? 'city-data')
  return {
    paths: positionals,
    options: { as, datum, crs: values.crs, source, attribution, dryRun, anchor, map },
    dataDir,
  }
}

function read() {
  const text = { type: 'string' } as const
  return parseArgs({
    allowPositionals: true,
    options: {
      as: text,
      source: text,
      crs: text,
      anchor: text,
      map: text,
      datum: text,
      attribution: text,
      data: text,
      'dry-run': { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
}

/** Whether anything came of it. */
function usable(report: IngestReport): boolean {
  const features = Object.values(report.layers).some((layer) => layer.read > layer.rejected || (layer.stored ?? 0) > 0)
  return features || report.terrain.length > 0
}

async function main(): Promise<number> {
  const { paths, options, dataDir } = parse()
  const databaseUrl = process.env.DATABASE_URL
  const lock = databaseUrl ? null : lockDataFolder(dataDir)
  const stop = new AbortController()
  const interrupted = () =>
    stop.abort(new Error('interrupted: the old city is whole, nothing of the unfinished layer is stored'))
  process.once('SIGINT', interrupted)
  process.once('SIGTERM', interrupted)
  const line = progressLine(process.stderr)
  try {
    const db = await openDatabase({ dataDir, databaseUrl })
    try {
      const report = await ingest(paths, options, {
        db,
        heightsDir: join(dataDir, 'heights'),
        signal: stop.signal,
        onProgress: line.heard,
      })
      line.end()
      console.log(reportText(report))
      return usable(report) ? 0 : 1
    } finally {
      await db.close()
    }
  } finally {
    line.end()
    lock?.release()
  }
}

try {
  process.exitCode = await main()
} catch (error) {
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof UsageError) {
    if (message) console.error(`ingest: ${message}\n`)
    console.error(USAGE)
    process.exitCode = 2
  } else {
    console.error(message)
    process.exitCode = 1
  }
}
