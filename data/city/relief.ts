/** Heights of land and sea floor: hills by hand-placed ridges and eroded noise, a flat plain, sea walls, channel and shelf. */

import type { Shores } from './coast.ts'
import { EXTENT, EXTENT_M, METRES_PER_DEG_LAT, METRES_PER_DEG_LNG, type Point, toMetres } from './frame.ts'
import { lineDistance, type Ring } from './polygon.ts'
import { noiseOf } from './random.ts'
import { CHANNEL, RESERVOIRS, RIDGES } from './ridges.ts'

/** Arc-second grid: nodes on whole seconds, corners on the extent. */
const PER_DEGREE = 3600

/** A grid of orthometric heights. */
export interface HeightGrid {
  west: number
  south: number
  east: number
  north: number
  columns: number
  rows: number
  resolutionM: number
  /** metres above mean sea level (EGM96 geoid), row-major from the north-west, on the nodes; no NaN */
  heights: Float32Array
}

/** The grid with what was found on the way. */
export interface Relief {
  grid: HeightGrid
  /** height at a point of the metric frame, bilinear; the border's value outside */
  at(x: number, y: number): number
  /** metres to the nearest shore, negative in water; same nodes */
  shore: Float32Array
}

/** Sets every node inside the ring (even-odd, node centres) to a value. */
function fill(mask: Uint8Array, columns: number, rows: number, ring: Ring, value: number): void {
  const [w, , , n] = EXTENT_M
  const dx = METRES_PER_DEG_LNG / PER_DEGREE
  const dy = METRES_PER_DEG_LAT / PER_DEGREE
  const crossings = new Map<number, number[]>()
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const a = ring[i]!
    const b = ring[j]!
    const ra = (n - a[1]) / dy
    const rb = (n - b[1]) / dy
    const from = Math.max(0, Math.ceil(Math.min(ra, rb)))
    const to = Math.min(rows - 1, Math.ceil(Math.max(ra, rb)) - 1)
    for (let row = from; row <= to; row++) {
      const x = a[0] + ((b[0] - a[0]) * (row - ra)) / (rb - ra)
      const list = crossings.get(row)
      if (list) list.push((x - w) / dx)
      else crossings.set(row, [(x - w) / dx])
    }
  }
  for (const [row, list] of crossings) {
    list.sort((a, b) => a - b)
    for (let k = 0; k + 1 < list.length; k += 2) {
      const from = Math.max(0, Math.ceil(list[k]! - 1e-6))
      const to = Math.min(columns - 1, Math.floor(list[k + 1]! + 1e-6))
      if (to >= from) mask.fill(value, row * columns + from, row * columns + to + 1)
    }
  }
}

/** Metres from each node to the nearest node of the other kind, by a two-pass chamfer (error under 4 %). */
function chamfer(isEdge: (i: number) => boolean, columns: number, rows: number, dx: number, dy: number): Float32Array {
  const far = 1e6
  const out = new Float32Array(columns * rows).fill(far)
  const dd = Math.hypot(dx, dy)
  for (let i = 0; i < out.length; i++) if (isEdge(i)) out[i] = 0.4 * dx
  for (let r = 0; r < rows; r++) {
    for (let c = 0, i = r * columns; c < columns; c++, i++) {
      let v = out[i]!
      if (c > 0) v = Math.min(v, out[i - 1]! + dx)
      if (r > 0) {
        v = Math.min(v, out[i - columns]! + dy)
        if (c > 0) v = Math.min(v, out[i - columns - 1]! + dd)
        if (c + 1 < columns) v = Math.min(v, out[i - columns + 1]! + dd)
      }
      out[i] = v
    }
  }
  for (let r = rows - 1; r >= 0; r--) {
    for (let c = columns - 1, i = r * columns + c; c >= 0; c--, i--) {
      let v = out[i]!
      if (c + 1 < columns) v = Math.min(v, out[i + 1]! + dx)
      if (r + 1 < rows) {
        v = Math.min(v, out[i + columns]! + dy)
        if (c > 0) v = Math.min(v, out[i + columns - 1]! + dd)
        if (c + 1 < columns) v = Math.min(v, out[i + columns + 1]! + dd)
      }
      out[i] = v
    }
  }
  return out
}

const smooth = (t: number) => (t <= 0 ? 0 : t >= 1 ? 1 : t * t * (3 - 2 * t))
/** Nodes of the coarse grids per side. */
const COARSE = 8

/** The hills' envelope on a coarse grid: the highest of the ridges' bells, metres. */
function envelope(columns: number, rows: number): Float32Array {
  const out = new Float32Array(columns * rows)
  const [w, , , n] = EXTENT_M
  const dx = (METRES_PER_DEG_LNG / PER_DEGREE) * COARSE
  const dy = (METRES_PER_DEG_LAT / PER_DEGREE) * COARSE
  for (const ridge of RIDGES) {
    const line = ridge.line.map((p) => toMetres(p[0], p[1]))
    const reach = ridge.radius
    const c0 = Math.max(0, Math.floor((Math.min(...line.map((p) => p[0])) - reach - w) / dx))
    const c1 = Math.min(columns - 1, Math.ceil((Math.max(...line.map((p) => p[0])) + reach - w) / dx))
    const r0 = Math.max(0, Math.floor((n - Math.max(...line.map((p) => p[1])) - reach) / dy))
    const r1 = Math.min(rows - 1, Math.ceil((n - Math.min(...line.map((p) => p[1])) + reach) / dy))
    for (let r = r0; r <= r1; r++) {
      for (let c = c0; c <= c1; c++) {
        const d = lineDistance(w + c * dx, n - r * dy, line) / reach
        if (d >= 1) continue
        const v = ridge.height * (1 - d) * (1 - d) * (1 + 0.8 * d)
        const i = r * columns + c
        out[i] = Math.max(out[i]!, v) + 0.25 * Math.min(out[i]!, v)
      }
    }
  }
  return out
}

function bilinear(grid: Float32Array, columns: number, rows: number, c: number, r: number): number {
  const cc = Math.max(0, Math.min(columns - 1.001, c))
  const rr = Math.max(0, Math.min(rows - 1.001, r))
  const c0 = Math.floor(cc)
  const r0 = Math.floor(rr)
  const u = cc - c0
  const i = r0 * columns + c0
  const top = grid[i]! + (grid[i + 1]! - grid[i]!) * u
  const low = grid[i + columns]! + (grid[i + columns + 1]! - grid[i + columns]!) * u
  return top + (low - top) * (rr - r0)
}

/** Ridged noise in about 0…1, octaves weighted by the one before: crests stay sharp, valleys fill (Musgrave 1994). */
function ridged(noise: (x: number, y: number) => number, x: number, y: number): number {
  let sum = 0
  let weight = 1
  let amplitude = 0.5
  let px = x
  let py = y
  for (let octave = 0; octave < 6; octave++) {
    const v = 1 - Math.min(1, Math.abs(noise(px, py)) * 1.35)
    const signal = v * v * weight
    sum += signal * amplitude
    weight = Math.min(1, signal * 2.1)
    amplitude *= 0.5
    // turned by the 3-4-5 triangle at each octave, so that the lattice never shows
    const turned = 2.03 * (0.8 * px - 0.6 * py) + 11.7
    py = 2.03 * (0.6 * px + 0.8 * py) - 5.3
    px = turned
  }
  return sum
}

/** The heights of the whole extent. */
export function makeRelief(shores: Shores, seed: number): Relief {
  const [west, south, east, north] = EXTENT
  const columns = Math.round((east - west) * PER_DEGREE) + 1
  const rows = Math.round((north - south) * PER_DEGREE) + 1
  const [w, , , n] = EXTENT_M
  const dx = METRES_PER_DEG_LNG / PER_DEGREE
  const dy = METRES_PER_DEG_LAT / PER_DEGREE
  const mask = new Uint8Array(columns * rows)
  for (const ring of [shores.northLand, shores.wedgeLand, shores.southLand]) fill(mask, columns, rows, ring, 1)
  for (const ring of shores.islands) fill(mask, columns, rows, ring, 2)
  const isEdge = (i: number) => {
    const land = mask[i] === 0
    const c = i % columns
    return (
      (c > 0 && (mask[i - 1] === 0) !== land) ||
      (c + 1 < columns && (mask[i + 1] === 0) !== land) ||
      (i >= columns && (mask[i - columns] === 0) !== land) ||
      (i + columns < mask.length && (mask[i + columns] === 0) !== land)
    )
  }
  const shore = chamfer(isEdge, columns, rows, dx, dy)
  const cc = Math.ceil(columns / COARSE) + 1
  const cr = Math.ceil(rows / COARSE) + 1
  const mainlandNode = (i: number) => {
    const r = Math.min(rows - 1, Math.floor(i / cc) * COARSE)
    const c = Math.min(columns - 1, (i % cc) * COARSE)
    return mask[r * columns + c] === 1
  }
  const offshore = chamfer(mainlandNode, cc, cr, dx * COARSE, dy * COARSE)
  const hills = envelope(cc, cr)
  const noise = noiseOf(seed)
  const channel = CHANNEL.map((p) => toMetres(p[0], p[1]))
  const heights = new Float32Array(columns * rows)
  const former = shores.formerIslands.map((ring) => ring[0]!)
  for (let r = 0, i = 0; r < rows; r++) {
    const y = n - r * dy
    for (let c = 0; c < columns; c++, i++) {
      const x = w + c * dx
      const d = shore[i]!
      if (mask[i] === 0) {
        heights[i] = seaFloor(x, y, d, bilinear(offshore, cc, cr, c / COARSE, r / COARSE), channel, noise)
        shore[i] = -d
      } else if (mask[i] === 2) heights[i] = island(x, y, d, noise)
      else heights[i] = mainland(x, y, d, c, r, hills, cc, cr, noise, former)
    }
  }
  for (const { at, radius } of RESERVOIRS) {
    const [px, py] = toMetres(at[0], at[1])
    const [c0, r0] = [Math.round((px - w) / dx), Math.round((n - py) / dy)]
    const reach = Math.ceil((radius * 2.2) / dx)
    const level = heights[r0 * columns + c0]!
    for (let r = r0 - reach; r <= r0 + reach; r++) {
      for (let c = c0 - reach; c <= c0 + reach; c++) {
        const i = r * columns + c
        const d = Math.hypot(w + c * dx - px, n - r * dy - py) / radius
        const t = smooth((d - 1.08) / 0.8)
        heights[i] = level + (Math.max(level + 4, heights[i]!) - level) * t
      }
    }
  }
  const grid: HeightGrid = { west, south, east, north, columns, rows, resolutionM: 30, heights }
  return { grid, shore, at: (x, y) => bilinear(heights, columns, rows, (x - w) / dx, (n - y) / dy) }
}

function seaFloor(
  x: number,
  y: number,
  shore: number,
  offshore: number,
  channel: Point[],
  noise: (x: number, y: number) => number,
): number {
  const shelf =
    0.4 +
    1.5 * smooth(offshore / 2500) +
    8.5 * (1 - Math.exp(-offshore / 14000)) +
    7 * smooth((offshore - 12000) / 40000)
  let depth = Math.max(0.35, shelf + 0.5 * noise(x / 2600, y / 2600) * Math.min(1, offshore / 3000))
  if (offshore > 1500 && shore < 900)
    depth += 3.2 * (1 - shore / 900) * (0.5 + 0.5 * noise(x / 900, y / 900)) - 2 * (1 - smooth(shore / 160))
  depth *= 0.35 + 0.65 * smooth(shore / 260)
  if (offshore < 7000 && x < 26000) {
    const off = lineDistance(x, y, channel)
    const narrow = x < -6500 ? Math.max(0.12, 1 - (-6500 - x) / 14000) : 1
    const bed =
      smooth((26000 - x) / 12000) *
      (7.8 + 0.8 * noise(x / 1500, y / 1500)) *
      Math.max(0.35, narrow) *
      (1 - smooth((off - 130 * narrow) / (620 * narrow)))
    depth = Math.max(depth, bed * smooth((shore + 30) / 170))
    if (x < -6500) depth = Math.max(depth, (4.5 * narrow + 1) * smooth(shore / 60))
  }
  return -Math.max(0.3, depth)
}

function island(x: number, y: number, shore: number, noise: (x: number, y: number) => number): number {
  const wx = x + 160 * noise(x / 500 + 3, y / 500)
  const wy = y + 160 * noise(x / 500, y / 500 + 8)
  const crest = ridged(noise, wx / 1100, wy / 1100)
  const cove = 0.35 + 0.65 * smooth(0.5 + 1.2 * noise(x / 700 + 40, y / 700))
  const body = 235 * (1 - Math.exp(-shore / 620)) * (0.35 + 0.95 * crest)
  return 1.2 + body * (cove + (1 - cove) * smooth(shore / 420))
}

function mainland(
  x: number,
  y: number,
  shore: number,
  c: number,
  r: number,
  hills: Float32Array,
  cc: number,
  cr: number,
  noise: (x: number, y: number) => number,
  former: Point[],
): number {
  let plain =
    3.3 + 0.7 * noise(x / 3100, y / 3100) + 0.25 * noise(x / 420, y / 420) + Math.max(0, Math.min(1.2, -x / 16000))
  for (const [fx, fy] of former) {
    const d = Math.hypot(x - fx, y - fy)
    if (d < 700) plain += 75 * (1 - smooth(d / 600)) * (0.4 + 0.9 * ridged(noise, x / 500, y / 500))
  }
  // a bank along the rivers, a sea wall along the coast: the crest is the shore's own row of nodes
  const crest = x > 6300 ? 6.6 : 5.2
  const bank = shore < 75 ? crest * (1 - smooth((shore - 34) / 40)) : 0
  const wx = 24 * noise(x / 1700, y / 1700 + 5) + 12 * noise(x / 520, y / 520 + 5)
  const wy = 24 * noise(x / 1700 + 9, y / 1700) + 12 * noise(x / 520 + 9, y / 520)
  const e = bilinear(hills, cc, cr, (c + wx) / COARSE, (r + wy) / COARSE) * smooth((shore - 60) / 500)
  if (e < 1) return Math.max(plain, bank)
  const warp = 260 * noise(x / 2300, y / 2300)
  const crestNoise = ridged(noise, (x + warp) / 2100, (y - warp) / 2100)
  const body = e * (0.1 + 1.15 * crestNoise)
  return Math.max(plain, bank) + Math.max(0, body) * smooth((e - 1) / 22)
}
