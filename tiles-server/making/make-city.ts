/** Makes the default city: generated in a worker, stored layer by layer; a killed run is made whole by the next. */
import { Worker } from 'node:worker_threads'
import { type CityFeature, LAYERS, type LayerName } from '../../data/geo/city-feature.ts'
import { fillEmptyCity } from '../db/bulk-load.ts'
import type { Database } from '../db/database.ts'
import { remember } from '../db/meta.ts'
import { storeLayer, storeSource } from '../db/store-layer.ts'
import type { CityOrder, CityReply } from './city-worker.ts'
import type { Making } from './progress.ts'

/** The dataset name of the default city. */
export const DEMO_SOURCE = 'jiaojiang-demo'

/** What to generate. */
export interface CityWish {
  seed: number
  buildings: number
  tiny: boolean
}

/**
 * Reads `--city jiaojiang | tiny | none`, `--buildings` and `--seed`.
 * @returns null for `none`
 * @throws {RangeError} naming the word and what is allowed
 */
export function readWish(words: Record<string, string | boolean>): CityWish | null {
  const whole = (name: string, fallback: number): number => {
    const value = Number(words[name] ?? fallback)
    if (Number.isSafeInteger(value) && value >= 0) return value
    throw new RangeError(`config: bad ${name}, got ${words[name]}; expected a whole number`)
  }
  const city = words.city ?? 'jiaojiang'
  if (city === 'none') return null
  if (city !== 'jiaojiang' && city !== 'tiny')
    throw new RangeError(`config: unknown city, got ${city}; expected jiaojiang | tiny | none`)
  return { seed: whole('seed', 20260701), buildings: whole('buildings', 42_000), tiny: city === 'tiny' }
}

/** The stages of `makeCity` in order, for `making.begin`. */
export const CITY_STAGES = ['generate', ...LAYERS.map((layer) => `store-${layer}`)]

/** @returns true when nothing is stored yet, or when the default city was begun and not finished */
export async function cityIsMissing(db: Database): Promise<boolean> {
  const sources = await db.query<{ id: string }>('select id from source')
  if (sources.some(({ id }) => id !== DEMO_SOURCE)) return false
  const [finished] = await db.query("select 1 from meta where key = 'city:finished'")
  return !finished
}

/** Batches generated ahead of those being stored: the generator goes on while a layer is merged. */
const AHEAD = 12

/** Asks the generator for what comes next, always a few steps ahead. */
function follow(worker: Worker): () => Promise<CityReply | null> {
  const arrived: { value?: CityReply; done?: true; error?: string }[] = []
  let failure: Error | null = null
  let wake = (): void => {}
  worker.on('message', (reply) => {
    arrived.push(reply)
    wake()
  })
  worker.on('error', (cause) => {
    failure = new Error(`city: the generator failed: ${cause instanceof Error ? cause.message : cause}`, { cause })
    wake()
  })
  worker.on('exit', () => {
    failure ??= new Error('city: the generator ended')
    wake()
  })
  for (let k = 0; k < AHEAD; k++) worker.postMessage('next')
  return async () => {
    while (!arrived.length && !failure)
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    const reply = arrived.shift()
    if (!reply) throw failure
    worker.postMessage('next')
    if (reply.error !== undefined) throw new Error(`city: ${reply.error}`)
    return reply.value ?? null
  }
}

async function* layerFeatures(next: () => Promise<CityReply | null>, layer: LayerName): AsyncGenerator<CityFeature> {
  for (;;) {
    const reply = await next()
    if (reply?.type !== 'batch' || reply.layer !== layer) throw new Error(`city: out of step, expected ${layer}`)
    yield* reply.features
    if (reply.last) return
  }
}

/**
 * Generates and stores the default city.
 * @param heightsDir folder of the height grids
 * @throws {Error} of the generator or the database; what was stored before stays, each layer whole
 */
export async function makeCity(
  { db, heightsDir, making, signal }: { db: Database; heightsDir: string; making: Making; signal: AbortSignal },
  wish: CityWish,
): Promise<void> {
  const order: CityOrder = { ...wish, heightsDir, source: DEMO_SOURCE }
  const worker = new Worker(new URL('./city-worker.ts', import.meta.url), { workerData: order })
  try {
    const next = follow(worker)
    const ready = await making.stage('generate', next)
    if (ready?.type !== 'ready') throw new Error('city: the generator did not start')
    const { source } = ready
    await storeSource(db, {
      id: DEMO_SOURCE,
      title: source.title.zh,
      titleEn: source.title.en,
      files: [],
      attribution: source.attribution,
      dataDate: source.dataDate,
      crs: 'EPSG:4326',
      datum: 'EGM96',
      synthetic: true,
      report: wish,
    })
    const storeAll = async (): Promise<void> => {
      for (const layer of LAYERS)
        await making.stage(`store-${layer}`, (report) =>
          storeLayer(db, {
            source: DEMO_SOURCE,
            layer,
            features: layerFeatures(next, layer),
            signal,
            onProgress: (done) => report(done, 0),
          }),
        )
    }
    await fillEmptyCity(db, storeAll, signal)
    await remember(db, 'city:finished', wish)
  } finally {
    await worker.terminate()
  }
}
