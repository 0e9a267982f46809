/** Ageing pipes: how far along its life each is, and a ranking by age, material, size and what hangs on it, with its formula. */
import { CLASSES } from '../geo/city-feature.ts'
import type { Network } from './network.ts'

/** Years a pipe of a material is expected to serve, and how readily it breaks (1 = usual). */
export interface MaterialLife {
  /** matched against the material's words, any case */
  match: string
  years: number
  frailty: number
}

/**
 * Usual lives; a city replaces them by its own breaks per kilometre.
 * @see AWWA 2012, Buried No Longer, figure 7 (typical service lives); frailty: breaks per km relative to ductile iron, Folkman 2018, USU
 */
export const MATERIAL_LIVES: readonly MaterialLife[] = [
  { match: 'ductile|球墨|QT', years: 80, frailty: 1 },
  { match: 'cast|灰口|铸铁|CI', years: 70, frailty: 6 },
  { match: 'steel|钢|ST', years: 60, frailty: 1.6 },
  { match: 'asbestos|石棉|AC', years: 60, frailty: 2 },
  { match: 'pvc|聚氯', years: 70, frailty: 0.5 },
  { match: 'pe|hdpe|聚乙烯', years: 70, frailty: 0.5 },
  { match: 'concrete|砼|混凝土|RCP', years: 80, frailty: 0.6 },
  { match: 'clay|陶', years: 90, frailty: 1.2 },
]
const UNKNOWN: MaterialLife = { match: '', years: 60, frailty: 1.5 }

/** One pipe's standing. */
export interface PipeRisk {
  pipe: number
  class: string
  /** null = not known */
  ageYears: number | null
  lifeYears: number
  /** age over life; 0.5 is taken where the age is not known */
  spent: number
  /** what the ranking sorts by; without unit */
  score: number
}

/** Exponents of the factors of the score; 1 = as the formula has it, 0 = the factor is left out. */
export interface RiskWeights {
  age: number
  material: number
  size: number
  demand: number
}

/** Every factor as the formula has it. */
export const EVEN_WEIGHTS: RiskWeights = { age: 1, material: 1, size: 1, demand: 1 }

/** The formula, to be shown beside the list; a, m, s, d are the weights. */
export const RISK_FORMULA = {
  zh: '得分 = (管龄 ÷ 寿命)^2a × 易损系数^m × (管径 ÷ 0.3 m)^(s/2) × (1 + 受影响需水量 ÷ 10 L/s)^d',
  en: 'score = (age ÷ life)^2a × frailty^m × (diameter ÷ 0.3 m)^(s/2) × (1 + dependent demand ÷ 10 L/s)^d',
} as const

/** The life of a material by its words; the usual one where it is not known. */
export function materialLife(material: string, lives: readonly MaterialLife[] = MATERIAL_LIVES): MaterialLife {
  if (!material) return UNKNOWN
  return lives.find(({ match }) => new RegExp(match, 'i').test(material)) ?? UNKNOWN
}

/**
 * Ranks pipes, highest score first.
 * @param year the year to judge in
 * @param dependentLps litres per second lost when the pipe is shut, by pipe, where known
 * @param weights exponents of the factors, 0 … 3
 */
export function rankRisk(
  { pipes }: Network,
  year: number,
  dependentLps?: ArrayLike<number>,
  lives: readonly MaterialLife[] = MATERIAL_LIVES,
  weights: RiskWeights = EVEN_WEIGHTS,
): PipeRisk[] {
  const known = new Map<string, MaterialLife>()
  const lifeOf = (material: string): MaterialLife => {
    let life = known.get(material)
    if (!life) known.set(material, (life = materialLife(material, lives)))
    return life
  }
  return Array.from({ length: pipes.count }, (_, pipe): PipeRisk => {
    const { years, frailty } = lifeOf(pipes.material[pipe]!)
    const built = pipes.year[pipe]!
    const ageYears = built > 1800 && built <= year ? year - built : null
    const spent = ageYears === null ? 0.5 : ageYears / years
    const size = Math.sqrt((pipes.diameter[pipe]! > 0 ? pipes.diameter[pipe]! : 0.1) / 0.3)
    const demand = 1 + (dependentLps?.[pipe] || 0) / 10
    const score =
      spent ** (2 * weights.age) * frailty ** weights.material * size ** weights.size * demand ** weights.demand
    return { pipe, class: CLASSES.pipes[pipes.utility[pipe]!]!, ageYears, lifeYears: years, spent, score }
  }).sort((a, b) => b.score - a.score || a.pipe - b.pipe)
}
