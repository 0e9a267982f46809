/** What a trench or a pile would hit (动土核查): pipes in it and pipes too near to it, with distance and depth. */
import { CLASSES } from '../geo/city-feature.ts'
import { nearestInPlan } from './clearance.ts'
import type { Network } from './network.ts'
import { outerHalves, pipesNear } from './plan-index.ts'

/** A place to dig, in local metres of the network (x east, y north). */
export type Dig =
  | { kind: 'trench'; line: [x: number, y: number][]; widthM: number; depthM: number }
  | { kind: 'pit'; outline: [x: number, y: number][]; depthM: number }
  | { kind: 'pile'; at: [x: number, y: number]; diameterM: number; depthM: number }

/** A pipe in the way or near it. */
export interface DigHit {
  /** number of the pipe */
  pipe: number
  class: string
  /** in the hole, below its floor but nearer than `nearM`, or beside it */
  how: 'hit' | 'below' | 'beside'
  /** metres in plan between the edge of the hole and the pipe's outer wall; 0 inside */
  distanceM: number
  /** metres from the ground to the pipe's crown there; NaN where the ground is not known */
  coverM: number
  /** nearest point, local metres */
  at: [x: number, y: number, z: number]
  /** the pipe's depth was guessed: dig by hand */
  estimated: boolean
}

/** What is asked beside the hole. */
export interface DigOptions {
  /** height of the ground; NaN where not known: every pipe in plan counts as hit there */
  ground(x: number, y: number): number
  /** how near is worth saying, metres; by pipe where rules differ (then `mostM` bounds it) */
  nearM?: number | ((pipe: number) => number)
  /** the largest of `nearM`; 10 when absent */
  mostM?: number
  /** how much deeper a guessed pipe may lie or higher */
  guessM?: number
}

/** Pieces of a hole's middle line or edge, as x y 0 x y 0, and how far its edge is from them. */
function edges(dig: Dig): { segments: Float64Array[]; half: number; closed: boolean } {
  const flat = (a: readonly number[], b: readonly number[]) => Float64Array.of(a[0]!, a[1]!, 0, b[0]!, b[1]!, 0)
  if (dig.kind === 'pile') return { segments: [flat(dig.at, dig.at)], half: dig.diameterM / 2, closed: false }
  if (dig.kind === 'trench')
    return {
      segments: dig.line.slice(1).map((to, i) => flat(dig.line[i]!, to)),
      half: dig.widthM / 2,
      closed: false,
    }
  const { outline } = dig
  return { segments: outline.map((from, i) => flat(from, outline[(i + 1) % outline.length]!)), half: 0, closed: true }
}

/** The box of a hole in plan, wider by some metres. */
function around(segments: readonly Float64Array[], metres: number): [number, number, number, number] {
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const segment of segments) {
    for (const i of [0, 3]) {
      box[0] = Math.min(box[0], segment[i]! - metres)
      box[1] = Math.min(box[1], segment[i + 1]! - metres)
      box[2] = Math.max(box[2], segment[i]! + metres)
      box[3] = Math.max(box[3], segment[i + 1]! + metres)
    }
  }
  return box
}

function inside(outline: readonly (readonly [number, number])[], x: number, y: number): boolean {
  let odd = false
  for (let i = 0, j = outline.length - 1; i < outline.length; j = i++) {
    const [[xi, yi], [xj, yj]] = [outline[i]!, outline[j]!]
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) odd = !odd
  }
  return odd
}

function checkDig(dig: Dig): void {
  const bad = (what: string): never => {
    throw new RangeError(`dig check: ${what}`)
  }
  if (!(dig.depthM > 0 && dig.depthM <= 200)) bad(`got depth ${dig.depthM}; expected 0 … 200 m`)
  const points = dig.kind === 'pile' ? [dig.at] : dig.kind === 'trench' ? dig.line : dig.outline
  const least = dig.kind === 'pit' ? 3 : dig.kind === 'trench' ? 2 : 1
  if (points.length < least) bad(`got ${points.length} points; expected at least ${least}`)
  if (!points.every((point) => point.every(Number.isFinite))) bad('a point is no number')
  if (dig.kind === 'trench' && !(dig.widthM > 0 && dig.widthM <= 200))
    bad(`got width ${dig.widthM}; expected 0 … 200 m`)
  if (dig.kind === 'pile' && !(dig.diameterM > 0 && dig.diameterM <= 20))
    bad(`got diameter ${dig.diameterM}; expected 0 … 20 m`)
}

/**
 * Pipes that a hole meets, hits first, then by distance.
 * @throws {RangeError} when the hole is none
 */
export function digCheck(network: Network, dig: Dig, options: DigOptions): DigHit[] {
  checkDig(dig)
  const { pipes } = network
  const { nearM = 1 } = options
  const most = typeof nearM === 'number' ? nearM : (options.mostM ?? 10)
  const guess = options.guessM ?? 0.5
  const { segments, half, closed } = edges(dig)
  const outline = dig.kind === 'pit' ? dig.outline : null
  const found: DigHit[] = []
  for (const k of pipesNear(network, around(segments, half + most))) {
    const near = typeof nearM === 'number' ? nearM : Math.min(most, nearM(k))
    const [outerWide, outerHigh] = outerHalves(network, k)
    let best: DigHit | null = null
    for (let i = pipes.vertexStart[k]!; i + 1 < pipes.vertexStart[k + 1]!; i++) {
      const p = i * 3
      for (const segment of segments) {
        const { plan, t: along } = nearestInPlan(segment, 0, pipes.vertices, p)
        const v = pipes.vertices
        const at: [number, number, number] = [0, 1, 2].map(
          (axis) => v[p + axis]! + (v[p + 3 + axis]! - v[p + axis]!) * along,
        ) as [number, number, number]
        // within an outline the nearest edge says nothing: the pipe's own points do
        const within = closed && outline !== null && [p, p + 3].some((end) => inside(outline, v[end]!, v[end + 1]!))
        const distanceM = within ? 0 : Math.max(0, plan - half - outerWide)
        if (distanceM > near) continue
        if (within) {
          const end = inside(outline, v[p]!, v[p + 1]!) ? p : p + 3
          at[0] = v[end]!
          at[1] = v[end + 1]!
          at[2] = v[end + 2]!
        }
        const ground = options.ground(at[0], at[1])
        const coverM = ground - at[2] - outerHigh
        const slack = pipes.estimated[k] ? guess : 0
        const under = coverM - slack - dig.depthM
        const how = distanceM > 0 ? 'beside' : under > 0 ? 'below' : 'hit'
        if (how === 'below' && under > near) continue
        // beside a hole that ends above the pipe nothing happens
        if (how === 'beside' && under > 0) continue
        const hit: DigHit = {
          pipe: k,
          class: CLASSES.pipes[pipes.utility[k]!]!,
          how,
          distanceM,
          coverM,
          at,
          estimated: pipes.estimated[k] === 1,
        }
        if (!best || rank(hit) < rank(best) || (rank(hit) === rank(best) && hit.coverM < best.coverM)) best = hit
      }
    }
    if (best) found.push(best)
  }
  return found.sort((a, b) => rank(a) - rank(b) || a.coverM - b.coverM || a.pipe - b.pipe)
}

const rank = ({ how, distanceM }: DigHit): number => (how === 'hit' ? 0 : how === 'below' ? 1 : 2 + distanceM)
