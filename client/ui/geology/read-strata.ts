/** The server's answer about the soil at one place, checked. */
import type { Hatch } from '../../../data/geology/soils.ts'

/** A layer at the place; heights in metres above the ellipsoid. */
export interface SoilLayer {
  code: string
  name: string
  nameEn: string
  color: string
  hatch: Hatch
  top: number
  bottom: number
  /** told from holes farther away */
  inferred: boolean
}

/** The soil at a place. */
export interface StrataAnswer {
  ground: number
  water: number | null
  nearestM: number
  synthetic: boolean
  method: { zh: string; en: string } | null
  layers: SoilLayer[]
}

interface Unit {
  code: string
  name: string
  nameEn: string
  color: string
  hatch: Hatch
}
const UNKNOWN: Unit = { code: '', name: '未知', nameEn: 'Unknown', color: '#5b6168', hatch: 'none' }
const NOTHING: StrataAnswer = { ground: 0, water: null, nearestM: 0, synthetic: false, method: null, layers: [] }

/** `/geology/strata?at=` → the soil; nothing known where the answer is none. */
export function readStrata(json: unknown): StrataAnswer {
  const { units, places, synthetic, method } = json as {
    units?: Unit[]
    places?: { ground: number | null; water: number | null; nearestM: number | null; layers?: number[][] }[]
    synthetic?: boolean
    method?: StrataAnswer['method']
  }
  const [place] = Array.isArray(places) ? places : []
  if (!place || !Array.isArray(place.layers) || typeof place.ground !== 'number' || !Array.isArray(units))
    return NOTHING
  return {
    ground: place.ground,
    water: place.water,
    nearestM: place.nearestM ?? 0,
    synthetic: synthetic === true,
    method: method ?? null,
    layers: place.layers.map(([unit = -1, top = 0, bottom = 0, inferred = 0]) => {
      const { code, name, nameEn, color, hatch } = units[unit] ?? UNKNOWN
      return { code, name, nameEn, color, hatch, top, bottom, inferred: inferred === 1 }
    }),
  }
}
