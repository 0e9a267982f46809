/** How tall a building probably is when its source does not say: one place for the assumption, so that it can be shown. */

/** Metres from floor to floor. */
export const STOREY = 3

/** Typical storeys of a class where nothing better is known. */
const STOREYS: Record<string, number> = {
  residential: 4,
  house: 2,
  commercial: 3,
  office: 6,
  industrial: 2,
  warehouse: 2,
  public: 3,
  school: 4,
  hospital: 6,
  religious: 3,
  agricultural: 1,
  garage: 1,
  other: 2,
}

/**
 * Guessed height of a building.
 *
 * @param kind class word of the buildings layer
 * @param areaM2 footprint, square metres; sheds (< 25 m²) are never more than one storey
 * @param levels storeys above ground, where known
 * @param roofLevels storeys inside the roof
 * @returns metres from ground to top; never 0
 */
export function guessHeight(kind: string, areaM2: number, levels?: number, roofLevels = 0): number {
  if (levels !== undefined && levels > 0) return (levels + roofLevels) * STOREY
  if (areaM2 < 25) return STOREY
  return (STOREYS[kind] ?? 2) * STOREY
}
