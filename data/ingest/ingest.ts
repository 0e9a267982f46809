/** From files to a stored city: read, check, convert, spool, then one transaction per layer; callable by tests and server. */
import { randomUUID } from 'node:crypto'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { Database } from '../../tiles-server/db/database.ts'
import { openHeights } from '../../tiles-server/db/height-store.ts'
import { storeLayer, storeSource } from '../../tiles-server/db/store-layer.ts'
import { LAYERS, type LayerName } from '../geo/city-feature.ts'
import { undulation } from '../geo/geoid.ts'
import type { HeightDatum } from '../geo/height-source.ts'
import type { Defect } from '../networks/defect.ts'
import { countDefects } from '../networks/defects.ts'
import { cityScene } from './city-scene.ts'
import { boreholeFiles, readBoreholes } from './geology/read-boreholes.ts'
import { findInput, type InputFile } from './input-file.ts'
import { type Intake, intake } from './intake.ts'
import { markOutlines } from './mark-outlines.ts'
import { readCitygmlModels } from './models/read-citygml.ts'
import { readModels } from './models/read-models.ts'
import { writeDefects } from './networks/check.ts'
import {
  CITY_TABLES,
  isNetwork,
  type NetworkOptions,
  type NetworksRead,
  type NetworkTableReport,
  readNetworks,
} from './networks/read-networks.ts'
import { readPoints } from './points/read-points.ts'
import { readVectors } from './read-vectors.ts'
import { type IngestReport, rejectWriter, tally } from './report.ts'
import { openSpool } from './spool.ts'
import { storeTerrain } from './store-terrain.ts'
import { tableAsGeojson } from './table-as-geojson.ts'
import { readTilesets } from './tilesets/read-tilesets.ts'
import { findRights, readRights } from './units/read-rights.ts'

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
const VECTORS = new Set(['osm-pbf', 'osm-xml', 'geojson'])

/** A data set's name that is fit for ids, files and URLs: `Monaco (2012).osm.gz` → `monaco-2012`. */
export function sourceName(path: string): string {
  const bare = basename(resolve(path)).replace(
    /(\.(osm|pbf|gz|bz2|zip|geojson|json|ndjson|hgt|tiff?|asc|xml|inp|ifc|copc|la[sz]|glb|gltf|shp|gpkg|gml|csv|tsv|xlsx|ags))+$/i,
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

async function storeAll(
  took: Intake,
  layers: LayerName[],
  source: string,
  context: IngestContext,
  signal: AbortSignal,
): Promise<void> {
  for (const layer of layers) {
    signal.throwIfAborted()
    const total = took.spool.counts.get(layer) ?? 0
    const report = took.layer(layer)
    const result = await storeLayer(context.db, {
      source,
      layer,
      features:
        layer === 'buildings' ? markOutlines(() => took.spool.read(layer), took.parts()) : took.spool.read(layer),
      signal,
      onProgress: (done) => context.onProgress?.({ stage: `store ${layer}`, done, total }),
      onReject: (id, reason) => took.rejected(layer, id, reason),
    })
    Object.assign(report, {
      stored: result.stored,
      changed: result.changed,
      unchanged: result.unchanged,
      removed: result.removed,
    })
    if (report.read === 0 && result.removed === 0 && report.rejected === 0) took.forget(layer)
  }
}

async function storeScene(
  db: Database,
  source: string,
  title: string,
  extent: [number, number, number, number],
  layers: readonly LayerName[],
  heightsDir: string,
): Promise<void> {
  const heights = openHeights(heightsDir)
  const highest = ([west, south, east, north]: readonly [number, number, number, number]): number => {
    const known = heights.fill({ west, south, east, north, columns: 17, rows: 17 }).filter(Number.isFinite)
    return known.length ? Math.max(...known) : undulation((west + east) / 2, (south + north) / 2)
  }
  const document = await cityScene(title, extent, layers, highest)
  heights.close()
  await db.query(
    'insert into scene (id, document) values ($1, $2) on conflict (id) do update set document = excluded.document, at = now()',
    [`${source}/city`, JSON.stringify(document)],
  )
}

/** More are in the file only. */
const MOST_KEPT_DEFECTS = 20_000

/** Keeps a network's defects where a route can find them: `meta`, key `network-defects:<source>`. */
async function storeDefects(db: Database, source: string, defects: readonly Defect[]): Promise<void> {
  const value = { total: defects.length, defects: defects.slice(0, MOST_KEPT_DEFECTS) }
  await db.query(
    'insert into meta (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value',
    [`network-defects:${source}`, JSON.stringify(value)],
  )
}

/** A damaged file may not cost the rows that it gave when it was whole. */
async function protect(db: Database, source: string, damaged: NetworksRead['damaged']): Promise<void> {
  if (damaged.length === 0) return
  const before = await db.query(
    "select 1 from feature where source = $1 and layer in ('pipes', 'pipe-nodes') limit 1",
    [source],
  )
  const [{ name, reason }] = damaged
  if (before.length > 0)
    throw new Error(`${name}: ${reason}; nothing is stored, the network of ${source} stays as it was`)
}

/** Longest model text that is kept; the largest published networks are a tenth of it. */
const MOST_MODEL = 64 * 2 ** 20

/** Keeps EPANET and SWMM files whole for solvers: `meta`, key `network-model:<source>:<file>`; those of an earlier run go. */
async function storeModels(db: Database, source: string, models: NetworksRead['models']): Promise<void> {
  await db.query('delete from meta where starts_with(key, $1)', [`network-model:${source}:`])
  for (const { file, format, text } of models) {
    if (text.length > MOST_MODEL) continue
    const value = { format, text: text.replaceAll('\0', '') }
    await db.query('insert into meta (key, value) values ($1, $2)', [
      `network-model:${source}:${file}`,
      JSON.stringify(value),
    ])
  }
}

/** Writes what columns were taken for, in the form that --map reads. */
async function writeColumns(path: string, tables: readonly NetworkTableReport[]): Promise<string | null> {
  const known = tables.flatMap(({ file, table, mapping }) => (mapping ? [[`${file}/${table}`, mapping] as const] : []))
  if (known.length === 0) return null
  await writeFile(path, `${JSON.stringify(Object.fromEntries(known), null, 2)}\n`)
  return path
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}

/** Removes what runs that were killed have left; a live process's spool stays. */
async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const pid = Number(/^ingest-(\d+)-/.exec(name)?.[1] ?? 0)
    if (pid === 0 || pid === process.pid) continue
    try {
      process.kill(pid, 0)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH')
        await rm(join(folder, name), { recursive: true, force: true })
    }
  }
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
  await sweep(beside)
  const rejects = rejectWriter(join(beside, 'rejects'), source)
  await rejects.clear()
  const reasons = tally()
  const repairs = tally()
  const spool = await openSpool(join(beside, `ingest-${process.pid}-${randomUUID().slice(0, 8)}`))
  const registers = await findRights(files, options.as, signal)
  const rights = registers.map(({ file }) => file)
  const boreholes = await boreholeFiles(
    files.filter((file) => !rights.includes(file)),
    options.as,
  )
  const networkFiles = files.filter((file) => ![...rights, ...boreholes].includes(file) && isNetwork(file, options.as))
  const vectors = files.filter((file) => VECTORS.has(file.kind) && ![...rights, ...networkFiles].includes(file))
  const took = intake({ spool, source, files: vectors.length, reasons, repairs, rejects })
  try {
    await readVectors(vectors, took, options, signal, context.onProgress)
    const clouds = files.filter(({ kind }) => kind === 'las')
    const meshes = files.filter(({ kind }) => kind === '3d-tiles')
    const models = files.filter(({ kind }) => kind === 'ifc' || kind === 'gltf')
    const terrainFiles = files.filter(
      (file) =>
        ![networkFiles, rights, boreholes, models, clouds, meshes].some((taken) => taken.includes(file)) &&
        !VECTORS.has(file.kind),
    )
    const terrain = await storeTerrain(terrainFiles, took, options, {
      ...context,
      signal,
      source,
      attribution: attribution(terrainFiles, options.attribution),
    })
    // depths hang below the ground: terrain of the same run comes first
    const heights = openHeights(context.heightsDir)
    const networks = await readNetworks(
      networkFiles,
      took,
      options,
      heights.sample,
      signal,
      context.onProgress,
    ).finally(() => heights.close())
    const ground = openHeights(context.heightsDir)
    const collars = await readBoreholes(boreholes, took, options, ground.sample, signal).finally(() => ground.close())
    const folders = { modelsDir: join(beside, 'models'), heightsDir: context.heightsDir }
    await readModels(models, took, options, folders, signal)
    const cloudRun = { heightsDir: context.heightsDir, signal, onProgress: context.onProgress }
    const cloudDatum = await readPoints(clouds, took, options, cloudRun)
    await readTilesets(meshes, took, options, cloudRun)
    await readRights(registers, took, options, { db: context.db, heightsDir: context.heightsDir, signal })
    const known = new Set(networks.tables.map(({ file }) => file))
    await readCitygmlModels(files, known, took, options, folders.modelsDir, signal)
    await spool.close()
    if (!options.dryRun) await protect(context.db, source, networks.damaged)
    const layers = layersOf(files, took, options)
    const extent = took.extent() ?? terrain.extent
    const report: IngestReport = {
      source,
      files: files.map(({ name, kind }) => ({ name, kind })),
      refused: [...refused, ...took.refused],
      layers: took.layers,
      terrain: terrain.grids,
      networks: networks.tables,
      defects: countDefects(networks.defects),
      defectsFile: await writeDefects(join(beside, 'rejects', `${source}-defects.geojson`), networks.defects),
      columnsFile: options.dryRun
        ? await writeColumns(join(beside, 'rejects', `${source}-columns.json`), networks.tables)
        : null,
      reasons: [],
      repairs: [],
      notes: took.notes,
      extent,
      crs: [...took.crs, ...terrain.crs].filter((each, i, all) => all.indexOf(each) === i).join(', ') || 'EPSG:4326',
      datum: terrain.datum ?? options.datum ?? networks.datum ?? collars ?? cloudDatum,
      dataDate: took.dataDate(),
      rejects: [],
      dryRun: options.dryRun ?? false,
      seconds: 0,
    }
    const finish = async () => {
      report.reasons = reasons.list()
      report.repairs = repairs.list()
      report.rejects = await rejects.close([...LAYERS, 'records'])
      report.seconds = (performance.now() - started) / 1000
    }
    if (!options.dryRun && (layers.length > 0 || terrain.grids.length > 0)) {
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
      await storeAll(took, layers, source, context, signal)
      await storeDefects(context.db, source, networks.defects)
      await storeModels(context.db, source, networks.models)
      const subject = took.subject() ?? extent
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
