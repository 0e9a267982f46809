// Godunov scheme, first order: hydrostatic reconstruction and HLLC; see reference/hllc.ts and reference/fv.ts.
import {
  DRY, GRAVITY, TILE_COLUMNS, TILE_ROWS, WALL, a0, a1, b0, b1, bed, friction, h0, h1, height, inverseCubeRoot, largest,
  offset, scratch, tileColumns, tileMax, width,
} from './state'

// Flux through four faces, stored at `out`: volume, momentum for the cell before, for the cell after, transverse;
// one `span` apart.
// @ts-ignore: decorator
@inline
export function flux(
  hl0: v128, ul0: v128, vl: v128, zl0: v128, hr0: v128, ur0: v128, vr: v128, zr0: v128, out: usize, span: usize,
): void {
  const zero = f32x4.splat(0)
  const wl = f32x4.gt(zl0, f32x4.splat(WALL))
  const wr = f32x4.gt(zr0, f32x4.splat(WALL))
  const hl = v128.bitselect(hr0, hl0, wl)
  const hr = v128.bitselect(hl0, hr0, wr)
  const ul = v128.bitselect(f32x4.neg(ur0), ul0, wl)
  const ur = v128.bitselect(f32x4.neg(ul0), ur0, wr)
  const zl = v128.bitselect(zr0, zl0, wl)
  const zr = v128.bitselect(zl0, zr0, wr)
  const z = f32x4.pmax(zl, zr)
  const a = f32x4.pmax(zero, f32x4.sub(f32x4.add(hl, zl), z))
  const b = f32x4.pmax(zero, f32x4.sub(f32x4.add(hr, zr), z))
  const g = f32x4.splat(GRAVITY)
  const ca = f32x4.sqrt(f32x4.mul(g, a))
  const cb = f32x4.sqrt(f32x4.mul(g, b))
  const uStar = f32x4.add(f32x4.mul(f32x4.splat(0.5), f32x4.add(ul, ur)), f32x4.sub(ca, cb))
  const cStar = f32x4.pmax(
    zero,
    f32x4.add(
      f32x4.mul(f32x4.splat(0.5), f32x4.add(ca, cb)),
      f32x4.mul(f32x4.splat(0.25), f32x4.sub(ul, ur)),
    ),
  )
  const slowWet = f32x4.pmin(f32x4.sub(ul, ca), f32x4.sub(uStar, cStar))
  const fastWet = f32x4.pmax(f32x4.add(ur, cb), f32x4.add(uStar, cStar))
  const slow = f32x4.pmin(
    zero,
    v128.bitselect(slowWet, f32x4.sub(ur, f32x4.add(cb, cb)), f32x4.gt(a, zero)),
  )
  const fast = f32x4.pmax(
    zero,
    v128.bitselect(fastWet, f32x4.add(ul, f32x4.add(ca, ca)), f32x4.gt(b, zero)),
  )
  const reach = f32x4.sub(fast, slow)
  // pressure holds against a step that no water passes
  const any = f32x4.gt(f32x4.pmax(hl0, hr0), f32x4.splat(DRY))
  const moves = v128.and(any, f32x4.gt(reach, f32x4.splat(1e-12)))
  const inverse = v128.and(f32x4.div(f32x4.splat(1), reach), moves)
  const qa = f32x4.mul(a, ul)
  const qb = f32x4.mul(b, ur)
  const both = f32x4.mul(slow, fast)
  const half = f32x4.splat(0.5 * GRAVITY)
  const aa = f32x4.mul(half, f32x4.mul(a, a))
  const bb = f32x4.mul(half, f32x4.mul(b, b))
  const mass = f32x4.mul(
    inverse,
    f32x4.add(f32x4.sub(f32x4.mul(fast, qa), f32x4.mul(slow, qb)), f32x4.mul(both, f32x4.sub(b, a))),
  )
  const push = f32x4.mul(
    inverse,
    f32x4.add(
      f32x4.sub(
        f32x4.mul(fast, f32x4.add(f32x4.mul(qa, ul), aa)),
        f32x4.mul(slow, f32x4.add(f32x4.mul(qb, ur), bb)),
      ),
      f32x4.mul(both, f32x4.sub(qb, qa)),
    ),
  )
  v128.store(out, mass)
  const low = v128.and(any, f32x4.sub(f32x4.mul(half, f32x4.mul(hl, hl)), aa))
  const high = v128.and(any, f32x4.sub(f32x4.mul(half, f32x4.mul(hr, hr)), bb))
  v128.store(out + span, f32x4.add(push, low))
  v128.store(out + 2 * span, f32x4.add(push, high))
  v128.store(out + 3 * span, f32x4.mul(mass, v128.bitselect(vl, vr, f32x4.gt(mass, zero))))
}

// Scratch of a thread: one line of tile maxima, 4 lines of fluxes across, 2 × 4 lines of fluxes down.
// @ts-ignore: decorator
@inline
export function span(): usize {
  return <usize>(width + 16) << 2
}
// @ts-ignore: decorator
@inline
export function acrossLine(): usize {
  return scratch + span()
}
// @ts-ignore: decorator
@inline
export function downLine(row: i32): usize {
  return scratch + (5 + 4 * <usize>(row & 1)) * span()
}

function downFlux(row: i32, from: i32, to: i32): void {
  const line = <usize>width << 2
  const gap = span()
  let out = downLine(row) + (<usize>from << 2)
  const end = offset(row, to)
  for (let o = offset(row, from); o < end; o += 16, out += 16) {
    const p = o - line
    flux(
      v128.load(h0 + p), v128.load(b0 + p), v128.load(a0 + p), v128.load(bed + p),
      v128.load(h0 + o), v128.load(b0 + o), v128.load(a0 + o), v128.load(bed + o), out, gap,
    )
  }
}

function acrossFlux(row: i32, from: i32, to: i32): void {
  const gap = span()
  let out = acrossLine() + (<usize>from << 2)
  const end = offset(row, to)
  for (let o = offset(row, from); o <= end; o += 16, out += 16) {
    const p = o - 4
    flux(
      v128.load(h0 + p), v128.load(a0 + p), v128.load(b0 + p), v128.load(bed + p),
      v128.load(h0 + o), v128.load(a0 + o), v128.load(b0 + o), v128.load(bed + o), out, gap,
    )
  }
}

// New state of a row from the fluxes in scratch. `source`: 0, or two lines of momentum the bed gives inside the cells.
export function updateRow(row: i32, from: i32, to: i32, dt: f32, ratio: f32, source: usize): void {
  const zero = f32x4.splat(0)
  const gap = span()
  const rt = f32x4.splat(ratio)
  const first = (row & (TILE_ROWS - 1)) == 0
  const last = (row & (TILE_ROWS - 1)) == TILE_ROWS - 1 || row == height - 1
  let tile = (row >> 3) * tileColumns + (from >> 5)
  const xs = acrossLine()
  const ns = downLine(row)
  const ss = downLine(row + 1)
  for (let c = from; c < to; c += TILE_COLUMNS, tile++) {
    const end = offset(row, min(to, c + TILE_COLUMNS))
    const sum = scratch + (<usize>(c >> 5) << 4)
    let most = first ? zero : v128.load(sum)
    let k = <usize>c << 2
    for (let o = offset(row, c); o < end; o += 16, k += 16) {
      const h = v128.load(h0 + o)
      const x = xs + k
      const n = ns + k
      const s = ss + k
      const x2 = x + 2 * gap
      const n2 = n + 2 * gap
      const now = f32x4.sub(
        h,
        f32x4.mul(rt, f32x4.add(f32x4.sub(v128.load(x, 4), v128.load(x)), f32x4.sub(v128.load(s), v128.load(n)))),
      )
      let ku = f32x4.add(
        f32x4.sub(v128.load(x + gap, 4), v128.load(x2)),
        f32x4.sub(v128.load(s + 3 * gap), v128.load(n + 3 * gap)),
      )
      let kv = f32x4.add(
        f32x4.sub(v128.load(x + 3 * gap, 4), v128.load(x + 3 * gap)),
        f32x4.sub(v128.load(s + gap), v128.load(n2)),
      )
      if (source) {
        ku = f32x4.add(ku, v128.load(source + k))
        kv = f32x4.add(kv, v128.load(source + gap + k))
      }
      const hu = f32x4.sub(f32x4.mul(h, v128.load(a0 + o)), f32x4.mul(rt, ku))
      const hv = f32x4.sub(f32x4.mul(h, v128.load(b0 + o)), f32x4.mul(rt, kv))
      const kept = f32x4.max(zero, now)
      const wet = f32x4.gt(kept, f32x4.splat(DRY))
      const depth = f32x4.pmax(f32x4.splat(DRY), kept)
      const r = inverseCubeRoot(depth)
      const r3 = f32x4.mul(r, f32x4.mul(r, r))
      const flow = f32x4.sqrt(f32x4.add(f32x4.mul(hu, hu), f32x4.mul(hv, hv)))
      const drag = f32x4.mul(
        f32x4.mul(f32x4.splat(dt), f32x4.mul(v128.load(friction + o), flow)),
        f32x4.mul(f32x4.mul(r3, r3), r),
      )
      const slowed = f32x4.add(f32x4.splat(0.5), f32x4.sqrt(f32x4.add(f32x4.splat(0.25), drag)))
      const inverse = v128.and(wet, f32x4.div(f32x4.splat(1), f32x4.mul(depth, slowed)))
      const u = f32x4.mul(hu, inverse)
      const v = f32x4.mul(hv, inverse)
      v128.store(h1 + o, kept)
      v128.store(a1 + o, u)
      v128.store(b1 + o, v)
      const wave = f32x4.sqrt(f32x4.mul(f32x4.splat(GRAVITY), kept))
      most = f32x4.max(most, v128.and(wet, f32x4.add(wave, f32x4.pmax(f32x4.abs(u), f32x4.abs(v)))))
    }
    if (last) store<f32>(tileMax + (tile << 2), largest(most))
    else v128.store(sum, most)
  }
}

// A rectangle of tiles, rows [top, bottom), columns [from, to).
export function fvRectangle(top: i32, bottom: i32, from: i32, to: i32, dt: f32, ratio: f32): void {
  downFlux(top, from, to)
  for (let row = top; row < bottom; row++) {
    acrossFlux(row, from, to)
    downFlux(row + 1, from, to)
    updateRow(row, from, to, dt, ratio, 0)
  }
}
