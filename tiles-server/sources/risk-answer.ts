/** Ageing pipes: past their life, and ranked by age, material, size and what hangs on them. */
import { materialLife, RISK_FORMULA, type RiskWeights, rankRisk } from '../../data/networks/risk.ts'
import { segmentsOf } from '../../data/networks/segments.ts'
import { counted, type NetworkAnswer, pipeWithFacts } from './network-answer.ts'
import type { LoadedNetwork } from './networks.ts'

const dependent = new WeakMap<LoadedNetwork, Float64Array>()

/** Litres per second drawn in the piece between valves that each pipe lies in: what is lost when it is shut. */
function dependentLps(loaded: LoadedNetwork): Float64Array {
  const known = dependent.get(loaded)
  if (known) return known
  const { network, demandLps } = loaded
  const segments = segmentsOf(network)
  const piece = new Float64Array(segments.count)
  for (const [n, demand] of demandLps.entries()) {
    const at = segments.ofNode[n]
    if (at >= 0) piece[at] += demand
  }
  const found = Float64Array.from(segments.ofPipe, (at) => piece[at])
  dependent.set(loaded, found)
  return found
}

/** How far along its life: the words of colours and of groups. */
function stage(spent: number, age: number | null): string {
  if (age === null) return 'age-unknown'
  return spent >= 1 ? 'past-life' : spent >= 0.75 ? 'late-life' : spent >= 0.5 ? 'mid-life' : 'young'
}

const STAGES: Readonly<Record<string, { zh: string; en: string }>> = {
  'past-life': { zh: '超龄', en: 'past their life' },
  'late-life': { zh: '临近寿命（≥ 75 %）', en: 'late (≥ 75 %)' },
  'mid-life': { zh: '中期（50–75 %）', en: 'half way (50–75 %)' },
  young: { zh: '前期（< 50 %）', en: 'early (< 50 %)' },
  'age-unknown': { zh: '管龄不明', en: 'age unknown' },
}

/** The ranking, worst first; numbers count all pipes, `limit` of them are in the answer. */
export function answerRisk(loaded: LoadedNetwork, year: number, weights: RiskWeights, limit: number): NetworkAnswer {
  const { network } = loaded
  const demand = dependentLps(loaded)
  const ranked = rankRisk(network, year, demand, undefined, weights)
  const { length } = network.pipes
  let [past, pastM, metres, ageMetres, knownMetres] = [0, 0, 0, 0, 0]
  for (const { pipe, ageYears, spent } of ranked) {
    metres += length[pipe]
    if (ageYears === null) continue
    ageMetres += ageYears * length[pipe]
    knownMetres += length[pipe]
    if (spent < 1) continue
    past++
    pastM += length[pipe]
  }
  const features = ranked.slice(0, limit).map(({ pipe, ageYears, lifeYears, spent, score }, i) =>
    pipeWithFacts(loaded, pipe, {
      role: stage(spent, ageYears),
      rank: i + 1,
      ageYears,
      lifeYears,
      frailty: materialLife(network.pipes.material[pipe]).frailty,
      demandLps: Number(demand[pipe].toFixed(2)),
      score: Number(score.toPrecision(3)),
    }),
  )
  return {
    type: 'FeatureCollection',
    features,
    summary: {
      pipes: ranked.length,
      shown: features.length,
      lengthM: Math.round(metres),
      pastLife: past,
      pastLifeM: Math.round(pastM),
      unknownAge: ranked.filter(({ ageYears }) => ageYears === null).length,
      meanAge: knownMetres > 0 ? Number((ageMetres / knownMetres).toFixed(1)) : null,
      year,
    },
    groups: counted(
      ranked.map(({ spent, ageYears }) => stage(spent, ageYears)),
      (key) => STAGES[key],
    ),
    method: { zh: RISK_FORMULA.zh, en: RISK_FORMULA.en },
    limits: {
      zh: '寿命与易损系数取自 AWWA 2012、Folkman 2018，本市有爆管记录时应替换；管龄不明按寿命一半计；受影响需水量只计本阀门段。',
      en: 'Lives and frailty after AWWA 2012 and Folkman 2018: replace them by the city’s own breaks per kilometre; unknown age counts as half a life; dependent demand is that of the piece between valves.',
    },
  }
}
