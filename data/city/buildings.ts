/** What stands on a block: one filler per use, each setting out houses in rows so that none touches another, a street or water. */
import type { Block, Use } from './blocks.ts'
import { area, boundsOf, centroid } from './polygon.ts'
import { between, pick, type Random, randomOf } from './random.ts'
import { angled, circle, courtyard, type Lot, type Plan, rectangle, rounded, rowAxis, rows } from './rows.ts'

/** A building before it has an id and an address. Lengths in metres. */
export interface Draft extends Plan {
  class: string
  levels: number
  height: number
  roof: string
  roofHeight: number
  roofDirectionDeg: number
  year: number
  /** notable: the block's name goes to it */
  notable?: 'compound' | 'works' | 'school' | 'hospital' | 'temple' | 'mall' | 'office' | 'public'
}

/** The class of a sports ground among the drafts: land, not a building. */
export const PITCH = 'pitch'

type Emit = (draft: Draft) => void
const round1 = (v: number) => Math.round(v * 10) / 10

function draft(
  lot: Lot,
  plan: Plan,
  type: string,
  levels: number,
  storey: number,
  roof: string,
  roofHeight: number,
  year: number,
): Draft {
  const shaped = plan.plain || roof === 'dome' || roof === 'hipped' ? roof : 'flat'
  const high = shaped === 'flat' ? 0 : round1(roofHeight)
  return {
    ...plan,
    class: type,
    levels,
    height: round1(levels * storey + high),
    roof: shaped,
    roofHeight: high,
    roofDirectionDeg: Math.round(lot.w >= lot.d ? lot.azimuthDeg : (lot.azimuthDeg + 90) % 360),
    year: Math.floor(year),
  }
}

function oldtown(block: Block, random: Random, emit: Emit): void {
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

function village(block: Block, random: Random, emit: Emit): void {
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

function compound(block: Block, random: Random, emit: Emit, old: boolean): void {
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

function offices(block: Block, random: Random, emit: Emit): void {
  const core = block.kind === 'core'
  let first = true
  rows(
    block.yard,
    rowAxis(block.yard, false),
    () => ({ depth: between(random, 40, 58), gap: between(random, 14, 22) }),
    (left) => ({ width: Math.min(left - 0.1, between(random, 44, 72)), gap: between(random, 12, 22) }),
    (lot) => {
      if (lot.w < 26) return
      const year = between(random, 1998, 2025)
      const storeys = core
        ? Math.round(between(random, 16, random() < 0.22 ? 52 : 34))
        : Math.round(between(random, 7, 22))
      const side = Math.min(between(random, 26, 38), lot.d - 14, lot.w - 12)
      if (storeys < 12 || lot.w < 40)
        return emit({
          ...draft(
            lot,
            angled(lot, random, pick(random, ['L', 'U', 'H', 'T'])),
            'office',
            storeys,
            3.9,
            'flat',
            0,
            year,
          ),
          notable: first ? 'office' : undefined,
        })
      // a podium with the tower standing in a hole of it: nothing overlaps
      const u = between(random, 6, lot.w - side - 6)
      const v = between(random, 6, lot.d - side - 6)
      const inner: Lot = { ...lot, w: side, d: side, at: (a, b) => lot.at(u + a, v + b) }
      const gap: Lot = { ...lot, w: side + 0.6, d: side + 0.6, at: (a, b) => lot.at(u - 0.3 + a, v - 0.3 + b) }
      emit(
        draft(
          lot,
          { ring: rectangle(lot).ring, holes: [rectangle(gap).ring], plain: false },
          'commercial',
          pick(random, [3, 4, 4, 5]),
          4.8,
          'flat',
          0,
          year,
        ),
      )
      const shape = random()
      const plan =
        shape < 0.5
          ? rectangle(inner)
          : shape < 0.75
            ? rounded(inner, side * 0.3)
            : shape < 0.85
              ? circle(inner, 28)
              : angled(inner, random, 'H')
      const crown = plan.plain && random() < 0.2
      emit({
        ...draft(
          inner,
          plan,
          core && random() < 0.25 ? 'commercial' : 'office',
          storeys,
          4,
          crown ? 'pyramidal' : 'flat',
          side * 0.5,
          year,
        ),
        notable: first ? 'office' : undefined,
      })
      first = false
    },
  )
  if (!first) return
  rows(
    block.yard,
    rowAxis(block.yard, false),
    () => ({ depth: between(random, 20, 26), gap: 14 }),
    (left) => ({ width: Math.min(left - 0.1, between(random, 24, 36)), gap: 12 }),
    (lot) => {
      if (lot.w > 18)
        emit(
          draft(
            lot,
            random() < 0.5 ? rounded(lot, 6) : rectangle(lot),
            'office',
            Math.round(between(random, 9, core ? 30 : 18)),
            3.9,
            'flat',
            0,
            between(random, 1996, 2024),
          ),
        )
    },
  )
}

function mall(block: Block, random: Random, emit: Emit): void {
  let first = true
  rows(
    block.yard,
    rowAxis(block.yard, false),
    () => ({ depth: between(random, 34, 70), gap: between(random, 14, 24) }),
    (left) => ({ width: Math.min(left - 0.1, between(random, 44, 120)), gap: between(random, 10, 18) }),
    (lot) => {
      if (lot.w < 18) return
      const plan =
        random() < 0.3 && lot.w > 50 && lot.d > 40
          ? courtyard(lot, 13)
          : random() < 0.4
            ? rounded(lot, 14)
            : angled(lot, random, pick(random, ['L', 'U', 'H']))
      emit({
        ...draft(lot, plan, 'commercial', pick(random, [3, 4, 5, 6]), 4.9, 'flat', 0, between(random, 1996, 2023)),
        notable: first ? 'mall' : undefined,
      })
      first = false
    },
  )
}

function factory(block: Block, random: Random, emit: Emit, store: boolean): void {
  const year = between(random, 1995, 2023)
  let k = 0
  const roofs = random() < 0.55 ? ['gabled', 'gabled', 'flat'] : ['flat', 'flat', 'skillion', 'gabled']
  rows(
    block.yard,
    rowAxis(block.yard, false),
    () => ({
      depth: k++ === 0 && !store ? between(random, 14, 19) : between(random, 26, store ? 48 : 68),
      gap: between(random, 11, 18),
    }),
    (left) => {
      const width = k === 1 && !store ? between(random, 34, 64) : between(random, 48, 150)
      return { width: left < 22 ? 0 : Math.min(left - 0.1, width), gap: between(random, 9, 15) }
    },
    (lot) => {
      if (k === 1 && !store) {
        const plan = angled(lot, random, pick(random, ['L', 'H', 'U']))
        return emit({
          ...draft(lot, plan, 'office', pick(random, [3, 4, 5, 6]), 3.6, 'flat', 0, year),
          notable: 'works',
        })
      }
      if (random() < 0.06) return
      const type = store ? 'warehouse' : 'industrial'
      const high = random() < 0.35
      emit(
        draft(
          lot,
          random() < 0.88 ? rectangle(lot) : angled(lot, random, 'L'),
          type,
          high ? pick(random, [2, 3, 4]) : 1,
          high ? 4.8 : between(random, 8, 12),
          pick(random, roofs),
          Math.min(lot.w, lot.d) * 0.07,
          year,
        ),
      )
    },
  )
}

function tanks(block: Block, random: Random, emit: Emit): void {
  const r = between(random, 16, 40)
  rows(
    block.yard,
    rowAxis(block.yard, false),
    () => ({ depth: r, gap: r * 0.45 }),
    () => ({ width: r, gap: r * 0.45 }),
    (lot) => {
      if (random() < 0.2) return
      emit(
        draft(
          lot,
          circle(lot, 20),
          'industrial',
          1,
          between(random, 9, 19),
          random() < 0.6 ? 'dome' : 'flat',
          r * 0.12,
          2008,
        ),
      )
    },
  )
}

function school(block: Block, random: Random, emit: Emit): void {
  const year = between(random, 1990, 2022)
  let k = 0
  let first = true
  rows(
    block.yard,
    rowAxis(block.yard, true),
    () => (k++ > 4 ? null : { depth: k === 1 ? 58 : k === 3 ? 40 : 17, gap: 18 }),
    (left) => ({ width: Math.min(left - 0.1, k === 1 ? 96 : between(random, 46, 74)), gap: 24 }),
    (lot) => {
      if (lot.w < 24) return
      if (k === 1) return emit(draft(lot, rectangle(lot), PITCH, 0, 0, 'flat', 0, year))
      const plan =
        lot.d > 30
          ? random() < 0.4
            ? courtyard(lot, 11)
            : angled(lot, random, 'U')
          : angled(lot, random, pick(random, ['L', 'H']))
      emit({
        ...draft(lot, plan, 'school', pick(random, [3, 4, 5]), 3.7, 'flat', 0, year),
        notable: first ? 'school' : undefined,
      })
      first = false
    },
  )
}

function hospital(block: Block, random: Random, emit: Emit): void {
  let first = true
  rows(
    block.yard,
    rowAxis(block.yard, true),
    () => ({ depth: between(random, 28, 40), gap: 24 }),
    (left) => ({ width: Math.min(left - 0.1, between(random, 55, 95)), gap: 22 }),
    (lot) => {
      if (lot.w < 30) return
      emit({
        ...draft(
          lot,
          angled(lot, random, pick(random, ['U', 'T', 'H', 'L'])),
          'hospital',
          first ? 18 : pick(random, [4, 6, 9]),
          3.9,
          'flat',
          0,
          between(random, 1994, 2021),
        ),
        notable: first ? 'hospital' : undefined,
      })
      first = false
    },
  )
}

function temple(block: Block, random: Random, emit: Emit): void {
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

function farm(block: Block, random: Random, emit: Emit): void {
  const [cx, cy] = centroid(block.yard)
  if (random() < 0.62) return
  const sheds = random() < 0.4
  const spread = sheds ? 60 : 22
  const [w, s, e, n] = boundsOf(block.yard)
  if (e - w < 90 || n - s < 90) return
  const yard = block.yard.map(
    ([x, y]) =>
      [cx + (x - cx) * Math.min(1, spread / ((e - w) / 2)), cy + (y - cy) * Math.min(1, spread / ((n - s) / 2))] as [
        number,
        number,
      ],
  )
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

function civic(block: Block, random: Random, emit: Emit): void {
  let k = 0
  rows(
    block.yard,
    rowAxis(block.yard, true),
    () => (k++ > 2 ? null : { depth: k === 2 ? 52 : 20, gap: 26 }),
    (left) => ({ width: Math.min(left - 0.1, k === 2 ? 150 : 64), gap: 24 }),
    (lot) => {
      if (lot.w < 30) return
      const plan = k === 2 ? courtyard(lot, 17) : angled(lot, random, 'H')
      emit({
        ...draft(lot, plan, 'public', k === 2 ? 12 : 5, 4, 'flat', 0, 2001),
        notable: k === 2 ? 'public' : undefined,
      })
    },
  )
}

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
