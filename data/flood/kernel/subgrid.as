// Local inertial scheme on coarse cells over tables of fine ground: see subgrid/tables.ts and subgrid/reference.ts.
import { limitFlows, nearFlag } from './inertial'
import {
  DRY, GRAVITY, TILE_COLUMNS, TILE_ROWS, WALL, a0, a1, active, b0, b1, bed, flag, flagBefore, h0, h1, height,
  inverseCubeRoot, largest, offset, share, tileColumns, tileMax, tileRows, turn, width,
} from './state'

const CELL_ENTRIES: i32 = 32
const FACE_ENTRIES: i32 = 20
export const BINS: i32 = 16

// fields, address of the first padded cell
let height0: usize = 0 // of the water above the bed
let wet: usize = 0 // share of the cell
let rate: usize = 0
let fullVolume: usize = 0
let fullHeight: usize = 0
let fullWet: usize = 0
let westLow: usize = 0
let westScale: usize = 0
let northLow: usize = 0
let northScale: usize = 0
// 1 / conveyance of the faces, both buffers
let x0: usize = 0
let x1: usize = 0
let y0: usize = 0
let y1: usize = 0
// tables
let heights: usize = 0
let west: usize = 0
let north: usize = 0
// history: highest level, then bins of arrival, duration and largest root of the friction slope; 0 = none
let highest: usize = 0
let arrival: usize = 0
let dwell: usize = 0
let slopes: usize = 0
let threshold: f32 = 0

// Reads 23 numbers; see subgrid/kernel-subgrid.ts, which writes them in this order.
export function subgridSetup(at: usize): void {
  height0 = load<u32>(at, 0)
  wet = load<u32>(at, 4)
  rate = load<u32>(at, 8)
  fullVolume = load<u32>(at, 12)
  fullHeight = load<u32>(at, 16)
  fullWet = load<u32>(at, 20)
  westLow = load<u32>(at, 24)
  westScale = load<u32>(at, 28)
  northLow = load<u32>(at, 32)
  northScale = load<u32>(at, 36)
  x0 = load<u32>(at, 40)
  x1 = load<u32>(at, 44)
  y0 = load<u32>(at, 48)
  y1 = load<u32>(at, 52)
  heights = load<u32>(at, 56)
  west = load<u32>(at, 60)
  north = load<u32>(at, 64)
  highest = load<u32>(at, 68)
  arrival = load<u32>(at, 72)
  dwell = load<u32>(at, 76)
  slopes = load<u32>(at, 80)
  threshold = load<f32>(at, 84)
}

export function subgridTurn(): void {
  turn()
  let t = x0
  x0 = x1
  x1 = t
  t = y0
  y0 = y1
  y1 = t
}

// Heights of the water and wet shares of four cells from their volumes; returns c² / g: the volume over the width that stores.
// @ts-ignore: decorator
@inline
function level(o: usize): v128 {
  const v = v128.load(h0 + o)
  const wets = f32x4.gt(v, f32x4.splat(DRY))
  if (!v128.any_true(wets)) {
    v128.store(height0 + o, f32x4.splat(0))
    v128.store(wet + o, f32x4.splat(0))
    // not a number is told
    return v128.and(v, f32x4.ne(v, v))
  }
  const full = v128.load(fullVolume + o)
  const most = v128.load(fullWet + o)
  const per = v128.load(rate + o)
  const s = f32x4.sqrt(f32x4.mul(v, per))
  const k = i32x4.min_s(i32x4.trunc_sat_f32x4_s(s), i32x4.splat(CELL_ENTRIES - 2))
  const base = heights + <usize>o * CELL_ENTRIES
  const p = v128.load64_zero(base + (<usize>i32x4.extract_lane(k, 0) << 2))
  const q = v128.load64_zero(base + (<usize>(CELL_ENTRIES + i32x4.extract_lane(k, 1)) << 2))
  const r = v128.load64_zero(base + (<usize>(2 * CELL_ENTRIES + i32x4.extract_lane(k, 2)) << 2))
  const t = v128.load64_zero(base + (<usize>(3 * CELL_ENTRIES + i32x4.extract_lane(k, 3)) << 2))
  const pq = v128.shuffle<f32>(p, q, 0, 4, 1, 5)
  const rt = v128.shuffle<f32>(r, t, 0, 4, 1, 5)
  const low = v128.shuffle<i64>(pq, rt, 0, 2)
  const rise = f32x4.sub(v128.shuffle<i64>(pq, rt, 1, 3), low)
  const within = f32x4.add(low, f32x4.mul(rise, f32x4.sub(s, f32x4.convert_i32x4_s(k))))
  const beyond = f32x4.add(v128.load(fullHeight + o), f32x4.div(f32x4.sub(v, full), most))
  const over = f32x4.ge(v, full)
  const above = v128.and(wets, v128.bitselect(beyond, within, over))
  v128.store(height0 + o, above)
  const share = v128.and(
    wets,
    v128.bitselect(most, f32x4.pmin(most, f32x4.div(f32x4.add(s, s), f32x4.mul(per, rise))), over),
  )
  v128.store(wet + o, share)
  return f32x4.max(v, v128.and(wets, f32x4.min(above, f32x4.div(v, share))))
}

// After a step, or when the host has changed many cells: levels of the active tiles of bands, and their c² / g.
export function subgridLevels(bandFrom: i32, bandTo: i32, all: bool): void {
  for (let band = bandFrom; band < bandTo; band++) {
    const last = min(height, (band + 1) * TILE_ROWS)
    for (let c = 0; c < tileColumns; c++) {
      const t = band * tileColumns + c
      if (!all && !load<u8>(active + t)) continue
      const to = min(width, (c + 1) * TILE_COLUMNS)
      let most = f32x4.splat(0)
      for (let row = band * TILE_ROWS; row < last; row++) {
        const end = offset(row, to)
        for (let o = offset(row, c * TILE_COLUMNS); o < end; o += 16) most = f32x4.max(most, level(o))
      }
      store<f32>(tileMax + (t << 2), largest(most))
    }
  }
}

// The host has changed a cell; `place` counts from the first padded one. Returns c² / g of it and its neighbours in memory.
export function subgridTouch(place: i32): f32 {
  return largest(level(<usize>(place & ~3) << 2))
}

// New discharge through four faces; keeps 1 / conveyance at `keep`.
// @ts-ignore: decorator
@inline
function face(
  q: usize, out: usize, o: usize, side: usize, lows: usize, scales: usize, table: usize, keep: usize, pull: v128, step: v128,
): void {
  const dry = f32x4.splat(DRY)
  const zl = v128.load(bed + o - side)
  const zr = v128.load(bed + o)
  const wl = f32x4.gt(v128.load(h0 + o - side), dry)
  const wr = f32x4.gt(v128.load(h0 + o), dry)
  const el = f32x4.add(zl, v128.and(wl, v128.load(height0 + o - side)))
  const er = f32x4.add(zr, v128.and(wr, v128.load(height0 + o)))
  const none = f32x4.splat(-1e6)
  const top = f32x4.pmax(v128.bitselect(el, none, wl), v128.bitselect(er, none, wr))
  const low = v128.load(lows + o)
  const at = f32x4.mul(f32x4.sub(top, low), v128.load(scales + o))
  const open = v128.and(
    f32x4.gt(at, f32x4.splat(0)),
    f32x4.lt(f32x4.pmax(zl, zr), f32x4.splat(WALL)),
  )
  if (!v128.any_true(open)) {
    v128.store(out + o, f32x4.splat(0))
    v128.store(keep + o, f32x4.splat(0))
    return
  }
  const k = i32x4.max_s(
    i32x4.splat(0),
    i32x4.min_s(i32x4.trunc_sat_f32x4_s(at), i32x4.splat(FACE_ENTRIES - 2)),
  )
  const base = table + <usize>o * (2 * FACE_ENTRIES)
  const a = v128.load(base + (<usize>i32x4.extract_lane(k, 0) << 3))
  const b = v128.load(base + (<usize>(FACE_ENTRIES + i32x4.extract_lane(k, 1)) << 3))
  const c = v128.load(base + (<usize>(2 * FACE_ENTRIES + i32x4.extract_lane(k, 2)) << 3))
  const d = v128.load(base + (<usize>(3 * FACE_ENTRIES + i32x4.extract_lane(k, 3)) << 3))
  const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5)
  const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5)
  const ab2 = v128.shuffle<f32>(a, b, 2, 6, 3, 7)
  const cd2 = v128.shuffle<f32>(c, d, 2, 6, 3, 7)
  const part = f32x4.sub(at, f32x4.convert_i32x4_s(k))
  const h1st = v128.shuffle<i64>(ab, cd, 0, 2)
  const e1st = v128.shuffle<i64>(ab, cd, 1, 3)
  const h = f32x4.add(h1st, f32x4.mul(part, f32x4.sub(v128.shuffle<i64>(ab2, cd2, 0, 2), h1st)))
  const e = f32x4.add(e1st, f32x4.mul(part, f32x4.sub(v128.shuffle<i64>(ab2, cd2, 1, 3), e1st)))
  const flows = v128.and(open, f32x4.gt(h, dry))
  const depth = f32x4.pmax(dry, h)
  // the water falls over a sill, not to the floor of a dry cell behind it
  const fall = f32x4.sub(f32x4.pmax(er, low), f32x4.pmax(el, low))
  const mean = f32x4.add(
    f32x4.mul(v128.load(q + o), f32x4.splat(0.9)),
    f32x4.mul(f32x4.add(v128.load(q + o - side), v128.load(q + o + side)), f32x4.splat(0.05)),
  )
  const push = f32x4.sub(mean, f32x4.mul(f32x4.mul(depth, pull), fall))
  const r = inverseCubeRoot(f32x4.pmax(dry, e))
  const r2 = f32x4.mul(r, r)
  const r5 = f32x4.mul(r2, f32x4.mul(r2, r))
  const drag = f32x4.mul(f32x4.mul(f32x4.mul(depth, f32x4.abs(push)), step), f32x4.mul(r5, r5))
  const free = f32x4.div(push, f32x4.add(f32x4.splat(0.5), f32x4.sqrt(f32x4.add(f32x4.splat(0.25), drag))))
  const limit = f32x4.mul(depth, f32x4.sqrt(f32x4.mul(depth, f32x4.splat(GRAVITY))))
  v128.store(out + o, v128.and(flows, f32x4.pmax(f32x4.neg(limit), f32x4.pmin(limit, free))))
  v128.store(keep + o, v128.and(flows, r5))
}

function flowRow(row: i32, from: i32, to: i32, pull: v128, step: v128, both: bool): void {
  const line = <usize>width << 2
  let o = offset(row, from)
  const end = offset(row, to)
  for (; o < end; o += 16) {
    if (both) face(a0, a1, o, 4, westLow, westScale, west, x1, pull, step)
    face(b0, b1, o, line, northLow, northScale, north, y1, pull, step)
  }
  if (both) face(a0, a1, o, 4, westLow, westScale, west, x1, pull, step)
}

// Volumes of a row after the step; marks tiles where a cell would give more than it has.
function updateRow(row: i32, from: i32, to: i32, ratio: v128): void {
  const line = <usize>width << 2
  const zero = f32x4.splat(0)
  const first = (row & (TILE_ROWS - 1)) == 0
  let tile = (row >> 3) * tileColumns + (from >> 5)
  for (let c = from; c < to; c += TILE_COLUMNS, tile++) {
    const end = offset(row, min(to, c + TILE_COLUMNS))
    const before = load<u8>(flagBefore + tile)
    let over = zero
    for (let o = offset(row, c); o < end; o += 16) {
      const w = v128.load(a1 + o)
      const e = v128.load(a1 + o + 4)
      const n = v128.load(b1 + o)
      const s = v128.load(b1 + o + line)
      const h = v128.load(h0 + o)
      const out = f32x4.mul(
        ratio,
        f32x4.add(
          f32x4.sub(f32x4.pmax(zero, e), f32x4.pmin(zero, w)),
          f32x4.sub(f32x4.pmax(zero, s), f32x4.pmin(zero, n)),
        ),
      )
      const more = f32x4.gt(out, h)
      if (v128.any_true(more) || before) {
        over = v128.or(over, more)
        v128.store(share + o, v128.bitselect(f32x4.div(h, out), f32x4.splat(1), more))
      }
      const kept = f32x4.max(zero, f32x4.add(h, f32x4.mul(ratio, f32x4.add(f32x4.sub(w, e), f32x4.sub(n, s)))))
      v128.store(h1 + o, kept)
    }
    if (first) store<u8>(flag + tile, 0)
    if (v128.any_true(over)) store<u8>(flag + tile, 1)
  }
}

// First pass: a rectangle of tiles, rows [top, bottom), columns [from, to).
export function subgridRectangle(
  top: i32, bottom: i32, from: i32, to: i32, dt: f32, ratio: f32, time: f32, held: f32,
): void {
  if (highest) trackCells(top, bottom, from, to, held, time)
  const r = f32x4.splat(ratio)
  const pull = f32x4.splat(GRAVITY * ratio)
  const step = f32x4.splat(GRAVITY * dt)
  for (let row = top; row < bottom; row++) {
    flowRow(row, from, to, pull, step, true)
    if (row > top) updateRow(row - 1, from, to, r)
  }
  flowRow(bottom, from, to, pull, step, false)
  updateRow(bottom - 1, from, to, r)
}

// @ts-ignore: decorator
@inline
function scaled(q: usize, o: usize, side: usize): v128 {
  const flow = v128.load(q + o)
  return f32x4.mul(
    flow,
    v128.bitselect(v128.load(share + o - side), v128.load(share + o), f32x4.gt(flow, f32x4.splat(0))),
  )
}

// Second pass, over tiles near a flagged one: volumes with the outflows scaled.
export function subgridLimit(bandFrom: i32, bandTo: i32, ratio: f32): void {
  const line = <usize>width << 2
  for (let band = bandFrom; band < bandTo; band++) {
    for (let c = 0; c < tileColumns; c++) {
      const t = band * tileColumns + c
      if (!load<u8>(active + t) || !nearFlag(t, band, c, tileRows)) continue
      const to = min(width, (c + 1) * TILE_COLUMNS)
      const last = min(height, (band + 1) * TILE_ROWS)
      for (let row = band * TILE_ROWS; row < last; row++) {
        const end = offset(row, to)
        for (let o = offset(row, c * TILE_COLUMNS); o < end; o += 16) {
          const gain = f32x4.add(
            f32x4.sub(scaled(a1, o, 4), scaled(a1, o + 4, 4)),
            f32x4.sub(scaled(b1, o, line), scaled(b1, o + line, line)),
          )
          const kept = f32x4.max(f32x4.splat(0), f32x4.add(v128.load(h0 + o), f32x4.mul(f32x4.splat(ratio), gain)))
          v128.store(h1 + o, kept)
        }
      }
    }
  }
}

// Third pass: discharges.
export function subgridScale(bandFrom: i32, bandTo: i32): void {
  for (let band = bandFrom; band < bandTo; band++) {
    for (let c = 0; c < tileColumns; c++) {
      const t = band * tileColumns + c
      if (load<u8>(active + t) && nearFlag(t, band, c, tileRows)) limitFlows(band, c)
    }
  }
}

// The history of a rectangle's cells: the present state holds for `dt` from `time`. A bin is where, between a cell's lowest
// ground and the top of its table, the threshold under the water's surface lies.
function trackCells(top: i32, bottom: i32, from: i32, to: i32, dt: f32, time: f32): void {
  const line = <usize>width << 2
  for (let row = top; row < bottom; row++) {
    const end = offset(row, to)
    for (let o = offset(row, from); o < end; o += 4) {
      const over = load<f32>(height0 + o)
      if (!(over > 0)) continue
      if (over > load<f32>(highest + o)) store<f32>(highest + o, over)
      const place = ((over - threshold) * <f32>(BINS - 1)) / max<f32>(load<f32>(fullHeight + o), 0.01)
      if (!(place >= 0)) continue
      const bin = <usize>min(<i32>min<f32>(place, 1e6), BINS - 1)
      const start = (<usize>o * BINS) + (bin << 2)
      for (let k = bin + 1, at = arrival + start; k > 0 && load<f32>(at) < 0; k--, at -= 4) store<f32>(at, time)
      store<f32>(dwell + start, load<f32>(dwell + start) + dt)
      const x = load<f32>(a0 + o) * load<f32>(x0 + o) + load<f32>(a0 + o + 4) * load<f32>(x0 + o + 4)
      const y = load<f32>(b0 + o) * load<f32>(y0 + o) + load<f32>(b0 + o + line) * load<f32>(y0 + o + line)
      const slope: f32 = <f32>0.5 * sqrt<f32>(x * x + y * y)
      if (slope > load<f32>(slopes + start)) store<f32>(slopes + start, slope)
    }
  }
}

export function subgridTrackAll(time: f32): void {
  if (highest) trackCells(0, height, 0, width, 0, time)
}
