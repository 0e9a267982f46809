/** Low-poly trees made by code: a trunk and a crown of a few dozen triangles, 1 metre high, in quiet colours. */

/** A model of height 1, foot at the origin, z up. */
export interface TreeModel {
  /** x, y, z per vertex */
  positions: Float32Array
  /** red, green, blue (linear, 0 … 255) and 255 per vertex */
  colours: Uint8Array
  /** three per triangle, counter-clockwise from outside */
  indices: Uint16Array
}

type Colour = readonly [number, number, number]

const TRUNK: Colour = [70, 56, 44]
const LEAF: Colour = [62, 84, 50]
const LEAF_LIGHT: Colour = [84, 104, 64]
const NEEDLE: Colour = [40, 66, 50]
const PALM: Colour = [72, 98, 58]

/** Vertices and triangles being collected. */
class Model {
  readonly positions: number[] = []
  readonly colours: number[] = []
  readonly indices: number[] = []

  vertex(x: number, y: number, z: number, [r, g, b]: Colour): number {
    this.positions.push(x, y, z)
    this.colours.push(r, g, b, 255)
    return this.positions.length / 3 - 1
  }

  /** A closed body of revolution from (radius, height) pairs, its ends brought to a point. */
  lathe(profile: readonly (readonly [number, number])[], sides: number, lower: Colour, upper: Colour, twist = 0): void {
    const first = profile[0][1]
    const span = profile[profile.length - 1][1] - first || 1
    const colour = (z: number): Colour => {
      const t = (z - first) / span
      return [0, 1, 2].map((i) => Math.round(lower[i] + (upper[i] - lower[i]) * t)) as unknown as Colour
    }
    const rings = profile.map(([radius, z], k) =>
      Array.from({ length: sides }, (_, i) => {
        // uneven radii: a tree is no turned piece
        const uneven = radius * (1 + 0.12 * Math.sin(i * 2.4 + k * 1.7))
        const angle = (i / sides) * 2 * Math.PI + k * twist
        return this.vertex(uneven * Math.cos(angle), uneven * Math.sin(angle), z, colour(z))
      }),
    )
    for (let k = 0; k + 1 < rings.length; k++) {
      for (let i = 0; i < sides; i++) {
        const j = (i + 1) % sides
        this.indices.push(rings[k][i], rings[k][j], rings[k + 1][j], rings[k][i], rings[k + 1][j], rings[k + 1][i])
      }
    }
    const bottom = this.vertex(0, 0, first, colour(first))
    const top = this.vertex(0, 0, first + span, colour(first + span))
    const last = rings[rings.length - 1]
    for (let i = 0; i < sides; i++) {
      const j = (i + 1) % sides
      this.indices.push(rings[0][j], rings[0][i], bottom, last[i], last[j], top)
    }
  }

  done(): TreeModel {
    return {
      positions: Float32Array.from(this.positions),
      colours: Uint8Array.from(this.colours),
      indices: Uint16Array.from(this.indices),
    }
  }
}

function broadleaf(): TreeModel {
  const model = new Model()
  model.lathe(
    [
      [0.035, -0.08],
      [0.022, 0.42],
    ],
    4,
    TRUNK,
    TRUNK,
  )
  model.lathe(
    [
      [0.12, 0.3],
      [0.3, 0.44],
      [0.34, 0.62],
      [0.24, 0.84],
      [0.06, 1],
    ],
    7,
    LEAF,
    LEAF_LIGHT,
    0.35,
  )
  return model.done()
}

function needleleaf(): TreeModel {
  const model = new Model()
  model.lathe(
    [
      [0.03, -0.08],
      [0.02, 0.25],
    ],
    4,
    TRUNK,
    TRUNK,
  )
  model.lathe(
    [
      [0.19, 0.14],
      [0.12, 0.42],
    ],
    7,
    NEEDLE,
    LEAF,
    0.2,
  )
  model.lathe(
    [
      [0.145, 0.38],
      [0.07, 0.68],
    ],
    7,
    NEEDLE,
    LEAF,
    0.2,
  )
  model.lathe(
    [
      [0.09, 0.64],
      [0.004, 1],
    ],
    6,
    NEEDLE,
    LEAF,
    0.2,
  )
  return model.done()
}

function palm(): TreeModel {
  const model = new Model()
  model.lathe(
    [
      [0.028, -0.08],
      [0.02, 0.5],
      [0.018, 0.86],
    ],
    5,
    TRUNK,
    TRUNK,
  )
  for (let i = 0; i < 8; i++) {
    const angle = (i / 8) * 2 * Math.PI
    const [c, s] = [Math.cos(angle), Math.sin(angle)]
    const at = (r: number, side: number, z: number): number => model.vertex(r * c - side * s, r * s + side * c, z, PALM)
    const [root, left, right, tip] = [
      at(0.01, 0, 0.86),
      at(0.18, 0.055, 0.96),
      at(0.18, -0.055, 0.96),
      at(0.36, 0, 0.8),
    ]
    // both faces: a frond has no inside
    model.indices.push(root, right, left, root, left, right, left, right, tip, left, tip, right)
  }
  return model.done()
}

/** The models by the words of `CLASSES.trees`; `other` is a broadleaf. */
export const TREE_MODELS: Readonly<Record<'broadleaf' | 'needleleaf' | 'palm', TreeModel>> = {
  broadleaf: broadleaf(),
  needleleaf: needleleaf(),
  palm: palm(),
}
