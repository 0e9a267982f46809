/** Pressure pipes give way: where a water or gas pipe would meet another line, it steps over or under it. */
import Flatbush from 'flatbush'
import type { Tube } from './pipes-ledger.ts'
import type { Site } from './under-site.ts'

/** Metres between the walls of two lines that cross. @see GB 50289-2016 table 4.1.14: 0.15 for most pairs */
const GAP = 0.17
/** Ground over a pipe that steps over another, m. */
const LEAST_COVER = 0.62
/** Half the length of the step at its level, and of the step with its slopes, m. */
const FLAT = 0.9
const WHOLE = 1.9

const highOf = (tube: Tube): number => tube.diameter ?? tube.height ?? 0
const wideOf = (tube: Tube): number => tube.width ?? tube.diameter ?? 0

/** One straight piece of a line. */
interface Piece {
  tube: Tube
  at: number
}

function pieces(tubes: Tube[]): { list: Piece[]; index: Flatbush } {
  const list: Piece[] = []
  for (const tube of tubes) for (let at = 0; at + 5 < tube.line.length; at += 3) list.push({ tube, at })
  const index = new Flatbush(Math.max(1, list.length))
  for (const { tube, at } of list) {
    const [ax, ay, bx, by] = [tube.line[at]!, tube.line[at + 1]!, tube.line[at + 3]!, tube.line[at + 4]!]
    index.add(Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by))
  }
  if (list.length === 0) index.add(0, 0, 0, 0)
  index.finish()
  return { list, index }
}

/** A step in a piece: metres from its start to the middle, half its level length, the level of the axis. */
interface Step {
  s: number
  flat: number
  z: number
}

/** Level of a pipe's axis that keeps clear of what it crosses: over it when the ground allows, else under. */
function level(ground: number, half: number, z: number, otherZ: number, otherHalf: number): number | null {
  const need = half + otherHalf + GAP
  if (Math.abs(z - otherZ) >= need - 0.02) return null
  const over = otherZ + need
  return ground - over - half >= LEAST_COVER ? over : otherZ - need
}

function stepsOf(site: Site, { tube, at }: Piece, { list, index }: ReturnType<typeof pieces>): Step[] {
  const { line } = tube
  const [ax, ay, az] = [line[at]!, line[at + 1]!, line[at + 2]!]
  const [bx, by, bz] = [line[at + 3]!, line[at + 4]!, line[at + 5]!]
  const [dx, dy] = [bx - ax, by - ay]
  const length = Math.hypot(dx, dy)
  const out: Step[] = []
  if (length < 3) return out
  for (const k of index.search(Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by))) {
    const other = list[k]!
    const [cx, cy] = [other.tube.line[other.at]!, other.tube.line[other.at + 1]!]
    const [ex, ey] = [other.tube.line[other.at + 3]! - cx, other.tube.line[other.at + 4]! - cy]
    const det = dx * ey - dy * ex
    const otherLength = Math.hypot(ex, ey)
    // lines that run side by side do not cross
    if (Math.abs(det) < 0.25 * length * otherLength) continue
    const t = ((cx - ax) * ey - (cy - ay) * ex) / det
    const u = ((cx - ax) * dy - (cy - ay) * dx) / det
    if (t <= 0 || t >= 1 || u < 0 || u > 1) continue
    const otherZ =
      other.tube.line[other.at + 2]! + (other.tube.line[other.at + 5]! - other.tube.line[other.at + 2]!) * u
    const z = level(
      site.ground(ax + dx * t, ay + dy * t),
      highOf(tube) / 2,
      az + (bz - az) * t,
      otherZ,
      highOf(other.tube) / 2,
    )
    if (z === null) continue
    const flat = FLAT + wideOf(other.tube) / 2 / (Math.abs(det) / (length * otherLength))
    const s = t * length
    if (s > flat + 0.4 && s < length - flat - 0.4) out.push({ s, flat, z })
  }
  return out.sort((p, q) => p.s - q.s)
}

/** Puts the steps into a piece; those that would overlap become one at the deeper level. */
function withSteps(a: number[], b: number[], steps: Step[]): number[] {
  const merged: { from: number; to: number; z: number }[] = []
  for (const { s, flat, z } of steps) {
    const last = merged.at(-1)
    if (last && s - flat < last.to + 2 * (WHOLE - FLAT)) {
      last.to = Math.max(last.to, s + flat)
      last.z = Math.min(last.z, z)
    } else merged.push({ from: s - flat, to: s + flat, z })
  }
  const length = Math.hypot(b[0]! - a[0]!, b[1]! - a[1]!)
  const out: number[] = []
  const put = (s: number, z?: number) => {
    const t = s / length
    out.push(a[0]! + (b[0]! - a[0]!) * t, a[1]! + (b[1]! - a[1]!) * t, z ?? a[2]! + (b[2]! - a[2]!) * t)
  }
  for (const { from, to, z } of merged) {
    const slope = WHOLE - FLAT
    put(Math.max(from * 0.5, from - slope))
    put(from, z)
    put(to, z)
    put(Math.min(length - (length - to) * 0.5, to + slope))
  }
  return out
}

/**
 * Lets the movers step clear of the fixed lines where they cross; lines and lengths only, nodes stay.
 *
 * @param movers their `line` is changed
 */
export function stepAside(site: Site, movers: Tube[], fixed: Tube[]): void {
  const known = pieces(fixed)
  for (const tube of movers) {
    let line: number[] | null = null
    for (let at = 0; at + 5 < tube.line.length; at += 3) {
      const steps = stepsOf(site, { tube, at }, known)
      if (steps.length === 0) {
        line?.push(...tube.line.slice(at, at + 3))
        continue
      }
      line ??= tube.line.slice(0, at)
      const a = tube.line.slice(at, at + 3)
      line.push(...a, ...withSteps(a, tube.line.slice(at + 3, at + 6), steps))
    }
    if (line) tube.line = [...line, ...tube.line.slice(-3)]
  }
}
