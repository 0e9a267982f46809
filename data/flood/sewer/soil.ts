/** Infiltration under a subcatchment: Horton, modified Horton, Green-Ampt, modified Green-Ampt, curve number. */
import { greenAmptCapacity } from '../forcing/rain.ts'

/** Methods a SWMM .inp may name. */
export type SoilMethod = 'HORTON' | 'MODIFIED_HORTON' | 'GREEN_AMPT' | 'MODIFIED_GREEN_AMPT' | 'CURVE_NUMBER'

interface HortonSoil {
  method: 'HORTON' | 'MODIFIED_HORTON'
  most: number
  least: number
  /** 1/s */
  decay: number
  /** s until wet soil is dry */
  dryTime: number
  /** m in all, 0 for no limit */
  limit: number
}
interface GreenAmptSoil {
  method: 'GREEN_AMPT' | 'MODIFIED_GREEN_AMPT'
  suction: number
  conductivity: number
  deficit: number
}
interface CurveSoil {
  method: 'CURVE_NUMBER'
  number: number
  dryTime: number
}

/** Soil of a subcatchment, SI: rates in m/s, depths in m, times in s. */
export type Soil = HortonSoil | GreenAmptSoil | CurveSoil

/**
 * Soil from the parameters of a row.
 *
 * @param rainM metres of an inch or a millimetre
 * @throws {Error} when a parameter is missing or makes no sense
 */
export function soilOf(method: SoilMethod, values: readonly number[], rainM: number): Soil {
  const at = (k: number) => values[k] ?? 0
  if (method === 'HORTON' || method === 'MODIFIED_HORTON') {
    if (!(at(0) >= at(1) && at(1) >= 0 && at(2) >= 0)) {
      throw new Error(`Horton: ${values.join(' ')}; expected MaxRate ≥ MinRate ≥ 0 and Decay ≥ 0`)
    }
    return {
      method,
      most: (at(0) * rainM) / 3600,
      least: (at(1) * rainM) / 3600,
      decay: at(2) / 3600,
      dryTime: at(3) * 86400,
      limit: at(4) * rainM,
    }
  }
  if (method === 'CURVE_NUMBER') {
    if (!(at(0) > 0 && at(0) <= 100)) throw new Error(`curve number ${at(0)}; expected 1 … 100`)
    return { method, number: at(0), dryTime: at(2) * 86400 }
  }
  if (!(at(0) >= 0 && at(1) > 0 && at(2) >= 0)) {
    throw new Error(`Green-Ampt: ${values.join(' ')}; expected Suction ≥ 0, Conductivity > 0, Deficit ≥ 0`)
  }
  return { method, suction: at(0) * rainM, conductivity: (at(1) * rainM) / 3600, deficit: Math.min(1, at(2)) }
}

/** Numbers a soil remembers. */
export const SOIL_MEMORY = 4

/** Depth taken by the curve after `t` seconds of full supply (Horton's integral), m. */
function hortonTaken(soil: HortonSoil, t: number): number {
  return soil.least * t + ((soil.most - soil.least) / soil.decay) * (1 - Math.exp(-soil.decay * t))
}

function horton(soil: HortonSoil, memory: Float64Array, supply: number, dt: number): number {
  // 0: place on the curve, s; 1: taken in all, m (modified: taken above the least rate)
  const spare = soil.limit > 0 ? Math.max(0, soil.limit - memory[1]!) : Infinity
  const recovery = soil.dryTime > 0 ? -Math.log(0.02) / soil.dryTime : 0
  if (!(soil.decay > 0) || soil.most === soil.least) {
    const taken = Math.min(supply, soil.most * dt, spare)
    memory[1]! += taken
    return taken
  }
  if (soil.method === 'MODIFIED_HORTON') {
    const rate = Math.max(soil.least, soil.most - soil.decay * memory[0]!)
    const taken = Math.min(supply, rate * dt, spare)
    if (supply > 0) memory[0]! += Math.max(0, taken - soil.least * dt)
    else memory[0]! *= Math.exp(-recovery * dt)
    memory[1]! += taken
    return taken
  }
  const t = memory[0]!
  if (!(supply > 0)) {
    // dry: back along the curve
    const share = 1 - Math.exp(-soil.decay * t)
    memory[0] = -Math.log(Math.max(1e-12, 1 - share * Math.exp(-recovery * dt))) / soil.decay
    return 0
  }
  const all = hortonTaken(soil, t)
  const could = hortonTaken(soil, t + dt) - all
  if (supply >= could) {
    memory[0] = t + dt
    const taken = Math.min(could, spare)
    memory[1]! += taken
    return taken
  }
  // less than the curve allows: move along it by what was taken
  let [low, high] = [t, t + dt]
  for (let k = 0; k < 50; k++) {
    const middle = 0.5 * (low + high)
    if (hortonTaken(soil, middle) - all < supply) low = middle
    else high = middle
  }
  memory[0] = low
  const taken = Math.min(supply, spare)
  memory[1]! += taken
  return taken
}

function greenAmpt(soil: GreenAmptSoil, memory: Float64Array, supply: number, dt: number): number {
  // 0: taken in this storm, m; 1: deficit now; 2: s until the upper layer has drained; 3: 1 when begun
  if (memory[3] === 0) {
    memory[1] = soil.deficit
    memory[3] = 1
  }
  // upper layer: Lu = 4 √Ks (Ks in in/h, Lu in inches), recovery 75/Lu hours-scaled (SWMM's rule)
  const layer = 4 * Math.sqrt((soil.conductivity * 3600) / 0.0254) * 0.0254
  const constant = Math.sqrt((soil.conductivity * 3600) / 0.0254) / 75 / 3600
  memory[2]! -= dt
  if (!(supply > 0)) {
    if (memory[0]! > 0 || memory[1]! < soil.deficit) {
      const drained = constant * soil.deficit * dt
      memory[1] = Math.min(soil.deficit, memory[1]! + drained)
      memory[0] = Math.max(0, memory[0]! - drained * layer)
      if (memory[2]! <= 0) {
        memory[1] = soil.deficit
        memory[0] = 0
      }
    }
    return 0
  }
  const rate = supply / dt
  const modified = soil.method === 'MODIFIED_GREEN_AMPT'
  if (rate <= soil.conductivity) {
    // less than the soil conducts: nothing is stored (modified: the deficit stays)
    if (!modified) memory[0]! += supply
    return supply
  }
  memory[2] = 0.06 / constant
  const could = greenAmptCapacity(memory[0]!, dt, { ...soil, deficit: memory[1]! })
  const taken = Math.min(supply, could)
  memory[0]! += taken
  return taken
}

function curveNumber(soil: CurveSoil, memory: Float64Array, supply: number, rain: number, dt: number): number {
  // 0: rain of the storm, 1: taken in the storm, 2: room left, 3: s since the rain stopped
  const most = 0.0254 * (1000 / soil.number - 10)
  if (memory[2] === 0 && memory[0] === 0) memory[2] = most
  if (rain > 0) {
    if (memory[3]! > 0.06 * soil.dryTime && memory[3]! > 0) {
      memory[0] = 0
      memory[1] = 0
    }
    memory[3] = 0
    memory[0]! += rain
    const room = Math.max(1e-9, memory[2]!)
    const whole = memory[0]! * (1 - memory[0]! / (memory[0]! + room))
    const taken = Math.min(supply, Math.max(0, whole - memory[1]!))
    memory[1]! += taken
    return taken
  }
  memory[3]! += dt
  if (soil.dryTime > 0) memory[2] = Math.min(most, memory[2]! + (most * dt) / soil.dryTime)
  return 0
}

/**
 * Depth the ground takes in a step, m.
 *
 * @param supply rain and standing water, m
 * @param rain of the step alone, m
 * @param memory of this soil, `SOIL_MEMORY` numbers, zero at the start
 * @see Rossman & Huber 2016, SWMM Reference Manual I, chapter 4
 */
export function infiltrate(soil: Soil, memory: Float64Array, supply: number, rain: number, dt: number): number {
  if (soil.method === 'CURVE_NUMBER') return curveNumber(soil, memory, supply, rain, dt)
  if ('conductivity' in soil) return greenAmpt(soil, memory, supply, dt)
  return horton(soil, memory, supply, dt)
}
