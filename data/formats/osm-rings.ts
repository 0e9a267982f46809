/** From ways to rings and from rings to polygons with holes, on integer places (1e-7 degrees). */

/** Places as lng, lat pairs in 1e-7 degrees. */
export type Line = Int32Array

/** Joined lines: the rings that close, and the chains that do not. Rings repeat their first place at the end. */
export interface Joined {
  rings: Line[]
  open: Line[]
}

/** An end's place as a key: exact, where a packed number would lose bits past 2^53. */
function endKey(line: Line, atEnd: boolean): string {
  const at = atEnd ? line.length - 2 : 0
  return `${line[at]},${line[at + 1]}`
}

function reversed(line: Line): Line {
  const out = new Int32Array(line.length)
  for (let i = 0; i < line.length; i += 2) {
    out[i] = line[line.length - 2 - i]
    out[i + 1] = line[line.length - 1 - i]
  }
  return out
}

function concatenated(parts: Line[]): Line {
  const length = parts.reduce((sum, part) => sum + part.length - 2, 2)
  const out = new Int32Array(length)
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length - 2
  }
  return out
}

/** Whether a line ends where it begins and is long enough to have an inside. */
export function isRing(line: Line): boolean {
  return line.length >= 8 && line[0] === line[line.length - 2] && line[1] === line[line.length - 1]
}

/**
 * Joins lines end to end.
 *
 * @param lines in any order; shorter than two places are ignored, exact repeats (the same member twice) too
 * @param directed true: only end to start, never turned round (coastlines)
 */
export function join(lines: readonly Line[], directed: boolean): Joined {
  const rings: Line[] = []
  const open: Line[] = []
  const waiting = new Map<string, number[]>()
  const used = new Uint8Array(lines.length)
  const note = (key: string, index: number) => {
    const list = waiting.get(key)
    if (list) list.push(index)
    else waiting.set(key, [index])
  }
  lines.forEach((line, index) => {
    if (line.length < 4) used[index] = 1
    else if (isRing(line)) {
      rings.push(line)
      used[index] = 1
    } else {
      note(endKey(line, false), index)
      if (!directed) note(endKey(line, true), index)
    }
  })
  /** the next unused line at a place, turned so that it starts there */
  const next = (key: string): Line | null => {
    const list = waiting.get(key) ?? []
    while (list.length > 0) {
      const index = list.pop() as number
      if (used[index]) continue
      used[index] = 1
      return directed || endKey(lines[index], false) === key ? lines[index] : reversed(lines[index])
    }
    return null
  }
  // directed chains begin where nothing ends; starting there first leaves only true rings for the second turn
  const ends = directed ? new Set(lines.filter((_, i) => !used[i]).map((line) => endKey(line, true))) : null
  for (const turn of [0, 1]) {
    for (let index = 0; index < lines.length; index++) {
      if (used[index]) continue
      const first = endKey(lines[index], false)
      if (turn === 0 && (!ends || ends.has(first))) continue
      used[index] = 1
      const parts = [lines[index]]
      let last = endKey(lines[index], true)
      while (last !== first) {
        const more = next(last)
        if (!more) break
        parts.push(more)
        last = endKey(more, true)
      }
      if (last !== first && !directed) last = prepend(parts, first, last, next)
      const whole = concatenated(parts)
      if (isRing(whole)) rings.push(whole)
      else open.push(whole)
    }
  }
  return { rings, open }
}

/** Grows an undirected chain at its front; returns its last key. */
function prepend(parts: Line[], first: string, last: string, next: (key: string) => Line | null): string {
  let front = first
  for (;;) {
    const more = next(front)
    if (!more) return last
    parts.unshift(reversed(more))
    front = endKey(more, true)
    if (front === last) return last
  }
}

/** Twice the signed area (1e-14 square degrees): positive counter-clockwise. Relative to the first place, to stay exact. */
export function doubleArea(ring: Line): number {
  const x0 = ring[0]
  const y0 = ring[1]
  let sum = 0
  for (let i = 2; i + 3 < ring.length; i += 2) {
    sum += (ring[i] - x0) * (ring[i + 3] - y0) - (ring[i + 2] - x0) * (ring[i + 1] - y0)
  }
  return sum
}

/** 1 inside, 0 on the line, -1 outside. */
function side(x: number, y: number, ring: Line): number {
  let inside = false
  for (let i = 0; i + 3 < ring.length; i += 2) {
    const ax = ring[i]
    const ay = ring[i + 1]
    const bx = ring[i + 2]
    const by = ring[i + 3]
    const cross = (bx - ax) * (y - ay) - (by - ay) * (x - ax)
    if (cross === 0 && x >= Math.min(ax, bx) && x <= Math.max(ax, bx) && y >= Math.min(ay, by) && y <= Math.max(ay, by))
      return 0
    if (ay > y !== by > y && cross > 0 === by > ay) inside = !inside
  }
  return inside ? 1 : -1
}

/** Whether one ring lies in another; places on the line decide nothing, edge middles are asked then. */
function contains(outer: Line, inner: Line): boolean {
  for (let i = 0; i < inner.length; i += 2) {
    const where = side(inner[i], inner[i + 1], outer)
    if (where !== 0) return where > 0
  }
  for (let i = 0; i + 3 < inner.length; i += 2) {
    const where = side((inner[i] + inner[i + 2]) / 2, (inner[i + 1] + inner[i + 3]) / 2, outer)
    if (where !== 0) return where > 0
  }
  return false
}

interface Nested {
  ring: Line
  size: number
  box: [number, number, number, number]
  depth: number
  parent: number
}

function box(ring: Line): [number, number, number, number] {
  const found: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity]
  for (let i = 0; i < ring.length; i += 2) {
    found[0] = Math.min(found[0], ring[i])
    found[1] = Math.min(found[1], ring[i + 1])
    found[2] = Math.max(found[2], ring[i])
    found[3] = Math.max(found[3], ring[i + 1])
  }
  return found
}

/**
 * Polygons with holes from rings, by nesting alone: roles are often missing or wrong.
 *
 * @param rings closed, in any direction
 * @returns each polygon's rings, outer (counter-clockwise) first, then holes (clockwise); rings without area are dropped
 */
export function polygons(rings: readonly Line[]): Line[][] {
  const nested: Nested[] = rings
    .map((ring) => ({ ring, size: Math.abs(doubleArea(ring)), box: box(ring), depth: 0, parent: -1 }))
    .filter((each) => each.size > 0)
    .sort((a, b) => b.size - a.size)
  const out: Line[][] = []
  const polygonOf: number[] = []
  nested.forEach((each, index) => {
    for (let i = index - 1; i >= 0; i--) {
      const other = nested[i]
      const within =
        other.box[0] <= each.box[0] &&
        other.box[1] <= each.box[1] &&
        other.box[2] >= each.box[2] &&
        other.box[3] >= each.box[3]
      if (within && contains(other.ring, each.ring)) {
        each.parent = i
        each.depth = other.depth + 1
        break
      }
    }
    const hole = each.depth % 2 === 1
    const turned = doubleArea(each.ring) > 0 === hole ? reversed(each.ring) : each.ring
    if (hole) {
      polygonOf[index] = -1
      out[polygonOf[each.parent]].push(turned)
    } else {
      polygonOf[index] = out.length
      out.push([turned])
    }
  })
  return out
}

/** GeoJSON positions in degrees. */
export function positions(line: Line): number[][] {
  const out: number[][] = []
  for (let i = 0; i < line.length; i += 2) out.push([line[i] / 1e7, line[i + 1] / 1e7])
  return out
}
