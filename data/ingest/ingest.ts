/** From files to a stored city: read, check, convert, spool, then one transaction per layer; callable by tests and server. */
import { writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { fillEmptyCity } from '../../tiles-server/db/bulk-load.ts'
import type { Database } from '../../tiles-server/db/database.ts'
import { storeSource } from '../../tiles-server/db/store-layer.ts'
import { LAYERS, type LayerName } from '../geo/city-feature.ts'
import type { HeightDatum } from '../geo/height-source.ts'
import { countDefects } from '../networks/defects.ts'
import { findInput, type InputFile } from './input-file.ts'
import { type Intake, intake } from './intake.ts'
import { writeDefects } from './networks/check.ts'
import { CITY_TABLES, isNetwork, type NetworkOptions } from './networks/read-networks.ts'
import { protectNetwork, storeDefects, storeNetworkModels } from './networks/store-network.ts'
import { type FilesRead, readFiles } from './read-files.ts'
import { type IngestReport, rejectWriter, tally } from './report.ts'
import { sortFiles } from './sort-files.ts'
import { openSpool } from './spool.ts'
import { spoolFolder, sweepSpools } from './spool-folder.ts'
import { storeLayers, storeScene } from './store-layers.ts'
import { tableAsGeojson } from './table-as-geojson.ts'

/** What a person may say about the files. */
export interface IngestOptions {
  /** all features go to this layer, whatever they look like */
  as?: LayerName
  /** name of the data set; default: the folder's or first file's name */
  source?: string
  /** system of the files, instead of what they say */
  crs?: string
  /** what heights stand on, instead of what the files say */
  datum?: HeightDatum
  attribution?: string
  dryRun?: boolean
  /** where a local grid lies */
  anchor?: NetworkOptions['anchor']
  /** meanings of network tables' columns, as a dry run's report has them */
  map?: NetworkOptions['map']
}

/** Where things go, and who listens. */
export interface IngestContext {
  db: Database
  /** folder of the height grids; spool and rejects lie beside it */
  heightsDir: string
  signal?: AbortSignal
  /** called often; `done` and `total` are bytes while reading, features while storing, rows for terrain */
  onProgress?: (progress: IngestProgress) => void
}

/** Where the work stands. */
export interface IngestProgress {
  stage: string
  done: number
  total: number
}

const NEVER = new AbortController().signal

/** A data set's name that is fit for ids, files and URLs: `Monaco (2012).osm.gz` → `monaco-2012`. */
export function sourceName(path: string): string {
  const bare = basename(resolve(path)).replace(
    /(\.(osm|pbf|gz|bz2|zip|geojson|json|ndjson|hgt|tiff?|asc|xml|inp|ifc|ifczip|copc|la[sz]|glb|gltf|shp|gpkg|gml|csv|tsv|xlsx|ags))+$/i,
    '',
  )
  const name = bare
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
  return name.slice(0, 60) || 'data'
}

function attribution(files: readonly InputFile[], wish: string | undefined): string {
  if (wish) return wish
  const kinds = new Set(files.map(({ kind }) => kind))
  const words: string[] = []
  if (kinds.has('osm-pbf') || kinds.has('osm-xml')) words.push('© OpenStreetMap contributors, ODbL 1.0')
  if (kinds.has('hgt')) words.push('SRTM: NASA/USGS, public domain')
  return words.join('; ')
}

/** Layers a run speaks for: an OpenStreetMap extract for all, other files for what they hold. */
function layersOf(files: readonly InputFile[], took: Intake, options: IngestOptions): LayerName[] {
  const whole = files.some(({ kind }) => kind.startsWith('osm-')) && !options.as
  return LAYERS.filter((layer) => whole || (took.spool.counts.get(layer) ?? 0) > 0)
}

/** Writes what columns were taken for, in the form that --map reads. */
async function writeColumns(
  path: string,
  tables: readonly { file: string; table: string; mapping: object | null }[],
): Promise<string | null> {
  const known = tables.flatMap(({ file, table, mapping }) => (mapping ? [[`${file}/${table}`, mapping] as const] : []))
  if (known.length === 0) return null
  await writeFile(path, `${JSON.stringify(Object.fromEntries(known), null, 2)}\n`)
  return path
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}

/** Counts what was read and what came of it; nothing usable is the caller's to judge. */
async function run(
  files: InputFile[],
  refused: IngestReport['refused'],
  source: string,
  options: IngestOptions,
  context: IngestContext,
): Promise<IngestReport> {
  const started = performance.now()
  const signal = context.signal ?? NEVER
  const beside = dirname(resolve(context.heightsDir))
  await sweepSpools(beside)
  const rejects = rejectWriter(join(beside, 'rejects'), source)
  await rejects.clear()
  const reasons = tally()
  const repairs = tally()
  const spool = await openSpool(spoolFolder(beside))
  try {
    const sorted = await sortFiles(files, options, signal)
    const took = intake({ spool, source, files: sorted.vectors.length, reasons, repairs, rejects })
    const terrainBy = attribution(sorted.terrain, options.attribution)
    const read = await readFiles(files, sorted, took, options, { ...context, signal, source, attribution: terrainBy })
    await spool.close()
    if (!options.dryRun) await protectNetwork(context.db, source, read.networks.damaged)
    const report = await reportOf(files, refused, took, read, source, options, join(beside, 'rejects'))
    const finish = async () => {
      report.reasons = reasons.list()
      report.repairs = repairs.list()
      report.rejects = await rejects.close([...LAYERS, 'records'])
      report.seconds = (performance.now() - started) / 1000
    }
    const layers = layersOf(files, took, options)
    if (!options.dryRun && (layers.length > 0 || read.terrain.grids.length > 0)) {
      const row = {
        id: source,
        title: capitalized(source),
        files: files.map(({ name }) => name),
        attribution: attribution(files, options.attribution),
        dataDate: report.dataDate,
        crs: report.crs,
        datum: report.datum,
      }
      await storeSource(context.db, row)
      await fillEmptyCity(context.db, () => storeLayers(took, layers, source, context, signal))
      await storeDefects(context.db, source, read.networks.defects)
      await storeNetworkModels(context.db, source, read.networks.models)
      const subject = took.subject() ?? report.extent
      // an extract speaks for all layers, also for those it has nothing of
      const held = layers.filter((layer) => (took.spool.counts.get(layer) ?? 0) > 0)
      if (subject) await storeScene(context.db, source, capitalized(source), subject, held, context.heightsDir)
      await finish()
      await storeSource(context.db, { ...row, report })
    } else await finish()
    return report
  } finally {
    await spool.dispose()
  }
}

/** The report as far as reading knows it; defects and columns go to files in `folder`. */
async function reportOf(
  files: readonly InputFile[],
  refused: IngestReport['refused'],
  took: Intake,
  { terrain, networks, boreholes, datum }: FilesRead,
  source: string,
  options: IngestOptions,
  folder: string,
): Promise<IngestReport> {
  return {
    source,
    files: files.map(({ name, kind }) => ({ name, kind })),
    refused: [...refused, ...took.refused],
    layers: took.layers,
    terrain: terrain.grids,
    networks: networks.tables,
    defects: countDefects(networks.defects),
    defectsFile: await writeDefects(join(folder, `${source}-defects.geojson`), networks.defects),
    columnsFile: options.dryRun
      ? await writeColumns(join(folder, `${source}-columns.json`), [...networks.tables, ...boreholes.tables])
      : null,
    reasons: [],
    repairs: [],
    notes: took.notes,
    extent: took.extent() ?? terrain.extent,
    crs: [...new Set([...took.crs, ...terrain.crs])].join(', ') || 'EPSG:4326',
    datum,
    dataDate: took.dataDate(),
    rejects: [],
    dryRun: options.dryRun ?? false,
    seconds: 0,
  }
}

/**
 * Brings files and folders in as one data set. Each layer is one transaction: an interruption leaves its old rows whole;
 * a second run changes nothing.
 *
 * @param paths files or folders; kinds are told by content
 * @returns the report; what could not be used is in it, not thrown
 * @throws {Error} when a path does not exist, a name or CRS is impossible, the database fails, or the signal's reason
 */
export async function ingest(
  paths: readonly string[],
  options: IngestOptions,
  context: IngestContext,
): Promise<IngestReport> {
  if (paths.length === 0) throw new Error('ingest: no file given; expected files or folders')
  const source = options.source ?? sourceName(paths[0])
  if (!/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,59}$/u.test(source)) {
    throw new Error(`ingest: bad source name, got ${JSON.stringify(source)}; expected letters, digits, . _ -, up to 60`)
  }
  const { files: found, refused } = await findInput(paths)
  const files = found.map((file) =>
    CITY_TABLES.has(file.kind) && !isNetwork(file, options.as) ? tableAsGeojson(file) : file,
  )
  return run(files, refused, source, options, context)
}
