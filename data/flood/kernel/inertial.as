// Local inertial scheme, q-centred: see reference/inertial.ts for the same in plain arithmetic.
import {
  CREST_FLOW, DRY, GRAVITY, TILE_COLUMNS, TILE_ROWS, a0, a1, b0, b1, bed, crestAcross, crestDown, flag, flagBefore, friction, h0, h1, height,
  inverseCubeRoot, largest, offset, openAcross, openDown, openInverse, scratch, share, tileColumns, tileMax, width,
} from './state'

// New discharge through four faces between the cells at `o - side` and `o`. pull: g dt / dx. porous: what is open of the
// faces is at `open`, depths are volumes over whole cells and discharges those of whole faces.
// @ts-ignore: decorator
@inline
function face(
  q: usize, o: usize, side: usize, crest: usize, open: usize, porous: bool, pull: v128, halfStep: v128,
): v128 {
  const zl = v128.load(bed + o - side)
  const zr = v128.load(bed + o)
  let hl = v128.load(h0 + o - side)
  let hr = v128.load(h0 + o)
  if (porous) {
    hl = f32x4.mul(hl, v128.load(openInverse + o - side))
    hr = f32x4.mul(hr, v128.load(openInverse + o))
  }
  const el = f32x4.add(zl, hl)
  const er = f32x4.add(zr, hr)
  let z = f32x4.pmax(zl, zr)
  let most = f32x4.splat(GRAVITY)
  if (crest) {
    const top = v128.load(crest + o)
    most = v128.bitselect(f32x4.splat(CREST_FLOW * CREST_FLOW), most, f32x4.gt(top, z))
    z = f32x4.pmax(z, top)
  }
  const hf = f32x4.sub(f32x4.pmax(el, er), z)
  const dry = f32x4.splat(DRY)
  const depth = f32x4.pmax(dry, hf)
  const here = v128.load(q + o)
  const mean = f32x4.add(
    f32x4.mul(here, f32x4.splat(0.9)),
    f32x4.mul(f32x4.add(v128.load(q + o - side), v128.load(q + o + side)), f32x4.splat(0.05)),
  )
  const r = inverseCubeRoot(depth)
  const r3 = f32x4.mul(r, f32x4.mul(r, r))
  const gnn = f32x4.add(v128.load(friction + o - side), v128.load(friction + o))
  const passed = porous ? f32x4.mul(depth, v128.load(open + o)) : depth
  const push = f32x4.sub(mean, f32x4.mul(f32x4.mul(passed, pull), f32x4.sub(er, el)))
  let drag = f32x4.mul(
    f32x4.mul(f32x4.mul(gnn, f32x4.abs(push)), halfStep),
    f32x4.mul(f32x4.mul(r3, r3), r),
  )
  if (porous) drag = f32x4.div(drag, f32x4.pmax(f32x4.splat(1e-6), v128.load(open + o)))
  const free = f32x4.div(
    push,
    f32x4.add(f32x4.splat(0.5), f32x4.sqrt(f32x4.add(f32x4.splat(0.25), drag))),
  )
  const moving = v128.and(free, f32x4.gt(hf, dry))
  // no faster than the wave, or than critical flow over a crest: rare, so the root is only taken where it is needed
  const over = f32x4.gt(f32x4.mul(free, free), f32x4.mul(f32x4.mul(passed, passed), f32x4.mul(depth, most)))
  if (!v128.any_true(over)) return moving
  const limit = f32x4.mul(passed, f32x4.sqrt(f32x4.mul(depth, most)))
  const bound = f32x4.pmax(f32x4.neg(limit), f32x4.pmin(limit, free))
  return v128.and(v128.bitselect(bound, free, over), f32x4.gt(hf, dry))
}

// @ts-ignore: decorator
@inline
function flowRow(row: i32, from: i32, to: i32, pull: v128, half: v128, both: bool, porous: bool): void {
  const line = <usize>width << 2
  let o = offset(row, from)
  const end = offset(row, to)
  if (both) {
    for (; o < end; o += 16) {
      // both before either is stored: what they share is loaded once
      const x = face(a0, o, 4, crestAcross, openAcross, porous, pull, half)
      const y = face(b0, o, line, crestDown, openDown, porous, pull, half)
      v128.store(a1 + o, x)
      v128.store(b1 + o, y)
    }
    v128.store(a1 + o, face(a0, o, 4, crestAcross, openAcross, porous, pull, half))
  } else {
    for (; o < end; o += 16) v128.store(b1 + o, face(b0, o, line, crestDown, openDown, porous, pull, half))
  }
}

// Depths of a row after the step; marks tiles where a cell would give more than it has.
// @ts-ignore: decorator
@inline
function updateRow(row: i32, from: i32, to: i32, ratio: v128, porous: bool): void {
  const line = <usize>width << 2
  const zero = f32x4.splat(0)
  const first = (row & (TILE_ROWS - 1)) == 0
  const last = (row & (TILE_ROWS - 1)) == TILE_ROWS - 1 || row == height - 1
  let tile = (row >> 3) * tileColumns + (from >> 5)
  for (let c = from; c < to; c += TILE_COLUMNS, tile++) {
    const end = offset(row, min(to, c + TILE_COLUMNS))
    const before = load<u8>(flagBefore + tile)
    const sum = scratch + (<usize>(c >> 5) << 4)
    let most = first ? zero : v128.load(sum)
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
      const now = f32x4.add(h, f32x4.mul(ratio, f32x4.add(f32x4.sub(w, e), f32x4.sub(n, s))))
      const kept = f32x4.max(zero, now)
      most = f32x4.max(most, porous ? f32x4.mul(kept, v128.load(openInverse + o)) : kept)
      v128.store(h1 + o, kept)
    }
    if (first) store<u8>(flag + tile, 0)
    if (v128.any_true(over)) store<u8>(flag + tile, 1)
    if (last) store<f32>(tileMax + (tile << 2), largest(most))
    else v128.store(sum, most)
  }
}

function plainFlow(row: i32, from: i32, to: i32, pull: v128, half: v128, both: bool): void {
  flowRow(row, from, to, pull, half, both, false)
}

function porousFlow(row: i32, from: i32, to: i32, pull: v128, half: v128, both: bool): void {
  flowRow(row, from, to, pull, half, both, true)
}

function plainUpdate(row: i32, from: i32, to: i32, ratio: v128): void {
  updateRow(row, from, to, ratio, false)
}

function porousUpdate(row: i32, from: i32, to: i32, ratio: v128): void {
  updateRow(row, from, to, ratio, true)
}

// A rectangle of tiles, rows [top, bottom), columns [from, to). A row of water waits for the discharge below it.
export function inertialRectangle(top: i32, bottom: i32, from: i32, to: i32, dt: f32, ratio: f32): void {
  const r = f32x4.splat(ratio)
  const pull = f32x4.splat(GRAVITY * ratio)
  const half = f32x4.splat(0.5 * dt)
  if (openInverse) {
    for (let row = top; row < bottom; row++) {
      porousFlow(row, from, to, pull, half, true)
      if (row > top) porousUpdate(row - 1, from, to, r)
    }
    porousFlow(bottom, from, to, pull, half, false)
    porousUpdate(bottom - 1, from, to, r)
    return
  }
  for (let row = top; row < bottom; row++) {
    plainFlow(row, from, to, pull, half, true)
    if (row > top) plainUpdate(row - 1, from, to, r)
  }
  plainFlow(bottom, from, to, pull, half, false)
  plainUpdate(bottom - 1, from, to, r)
}

// @ts-ignore: decorator
@inline
export function nearFlag(t: i32, r: i32, c: i32, rows: i32): bool {
  return (
    load<u8>(flag + t) != 0 || (c > 0 && load<u8>(flag + t - 1) != 0) ||
    (c + 1 < tileColumns && load<u8>(flag + t + 1) != 0) ||
    (r > 0 && load<u8>(flag + t - tileColumns) != 0) || (r + 1 < rows && load<u8>(flag + t + tileColumns) != 0)
  )
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

// Depths of a tile again, with the outflows of its cells and their neighbours scaled.
export function limitDepths(t: i32, r: i32, c: i32, ratio: f32): void {
  const line = <usize>width << 2
  const from = c * TILE_COLUMNS
  const to = min(width, from + TILE_COLUMNS)
  const last = min(height, (r + 1) * TILE_ROWS)
  let most = f32x4.splat(0)
  for (let row = r * TILE_ROWS; row < last; row++) {
    const end = offset(row, to)
    for (let o = offset(row, from); o < end; o += 16) {
      const gain = f32x4.add(
        f32x4.sub(scaled(a1, o, 4), scaled(a1, o + 4, 4)),
        f32x4.sub(scaled(b1, o, line), scaled(b1, o + line, line)),
      )
      const kept = f32x4.max(f32x4.splat(0), f32x4.add(v128.load(h0 + o), f32x4.mul(f32x4.splat(ratio), gain)))
      most = f32x4.max(most, openInverse ? f32x4.mul(kept, v128.load(openInverse + o)) : kept)
      v128.store(h1 + o, kept)
    }
  }
  store<f32>(tileMax + (t << 2), largest(most))
}

// Discharges of a tile, scaled for the next step.
export function limitFlows(r: i32, c: i32): void {
  const line = <usize>width << 2
  const from = c * TILE_COLUMNS
  const to = min(width, from + TILE_COLUMNS)
  const last = min(height, (r + 1) * TILE_ROWS)
  for (let row = r * TILE_ROWS; row < last; row++) {
    const end = offset(row, to)
    for (let o = offset(row, from); o < end; o += 16) {
      v128.store(a1 + o, scaled(a1, o, 4))
      v128.store(b1 + o, scaled(b1, o, line))
    }
  }
}
