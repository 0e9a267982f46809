/** The server's answer about the tops of layers around a place, as the legend tells it. */
import type { Hatch } from '../../../data/geology/soils.ts'
import { SURFACE_STATES } from '../../../data/geology/surfaces.ts'

/** One layer of the legend. */
export interface SurfaceRow {
  name: string
  nameEn: string
  color: string
  hatch: Hatch
  /** metres below the ground, least and greatest; null where it lies at the ground everywhere */
  depth: [number, number] | null
  /** mean error of its top by leaving holes out, metres; null when none could be compared */
  errorM: number | null
  compared: number
}

/** What is drawn around a place, and how good it is. */
export interface SurfacesAnswer {
  rows: SurfaceRow[]
  water: { depth: [number, number] | null; dates: string | null; errorM: number | null; compared: number } | null
  holes: number
  synthetic: boolean
  source: { zh: string; en: string } | null
  date: string | null
  method: { zh: string; en: string } | null
}

interface Raw {
  holes?: number
  synthetic?: boolean
  source?: SurfacesAnswer['source']
  date?: string | null
  method?: SurfacesAnswer['method']
  layers?: {
    code: string
    name: string
    nameEn: string
    color: string
    hatch: Hatch
    top: (number | null)[]
    state: number[]
    errorM: number | null
    compared: number
  }[]
  water?: {
    height: (number | null)[]
    dates: { from: string; to: string } | null
    errorM: number | null
    compared: number
  } | null
}

/** Least and greatest of the depths of a sheet at the nodes where it is there. */
function depths(
  ground: readonly (number | null)[],
  height: readonly (number | null)[],
  there: (node: number) => boolean,
): [number, number] | null {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const [node, top] of height.entries()) {
    const surface = ground[node]
    if (top === null || surface == null || !there(node)) continue
    least = Math.min(least, surface - top)
    most = Math.max(most, surface - top)
  }
  return most >= least ? [least, most] : null
}

/** `/geology/surfaces/…` → the legend; no rows where nothing is known. */
export function readSurfaces(json: unknown): SurfacesAnswer {
  const {
    layers = [],
    water = null,
    holes = 0,
    synthetic = false,
    source = null,
    date = null,
    method = null,
  } = json as Raw
  const { ground: atGround, met, inferred } = SURFACE_STATES
  const ground: (number | null)[] = []
  for (const { top, state } of layers)
    for (const [node, one] of state.entries()) if (one === atGround) ground[node] = top[node] ?? null
  return {
    rows: layers.map(({ code, name, nameEn, color, hatch, top, state, errorM, compared }) => ({
      name: `${code} ${name}`.trim(),
      nameEn: `${code} ${nameEn}`.trim(),
      color,
      hatch,
      depth: depths(ground, top, (node) => state[node] === met || state[node] === inferred),
      errorM,
      compared,
    })),
    water: water && {
      depth: depths(ground, water.height, () => true),
      dates: water.dates && [...new Set([water.dates.from, water.dates.to].map((day) => day.slice(0, 10)))].join(' – '),
      errorM: water.errorM,
      compared: water.compared,
    },
    holes,
    synthetic: synthetic === true,
    source,
    date,
    method,
  }
}
