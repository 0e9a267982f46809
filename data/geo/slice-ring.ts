/** Cutting an outline into strips across its longest side, as a floor plan is taken when nobody has drawn it. */

/** A place on a plane, metres. */
type Place = readonly [x: number, y: number]

/** The part of a ring between two lines across a direction; open rings in and out, empty when nothing is left. */
export function sliceRing(ring: readonly Place[], along: Place, from: number, to: number): Place[] {
  const clip = (points: readonly Place[], limit: number, sign: 1 | -1): Place[] => {
    const out: Place[] = []
    const side = (p: Place): number => sign * (p[0] * along[0] + p[1] * along[1] - limit)
    for (let i = 0; i < points.length; i++) {
      const [a, b] = [points[i], points[(i + 1) % points.length]]
      const [da, db] = [side(a), side(b)]
      if (da >= 0) out.push(a)
      if (da * db < 0) {
        const t = da / (da - db)
        out.push([a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t])
      }
    }
    return out
  }
  return clip(clip(ring, from, 1), to, -1)
}

/** Direction of a ring's longest side and how far the ring reaches along it. */
export function longestSide(ring: readonly Place[]): { along: Place; low: number; high: number } {
  let along: Place = [1, 0]
  let longest = 0
  for (let i = 0; i < ring.length; i++) {
    const [a, b] = [ring[i], ring[(i + 1) % ring.length]]
    const length = Math.hypot(b[0] - a[0], b[1] - a[1])
    if (length > longest) [longest, along] = [length, [(b[0] - a[0]) / length, (b[1] - a[1]) / length]]
  }
  const reach = ring.map((p) => p[0] * along[0] + p[1] * along[1])
  return { along, low: Math.min(...reach), high: Math.max(...reach) }
}
