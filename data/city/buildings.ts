/** What stands on a block: one filler per use, each setting out houses in rows so that none touches another, a street or water. */
import type { Block, Use } from './blocks.ts'
import type { Draft, Emit } from './draft.ts'
import { compound, farm, oldtown, temple, village } from './homes.ts'
import { type Random, randomOf } from './random.ts'
import { civic, factory, hospital, mall, offices, school, tanks } from './works.ts'

const FILL: Partial<Record<Use, (block: Block, random: Random, emit: Emit) => void>> = {
  oldtown,
  offices,
  mall,
  tanks,
  school,
  hospital,
  civic,
  temple,
  farm,
  village,
  urbanvillage: village,
  compound: (block, random, emit) => compound(block, random, emit, false),
  oldcompound: (block, random, emit) => compound(block, random, emit, true),
  factory: (block, random, emit) => factory(block, random, emit, false),
  warehouse: (block, random, emit) => factory(block, random, emit, true),
}

/** The buildings of a block, in a fixed order. */
export function buildingsOf(block: Block): Draft[] {
  const out: Draft[] = []
  if (block.yard.length > 2) FILL[block.use]?.(block, randomOf(block.seed, 3), (one) => out.push(one))
  return out
}
