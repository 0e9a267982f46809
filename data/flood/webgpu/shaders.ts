/** The same maths in WGSL: parameters, and what is done once a step by one workgroup: the step's length and the causes. */
import { CELL_SHADERS, GPU_TILE } from './cell-shaders.ts'

/** Fields, one after the other: bed, friction, three of the state, three of the next, share (fv: residue), carry of rain, six trackers. */
export const GPU_FIELDS = 16
/** 32-bit words of an item. */
export const ITEM_WORDS = 16
/** 32-bit words of an item's state. */
export const STATE_WORDS = 4

const COMMON = /* wgsl */ `
struct Params {
  dt: f32, ratio: f32, t: f32, tc: f32,
  length: f32, maxStep: f32, courant: f32, base: f32,
  spare: f32, shortest: f32, longest: f32, cellM: f32,
  threshold: f32, rainA: f32, rainB: f32, minStep: f32,
  cur: u32, stepped: u32, steps: u32, broken: u32,
  width: u32, height: u32, guard: u32, len: u32,
  tileColumns: u32, tileRows: u32, items: u32, rounds: u32,
  inertial: u32, classes: u32, track: u32, all: u32,
  columns: u32, spare0: u32, spare1: u32, spare2: u32,
  limits: array<vec4f, 5>,
}
struct Item { kind: u32, index: u32, inside: u32, round: u32, a: f32, b: f32, c: f32, d: f32, e: f32, f: f32, g: f32, h: f32, p: f32, q: f32, r: f32, s: f32 }
struct State { carry: f32, sum: f32, sumCarry: f32, placed: f32 }

@group(0) @binding(0) var<storage, read_write> F: array<f32>;
@group(0) @binding(1) var<storage, read_write> P: Params;
// how long a tile stays awake, then whether it is computed
@group(0) @binding(2) var<storage, read_write> tiles: array<u32>;
@group(0) @binding(3) var<storage, read_write> tileMax: array<f32>;
@group(0) @binding(4) var<storage, read> items: array<Item>;
@group(0) @binding(5) var<storage, read_write> states: array<State>;

const G: f32 = 9.81;
const DRY: f32 = 1e-5;
const WALL: f32 = 5e5;

fn at(field: u32, i: u32) -> u32 { return field * P.len + i; }
fn H() -> u32 { return 2u + 3u * P.cur; }

// x^(-1/3): a seed from the bits, then a step of third and one of second order
fn inverseCubeRoot(x: f32) -> f32 {
  var r = bitcast<f32>(i32(1419967116.0 - f32(bitcast<i32>(x)) * (1.0 / 3.0)));
  let c = x * r * r * r;
  r = r * (14.0 / 9.0 + c * (c * (2.0 / 9.0) - 7.0 / 9.0));
  return r * (4.0 / 3.0 - x * r * r * r * (1.0 / 3.0));
}

fn speedOf(i: u32) -> f32 {
  let h = F[at(H(), i)];
  if (P.inertial == 1u) { return h; }
  if (!(h > DRY)) { return 0.0; }
  return sqrt(G * h) + max(abs(F[at(H() + 1u, i)]), abs(F[at(H() + 2u, i)]));
}

fn stableStep(speed: f32) -> f32 {
  let wave = select(speed, sqrt(G * speed), P.inertial == 1u);
  if (wave <= 0.0) { return 3e38; }
  return P.courant * P.cellM / wave;
}

fn tileOf(i: u32) -> u32 {
  let place = i - P.guard;
  return (place / P.width / ${GPU_TILE}u) * P.tileColumns + (place % P.width) / ${GPU_TILE}u;
}

// what water moves to the ring and back, summed with what rounding takes
fn settleItem(k: u32) {
  if (states[k].placed < 0.0) { return; }
  let y = (states[k].placed - F[at(H(), items[k].index)]) - states[k].sumCarry;
  let t = states[k].sum + y;
  states[k].sumCarry = (t - states[k].sum) - y;
  states[k].sum = t;
  states[k].placed = -1.0;
}
`

const PREPARE = /* wgsl */ `
var<workgroup> part: array<f32, 256>;
var<workgroup> rounds: u32;

fn least(mine: f32, k: u32) -> f32 {
  part[k] = mine;
  workgroupBarrier();
  for (var s = 128u; s > 0u; s >>= 1u) {
    if (k < s) { part[k] = min(part[k], part[k + s]); }
    workgroupBarrier();
  }
  let all = workgroupUniformLoad(&part[0]);
  return all;
}

// the step an item bears: what comes in may be faster than what is there
fn itemStep(k: u32, dt: f32) -> f32 {
  let item = items[k];
  if (item.kind == 1u) {
    return stableStep2(F[at(H(), item.index)] + max(0.0, item.a + item.b * (P.t + 0.5 * dt)) * dt, item.index);
  }
  if (item.kind == 2u) { return stableStep2(item.a + item.b * (P.t + dt) - F[at(0u, item.index)], item.inside); }
  return 3e38;
}
fn stableStep2(depth: f32, i: u32) -> f32 {
  if (!(depth > DRY)) { return 3e38; }
  if (P.inertial == 1u) { return stableStep(depth); }
  return stableStep(sqrt(G * depth) + max(abs(F[at(H() + 1u, i)]), abs(F[at(H() + 2u, i)])));
}

fn inflow(k: u32, dt: f32) {
  let item = items[k];
  let i = item.index;
  let metres = (item.a + item.b * (P.t + 0.5 * dt)) * dt;
  let h = H();
  let had = F[at(h, i)];
  let y = metres + states[k].carry;
  let has = max(0.0, had + y);
  states[k].carry = y - (has - had);
  F[at(h, i)] = has;
  if (P.inertial == 1u || has <= 0.0) { return; }
  let kept = had / has;
  var u = F[at(h + 1u, i)] * kept;
  var v = F[at(h + 2u, i)] * kept;
  if (item.c != 0.0 || item.d != 0.0) {
    let q = (item.a + item.b * P.t) * P.cellM;
    let critical = pow(max(1e-12, q * q / G), 1.0 / 3.0);
    let normal = u * item.c + v * item.d;
    let lack = select(0.0, sqrt(G * has) * has * normal, normal > 0.0);
    let gain = (dt / P.cellM) * (q * (q / max(max(had, critical), 1e-3)) + lack) / has;
    u += gain * item.c;
    v += gain * item.d;
  }
  F[at(h + 1u, i)] = u;
  F[at(h + 2u, i)] = v;
}

fn side(k: u32, dt: f32) {
  let item = items[k];
  let ring = item.index;
  let inside = item.inside;
  let h = H();
  if (P.inertial == 0u) { F[at(0u, ring)] = F[at(0u, inside)]; }
  var depth = F[at(h, inside)];
  if (item.kind == 2u) { depth = max(0.0, item.a + item.b * (P.t + dt) - F[at(0u, ring)]); }
  if (P.inertial == 0u) {
    var u = F[at(h + 1u, inside)];
    var v = F[at(h + 2u, inside)];
    if (item.kind == 2u) {
      let limit = sqrt(G * depth);
      u = clamp(u, -limit, limit);
      v = clamp(v, -limit, limit);
    } else {
      let wave = sqrt(G * depth);
      // c, d: the way out
      if (u * item.c + v * item.d < wave) {
        if (item.a < 0.0) {
          depth = 0.0;
          u = 0.0;
          v = 0.0;
        } else {
          let steady = min(sqrt(item.a * G / max(F[at(1u, inside)], 1e-6)) * pow(max(depth, 1e-12), 2.0 / 3.0), 2.0 * wave);
          if (item.c != 0.0) { u = steady * item.c; } else { v = steady * item.d; }
        }
      }
    }
    F[at(h + 1u, ring)] = u;
    F[at(h + 2u, ring)] = v;
  }
  F[at(h, ring)] = depth;
  states[k].placed = depth;
}

fn breach(k: u32, dt: f32) {
  let item = items[k];
  let share = min(1.0, item.e + item.f * (P.t + dt));
  if (share <= 0.0 || item.c > max(item.d, item.g * share)) { return; }
  F[at(0u, item.index)] = min(F[at(0u, item.index)], item.a - (item.a - item.b) * share);
}

@compute @workgroup_size(256)
fn prepare(@builtin(local_invocation_index) k: u32) {
  let left = P.length - P.t;
  if (k == 0u && P.stepped == 1u) {
    P.cur = select(1u - P.cur, P.cur, P.inertial == 1u);
    P.stepped = 0u;
  }
  storageBarrier();
  workgroupBarrier();
  for (var n = k; n < P.items; n += 256u) { settleItem(n); }
  var speed = 0.0;
  for (var n = k; n < P.tileColumns * P.tileRows; n += 256u) {
    // not a number is kept
    if (!(tileMax[n] <= speed)) { speed = tileMax[n]; }
  }
  let fastest = -least(-speed, k);
  var dt = min(stableStep(fastest), P.maxStep);
  dt = left / max(1.0, ceil(left / dt - 1e-5));
  var bears = 3e38;
  for (var n = k; n < P.items; n += 256u) { bears = min(bears, itemStep(n, dt)); }
  // as the host does: a little faster is still stable
  dt = min(dt, 1.05 * least(bears, k));
  let fallen = max(0.0, P.rainA + P.rainB * (P.t + 0.5 * dt)) * dt;
  if (fallen > 0.0) { dt = min(dt, stableStep(fastest + select(sqrt(G * fallen), fallen, P.inertial == 1u))); }
  dt = left / max(1.0, ceil(left / dt - 1e-5));
  let on = left > 0.0 && P.broken == 0u && dt >= P.minStep;
  workgroupBarrier();
  if (k == 0u) {
    if (left > 0.0 && !on) { P.broken = 1u; }
    P.dt = select(0.0, dt, on);
    P.ratio = P.dt / P.cellM;
    P.stepped = select(0u, 1u, on);
    if (on) {
      P.steps += 1u;
      P.shortest = min(P.shortest, dt);
      P.longest = max(P.longest, dt);
    }
  }
  storageBarrier();
  workgroupBarrier();
  if (k == 0u) { rounds = P.rounds; }
  let turns = workgroupUniformLoad(&rounds);
  for (var round = 0u; round < turns; round += 1u) {
    for (var n = k; n < P.items; n += 256u) {
      if (!on || items[n].round != round) { continue; }
      if (items[n].kind == 1u) { inflow(n, dt); }
      else if (items[n].kind == 4u) { breach(n, dt); }
      else { side(n, dt); }
      tiles[tileOf(items[n].index)] = 3u;
    }
    storageBarrier();
    workgroupBarrier();
  }
}

@compute @workgroup_size(256)
fn advance(@builtin(local_invocation_index) k: u32) {
  if (k != 0u || P.dt <= 0.0) { return; }
  let y = P.dt - P.tc;
  let t = P.t + y;
  P.tc = (t - P.t) - y;
  P.t = select(t, P.length, P.length - t < 1e-6 * P.length);
}

@compute @workgroup_size(256)
fn settle(@builtin(local_invocation_index) k: u32) {
  if (k == 0u && P.stepped == 1u) {
    P.cur = select(1u - P.cur, P.cur, P.inertial == 1u);
    P.stepped = 0u;
  }
  storageBarrier();
  workgroupBarrier();
  for (var n = k; n < P.items; n += 256u) { settleItem(n); }
}

@compute @workgroup_size(256)
fn activate(@builtin(global_invocation_id) id: vec3u) {
  let count = P.tileColumns * P.tileRows;
  let t = id.x;
  if (t >= count || P.dt <= 0.0) { return; }
  let c = t % P.tileColumns;
  let r = t / P.tileColumns;
  var need = P.all == 1u;
  for (var y = max(r, 1u) - 1u; y <= min(r + 1u, P.tileRows - 1u); y += 1u) {
    for (var x = max(c, 1u) - 1u; x <= min(c + 1u, P.tileColumns - 1u); x += 1u) {
      need = need || tiles[y * P.tileColumns + x] > 0u;
    }
  }
  tiles[count + t] = select(0u, 1u, need);
}
`

/** Source of all kernels. A step is prepare, activate, rain, then flow + share + update (inertial) or godunov (fv), advance. */
export const SHADERS = `${COMMON}${PREPARE}${CELL_SHADERS}`
