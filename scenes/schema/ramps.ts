/** Named colour ramps: even for the eye, readable without full colour vision, lightness always rising or falling. */
import { type Color, fromOklab, type Oklab, oklab, parseColor } from './color.ts'

/** Lightness 0…1, chroma, hue in degrees: Oklab in polar form. */
type Oklch = readonly [lightness: number, chroma: number, hueDeg: number]

/** Anchors in order. Lightness runs one way, so that the order survives any colour vision, print and a poor projector. */
const ANCHORS: Readonly<Record<'blues' | 'teal' | 'stone' | 'heat', readonly Oklch[]>> = {
  blues: [
    [0.95, 0.025, 225],
    [0.76, 0.095, 236],
    [0.55, 0.13, 251],
    [0.33, 0.095, 262],
  ],
  teal: [
    [0.95, 0.025, 185],
    [0.76, 0.08, 188],
    [0.57, 0.09, 195],
    [0.36, 0.06, 208],
  ],
  stone: [
    [0.66, 0.034, 58],
    [0.8, 0.027, 70],
    [0.94, 0.012, 84],
  ],
  heat: [
    [0.96, 0.06, 98],
    [0.81, 0.13, 76],
    [0.62, 0.165, 42],
    [0.36, 0.115, 24],
  ],
}

/** Two arms from dark to a light, grey middle; orange and blue stay apart for every common colour deficiency. */
const ARMS: readonly [readonly Oklch[], readonly Oklch[]] = [
  [
    [0.42, 0.115, 255],
    [0.68, 0.09, 240],
    [0.95, 0.004, 240],
  ],
  [
    [0.95, 0.004, 60],
    [0.7, 0.115, 58],
    [0.44, 0.11, 42],
  ],
]

/** Ten even samples of matplotlib's viridis (Smith and van der Walt 2015, CC0). */
const VIRIDIS = [
  '#440154',
  '#482878',
  '#3e4989',
  '#31688e',
  '#26828e',
  '#1f9e89',
  '#35b779',
  '#6ece58',
  '#b5de2b',
  '#fde725',
]

/** The names of the ramps. */
export const RAMPS = ['blues', 'teal', 'stone', 'heat', 'viridis', 'diverging'] as const

/** The name of a ramp. */
export type RampName = (typeof RAMPS)[number]

const LAST = 256
const tables = new Map<RampName, readonly Color[]>()

/**
 * The colour of a ramp at a share of its length.
 *
 * @param share 0 (first colour) … 1 (last); what is outside takes the end's colour
 */
export function rampColor(name: RampName, share: number): Color {
  let table = tables.get(name)
  if (table === undefined) {
    table = tableOf(name)
    tables.set(name, table)
  }
  return table[Math.round((share > 0 ? Math.min(share, 1) : 0) * LAST)]!
}

function tableOf(name: RampName): Color[] {
  if (name === 'viridis') return sampled(VIRIDIS.map((css) => oklab(parseColor(css)!)))
  if (name !== 'diverging') return even(ANCHORS[name].map(fromPolar), LAST)
  return [...even(ARMS[0].map(fromPolar), LAST / 2), ...even(ARMS[1].map(fromPolar), LAST / 2).slice(1)]
}

function fromPolar([lightness, chroma, hueDeg]: Oklch): Oklab {
  const hue = (hueDeg * Math.PI) / 180
  return [lightness, chroma * Math.cos(hue), chroma * Math.sin(hue)]
}

/** The point a share of the way along anchors that are equally far apart in `share`, on a smooth curve through them. */
function along(anchors: readonly Oklab[], share: number): Oklab {
  const position = share * (anchors.length - 1)
  const index = Math.min(Math.floor(position), anchors.length - 2)
  const t = position - index
  const point = (channel: 0 | 1 | 2) => {
    const [p1, p2] = [anchors[index]![channel], anchors[index + 1]![channel]]
    const p0 = anchors[index - 1]?.[channel] ?? 2 * p1 - p2
    const p3 = anchors[index + 2]?.[channel] ?? 2 * p2 - p1
    return p1 + 0.5 * t * (p2 - p0 + t * (2 * p0 - 5 * p1 + 4 * p2 - p3 + t * (3 * (p1 - p2) + p3 - p0)))
  }
  return [point(0), point(1), point(2)]
}

function sampled(anchors: readonly Oklab[]): Color[] {
  return Array.from({ length: LAST + 1 }, (_, index) => fromOklab(along(anchors, index / LAST)))
}

/** `steps` + 1 colours along the anchors, each as far from the next in Oklab. */
function even(anchors: readonly Oklab[], steps: number): Color[] {
  const fine = Array.from({ length: 2049 }, (_, index) => along(anchors, index / 2048))
  const lengths = [0]
  for (let i = 1; i < fine.length; i++) {
    const [a, b] = [fine[i - 1]!, fine[i]!]
    lengths.push(lengths[i - 1]! + Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]))
  }
  const total = lengths[lengths.length - 1]!
  const colors: Color[] = []
  for (let step = 0, at = 0; step <= steps; step++) {
    while (at < fine.length - 1 && lengths[at]! < (total * step) / steps) at++
    colors.push(fromOklab(fine[at]!))
  }
  return colors
}
