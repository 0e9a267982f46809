// What the host calls: one step over the bands of tiles of a thread.
import { fvRectangle } from './fv'
import { inertialRectangle, limitDepths, limitFlows, nearFlag } from './inertial'
import { musclRectangle } from './muscl'
import { TILE_COLUMNS, TILE_ROWS, active, flag, flagBefore, height, tileColumns, tileRows, track, width } from './state'
import { subgridRectangle } from './subgrid'
import { trackRectangle } from './track'
export { frameBox, frameRows } from './frame'
export { setup, turn } from './state'
export { activate, largestTile } from './tiles'
export {
  subgridLevels, subgridLimit, subgridScale, subgridSetup, subgridTouch, subgridTrackAll, subgridTurn,
} from './subgrid'

const INERTIAL: i32 = 0
const MUSCL: i32 = 2
const SUBGRID: i32 = 3
// Rectangles are cut so that what they touch stays in the cache.
const MOST_BANDS: i32 = 4
const MUSCL_COLUMNS: i32 = 256

function rectangle(
  mode: i32, bandFrom: i32, bandTo: i32, from: i32, to: i32, dt: f32, ratio: f32, time: f32, held: f32,
): void {
  const top = bandFrom * TILE_ROWS
  const bottom = min(height, bandTo * TILE_ROWS)
  const right = min(width, to * TILE_COLUMNS)
  const left = from * TILE_COLUMNS
  if (mode == SUBGRID) {
    subgridRectangle(top, bottom, left, right, dt, ratio, time, held)
    return
  }
  if (track) trackRectangle(top, bottom, left, right, held, time, mode == INERTIAL)
  if (mode == INERTIAL) inertialRectangle(top, bottom, left, right, dt, ratio)
  else if (mode == MUSCL) {
    for (let c = left; c < right; c += MUSCL_COLUMNS) {
      musclRectangle(top, bottom, c, min(right, c + MUSCL_COLUMNS), dt, ratio)
    }
  } else fvRectangle(top, bottom, left, right, dt, ratio)
}

// One step over bands [bandFrom, bandTo) of tiles. Runs of active tiles that repeat below are done as one rectangle.
export function stepBands(
  mode: i32, bandFrom: i32, bandTo: i32, dt: f32, ratio: f32, time: f32, held: f32,
): void {
  let top = -1
  let left = 0
  let right = 0
  for (let band = bandFrom; band < bandTo; band++) {
    const row = active + band * tileColumns
    let first = 0
    while (first < tileColumns && !load<u8>(row + first)) first++
    let end = first
    while (end < tileColumns && load<u8>(row + end)) end++
    let rest = end
    while (rest < tileColumns && !load<u8>(row + rest)) rest++
    const single = rest == tileColumns && first < tileColumns
    if (top >= 0) {
      if (single && first == left && end == right && band - top < MOST_BANDS) continue
      rectangle(mode, top, band, left, right, dt, ratio, time, held)
      top = -1
    }
    if (single) {
      top = band
      left = first
      right = end
      continue
    }
    while (first < tileColumns) {
      rectangle(mode, band, band + 1, first, end, dt, ratio, time, held)
      first = rest
      end = first
      while (end < tileColumns && load<u8>(row + end)) end++
      rest = end
      while (rest < tileColumns && !load<u8>(row + rest)) rest++
    }
  }
  if (top >= 0) rectangle(mode, top, bandTo, left, right, dt, ratio, time, held)
}

// Whether some cell of the bands would give more than it has; keeps the flags for the next step.
export function anyFlag(bandFrom: i32, bandTo: i32): bool {
  for (let t = bandFrom * tileColumns; t < bandTo * tileColumns; t++) {
    if (load<u8>(active + t) && load<u8>(flag + t)) return true
  }
  return false
}

// Second pass over tiles near a flagged one: depths.
export function limitBands(bandFrom: i32, bandTo: i32, ratio: f32): void {
  for (let r = bandFrom; r < bandTo; r++) {
    for (let c = 0; c < tileColumns; c++) {
      const t = r * tileColumns + c
      if (load<u8>(active + t) && nearFlag(t, r, c, tileRows)) limitDepths(t, r, c, ratio)
    }
  }
}

// Third pass: discharges.
export function scaleBands(bandFrom: i32, bandTo: i32): void {
  for (let r = bandFrom; r < bandTo; r++) {
    for (let c = 0; c < tileColumns; c++) {
      const t = r * tileColumns + c
      if (!load<u8>(active + t)) continue
      if (nearFlag(t, r, c, tileRows)) limitFlows(r, c)
    }
  }
}

// Remembers which tiles have shares to be set back. Called when no one reads flags.
export function keepFlags(): void {
  memory.copy(flagBefore, flag, <usize>(tileColumns * tileRows))
}

// Takes the present state into the trackers for a moment of no length.
export function trackAll(mode: i32, time: f32): void {
  if (track) trackRectangle(0, height, 0, width, 0, time, mode == INERTIAL)
}
