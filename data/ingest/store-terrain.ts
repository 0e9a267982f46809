/** Terrain files into height grids: opened, mosaicked with their neighbours, lifted to the ellipsoid, written at once. */
import { createHash } from 'node:crypto'
import { existsSync, openAsBlob } from 'node:fs'
import { join } from 'node:path'
import { writeHeightGrid } from '../../tiles-server/db/height-store.ts'
import { esriAsciiSource, readEsriAscii } from '../formats/esri-ascii.ts'
import { geotiffSource } from '../formats/geotiff.ts'
import { hgtSource } from '../formats/hgt.ts'
import { crs } from '../geo/crs.ts'
import type { HeightDatum, HeightSource } from '../geo/height-source.ts'
import type { IngestContext, IngestOptions } from './ingest.ts'
import { type InputFile, projectionBeside, wholeFile } from './input-file.ts'
import type { Intake } from './intake.ts'
import { groups, type Mosaic, mosaic } from './mosaic.ts'
import type { TerrainReport } from './report.ts'

/** What came of the terrain files. */
export interface StoredTerrain {
  grids: TerrainReport[]
  crs: string[]
  /** in words for the report; null without terrain */
  datum: string | null
  extent: [number, number, number, number] | null
}

const MOST_BYTES = 2 ** 31

async function* text(file: InputFile): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8')
  for await (const chunk of file.open()) yield decoder.decode(chunk, { stream: true })
  yield decoder.decode()
}

async function openOne(file: InputFile, options: IngestOptions): Promise<HeightSource> {
  if (file.kind === 'hgt') {
    const bytes = await wholeFile(file, 6001 * 6001 * 2)
    return hgtSource(file.name, bytes.length, () => wholeFile(file, 6001 * 6001 * 2))
  }
  if (file.kind === 'geotiff') {
    const plain = file.name.includes('/') || /\.(gz|bz2)$/i.test(file.name)
    const blob = plain ? new Blob([Buffer.from(await wholeFile(file, MOST_BYTES))]) : await openAsBlob(file.path)
    return geotiffSource(blob, file.name, options.crs)
  }
  const named = options.crs ?? (await projectionBeside(file.path))
  if (!named) throw new Error('esri ascii: names no system and has no .prj beside it; expected --crs')
  return esriAsciiSource(file.name, await readEsriAscii(text(file)), crs(named))
}

/** Opens what can be opened; the rest is refused by name. */
async function openAll(
  files: readonly InputFile[],
  took: Intake,
  options: IngestOptions,
  signal: AbortSignal,
): Promise<HeightSource[]> {
  const sources: HeightSource[] = []
  for (const file of files) {
    signal.throwIfAborted()
    try {
      sources.push(await openOne(file, options))
    } catch (error) {
      signal.throwIfAborted()
      took.refused.push({ name: file.name, reason: error instanceof Error ? error.message : String(error) })
    }
  }
  return sources
}

/** The same place twice (hgt and its zip): the first is enough. */
function distinct(sources: readonly HeightSource[]): HeightSource[] {
  const seen = new Set<string>()
  return sources.filter(({ extent, step }) => {
    const key = JSON.stringify([extent, step])
    return !seen.has(key) && seen.add(key)
  })
}

type TerrainContext = IngestContext & { signal: AbortSignal; source: string; attribution: string }

/** What a stored grid was made from, so that the same files make nothing new. */
interface Remembered {
  print: string
  report: TerrainReport
}

/** Hash of the files' bytes and of what is made of them. */
async function fingerprint(plan: Mosaic, files: readonly InputFile[], words: string): Promise<string> {
  const hash = createHash('sha256').update(
    JSON.stringify([1, plan.west, plan.south, plan.east, plan.north, plan.columns, plan.rows, words]),
  )
  const used = new Set(plan.sources.map(({ name }) => name))
  for (const file of files) if (used.has(file.name)) for await (const chunk of file.open()) hash.update(chunk)
  return hash.digest('hex')
}

async function remembered(
  { db, heightsDir }: TerrainContext,
  name: string,
  print: string,
): Promise<TerrainReport | null> {
  const [row] = await db.query<{ value: Remembered }>('select value from meta where key = $1', [
    `ingest:heights:${name}`,
  ])
  return row?.value.print === print && existsSync(join(heightsDir, name, 'grid.json')) ? row.value.report : null
}

async function remember({ db }: TerrainContext, name: string, value: Remembered): Promise<void> {
  await db.query(
    'insert into meta (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value',
    [`ingest:heights:${name}`, JSON.stringify(value)],
  )
}

/** Makes one grid, or finds it made. */
async function makeGrid(
  name: string,
  plan: Mosaic,
  words: string,
  files: readonly InputFile[],
  dryRun: boolean,
  context: TerrainContext,
): Promise<TerrainReport> {
  const { signal, heightsDir, attribution, onProgress } = context
  const print = dryRun ? '' : await fingerprint(plan, files, words)
  const before = dryRun ? null : await remembered(context, name, print)
  if (before) return before
  const { west, south, east, north, columns, rows, resolutionM } = plan
  const lines = plan.heights(signal, (row) => onProgress?.({ stage: 'terrain', done: row, total: rows }))
  if (dryRun) for await (const _ of lines) signal.throwIfAborted()
  else
    await writeHeightGrid(
      heightsDir,
      name,
      { west, south, east, north, columns, rows, resolutionM, dataDate: '', datum: words, attribution },
      lines,
    )
  const { voids, filled, low, high } = plan.tally
  const known = low <= high
  const report = {
    name,
    columns,
    rows,
    resolutionM,
    voids,
    filled,
    low: known ? low : null,
    high: known ? high : null,
    datum: words,
  }
  if (!dryRun) await remember(context, name, { print, report })
  return report
}

/**
 * Makes height grids of the terrain files: `<source>` for the first group of touching ones, `<source>-2` … for others.
 * Grids whose files have not changed are left alone. A dry run reads and counts without writing.
 */
export async function storeTerrain(
  files: readonly InputFile[],
  took: Intake,
  options: IngestOptions,
  context: TerrainContext,
): Promise<StoredTerrain> {
  const { signal, source } = context
  const stored: StoredTerrain = { grids: [], crs: [], datum: null, extent: null }
  const sources = distinct(await openAll(files, took, options, signal))
  const assumed = sources.filter(({ datum }) => datum === null && !options.datum).map(({ name }) => name)
  if (assumed.length > 0) {
    took.note(
      `heights of ${assumed.slice(0, 3).join(', ')} say no datum; taken as above mean sea level (EGM96): --datum ellipsoidal if they are not`,
    )
  }
  const datum = (each: HeightSource): HeightDatum => options.datum ?? each.datum ?? 'egm96'
  for (const group of groups(sources)) {
    const refuse = (error: unknown) => {
      for (const { name: file } of group) took.refused.push({ name: file, reason: (error as Error).message })
    }
    let plan: Mosaic
    try {
      plan = mosaic(group, datum)
    } catch (error) {
      refuse(error)
      continue
    }
    const words = [...new Set(group.map(datum))].join(', ').replace('egm96', 'EGM96')
    const name = stored.grids.length === 0 ? source : `${source}-${stored.grids.length + 1}`
    let report: TerrainReport
    try {
      report = await makeGrid(name, plan, words, files, options.dryRun ?? false, context)
    } catch (error) {
      signal.throwIfAborted()
      if (plan.tally.low <= plan.tally.high) throw error
      refuse(error)
      continue
    }
    stored.grids.push(report)
    stored.datum = words
    stored.extent ??= [plan.west, plan.south, plan.east, plan.north]
  }
  stored.crs = [...new Set(sources.map((each) => each.crs))]
  return stored
}
