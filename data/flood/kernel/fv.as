// Godunov scheme, first order: hydrostatic reconstruction and HLLC; see reference/hllc.ts and reference/fv.ts.
import {
  CREST_FLOW, DRY, GRAVITY, NO_CREST, TILE_COLUMNS, TILE_ROWS, WALL, a0, a1, b0, b1, bed, crestAcross, crestDown, friction, h0, h1, height, inverseCubeRoot, largest,
  offset, openAcross, openDown, openInverse, residue, scratch, tileColumns, tileMax, width,
} from './state'

// Flux through four faces with depths a and b on them, stored at `out`: volume, momentum for the cell before, for the
// cell after, transverse; one `span` apart.
// @ts-ignore: decorator
@inline
export function flux(a: v128, ul: v128, vl: v128, b: v128, ur: v128, vr: v128, out: usize, span: usize): void {
  const zero = f32x4.splat(0)
  const live = f32x4.gt(f32x4.pmax(a, b), f32x4.splat(DRY))
  const g = f32x4.splat(GRAVITY)
  const ca = f32x4.sqrt(f32x4.mul(g, a))
  const cb = f32x4.sqrt(f32x4.mul(g, b))
  const apart = f32x4.mul(f32x4.splat(0.25), f32x4.sub(ul, ur))
  const wave = f32x4.mul(f32x4.splat(0.5), f32x4.sub(ca, cb))
  const back = f32x4.sub(ur, cb)
  const ahead = f32x4.add(ul, ca)
  let slow = f32x4.pmin(f32x4.sub(ul, ca), f32x4.add(back, f32x4.add(apart, wave)))
  let fast = f32x4.pmax(f32x4.add(ur, cb), f32x4.add(ahead, f32x4.sub(wave, apart)))
  const both0 = f32x4.gt(f32x4.pmin(a, b), zero)
  if (!i32x4.all_true(both0)) {
    slow = v128.bitselect(slow, f32x4.sub(back, cb), f32x4.gt(a, zero))
    fast = v128.bitselect(fast, f32x4.add(ahead, ca), f32x4.gt(b, zero))
  }
  slow = f32x4.pmin(zero, slow)
  fast = f32x4.pmax(zero, fast)
  const inverse = v128.and(f32x4.div(f32x4.splat(1), f32x4.sub(fast, slow)), live)
  const qa = f32x4.mul(a, ul)
  const qb = f32x4.mul(b, ur)
  const fa = f32x4.mul(fast, qa)
  const sb = f32x4.mul(slow, qb)
  const both = f32x4.mul(slow, fast)
  const rise = f32x4.sub(b, a)
  const mass = f32x4.mul(inverse, f32x4.add(f32x4.sub(fa, sb), f32x4.mul(both, rise)))
  const push = f32x4.mul(
    inverse,
    f32x4.add(f32x4.sub(f32x4.mul(fa, ul), f32x4.mul(sb, ur)), f32x4.mul(both, f32x4.sub(qb, qa))),
  )
  const press = f32x4.mul(
    f32x4.mul(inverse, f32x4.splat(0.5 * GRAVITY)),
    f32x4.mul(rise, f32x4.add(b, a)),
  )
  v128.store(out, mass)
  v128.store(out + span, f32x4.sub(push, f32x4.mul(slow, press)))
  v128.store(out + 2 * span, f32x4.sub(push, f32x4.mul(fast, press)))
  v128.store(out + 3 * span, f32x4.mul(mass, v128.bitselect(vl, vr, f32x4.gt(mass, zero))))
}

// The same from depths, levels and beds of both sides, some of which are walls, which mirror the other side, or have a
// crest between them: no more passes than critical flow over it.
export function hardFlux(
  hl: v128, ul: v128, vl: v128, el: v128, zl: v128, hr: v128, ur: v128, vr: v128, er: v128, zr: v128, crest: v128,
  out: usize, span: usize,
): void {
  const zero = f32x4.splat(0)
  const left = f32x4.gt(zl, f32x4.splat(WALL))
  const right = f32x4.gt(zr, f32x4.splat(WALL))
  const ground = f32x4.pmax(zl, zr)
  const crested = f32x4.gt(crest, ground)
  const z = f32x4.pmax(ground, crest)
  const some = v128.or(left, right)
  const a = v128.bitselect(hl, f32x4.pmax(zero, f32x4.sub(el, z)), some)
  const b = v128.bitselect(hr, f32x4.pmax(zero, f32x4.sub(er, z)), some)
  flux(
    v128.bitselect(hr, a, left), v128.bitselect(f32x4.neg(ur), ul, left), vl,
    v128.bitselect(hl, b, right), v128.bitselect(f32x4.neg(ul), ur, right), vr, out, span,
  )
  if (!v128.any_true(crested)) return
  const head = f32x4.pmax(a, b)
  const most = f32x4.mul(f32x4.splat(CREST_FLOW), f32x4.mul(head, f32x4.sqrt(head)))
  const mass = f32x4.abs(v128.load(out))
  const over = v128.and(crested, f32x4.gt(mass, most))
  if (!v128.any_true(over)) return
  const share = v128.bitselect(f32x4.div(most, mass), f32x4.splat(1), over)
  for (let k: usize = 0; k < 4; k++) v128.store(out + k * span, f32x4.mul(share, v128.load(out + k * span)))
}

// @ts-ignore: decorator
@inline
function face(p: usize, o: usize, n0: usize, t0: usize, out: usize, gap: usize): void {
  const zero = f32x4.splat(0)
  const hl = v128.load(h0 + p)
  const hr = v128.load(h0 + o)
  const zl = v128.load(bed + p)
  const zr = v128.load(bed + o)
  const el = f32x4.add(hl, zl)
  const er = f32x4.add(hr, zr)
  const z = f32x4.pmax(zl, zr)
  const ul = v128.load(n0 + p)
  const vl = v128.load(t0 + p)
  const ur = v128.load(n0 + o)
  const vr = v128.load(t0 + o)
  if (v128.any_true(f32x4.gt(z, f32x4.splat(WALL)))) {
    hardFlux(hl, ul, vl, el, zl, hr, ur, vr, er, zr, f32x4.splat(2 * NO_CREST), out, gap)
    return
  }
  const a = f32x4.pmax(zero, f32x4.sub(el, z))
  const b = f32x4.pmax(zero, f32x4.sub(er, z))
  flux(a, ul, vl, b, ur, vr, out, gap)
}

// The same where some face has a crest; apart, as it would slow the loop without.
function crestedFace(p: usize, o: usize, n0: usize, t0: usize, crest: usize, out: usize, gap: usize): void {
  const hl = v128.load(h0 + p)
  const hr = v128.load(h0 + o)
  const zl = v128.load(bed + p)
  const zr = v128.load(bed + o)
  hardFlux(
    hl, v128.load(n0 + p), v128.load(t0 + p), f32x4.add(hl, zl), zl,
    hr, v128.load(n0 + o), v128.load(t0 + o), f32x4.add(hr, zr), zr, v128.load(crest + o), out, gap,
  )
}

// The same between cells that are partly open: `open` is the share of the face. At rest all parts of the flux are zero, so
// a share of them is, too: the pressure on the walls inside holds the difference (Sanders et al. 2008).
function porousFace(p: usize, o: usize, n0: usize, t0: usize, crest: usize, open: usize, out: usize, gap: usize): void {
  const hl = f32x4.mul(v128.load(h0 + p), v128.load(openInverse + p))
  const hr = f32x4.mul(v128.load(h0 + o), v128.load(openInverse + o))
  const zl = v128.load(bed + p)
  const zr = v128.load(bed + o)
  hardFlux(
    hl, v128.load(n0 + p), v128.load(t0 + p), f32x4.add(hl, zl), zl,
    hr, v128.load(n0 + o), v128.load(t0 + o), f32x4.add(hr, zr), zr,
    crest ? v128.load(crest + o) : f32x4.splat(2 * NO_CREST), out, gap,
  )
  const share = v128.load(open + o)
  for (let k: usize = 0; k < 4; k++) v128.store(out + k * gap, f32x4.mul(share, v128.load(out + k * gap)))
}

// Whether one of four faces has a crest.
// @ts-ignore: decorator
@inline
export function isCrested(crest: usize): bool {
  return v128.any_true(f32x4.gt(v128.load(crest), f32x4.splat(NO_CREST)))
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
  if (openInverse) {
    for (let o = offset(row, from); o < end; o += 16, out += 16) {
      porousFace(o - line, o, b0, a0, crestDown, openDown, out, gap)
    }
    return
  }
  if (!crestDown) {
    for (let o = offset(row, from); o < end; o += 16, out += 16) face(o - line, o, b0, a0, out, gap)
    return
  }
  for (let o = offset(row, from); o < end; o += 16, out += 16) {
    if (isCrested(crestDown + o)) crestedFace(o - line, o, b0, a0, crestDown, out, gap)
    else face(o - line, o, b0, a0, out, gap)
  }
}

function acrossFlux(row: i32, from: i32, to: i32): void {
  const gap = span()
  let out = acrossLine() + (<usize>from << 2)
  const end = offset(row, to)
  if (openInverse) {
    for (let o = offset(row, from); o <= end; o += 16, out += 16) {
      porousFace(o - 4, o, a0, b0, crestAcross, openAcross, out, gap)
    }
    return
  }
  if (!crestAcross) {
    for (let o = offset(row, from); o <= end; o += 16, out += 16) face(o - 4, o, a0, b0, out, gap)
    return
  }
  for (let o = offset(row, from); o <= end; o += 16, out += 16) {
    if (isCrested(crestAcross + o)) crestedFace(o - 4, o, a0, b0, crestAcross, out, gap)
    else face(o - 4, o, a0, b0, out, gap)
  }
}

// New state of a row from the fluxes in scratch. `source`: 0, or two lines of momentum from inside the cells.
// @ts-ignore: decorator
@inline
function updateOf(row: i32, from: i32, to: i32, dt: f32, ratio: f32, source: usize, porous: bool): void {
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
      const out = f32x4.add(f32x4.sub(v128.load(x, 4), v128.load(x)), f32x4.sub(v128.load(s), v128.load(n)))
      // what rounding takes from the depth is given back in the next step
      const more = f32x4.sub(v128.load(residue + o), f32x4.mul(rt, out))
      const kept = f32x4.pmax(f32x4.add(h, more), zero)
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
      // not "greater": a depth that is no number must be seen
      const dry = f32x4.le(kept, f32x4.splat(DRY))
      const depth = f32x4.pmax(f32x4.splat(DRY), kept)
      const inner = porous ? f32x4.mul(kept, v128.load(openInverse + o)) : kept
      const r = inverseCubeRoot(porous ? f32x4.pmax(f32x4.splat(DRY), inner) : depth)
      const r3 = f32x4.mul(r, f32x4.mul(r, r))
      let flow = f32x4.sqrt(f32x4.add(f32x4.mul(hu, hu), f32x4.mul(hv, hv)))
      if (porous) flow = f32x4.mul(flow, v128.load(openInverse + o))
      const drag = f32x4.mul(
        f32x4.mul(f32x4.splat(dt), f32x4.mul(v128.load(friction + o), flow)),
        f32x4.mul(f32x4.mul(r3, r3), r),
      )
      const slowed = f32x4.add(f32x4.splat(0.5), f32x4.sqrt(f32x4.add(f32x4.splat(0.25), drag)))
      const inverse = v128.andnot(f32x4.div(f32x4.splat(1), f32x4.mul(depth, slowed)), dry)
      const u = f32x4.mul(hu, inverse)
      const v = f32x4.mul(hv, inverse)
      v128.store(h1 + o, kept)
      v128.store(a1 + o, u)
      v128.store(b1 + o, v)
      v128.store(residue + o, f32x4.sub(more, f32x4.sub(kept, h)))
      // the wave speed only where it may be the largest so far: rare
      const top = f32x4.pmax(f32x4.abs(u), f32x4.abs(v))
      const room = f32x4.sub(most, top)
      const below = v128.and(
        f32x4.ge(room, zero),
        f32x4.ge(f32x4.mul(room, room), f32x4.mul(f32x4.splat(GRAVITY * 1.00001), inner)),
      )
      if (!i32x4.all_true(v128.or(dry, below))) {
        const wave = f32x4.sqrt(f32x4.mul(f32x4.splat(GRAVITY), inner))
        most = f32x4.max(most, v128.andnot(f32x4.add(wave, top), dry))
      }
    }
    if (last) store<f32>(tileMax + (tile << 2), largest(most))
    else v128.store(sum, most)
  }
}

function porousUpdate(row: i32, from: i32, to: i32, dt: f32, ratio: f32, source: usize): void {
  updateOf(row, from, to, dt, ratio, source, true)
}

export function updateRow(row: i32, from: i32, to: i32, dt: f32, ratio: f32, source: usize): void {
  if (openInverse) porousUpdate(row, from, to, dt, ratio, source)
  else updateOf(row, from, to, dt, ratio, source, false)
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
