/** What each sewer carries at the peak of the design storm: the capacity's answer, read once per change of the pipes, for whoever draws levels of water. */
import { isSewer, type Sewer } from '../../data/geo/city-feature.ts'
import type { PipePeak } from '../../data/networks/section-water.ts'
import type { Database } from '../db/database.ts'
import { DESIGN_STORM, planCapacity } from './capacity.ts'
import { solveHydraulics } from './hydraulics.ts'
import { type LoadedNetwork, loadNetwork } from './networks.ts'

/** Peaks by id of pipe, and what they are of; none where they could not be found, with the reason. */
export interface SewerPeaks {
  peaks: ReadonlyMap<string, PipePeak> | null
  note: { zh: string; en: string }
}

/** What of the capacity's answer is read. */
interface Answer {
  pipes: { ids: string[]; values: (number | null)[][] }
  ways: string[]
}

const kept = new WeakMap<LoadedNetwork, Map<string, Promise<SewerPeaks>>>()

function peaksOf({ pipes, ways }: Answer): Map<string, PipePeak> {
  const peaks = new Map<string, PipePeak>()
  for (const [i, id] of pipes.ids.entries()) {
    let [load, at] = [Number.NaN, -1]
    for (const [s, values] of pipes.values.entries()) {
      const value = values[i]
      if (typeof value === 'number' && !(value <= load)) [load, at] = [value, s]
    }
    peaks.set(id, { load, backward: ways[at]?.[i] === '-' })
  }
  return peaks
}

function noteOf(utility: Sewer, years: number): SewerPeaks['note'] {
  const way = {
    zh: '推理公式法求峰值流量，均匀流水深，自下游向上推算壅水，末端按自由出流',
    en: 'peak flows by the rational method, uniform depth, backed up from below, free outfall at the end',
  }
  if (utility === 'foul')
    return {
      zh: `蓝色点划线：最高日最大时污水水位（曼宁公式均匀流水深，自下游向上推算壅水，末端按自由出流）`,
      en: 'Blue dash-dotted: water at the greatest flow of a dry day (Manning, uniform depth, backed up from below, free outfall at the end)',
    }
  const { minutes } = DESIGN_STORM
  return {
    zh: `蓝色点划线：设计暴雨 P = ${years} 年、历时 ${minutes} 分钟的峰值水位（${way.zh}）`,
    en: `Blue dash-dotted: highest water in the design storm, P = ${years} years, ${minutes} min (${way.en})`,
  }
}

async function find(db: Database, utility: Sewer, years: number, signal: AbortSignal): Promise<SewerPeaks> {
  const { task } = await planCapacity(db, { ...DESIGN_STORM, years, utility, show: 'load', model: undefined })
  const answer = await solveHydraulics(task, signal)
  return {
    peaks: peaksOf(JSON.parse(Buffer.from(answer).toString('utf8')) as Answer),
    note: noteOf(utility, years),
  }
}

/**
 * Peaks of a class of sewers; null for pipes that are none.
 *
 * @param years return period of the storm
 * @param signal of the server, not of one who asks: others wait for the same answer
 * @throws the signal's reason; what else goes wrong is said in the note
 */
export async function sewerPeaks(
  db: Database,
  utility: string,
  years: number,
  signal: AbortSignal,
): Promise<SewerPeaks | null> {
  if (!isSewer(utility)) return null
  const loaded = await loadNetwork(db, utility)
  let known = kept.get(loaded)
  if (!known) kept.set(loaded, (known = new Map()))
  const key = String(years)
  let found = known.get(key)
  if (!found) {
    if (known.size >= MOST_STORMS) known.clear()
    found = find(db, utility, years, signal)
    known.set(key, found)
    const all = known
    found.catch(() => all.delete(key))
  }
  try {
    return await found
  } catch (error) {
    signal.throwIfAborted()
    const reason = error instanceof Error ? error.message : String(error)
    return { peaks: null, note: { zh: `水位未能计算：${reason}`, en: `Levels of water not found: ${reason}` } }
  }
}

/** Storms that are kept for one state of the pipes. */
const MOST_STORMS = 8
