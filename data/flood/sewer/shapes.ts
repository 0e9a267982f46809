/** Outlines of sewer cross sections: widths over the depth, metres. */

/** Widths at rising depths, linear between them; the outline is closed at the top when `open` is false. */
export interface Outline {
  depths: number[]
  widths: number[]
  open: boolean
  /** wetted length of the sides for each stretch between two depths; by symmetric sides when absent */
  sides?: number[]
  /** wetted length at depth 0; `widths[0]` when absent */
  floor?: number
}

const STEPS = 72

/** Depths dense at both ends, where rounded sections change most. */
function rounded(depth: number, width: (y: number) => number, steps = STEPS): Outline {
  const depths: number[] = []
  const widths: number[] = []
  for (let k = 0; k <= steps; k++) {
    const y = 0.5 * depth * (1 - Math.cos((Math.PI * k) / steps))
    depths.push(y)
    widths.push(Math.max(0, width(y)))
  }
  return { depths, widths, open: false }
}

const chord = (radius: number, fromCentre: number) => 2 * Math.sqrt(Math.max(0, radius ** 2 - fromCentre ** 2))

/** An arch on a rounded floor: widest at `at` × height, superellipses below and above (fitted to the standard section). */
const arch = (height: number, widest: number, at: number, below: number, above: number): Outline =>
  rounded(height, (y) => {
    const t = y / height
    const away = t < at ? (at - t) / at : (t - at) / (1 - at)
    const power = t < at ? below : above
    return widest * Math.max(0, 1 - away ** power) ** (1 / power)
  })

/** The standard egg, 3 : 2: arcs of h/3 at the top, h at the sides, h/6 at the bottom. */
function egg(h: number): Outline {
  return rounded(h, (y) => {
    if (y > (2 / 3) * h) return chord(h / 3, y - (2 / 3) * h)
    // the arcs of the sides and of the bottom touch at 0.2/3 h
    if (y > (1 / 15) * h) return 2 * (Math.sqrt(Math.max(0, h ** 2 - (y - (2 / 3) * h) ** 2)) - (2 / 3) * h)
    return chord(h / 6, y - h / 6)
  })
}

/** The standard horseshoe: a half circle over sides and a floor of twice its radius. */
function horseshoe(h: number): Outline {
  const r = h / 2
  return rounded(h, (y) => {
    if (y >= r) return chord(r, y - r)
    const side = 2 * (Math.sqrt(Math.max(0, h ** 2 - (y - r) ** 2)) - r)
    return Math.min(side, chord(h, y - h))
  })
}

function trapezoid(h: number, base: number, left: number, right: number): Outline {
  return {
    depths: [0, h],
    widths: [base, base + h * (left + right)],
    open: true,
    sides: [h * (Math.hypot(1, left) + Math.hypot(1, right))],
  }
}

const power = (h: number, top: number, exponent: number): Outline => ({
  ...rounded(h, (y) => top * (y / h) ** (1 / exponent)),
  open: true,
})

type Geometry = readonly [number, number, number, number]
const SHAPES: { [shape: string]: (g: Geometry) => Outline } = {
  CIRCULAR: ([d]) => rounded(d, (y) => chord(d / 2, y - d / 2)),
  FORCE_MAIN: ([d]) => rounded(d, (y) => chord(d / 2, y - d / 2)),
  FILLED_CIRCULAR: ([d, fill]) => rounded(d - fill, (y) => chord(d / 2, y + fill - d / 2)),
  RECT_CLOSED: ([h, w]) => ({ depths: [0, h], widths: [w, w], open: false }),
  RECT_OPEN: ([h, w, without]) => ({
    depths: [0, h],
    widths: [w, w],
    open: true,
    sides: [h * (2 - Math.min(2, without))],
  }),
  TRAPEZOIDAL: ([h, base, left, right]) => trapezoid(h, base, left, right),
  TRIANGULAR: ([h, top]) => trapezoid(h, 0, top / h / 2, top / h / 2),
  HORIZ_ELLIPSE: ([h, w]) => rounded(h, (y) => w * Math.sqrt(Math.max(0, 1 - (2 * (y / h) - 1) ** 2))),
  VERT_ELLIPSE: ([h, w]) => rounded(h, (y) => w * Math.sqrt(Math.max(0, 1 - (2 * (y / h) - 1) ** 2))),
  ARCH: ([h, w]) => arch(h, w, 0.28, 2.2, 2),
  PARABOLIC: ([h, top]) => power(h, top, 2),
  POWER: ([h, top, exponent]) => power(h, top, exponent),
  RECT_TRIANGULAR: ([h, w, foot]) => ({ depths: [0, foot, h], widths: [0, w, w], open: false }),
  RECT_ROUND: ([h, w, radius]) => {
    const rise = radius - Math.sqrt(Math.max(0, radius ** 2 - (w / 2) ** 2))
    return rounded(h, (y) => (y < rise ? chord(radius, y - radius) : w))
  },
  MODBASKETHANDLE: ([h, w, radius]) => {
    const r = Math.max(radius, w / 2)
    const rise = r - Math.sqrt(Math.max(0, r ** 2 - (w / 2) ** 2))
    const { depths, widths } = rounded(h, (y) => (y < h - rise ? w : chord(r, y - h + r)))
    return { depths, widths, open: false }
  },
  EGG: ([h]) => egg(h),
  HORSESHOE: ([h]) => horseshoe(h),
  GOTHIC: ([h]) => arch(h, 0.84 * h, 0.39, 1.77, 2.11),
  CATENARY: ([h]) => arch(h, 0.9 * h, 0.277, 2.42, 1.835),
  SEMIELLIPTICAL: ([h]) => arch(h, h, 0.115, 1.574, 2.065),
  BASKETHANDLE: ([h]) => arch(h, 0.944 * h, 0.248, 2.097, 2.418),
  SEMICIRCULAR: ([h]) => arch(h, 1.64 * h, 0.145, 1.395, 2.059),
}

/** How many lengths a shape needs to be positive. */
const NEEDS: { [shape: string]: number } = {
  RECT_CLOSED: 2,
  RECT_OPEN: 2,
  TRIANGULAR: 2,
  HORIZ_ELLIPSE: 2,
  VERT_ELLIPSE: 2,
  ARCH: 2,
  PARABOLIC: 2,
  POWER: 3,
  RECT_TRIANGULAR: 3,
  RECT_ROUND: 3,
  MODBASKETHANDLE: 2,
}

/**
 * Outline of a standard shape.
 *
 * @param geom Geom1 … Geom4 in metres (slopes and exponents without unit)
 * @throws {Error} for an unknown shape, or a size that is not positive
 * @see Rossman 2017, SWMM Reference Manual II, tables 5-1 … 5-3; gothic, catenary, semi-elliptical, basket-handle,
 * semi-circular and arch pipes are superellipses fitted to the standard sections (areas within 0.6 %)
 */
export function outlineOf(shape: string, geom: Geometry): Outline {
  const make = SHAPES[shape]
  if (!make)
    throw new Error(`shape ${shape}; expected ${Object.keys(SHAPES).join(' | ')} | CUSTOM | IRREGULAR | STREET`)
  const needs = NEEDS[shape] ?? 1
  for (let k = 0; k < needs; k++) {
    if (!(geom[k]! > 0)) throw new Error(`${shape}: Geom${k + 1} is ${geom[k]}; expected > 0`)
  }
  if (geom.some((value) => !(value >= 0))) throw new Error(`${shape}: got ${geom.join(' ')}; expected sizes ≥ 0`)
  if (shape === 'FILLED_CIRCULAR' && !(geom[1] < geom[0])) {
    throw new Error(`FILLED_CIRCULAR: filled to ${geom[1]} of ${geom[0]}; expected less than full`)
  }
  if (shape === 'TRAPEZOIDAL' && !(geom[1] + geom[2] + geom[3] > 0)) {
    throw new Error('TRAPEZOIDAL: has no width; expected a base or slopes > 0')
  }
  if (shape === 'RECT_TRIANGULAR' && !(geom[2] < geom[0]))
    throw new Error('RECT_TRIANGULAR: Geom3 ≥ Geom1; expected less')
  return make(geom)
}

/** Outline from a SHAPE curve: width over depth, both over the full depth. */
export function customOutline(fullDepth: number, points: readonly (readonly [number, number])[]): Outline {
  if (points.length < 2) throw new Error('shape curve: fewer than two points; expected depth and width')
  const scale = fullDepth / points.at(-1)![0]
  const depths = points.map(([y]) => y * scale)
  const widths = points.map(([, w]) => w * fullDepth)
  if (depths[0]! > 0) {
    depths.unshift(0)
    widths.unshift(widths[0]!)
  }
  return { depths, widths, open: false }
}

/**
 * Outline of a channel of stations and levels: all ground below a level is wet.
 *
 * @param points stations rising, metres
 */
export function channelOutline(points: readonly (readonly [station: number, level: number])[]): Outline {
  if (points.length < 2) throw new Error('transect: fewer than two stations; expected GR lines')
  const floor = Math.min(...points.map(([, z]) => z))
  const top = Math.max(...points.map(([, z]) => z))
  if (!(top > floor)) throw new Error('transect: flat; expected banks above the floor')
  const levels = new Set<number>()
  for (const [, z] of points) levels.add(z - floor)
  for (let k = 0; k <= 50; k++) levels.add(((top - floor) * k) / 50)
  const depths = [...levels].sort((a, b) => a - b)
  const widths: number[] = []
  const wetted: number[] = []
  for (const y of depths) {
    let width = 0
    let length = 0
    for (let k = 1; k < points.length; k++) {
      const [xa, za] = points[k - 1]!
      const [xb, zb] = points[k]!
      const low = Math.min(za, zb) - floor
      const high = Math.max(za, zb) - floor
      // on a flat stretch the floor is wet as soon as there is water
      const share = y >= high ? 1 : y <= low ? 0 : (y - low) / (high - low)
      width += share * Math.abs(xb - xa)
      length += share * Math.hypot(xb - xa, zb - za)
    }
    widths.push(width)
    wetted.push(length)
  }
  return {
    depths,
    widths,
    open: true,
    floor: wetted[0]!,
    sides: wetted.slice(1).map((length, k) => length - wetted[k]!),
  }
}
