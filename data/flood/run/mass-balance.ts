/** Where a run's water came from and went, and what is not accounted for. */

/** Volumes in cubic metres; a cause that takes water is negative. */
export interface MassBalance {
  startM3: number
  endM3: number
  /** by the cause's name */
  causesM3: { [name: string]: number }
  errorM3: number
  /** error over all water that there was or that moved; 0 when there was none */
  errorRelative: number
}

/**
 * Adds up a run's water.
 *
 * @param start stored at its start, m³; `end` at its end
 * @param causes volumes that each cause brought (negative: took) since the start, m³; causes of one name are added up
 */
export function massBalance(
  start: number,
  end: number,
  causes: readonly { name: string; volume: number }[],
): MassBalance {
  const causesM3: MassBalance['causesM3'] = {}
  let net = 0
  let moved = start
  for (const { name, volume } of causes) {
    net += volume
    moved += Math.abs(volume)
    causesM3[name] = (causesM3[name] ?? 0) + volume
  }
  const errorM3 = end - start - net
  return { startM3: start, endM3: end, causesM3, errorM3, errorRelative: moved > 0 ? errorM3 / moved : 0 }
}
