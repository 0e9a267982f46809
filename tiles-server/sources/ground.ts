/** The ground as an entry of the collections: which height grids there are, and where they came from. */
import type { Database } from '../db/database.ts'
import { listHeightGrids } from '../db/height-store.ts'
import type { SourceSummary } from './collections.ts'

/** A height grid's source. */
export interface GroundSource extends SourceSummary {
  /** spacing of the measurements, metres */
  resolutionM: number
  /** metres above the WGS 84 ellipsoid; null when nothing is known */
  low: number | null
  high: number | null
}

/** The ground of the city. */
export interface GroundSummary {
  /** degrees: west, south, east, north, around all grids */
  bbox: [number, number, number, number]
  /** finest first */
  sources: GroundSource[]
}

/**
 * Reads the headers of the height grids; title and kind of a grid are those of the data set it came with.
 * @param heightsDir folder of the grids
 * @returns null when there is none
 */
export async function readGround(db: Database, heightsDir: string): Promise<GroundSummary | null> {
  const grids = listHeightGrids(heightsDir)
  if (grids.length === 0) return null
  // a data set whose files do not touch has further grids: monaco, monaco-2 …
  const names = grids.flatMap(({ source }) => [source, source.replace(/-\d+$/, '')])
  const rows = await db.query<{ id: string; title: string; titleEn: string | null; synthetic: boolean }>(
    'select id, title, title_en as "titleEn", synthetic from source where id = any($1)',
    [names],
  )
  const found = new Map(rows.map((row) => [row.id, row]))
  const sources = grids.map((grid): GroundSource => {
    const row = found.get(grid.source) ?? found.get(grid.source.replace(/-\d+$/, ''))
    return {
      id: grid.source,
      title: row?.title ?? grid.source,
      titleEn: row?.titleEn ?? null,
      attribution: grid.attribution,
      dataDate: grid.dataDate || null,
      crs: 'EPSG:4326',
      datum: grid.datum || null,
      synthetic: row?.synthetic ?? false,
      resolutionM: grid.resolutionM,
      low: grid.minHeight,
      high: grid.maxHeight,
    }
  })
  const west = Math.min(...grids.map((grid) => grid.west))
  const south = Math.min(...grids.map((grid) => grid.south))
  const east = Math.max(...grids.map((grid) => grid.east))
  const north = Math.max(...grids.map((grid) => grid.north))
  return { bbox: [west, south, east, north], sources }
}
