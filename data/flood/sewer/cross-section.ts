/** Area, width and hydraulic radius of a section at any depth, above its crown a narrow slot. */
import type { Outline } from './shapes.ts'

/** Width of the slot over a closed section, share of its largest width: pressure as depth (Preissmann). */
const SLOT = 1e-3

/** A section as tables over depth. */
export interface CrossSection {
  open: boolean
  fullDepth: number
  fullArea: number
  fullRadius: number
  maxWidth: number
  /** width of the slot (closed) or of the water above the banks (open) */
  slot: number
  /** rising, from 0 to the full depth */
  depths: Float64Array
  widths: Float64Array
  /** area below, m² */
  areas: Float64Array
  /** wetted perimeter, m */
  perimeters: Float64Array
  /** critical discharge at each depth, m³/s, never falling */
  criticalFlows: Float64Array
  /** A R^(2/3) at each depth, m^(8/3) */
  conveyances: Float64Array
  /** where the conveyance is largest */
  bestIndex: number
  /** stretch in which each of equal parts of the depth begins */
  starts: Int32Array
}

/**
 * Tables of an outline; the area is the exact integral of the widths.
 *
 * @throws {Error} when depths do not rise or a width is negative
 */
export function crossSection(outline: Outline): CrossSection {
  const count = outline.depths.length
  const depths = Float64Array.from(outline.depths)
  const widths = Float64Array.from(outline.widths)
  const areas = new Float64Array(count)
  const perimeters = new Float64Array(count)
  perimeters[0] = outline.floor ?? widths[0]!
  for (let k = 0; k < count; k++) {
    if (!(widths[k]! >= 0)) throw new Error(`section: width ${widths[k]} at depth ${depths[k]}; expected ≥ 0`)
    if (k === 0) continue
    const rise = depths[k]! - depths[k - 1]!
    if (!(rise > 0)) throw new Error(`section: depth ${depths[k]} after ${depths[k - 1]}; expected rising depths`)
    areas[k] = areas[k - 1]! + 0.5 * rise * (widths[k]! + widths[k - 1]!)
    const side = outline.sides?.[k - 1] ?? 2 * Math.hypot(rise, 0.5 * (widths[k]! - widths[k - 1]!))
    perimeters[k] = perimeters[k - 1]! + side
  }
  const fullArea = areas[count - 1]!
  if (!(fullArea > 0)) throw new Error('section: has no area; expected widths > 0')
  const maxWidth = Math.max(...widths)
  const whole = perimeters[count - 1]! + (outline.open ? 0 : widths[count - 1]!)
  const section: CrossSection = {
    open: outline.open,
    fullDepth: depths[count - 1]!,
    fullArea,
    fullRadius: fullArea / whole,
    maxWidth,
    slot: outline.open ? widths[count - 1]! : SLOT * maxWidth,
    depths,
    widths,
    areas,
    perimeters,
    criticalFlows: new Float64Array(count),
    conveyances: new Float64Array(count),
    bestIndex: 0,
    starts: startsOf(depths),
  }
  for (let k = 1; k < count; k++) {
    const width = Math.max(widths[k]!, section.slot)
    const flow = areas[k]! * Math.sqrt((9.81 * areas[k]!) / Math.max(width, 1e-9))
    section.criticalFlows[k] = Math.max(section.criticalFlows[k - 1]!, flow)
    section.conveyances[k] = conveyance(section, depths[k]!)
    if (section.conveyances[k]! > section.conveyances[section.bestIndex]!) section.bestIndex = k
  }
  return section
}

/** Equal parts of the depth from which a look-up starts. */
const PARTS = 128

function startsOf(depths: Float64Array): Int32Array {
  const full = depths[depths.length - 1]!
  let k = 0
  return Int32Array.from({ length: PARTS + 1 }, (_, part) => {
    while (k + 2 < depths.length && depths[k + 1]! <= (part * full) / PARTS) k++
    return k
  })
}

/** Stretch of the tables a depth below the full one lies in. */
function place(section: CrossSection, y: number): number {
  const { depths } = section
  let k = section.starts[Math.floor((y / section.fullDepth) * PARTS)]!
  while (depths[k + 1]! <= y) k++
  while (depths[k]! > y) k--
  return k
}

/** Width of the surface that goes with the last area of `areaAt`, in place 0: one look-up for both. */
export const surface = new Float64Array(1)

/** Flow area at a depth, m², with the slot above the crown; puts the surface width, m, into `surface`. */
export function areaAt(section: CrossSection, y: number): number {
  if (!(y > 0)) {
    surface[0] = 0
    return 0
  }
  if (y >= section.fullDepth) {
    surface[0] = section.slot
    return section.fullArea + (y - section.fullDepth) * section.slot
  }
  const { depths, widths, areas } = section
  const k = place(section, y)
  const t = y - depths[k]!
  const slope = (widths[k + 1]! - widths[k]!) / (depths[k + 1]! - depths[k]!)
  surface[0] = widths[k]! + slope * t
  return areas[k]! + t * (widths[k]! + 0.5 * slope * t)
}

/** Hydraulic radius at a depth, m; the slot's sides are not wet. */
export function radiusAt(section: CrossSection, y: number): number {
  if (!(y > 0)) return 0
  const { depths, perimeters, fullDepth, open } = section
  if (y >= fullDepth) {
    if (!open) return section.fullRadius
    return areaAt(section, y) / (perimeters[perimeters.length - 1]! + 2 * (y - fullDepth))
  }
  const k = place(section, y)
  const t = (y - depths[k]!) / (depths[k + 1]! - depths[k]!)
  const wet = perimeters[k]! + t * (perimeters[k + 1]! - perimeters[k]!)
  return wet > 0 ? areaAt(section, y) / wet : 0
}

/** Conveyance factor A R^(2/3), m^(8/3). */
export function conveyance(section: CrossSection, y: number): number {
  return areaAt(section, y) * Math.cbrt(radiusAt(section, y)) ** 2
}

/** Depth at which a rising table reaches a value, between its points. */
function depthWhere(section: CrossSection, table: Float64Array, value: number, last: number): number {
  if (!(value > 0)) return 0
  if (!(table[last]! > value)) return section.fullDepth
  let low = 0
  let high = last
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (table[middle]! <= value) low = middle
    else high = middle
  }
  const share = (value - table[low]!) / (table[high]! - table[low]!)
  return section.depths[low]! + share * (section.depths[high]! - section.depths[low]!)
}

/** Depth at which A √(g A / B) is the discharge, m; the full depth at most. */
export function criticalDepth(section: CrossSection, discharge: number): number {
  return depthWhere(section, section.criticalFlows, Math.abs(discharge), section.depths.length - 1)
}

/** Depth of uniform flow, m; the full depth when the section cannot carry it or does not fall. */
export function normalDepth(section: CrossSection, discharge: number, slope: number, manning: number): number {
  if (!(discharge > 0)) return 0
  if (!(slope > 0)) return section.fullDepth
  return depthWhere(section, section.conveyances, (discharge * manning) / Math.sqrt(slope), section.bestIndex)
}
