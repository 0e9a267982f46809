/** Pipes flowing full and part full: areas, radii and discharges of round, egg, box and arch sections by Manning's formula. */
import { SECTIONS } from '../geo/city-feature.ts'

/**
 * A section of height 1 at depths 0 … 1, `DEPTHS` of them: area, wetted perimeter, conveyance A R^(2/3).
 * Of height h: area × h², perimeter × h, conveyance × h^(8/3).
 */
export interface SectionTable {
  area: Float64Array
  perimeter: Float64Array
  conveyance: Float64Array
  /** where the conveyance is largest: a closed section carries more when it is not quite full */
  best: number
  /** shares of the largest conveyance, `GUIDES` of them → the last depth that does not carry more: where to begin to look */
  guide: Uint8Array
}

/** Depths in a table, evenly from dry to full. */
export const DEPTHS = 201
const GUIDES = 1024

const tables = new Map<string, SectionTable>()

/** Width of an egg of height 1 (3 : 2; arcs of 1/3, 1 and 1/6) at a depth. */
function eggWidth(y: number): number {
  const chord = (radius: number, off: number) => 2 * Math.sqrt(Math.max(0, radius * radius - off * off))
  if (y > 2 / 3) return chord(1 / 3, y - 2 / 3)
  if (y > 1 / 15) return 2 * (Math.sqrt(Math.max(0, 1 - (y - 2 / 3) ** 2)) - 2 / 3)
  return chord(1 / 6, y - 1 / 6)
}

/** Width of an arch of height 1: upright walls under half an ellipse that is a quarter of the width high, at most half the height. */
function archWidth(y: number, wide: number): number {
  const rise = Math.min(0.5, wide / 2)
  const above = (y - (1 - rise)) / rise
  return above <= 0 ? wide : wide * Math.sqrt(Math.max(0, 1 - above * above))
}

/** By thin strips; the strips' sides are the wetted walls. */
function byStrips(width: (y: number) => number, closed: boolean): SectionTable {
  const area = new Float64Array(DEPTHS)
  const perimeter = new Float64Array(DEPTHS)
  const FINE = 20
  perimeter[0] = width(0)
  for (let i = 1; i < DEPTHS; i++) {
    let [a, p] = [area[i - 1]!, perimeter[i - 1]!]
    for (let j = 0; j < FINE; j++) {
      const low = (i - 1 + j / FINE) / (DEPTHS - 1)
      const high = (i - 1 + (j + 1) / FINE) / (DEPTHS - 1)
      const [wl, wh] = [width(low), width(high)]
      a += (high - low) * 0.5 * (wl + wh)
      p += 2 * Math.hypot(high - low, 0.5 * (wh - wl))
    }
    area[i] = a
    perimeter[i] = p
  }
  if (closed) perimeter[DEPTHS - 1]! += width(1)
  return tableOf(area, perimeter)
}

function circle(): SectionTable {
  const area = new Float64Array(DEPTHS)
  const perimeter = new Float64Array(DEPTHS)
  for (let i = 0; i < DEPTHS; i++) {
    const angle = 2 * Math.acos(1 - (2 * i) / (DEPTHS - 1))
    area[i] = (angle - Math.sin(angle)) / 8
    perimeter[i] = angle / 2
  }
  return tableOf(area, perimeter)
}

function tableOf(area: Float64Array, perimeter: Float64Array): SectionTable {
  const conveyance = area.map((a, i) => (a > 0 ? a * (a / perimeter[i]!) ** (2 / 3) : 0))
  let best = DEPTHS - 1
  for (let i = 0; i < DEPTHS; i++) if (conveyance[i]! > conveyance[best]!) best = i
  const guide = new Uint8Array(GUIDES)
  for (let g = 0, low = 0; g < GUIDES; g++) {
    while (low + 1 < best && conveyance[low + 1]! <= (g / GUIDES) * conveyance[best]!) low++
    guide[g] = low
  }
  return { area, perimeter, conveyance, best, guide }
}

/**
 * The table of a section; those of one shape share theirs.
 *
 * @param section index into `SECTIONS`
 * @param wide width over height; not used for circles and eggs
 */
export function sectionTable(section: number, wide = 1): SectionTable {
  const name = SECTIONS[section] ?? 'circular'
  const ratio = Number((wide > 0 && Number.isFinite(wide) ? wide : 1).toFixed(3))
  const key = name === 'circular' || name === 'egg' ? name : `${name} ${ratio}`
  let table = tables.get(key)
  if (!table) {
    table =
      name === 'circular'
        ? circle()
        : name === 'egg'
          ? byStrips(eggWidth, false)
          : name === 'box'
            ? byStrips(() => ratio, true)
            : byStrips((y) => archWidth(y, ratio), false)
    if (tables.size > 5000) tables.clear()
    tables.set(key, table)
  }
  return table
}

/** Value of a table at a share of the depth. */
function at(values: Float64Array, share: number): number {
  const place = Math.min(1, Math.max(0, share)) * (DEPTHS - 1)
  const i = Math.min(DEPTHS - 2, Math.floor(place))
  return values[i]! + (place - i) * (values[i + 1]! - values[i]!)
}

/** A section with water in it. SI. */
export interface PartFull {
  area: number
  perimeter: number
  /** hydraulic radius */
  radius: number
  /** by Manning, uniform */
  velocity: number
  flow: number
}

/**
 * Uniform flow in a section.
 *
 * @param height inner height, m
 * @param share depth of the water over the height, 0 … 1
 * @param slope of the invert, > 0
 * @param manning n, s/m^(1/3)
 */
export function partFull(table: SectionTable, height: number, share: number, slope: number, manning: number): PartFull {
  const area = at(table.area, share) * height * height
  const perimeter = at(table.perimeter, share) * height
  const flow = (at(table.conveyance, share) * height ** (8 / 3) * Math.sqrt(slope)) / manning
  return {
    area,
    perimeter,
    radius: perimeter > 0 ? area / perimeter : 0,
    velocity: area > 0 ? flow / area : 0,
    flow,
  }
}

/** Discharge of the full section, m³/s. */
export function fullFlow(table: SectionTable, height: number, slope: number, manning: number): number {
  return (table.conveyance[DEPTHS - 1]! * height ** (8 / 3) * Math.sqrt(slope)) / manning
}

/** Depth over height at which a section carries a share of its full discharge; 1 when it cannot. */
export function fillOf(table: SectionTable, load: number): number {
  const { conveyance, best, guide } = table
  const wanted = load * conveyance[DEPTHS - 1]!
  if (!(wanted > 0)) return 0
  if (wanted >= conveyance[best]! || load >= 1) return 1
  let low = guide[Math.floor((wanted / conveyance[best]!) * GUIDES)]!
  while (conveyance[low + 1]! <= wanted) low++
  return (low + (wanted - conveyance[low]!) / (conveyance[low + 1]! - conveyance[low]!)) / (DEPTHS - 1)
}
