/** The streets as a graph for what lies under them: links between junctions, cut at canals so that each bank is a node. */
import { fullLine, type Way } from './cells.ts'
import type { Point } from './frame.ts'
import { lengthOf, lineDistance } from './polygon.ts'
import { hash } from './random.ts'

/** What water a node lies at. */
export type Bank = 'canal' | 'shore'

/** A stretch of street between two nodes. */
export interface StreetLink {
  index: number
  a: number
  b: number
  /** from node a to node b, metres */
  line: Point[]
  length: number
  class: string
  name: string
  widthM: number
  /** `full`: all utilities; `water`: only a water main; `way`: only what has to pass */
  supply: 'full' | 'water' | 'way'
  /** what the buildings along it need, filled in by the site: persons, and litres of water per second on average */
  people: number
  waterLps: number
  /** from bank to bank: no sewer crosses here by its own fall */
  crossing: boolean
  /** +1 or -1: whether its direction is the one from which offsets to the right count as positive */
  sense: 1 | -1
  /** year in which the street was laid out */
  year: number
}

/** The graph. */
export interface Streets {
  x: number[]
  y: number[]
  bank: (Bank | null)[]
  links: StreetLink[]
  /** indices of links at each node */
  at: number[][]
}

/** A street's line with what the graph must know of it. */
export interface StreetLine {
  line: Point[]
  class: string
  name: string
  widthM: number
  crossing: boolean
}

/** Metres from a canal's edge to the node on its bank. */
const BANK_M = 2

/** The part of a line between two distances along it. */
export function partOf(line: Point[], from: number, to: number): Point[] {
  const out: Point[] = []
  let s = 0
  for (let i = 0; i + 1 < line.length; i++) {
    const [a, b] = [line[i]!, line[i + 1]!]
    const d = Math.hypot(b[0] - a[0], b[1] - a[1])
    const at = (v: number): Point => [a[0] + ((b[0] - a[0]) * (v - s)) / d, a[1] + ((b[1] - a[1]) * (v - s)) / d]
    if (d > 0 && s + d > from && s < to) {
      if (out.length === 0) out.push(from > s ? at(from) : a)
      out.push(to < s + d ? at(to) : b)
    }
    s += d
  }
  return out
}

/** A way's line cut at the banks of the canals it crosses. */
export function streetLines(way: Way): StreetLine[] {
  const line = fullLine(way)
  const rest = { class: way.class, name: way.name, widthM: way.widthM }
  const cuts: [number, number][] = []
  for (const { at, widthM } of way.canals) {
    let s = 0
    for (let i = 0; i < line.length; i++) {
      if (i > 0) s += Math.hypot(line[i]![0] - line[i - 1]![0], line[i]![1] - line[i - 1]![1])
      if (Math.hypot(line[i]![0] - at[0], line[i]![1] - at[1]) > 1e-6) continue
      cuts.push([s - widthM / 2 - BANK_M, s + widthM / 2 + BANK_M])
      break
    }
  }
  const total = lengthOf(line)
  const out: StreetLine[] = []
  let done = 0
  for (const [from, to] of cuts.sort((a, b) => a[0] - b[0])) {
    if (from > done + 1) out.push({ ...rest, line: partOf(line, done, from), crossing: false })
    const start = from > done + 1 ? from : done
    const end = to < total - 1 ? to : total
    if (end > start) out.push({ ...rest, line: partOf(line, start, end), crossing: true })
    done = Math.max(done, end)
  }
  if (done < total) out.push({ ...rest, line: done > 0 ? partOf(line, done, total) : line, crossing: false })
  return out.filter((one) => one.line.length > 1)
}

/** Directions are counted from the south-west to the north-east; no main street runs along the divide. */
const senseOf = (line: Point[]): 1 | -1 => {
  const [a, b] = [line[0]!, line.at(-1)!]
  return (b[0] - a[0]) * 0.8 + (b[1] - a[1]) * 0.6 >= 0 ? 1 : -1
}

/** Whether a street is one of the few (one in `each`) in which something was laid against the rules; the same each time. */
export const odd = (link: StreetLink, each: number): boolean =>
  hash(Math.round(link.line[0]![0]), Math.round(link.line.at(-1)![1]), each) % each === 0

const keyOf = (p: Point): number => Math.round((p[0] + 2e5) * 100) * 1e8 + Math.round((p[1] + 2e5) * 100)

/** What is known of a stretch of street; null leaves it out. */
export type Judge = (line: Point[], street: StreetLine) => Pick<StreetLink, 'supply' | 'year'> | null

/**
 * The graph of the streets: nodes where lines end or meet.
 *
 * @param judge what a stretch carries, null for none
 */
export function streetGraph(lines: StreetLine[], judge: Judge): Streets {
  const uses = new Map<number, number>()
  for (const { line } of lines) {
    line.forEach((p, i) => {
      const key = keyOf(p)
      const end = i === 0 || i === line.length - 1
      uses.set(key, (uses.get(key) ?? 0) + (end ? 2 : 1))
    })
  }
  const out: Streets = { x: [], y: [], bank: [], links: [], at: [] }
  const nodes = new Map<number, number>()
  const node = (p: Point): number => {
    const key = keyOf(p)
    const had = nodes.get(key)
    if (had !== undefined) return had
    const made = out.x.push(p[0]) - 1
    out.y.push(p[1])
    out.bank.push(null)
    out.at.push([])
    nodes.set(key, made)
    return made
  }
  for (const street of lines) {
    let start = 0
    for (let i = 1; i < street.line.length; i++) {
      if (i < street.line.length - 1 && uses.get(keyOf(street.line[i]!))! < 2) continue
      const line = straightened(street.line.slice(start, i + 1))
      start = i
      const known = judge(line, street)
      if (!known || keyOf(line[0]!) === keyOf(line.at(-1)!)) continue
      const [a, b] = [node(line[0]!), node(line.at(-1)!)]
      const index = out.links.length
      out.links.push({
        ...known,
        people: 0,
        waterLps: 0,
        index,
        a,
        b,
        line,
        length: lengthOf(line),
        class: street.class,
        name: street.name,
        widthM: street.widthM,
        crossing: street.crossing,
        sense: senseOf(line),
      })
      out.at[a]!.push(index)
      out.at[b]!.push(index)
      if (street.crossing) {
        // the inner nodes of a crossing lie in the water and get no bank
        out.bank[a] = 'canal'
        out.bank[b] = 'canal'
      }
    }
  }
  for (let n = 0; n < out.x.length; n++)
    if (out.bank[n] === 'canal' && out.at[n]!.every((k) => out.links[k]!.crossing)) out.bank[n] = null
  return out
}

/** A line without the vertices that lie on it anyway (1 cm). */
function straightened(line: Point[]): Point[] {
  return line.filter((p, i) => {
    const [a, b] = [line[i - 1], line[i + 1]]
    if (!a || !b) return true
    const length = Math.hypot(b[0] - a[0], b[1] - a[1])
    return Math.abs((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])) > 0.01 * length
  })
}

/**
 * Streets that end at water are drawn back to its bank and marked.
 *
 * @param canals centre lines with widths, metres
 * @param atShore whether a place lies at the shore of the river or the sea
 */
export function endAtBanks(
  streets: Streets,
  canals: { line: Point[]; widthM: number }[],
  atShore: (x: number, y: number) => boolean,
): void {
  for (let n = 0; n < streets.x.length; n++) {
    const only = streets.at[n]!
    if (only.length !== 1) continue
    const link = streets.links[only[0]!]!
    const [x, y] = [streets.x[n]!, streets.y[n]!]
    const canal = canals.find(({ line }) => near(line, x, y))
    if (!canal && !atShore(x, y)) continue
    const back = canal ? canal.widthM / 2 + BANK_M : 14
    if (link.length < back + 8) continue
    streets.bank[n] = canal ? 'canal' : 'shore'
    link.line = link.a === n ? partOf(link.line, back, link.length) : partOf(link.line, 0, link.length - back)
    link.length -= back
    const end = link.a === n ? link.line[0]! : link.line.at(-1)!
    streets.x[n] = end[0]
    streets.y[n] = end[1]
  }
}

function near(line: Point[], x: number, y: number): boolean {
  // a quick look first: most lines are kilometres away
  const reach = 800
  const part = line.filter((p) => Math.abs(p[0] - x) < reach && Math.abs(p[1] - y) < reach)
  return part.length > 1 && lineDistance(x, y, part) < 1.5
}
