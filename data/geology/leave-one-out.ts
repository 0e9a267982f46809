/** How good the interpolation is: each hole is left out and told from its neighbours. */
import { restingWater } from './borehole.ts'
import { soil } from './soils.ts'
import { type Layer, type StrataModel, strataAt } from './strata.ts'

/** Errors of a model. */
export interface StrataErrors {
  /** holes that were told from others */
  holes: number
  /** surfaces compared: tops of units that both have, below the first */
  surfaces: number
  /** metres; NaN without any */
  meanM: number
  /** root of the mean square, metres */
  rootM: number
  /** how much of the drilled length was told to be the right family of soil, 0 … 1 */
  rightShare: number
  /** tops compared and their mean error in metres, per unit of the model */
  units: ReadonlyMap<number, { surfaces: number; meanM: number }>
  /** water levels compared */
  waters: number
  /** metres; NaN without any */
  waterMeanM: number
}

/** A mean that grows. */
interface Sum {
  count: number
  sum: number
}

const meanOf = ({ count, sum }: Sum): number => (count === 0 ? Number.NaN : sum / count)

/** More holes are sampled evenly: an answer must not wait for a hundred thousand of them. */
const MOST = 400

/** Length over which two columns name the same family of soil, and the length of the first. */
function agreement(model: StrataModel, own: readonly Layer[], told: readonly Layer[]): [same: number, all: number] {
  const family = (unit: number) => (unit < 0 ? '' : soil(model.units[unit]!.soil).family)
  let [same, all] = [0, 0]
  for (const layer of own) {
    all += layer.top - layer.bottom
    for (const other of told) {
      if (family(other.unit) !== family(layer.unit)) continue
      same += Math.max(0, Math.min(layer.top, other.top) - Math.max(layer.bottom, other.bottom))
    }
  }
  return [same, all]
}

/**
 * Leaves out each hole in turn and compares what its neighbours say with its log.
 *
 * @param of indices of the holes to leave out; all when absent
 * @param most of more holes an even sample is taken
 */
export function leaveOneOut(model: StrataModel, of?: readonly number[], most = MOST): StrataErrors {
  const logged = (of ?? model.holes.map((_, i) => i)).filter((i) => model.logs[i]!.unit.length > 0)
  const stride = Math.max(1, logged.length / most)
  let [holes, surfaces, sum, squares, same, all] = [0, 0, 0, 0, 0, 0]
  const units = new Map<number, Sum>()
  const waters: Sum = { count: 0, sum: 0 }
  for (let k = 0; k < logged.length; k += stride) {
    const i = logged[Math.floor(k)]!
    const { lng, lat, collar, water } = model.holes[i]!
    const { layers: told, water: level } = strataAt(model, lng, lat, collar, { without: i })
    const resting = restingWater(water)
    if (resting && Number.isFinite(level)) {
      waters.count++
      waters.sum += Math.abs(level - (collar - resting.depth))
    }
    if (told.length === 0) continue
    holes++
    const own = strataAt(model, lng, lat, collar).layers.filter((layer) => !layer.inferred)
    for (const layer of own.slice(1)) {
      const other = told.find(({ unit }) => unit === layer.unit)
      if (!other) continue
      const off = Math.abs(other.top - layer.top)
      const unit = units.get(layer.unit) ?? { count: 0, sum: 0 }
      units.set(layer.unit, { count: unit.count + 1, sum: unit.sum + off })
      surfaces++
      sum += off
      squares += (other.top - layer.top) ** 2
    }
    const [right, length] = agreement(model, own, told)
    same += right
    all += length
  }
  return {
    holes,
    surfaces,
    meanM: surfaces === 0 ? Number.NaN : sum / surfaces,
    rootM: surfaces === 0 ? Number.NaN : Math.sqrt(squares / surfaces),
    rightShare: all === 0 ? Number.NaN : same / all,
    units: new Map([...units].map(([unit, one]) => [unit, { surfaces: one.count, meanM: meanOf(one) }])),
    waters: waters.count,
    waterMeanM: meanOf(waters),
  }
}
