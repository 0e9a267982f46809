/** From coastlines (land on the left) to closed sea polygons within a box. */
import { doubleArea, isRing, join, type Line, polygons } from './osm-rings.ts'

/** Box in 1e-7 degrees. */
export interface E7Box {
  west: number
  south: number
  east: number
  north: number
}

/** The sea, and how many coastlines had to be led to the box's edge because they end inside it. */
export interface Sea {
  /** rings per polygon: outer counter-clockwise, islands clockwise */
  polygons: Line[][]
  led: number
}

interface Piece {
  line: number[]
  /** perimeter position (clockwise from the north-west corner, 0…4) where it enters and leaves the box */
  from: number
  to: number
}

/** Clockwise position on the box's perimeter of the point nearest to x, y: one unit per side. */
function perimeter(x: number, y: number, box: E7Box): number {
  const width = box.east - box.west
  const height = box.north - box.south
  const across = Math.min(1, Math.max(0, (x - box.west) / width))
  const down = Math.min(1, Math.max(0, (box.north - y) / height))
  const gaps = [box.north - y, box.east - x, y - box.south, x - box.west].map(Math.abs)
  const nearest = gaps.indexOf(Math.min(...gaps))
  return [across, 1 + down, 2 + (1 - across), 3 + (1 - down)][nearest] % 4
}

function onPerimeter(t: number, box: E7Box): [number, number] {
  const part = t - Math.floor(t)
  const width = box.east - box.west
  const height = box.north - box.south
  if (t < 1) return [Math.round(box.west + part * width), box.north]
  if (t < 2) return [box.east, Math.round(box.north - part * height)]
  if (t < 3) return [Math.round(box.east - part * width), box.south]
  return [box.west, Math.round(box.south + part * height)]
}

/** Part of a segment inside the box, as two parameters 0…1 (Liang–Barsky); null when it misses it. */
function clip(ax: number, ay: number, bx: number, by: number, box: E7Box): [number, number] | null {
  let from = 0
  let to = 1
  const dx = bx - ax
  const dy = by - ay
  for (const [p, q] of [
    [-dx, ax - box.west],
    [dx, box.east - ax],
    [-dy, ay - box.south],
    [dy, box.north - ay],
  ]) {
    if (p === 0) {
      if (q < 0) return null
    } else if (p < 0) from = Math.max(from, q / p)
    else to = Math.min(to, q / p)
  }
  return from < to ? [from, to] : null
}

/** The parts of a line inside the box. */
function inside(line: Line, box: E7Box): number[][] {
  const parts: number[][] = []
  let part: number[] | null = null
  for (let i = 0; i + 3 < line.length; i += 2) {
    const [ax, ay, bx, by] = [line[i], line[i + 1], line[i + 2], line[i + 3]]
    const kept = clip(ax, ay, bx, by, box)
    if (!kept) {
      part = null
      continue
    }
    const [from, to] = kept
    if (!part || from > 0) {
      part = [Math.round(ax + from * (bx - ax)), Math.round(ay + from * (by - ay))]
      parts.push(part)
    }
    part.push(Math.round(ax + to * (bx - ax)), Math.round(ay + to * (by - ay)))
    if (to < 1) part = null
  }
  return parts.filter((each) => each.length >= 4)
}

function within(x: number, y: number, box: E7Box): boolean {
  return x > box.west && x < box.east && y > box.south && y < box.north
}

/** A ring begun at a place outside the box, so that clipping does not cut it at its seam; null when none is outside. */
function begunOutside(ring: Line, box: E7Box): Line | null {
  for (let i = 0; i < ring.length; i += 2) {
    if (within(ring[i], ring[i + 1], box)) continue
    const out = new Int32Array(ring.length)
    const open = ring.length - 2
    for (let k = 0; k < open; k++) out[k] = ring[(i + k) % open]
    out[open] = out[0]
    out[open + 1] = out[1]
    return out
  }
  return null
}

/** A clipped part with both ends on the perimeter; ends inside the box are led straight to its nearest side. */
function piece(line: number[], box: E7Box): { piece: Piece; led: number } {
  let led = 0
  const end = (x: number, y: number, add: (at: [number, number]) => void) => {
    const t = perimeter(x, y, box)
    if (within(x, y, box)) {
      led++
      add(onPerimeter(t, box))
    }
    return t
  }
  const from = end(line[0], line[1], (at) => line.unshift(...at))
  const to = end(line[line.length - 2], line[line.length - 1], (at) => line.push(...at))
  return { piece: { line, from, to }, led }
}

/** Closes pieces along the perimeter, clockwise from each exit to the next entry: the sea stays on the right. */
function close(pieces: Piece[], box: E7Box): Line[] {
  const rings: Line[] = []
  const waiting = new Set(pieces)
  while (waiting.size > 0) {
    const first = waiting.values().next().value as Piece
    waiting.delete(first)
    const ring = [...first.line]
    let at = first.to
    for (;;) {
      const ahead = (each: Piece) => (each.from - at + 4) % 4
      let next = first
      for (const each of waiting) if (ahead(each) < ahead(next)) next = each
      for (let corner = Math.floor(at) + 1; corner <= at + ahead(next); corner++)
        ring.push(...onPerimeter(corner % 4, box))
      if (next === first) break
      waiting.delete(next)
      for (const value of next.line) ring.push(value)
      at = next.to
    }
    ring.push(ring[0], ring[1])
    rings.push(Int32Array.from(ring))
  }
  return rings
}

/**
 * Closed sea polygons from the coastlines of an extract.
 *
 * @param coastlines `natural=coastline` ways, land on the left of their direction
 * @param box extent the sea is drawn in; coastlines leaving it are cut there
 * @returns no polygons when there is no coastline; a box with islands only is sea around them
 * @see https://wiki.openstreetmap.org/wiki/Tag:natural=coastline
 */
export function sea(coastlines: readonly Line[], box: E7Box): Sea {
  const { rings, open } = join(coastlines, true)
  const pieces: Piece[] = []
  const islands: Line[] = []
  const seas: Line[] = []
  let led = 0
  const cut = (line: Line) => {
    for (const part of inside(line, box)) {
      const made = piece(part, box)
      led += made.led
      pieces.push(made.piece)
    }
  }
  for (const line of open) cut(line)
  for (const ring of rings) {
    const crossing = begunOutside(ring, box)
    if (crossing) cut(crossing)
    else if (isRing(ring)) (doubleArea(ring) > 0 ? islands : seas).push(ring)
  }
  if (pieces.length > 0) seas.push(...close(pieces, box))
  else if (islands.length > 0 && seas.length === 0) {
    const { west, south, east, north } = box
    seas.push(Int32Array.of(west, south, east, south, east, north, west, north, west, south))
  }
  // an island that lies in no sea (on land, or beyond the box) would come out as a sea of its own: drop it
  const isIsland = new Set(islands.map((ring) => Math.abs(doubleArea(ring))))
  const found = polygons([...seas, ...islands]).filter(([outer]) => !isIsland.has(Math.abs(doubleArea(outer))))
  return { polygons: found, led }
}
