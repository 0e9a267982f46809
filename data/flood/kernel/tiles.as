// Which tiles are computed: those with water, those beside them, those woken, and each one step longer.
import {
  DRY, TILE_COLUMNS, TILE_ROWS, a0, a1, active, b0, b1, flag, flagBefore, h0, h1, height, needed, offset, share,
  tileColumns, tileMax, tileRows, wake, width,
} from './state'

// @ts-ignore: decorator
@inline
function wet(tile: i32): bool {
  const most = load<f32>(tileMax + (tile << 2))
  return !(most <= DRY)
}

// Decides for the next step. `all`: every tile, always. `mode` 0: inertial (discharges forgotten), 1: finite volumes.
// Returns the number of tiles to compute.
export function activate(all: bool, mode: i32): i32 {
  let count = 0
  for (let r = 0; r < tileRows; r++) {
    for (let c = 0; c < tileColumns; c++) {
      const t = r * tileColumns + c
      const need: bool =
        all || wet(t) || (c > 0 && wet(t - 1)) || (c + 1 < tileColumns && wet(t + 1)) ||
        (r > 0 && wet(t - tileColumns)) || (r + 1 < tileRows && wet(t + tileColumns)) || load<u8>(wake + t) != 0
      const was = load<u8>(active + t)
      const now: u8 = need || load<u8>(needed + t) ? 1 : 0
      store<u8>(needed + t, need ? 1 : 0)
      store<u8>(wake + t, 0)
      store<u8>(active + t, now)
      if (was && !now) retire(t, r, c, mode)
      count += now
    }
  }
  return count
}

// Leaves a tile so that both buffers say the same.
function retire(t: i32, r: i32, c: i32, mode: i32): void {
  const from = c * TILE_COLUMNS
  const bytes = <usize>(min(width, from + TILE_COLUMNS) - from) << 2
  const last = min(height, (r + 1) * TILE_ROWS)
  for (let row = r * TILE_ROWS; row < last; row++) {
    const o = offset(row, from)
    memory.fill(a0 + o, 0, bytes)
    memory.fill(b0 + o, 0, bytes)
    memory.fill(a1 + o, 0, bytes)
    memory.fill(b1 + o, 0, bytes)
    memory.copy(h1 + o, h0 + o, bytes)
    if (mode == 0) for (let k: usize = 0; k < bytes; k += 4) store<f32>(share + o + k, 1)
  }
  store<u8>(flag + t, 0)
  store<u8>(flagBefore + t, 0)
}

// Largest of `tileMax` over tiles.
export function largestTile(): f32 {
  let most: f32 = 0
  const n = tileColumns * tileRows
  for (let t = 0; t < n; t++) {
    const m = load<f32>(tileMax + (t << 2))
    if (!(m <= most)) {
      if (m != m) return m
      most = m
    }
  }
  return most
}
