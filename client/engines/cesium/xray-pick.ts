/** Picking as one sees: where the ground lets buried things through, a click goes through it too. */

import type { Cartesian2, Scene } from '@cesium/engine'
import { buried } from './underground.ts'

/** What is at a place of the canvas; the ground hides nothing that shows through it, walls still do. */
export function pickThroughGround(scene: Scene, at: Cartesian2): unknown {
  const { xray, glass, underground } = buried(scene)
  if (underground || (xray <= 0 && glass <= 0)) return scene.pick(at, 5, 5)
  const { globe } = scene
  globe.depthTestAgainstTerrain = false
  try {
    return scene.pick(at, 5, 5)
  } finally {
    globe.depthTestAgainstTerrain = true
  }
}
