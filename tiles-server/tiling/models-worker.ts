/** Worker thread of the models cutter: one stored model in, its tiles on disk out. */
import { workerData } from 'node:worker_threads'
import { modelReady } from '../../data/mesh/model-surface.ts'
import { type PlacedModel, readElements, readTexture } from '../db/model-store.ts'
import { cutModel } from './models-tile.ts'
import { openTileStore } from './tile-store.ts'
import { answer } from './worker-answer.ts'

const { root, modelsDir } = workerData as { root: string; modelsDir: string }
const store = openTileStore(root)

answer<PlacedModel, Awaited<ReturnType<typeof cutModel>>>(async (model) => {
  await modelReady
  const kinds = model.textures ?? []
  const textures = await Promise.all(
    kinds.map(async (mime, i) => ({ mime, bytes: await readTexture(modelsDir, model, i) })),
  )
  return { value: await cutModel(model, await readElements(modelsDir, model), store, textures) }
})
