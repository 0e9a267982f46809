/** All roads of the city as features: coarse network, streets of the built superblocks, islands, ferries. */
import type { CityFeature } from '../geo/city-feature.ts'
import type { Plan } from './plan.ts'
import { ferryFeatures, wayFeatures } from './roads.ts'

/** Roads in a fixed order; ways that meet share the vertex they meet at. */
export function* roadFeatures(plan: Plan): Iterable<CityFeature> {
  let n = 0
  for (const way of plan.net.roads) yield* wayFeatures(way, `JJ-R-${++n}`, plan.relief)
  for (const index of plan.active)
    for (const way of plan.quarter(index).streets) yield* wayFeatures(way, `JJ-R-${++n}`, null)
  for (const way of plan.islands.roads) yield* wayFeatures(way, `JJ-R-${++n}`, null)
  yield* ferryFeatures()
}
