/** Heights of the drawn ground, remembered: the engine finds each by casting a ray at triangles, about a millisecond a time. */

import { Cartographic, type Globe } from '@cesium/engine'
import { LOWEST_LAND } from './camera-guard.ts'

/** A memory of ground heights. */
export interface GroundHeights {
  /** Metres above the ellipsoid near a place, rounded to `stepDeg`; 0 while unknown. */
  at(lngDeg: number, latDeg: number, stepDeg: number): number
  /** Allows some more rays to be cast, and lets old heights be found anew: finer ground may have come. */
  renew(): void
  /** Lets all heights be found anew at once: the ground has become what it will be. */
  forget(): void
}

/** Rays per renewal. */
const RAYS = 60
/** Renewals after which a height is found anew. */
const AGE = 25
const KEPT = 20_000

/** Opens a memory for a globe. */
export function groundHeights(globe: Globe): GroundHeights {
  const known = new Map<string, { height: number; at: number }>()
  const place = new Cartographic()
  let rays = RAYS
  let round = 0
  return {
    at(lngDeg, latDeg, stepDeg) {
      const [x, y] = [Math.round(lngDeg / stepDeg), Math.round(latDeg / stepDeg)]
      const key = `${stepDeg} ${x} ${y}`
      const old = known.get(key)
      if ((old && round - old.at < AGE) || rays <= 0) return old?.height ?? 0
      rays--
      Cartographic.fromDegrees(x * stepDeg, y * stepDeg, 0, place)
      const height = globe.getHeight(place)
      if (height === undefined || height < LOWEST_LAND) return old?.height ?? 0
      if (known.size > KEPT) known.clear()
      known.set(key, { height, at: round })
      return height
    },
    renew() {
      rays = RAYS
      round++
    },
    forget() {
      round += AGE
    },
  }
}
