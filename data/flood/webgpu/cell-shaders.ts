/** What is done for every cell of the tiles that are awake, in WGSL: rain, both schemes, history, volume. */

/** Cells along the side of a tile, which is a workgroup. */
export const GPU_TILE = 16

/** Kernels over cells; what they share is in `shaders.ts`. */
export const CELL_SHADERS = /* wgsl */ `
var<workgroup> flag: u32;
var<workgroup> most: array<f32, 256>;

struct Here { i: u32, inside: bool }
fn here(tile: vec3u, local: vec3u) -> Here {
  let x = tile.x * ${GPU_TILE}u + local.x;
  let y = tile.y * ${GPU_TILE}u + local.y;
  return Here(P.guard + y * P.width + x, x < P.width && y < P.height);
}
fn computed(tile: vec3u, k: u32) -> bool {
  if (k == 0u) {
    let t = tile.y * P.tileColumns + tile.x;
    flag = select(0u, tiles[P.tileColumns * P.tileRows + t], P.dt > 0.0);
  }
  return workgroupUniformLoad(&flag) == 1u;
}
// largest speed of a tile, and how long it stays awake
fn tell(tile: vec3u, k: u32, speed: f32, wet: bool) {
  most[k] = select(speed, 3e38, speed != speed);
  if (wet && !(most[k] > 0.0)) { most[k] = 1e-30; }
  workgroupBarrier();
  for (var s = 128u; s > 0u; s >>= 1u) {
    if (k < s) { most[k] = max(most[k], most[k + s]); }
    workgroupBarrier();
  }
  if (k == 0u) {
    let t = tile.y * P.tileColumns + tile.x;
    tileMax[t] = most[0];
    tiles[t] = select(max(tiles[t], 1u) - 1u, 3u, most[0] > select(0.0, DRY, P.inertial == 1u));
  }
}

fn velocity(i: u32) -> vec2f {
  let f = H();
  let h = F[at(f, i)];
  if (P.inertial == 0u) { return vec2f(F[at(f + 1u, i)], F[at(f + 2u, i)]); }
  let by = 0.5 / max(0.01, h);
  return by * vec2f(F[at(3u, i)] + F[at(3u, i + 1u)], F[at(4u, i)] + F[at(4u, i + P.width)]);
}

fn trackCell(i: u32, dt: f32) {
  let h = F[at(H(), i)];
  if (!(h > DRY)) { return; }
  let speed = length(velocity(i));
  let m = at(10u, i);
  F[m] = max(F[m], h);
  F[m + P.len] = max(F[m + P.len], speed);
  F[m + 2u * P.len] = max(F[m + 2u * P.len], h * (speed + 0.5));
  if (h < P.threshold) { return; }
  var level = 1.0;
  for (var k = 0u; k < P.classes; k += 1u) {
    let limit = P.limits[k];
    if (h * speed > limit.x || h > limit.y || speed > limit.z) { level += 1.0; }
  }
  F[m + 3u * P.len] = max(F[m + 3u * P.len], level);
  if (F[m + 4u * P.len] < 0.0) { F[m + 4u * P.len] = P.base + P.t; }
  F[m + 5u * P.len] += dt;
}

@compute @workgroup_size(${GPU_TILE}, ${GPU_TILE})
fn rain(@builtin(workgroup_id) tile: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) k: u32) {
  let cell = here(tile, local);
  let amount = (P.rainA + P.rainB * (P.t + 0.5 * P.dt)) * P.dt;
  let x = tile.x * ${GPU_TILE}u + local.x;
  let y = tile.y * ${GPU_TILE}u + local.y;
  let i = cell.i;
  // the grid without its rings
  let ground = cell.inside && x >= 2u && y >= 2u && x < P.columns + 2u && y + 2u < P.height && F[at(0u, i)] < WALL;
  if (amount > 0.0 && ground) {
    let had = F[at(H(), i)];
    let wanted = amount + F[at(9u, i)];
    let has = had + wanted;
    F[at(9u, i)] = wanted - (has - had);
    F[at(H(), i)] = has;
    if (P.inertial == 0u && has > 0.0) {
      F[at(H() + 1u, i)] *= had / has;
      F[at(H() + 2u, i)] *= had / has;
    }
  }
  if (k == 0u && amount > 0.0) {
    tiles[tile.y * P.tileColumns + tile.x] = 3u;
    tiles[P.tileColumns * P.tileRows + tile.y * P.tileColumns + tile.x] = 1u;
  }
}

fn face(q: u32, i: u32, side: u32) -> f32 {
  let before = i - side;
  let zl = F[at(0u, before)];
  let zr = F[at(0u, i)];
  let el = zl + F[at(2u, before)];
  let er = zr + F[at(2u, i)];
  let depth = max(el, er) - max(zl, zr);
  if (!(depth > DRY)) { return 0.0; }
  let mean = 0.9 * F[at(q, i)] + 0.05 * (F[at(q, before)] + F[at(q, i + side)]);
  let push = mean - G * depth * P.ratio * (er - el);
  let r = inverseCubeRoot(depth);
  let r3 = r * r * r;
  let drag = 0.5 * (F[at(1u, before)] + F[at(1u, i)]) * abs(push) * P.dt * r3 * r3 * r;
  let limit = depth * sqrt(G * depth);
  return clamp(push / (0.5 + sqrt(0.25 + drag)), -limit, limit);
}

@compute @workgroup_size(${GPU_TILE}, ${GPU_TILE})
fn flow(@builtin(workgroup_id) tile: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) k: u32) {
  if (!computed(tile, k)) { return; }
  let cell = here(tile, local);
  if (!cell.inside) { return; }
  if (P.track == 1u) { trackCell(cell.i, P.dt); }
  F[at(6u, cell.i)] = face(3u, cell.i, 1u);
  F[at(7u, cell.i)] = face(4u, cell.i, P.width);
}

@compute @workgroup_size(${GPU_TILE}, ${GPU_TILE})
fn share(@builtin(workgroup_id) tile: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) k: u32) {
  if (!computed(tile, k)) { return; }
  let cell = here(tile, local);
  if (!cell.inside) { return; }
  let i = cell.i;
  let out = P.ratio * (max(0.0, F[at(6u, i + 1u)]) - min(0.0, F[at(6u, i)]) + max(0.0, F[at(7u, i + P.width)]) - min(0.0, F[at(7u, i)]));
  let h = F[at(2u, i)];
  F[at(8u, i)] = select(1.0, h / max(out, 1e-30), out > h);
}

fn scaled(q: u32, i: u32, side: u32) -> f32 {
  let f = F[at(q, i)];
  return f * F[at(8u, select(i, i - side, f > 0.0))];
}

@compute @workgroup_size(${GPU_TILE}, ${GPU_TILE})
fn update(@builtin(workgroup_id) tile: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) k: u32) {
  if (!computed(tile, k)) { return; }
  let cell = here(tile, local);
  var h = 0.0;
  if (cell.inside) {
    let i = cell.i;
    let w = scaled(6u, i, 1u);
    let n = scaled(7u, i, P.width);
    h = max(0.0, F[at(2u, i)] + P.ratio * (w - scaled(6u, i + 1u, 1u) + n - scaled(7u, i + P.width, P.width)));
    F[at(2u, i)] = h;
    F[at(3u, i)] = w;
    F[at(4u, i)] = n;
  }
  tell(tile, k, h, h > DRY);
}

// volume, momentum as the cell before and the one after feel it, transverse momentum
fn hllc(hl0: f32, ul0: f32, vl: f32, zl0: f32, hr0: f32, ur0: f32, vr: f32, zr0: f32) -> vec4f {
  let wl = zl0 > WALL;
  let wr = zr0 > WALL;
  let hl = select(hl0, hr0, wl);
  let hr = select(hr0, hl0, wr);
  let ul = select(ul0, -ur0, wl);
  let ur = select(ur0, -ul0, wr);
  let zl = select(zl0, zr0, wl);
  let zr = select(zr0, zl0, wr);
  let z = max(zl, zr);
  let a = max(0.0, hl + zl - z);
  let b = max(0.0, hr + zr - z);
  if ((wl && wr) || (a <= DRY && b <= DRY)) { return vec4f(0.0); }
  let ca = sqrt(G * a);
  let cb = sqrt(G * b);
  let apart = 0.25 * (ul - ur);
  let wave = 0.5 * (ca - cb);
  var slow = ur - 2.0 * cb;
  if (a > 0.0) { slow = min(ul - ca, ur - cb + apart + wave); }
  var fast = ul + 2.0 * ca;
  if (b > 0.0) { fast = max(ur + cb, ul + ca + wave - apart); }
  slow = min(0.0, slow);
  fast = max(0.0, fast);
  let inverse = 1.0 / (fast - slow);
  let fa = fast * a * ul;
  let sb = slow * b * ur;
  let both = slow * fast;
  let mass = (fa - sb + both * (b - a)) * inverse;
  let push = (fa * ul - sb * ur + both * (b * ur - a * ul)) * inverse;
  let press = 0.5 * G * (b - a) * (b + a) * inverse;
  return vec4f(mass, push - slow * press, push - fast * press, mass * select(vr, vl, mass > 0.0));
}
fn across(f: u32, i: u32) -> vec4f {
  let b = i - 1u;
  return hllc(F[at(f, b)], F[at(f + 1u, b)], F[at(f + 2u, b)], F[at(0u, b)], F[at(f, i)], F[at(f + 1u, i)], F[at(f + 2u, i)], F[at(0u, i)]);
}
fn down(f: u32, i: u32) -> vec4f {
  let b = i - P.width;
  return hllc(F[at(f, b)], F[at(f + 2u, b)], F[at(f + 1u, b)], F[at(0u, b)], F[at(f, i)], F[at(f + 2u, i)], F[at(f + 1u, i)], F[at(0u, i)]);
}

@compute @workgroup_size(${GPU_TILE}, ${GPU_TILE})
fn godunov(@builtin(workgroup_id) tile: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) k: u32) {
  if (!computed(tile, k)) { return; }
  let cell = here(tile, local);
  var speed = 0.0;
  var wet = false;
  if (cell.inside) {
    let i = cell.i;
    if (P.track == 1u) { trackCell(i, P.dt); }
    let f = H();
    let g = 7u - f;
    let w = across(f, i);
    let e = across(f, i + 1u);
    let n = down(f, i);
    let s = down(f, i + P.width);
    let h0 = F[at(f, i)];
    // what rounding took, and what was asked of a cell that had less, is given back in the next step
    let gain = F[at(8u, i)] - P.ratio * (e.x - w.x + s.x - n.x);
    let h = max(h0 + gain, 0.0);
    F[at(8u, i)] = gain - (h - h0);
    let hu = h0 * F[at(f + 1u, i)] - P.ratio * (e.y - w.z + s.w - n.w);
    let hv = h0 * F[at(f + 2u, i)] - P.ratio * (e.w - w.w + s.y - n.z);
    wet = h > DRY;
    var u = 0.0;
    var v = 0.0;
    if (wet) {
      u = hu / h;
      v = hv / h;
      let r = inverseCubeRoot(h);
      let r2 = r * r;
      let drag = P.dt * F[at(1u, i)] * sqrt(u * u + v * v) * r2 * r2;
      let slowed = 1.0 / (0.5 + sqrt(0.25 + drag));
      u *= slowed;
      v *= slowed;
      speed = max(abs(u), abs(v)) + sqrt(G * h);
    }
    F[at(g, i)] = h;
    F[at(g + 1u, i)] = u;
    F[at(g + 2u, i)] = v;
    if (h != h) { speed = h; }
  }
  tell(tile, k, speed, wet);
}

// what the host has put there: speeds of all tiles, all awake
@compute @workgroup_size(${GPU_TILE}, ${GPU_TILE})
fn measure(@builtin(workgroup_id) tile: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) k: u32) {
  let cell = here(tile, local);
  var speed = 0.0;
  if (cell.inside) { speed = speedOf(cell.i); }
  tell(tile, k, speed, false);
  if (k == 0u) { tiles[tile.y * P.tileColumns + tile.x] = 3u; }
}

@compute @workgroup_size(${GPU_TILE}, ${GPU_TILE})
fn look(@builtin(workgroup_id) tile: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let cell = here(tile, local);
  if (cell.inside && P.track == 1u) { trackCell(cell.i, 0.0); }
}

// volume over a tile, in metres of depth, at the place of its speed: host sums them in float64, then measures anew
@compute @workgroup_size(${GPU_TILE}, ${GPU_TILE})
fn total(@builtin(workgroup_id) tile: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) k: u32) {
  let cell = here(tile, local);
  let x = tile.x * ${GPU_TILE}u + local.x;
  let y = tile.y * ${GPU_TILE}u + local.y;
  most[k] = 0.0;
  if (cell.inside && x >= 2u && y >= 2u && x < P.columns + 2u && y + 2u < P.height && F[at(0u, cell.i)] < WALL) { most[k] = F[at(H(), cell.i)]; }
  workgroupBarrier();
  for (var s = 128u; s > 0u; s >>= 1u) {
    if (k < s) { most[k] = most[k] + most[k + s]; }
    workgroupBarrier();
  }
  if (k == 0u) { tileMax[P.tileColumns * P.tileRows + tile.y * P.tileColumns + tile.x] = most[0]; }
}
`
