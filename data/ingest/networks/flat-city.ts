/** A flat city for tests of networks: a database, ground at 4 m, files in folders of their own, and what came of them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from '../../../tiles-server/db/database.ts'
import { writeHeightGrid } from '../../../tiles-server/db/height-store.ts'
import { openTestDatabase } from '../../../tiles-server/db/test-database.ts'
import { converter } from '../../geo/crs.ts'
import { undulation } from '../../geo/geoid.ts'
import { type IngestOptions, ingest } from '../ingest.ts'
import type { IngestReport } from '../report.ts'

/** Middle of the flat city, degrees. */
export const LNG = 121.44
/** Middle of the flat city, degrees. */
export const LAT = 28.66
/** Ground: 4 m above mean sea level, in metres above the ellipsoid. */
export const GROUND = 4 + undulation(LNG, LAT)

/** A row of `pipes` (a line) or `pipe-nodes` (a point). */
export interface NetworkRow {
  id: string
  line: number[][]
  style: Record<string, string | number | boolean>
  attributes: Record<string, unknown>
}

/** An opened flat city. */
export interface FlatCity {
  db: Database
  /** Writes files into a new folder. @returns the folder */
  files(contents: Record<string, string | Uint8Array>): string
  /** Ingests as data set `net` unless the options say another. */
  run(path: string, options?: IngestOptions): Promise<IngestReport>
  stored(layer: 'pipes' | 'pipe-nodes', source?: string): Promise<NetworkRow[]>
  close(): Promise<void>
}

/** Opens a database and lays the ground. */
export async function openFlatCity(): Promise<FlatCity> {
  const folder = mkdtempSync(join(tmpdir(), 'tidewall-networks-'))
  const heightsDir = join(folder, 'city/heights')
  const db = await openTestDatabase()
  const box = { west: LNG - 0.05, east: LNG + 0.05, south: LAT - 0.05, north: LAT + 0.05 }
  const header = {
    ...box,
    columns: 11,
    rows: 11,
    resolutionM: 1000,
    dataDate: '2026-01-01',
    datum: 'EGM96',
    attribution: 'test',
  }
  await writeHeightGrid(
    heightsDir,
    'flat',
    header,
    Array.from({ length: 11 }, () => new Float32Array(11).fill(GROUND)),
  )
  let serial = 0
  return {
    db,
    files(contents) {
      const own = join(folder, `in-${serial++}`)
      mkdirSync(own)
      for (const [name, content] of Object.entries(contents)) writeFileSync(join(own, name), content)
      return own
    },
    run: (path, options = {}) => ingest([path], { source: 'net', ...options }, { db, heightsDir }),
    stored: (layer, source = 'net') =>
      db.query<NetworkRow>(
        `select id, (st_asgeojson(geom)::jsonb) -> 'coordinates' as line, style, attributes from feature where source = $1 and layer = $2 order by id collate "C"`,
        [source, layer],
      ),
    async close() {
      await db.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** How often each rule is broken. */
export function rulesOf(report: IngestReport): Record<string, number> {
  return Object.fromEntries(report.defects.map(({ rule, count }) => [rule, count]))
}

const toGrid = converter('EPSG:4326', 'EPSG:4549')
/** Metres east and north of the middle as a Chinese survey writes them in EPSG:4549: X = north, Y = east. */
export function survey(dx: number, dy: number): string {
  const [east, north] = toGrid(LNG, LAT)
  return `${(north + dy).toFixed(3)},${(east + dx).toFixed(3)}`
}

/** A survey's points. */
export const POINTS = `管点编号,特征,附属物,X坐标,Y坐标,地面高程(m),井深(m)
JS1,起点,,${survey(0, 0)},4.00,
JS2,直线点,阀门井,${survey(50, 0)},4.10,1.8
JS3,三通,,${survey(100, 0)},-9999,
JS4,末端,消火栓,${survey(100, 50)},4.00,
`
/** A survey's lines, with gaps, mixed units, an unknown point and a negative diameter. */
export const LINES = `管线编号,起点点号,终点点号,起点埋深(m),终点埋深(m),管径(mm),材质,埋设年代,权属单位,埋设方式,压力
L1,JS1,JS2,1.20,1.30,DN300,球墨铸铁,1998年,自来水公司,直埋,低压
L2,JS2,JS3,-9999,1.00,0.3,PE,2005-06-01,自来水公司,直埋,
L3,JS3,JS4,0,,500X300,,,,,
L4,JS4,JS9,1,1,200,,,,,
L5,JS4,JS1,1,1,-200,,,,,
`
