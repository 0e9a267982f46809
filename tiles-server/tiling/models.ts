/** Cuts building models into 3D Tiles: each model once, in its own frame; `models/tileset.json` says where they stand. */
import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { placed, placementMatrix } from '../../data/geo/placement.ts'
import { listModels, type PlacedModel } from '../db/model-store.ts'
import type { CutContext, CutResult } from './cut-context.ts'
import { readWork, type WorkManifest, writeWork } from './cut-work.ts'
import type { cutModel } from './models-tile.ts'
import { sphereAround } from './sphere-around.ts'
import { openWorkerPool } from './worker-pool.ts'

const TILESET = 'models'
const VERSION = 1

type Cut = NonNullable<Awaited<ReturnType<typeof cutModel>>>

interface Manifest extends WorkManifest {
  /** by model id; null for one without shapes */
  models: Record<string, { revision: string; cut: Cut | null }>
  /** files of the tileset before this one: open pages may still ask for them */
  previous: string[]
}

/** The folder of the models: beside that of the height grids. */
export const modelsFolder = (heightsDir: string): string => join(dirname(heightsDir), 'models')

/** Cuts models that are new or changed; a model that only moved costs one small file. */
export async function cutModels({ store, heightsDir, threads, signal, report }: CutContext): Promise<CutResult> {
  const started = performance.now()
  const modelsDir = modelsFolder(heightsDir)
  const models = listModels(modelsDir)
  const before = await readWork<Manifest>(store, TILESET, VERSION)
  const manifest: Manifest = { version: VERSION, models: {}, previous: [] }
  const result: CutResult = { tileset: TILESET, tiles: 0, written: 0, removed: 0, bytes: 0, seconds: 0 }
  let done = 0
  const module = new URL('./models-worker.ts', import.meta.url)
  const pool = openWorkerPool<PlacedModel, Cut | null>(module, threads, { root: store.root, modelsDir })
  try {
    await Promise.all(
      models.map(async (model) => {
        const known = before?.models[model.id]
        const same = known?.revision === model.revision
        const cut = same ? known.cut : await pool.run(model)
        manifest.models[model.id] = { revision: model.revision, cut }
        if (!same) result.written += cut?.tiles ?? 0
        report({ tileset: TILESET, done: ++done, total: models.length })
      }),
    )
  } finally {
    await pool.close()
  }
  signal.throwIfAborted()
  for (const { cut } of Object.values(manifest.models)) {
    result.tiles += cut?.tiles ?? 0
    result.bytes += cut?.bytes ?? 0
  }
  const text = JSON.stringify(tilesetOf(models, manifest))
  const old = await store.get(`${TILESET}/tileset.json`)
  if (old && new TextDecoder().decode(old) === text) result.seconds = (performance.now() - started) / 1000
  else {
    manifest.previous = before ? filesOf(before) : []
    await store.put(`${TILESET}/tileset.json`, new TextEncoder().encode(text))
    result.written++
    await writeWork(store, TILESET, manifest)
    const keep = new Set([...filesOf(manifest), ...manifest.previous])
    for (const name of await readdir(join(store.root, TILESET, 'c')).catch(() => [])) {
      const plain = name.replace(/\.(br|gz)$/, '')
      if (keep.has(plain)) continue
      await store.remove(`${TILESET}/c/${plain}`)
      if (plain === name) result.removed++
    }
    result.seconds = (performance.now() - started) / 1000
  }
  return result
}

const filesOf = ({ models }: Manifest): string[] => Object.values(models).flatMap(({ cut }) => cut?.files ?? [])

/** Models with a place, each under its matrix; the root's box is around them all. */
function tilesetOf(models: readonly PlacedModel[], manifest: Manifest): object {
  const children = models.flatMap((model) => {
    const cut = manifest.models[model.id]?.cut
    if (!cut || !model.place) return []
    const root = cut.root as { boundingVolume: object }
    return [
      {
        transform: placementMatrix(model.place),
        boundingVolume: root.boundingVolume,
        geometricError: cut.error,
        refine: 'REPLACE',
        children: [root],
        extras: { model: model.id },
      },
    ]
  })
  const error = Math.max(500, ...children.map(({ geometricError }) => geometricError * 2))
  return {
    asset: { version: '1.1', generator: 'Tidewall' },
    geometricError: error,
    root: {
      boundingVolume: { sphere: sphereOf(models) },
      geometricError: error,
      refine: 'ADD',
      ...(children.length ? { children } : {}),
    },
  }
}

/** A sphere around all corners of all models that stand somewhere: earth-centred metres, then the radius. */
function sphereOf(models: readonly PlacedModel[]): [number, number, number, number] {
  const corners = models.flatMap(({ place, bounds }) => {
    if (!place || !bounds) return []
    const matrix = placementMatrix(place)
    return Array.from({ length: 8 }, (_, i) =>
      placed(matrix, bounds[i & 1 ? 3 : 0], bounds[i & 2 ? 4 : 1], bounds[i & 4 ? 5 : 2]),
    )
  })
  return sphereAround(corners)
}
