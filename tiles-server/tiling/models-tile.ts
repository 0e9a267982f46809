/** A stored model → GLB tiles and the tree they hang in, all in the model's own frame: moving a model cuts nothing. */
import { hash } from 'node:crypto'
import { writeModelGlb } from '../../data/formats/glb-model.ts'
import type { TableColumn } from '../../data/formats/glb-table.ts'
import { type ModelExtent, type ModelNode, planModel } from '../../data/mesh/model-plan.ts'
import { modelSurfaces, partsBox, stepsOf } from '../../data/mesh/model-surface.ts'
import type { PlacedModel, StoredElement, StoredTexture } from '../db/model-store.ts'
import type { TileStore } from './tile-store.ts'

const ENDING: Record<string, string> = { 'image/png': 'png', 'image/jpeg': 'jpg', 'image/webp': 'webp' }

/** What cutting one model gave. */
export interface CutModel {
  /** content files in `models/c/` */
  files: string[]
  bytes: number
  tiles: number
}

function extents(elements: readonly StoredElement[]): ModelExtent[] {
  const found: ModelExtent[] = []
  for (const [index, { parts }] of elements.entries()) {
    const triangles = parts.reduce((sum, { indices }) => sum + indices.length / 3, 0)
    if (triangles > 0) found.push({ index, box: partsBox(parts), triangles })
  }
  return found
}

function columns(rows: readonly StoredElement[], kinds: readonly string[]): TableColumn[] {
  return [
    { name: 'id', type: 'string', values: rows.map(({ id }) => id) },
    { name: 'kind', type: 'uint16', values: Uint16Array.from(rows, ({ kind }) => kind), description: kinds.join(' ') },
    { name: 'storey', type: 'uint16', values: Uint16Array.from(rows, ({ storey }) => storey) },
    { name: 'system', type: 'uint16', values: Uint16Array.from(rows, ({ system }) => system) },
  ]
}

/** z-up steps → y-up metres of the tile. */
function nodeMatrix([x, y, z]: readonly number[], step: number): number[] {
  return [step, 0, 0, 0, 0, 0, -step, 0, 0, step, 0, 0, x, z, -y, 1]
}

/** A 3D Tiles box around a node: centre and half axes. */
const boxVolume = (box: Float64Array): { box: number[] } => {
  const half = [0, 1, 2].map((axis) => Math.max(0.01, (box[axis + 3] - box[axis]) / 2))
  const centre = [0, 1, 2].map((axis) => (box[axis + 3] + box[axis]) / 2)
  return { box: [...centre, half[0], 0, 0, 0, half[1], 0, 0, 0, half[2]] }
}

/**
 * Cuts one model into `models/c/*.glb` and `models/<id>.json`, an external tileset without a place.
 * @returns null when nothing of the model has a shape
 */
export async function cutModel(
  model: PlacedModel,
  elements: readonly StoredElement[],
  store: TileStore,
  textures: readonly StoredTexture[] = [],
): Promise<(CutModel & { root: object; error: number }) | null> {
  const plan = planModel(extents(elements))
  if (!plan) return null
  const result: CutModel = { files: [], bytes: 0, tiles: 0 }
  const pictures: string[] = []
  for (const { mime, bytes } of textures) {
    const name = `${hash('sha1', bytes, 'base64url').slice(0, 20)}.${ENDING[mime] ?? 'png'}`
    result.bytes += await store.put(`models/c/${name}`, bytes, { compress: false })
    result.files.push(name)
    pictures.push(name)
  }
  const describe = async (node: ModelNode): Promise<object> => {
    const rows = node.elements.map(({ index }) => elements[index])
    const steps = stepsOf(node.box)
    const pieces = rows.map(({ storey, parts }, feature) => ({ feature, storey, parts }))
    const surfaces = modelSurfaces(pieces, steps, node.error / 2)
    let content: object = {}
    if (surfaces.length) {
      const table = { name: 'element', count: rows.length, columns: columns(rows, model.kinds) }
      const glb = writeModelGlb(surfaces, nodeMatrix(steps.origin, steps.step), table, pictures)
      const name = `${hash('sha1', glb, 'base64url').slice(0, 20)}.glb`
      result.bytes += await store.put(`models/c/${name}`, glb, { compress: 'large' })
      result.files.push(name)
      result.tiles++
      content = { content: { uri: `c/${name}` } }
    }
    const children: object[] = []
    for (const child of node.children) children.push(await describe(child))
    return {
      boundingVolume: boxVolume(node.box),
      geometricError: Math.round(node.error * 1000) / 1000,
      refine: 'REPLACE',
      ...content,
      ...(children.length ? { children } : {}),
    }
  }
  const root = await describe(plan)
  return { ...result, root, error: Math.max(plan.error * 4, 4) }
}
