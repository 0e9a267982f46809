/** Where people work, shop and learn: offices, malls, works, tanks, schools, hospitals. */
import type { Block } from './blocks.ts'
import { draft, type Emit, PITCH } from './draft.ts'
import { between, pick, type Random } from './random.ts'
import { angled, circle, courtyard, type Lot, rectangle, rounded, rowAxis, rows } from './rows.ts'

/** Office blocks where the yard is too small for podiums. */
function smallOffices(block: Block, random: Random, emit: Emit): void {
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
            Math.round(between(random, 9, block.kind === 'core' ? 30 : 18)),
            3.9,
            'flat',
            0,
            between(random, 1996, 2024),
          ),
        )
    },
  )
}

/** Office blocks: podiums with towers, or plain blocks where there is no room. */
export function offices(block: Block, random: Random, emit: Emit): void {
  const core = block.kind === 'core'
  let first = true
  let count = 0
  rows(
    block.yard,
    rowAxis(block.yard, false),
    () => ({ depth: between(random, 40, 58), gap: between(random, 14, 22) }),
    (left) => ({ width: Math.min(left - 0.1, between(random, 44, 72)), gap: between(random, 12, 22) }),
    (lot) => {
      if (lot.w < 26) return
      count++
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
  if (count === 0) smallOffices(block, random, emit)
}

/** Shopping: broad low buildings. */
export function mall(block: Block, random: Random, emit: Emit): void {
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

/** Works: an office to the street, sheds behind; `store`: warehouses only. */
export function factory(block: Block, random: Random, emit: Emit, store: boolean): void {
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

/** A tank farm. */
export function tanks(block: Block, random: Random, emit: Emit): void {
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

/** A school: a sports ground, then wings. */
export function school(block: Block, random: Random, emit: Emit): void {
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

/** A hospital. */
export function hospital(block: Block, random: Random, emit: Emit): void {
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

/** The seat of government. */
export function civic(block: Block, random: Random, emit: Emit): void {
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
