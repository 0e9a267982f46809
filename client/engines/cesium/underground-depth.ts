/** Where a camera below the ground is: how deep, and the line of the ground before and behind it. */

import { Cartesian3, Cartographic, Ellipsoid, type Scene } from '@cesium/engine'
import type { Depth } from '../../app/state.ts'

/** Metres shown to either side, and between two heights. */
const REACH = 60
const STEP = 12

/** @param depth metres below the ground, null above it */
export function depthOf(scene: Scene, depth: number | null): Depth | null {
  if (depth === null) return null
  const { camera, globe } = scene
  const up = Ellipsoid.WGS84.geodeticSurfaceNormal(camera.positionWC, new Cartesian3())
  const ahead = Cartesian3.cross(up, camera.rightWC, new Cartesian3())
  Cartesian3.normalize(ahead, ahead)
  const profile: [number, number][] = []
  const at = new Cartesian3()
  const place = new Cartographic()
  for (let metres = -REACH; metres <= REACH; metres += STEP) {
    Cartesian3.add(camera.positionWC, Cartesian3.multiplyByScalar(ahead, metres, at), at)
    Cartographic.fromCartesian(at, undefined, place)
    const ground = globe.getHeight(place)
    if (ground !== undefined) profile.push([metres, Math.round((ground - place.height) * 100) / 100])
  }
  return { depth: Math.round(depth * 100) / 100, profile }
}
