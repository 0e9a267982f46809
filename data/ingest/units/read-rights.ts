/** Registers of units and legal volumes: tables by floor and room, outlines with heights → layers `units` and `volumes`. */
import type { Geometry, Polygon, Position } from 'geojson'
import type { Database } from '../../../tiles-server/db/database.ts'
import { openHeights } from '../../../tiles-server/db/height-store.ts'
import { readCsv } from '../../formats/csv.ts'
import type { RecordTable } from '../../formats/record-table.ts'
import { readXlsx } from '../../formats/xlsx.ts'
import type { LayerName } from '../../geo/city-feature.ts'
import { type Converter, converter } from '../../geo/crs.ts'
import { undulation } from '../../geo/geoid.ts'
import type { IngestOptions } from '../ingest.ts'
import { type InputFile, wholeFile } from '../input-file.ts'
import type { Intake } from '../intake.ts'
import { openGeojson } from '../networks/open-geojson.ts'
import { isRegister, type RightRole, rolesOf } from './column-words.ts'
import { heightsOf, numberIn, type RightRow, type RightsRun, rightFeature, rowOf } from './right-feature.ts'
import { type KnownBuilding, splitFloors } from './split-floors.ts'

const MOST_BYTES = 2 ** 29
/** Names of files that hold units, and volumes. */
const NAMES: ['units' | 'volumes', RegExp][] = [
  ['units', /分层分户|分户|不动产单元|房屋户|(^|[^a-z])(units|rooms|storeys|apartments)([^a-z]|$)/i],
  [
    'volumes',
    /三维地籍|产权空间|权属空间|地下空间|(^|[^a-z])(legal.?volumes?|volumes|cadast(re|ral)|3d.?parcels?)([^a-z]|$)/i,
  ],
]

/** A file that is a register, opened. */
export interface RightsFile {
  file: InputFile
  layer: 'units' | 'volumes'
  tables: RecordTable[]
}

/** Which files are registers: by `--as`, by their columns, or (GeoJSON) by their name. Damaged ones are left to who reads them else. */
export async function findRights(
  files: readonly InputFile[],
  as: LayerName | undefined,
  signal: AbortSignal,
): Promise<RightsFile[]> {
  const found: RightsFile[] = []
  if (as !== undefined && as !== 'units' && as !== 'volumes') return found
  for (const file of files) {
    const bare = file.name.split('/').pop() ?? ''
    const named = as ?? NAMES.find(([, test]) => test.test(bare))?.[0]
    if (file.kind === 'geojson' && named) found.push({ file, layer: named, tables: await openGeojson(file, signal) })
    if (file.kind !== 'csv' && file.kind !== 'xlsx') continue
    const tables = await readTables(file).catch(() => [])
    const registers = tables.filter(({ columns }) => as !== undefined || isRegister(columns))
    if (registers.length > 0)
      found.push({ file, layer: as ?? (named === 'volumes' ? named : 'units'), tables: registers })
  }
  return found
}

async function readTables(file: InputFile): Promise<RecordTable[]> {
  const bytes = await wholeFile(file, MOST_BYTES)
  return file.kind === 'csv' ? [readCsv(bytes, file.name)] : readXlsx(bytes)
}

/** Positions into degrees; null when one cannot be placed. */
function inDegrees(geometry: Geometry, convert: Converter): Geometry | null {
  let lost = false
  const walk = (value: unknown): unknown => {
    const list = value as unknown[]
    if (typeof list[0] !== 'number') return list.map(walk)
    const [lng, lat] = convert(list[0], Number(list[1]))
    if (!(Math.abs(lng) <= 180 && Math.abs(lat) <= 90)) lost = true
    return [lng, lat, ...list.slice(2)]
  }
  if (geometry.type === 'GeometryCollection') return null
  const turned = { ...geometry, coordinates: walk(geometry.coordinates) } as Geometry
  return lost ? null : turned
}

/** A row that waits for its building. */
interface Waiting {
  row: RightRow
  id: string
  height: number
}

/** Reads registers into the intake. Rows without an outline are placed in their building, which the city must have. */
export async function readRights(
  registers: readonly RightsFile[],
  took: Intake,
  options: IngestOptions,
  { db, heightsDir, signal }: { db: Database; heightsDir: string; signal: AbortSignal },
): Promise<void> {
  if (registers.length === 0) return
  const heights = openHeights(heightsDir)
  try {
    for (const { file, layer, tables } of registers) {
      took.file = file.name
      for (const table of tables) {
        const roles = rolesOf(table.columns)
        took.note(`${layer} by columns ${[...roles].map(([role, column]) => `${role} = ${column}`).join(', ')}`)
        const run: RightsRun = {
          layer,
          roles,
          ellipsoidal: options.datum === 'ellipsoidal',
          ground: (lng, lat) => heights.sample(lng, lat),
        }
        const waiting = await readTable(table, run, took, options, signal)
        await placeWaiting(waiting, run, took, db)
      }
    }
  } finally {
    heights.close()
  }
}

async function readTable(
  table: RecordTable,
  run: RightsRun,
  took: Intake,
  options: IngestOptions,
  signal: AbortSignal,
): Promise<Waiting[]> {
  const system = options.crs ?? table.crs ?? 'EPSG:4326'
  const convert = converter(system)
  const waiting: Waiting[] = []
  for (const { row: line, geometry, attributes, problem } of table.records()) {
    signal.throwIfAborted()
    const row = rowOf(attributes, run)
    const own = attributes['@id'] ?? attributes.id
    const id = row.id ?? String(own ?? `${took.source}-${table.name}-${line}`).slice(0, 200)
    const refuse = (reason: string): void => {
      took.layer(run.layer).read++
      took.rejected(run.layer, id, reason)
    }
    if (problem) refuse(problem)
    else if (geometry) {
      const placed = inDegrees(geometry, convert)
      const found = placed ? heightsOf(attributes, placed, run) : `outside of ${system}`
      if (typeof found === 'string' || !placed) refuse(String(found))
      else {
        if (row.repairs.length > 0) took.repaired(run.layer, id, row.repairs)
        const wait = took.take(rightFeature(run.layer, id, placed, row, found))
        if (wait) await wait
      }
    } else if (run.layer === 'volumes') refuse('no outline; expected a polygon with heights')
    else if (row.building === null || row.floor === null) refuse('no outline, and no building and floor to place it by')
    else waiting.push({ row, id, height: numberIn(attributes[run.roles.get('height' satisfies RightRole) ?? '']) })
  }
  return waiting
}

/** Buildings of the city by id, else by name or address. */
async function findBuilding(
  db: Database,
  named: string,
  run: RightsRun,
): Promise<(KnownBuilding & { id: string }) | null> {
  const [row] = await db.query<{ id: string; geometry: Polygon; style: Record<string, unknown> }>(
    `select id, st_asgeojson((st_dump(geom)).geom, 9)::jsonb as geometry, style from feature
     where layer = 'buildings' and (id = $1 or style ->> 'name' = $1 or style ->> 'address' = $1)
     order by id = $1 desc, st_area(geom) desc, id limit 1`,
    [named],
  )
  if (!row) return null
  const ring = row.geometry.coordinates[0] as Position[]
  const [lng, lat] = [0, 1].map((i) => ring.reduce((sum, at) => sum + at[i], 0) / ring.length)
  const ground = run.ground(lng, lat)
  const base = Number.isFinite(ground) ? ground : undulation(lng, lat)
  return { id: row.id, ring, height: Number(row.style.height) || 0, levels: Number(row.style.levels) || 0, base }
}

async function placeWaiting(waiting: readonly Waiting[], run: RightsRun, took: Intake, db: Database): Promise<void> {
  const byBuilding = Map.groupBy(waiting, ({ row }) => row.building as string)
  for (const [named, members] of byBuilding) {
    const building = await findBuilding(db, named, run)
    const places = building
      ? splitFloors(
          building,
          members.map(({ row, height }) => ({ floor: row.floor as number, area: Number(row.style.area) || 0, height })),
        )
      : []
    for (const [i, { row, id }] of members.entries()) {
      const place = places[i]
      if (!building || !place) {
        took.layer(run.layer).read++
        const reason = building
          ? `floor ${row.floor} is no floor of ${named}`
          : `no building ${named} in the city; expected its id, name or address, stored before`
        took.rejected(run.layer, id, reason)
        continue
      }
      if (row.repairs.length > 0) took.repaired(run.layer, id, row.repairs)
      const { ring, estimate, ...heights } = place
      const style = { ...row.style, building: building.id, estimated: true, estimate }
      const feature = rightFeature(run.layer, id, { type: 'Polygon', coordinates: [ring] }, { ...row, style }, heights)
      const wait = took.take(feature)
      if (wait) await wait
    }
  }
}
