/** What is asked and answered about a solved network, water or sewers: the words that server and page share. */
import type { EpanetSaying } from './hydraulics-engine.ts'
import type { FireFlow } from './hydraulics-fire.ts'

/** What of a water network can be shown: its unit in the answer, what of SI one unit is, and digits. */
export const WATER_SHOWN = {
  pressure: { unit: 'm', by: 1, digits: 2 },
  head: { unit: 'm', by: 1, digits: 2 },
  demand: { unit: 'L/s', by: 1e-3, digits: 3 },
  age: { unit: 'h', by: 3600, digits: 2 },
  flow: { unit: 'L/s', by: 1e-3, digits: 2 },
  velocity: { unit: 'm/s', by: 1, digits: 3 },
  headloss: { unit: 'm/km', by: 1, digits: 2 },
} as const

/** What of sewers can be shown. `load`: discharge over that of the full section. */
export const SEWER_SHOWN = {
  fill: { unit: '', by: 1, digits: 3 },
  load: { unit: '', by: 1, digits: 3 },
  flow: { unit: 'L/s', by: 1e-3, digits: 1 },
  velocity: { unit: 'm/s', by: 1, digits: 2 },
  overflow: { unit: 'L/s', by: 1e-3, digits: 1 },
} as const

/** A word of `WATER_SHOWN`. */
export type WaterShown = keyof typeof WATER_SHOWN
/** A word of `SEWER_SHOWN`. */
export type SewerShown = keyof typeof SEWER_SHOWN

/** lng, lat in degrees, height in metres above the ellipsoid. */
export type AnswerPlace = [lng: number, lat: number, height: number]

/** One of the worst places. */
export interface WorstPlace {
  id: string
  collection: 'pipes' | 'pipe-nodes'
  value: number
  /** seconds from the start */
  at: number
  /** null when it is nowhere in the city */
  place: AnswerPlace | null
}

/** A hydrant in use; neighbours by the ids of the city, `at` in seconds from the start. */
export type FireAnswer = Omit<FireFlow, 'neighbours'> & {
  at: number
  neighbours: { id: string; before: number; after: number }[]
}

/** A network solved, by the ids of the city. Values: one list per moment, in the order of `ids`; null = unknown. */
export interface SolvedNetwork {
  show: WaterShown | SewerShown
  unit: string
  /** seconds from the start, and seconds after midnight at which it starts */
  times: number[]
  clockS: number
  pipes: { ids: string[]; values: (number | null)[][] }
  nodes: { ids: string[]; places: AnswerPlace[]; values: (number | null)[][] }
  /** per moment one letter per pipe: + along it, - against it, 0 still */
  ways: string[]
  range: [low: number, high: number]
  worst: WorstPlace[]
  summary: Record<string, number | null>
  warnings: EpanetSaying[]
  /** of work */
  seconds: number
  fire: FireAnswer | null
}

/** A model that can be solved. */
export interface ModelChoice {
  /** `network`: the city's own pipes, or `<source>:<file>` */
  id: string
  title: string
}

/** The model that was solved. */
export interface SolvedModel extends ModelChoice {
  /** '' = unknown */
  dataDate: string
  synthetic: boolean
}

/** The whole answer of `/networks/water/hydraulics` and `/networks/<sewers>/capacity`. */
export interface HydraulicsAnswer extends SolvedNetwork {
  model: SolvedModel
  choices: ModelChoice[]
  /** how it was found and how sure it is */
  method: { zh: string; en: string }
}

/** What is asked of a water network, as the body of a POST; each may be absent. */
export interface WaterQuestion {
  model?: string
  show?: WaterShown
  /** hours of the simulation at most, or one moment instead, hours from the start */
  hours?: number
  at?: number
  /** ids of valves and pipes that are shut, of pumps that stand */
  closed?: string[]
  pumpOff?: string[]
  /** mean demand by id of the node, litres per second */
  demand?: Record<string, number>
  /** all demands times this */
  demandFactor?: number
  /** a hydrant or node in use: litres per second, metres of pressure to be left */
  fire?: { node: string; lps: number; residual?: number }
}
