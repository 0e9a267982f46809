/** Parts cut to a band of one axis; twice over it cuts to a box. */
import { clearParts, endPart, makeRoom, type Parts } from './vector-shape.ts'

/**
 * The parts within a band of one axis.
 * Rings stay rings (Sutherland and Hodgman 1974, both sides in one pass), lines fall into the pieces inside.
 * @param axis 0 = x, 1 = y
 */
export function clipParts(parts: Parts, axis: 0 | 1, low: number, high: number, out: Parts): void {
  clearParts(out, parts.kind)
  let from = 0
  let skipHoles = false
  for (let part = 0; part < parts.count; part++) {
    const end = parts.ends[part]
    const hole = parts.holes[part]
    if (parts.kind === 1) clipPoints(parts.xy, from, end, axis, low, high, out)
    else if (parts.kind === 2) clipLine(parts.xy, from, end, axis, low, high, out)
    else if (!(hole && skipHoles)) {
      const kept = clipRing(parts.xy, from, end, axis, low, high, out, hole)
      if (!hole) skipHoles = !kept
    }
    from = end
  }
}

function clipPoints(
  xy: Int32Array,
  from: number,
  end: number,
  axis: 0 | 1,
  low: number,
  high: number,
  out: Parts,
): void {
  makeRoom(out, end - from)
  const start = out.length
  for (let i = from; i < end; i += 2)
    if (xy[i + axis] >= low && xy[i + axis] <= high) {
      out.xy[out.length++] = xy[i]
      out.xy[out.length++] = xy[i + 1]
    }
  endPart(out, start, 2, 0)
}

/** Adds the point where an edge crosses `at`. */
function cross(xy: Int32Array, i: number, axis: 0 | 1, at: number, out: Parts): void {
  const t = (at - xy[i + axis]) / (xy[i + 2 + axis] - xy[i + axis])
  const other = axis ? 0 : 1
  const value = Math.round(xy[i + other] + (xy[i + 2 + other] - xy[i + other]) * t)
  out.xy[out.length + axis] = at
  out.xy[out.length + other] = value
  out.length += 2
}

function clipRing(
  xy: Int32Array,
  from: number,
  end: number,
  axis: 0 | 1,
  low: number,
  high: number,
  out: Parts,
  hole: number,
): boolean {
  makeRoom(out, (end - from) * 2 + 4)
  const start = out.length
  for (let i = from; i < end - 2; i += 2) {
    const a = xy[i + axis]
    const b = xy[i + 2 + axis]
    if (a < low) {
      if (b > low) cross(xy, i, axis, low, out)
    } else if (a > high) {
      if (b < high) cross(xy, i, axis, high, out)
    } else {
      out.xy[out.length++] = xy[i]
      out.xy[out.length++] = xy[i + 1]
    }
    if (b < low && a >= low) cross(xy, i, axis, low, out)
    if (b > high && a <= high) cross(xy, i, axis, high, out)
  }
  if (out.length > start) {
    out.xy[out.length] = out.xy[start]
    out.xy[out.length + 1] = out.xy[start + 1]
    out.length += 2
  }
  endPart(out, start, 8, hole)
  return out.length > start
}

function clipLine(xy: Int32Array, from: number, end: number, axis: 0 | 1, low: number, high: number, out: Parts): void {
  makeRoom(out, (end - from) * 2 + 4)
  let start = out.length
  for (let i = from; i < end - 2; i += 2) {
    const a = xy[i + axis]
    const b = xy[i + 2 + axis]
    if (a < low) {
      if (b > low) cross(xy, i, axis, low, out)
    } else if (a > high) {
      if (b < high) cross(xy, i, axis, high, out)
    } else {
      out.xy[out.length++] = xy[i]
      out.xy[out.length++] = xy[i + 1]
    }
    let left = false
    if (b < low && a >= low) {
      cross(xy, i, axis, low, out)
      left = true
    }
    if (b > high && a <= high) {
      cross(xy, i, axis, high, out)
      left = true
    }
    if (left) {
      endPart(out, start, 4, 0)
      start = out.length
    }
  }
  const last = xy[end - 2 + axis]
  if (last >= low && last <= high) {
    makeRoom(out, 2)
    out.xy[out.length++] = xy[end - 2]
    out.xy[out.length++] = xy[end - 1]
  }
  endPart(out, start, 4, 0)
}
