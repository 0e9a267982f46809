/** Sizes and inverts of a forest of sewers, from the heads down: everything falls, and where it would lie too deep it is lifted. */
import { capacity, leastSlope, peakFactor, rainOn, SIZES, sectionFor } from './sewers-size.ts'
import { fromTheTop, type Manhole } from './sewers-tree.ts'

/** One sewer from a manhole to the one below; same index as the manhole above it. Heights orthometric, metres. */
export interface Reach {
  /** index in `SIZES`; of a pressure pipe the inner diameter is `diameter` */
  size: number
  diameter: number
  /** inverts at its ends; of a pressure pipe the bottom */
  invertFrom: number
  invertTo: number
  pressure: boolean
  /** design flow, m³/s, and what the full pipe carries */
  flow: number
  capacity: number
}

/** A designed forest. */
export interface Design {
  /** null at roots */
  reaches: (Reach | null)[]
  /** lowest invert at each manhole */
  floor: Float64Array
  /** whether a manhole is the wet well of a pumping station */
  pump: Uint8Array
  order: Uint32Array
  ground: Float64Array
  /** persons, m² of catchment upstream */
  people: Float64Array
  area: Float64Array
}

/** What the sewer carries and how deep it may lie. */
export interface DesignWish {
  kind: 'storm' | 'foul'
  /** ground over the crown at the heads, and the deepest invert below ground before the water is lifted, m */
  cover: number
  deepest: number
  ground(x: number, y: number): number
  /** lowest invert at a root, orthometric */
  rootFloor(root: number): number
  /** the highest invert allowed at the upper end of a reach that would begin at `invert`, so that it passes below what it crosses; Infinity when free, -Infinity when it must be
   * lifted */
  below?(a: Manhole, b: Manhole, height: number, invert: number): number
}

/** Return period of the storm for which sewers are sized, years. */
export const DESIGN_YEARS = 5
/** m² of land that drain into a metre of street. */
export const STRIP_M = 80
/** Share of the rain that runs off. */
const RUNOFF = 0.6
/** A section is chosen so that this share of it carries the design flow. */
const SHARE = { storm: 0.95, foul: 0.8 }
const WALL = 0.08
/** Ground over a crown at most, m. */
const MOST_COVER = 5.97
/** Cover of pressure pipes, m; water runs in them at 1.4 m/s. */
const PRESSURE_COVER = 1.2
const pressureSize = (flow: number): number => {
  const d = Math.sqrt((4 * flow) / Math.PI / 1.4)
  return [0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.2, 1.4, 1.6, 1.8, 2, 2.4].find((one) => one >= d) ?? 2.8
}

/** Sizes all reaches. */
export function designSewers(forest: Manhole[], wish: DesignWish): Design {
  const n = forest.length
  const order = fromTheTop(forest)
  const ground = Float64Array.from(forest, (one) => wish.ground(one.x, one.y))
  const out: Design = {
    reaches: new Array<Reach | null>(n).fill(null),
    floor: ground.map((g) => g - wish.cover - 0.3),
    pump: new Uint8Array(n),
    order,
    ground,
    people: new Float64Array(n),
    area: new Float64Array(n),
  }
  const minutes = new Float64Array(n).fill(10)
  const size = new Uint8Array(n)
  // the lowest crown and invert that come in from above
  const crownIn = new Float64Array(n).fill(Infinity)
  const invertIn = new Float64Array(n).fill(Infinity)
  for (const i of order) {
    const one = forest[i]!
    out.area[i]! += one.drained * STRIP_M
    out.people[i]! += one.link.length > 0 ? (one.link.people * one.drained) / one.link.length : 0
    if (one.down < 0) continue
    const j = one.down
    const lps = 0.3 + out.people[i]! * 0.0021
    const flow =
      wish.kind === 'storm'
        ? rainOn(DESIGN_YEARS, minutes[i]!) * RUNOFF * Math.max(out.area[i]!, 200)
        : (lps * peakFactor(lps)) / 1000
    const reach = reachOf(
      forest,
      out,
      wish,
      i,
      flow,
      size[i]!,
      Math.min(crownIn[i]!, ground[i]! - wish.cover),
      invertIn[i]!,
    )
    out.reaches[i] = reach
    out.floor[i] = Math.min(out.floor[i]!, invertIn[i]!, reach.pressure ? Infinity : reach.invertFrom)
    if (reach.pressure && (invertIn[i]! < Infinity || one.drained > 0 || !one.pumped)) out.pump[i] = 1
    size[j] = Math.max(size[j]!, reach.pressure ? 0 : reach.size)
    invertIn[j] = Math.min(invertIn[j]!, reach.invertTo)
    crownIn[j] = Math.min(crownIn[j]!, reach.invertTo + (reach.pressure ? reach.diameter : SIZES[reach.size]!.height))
    out.area[j]! += out.area[i]!
    out.people[j]! += out.people[i]!
    minutes[j] = Math.max(minutes[j]!, minutes[i]! + one.length / 60 / 1.1)
    out.floor[j] = Math.min(out.floor[j]!, reach.invertTo)
  }
  return out
}

function reachOf(
  forest: Manhole[],
  design: Design,
  wish: DesignWish,
  i: number,
  flow: number,
  from: number,
  crown: number,
  lowest: number,
): Reach {
  const one = forest[i]!
  const next = forest[one.down]!
  const { ground } = design
  const [gi, gj] = [ground[i]!, ground[one.down]!]
  const pressed = (): Reach => {
    const diameter = pressureSize(flow)
    const end = gj - PRESSURE_COVER - diameter
    const carried = (Math.PI * diameter * diameter * 1.4) / 4
    return {
      size: 0,
      diameter,
      invertFrom: gi - PRESSURE_COVER - diameter,
      invertTo: next.root >= 0 ? Math.max(Math.min(end, 0.9), wish.rootFloor(next.root)) : end,
      pressure: true,
      flow,
      capacity: carried,
    }
  }
  if (one.pumped) return pressed()
  const size = sectionFor(flow, from, SHARE[wish.kind])
  const { height } = SIZES[size]!
  const free = Math.min(crown - height - WALL, lowest)
  const under = wish.below?.(one, next, height, free) ?? Infinity
  if (under === -Infinity) return pressed()
  const invertFrom = Math.round(Math.min(free, under) * 1000) / 1000
  const slope = leastSlope(height)
  const invertTo = Math.round(Math.min(invertFrom - slope * one.length, gj - wish.cover - height - WALL) * 1000) / 1000
  const most = Math.min(wish.deepest, MOST_COVER + height)
  const deep = gi - invertFrom > most || gj - invertTo > Math.min(most + 0.6, MOST_COVER + height)
  const flooded = next.root >= 0 && invertTo < wish.rootFloor(next.root)
  if (deep || flooded) return pressed()
  const real = one.length > 0.01 ? (invertFrom - invertTo) / one.length : slope
  return {
    size,
    diameter: height,
    invertFrom,
    invertTo,
    pressure: false,
    flow,
    capacity: capacity(SIZES[size]!, real),
  }
}
