// Where everything lies in memory; set once per instance (each thread has its own instance over one memory).

export const DRY: f32 = 1e-5
export const SMOOTH: f32 = 1e-4
export const GRAVITY: f32 = 9.81
export const WALL: f32 = 5e5
// Levels below this are no crest; most that passes one, times head^1.5.
export const NO_CREST: f32 = -1e5
export const CREST_FLOW: f32 = 1.705
export const TILE_COLUMNS: i32 = 32
export const TILE_ROWS: i32 = 8

export let width: i32 = 0
export let height: i32 = 0
export let tileColumns: i32 = 0
export let tileRows: i32 = 0
// fields: address of the first padded cell
export let bed: usize = 0
export let friction: usize = 0
export let h0: usize = 0
export let a0: usize = 0
export let b0: usize = 0
export let h1: usize = 0
export let a1: usize = 0
export let b1: usize = 0
// inertial: share of its outflow a cell can give; finite volumes: what rounding took from its depth
export let share: usize = 0
export let residue: usize = 0
// levels of crests on western and northern faces; 0 = there are none
export let crestAcross: usize = 0
export let crestDown: usize = 0
// porous ground: 1 / share of a cell that is open, shares of its western and northern faces; 0 = all is open
export let openInverse: usize = 0
export let openAcross: usize = 0
export let openDown: usize = 0
// trackers: depth, speed, hazard, class, arrival, duration, one `trackStride` apart; 0 = none
export let track: usize = 0
export let trackStride: usize = 0
export let rule: usize = 0
export let classes: i32 = 0
// tiles
export let active: usize = 0
export let needed: usize = 0
export let wake: usize = 0
export let flag: usize = 0
export let flagBefore: usize = 0
export let tileMax: usize = 0
// rows of scratch of this thread
export let scratch: usize = 0

// Reads 29 numbers; see `memory.ts`, which writes them in this order.
export function setup(at: usize): void {
  width = load<i32>(at, 0)
  height = load<i32>(at, 4)
  tileColumns = load<i32>(at, 8)
  tileRows = load<i32>(at, 12)
  bed = load<u32>(at, 16)
  friction = load<u32>(at, 20)
  h0 = load<u32>(at, 24)
  a0 = load<u32>(at, 28)
  b0 = load<u32>(at, 32)
  h1 = load<u32>(at, 36)
  a1 = load<u32>(at, 40)
  b1 = load<u32>(at, 44)
  share = load<u32>(at, 48)
  residue = share
  track = load<u32>(at, 52)
  trackStride = load<u32>(at, 56)
  rule = load<u32>(at, 60)
  classes = load<i32>(at, 64)
  active = load<u32>(at, 68)
  needed = load<u32>(at, 72)
  wake = load<u32>(at, 76)
  flag = load<u32>(at, 80)
  flagBefore = load<u32>(at, 84)
  tileMax = load<u32>(at, 88)
  scratch = load<u32>(at, 92)
  crestAcross = load<u32>(at, 96)
  crestDown = load<u32>(at, 100)
  openInverse = load<u32>(at, 104)
  openAcross = load<u32>(at, 108)
  openDown = load<u32>(at, 112)
}

// Which of the two buffers is the present one.
export function turn(): void {
  let t = h0
  h0 = h1
  h1 = t
  t = a0
  a0 = a1
  a1 = t
  t = b0
  b0 = b1
  b1 = t
}

// Byte distance of a cell from the first padded one.
// @ts-ignore: decorator
@inline
export function offset(row: i32, column: i32): usize {
  return <usize>(row * width + column) << 2
}

// x^(-1/3) of positive x: a seed from the bits, then a step of third and one of second order; relative
// error below 3e-7.
// @ts-ignore: decorator
@inline
export function inverseCubeRoot(x: v128): v128 {
  const third = f32x4.mul(f32x4.convert_i32x4_s(x), f32x4.splat(1.0 / 3.0))
  let r = i32x4.trunc_sat_f32x4_s(f32x4.sub(f32x4.splat(1419967116.0), third))
  r = cubeStep(x, r)
  const c = f32x4.mul(f32x4.mul(x, r), f32x4.mul(r, r))
  return f32x4.mul(r, f32x4.sub(f32x4.splat(4.0 / 3.0), f32x4.mul(c, f32x4.splat(1.0 / 3.0))))
}

// @ts-ignore: decorator
@inline
function cubeStep(x: v128, r: v128): v128 {
  const c = f32x4.mul(f32x4.mul(x, r), f32x4.mul(r, r))
  const p = f32x4.add(
    f32x4.splat(14.0 / 9.0),
    f32x4.mul(c, f32x4.sub(f32x4.mul(c, f32x4.splat(2.0 / 9.0)), f32x4.splat(7.0 / 9.0))),
  )
  return f32x4.mul(r, p)
}

// @ts-ignore: decorator
@inline
export function largest(x: v128): f32 {
  const a = f32x4.max(x, v128.shuffle<f32>(x, x, 2, 3, 0, 1))
  return max(f32x4.extract_lane(a, 0), f32x4.extract_lane(a, 1))
}
