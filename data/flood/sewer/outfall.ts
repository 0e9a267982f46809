/** Water level beyond an outfall. */
import { valueAt } from '../forcing/series.ts'
import { criticalDepth, normalDepth } from './cross-section.ts'
import type { Network } from './network.ts'

/** Depth at which the conduits leave towards an outfall: critical or, if less (or asked for), uniform. */
function brinkLevel(network: Network, node: number, flow: Float64Array, uniform: boolean): number {
  let level = network.nodes[node]!.invert
  for (const one of network.conduits) {
    if (one.to !== node && one.from !== node) continue
    const last = one.to === node
    const reach = last ? one.firstReach + one.reaches - 1 : one.firstReach
    const q = Math.abs(flow[reach]!) / one.barrels
    const fall = last ? one.inInvert - one.outInvert : one.outInvert - one.inInvert
    const normal = normalDepth(one.section, q, fall / one.length, one.manning)
    const depth = uniform ? normal : Math.min(criticalDepth(one.section, q), normal)
    level = Math.max(level, (last ? one.outInvert : one.inInvert) + depth)
  }
  return level
}

/**
 * Head beyond an outfall at a moment, m.
 *
 * @param beyond level of the surface there, when it is coupled to one; NaN when dry
 */
export function outfallLevel(
  network: Network,
  node: number,
  time: number,
  flow: Float64Array,
  beyond: number | undefined,
): number {
  const stage = network.nodes[node]!.outfall
  const brink = brinkLevel(network, node, flow, stage?.type === 'normal')
  let level = Number.NaN
  if (stage?.type === 'fixed') level = stage.level
  else if (stage?.type === 'series') level = valueAt(stage.levels, time)
  else if (stage?.type === 'tidal') {
    const hour = ((((network.startSeconds + time) / 3600) % 24) + 24) % 24
    const { hours, levels } = stage
    let k = 0
    while (k + 1 < hours.length && hours[k + 1]! <= hour) k++
    const next = k + 1 < hours.length ? k + 1 : 0
    const span = (hours[next]! - hours[k]! + 24) % 24 || 24
    level = levels[k]! + ((levels[next]! - levels[k]!) * ((hour - hours[k]! + 24) % 24)) / span
  }
  if (beyond !== undefined && beyond > (Number.isNaN(level) ? -Infinity : level)) level = beyond
  return level > brink ? level : brink
}
