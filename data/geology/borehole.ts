/** A borehole: where it stands, what was met in which depth, and where water stood; and its form as a feature of the city. */
import type { Attributes, CityFeature } from '../geo/city-feature.ts'
import { soil } from './soils.ts'

/** One layer met in a hole; depths in metres below the collar. */
export interface Stratum {
  top: number
  /** more than `top`; of the last layer where the hole ends, not where the layer does */
  bottom: number
  /** the layer's number in its survey: `②1`; '' when it has none */
  code: string
  /** class word, see `SOILS` */
  soil: string
  /** as the log says it */
  name: string
  description?: string
  /** what else the row says, untouched */
  more?: Record<string, string>
}

/** Water met or measured. */
export interface WaterLevel {
  /** metres below the collar; negative when it stands above (artesian) */
  depth: number
  /** `strike`: where it was met; `level`: where it came to rest */
  kind: 'strike' | 'level'
  /** ISO 8601 date or moment; absent when unknown */
  date?: string
}

/** A borehole with its log. */
export interface Borehole {
  id: string
  /** the data set it came with; layer numbers mean the same only within one */
  source: string
  lng: number
  lat: number
  /** metres above the WGS 84 ellipsoid */
  collar: number
  /** metres from the collar to the end of the hole */
  depth: number
  /** from the top down: none overlaps, gaps allowed */
  strata: Stratum[]
  water: WaterLevel[]
}

/** Keys of the attributes that hold a log as JSON text: the store keeps plain values only. */
export const LOG_KEYS = { strata: 'strata', water: 'groundwater' } as const

/** The resting level to draw: the latest, else where water was met first; null when nothing is known. */
export function restingWater(water: readonly WaterLevel[]): WaterLevel | null {
  const levels = water.filter(({ kind }) => kind === 'level')
  const dated = levels.filter(({ date }) => date !== undefined).sort((a, b) => (a.date! < b.date! ? 1 : -1))
  return dated[0] ?? levels.at(-1) ?? water.toSorted((a, b) => a.depth - b.depth)[0] ?? null
}

const centi = (value: number): number => Math.round(value * 100) / 100

/** What a feature says besides its log. */
export interface BoreholeWords {
  class: string
  name?: string
  /** the collar was not in the file: how it was taken */
  estimate?: string
  attributes: Attributes
}

/** The feature of a borehole: a point at its collar. */
export function boreholeFeature(hole: Borehole, words: BoreholeWords): CityFeature {
  const water = restingWater(hole.water)
  return {
    id: hole.id,
    layer: 'boreholes',
    geometry: { type: 'Point', coordinates: [hole.lng, hole.lat, Math.round(hole.collar * 1000) / 1000] },
    style: {
      class: words.class,
      ...(words.name ? { name: words.name } : {}),
      depth: centi(hole.depth),
      ...(water ? { water: centi(water.depth) } : {}),
      layers: hole.strata.length,
      ...(words.estimate ? { estimated: true, estimate: words.estimate } : {}),
    },
    attributes: {
      ...words.attributes,
      [LOG_KEYS.strata]: JSON.stringify(hole.strata),
      ...(hole.water.length > 0 ? { [LOG_KEYS.water]: JSON.stringify(hole.water) } : {}),
    },
  }
}

function parsed(value: unknown): Record<string, unknown>[] {
  if (typeof value !== 'string') return []
  try {
    const list: unknown = JSON.parse(value)
    return Array.isArray(list) ? list.filter((one) => typeof one === 'object' && one !== null) : []
  } catch {
    return []
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** The log of stored attributes; what is no layer is left out, so that a row somebody edited does not stop the rest. */
export function logOf(attributes: Readonly<Record<string, unknown>>): Pick<Borehole, 'strata' | 'water'> {
  const strata: Stratum[] = []
  let deepest = Number.NEGATIVE_INFINITY
  for (const one of parsed(attributes[LOG_KEYS.strata])) {
    const [top, bottom] = [Number(one.top), Number(one.bottom)]
    if (!(Number.isFinite(top) && bottom > top && Number.isFinite(bottom) && top >= deepest - 1e-6)) continue
    deepest = bottom
    strata.push({
      top,
      bottom,
      code: textOf(one.code),
      soil: soil(textOf(one.soil)).id,
      name: textOf(one.name),
      ...(textOf(one.description) ? { description: textOf(one.description) } : {}),
      ...(typeof one.more === 'object' && one.more !== null ? { more: one.more as Record<string, string> } : {}),
    })
  }
  const water = parsed(attributes[LOG_KEYS.water]).flatMap((one): WaterLevel[] => {
    const depth = Number(one.depth)
    if (!Number.isFinite(depth)) return []
    const date = textOf(one.date)
    return [{ depth, kind: one.kind === 'strike' ? 'strike' : 'level', ...(date ? { date } : {}) }]
  })
  return { strata, water }
}

/**
 * The borehole of a stored feature.
 *
 * @returns null when it has no place or no collar height
 */
export function boreholeOf(feature: CityFeature, source: string): Borehole | null {
  if (feature.geometry.type !== 'Point') return null
  const [lng, lat, collar] = feature.geometry.coordinates
  if (![lng, lat, collar].every(Number.isFinite)) return null
  const log = logOf(feature.attributes)
  const said = Number(feature.style.depth)
  const depth = Math.max(Number.isFinite(said) ? said : 0, log.strata.at(-1)?.bottom ?? 0)
  return { id: feature.id, source, lng: lng!, lat: lat!, collar: collar!, depth, ...log }
}
