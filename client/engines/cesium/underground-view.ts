/** Follows what the scene says about the underground: x-ray, what was dug; and, below the ground, the dark and the grid of depth. */

import { Cartesian3, Color } from '@cesium/engine'
import type { SceneDocument } from '../../../scenes/schema/scene.ts'
import { drawExcavations } from './excavation.ts'
import type { Stage } from './stage.ts'
import { buried } from './underground.ts'
import { drawDraft } from './underground-draft.ts'
import { drawDepthGrid } from './underground-grid.ts'

/** Soil in the lamp's light, and how far the lamp reaches: one over metres. */
const SOIL = new Cartesian3(0.055, 0.078, 0.105)
const DENSITY = 1 / 90

/** Starts following; call the answer to stop. */
export function followUnderground(stage: Stage): () => void {
  const under = buried(stage.scene)
  const pits = drawExcavations(stage)
  const grid = drawDepthGrid(stage)
  const stopDraft = drawDraft(stage)
  const follow = (scene: SceneDocument | null) => {
    under.xray = scene?.below?.xray ?? 0
    pits.follow(scene?.marks ?? {})
    stage.redraw()
  }
  follow(stage.app.store.getState().scene)
  const sky = skyOf(stage)
  const stopLight = stage.scene.preUpdate.addEventListener(() => {
    const below = stage.app.store.getState().depth !== null
    if (below !== under.underground) {
      under.underground = below
      sky(!below)
    }
    grid.show(below && (stage.document()?.below?.grid ?? true))
    if (!below) return
    Cartesian3.clone(SOIL, stage.light.fog)
    stage.light.fogDensity = DENSITY
  })
  const stop = stage.app.store.subscribe((state, before) => {
    if (state.scene !== before.scene) follow(state.scene)
  })
  return () => {
    stop()
    stopLight()
    stopDraft()
    grid.dispose()
    pits.dispose()
  }
}

/** Shows the sky, or the dark of the soil. */
function skyOf({ scene }: Stage): (shown: boolean) => void {
  const above = Color.clone(scene.backgroundColor)
  const below = new Color(SOIL.x, SOIL.y, SOIL.z, 1)
  // the far side of the Earth as seen through it
  scene.globe.undergroundColor = below
  return (shown) => {
    if (scene.skyAtmosphere) scene.skyAtmosphere.show = shown
    if (scene.sun) scene.sun.show = shown
    scene.backgroundColor = shown ? above : below
  }
}
