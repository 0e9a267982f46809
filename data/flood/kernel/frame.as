// Frames of the water as whole steps, for who draws while the run goes on: see run/frame-pack.ts for the same in plain arithmetic.
import {
  DRY, TILE_COLUMNS, TILE_ROWS, a0, b0, h0, height, largest, offset, openInverse, scratch, tileColumns, tileMax, tileRows, wake,
  width,
} from './state'

const RING: i32 = 2

// Depth of the water where it stands.
// @ts-ignore: decorator
@inline
function depthAt(o: usize): v128 {
  const h = v128.load(h0 + o)
  return openInverse ? f32x4.mul(h, v128.load(openInverse + o)) : h
}

// Unit discharge of wet cells, zero elsewhere.
// @ts-ignore: decorator
@inline
function flowAt(o: usize, q: usize, side: usize, inertial: bool): v128 {
  const wet = f32x4.gt(v128.load(h0 + o), f32x4.splat(DRY))
  const here = v128.load(q + o)
  if (!inertial) return v128.and(wet, f32x4.mul(depthAt(o), here))
  const mean = f32x4.mul(f32x4.splat(0.5), f32x4.add(here, v128.load(q + o + side)))
  return v128.and(wet, openInverse ? f32x4.mul(mean, v128.load(openInverse + o)) : mean)
}

// Box of the wet cells of `columns`; to scratch: first column, first row, last column (-1: none), last row, largest depth,
// largest unit discharge (with `flows`). `skip`: tiles without water are told by their largest value.
export function frameBox(columns: i32, skip: bool, flows: bool, inertial: bool): usize {
  const line = <usize>width << 2
  let left = width
  let right = -1
  let top = height
  let bottom = -1
  let most = f32x4.splat(0)
  let fastest = f32x4.splat(0)
  const lanes = i32x4(0, 1, 2, 3)
  for (let r = 0; r < tileRows; r++) {
    const last = min(height - RING, (r + 1) * TILE_ROWS)
    for (let c = 0; c < tileColumns; c++) {
      const t = r * tileColumns + c
      if (skip && load<f32>(tileMax + (t << 2)) <= DRY && !load<u8>(wake + t)) continue
      const from = max(RING, c * TILE_COLUMNS)
      const to = min(columns + RING, (c + 1) * TILE_COLUMNS)
      for (let row = max(RING, r * TILE_ROWS); row < last; row++) {
        let first = to
        let end = -1
        let o = offset(row, from)
        for (let col = from; col < to; col += 4, o += 16) {
          const h = v128.load(h0 + o)
          let wet = f32x4.gt(h, f32x4.splat(DRY))
          if (col + 4 > to) wet = v128.and(wet, i32x4.lt_s(lanes, i32x4.splat(to - col)))
          const bits = i32x4.bitmask(wet)
          if (!bits) continue
          if (end < 0) first = col + ctz(bits)
          end = col + 31 - clz(bits)
          most = f32x4.max(most, v128.and(wet, depthAt(o)))
          if (!flows) continue
          fastest = f32x4.max(fastest, v128.and(wet, f32x4.abs(flowAt(o, a0, 4, inertial))))
          fastest = f32x4.max(fastest, v128.and(wet, f32x4.abs(flowAt(o, b0, line, inertial))))
        }
        if (end < 0) continue
        left = min(left, first)
        right = max(right, end)
        top = min(top, row)
        bottom = max(bottom, row)
      }
    }
  }
  store<i32>(scratch, left - RING)
  store<i32>(scratch + 4, top - RING)
  store<i32>(scratch + 8, right < 0 ? -1 : right - RING)
  store<i32>(scratch + 12, bottom < 0 ? -1 : bottom - RING)
  store<f32>(scratch + 16, largest(most))
  store<f32>(scratch + 20, largest(fastest))
  return scratch
}

// Depths (`what` 0, unsigned) or unit discharges (1: east, 2: south, signed) of every `stride`-th cell as 16-bit steps, row
// after row to scratch; up to 16 bytes more are written.
export function frameRows(
  what: i32, row: i32, rows: i32, column: i32, count: i32, stride: i32, per: f32, inertial: bool,
): usize {
  const scale = f32x4.splat(per)
  const q = what == 1 ? a0 : b0
  const side: usize = what == 1 ? 4 : <usize>width << 2
  for (let k = 0; k < rows; k++) {
    let out = scratch + (<usize>(k * count) << 1)
    let o = offset(row + k * stride + RING, column + RING)
    const end = out + (<usize>count << 1)
    if (stride > 1) {
      for (; out < end; out += 2, o += <usize>stride << 2) {
        const v = what == 0 ? depthAt(o) : flowAt(o, q, side, inertial)
        store<u16>(out, <u16>i32x4.extract_lane(what == 0 ? unsigned(v, scale) : signed(v, scale), 0))
      }
    } else if (what == 0) {
      for (; out < end; out += 16, o += 32) {
        v128.store(out, i16x8.narrow_i32x4_u(unsigned(depthAt(o), scale), unsigned(depthAt(o + 16), scale)))
      }
    } else {
      for (; out < end; out += 16, o += 32) {
        const near = signed(flowAt(o, q, side, inertial), scale)
        v128.store(out, i16x8.narrow_i32x4_s(near, signed(flowAt(o + 16, q, side, inertial), scale)))
      }
    }
  }
  return scratch
}

// @ts-ignore: decorator
@inline
function unsigned(v: v128, scale: v128): v128 {
  const steps = i32x4.trunc_sat_f32x4_s(f32x4.add(f32x4.mul(v, scale), f32x4.splat(0.5)))
  return i32x4.min_s(steps, i32x4.splat(65535))
}

// @ts-ignore: decorator
@inline
function signed(v: v128, scale: v128): v128 {
  return i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v, scale)))
}
