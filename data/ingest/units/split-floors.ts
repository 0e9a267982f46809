/** Units of a register that says floor and room but draws nothing: each floor of the building is shared out among its rooms. */
import type { Position } from 'geojson'
import { metresPerDegree } from '../../geo/ellipsoid.ts'
import { longestSide, sliceRing } from '../../geo/slice-ring.ts'

/** A building as the city has it. */
export interface KnownBuilding {
  /** outer ring, closed, degrees */
  ring: Position[]
  /** metres from ground to top */
  height: number
  levels: number
  /** ground, metres above the ellipsoid */
  base: number
}

/** A unit to be placed. */
export interface WantedUnit {
  floor: number
  /** registered area, 0 = not said */
  area: number
  /** floor height in metres, 0 = not said */
  height: number
}

/** Where a unit stands, and by which rule. */
export interface PlacedUnit {
  ring: Position[]
  bottom: number
  top: number
  estimate: string
}

const LOWEST = -20
const HIGHEST = 200

/**
 * Shares a floor out among its units: strips across the longest side of the building, as wide as their areas.
 * @param units all of one building
 * @returns one place per unit; null for one whose floor the building has not (two more than its storeys are allowed: roof rooms)
 */
export function splitFloors(building: KnownBuilding, units: readonly WantedUnit[]): (PlacedUnit | null)[] {
  const [lng0, lat0] = building.ring[0]
  const [perLng, perLat] = metresPerDegree(lat0)
  const ring = building.ring.slice(0, -1).map(([lng, lat]) => [(lng - lng0) * perLng, (lat - lat0) * perLat] as const)
  const { along, low, high } = longestSide(ring)
  const possible = units.map(({ floor }) => floor).filter((floor) => floor <= HIGHEST)
  // one wrong row must not press a whole building flat: its own storeys count when they are known
  const levels = building.levels > 0 ? building.levels : Math.max(1, ...possible)
  const rise = building.height > 0 ? building.height / levels : 3
  const byFloor = new Map<number, number[]>()
  for (const [i, { floor }] of units.entries()) byFloor.set(floor, [...(byFloor.get(floor) ?? []), i])
  const places: (PlacedUnit | null)[] = units.map(() => null)
  for (const [floor, members] of byFloor) {
    if (floor === 0 || floor < LOWEST || floor > (building.levels > 0 ? levels + 2 : HIGHEST)) continue
    const known = members.every((i) => units[i].area > 0)
    const total = members.reduce((sum, i) => sum + (known ? units[i].area : 1), 0)
    const height = members.map((i) => units[i].height).find((value) => value > 1) ?? rise
    const bottom = building.base + (floor > 0 ? (floor - 1) * rise : floor * height)
    let at = low
    for (const i of members) {
      const width = ((high - low) * (known ? units[i].area : 1)) / total
      const part = sliceRing(ring, along, at, at + width)
      at += width
      if (part.length < 3) continue
      const positions: Position[] = part.map(([x, y]) => [lng0 + x / perLng, lat0 + y / perLat])
      places[i] = {
        ring: [...positions, positions[0]],
        bottom: Math.round(bottom * 100) / 100,
        top: Math.round((bottom + height) * 100) / 100,
        estimate: `floor ${floor} of the building shared among ${members.length} units${known ? ' by area' : ''}`,
      }
    }
  }
  return places
}
