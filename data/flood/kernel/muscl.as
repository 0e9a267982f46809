// Godunov scheme, second order where the water is smooth: see reference/muscl.ts.
import { acrossLine, downLine, flux, hardFlux, isCrested, span, updateRow } from './fv'
import {
  GRAVITY, NO_CREST, SMOOTH, WALL, a0, b0, bed, crestAcross, crestDown, friction, h0, inverseCubeRoot, offset,
  openAcross, openDown, openInverse, scratch,
  width,
} from './state'

// Lines of a row, in this order: west (h, normal, transverse, level), east, north, south, source east, source south.
// @ts-ignore: decorator
@inline
function prepared(row: i32): usize {
  return scratch + (13 + 18 * <usize>(row & 1)) * span()
}

// @ts-ignore: decorator
@inline
function wet(o: usize): v128 {
  return v128.and(f32x4.gt(v128.load(h0 + o), f32x4.splat(SMOOTH)), f32x4.lt(v128.load(bed + o), f32x4.splat(WALL)))
}

// Whether a face has no crest: slopes do not reach across one.
// @ts-ignore: decorator
@inline
function open(crest: usize): v128 {
  return f32x4.lt(v128.load(crest), f32x4.splat(NO_CREST))
}

// Monotonized central slope, zero outside the mask.
// @ts-ignore: decorator
@inline
function slope(before: v128, here: v128, after: v128, mask: v128): v128 {
  const a = f32x4.sub(here, before)
  const b = f32x4.sub(after, here)
  const middle = f32x4.abs(f32x4.mul(f32x4.splat(0.5), f32x4.add(a, b)))
  const least = f32x4.pmin(f32x4.abs(a), f32x4.abs(b))
  const size = f32x4.pmin(middle, f32x4.add(least, least))
  const signed = v128.or(size, v128.and(a, f32x4.splat(-0.0)))
  return v128.and(signed, v128.and(mask, f32x4.gt(f32x4.mul(a, b), f32x4.splat(0))))
}

// Slope of the level, mended where it and the depth's make a sill at a face that neither cell has. zb, Z, za: bed of the
// cell before, the cell, the one after.
// @ts-ignore: decorator
@inline
function mended(ex: v128, hx: v128, zb: v128, Z: v128, za: v128, h: v128): v128 {
  const zero = f32x4.splat(0)
  const zx = f32x4.mul(f32x4.splat(0.5), f32x4.sub(ex, hx))
  const least = f32x4.mul(f32x4.splat(0.05), h)
  // deep against the ground's slope: no sill could matter
  if (i32x4.all_true(f32x4.le(f32x4.abs(zx), least))) return ex
  const a = f32x4.sub(Z, zb)
  const b = f32x4.sub(za, Z)
  const low = f32x4.pmax(f32x4.pmin(a, zero), f32x4.pmin(b, zero))
  const high = f32x4.pmin(f32x4.pmax(a, zero), f32x4.pmax(b, zero))
  const kept = f32x4.pmax(low, f32x4.pmin(high, zx))
  const bad = f32x4.gt(f32x4.abs(f32x4.sub(kept, zx)), least)
  if (!v128.any_true(bad)) return ex
  return v128.bitselect(f32x4.add(hx, f32x4.add(kept, kept)), ex, bad)
}

// Whether cells are wholly open: second order is for those and their neighbours.
// @ts-ignore: decorator
@inline
function whole(o: usize): v128 {
  return f32x4.eq(v128.load(openInverse + o), f32x4.splat(1))
}

// @ts-ignore: decorator
@inline
function prepareOf(row: i32, from: i32, to: i32, dt: f32, ratio: f32, porous: bool): void {
  const line = <usize>width << 2
  const gap = span()
  const zero = f32x4.splat(0)
  const half = f32x4.splat(0.5)
  const g = f32x4.splat(GRAVITY)
  const ahead = f32x4.splat(-0.5 * ratio)
  let out = prepared(row) + (<usize>from << 2)
  const end = offset(row, to) + 16
  for (let o = offset(row, from) - 16; o != end; o += 16, out += 16) {
    const H = porous ? f32x4.mul(v128.load(h0 + o), v128.load(openInverse + o)) : v128.load(h0 + o)
    const U = v128.load(a0 + o)
    const V = v128.load(b0 + o)
    const Z = v128.load(bed + o)
    const E = f32x4.add(H, Z)
    const here = wet(o)
    let ex = zero
    let hx = zero
    let ux = zero
    let vx = zero
    let ey = zero
    let hy = zero
    let uy = zero
    let vy = zero
    if (v128.any_true(here)) {
      const w = o - 4
      const e = o + 4
      let mx = v128.and(here, v128.and(wet(w), wet(e)))
      if (crestAcross) mx = v128.and(mx, v128.and(open(crestAcross + o), open(crestAcross + e)))
      if (porous) mx = v128.and(mx, v128.and(whole(o), v128.and(whole(w), whole(e))))
      const hw = v128.load(h0 + w)
      const he = v128.load(h0 + e)
      const zw = v128.load(bed + w)
      const ze = v128.load(bed + e)
      hx = slope(hw, H, he, mx)
      ex = mended(slope(f32x4.add(hw, zw), E, f32x4.add(he, ze), mx), hx, zw, Z, ze, H)
      ux = slope(v128.load(a0 + w), U, v128.load(a0 + e), mx)
      vx = slope(v128.load(b0 + w), V, v128.load(b0 + e), mx)
      const n = o - line
      const s = o + line
      let my = v128.and(here, v128.and(wet(n), wet(s)))
      if (crestDown) my = v128.and(my, v128.and(open(crestDown + o), open(crestDown + s)))
      if (porous) my = v128.and(my, v128.and(whole(o), v128.and(whole(n), whole(s))))
      const hn = v128.load(h0 + n)
      const hs = v128.load(h0 + s)
      const zn = v128.load(bed + n)
      const zs = v128.load(bed + s)
      hy = slope(hn, H, hs, my)
      ey = mended(slope(f32x4.add(hn, zn), E, f32x4.add(hs, zs), my), hy, zn, Z, zs, H)
      uy = slope(v128.load(a0 + n), U, v128.load(a0 + s), my)
      vy = slope(v128.load(b0 + n), V, v128.load(b0 + s), my)
    }
    const turn = f32x4.add(f32x4.mul(U, hx), f32x4.mul(H, ux))
    const dh = f32x4.mul(ahead, f32x4.add(turn, f32x4.add(f32x4.mul(V, hy), f32x4.mul(H, vy))))
    const h = f32x4.add(H, dh)
    let u = f32x4.add(
      U,
      f32x4.mul(ahead, f32x4.add(f32x4.add(f32x4.mul(U, ux), f32x4.mul(V, uy)), f32x4.mul(g, ex))),
    )
    let v = f32x4.add(
      V,
      f32x4.mul(ahead, f32x4.add(f32x4.add(f32x4.mul(U, vx), f32x4.mul(V, vy)), f32x4.mul(g, ey))),
    )
    const r = inverseCubeRoot(f32x4.pmax(f32x4.splat(SMOOTH), H))
    const r2 = f32x4.mul(r, r)
    const speed = f32x4.sqrt(f32x4.add(f32x4.mul(u, u), f32x4.mul(v, v)))
    const drag = f32x4.mul(f32x4.mul(f32x4.splat(0.5 * dt), f32x4.mul(v128.load(friction + o), speed)), f32x4.mul(r2, r2))
    const slowed = f32x4.div(
      f32x4.splat(1),
      f32x4.add(f32x4.splat(0.5), f32x4.sqrt(f32x4.add(f32x4.splat(0.25), drag))),
    )
    const kept = v128.bitselect(slowed, f32x4.splat(1), here)
    u = f32x4.mul(u, kept)
    v = f32x4.mul(v, kept)
    hx = f32x4.mul(half, hx)
    hy = f32x4.mul(half, hy)
    ux = f32x4.mul(half, ux)
    uy = f32x4.mul(half, uy)
    vx = f32x4.mul(half, vx)
    vy = f32x4.mul(half, vy)
    ex = f32x4.mul(half, ex)
    ey = f32x4.mul(half, ey)
    const E1 = f32x4.add(E, dh)
    let west = f32x4.sub(h, hx)
    let east = f32x4.add(h, hx)
    let north = f32x4.sub(h, hy)
    let south = f32x4.add(h, hy)
    let westE = f32x4.sub(E1, ex)
    let eastE = f32x4.add(E1, ex)
    let northE = f32x4.sub(E1, ey)
    let southE = f32x4.add(E1, ey)
    // pressure and bed inside the cell make the slope of the level, exactly zero at rest
    let sx = ex
    let sy = ey
    const least = f32x4.pmin(f32x4.pmin(west, east), f32x4.pmin(north, south))
    if (v128.any_true(f32x4.lt(least, zero))) {
      const zx = f32x4.sub(ex, hx)
      const zy = f32x4.sub(ey, hy)
      westE = f32x4.pmax(westE, f32x4.sub(Z, zx))
      eastE = f32x4.pmax(eastE, f32x4.add(Z, zx))
      northE = f32x4.pmax(northE, f32x4.sub(Z, zy))
      southE = f32x4.pmax(southE, f32x4.add(Z, zy))
      west = f32x4.pmax(west, zero)
      east = f32x4.pmax(east, zero)
      north = f32x4.pmax(north, zero)
      south = f32x4.pmax(south, zero)
      const cut = f32x4.lt(least, zero)
      sx = v128.bitselect(f32x4.add(zx, f32x4.mul(half, f32x4.sub(east, west))), sx, cut)
      sy = v128.bitselect(f32x4.add(zy, f32x4.mul(half, f32x4.sub(south, north))), sy, cut)
    }
    let p = out
    v128.store(p, west)
    v128.store(p + gap, f32x4.sub(u, ux))
    v128.store(p + 2 * gap, f32x4.sub(v, vx))
    v128.store(p + 3 * gap, westE)
    p += 4 * gap
    v128.store(p, east)
    v128.store(p + gap, f32x4.add(u, ux))
    v128.store(p + 2 * gap, f32x4.add(v, vx))
    v128.store(p + 3 * gap, eastE)
    p += 4 * gap
    v128.store(p, north)
    v128.store(p + gap, f32x4.sub(v, vy))
    v128.store(p + 2 * gap, f32x4.sub(u, uy))
    v128.store(p + 3 * gap, northE)
    p += 4 * gap
    v128.store(p, south)
    v128.store(p + gap, f32x4.add(v, vy))
    v128.store(p + 2 * gap, f32x4.add(u, uy))
    v128.store(p + 3 * gap, southE)
    p += 4 * gap
    v128.store(p, f32x4.mul(g, f32x4.mul(sx, f32x4.add(west, east))))
    v128.store(p + gap, f32x4.mul(g, f32x4.mul(sy, f32x4.add(north, south))))
  }
}

function porousRow(row: i32, from: i32, to: i32, dt: f32, ratio: f32): void {
  prepareOf(row, from, to, dt, ratio, true)
}

function prepareRow(row: i32, from: i32, to: i32, dt: f32, ratio: f32): void {
  if (openInverse) porousRow(row, from, to, dt, ratio)
  else prepareOf(row, from, to, dt, ratio, false)
}

// Fluxes of a row as far as its faces are open.
function openFaces(open: usize, out: usize, gap: usize, bytes: usize): void {
  for (let k: usize = 0; k < bytes; k += 16) {
    const share = v128.load(open + k)
    for (let n: usize = 0; n < 4; n++) v128.store(out + n * gap + k, f32x4.mul(share, v128.load(out + n * gap + k)))
  }
}

// @ts-ignore: decorator
@inline
function faces(before: usize, after: usize, out: usize, gap: usize): void {
  const zero = f32x4.splat(0)
  const hl = v128.load(before)
  const ul = v128.load(before + gap)
  const vl = v128.load(before + 2 * gap)
  const el = v128.load(before + 3 * gap)
  const hr = v128.load(after)
  const ur = v128.load(after + gap)
  const vr = v128.load(after + 2 * gap)
  const er = v128.load(after + 3 * gap)
  const zl = f32x4.sub(el, hl)
  const zr = f32x4.sub(er, hr)
  const z = f32x4.pmax(zl, zr)
  if (v128.any_true(f32x4.gt(z, f32x4.splat(WALL)))) {
    hardFlux(hl, ul, vl, el, zl, hr, ur, vr, er, zr, f32x4.splat(2 * NO_CREST), out, gap)
    return
  }
  flux(f32x4.pmax(zero, f32x4.sub(el, z)), ul, vl, f32x4.pmax(zero, f32x4.sub(er, z)), ur, vr, out, gap)
}

function crestedFaces(before: usize, after: usize, crest: v128, out: usize, gap: usize): void {
  const hl = v128.load(before)
  const el = v128.load(before + 3 * gap)
  const hr = v128.load(after)
  const er = v128.load(after + 3 * gap)
  hardFlux(
    hl, v128.load(before + gap), v128.load(before + 2 * gap), el, f32x4.sub(el, hl),
    hr, v128.load(after + gap), v128.load(after + 2 * gap), er, f32x4.sub(er, hr), crest, out, gap,
  )
}

// Faces of a row from `before` and `after`; `crest`: 0, or the crests of the first of them.
// @ts-ignore: decorator
@inline
function rowOfFaces(before: usize, after: usize, crest: usize, out: usize, gap: usize, bytes: usize): void {
  if (!crest) {
    for (let k: usize = 0; k < bytes; k += 16) faces(before + k, after + k, out + k, gap)
    return
  }
  for (let k: usize = 0; k < bytes; k += 16) {
    if (isCrested(crest + k)) crestedFaces(before + k, after + k, v128.load(crest + k), out + k, gap)
    else faces(before + k, after + k, out + k, gap)
  }
}

function downFlux(row: i32, from: i32, to: i32): void {
  const gap = span()
  const shift = (<usize>from << 2) + 16
  const crest = crestDown ? crestDown + offset(row, from) : 0
  const bytes = <usize>(to - from) << 2
  const out = downLine(row) + (<usize>from << 2)
  rowOfFaces(prepared(row - 1) + 12 * gap + shift, prepared(row) + 8 * gap + shift, crest, out, gap, bytes)
  if (openDown) openFaces(openDown + offset(row, from), out, gap, bytes)
}

function acrossFlux(row: i32, from: i32, to: i32): void {
  const gap = span()
  const shift = (<usize>from << 2) + 16
  const crest = crestAcross ? crestAcross + offset(row, from) : 0
  const bytes = (<usize>(to - from) << 2) + 16
  const out = acrossLine() + (<usize>from << 2)
  rowOfFaces(prepared(row) + 4 * gap + shift - 4, prepared(row) + shift, crest, out, gap, bytes)
  if (openAcross) openFaces(openAcross + offset(row, from), out, gap, bytes)
}

// A rectangle of tiles, rows [top, bottom), columns [from, to).
export function musclRectangle(top: i32, bottom: i32, from: i32, to: i32, dt: f32, ratio: f32): void {
  const gap = span()
  prepareRow(top - 1, from, to, dt, ratio)
  prepareRow(top, from, to, dt, ratio)
  downFlux(top, from, to)
  for (let row = top; row < bottom; row++) {
    acrossFlux(row, from, to)
    prepareRow(row + 1, from, to, dt, ratio)
    downFlux(row + 1, from, to)
    updateRow(row, from, to, dt, ratio, prepared(row) + 16 * gap + 16)
  }
}
