/** What every cutter is given, and what it reports while it works. */
import type { Database } from '../db/database.ts'
import type { TileStore } from './tile-store.ts'

/** Progress of one cutter; `total` may grow while the tree is being found. */
export interface CutProgress {
  tileset: string
  /** tiles written or found unchanged */
  done: number
  total: number
}

/** The surroundings of a cut. */
export interface CutContext {
  db: Database
  store: TileStore
  /** folder with the height grids (see db/height-store.ts) */
  heightsDir: string
  /** worker threads a cutter may use, ≥ 1 */
  threads: number
  signal: AbortSignal
  report(progress: CutProgress): void
}

/** What a cutter did. */
export interface CutResult {
  tileset: string
  tiles: number
  written: number
  removed: number
  bytes: number
  seconds: number
}
