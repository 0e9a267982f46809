/** The small solids a network is put together from: unit tubes and joints by section, and what stands at its nodes. */
import type { SECTIONS } from '../geo/city-feature.ts'

/**
 * A solid of a few dozen triangles.
 * Tubes run along y from 0 to 1 and are 1 wide (x) and 1 high (z) about the axis; node solids stand on z = 0 and are 1 m across.
 */
export interface Solid {
  /** x, y, z per vertex */
  positions: Float32Array
  /** unit vectors × 127, x, y, z, 0 per vertex */
  normals: Int8Array
  /** red, green, blue (linear) and how much of its utility's colour it takes, 0 … 255, per vertex */
  colours: Uint8Array
  /** three per triangle, counter-clockwise from outside */
  indices: Uint16Array
}

type Point = readonly [number, number]
type Paint = readonly [number, number, number, number]

/** All in the utility's colour; iron and concrete with a breath of it. */
const OWN: Paint = [255, 255, 255, 255]
const IRON: Paint = [52, 54, 58, 40]
const STEEL: Paint = [150, 154, 160, 60]
const CONCRETE: Paint = [165, 160, 150, 30]

class Draft {
  readonly positions: number[] = []
  readonly normals: number[] = []
  readonly colours: number[] = []
  readonly indices: number[] = []

  vertex(place: readonly number[], normal: readonly number[], paint: Paint): number {
    const length = Math.hypot(normal[0]!, normal[1]!, normal[2]!) || 1
    this.positions.push(place[0]!, place[1]!, place[2]!)
    this.normals.push(...normal.map((n) => Math.round((n / length) * 127)), 0)
    this.colours.push(...paint)
    return this.positions.length / 3 - 1
  }

  quad(a: number, b: number, c: number, d: number): void {
    this.indices.push(a, b, c, a, c, d)
  }

  done(): Solid {
    return {
      positions: Float32Array.from(this.positions),
      normals: Int8Array.from(this.normals),
      colours: Uint8Array.from(this.colours),
      indices: Uint16Array.from(this.indices),
    }
  }

  /** A body of revolution about z from (radius, height) pairs going up its outside; flat between them. */
  lathe(profile: readonly Point[], sides: number, paint: Paint, smooth = false, [dx, dy] = [0, 0]): this {
    for (let k = 0; k + 1 < profile.length; k++) {
      const [[r0, z0], [r1, z1]] = [profile[k]!, profile[k + 1]!]
      const [rise, out] = [z1 - z0, r0 - r1]
      const ring = (r: number, z: number, other: Point | undefined): number[] =>
        Array.from({ length: sides }, (_, i) => {
          const angle = (i / sides) * 2 * Math.PI
          const [c, s] = [Math.cos(angle), Math.sin(angle)]
          const normal = smooth && other ? [c * other[0], s * other[0], other[1]] : [c * rise, s * rise, out]
          return this.vertex([r * c + dx, r * s + dy, z], normal, paint)
        })
      const low = ring(r0, z0, smooth ? [r0, z0] : undefined)
      const high = ring(r1, z1, smooth ? [r1, z1] : undefined)
      for (let i = 0; i < sides; i++) {
        const j = (i + 1) % sides
        if (r0 > 0 && r1 > 0) this.quad(low[i]!, low[j]!, high[j]!, high[i]!)
        else if (r1 > 0) this.indices.push(low[i]!, high[j]!, high[i]!)
        else this.indices.push(low[i]!, low[j]!, high[i]!)
      }
    }
    return this
  }

  /** A closed box. */
  box([x0, y0, z0]: readonly number[], [x1, y1, z1]: readonly number[], paint: Paint): this {
    const [low, high] = [
      [x0!, y0!, z0!],
      [x1!, y1!, z1!],
    ]
    for (let axis = 0; axis < 3; axis++) {
      const [u, v] = [(axis + 1) % 3, (axis + 2) % 3]
      for (const side of [0, 1]) {
        const normal = [0, 0, 0]
        normal[axis] = side ? 1 : -1
        const corner = (a: number, b: number): number => {
          const p = [0, 0, 0]
          p[axis] = (side ? high : low)[axis]!
          p[u] = (a ? high : low)[u]!
          p[v] = (b ? high : low)[v]!
          return this.vertex(p, normal, paint)
        }
        const [a, b, c, d] = [corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 1)]
        if (side) this.quad(a, b, c, d)
        else this.quad(a, d, c, b)
      }
    }
    return this
  }
}

/** Right half of each section's outline from floor to crown, 1 wide and 1 high about the axis: (x, z). */
function halfOutline(section: (typeof SECTIONS)[number], steps: number): Point[] {
  const arc = (from: number, to: number, n: number, at: (angle: number) => Point): Point[] =>
    Array.from({ length: n + 1 }, (_, i) => at(from + ((to - from) * i) / n))
  const [quarter, half] = [Math.PI / 2, Math.PI]
  if (section === 'box') return [[0, -0.5] as const, [0.5, -0.5] as const, [0.5, 0.5] as const, [0, 0.5] as const]
  if (section === 'arch')
    return [
      [0, -0.5],
      [0.5, -0.5],
      ...arc(0, quarter, Math.max(2, steps >> 1), (a): Point => [0.5 * Math.cos(a), 0.5 * Math.sin(a)]),
    ]
  const round = arc(-quarter, quarter, steps, (a): Point => [0.5 * Math.cos(a), 0.5 * Math.sin(a)])
  if (section === 'circular') return round
  // egg: broad side up
  return arc(
    0,
    half,
    steps,
    (a): Point => [0.5 * Math.sin(a) * (1 - 0.28 * ((1 + Math.cos(a)) / 2)), -0.5 * Math.cos(a)],
  )
}

/** Sections whose outline has corners keep them. */
const CORNERED = new Set(['box', 'arch'])

/**
 * A tube of one section, open at both ends.
 * @param sides around the whole outline of a round one
 */
export function tubeSolid(section: (typeof SECTIONS)[number], sides: number): Solid {
  const half = halfOutline(section, sides >> 1)
  const outline = [
    ...half,
    ...half
      .slice(1, -1)
      .reverse()
      .map(([x, z]): Point => [-x, z]),
  ]
  const draft = new Draft()
  const count = outline.length
  const at = (k: number): Point => outline[(k + count) % count]!
  const across = (i: number, j: number): number[] => [at(j)[1] - at(i)[1], 0, at(i)[0] - at(j)[0]]
  const place = (k: number, y: number, normal: number[]): number => draft.vertex([at(k)[0], y, at(k)[1]], normal, OWN)
  if (CORNERED.has(section)) {
    for (let i = 0; i < count; i++) {
      const n = across(i, i + 1)
      draft.quad(place(i, 0, n), place(i, 1, n), place(i + 1, 1, n), place(i + 1, 0, n))
    }
    return draft.done()
  }
  for (let i = 0; i < count; i++) for (const y of [0, 1]) place(i, y, across(i - 1, i + 1))
  for (let i = 0; i < count; i++) {
    const j = (i + 1) % count
    draft.quad(2 * i, 2 * i + 1, 2 * j + 1, 2 * j)
  }
  return draft.done()
}

/** The joint of a section: its outline turned about the vertical, which closes every bend in plan; a ball when round. */
export function jointSolid(section: (typeof SECTIONS)[number], sides: number): Solid {
  return new Draft().lathe(halfOutline(section, sides >> 1), sides, OWN, section === 'circular').done()
}

/** What stands at a node, by its kind; scaled by metres across, and shafts by their depth. */
export const NODE_SOLIDS: Readonly<Record<string, () => Solid>> = {
  /** 1 deep, to be stretched from floor to cover */
  shaft: () =>
    new Draft()
      .lathe(
        [
          [0, 0],
          [0.5, 0],
          [0.5, 0.82],
          [0.36, 1],
        ],
        16,
        CONCRETE,
      )
      .done(),
  cover: () =>
    new Draft()
      .lathe(
        [
          [0, -0.06],
          [0.42, -0.06],
          [0.42, 0.012],
          [0.36, 0.02],
          [0.34, 0.012],
          [0, 0.012],
        ],
        20,
        IRON,
      )
      .done(),
  /** two cones tip to tip, a stem and a hand wheel */
  valve: () =>
    new Draft()
      .lathe(
        [
          [0, -0.45],
          [0.34, -0.45],
          [0.12, 0],
          [0.34, 0.45],
          [0, 0.45],
        ],
        12,
        OWN,
      )
      .lathe(
        [
          [0.05, 0],
          [0.05, 0.85],
          [0, 0.85],
        ],
        8,
        STEEL,
      )
      .lathe(
        [
          [0, 0.78],
          [0.32, 0.78],
          [0.32, 0.86],
          [0, 0.86],
        ],
        14,
        IRON,
      )
      .done(),
  hydrant: () =>
    new Draft()
      .lathe(
        [
          [0.26, 0],
          [0.26, 0.06],
          [0.16, 0.08],
          [0.16, 0.78],
          [0.22, 0.8],
          [0.2, 0.9],
          [0.06, 1],
          [0, 1],
        ],
        12,
        [176, 32, 26, 0],
      )
      .box([-0.3, -0.07, 0.52], [0.3, 0.07, 0.66], STEEL)
      .done(),
  pump: () =>
    new Draft()
      .lathe(
        [
          [0, 0],
          [0.46, 0],
          [0.46, 0.26],
          [0.3, 0.34],
          [0.3, 0.9],
          [0.22, 1],
          [0, 1],
        ],
        16,
        OWN,
      )
      .box([0.2, -0.14, 0.04], [0.75, 0.14, 0.24], OWN)
      .done(),
  tank: () =>
    new Draft()
      .lathe(
        [
          [0, 0],
          [0.5, 0],
          [0.5, 0.85],
          [0.3, 0.96],
          [0, 1],
        ],
        24,
        OWN,
      )
      .done(),
  chamber: () => new Draft().box([-0.5, -0.5, 0], [0.5, 0.5, 1], CONCRETE).done(),
  cabinet: () =>
    new Draft()
      .box([-0.5, -0.25, 0], [0.5, 0.25, 0.08], CONCRETE)
      .box([-0.46, -0.21, 0.08], [0.46, 0.21, 1.5], [138, 146, 144, 90])
      .done(),
  grate: () => new Draft().box([-0.5, -0.3, -0.12], [0.5, 0.3, 0.015], IRON).done(),
  outfall: () =>
    new Draft()
      .box([-0.9, 0.1, -0.9], [0.9, 0.3, 0.9], CONCRETE)
      .lathe(
        [
          [0.42, -0.5],
          [0.5, -0.5],
          [0.5, 0.5],
          [0.42, 0.5],
        ],
        16,
        CONCRETE,
      )
      .done(),
  pole: () =>
    new Draft()
      .lathe(
        [
          [0.012, 0],
          [0.009, 1],
          [0, 1],
        ],
        10,
        STEEL,
      )
      .done(),
  ball: () => jointSolid('circular', 10),
}
