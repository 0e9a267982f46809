/** Where people live: old town, villages, compounds, temples, farms. */
import type { Block } from './blocks.ts'
import { draft, type Emit } from './draft.ts'
import { area, boundsOf, centroid } from './polygon.ts'
import { between, pick, type Random } from './random.ts'
import { angled, rectangle, rowAxis, rows } from './rows.ts'

/** Old town: deep rows of small houses wall to wall, gabled. */
export function oldtown(block: Block, random: Random, emit: Emit): void {
  let back = false
  rows(
    block.yard,
    rowAxis(block.yard, false),
    () => ({
      depth: between(random, 8, 12.5),
      gap: (back = !back) ? between(random, 1.2, 3) : between(random, 3, 5.5),
    }),
    () => ({ width: between(random, 4.5, 15), gap: random() < 0.6 ? 0.35 : between(random, 1, 4) }),
    (lot) => {
      const levels = pick(random, [1, 2, 2, 2, 3, 3, 4])
      const plan = lot.w > 11 && random() < 0.35 ? angled(lot, random, pick(random, ['L', 'U', 'L'])) : rectangle(lot)
      const gabled = plan.plain && random() < 0.82
      emit(
        draft(
          lot,
          plan,
          random() < 0.25 ? 'commercial' : 'house',
          levels,
          3.1,
          gabled ? (random() < 0.9 ? 'gabled' : 'hipped') : 'flat',
          Math.min(lot.w, lot.d) * 0.24,
          between(random, 1890, 1995),
        ),
      )
    },
  )
}

/** Villages, in the country and swallowed by the city: rows of houses facing south. */
export function village(block: Block, random: Random, emit: Emit): void {
  const loose = block.kind === 'rural'
  rows(
    block.yard,
    rowAxis(block.yard, true),
    () => ({ depth: between(random, 9.5, 12.5), gap: between(random, 4.5, loose ? 12 : 7.5) }),
    () => {
      const width = random() < 0.3 ? between(random, 7.5, 11) : 3.7 * Math.ceil(between(random, 2, 9))
      return { width, gap: random() < 0.25 ? between(random, 6, loose ? 24 : 12) : between(random, 1.6, 4) }
    },
    (lot) => {
      const roll = random()
      if (roll < 0.05) return
      const levels = roll < 0.2 ? 2 : roll < 0.65 ? 3 : roll < 0.88 ? 4 : 5
      const gabled = random() < (loose ? 0.62 : 0.42)
      const plan =
        !gabled && lot.w > 10 && random() < 0.3
          ? angled(lot, random, pick(random, ['L', 'Z', 'T', 'U']))
          : rectangle(lot)
      emit(
        draft(
          lot,
          plan,
          'house',
          levels,
          3.3,
          gabled ? (random() < 0.78 ? 'gabled' : 'hipped') : random() < 0.08 ? 'skillion' : 'flat',
          Math.min(lot.w, lot.d) * between(random, 0.17, 0.27),
          between(random, 1982, 2019),
        ),
      )
    },
  )
}

/** Housing compounds: slabs in rows facing south, shops along the street before the newer ones. */
export function compound(block: Block, random: Random, emit: Emit, old: boolean): void {
  const size = area(block.yard)
  const storeys = old
    ? pick(random, [5, 6, 6, 7])
    : size < 12_000
      ? pick(random, [11, 18])
      : pick(random, [11, 17, 18, 26, 28, 33, 33])
  const depth = old ? 11.5 : between(random, 13.5, 16.5)
  const gap = old ? between(random, 16, 21) : Math.min(58, 9 + storeys * 1.75)
  const year = old ? between(random, 1988, 2003) : between(random, 2004, 2024)
  const roofed = old && random() < 0.45
  let first = true
  let k = 0
  rows(
    block.yard,
    rowAxis(block.yard, true),
    () => {
      k++
      return { depth: k === 1 && !old ? 12 : depth * (storeys > 20 ? 1.12 : 1), gap: k === 1 && !old ? 16 : gap }
    },
    (left) => {
      if (k === 1 && !old) return { width: Math.min(left - 0.1, between(random, 38, 90)), gap: 9 }
      const width = old ? between(random, 30, 62) : storeys > 20 ? between(random, 27, 40) : between(random, 34, 66)
      return {
        width: left < 24 ? 0 : Math.min(width, left - 0.1),
        gap: between(random, old ? 6 : 13, old ? 10 : storeys > 20 ? 34 : 18),
      }
    },
    (lot) => {
      if (lot.w < 12) return
      if (k === 1 && !old)
        return emit(draft(lot, rectangle(lot), 'commercial', pick(random, [1, 2, 2, 3]), 4.2, 'flat', 0, year))
      if (random() < 0.04) return
      const levels = Math.max(3, storeys + (old ? 0 : pick(random, [0, 0, 0, -1, -2, -3])))
      const plan =
        roofed || random() < 0.2
          ? rectangle(lot)
          : angled(lot, random, storeys > 12 ? pick(random, ['H', 'H', 'Z', 'T']) : 'H')
      const one = draft(lot, plan, 'residential', levels, 3, roofed ? 'hipped' : 'flat', 2.4, year)
      emit(first ? { ...one, notable: 'compound' } : one)
      first = false
    },
  )
}

/** A temple: halls with hipped roofs one behind the other. */
export function temple(block: Block, random: Random, emit: Emit): void {
  let k = 0
  rows(
    block.yard,
    rowAxis(block.yard, true),
    () => (k++ > 3 ? null : { depth: between(random, 12, 17), gap: 12 }),
    (left) => ({ width: left < 16 ? 0 : Math.min(left - 0.1, between(random, 16, 30)), gap: 10 }),
    (lot) =>
      emit({
        ...draft(
          lot,
          rectangle(lot),
          'religious',
          k === 2 ? 2 : 1,
          5.2,
          random() < 0.12 ? 'pyramidal' : 'hipped',
          lot.d * 0.36,
          between(random, 1650, 1998),
        ),
        notable: k === 2 ? 'temple' : undefined,
      }),
  )
}

/** A farm: a few sheds, or rows of greenhouses, in the middle of the field. */
export function farm(block: Block, random: Random, emit: Emit): void {
  const [cx, cy] = centroid(block.yard)
  if (random() < 0.62) return
  const sheds = random() < 0.4
  const spread = sheds ? 70 : 26
  const [w, s, e, n] = boundsOf(block.yard)
  if (e - w < 90 || n - s < 90) return
  // shrunk about its centroid: the whole stays inside the convex yard
  const k = Math.min(1, (2 * spread) / Math.max(e - w, n - s))
  const yard = block.yard.map(([x, y]): [number, number] => [cx + (x - cx) * k, cy + (y - cy) * k])
  rows(
    yard,
    rowAxis(yard, true),
    () => ({ depth: sheds ? 8 : 9, gap: sheds ? 2.2 : 6 }),
    (left) => ({ width: sheds ? Math.min(left - 0.1, 52) : between(random, 8, 15), gap: 5 }),
    (lot) => {
      if (lot.w < 6) return
      emit(
        draft(
          lot,
          rectangle(lot),
          'agricultural',
          1,
          sheds ? 2.4 : 3.4,
          'gabled',
          sheds ? 1.1 : 1.9,
          between(random, 1990, 2022),
        ),
      )
    },
  )
}
