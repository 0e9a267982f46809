/** Building models the city has: where they stand, their storeys, systems and kinds of element. */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Facet } from '../db/model-facets.ts'
import { listModels, type PlacedModel, readFacets, readHead } from '../db/model-store.ts'

/** A model as the page lists it; `given` tells whether there is a place to go back to. */
export type ModelSummary = Omit<PlacedModel, 'given'> & { given: boolean }

const summary = ({ given, ...model }: PlacedModel): ModelSummary => ({ ...model, given: given !== null })

/** The folder of the models. @param heightsDir folder of the height grids; the models lie beside it */
export const modelsDirOf = (heightsDir: string): string => join(dirname(heightsDir), 'models')

/** All models, by id. @param heightsDir folder of the height grids */
export function readModelList(heightsDir: string): ModelSummary[] {
  return listModels(modelsDirOf(heightsDir)).map(summary)
}

/** One model; null when there is none of that id. */
export function readModel(heightsDir: string, id: string): ModelSummary | null {
  const head = readHead(modelsDirOf(heightsDir), id)
  return head && summary(head)
}

/** Properties of a model's elements; empty for a model of an earlier import. */
export const readModelFacets = (heightsDir: string, { id }: ModelSummary): Facet[] => {
  const head = readHead(modelsDirOf(heightsDir), id)
  return head ? readFacets(modelsDirOf(heightsDir), head) : []
}

interface Tile {
  content?: { uri: string }
  children?: Tile[]
}

/** A tileset of one model without a place, from what the cutter keeps; null until it has cut this revision. */
export function modelTileset(heightsDir: string, { id, revision }: ModelSummary): object | null {
  try {
    const file = join(dirname(heightsDir), 'tiles/models/work/manifest.json')
    const { models } = JSON.parse(readFileSync(file, 'utf8')) as {
      models: Record<string, { revision: string; cut: { root: Tile; error: number } | null }>
    }
    const known = Object.hasOwn(models, id) ? models[id] : undefined
    if (known?.revision !== revision || !known.cut) return null
    const placed = ({ content, children, ...tile }: Tile): Tile => ({
      ...tile,
      ...(content ? { content: { uri: `/tiles/models/${content.uri}` } } : {}),
      ...(children ? { children: children.map(placed) } : {}),
    })
    return { asset: { version: '1.1' }, geometricError: known.cut.error, root: placed(known.cut.root) }
  } catch {
    return null // nothing was ever cut
  }
}
