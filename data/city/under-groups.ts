/** Which parts of the streets hang together, and the links that join them. */
import { shortest } from './sewers-tree.ts'
import type { StreetLink, Streets } from './under-streets.ts'

/** Groups of street nodes that the links join; -1 where no link is. */
export function groups(streets: Streets, joins: (link: StreetLink) => boolean): Int32Array {
  const out = new Int32Array(streets.x.length).fill(-1)
  for (let start = 0, g = 0; start < out.length; start++) {
    if (out[start]! >= 0 || !streets.at[start]!.some((k) => joins(streets.links[k]!))) continue
    const stack = [start]
    out[start] = g
    while (stack.length > 0) {
      const n = stack.pop()!
      for (const k of streets.at[n]!) {
        const link = streets.links[k]!
        if (!joins(link)) continue
        const other = link.a === n ? link.b : link.a
        if (out[other]! >= 0) continue
        out[other] = g
        stack.push(other)
      }
    }
    g++
  }
  return out
}

/**
 * The links of a utility with those added that join its parts, the shortest ways to the largest part.
 *
 * @param own links that have it anyway
 * @param may links that it may use to get from part to part; where there is no way a part stays alone
 */
export function joined(
  streets: Streets,
  own: (link: StreetLink) => boolean,
  may: (link: StreetLink) => boolean,
): (link: StreetLink) => boolean {
  const group = groups(streets, own)
  const sizes = new Map<number, number>()
  for (const g of group) if (g >= 0) sizes.set(g, (sizes.get(g) ?? 0) + 1)
  const extra = new Set<number>()
  const done = new Set<number>()
  // a part that the largest cannot reach, across the river, gathers its own
  for (const [main] of [...sizes].sort((p, q) => q[1] - p[1] || p[0] - q[0])) {
    if (done.has(main)) continue
    done.add(main)
    const starts = [...group.keys()].filter((n) => group[n] === main)
    const { by, far } = shortest(streets, starts, (link) =>
      own(link) ? 0.01 * link.length : may(link) ? link.length : Infinity,
    )
    const nearest = new Map<number, number>()
    for (const [n, g] of group.entries()) {
      if (g < 0 || done.has(g) || by[n] === -2) continue
      const had = nearest.get(g)
      if (had === undefined || far[n]! < far[had]!) nearest.set(g, n)
    }
    for (const [g, start] of nearest) {
      done.add(g)
      for (let n = start; by[n]! >= 0; ) {
        const link = streets.links[by[n]!]!
        if (!own(link)) extra.add(link.index)
        n = link.a === n ? link.b : link.a
      }
    }
  }
  return (link) => own(link) || extra.has(link.index)
}
