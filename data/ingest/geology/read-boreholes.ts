/** Files of boreholes into the intake: AGS, and CSV and XLSX tables that name holes; placed, given collars, their logs made whole. */
import { readAgs } from '../../formats/ags.ts'
import { readCsv } from '../../formats/csv.ts'
import type { RecordTable } from '../../formats/record-table.ts'
import { readXlsx } from '../../formats/xlsx.ts'
import type { LayerName } from '../../geo/city-feature.ts'
import { undulation } from '../../geo/geoid.ts'
import type { HeightDatum } from '../../geo/height-source.ts'
import { boreholeFeature, type WaterLevel } from '../../geology/borehole.ts'
import { type InputFile, wholeFile } from '../input-file.ts'
import type { Intake } from '../intake.ts'
import type { Confirmed } from '../networks/confirm.ts'
import type { DraftTable } from '../networks/draft.ts'
import { type Anchor, placeDrafts } from '../networks/place.ts'
import { confirmedHoles, holesMapping } from './confirm.ts'
import type { BoreholeDrafts, DraftHole } from './draft.ts'
import { draftsFromAgs } from './from-ags.ts'
import { holesFromTable, type OpenTable, rowsFromTable } from './from-table.ts'
import { makeLog } from './make-log.ts'

/** What a person may say. */
export interface BoreholeOptions {
  crs?: string
  datum?: HeightDatum
  anchor?: Anchor
  /** confirmed meanings of columns */
  map?: Confirmed
}

/** What came of the borehole files. */
export interface BoreholesRead {
  /** what collars stand on; null without holes */
  datum: string | null
  /** tables with what their columns were taken for */
  tables: { file: string; table: string; mapping: ReturnType<typeof holesMapping> }[]
}

const MOST_BYTES = 2 ** 31 - 1
const TABLES: ReadonlySet<string> = new Set(['csv', 'xlsx'])
/** Collars that lie farther from the stored ground are told, metres. */
const FAR_M = 15

async function tablesOf(file: InputFile): Promise<RecordTable[]> {
  const bytes = await wholeFile(file, MOST_BYTES)
  const stem = (file.name.split('/').pop() ?? file.name).replace(/\.[^.]+$/, '')
  return file.kind === 'csv' ? [readCsv(bytes, stem)] : readXlsx(bytes)
}

/**
 * Which files hold boreholes: AGS; tables whose columns or `--map` say so, or all tables `--as boreholes`. Damaged tables are left to
 * others.
 *
 * @throws {Error} when `--map` names a column that is not there
 */
export async function boreholeFiles(
  files: readonly InputFile[],
  as: LayerName | undefined,
  map?: Confirmed,
): Promise<InputFile[]> {
  const found: InputFile[] = []
  for (const file of files) {
    if (file.kind === 'ags') found.push(file)
    else if (TABLES.has(file.kind) && (as === undefined || as === 'boreholes')) {
      const tables = await tablesOf(file).catch(() => [])
      if (as === 'boreholes' || tables.some((table) => confirmedHoles(table, map, file.name) !== null)) found.push(file)
    }
  }
  return found
}

function draftTable(file: InputFile, name: string, format: string, notes: readonly string[] = []): DraftTable {
  return {
    file: file.name,
    name,
    group: '',
    format,
    crs: null,
    datum: null,
    schematic: false,
    model: null,
    records: 0,
    rejected: 0,
    notes: [...notes],
  }
}

/** Opens all files; a damaged one gives nothing. */
async function open(
  files: readonly InputFile[],
  drafts: BoreholeDrafts,
  took: Intake,
  map: Confirmed | undefined,
): Promise<BoreholesRead['tables']> {
  const waiting: OpenTable[] = []
  for (const file of files) {
    const before = [drafts.tables.length, drafts.holes.length, waiting.length] as const
    const refuse = (id: string, reason: string) => {
      took.file = file.name
      took.rejected('records', id.slice(0, 200), reason)
    }
    try {
      if (file.kind === 'ags') {
        const index = drafts.tables.push(draftTable(file, '', 'ags')) - 1
        draftsFromAgs(readAgs(await wholeFile(file, MOST_BYTES)), drafts, index, refuse)
        continue
      }
      for (const table of await tablesOf(file)) {
        const columns = confirmedHoles(table, map, file.name)
        if (!columns) continue
        const index = drafts.tables.push(draftTable(file, table.name, file.kind, table.notes)) - 1
        drafts.tables[index]!.notes.push(`columns: ${columns.evidence.join(', ')}`)
        const opened: OpenTable = { table, columns, index, refuse }
        holesFromTable(opened, drafts)
        waiting.push(opened)
      }
    } catch (error) {
      ;[drafts.tables.length, drafts.holes.length, waiting.length] = before
      took.refused.push({ name: file.name, reason: error instanceof Error ? error.message : String(error) })
    }
  }
  for (const opened of waiting) {
    took.file = drafts.tables[opened.index]!.file
    rowsFromTable(opened, drafts)
  }
  return waiting.map(({ table, columns, index }) => ({
    file: drafts.tables[index]!.file,
    table: table.name,
    mapping: holesMapping(columns),
  }))
}

/** Degrees that name no system are WGS 84; anything else needs one, or an anchor. */
function nameDegrees({ tables, holes }: BoreholeDrafts): void {
  for (const [t, table] of tables.entries()) {
    const own = holes.filter((hole) => hole.table === t)
    const degrees = own.every(({ at: [x, y] }) => Math.abs(x) <= 180 && Math.abs(y) <= 90 && !(x === 0 && y === 0))
    // a local grid of some hundred metres also looks like degrees: a place has decimals
    const fine = own.some(({ at }) => at.every((value) => Math.abs(value * 1000 - Math.round(value * 1000)) > 1e-6))
    if (table.crs === null && own.length > 0 && degrees && fine) table.crs = 'EPSG:4326'
  }
}

/** The collar above the ellipsoid, and how it was taken when the file does not say. */
function collarOf(
  hole: DraftHole,
  datum: HeightDatum,
  sample: (lng: number, lat: number) => number,
): { collar: number; estimate: string } {
  const [lng, lat] = hole.at
  const ground = sample(lng, lat)
  if (Number.isFinite(hole.collar) && Math.abs(hole.collar) < 9000)
    return { collar: datum === 'ellipsoidal' ? hole.collar : hole.collar + undulation(lng, lat), estimate: '' }
  if (Number.isFinite(ground))
    return { collar: ground, estimate: '孔口高程未知：取地形高程 / collar unknown: the ground taken' }
  return { collar: undulation(lng, lat), estimate: '孔口高程未知：取平均海平面 / collar unknown: mean sea level taken' }
}

/** Water as depths; heights are told from the collar of the file's own datum. */
function waterOf(hole: DraftHole): WaterLevel[] {
  return hole.water.flatMap(({ depth, z, kind, date }): WaterLevel[] => {
    const below = Number.isFinite(depth) ? depth : hole.collar - z
    if (!Number.isFinite(below) || below < -50 || below > 1000) return []
    return [{ depth: Math.round(below * 1000) / 1000, kind, ...(date ? { date } : {}) }]
  })
}

/**
 * Reads all borehole files of a run into the intake.
 *
 * @param sample stored ground, metres above the ellipsoid, NaN unknown
 * @throws {Error} when coordinates name no system and no anchor is given
 */
export async function readBoreholes(
  files: readonly InputFile[],
  took: Intake,
  options: BoreholeOptions,
  sample: (lng: number, lat: number) => number,
  signal: AbortSignal,
): Promise<BoreholesRead> {
  const drafts: BoreholeDrafts = { tables: [], holes: [] }
  const tables = await open(files, drafts, took, options.map)
  if (drafts.holes.length === 0) {
    for (const { file } of drafts.tables) {
      took.file = file
      took.note('boreholes: no hole with a place; expected a table with coordinates of the holes beside it')
    }
    return { datum: null, tables }
  }
  nameDegrees(drafts)
  for (const name of placeDrafts(
    { tables: drafts.tables, pipes: [], nodes: drafts.holes },
    options.crs,
    options.anchor ?? null,
  ))
    took.crs.add(name)
  const ids = idsOf(drafts, took.source)
  const counts = { layers: 0, water: 0, far: 0, datums: new Set<string>() }
  for (const [i, hole] of drafts.holes.entries()) {
    signal.throwIfAborted()
    const table = drafts.tables[hole.table]!
    took.file = table.file
    const datum = options.datum ?? table.datum ?? 'egm96'
    counts.datums.add(options.datum || table.datum ? datum : 'egm96 (assumed)')
    const refuse = (id: string, reason: string) => took.rejected('records', id.slice(0, 200), reason)
    const { strata, depth, repairs } = makeLog(hole, refuse)
    const water = waterOf(hole)
    const { collar, estimate } = collarOf(hole, datum, sample)
    const [lng, lat] = hole.at
    if (estimate === '' && Math.abs(collar - sample(lng, lat)) > FAR_M) counts.far++
    if (repairs.length > 0) took.repaired('boreholes', ids[i]!, repairs)
    counts.layers += strata.length
    counts.water += water.length
    const feature = boreholeFeature(
      { id: ids[i]!, source: took.source, lng, lat, collar, depth, strata, water },
      { class: hole.class, name: hole.id, attributes: hole.attributes, ...(estimate ? { estimate } : {}) },
    )
    const wait = took.take(feature)
    if (wait) await wait
  }
  for (const { file, name, notes } of drafts.tables) {
    took.file = name && !file.startsWith(name) ? `${file}/${name}` : file
    for (const note of notes) took.note(note)
  }
  took.file = ''
  took.note(`boreholes: ${drafts.holes.length} holes, ${counts.layers} layers, ${counts.water} water levels`)
  if (counts.far > 0)
    took.note(
      `${counts.far} collars lie more than ${FAR_M} m from the stored ground: another datum (--datum), or another place?`,
    )
  return { datum: [...counts.datums].join(', '), tables }
}

/** Ids of the city: the hole's own, with its table's name where two tables have the same. */
function idsOf({ tables, holes }: BoreholeDrafts, source: string): string[] {
  const times = new Map<string, number>()
  for (const { id } of holes) times.set(id, (times.get(id) ?? 0) + 1)
  const used = new Set<string>()
  return holes.map(({ id, table }) => {
    const stem = tables[table]!.file.replace(/\.[^.]+$/, '').slice(-60)
    let name = `${source}:${(times.get(id) ?? 0) > 1 ? `${stem}:` : ''}${id}`.slice(0, 190)
    for (let n = 2; used.has(name); n++) name = `${name.replace(/~\d+$/, '')}~${n}`
    used.add(name)
    return name
  })
}
