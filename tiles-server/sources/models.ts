/** Building models the city has: where they stand, their storeys, systems and kinds of element. */
import { dirname, join } from 'node:path'
import { listModels, type PlacedModel, readHead } from '../db/model-store.ts'

/** A model as the page lists it. */
export type ModelSummary = Omit<PlacedModel, 'given'>

const summary = ({ given: _, ...model }: PlacedModel): ModelSummary => model

/** All models, by id. @param heightsDir folder of the height grids; the models lie beside it */
export function readModelList(heightsDir: string): ModelSummary[] {
  return listModels(join(dirname(heightsDir), 'models')).map(summary)
}

/** One model; null when there is none of that id. */
export function readModel(heightsDir: string, id: string): ModelSummary | null {
  const head = readHead(join(dirname(heightsDir), 'models'), id)
  return head && summary(head)
}
