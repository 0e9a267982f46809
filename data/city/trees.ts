/** Trees: along avenues, in parks, between the slabs of housing compounds, in orchards. */
import type { CityFeature } from '../geo/city-feature.ts'
import type { Block } from './blocks.ts'
import { standing } from './building-features.ts'
import { fullLine, type Way } from './cells.ts'
import { feature } from './feature.ts'
import { type Point, toDegrees } from './frame.ts'
import type { Plan } from './plan.ts'
import { area, boundsOf, inside } from './polygon.ts'
import { between, type Random, randomOf } from './random.ts'

type Emit = (at: Point, type: string, height: number) => void

/** Both sides of a street, clear of its junctions. */
function avenue(way: Way, step: number, random: Random, emit: Emit): void {
  const line = fullLine(way)
  for (let i = 0; i + 1 < line.length; i++) {
    const [a, b] = [line[i]!, line[i + 1]!]
    const length = Math.hypot(b[0] - a[0], b[1] - a[1])
    const [ux, uy] = [(b[0] - a[0]) / length, (b[1] - a[1]) / length]
    const off = way.widthM / 2 + 1.7
    for (let s = 14; s < length - 13; s += step) {
      for (const side of [-1, 1]) {
        if (random() < 0.12) continue
        emit(
          [a[0] + ux * s - uy * off * side, a[1] + uy * s + ux * off * side],
          random() < 0.03 ? 'palm' : 'broadleaf',
          between(random, 5, 11),
        )
      }
    }
  }
}

/** Scattered in a block's yard, off its buildings. */
function garden(plan: Plan, block: Block, spacing: number, random: Random, emit: Emit): void {
  const drafts = standing(plan, block)
  const [w, s, e, n] = boundsOf(block.yard)
  const count = Math.min(160, Math.floor(area(block.yard) / (spacing * spacing)))
  for (let k = 0; k < count; k++) {
    const at: Point = [between(random, w, e), between(random, s, n)]
    if (!inside(at[0], at[1], block.yard) || drafts.some((one) => inside(at[0], at[1], one.ring))) continue
    const type = random() < 0.08 ? 'palm' : random() < 0.12 ? 'needleleaf' : 'broadleaf'
    emit(
      at,
      block.use === 'orchard' ? 'broadleaf' : type,
      block.use === 'orchard' ? between(random, 2.2, 3.6) : between(random, 4, 13),
    )
  }
}

const SPACING: Partial<Record<string, number>> = {
  park: 15,
  compound: 26,
  oldcompound: 28,
  square: 28,
  orchard: 22,
  school: 34,
  hospital: 28,
  temple: 17,
  grass: 46,
}

/** All trees, in a fixed order; `each` ways and blocks carry their own randomness. */
export function* treeFeatures(plan: Plan): Iterable<CityFeature> {
  let n = 0
  let batch: CityFeature[] = []
  const emit: Emit = (at, type, height) => {
    n++
    batch.push(
      feature(
        'trees',
        `JJ-T-${n}`,
        { type: 'Point', coordinates: toDegrees(at) },
        { class: type, height: Math.round(height * 10) / 10 },
      ),
    )
  }
  for (const [k, way] of plan.net.roads.entries()) {
    if (way.bridge || way.class === 'motorway' || way.widthM < 20) continue
    const [x, y] = way.line[0]!
    if (['rural', 'polder'].includes(plan.net.kindAt(x, y)) || plan.relief.at(x, y) > 20) continue
    avenue(way, 22, randomOf(plan.seed, 51, k), emit)
    yield* batch
    batch = []
  }
  for (const index of plan.active) {
    const quarter = plan.quarter(index)
    const random = randomOf(plan.seed, 52, index)
    for (const way of quarter.streets)
      if (way.class === 'tertiary' || (way.class === 'residential' && way.widthM >= 9)) avenue(way, 34, random, emit)
    for (const block of quarter.blocks) {
      const spacing = SPACING[block.use]
      if (spacing && block.yard.length > 2) garden(plan, block, spacing, random, emit)
    }
    yield* batch
    batch = []
  }
}
