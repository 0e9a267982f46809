/** Keeps city and tiles current while the server runs: makes what is missing at start, cuts again when data change. */
import type { Logger } from 'pino'
import type { Database } from '../db/database.ts'
import type { TileStore } from '../tiling/tile-store.ts'
import { CUTTERS, cutAll } from './cut-all.ts'
import { CITY_STAGES, type CityWish, cityIsMissing, makeCity } from './make-city.ts'
import type { Making } from './progress.ts'

/** What is kept current. */
export interface Kept {
  db: Database
  store: TileStore
  heightsDir: string
  making: Making
  signal: AbortSignal
  /** worker threads for cutting */
  threads: number
  log: Pick<Logger, 'info' | 'error'>
  /** the default city, or null when none is wanted */
  wish: CityWish | null
  /** called with each tileset whose files changed */
  changed(tileset: string): void
  /** seconds until what failed is tried again: at first, and at most, doubled each time; 10 and 600 */
  patience?: { first: number; most: number }
}

/** A failure in words for the page: a full disk is the one that a person can mend. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  if (!/ENOSPC|EDQUOT|no space left|could not extend file/i.test(message)) return message
  return `the disk of the data folder is full (${message.slice(0, 120)}); what was there before is served on; make room, then it goes on by itself`
}

const PATIENCE = { first: 10, most: 600 }

/**
 * Starts the keeping and returns at once; failures end up in the making's reason and in the log, old tiles stay served, and
 * what failed is tried again after a while, ever longer, or at once when data change.
 * @returns `stopped` settles when the work under way at abort has ended
 */
export function keepCurrent(kept: Kept): { stopped(): Promise<void>; cutAgain(): void } {
  const { db, store, heightsDir, making, signal, threads, log } = kept
  const { first, most } = kept.patience ?? PATIENCE
  let wanted = true
  let running: Promise<void> | null = null
  let delay = first
  let retry: NodeJS.Timeout | undefined

  const round = async (): Promise<void> => {
    const missing = kept.wish !== null && (await cityIsMissing(db))
    making.begin([...(missing ? CITY_STAGES : []), ...Object.keys(CUTTERS)])
    if (missing && kept.wish) await makeCity({ db, heightsDir, making, signal }, kept.wish)
    for (const result of await cutAll({ db, store, heightsDir, threads, signal }, making)) {
      if (result.written === 0 && result.removed === 0) continue
      kept.changed(result.tileset)
      log.info(result, 'cut')
    }
    making.end()
  }
  const run = async (): Promise<void> => {
    while (wanted && !signal.aborted) {
      wanted = false
      clearTimeout(retry)
      try {
        await round()
        delay = first
      } catch (error) {
        if (signal.aborted) return
        log.error(error, 'making failed')
        making.end(reasonOf(error), delay)
        retry = setTimeout(cutAgain, delay * 1000)
        retry.unref()
        delay = Math.min(most, delay * 2)
      }
    }
  }
  function cutAgain(): void {
    if (signal.aborted) return
    wanted = true
    running ??= run().finally(() => {
      running = null
    })
  }
  signal.addEventListener('abort', () => clearTimeout(retry), { once: true })
  cutAgain()
  return { cutAgain, stopped: () => running ?? Promise.resolve() }
}
