/** Lines that follow the streets at one depth: gas, power, telecom, steam. */
import type { Point } from './frame.ts'
import { type Ledger, OWNER, type Shaft, type Utility } from './pipes-ledger.ts'
import { lengthOf } from './polygon.ts'
import { grounded, underBed } from './under-depth.ts'
import { besideOthers, clearOf, cornerAt, lineAlong, type Offset } from './under-place.ts'
import type { Site } from './under-site.ts'
import { partOf, type StreetLink } from './under-streets.ts'

/** What a stretch of line is. */
export interface Make {
  diameter?: number
  width?: number
  height?: number
  material: string
  pressure?: string
  flow: 'pressure' | ''
  attributes?: Record<string, string | number>
}

/** Streets shorter than this, between two halves of a crossing, have no fittings. */
const SHORT_M = 8

/** How a utility runs along the streets. */
export interface LineWish {
  utility: Utility
  carries(link: StreetLink): boolean
  offset: Offset
  /** metres by which it lies beside its lane in some streets */
  astray?: Offset
  /** ground over the line, m */
  cover: number
  make(link: StreetLink): Make
  /** node between two stretches of a street at most `spacing` apart; null: none but the street's ends */
  spacing: number | null
  shaft: { kind: string; depth: number; diameter: number } | null
  /** fittings near the ends of a stretch: kind per end, null for none */
  fitting?(
    link: StreetLink,
    end: number,
  ): { kind: string; name?: string; attributes?: Record<string, string | number> } | null
}

/** A shaft of the wish's kind, or a node on the axis of a line whose half is `half` tall; `z` is the ground. */
function shaftAt(
  ledger: Ledger,
  { shaft, utility, cover }: LineWish,
  x: number,
  y: number,
  z: number,
  half: number,
  kind?: string,
): Shaft {
  if (shaft && !kind)
    return ledger.shaft({ utility, kind: shaft.kind, x, y, top: z, bottom: z - shaft.depth, diameter: shaft.diameter })
  const axis = z - cover - half
  return ledger.shaft({ utility, kind: kind ?? 'junction', x, y, top: axis, bottom: axis })
}

/** Lays the lines; returns the node at each street node. */
export function layLines(site: Site, ledger: Ledger, wish: LineWish): Map<number, Shaft> {
  const { streets, ground } = site
  const nodes = new Map<number, Shaft>()
  const high = (link: StreetLink) => {
    const make = wish.make(link)
    return make.diameter ?? make.height ?? 0
  }
  const put = (x: number, y: number, half: number, kind?: string) =>
    shaftAt(ledger, wish, x, y, ground(x, y), half, kind)
  const node = (n: number): Shaft => {
    const had = nodes.get(n)
    if (had) return had
    const links = streets.at[n]!.map((k) => streets.links[k]!).filter(wish.carries)
    const [x, y] = besideOthers(streets, n, links, cornerAt(streets, n, links, wish.offset))
    const made = put(x, y, Math.max(...links.map(high)) / 2)
    nodes.set(n, made)
    return made
  }
  for (const link of streets.links) {
    if (!wish.carries(link)) continue
    const [from, to] = [node(link.a), node(link.b)]
    const line = lineAlong(streets, link, wish.offset, [from.x, from.y], [to.x, to.y], wish.astray?.(link))
    const length = lengthOf(line)
    const make = wish.make(link)
    const half = high(link) / 2
    const z = ([x, y]: Point) => ground(x, y) - wish.cover - half
    const stops: { s: number; shaft: Shaft }[] = []
    const place = (end: number, s: number) => {
      const fitting = wish.fitting?.(link, end)
      if (!fitting || length < SHORT_M) return
      const [x, y] = partOf(line, s, length)[0]!
      const shaft = put(x, y, half, fitting.kind)
      if (fitting.name) shaft.name = fitting.name
      if (fitting.attributes) shaft.attributes = fitting.attributes
      stops.push({ s, shaft })
    }
    place(link.a, clearOf(streets, link, link.a, line, 5))
    const count = wish.spacing && !link.crossing ? Math.ceil(length / wish.spacing) : 1
    for (let k = 1; k < count; k++) {
      const s = (length * k) / count
      const [x, y] = partOf(line, s, length)[0]!
      stops.push({ s, shaft: put(x, y, half) })
    }
    place(link.b, length - clearOf(streets, link, link.b, line, 5))
    let [s, before] = [0, from]
    for (const stop of [...stops, { s: length, shaft: to }]) {
      const part = partOf(line, s, stop.s)
      if (part.length < 2) part.splice(0, part.length, [before.x, before.y], [stop.shaft.x, stop.shaft.y])
      const [za, zb] = [z([before.x, before.y]), z([stop.shaft.x, stop.shaft.y])]
      const { attributes, ...rest } = make
      ledger.tube({
        utility: wish.utility,
        from: before,
        to: stop.shaft,
        line: link.crossing && stop.s - s > 12 ? underBed(part, za, zb, 2 * half) : grounded(part, za, zb, z),
        section: make.diameter === undefined ? 'box' : 'circular',
        year: link.year,
        owner: OWNER[wish.utility],
        street: link.name,
        ...rest,
        ...(attributes ? { attributes } : {}),
      })
      s = stop.s
      before = stop.shaft
    }
  }
  return nodes
}
