/** Soil below a section: what a provider of boreholes or layers hands to the drawings, sampled along the line. */

/** How a layer of soil is hatched, after the signs of GB/T 50279 and the survey drawings: the drawing knows these words. */
export const SOIL_PATTERNS = ['fill', 'clay', 'silt', 'sand', 'gravel', 'mud', 'peat', 'rock', 'plain'] as const
/** A word of `SOIL_PATTERNS`. */
export type SoilPattern = (typeof SOIL_PATTERNS)[number]

/** One layer of soil, sampled at the places of `Strata.along`. */
export interface Stratum {
  /** as the survey calls it: `①1 杂填土` */
  name: string
  /** the same for English drawings; `name` when absent */
  nameEn?: string
  /** #rrggbb */
  color: string
  pattern?: SoilPattern
  /** metres above the ellipsoid, one per place; NaN where the layer is not known or not there */
  top: ArrayLike<number>
  bottom: ArrayLike<number>
}

/** A borehole near the line, drawn as a staff. */
export interface SectionBorehole {
  id: string
  /** metres along the line */
  x: number
  /** metres from the line */
  offset: number
  /** metres above the ellipsoid */
  top: number
  bottom: number
  /** metres above the ellipsoid, NaN unknown */
  water: number
}

/** Soil along a section. */
export interface Strata {
  /** metres along the line, ascending, where the arrays below have a value */
  along: ArrayLike<number>
  /** from the top down; they may be empty in places */
  layers: readonly Stratum[]
  /** level of the groundwater, metres above the ellipsoid, one per place, NaN unknown; null where nothing is known */
  groundwater: ArrayLike<number> | null
  boreholes: readonly SectionBorehole[]
  /** true when the soil is made up: the drawing says 演示数据 */
  synthetic: boolean
  /** where it comes from, for the foot of the drawing */
  source: { zh: string; en: string }
}

/** Asks a provider for the soil at some places; null where it has none. Lng, lat in degrees. */
export type StrataProvider = (
  places: readonly (readonly [lng: number, lat: number])[],
  along: readonly number[],
  signal?: AbortSignal,
) => Promise<Strata | null>
